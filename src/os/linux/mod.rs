//! What Linux offers beyond POSIX.

pub mod process;

use rustix::time::ClockId;

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

/// The table of the sockets, or nothing.
/// Source: <https://docs.kernel.org/networking/proc_net_tcp.html>
pub fn sockets() -> String {
    // A program may come to an IPv4 address with an IPv6 socket, as Java's do.
    ["/proc/net/tcp", "/proc/net/tcp6"].map(|path| std::fs::read_to_string(path).unwrap_or_default()).concat()
}
