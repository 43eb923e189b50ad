//! Locks that the kernel gives back when their holder ends, however that is.

use super::file;
use rustix::fs::OFlags;
use std::fs::{File, OpenOptions, Permissions, TryLockError, set_permissions, symlink_metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a lock is tried.
const TICK: Duration = Duration::from_millis(2);

/// What the file of a lock allows: reading and writing to its owner.
const MODE: u32 = 0o600;

/// Opens or makes the file of a lock, and nothing that somebody may have put in its place.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(MODE).custom_flags(flags);
    let file = options.open(path).or_else(|error| {
        // A mask of another run may have taken the right to open it from its owner too.
        let ours = symlink_metadata(path).is_ok_and(|found| found.is_file() && file::is_ours(&found));
        if error.kind() != io::ErrorKind::PermissionDenied || !ours {
            return Err(error);
        }
        set_permissions(path, Permissions::from_mode(MODE))?;
        options.open(path)
    })?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    if found.mode() & 0o777 != MODE && file::is_ours(&found) {
        file.set_permissions(Permissions::from_mode(MODE))?;
    }
    Ok(file)
}

/// Whether the lock is ours before `deadline`; until the file is dropped.
pub fn hold(lock: &File, deadline: Instant) -> io::Result<bool> {
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(true),
            Err(TryLockError::Error(error)) => return Err(error),
            Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return Ok(false),
            Err(TryLockError::WouldBlock) => std::thread::sleep(TICK),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_had_by_one_and_waited_for_until_then() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("lock");
        let first = open(&path).unwrap();
        assert!(hold(&first, Instant::now()).unwrap());
        let second = open(&path).unwrap();
        assert!(!hold(&second, Instant::now() + Duration::from_millis(5)).unwrap());
        drop(first);
        // A child that another test starts now has all that was open, until it becomes its program.
        assert!(hold(&second, Instant::now() + Duration::from_secs(5)).unwrap());
    }

    #[test]
    fn r86_what_is_no_file_is_no_lock() {
        let home = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(home.path().join("target"), home.path().join("link")).unwrap();
        assert!(open(&home.path().join("link")).is_err() && open(home.path()).is_err());
        assert!(!home.path().join("target").exists());
    }
}
