//! How a server goes on after `eval "$(aws-auth serve)"` has returned, and how it ends.
//!
//! A shell waits for the process that it started. So that one starts another, hands on what it prints, and ends; the
//! other, which has asked for the code on the terminal by then, leaves the terminal, so that ^C at the next prompt is not
//! for it, and ends with the shell. A fork would do the same, with unsafe code.

use crate::environment;
use crate::error::{Error, internal};
use crate::os::process;
use crate::secret::SecretBuffer;
use rustix::process::{Pid, getsid, setsid, test_kill_process};
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Set for the process that stays. Its value means nothing to anybody else.
const STAYS: &str = "AWS_AUTH_SERVE_STAYS";
/// The longest statements handed on, in bytes. They have under 1 KiB.
const STATEMENTS: usize = 16 * 1024;
/// How often the server looks whether its shell is still there, where the system does not tell.
const LOOK: Duration = Duration::from_secs(1);

/// Which of the two processes this is.
#[derive(Debug)]
pub enum Side {
    /// The server; it must leave the terminal when it has printed.
    Stays,
    /// The one that the shell waits for.
    Returns {
        /// What the server has printed, be it the statements or the one of a failure.
        printed: SecretBuffer,
        /// The exit code of a failure; 0 where the server goes on.
        code: u8,
    },
}

/// Starts the process that stays, with our own arguments, and waits until it has printed and left the terminal.
pub fn detach() -> Result<Side, Error> {
    if environment::os(STAYS).is_some() {
        return Ok(Side::Stays);
    }
    let unstarted = |error: std::io::Error| internal(format!("the server could not be started: {error}"));
    let ourselves = std::env::current_exe().map_err(unstarted)?;
    #[expect(clippy::disallowed_methods, reason = "it is this very program, and no manager")]
    let mut command = Command::new(ourselves);
    let arguments = std::env::args_os().skip(1);
    let mut child = command.args(arguments).env(STAYS, "1").stdout(Stdio::piped()).spawn().map_err(unstarted)?;
    let mut printed = SecretBuffer::new(STATEMENTS);
    if let Some(pipe) = child.stdout.take() {
        use crate::secret::Filled;
        while matches!(printed.fill(&pipe).map_err(unstarted)?, Filled::Some | Filled::Later) {}
    }
    let server = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    if server.is_some_and(|pid| getsid(Some(pid)).is_ok_and(|session| session == pid)) {
        return Ok(Side::Returns { printed, code: 0 });
    }
    let status = child.wait().map_err(unstarted)?;
    // What it had to say went to the same standard error.
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Ok(Side::Returns { printed, code: code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1) })
}

/// Leaves the terminal and the three standard streams: nobody reads or waits there any more.
pub fn leave_the_terminal() {
    let _ = setsid();
    if let Ok(null) = File::options().read(true).write(true).open("/dev/null") {
        let _ = rustix::stdio::dup2_stdin(&null);
        let _ = rustix::stdio::dup2_stderr(&null);
        // The last one, since its end tells the other process that all is done.
        let _ = rustix::stdio::dup2_stdout(&null);
    }
}

/// The shell that reads our statements: the parent of the process that it waits for, past its own subshells, which are
/// gone as soon as the statements are read. To be called while that process is there.
#[must_use]
pub fn calling_shell() -> Option<Pid> {
    let mut above = process::ancestors().skip(1).peekable();
    while let Some(process) = above.next() {
        // A subshell is a fork of the shell: it has the very same command line.
        let is_subshell = above.peek().is_some_and(|parent| process::share_a_command_line(process.pid, parent.pid));
        if !is_subshell {
            return i32::try_from(process.pid).ok().and_then(Pid::from_raw);
        }
    }
    None
}

/// Waits for the end of the shell.
pub async fn follow(shell: Option<Pid>) {
    let Some(shell) = shell else { return };
    #[cfg(target_os = "linux")]
    if let Ok(handle) = rustix::process::pidfd_open(shell, rustix::process::PidfdFlags::empty()) {
        use rustix::event::{PollFd, PollFlags, poll};
        let wait = move || while poll(&mut [PollFd::new(&handle, PollFlags::IN)], None).is_err() {};
        let _ = tokio::task::spawn_blocking(wait).await;
        return;
    }
    while !matches!(test_kill_process(shell), Err(rustix::io::Errno::SRCH)) {
        tokio::time::sleep(LOOK).await;
    }
}
