//! What an entry held before, where the store keeps that and we can read it: the key that a rotation has replaced.

use super::form::{Form, History};
use super::held::Held;
use super::store::Store;
use super::text::Bytes;
use super::{fields, replayed_value};
use crate::backend::field::Field;
use crate::credentials::{AccessKeyId, SourceKeys, secret_access_key};
use crate::error::Error;
use secrecy::ExposeSecret;

/// How many older versions are looked at.
const DEPTH: usize = 8;

impl Store {
    /// The pairs that the item may have held with this id, the newest first. Where the id stands apart from its secret, each
    /// older secret is one of them, and only AWS can tell.
    pub fn earlier(&self, held: &Held, id: &AccessKeyId) -> Result<Vec<SourceKeys>, Error> {
        let Some(history) = self.manager.how_to_write()?.history.as_ref() else { return Ok(Vec::new()) };
        let (entry, now) = held.secret();
        let read = self.manager.how_to_read()?;
        let mut found: Vec<SourceKeys> = Vec::new();
        for text in self.older(history, entry, now) {
            let pair = if held.is_apart() {
                let value = replayed_value(&self.manager.target, read, entry, &text, Field::SecretAccessKey);
                let secret = value.ok().and_then(|value| secret_access_key(value.expose_secret()).ok());
                secret.map(|secret| SourceKeys {
                    access_key_id: id.clone(),
                    secret_access_key: secret,
                    session_token: None,
                })
            } else {
                self.keys(entry, &text).ok().filter(|keys| keys.access_key_id == *id)
            };
            let Some(pair) = pair else { continue };
            let secret = pair.secret_access_key.expose_secret();
            let is_new = found.iter().chain([&held.keys]).all(|keys| keys.secret_access_key.expose_secret() != secret);
            if is_new {
                found.push(pair);
            }
        }
        Ok(found)
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
