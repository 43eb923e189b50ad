//! Processes as `/proc` shows them.

use crate::os::pipe::End;
use rustix::fs::FileType;
use rustix::process::Pid;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// The parent of a process, and the file names it goes by, most certain first: its executable's, then the name it gave
/// itself.
pub fn look_up(pid: u32) -> Option<(u32, Vec<String>)> {
    let (name, parent, _) = stat(&pid.to_string())?;
    let executable = std::fs::read_link(format!("/proc/{pid}/exe")).ok();
    let file = executable.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    // An executable replaced by an upgrade is shown with this mark.
    let file = file.map(|name| name.trim_end_matches(" (deleted)").to_owned());
    Some((parent, file.into_iter().chain([name]).collect()))
}

/// Whether a process is there and has not ended; one that has, and that nobody asked how, is there still.
pub fn is_running(pid: u32) -> bool {
    let text = std::fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    String::from_utf8_lossy(&text).rsplit_once(") ").is_some_and(|(_, tail)| !tail.starts_with(['Z', 'X']))
}

/// Whether a process stands still because a signal stopped it.
#[must_use]
pub fn is_stopped(pid: u32) -> bool {
    let text = std::fs::read(format!("/proc/{pid}/stat")).unwrap_or_default();
    String::from_utf8_lossy(&text).rsplit_once(") ").is_some_and(|(_, tail)| tail.starts_with('T'))
}

/// Every process, each with its parent.
pub fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.filter_map(|number| Some((number, stat(&number.to_string())?.1))).collect()
}

/// The ends of pipes that a process has open.
#[must_use]
pub fn pipes(pid: u32) -> Vec<End> {
    let files = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
    let end = |number: u32| {
        let at = std::fs::metadata(format!("/proc/{pid}/fd/{number}")).ok()?;
        let is_pipe = FileType::from_raw_mode(at.mode()) == FileType::Fifo;
        let is_read = is_for_reading(pid, number);
        is_pipe.then_some(End { descriptor: number, pipe: (at.dev(), at.ino()), is_read })
    };
    files.filter_map(|file| end(file.file_name().to_str()?.parse().ok()?)).collect()
}

/// Whether a process has opened this descriptor of its for reading.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html>
fn is_for_reading(pid: u32, number: u32) -> bool {
    let text = std::fs::read_to_string(format!("/proc/{pid}/fdinfo/{number}")).unwrap_or_default();
    let flags = text.lines().find_map(|line| line.strip_prefix("flags:"));
    let flags = flags.and_then(|flags| u32::from_str_radix(flags.trim(), 8).ok());
    flags.is_some_and(|flags| flags & rustix::fs::OFlags::ACCMODE.bits() != rustix::fs::OFlags::WRONLY.bits())
}

/// Our user's processes whose first argument is `word`: the number, and the second argument.
#[must_use]
pub fn with_first_word(word: &str) -> Vec<(u32, String)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let numbers = entries.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let found = numbers.filter_map(|pid| {
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).ok()?;
        let mut words = line.split(|byte| *byte == 0).skip(1);
        let second = words.next().filter(|first| *first == word.as_bytes()).and(words.next())?;
        is_ours(pid).then(|| (pid, String::from_utf8_lossy(second).into_owned()))
    });
    found.collect()
}

/// Whether a process is our user's. The directory's owner does not tell, where the process keeps its memory to itself; and a
/// process may give itself any name, which stands there too.
fn is_ours(pid: u32) -> bool {
    let own = format!("Uid:\t{}\t", rustix::process::getuid().as_raw());
    let status = std::fs::read(format!("/proc/{pid}/status")).unwrap_or_default();
    String::from_utf8_lossy(&status).lines().any(|line| line.starts_with(&own))
}

/// When a process was started, in the kernel's ticks since the machine was.
pub fn started(pid: u32) -> Option<String> {
    let text = std::fs::read(format!("/proc/{pid}/stat")).ok()?;
    let text = String::from_utf8_lossy(&text);
    // The 22nd field; the third is the first after the name.
    text.rsplit_once(") ")?.1.split(' ').nth(19).map(str::to_owned)
}

/// Has a command ended when the thread that starts it ends, even by SIGKILL.
///
/// What acts between fork and exec has std use execvp, which hands to a shell what the kernel does not execute. So it is
/// done only for what the kernel does: a script with an interpreter, and a program for the machine that we are made for.
/// Source: <https://man7.org/linux/man-pages/man3/exec.3.html>
pub fn end_with_us(command: &mut std::process::Command) {
    let of_program = head(Path::new(command.get_program()));
    let is_like_us = || {
        of_program
            .zip(head(Path::new("/proc/self/exe")))
            .is_some_and(|(its, our)| its[..6] == our[..6] && its[18..] == our[18..])
    };
    if of_program.is_some_and(|head| head.starts_with(b"#!")) || is_like_us() {
        aws_auth_launch::end_with_us(command);
    }
}

/// The first bytes of a program: of an ELF file the mark, the width and order of its words, and last the machine.
/// Source: <https://man7.org/linux/man-pages/man5/elf.5.html>
fn head(path: &Path) -> Option<[u8; 20]> {
    use std::io::Read;
    let mut head = [b'\n'; 20];
    let _ = std::fs::File::open(path).ok()?.take(20).read(&mut head).ok()?;
    Some(head)
}

/// Our user's pinentries that have this terminal open and are no older than we are.
///
/// gpg-agent starts them, so they are below no child of ours, in no group that the terminal sends a signal to.
pub fn pinentries_on(terminal: &Path) -> Vec<u32> {
    let age = |pid: u32| started(pid).and_then(|ticks| ticks.parse::<u64>().ok());
    let Some((device, ours)) = std::fs::metadata(terminal).ok().zip(age(std::process::id())) else { return Vec::new() };
    let is_pinentry =
        |pid: u32| look_up(pid).is_some_and(|(_, names)| names.iter().any(|it| it.starts_with("pinentry")));
    let has_it_open = |pid: u32| {
        let files = std::fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten();
        let mut opened = files.filter_map(|file| std::fs::metadata(file.path()).ok());
        opened.any(|file| (file.dev(), file.ino()) == (device.dev(), device.ino()))
    };
    let all = parents().into_iter().map(|(pid, _)| pid);
    all.filter(|&pid| is_pinentry(pid) && is_ours(pid) && age(pid) >= Some(ours) && has_it_open(pid)).collect()
}

/// Whether two processes were started by the same command line, as a shell and its subshells are.
#[must_use]
pub fn share_a_command_line(one: u32, other: u32) -> bool {
    let line = |pid: u32| std::fs::read(format!("/proc/{pid}/cmdline")).ok().filter(|line| !line.is_empty());
    line(one).is_some_and(|line_of_one| line(other) == Some(line_of_one))
}

/// Name, parent and terminal of a process.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>
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
pub fn ignores_stop(pid: u32) -> bool {
    ignored(&pid.to_string()) & bit(signal_hook::consts::SIGTSTP) != 0
}

const fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

/// The signals that the process ignores, the first one in the lowest bit.
/// Source: <https://man7.org/linux/man-pages/man5/proc_pid_status.5.html>
fn ignored(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

/// The device file of our controlling terminal, also when no standard stream is connected to it.
/// Source: <https://www.kernel.org/doc/Documentation/admin-guide/devices.txt>
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

/// Waits until a process has ended; false if the kernel does not tell.
/// Source: <https://man7.org/linux/man-pages/man2/pidfd_open.2.html>
pub fn wait_for_end(pid: Pid) -> bool {
    use rustix::event::{PollFd, PollFlags, poll};
    let Ok(handle) = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()) else { return false };
    while poll(&mut [PollFd::new(&handle, PollFlags::IN)], None).is_err() {}
    true
}
