//! What a manager is asked, and what its answer holds: the manifest applied to one item. Pure: no program is started
//! here, so that recorded answers go the very way that live ones go.

use super::field::{Field, fold};
use super::kind::Kind;
use super::manifest::{Argument, Env, Manifest, Read};
use super::shape::{self, Misshapen, Name, Pair};
use super::template::{Values, expand, placeholders};
use super::verdict::{Refusal, judge};
use crate::os::child::Answer;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// One manager with its parameters, and whether it may ask anything.
#[derive(Debug)]
pub struct Reading<'a> {
    manifest: &'a Manifest,
    read: &'a Read,
    values: Values<'a>,
    quiet: bool,
}

impl<'a> Reading<'a> {
    /// A manager that may ask, on the terminal `tty` if that has a name, or that must not when `quiet`.
    #[must_use]
    pub fn new(
        manifest: &'a Manifest,
        read: &'a Read,
        params: &'a BTreeMap<String, String>,
        tty: Option<&'a str>,
        quiet: bool,
    ) -> Self {
        let params = params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let values = params.chain(tty.map(|device| ("tty", device))).collect();
        Self { manifest, read, values, quiet }
    }

    /// The arguments that ask for `entry`.
    #[must_use]
    pub fn argv(&self, entry: &str) -> Vec<String> {
        let values = self.values(entry);
        let quiet = if self.quiet { self.manifest.quiet.argv.as_slice() } else { &[] };
        let read = self.read.argv.iter().flat_map(|argument| arguments(argument, &values));
        read.chain(quiet.iter().filter_map(|argument| expand(argument, &values))).collect()
    }

    /// The arguments that ask, without any prompt, whether the manager is unlocked; of a quiet run only.
    #[must_use]
    pub fn probe(&self) -> Option<Vec<String>> {
        let probe = &self.manifest.quiet.probe;
        (self.quiet && !probe.is_empty())
            .then(|| probe.iter().filter_map(|argument| expand(argument, &self.values)).collect())
    }

    /// Whether the answer to the probe means that the manager can be asked.
    pub fn is_unlocked(&self, answer: &Answer) -> Result<(), Refusal> {
        match judge(answer, self.manifest, self.read, &self.values) {
            Err(Refusal { kind: Kind::Other, quote }) => Err(Refusal { kind: Kind::Locked, quote }),
            judged => judged,
        }
    }

    /// The items that hold one of `fields` alone, where a parameter names some.
    #[must_use]
    pub fn elsewhere(&self, fields: &[Field]) -> BTreeMap<Field, String> {
        let entry = |field: &Field| expand(self.manifest.elsewhere.get(field)?, &self.values);
        fields.iter().filter_map(|field| Some((*field, entry(field)?))).collect()
    }

    /// The fields that an item's answer holds.
    pub fn item(
        &self,
        answer: &Answer,
        entry: &str,
        fields: &[Field],
    ) -> Result<BTreeMap<Field, SecretString>, Refusal> {
        judge(answer, self.manifest, self.read, &self.values(entry))?;
        let pairs = shape::pairs(answer.stdout.as_bytes(), self.read, entry).map_err(misshapen)?;
        let found = |field: &Field| Some((*field, SecretString::from(self.pick(&pairs, *field)?)));
        Ok(fields.iter().filter_map(found).collect())
    }

    /// Whether an answer is the entry, whatever that holds.
    pub fn whole(&self, answer: &Answer, entry: &str) -> Result<(), Refusal> {
        judge(answer, self.manifest, self.read, &self.values(entry))
    }

    /// The arguments that a list of the manifest's stands for, with `more` that placeholders stand for.
    #[must_use]
    pub fn arguments(&self, list: &[Argument], entry: &str, more: &Values<'_>) -> Vec<String> {
        let mut values = self.values(entry);
        values.extend(more.iter().map(|(name, value)| (*name, *value)));
        list.iter().flat_map(|argument| arguments(argument, &values)).collect()
    }

    /// The one value that an entry's answer holds.
    pub fn value(&self, answer: &Answer, entry: &str) -> Result<SecretString, Refusal> {
        judge(answer, self.manifest, self.read, &self.values(entry))?;
        let value = shape::single(answer.stdout.as_bytes(), self.read, entry).map_err(misshapen)?;
        Ok(SecretString::from(value.as_ref()))
    }

    /// The value of a field among an item's pairs: by the surest name first, and by place where no name fits.
    fn pick<'p>(&self, pairs: &'p [Pair<'_>], field: Field) -> Option<&'p str> {
        let own = self.manifest.names.get(&field).into_iter().flatten().map(|name| fold(name));
        let mut names = own.chain(field.aliases().iter().map(|alias| (*alias).to_owned()));
        let filled = pairs.iter().filter(|(_, value)| !value.trim().is_empty());
        let by_name = names.find_map(|alias| {
            filled.clone().find(|(name, _)| matches!(name, Name::Given(name) if fold(name) == alias))
        });
        let by_place = || filled.clone().find(|(name, _)| *name == Name::Known(field));
        // An authenticator's URI says itself what it is, whatever somebody called the field.
        let by_scheme = || {
            (field == Field::Otp).then(|| filled.clone().find(|(_, value)| value.trim().starts_with("otpauth://")))?
        };
        let (_, value) = by_name.or_else(by_place).or_else(by_scheme)?;
        Some(value)
    }

    fn values<'v>(&'v self, entry: &'v str) -> Values<'v> {
        let mut values: Values<'v> = self.values.clone();
        values.insert("entry", entry);
        values
    }

    /// Makes the manifest's changes to an environment.
    pub fn change_env(&self, env: &mut BTreeMap<OsString, OsString>) {
        self.apply(&self.manifest.env, env);
        if self.quiet {
            self.apply(&self.manifest.quiet.env, env);
        }
    }

    fn apply(&self, changes: &Env, env: &mut BTreeMap<OsString, OsString>) {
        let expanded = |map: &BTreeMap<String, String>| -> Vec<(String, String)> {
            map.iter().filter_map(|(name, value)| Some((name.clone(), expand(value, &self.values)?))).collect()
        };
        env.retain(|name, _| !changes.remove.iter().any(|pattern| matches(pattern, name)));
        env.extend(expanded(&changes.set).into_iter().map(|(name, value)| (name.into(), value.into())));
        for (name, value) in expanded(&changes.default) {
            env.entry(name.into()).or_insert_with(|| value.into());
        }
        for (name, value) in expanded(&changes.append) {
            let whole = env.entry(name.into()).or_default();
            if !whole.is_empty() {
                whole.push(" ");
            }
            whole.push(value);
        }
    }
}

/// Whether a variable's name is the pattern, or begins with what stands before the pattern's `*`.
fn matches(pattern: &str, name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    pattern.strip_suffix('*').map_or_else(|| name == pattern.as_bytes(), |start| name.starts_with(start.as_bytes()))
}

/// The arguments that one of the manifest's stands for: a group is left out whole when one of its values is missing.
fn arguments(argument: &Argument, values: &Values<'_>) -> Vec<String> {
    match argument {
        Argument::One(text) => expand(text, values).into_iter().collect(),
        Argument::Group(texts) => {
            let complete = texts.iter().flat_map(|text| placeholders(text)).all(|name| values.contains_key(name));
            if complete { texts.iter().filter_map(|text| expand(text, values)).collect() } else { Vec::new() }
        }
    }
}

const fn misshapen(why: Misshapen) -> Refusal {
    Refusal::silent(match why {
        Misshapen::Ambiguous => Kind::Ambiguous,
        Misshapen::Another => Kind::NotFound,
        Misshapen::Text(_) | Misshapen::Json | Misshapen::Marks => Kind::Malformed,
    })
}
