//! The only reader of our environment variables.
//!
//! An empty variable counts as absent, as it does for the AWS CLI. A variable that is not UTF-8 is an error that names
//! the variable and never shows its content.

use crate::credentials::Problem;
use crate::error::{Class, Error};
use std::ffi::OsString;
use std::path::Path;

/// A variable's text, if it is set and not empty.
pub fn text(name: &str) -> Result<Option<String>, Error> {
    match os(name).map(OsString::into_string) {
        None => Ok(None),
        Some(Ok(value)) => Ok(Some(value)),
        // The refused content is dropped here, unseen.
        Some(Err(_)) => Err(Error::new(Class::Value, format!("the environment variable {name} cannot be used"))
            .because(Problem::NotUtf8.to_string())
            .hint(format!("set {name} again, or unset it"))),
    }
}

/// A variable's raw value, if it is set and not empty: paths need not be UTF-8.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
#[must_use]
pub fn os(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Whether a variable is there at all, be it empty: to some, that means something.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
#[must_use]
pub fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

/// Refuses a `HOME` that is no absolute path: the SDK would look for its files, which can name programs to run, in the
/// working directory.
pub fn check_home() -> Result<(), Error> {
    #[expect(clippy::disallowed_methods, reason = "an empty one counts here")]
    let home = std::env::var_os("HOME");
    match home {
        Some(home) if !Path::new(&home).is_absolute() => Err(Error::new(Class::Config, "HOME is not an absolute path")
            .hint("set it to your home directory, or unset it")),
        _ => Ok(()),
    }
}

/// Every variable, for programs that inherit them.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn all() -> impl Iterator<Item = (OsString, OsString)> {
    std::env::vars_os()
}
