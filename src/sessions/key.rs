//! Under which name an entry is kept: a digest of everything that shaped it.
//!
//! The manager is not asked before the cache is, so the name cannot hold what the item says; it holds how the item is
//! found. Two requests that differ in anything that could lead to other credentials have different names. A profile's
//! name is not among these things: what it stands for is.

use crate::backend::Identity;
use crate::digest::Digest;
use crate::settings::{Role, RoleSettings};
use crate::text::hex;

/// The name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

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

    /// The same for whoever expects the keys below the roles to be of these accounts: what is kept does not always tell, and
    /// was checked for those who expected it when it was got.
    #[must_use]
    pub fn expecting<'a>(self, accounts: impl IntoIterator<Item = &'a str>) -> Self {
        let digest = Digest::new("expecting").part(self.0.as_bytes());
        Self::new(accounts.into_iter().fold(digest, |digest, account| digest.part(account.as_bytes())))
    }

    fn new(digest: Digest) -> Self {
        Self(hex(&digest.end()))
    }

    /// The name, in hexadecimal digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Asked<'_> {
    fn digest(self, purpose: &str, identity: &Identity) -> Digest {
        Digest::new(purpose)
            .part(identity.as_bytes())
            .optional(self.serial)
            .optional(self.region)
            .optional(self.endpoint)
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
