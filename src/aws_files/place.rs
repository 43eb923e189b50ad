//! Where AWS's own tools keep profiles: <https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html>

use crate::os::environment;
use std::path::PathBuf;

/// The file that `AWS_CONFIG_FILE` names, else `~/.aws/config`; none where nobody says where the home is.
#[must_use]
pub fn config() -> Option<PathBuf> {
    place("AWS_CONFIG_FILE", "config")
}

/// The file that `AWS_SHARED_CREDENTIALS_FILE` names, else `~/.aws/credentials`; none where nobody says where the home is.
#[must_use]
pub fn credentials() -> Option<PathBuf> {
    place("AWS_SHARED_CREDENTIALS_FILE", "credentials")
}

/// A `~` that no shell has replaced is replaced here, as the SDKs do it.
fn place(variable: &str, name: &str) -> Option<PathBuf> {
    match (environment::os(variable).map(PathBuf::from), environment::home()) {
        (Some(path), Some(home)) => Some(path.strip_prefix("~").map_or_else(|_| path.clone(), |rest| home.join(rest))),
        (Some(path), None) => Some(path),
        (None, home) => Some(home?.join(".aws").join(name)),
    }
}
