//! Who said what: a flag, a variable, or a profile, in this order.

use super::options::{FROM, ITEM, Opt, PROFILE, Scope};
use crate::aws_files::Profiles;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::text::quote;

/// Finds settings and remembers where each was found.
#[derive(Debug)]
pub struct Said<'a> {
    profiles: &'a Profiles,
    origins: Vec<(&'static str, String)>,
}

/// What was said, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The text.
    pub value: String,
    /// The place, for a person to look at.
    pub place: String,
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

    /// The flag's value, else the variable's, else that of the profile or its nearest source.
    pub fn find(&mut self, opt: &Opt, flag: Option<&String>) -> Result<Option<Found>, Error> {
        let mut found = typed(opt, flag)?;
        if found.is_none() && opt.scope == Scope::Nearest {
            found = self.profiles.chain().find_map(|name| self.of_profile(opt, name));
        }
        if let Some(found) = &found {
            self.note(opt.name, found.place.clone());
        }
        Ok(found)
    }

    /// What everybody says: each flag, the variable, and every profile of the chain.
    pub fn all(&mut self, opt: &Opt, flags: &[String]) -> Result<Vec<Found>, Error> {
        let mut found: Vec<_> =
            flags.iter().map(|value| Found { value: value.clone(), place: format!("--{}", opt.flag) }).collect();
        found.extend(typed(opt, None)?);
        for name in self.profiles.chain() {
            found.extend(opt.keys.iter().filter_map(|key| of_key(self.profiles, name, key)));
        }
        for found in &found {
            self.note(opt.name, found.place.clone());
        }
        Ok(found)
    }

    /// What the profile `name` itself says.
    #[must_use]
    pub fn of_profile(&self, opt: &Opt, name: &str) -> Option<Found> {
        opt.keys.iter().find_map(|key| of_key(self.profiles, name, key))
    }

    /// Remembers where a setting was found.
    pub fn note(&mut self, name: &'static str, origin: String) {
        if !self.origins.iter().any(|(known, place)| *known == name && *place == origin) {
            self.origins.push((name, origin));
        }
    }

    /// Names and origins in the order of finding.
    #[must_use]
    pub fn into_origins(self) -> Vec<(&'static str, String)> {
        self.origins
    }
}

/// What was said for this run, or for this shell.
pub fn typed(opt: &Opt, flag: Option<&String>) -> Result<Option<Found>, Error> {
    if let Some(value) = flag {
        return Ok(Some(Found { value: value.clone(), place: format!("--{}", opt.flag) }));
    }
    for variable in opt.variables {
        let is_name = [&FROM, &ITEM, &PROFILE].contains(&opt);
        if let Some(value) = if is_name { name(variable)? } else { environment::text(variable)? } {
            return Ok(Some(Found { value, place: (*variable).to_owned() }));
        }
    }
    Ok(None)
}

/// A variable's name of something, which is looked for as it is. A line of a file that was written on Windows ends with a
/// character which nobody sees.
pub fn name(variable: &str) -> Result<Option<String>, Error> {
    let value = environment::text(variable)?;
    if value.as_ref().is_some_and(|value| value.ends_with('\r')) {
        return Err(Error::new(Class::Config, format!("{variable} cannot be used"))
            .because("it ends with a carriage return")
            .hint("set it without; each line of a file that was written on Windows ends with one"));
    }
    Ok(value)
}

fn of_key(profiles: &Profiles, name: &str, key: &str) -> Option<Found> {
    let value = profiles.get(name, key)?.to_owned();
    Some(Found { value, place: format!("{key} of the profile \"{}\"", quote(name)) })
}
