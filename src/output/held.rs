//! The keys that a shell holds: whether a run of ours has set them, and nobody since.
//!
//! In most shells a variable that stands in front of a function comes back when the function has ended. A key that came
//! back would be mixed with the new ones, and a function can neither see nor undo it. So the function of `init` has us look:
//! what is there has to be what the last run has set, or there must be nothing.

use super::variables::{self, Kind};
use crate::digest::Digest;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::shell::Shell;
use crate::text;
use std::os::unix::ffi::OsStrExt;

/// Set by the function of `init` for us alone, in shells where what stands in front of it comes back.
pub const IN_FUNCTION: &str = "AWSAUTH_FUNCTION";

/// How many of the variables of [`Kind::Key`] hold the keys themselves; the others say until when.
const KEYS: usize = 3;

/// The bytes of a mark: enough that no other keys have it by chance.
const MARK: usize = 8;

/// What tells these keys from others, and nothing of what they are.
#[must_use]
pub fn mark<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> String {
    let digest = keys.into_iter().take(KEYS).fold(Digest::new("keys of a shell"), Digest::part).end();
    text::hex(&digest[..MARK])
}

/// Whether the keys in our environment are those that the last run in this shell has set; none if it has recorded nothing.
#[must_use]
pub fn are_recorded() -> Option<bool> {
    let keys: Vec<_> = names().map(|name| environment::os(name).unwrap_or_default()).collect();
    Some(variables::recorded_mark()? == mark(keys.iter().map(|key| key.as_bytes())))
}

fn names() -> impl Iterator<Item = &'static str> {
    variables::of(Kind::Key).take(KEYS)
}

/// Refuses, if the function of `init` has called us, to replace keys that may come back.
pub fn check() -> Result<(), Error> {
    let in_function = environment::os(IN_FUNCTION).is_some();
    environment::withhold([&IN_FUNCTION.to_owned()]);
    if !in_function || !names().any(environment::is_set) || are_recorded() == Some(true) {
        return Ok(());
    }
    Err(Error::new(Class::Config, "this shell holds AWS keys that awsauth has not set")
        .because("keys in front of a function come back when it has ended, and would be mixed with the new ones")
        .hint(format!(
            "{}; or type: {}",
            Shell::unset(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]),
            Shell::typed("aws-auth …")
        )))
}
