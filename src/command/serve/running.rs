//! A server that this shell's variables lead to: what it says of itself, and its end.

use crate::os::port;
use crate::os::process::Lasting;
use crate::output::endpoint;
use serde_json::Value;
use std::net::SocketAddrV4;
use std::time::Duration;
use zeroize::Zeroizing;

/// How long it may take in all: it answers from memory.
const PATIENCE: Duration = Duration::from_secs(1);

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

    /// Its answer, if it gives one.
    fn ask(&self, what: &str) -> Option<Value> {
        let answered = port::ask(self.address, what, &self.token, PATIENCE).ok()?;
        let value: Value = (answered.status == 200).then(|| serde_json::from_str(&answered.body).ok()).flatten()?;
        Some(value).filter(Value::is_object)
    }
}
