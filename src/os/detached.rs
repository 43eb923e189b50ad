//! A process that outlives the run which starts it, and holds nothing of it.
//!
//! It is a program executed afresh: a process that went on after a fork would have our memory, our threads' locks and our
//! secrets. It is no child of the run, which may become another program that waits for its own children; it is in a
//! session of its own, where no key press and no closed terminal reaches it; its working directory is `/`, so that nothing
//! keeps a file system busy. 0 to 2 are /dev/null; none of our other descriptors is open in it, so that a lock, a pipe or
//! a FIFO of the caller's ends when the caller ends it. No signal is ignored or blocked there, whatever was here. Its
//! environment is the one that it is given. What service managers mark a process with is not taken away but by that.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The two pipes to a process that is to be told something, and to tell something, before it is on its own.
#[derive(Debug)]
pub struct Link {
    /// Its standard input, until it puts /dev/null there. Closed, it reads an end.
    pub to: std::process::ChildStdin,
    /// Its standard output, until it puts /dev/null there, or has ended, which gives an end.
    pub from: std::process::ChildStdout,
}

/// This very program.
pub fn ourselves() -> io::Result<PathBuf> {
    std::env::current_exe()
}

/// Starts `program` with these arguments and this environment. An error is the kernel's own reason.
pub fn start(program: &Path, words: &[&OsStr], environment: &BTreeMap<OsString, OsString>) -> io::Result<()> {
    apart(program, words, environment).spawn()?.wait().map(drop)
}

/// The same with pipes in the place of 0 and 1, which the process gives up by [`let_go`].
pub fn start_linked(program: &Path, words: &[&OsStr], environment: &BTreeMap<OsString, OsString>) -> io::Result<Link> {
    let mut command = apart(program, words, environment);
    let mut first = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let link = first.stdin.take().zip(first.stdout.take()).map(|(to, from)| Link { to, from });
    first.wait()?;
    link.ok_or_else(|| io::Error::other("a pipe is missing"))
}

/// In the process that was started: lets go of the pipes to the run that has started it.
pub fn let_go() -> io::Result<()> {
    let null = std::fs::File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&null)?;
    Ok(rustix::stdio::dup2_stdout(&null)?)
}

fn apart(program: &Path, words: &[&OsStr], environment: &BTreeMap<OsString, OsString>) -> Command {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts what outlives us")]
    let mut command = Command::new(program);
    command.args(words).env_clear().envs(environment).current_dir("/");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    aws_auth_launch::apart(&mut command);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    /// What a shell that is started so sees of itself.
    fn look(script: &str) -> String {
        let environment = [("PATH".into(), "/usr/bin:/bin".into()), ("ONLY".into(), "this".into())].into();
        let words = ["-c", script].map(OsStr::new);
        let mut link = start_linked(Path::new("/bin/sh"), &words, &environment).expect("a shell");
        let mut seen = String::new();
        link.to.write_all(b"a word\n").expect("its input");
        drop(link.to);
        link.from.read_to_string(&mut seen).expect("its output");
        seen
    }

    #[test]
    fn it_holds_nothing_of_ours_and_is_no_child() {
        // As a shell's `9>file` gives it to us: open in what we start.
        let held = tempfile::tempfile().expect("a file");
        let held = rustix::io::dup(&held).expect("a descriptor that is not closed at exec");
        let script =
            "read -r word; ls /proc/$$/fd | tr '\\n' ' '; readlink /proc/$$/fd/2; pwd; env | grep -c '^ONLY=this$'
            env | grep -c AWS; ps -o sid= -p $$ | grep -c \"^ *$$ *$\"; echo $PPID; echo \"$word\"";
        if !Path::new("/proc/self/fd").exists() {
            return crate::os::stdio::note("NOT RUN: this system shows no descriptors");
        }
        let seen = look(script);
        let lines: Vec<_> = seen.lines().collect();
        // The shell may keep one for itself, as bash does with 255.
        let [descriptors, directory, only, keys, _leader, parent, word] = lines[..] else { panic!("{seen}") };
        let numbers: Vec<_> = descriptors.split(' ').collect();
        assert_eq!(numbers[..3], ["0", "1", "2"], "{seen}");
        let ours = std::os::fd::AsRawFd::as_raw_fd(&held).to_string();
        assert!(descriptors.ends_with("/dev/null") && !numbers.contains(&ours.as_str()), "{seen}");
        assert_eq!((directory, only, keys, word), ("/", "1", "0", "a word"), "{seen}");
        assert_ne!(parent, std::process::id().to_string(), "{seen}");
        drop(held);
    }

    #[test]
    fn the_run_learns_why_there_is_none() {
        start(Path::new("/bin/true"), &[], &BTreeMap::new()).expect("a program");
        let missing = start(Path::new("/no/such/program"), &[], &BTreeMap::new()).expect_err("no program");
        assert_eq!(missing.kind(), io::ErrorKind::NotFound);
        let directory = start(Path::new("/"), &[], &BTreeMap::new()).expect_err("no program");
        assert_eq!(directory.kind(), io::ErrorKind::PermissionDenied);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn no_signal_is_ignored_or_blocked_whatever_is_here() {
        const AGAIN: &str = "AWS_AUTH_TEST_STARTED_ODDLY";
        if crate::os::environment::os(AGAIN).is_some() {
            let seen = look("read -r word; sed -n -E 's/^Sig(Ign|Blk):.*(.{8})$/\\2/p' /proc/$$/status | tr '\\n' ' '");
            // 32, which glibc keeps for itself, is ignored in all that it starts.
            assert_eq!(seen.replace('8', "0"), "00000000 00000000 ");
            return;
        }
        // This very test, started as nohup and others start programs.
        #[expect(clippy::disallowed_methods, reason = "it is this very program")]
        let status = Command::new("env")
            .args(["--ignore-signal=HUP", "--ignore-signal=PIPE", "--block-signal=TERM"])
            .arg(ourselves().expect("this program"))
            .args(["os::detached::tests::no_signal_is_ignored_or_blocked_whatever_is_here", "--exact", "--nocapture"])
            .env(AGAIN, "1")
            .status();
        let status = status.expect("env");
        assert!(status.success(), "{status}");
    }
}
