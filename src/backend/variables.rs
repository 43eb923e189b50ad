//! A backend whose values stand in environment variables.

use super::field::Field;
use super::located::{Found, Located};
use crate::error::{Class, Error};
use crate::os::environment;
use secrecy::SecretString;
use std::collections::BTreeMap;
use zeroize::Zeroizing;

/// The variables that hold a secret, or name one.
pub fn secrets(variables: &BTreeMap<String, Vec<String>>) -> impl Iterator<Item = &String> {
    let roles = [Field::AccessKeyId.name(), Field::SecretAccessKey.name(), "session_token", Field::Otp.name()];
    roles.into_iter().filter_map(|role| variables.get(role)).flatten()
}

/// Reads the fields. Each has several variables, the same number for the key id, the secret and the session token:
/// the first place in which both keys are set is taken whole, so that one account's id never meets another's secret.
pub fn read(variables: &BTreeMap<String, Vec<String>>) -> Result<Found, Error> {
    let names = |role: &str| variables.get(role).map(Vec::as_slice).unwrap_or_default();
    let mut found = Found::new();
    let ids = names(Field::AccessKeyId.name());
    let secrets = names(Field::SecretAccessKey.name());
    for (place, (id, secret)) in ids.iter().zip(secrets).enumerate() {
        match (environment::text(id)?.map(Zeroizing::new), environment::text(secret)?.map(Zeroizing::new)) {
            (Some(id_value), Some(secret_value)) => {
                if let Some(token) = names("session_token").get(place).filter(|token| environment::os(token).is_some())
                {
                    return Err(temporary(id, &format!("{token} is set beside it")));
                }
                if id_value.starts_with("ASIA") {
                    return Err(temporary(id, "it begins with ASIA"));
                }
                found.insert(Field::AccessKeyId, in_variable(id, &id_value));
                found.insert(Field::SecretAccessKey, in_variable(secret, &secret_value));
                break;
            }
            (Some(_), None) => return Err(half(id, secret)),
            (None, Some(_)) => return Err(half(secret, id)),
            (None, None) => {}
        }
    }
    for field in Field::ALL.into_iter().filter(|field| !field.is_key()) {
        for name in names(field.name()) {
            if let Some(value) = environment::text(name)?.map(Zeroizing::new) {
                found.entry(field).or_insert_with(|| in_variable(name, &value));
            }
        }
    }
    Ok(found)
}

fn in_variable(name: &str, value: &str) -> Located {
    Located { value: SecretString::from(value), place: format!("${name}"), alone_in: None }
}

fn half(set: &str, missing: &str) -> Error {
    Error::new(Class::Value, format!("{set} is set and {missing} is not")).hint("set both, or neither")
}

/// Temporary keys cannot get a session: `GetSessionToken` refuses them, and a role with MFA wants the user's own.
fn temporary(name: &str, why: &str) -> Error {
    Error::new(Class::Config, format!("the key in {name} is temporary, and permanent keys are needed"))
        .because(why)
        .hint("run: eval \"$(aws-auth unset)\" and set the permanent keys, or put them in AWS_AUTH_ACCESS_KEY_ID and AWS_AUTH_SECRET_ACCESS_KEY, which are read first")
}
