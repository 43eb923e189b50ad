//! Processes as `ps` shows them.
//!
//! The words asked for are those of POSIX and of macOS's manual: `comm` is the path of the program there and a name here, a
//! login shell's begins with `-`, `tty` is `ttys001` or `??`, and `stat` has a Z in it for one that has ended. Without
//! `-ww` macOS cuts each line at the width of a terminal, or at 79 columns.
//! Sources: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/ps.html>,
//! <https://keith.github.io/xcode-man-pages/ps.1.html>

use crate::os::pipe::End;
use rustix::process::Pid;
use std::path::{Path, PathBuf};

/// The parent of a process, and the file name of its program.
pub fn look_up(pid: u32) -> Option<(u32, Vec<String>)> {
    let text = ps(&["-o", "ppid=,comm=", "-p", &pid.to_string()])?;
    let (parent, name) = text.trim().split_once(' ')?;
    let name = name.trim().rsplit('/').next()?.trim_start_matches('-');
    Some((parent.parse().ok()?, vec![name.into()]))
}

pub fn is_running(pid: u32) -> bool {
    ps(&["-o", "stat=", "-p", &pid.to_string()]).is_some_and(|text| !text.trim().is_empty() && !text.contains('Z'))
}

/// Whether a process stands still because a signal stopped it.
#[must_use]
pub fn is_stopped(pid: u32) -> bool {
    ps(&["-o", "stat=", "-p", &pid.to_string()]).is_some_and(|text| text.contains('T'))
}

/// Every process, each with its parent.
pub fn parents() -> Vec<(u32, u32)> {
    let text = ps(&["-ax", "-o", "pid=,ppid="]).unwrap_or_default();
    let pairs = text.lines().filter_map(|line| line.trim().split_once(' '));
    pairs.filter_map(|(pid, parent)| Some((pid.parse().ok()?, parent.trim().parse().ok()?))).collect()
}

/// Which pipes a process has open is not told here.
#[must_use]
pub const fn pipes(_pid: u32) -> Vec<End> {
    Vec::new()
}

/// Our user's processes whose first argument is `word`: the number, and the second argument.
#[must_use]
pub fn with_first_word(word: &str) -> Vec<(u32, String)> {
    let user = rustix::process::getuid().as_raw().to_string();
    let text = ps(&["-o", "pid=,args=", "-U", &user]).unwrap_or_default();
    let row = |line: &str| {
        let (pid, line) = line.trim().split_once(' ')?;
        let (_, second) = line.split_once(&format!(" {word} "))?;
        Some((pid.parse().ok()?, second.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

/// When a process was started, in digits.
pub fn started(pid: u32) -> Option<String> {
    let text = ps(&["-o", "lstart=", "-p", &pid.to_string()])?;
    let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    (!digits.is_empty()).then_some(digits)
}

/// Nothing ends a command here when we are killed.
pub const fn end_with_us(_command: &mut std::process::Command) {}

/// Which files a process has open is not told here.
pub const fn pinentries_on(_terminal: &Path) -> Vec<u32> {
    Vec::new()
}

/// Whether two processes were started by the same command line, as a shell and its subshells are.
#[must_use]
pub fn share_a_command_line(one: u32, other: u32) -> bool {
    let line = |pid: u32| ps(&["-o", "command=", "-p", &pid.to_string()]);
    line(one).is_some_and(|line_of_one| line(other) == Some(line_of_one))
}

/// The group of a session's leader is no job of any shell.
pub fn ignores_stop(pid: u32) -> bool {
    rustix::process::getsid(None).is_ok_and(|session| session.as_raw_nonzero().get().unsigned_abs() == pid)
}

/// The device file of our controlling terminal.
#[must_use]
pub fn controlling_terminal() -> Option<PathBuf> {
    let text = ps(&["-o", "tty=", "-p", &std::process::id().to_string()])?;
    let name = text.trim();
    (!name.is_empty() && !name.contains('?')).then(|| PathBuf::from("/dev").join(name))
}

/// Nothing here tells when a process ends that is no child of ours.
pub const fn wait_for_end(_pid: Pid) -> bool {
    false
}

/// `ps` is the portable way to ask; its absolute place keeps a planted one out.
fn ps(arguments: &[&str]) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "no manager and no secret is involved")]
    let output = std::process::Command::new("/bin/ps").arg("-ww").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()
}
