//! One kept set of temporary credentials, and what it came from.

use super::least::Least;
use crate::credentials::{MfaSerial, RoleArn, TemporaryCredentials};
use crate::os::moment::Moment;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::Duration;

/// One kept set of temporary credentials.
#[derive(Debug)]
pub struct Entry {
    /// The credentials.
    pub credentials: TemporaryCredentials,
    /// When they were got.
    pub got: Moment,
    /// The permanent access key id that they came from.
    pub source: String,
    /// The MFA device whose code was spent on them, if one was.
    pub serial: Option<MfaSerial>,
    /// Whether a person has typed that code: the next one too can be had from a person only.
    pub typed: bool,
    /// The role they are of; none for a session.
    pub role: Option<RoleArn>,
    /// The role that the item names, where the item was asked for one.
    pub item_role: Option<RoleArn>,
    /// What a person knows it by: the backend and the item.
    pub label: String,
}

/// The form in the store. A text with a quote or a backslash in it is escaped there and cannot be borrowed.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Stored<'a> {
    version: u8,
    #[serde(borrow)]
    access_key_id: Cow<'a, str>,
    #[serde(borrow)]
    secret_access_key: Cow<'a, str>,
    #[serde(borrow)]
    session_token: Cow<'a, str>,
    #[serde(borrow)]
    expiration: Cow<'a, str>,
    /// How long they were good for when they were got; and when that was, by two clocks.
    seconds: u64,
    of_day: u64,
    of_machine: u64,
    #[serde(borrow)]
    source: Cow<'a, str>,
    serial: Option<Cow<'a, str>>,
    #[serde(default)]
    typed: bool,
    role: Option<Cow<'a, str>>,
    item_role: Option<Cow<'a, str>>,
    #[serde(borrow)]
    label: Cow<'a, str>,
}

const VERSION: u8 = 1;

impl Entry {
    /// A session got now from the permanent access key id `source`.
    #[must_use]
    pub fn new(credentials: &TemporaryCredentials, source: &str, serial: Option<&MfaSerial>, label: String) -> Self {
        Self {
            credentials: credentials.clone(),
            got: Moment::now(),
            source: source.into(),
            serial: serial.cloned(),
            typed: false,
            role: None,
            item_role: None,
            label,
        }
    }

    /// How long the credentials are still good; none if they have ended, or if that cannot be told.
    #[must_use]
    pub fn left(&self, now: Moment) -> Option<Duration> {
        self.credentials.left.checked_sub(now.since(self.got)?).filter(|left| !left.is_zero())
    }

    /// The credentials, if they may be given out now: good for `least` more.
    #[must_use]
    pub fn fresh(mut self, now: Moment, least: Least) -> Option<Self> {
        let life = self.credentials.left;
        let left = self.left(now).filter(|left| *left >= least.of(life))?;
        self.credentials.left = left;
        self.got = now;
        Some(self)
    }

    /// The bytes for the store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let stored = Stored {
            version: VERSION,
            access_key_id: self.credentials.access_key_id.as_str().into(),
            secret_access_key: self.credentials.secret_access_key.expose_secret().into(),
            session_token: self.credentials.session_token.expose_secret().into(),
            // What does not say when it ends is no entry, and is not read as one.
            expiration: self.credentials.expiration.as_deref().unwrap_or_default().into(),
            seconds: self.credentials.left.as_secs(),
            of_day: self.got.of_day.as_secs(),
            of_machine: self.got.of_machine.as_secs(),
            source: self.source.as_str().into(),
            serial: self.serial.as_ref().map(|serial| serial.as_str().into()),
            typed: self.typed,
            role: self.role.as_ref().map(|role| role.as_str().into()),
            item_role: self.item_role.as_ref().map(|role| role.as_str().into()),
            label: self.label.as_str().into(),
        };
        serde_json::to_vec(&stored).unwrap_or_default()
    }

    /// Reads what may be anything: only a whole entry whose every part has its own shape is one.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let stored: Stored<'_> =
            serde_json::from_slice(bytes).ok().filter(|stored: &Stored<'_>| stored.version == VERSION)?;
        let expiration = stored.expiration.into_owned();
        DateTime::from_str(&expiration, Format::DateTime).ok().filter(|_| expiration.len() == 20)?;
        let credentials = TemporaryCredentials::new(
            &stored.access_key_id,
            &stored.secret_access_key,
            &stored.session_token,
            Some(expiration),
            Duration::from_secs(stored.seconds),
        );
        let role = |arn: Option<Cow<'_, str>>| arn.map(|arn| RoleArn::new(&arn)).transpose().ok();
        Some(Self {
            credentials: credentials.ok().filter(|it| it.left <= TemporaryCredentials::LONGEST)?,
            got: Moment {
                of_day: Duration::from_secs(stored.of_day),
                of_machine: Duration::from_secs(stored.of_machine),
            },
            source: stored.source.into_owned(),
            serial: stored.serial.map(|serial| MfaSerial::new(&serial)).transpose().ok()?,
            typed: stored.typed,
            role: role(stored.role)?,
            item_role: role(stored.item_role)?,
            label: stored.label.into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An hour's credentials, got at second 1,000 of the day's clock and 100 of the machine's.
    fn entry() -> Entry {
        let (secret, token) = ("t".repeat(40), "u".repeat(200));
        let credentials = TemporaryCredentials::new(
            "ASIAIOSFODNN7EXAMPLE",
            &secret,
            &token,
            Some("2038-01-19T03:14:08Z".into()),
            Duration::from_hours(1),
        );
        let entry = Entry::new(&credentials.unwrap(), "AKIAIOSFODNN7EXAMPLE", None, "pass \"work\"".into());
        Entry { got: at(1000, 100), ..entry }
    }

    const fn at(of_day: u64, of_machine: u64) -> Moment {
        Moment { of_day: Duration::from_secs(of_day), of_machine: Duration::from_secs(of_machine) }
    }

    #[test]
    fn r87_whatever_is_in_the_store_is_a_whole_entry_or_a_miss() {
        let good = entry().encode();
        assert!(Entry::decode(&good).is_some());
        for length in 0..good.len() {
            assert!(Entry::decode(&good[..length]).is_none(), "cut at {length}");
        }
        let text = String::from_utf8(good).unwrap();
        let rows = [
            ("\"version\":1", "\"version\":2"),
            ("ASIAIOSFODNN7EXAMPLE", "';touch x;'"),
            ("tttt", "tt\\u0000t"),
            ("uuuu", "u u"),
            ("2038-01-19T03:14:08Z", "2038-01-19T03:14:08Z';x='"),
            ("2038-01-19T03:14:08Z", "tomorrow"),
            ("\"label\"", "\"more\":1,\"label\""),
            // What AWS never gave.
            ("\"seconds\":3600", "\"seconds\":129901"),
        ];
        for (from, to) in rows {
            assert!(Entry::decode(text.replacen(from, to, 1).as_bytes()).is_none(), "{to}");
        }
        for garbage in [&b""[..], b"{}", b"null", b"\xff", &b"[".repeat(100_000)] {
            assert!(Entry::decode(garbage).is_none());
        }
    }

    #[test]
    fn r89_an_entry_is_given_out_only_in_its_time() {
        let rows = [
            (at(1000, 100), 300, Some(3600)),
            (at(4300, 3400), 300, Some(300)),
            (at(4301, 3401), 300, None),
            (at(4600, 3700), 0, None),
            (at(9_000_000_000, 9_000_000_000), 0, None),
            // Never more than half of its life is asked for.
            (at(2700, 1800), 36_000, Some(1900)),
            (at(2900, 2000), 36_000, None),
            // The clock was set back, or forward; the machine was paused; or started anew.
            (at(10, 200), 300, Some(3500)),
            (at(10, 3800), 0, None),
            (at(4590, 200), 300, None),
            (at(1000, 99), 0, None),
        ];
        for (now, min_ttl, expected) in rows {
            let fresh = entry().fresh(now, Least::usual(Duration::from_secs(min_ttl)));
            let left = fresh.map(|entry| entry.credentials.left.as_secs());
            assert_eq!(left, expected, "at {now:?} with {min_ttl}");
        }
        // What was taken out is kept again for what it is still good for.
        let later = entry().fresh(at(2000, 1100), Least::default()).unwrap();
        assert_eq!(later.left(at(2500, 1600)), Some(Duration::from_mins(35)));
    }
}
