//! Runs a manager's program, and the others that are asked for something: a command for codes, `id`.
//! What is started for its own sake has other homes: the command of `exec`, the browser, our own other half in `serve`.
//!
//! The child stays in our process group, so that it may ask on the terminal; its standard input is that terminal or
//! nothing. It gets no AWS credentials. Its answer is bounded in bytes and in time, and a daemon that it leaves behind
//! with our pipe open does not keep us waiting.

use super::tty::Terminal;
use super::write::write_all;
use super::{environment, guard, process, stdio};
use crate::secret::{Filled, SecretBuffer};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The most a manager may answer, in bytes. An item with keys has under 4 KiB; the rest is notes.
const ANSWER: usize = 64 * 1024;

/// How long nothing is said of a wait.
const SILENCE: Duration = Duration::from_secs(1);

/// How often a child with an open pipe is asked whether it has ended.
const TICK: Duration = Duration::from_millis(50);

/// Variables that are for this run alone: a command that is run for a code, and itself runs aws-auth, would be run by that
/// for a code.
const WITHHELD: &[&str] = &["AWS_AUTH_TOKEN_FROM"];

/// Variables that hold credentials, or lead to some by what they hold.
const CREDENTIALS: &[&str] = &[
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_SESSION_EXPIRATION",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_AUTH_ACCESS_KEY_ID",
    "AWS_AUTH_SECRET_ACCESS_KEY",
    "AWS_AUTH_SESSION_TOKEN",
];

/// One call of a program.
#[derive(Debug)]
pub struct Call<'a> {
    /// The program's absolute path.
    pub program: &'a Path,
    /// Its arguments.
    pub argv: &'a [String],
    /// Its environment.
    pub env: &'a BTreeMap<OsString, OsString>,
    /// Where it may ask; nowhere if none.
    pub terminal: Option<&'a Terminal>,
    /// Whether what it says on standard error is shown on the terminal as it comes.
    pub show_stderr: bool,
    /// How long to wait for it.
    pub timeout: Duration,
}

/// What a program answered.
#[derive(Debug)]
pub struct Answer {
    /// How it ended.
    pub status: ExitStatus,
    /// What it said: secrets.
    pub stdout: SecretBuffer,
    /// What it complained of. May hold a secret if the program is careless.
    pub stderr: SecretBuffer,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Failure {
    /// It could not be started or waited for.
    Io(io::Error),
    /// It said more than it may, in bytes.
    TooMuch(usize),
    /// It took longer than it may.
    TooLong,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::TooMuch(most) => write!(f, "it said more than {} KiB", most / 1024),
            Self::TooLong => f.write_str("it took too long"),
        }
    }
}

/// Whether a variable holds credentials.
#[must_use]
pub fn is_credential(name: &OsStr) -> bool {
    CREDENTIALS.iter().any(|credential| name == *credential)
}

/// Our environment without credentials, and with this search path: for any program that is not run to have some.
#[must_use]
pub fn without_keys(path: &OsStr) -> BTreeMap<OsString, OsString> {
    let withheld = |name: &OsStr| is_credential(name) || WITHHELD.iter().any(|withheld| name == *withheld);
    let kept = environment::inheritable().filter(|(name, _)| !withheld(name));
    let mut env = kept.chain([("PATH".into(), path.into())]).collect();
    forget_bundle(&mut env);
    env
}

/// What the programs that we ask are to know of us, by variables of ours.
static MARKS: Mutex<BTreeMap<&'static str, String>> = Mutex::new(BTreeMap::new());

/// From now on the programs that we ask have this variable.
pub fn mark(name: &'static str, value: &str) {
    MARKS.lock().unwrap_or_else(PoisonError::into_inner).insert(name, value.to_owned());
}

/// The environment that programs inherit from us whose answers are read, before a manifest changes it.
#[must_use]
pub fn inherited(path: &OsStr) -> BTreeMap<OsString, OsString> {
    let mut env = without_keys(path);
    env.retain(|name, _| !is_of_locale(name));
    // Names may be in any script. The rest of a locale is twelve files that each program would open for nothing.
    env.insert("LC_CTYPE".into(), "C.UTF-8".into());
    // Many services have none: a manager would look for its store at the root.
    if let Some(home) = environment::home() {
        env.entry("HOME".into()).or_insert_with(|| home.into());
    }
    let marks = MARKS.lock().unwrap_or_else(PoisonError::into_inner);
    env.extend(marks.iter().map(|(name, value)| ((*name).into(), value.into())));
    env
}

/// Where libraries are looked for first.
const LIBRARIES: &[(&str, &str)] =
    &[("LD_LIBRARY_PATH", "LD_LIBRARY_PATH_ORIG"), ("DYLD_LIBRARY_PATH", "DYLD_LIBRARY_PATH_ORIG")];
/// What a program has in its environment that `PyInstaller` has bundled, as the AWS CLI is, and all that it runs.
const BUNDLED: &[&str] = &["_PYI_APPLICATION_HOME_DIR", "_MEIPASS2"];

/// Gives other programs the machine's libraries: those of a bundled program that runs us are for it alone, and a manager
/// would end with a symbol that it does not find. What the user has set stays.
/// Source: <https://pyinstaller.org/en/stable/runtime-information.html#ld-library-path-libpath-considerations>
fn forget_bundle(env: &mut BTreeMap<OsString, OsString>) {
    let is_bundled = BUNDLED.iter().any(|mark| env.contains_key(OsStr::new(mark)));
    for (name, original) in LIBRARIES {
        if let Some(path) = env.get(OsStr::new(original)).cloned() {
            env.insert(name.into(), path);
        } else if is_bundled {
            env.remove(OsStr::new(name));
        }
    }
}

/// Whether a variable says in which language a program speaks. Messages are recognised by their text; gpg and others
/// translate them by `LANGUAGE` even in the locale `C.UTF-8`.
fn is_of_locale(name: &OsStr) -> bool {
    name == "LANG" || name == "LANGUAGE" || name.as_encoded_bytes().starts_with(b"LC_")
}

/// What is let pass, and what is told, while a program is waited for.
#[derive(Clone, Copy, Debug)]
pub struct Bounds<'a> {
    /// The most it may answer, in bytes.
    pub most: usize,
    /// Who is waited for; told after a second.
    pub name: Option<&'a str>,
}

/// Runs the program to its end.
pub fn run(call: &Call<'_>) -> Result<Answer, Failure> {
    run_within(call, Bounds { most: ANSWER, name: None })
}

/// Runs the program to its end, within bounds of its own.
pub fn run_within(call: &Call<'_>, bounds: Bounds<'_>) -> Result<Answer, Failure> {
    let stdin = match call.terminal {
        Some(terminal) => Stdio::from(terminal.handle().map_err(Failure::Io)?),
        None => Stdio::null(),
    };
    run_on(call, bounds, stdin, Manner::EndsWithUs)
}

/// Runs the program to its end with `input` as its standard input, which is there before it starts: whatever ends us,
/// the program reads all of it. No more than a pipe holds, which is 64 KiB on Linux.
pub fn feed(call: &Call<'_>, bounds: Bounds<'_>, input: &[u8]) -> Result<Answer, Failure> {
    let (theirs, ours) = io::pipe().map_err(Failure::Io)?;
    rustix::io::ioctl_fionbio(&ours, true).map_err(|error| Failure::Io(error.into()))?;
    write_all(&ours, input).map_err(|error| match error.kind() {
        io::ErrorKind::WouldBlock => Failure::Io(io::Error::other("what is to be stored does not fit into a pipe")),
        _ => Failure::Io(error),
    })?;
    drop(ours);
    run_on(call, bounds, Stdio::from(theirs), Manner::Finishes)
}

/// What becomes of a program when we are killed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Nobody takes its answer any more.
    EndsWithUs,
    /// What it stores is not to be stored by half.
    Finishes,
}

fn run_on(call: &Call<'_>, bounds: Bounds<'_>, stdin: Stdio, manner: Manner) -> Result<Answer, Failure> {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts what is asked for something")]
    let mut command = Command::new(call.program);
    command.args(call.argv).env_clear().envs(call.env).stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    if manner == Manner::EndsWithUs {
        process::end_with_us(&mut command);
    }
    let mut child = guard::start_child(|| command.spawn()).map_err(Failure::Io)?;
    let answer = streams(&mut child, bounds).and_then(|both| listen(both, || child.try_wait(), call, bounds));
    match &answer {
        Err(_) => {
            end(&mut child);
            end_pinentries(call);
        }
        // A key press that ends the child is on its way to us too, and decides how we end: by that signal, if at all.
        Ok(answer) if was_interrupted(answer.status) => {
            std::thread::sleep(Duration::from_millis(100));
            end_pinentries(call);
        }
        Ok(_) => {}
    }
    guard::forget_child();
    guard::restore_terminal();
    answer
}

/// Replaces us by a program in a session of its own, which has no terminal; the reason why it could not be.
#[must_use]
pub fn apart(program: &OsStr, argv: &[OsString]) -> io::Error {
    use std::os::unix::process::CommandExt;
    if let Err(error) = rustix::process::setsid() {
        return error.into();
    }
    #[expect(clippy::disallowed_methods, reason = "this is the one place that starts what is asked for something")]
    Command::new(program).args(argv).exec()
}

/// Whether a signal ended the program, or one that it ran, as shells tell by 128 and the signal's number.
fn was_interrupted(status: ExitStatus) -> bool {
    status.code().is_none_or(|code| (129..160).contains(&code))
}

/// Ends a child that must not go on, and all it has started.
fn end(child: &mut Child) {
    process::end_tree(child.id(), Duration::from_millis(500));
    let _ = child.wait();
}

/// Ends a dialog that a program has left on the terminal.
fn end_pinentries(call: &Call<'_>) {
    if call.terminal.is_some() {
        process::end_pinentries(Duration::from_millis(100));
    }
}

/// A pipe that is being read: where from, where to, and whether there is more to come.
struct Stream {
    pipe: OwnedFd,
    buffer: SecretBuffer,
    open: bool,
}

impl Stream {
    fn new(pipe: impl Into<OwnedFd>, most: usize) -> io::Result<Self> {
        let pipe = pipe.into();
        rustix::io::ioctl_fionbio(&pipe, true)?;
        Ok(Self { pipe, buffer: SecretBuffer::new(most), open: true })
    }

    /// Reads all there is now. Whether the buffer overflowed.
    fn drain(&mut self) -> io::Result<bool> {
        while self.open {
            match self.buffer.fill(&self.pipe)? {
                Filled::Some => {}
                Filled::Later => return Ok(false),
                Filled::End => self.open = false,
                Filled::Full => return Ok(true),
            }
        }
        Ok(false)
    }
}

/// Its standard output and its standard error.
fn streams(child: &mut Child, bounds: Bounds<'_>) -> Result<[Stream; 2], Failure> {
    let missing = || Failure::Io(io::Error::other("a pipe is missing"));
    let stdout = Stream::new(child.stdout.take().ok_or_else(missing)?, bounds.most).map_err(Failure::Io)?;
    let stderr = Stream::new(child.stderr.take().ok_or_else(missing)?, ANSWER).map_err(Failure::Io)?;
    Ok([stdout, stderr])
}

/// Takes what it says until it has ended, which `status` tells.
fn listen(
    [mut stdout, mut stderr]: [Stream; 2],
    mut status: impl FnMut() -> io::Result<Option<ExitStatus>>,
    call: &Call<'_>,
    bounds: Bounds<'_>,
) -> Result<Answer, Failure> {
    let started = Instant::now();
    let deadline = started + call.timeout;
    let mut said_so = false;
    let mut ended = None;
    loop {
        // What it said before it ended is in the pipes by then; what it says while we look is not seen yet.
        let had_ended = ended.is_some();
        let quiet = !wait(&stdout, &stderr).map_err(Failure::Io)?;
        let shown = stderr.buffer.as_bytes().len();
        if stdout.drain().map_err(Failure::Io)? {
            return Err(Failure::TooMuch(bounds.most));
        }
        if stderr.drain().map_err(Failure::Io)? {
            return Err(Failure::TooMuch(ANSWER));
        }
        if call.show_stderr
            && let Some(terminal) = call.terminal
        {
            terminal.relay(&String::from_utf8_lossy(&stderr.buffer.as_bytes()[shown..]));
        }
        if ended.is_none() {
            ended = status().map_err(Failure::Io)?;
        }
        // All was said; or the child has ended, and only a daemon of its keeps the pipe open.
        if let Some(status) = ended
            && ((had_ended && quiet) || !(stdout.open || stderr.open))
        {
            return Ok(Answer { status, stdout: stdout.buffer, stderr: stderr.buffer });
        }
        if Instant::now() > deadline {
            return Err(Failure::TooLong);
        }
        if !said_so && started.elapsed() > SILENCE {
            said_so = true;
            // A dialog that it draws on the terminal, or a question on it, says enough.
            if !guard::terminal_is_in_use() && stderr.buffer.as_bytes().is_empty() {
                let whom = bounds.name.map_or_else(|| told(call.program), str::to_owned);
                stdio::say_why_we_wait(&format!("aws-auth: waiting for {whom}"));
            }
        }
    }
}

/// A program's name, for people.
fn told(program: &Path) -> String {
    crate::text::quote(&program.file_name().unwrap_or(program.as_os_str()).to_string_lossy())
}

/// Waits until a stream has something, at most a tick. Whether one has.
fn wait(stdout: &Stream, stderr: &Stream) -> io::Result<bool> {
    let open = [stdout, stderr].into_iter().filter(|stream| stream.open);
    let mut polled: Vec<_> = open.map(|stream| PollFd::new(&stream.pipe, PollFlags::IN)).collect();
    // With both streams closed the child is about to end: ask often, but do not spin.
    let tick = if polled.is_empty() { Duration::from_micros(200) } else { TICK };
    let timeout = Timespec { tv_sec: 0, tv_nsec: tick.subsec_nanos().into() };
    match poll(&mut polled, Some(&timeout)) {
        Ok(count) => Ok(count > 0),
        Err(rustix::io::Errno::INTR) => Ok(true),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;
    use std::os::unix::process::ExitStatusExt;

    #[test]
    fn what_is_said_at_the_very_end_is_heard_also_if_a_daemon_keeps_the_pipe_open() {
        let ((theirs, mut ours), (theirs_too, _kept)) = (io::pipe().unwrap(), io::pipe().unwrap());
        let both = [Stream::new(theirs, 64).unwrap(), Stream::new(theirs_too, 64).unwrap()];
        let (program, env) = (Path::new("/bin/x"), BTreeMap::new());
        let timeout = Duration::from_secs(20);
        let call = Call { program, argv: &[], env: &env, terminal: None, show_stderr: false, timeout };
        // It speaks and ends between our look into the pipe and our look whether it has ended.
        let status = || ours.write_all(b"late").map(|()| Some(ExitStatus::from_raw(0)));
        let answer = listen(both, status, &call, Bounds { most: 64, name: None }).unwrap();
        assert_eq!(answer.stdout.as_bytes(), b"late");
    }
}
