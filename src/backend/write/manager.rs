//! The calls by which a store is read and written: each is judged by its end, and none is trusted for it.

use super::form::{History, Write};
use super::text::Bytes;
use crate::backend::asking::Asking;
use crate::backend::kind::Kind;
use crate::backend::manifest::Read;
use crate::backend::message;
use crate::backend::rule::Argument;
use crate::backend::target::Target;
use crate::backend::template::Values;
use crate::backend::verdict::{Refusal, judge_writing};
use crate::error::{Class, Error};
use crate::os::{ask, stdio};
use crate::secret::SecretBuffer;
use crate::text::quote;
use secrecy::{ExposeSecret, SecretString};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::Path;
use zeroize::Zeroizing;

/// What placeholders stand for beside the usual ones.
pub type More = BTreeMap<&'static str, String>;

/// A manager that is read and written.
#[derive(Debug)]
pub struct Manager {
    /// It, and the item that is meant.
    pub target: Target,
    /// What it asks for at each call, once it was asked for.
    answer: OnceCell<SecretString>,
}

impl Manager {
    /// Nothing is run yet.
    pub const fn new(target: Target) -> Self {
        Self { target, answer: OnceCell::new() }
    }

    /// What people call it.
    pub fn title(&self) -> &str {
        &self.target.manifest.title
    }

    /// How it is read.
    pub fn how_to_read(&self) -> Result<&Read, Error> {
        self.target.manifest.read.as_ref().ok_or_else(|| self.no_store())
    }

    /// How it is written.
    pub fn how_to_write(&self) -> Result<&Write, Error> {
        self.target.manifest.write.as_ref().ok_or_else(|| self.no_store())
    }

    /// An entry as it is, or why it cannot be had.
    pub fn read(&self, entry: &str) -> Result<Result<SecretBuffer, Refusal>, Error> {
        let read = self.how_to_read()?;
        let asks = self.target.manifest.write.as_ref().is_some_and(|write| self.asks(write));
        let terminal = self.target.terminal.as_deref().filter(|_| !asks);
        let asking = self.target.ask(read, terminal, self.target.quiet)?;
        if let Err(refusal) = asking.probe() {
            return Ok(Err(refusal));
        }
        let answered = if asks {
            let line = self.line()?;
            asking.feed(&asking.reading().argv(entry), &line)
        } else {
            asking.ask(entry)
        };
        Ok(answered.and_then(|answer| asking.reading().whole(&answer, entry).map(|()| answer.stdout)))
    }

    /// The same; none where there is none of that name, and a failure told in full.
    pub fn entry(&self, entry: &str) -> Result<Option<SecretBuffer>, Error> {
        match self.read(entry)? {
            Ok(text) => Ok(Some(text)),
            Err(Refusal { kind: Kind::NotFound, .. }) => Ok(None),
            Err(refusal) => Err(self.unread(entry, &refusal)),
        }
    }

    /// Runs the call that makes an entry or changes it, with `input` for its standard input.
    pub fn put(&self, entry: &str, makes: bool, input: &[u8], more: &More) -> Result<(), Error> {
        self.check_held()?;
        let write = self.how_to_write()?;
        let line = self.line_if_asked(write)?;
        let mut whole = Bytes::new(Vec::with_capacity(line.len() + input.len()));
        whole.extend_from_slice(&line);
        whole.extend_from_slice(input);
        let asking = self.writing()?;
        let more: Values<'_> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let argv = asking.reading().arguments(if makes { write.creating() } else { &write.argv }, entry, &more);
        self.run(&asking, entry, &argv, &whole)
    }

    /// Removes an entry.
    pub fn remove(&self, entry: &str, more: &More) -> Result<(), Error> {
        let write = self.how_to_write()?;
        let input = self.line_if_asked(write)?;
        let asking = self.writing()?;
        let more: Values<'_> = more.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let argv = asking.reading().arguments(&write.remove, entry, &more);
        (0..=usize::from(write.recycles)).try_for_each(|_| self.run(&asking, entry, &argv, &input))
    }

    fn run(&self, asking: &Asking<'_>, entry: &str, argv: &[String], input: &[u8]) -> Result<(), Error> {
        let told = |refusal| message::unwritten(&self.target.manifest, entry, &refusal);
        let answer = asking.feed(argv, input).map_err(told)?;
        let (read, write) = (self.how_to_read()?, self.how_to_write()?);
        judge_writing(&answer, write, &self.target.manifest, read, &Values::from([("entry", entry)])).map_err(told)
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
                self.target.manifest.program.first().map_or("", String::as_str)
            ));
        }
        Ok(())
    }

    /// An entry as it was at a revision; none where that cannot be had.
    pub fn at(&self, history: &History, entry: &str, revision: &str) -> Option<Bytes> {
        let kept = self.print(&history.show, entry, Some(revision))?;
        if history.open.is_empty() {
            return Some(kept);
        }
        let (program, argv) = history.open.split_first()?;
        let asking =
            self.target.ask(self.how_to_read().ok()?, self.target.terminal.as_deref(), self.target.quiet).ok()?;
        let answer = asking.feed_to(program, argv, &kept)?.ok()?;
        answer.status.success().then(|| Bytes::new(answer.stdout.as_bytes().to_vec()))
    }

    /// What a call of the manifest's prints, where it ends well.
    pub fn print(&self, list: &[Argument], entry: &str, revision: Option<&str>) -> Option<Bytes> {
        let asking = self.writing().ok()?;
        let more = revision.map(|revision| ("revision", revision)).into_iter().collect();
        let answer = asking.feed(&asking.reading().arguments(list, entry, &more), b"").ok()?;
        answer.status.success().then(|| Bytes::new(answer.stdout.as_bytes().to_vec()))
    }

    /// Refuses a file that another program has open.
    pub fn check_held(&self) -> Result<(), Error> {
        let Some(file) = self.how_to_write()?.held.as_ref().and_then(|name| self.target.params.get(name)) else {
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

    /// An entry could not be read.
    pub fn unread(&self, entry: &str, refusal: &Refusal) -> Error {
        message::failure(&self.target.manifest, entry, refusal)
    }

    fn no_store(&self) -> Error {
        Error::new(Class::Config, format!("nothing can be written into {}", self.title()))
            .because("it was never tried with this manager, or there is no safe way")
            .hint("change the item there by hand")
    }

    /// The manager, kept from asking: a question would be answered by what is to be stored.
    fn writing(&self) -> Result<Asking<'_>, Error> {
        self.target.ask(self.how_to_read()?, None, true)
    }

    /// The line that the manager wants first, where it wants one.
    fn line_if_asked(&self, write: &Write) -> Result<Bytes, Error> {
        if self.asks(write) { self.line() } else { Ok(Bytes::default()) }
    }

    /// Whether each call begins with the answer to a question.
    fn asks(&self, write: &Write) -> bool {
        let unless = write.asks_unless.as_ref().is_some_and(|name| self.target.params.contains_key(name));
        write.asks.is_some() && !unless
    }

    fn line(&self) -> Result<Bytes, Error> {
        if let Some(answer) = self.answer.get() {
            return Ok(line_of(answer));
        }
        let what = self.how_to_write()?.asks.as_deref().unwrap_or_default();
        let terminal = self.target.terminal.as_deref().ok_or_else(|| {
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
}

/// A secret as a line.
pub fn line_of(secret: &SecretString) -> Bytes {
    let secret = secret.expose_secret().as_bytes();
    let mut line = Zeroizing::new(Vec::with_capacity(secret.len() + 1));
    line.extend_from_slice(secret);
    line.push(b'\n');
    line
}
