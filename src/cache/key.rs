//! Under which name an entry is kept: a digest of everything that shaped it.
//!
//! The manager is not asked before the cache is, so the name cannot hold what the item says; it holds how the item is
//! found. Two requests that differ in anything that could lead to other credentials have different names. A profile's
//! name is not among these things: what it stands for is.

use crate::settings::{Role, RoleSettings};
use ring::digest::{Context, SHA256};
use std::fmt::Write;

/// Where the permanent keys come from, as a digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity([u8; 32]);

/// The name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

/// A digest of parts that cannot run into one another.
struct Digest(Context);

impl Digest {
    fn new(purpose: &str) -> Self {
        Self(Context::new(&SHA256)).part(purpose.as_bytes())
    }

    fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// Tells "none" from "empty".
    fn optional(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.part(b"+").part(text.as_bytes()),
            None => self.part(b"-"),
        }
    }

    /// A list of texts, told apart from the parts around it by its length.
    fn list<'a>(self, texts: impl IntoIterator<Item = &'a String>) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        let digest = self.part(&(texts.len() as u64).to_be_bytes());
        texts.into_iter().fold(digest, |digest, text| digest.part(text.as_bytes()))
    }

    fn end(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}

impl Identity {
    /// Keys that a manager holds: found by these texts, which are the manifest, the item, the parameters and the
    /// variables that say which store is meant.
    pub fn of_item<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self(texts.into_iter().fold(Digest::new("item"), Digest::part).end())
    }

    /// Keys that are known already, by their access key id.
    #[must_use]
    pub fn of_key(id: &str) -> Self {
        Self(Digest::new("key").part(id.as_bytes()).end())
    }
}

/// What is asked of STS, beside where the keys come from.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The MFA device, where it is said outside the item.
    pub serial: Option<&'a str>,
    /// The region, where it is said outside the item; of a session, its partition.
    pub region: Option<&'a str>,
    /// The endpoint, where the environment names one.
    pub endpoint: Option<&'a str>,
    /// Whom CloudTrail shows where nothing else is said.
    pub user: Option<&'a str>,
}

impl Key {
    /// The MFA session that several roles are assumed with.
    #[must_use]
    pub fn session(identity: &Identity, asked: Asked<'_>, seconds: Option<u32>) -> Self {
        let digest = asked.digest("session", identity).optional(seconds.map(|s| s.to_string()).as_deref());
        Self::new(digest)
    }

    /// Credentials of the last of `roles`.
    #[must_use]
    pub fn roles(identity: &Identity, asked: Asked<'_>, roles: &[Role]) -> Self {
        let digest = asked.digest("roles", identity).optional(asked.user);
        Self::new(
            roles
                .iter()
                .fold(digest, |digest, role| settings(digest.part(role.arn.as_str().as_bytes()), &role.settings)),
        )
    }

    /// Credentials of the role that the item names, or of nobody's role if it names none.
    #[must_use]
    pub fn of_item(identity: &Identity, asked: Asked<'_>, role: &RoleSettings, seconds: Option<u32>) -> Self {
        let digest =
            asked.digest("item", identity).optional(asked.user).optional(seconds.map(|s| s.to_string()).as_deref());
        Self::new(settings(digest, role))
    }

    fn new(digest: Digest) -> Self {
        let mut name = String::new();
        for byte in digest.end() {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Self(name)
    }

    /// The name, in hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Asked<'_> {
    fn digest(self, purpose: &str, identity: &Identity) -> Digest {
        Digest::new(purpose).part(&identity.0).optional(self.serial).optional(self.region).optional(self.endpoint)
    }
}

fn settings(digest: Digest, settings: &RoleSettings) -> Digest {
    // Named one by one, so that a new setting cannot be forgotten here.
    let RoleSettings {
        duration_seconds,
        session_name,
        external_id,
        policy,
        policy_arns,
        read_only,
        tags,
        transitive_tags,
        source_identity,
    } = settings;
    let seconds = duration_seconds.map(|seconds| seconds.to_string());
    let texts =
        [seconds.as_ref(), session_name.as_ref(), external_id.as_ref(), policy.as_ref(), source_identity.as_ref()];
    let digest = texts.into_iter().fold(digest, |digest, text| digest.optional(text.map(String::as_str)));
    let digest = digest.list(policy_arns).list(transitive_tags).part(&[u8::from(*read_only)]);
    digest.list(tags.iter().flat_map(|(name, value)| [name, value]))
}
