//! The calls of one program: the manifest's arguments and environment, and a live answer.

use super::field::Field;
use super::folder::Entries;
use super::manifest::{Manifest, Read};
use super::reading::Reading;
use super::verdict::{Refusal, judge_failure};
use crate::os::child::{self, Answer, Bounds, Call};
use crate::os::program;
use crate::os::stdio;
use crate::os::tty::{Terminal, has_controlling_terminal};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a manager may take that can ask somebody: a person looks for a passphrase, or for a card.
const PATIENCE: Duration = Duration::from_mins(5);

/// A program that was found, and how it is called.
#[derive(Debug)]
pub struct Asking<'a> {
    reading: Reading<'a>,
    read: &'a Read,
    program: PathBuf,
    env: BTreeMap<OsString, OsString>,
    terminal: Option<&'a Terminal>,
    quiet: bool,
    /// How it is asked where it cannot be kept from asking, and may: as if it could ask.
    aloud: Option<(Reading<'a>, BTreeMap<OsString, OsString>)>,
    refused: Option<&'a str>,
    title: String,
}

/// The command by which we run a program in a session of its own. Not for people.
pub const APART: &str = "run-apart";

impl<'a> Asking<'a> {
    /// Finds the program; `None` when it is not installed.
    #[must_use]
    pub fn open(
        manifest: &'a Manifest,
        read: &'a Read,
        params: &'a BTreeMap<String, String>,
        fields: &'a BTreeMap<Field, String>,
        terminal: Option<&'a Terminal>,
        quiet: bool,
        may_ask: bool,
    ) -> Option<Self> {
        let path = program::search_path();
        let program = program::find(&manifest.program, &path)?;
        let device = terminal.and_then(Terminal::device);
        let tty = device.and_then(std::path::Path::to_str);
        let reading = Reading::new(manifest, read, params, tty, quiet).with_fields(fields);
        let mut env = child::inherited(&path);
        match device {
            // gpg and others talk to a daemon, to which /dev/tty is another terminal: it needs the real name.
            Some(device) => env.insert("GPG_TTY".into(), device.into()),
            None => env.remove(OsStr::new("GPG_TTY")),
        };
        let refused = manifest.quiet.refused.as_deref().filter(|_| quiet && may_ask);
        let aloud = refused.map(|_| {
            let reading = Reading::new(manifest, read, params, tty, false).with_fields(fields);
            let mut env = env.clone();
            reading.change_env(&mut env);
            (reading, env)
        });
        reading.change_env(&mut env);
        let title = crate::text::quote(&manifest.title);
        Some(Self { reading, read, program, env, terminal, quiet, aloud, refused, title })
    }

    /// How its answers are read.
    #[must_use]
    pub const fn reading(&self) -> &Reading<'a> {
        &self.reading
    }

    /// Makes sure, where the manager must not ask and the manifest knows a way to tell, that it is unlocked.
    pub fn probe(&self) -> Result<(), Refusal> {
        let Some(argv) = self.reading.probe() else { return Ok(()) };
        self.reading.is_unlocked(&self.run(&argv)?)
    }

    /// Asks for one entry.
    pub fn ask(&self, entry: &str) -> Result<Answer, Refusal> {
        let answer = self.run(&self.reading.argv(entry))?;
        let refused = self.refused.is_some_and(|text| {
            !answer.status.success() && String::from_utf8_lossy(answer.stderr.as_bytes()).contains(text)
        });
        let answer = match &self.aloud {
            Some((reading, env)) if refused => self.run_in(env, &reading.argv(entry), None)?,
            _ => answer,
        };
        super::between::cut(answer, self.read)
    }

    /// The entries below `entry` that hold one of `wanted` each, where the manifest knows how to list them.
    #[must_use]
    pub fn list(&self, entry: &str, wanted: &[Field]) -> Entries {
        let listed = self.reading.list_argv(entry).and_then(|argv| self.run(&argv).ok());
        listed.map_or_else(Entries::new, |answer| self.reading.listed(&answer, wanted))
    }

    /// The names of all items, where the manifest knows how to list them.
    #[must_use]
    pub fn items(&self) -> Option<Result<Vec<String>, Refusal>> {
        let argv = self.reading.items_argv()?;
        Some(self.run(&argv).and_then(|answer| self.reading.items(&answer)))
    }

    /// The call by way of ourselves, away from the terminal: some ask on `/dev/tty` though nothing is open there. Only
    /// where the manager must not ask and there is such a terminal.
    fn apart(&self, argv: &[String]) -> Option<(PathBuf, Vec<String>)> {
        if !self.quiet || !has_controlling_terminal() {
            return None;
        }
        let own = std::env::current_exe().ok()?;
        let program = self.program.to_str()?.to_owned();
        Some((own, [APART.to_owned(), program].into_iter().chain(argv.iter().cloned()).collect()))
    }

    /// Runs it with `input`, and nothing else, as its standard input.
    pub fn feed(&self, argv: &[String], input: &[u8]) -> Result<Answer, Refusal> {
        self.run_in(&self.env, argv, Some(input))
    }

    /// Runs another program in the same way, one that the manager itself runs; none where it is not there.
    #[must_use]
    pub fn feed_to(&self, name: &str, argv: &[String], input: &[u8]) -> Option<Result<Answer, Refusal>> {
        let program = program::find(&[name.to_owned()], &program::search_path())?;
        let call = Call { program: &program, ..self.call(&self.env, argv) };
        let bounds = Bounds { most: self.read.kib * 1024, name: Some(&self.title) };
        Some(child::feed(&call, bounds, input).map_err(|failure| judge_failure(&failure)))
    }

    fn run(&self, argv: &[String]) -> Result<Answer, Refusal> {
        self.run_in(&self.env, argv, None)
    }

    fn run_in(
        &self,
        env: &BTreeMap<OsString, OsString>,
        argv: &[String],
        input: Option<&[u8]>,
    ) -> Result<Answer, Refusal> {
        let bounds = Bounds { most: self.read.kib * 1024, name: Some(&self.title) };
        let apart = self.apart(argv);
        let call = match &apart {
            Some((program, argv)) => Call { program, ..self.call(env, argv) },
            None => self.call(env, argv),
        };
        let started = Instant::now();
        let answer = match input {
            Some(input) => child::feed(&call, bounds, input),
            None => child::run_within(&call, bounds),
        };
        let program = self.program.file_name().unwrap_or_default().to_string_lossy();
        let words = std::iter::once(program.as_ref()).chain(argv.iter().map(String::as_str));
        let line: Vec<String> = words.map(crate::text::quote).collect();
        stdio::detail(format_args!("ran {}: {} ms", line.join(" "), started.elapsed().as_millis()));
        answer.map_err(|failure| judge_failure(&failure))
    }

    fn call<'c>(&'c self, env: &'c BTreeMap<OsString, OsString>, argv: &'c [String]) -> Call<'c> {
        let quiet = Duration::from_secs(self.read.timeout);
        Call {
            program: &self.program,
            argv,
            env,
            terminal: self.terminal,
            show_stderr: self.read.asks_on_stderr,
            timeout: if self.quiet { quiet } else { quiet.max(PATIENCE) },
        }
    }
}
