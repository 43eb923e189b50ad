//! Memory that holds secrets.
//!
//! A manager's answer goes from the pipe into one [`SecretBuffer`]: allocated once at its full size, never grown (a
//! growing buffer leaves its old copy behind), wiped when dropped. What is cut out of it becomes a `SecretString`.
//! Copies that libraries make are wiped by the process's allocator when they are freed (see `main.rs`). Not in our
//! power: the kernel's pipe and socket buffers, the terminal, the shell that reads our output, and vector registers.

use std::io;
use std::os::fd::AsFd;
use zeroize::Zeroizing;

/// A wiped buffer of fixed capacity, filled from a file descriptor.
pub struct SecretBuffer {
    bytes: Zeroizing<Box<[u8]>>,
    len: usize,
}

/// What one read brought.
#[derive(Debug, PartialEq, Eq)]
pub enum Filled {
    /// More bytes than before.
    Some,
    /// Nothing now; there may be more later.
    Later,
    /// The other end is closed.
    End,
    /// The buffer is full and there was more.
    Full,
}

impl SecretBuffer {
    /// An empty buffer for at most `capacity` bytes.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { bytes: Zeroizing::new(vec![0; capacity].into_boxed_slice()), len: 0 }
    }

    /// A full buffer.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: Zeroizing::new(bytes.into()), len: bytes.len() }
    }

    /// Reads once from `fd`, which must not block.
    pub fn fill(&mut self, fd: impl AsFd) -> io::Result<Filled> {
        let room = &mut self.bytes[self.len..];
        if room.is_empty() {
            let mut one = Zeroizing::new([0]);
            return Ok(if read(fd, &mut *one)? == Some(0) { Filled::End } else { Filled::Full });
        }
        Ok(match read(fd, room)? {
            None => Filled::Later,
            Some(0) => Filled::End,
            Some(count) => {
                self.len += count;
                Filled::Some
            }
        })
    }

    /// What was read so far.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// One read; `None` when it would block or was interrupted.
fn read(fd: impl AsFd, buffer: &mut [u8]) -> io::Result<Option<usize>> {
    match rustix::io::read(fd, buffer) {
        Ok(count) => Ok(Some(count)),
        Err(rustix::io::Errno::AGAIN | rustix::io::Errno::INTR) => Ok(None),
        // A pseudo-terminal whose other side is gone says so by EIO.
        Err(rustix::io::Errno::IO) => Ok(Some(0)),
        Err(other) => Err(other.into()),
    }
}

impl std::fmt::Debug for SecretBuffer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretBuffer({} bytes)", self.len)
    }
}

/// The bytes that digits of so many bits each stand for, of at most `most` digits; what is left over at the end is padding. None
/// where one is no digit.
pub fn unpacked(digits: impl Iterator<Item = Option<u8>>, bits: u32, most: usize) -> Option<Zeroizing<Vec<u8>>> {
    // Never more bytes than digits: it does not grow, and leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    let (mut held, mut count) = (0_u32, 0);
    for digit in digits {
        held = (held << bits) | u32::from(digit?);
        count += bits;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((held >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_buffer_says_so_and_keeps_what_it_has() {
        let (theirs, ours) = rustix::pipe::pipe().unwrap();
        rustix::io::write(&ours, b"12345").unwrap();
        let mut buffer = SecretBuffer::new(4);
        assert_eq!(buffer.fill(&theirs).unwrap(), Filled::Some);
        assert_eq!(buffer.fill(&theirs).unwrap(), Filled::Full);
        assert_eq!(buffer.as_bytes(), b"1234");
        drop(ours);
        assert_eq!(buffer.fill(&theirs).unwrap(), Filled::End);
    }

    #[test]
    fn r29_debug_shows_no_content() {
        let (theirs, ours) = rustix::pipe::pipe().unwrap();
        rustix::io::write(&ours, b"CANARY").unwrap();
        let mut buffer = SecretBuffer::new(16);
        buffer.fill(&theirs).unwrap();
        assert_eq!(format!("{buffer:?}"), "SecretBuffer(6 bytes)");
    }
}
