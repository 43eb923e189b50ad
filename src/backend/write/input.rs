//! What standard input gets, by the form that a manager takes, and whether what it gives back is that. Pure.

use super::fields;
use super::form::{Form, Write};
use super::text::{self, Bytes, New, Swap};
use crate::backend::manifest::Read;
use secrecy::ExposeSecret;

/// What makes an entry.
#[must_use]
pub fn compose(write: &Write, read: &Read, new: New<'_>) -> Bytes {
    match write.form {
        Form::Text => text::compose(read, new),
        Form::Fields => fields::compose(new),
        Form::Login => line(new.keys.secret_access_key.expose_secret()),
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
pub fn change(write: &Write, read: &Read, before: &[u8], swaps: &[Swap<'_>]) -> Option<Change> {
    let expected = match write.form {
        Form::Fields => fields::swapped(before, read, swaps)?,
        Form::Text | Form::Login => text::swapped(before, swaps)?,
    };
    let input = if write.form == Form::Login { line(swaps.last()?.new) } else { expected.clone() };
    Some(Change { input, expected })
}

/// Whether an entry that held `before` holds what was to come of it.
#[must_use]
pub fn is_changed(write: &Write, read: &Read, before: &[u8], after: &[u8], expected: &[u8]) -> bool {
    match write.form {
        Form::Fields => fields::is_changed(before, after, expected, read),
        Form::Text | Form::Login => after == expected,
    }
}

fn line(secret: &str) -> Bytes {
    let mut line = Bytes::new(Vec::with_capacity(secret.len() + 1));
    line.extend_from_slice(secret.as_bytes());
    line.push(b'\n');
    line
}
