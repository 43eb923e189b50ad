//! Pipes, as they are seen from outside.

/// One end of a pipe that a process has open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    /// The descriptor's number.
    pub descriptor: u32,
    /// The pipe: device and inode.
    pub pipe: (u64, u64),
    /// Whether it is the end for reading.
    pub is_read: bool,
}
