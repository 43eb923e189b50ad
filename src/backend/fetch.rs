//! From a manifest and an item's name to keys: one call for an item, or one for each value of a folder of entries.
//!
//! Calls come one after another. Managers that ask, ask once for each process that runs at the same time.

use super::asking::Asking;
use super::field::Field;
use super::folder::Entries;
use super::identity::Identity;
use super::kind::Kind;
use super::manifest::{Manifest, Read, Shape};
use super::verdict::Refusal;
use super::{address, message, params, registry, store, variables};
use crate::credentials::{
    AccessKeyId, MfaSerial, Otp, Problem, RoleArn, SourceKeys, TemporaryCredentials, secret_access_key,
};
use crate::error::{Class, Error};
use crate::os::stdio;
use crate::os::tty::Terminal;
use crate::os::{environment, program};
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

/// What an item holds.
#[derive(Debug)]
pub struct Item {
    /// The permanent keys.
    pub keys: SourceKeys,
    /// The same, where they are temporary and may be handed on as they are: never those of a manager.
    pub lent: Option<TemporaryCredentials>,
    /// The MFA device, where the item names one and it was wanted.
    pub mfa_serial: Option<MfaSerial>,
    /// The role, where the item names one and it was wanted.
    pub role_arn: Option<RoleArn>,
    /// The MFA device's secret or its code of now, where the item holds one and it was wanted.
    pub otp: Option<Otp>,
}

/// What is wanted of an item beside the keys: what is known already is not asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The MFA device.
    pub mfa_serial: bool,
    /// The role.
    pub role_arn: bool,
    /// The MFA device's secret.
    pub otp: bool,
}

impl Wanted {
    fn fields(self) -> Vec<Field> {
        let extra = [(self.mfa_serial, Field::MfaSerial), (self.role_arn, Field::RoleArn), (self.otp, Field::Otp)];
        let extra = extra.into_iter().filter(|(wanted, _)| *wanted).map(|(_, field)| field);
        [Field::AccessKeyId, Field::SecretAccessKey].into_iter().chain(extra).collect()
    }
}

/// Values by field, each with the words that tell a person where it came from.
pub type Found = BTreeMap<Field, (SecretString, String)>;

/// Everything needed to ask one manager.
#[derive(Debug)]
pub struct Fetch {
    text: String,
    manifest: Manifest,
    /// The item as it was named, and as the manager is asked for it.
    item: Option<(String, String)>,
    params: BTreeMap<String, String>,
    /// Names that the user has given to fields.
    fields: BTreeMap<Field, String>,
    terminal: Option<Arc<Terminal>>,
    quiet: bool,
    /// Whether nothing but a missing terminal keeps the manager from asking.
    may_ask: bool,
}

impl Fetch {
    /// Prepares to ask the manager `name`. On `terminal` it may ask back; without one in a window, unless it must be
    /// `quiet`.
    pub fn new(
        name: &str,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<Arc<Terminal>>,
        quiet: bool,
    ) -> Result<Self, Error> {
        let entry = registry::find(name)?;
        let manifest = entry.parse()?;
        Self::of(manifest, entry.text, item, params, terminal, quiet)
    }

    /// Prepares to ask the manager that `manifest` describes, which was read from `text`.
    pub fn of(
        manifest: Manifest,
        text: String,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<Arc<Terminal>>,
        quiet: bool,
    ) -> Result<Self, Error> {
        if let Some(variables) = &manifest.variables {
            environment::withhold(variables::secrets(variables));
        }
        let mut params = params.clone();
        let item = match item {
            Some(item) => Some((item.to_owned(), address::entry(&manifest, item, &mut params)?)),
            None => None,
        };
        let params = params::complete(&manifest, &params)?;
        let quiet = quiet || manifest.quiet.always;
        let terminal = terminal.filter(|_| !manifest.quiet.always);
        Ok(Self { text, manifest, item, params, fields: BTreeMap::new(), terminal, quiet, may_ask: false })
    }

    /// Says that nobody forbade questions: a manager that cannot be kept from asking may then do so.
    #[must_use]
    pub const fn may_ask(mut self, may: bool) -> Self {
        self.may_ask = may;
        self
    }

    /// The same, with names that the user has given to fields.
    #[must_use]
    pub fn with_fields(self, fields: BTreeMap<Field, String>) -> Self {
        Self { fields, ..self }
    }

    /// What the answer depends on, if the manager has to be asked for it.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.manifest.read.as_ref()?;
        let stores = store::variables(&self.manifest);
        let mut parts = vec![self.text.as_bytes(), self.entry().map_or(b"", |entry| entry.as_bytes())];
        parts.extend(self.params.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        parts.extend(self.fields.iter().flat_map(|(field, name)| [field.name().as_bytes(), name.as_bytes()]));
        // The same name is another file in another directory.
        let names_file = |name: &String| self.manifest.params.get(name).is_some_and(|param| param.path);
        let files = self.params.iter().filter(|(name, _)| names_file(name));
        let files: Vec<_> = files.filter_map(|(_, file)| std::path::absolute(file).ok()).collect();
        parts.extend(files.iter().map(|file| file.as_os_str().as_bytes()));
        for (name, value) in &stores {
            // Told by their number: one without a value, and one with an empty one.
            parts.extend([name.as_bytes()].into_iter().chain(value.as_ref().map(|value| value.as_bytes())));
            parts.push(if value.is_some() { b"=" } else { b"-" });
        }
        Some(Identity::of_item(parts))
    }

    /// Asks for the keys and for what else is wanted.
    pub fn item(&self, wanted: Wanted) -> Result<Item, Error> {
        self.typed(&self.found(&wanted.fields())?, wanted)
    }

    /// Asks for these fields.
    pub fn found(&self, fields: &[Field]) -> Result<Found, Error> {
        match (&self.manifest.variables, &self.manifest.read) {
            (Some(variables), _) => variables::read(variables),
            (None, Some(read)) => self.read(read, fields),
            (None, None) => Ok(Found::new()),
        }
    }

    /// The fields of the item, and those that a parameter says are elsewhere.
    fn read(&self, read: &Read, fields: &[Field]) -> Result<Found, Error> {
        let manifest = &self.manifest;
        let session = Asking::open(
            manifest,
            read,
            &self.params,
            &self.fields,
            self.terminal.as_deref(),
            self.quiet,
            self.may_ask,
        );
        let session =
            session.ok_or_else(|| message::not_installed(manifest, program::passed_over(&manifest.program)))?;
        session.probe().map_err(|refusal| self.failure(self.entry().unwrap_or_default(), &refusal))?;
        let elsewhere = session.reading().elsewhere(fields);
        elsewhere.values().try_for_each(|entry| address::check(entry, entry))?;
        let here: Vec<_> = fields.iter().copied().filter(|field| !elsewhere.contains_key(field)).collect();
        let mut found = self.own(&session, read, &here)?;
        for (field, entry) in elsewhere {
            found.insert(field, value(&session, &entry, field).map_err(|refusal| self.failure(&entry, &refusal))?);
        }
        Ok(found)
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
                let place = in_quotes(self.named().unwrap_or(entry));
                return Ok(values.into_iter().map(|(field, value)| (field, (value, place.clone()))).collect());
            }
            Err(refusal) => refusal,
        };
        let failure = || self.failure(self.named().unwrap_or(entry), &refusal);
        let is_foldable = !self.manifest.entries.is_empty() || self.manifest.list.is_some();
        match (refusal.kind, self.item.is_some()) {
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
        let mut found = Found::new();
        for field in fields {
            let name = match (listed.get(field).map(Vec::as_slice), self.manifest.entries.get(field)) {
                (Some([name]), _) => name,
                (Some(names), _) => {
                    let names: Vec<_> = names.iter().map(|name| in_quotes(name)).collect();
                    let quote = format!("{}: {}", field.name(), names.join(", "));
                    let refusal = Refusal { quote: Some(quote), ..Refusal::silent(Kind::Several) };
                    return Some(Err(self.failure(prefix.trim_end_matches('/'), &refusal)));
                }
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

    /// What the manager is asked for; nothing where the entries are at the root.
    fn entry(&self) -> Option<&str> {
        self.item.as_ref().map(|(_, entry)| entry.as_str()).or(self.manifest.item.as_deref())
    }

    /// What its user calls it.
    fn named(&self) -> Option<&str> {
        self.item.as_ref().map(|(named, _)| named.as_str())
    }

    /// Checks each value for what its name says.
    fn typed(&self, found: &Found, wanted: Wanted) -> Result<Item, Error> {
        let access_key_id = self.required(found, Field::AccessKeyId, AccessKeyId::new)?;
        if access_key_id.is_temporary() {
            let place = self.place(found, Field::AccessKeyId);
            return Err(Error::new(
                Class::Value,
                format!("the key in {place} is temporary, and permanent keys are needed"),
            )
            .because("it begins with ASIA")
            .hint("store the access key of your IAM user, which begins with AKIA"));
        }
        let secret_access_key = self.required(found, Field::SecretAccessKey, secret_access_key)?;
        let mfa_serial = if wanted.mfa_serial { self.optional(found, Field::MfaSerial, MfaSerial::new)? } else { None };
        let role_arn = if wanted.role_arn { self.optional(found, Field::RoleArn, RoleArn::new)? } else { None };
        let otp = if wanted.otp { self.otp(found) } else { None };
        let keys = SourceKeys { access_key_id, secret_access_key, session_token: None };
        Ok(Item { keys, lent: None, mfa_serial, role_arn, otp })
    }

    fn required<T>(&self, found: &Found, field: Field, check: fn(&str) -> Result<T, Problem>) -> Result<T, Error> {
        if let Some(value) = self.optional(found, field, check)? {
            return Ok(value);
        }
        Err(message::field_missing(&self.manifest, self.named(), field))
    }

    fn optional<T>(
        &self,
        found: &Found,
        field: Field,
        check: fn(&str) -> Result<T, Problem>,
    ) -> Result<Option<T>, Error> {
        let Some((value, _)) = found.get(&field) else { return Ok(None) };
        check(value.expose_secret()).map(Some).map_err(|problem| {
            Error::new(Class::Value, format!("{} in {} cannot be used", field.name(), self.place(found, field)))
                .because(problem.to_string())
                .hint(format!("correct the value in {}", self.manifest.title))
        })
    }

    /// The one-time password. What is none, as the word that it is on a phone, leads to the question; a note says so.
    fn otp(&self, found: &Found) -> Option<Otp> {
        let (value, _) = found.get(&Field::Otp)?;
        let problem = match Otp::new(value.expose_secret()) {
            Ok(otp) => return Some(otp),
            Err(problem) => problem,
        };
        stdio::note(&format!("aws-auth: no code comes from the otp in {}: {problem}", self.place(found, Field::Otp)));
        None
    }

    fn place(&self, found: &Found, field: Field) -> String {
        found.get(&field).map_or_else(String::new, |(_, place)| format!("{} {place}", self.manifest.title))
    }
}

/// The one value of an entry, and its place.
fn value(session: &Asking<'_>, entry: &str, field: Field) -> Result<(SecretString, String), Refusal> {
    let answer = session.ask(entry)?;
    Ok((session.reading().value(&answer, entry, field)?, in_quotes(entry)))
}

fn in_quotes(name: &str) -> String {
    format!("\"{}\"", crate::text::quote(name))
}
