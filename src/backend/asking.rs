//! The calls of one program: the manifest's arguments and environment, and a live answer.

use super::manifest::{Manifest, Read};
use super::reading::Reading;
use super::verdict::{Refusal, judge_failure};
use crate::os::child::{self, Answer, Call};
use crate::os::tty::Terminal;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

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
}

impl<'a> Asking<'a> {
    /// Finds the program; `None` when it is not installed.
    #[must_use]
    pub fn open(
        manifest: &'a Manifest,
        read: &'a Read,
        params: &'a BTreeMap<String, String>,
        terminal: Option<&'a Terminal>,
        quiet: bool,
    ) -> Option<Self> {
        let path = child::search_path();
        let program = child::find(&manifest.program, &path)?;
        let device = terminal.and_then(Terminal::device);
        let tty = device.and_then(std::path::Path::to_str);
        let reading = Reading::new(manifest, read, params, tty, quiet);
        let mut env = child::inherited(&path);
        match device {
            // gpg and others talk to a daemon, to which /dev/tty is another terminal: it needs the real name.
            Some(device) => env.insert("GPG_TTY".into(), device.into()),
            None => env.remove(OsStr::new("GPG_TTY")),
        };
        reading.change_env(&mut env);
        Some(Self { reading, read, program, env, terminal, quiet })
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
        self.run(&self.reading.argv(entry))
    }

    /// Runs it with `input`, and nothing else, as its standard input.
    pub fn feed(&self, argv: &[String], input: &[u8]) -> Result<Answer, Refusal> {
        child::feed(&self.call(argv), input).map_err(|failure| judge_failure(&failure))
    }

    fn run(&self, argv: &[String]) -> Result<Answer, Refusal> {
        child::run(&self.call(argv)).map_err(|failure| judge_failure(&failure))
    }

    fn call<'c>(&'c self, argv: &'c [String]) -> Call<'c> {
        let quiet = Duration::from_secs(self.read.timeout);
        Call {
            program: &self.program,
            argv,
            env: &self.env,
            terminal: self.terminal,
            show_stderr: self.read.asks_on_stderr,
            timeout: if self.quiet { quiet } else { quiet.max(PATIENCE) },
        }
    }
}
