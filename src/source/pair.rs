//! Keys in the environment that cannot be one user's: AWS would call them invalid, and not say which variable is to blame.

use crate::error::{Class, Error};
use crate::os::environment;

/// The access key id.
pub const ID: &str = "AWS_ACCESS_KEY_ID";
/// The secret access key.
pub const SECRET: &str = "AWS_SECRET_ACCESS_KEY";
/// The session token.
pub const TOKEN: &str = "AWS_SESSION_TOKEN";

/// Refuses half a pair, and a session token that an earlier session has left beside permanent keys.
pub fn check() -> Result<(), Error> {
    let is_set = |name: &str| environment::os(name).is_some();
    match (is_set(ID), is_set(SECRET)) {
        (true, false) => return Err(half(ID, SECRET)),
        (false, true) => return Err(half(SECRET, ID)),
        _ => {}
    }
    let is_permanent = environment::text(ID)?.is_some_and(|id| id.starts_with("AKIA"));
    if is_permanent && is_set(TOKEN) {
        return Err(Error::new(Class::Value, format!("{TOKEN} is set beside permanent keys"))
            .because(format!(
                "the key in {ID} begins with AKIA, and has no session token: this one is of another session"
            ))
            .hint(format!("run: unset {TOKEN}")));
    }
    Ok(())
}

fn half(set: &str, missing: &str) -> Error {
    Error::new(Class::Value, format!("{set} is set and {missing} is not")).hint(format!("set both, or unset {set}"))
}
