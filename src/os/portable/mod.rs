//! What every Unix offers. Where that is less than Linux has, [`LIMITS`] says so.
//!
//! `--cfg aws_auth_portable` selects it on Linux too, so that it is compiled and tested where we are.

pub mod alarm;
pub mod process;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::ClockId;
use std::fs::Metadata;

/// What does not hold on this system, for people.
pub const LIMITS: &[&str] = &[
    "serve and console cannot tell whether another user of this machine is asking",
    "nobody can tell whether another user of this machine has the port of a server that has ended",
    "serve looks once a second whether its shell has ended, and takes the nearest shell for the one that reads it",
    "the programs that aws-auth starts leave no core file, and end by signals that they would otherwise ignore",
    "a manager goes on when aws-auth is killed by SIGKILL",
    "a pinentry of gpg-agent's stays on the terminal when you press ^C",
    "other programs of the same user may read the memory of aws-auth if the system lets them",
];

/// Whether windows are there although no variable says so.
pub const HAS_WINDOWS: bool = cfg!(target_os = "macos");

/// The clock that counts sleep on macOS, where it is `mach_continuous_time`. On others it may stand still meanwhile; the
/// clock of the day shows the time then.
/// Sources: <https://keith.github.io/xcode-man-pages/clock_gettime.3.html>,
/// <https://developer.apple.com/documentation/kernel/1646199-mach_continuous_time>
pub const MACHINE: ClockId = ClockId::Monotonic;

/// Denies the kernel a core file.
pub fn keep_to_ourselves() {
    let limit = Rlimit { current: Some(0), maximum: getrlimit(Resource::Core).maximum };
    let _ = setrlimit(Resource::Core, limit);
}

/// Keeps what we have in memory off the disk, if the system lets us keep all of it; for as long as nobody undoes it.
pub fn keep_in_memory() {
    let _ = nix::sys::mman::mlockall(nix::sys::mman::MlockAllFlags::MCL_CURRENT);
}

/// Who opened a socket is not told here.
pub const fn sockets() -> String {
    String::new()
}

/// There are no such files.
pub const fn is_of_a_process(_file: &Metadata) -> bool {
    false
}
