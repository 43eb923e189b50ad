//! The item's key as it is kept: whole in one entry, or each half in an entry of its own; and another one in its place.
//!
//! Two entries are not written in one step. The id goes first, and the pair it belongs to stands in the sibling until both
//! halves are there: whoever reads meanwhile, and finds the id of a rotation, takes the pair from the sibling.

use super::form::Form;
use super::store::Store;
use super::text::Swap;
use super::{input, replayed_value};
use crate::backend::field::Field;
use crate::backend::kind::Kind;
use crate::backend::verdict::Refusal;
use crate::credentials::{SourceKeys, trim};
use crate::error::{Class, Error};
use crate::secret::SecretBuffer;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;

/// A key, and the entries in which it stands.
#[derive(Debug)]
pub struct Held {
    /// The key.
    pub keys: SourceKeys,
    /// What the item holds beside it.
    pub fields: BTreeMap<Field, SecretString>,
    parts: Parts,
}

/// An entry as it is.
#[derive(Debug)]
struct Part {
    entry: String,
    text: SecretBuffer,
}

#[derive(Debug)]
enum Parts {
    /// Both halves in one.
    Whole(Part),
    /// The id, then the secret.
    Halves([Part; 2]),
}

impl Held {
    /// Whether the halves stand in entries of their own.
    #[must_use]
    pub const fn is_apart(&self) -> bool {
        matches!(self.parts, Parts::Halves(_))
    }

    /// The entry in which the secret stands, and what it holds.
    pub(super) fn secret(&self) -> (&str, &[u8]) {
        let (Parts::Whole(part) | Parts::Halves([_, part])) = &self.parts;
        (&part.entry, part.text.as_bytes())
    }
}

impl Store {
    /// The item's key, found as every run finds it.
    pub fn held(&self) -> Result<Held, Error> {
        let Some(entry) = self.manager.target.entry() else { return self.halves() };
        match self.manager.read(entry)? {
            Ok(text) => {
                let fields = self.fields(entry, text.as_bytes())?;
                let keys = self.keys_of(entry, &fields)?;
                Ok(Held { keys, fields: beside(fields), parts: Parts::Whole(Part { entry: entry.to_owned(), text }) })
            }
            Err(Refusal { kind: Kind::NotFound | Kind::Folder, .. }) => self.halves(),
            Err(refusal) => Err(self.manager.unread(entry, &refusal)),
        }
    }

    /// The same of a folder of entries with one value each.
    fn halves(&self) -> Result<Held, Error> {
        let found = self.manager.target.found(&Field::ALL)?;
        let part = |field: Field| {
            let entry = found.get(&field).and_then(|located| located.alone_in.as_ref());
            let entry = entry.ok_or_else(|| self.elsewhere(field))?;
            let text = self.manager.entry(entry)?.ok_or_else(|| self.elsewhere(field))?;
            Ok::<_, Error>(Part { entry: entry.clone(), text })
        };
        let parts = Parts::Halves([part(Field::AccessKeyId)?, part(Field::SecretAccessKey)?]);
        let fields = found.into_iter().map(|(field, located)| (field, located.value)).collect();
        let keys = self.keys_of(self.manager.target.entry().unwrap_or_default(), &fields)?;
        Ok(Held { keys, fields: beside(fields), parts })
    }

    /// Makes sure, before anything is written, that `new` can come into the place of the key and is read as such then.
    pub fn check(&self, held: &Held, new: &SourceKeys) -> Result<(), Error> {
        let (read, write) = (self.manager.how_to_read()?, self.manager.how_to_write()?);
        for (part, field, swaps) in changes(held, &held.keys, new) {
            let change = input::change(write, read, &part.entry, part.text.as_bytes(), &swaps);
            let change = change.ok_or_else(|| self.unusual(&part.entry))?;
            let is_read = match (write.form, field) {
                // Of values by their names, only those are others that were the key.
                (Form::Fields, _) => true,
                (_, None) => self.keys(&part.entry, &change.expected).is_ok_and(|keys| same(&keys, new)),
                (_, Some(field)) => {
                    let value = replayed_value(&self.manager.target, read, &part.entry, &change.expected, field);
                    value.is_ok_and(|value| swaps.iter().all(|swap| trim(value.expose_secret()) == swap.new))
                }
            };
            if !is_read {
                return Err(self.unusual(&part.entry));
            }
        }
        Ok(())
    }

    /// Puts `new` into the place of the key, and keeps all else; each entry is read back and compared. What cannot be
    /// finished is undone, if the manager takes that. What somebody has changed meanwhile is left as it is.
    pub fn replace(&self, held: &Held, new: &SourceKeys) -> Result<(), Error> {
        self.check(held, new)?;
        let mut tried = Vec::new();
        let mut changes = changes(held, &held.keys, new).into_iter();
        let done = changes.try_for_each(|(part, _, swaps)| {
            self.check_unchanged(part)?;
            tried.push(part);
            self.change(&part.entry, part.text.as_bytes(), &swaps, new)
        });
        if done.is_err() {
            // The old key is still good. The id is the last to come back, as it was the first to go.
            for part in tried.into_iter().rev() {
                let _ = self.restore(part, held);
            }
        }
        done
    }

    /// Refuses to change an entry that is not as it was read: a person was asked for a code since, and AWS for a key. A
    /// manager that is told the version which it is to change does that itself.
    fn check_unchanged(&self, part: &Part) -> Result<(), Error> {
        if self.manager.how_to_write()?.version.is_some() {
            return Ok(());
        }
        self.check_same(&part.entry, part.text.as_bytes())
    }

    /// Finishes what a run has left that was ended between the halves: the id is that of `whole`, the secret is not.
    pub fn finish(&self, held: &Held, whole: &SourceKeys) -> Result<(), Error> {
        let Some((part, _, swaps)) = changes(held, &held.keys, whole).pop() else { return Ok(()) };
        self.change(&part.entry, part.text.as_bytes(), &swaps, whole)
    }

    /// Says which of the item's entries were saved and not recorded.
    pub fn say_unrecorded(&self, held: &Held) -> Result<(), Error> {
        held.parts().iter().try_for_each(|part| self.manager.say_unrecorded(&part.entry))
    }

    /// Puts back what an entry held.
    fn restore(&self, part: &Part, held: &Held) -> Result<(), Error> {
        if matches!(self.manager.how_to_write()?.form, Form::Text | Form::Document) {
            return self.put_back(&part.entry, part.text.as_bytes());
        }
        let all = changes(held, &held.keys, &held.keys);
        let own = all.into_iter().find(|(other, ..)| other.entry == part.entry);
        own.map_or(Ok(()), |(_, _, swaps)| self.set(&part.entry, part.text.as_bytes(), &swaps, &held.keys))
    }

    fn elsewhere(&self, field: Field) -> Error {
        Error::new(Class::Config, format!("{} cannot be changed", self.name()))
            .because(format!("its {} is in an entry that holds more than the key", field.name()))
            .hint("put both halves of the key into one entry: aws-auth setup --from NAME --item ITEM --import FILE")
    }
}

impl Held {
    fn parts(&self) -> &[Part] {
        match &self.parts {
            Parts::Whole(part) => std::slice::from_ref(part),
            Parts::Halves(parts) => parts,
        }
    }
}

/// The fields without those of the key, of which there is a copy already.
fn beside(mut fields: BTreeMap<Field, SecretString>) -> BTreeMap<Field, SecretString> {
    fields.retain(|field, _| !field.is_key());
    fields
}

/// An entry, the one field that it holds if it holds only one, and the words that are others then.
type Changed<'a> = (&'a Part, Option<Field>, Vec<Swap<'a>>);

/// What changes, in this order, when `new` takes the place of `old`.
fn changes<'a>(held: &'a Held, old: &'a SourceKeys, new: &'a SourceKeys) -> Vec<Changed<'a>> {
    let [id, secret] = Swap::of_keys(old, new);
    match &held.parts {
        Parts::Whole(part) => vec![(part, None, vec![id, secret])],
        Parts::Halves([first, second]) => {
            vec![(first, Some(Field::AccessKeyId), vec![id]), (second, Some(Field::SecretAccessKey), vec![secret])]
        }
    }
}

fn same(one: &SourceKeys, other: &SourceKeys) -> bool {
    one.access_key_id == other.access_key_id
        && one.secret_access_key.expose_secret() == other.secret_access_key.expose_secret()
}
