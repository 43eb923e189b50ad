//! From a manifest and an item's name to keys, each value checked for what its name says.

use super::field::Field;
use super::identity::Identity;
use super::located::Found;
use super::manifest::Manifest;
use super::target::Target;
use super::{message, registry, store, variables};
use crate::credentials::{
    AccessKeyId, MfaSerial, Otp, Problem, RoleArn, SourceKeys, TemporaryCredentials, secret_access_key,
};
use crate::error::{Class, Error};
use crate::os::tty::Terminal;
use crate::os::{environment, stdio};
use secrecy::ExposeSecret;
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
    /// Whether their two halves stand in entries of their own, which nobody reads or writes in one step.
    pub apart: bool,
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

/// Everything needed to ask one manager.
#[derive(Debug)]
pub struct Fetch {
    text: String,
    target: Target,
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
        Ok(Self { text, target: Target::new(manifest, item, params, terminal, quiet)? })
    }

    /// Says that nobody forbade questions: a manager that cannot be kept from asking may then do so.
    #[must_use]
    pub fn may_ask(mut self, may: bool) -> Self {
        self.target.may_ask = may;
        self
    }

    /// The same, with names that the user has given to fields.
    pub fn with_fields(mut self, fields: &BTreeMap<Field, String>) -> Result<Self, Error> {
        self.target.name_fields(fields)?;
        Ok(self)
    }

    /// What the answer depends on, if the manager has to be asked for it.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.target.manifest.read.as_ref()?;
        let stores = store::variables(&self.target.manifest);
        let mut parts = vec![self.text.as_bytes(), self.target.entry().map_or(b"", |entry| entry.as_bytes())];
        parts.extend(self.target.params.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        parts.extend(self.target.fields.iter().flat_map(|(field, name)| [field.name().as_bytes(), name.as_bytes()]));
        // The same name is another file in another directory.
        let names_file = |name: &String| self.target.manifest.params.get(name).is_some_and(|param| param.path);
        let files = self.target.params.iter().filter(|(name, _)| names_file(name));
        let files: Vec<_> = files.filter_map(|(_, file)| std::path::absolute(file).ok()).collect();
        parts.extend(files.iter().map(|file| file.as_os_str().as_bytes()));
        // So is an item that is a file, as for sops. The managers that are known here have none such.
        let entry = self.target.entry().filter(|_| !registry::is_built_in(&self.text));
        let file = entry.and_then(|entry| std::path::absolute(entry).ok()).filter(|path| path.is_file());
        parts.extend(file.iter().map(|file| file.as_os_str().as_bytes()));
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
        self.target.found(fields)
    }

    /// The key in the entry beside the item, where a rotation keeps the new one until the item holds it.
    #[must_use]
    pub fn beside(&self) -> Option<SourceKeys> {
        let found = self.target.found_in(&self.target.sibling(), &[Field::AccessKeyId, Field::SecretAccessKey])?;
        self.keys(&found).ok()
    }

    /// Checks each value for what its name says.
    fn typed(&self, found: &Found, wanted: Wanted) -> Result<Item, Error> {
        let keys = self.keys(found)?;
        if keys.access_key_id.is_temporary() {
            let place = self.place(found, Field::AccessKeyId);
            return Err(Error::new(
                Class::Value,
                format!("the key in {place} is temporary, and permanent keys are needed"),
            )
            .because("it begins with ASIA")
            .hint("store the access key of your IAM user, which begins with AKIA"));
        }
        let apart = found.get(&Field::SecretAccessKey).is_some_and(|secret| secret.alone_in.is_some());
        let mfa_serial = if wanted.mfa_serial { self.optional(found, Field::MfaSerial, MfaSerial::new)? } else { None };
        let role_arn = if wanted.role_arn { self.optional(found, Field::RoleArn, RoleArn::new)? } else { None };
        let otp = if wanted.otp { self.otp(found) } else { None };
        Ok(Item { keys, lent: None, apart, mfa_serial, role_arn, otp })
    }

    fn keys(&self, found: &Found) -> Result<SourceKeys, Error> {
        Ok(SourceKeys {
            access_key_id: self.required(found, Field::AccessKeyId, AccessKeyId::new)?,
            secret_access_key: self.required(found, Field::SecretAccessKey, secret_access_key)?,
            session_token: None,
        })
    }

    fn required<T>(&self, found: &Found, field: Field, check: fn(&str) -> Result<T, Problem>) -> Result<T, Error> {
        if let Some(value) = self.optional(found, field, check)? {
            return Ok(value);
        }
        let (manifest, item) = (&self.target.manifest, self.target.named());
        Err(match self.target.fields.get(&field) {
            Some(name) => message::no_such_name(manifest, item, field, name),
            None => message::field_missing(manifest, item, field),
        })
    }

    fn optional<T>(
        &self,
        found: &Found,
        field: Field,
        check: fn(&str) -> Result<T, Problem>,
    ) -> Result<Option<T>, Error> {
        let Some(located) = found.get(&field) else { return Ok(None) };
        check(located.value.expose_secret()).map(Some).map_err(|problem| {
            Error::new(Class::Value, format!("{} in {} cannot be used", field.name(), self.place(found, field)))
                .because(problem.to_string())
                .hint(format!("correct the value in {}", self.target.manifest.title))
        })
    }

    /// The one-time password. What is none, as the word that it is on a phone, leads to the question; a note says so.
    fn otp(&self, found: &Found) -> Option<Otp> {
        let located = found.get(&Field::Otp)?;
        let problem = match Otp::new(located.value.expose_secret()) {
            Ok(otp) => return Some(otp),
            Err(problem) => problem,
        };
        stdio::note(&format!("aws-auth: no code comes from the otp in {}: {problem}", self.place(found, Field::Otp)));
        None
    }

    fn place(&self, found: &Found, field: Field) -> String {
        found.get(&field).map_or_else(String::new, |found| format!("{} {}", self.target.manifest.title, found.place))
    }
}
