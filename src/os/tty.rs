//! The controlling terminal: where a person is asked, whatever the standard streams are connected to.

use super::system::process::controlling_terminal;
use super::write::write_all;
use super::{environment, system};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use rustix::process::Pid;
use rustix::termios::{InputModes, LocalModes, OptionalActions, OutputModes, QueueSelector, Termios};
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// Why there is nobody to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// The process has no controlling terminal: cron, a service, a container.
    NoTerminal,
    /// It has one, but runs in the background: reading would stop it silently.
    Background,
}

/// Whether a program can ask in a window, where there is no terminal.
#[must_use]
pub fn has_windows() -> bool {
    let display = ["DISPLAY", "WAYLAND_DISPLAY"].into_iter().any(|name| environment::os(name).is_some());
    display || system::HAS_WINDOWS
}

/// Whether there is a controlling terminal, which a child of ours could ask on.
#[must_use]
pub fn has_controlling_terminal() -> bool {
    File::open("/dev/tty").is_ok()
}

/// The terminal, open for reading and writing.
#[derive(Debug)]
pub struct Terminal {
    file: File,
    device: Option<PathBuf>,
}

impl Terminal {
    /// Opens the controlling terminal if we may read from it now.
    pub fn open() -> Result<Self, Absent> {
        let file = File::options().read(true).write(true).open("/dev/tty").map_err(|_| Absent::NoTerminal)?;
        if !in_foreground(&file) {
            return Err(Absent::Background);
        }
        Ok(Self { file, device: device() })
    }

    /// Another handle on the same terminal.
    pub fn handle(&self) -> io::Result<File> {
        self.file.try_clone()
    }

    /// Its real device file. `/dev/tty` means another terminal to a daemon such as gpg-agent.
    #[must_use]
    pub fn device(&self) -> Option<&Path> {
        self.device.as_deref()
    }

    /// Shows `text`, but nothing in it that a terminal would act on; one that does not take it will fail at the next read.
    pub fn show(&self, text: &str) {
        let _ = write_all(&self.file, crate::text::printable(text).as_bytes());
    }

    /// Shows what a program says on it, and lets that draw its own line anew, as a prompt with a mark for each key does.
    pub fn relay(&self, text: &str) {
        let _ = write_all(&self.file, crate::text::drawn(text).as_bytes());
    }

    /// Its settings.
    pub fn settings(&self) -> io::Result<Termios> {
        Ok(rustix::termios::tcgetattr(&self.file)?)
    }

    /// Forgets what was typed and not yet read: it was not an answer to us, and must not reach the shell either.
    pub fn forget_input(&self) {
        // In the background it would stop us, and what is typed is somebody else's.
        if in_foreground(&self.file) {
            let _ = rustix::termios::tcflush(&self.file, QueueSelector::IFlush);
        }
    }

    /// A reader that waits for input until `deadline`, or until nobody wants our answer any more.
    pub fn reader(&self, deadline: Instant, client: Client) -> io::Result<TtyReader> {
        Ok(TtyReader { file: self.handle()?, deadline, client })
    }
}

/// How a terminal has to be for a question, whatever somebody left it like: a line ends with Enter, ^C and ^Z are signals,
/// our lines begin at the left, and what is typed is shown, or hidden.
#[must_use]
pub fn for_a_question(found: &Termios, hidden: bool) -> Termios {
    let mut settings = found.clone();
    settings.local_modes.insert(LocalModes::ICANON | LocalModes::ISIG);
    settings.local_modes.set(LocalModes::ECHO, !hidden);
    settings.input_modes.insert(InputModes::ICRNL);
    settings.input_modes.remove(InputModes::IGNCR | InputModes::INLCR);
    settings.output_modes.insert(OutputModes::OPOST);
    settings
}

/// Takes back what [`for_a_question`] has changed and leaves the rest, which somebody may have changed since.
pub fn take_back(terminal: &File, found: &Termios, hidden: bool) {
    let Ok(mut settings) = rustix::termios::tcgetattr(terminal) else { return };
    let asked = for_a_question(found, hidden);
    let local = found.local_modes ^ asked.local_modes;
    settings.local_modes ^= (settings.local_modes ^ found.local_modes) & local;
    let input = found.input_modes ^ asked.input_modes;
    settings.input_modes ^= (settings.input_modes ^ found.input_modes) & input;
    let output = found.output_modes ^ asked.output_modes;
    settings.output_modes ^= (settings.output_modes ^ found.output_modes) & output;
    apply(terminal, &settings);
}

/// Sets `settings`; done only in the foreground, where it cannot stop us.
pub fn apply(terminal: &File, settings: &Termios) {
    if in_foreground(terminal) {
        let _ = rustix::termios::tcsetattr(terminal, OptionalActions::Now, settings);
    }
}

/// Whether our process group is the one that the terminal talks to.
#[must_use]
pub fn in_foreground(terminal: &File) -> bool {
    let ours = nix::unistd::getpgrp().as_raw();
    match rustix::termios::tcgetpgrp(terminal) {
        Ok(group) => group.as_raw_nonzero().get() == ours,
        // The group has no number here.
        Err(Errno::OPNOTSUPP) if ours == 0 => unnumbered_in_foreground(),
        Err(_) => false,
    }
}

/// The same in a namespace of processes that began below our group: no group has a number there. A read tells, which the
/// kernel refuses to the background. What it may take was typed before any question, and is no answer to one.
/// Source: <https://man7.org/linux/man-pages/man7/pid_namespaces.7.html>
fn unnumbered_in_foreground() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        // Where these signals are blocked, the kernel gives an error and does not stop us.
        let signals: SigSet = [Signal::SIGTTIN, Signal::SIGTTOU].into_iter().collect();
        let Ok(before) = signals.thread_swap_mask(SigmaskHow::SIG_BLOCK) else { return false };
        let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
        let read = File::options().read(true).custom_flags(flags).open("/dev/tty").and_then(|mut terminal| {
            let mut one = zeroize::Zeroizing::new([0]);
            terminal.read(&mut *one)
        });
        let _ = before.thread_set_mask();
        read.err().is_none_or(|error| error.kind() == io::ErrorKind::WouldBlock)
    })
}

/// The device file, by a standard stream (standard error is the terminal even in `eval "$(aws-auth)"`), else by the kernel.
fn device() -> Option<PathBuf> {
    use std::os::unix::ffi::OsStringExt;
    let (stdin, stdout, stderr) = (rustix::stdio::stdin(), rustix::stdio::stdout(), rustix::stdio::stderr());
    let named = controlling_terminal();
    named.or_else(|| {
        let name =
            [stderr, stdin, stdout].into_iter().find_map(|fd| rustix::termios::ttyname(fd.as_fd(), Vec::new()).ok())?;
        Some(PathBuf::from(std::ffi::OsString::from_vec(name.into_bytes())))
    })
}

/// Reads from the terminal, no longer than until its deadline.
pub struct TtyReader {
    file: File,
    deadline: Instant,
    client: Client,
}

impl Read for TtyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let left = self.deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(io::ErrorKind::TimedOut.into());
            }
            let tick = left.min(LOOK);
            let timeout = rustix::event::Timespec {
                tv_sec: tick.as_secs().try_into().unwrap_or(i64::MAX),
                tv_nsec: tick.subsec_nanos().into(),
            };
            // That a pipe has lost its reader is told without being asked for.
            let stdout = rustix::stdio::stdout();
            let mut polled = [PollFd::new(&self.file, PollFlags::IN), PollFd::new(&stdout, PollFlags::empty())];
            let polled = if self.client.is_a_pipe { &mut polled[..] } else { &mut polled[..1] };
            match poll(polled, Some(&timeout)) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            if polled.get(1).is_some_and(|pipe| pipe.revents().contains(PollFlags::ERR)) || self.client.has_ended() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            if polled[0].revents().is_empty() {
                continue;
            }
            match rustix::io::read(&self.file, &mut *buffer) {
                Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
                Ok(count) => return Ok(count),
            }
        }
    }
}

/// How often it is looked whether somebody still waits for us.
const LOOK: Duration = Duration::from_millis(500);

/// Who waits for our answer. Some SDKs give up and leave us behind, with a question on the terminal that a shell reads from
/// by then: what is typed next must not land there.
#[derive(Clone, Copy, Debug)]
pub struct Client {
    /// Whether it reads our standard output by a pipe.
    pub is_a_pipe: bool,
    /// The program that has started us, where its end means that nobody waits.
    pub parent: Option<Pid>,
}

impl Client {
    fn has_ended(self) -> bool {
        self.parent.is_some() && rustix::process::getppid() != self.parent
    }
}
