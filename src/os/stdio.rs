//! Standard output and standard error, without std's buffers.
//!
//! std's own buffers keep copies of what passed through them, hide a full disk until it is too late and panic on a
//! closed stream; here one write(2) follows another until all is out or the reason is known.

use super::tty::Terminal;
use super::write::write_all;
use std::io::{self, IsTerminal};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Writes all of `bytes` to standard output.
pub fn write_stdout(bytes: &[u8]) -> io::Result<()> {
    write_all(rustix::stdio::stdout(), bytes)
}

/// Writes a message and its line end to standard error. A closed or full standard error changes nothing else.
///
/// Whoever made the message has quoted what came from outside. Should that have been forgotten, no terminal acts on it.
pub fn say(message: &str) {
    let _ = write_all(rustix::stdio::stderr(), format!("{}\n", crate::text::printable(message)).as_bytes());
}

/// Whether standard error is kept by a program, which shows it only as the reason of a failure.
static BRIEF: AtomicBool = AtomicBool::new(false);

/// From now on standard error is for one line, the reason of a failure: an SDK that runs us puts all we say into its own
/// error, and so into logs. What a person is to know while the run goes on is said on the terminal, if there is one.
pub fn be_brief() {
    BRIEF.store(true, Ordering::Relaxed);
}

/// Whether it is for one line.
#[must_use]
pub fn is_brief() -> bool {
    BRIEF.load(Ordering::Relaxed)
}

/// Whether all that was good to know has been said.
static SAID: AtomicBool = AtomicBool::new(false);

/// From now on notes are nobody's any more: another program has the terminal, and what was to be said was said once.
pub fn no_more_notes() {
    SAID.store(true, Ordering::Relaxed);
}

/// Whether notes are not wanted.
static QUIET: AtomicBool = AtomicBool::new(false);

/// From now on notes are not wanted: warnings and failures are all that is said.
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether details are wanted.
static VERBOSE: AtomicBool = AtomicBool::new(false);

/// From now on details are wanted.
pub fn be_verbose() {
    VERBOSE.store(true, Ordering::Relaxed);
}

/// Says what was done and why, where somebody has asked for that.
pub fn detail(message: std::fmt::Arguments<'_>) {
    if VERBOSE.load(Ordering::Relaxed) {
        note(&format!("aws-auth: {message}"));
    }
}

/// Says what is good to know about this run, where somebody reads it.
pub fn note(message: &str) {
    if !QUIET.load(Ordering::Relaxed) && !SAID.load(Ordering::Relaxed) {
        warn(message);
    }
}

/// What was said of a wait, if nothing was said after it.
static WAIT: Mutex<Option<String>> = Mutex::new(None);

/// Says why the run takes its time; once, where it waits several times in a row for the same.
pub fn say_why_we_wait(message: &str) {
    let is_new = WAIT.lock().unwrap_or_else(PoisonError::into_inner).as_deref() != Some(message);
    if is_new && !SAID.load(Ordering::Relaxed) {
        warn(message);
        *WAIT.lock().unwrap_or_else(PoisonError::into_inner) = Some(message.to_owned());
    }
}

/// Says what may not be as its user thinks it is: on the terminal, if there is one, where standard error is a program's.
/// Older ones of those mix it into the answer.
/// Source: <https://github.com/awslabs/aws-c-auth/pull/250>
pub fn warn(message: &str) {
    *WAIT.lock().unwrap_or_else(PoisonError::into_inner) = None;
    if !is_brief() {
        say(message);
    } else if let Ok(terminal) = Terminal::open() {
        terminal.show(&format!("{message}\n"));
    }
}

/// Whether a person sees our standard error.
#[must_use]
pub fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Whether a person sees our standard output.
#[must_use]
pub fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Whether another program reads our standard output.
#[must_use]
pub fn stdout_is_pipe() -> bool {
    let stat = rustix::fs::fstat(rustix::stdio::stdout());
    stat.is_ok_and(|stat| rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::Fifo)
}

/// Who may read the regular file that standard output is; none if it is no file, or one that has no name any more and
/// that nobody can open: into such a file ksh93 has its `$(…)` written.
#[must_use]
pub fn stdout_file() -> Option<Readers> {
    let stat = rustix::fs::fstat(rustix::stdio::stdout()).ok()?;
    let is_file = rustix::fs::FileType::from_raw_mode(stat.st_mode) == rustix::fs::FileType::RegularFile;
    let others = rustix::fs::Mode::RGRP | rustix::fs::Mode::ROTH;
    (is_file && stat.st_nlink > 0).then(|| {
        if rustix::fs::Mode::from_raw_mode(stat.st_mode).intersects(others) { Readers::Others } else { Readers::Owner }
    })
}

/// Whose a file is to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner's alone.
    Owner,
    /// Those of its group's too, or everybody's.
    Others,
}

/// Whether standard output was closed when we were started. Rust's start-up code opens /dev/null in its place.
#[must_use]
pub fn stdout_is_closed() -> bool {
    aws_auth_launch::was_closed(1)
}
