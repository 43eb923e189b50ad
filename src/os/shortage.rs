//! A limit that lets no more files be opened: where it is met says nothing of what was to be opened.

use crate::error::{Class, Error};
use rustix::io::Errno;
use std::io;

/// Tells of it; none where the error is another.
#[must_use]
pub fn of_files(error: &io::Error) -> Option<Error> {
    let hint = match Errno::from_io_error(error)? {
        Errno::MFILE => "raise the limit, then run this again: ulimit -n 256",
        Errno::NFILE => "end programs that have many files open, then run this again",
        _ => return None,
    };
    Some(Error::new(Class::Config, "no more files can be opened").because(error.to_string()).hint(hint))
}

/// Refuses to go on where fewer than so many files can be opened.
pub fn check(count: usize) -> Result<(), Error> {
    let opened: Result<Vec<_>, _> =
        (0..count).map(|_| rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stderr(), 3)).collect();
    match opened {
        Err(error) => of_files(&error.into()).map_or(Ok(()), Err),
        Ok(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_apart_from_a_file_that_cannot_be_opened() {
        for (errno, told) in [(Errno::MFILE, true), (Errno::NFILE, true), (Errno::NOENT, false), (Errno::ACCESS, false)]
        {
            assert_eq!(of_files(&errno.into()).is_some(), told, "{errno}");
        }
    }
}
