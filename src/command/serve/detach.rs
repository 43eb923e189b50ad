//! How a server goes on after `eval "$(aws-auth serve)"` has returned, and how it ends.
//!
//! A shell waits for the process that it started. So that one asks what there is to ask, starts the server apart from
//! itself and hands over what it has got, prints what leads to it, and ends. The server never has the terminal, nor
//! anything else of the shell's: it follows the shell by its number, and ends with it.

use super::handover::{Handover, MOST};
use crate::error::{Class, Error, internal};
use crate::os::detached::{self, Link};
use crate::os::process::Lasting;
use crate::os::write::write_all;
use crate::os::{reader, stdio};
use crate::output::shell::Shell;
use crate::secret::{Filled, SecretBuffer};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The hidden command that the server is started with.
pub const COMMAND: &str = "__serve";
/// How long the server may take until it is ready. It makes no call.
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest answer of the server, in bytes: an address and a token, or a reason.
const ANSWER: usize = 4096;
/// The word that lets the server go on alone.
const GO: &[u8] = b"go";

/// The shell that reads our statements, in the end.
pub fn shell() -> Result<Lasting, Error> {
    this_shell().ok_or_else(|| {
        Error::new(Class::Usage, "there is no shell to serve")
            .because("no shell is among the programs that started this one, and none of them reads what it prints")
            .hint("let it run on a terminal of its own, or for one command: aws-auth exec --serve … -- COMMAND")
    })
}

/// The same where there need not be one.
#[must_use]
pub fn this_shell() -> Option<Lasting> {
    reader::last(|process| process.names.iter().any(|name| Shell::named(name).is_some()))
}

/// A server that is ready and waits for the word to go on alone: without it, it ends.
#[derive(Debug)]
pub struct Server(Link);

impl Server {
    /// Starts it. Gives what leads to it: the address and the token.
    pub fn start(
        shell: &Lasting,
        handover: &Handover,
        environment: &BTreeMap<OsString, OsString>,
    ) -> Result<(Self, String, Zeroizing<String>), Error> {
        let unstarted = |error: io::Error| {
            Error::new(Class::Internal, "the server could not be started")
                .because(error.to_string())
                .hint("check the limits of this machine or container, then run this again")
        };
        let handed = handover.encode()?;
        let ourselves = detached::ourselves().map_err(unstarted)?;
        // Whom it serves stands in its command line, where `logout` and people find it.
        let words = [COMMAND, &shell.to_string()].map(OsString::from);
        let words = words.each_ref().map(OsString::as_os_str);
        let link = detached::start_linked(&ourselves, &words, environment).map_err(unstarted)?;
        write_all(&link.to, &handed).map_err(unstarted)?;
        let answer = hear(&link).map_err(unstarted)?;
        let told = std::str::from_utf8(answer.as_bytes()).unwrap_or_default();
        match told.trim_end().split_once('\n') {
            Some((uri, token)) if uri.starts_with("http://") => {
                Ok((Self(link), uri.to_owned(), Zeroizing::new(token.to_owned())))
            }
            _ => Err(unstarted(io::Error::other(crate::text::quote(told.trim_end())))),
        }
    }

    /// Lets it go on alone.
    pub fn go(self) -> Result<(), Error> {
        write_all(&self.0.to, GO).map_err(|error| internal(format!("the server ended too soon: {error}")))
    }
}

/// What the server says first, all of it: it closes that line or ends.
fn hear(link: &Link) -> io::Result<SecretBuffer> {
    let deadline = Instant::now() + PATIENCE;
    let mut answer = SecretBuffer::new(ANSWER);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout =
            Timespec { tv_sec: i64::try_from(left.as_secs()).unwrap_or(0), tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(&link.from, PollFlags::IN)], Some(&timeout)) {
            Ok(0) => return Err(io::ErrorKind::TimedOut.into()),
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        let end = matches!(answer.fill(&link.from)?, Filled::End | Filled::Full);
        // Two lines are all that there is to say.
        if end || answer.as_bytes().split(|byte| *byte == b'\n').count() > 2 {
            return Ok(answer);
        }
    }
}

/// In the server: reads what is handed over.
pub fn receive() -> Result<Handover, Error> {
    let mut bytes = SecretBuffer::new(MOST);
    let stdin = rustix::stdio::stdin();
    while !Handover::is_whole(bytes.as_bytes()) {
        let filled = bytes.fill(stdin).map_err(|error| internal(error.to_string()))?;
        if matches!(filled, Filled::End | Filled::Full) {
            return Err(internal("the server was not told what to serve"));
        }
    }
    Handover::decode(bytes.as_bytes())
}

/// In the server: says what leads to it, and waits for the word to go on alone. False if nobody wants it any more.
pub fn ready(uri: &str, token: &str) -> io::Result<bool> {
    let told = Zeroizing::new([uri, "\n", token, "\n"].concat());
    stdio::write_stdout(told.as_bytes())?;
    let mut word = SecretBuffer::new(GO.len());
    while word.as_bytes() != GO {
        if matches!(word.fill(rustix::stdio::stdin())?, Filled::End | Filled::Full) {
            return Ok(false);
        }
    }
    detached::let_go().map(|()| true)
}

/// In the server: says why there is none.
pub fn refuse(error: &Error) {
    let _ = stdio::write_stdout(format!("{error:#}").as_bytes());
}
