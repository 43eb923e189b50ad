//! Other processes: who started us, and whom a child of ours started.

use crate::environment;
use rustix::process::Signal;
#[cfg(target_os = "linux")]
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

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

/// Our ancestors, the nearest first.
pub fn ancestors() -> impl Iterator<Item = Process> {
    let parent = rustix::process::getppid().map_or(0, |pid| pid.as_raw_nonzero().get().unsigned_abs());
    std::iter::successors(look_up(parent), |process| look_up(process.parent)).take(DEPTH)
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

/// Whether a shell would notice that we were stopped, and could start us again.
///
/// In `eval "$(aws-auth)"` we run in the interactive shell's own process group. That shell ignores ^Z and waits for us,
/// for ever if we stop: not even ^C would end the wait. fish waits in the same way for a part of `aws-auth | source`.
#[must_use]
pub fn can_be_resumed() -> bool {
    let leader = rustix::process::getpgrp();
    let in_a_job = leader == rustix::process::getpid() || !ignores_stop(leader.as_raw_nonzero().get().unsigned_abs());
    let fish_started_us = || ancestors().next().is_some_and(|parent| parent.names.iter().any(|name| name == "fish"));
    in_a_job && !(super::stdio::stdout_is_pipe() && fish_started_us())
}

/// Sends `signal` to `pid` and to everything below it; what has ended already is no failure.
///
/// A manager is often a script: killing only the shell that runs it would leave its `gpg` asking on the terminal.
pub fn signal_tree(pid: u32, signal: Signal) {
    for pid in tree(pid) {
        send(pid, signal);
    }
}

/// Ends `pid` and everything below it: asks them to, and after `patience` no longer asks.
pub fn end_tree(pid: u32, patience: Duration) {
    // Whoever ends leaves its children to another parent: they have to be known before.
    let tree = tree(pid);
    for pid in &tree {
        send(*pid, Signal::TERM);
    }
    let deadline = Instant::now() + patience;
    while tree.iter().any(|pid| is_running(*pid)) {
        if Instant::now() > deadline {
            for pid in tree.iter().filter(|pid| is_running(**pid)) {
                send(*pid, Signal::KILL);
            }
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A process and everything below it.
fn tree(pid: u32) -> Vec<u32> {
    let mut tree = vec![pid];
    let mut seen = 0;
    while let Some(pid) = tree.get(seen) {
        tree.extend(children(*pid));
        seen += 1;
    }
    tree
}

fn send(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

#[cfg(target_os = "linux")]
fn look_up(pid: u32) -> Option<Process> {
    let (name, parent, _) = stat(&pid.to_string())?;
    let executable = std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    let file =
        executable.as_deref().and_then(std::path::Path::file_name).map(|name| name.to_string_lossy().into_owned());
    // An executable replaced by an upgrade is shown with this mark.
    let file = file.map(|name| name.trim_end_matches(" (deleted)").to_owned());
    Some(Process { pid, parent, names: file.into_iter().chain([name]).collect() })
}

/// Whether a process is there and has not ended; one that has, and that nobody asked how, is there still.
#[cfg(target_os = "linux")]
fn is_running(pid: u32) -> bool {
    let text = std::fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    String::from_utf8_lossy(&text).rsplit_once(") ").is_some_and(|(_, tail)| !tail.starts_with(['Z', 'X']))
}

#[cfg(target_os = "linux")]
fn children(pid: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter(|number| stat(&number.to_string()).is_some_and(|(_, parent, _)| parent == pid)).collect()
}

/// The ancestor that reads what we print, if that is a pipe: the one that has its other end. Only the process that made
/// the pipe and those below it can have it, so of several it is the furthest.
#[cfg(target_os = "linux")]
#[must_use]
pub fn reader_of_stdout() -> Option<u32> {
    let ours = rustix::fs::fstat(rustix::stdio::stdout()).ok().filter(|_| super::stdio::stdout_is_pipe())?;
    let reads = |pid: u32| {
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        files.map(|file| file.file_name()).any(|number| {
            let number = number.to_string_lossy();
            let at = std::fs::metadata(format!("/proc/{pid}/fd/{number}"));
            at.is_ok_and(|at| (at.dev(), at.ino()) == (ours.st_dev, ours.st_ino)) && is_for_reading(pid, &number)
        })
    };
    ancestors().map(|process| process.pid).filter(|pid| reads(*pid)).last()
}

/// Whether a process has opened this descriptor of its for reading.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html>
#[cfg(target_os = "linux")]
fn is_for_reading(pid: u32, number: &str) -> bool {
    let text = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).unwrap_or_default();
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & rustix::fs::OFlags::ACCMODE.bits() != rustix::fs::OFlags::WRONLY.bits())
}

/// Who has the other end of a pipe is not told here.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn reader_of_stdout() -> Option<u32> {
    None
}

/// Whether two processes were started by the same command line, as a shell and its subshells are.
#[cfg(target_os = "linux")]
#[must_use]
pub fn share_a_command_line(one: u32, other: u32) -> bool {
    let line = |pid: u32| std::fs::read(format!("/proc/{pid}/cmdline")).ok().filter(|line| !line.is_empty());
    line(one).is_some_and(|line_of_one| line(other) == Some(line_of_one))
}

/// Name, parent and terminal of a process.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
#[cfg(target_os = "linux")]
fn stat(pid: &str) -> Option<(String, u32, u32)> {
    let text = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The name is in parentheses and may itself hold blanks and parentheses.
    let (head, tail) = text.rsplit_once(") ")?;
    let name = head.split_once('(')?.1;
    let mut fields = tail.split(' ').skip(1);
    let parent = fields.next()?.parse().ok()?;
    let terminal = fields.nth(2)?.parse::<i32>().ok()?.cast_unsigned();
    Some((name.into(), parent, terminal))
}

/// Whether the process ignores ^Z, as every interactive shell does.
#[cfg(target_os = "linux")]
fn ignores_stop(pid: u32) -> bool {
    ignored(&pid.to_string()) & bit(signal_hook::consts::SIGTSTP) != 0
}

/// Those of `signals` that we do not ignore: whoever started us chose so.
#[cfg(target_os = "linux")]
pub fn heeded(signals: &[i32]) -> impl Iterator<Item = i32> {
    let ignored = ignored("self");
    signals.iter().copied().filter(move |signal| ignored & bit(*signal) == 0)
}

#[cfg(target_os = "linux")]
const fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

/// The signals that the process ignores, the first one in the lowest bit.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
#[cfg(target_os = "linux")]
fn ignored(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The device file of our controlling terminal, also when no standard stream is connected to it.
/// Source: <https://www.kernel.org/doc/Documentation/admin-guide/devices.txt>
#[cfg(target_os = "linux")]
#[must_use]
pub fn controlling_terminal() -> Option<PathBuf> {
    let (_, _, number) = stat("self")?;
    let (major, minor) = ((number >> 8) & 0xfff, (number & 0xff) | ((number >> 12) & 0xfff00));
    match major {
        136..=143 => Some(format!("/dev/pts/{}", minor + (major - 136) * 256).into()),
        4 if minor < 64 => Some(format!("/dev/tty{minor}").into()),
        4 => Some(format!("/dev/ttyS{}", minor - 64).into()),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn look_up(pid: u32) -> Option<Process> {
    let text = ps(&["-o", "ppid=,comm=", "-p", &pid.to_string()])?;
    let (parent, name) = text.trim().split_once(' ')?;
    let name = name.trim().rsplit('/').next()?.trim_start_matches('-');
    Some(Process { pid, parent: parent.parse().ok()?, names: vec![name.into()] })
}

/// The group of a session's leader is no job of any shell.
#[cfg(not(target_os = "linux"))]
fn ignores_stop(pid: u32) -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session.as_raw_nonzero().get().unsigned_abs() == pid)
}

/// All of `signals`: which of them we ignore is not known here.
#[cfg(not(target_os = "linux"))]
pub fn heeded(signals: &[i32]) -> impl Iterator<Item = i32> {
    signals.iter().copied()
}

#[cfg(not(target_os = "linux"))]
fn is_running(pid: u32) -> bool {
    ps(&["-o", "stat=", "-p", &pid.to_string()]).is_some_and(|text| !text.trim().is_empty() && !text.contains('Z'))
}

#[cfg(not(target_os = "linux"))]
fn children(pid: u32) -> Vec<u32> {
    let text = ps(&["-ax", "-o", "pid=,ppid="]).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.trim().split_once(' '));
    pairs.filter(|(_, parent)| parent.trim() == pid.to_string()).filter_map(|(pid, _)| pid.parse().ok()).collect()
}

/// The device file of our controlling terminal.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn controlling_terminal() -> Option<PathBuf> {
    let text = ps(&["-o", "tty=", "-p", &std::process::id().to_string()])?;
    let name = text.trim();
    (!name.is_empty() && !name.contains('?')).then(|| PathBuf::from("/dev").join(name))
}

/// Whether two processes were started by the same command line, as a shell and its subshells are.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn share_a_command_line(one: u32, other: u32) -> bool {
    let line = |pid: u32| ps(&["-o", "command=", "-p", &pid.to_string()]);
    line(one).is_some_and(|line_of_one| line(other) == Some(line_of_one))
}

/// `ps` is the portable way to ask; its absolute place keeps a planted one out.
#[cfg(not(target_os = "linux"))]
fn ps(arguments: &[&str]) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "no manager and no secret is involved")]
    let output = std::process::Command::new("/bin/ps").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()
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
