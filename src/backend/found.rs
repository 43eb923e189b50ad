//! From an item's name to its values: one call for an item, or one for each value of a folder of entries.
//!
//! Calls come one after another. Managers that ask, ask once for each process that runs at the same time.

use super::asking::Asking;
use super::field::Field;
use super::folder::{self, Entries};
use super::kind::Kind;
use super::located::{Found, Located};
use super::manifest::{Read, Shape};
use super::target::{Target, USUAL_ITEM};
use super::verdict::Refusal;
use super::{address, message, reading, variables};
use crate::error::{Class, Error};
use crate::text::{nearest, quote};

impl Target {
    /// Asks for these fields.
    pub fn found(&self, fields: &[Field]) -> Result<Found, Error> {
        match (&self.manifest.variables, &self.manifest.read) {
            (Some(variables), _) => variables::read(variables),
            (None, Some(read)) => self.read(read, fields),
            (None, None) => Ok(Found::new()),
        }
    }

    /// The fields that the entry of this name holds by itself; none where it cannot be read.
    #[must_use]
    pub fn found_in(&self, entry: &str, fields: &[Field]) -> Option<Found> {
        let session = self.ask(self.manifest.read.as_ref()?, self.terminal.as_deref(), self.quiet).ok()?;
        let answer = session.ask(entry).ok()?;
        let values = session.reading().item(&answer, entry, fields).ok()?;
        Some(values.into_iter().map(|(field, value)| (field, in_item(value, entry))).collect())
    }

    /// The fields of the item, and those that a parameter says are elsewhere.
    fn read(&self, read: &Read, fields: &[Field]) -> Result<Found, Error> {
        let session = self.ask(read, self.terminal.as_deref(), self.quiet)?;
        session.probe().map_err(|refusal| self.failure(self.entry().unwrap_or_default(), &refusal))?;
        let elsewhere = session.reading().elsewhere(fields);
        elsewhere.values().try_for_each(|entry| address::check(entry, entry))?;
        let here: Vec<_> = fields.iter().copied().filter(|field| !elsewhere.contains_key(field)).collect();
        let mut found = self.own(&session, read, &here).map_err(|error| self.with_items(&session, error))?;
        for (field, entry) in elsewhere {
            found.insert(field, value(&session, &entry, field).map_err(|refusal| self.failure(&entry, &refusal))?);
        }
        Ok(found)
    }

    /// What the manager's list of all items tells: that there is no store, or nothing in it, or that the item was mistyped
    /// which its user has named, if another's name is near.
    fn with_items(&self, session: &Asking<'_>, error: Error) -> Error {
        // Without a usual item it is the store itself that was asked.
        let may_tell = self.named().is_some() || self.manifest.item.is_none();
        let listed = if may_tell && error.class() == Class::Value { session.items() } else { None };
        let is_usual = |items: &[String]| items.iter().any(|item| item == USUAL_ITEM);
        let (items, named) = match (listed, self.named()) {
            (Some(Err(refusal)), _) => return message::for_this(&self.manifest, error, &refusal),
            (Some(Ok(items)), _) if items.is_empty() => return message::none_at_all(&self.manifest, error),
            (Some(Ok(items)), Some(named)) => (items, named),
            // Where `setup` puts a key that nobody has named.
            (Some(Ok(items)), None) if is_usual(&items) => {
                return error.hint(format!("an item \"{USUAL_ITEM}\" is there: --item {USUAL_ITEM}"));
            }
            _ => return error,
        };
        match nearest(items.iter(), named) {
            Some(near) if !items.iter().any(|item| item == named) => error.hint(format!("is it {}?", in_quotes(near))),
            _ => error,
        }
    }

    /// The fields of the item itself, else of the entries in the folder of that name.
    fn own(&self, session: &Asking<'_>, read: &Read, fields: &[Field]) -> Result<Found, Error> {
        let entries = |prefix: &str| {
            let found = self.entries(session, prefix, fields);
            found.map_err(|(entry, refusal)| (self.failure(&entry, &refusal), refusal.kind))
        };
        let Some(entry) = self.entry() else { return entries("").map_err(|(error, _)| error) };
        let in_folder = format!("{entry}/");
        if read.shape == Shape::Line {
            return entries(&in_folder).map_err(|(error, _)| error);
        }
        let asked = session.ask(entry).map_err(|refusal| self.failure(self.named().unwrap_or(entry), &refusal))?;
        let refusal = match session.reading().item(&asked, entry, fields) {
            Ok(values) => {
                let named = self.named().unwrap_or(entry);
                return Ok(values.into_iter().map(|(field, value)| (field, in_item(value, named))).collect());
            }
            Err(refusal) => refusal,
        };
        let failure = || self.failure(self.named().unwrap_or(entry), &refusal);
        let is_foldable = !self.manifest.entries.is_empty() || self.manifest.list.is_some();
        match (refusal.kind, self.named().is_some()) {
            _ if !is_foldable => Err(failure()),
            (Kind::Folder, _) => {
                let listed = session.reading().in_folder(&asked, fields);
                self.spelled(session, &in_folder, &listed, fields).unwrap_or_else(|| Err(failure()))
            }
            // Where the manager lists a folder by another command, or has nothing by its name.
            (Kind::NotFound, named) => {
                let listed = session.list(entry, fields);
                if let Some(found) = self.spelled(session, &in_folder, &listed, fields) {
                    return found;
                }
                if self.manifest.entries.is_empty() {
                    return Err(failure());
                }
                // Nobody named an item and the usual one is not there: the entries may be at the root.
                let prefix = if named { in_folder.as_str() } else { "" };
                match entries(prefix) {
                    Ok(found) if found.is_empty() => Err(failure()),
                    Err((_, Kind::NotFound)) if named => Err(failure()),
                    found => found.map_err(|(error, _)| error),
                }
            }
            _ => Err(failure()),
        }
    }

    /// The values of the entries that a listing shows; none where it shows no part of a key and one is wanted.
    fn spelled(
        &self,
        session: &Asking<'_>,
        prefix: &str,
        listed: &Entries,
        fields: &[Field],
    ) -> Option<Result<Found, Error>> {
        let wants_keys = fields.iter().any(|field| field.is_key());
        if !listed.keys().any(|field| field.is_key() || !wants_keys) {
            return None;
        }
        let several = |field: Field, names: &[String]| {
            let names: Vec<_> = names.iter().map(|name| in_quotes(name)).collect();
            let quote = format!("{}: {}", field.name(), names.join(", "));
            let hint = Some(reading::which(field));
            let refusal = Refusal { quote: Some(quote), hint, ..Refusal::silent(Kind::Several) };
            Some(Err(self.failure(prefix.trim_end_matches('/'), &refusal)))
        };
        // What the user has named is meant, whatever it is called.
        let unnamed = listed.iter().filter(|(field, _)| !self.fields.contains_key(field));
        let is_section_named = session.reading().section().is_some();
        if let Some((field, names)) = folder::anothers(&unnamed.map(|(field, all)| (*field, all.clone())).collect())
            && !is_section_named
        {
            return several(field, &names);
        }
        let mut found = Found::new();
        for field in fields {
            let name = match (listed.get(field).map(Vec::as_slice), self.manifest.entries.get(field)) {
                (Some([name]), _) => name,
                (Some(names), _) => return several(*field, names),
                // What is missing is asked for by its documented name, so that the message has one.
                (None, Some(name)) if field.is_key() => name,
                (None, _) => continue,
            };
            let entry = format!("{prefix}{name}");
            match value(session, &entry, *field) {
                Ok(value) => drop(found.insert(*field, value)),
                Err(refusal) => return Some(Err(self.failure(&entry, &refusal))),
            }
        }
        Some(Ok(found))
    }

    /// The values of the entries whose names begin with `prefix`, or the entry that could not be read, and why.
    fn entries(&self, session: &Asking<'_>, prefix: &str, fields: &[Field]) -> Result<Found, (String, Refusal)> {
        let mut found = Found::new();
        for field in fields.iter().copied() {
            let given = self.fields.get(&field).or_else(|| self.manifest.entries.get(&field));
            let Some(name) = given else { continue };
            let entry = format!("{prefix}{name}");
            match value(session, &entry, field) {
                Ok(value) => drop(found.insert(field, value)),
                // An account without MFA or without a role has no such entry; anything else is worth telling.
                Err(Refusal { kind: Kind::NotFound, .. }) if !field.is_key() => {}
                Err(refusal) => return Err((entry, refusal)),
            }
        }
        Ok(found)
    }

    fn failure(&self, entry: &str, refusal: &Refusal) -> Error {
        message::failure(&self.manifest, entry, refusal)
    }
}

/// The one value of an entry.
fn value(session: &Asking<'_>, entry: &str, field: Field) -> Result<Located, Refusal> {
    let answer = session.ask(entry)?;
    let value = session.reading().value(&answer, entry, field)?;
    Ok(Located { value, place: in_quotes(entry), alone_in: Some(entry.to_owned()) })
}

fn in_item(value: secrecy::SecretString, name: &str) -> Located {
    Located { value, place: in_quotes(name), alone_in: None }
}

fn in_quotes(name: &str) -> String {
    format!("\"{}\"", quote(name))
}
