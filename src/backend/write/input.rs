//! What standard input gets, by the form that a manager takes, and whether what it gives back is that. Pure.

use super::form::{Form, Write};
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
        Form::Text | Form::Login => text::swapped(before, swaps)?,
    };
    let input = match write.form {
        Form::Login => line(swaps.last()?.new),
        Form::Document => document::encoded(&expected),
        Form::Text | Form::Fields => expected.clone(),
    };
    Some(Change { input, expected })
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
