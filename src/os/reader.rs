//! Who uses what we print in the end: the process that lives for as long as what we print is of use.

use super::pipe::End;
use super::process::{Lasting, Process};
use super::process::{ancestors, ancestors_of, pipes, share_a_command_line};

/// The one in whose environment our statements end, where `is_shell` knows shells.
///
/// Whoever has the other end of our standard output reads them. But it may only hand them on: a script that keeps them in
/// a variable and prints it, a subshell, direnv's bash, which gives what it has set to direnv by a pipe of its own. So as
/// long as the reader has such a pipe that an ancestor of its reads, that ancestor is meant. A pipe at standard output is
/// not always one: what starts a script reads what it prints, and evaluates nothing, unless it is a shell.
#[must_use]
pub fn last(is_shell: impl Fn(&Process) -> bool) -> Option<Lasting> {
    let mut reader = of_our_output().or_else(|| nearest(&is_shell))?;
    while let Some(next) = next(reader, &is_shell) {
        reader = next;
    }
    Lasting::of(reader)
}

/// The ancestor that has the other end of our standard output. Only the process that made the pipe and those below it can
/// have it, so of several it is the furthest. None where the system does not tell.
fn of_our_output() -> Option<u32> {
    let ours = pipes(std::process::id()).into_iter().find(|end| end.descriptor == 1)?;
    ancestors().map(|process| process.pid).filter(|pid| reads(*pid, ours.pipe)).last()
}

/// The nearest shell, past its own subshells, which are gone as soon as the statements are read.
fn nearest(is_shell: &impl Fn(&Process) -> bool) -> Option<u32> {
    let mut above = ancestors().peekable();
    while let Some(process) = above.next() {
        // A subshell is a fork of the shell: it has the very same command line.
        let is_subshell = above.peek().is_some_and(|parent| share_a_command_line(process.pid, parent.pid));
        if !is_subshell && is_shell(&process) {
            return Some(process.pid);
        }
    }
    None
}

/// Whom a reader hands on to.
fn next(reader: u32, is_shell: &impl Fn(&Process) -> bool) -> Option<u32> {
    let ends = pipes(reader);
    let is_output = |end: &&End| ends.iter().any(|other| (1..=2).contains(&other.descriptor) && other.pipe == end.pipe);
    // What it reads itself too is no way out, but a token that all of a family pass around, as make's.
    let is_way_out = |end: &&End| !end.is_read && !ends.iter().any(|other| other.is_read && other.pipe == end.pipe);
    ends.iter().filter(is_way_out).find_map(|end| {
        let above: Vec<Process> = ancestors_of(reader).collect();
        let at = above.iter().rposition(|process| reads(process.pid, end.pipe))?;
        let to = &above[at];
        if is_output(&end) {
            return (is_shell(to) && end.descriptor == 1).then_some(to.pid);
        }
        // What those between have as well was made for none of them: it tells somebody that any of a family is alive.
        let is_for_it_alone =
            !above[..at].iter().any(|process| pipes(process.pid).iter().any(|one| one.pipe == end.pipe));
        is_for_it_alone.then_some(to.pid)
    })
}

fn reads(pid: u32, pipe: (u64, u64)) -> bool {
    pipes(pid).iter().any(|end| end.is_read && end.pipe == pipe)
}
