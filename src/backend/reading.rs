//! What a manager is asked, and what its answer holds: the manifest applied to one item. Pure: no program is started
//! here, so that recorded answers go the very way that live ones go.

use super::field::Field;
use super::folder::{self, Entries};
use super::item::value::{is_possible, is_strict};
use super::item::{Reader, Refused, Wish};
use super::kind::Kind;
use super::listing;
use super::manifest::{Argument, Env, Manifest, Read};
use super::params::SECTION;
use super::shape::{self, Misshapen};
use super::template::{Values, expand, placeholders};
use super::verdict::{Refusal, judge};
use crate::os::child::Answer;
use crate::text::{quote, word};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// One manager with its parameters, and whether it may ask anything.
#[derive(Debug)]
pub struct Reading<'a> {
    manifest: &'a Manifest,
    read: &'a Read,
    values: Values<'a>,
    fields: &'a BTreeMap<Field, String>,
    quiet: bool,
}

/// No field has a name by the user.
static NO_FIELDS: BTreeMap<Field, String> = BTreeMap::new();

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
        Self { manifest, read, values, fields: &NO_FIELDS, quiet }
    }

    /// The same, with names that the user has given to fields.
    #[must_use]
    pub fn with_fields(self, fields: &'a BTreeMap<Field, String>) -> Self {
        Self { fields, ..self }
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
            Err(refusal) if refusal.kind == Kind::Other => Err(Refusal { kind: Kind::Locked, ..refusal }),
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
        let part = shape::Part { field: self.own("field"), inner: self.own("inner") };
        let mut reader = self.reader();
        shape::feed(answer.stdout.as_bytes(), self.read, entry, part, &mut reader).map_err(misshapen)?;
        let found = reader.pick(fields).map_err(|refused| not_clear(&refused))?;
        Ok(found.into_iter().map(|(field, picked)| (field, picked.value)).collect())
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

    /// The one value that an entry's answer holds, which is this field's.
    pub fn value(&self, answer: &Answer, entry: &str, field: Field) -> Result<SecretString, Refusal> {
        judge(answer, self.manifest, self.read, &self.values(entry))?;
        let bytes = answer.stdout.as_bytes();
        let single = shape::single(bytes, self.read, entry).map_err(misshapen)?;
        // What holds a separator may be a name and its value; what is after line 1 is about the value in it.
        let is_value =
            |line: &&str| is_strict(field, line) || (is_possible(field, line) && !line.contains(['=', ':', '"', '{']));
        let first = single.as_deref().map(shape::first_line).filter(is_value);
        if let Some(first) = first {
            return Ok(SecretString::from(first));
        }
        let mut reader = self.reader();
        match &single {
            Some(text) => reader.text(text, None),
            None => shape::feed(bytes, self.read, entry, shape::Part::default(), &mut reader).map_err(misshapen)?,
        }
        let found = reader.pick(&[field]).map_err(|refused| not_clear(&refused))?;
        let found =
            found.into_values().map(|picked| picked.value).find(|value| is_possible(field, value.expose_secret()));
        let first = || single.as_deref().map(|text| SecretString::from(text.lines().next().unwrap_or_default()));
        Ok(found.or_else(first).unwrap_or_default())
    }

    /// The names of entries in what a folder's listing shows.
    #[must_use]
    pub fn in_folder(&self, answer: &Answer, wanted: &[Field]) -> Entries {
        let names = folder::children(&String::from_utf8_lossy(answer.stdout.as_bytes()));
        folder::entries(&names, &self.manifest.entries, self.fields, self.section(), wanted)
    }

    /// The arguments that list the entries below `entry`, where the manifest knows some.
    #[must_use]
    pub fn list_argv(&self, entry: &str) -> Option<Vec<String>> {
        let values = self.values(entry);
        let list = self.manifest.list.as_ref()?;
        Some(list.argv.iter().flat_map(|argument| arguments(argument, &values)).collect())
    }

    /// The arguments that list all items, where the manifest knows some.
    #[must_use]
    pub fn items_argv(&self) -> Option<Vec<String>> {
        let items = self.manifest.items.as_ref()?;
        Some(items.argv.iter().flat_map(|argument| arguments(argument, &self.values)).collect())
    }

    /// The names of all items in the answer to that.
    pub fn items(&self, answer: &Answer) -> Result<Vec<String>, Refusal> {
        // What a guard says is about an item.
        if !answer.status.success() {
            judge(answer, self.manifest, self.read, &self.values)?;
        }
        let heading = self.manifest.items.as_ref().and_then(|items| items.heading.as_deref());
        let mut names = listing::names(answer.stdout.as_bytes());
        names.retain(|name| Some(name.as_str()) != heading);
        Ok(names)
    }

    /// The names of entries in the answer to a listing; none where there is nothing to list.
    #[must_use]
    pub fn listed(&self, answer: &Answer, wanted: &[Field]) -> Entries {
        if !answer.status.success() {
            return Entries::new();
        }
        let names = shape::names(answer.stdout.as_bytes());
        folder::entries(&names, &self.manifest.entries, self.fields, self.section(), wanted)
    }

    /// The section that the user has named.
    #[must_use]
    pub fn section(&self) -> Option<&str> {
        self.own(SECTION)
    }

    /// What is ours to know of the parameters, and no manager's.
    fn own(&self, name: &str) -> Option<&str> {
        self.values.get(name).copied().filter(|_| !self.manifest.params.contains_key(name))
    }

    /// A reader of what an answer holds.
    fn reader(&self) -> Reader<'_> {
        Reader::new(Wish { names: &self.manifest.names, fields: self.fields, section: self.section() })
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
pub(super) fn matches(pattern: &str, name: &OsStr) -> bool {
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

/// What it means that an answer cannot be cut.
#[must_use]
pub const fn misshapen(why: Misshapen) -> Refusal {
    Refusal::silent(match why {
        Misshapen::Ambiguous => Kind::Ambiguous,
        Misshapen::Another => Kind::NotFound,
        Misshapen::Text(_) | Misshapen::Json | Misshapen::Marks => Kind::Malformed,
    })
}

/// Says what cannot be told apart; of a text's own words only the names of its sections.
fn not_clear(refused: &Refused) -> Refusal {
    let names = |names: &[String]| {
        let shown =
            |name: &String| if name.is_empty() { "the item itself".into() } else { format!("\"{}\"", quote(name)) };
        names.iter().take(MOST_NAMES).map(shown).collect::<Vec<_>>().join(", ")
    };
    let (told, hint) = match refused {
        Refused::Values(field, places) => {
            let places: Vec<_> = places.iter().map(ToString::to_string).collect();
            (format!("{}: {}", field.name(), places.join(", ")), which(*field))
        }
        Refused::Beside(field, places, section) => {
            let places: Vec<_> = places.iter().take(MOST_NAMES).map(ToString::to_string).collect();
            let told = format!("{}: {}, under another name than the key", field.name(), places.join(", "));
            (told, format!("to leave it out: --param {}; else {}", section_param(section), which(*field)))
        }
        Refused::Sets(all) => (format!("keys: {}", names(all)), which_keys(all)),
        Refused::NoSection(all) => return no_section(&names(all), all),
    };
    Refusal { quote: Some(told), hint: Some(hint), ..Refusal::silent(Kind::Several) }
}

/// Says that the section is not there which the user has named; there are `all`, told by `names`.
fn no_section(names: &str, all: &[String]) -> Refusal {
    let why = "it has no section of that name that holds what is asked for".to_owned();
    let (quote, hint) = if all.is_empty() {
        (None, "leave --param section= out: there is no other".to_owned())
    } else {
        (Some(format!("there are {names}")), which_keys(all))
    };
    Refusal { quote, why: Some(why), hint: Some(hint), ..Refusal::silent(Kind::Several) }
}

/// What to type where several values may be the field's.
#[must_use]
pub fn which(field: Field) -> String {
    let name = field.name();
    let own = match field {
        Field::AccessKeyId | Field::SecretAccessKey => "or leave one of them in an item of its own",
        Field::MfaSerial => "or --serial-number ARN",
        Field::RoleArn => "or --role-arn ARN, or --no-role",
        Field::Otp => "or --token-code CODE",
    };
    format!("say which is meant: --field {name}=NAME, by the name that stands before it; {own}")
}

/// The parameter that names a section, as a person types it.
fn section_param(name: &str) -> String {
    format!("section={}", word(name))
}

/// What to type where there are several keys.
fn which_keys(sections: &[String]) -> String {
    let named = sections.iter().find(|name| !name.is_empty());
    let by_name = "--field access_key_id=NAME --field secret_access_key=NAME, by the names that stand before them";
    match named {
        Some(name) => format!("say which is meant, as in: --param {}; or {by_name}", section_param(name)),
        None => format!("say which is meant: {by_name}; or leave one of them in an item of its own"),
    }
}

/// The most sections that are told.
const MOST_NAMES: usize = 12;
