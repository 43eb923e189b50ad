//! One write(2) after another until all is out or the reason is known.

use rustix::io::Errno;
use std::io;
use std::os::fd::AsFd;

/// Writes all of `bytes`, resuming after short writes and interruptions.
pub fn write_all(fd: impl AsFd, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::write(&fd, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => bytes = &bytes[count..],
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
