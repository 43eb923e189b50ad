//! Other processes: who started us, and whom a child of ours started.

use super::{environment, stdio, system};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ExitStatus};
use std::time::{Duration, Instant};

pub use system::process::{
    controlling_terminal, end_with_us, is_stopped, pipes, share_a_command_line, with_first_word,
};

/// What is known of one process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub pid: u32,
    /// The number of the process that started it.
    pub parent: u32,
    /// The file names it goes by, most certain first: its executable's, then the name it gave itself.
    pub names: Vec<String>,
}

/// The deepest chain of ancestors looked at: more is a loop or a curiosity.
const DEPTH: usize = 32;

/// How long both of us may take to be stopped by one key press.
const ALREADY: Duration = Duration::from_millis(50);

/// How often a process is looked at that is not a child of ours, where the system does not tell of its end.
const LOOK: Duration = Duration::from_secs(1);

/// Our ancestors, the nearest first.
pub fn ancestors() -> impl Iterator<Item = Process> {
    let parent = rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs());
    from(parent)
}

/// The ancestors of a process, the nearest first.
pub fn ancestors_of(pid: u32) -> impl Iterator<Item = Process> {
    from(pid).skip(1)
}

fn from(pid: u32) -> impl Iterator<Item = Process> {
    std::iter::successors(look_up(pid), |process| look_up(process.parent)).take(DEPTH)
}

/// A process that cannot be taken for a later one with its number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lasting {
    /// Its number.
    pub pid: u32,
    /// When it was started, in the system's own words.
    started: String,
}

impl Lasting {
    /// The process with this number, if there is one.
    #[must_use]
    pub fn of(pid: u32) -> Option<Self> {
        system::process::started(pid).map(|started| Self { pid, started })
    }

    /// Reads what [`Display`](std::fmt::Display) has written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (pid, started) = text.split_once('-')?;
        Some(Self { pid: pid.parse().ok()?, started: started.to_owned() })
    }

    /// Waits until it has ended.
    pub fn wait_for_end(&self) {
        if let Some(pid) = i32::try_from(self.pid).ok().and_then(Pid::from_raw)
            && Self::of(self.pid).as_ref() == Some(self)
        {
            wait_for_end(pid);
        }
    }

    /// Whether it is there.
    #[must_use]
    pub fn is_running(&self) -> bool {
        Self::of(self.pid).as_ref() == Some(self) && system::process::is_running(self.pid)
    }
}

impl std::fmt::Display for Lasting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.pid, self.started)
    }
}

/// Set for a command that one of us runs beside: the numbers of all those of us, separated by blanks. Not for people.
const BESIDE: &str = "AWS_AUTH_BESIDE";

/// The variable that tells a command, and what it runs, that we run beside it.
#[must_use]
pub fn beside() -> (&'static str, String) {
    let others = environment::os(BESIDE).map(|others| format!("{} ", others.to_string_lossy())).unwrap_or_default();
    (BESIDE, format!("{others}{}", std::process::id()))
}

/// Whether a process is one of us that runs beside the command which we are a part of: an ancestor that does not wait
/// for us to give it something.
#[must_use]
pub fn is_beside_us(pid: u32) -> bool {
    let pid = pid.to_string();
    environment::os(BESIDE).is_some_and(|pids| pids.to_string_lossy().split(' ').any(|one| one == pid))
}

/// Whether a process is an ancestor that waits for what we give it.
#[must_use]
pub fn waits_for_us(pid: u32) -> bool {
    ancestors().any(|process| process.pid == pid) && !is_beside_us(pid)
}

/// Those of `signals` that were not ignored when we were started: whoever started us chose so.
pub fn heeded(signals: &[i32]) -> impl Iterator<Item = i32> {
    signals.iter().copied().filter(|signal| !aws_auth_launch::was_ignored(*signal))
}

/// Whether a shell would notice that we were stopped, and could start us again.
///
/// In `eval "$(aws-auth)"` we run in the interactive shell's own process group. That shell ignores ^Z and waits for us,
/// without end if we stop: not even ^C would end the wait. fish waits in the same way for a part of `aws-auth | source`.
#[must_use]
pub fn can_be_resumed() -> bool {
    let leader = nix::unistd::getpgrp().as_raw().unsigned_abs();
    let in_a_job = leader == std::process::id() || !system::process::ignores_stop(leader);
    let fish_started_us = || ancestors().next().is_some_and(|parent| parent.names.iter().any(|name| name == "fish"));
    in_a_job && !(stdio::stdout_is_pipe() && fish_started_us())
}

/// Sends `signal` to `pid` and to everything below it; what has ended already is no failure.
///
/// A manager is often a script: killing only the shell that runs it would leave its `gpg` asking on the terminal.
pub fn signal_tree(pid: u32, signal: Signal) {
    for pid in tree(pid) {
        self::signal(pid, signal);
    }
}

/// Ends `pid` and everything below it: asks them to, and after `patience` no longer asks.
pub fn end_tree(pid: u32, patience: Duration) {
    // A process that ends leaves its children to another parent: they have to be known before.
    end_all(&tree(pid), patience);
}

/// Ends the pinentries on our terminal that were asked for in our time. Who asked is gone; they would go on drawing, and
/// take what is typed next, a passphrase or a command.
pub fn end_pinentries(patience: Duration) {
    // They leave the screen as it was when they are asked to end.
    let found = controlling_terminal().map(|terminal| system::process::pinentries_on(&terminal));
    end_all(&found.unwrap_or_default(), patience);
}

fn end_all(pids: &[u32], patience: Duration) {
    for pid in pids {
        self::signal(*pid, Signal::TERM);
    }
    let deadline = Instant::now() + patience;
    while pids.iter().any(|pid| system::process::is_running(*pid)) {
        if Instant::now() > deadline {
            for pid in pids.iter().filter(|pid| system::process::is_running(**pid)) {
                self::signal(*pid, Signal::KILL);
            }
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A process and everything below it.
fn tree(pid: u32) -> Vec<u32> {
    let all = system::process::parents();
    let mut tree = vec![pid];
    let mut seen = 0;
    while let Some(pid) = tree.get(seen).copied() {
        // A loop there is none, but the list was not made in one moment.
        let children = all.iter().filter(|(_, parent)| *parent == pid).map(|(child, _)| *child);
        let new: Vec<_> = children.filter(|child| !tree.contains(child)).collect();
        tree.extend(new);
        seen += 1;
    }
    tree
}

/// Waits until a child of ours has ended. Where it is stopped, so are we: a shell waits for us, and does not see it. When we
/// go on, so does the child.
pub fn wait_and_stop_with(child: &Child) -> io::Result<ExitStatus> {
    let pid = Pid::from_child(child);
    let heard = WaitOptions::UNTRACED | WaitOptions::CONTINUED;
    let mut news = None;
    loop {
        let told = news.take().map_or_else(|| waitpid(Some(pid), heard), |news| Ok(Some(news)));
        match told {
            Err(Errno::INTR) | Ok(None) => {}
            Err(error) => return Err(error.into()),
            Ok(Some((_, status))) if status.continued() => {}
            Ok(Some((_, status))) if status.stopped() => {
                // ^Z stops us with it, and when it is told of, both may go on already.
                std::thread::sleep(ALREADY);
                if system::process::is_stopped(child.id()) {
                    let _ = kill_process(rustix::process::getpid(), Signal::STOP);
                    // Who let us go on may have meant the whole group, so that the child goes on too; it may even have
                    // stopped again, which must not be undone. Only one that has told nothing since is still in its stop.
                    std::thread::sleep(ALREADY);
                    news = waitpid(Some(pid), heard | WaitOptions::NOHANG)?;
                    if news.is_none() {
                        signal(child.id(), Signal::CONT);
                    }
                }
            }
            Ok(Some((_, status))) => return Ok(ExitStatus::from_raw(status.as_raw())),
        }
    }
}

/// Waits until a process has ended that is no child of ours.
fn wait_for_end(pid: Pid) {
    if !system::process::wait_for_end(pid) {
        while !matches!(rustix::process::test_kill_process(pid), Err(rustix::io::Errno::SRCH)) {
            std::thread::sleep(LOOK);
        }
    }
}

fn look_up(pid: u32) -> Option<Process> {
    system::process::look_up(pid).map(|(parent, names)| Process { pid, parent, names })
}

/// Sends `signal` to one process.
pub fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ancestors_begin_with_our_parent() {
        let first = ancestors().next().expect("a parent");
        assert_eq!(first.pid, rustix::process::getppid().unwrap().as_raw_nonzero().get().unsigned_abs());
        assert!(!first.names.is_empty());
        assert!(waits_for_us(first.pid) && !waits_for_us(std::process::id()));
    }
}
