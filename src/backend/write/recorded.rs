//! Recorded writes: what a manager was given to write once and how that ended, gone through by the code that writes.

use super::form::Write;
use super::text::{self, New, Swap};
use super::{document, fields, input};
use crate::backend::field::Field;
use crate::backend::kind::Kind;
use crate::backend::manifest::{Manifest, Read};
use crate::backend::params;
use crate::backend::reading::Reading;
use crate::backend::template::Values;
use crate::backend::verdict::{Refusal, judge_writing};
use crate::credentials::{AccessKeyId, MfaSerial, RoleArn, SourceKeys, secret_access_key};
use crate::os::child::Answer;
use crate::secret::SecretBuffer;
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// One write, and what became of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordedWrite {
    /// What happened, for people.
    pub says: String,
    /// Who saw it, and of which version.
    pub source: String,
    /// What `{entry}` stood for.
    pub entry: String,
    /// What was to be done.
    pub does: Does,
    /// What the manifest's parameters stood for.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// The values that were to be kept.
    #[serde(default)]
    pub values: BTreeMap<Field, String>,
    /// What the entry held before it was changed.
    pub before: Option<String>,
    /// What the program was given as arguments,
    pub argv: Vec<String>,
    /// and as standard input, but for what it asks for first.
    #[serde(default)]
    pub stdin: String,
    /// How it ended.
    pub exit: u8,
    /// What it complained of.
    #[serde(default)]
    pub stderr: String,
    /// What it means, where it failed.
    pub kind: Option<Kind>,
}

/// What is done to an entry.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// It is made.
    Create,
    /// Its key is replaced.
    Change,
    /// It is removed.
    Remove,
}

impl RecordedWrite {
    /// Whether the manifest would have done the same, and takes its end for what it was.
    pub fn holds(&self, manifest: &Manifest) -> Result<(), String> {
        match (self.meaning(manifest)?, self.kind) {
            (Ok(()), None) => Ok(()),
            (Err(refusal), Some(kind)) if refusal.kind == kind => Ok(()),
            (Err(refusal), _) => Err(format!("the manifest takes it for {}", refusal.kind.name())),
            (Ok(()), Some(kind)) => Err(format!("the manifest takes it for done, not for {}", kind.name())),
        }
    }

    /// What the manifest makes of the end; an error when it would have done something else.
    pub fn meaning(&self, manifest: &Manifest) -> Result<Result<(), Refusal>, String> {
        let write = manifest.write.as_ref().ok_or("the manifest has no [write]")?;
        let read = manifest.read.as_ref().ok_or("the manifest has no [read]")?;
        let params = params::complete(manifest, &self.params).map_err(|error| error.to_string())?;
        let reading = Reading::new(manifest, read, &params, None, true);
        let (argv, stdin) = self.made(manifest, write, read, &reading)?;
        if argv != self.argv {
            return Err(format!("the manifest writes with {argv:?}, it was recorded with {:?}", self.argv));
        }
        if stdin != self.stdin.as_bytes() {
            return Err("the manifest gives another standard input than was recorded".into());
        }
        let answer = Answer {
            status: ExitStatus::from_raw(i32::from(self.exit) << 8),
            stdout: SecretBuffer::of(b""),
            stderr: SecretBuffer::of(self.stderr.as_bytes()),
        };
        Ok(judge_writing(&answer, write, manifest, read, &Values::from([("entry", self.entry.as_str())])))
    }

    fn made(
        &self,
        manifest: &Manifest,
        write: &Write,
        read: &Read,
        reading: &Reading<'_>,
    ) -> Result<(Vec<String>, Vec<u8>), String> {
        let before = self.before.as_deref().map(str::as_bytes);
        let id = write.document.as_ref().zip(before);
        let id = id.and_then(|(how, before)| document::id(how, read, &self.entry, before));
        let id = id.as_deref().map(|id| ("id", id));
        if self.does == Does::Remove {
            let values = id.into_iter().collect();
            return Ok((reading.arguments(&write.remove, &self.entry, &values), Vec::new()));
        }
        let keys = keys_of(&self.values)?;
        let of = |field| self.values.get(&field);
        let mfa_serial = of(Field::MfaSerial).map(|serial| MfaSerial::new(serial)).transpose();
        let role_arn = of(Field::RoleArn).map(|role| RoleArn::new(role)).transpose();
        let (mfa_serial, role_arn) =
            mfa_serial.and_then(|serial| Ok((serial, role_arn?))).map_err(|why| why.to_string())?;
        let new = New { keys: &keys, mfa_serial: mfa_serial.as_ref(), role_arn: role_arn.as_ref() };
        let notes = text::notes(new);
        let mut values: Values<'_> = [("access_key_id", keys.access_key_id.as_str())].into_iter().chain(id).collect();
        if !notes.is_empty() {
            values.insert("notes", &notes);
        }
        let version = before.zip(write.version.as_deref());
        let version = version.and_then(|(before, path)| fields::version(before, path)).map(|it| it.to_string());
        if let Some(version) = &version {
            values.insert("version", version);
        }
        let list = if self.does == Does::Create { write.creating() } else { &write.argv };
        let argv = reading.arguments(list, &self.entry, &values);
        let Some(before) = before else {
            let stdin =
                input::compose(write, read, &self.entry, new).ok_or("[write.document] is no JSON of an item")?;
            return Ok((argv, stdin.to_vec()));
        };
        let found = super::replayed(manifest, read, &self.params, &BTreeMap::new(), &self.entry, before);
        let found = found.map_err(|refusal| format!("`before` is {}", refusal.kind.name()))?;
        let found = found.iter().map(|(field, value)| (*field, value.expose_secret().trim().to_owned())).collect();
        let old = keys_of(&found)?;
        let change = input::change(write, read, &self.entry, before, &Swap::of_keys(&old, &keys));
        let stdin = change.ok_or("the key does not stand in `before` by itself")?.input.to_vec();
        Ok((argv, stdin))
    }
}

fn keys_of(values: &BTreeMap<Field, String>) -> Result<SourceKeys, String> {
    let of = |field: Field| values.get(&field).ok_or_else(|| format!("it needs `values` with {}", field.name()));
    Ok(SourceKeys {
        access_key_id: AccessKeyId::new(of(Field::AccessKeyId)?).map_err(|why| why.to_string())?,
        secret_access_key: secret_access_key(of(Field::SecretAccessKey)?).map_err(|why| why.to_string())?,
        session_token: None,
    })
}

/// Whether each thing that is done is shown to succeed, and each kind that `[write]` names.
pub fn check_complete(write: &Write, all: &[RecordedWrite]) -> Result<(), String> {
    for does in [Does::Create, Does::Change, Does::Remove] {
        if !all.iter().any(|one| one.does == does && one.kind.is_none()) {
            return Err(format!("there is no recorded write that does {does:?} well").to_lowercase());
        }
    }
    let shown: BTreeSet<Kind> = all.iter().filter_map(|one| one.kind).collect();
    let missing = write.error.iter().map(|rule| rule.kind).find(|kind| !shown.contains(kind));
    missing.map_or(Ok(()), |kind| Err(format!("[write] knows {}, and no recorded write shows it", kind.name())))
}
