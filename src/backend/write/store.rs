//! One manager's store, as far as we write in it: entries are read as they are, written, read back and compared, removed.

use super::fields;
use super::form::{Form, Write};
use super::text::{self, Bytes, New};
use crate::backend::asking::Asking;
use crate::backend::field::Field;
use crate::backend::kind::Kind;
use crate::backend::manifest::{Manifest, Read};
use crate::backend::template::Values;
use crate::backend::verdict::{Refusal, judge_writing};
use crate::backend::{address, message, params, registry};
use crate::credentials::{AccessKeyId, MfaSerial, Problem, RoleArn, SourceKeys, secret_access_key, trim};
use crate::error::{Class, Error, internal};
use crate::os::tty::Terminal;
use crate::os::{ask, program, stdio};
use crate::secret::SecretBuffer;
use crate::text::quote;
use secrecy::{ExposeSecret, SecretString};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// A manager's store, and the item in it that is meant.
#[derive(Debug)]
pub struct Store {
    manifest: Manifest,
    params: BTreeMap<String, String>,
    /// Names that the user has given to fields.
    fields: BTreeMap<Field, String>,
    entry: String,
    terminal: Option<Arc<Terminal>>,
    quiet: bool,
    /// What the manager asks for at each call, once it was asked for.
    answer: OnceCell<SecretString>,
}

/// The item of managers that have no usual one, where nobody names one.
const USUAL: &str = "aws";

impl Store {
    /// Prepares to write the item of the manager called `name`; nothing is run yet. On `terminal` the manager may ask when
    /// it is read, unless it must be `quiet`; while it is written it never asks.
    pub fn open(
        name: &str,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<Arc<Terminal>>,
        quiet: bool,
    ) -> Result<Self, Error> {
        let manifest = registry::find(name)?.parse()?;
        let mut params = params.clone();
        let item = item.or(manifest.item.as_deref()).unwrap_or(USUAL);
        let entry = address::entry(&manifest, item, &mut params)?;
        let params = params::complete(&manifest, &params)?;
        let quiet = quiet || manifest.quiet.always;
        let terminal = terminal.filter(|_| !manifest.quiet.always);
        let fields = BTreeMap::new();
        Ok(Self { manifest, params, fields, entry, terminal, quiet, answer: OnceCell::new() })
    }

    /// The same, with names that the user has given to fields.
    #[must_use]
    pub fn with_fields(mut self, fields: &BTreeMap<Field, String>) -> Self {
        self.fields.clone_from(fields);
        self
    }

    /// What people call the manager.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.manifest.title
    }

    /// The entry that is the item.
    #[must_use]
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// The manager's parameters, the usual ones included; files by their full path, so that they are the same elsewhere.
    #[must_use]
    pub fn params(&self) -> BTreeMap<String, String> {
        let lasting = |(name, value): (&String, &String)| {
            let is_file = self.manifest.params.get(name).is_some_and(|param| param.path);
            let full = std::path::absolute(value).ok().filter(|_| is_file);
            let value = full.map_or_else(|| value.clone(), |path| path.to_string_lossy().into_owned());
            (name.clone(), value)
        };
        self.params.iter().map(lasting).collect()
    }

    /// The entry beside the item that holds a new key until the item does.
    #[must_use]
    pub fn sibling(&self) -> String {
        format!("{}.aws-auth-new", self.entry)
    }

    /// Whether we can write in it.
    #[must_use]
    pub const fn can_write(&self) -> bool {
        self.manifest.write.is_some() && self.manifest.read.is_some()
    }

    /// An entry as it is; none where there is none of that name.
    pub fn read(&self, entry: &str) -> Result<Option<SecretBuffer>, Error> {
        let read = self.how_to_read()?;
        let told = |refusal: &Refusal| message::failure(&self.manifest, entry, refusal);
        let asks = self.manifest.write.as_ref().is_some_and(|write| self.asks(write));
        let terminal = self.terminal.as_deref().filter(|_| !asks);
        let asking = Asking::open(&self.manifest, read, &self.params, &self.fields, terminal, self.quiet, false);
        let asking = asking.ok_or_else(|| self.not_installed())?;
        asking.probe().map_err(|refusal| told(&refusal))?;
        let answered = if asks {
            let line = self.line()?;
            asking.feed(&asking.reading().argv(entry), &line)
        } else {
            asking.ask(entry)
        };
        let answer = answered.map_err(|refusal| told(&refusal))?;
        match asking.reading().whole(&answer, entry) {
            Ok(()) => Ok(Some(answer.stdout)),
            Err(Refusal { kind: Kind::NotFound, .. }) => Ok(None),
            Err(refusal) => Err(told(&refusal)),
        }
    }

    /// The fields that a text of this manager holds.
    pub fn fields(&self, entry: &str, text: &[u8]) -> Result<BTreeMap<Field, SecretString>, Error> {
        let read = self.how_to_read()?;
        let found = super::replayed(&self.manifest, read, &self.params, &self.fields, entry, text);
        found.map_err(|refusal| message::failure(&self.manifest, entry, &refusal))
    }

    /// The permanent key that an entry holds.
    pub fn keys(&self, entry: &str, text: &[u8]) -> Result<SourceKeys, Error> {
        let found = self.fields(entry, text)?;
        let missing = |field| message::field_missing(&self.manifest, Some(entry), field);
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

    /// Makes the entry, or puts this in the place of what it holds; reads it back and compares.
    pub fn put(&self, entry: &str, new: New<'_>, is_there: bool) -> Result<(), Error> {
        let (read, write) = (self.how_to_read()?, self.how_to_write()?);
        let input = match write.form {
            Form::Text => text::compose(read, new),
            Form::Fields => fields::compose(new),
            Form::Login => line_of(&new.keys.secret_access_key),
        };
        self.write(entry, is_there, &input, &self.values(new, None))?;
        let back = self.read(entry)?;
        let same = match (&back, write.form) {
            (Some(back), Form::Text) => back.as_bytes() == input.as_slice(),
            (Some(back), Form::Fields) if !is_there => fields::is_whole(back.as_bytes(), &input, read),
            (Some(back), Form::Fields | Form::Login) => self.holds(entry, back.as_bytes(), new)?,
            (None, _) => false,
        };
        if same { Ok(()) } else { Err(self.lost(entry, back.is_some())) }
    }

    /// Puts `new` in the place of the key `old` in an entry that holds `text`, and keeps all else; reads it back and
    /// compares.
    pub fn change(&self, entry: &str, text: &[u8], old: &SourceKeys, new: &SourceKeys) -> Result<(), Error> {
        let (read, write) = (self.how_to_read()?, self.how_to_write()?);
        let changed = self.changed(entry, text, old, new)?;
        let input = if write.form == Form::Login { line_of(&new.secret_access_key) } else { changed.clone() };
        self.write(entry, true, &input, &self.values(New { keys: new, mfa_serial: None, role_arn: None }, Some(text)))?;
        let back = self.read(entry)?;
        let same = back.as_ref().is_some_and(|back| match write.form {
            Form::Fields => fields::is_changed(text, back.as_bytes(), &changed, read),
            Form::Text | Form::Login => back.as_bytes() == changed.as_slice(),
        });
        if same { Ok(()) } else { Err(self.lost(entry, back.is_some())) }
    }

    /// What changes in an entry when another key comes into it: its new text, or the values that are set; or why that
    /// cannot be.
    pub fn changed(&self, entry: &str, text: &[u8], old: &SourceKeys, new: &SourceKeys) -> Result<Bytes, Error> {
        let unusual = || {
            Error::new(Class::Config, format!("{} \"{}\" cannot be changed", self.title(), quote(entry)))
                .because("the key does not stand in it as a word of its own")
                .hint("put the key into an entry of its own: aws-auth setup --from NAME --item ITEM --import FILE")
        };
        if self.how_to_write()?.form == Form::Fields {
            return fields::with_key(text, self.how_to_read()?, old, new).ok_or_else(unusual);
        }
        let changed = text::with_key(text, old, new).ok_or_else(unusual)?;
        let found = self.keys(entry, &changed)?;
        let same = found.access_key_id == new.access_key_id
            && found.secret_access_key.expose_secret() == new.secret_access_key.expose_secret();
        if same { Ok(changed) } else { Err(unusual()) }
    }

    /// Puts back what an entry held: its text, or the key `held`, where the manager keeps values and not texts.
    pub fn put_back(&self, entry: &str, text: &[u8], held: Option<&SourceKeys>) -> Result<(), Error> {
        let form = self.how_to_write()?.form;
        let Some(keys) = held.filter(|_| form != Form::Text) else {
            return if form == Form::Text { self.run(entry, false, text, &BTreeMap::new()) } else { Ok(()) };
        };
        let input = match form {
            Form::Fields => self.changed(entry, text, keys, keys)?,
            Form::Text | Form::Login => line_of(&keys.secret_access_key),
        };
        self.run(entry, false, &input, &self.values(New { keys, mfa_serial: None, role_arn: None }, None))
    }

    /// Removes an entry.
    pub fn remove(&self, entry: &str) -> Result<(), Error> {
        let write = self.how_to_write()?;
        let input = self.line_if_asked(write)?;
        let asking = self.writing()?;
        let argv = asking.reading().arguments(&write.remove, entry, &Values::new());
        let values = Values::from([("entry", entry)]);
        for _ in 0..=usize::from(write.recycles) {
            let answer = asking.feed(&argv, &input).map_err(|refusal| self.unwritten(entry, &refusal))?;
            let judged = judge_writing(&answer, write, &self.manifest, self.how_to_read()?, &values);
            judged.map_err(|refusal| self.unwritten(entry, &refusal))?;
        }
        Ok(())
    }

    /// Writes, reads back and removes an entry of no meaning, where the sibling is to be: three calls.
    pub fn probe(&self, keys: &SourceKeys) -> Result<(), Error> {
        let entry = self.sibling();
        self.check_held()?;
        // A key of the same form that is none: the same way is gone, and nothing is at stake.
        let length = keys.secret_access_key.expose_secret().len();
        let secret: String = "AwsAuth0Probe1No2Key3/+".chars().cycle().take(length).collect();
        let none = SourceKeys {
            access_key_id: AccessKeyId::new("AKIAAWSAUTHPROBETEST").map_err(|problem| internal(problem.to_string()))?,
            secret_access_key: SecretString::from(secret),
            session_token: None,
        };
        self.put_beside(&none)?;
        self.remove(&entry)
    }

    /// Puts a key into the sibling, where an earlier run may have left one.
    pub fn put_beside(&self, keys: &SourceKeys) -> Result<(), Error> {
        let entry = self.sibling();
        // To most managers it is all one.
        let asks = !self.how_to_write()?.create.is_empty();
        let is_there = asks && self.read(&entry)?.is_some();
        self.put(&entry, New { keys, mfa_serial: None, role_arn: None }, is_there)
    }

    /// Refuses a file that another program has open.
    pub fn check_held(&self) -> Result<(), Error> {
        let Some(file) = self.how_to_write()?.held.as_ref().and_then(|name| self.params.get(name)) else {
            return Ok(());
        };
        let path = Path::new(file);
        let lock = path.file_name().map(|name| path.with_file_name(format!(".{}.lock", name.to_string_lossy())));
        if lock.is_some_and(|lock| lock.exists()) {
            return Err(Error::new(Class::Manager, format!("{} has {} open", self.title(), quote(file)))
                .because("its window would write its own copy over what we write")
                .hint("close the database there, then run this again"));
        }
        Ok(())
    }

    /// What to fill in where, for a manager that is not written by us.
    #[must_use]
    pub fn by_hand(&self, new: New<'_>) -> String {
        let first = self.manifest.read.as_ref().and_then(|read| read.first);
        let mut lines = vec![format!("in {}, make the item \"{}\" with:", self.title(), quote(&self.entry))];
        let secret = if first.is_some() { "line 1" } else { "secret_access_key" };
        lines.push(format!("  access_key_id      the key's id, which ends in {}", new.keys.access_key_id));
        lines.push(format!("  {secret:17}  the secret access key"));
        lines.extend(new.mfa_serial.map(|serial| format!("  mfa_serial         {serial}")));
        lines.extend(new.role_arn.map(|role| format!("  role_arn           {role}")));
        lines.join("\n")
    }

    /// What placeholders stand for when these values are put; `before` is what the entry holds.
    fn values(&self, new: New<'_>, before: Option<&[u8]>) -> BTreeMap<&'static str, String> {
        let mut values = BTreeMap::from([("access_key_id", new.keys.access_key_id.as_str().to_owned())]);
        let notes = text::notes(new);
        if !notes.is_empty() {
            values.insert("notes", notes);
        }
        let path = self.manifest.write.as_ref().and_then(|write| write.version.as_deref());
        if let Some(version) = before.zip(path).and_then(|(text, path)| fields::version(text, path)) {
            values.insert("version", version.to_string());
        }
        values
    }

    fn write(
        &self,
        entry: &str,
        is_there: bool,
        input: &[u8],
        values: &BTreeMap<&'static str, String>,
    ) -> Result<(), Error> {
        self.check_held()?;
        self.run(entry, !is_there, input, values)
    }

    /// Runs the call that makes an entry or changes it.
    fn run(
        &self,
        entry: &str,
        makes: bool,
        input: &[u8],
        values: &BTreeMap<&'static str, String>,
    ) -> Result<(), Error> {
        let (read, write) = (self.how_to_read()?, self.how_to_write()?);
        let line = self.line_if_asked(write)?;
        let mut whole = Bytes::new(Vec::with_capacity(line.len() + input.len()));
        whole.extend_from_slice(&line);
        whole.extend_from_slice(input);
        let asking = self.writing()?;
        let values: Values<'_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let argv = asking.reading().arguments(if makes { write.creating() } else { &write.argv }, entry, &values);
        let answer = asking.feed(&argv, &whole).map_err(|refusal| self.unwritten(entry, &refusal))?;
        let judged = judge_writing(&answer, write, &self.manifest, read, &Values::from([("entry", entry)]));
        judged.map_err(|refusal| self.unwritten(entry, &refusal))
    }

    /// Says what the manager has written and not recorded, which is no failure.
    pub fn say_unrecorded(&self, entry: &str) -> Result<(), Error> {
        let write = self.how_to_write()?;
        if write.unrecorded.is_empty() {
            return Ok(());
        }
        let asking = self.writing()?;
        let argv = asking.reading().arguments(&write.unrecorded, entry, &Values::new());
        if let Ok(answer) = asking.feed(&argv, b"")
            && answer.status.success()
            && !answer.stdout.as_bytes().trim_ascii().is_empty()
        {
            stdio::note(&format!(
                "aws-auth: warning: {} has saved \"{}\" and not committed it: see {} git status",
                self.title(),
                quote(entry),
                self.manifest.program.first().map_or("", String::as_str)
            ));
        }
        Ok(())
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

    fn how_to_read(&self) -> Result<&Read, Error> {
        self.manifest.read.as_ref().ok_or_else(|| self.no_store())
    }

    fn how_to_write(&self) -> Result<&Write, Error> {
        self.manifest.write.as_ref().ok_or_else(|| self.no_store())
    }

    fn no_store(&self) -> Error {
        Error::new(Class::Config, format!("nothing can be written into {}", self.title()))
            .because("it was never tried with this manager, or there is no safe way")
            .hint("change the item there by hand")
    }

    fn not_installed(&self) -> Error {
        message::not_installed(&self.manifest, program::passed_over(&self.manifest.program))
    }

    /// The manager, kept from asking: a question would be answered by what is to be stored.
    fn writing(&self) -> Result<Asking<'_>, Error> {
        let asking = Asking::open(&self.manifest, self.how_to_read()?, &self.params, &self.fields, None, true, false);
        asking.ok_or_else(|| self.not_installed())
    }

    /// The line that the manager wants first, where it wants one.
    fn line_if_asked(&self, write: &Write) -> Result<Bytes, Error> {
        if self.asks(write) { self.line() } else { Ok(Bytes::default()) }
    }

    /// Whether each call begins with the answer to a question.
    fn asks(&self, write: &Write) -> bool {
        let unless = write.asks_unless.as_ref().is_some_and(|name| self.params.contains_key(name));
        write.asks.is_some() && !unless
    }

    fn line(&self) -> Result<Bytes, Error> {
        if let Some(answer) = self.answer.get() {
            return Ok(line_of(answer));
        }
        let what = self.how_to_write()?.asks.as_deref().unwrap_or_default();
        let terminal = self.terminal.as_deref().ok_or_else(|| {
            Error::new(Class::NoTerminal, format!("{} needs {what}", self.title()))
                .because("there is no terminal to ask on")
                .hint("run this on a terminal")
        })?;
        let typed = ask::line(terminal, &format!("{}: {what}: ", self.title()), true).map_err(|why| {
            Error::new(Class::Cancelled, format!("{} was not opened", self.title()))
                .because(why)
                .hint("run this again to be asked again")
        })?;
        let answer = SecretString::from(typed.trim_end_matches(['\r', '\n']));
        Ok(line_of(self.answer.get_or_init(|| answer)))
    }

    fn unwritten(&self, entry: &str, refusal: &Refusal) -> Error {
        message::unwritten(&self.manifest, entry, refusal)
    }

    /// What was written is not what is there.
    fn lost(&self, entry: &str, is_there: bool) -> Error {
        let why = if is_there { "what it gives back is not what it was given" } else { "it gives nothing back" };
        Error::new(Class::Manager, format!("{} did not keep \"{}\"", self.title(), quote(entry)))
            .because(why)
            .hint("see what the entry holds now, in the manager, and run this again")
    }
}

fn line_of(secret: &SecretString) -> Bytes {
    let secret = secret.expose_secret().as_bytes();
    let mut line = Zeroizing::new(Vec::with_capacity(secret.len() + 1));
    line.extend_from_slice(secret);
    line.push(b'\n');
    line
}
