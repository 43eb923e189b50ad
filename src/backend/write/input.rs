//! What standard input gets, by the form that a manager takes, and whether what it gives back is that. Pure.

use super::form::{Form, Write};
use super::login::{self, Part};
use super::text::{self, Bytes, New, Swap};
use super::{document, fields};
use crate::backend::manifest::Read;
use secrecy::ExposeSecret;

/// What makes an entry; none where the manifest's own texts do not fit.
#[must_use]
pub fn compose(write: &Write, read: &Read, entry: &str, new: New<'_>) -> Option<Bytes> {
    match (write.form, &write.document) {
        (Form::Document, how) => {
            document::compose(how.as_ref()?, read, entry, new).map(|item| document::encoded(&item))
        }
        (Form::Text, _) => Some(text::compose(read, new)),
        (Form::Fields, _) => Some(fields::compose(new)),
        (Form::Login, _) => Some(line(new.keys.secret_access_key.expose_secret())),
    }
}

/// What puts back all that an entry held; none where the manager does not take it whole.
#[must_use]
pub fn whole(write: &Write, read: &Read, entry: &str, text: &[u8]) -> Option<Bytes> {
    match write.form {
        Form::Text => Some(Bytes::new(text.to_vec())),
        Form::Document => document::alone(read, entry, text).map(|item| document::encoded(&item)),
        Form::Fields | Form::Login => None,
    }
}

/// What an entry that holds `before` will hold when `new` is put there; none where that cannot be said beforehand.
#[must_use]
pub fn replaced(write: &Write, read: &Read, entry: &str, before: &[u8], new: New<'_>) -> Option<Bytes> {
    match write.form {
        Form::Text => Some(text::compose(read, new)),
        Form::Document => document::compose(write.document.as_ref()?, read, entry, new),
        Form::Fields => fields::overlaid(before, &fields::compose(new), read),
        Form::Login => {
            let any = |new| Part { old: None, new };
            let parts = [any(new.keys.access_key_id.as_str()), any(new.keys.secret_access_key.expose_secret())];
            login::changed(before, read, write.login.as_ref()?, &parts, Some(&text::notes(new)))
        }
    }
}

/// A change of what an entry holds.
pub struct Change {
    /// What standard input gets.
    pub input: Bytes,
    /// The text that the entry then has, or the values that are others.
    pub expected: Bytes,
}

/// Other words in an entry that holds `before`; none where an old one does not stand in it by itself. The secret access
/// key is the last of the words.
#[must_use]
pub fn change(write: &Write, read: &Read, entry: &str, before: &[u8], swaps: &[Swap<'_>]) -> Option<Change> {
    let expected = match write.form {
        Form::Fields => fields::swapped(before, read, swaps)?,
        Form::Document => document::swapped(before, read, entry, swaps)?,
        Form::Text => text::swapped(before, swaps)?,
        Form::Login => match (&write.login, swaps) {
            (Some(names), [id, secret]) => {
                let parts = [id, secret].map(|swap| Part { old: Some(swap.old), new: swap.new });
                login::changed(before, read, names, &parts, None)?
            }
            _ => text::swapped(before, swaps)?,
        },
    };
    let input = match write.form {
        Form::Login => line(swaps.last()?.new),
        Form::Document => document::encoded(&expected),
        Form::Text | Form::Fields => expected.clone(),
    };
    Some(Change { input, expected })
}

/// Whether an entry that held `before` holds the same `now`; what an answer shows beside it counts for nothing.
#[must_use]
pub fn is_same(write: &Write, read: &Read, entry: &str, before: &[u8], now: &[u8]) -> bool {
    match write.form {
        Form::Text | Form::Login => before == now,
        Form::Fields => fields::is_same(before, now, read),
        Form::Document => document::alone(read, entry, before) == document::alone(read, entry, now),
    }
}

/// Whether an entry that held `before` holds what was to come of it.
#[must_use]
pub fn is_changed(write: &Write, read: &Read, entry: &str, before: &[u8], after: &[u8], expected: &[u8]) -> bool {
    match (write.form, &write.document) {
        (Form::Fields, _) => fields::is_changed(before, after, expected, read),
        (Form::Document, Some(how)) => document::is_changed(how, read, entry, after, expected),
        (Form::Document, None) => false,
        (Form::Text | Form::Login, _) => after == expected,
    }
}

fn line(secret: &str) -> Bytes {
    let mut line = Bytes::new(Vec::with_capacity(secret.len() + 1));
    line.extend_from_slice(secret.as_bytes());
    line.push(b'\n');
    line
}
