//! Running a program on a terminal: a pty that is its controlling terminal.

use std::io::{Read as _, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::process::{Pid, Signal};
use rustix::termios::{LocalModes, Termios, tcgetattr};

use super::outcome::Outcome;
use super::run::{self, PATIENCE, Run, To};
use super::sweep;

/// A program on a terminal, driven by the test.
pub struct Pty<'h> {
    run: Run<'h>,
    child: Child,
    master: Option<Arc<pty_process::blocking::Pty>>,
    /// Our own hold on the terminal's far end: its settings can be read after the program is gone.
    slave: OwnedFd,
    seen: Arc<Seen>,
    reader: Option<JoinHandle<()>>,
    feeder: Option<JoinHandle<()>>,
    stdout: Option<JoinHandle<Vec<u8>>>,
    stderr: Option<JoinHandle<Vec<u8>>>,
    before: Termios,
    started: Instant,
    mark: usize,
    ended: bool,
}

#[derive(Default)]
struct Seen {
    bytes: Mutex<Vec<u8>>,
    more: Condvar,
    stop: AtomicBool,
}

impl<'h> Pty<'h> {
    pub fn start(run: Run<'h>) -> Self {
        let one_at_a_time = run::spawning();
        let (master, pts) = pty_process::blocking::open().expect("a pty");
        master.resize(pty_process::Size::new(50, 250)).expect("the pty's size");
        let slave = pts.as_fd().try_clone_to_owned().expect("a second hold on the pty");
        let before = tcgetattr(&slave).expect("the terminal's settings");

        let argv = run.full_argv();
        let mut command = Command::new(&argv[0]);
        command.args(&argv[1..]).env_clear().envs(&run.env).current_dir(&run.cwd);
        let mut command = pty_process::blocking::Command::from(command);
        if run.stdin != To::Terminal {
            command = command.stdin(run::input_of(&run.stdin));
        }
        if run.stdout != To::Terminal {
            command = command.stdout(run::output_of(&run.stdout));
        }
        if run.stderr != To::Terminal {
            command = command.stderr(run::output_of(&run.stderr));
        }
        let started = Instant::now();
        let mut child = command.spawn(pts).unwrap_or_else(|error| panic!("{argv:?}: {error}"));
        drop(one_at_a_time);

        let feeder = child.stdin.take().map(|mut stdin| {
            let bytes = run.input.clone().unwrap_or_default();
            thread::spawn(move || drop(stdin.write_all(&bytes)))
        });
        let stdout = child.stdout.take().map(run::collect);
        let stderr = child.stderr.take().map(run::collect);
        let master = Arc::new(master);
        let seen = Arc::new(Seen::default());
        let reader = {
            let (master, seen) = (Arc::clone(&master), Arc::clone(&seen));
            thread::spawn(move || read_all(&master, &seen))
        };
        Self {
            run,
            child,
            master: Some(master),
            slave,
            seen,
            reader: Some(reader),
            feeder,
            stdout,
            stderr,
            before,
            started,
            mark: 0,
            ended: false,
        }
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits until `text` appears after what was expected before; gives what came before it.
    #[track_caller]
    pub fn expect(&mut self, text: &str) -> String {
        self.expect_within(text, Duration::from_secs(30))
    }

    #[track_caller]
    pub fn expect_within(&mut self, text: &str, limit: Duration) -> String {
        let deadline = Instant::now() + limit;
        let mut bytes = self.seen.bytes.lock().expect("the transcript");
        loop {
            let new = &bytes[self.mark..];
            if let Some(at) = find(new, text.as_bytes()) {
                let before = String::from_utf8_lossy(&new[..at]).into_owned();
                self.mark += at + text.len();
                return before;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let all = String::from_utf8_lossy(&bytes);
            assert!(!left.is_zero(), "{text:?} did not appear within {limit:?}; {:?}\n--- tty\n{all}", self.run.argv);
            bytes = self.seen.more.wait_timeout(bytes, left).expect("the transcript").0;
        }
    }

    /// Waits for the prompt for a token code, and until the program really reads: type-ahead is discarded.
    #[track_caller]
    pub fn expect_prompt(&mut self) {
        self.expect("MFA code for");
        self.expect(": ");
        self.settle();
    }

    /// Gives the program time to go on from writing its prompt to reading the answer, which cannot be seen from here.
    ///
    /// Too short a time makes a test fail, never pass: what is typed too early is thrown away.
    pub fn settle(&self) {
        assert!(!self.ended, "the program runs");
        thread::sleep(Duration::from_millis(60));
    }

    /// Types.
    pub fn send(&mut self, keys: impl AsRef<[u8]>) -> &mut Self {
        let mut master: &pty_process::blocking::Pty = self.master.as_ref().expect("the terminal is there");
        master.write_all(keys.as_ref()).expect("the terminal takes keys");
        self
    }

    /// Types a line.
    pub fn line(&mut self, text: &str) -> &mut Self {
        self.send(format!("{text}\r"))
    }

    pub fn signal(&self, signal: Signal) {
        rustix::process::kill_process(self.pid(), signal).expect("the program can be signalled");
    }

    pub fn settings(&self) -> Termios {
        tcgetattr(&self.slave).expect("the terminal's settings")
    }

    /// The terminal's device file.
    pub fn device(&self) -> PathBuf {
        let name = rustix::termios::ttyname(&self.slave, Vec::new()).expect("the terminal's name");
        PathBuf::from(name.into_string().expect("text"))
    }

    /// Whether the program is no more, or only waits to be asked how it ended.
    #[cfg(target_os = "linux")]
    pub fn has_ended(&self) -> bool {
        !super::agent::is_running(self.pid().as_raw_nonzero().get().unsigned_abs())
    }

    pub fn echoes(&self) -> bool {
        self.settings().local_modes.contains(LocalModes::ECHO)
    }

    /// Waits until a condition holds.
    #[track_caller]
    pub fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let started = Instant::now();
        while !holds(self) {
            assert!(started.elapsed() < Duration::from_secs(10), "not so after 10 s: {what}\n{}", self.transcript());
            thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn transcript(&self) -> String {
        String::from_utf8_lossy(&self.seen.bytes.lock().expect("the transcript")).into_owned()
    }

    /// The terminal vanishes: its window is closed, its connection lost.
    pub fn hang_up(&mut self) {
        self.stop_reading();
        let master = self.master.take().expect("the terminal is there");
        drop(Arc::into_inner(master).expect("the only hold on the terminal"));
    }

    fn stop_reading(&mut self) {
        self.seen.stop.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            reader.join().expect("the terminal was read");
        }
    }

    /// Waits for the end; the terminal has to be as it was. Sweeps.
    pub fn finish(self) -> Outcome {
        self.finish_within(PATIENCE)
    }

    pub fn finish_within(self, limit: Duration) -> Outcome {
        self.end(limit, true)
    }

    /// The same after a crash, which no program can tidy up after.
    pub fn finish_allowing_changed_terminal(self) -> Outcome {
        self.end(PATIENCE, false)
    }

    fn end(mut self, limit: Duration, same: bool) -> Outcome {
        let seen = Arc::clone(&self.seen);
        let argv = self.run.argv.clone();
        let status = run::wait(&mut self.child, Instant::now(), limit, || {
            format!("{argv:?}\n--- tty\n{}\n---", String::from_utf8_lossy(&seen.bytes.lock().expect("the transcript")))
        });
        self.ended = true;
        let took = self.started.elapsed();
        let after = self.master.is_some().then(|| self.settings());
        self.stop_reading();
        if let Some(feeder) = self.feeder.take() {
            feeder.join().expect("stdin was fed");
        }
        let taken = |handle: Option<JoinHandle<Vec<u8>>>| handle.map_or_else(Vec::new, |it| it.join().expect("output"));
        let outcome = Outcome {
            argv,
            status,
            stdout: taken(self.stdout.take()),
            stderr: taken(self.stderr.take()),
            tty: self.seen.bytes.lock().expect("the transcript").clone(),
            took,
        };
        if let Some(after) = after.filter(|_| same) {
            assert_eq!(shown(&self.before), shown(&after), "the terminal is not as it was\n{outcome:?}");
        }
        sweep::sweep(self.run.home, &outcome);
        outcome
    }
}

impl Drop for Pty<'_> {
    fn drop(&mut self) {
        if !self.ended {
            // a test failed half-way: its program must not outlive it
            let _ = rustix::process::kill_process_group(self.pid(), Signal::KILL);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        self.seen.stop.store(true, Ordering::Relaxed);
        if let Some(reader) = self.reader.take() {
            let _ = reader.join();
        }
    }
}

/// What of the settings counts: everything that can be set.
pub fn shown(settings: &Termios) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        settings.input_modes,
        settings.output_modes,
        settings.control_modes,
        settings.local_modes,
        settings.special_codes
    )
}

/// Reads the terminal until told to stop, and then what is left.
fn read_all(master: &pty_process::blocking::Pty, seen: &Seen) {
    let mut buffer = [0; 4096];
    loop {
        let stopping = seen.stop.load(Ordering::Relaxed);
        let mut ready = [PollFd::new(master, PollFlags::IN)];
        let wait = Timespec { tv_sec: 0, tv_nsec: 20_000_000 };
        let there = rustix::event::poll(&mut ready, Some(&wait)).is_ok_and(|count| count > 0);
        if !there && stopping {
            return;
        }
        if there {
            let mut from = master;
            match from.read(&mut buffer) {
                Ok(0) | Err(_) => return,
                Ok(count) => {
                    seen.bytes.lock().expect("the transcript").extend_from_slice(&buffer[..count]);
                    seen.more.notify_all();
                }
            }
        }
    }
}

pub fn find(within: &[u8], text: &[u8]) -> Option<usize> {
    memchr::memmem::find(within, text)
}
