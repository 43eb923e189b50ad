//! One kept set of temporary credentials, and what it came from.

use crate::credentials::{MfaSerial, RoleArn, TemporaryCredentials};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::time::{Duration, SystemTime};

/// How far a clock may be behind the moment of issue before the entry counts as not of this time.
const SKEW: Duration = Duration::from_mins(1);

/// One kept set of temporary credentials.
#[derive(Debug)]
pub struct Entry {
    /// The credentials.
    pub credentials: TemporaryCredentials,
    /// When they were got.
    pub issued: SystemTime,
    /// The permanent access key id that they came from.
    pub source: String,
    /// The MFA device whose code was spent on them, if one was.
    pub serial: Option<MfaSerial>,
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
    issued: i64,
    #[serde(borrow)]
    source: Cow<'a, str>,
    serial: Option<Cow<'a, str>>,
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
            issued: SystemTime::now(),
            source: source.into(),
            serial: serial.cloned(),
            role: None,
            item_role: None,
            label,
        }
    }

    /// How long the credentials are still good; none if they have ended.
    #[must_use]
    pub fn left(&self, now: SystemTime) -> Option<Duration> {
        self.ends()?.duration_since(now).ok().filter(|left| !left.is_zero())
    }

    fn ends(&self) -> Option<SystemTime> {
        let expiration = DateTime::from_str(&self.credentials.expiration, Format::DateTime).ok()?;
        SystemTime::try_from(expiration).ok()
    }

    /// Whether the credentials may be given out: good for `min_ttl` more, or for half of their life if that is less,
    /// and not from a time that this clock has yet to reach.
    #[must_use]
    pub fn is_fresh(&self, now: SystemTime, min_ttl: Duration) -> bool {
        let life = self.ends().and_then(|ends| ends.duration_since(self.issued).ok()).unwrap_or_default();
        let of_this_time = now + SKEW >= self.issued;
        of_this_time
            && self.left(now).is_some_and(|left| left <= TemporaryCredentials::LONGEST && left >= min_ttl.min(life / 2))
    }

    /// The bytes for the store.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let stored = Stored {
            version: VERSION,
            access_key_id: self.credentials.access_key_id.as_str().into(),
            secret_access_key: self.credentials.secret_access_key.expose_secret().into(),
            session_token: self.credentials.session_token.expose_secret().into(),
            expiration: self.credentials.expiration.as_str().into(),
            issued: DateTime::from(self.issued).secs(),
            source: self.source.as_str().into(),
            serial: self.serial.as_ref().map(|serial| serial.as_str().into()),
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
            expiration,
        );
        let role = |arn: Option<Cow<'_, str>>| arn.map(|arn| RoleArn::new(&arn)).transpose().ok();
        Some(Self {
            credentials: credentials.ok()?,
            issued: SystemTime::try_from(DateTime::from_secs(stored.issued)).ok()?,
            source: stored.source.into_owned(),
            serial: stored.serial.map(|serial| MfaSerial::new(&serial)).transpose().ok()?,
            role: role(stored.role)?,
            item_role: role(stored.item_role)?,
            label: stored.label.into_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(expiration: &str, issued: u64) -> Entry {
        let credentials =
            TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", &"t".repeat(40), &"u".repeat(200), expiration.into())
                .unwrap();
        let mut entry = Entry::new(&credentials, "AKIAIOSFODNN7EXAMPLE", None, "pass \"work\"".into());
        entry.issued = SystemTime::UNIX_EPOCH + Duration::from_secs(issued);
        entry
    }

    fn at(seconds: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn r87_whatever_is_in_the_store_is_a_whole_entry_or_a_miss() {
        let good = entry("2038-01-19T03:14:08Z", 1_900_000_000).encode();
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
        // Got at 1,000 s, ends at 4,600 s: an hour.
        let hour = entry("1970-01-01T01:16:40Z", 1000);
        let rows = [
            (1000, 300, true),
            (4300, 300, true),
            (4301, 300, false),
            (4600, 0, false),
            (9_000_000_000, 0, false),
            (941, 300, true),
            (939, 300, false),
            // Never more than half of its life is asked for.
            (2700, 36_000, true),
            (2900, 36_000, false),
        ];
        for (now, min_ttl, expected) in rows {
            assert_eq!(hour.is_fresh(at(now), Duration::from_secs(min_ttl)), expected, "at {now} with {min_ttl}");
        }
        // After the 32-bit clocks have ended, too: this is 2040-01-01.
        assert!(entry("2040-01-01T12:00:00Z", 2_208_988_800).is_fresh(at(2_208_988_801), Duration::from_mins(5)));
        assert!(!entry("2040-01-03T00:00:00Z", 2_208_988_800).is_fresh(at(2_208_988_801), Duration::from_mins(5)));
    }
}
