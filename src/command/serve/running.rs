//! A server that this shell's variables lead to: what it says of itself, and its end.

use crate::os::peer::Peer;
use crate::os::process::Lasting;
use crate::output::endpoint;
use serde_json::Value;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddrV4, TcpStream};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long it may take in all: it answers from memory.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest answer taken, in bytes.
const ANSWER: usize = 16 * 1024;

/// One of ours, as far as its variables tell.
#[derive(Debug)]
pub struct Running {
    address: SocketAddrV4,
    token: Zeroizing<String>,
}

/// How a server ended that was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// How long ago a program last had credentials of it, if one ever had.
    pub asked: Option<Duration>,
}

impl Running {
    /// The one that the environment leads to.
    #[must_use]
    pub fn of_environment() -> Option<Self> {
        endpoint::of_environment().map(|(address, token)| Self { address, token })
    }

    /// What it says of itself.
    #[must_use]
    pub fn report(&self) -> Option<Value> {
        self.ask("GET /status")
    }

    /// Ends it if it follows `shell`. None if it goes on, or is not there.
    #[must_use]
    pub fn end(&self, shell: &Lasting) -> Option<Ended> {
        let answer = self.ask(&format!("DELETE /shell/{shell}"))?;
        let ended = answer["ended"] == Value::Bool(true);
        ended.then(|| Ended { asked: answer["seconds_since_asked"].as_u64().map(Duration::from_secs) })
    }

    /// Its answer, if that is one of ours and came from a program of our own: when a server has ended, any user of the
    /// machine can have its port.
    fn ask(&self, start: &str) -> Option<Value> {
        let deadline = Instant::now() + PATIENCE;
        let left = || Some(deadline.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero());
        let mut stream = TcpStream::connect_timeout(&self.address.into(), PATIENCE).ok()?;
        stream.set_write_timeout(left()).ok()?;
        let parts =
            [start, " HTTP/1.1\r\nHost: ", &self.address.to_string(), "\r\nAuthorization: ", &self.token, "\r\n\r\n"];
        stream.write_all(Zeroizing::new(parts.concat()).as_bytes()).ok()?;
        let mut answer = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            stream.set_read_timeout(Some(left()?)).ok()?;
            match stream.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) if answer.len() + count <= ANSWER => answer.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                _ => return None,
            }
        }
        // Ours keeps its end open until we close this one, so the system can still tell whose it is.
        if !Peer::of(self.address.into(), stream.local_addr().ok()?).is_welcome() {
            return None;
        }
        let answer = String::from_utf8(answer).ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let value: Value = head.starts_with("HTTP/1.1 200 ").then(|| serde_json::from_str(body).ok()).flatten()?;
        Some(value).filter(Value::is_object)
    }
}
