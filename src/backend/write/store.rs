//! One manager's store, as far as we write in it: entries are read as they are, written, read back and compared, removed.

use super::form::Form;
use super::manager::{Manager, More};
use super::text::{self, New, Swap};
use super::{fields, input};
use crate::backend::field::Field;
use crate::backend::manifest::Manifest;
use crate::backend::target::{Target, USUAL_ITEM};
use crate::backend::{message, registry};
use crate::credentials::{AccessKeyId, MfaSerial, Problem, RoleArn, SourceKeys, secret_access_key, trim};
use crate::error::{Class, Error, internal};
use crate::os::stdio;
use crate::os::tty::Terminal;
use crate::secret::SecretBuffer;
use crate::text::quote;
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A manager's store, and the item in it that is meant.
#[derive(Debug)]
pub struct Store {
    pub(super) manager: Manager,
}

impl Store {
    /// Prepares to change the item of the manager called `name`; nothing is run yet. On `terminal` the manager may ask when
    /// it is read, unless it must be `quiet`; while it is written it never asks.
    pub fn open(
        name: &str,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<Arc<Terminal>>,
        quiet: bool,
    ) -> Result<Self, Error> {
        let target = Target::new(registry::find(name)?.parse()?, item, params, terminal, quiet)?;
        Ok(Self { manager: Manager::new(target) })
    }

    /// The same to make an item, which is one entry and has a name.
    pub fn open_new(
        name: &str,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<Arc<Terminal>>,
        quiet: bool,
    ) -> Result<Self, Error> {
        let manifest = registry::find(name)?.parse()?;
        let usual = manifest.item.as_deref().or(manifest.read.as_ref().map(|_| USUAL_ITEM));
        Self::open(name, item.or(usual), params, terminal, quiet)
    }

    /// The same, with names that the user has given to fields.
    pub fn with_fields(mut self, fields: &BTreeMap<Field, String>) -> Result<Self, Error> {
        self.manager.target.name_fields(fields)?;
        Ok(self)
    }

    /// What is known of the manager.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manager.target.manifest
    }

    /// What people call the manager.
    #[must_use]
    pub fn title(&self) -> &str {
        self.manager.title()
    }

    /// The entry that is the item; empty where that is a folder without a name, as the store's root.
    #[must_use]
    pub fn entry(&self) -> &str {
        self.manager.target.entry().unwrap_or_default()
    }

    /// The manager and the item, for people.
    #[must_use]
    pub fn name(&self) -> String {
        let entry = self.manager.target.entry();
        entry.map_or_else(|| self.title().to_owned(), |entry| format!("{} \"{}\"", self.title(), quote(entry)))
    }

    /// The manager's parameters as they are given, the usual ones included; files by their full path, so that they are the
    /// same elsewhere.
    #[must_use]
    pub fn params(&self) -> BTreeMap<String, String> {
        let target = &self.manager.target;
        let lasting = |(name, value): (&String, &String)| {
            let param = target.manifest.params.get(name);
            if param.is_some_and(|param| param.flag.is_some()) {
                return (name.clone(), "yes".to_owned());
            }
            let is_file = param.is_some_and(|param| param.path);
            let full = std::path::absolute(value).ok().filter(|_| is_file);
            let value = full.map_or_else(|| value.clone(), |path| path.to_string_lossy().into_owned());
            (name.clone(), value)
        };
        target.params.iter().map(lasting).collect()
    }

    /// The entry beside the item that holds a new key until the item does.
    #[must_use]
    pub fn sibling(&self) -> String {
        self.manager.target.sibling()
    }

    /// Whether we can write in it.
    #[must_use]
    pub const fn can_write(&self) -> bool {
        let manifest = self.manifest();
        manifest.write.is_some() && manifest.read.is_some()
    }

    /// Refuses a manager that is not here.
    pub fn check_installed(&self) -> Result<(), Error> {
        let target = &self.manager.target;
        target.ask(self.manager.how_to_read()?, None, true).map(drop)
    }

    /// Refuses a file that another program has open.
    pub fn check_held(&self) -> Result<(), Error> {
        self.manager.check_held()
    }

    /// An entry as it is; none where there is none of that name.
    pub fn read(&self, entry: &str) -> Result<Option<SecretBuffer>, Error> {
        self.manager.entry(entry)
    }

    /// The fields that a text of this manager holds.
    pub fn fields(&self, entry: &str, text: &[u8]) -> Result<BTreeMap<Field, SecretString>, Error> {
        let (target, read) = (&self.manager.target, self.manager.how_to_read()?);
        let found = super::replayed(&target.manifest, read, &target.params, &target.fields, entry, text);
        found.map_err(|refusal| self.manager.unread(entry, &refusal))
    }

    /// The permanent key that an entry holds.
    pub fn keys(&self, entry: &str, text: &[u8]) -> Result<SourceKeys, Error> {
        self.keys_of(entry, &self.fields(entry, text)?)
    }

    /// How many access key ids stand in an entry, each counted once; none are known of managers whose answers hold more
    /// than the entry.
    #[must_use]
    pub fn ids(&self, text: &[u8]) -> usize {
        let is_text = self.manager.how_to_write().is_ok_and(|write| write.form == Form::Text);
        let words = text.split(|byte| !byte.is_ascii_alphanumeric()).filter(|_| is_text);
        let is_id = |word: &&[u8]| {
            word.len() == 20
                && word.starts_with(b"AKIA")
                && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        };
        words.filter(is_id).collect::<BTreeSet<_>>().len()
    }

    /// The permanent key among the fields of an entry.
    pub(super) fn keys_of(&self, entry: &str, found: &BTreeMap<Field, SecretString>) -> Result<SourceKeys, Error> {
        let missing = |field| message::field_missing(&self.manager.target.manifest, Some(entry), field);
        let unusable = |field: Field, problem: Problem| {
            Error::new(
                Class::Value,
                format!("{} in {} \"{}\" cannot be used", field.name(), self.title(), quote(entry)),
            )
            .because(problem.to_string())
            .hint(format!("correct the value in {}", self.title()))
        };
        let of = |field: Field| found.get(&field).ok_or_else(|| missing(field));
        let id = AccessKeyId::new(of(Field::AccessKeyId)?.expose_secret());
        let secret = secret_access_key(of(Field::SecretAccessKey)?.expose_secret());
        Ok(SourceKeys {
            access_key_id: id.map_err(|problem| unusable(Field::AccessKeyId, problem))?,
            secret_access_key: secret.map_err(|problem| unusable(Field::SecretAccessKey, problem))?,
            session_token: None,
        })
    }

    /// Makes sure, before anything is written, that an entry which holds `before` will be read as `new` when that was put
    /// there: some managers leave what they are not given, and that may count too.
    pub fn check_put(&self, entry: &str, before: &[u8], new: New<'_>) -> Result<(), Error> {
        let (read, write) = (self.manager.how_to_read()?, self.manager.how_to_write()?);
        if matches!(write.form, Form::Text | Form::Document) {
            return Ok(());
        }
        let expected = input::replaced(write, read, entry, before, new);
        match expected.map(|expected| self.holds(entry, &expected, new)) {
            Some(Ok(true)) => Ok(()),
            _ => Err(Error::new(Class::Config, format!("{} \"{}\" cannot be replaced", self.title(), quote(entry)))
                .because("other values in it would stay, and would count too")
                .hint("take another name: add --item NAME; or remove the item, then run this again")),
        }
    }

    /// Refuses to write over what is not `before` any more: somebody has changed the entry since it was read, and that would
    /// be lost.
    pub fn check_same(&self, entry: &str, before: &[u8]) -> Result<(), Error> {
        let (read, write) = (self.manager.how_to_read()?, self.manager.how_to_write()?);
        let now = self.read(entry)?;
        if now.is_some_and(|now| input::is_same(write, read, entry, before, now.as_bytes())) {
            return Ok(());
        }
        Err(Error::new(Class::Manager, format!("{} \"{}\" was not changed", self.title(), quote(entry)))
            .because("somebody has changed it since it was read")
            .hint("look at it in the manager, then run this again"))
    }

    /// Makes the entry, or puts this in the place of what it holds; reads it back and compares.
    pub fn put(&self, entry: &str, new: New<'_>, is_there: bool) -> Result<(), Error> {
        let (read, write) = (self.manager.how_to_read()?, self.manager.how_to_write()?);
        let input = input::compose(write, read, entry, new).ok_or_else(|| internal("a manifest makes no item"))?;
        let mut more = self.more(Some(new), None);
        if is_there {
            // Where there are none to come, those that are there go; to nothing at all a manager may not change them.
            more.entry("notes").or_insert_with(|| "\n".to_owned());
        }
        self.manager.put(entry, !is_there, &input, &more)?;
        let back = self.read(entry)?;
        let same = match (&back, write.form) {
            (Some(back), Form::Text) => back.as_bytes() == input.as_slice(),
            (Some(back), Form::Fields) if !is_there => fields::is_whole(back.as_bytes(), &input, read),
            (Some(back), Form::Fields | Form::Login | Form::Document) => self.holds(entry, back.as_bytes(), new)?,
            (None, _) => false,
        };
        if same { Ok(()) } else { Err(self.lost(entry, back.is_some())) }
    }

    /// Puts back what an entry held, where the manager takes that whole and not value by value.
    pub fn put_back(&self, entry: &str, text: &[u8]) -> Result<(), Error> {
        let whole = input::whole(self.manager.how_to_write()?, self.manager.how_to_read()?, entry, text);
        whole.map_or(Ok(()), |whole| self.manager.put(entry, false, &whole, &More::new()))
    }

    /// Puts other words in the place of those in an entry that holds `before`, and keeps all else; reads it back and
    /// compares. `keys` is what the item holds then.
    pub(super) fn change(
        &self,
        entry: &str,
        before: &[u8],
        swaps: &[Swap<'_>],
        keys: &SourceKeys,
    ) -> Result<(), Error> {
        let (read, write) = (self.manager.how_to_read()?, self.manager.how_to_write()?);
        let change = input::change(write, read, entry, before, swaps).ok_or_else(|| self.unusual(entry))?;
        let new = New { keys, mfa_serial: None, role_arn: None };
        self.manager.put(entry, false, &change.input, &self.more(Some(new), Some(before)))?;
        let back = self.read(entry)?;
        let is_changed =
            |back: &SecretBuffer| input::is_changed(write, read, entry, before, back.as_bytes(), &change.expected);
        if back.as_ref().is_some_and(is_changed) { Ok(()) } else { Err(self.lost(entry, back.is_some())) }
    }

    /// The same with the words as they were, whatever has come between; nothing is compared.
    pub(super) fn set(&self, entry: &str, before: &[u8], swaps: &[Swap<'_>], keys: &SourceKeys) -> Result<(), Error> {
        let (read, write) = (self.manager.how_to_read()?, self.manager.how_to_write()?);
        let change = input::change(write, read, entry, before, swaps).ok_or_else(|| self.unusual(entry))?;
        let new = New { keys, mfa_serial: None, role_arn: None };
        self.manager.put(entry, false, &change.input, &self.more(Some(new), None))
    }

    /// Says what of an entry was saved and not recorded, which is no failure.
    pub fn say_entry_unrecorded(&self, entry: &str) -> Result<(), Error> {
        self.manager.say_unrecorded(entry)
    }

    /// Removes an entry.
    pub fn remove(&self, entry: &str) -> Result<(), Error> {
        self.manager.remove(entry)
    }

    /// Writes and reads back an entry of no meaning, where the sibling is to be, and removes it if that is not certain to
    /// be allowed: three calls at most, unless an earlier run has left one.
    pub fn probe(&self, keys: &SourceKeys) -> Result<(), Error> {
        self.check_held()?;
        // A key of the same form that is none: the same way is gone, and nothing is at stake.
        let length = keys.secret_access_key.expose_secret().len();
        let secret: String = "AwsAuth0Probe1No2Key3/+".chars().cycle().take(length).collect();
        let none = SourceKeys {
            access_key_id: AccessKeyId::new("AKIAAWSAUTHPROBETEST").map_err(|problem| internal(problem.to_string()))?,
            secret_access_key: SecretString::from(secret),
            session_token: None,
        };
        let entry = self.sibling();
        self.put_anyway(&entry, New { keys: &none, mfa_serial: None, role_arn: None })?;
        if self.keeps_probe()? { Ok(()) } else { self.remove(&entry) }
    }

    /// Removes what the probe has left, if nothing has come into its place; that it stays is no failure, and is said.
    pub fn drop_probe(&self) {
        if self.keeps_probe().is_ok_and(|kept| kept)
            && let Err(error) = self.remove(&self.sibling())
        {
            stdio::say(&format!(
                "aws-auth: warning: \"{}\" was written to see whether that can be done, holds no key, and is left: {}",
                quote(&self.sibling()),
                error.reason()
            ));
        }
    }

    fn keeps_probe(&self) -> Result<bool, Error> {
        Ok(self.manager.how_to_write()?.keeps_probe)
    }

    /// Puts this into the sibling, which an earlier run may have left.
    fn put_anyway(&self, entry: &str, new: New<'_>) -> Result<(), Error> {
        let write = self.manager.how_to_write()?;
        if write.form == Form::Document {
            let is_there = self.manager.has_sibling()?;
            return self.put(entry, new, is_there);
        }
        match self.put(entry, new, false) {
            // To some it is all one; the others refuse to make what is there.
            Err(refused) if !write.create.is_empty() => match self.read(entry)? {
                Some(_) => self.put(entry, new, true),
                None => Err(refused),
            },
            done => done,
        }
    }

    /// Puts a key into the sibling, which is not there.
    pub fn put_beside(&self, keys: &SourceKeys) -> Result<(), Error> {
        self.put(&self.sibling(), New { keys, mfa_serial: None, role_arn: None }, false)
    }

    /// Puts a key into the sibling, which is as the probe has left it.
    pub fn put_in_place_of_probe(&self, keys: &SourceKeys) -> Result<(), Error> {
        self.put(&self.sibling(), New { keys, mfa_serial: None, role_arn: None }, self.keeps_probe()?)
    }

    /// The key in the sibling, if there is one.
    pub fn beside(&self) -> Result<Option<SourceKeys>, Error> {
        let entry = self.sibling();
        self.read(&entry)?.map(|text| self.keys(&entry, text.as_bytes())).transpose()
    }

    /// What to fill in where, for a manager that is not written by us.
    #[must_use]
    pub fn by_hand(&self, new: New<'_>) -> String {
        let first = self.manager.target.manifest.read.as_ref().and_then(|read| read.first);
        let entry = quote(self.manager.target.entry().unwrap_or_default());
        let mut lines = vec![format!("in {}, make the item \"{entry}\" with:", self.title())];
        let secret = if first.is_some() { "line 1" } else { "secret_access_key" };
        lines.push(format!("  access_key_id      the key's id, which ends in {}", new.keys.access_key_id));
        lines.push(format!("  {secret:17}  the secret access key"));
        lines.extend(new.mfa_serial.map(|serial| format!("  mfa_serial         {serial}")));
        lines.extend(new.role_arn.map(|role| format!("  role_arn           {role}")));
        lines.join("\n")
    }

    /// What placeholders stand for when these values are put; `before` is what the entry holds.
    fn more(&self, new: Option<New<'_>>, before: Option<&[u8]>) -> More {
        let mut more = More::new();
        if let Some(new) = new {
            more.insert("access_key_id", new.keys.access_key_id.as_str().to_owned());
            let notes = text::notes(new);
            if !notes.is_empty() {
                more.insert("notes", notes);
            }
        }
        let path = self.manager.target.manifest.write.as_ref().and_then(|write| write.version.as_deref());
        if let Some(version) = before.zip(path).and_then(|(text, path)| fields::version(text, path)) {
            more.insert("version", version.to_string());
        }
        more
    }

    /// Whether the entry holds all that was put into it.
    fn holds(&self, entry: &str, text: &[u8], new: New<'_>) -> Result<bool, Error> {
        let found = self.fields(entry, text)?;
        let is = |field, value: Option<&str>| match (found.get(&field), value) {
            (Some(found), Some(value)) => trim(found.expose_secret()) == value,
            (_, value) => value.is_none(),
        };
        Ok(is(Field::AccessKeyId, Some(new.keys.access_key_id.as_str()))
            && is(Field::SecretAccessKey, Some(new.keys.secret_access_key.expose_secret()))
            && is(Field::MfaSerial, new.mfa_serial.map(MfaSerial::as_str))
            && is(Field::RoleArn, new.role_arn.map(RoleArn::as_str)))
    }

    /// The key in an entry is not what can be changed.
    pub(super) fn unusual(&self, entry: &str) -> Error {
        Error::new(Class::Config, format!("{} \"{}\" cannot be changed", self.title(), quote(entry)))
            .because("the key does not stand in it as a word of its own")
            .hint("put the key into an entry of its own: aws-auth setup --from NAME --item ITEM --import FILE")
    }

    /// What was written is not what is there.
    fn lost(&self, entry: &str, is_there: bool) -> Error {
        let why = if is_there { "what it gives back is not what it was given" } else { "it gives nothing back" };
        Error::new(Class::Manager, format!("{} did not keep \"{}\"", self.title(), quote(entry)))
            .because(why)
            .hint("see what the entry holds now, in the manager, and run this again")
    }
}
