//! The calls by which a store is read and written: each is judged by its end, and none is trusted for it.

use super::document;
use super::form::{History, Write};
use super::text::Bytes;
use crate::backend::asking::Asking;
use crate::backend::kind::Kind;
use crate::backend::manifest::Read;
use crate::backend::message;
use crate::backend::reading::misshapen;
use crate::backend::rule::Argument;
use crate::backend::shape;
use crate::backend::target::Target;
use crate::backend::template::Values;
use crate::backend::verdict::{Refusal, judge_writing};
use crate::error::{Class, Error};
use crate::os::{ask, stdio};
use crate::secret::SecretBuffer;
use crate::text::quote;
use secrecy::{ExposeSecret, SecretString};
use std::cell::{Cell, OnceCell, RefCell};
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
    /// By what it knows the entries that were read.
    ids: RefCell<BTreeMap<String, String>>,
    /// Whether its newest state was got.
    is_new: Cell<bool>,
    /// Whether the item was seen without a sibling.
    is_alone: Cell<bool>,
}

impl Manager {
    /// Nothing is run yet.
    pub const fn new(target: Target) -> Self {
        Self {
            target,
            answer: OnceCell::new(),
            ids: RefCell::new(BTreeMap::new()),
            is_new: Cell::new(false),
            is_alone: Cell::new(false),
        }
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
        if let Err(refusal) = asking.probe().and_then(|()| self.sync(&asking, read)) {
            return Ok(Err(refusal));
        }
        let answered = if asks {
            let line = self.line()?;
            asking.feed(&asking.reading().argv(entry), &line)
        } else {
            asking.ask(entry)
        };
        let text = answered.and_then(|answer| asking.reading().whole(&answer, entry).map(|()| answer.stdout));
        Ok(text.and_then(|text| self.known(read, entry, text)))
    }

    /// Gets the newest state of the store, once: a change is made to what is there now.
    fn sync(&self, asking: &Asking<'_>, read: &Read) -> Result<(), Refusal> {
        let Some(write) = self.target.manifest.write.as_ref().filter(|write| !write.sync.is_empty()) else {
            return Ok(());
        };
        if !self.is_new.replace(true) {
            let argv = asking.reading().arguments(&write.sync, "", &Values::new());
            judge_writing(&asking.feed(&argv, b"")?, write, &self.target.manifest, read, &Values::new())?;
        }
        Ok(())
    }

    /// Notes by what the manager knows an entry; of an answer that shows several items, the one of that name counts.
    fn known(&self, read: &Read, entry: &str, text: SecretBuffer) -> Result<SecretBuffer, Refusal> {
        let Some(how) = self.target.manifest.write.as_ref().and_then(|write| write.document.as_ref()) else {
            return Ok(text);
        };
        shape::whole(text.as_bytes(), read, entry).map_err(misshapen)?;
        if let Some(id) = document::id(how, read, entry, text.as_bytes()) {
            self.ids.borrow_mut().insert(entry.to_owned(), id);
        }
        if how.alike && self.target.entry() == Some(entry) {
            let sibling = self.target.sibling();
            if let Some(id) = document::id(how, read, &sibling, text.as_bytes()) {
                self.ids.borrow_mut().insert(sibling, id);
            } else {
                self.is_alone.set(true);
            }
        }
        Ok(text)
    }

    /// Whether there is a sibling: as it was seen beside the item, where an answer tells that.
    pub fn has_sibling(&self) -> Result<bool, Error> {
        let sibling = self.target.sibling();
        if self.is_alone.get() || self.ids.borrow().contains_key(&sibling) {
            return Ok(!self.is_alone.get());
        }
        Ok(self.entry(&sibling)?.is_some())
    }

    /// By what the manager knows an entry, where it wants to be told that.
    fn id(&self, entry: &str) -> Result<Option<String>, Error> {
        if self.how_to_write()?.document.is_none() {
            return Ok(None);
        }
        if !self.ids.borrow().contains_key(entry) {
            self.entry(entry)?;
        }
        Ok(self.ids.borrow().get(entry).cloned())
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
        let id = if makes { None } else { self.id(entry)? };
        let more = values(more, id.as_deref());
        let argv = asking.reading().arguments(if makes { write.creating() } else { &write.argv }, entry, &more);
        self.run(&asking, entry, &argv, &whole)
    }

    /// Removes an entry.
    pub fn remove(&self, entry: &str) -> Result<(), Error> {
        let write = self.how_to_write()?;
        let input = self.line_if_asked(write)?;
        let asking = self.writing()?;
        let id = self.id(entry)?;
        let argv = asking.reading().arguments(&write.remove, entry, &values(&More::new(), id.as_deref()));
        self.run(&asking, entry, &argv, &input)?;
        if !write.recycles {
            return Ok(());
        }
        match self.call(&asking, entry, &argv, &input)? {
            // It was in the bin already: a run had been ended between the two.
            Err(Refusal { kind: Kind::NotFound, .. }) => Ok(()),
            removed => removed.map_err(|refusal| self.unwritten(entry, &refusal)),
        }
    }

    fn run(&self, asking: &Asking<'_>, entry: &str, argv: &[String], input: &[u8]) -> Result<(), Error> {
        self.call(asking, entry, argv, input)?.map_err(|refusal| self.unwritten(entry, &refusal))
    }

    /// The same, with what a refusal means.
    fn call(
        &self,
        asking: &Asking<'_>,
        entry: &str,
        argv: &[String],
        input: &[u8],
    ) -> Result<Result<(), Refusal>, Error> {
        let (read, write) = (self.how_to_read()?, self.how_to_write()?);
        let values = Values::from([("entry", entry)]);
        let answer = asking.feed(argv, input);
        Ok(answer.and_then(|answer| judge_writing(&answer, write, &self.target.manifest, read, &values)))
    }

    fn unwritten(&self, entry: &str, refusal: &Refusal) -> Error {
        message::unwritten(&self.target.manifest, entry, refusal)
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

/// What placeholders stand for, the id among them.
fn values<'m>(more: &'m More, id: Option<&'m str>) -> Values<'m> {
    more.iter().map(|(name, value)| (*name, value.as_str())).chain(id.map(|id| ("id", id))).collect()
}

/// A secret as a line.
pub fn line_of(secret: &SecretString) -> Bytes {
    let secret = secret.expose_secret().as_bytes();
    let mut line = Zeroizing::new(Vec::with_capacity(secret.len() + 1));
    line.extend_from_slice(secret);
    line.push(b'\n');
    line
}
