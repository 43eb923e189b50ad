//! The agent as a run sees it: a store like any other, which may be there, may be started, or may not be had.
//!
//! It is looked for in every place before one is started. Whatever is wrong with it costs a run the time below at most, and
//! what was to be kept.

use super::place::{self, Place};
use super::protocol::{ANSWER, Answer, Request, decode_all};
use super::start;
use crate::os::local::{Other, connect_to_ours};
use crate::sessions::store::put::Put;
use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long an agent may take for an answer. It needs less than a millisecond.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long one may take to start. It needs some milliseconds.
const START: Duration = Duration::from_secs(2);
/// How often one is asked again that ended while we stood in its queue.
const TRIES: u32 = 3;

/// The agents of this user, as far as there are any.
#[derive(Debug)]
pub struct Agent {
    places: Vec<Place>,
    /// That one gave no answer, and which: it is not waited for twice.
    silent: RefCell<Option<String>>,
}

/// What became of a request.
enum Said {
    Answer(Zeroizing<Vec<u8>>),
    /// There is no agent.
    Nobody,
    /// There is one, and it gives no answer.
    Silent,
}

impl Agent {
    /// Looks at nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { places: place::all(), silent: RefCell::default() }
    }

    /// Whether one is there, or could be started.
    #[must_use]
    pub fn is_possible(&self) -> bool {
        self.places.iter().any(Place::may_be_made)
    }

    /// The process of the one that is there.
    #[must_use]
    pub fn process(&self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        self.places.iter().find_map(|place| connect_to_ours(&place.socket(), deadline).ok()?.1.process)
    }

    /// That the one that is there gives no answer, if it gave none.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        self.silent.borrow().clone()
    }

    /// The bytes under `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        self.places.iter().find_map(|place| match self.ask(place, &Request::Get(name)) {
            Said::Answer(bytes) => match Answer::decode(&bytes) {
                Some(Answer::Ok(entry)) => Some(entry.to_vec()),
                _ => None,
            },
            Said::Nobody | Said::Silent => None,
        })
    }

    /// Keeps `bytes` under `name` for so long, in the agent that is there or in one that is started now.
    #[must_use]
    pub fn put(&self, name: &str, bytes: &[u8], left: Duration) -> Put {
        let request = Request::Put(name, left, bytes);
        if let Some(put) = self.places.iter().find_map(|place| self.put_at(place, &request)) {
            return put;
        }
        let deadline = Instant::now() + START;
        let mut reasons = Vec::new();
        for place in &self.places {
            match start::at(place, deadline) {
                Ok(()) => {
                    if let Some(put) = self.put_at(place, &request) {
                        return put;
                    }
                    reasons.push("the agent ended at once".to_owned());
                }
                Err(why) => reasons.push(why),
            }
        }
        Put::Refused(format!("no agent can be started: {}", reasons.join("; ")).into())
    }

    /// None where there is no agent.
    fn put_at(&self, place: &Place, request: &Request<'_>) -> Option<Put> {
        match self.ask(place, request) {
            Said::Nobody => None,
            Said::Silent => {
                Some(Put::Refused(self.trouble().unwrap_or_else(|| "the agent gives no answer".into()).into()))
            }
            Said::Answer(bytes) => Some(match Answer::decode(&bytes) {
                Some(Answer::Ok(_)) => Put::Kept,
                Some(Answer::Full) => Put::Full,
                _ => Put::Refused("the agent does not take it".into()),
            }),
        }
    }

    /// Forgets the entry under `name`.
    pub fn forget(&self, name: &str) {
        for place in &self.places {
            let _ = self.ask(place, &Request::Forget(name));
        }
    }

    /// All names and bytes.
    #[must_use]
    pub fn all(&self) -> Vec<(String, Vec<u8>)> {
        let answers = self.places.iter().filter_map(|place| match self.ask(place, &Request::All) {
            Said::Answer(bytes) => match Answer::decode(&bytes) {
                Some(Answer::Ok(all)) => Some(decode_all(all)),
                _ => None,
            },
            Said::Nobody | Said::Silent => None,
        });
        answers.flatten().collect()
    }

    /// Ends all agents, those of other versions too; how many entries they had. Or the one that cannot be ended.
    pub fn stop(&self) -> Result<usize, String> {
        let sockets = self.places.iter().flat_map(Place::sockets);
        sockets.map(|socket| stop(&socket)).sum()
    }

    /// Ends those of other versions, whose entries only they can read.
    pub fn stop_others(&self) -> Result<usize, String> {
        let own: Vec<_> = self.places.iter().map(Place::socket).collect();
        let sockets = self.places.iter().flat_map(Place::sockets).filter(|socket| !own.contains(socket));
        sockets.map(|socket| stop(&socket)).sum()
    }

    fn ask(&self, place: &Place, request: &Request<'_>) -> Said {
        if self.silent.borrow().is_some() {
            return Said::Silent;
        }
        if place.check().is_err() {
            return Said::Nobody;
        }
        let deadline = Instant::now() + PATIENCE;
        for _ in 0..TRIES {
            let (stream, other) = match connect_to_ours(&place.socket(), deadline) {
                Ok(open) => open,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return self.give_up(None),
                Err(_) => return Said::Nobody,
            };
            match exchange(stream, &request.encode(), deadline) {
                Ok(bytes) if Answer::decode(&bytes).is_some() => return Said::Answer(bytes),
                Err(error) if is_late(&error) => return self.give_up(Some(other)),
                // It ended while we stood in its queue, or we gave way to others there.
                Ok(_) | Err(_) => {}
            }
        }
        Said::Nobody
    }

    fn give_up(&self, on: Option<Other>) -> Said {
        self.silent.replace(Some(format!("{} gives no answer", name(on))));
        Said::Silent
    }
}

fn name(other: Option<Other>) -> String {
    match other.and_then(|other| other.process) {
        Some(process) => format!("the agent (process {process})"),
        None => "the agent".to_owned(),
    }
}

/// Sends the request and reads what comes, to its end.
fn exchange(mut stream: UnixStream, request: &[u8], deadline: Instant) -> io::Result<Zeroizing<Vec<u8>>> {
    let left = || {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::Error::from(io::ErrorKind::TimedOut)) } else { Ok(Some(left)) }
    };
    stream.set_write_timeout(left()?)?;
    stream.write_all(request)?;
    stream.shutdown(Shutdown::Write)?;
    let mut answer = Zeroizing::new(Vec::with_capacity(4096));
    let mut buffer = Zeroizing::new([0; 4096]);
    loop {
        stream.set_read_timeout(left()?)?;
        match stream.read(&mut *buffer) {
            Ok(0) => return Ok(answer),
            Ok(_) if answer.len() > ANSWER => return Ok(Zeroizing::default()),
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn is_late(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Ends the agent at `socket`; how many entries it had. One that gives no answer is killed: the kernel has told which
/// process it is, and what it keeps goes with it.
fn stop(socket: &Path) -> Result<usize, String> {
    let deadline = Instant::now() + PATIENCE;
    let mut silent = None;
    for _ in 0..TRIES {
        let Ok((stream, other)) = connect_to_ours(socket, deadline) else { return Ok(0) };
        match exchange(stream, &Request::Stop.encode(), deadline) {
            Ok(bytes) => match Answer::decode(&bytes) {
                Some(Answer::Ok(count)) => {
                    return Ok(std::str::from_utf8(count).map_or(0, |it| it.parse().unwrap_or(0)));
                }
                _ => silent = Some(other),
            },
            Err(error) if is_late(&error) => {
                if let Some(process) = other.process.and_then(rustix::process::Pid::from_raw) {
                    let _ = rustix::process::kill_process(process, rustix::process::Signal::KILL);
                }
                let ended = start::wait_for_end(&place::lock_of(socket), Instant::now() + PATIENCE);
                return if ended { Ok(1) } else { Err(format!("{} gives no answer", name(Some(other)))) };
            }
            Err(_) => silent = Some(other),
        }
    }
    Err(format!("{} does not do what it is told", name(silent)))
}
