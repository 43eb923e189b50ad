//! Running a program as the user of a `Home`, without a terminal.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::pty::Pty;
use super::{Home, Outcome, sweep};

/// How long a run may take before the test fails; a hung program must not hang the tests.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// One fork at a time.
///
/// Between a fork and its exec a child holds copies of all our descriptors: a script that another test is writing
/// could not be executed ("text file busy"), and a pty that another test closes would not hang up.
static SPAWNING: Mutex<()> = Mutex::new(());

/// Waits for who forks now, and keeps others from it.
///
/// A signal that the tests were started to ignore, as nohup and a shell's `&` make them, would be ignored by the program
/// too: it is handled here, by nothing, and so is as usual in what is started.
pub fn spawning() -> MutexGuard<'static, ()> {
    static USUAL: std::sync::Once = std::sync::Once::new();
    USUAL.call_once(|| {
        use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
        let all = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP];
        let heeded: Vec<i32> = aws_auth::os::process::heeded(&all).collect();
        for signal in all.into_iter().filter(|signal| !heeded.contains(signal)) {
            signal_hook::flag::register(signal, std::sync::Arc::default()).expect("a handler");
        }
    });
    SPAWNING.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn spawn(command: &mut Command) -> std::io::Result<Child> {
    let _one_at_a_time = spawning();
    command.spawn()
}

/// Runs a helper of the rig to its end and gives its stdout; it has to succeed.
pub fn output(command: &mut Command) -> Vec<u8> {
    let child = spawn(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()))
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let out = child.wait_with_output().expect("the helper's output");
    assert!(out.status.success(), "{command:?}: {}\n{}", out.status, String::from_utf8_lossy(&out.stderr));
    out.stdout
}

pub fn write_executable(path: &Path, text: impl AsRef<[u8]>) {
    let _one_at_a_time = spawning();
    fs::create_dir_all(path.parent().expect("a file has a directory")).expect("directory for a script");
    fs::write(path, text).expect("a script");
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("mode of a script");
}

/// A copy of the program, which can be run at once: no program that is started meanwhile has it open.
pub fn copy_program(to: &Path) {
    let _one_at_a_time = spawning();
    fs::copy(super::tools::binary(), to).expect("a copy of the program");
}

/// Where a standard descriptor of the program leads.
#[derive(Clone, Debug, PartialEq)]
pub enum To {
    /// Captured into the outcome.
    Pipe,
    /// The terminal; of a pty run only.
    Terminal,
    Null,
    /// An existing file or device, opened for writing (stdin: for reading).
    File(PathBuf),
    /// Not open at all.
    Closed,
}

/// A run being set up.
pub struct Run<'h> {
    pub home: &'h Home,
    pub argv: Vec<OsString>,
    pub env: BTreeMap<OsString, OsString>,
    pub cwd: PathBuf,
    pub input: Option<Vec<u8>>,
    pub stdin: To,
    pub stdout: To,
    pub stderr: To,
    pub patience: Duration,
}

impl<'h> Run<'h> {
    pub fn new(home: &'h Home, program: &OsStr) -> Self {
        Self {
            home,
            argv: vec![program.to_owned()],
            env: home.env(),
            cwd: home.path(""),
            input: None,
            stdin: To::Null,
            stdout: To::Pipe,
            stderr: To::Pipe,
            patience: PATIENCE,
        }
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.argv.extend(args.into_iter().map(|arg| arg.as_ref().to_owned()));
        self
    }

    pub fn arg(self, arg: impl AsRef<OsStr>) -> Self {
        self.args([arg])
    }

    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.env.insert(name.as_ref().to_owned(), value.as_ref().to_owned());
        self
    }

    pub fn without(mut self, name: impl AsRef<OsStr>) -> Self {
        self.env.remove(name.as_ref());
        self
    }

    /// Nothing of the environment is left but `HOME` and the endpoints, as under a bare cron; and what keeps the tests'
    /// homes apart.
    pub fn bare(mut self) -> Self {
        self.env.retain(|name, _| {
            let name = name.to_string_lossy();
            name.starts_with("AWS_ENDPOINT_URL_") || name == "HOME" || name == "AWS_AUTH_TEST_PLACES"
        });
        self
    }

    /// For a run of many calls.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub fn cwd(mut self, dir: impl Into<PathBuf>) -> Self {
        self.cwd = dir.into();
        self
    }

    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = To::Pipe;
        self.input = Some(bytes.into());
        self
    }

    pub fn stdin(mut self, to: To) -> Self {
        self.stdin = to;
        self
    }

    pub fn stdout(mut self, to: To) -> Self {
        self.stdout = to;
        self
    }

    pub fn stderr(mut self, to: To) -> Self {
        self.stderr = to;
        self
    }

    /// The same, on a terminal: what is not redirected is the terminal.
    pub fn pty(mut self) -> Pty<'h> {
        for to in [&mut self.stdin, &mut self.stdout, &mut self.stderr] {
            if matches!(to, To::Pipe | To::Null) {
                *to = To::Terminal;
            }
        }
        Pty::start(self)
    }

    /// The same, on a terminal, with stdout captured as in `$(…)`.
    pub fn captured(self) -> Pty<'h> {
        let run = self.stdin(To::Terminal).stderr(To::Terminal);
        run.pty_as_set()
    }

    /// The same, on a terminal, with stdin, stdout and stderr as they are set here.
    pub fn pty_as_set(self) -> Pty<'h> {
        Pty::start(self)
    }

    /// The command line, in a shell of its own where a descriptor has to be closed.
    pub fn full_argv(&self) -> Vec<OsString> {
        let mut closing = String::new();
        for (to, text) in [(&self.stdin, " <&-"), (&self.stdout, " >&-"), (&self.stderr, " 2>&-")] {
            if *to == To::Closed {
                closing.push_str(text);
            }
        }
        if closing.is_empty() {
            return self.argv.clone();
        }
        let mut argv: Vec<OsString> =
            vec!["sh".into(), "-c".into(), format!("exec \"$@\"{closing}").into(), "sh".into()];
        argv.extend(self.argv.iter().cloned());
        argv
    }

    /// Starts it, in a session of its own without a controlling terminal.
    pub fn start(self) -> Running<'h> {
        // setsid and not a shell trick: a developer who runs the tests has a terminal, and the program would find it
        let mut command = Command::new("setsid");
        command.args(self.full_argv()).env_clear().envs(&self.env).current_dir(&self.cwd);
        // found by the rig's own PATH, whatever the user's is
        if self.env.get(OsStr::new("PATH")).is_none_or(|path| !path.to_string_lossy().contains("/usr/bin")) {
            command = Command::new("/usr/bin/setsid");
            command.args(self.full_argv()).env_clear().envs(&self.env).current_dir(&self.cwd);
        }
        command.stdin(input_of(&self.stdin)).stdout(output_of(&self.stdout)).stderr(output_of(&self.stderr));
        let started = Instant::now();
        let mut child = spawn(&mut command).unwrap_or_else(|error| panic!("{:?}: {error}", self.argv));
        let feeder = child.stdin.take().map(|mut stdin| {
            let bytes = self.input.clone().unwrap_or_default();
            // the program need not read it: a closed pipe is no failure of the test
            thread::spawn(move || drop(stdin.write_all(&bytes)))
        });
        let stdout = child.stdout.take().map(collect);
        let stderr = child.stderr.take().map(collect);
        Running { run: self, child, started, feeder, stdout, stderr }
    }

    /// Runs it to its end and sweeps.
    pub fn go(self) -> Outcome {
        self.start().finish()
    }
}

/// A program that runs without a terminal.
pub struct Running<'h> {
    run: Run<'h>,
    child: Child,
    started: Instant,
    feeder: Option<JoinHandle<()>>,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
}

impl Running<'_> {
    /// Sends it a signal; that it has ended already is no failure.
    pub fn signal(&self, signal: rustix::process::Signal) {
        let _ = rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal);
    }

    pub fn finish(mut self) -> Outcome {
        let status = wait(&mut self.child, self.started, self.run.patience, || format!("{:?}", self.run.argv));
        let took = self.started.elapsed();
        if let Some(feeder) = self.feeder.take() {
            feeder.join().expect("stdin was fed");
        }
        let taken = |handle: Option<JoinHandle<Vec<u8>>>| handle.map_or_else(Vec::new, |it| it.join().expect("output"));
        let outcome = Outcome {
            argv: self.run.argv.clone(),
            status,
            stdout: taken(self.stdout.take()),
            stderr: taken(self.stderr.take()),
            tty: Vec::new(),
            took,
        };
        sweep::sweep(self.run.home, &outcome);
        outcome
    }
}

/// Waits for the child, and kills it and fails when it takes too long.
pub fn wait(
    child: &mut Child,
    started: Instant,
    patience: Duration,
    what: impl Fn() -> String,
) -> std::process::ExitStatus {
    loop {
        if let Some(status) = child.try_wait().expect("the child can be waited for") {
            return status;
        }
        if started.elapsed() > patience {
            child.kill().expect("the child can be killed");
            child.wait().expect("a killed child ends");
            panic!("{} did not end within {patience:?}", what());
        }
        thread::sleep(Duration::from_millis(2));
    }
}

pub fn collect(mut pipe: impl std::io::Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        pipe.read_to_end(&mut bytes).expect("the pipe can be read");
        bytes
    })
}

pub fn input_of(to: &To) -> Stdio {
    match to {
        To::Pipe => Stdio::piped(),
        To::File(path) => File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into(),
        To::Null | To::Closed | To::Terminal => Stdio::null(),
    }
}

pub fn output_of(to: &To) -> Stdio {
    match to {
        To::Pipe => Stdio::piped(),
        To::File(path) => fs::OpenOptions::new()
            .append(true)
            .open(path)
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
            .into(),
        To::Null | To::Closed | To::Terminal => Stdio::null(),
    }
}

/// Reads a file that the program wrote.
pub fn read(path: &Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|mut file| file.read_to_end(&mut bytes))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    bytes
}
