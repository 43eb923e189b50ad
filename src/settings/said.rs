//! Who said what: a flag, an `AWS_AUTH_…` variable, or the profile, in this order.

use crate::aws_files::Profiles;
use crate::error::Error;
use crate::os::environment;

/// Finds settings and remembers where each was found.
#[derive(Debug)]
pub struct Said<'a> {
    profiles: &'a Profiles,
    origins: Vec<(&'static str, String)>,
}

impl<'a> Said<'a> {
    /// Nothing is found yet.
    #[must_use]
    pub const fn new(profiles: &'a Profiles) -> Self {
        Self { profiles, origins: Vec::new() }
    }

    /// The profiles.
    #[must_use]
    pub const fn profiles(&self) -> &'a Profiles {
        self.profiles
    }

    /// The setting `name`: the flag's value, else the variable's, else that of `key` in the profile or its sources.
    pub fn find(
        &mut self,
        name: &'static str,
        flag: Option<String>,
        variable: &str,
        key: Option<&str>,
    ) -> Result<Option<String>, Error> {
        if let Some(value) = flag {
            self.note(name, "the command line".into());
            return Ok(Some(value));
        }
        if let Some(value) = environment::text(variable)? {
            self.note(name, variable.into());
            return Ok(Some(value));
        }
        let found = key.and_then(|key| self.profiles.inherited(key).map(|value| (key, value.to_owned())));
        if let Some((key, _)) = &found {
            self.note(name, format!("{key} in ~/.aws/config"));
        }
        Ok(found.map(|(_, value)| value))
    }

    /// Remembers where a setting was found.
    pub fn note(&mut self, name: &'static str, origin: String) {
        self.origins.push((name, origin));
    }

    /// Names and origins in the order of finding.
    #[must_use]
    pub fn into_origins(self) -> Vec<(&'static str, String)> {
        self.origins
    }
}
