//! The only reader of our environment variables.
//!
//! An empty variable counts as absent, as it does for the AWS CLI. A variable that is not UTF-8 is an error that names
//! the variable and never shows its content.

use crate::credentials::Problem;
use crate::error::{Class, Error};
use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

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

/// A variable's raw value, if it is set, be it empty: what takes the place of its name in a path.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
#[must_use]
pub fn exact(name: &OsStr) -> Option<OsString> {
    std::env::var_os(name)
}

/// Whether a variable is there at all, be it empty: to some, that means something.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
#[must_use]
pub fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

/// Whether a switch is on: set, and not to what says that it is off.
#[must_use]
pub fn is_on(name: &str) -> bool {
    os(name).is_some_and(|value| !["0", "no", "false"].iter().any(|off| value.eq_ignore_ascii_case(off)))
}

/// The home directory: `HOME`, or where that is not set at all, as in many services, what the user database says. None
/// where it is empty or a relative path.
#[expect(clippy::disallowed_methods, reason = "an empty one counts here")]
#[must_use]
pub fn home() -> Option<PathBuf> {
    let home = match std::env::var_os("HOME") {
        Some(home) => Some(PathBuf::from(home)),
        None => std::env::home_dir(),
    };
    home.filter(|home| home.is_absolute())
}

/// The same where it is there: nothing of ours is worth making it.
#[must_use]
pub fn present_home() -> Option<PathBuf> {
    home().filter(|home| home.is_dir())
}

/// A path of which `~` is the home directory: no shell replaces one that stands behind `=` or `file://`.
#[must_use]
pub fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
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

/// The variables from which this run takes keys.
static WITHHELD: Mutex<BTreeSet<OsString>> = Mutex::new(BTreeSet::new());

/// Says that these variables hold keys, or what leads to some: from now on no program inherits them.
pub fn withhold<'a>(names: impl IntoIterator<Item = &'a String>) {
    WITHHELD.lock().unwrap_or_else(PoisonError::into_inner).extend(names.into_iter().map(OsString::from));
}

/// Every variable that a program may inherit.
pub fn inheritable() -> impl Iterator<Item = (OsString, OsString)> {
    let withheld = WITHHELD.lock().unwrap_or_else(PoisonError::into_inner).clone();
    all().filter(move |(name, _)| !withheld.contains(name))
}

/// Every variable.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment")]
pub fn all() -> impl Iterator<Item = (OsString, OsString)> {
    std::env::vars_os()
}
