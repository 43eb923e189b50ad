//! How a program is started: as we were started ourselves, or apart from us; and our memory, kept off the disk.
//!
//! All `unsafe` of the program is here, because it cannot be done without: std lets nobody else act between fork and exec,
//! and Rust's own start-up ignores SIGPIPE before `main` can see whether it was ignored already. What runs between fork and
//! exec calls the kernel and nothing else: another thread may have held any lock when we forked.

#[cfg(target_os = "linux")]
mod memory;

#[cfg(target_os = "linux")]
pub use memory::keep_in_memory;

use std::io;
use std::os::fd::RawFd;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};

/// The signals that POSIX numbers, and those of real time beyond them, on every system that is built for.
const SIGNALS: std::ops::RangeInclusive<i32> = 1..=64;

/// Those that Rust's start-up or the program itself sets even if they were ignored: what was there is noted before that.
/// All others are left alone if they are ignored, so that they can be asked for at any time; asking for all 64 takes a
/// hundredth of the shortest run.
const CHANGED: [i32; 4] = [libc::SIGPIPE, libc::SIGCHLD, libc::SIGXFSZ, libc::SIGTSTP];

/// What of these was ignored and what was blocked when we were started: signal N is bit N - 1.
static IGNORED: AtomicU64 = AtomicU64::new(0);
static BLOCKED: AtomicU64 = AtomicU64::new(0);

/// Which of 0, 1 and 2 were closed when we were started: descriptor N is bit N. Rust's start-up opens /dev/null in their
/// place.
static CLOSED: AtomicU64 = AtomicU64::new(0);

/// The loader calls it before Rust's start-up code runs.
#[used]
#[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__mod_init_func"))]
#[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".init_array"))]
static FIRST: extern "C" fn() = note;

extern "C" fn note() {
    let mut blocked = 0;
    // SAFETY: the structure is plain data, for which zeroes are valid, and is ours alone; the calls only read.
    unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        let _ = libc::sigprocmask(libc::SIG_BLOCK, std::ptr::null(), &raw mut mask);
        for signal in SIGNALS {
            if libc::sigismember(&raw const mask, signal) == 1 {
                blocked |= bit(signal);
            }
        }
    }
    let ignored = CHANGED.into_iter().filter(|signal| is_ignored(*signal)).map(bit).sum();
    IGNORED.store(ignored, Ordering::Relaxed);
    BLOCKED.store(blocked, Ordering::Relaxed);
    // SAFETY: the call only reads.
    let is_closed = |descriptor: &RawFd| unsafe { libc::fcntl(*descriptor, libc::F_GETFD) } == -1;
    let closed = STANDARD.filter(is_closed).map(|descriptor| 1 << descriptor).sum();
    CLOSED.store(closed, Ordering::Relaxed);
}

/// Standard input, output and error.
const STANDARD: std::ops::RangeInclusive<RawFd> = 0..=2;

/// Whether one of these was closed when we were started.
#[must_use]
pub fn was_closed(descriptor: RawFd) -> bool {
    STANDARD.contains(&descriptor) && CLOSED.load(Ordering::Relaxed) & (1 << descriptor) != 0
}

const fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

fn is_ignored(signal: i32) -> bool {
    // SAFETY: as in `note`.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        libc::sigaction(signal, std::ptr::null(), &raw mut action) == 0 && action.sa_sigaction == libc::SIG_IGN
    }
}

/// Whether `signal` was ignored when we were started, whatever has been done to it since.
#[must_use]
pub fn was_ignored(signal: i32) -> bool {
    if CHANGED.contains(&signal) {
        IGNORED.load(Ordering::Relaxed) & bit(signal) != 0
    } else {
        SIGNALS.contains(&signal) && is_ignored(signal)
    }
}

/// Has `command` started with the signals ignored and blocked that were when we were started: std blocks none and
/// ignores no SIGPIPE. Of 0, 1 and 2 those are closed that were: what writes there is to fail. For `exec` as for `spawn`.
pub fn as_we_were_started(command: &mut Command) {
    let blocked = BLOCKED.load(Ordering::Relaxed);
    let ignored = SIGNALS.filter(|signal| was_ignored(*signal)).map(bit).sum();
    // SAFETY: sigaction, sigprocmask and what fills their arguments may be called between fork and exec; so may fcntl.
    unsafe {
        command.pre_exec(move || {
            for descriptor in STANDARD.filter(|descriptor| was_closed(*descriptor)) {
                // Closed at exec and not now: if there is none, we go on with what we have.
                libc::fcntl(descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
            }
            set(ignored, blocked)
        })
    };
}

/// Has `command` started apart from us: no child of ours, in a session of its own, no signal ignored or blocked, and but
/// 0, 1 and 2 none of our descriptors open. The child that `spawn` gives has ended and is to be waited for.
pub fn apart(command: &mut Command) {
    let inherited = inherited();
    // SAFETY: only the kernel is called. The first process ends without running anything of ours; the second one runs
    // nothing but exec, and what std does if that fails, which is to write to a pipe and to end.
    unsafe {
        command.pre_exec(move || {
            for descriptor in &inherited {
                // Closed at exec and not now: one of them tells `spawn` whether exec succeeds.
                libc::fcntl(*descriptor, libc::F_SETFD, libc::FD_CLOEXEC);
            }
            set(0, 0)?;
            if libc::setsid() == -1 {
                return Err(io::Error::last_os_error());
            }
            match libc::fork() {
                -1 => Err(io::Error::last_os_error()),
                0 => Ok(()),
                _ => libc::_exit(0),
            }
        })
    };
}

/// Has `command` ended by SIGTERM when the thread that starts it ends, in whatever way: SIGKILL leaves us no time to do so
/// ourselves. What it has started by then is not reached, nor is a program that ignores the signal or runs as another user.
/// Source: <https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html>
#[cfg(target_os = "linux")]
pub fn end_with_us(command: &mut Command) {
    let us = std::process::id();
    // SAFETY: both calls only ask the kernel, and may be made between fork and exec.
    unsafe {
        command.pre_exec(move || {
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGTERM) == -1 {
                return Err(io::Error::last_os_error());
            }
            // We may have ended before it was set: then nobody would send it.
            if libc::getppid().unsigned_abs() == us { Ok(()) } else { Err(io::ErrorKind::Interrupted.into()) }
        })
    };
}

/// Our descriptors from 3 on. What other threads open from now on is closed at exec: Rust opens nothing otherwise.
fn inherited() -> Vec<RawFd> {
    // Where nothing lists them, those that a shell gives away.
    let Ok(entries) = std::fs::read_dir("/dev/fd") else { return (3..1024).collect() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    numbers.filter(|number| *number > 2).collect()
}

/// Ignores and blocks these signals, and no others.
fn set(ignored: u64, blocked: u64) -> io::Result<()> {
    // SAFETY: as in `note`; SIG_DFL and SIG_IGN are no code of ours.
    unsafe {
        let mut mask: libc::sigset_t = std::mem::zeroed();
        libc::sigemptyset(&raw mut mask);
        for signal in SIGNALS {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = if ignored & bit(signal) == 0 { libc::SIG_DFL } else { libc::SIG_IGN };
            // Some cannot be set, KILL and STOP among them.
            libc::sigaction(signal, &raw const action, std::ptr::null_mut());
            if blocked & bit(signal) != 0 {
                libc::sigaddset(&raw mut mask, signal);
            }
        }
        match libc::sigprocmask(libc::SIG_SETMASK, &raw const mask, std::ptr::null_mut()) {
            0 => Ok(()),
            _ => Err(io::Error::last_os_error()),
        }
    }
}
