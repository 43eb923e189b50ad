//! Keys that were found: permanent ones, or temporary ones that may be handed on as they are.

use crate::credentials::{Problem, SourceKeys, TemporaryCredentials};
use crate::error::{Class, Error};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::ExposeSecret;
use std::fmt::Display;
use std::time::{Duration, SystemTime};

/// Keys, and what may be done with them.
#[derive(Debug)]
pub struct Found {
    /// The keys.
    pub keys: SourceKeys,
    /// The same, where they are temporary and their source gives them out for use.
    pub lent: Option<TemporaryCredentials>,
    /// Whether a server of ours gave them.
    pub from_our_server: bool,
}

impl Found {
    /// Keys that only sign our own calls: those of the caller's environment.
    #[must_use]
    pub const fn to_sign(keys: SourceKeys) -> Self {
        Self { keys, lent: None, from_our_server: false }
    }

    /// What `whom` gave, until `ends` as far as it says so.
    pub fn given(keys: SourceKeys, ends: Option<SystemTime>, whom: &dyn Display) -> Result<Self, Error> {
        if keys.are_mixed() {
            let way_out = "let it give the permanent key without a token, or all three values of the session";
            return Err(mixed(&keys, whom).hint(way_out));
        }
        if !keys.are_temporary() {
            return Ok(Self::to_sign(keys));
        }
        let unusable = |what: &str, why: String| {
            Error::new(Class::Value, format!("the {what} of {whom} cannot be used"))
                .because(why)
                .hint("get new ones there, then run this again")
        };
        let good_for = match ends {
            None => Duration::ZERO,
            Some(ends) => ends.duration_since(SystemTime::now()).unwrap_or_default(),
        };
        let text = ends.map(|ends| DateTime::from_secs(DateTime::from(ends).secs()).fmt(Format::DateTime));
        let text = text.transpose().map_err(|error| unusable("expiration", error.to_string()))?;
        if let Some(text) = text.as_ref().filter(|_| good_for.is_zero()) {
            return Err(unusable("temporary keys", format!("they ended at {text}")));
        }
        if let Some(text) = text.as_ref().filter(|_| good_for > TemporaryCredentials::LONGEST) {
            return Err(unusable("expiration", format!("{text} is more than 36 hours ahead"))
                .hint("AWS lets none last so long: check the time of this machine, and what gives them"));
        }
        let Some(token) = &keys.session_token else {
            let why = Problem::Empty.to_string();
            return Err(unusable(
                "session token",
                format!("the access key {} is temporary, and {why}", keys.access_key_id),
            ));
        };
        let (id, secret) = (keys.access_key_id.as_str(), keys.secret_access_key.expose_secret());
        let lent = TemporaryCredentials::new(id, secret, token.expose_secret(), text, good_for)
            .map_err(|(what, problem)| unusable(what, problem.to_string()))?;
        Ok(Self { keys, lent: Some(lent), from_our_server: false })
    }
}

/// A permanent key and the session token of another one, which must not go out as if they ended by themselves.
pub fn mixed(keys: &SourceKeys, whom: &dyn Display) -> Error {
    Error::new(Class::Value, format!("the access key {} of {whom} cannot be used", keys.access_key_id))
        .because("it begins with AKIA, and has no session token; the one beside it is of another session")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::{AccessKeyId, secret_access_key};
    use secrecy::SecretString;

    fn keys(id: &str, token: Option<&str>) -> SourceKeys {
        SourceKeys {
            access_key_id: AccessKeyId::new(id).unwrap(),
            secret_access_key: secret_access_key(&"s".repeat(40)).unwrap(),
            session_token: token.map(SecretString::from),
        }
    }

    #[test]
    fn temporary_keys_are_lent_until_they_end_and_permanent_ones_never() {
        let (id, token) = ("ASIAIOSFODNN7EXAMPLE", Some("a-token-of-some-length"));
        let now = SystemTime::now();
        let later = now + Duration::from_mins(10);
        assert!(Found::given(keys("AKIAIOSFODNN7EXAMPLE", None), None, &"x").unwrap().lent.is_none());
        let lent = Found::given(keys(id, token), Some(later), &"x").unwrap().lent.unwrap();
        assert!(lent.expiration.unwrap().ends_with('Z') && lent.left.as_secs() > 590);
        let lent = Found::given(keys(id, token), None, &"x").unwrap().lent.unwrap();
        assert_eq!((lent.expiration, lent.left), (None, Duration::ZERO));
        assert!(Found::given(keys(id, token), Some(now - Duration::from_secs(1)), &"x").is_err());
        assert!(Found::given(keys(id, None), None, &"x").is_err());
    }

    #[test]
    fn a_permanent_key_with_a_token_of_another_session_is_refused_whoever_gives_it() {
        let token = Some("a-token-of-some-length");
        let refused = Found::given(keys("AKIAIOSFODNN7EXAMPLE", token), None, &"x").unwrap_err().to_string();
        assert!(refused.contains("…MPLE of x cannot be used: it begins with AKIA"), "{refused}");
        // Other services than AWS call theirs as they like.
        assert!(Found::given(keys("minioadmin_of_the_team", token), None, &"x").unwrap().lent.is_some());
    }

    #[test]
    fn temporary_keys_that_are_said_to_last_longer_than_aws_lets_any_are_refused() {
        let given = |good_for: Duration| {
            Found::given(
                keys("ASIAIOSFODNN7EXAMPLE", Some("a-token-of-some-length")),
                Some(SystemTime::now() + good_for),
                &"x",
            )
        };
        assert!(given(Duration::from_hours(36)).is_ok());
        for days in [2, 3650] {
            let refused = given(Duration::from_hours(24 * days)).unwrap_err();
            assert!(format!("{refused:#}").contains("more than 36 hours ahead"), "{refused:#}");
        }
    }
}
