//! What an entry held before, where the store keeps that and we can read it: the key that a rotation has replaced.

use super::form::{Form, History};
use super::held::Held;
use super::store::Store;
use super::text::Bytes;
use super::{document, fields, replayed_value};
use crate::backend::field::Field;
use crate::credentials::{AccessKeyId, SourceKeys, secret_access_key};
use crate::error::Error;
use secrecy::{ExposeSecret, SecretString};

/// How many older versions are looked at.
const DEPTH: usize = 8;

impl Store {
    /// The pairs that the item may have held with this id, the newest first. Where the store tells older secrets without
    /// their ids, each is one of them, and only AWS can tell.
    pub fn earlier(&self, held: &Held, id: &AccessKeyId) -> Result<Vec<SourceKeys>, Error> {
        let write = self.manager.how_to_write()?;
        let read = self.manager.how_to_read()?;
        let (entry, now) = held.secret();
        let mut secrets: Vec<SecretString> = Vec::new();
        if let Some(how) = &write.document {
            secrets.extend(document::past(how, read, entry, now));
        }
        if let Some(history) = &write.history {
            secrets.extend(self.older(history, entry, now).filter_map(|text| self.secret_of(held, id, entry, &text)));
        }
        let mut found: Vec<SourceKeys> = Vec::new();
        for secret in secrets.iter().filter_map(|secret| secret_access_key(secret.expose_secret()).ok()) {
            let is_new = |keys: &SourceKeys| keys.secret_access_key.expose_secret() != secret.expose_secret();
            if found.iter().chain([&held.keys]).all(is_new) {
                found.push(SourceKeys { access_key_id: id.clone(), secret_access_key: secret, session_token: None });
            }
        }
        Ok(found)
    }

    /// The secret in an older text, where that is of this id, or tells no id.
    fn secret_of(&self, held: &Held, id: &AccessKeyId, entry: &str, text: &[u8]) -> Option<SecretString> {
        if held.is_apart() {
            let read = self.manager.how_to_read().ok()?;
            return replayed_value(&self.manager.target, read, entry, text, Field::SecretAccessKey).ok();
        }
        let keys = self.keys(entry, text).ok().filter(|keys| keys.access_key_id == *id)?;
        Some(keys.secret_access_key)
    }

    /// The entry's older texts, the newest first; what cannot be read is passed over.
    fn older<'a>(&'a self, history: &'a History, entry: &'a str, now: &[u8]) -> impl Iterator<Item = Bytes> + 'a {
        let revisions = if history.list.is_empty() { self.counted(now) } else { self.listed(history, entry) };
        revisions.into_iter().filter_map(move |revision| self.manager.at(history, entry, &revision))
    }

    /// The versions before this one, where a store counts them.
    fn counted(&self, now: &[u8]) -> Vec<String> {
        let write = self.manager.target.manifest.write.as_ref().filter(|write| write.form == Form::Fields);
        let path = write.and_then(|write| write.version.as_deref());
        let current = path.and_then(|path| fields::version(now, path)).unwrap_or_default();
        (1..current).rev().take(DEPTH).map(|version| version.to_string()).collect()
    }

    /// The revisions that a store names, one a line, the newest first.
    fn listed(&self, history: &History, entry: &str) -> Vec<String> {
        let named = self.manager.print(&history.list, entry, None);
        let text = named.map(|named| String::from_utf8_lossy(&named).into_owned()).unwrap_or_default();
        let is_name = |line: &&str| !line.is_empty() && line.chars().all(|c| c.is_ascii_alphanumeric());
        text.lines().map(str::trim).filter(is_name).take(DEPTH).map(str::to_owned).collect()
    }
}
