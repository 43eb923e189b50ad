//! From a manifest and an item's name to keys: one call for an item, or one for each value of a folder of entries.
//!
//! Calls come one after another. Managers that ask, ask once for each process that runs at the same time.

use super::command::{self, Answer, Call};
use super::field::{Field, fold};
use super::kind::Kind;
use super::manifest::{Argument, Env, Manifest, Read};
use super::shape::{self, Misshapen, Name};
use super::template::{Values, expand, placeholders};
use super::verdict::{Refusal, judge, judge_failure};
use super::{registry, variables};
use crate::cache::Identity;
use crate::credentials::{AccessKeyId, MfaSerial, Problem, RoleArn, SourceKeys, secret_access_key};
use crate::environment;
use crate::error::{Class, Error};
use crate::mfa::Totp;
use crate::os::tty::Terminal;
use secrecy::{ExposeSecret, SecretString};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::time::Duration;

/// How long a manager may take that can ask somebody: a person looks for a passphrase, or for a card.
const PATIENCE: Duration = Duration::from_mins(5);

/// What an item holds.
#[derive(Debug)]
pub struct Item {
    /// The permanent keys.
    pub keys: SourceKeys,
    /// The MFA device, where the item names one and it was wanted.
    pub mfa_serial: Option<MfaSerial>,
    /// The role, where the item names one and it was wanted.
    pub role_arn: Option<RoleArn>,
    /// The MFA device's secret, where the item holds it and it was wanted.
    pub otp: Option<Totp>,
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
    fn fields(self) -> impl Iterator<Item = Field> {
        let extra = [(self.mfa_serial, Field::MfaSerial), (self.role_arn, Field::RoleArn), (self.otp, Field::Otp)];
        let extra = extra.into_iter().filter(|(wanted, _)| *wanted).map(|(_, field)| field);
        [Field::AccessKeyId, Field::SecretAccessKey].into_iter().chain(extra)
    }
}

/// Values by field, each with the words that tell a person where it came from.
type Found = BTreeMap<Field, (SecretString, String)>;

/// Everything needed to ask one manager.
#[derive(Debug)]
pub struct Fetch<'a> {
    text: String,
    manifest: Manifest,
    item: Option<String>,
    params: BTreeMap<String, String>,
    terminal: Option<&'a Terminal>,
    quiet: bool,
}

impl<'a> Fetch<'a> {
    /// Prepares to ask the manager `name`. On `terminal` it may ask back; without one in a window, unless it must be
    /// `quiet`.
    pub fn new(
        name: &str,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
        terminal: Option<&'a Terminal>,
        quiet: bool,
    ) -> Result<Self, Error> {
        let entry = registry::find(name)?;
        let manifest = entry.parse()?;
        if let Some(item) = item {
            check_item(item)?;
        }
        let params = complete(&manifest, params)?;
        Ok(Self { text: entry.text, manifest, item: item.map(Into::into), params, terminal, quiet })
    }

    /// What the answer depends on, if the manager has to be asked for it.
    #[must_use]
    pub fn identity(&self) -> Option<Identity> {
        self.manifest.read.as_ref()?;
        let item = self.item.as_ref().or(self.manifest.item.as_ref());
        let variables = self.manifest.store_variables.iter().map(String::as_str).chain(["HOME"]);
        let stores: Vec<_> = variables.map(|name| environment::os(name).unwrap_or_default()).collect();
        let mut parts = vec![self.text.as_bytes(), item.map_or(b"", |item| item.as_bytes())];
        parts.extend(self.params.iter().flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()]));
        parts.extend(stores.iter().map(|store| store.as_bytes()));
        Some(Identity::of_item(parts))
    }

    /// Asks for the keys and for what else is wanted.
    pub fn item(&self, wanted: Wanted) -> Result<Item, Error> {
        let found = match (&self.manifest.variables, &self.manifest.read) {
            (Some(variables), _) => variables::read(variables)?,
            (None, Some(read)) => Session::new(self, read)?.fields(wanted)?,
            (None, None) => BTreeMap::new(),
        };
        self.typed(&found, wanted)
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
        let otp = if wanted.otp { self.optional(found, Field::Otp, Totp::new)? } else { None };
        let keys = SourceKeys { access_key_id, secret_access_key, session_token: None };
        Ok(Item { keys, mfa_serial, role_arn, otp })
    }

    fn required<T>(&self, found: &Found, field: Field, check: fn(&str) -> Result<T, Problem>) -> Result<T, Error> {
        if let Some(value) = self.optional(found, field, check)? {
            return Ok(value);
        }
        let hint = match &self.manifest.variables {
            Some(variables) => {
                format!("set {}", variables.get(field.name()).map_or(String::new(), |names| names.join(" or ")))
            }
            None => self.manifest.hint(Kind::FieldMissing).into(),
        };
        Err(Error::new(Class::Value, format!("{} has no {}", self.subject(), field.name()))
            .because(Kind::FieldMissing.meaning())
            .hint(hint))
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

    fn place(&self, found: &Found, field: Field) -> String {
        found.get(&field).map_or_else(String::new, |(_, place)| format!("{} {place}", self.manifest.title))
    }

    /// What was asked, for messages.
    fn subject(&self) -> String {
        let item = self.item.as_ref().or(self.manifest.item.as_ref());
        let item = item.map_or_else(String::new, |item| format!(" \"{}\"", crate::text::quote(item)));
        format!("{}{item}", self.manifest.title)
    }

    /// A failure to read `what`, in the three parts that every failure has.
    fn error(&self, what: &str, refusal: &Refusal) -> Error {
        let what = format!("{} could not read \"{}\"", self.manifest.title, crate::text::quote(what));
        let why = refusal
            .quote
            .as_ref()
            .map_or_else(|| refusal.kind.meaning().to_owned(), |quote| format!("{} ({quote})", refusal.kind.meaning()));
        Error::new(refusal.kind.class(), what).because(why).hint(self.manifest.hint(refusal.kind))
    }
}

/// The calls of one program.
struct Session<'a> {
    fetch: &'a Fetch<'a>,
    read: &'a Read,
    program: PathBuf,
    env: BTreeMap<OsString, OsString>,
}

impl<'a> Session<'a> {
    fn new(fetch: &'a Fetch<'a>, read: &'a Read) -> Result<Self, Error> {
        let manifest = &fetch.manifest;
        let path = command::search_path();
        let program = command::find(&manifest.program, &path).ok_or_else(|| {
            let what = format!("{} is not installed", manifest.title);
            Error::new(Class::NotInstalled, what)
                .because(format!("there is no {} on PATH", manifest.program.join(" or ")))
                .hint(manifest.hint(Kind::NotInstalled))
        })?;
        let mut env = command::inherited(&path);
        let device = fetch.terminal.and_then(Terminal::device);
        match device {
            // gpg and others talk to a daemon, to which /dev/tty is another terminal: it needs the real name.
            Some(device) => env.insert("GPG_TTY".into(), device.into()),
            None => env.remove(OsStr::new("GPG_TTY")),
        };
        let mut session = Self { fetch, read, program, env };
        session.change_env(&manifest.env);
        if fetch.quiet {
            session.change_env(&manifest.quiet.env);
            session.probe()?;
        }
        Ok(session)
    }

    /// The fields of the item: of the item itself, else of the entries in the folder of that name.
    fn fields(&self, wanted: Wanted) -> Result<Found, Error> {
        let manifest = &self.fetch.manifest;
        let Some(item) = self.fetch.item.as_ref().or(manifest.item.as_ref()) else {
            return self.entries("", wanted);
        };
        let named = self.fetch.item.is_some();
        match self.ask(item) {
            Ok(answer) => self.of_item(&answer, item, wanted),
            Err(Refusal { kind: Kind::Folder, .. }) if !manifest.entries.is_empty() => {
                self.entries(&format!("{item}/"), wanted)
            }
            // Nobody named an item and the usual one is not there: the entries may be at the root.
            Err(Refusal { kind: Kind::NotFound, .. }) if !named && !manifest.entries.is_empty() => {
                self.entries("", wanted)
            }
            Err(refusal) => Err(self.fetch.error(item, &refusal)),
        }
    }

    fn of_item(&self, answer: &Answer, item: &str, wanted: Wanted) -> Result<Found, Error> {
        let pairs = shape::pairs(answer.stdout.as_bytes(), self.read, item);
        let pairs = pairs.map_err(|why| self.fetch.error(item, &misshapen(why)))?;
        let mut found = Found::new();
        for field in wanted.fields() {
            let own = self.fetch.manifest.names.get(&field).into_iter().flatten().map(|name| fold(name));
            let names = own.chain(field.aliases().iter().map(|alias| (*alias).to_owned()));
            let by_name = names.into_iter().find_map(|alias| {
                pairs.iter().find(|(name, value)| {
                    matches!(name, Name::Given(name) if fold(name) == alias) && !value.trim().is_empty()
                })
            });
            let value = by_name.or_else(|| pairs.iter().find(|(name, _)| *name == Name::Known(field)));
            if let Some((_, value)) = value.filter(|(_, value)| !value.trim().is_empty()) {
                found.insert(field, (SecretString::from(value.as_ref()), format!("\"{}\"", crate::text::quote(item))));
            }
        }
        Ok(found)
    }

    fn entries(&self, prefix: &str, wanted: Wanted) -> Result<Found, Error> {
        let mut found = Found::new();
        for field in wanted.fields() {
            let Some(name) = self.fetch.manifest.entries.get(&field) else { continue };
            let entry = format!("{prefix}{name}");
            let answer = match self.ask(&entry) {
                Ok(answer) => answer,
                // An account without MFA or without a role has no such entry; anything else is worth telling.
                Err(Refusal { kind: Kind::NotFound, .. }) if !is_key(field) => continue,
                Err(refusal) => return Err(self.fetch.error(&entry, &refusal)),
            };
            let value = shape::single(answer.stdout.as_bytes(), self.read, &entry);
            let value = value.map_err(|why| self.fetch.error(&entry, &misshapen(why)))?;
            found.insert(field, (SecretString::from(value.as_ref()), format!("\"{}\"", crate::text::quote(&entry))));
        }
        Ok(found)
    }

    /// Asks the manager for one entry.
    fn ask(&self, entry: &str) -> Result<Answer, Refusal> {
        let values = self.values(entry);
        let quiet = if self.fetch.quiet { self.fetch.manifest.quiet.argv.as_slice() } else { &[] };
        let argv = self.read.argv.iter().flat_map(|argument| arguments(argument, &values));
        let argv: Vec<String> = argv.chain(quiet.iter().filter_map(|argument| expand(argument, &values))).collect();
        let answer = self.run(&argv).map_err(|failure| judge_failure(&failure))?;
        judge(&answer, &self.fetch.manifest, self.read, &values)?;
        Ok(answer)
    }

    fn run(&self, argv: &[String]) -> Result<Answer, command::Failure> {
        let quiet = Duration::from_secs(self.read.timeout);
        command::run(&Call {
            program: &self.program,
            argv,
            env: &self.env,
            terminal: self.fetch.terminal,
            show_stderr: self.read.asks_on_stderr,
            timeout: if self.fetch.quiet { quiet } else { quiet.max(PATIENCE) },
        })
    }

    /// Asks, where the manifest knows a way that never prompts, whether the manager is unlocked.
    fn probe(&self) -> Result<(), Error> {
        let probe = &self.fetch.manifest.quiet.probe;
        if probe.is_empty() {
            return Ok(());
        }
        let values = self.values("");
        let argv: Vec<String> = probe.iter().filter_map(|argument| expand(argument, &values)).collect();
        let refusal = match self.run(&argv) {
            Ok(answer) if answer.status.success() => return Ok(()),
            Ok(_) => Refusal::silent(Kind::Locked),
            Err(failure) => judge_failure(&failure),
        };
        Err(self.fetch.error(self.fetch.item.as_deref().unwrap_or_default(), &refusal))
    }

    fn values<'v>(&'v self, entry: &'v str) -> Values<'v> {
        let params = self.fetch.params.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let tty = self
            .fetch
            .terminal
            .and_then(Terminal::device)
            .and_then(|device| device.to_str())
            .map(|device| ("tty", device));
        params.chain([("entry", entry)]).chain(tty).collect()
    }

    fn change_env(&mut self, changes: &Env) {
        let values = self.values("");
        let expanded = |map: &BTreeMap<String, String>| -> Vec<(String, String)> {
            map.iter().filter_map(|(name, value)| Some((name.clone(), expand(value, &values)?))).collect()
        };
        let (set, default, append) = (expanded(&changes.set), expanded(&changes.default), expanded(&changes.append));
        self.env.retain(|name, _| !changes.remove.iter().any(|pattern| matches(pattern, name)));
        self.env.extend(set.into_iter().map(|(name, value)| (name.into(), value.into())));
        for (name, value) in default {
            self.env.entry(name.into()).or_insert_with(|| value.into());
        }
        for (name, value) in append {
            let whole = self.env.entry(name.into()).or_default();
            if !whole.is_empty() {
                whole.push(" ");
            }
            whole.push(value);
        }
    }
}

/// Whether a variable's name is the pattern, or begins with what stands before the pattern's `*`.
fn matches(pattern: &str, name: &OsStr) -> bool {
    let name = name.as_encoded_bytes();
    pattern.strip_suffix('*').map_or_else(|| name == pattern.as_bytes(), |start| name.starts_with(start.as_bytes()))
}

/// The arguments that one of the manifest's stands for: a group is left out whole when one of its values is missing.
fn arguments(argument: &Argument, values: &Values<'_>) -> Vec<String> {
    match argument {
        Argument::One(text) => expand(text, values).into_iter().collect(),
        Argument::Group(texts) => {
            let complete = texts.iter().flat_map(|text| placeholders(text)).all(|name| values.contains_key(name));
            if complete { texts.iter().filter_map(|text| expand(text, values)).collect() } else { Vec::new() }
        }
    }
}

const fn is_key(field: Field) -> bool {
    matches!(field, Field::AccessKeyId | Field::SecretAccessKey)
}

const fn misshapen(why: Misshapen) -> Refusal {
    Refusal::silent(match why {
        Misshapen::Ambiguous => Kind::Ambiguous,
        Misshapen::Text(_) | Misshapen::Json | Misshapen::Marks => Kind::Malformed,
    })
}

/// A name that a program could take for an option, or that cannot be an argument.
fn check_item(item: &str) -> Result<(), Error> {
    let why = if item.is_empty() {
        "it is empty"
    } else if item.starts_with('-') {
        "it begins with -, which a program takes for an option"
    } else if item.chars().any(char::is_control) {
        "it holds a control character"
    } else if item.split('/').any(|part| part == "..") {
        "it leads out of the store"
    } else {
        return Ok(());
    };
    Err(Error::new(Class::Config, format!("the item \"{}\" cannot be used", crate::text::quote(item)))
        .because(why)
        .hint("name the item as the manager does, with --item"))
}

/// The parameters given, with the manifest's defaults.
fn complete(manifest: &Manifest, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let known: Vec<&str> = manifest.params.keys().map(String::as_str).collect();
    if let Some(name) = given.keys().find(|name| !manifest.params.contains_key(*name)) {
        let hint = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
        return Err(Error::new(
            Class::Config,
            format!("{} has no parameter \"{}\"", manifest.title, crate::text::quote(name)),
        )
        .hint(hint));
    }
    let mut params = BTreeMap::new();
    for (name, param) in &manifest.params {
        match given.get(name).or(param.default.as_ref()) {
            Some(value) => {
                params.insert(name.clone(), value.clone());
            }
            None if param.required => {
                return Err(Error::new(Class::Config, format!("{} needs the parameter \"{name}\"", manifest.title))
                    .because(param.help.clone())
                    .hint(format!("add: --param {name}=…")));
            }
            None => {}
        }
    }
    Ok(params)
}
