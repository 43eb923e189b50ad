//! Sockets that are files, and whose program is at the other end of one.
//!
//! A file can be put anywhere by anybody; the kernel says which user opened the socket. That is looked at on both sides
//! before a byte is written or read. Who cannot be told is refused.

use super::runtime;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketType, connect as connect_to, socket};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

/// The longest path of a socket, in bytes. macOS has room for 103 and Linux for 107; what is longer is never cut.
/// Sources: <https://man7.org/linux/man-pages/man7/unix.7.html>,
/// <https://github.com/apple-oss-distributions/xnu/blob/main/bsd/sys/un.h>
pub const LONGEST: usize = 100;
/// How often a full queue is tried again.
const TICK: Duration = Duration::from_millis(2);

/// The program at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Other {
    /// The number of its user, as it is here.
    pub user: u32,
    /// Its process, where the system tells and it is one of ours to see.
    pub process: Option<i32>,
}

impl Other {
    /// Whether it is ours, or root's, who could read our memory anyway.
    #[must_use]
    pub fn is_trusted(self) -> bool {
        self.user == 0 || self.user == rustix::process::geteuid().as_raw()
    }
}

/// Whether a path is short enough for a socket.
#[must_use]
pub fn fits(path: &Path) -> bool {
    path.as_os_str().as_bytes().len() <= LONGEST
}

/// Connects, and waits until `deadline` at most for a place in a queue that is full. Afterwards the stream blocks.
pub fn connect(path: &Path, deadline: Instant) -> io::Result<UnixStream> {
    if !fits(path) {
        return Err(io::Error::new(io::ErrorKind::InvalidFilename, "its path is too long for a socket"));
    }
    let address = SocketAddrUnix::new(path)?;
    let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None)?;
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    let stream = UnixStream::from(socket);
    stream.set_nonblocking(true)?;
    loop {
        match connect_to(&stream, &address) {
            Ok(()) => break,
            Err(Errno::INTR) => {}
            // Linux says so where the queue is full; macOS refuses.
            Err(Errno::AGAIN) if Instant::now() < deadline => std::thread::sleep(TICK),
            Err(error) => return Err(error.into()),
        }
    }
    stream.set_nonblocking(false)?;
    Ok(stream)
}

/// Connects to a program of ours, or of root's. Whoever else listens there is told nothing.
pub fn connect_to_ours(path: &Path, deadline: Instant) -> io::Result<(UnixStream, Other)> {
    let stream = connect(path, deadline)?;
    let other = other_end(&stream)?;
    if other.is_trusted() { Ok((stream, other)) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Who is at the other end: who listens, for one who has connected.
///
/// tokio asks each kernel in its own way: `SO_PEERCRED` on Linux, `getpeereid` and `LOCAL_PEEREPID` on macOS.
/// Sources: <https://man7.org/linux/man-pages/man7/unix.7.html>,
/// <https://developer.apple.com/library/archive/documentation/System/Conceptual/ManPages_iPhoneOS/man3/getpeereid.3.html>
pub fn other_end(stream: &UnixStream) -> io::Result<Other> {
    let runtime = runtime::new().map_err(|error| io::Error::other(error.reason()))?;
    let entered = runtime.enter();
    stream.set_nonblocking(true)?;
    let other = tokio::net::UnixStream::from_std(stream.try_clone()?).and_then(|stream| of(&stream));
    stream.set_nonblocking(false)?;
    drop(entered);
    // We may be in another one, where this one must not be waited for.
    runtime.shutdown_background();
    other
}

/// The same for a stream of a runtime.
pub fn of(stream: &tokio::net::UnixStream) -> io::Result<Other> {
    let found = stream.peer_cred()?;
    Ok(Other { user: found.uid(), process: found.pid().filter(|pid| *pid > 0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::os::unix::net::UnixListener;

    #[test]
    fn the_other_end_is_known_on_both_sides() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let listener = UnixListener::bind(&path).unwrap();
        let mut ours = connect(&path, Instant::now()).unwrap();
        let (mut theirs, _) = listener.accept().unwrap();
        for stream in [&ours, &theirs] {
            let other = other_end(stream).unwrap();
            assert_eq!(other.user, rustix::process::geteuid().as_raw());
            assert_eq!(other.process.map(i32::unsigned_abs), Some(std::process::id()));
            assert!(other.is_trusted());
        }
        // It still waits for what comes.
        let writer = std::thread::spawn(move || theirs.write_all(b"x"));
        ours.read_exact(&mut [0]).unwrap();
        writer.join().unwrap().unwrap();
        assert!(!Other { user: rustix::process::geteuid().as_raw() + 1, process: None }.is_trusted());
    }

    #[test]
    fn a_path_is_counted_in_bytes_and_never_cut() {
        let directory = tempfile::tempdir().unwrap();
        let long = directory.path().join("é".repeat(60));
        assert!(!fits(&long) && fits(Path::new(&"/".repeat(LONGEST))));
        assert_eq!(connect(&long, Instant::now()).unwrap_err().kind(), io::ErrorKind::InvalidFilename);
    }

    #[test]
    fn a_full_queue_is_waited_for_and_not_for_ever() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let socket = socket(AddressFamily::UNIX, SocketType::STREAM, None).unwrap();
        rustix::net::bind(&socket, &SocketAddrUnix::new(&path).unwrap()).unwrap();
        rustix::net::listen(&socket, 0).unwrap();
        let _first = connect(&path, Instant::now()).unwrap();
        let mut more = Vec::new();
        let refused = loop {
            match connect(&path, Instant::now() + Duration::from_millis(20)) {
                Ok(stream) => more.push(stream),
                Err(error) => break error,
            }
            assert!(more.len() < 10, "the queue has no end");
        };
        assert!(matches!(refused.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::ConnectionRefused), "{refused}");
    }
}
