//! Writing into managers: only through those whose manifest says how, and which were run for real.
//!
//! [`form`] is what a manifest says; [`text`] makes and changes the texts of items, [`fields`] their values, [`document`]
//! whole items of JSON, [`login`] a user's name and password, [`input`] takes the one that the manager's form asks for;
//! [`manager`] runs it, [`store`] reads back what it was given, [`held`] puts one key in the place of another, [`history`]
//! finds the one before; [`recorded`] goes through what was recorded. What is secret goes to standard input, which is filled
//! before the manager starts: one that is killed in between, or kills us, finds all of it or was never started. What was
//! written is read back and compared; exit code 0 is no success.

mod document;
mod fields;
pub mod form;
mod held;
mod history;
mod input;
mod login;
mod manager;
pub mod recorded;
mod store;
pub mod text;

pub use held::Held;
pub use store::Store;
pub use text::New;

use super::field::Field;
use super::manifest::{Manifest, Read};
use super::reading::Reading;
use super::target::Target;
use super::verdict::Refusal;
use crate::os::child::Answer;
use crate::secret::SecretBuffer;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// What the manager's reader makes of a text that it would answer with.
fn replayed(
    manifest: &Manifest,
    read: &Read,
    params: &BTreeMap<String, String>,
    fields: &BTreeMap<Field, String>,
    entry: &str,
    text: &[u8],
) -> Result<BTreeMap<Field, SecretString>, Refusal> {
    Reading::new(manifest, read, params, None, true).with_fields(fields).item(&answered(text), entry, &Field::ALL)
}

/// What it makes of the text of an entry that holds this field alone.
fn replayed_value(
    target: &Target,
    read: &Read,
    entry: &str,
    text: &[u8],
    field: Field,
) -> Result<SecretString, Refusal> {
    let reading = Reading::new(&target.manifest, read, &target.params, None, true).with_fields(&target.fields);
    reading.value(&answered(text), entry, field)
}

fn answered(text: &[u8]) -> Answer {
    Answer { status: ExitStatus::from_raw(0), stdout: SecretBuffer::of(text), stderr: SecretBuffer::of(b"") }
}

#[cfg(test)]
fn keys(id: &str, secret: &str) -> crate::credentials::SourceKeys {
    crate::credentials::SourceKeys {
        access_key_id: crate::credentials::AccessKeyId::new(id).unwrap(),
        secret_access_key: crate::credentials::secret_access_key(secret).unwrap(),
        session_token: None,
    }
}
