//! How a server goes on after `eval "$(aws-auth serve)"` has returned, and how it ends.
//!
//! A shell waits for the process that it started. So that one starts another, hands on what it prints, and ends; the
//! other, which has asked for the code on the terminal by then, leaves the terminal, so that ^C at the next prompt is not
//! for it, and ends with the shell. A fork would do the same, with unsafe code.

use crate::error::{Class, Error, internal};
use crate::os::environment;
use crate::os::tty::Terminal;
use crate::os::{guard, process, stdio};
use crate::output::shell::Shell;
use crate::secret::SecretBuffer;
use rustix::process::{Pid, setsid};
use std::fs::File;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Set for the process that stays: the number of the process that it serves. Not for people.
const STAYS: &str = "AWS_AUTH_SERVE_STAYS";
/// The longest statements handed on, in bytes. They have under 1 KiB.
const STATEMENTS: usize = 16 * 1024;
/// What the server says last, when it has left the terminal. Whatever ends it sooner, this is missing. In no statement.
const LEFT: &[u8] = b"\0";

/// Which of the two processes this is.
#[derive(Debug)]
pub enum Side {
    /// The server of this process; it must leave the terminal when it has printed.
    Stays(Pid),
    /// The one that the shell waits for; the server goes on.
    Returns(Server),
    /// The one that the shell waits for, and the exit code of the server, which has said why.
    Failed(u8),
}

/// A server that goes on, as the process sees it that has started it.
#[derive(Debug)]
pub struct Server {
    printed: SecretBuffer,
    process: u32,
}

impl Server {
    /// What it has printed.
    #[must_use]
    pub fn statements(&self) -> &[u8] {
        self.printed.as_bytes().strip_suffix(LEFT).unwrap_or_default()
    }

    /// Ends it: nobody has got its statements.
    pub fn end(&self) {
        process::end_tree(self.process, Duration::from_millis(500));
    }
}

/// Starts the process that stays, with our own arguments, and waits until it has printed and left the terminal.
pub fn detach() -> Result<Side, Error> {
    let served = environment::os(STAYS).and_then(|pid| pid.to_str()?.parse().ok()).and_then(Pid::from_raw);
    if let Some(served) = served {
        return Ok(Side::Stays(served));
    }
    let reader = reader().ok_or_else(|| {
        Error::new(Class::Usage, "there is no shell to serve")
            .because("no shell is among the programs that started this one, and none of them reads what it prints")
            .hint("let it run on a terminal of its own, or for one command: aws-auth exec --serve … -- COMMAND")
    })?;
    // Should the server be ended at a prompt, so hard that it cannot give the terminal back, it is for us to do.
    if let Ok(terminal) = Terminal::open() {
        guard::remember(&terminal);
    }
    let unstarted = |error: std::io::Error| internal(format!("the server could not be started: {error}"));
    let ourselves = std::env::current_exe().map_err(unstarted)?;
    #[expect(clippy::disallowed_methods, reason = "it is this very program, and no manager")]
    let mut command = Command::new(ourselves);
    command.args(std::env::args_os().skip(1)).env(STAYS, reader.to_string()).stdout(Stdio::piped());
    // As long as it has not left, a signal that ends us ends it too.
    let mut child = guard::start_child(|| command.spawn()).map_err(unstarted)?;
    let mut printed = SecretBuffer::new(STATEMENTS);
    if let Some(pipe) = child.stdout.take() {
        use crate::secret::Filled;
        while matches!(printed.fill(&pipe).map_err(unstarted)?, Filled::Some | Filled::Later) {}
    }
    if printed.as_bytes().ends_with(LEFT) {
        return Ok(Side::Returns(Server { printed, process: child.id() }));
    }
    end_of(&mut child).map(Side::Failed).map_err(unstarted)
}

/// How a server has ended that was to stay: the exit code for it. What it had to say went to the same standard error;
/// its statement is left to us, since it may have had no time for one.
fn end_of(child: &mut Child) -> std::io::Result<u8> {
    let status = child.wait()?;
    if let Some(signal) = status.signal() {
        // A key press that ends it is on its way to us too, and decides how we end.
        std::thread::sleep(Duration::from_millis(100));
        let ended = Error::new(Class::Internal, "the server was ended before it could serve")
            .because(format!("by signal {signal}"))
            .hint("run it again");
        stdio::say(&ended.to_string());
    }
    guard::forget_child();
    guard::restore_terminal();
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    Ok(code.and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0).unwrap_or(1))
}

/// Leaves the terminal and the three standard streams: nobody reads or waits there any more.
pub fn leave_the_terminal() -> Result<(), Error> {
    let stays = |error: std::io::Error| internal(format!("the server cannot leave the terminal: {error}"));
    setsid().map_err(|error| stays(error.into()))?;
    let null = File::options().read(true).write(true).open("/dev/null").map_err(stays)?;
    rustix::stdio::dup2_stdin(&null).map_err(|error| stays(error.into()))?;
    rustix::stdio::dup2_stderr(&null).map_err(|error| stays(error.into()))?;
    stdio::write_stdout(LEFT).map_err(stays)?;
    rustix::stdio::dup2_stdout(&null).map_err(|error| stays(error.into()))
}

/// Who reads our statements: the process that has the other end of our standard output, be there what may between it and
/// us; else the nearest shell, past its own subshells, which are gone as soon as the statements are read.
fn reader() -> Option<u32> {
    process::reader_of_stdout().or_else(|| {
        let mut above = process::ancestors().peekable();
        while let Some(process) = above.next() {
            // A subshell is a fork of the shell: it has the very same command line.
            let is_subshell = above.peek().is_some_and(|parent| process::share_a_command_line(process.pid, parent.pid));
            if !is_subshell && process.names.iter().any(|name| Shell::named(name).is_some()) {
                return Some(process.pid);
            }
        }
        None
    })
}

/// Waits for the end of the shell.
pub async fn follow(shell: Pid) {
    let _ = tokio::task::spawn_blocking(move || process::wait_for_end(shell)).await;
}
