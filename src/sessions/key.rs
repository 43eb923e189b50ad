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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RoleArn;
    use std::collections::BTreeSet;

    const NOTHING: Asked<'static> = Asked { serial: None, region: None, endpoint: None, user: None };

    fn role(settings: &RoleSettings) -> Role {
        Role { arn: RoleArn::new("arn:aws:iam::111122223333:role/dev").unwrap(), settings: settings.clone() }
    }

    /// How many different names these keys have.
    fn names(keys: &[Key]) -> usize {
        assert!(keys.iter().all(|key| key.as_str().len() == 64), "{keys:?}");
        keys.iter().map(Key::as_str).collect::<BTreeSet<_>>().len()
    }

    #[test]
    fn each_setting_of_a_role_makes_another_name() {
        let text = || Some("x".to_owned());
        let plain = RoleSettings::default();
        let all = [
            plain.clone(),
            RoleSettings { duration_seconds: Some(900), ..plain.clone() },
            RoleSettings { session_name: text(), ..plain.clone() },
            RoleSettings { external_id: text(), ..plain.clone() },
            RoleSettings { policy: text(), ..plain.clone() },
            RoleSettings { policy_arns: vec!["x".into()], ..plain.clone() },
            RoleSettings { read_only: true, ..plain.clone() },
            RoleSettings { tags: vec![("x".into(), "y".into())], ..plain.clone() },
            RoleSettings { tags: vec![("x".into(), "z".into())], ..plain.clone() },
            RoleSettings { transitive_tags: vec!["x".into()], ..plain.clone() },
            RoleSettings { source_identity: text(), ..plain },
        ];
        let identity = Identity::of_key("AKIAIOSFODNN7EXAMPLE");
        let of_roles: Vec<_> = all.iter().map(|settings| Key::roles(&identity, NOTHING, &[role(settings)])).collect();
        assert_eq!(names(&of_roles), all.len());
        let of_items: Vec<_> = all.iter().map(|settings| Key::of_item(&identity, NOTHING, settings, None)).collect();
        assert_eq!(names(&of_items), all.len());
    }

    #[test]
    fn each_thing_that_is_asked_makes_another_name_and_the_same_has_the_same() {
        let (one, other) = (Identity::of_key("AKIAIOSFODNN7EXAMPLE"), Identity::of_item([&b"pass"[..]]));
        let asked = [
            NOTHING,
            Asked { serial: Some("x"), ..NOTHING },
            Asked { region: Some("x"), ..NOTHING },
            Asked { endpoint: Some("x"), ..NOTHING },
        ];
        let user = Asked { user: Some("x"), ..NOTHING };
        let (plain, roles) = (RoleSettings::default(), [role(&RoleSettings::default())]);
        let twice = [roles[0].clone(), roles[0].clone()];
        let mut keys = Vec::new();
        for asked in asked {
            keys.extend([Key::session(&one, asked, None), Key::roles(&one, asked, &roles)]);
            keys.push(Key::of_item(&one, asked, &plain, None));
        }
        keys.extend([Key::session(&one, NOTHING, Some(900)), Key::of_item(&one, NOTHING, &plain, Some(900))]);
        keys.extend([Key::roles(&one, user, &roles), Key::of_item(&one, user, &plain, None)]);
        keys.extend([Key::roles(&one, NOTHING, &[]), Key::roles(&one, NOTHING, &twice)]);
        keys.extend([Key::session(&other, NOTHING, None), Key::roles(&other, NOTHING, &roles)]);
        let session = || Key::session(&one, NOTHING, None);
        let accounts = [&["111122223333"][..], &["444455556666"], &["111122223333", "444455556666"], &[]];
        keys.extend(accounts.map(|accounts| session().expecting(accounts.iter().copied())));
        assert_eq!(names(&keys), keys.len());
        assert_eq!(Key::session(&one, user, None), session(), "whom CloudTrail shows is nothing to a session");
        assert_eq!(Key::roles(&one, user, &twice), Key::roles(&one, user, &twice));
    }
}
