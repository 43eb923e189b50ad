//! Keys in the environment. What cannot be one user's is refused: AWS would call it invalid, and not say which variable is
//! to blame.

use crate::credentials::{AccessKeyId, Problem, SourceKeys, secret_access_key};
use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::shell::Shell;
use secrecy::SecretString;

const ID: &str = "AWS_ACCESS_KEY_ID";
const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
const TOKEN: &str = "AWS_SESSION_TOKEN";

/// The keys, if they are there. Half a pair is refused, and so is a session token that an earlier session has left beside
/// permanent keys.
pub fn keys() -> Result<Option<SourceKeys>, Error> {
    check_pair()?;
    let (Some(id), Some(secret)) = (environment::text(ID)?, environment::text(SECRET)?) else { return Ok(None) };
    let unusable = |name: &str, problem: Problem| {
        Error::new(Class::Value, format!("{name} cannot be used"))
            .because(problem.to_string())
            .hint(format!("set {name} again"))
    };
    let keys = SourceKeys {
        access_key_id: AccessKeyId::new(&id).map_err(|problem| unusable(ID, problem))?,
        secret_access_key: secret_access_key(&secret).map_err(|problem| unusable(SECRET, problem))?,
        session_token: environment::text(TOKEN)?.map(SecretString::from),
    };
    if keys.are_mixed() {
        return Err(Error::new(Class::Value, format!("{TOKEN} is set beside permanent keys"))
            .because(format!(
                "the key in {ID} begins with AKIA, and has no session token: this one is of another session"
            ))
            .hint(format!("run: {}", Shell::unset(&[TOKEN]))));
    }
    Ok(Some(keys))
}

fn check_pair() -> Result<(), Error> {
    let is_set = |name: &str| environment::os(name).is_some();
    match (is_set(ID), is_set(SECRET)) {
        (true, false) => Err(half(ID, SECRET)),
        (false, true) => Err(half(SECRET, ID)),
        _ => Ok(()),
    }
}

fn half(set: &str, missing: &str) -> Error {
    Error::new(Class::Value, format!("{set} is set and {missing} is not"))
        .hint(format!("set both, or {}", Shell::unset(&[set])))
}
