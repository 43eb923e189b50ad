//! Profiles of `~/.aws/config` and `~/.aws/credentials`, read by the SDK's own reader, so that they mean what they mean
//! to the AWS CLI. Other programs ignore our keys in them, which begin with `aws_auth_`.

use super::place;
use crate::credentials::Problem;
use crate::error::{Class, Error};
use crate::os::file;
use crate::text::error_chain;
use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::{EnvConfigFileKind as Kind, EnvConfigFiles};
use std::io::ErrorKind;
use std::path::Path;

/// A profile and the profiles it gets its keys from by `source_profile`: the selected one first, the one that holds
/// the keys last.
#[derive(Debug)]
pub struct Profiles {
    set: ProfileSet,
    chain: Vec<String>,
}

impl Profiles {
    /// No profile at all.
    #[must_use]
    pub fn none(set: ProfileSet) -> Self {
        Self { set, chain: Vec::new() }
    }

    /// Follows `source_profile` from the profile `name`.
    pub fn select(set: ProfileSet, name: &str) -> Result<Self, Error> {
        let mut chain: Vec<String> = Vec::new();
        let mut next = Some(name.to_owned());
        while let Some(name) = next {
            if chain.contains(&name) {
                return Err(broken(&format!("profile \"{name}\" is its own source"), &chain));
            }
            let Some(profile) = set.get_profile(&name) else {
                let told = if chain.is_empty() && name.contains(' ') {
                    "the SDK's reader, which is used here, does not take names with blanks".into()
                } else if chain.is_empty() {
                    "there is no such profile".into()
                } else {
                    format!("its source \"{name}\" does not exist")
                };
                return Err(broken(&told, if chain.is_empty() { std::slice::from_ref(&name) } else { &chain }));
            };
            if profile
                .get("role_arn")
                .and(profile.get("source_profile"))
                .and(profile.get("credential_source"))
                .is_some()
            {
                return Err(broken("it has both source_profile and credential_source", &[name]));
            }
            // `source_profile` means something beside `role_arn` only, and may name the profile itself: its own keys.
            // A source with keys of its own is a source of keys, whatever else it says.
            let has_keys = !chain.is_empty() && profile.get("aws_access_key_id").is_some();
            let source = profile.get("role_arn").and(profile.get("source_profile"));
            next = source.filter(|source| *source != name && !has_keys).map(Into::into);
            chain.push(name);
        }
        Ok(Self { set, chain })
    }

    /// The selected profile.
    #[must_use]
    pub fn selected(&self) -> Option<&str> {
        self.chain.first().map(String::as_str)
    }

    /// A setting of the selected profile, or of the nearest source that has it.
    #[must_use]
    pub fn inherited(&self, key: &str) -> Option<&str> {
        self.chain.iter().find_map(|name| self.get(name, key))
    }

    /// A setting of `[default]`, which applies without being selected where nothing can be mixed up by it.
    #[must_use]
    pub fn default(&self, key: &str) -> Option<&str> {
        self.get("default", key)
    }

    /// The profile that holds the keys.
    #[must_use]
    pub fn leaf(&self) -> Option<&str> {
        self.chain.last().map(String::as_str)
    }

    /// The names of the profiles with a role that is ours to assume, in the order in which the roles are assumed.
    ///
    /// A role that the SDK gets by a web identity is a source of keys to us; so is a source with keys of its own.
    pub fn with_roles(&self) -> impl Iterator<Item = &str> {
        let is_ours = move |(place, name): &(usize, &str)| {
            let has_keys = *place > 0 && self.get(name, "aws_access_key_id").is_some();
            self.get(name, "role_arn").is_some() && !has_keys && self.get(name, "web_identity_token_file").is_none()
        };
        let named: Vec<_> = self.chain.iter().map(String::as_str).enumerate().collect();
        named.into_iter().rev().filter(is_ours).map(|(_, name)| name).collect::<Vec<_>>().into_iter()
    }

    /// Where the keys for the first role come from, if its profile says so by `credential_source`; and that profile.
    #[must_use]
    pub fn credential_source(&self) -> Option<(&str, &str)> {
        let leaf = self.leaf()?;
        let is_first = self.with_roles().next() == Some(leaf);
        Some((leaf, self.get(leaf, "credential_source")?)).filter(|_| is_first)
    }

    /// A setting of the profile `name`.
    #[must_use]
    pub fn get(&self, name: &str, key: &str) -> Option<&str> {
        self.set.get_profile(name)?.get(key).filter(|value| !value.is_empty())
    }
}

fn broken(why: &str, chain: &[String]) -> Error {
    let name = chain.first().map_or("", String::as_str);
    Error::new(Class::Config, format!("the profile \"{}\" cannot be used", crate::text::quote(name)))
        .because(crate::text::quote(why))
        .hint("see the profiles with: aws configure list-profiles")
}

/// The largest file of profiles that is read, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// Reads the files that `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name, else those in `~/.aws`.
///
/// A file that is not there, or not ours to read, is empty. A file that cannot be understood is an error with its path and
/// line.
pub async fn read() -> Result<ProfileSet, Error> {
    use aws_types::os_shim_internal::{Env, Fs};
    let named = [(Kind::Config, place::config()), (Kind::Credentials, place::credentials())];
    // The SDK's reader demands at least one.
    let mut files = EnvConfigFiles::builder().with_contents(Kind::Config, "");
    for (kind, path) in named {
        if let Some(path) = path.filter(|path| path != Path::new("/dev/null"))
            && is_there(&path)?
        {
            files = files.with_file(kind, path);
        }
    }
    aws_config::profile::load(&Fs::real(), &Env::real(), &files.build(), None).await.map_err(|error| {
        Error::new(Class::Config, "the AWS configuration cannot be read")
            .because(crate::text::quote(&error_chain(&error)))
            .hint("mend the file, or name another with AWS_CONFIG_FILE")
    })
}

/// Whether there is something to read for the SDK's reader, which would wait for a pipe, read a device to its end, and
/// take what is not UTF-8 for nothing.
fn is_there(path: &Path) -> Result<bool, Error> {
    let unusable = |why: String| {
        Error::new(Class::Config, format!("{} cannot be used", crate::text::quote(&path.to_string_lossy())))
            .because(why)
            .hint("mend it, or name another with AWS_CONFIG_FILE or AWS_SHARED_CREDENTIALS_FILE")
    };
    match file::read(path, LARGEST) {
        Ok(bytes) if std::str::from_utf8(&bytes).is_err() => Err(unusable(Problem::NotUtf8.to_string())),
        Ok(_) => Ok(true),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => Ok(false),
        Err(error) => Err(unusable(error.to_string())),
    }
}
