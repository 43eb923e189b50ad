//! What Linux offers beyond POSIX.

pub mod alarm;
pub mod process;

use rustix::time::ClockId;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// What does not hold on this system, for people.
pub const LIMITS: &[&str] = &[];

/// Whether windows are there although no variable says so.
pub const HAS_WINDOWS: bool = false;

/// The clock that counts sleep; the monotonic one stands still meanwhile.
/// Source: <https://man7.org/linux/man-pages/man2/clock_gettime.2.html>
pub const MACHINE: ClockId = ClockId::Boottime;

/// Denies other processes of the same user our memory, and the kernel a core file. Undone by the kernel when a program we
/// start is executed.
pub fn keep_to_ourselves() {
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}

/// Keeps what we have in memory off the disk, as far as the system lets us; for as long as nobody undoes it.
pub use aws_auth_launch::keep_in_memory;

/// The table of the sockets, or nothing.
/// Source: <https://docs.kernel.org/networking/proc_net_tcp.html>
pub fn sockets() -> String {
    // A program may come to an IPv4 address with an IPv6 socket, as Java's do.
    ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| std::fs::read_to_string(path).unwrap_or_default()).concat()
}

/// Whether a file is of `/proc`: what leads through it, as `/proc/self/cwd`, is another place for each process.
pub fn is_of_a_process(file: &Metadata) -> bool {
    let device = |path: &str| std::fs::metadata(path).map(|at| at.dev());
    // Where nothing is mounted there, the directory is one like others.
    matches!((device("/proc"), device("/")), (Ok(proc), Ok(root)) if proc != root && proc == file.dev())
}
