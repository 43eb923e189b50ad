//! The first thing a run does: make itself unreadable and independent of what it inherited.

use super::system;
use signal_hook::consts::{SIGCHLD, SIGXFSZ};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Denies other processes of the same user our memory and environment, denies the kernel a core file, and makes
/// waiting for children work whatever the caller did with SIGCHLD.
///
/// Failing is no reason to stop: an unusual kernel leaves us as safe as any other program.
pub fn harden() {
    system::keep_to_ourselves();
    // A caller that ignores SIGCHLD makes the kernel reap our children before we can ask how they ended. A handler,
    // even one that does nothing, undoes the inherited choice and is itself undone in the children we start.
    // A limit on the size of files (`ulimit -f`) would end us by SIGXFSZ without a word; so it is a write that fails.
    // The command of `exec` gets both back as they were: see the crate `launch`.
    for signal in [SIGCHLD, SIGXFSZ] {
        let _ = signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)));
    }
}
