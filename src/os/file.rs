//! Files whose names come from elsewhere: what is read of them is there at once, and ends; what is written is whole.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::fs::{self, File, Metadata, Permissions};
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

const MIB: usize = 1024 * 1024;

/// The bytes of a regular file of at most `most` bytes. A pipe could keep us waiting, and a device need not end.
pub fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let (file, size) = regular(path)?;
    whole(file, size, most)
}

/// A regular file, open for reading.
pub fn open(path: &Path) -> io::Result<File> {
    regular(path).map(|(file, _)| file)
}

/// The same, and its size in bytes.
fn regular(path: &Path) -> io::Result<(File, u64)> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() {
        Ok((file, metadata.len()))
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
    }
}

/// The bytes of a file of any kind, of at most `most` bytes: a pipe too, if it is written to and closed in time.
pub fn read_any(path: &Path, most: usize, patience: Duration) -> io::Result<Vec<u8>> {
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let file = File::options().read(true).custom_flags(flags).open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() { whole(file, metadata.len(), most) } else { read_patiently(&file, most, patience) }
}

/// The bytes of a pipe or a terminal, if it is closed in time.
pub fn read_patiently(from: impl AsFd, most: usize, patience: Duration) -> io::Result<Vec<u8>> {
    read_to_end(Patient::new(&from, patience), most)
}

/// A reader of what may come later, or never.
pub struct Patient<'a> {
    file: BorrowedFd<'a>,
    deadline: Instant,
}

impl<'a> Patient<'a> {
    /// Reads from `from`, for so long in all.
    pub fn new(from: &'a impl AsFd, patience: Duration) -> Self {
        Self { file: from.as_fd(), deadline: Instant::now() + patience }
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            let left = Timespec::try_from(left).map_err(|_| io::ErrorKind::TimedOut)?;
            // A pipe that nobody has opened to write looks ended to a reader that does not wait.
            match poll(&mut [PollFd::new(&self.file, PollFlags::IN)], Some(&left)) {
                Ok(0) => {
                    return Err(io::Error::new(io::ErrorKind::TimedOut, "nobody writes to it, or it is not closed"));
                }
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            match rustix::io::read(self.file, &mut *buffer) {
                Ok(count) => return Ok(count),
                Err(Errno::AGAIN | Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether it is the user's own. With `sudo` the home is often another's.
#[must_use]
pub fn is_ours(metadata: &Metadata) -> bool {
    metadata.uid() == rustix::process::geteuid().as_raw()
}

/// A file that is complete, and has yet to take another's place.
#[derive(Debug)]
pub struct Prepared {
    new: PathBuf,
    path: PathBuf,
}

/// Writes `text` beside the file, for whose place it is meant, with this mode and, where we may give it, this group. A
/// directory that is not there is made for the user alone. With `synced` it is on the disk before it can take the place.
///
/// It is always called the same, so that what a killed run has left does not stay: a lock has to keep others
/// away.
pub fn prepare(path: &Path, text: &[u8], mode: u32, group: Option<u32>, synced: bool) -> io::Result<Prepared> {
    let directory = path.parent().filter(|directory| !directory.as_os_str().is_empty());
    super::folder::make(directory.unwrap_or(Path::new(".")))?;
    let prepared = Prepared { new: path.with_added_extension("aws-auth-new"), path: path.to_owned() };
    let _ = fs::remove_file(&prepared.new);
    let file = write(&prepared.new, text, mode, group)?;
    if synced {
        // The name must not be there before the content is.
        file.sync_all()?;
    }
    Ok(prepared)
}

impl Prepared {
    /// Takes the other's place in one step: whoever reads it finds the old text or the new.
    pub fn put(self) -> io::Result<()> {
        fs::rename(&self.new, &self.path)
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.new);
    }
}

fn write(path: &Path, text: &[u8], mode: u32, group: Option<u32>) -> io::Result<File> {
    let mut file = File::options().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    let _ = group.map(|group| std::os::unix::fs::fchown(&file, None, Some(group)));
    file.set_permissions(Permissions::from_mode(mode))?;
    Ok(file)
}

/// The bytes of a regular file, in one piece: without its size they would come by 32 at first.
fn whole(file: File, size: u64, most: usize) -> io::Result<Vec<u8>> {
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    // One more, so that the end is seen without more room.
    fill(Vec::with_capacity(size.min(most).saturating_add(1)), file, most)
}

/// The bytes of `from`, whatever it is, if there are no more than `most`.
pub fn read_to_end(from: impl Read, most: usize) -> io::Result<Vec<u8>> {
    fill(Vec::new(), from, most)
}

fn fill(mut bytes: Vec<u8>, from: impl Read, most: usize) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(most).unwrap_or(u64::MAX);
    from.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() > most {
        let size = if most < MIB { format!("{} KiB", most / 1024) } else { format!("{} MiB", most / MIB) };
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is larger than {size}")));
    }
    Ok(bytes)
}
