//! The keys in our environment, and what is known of them without asking anybody.

use crate::command::told;
use crate::credentials::{AccessKeyId, Whose};
use crate::os::environment;
use crate::output::{held, marks};
use crate::sessions::Entry;
use std::ffi::OsString;
use std::time::Duration;

/// The credentials in our environment.
pub struct Held {
    /// The last characters of the access key id.
    pub key: String,
    /// Whether they do not end by themselves.
    pub permanent: bool,
    /// When they end, if that is said.
    pub expiration: Option<String>,
    /// Whose they are, as far as it is known.
    pub whose: Whose,
    /// The profile that led to them.
    pub profile: Option<String>,
    /// Whether they were got with an MFA code; none where that is not known.
    pub mfa: Option<bool>,
}

impl Held {
    /// Those of our environment, looked for among those that are `kept`; none where there is no key.
    pub fn of_environment(kept: &[Entry]) -> Option<Self> {
        let text = |name: &str| environment::os(name).and_then(|value| value.into_string().ok());
        let id = environment::os("AWS_ACCESS_KEY_ID")?.to_string_lossy().into_owned();
        let permanent = environment::os("AWS_SESSION_TOKEN").is_none();
        let expiration = text("AWS_CREDENTIAL_EXPIRATION").filter(|text| told::is_moment(text));
        // What is not an access key id is not shown.
        let key = AccessKeyId::new(&id).map_or_else(|_| "(not an access key id)".to_owned(), |id| id.to_string());
        // Other keys may have come since the marks were made: the record names those that they are of.
        let is_ours = held::are_recorded() != Some(false) && !permanent;
        let mark = |name: &str| text(name).filter(|value| is_ours && *value != marks::NOTHING);
        let entry = kept.iter().find(|entry| entry.credentials.access_key_id.as_str() == id);
        let marked = Whose { account: mark(marks::ACCOUNT), identity: mark(marks::IDENTITY) };
        let whose = entry.map_or(marked, |entry| Whose::of(entry.role.as_ref(), entry.serial.as_ref()));
        let of_device = whose.identity.as_ref().is_some_and(|identity| identity.starts_with("mfa/"));
        let mfa = entry.map(|entry| entry.serial.is_some()).or(of_device.then_some(true));
        Some(Self { key, permanent, expiration, whose, profile: mark(marks::PROFILE), mfa })
    }

    /// How long they are still good, where they say when they end; nothing if they have ended.
    pub fn left(&self) -> Option<Duration> {
        self.expiration.as_deref().map(|ends| told::remaining(ends).unwrap_or_default())
    }

    /// Whether a program gets credentials that are good, as far as they say.
    pub fn is_good(&self) -> bool {
        let is_whole = environment::os("AWS_SECRET_ACCESS_KEY").is_some_and(|secret: OsString| !secret.is_empty());
        is_whole && (self.permanent || self.left().is_none_or(|left| !left.is_zero()))
    }
}
