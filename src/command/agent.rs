//! `aws-auth agent SOCKET`: the process that keeps sessions where the kernel does not. A run starts it; it is not for people.

use crate::sessions::run_agent;
use std::ffi::OsStr;
use std::path::Path;

pub use crate::sessions::AGENT as VERB;

/// Keeps sessions until there is none left. Gives the exit code; the run that has started it is told why.
#[must_use]
pub fn run(socket: &OsStr) -> u8 {
    run_agent(Path::new(socket))
}
