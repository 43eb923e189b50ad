//! A rotation that is under way: which key of which user is being replaced by which, and since when. Times, and digests by
//! which ids are known again; no id, no secret.
//!
//! It must outlive a restart of the machine, so it is where state is kept and not where a session's files are.

use crate::credentials::{AccessKeyId, Caller};
use crate::error::{Class, Error};
use crate::os::{environment, file};
use crate::text::{hex, quote};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::path::PathBuf;

/// A rotation that was begun. Times are seconds since 1970, by AWS's clock.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The mark of the key that is being replaced.
    old: String,
    /// That of the new one, once AWS has told it.
    new: Option<String>,
    /// When it was begun.
    pub begun: u64,
    /// Whether the item holds the new one, whole.
    #[serde(default)]
    pub placed: bool,
    /// Whether the old one is being put back.
    #[serde(default)]
    pub undoing: bool,
    /// Whether it is the way back of one that was undone: the new one is that from before it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undone: bool,
    /// When the old one was made inactive.
    pub retired: Option<u64>,
}

/// The largest record, in bytes.
const LARGEST: usize = 4096;

impl Record {
    /// A rotation of the key `old` that begins now.
    #[must_use]
    pub fn begin(old: &AccessKeyId, now: u64) -> Self {
        Self { old: mark(old), new: None, begun: now, placed: false, undoing: false, undone: false, retired: None }
    }

    /// Notes the new key.
    pub fn note_new(&mut self, id: &AccessKeyId) {
        self.new = Some(mark(id));
    }

    /// The way back was gone: the key `old` is in the place of `new` again, which is to be retired in its turn.
    #[must_use]
    pub fn back(old: &AccessKeyId, new: &AccessKeyId, now: u64) -> Self {
        Self { new: Some(mark(old)), placed: true, undone: true, ..Self::begin(new, now) }
    }

    /// Whether some rotation may be between the two entries in which the halves of a key stand apart, and this id is one of
    /// its two: what was read may be a half of each.
    #[must_use]
    pub fn is_met(id: &AccessKeyId) -> bool {
        let files = directory().ok().and_then(|path| std::fs::read_dir(path).ok());
        let texts = files.into_iter().flatten().flatten().filter_map(|file| file::read(&file.path(), LARGEST).ok());
        let mut records = texts.filter_map(|text| serde_json::from_slice::<Self>(&text).ok());
        records.any(|record| record.may_be_half(id))
    }

    /// The same of this rotation: the old key as long as there is a record, the new one until it is placed or when it goes.
    fn may_be_half(&self, id: &AccessKeyId) -> bool {
        self.is_old(id) || (self.is_new(id) && (!self.placed || self.undoing))
    }

    /// Whether somebody has asked for its undoing, or has woken the old key after it was retired: if that is active, then
    /// because it is wanted.
    #[must_use]
    pub const fn is_wanted_back(&self) -> bool {
        self.undone || self.undoing || self.retired.is_some()
    }

    /// Whether this is the key that is being replaced.
    #[must_use]
    pub fn is_old(&self, id: &AccessKeyId) -> bool {
        self.old == mark(id)
    }

    /// Whether this is the new key.
    #[must_use]
    pub fn is_new(&self, id: &AccessKeyId) -> bool {
        self.new == Some(mark(id))
    }

    /// Whether the new key was told.
    #[must_use]
    pub const fn has_new(&self) -> bool {
        self.new.is_some()
    }

    /// Whether the rotation is about this key.
    #[must_use]
    pub fn names(&self, id: &AccessKeyId) -> bool {
        self.is_old(id) || self.is_new(id)
    }

    /// The record of a user's rotation, if there is one.
    pub fn read(user: &Caller) -> Result<Option<Self>, Error> {
        let path = place(user)?;
        let text = match file::read(&path, LARGEST) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&path, &error.to_string())),
        };
        serde_json::from_slice(&text).map(Some).map_err(|_| unusable(&path, "it is none of ours"))
    }

    /// Keeps it.
    pub fn write(&self, user: &Caller) -> Result<(), Error> {
        let path = place(user)?;
        let text = serde_json::to_vec(self).map_err(|error| unusable(&path, &error.to_string()))?;
        file::prepare(&path, &text, 0o600, None, true)
            .and_then(file::Prepared::put)
            .map_err(|error| unusable(&path, &error.to_string()))
    }

    /// Forgets it.
    pub fn forget(user: &Caller) -> Result<(), Error> {
        let path = place(user)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unusable(&path, &error.to_string())),
            _ => Ok(()),
        }
    }
}

/// By what a key is known again: a digest of its id, which is nobody's to read.
fn mark(id: &AccessKeyId) -> String {
    hex(&digest(&SHA256, id.as_str().as_bytes()).as_ref()[..16])
}

/// A file for each user.
fn place(user: &Caller) -> Result<PathBuf, Error> {
    let name = hex(&digest(&SHA256, user.as_str().as_bytes()).as_ref()[..16]);
    Ok(directory()?.join(format!("{name}.json")))
}

/// In `$XDG_STATE_HOME`, else in `~/.local/state`.
fn directory() -> Result<PathBuf, Error> {
    let state = environment::os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let state = state.or_else(|| environment::present_home().map(|home| home.join(".local/state")));
    let state = state.ok_or_else(|| {
        Error::new(Class::Config, "there is no place for the record of a rotation")
            .because("neither XDG_STATE_HOME nor HOME names a directory")
            .hint("set HOME to your home directory")
    })?;
    Ok(state.join("aws-auth/rotations"))
}

fn unusable(path: &std::path::Path, why: &str) -> Error {
    Error::new(Class::Config, format!("the record of a rotation, {}, cannot be used", quote(&path.to_string_lossy())))
        .because(why)
        .hint("mend what is wrong there; without it no key is made or deleted")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> AccessKeyId {
        AccessKeyId::new(&format!("AKIA{name:0>16}")).unwrap()
    }

    #[test]
    fn a_record_knows_its_two_keys_and_no_other() {
        let (old, new, other) = (id("OLD"), id("NEW"), id("XXX"));
        let mut record = Record::begin(&old, 5);
        assert_eq!((record.begun, record.placed, record.undoing, record.retired), (5, false, false, None));
        assert!(record.is_old(&old) && !record.has_new() && !record.is_new(&new) && !record.names(&new));
        record.note_new(&new);
        assert!(record.has_new() && record.is_new(&new) && !record.is_old(&new) && !record.is_new(&old));
        assert!(record.names(&old) && record.names(&new) && !record.names(&other));
        assert!(!record.is_wanted_back());
        let back = Record::back(&old, &new, 6);
        assert!(back.undone && back.is_wanted_back());
        assert!(Record { retired: Some(6), ..record.clone() }.is_wanted_back());
        assert!(Record { undoing: true, ..record.clone() }.is_wanted_back());
        assert!(back.is_old(&new) && back.is_new(&old) && back.placed && !back.undoing && back.begun == 6);
        let text = serde_json::to_string(&record).unwrap();
        assert!(!text.contains("AKIA"), "{text}");
        assert_eq!(serde_json::from_str::<Record>(&text).unwrap(), record);
    }

    #[test]
    fn halves_may_stand_apart_until_the_new_key_is_placed_and_while_it_goes() {
        let (old, new, other) = (id("OLD"), id("NEW"), id("XXX"));
        let mut record = Record::begin(&old, 5);
        record.note_new(&new);
        let of = |record: &Record| [&old, &new, &other].map(|id| record.may_be_half(id));
        assert_eq!(of(&record), [true, true, false]);
        record.placed = true;
        assert_eq!(of(&record), [true, false, false]);
        record.undoing = true;
        assert_eq!(of(&record), [true, true, false]);
    }
}
