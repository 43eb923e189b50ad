//! `--token-from`: codes of another manager's item, or of a command.
//!
//! The keys may lie in one manager and the second factor in another, which is how it is meant to be.

use crate::aws_files::words;
use crate::backend::field::Field;
use crate::backend::{Fetch, message, registry};
use crate::credentials::{Otp, Problem};
use crate::error::{Class, Error};
use crate::os::child::{self, Call};
use crate::os::program;
use crate::os::tty::Terminal;
use crate::settings::TokenFrom;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How long a command may take: it may wait for a touch.
const PATIENCE: Duration = Duration::from_mins(2);

/// Asks `from`, which is `BACKEND`, `BACKEND:ITEM`, or a command line; no shell reads that, but quotes keep words together.
pub fn ask(from: &TokenFrom, terminal: Option<Arc<Terminal>>, quiet: bool) -> Result<Otp, Error> {
    let source = &from.source;
    let text = if let Some((name, item)) = manager(from) {
        let fetch = Fetch::new(name, item, &BTreeMap::new(), terminal, quiet)?;
        let found = fetch.found(&[Field::Otp])?.remove(&Field::Otp).map(|found| found.value);
        found.ok_or_else(|| {
            Error::new(Class::Value, format!("{} has no one-time password", crate::text::quote(source)))
                .because("there is no such item, or no otpauth:// URI in it")
                .hint(format!("name the item that has one, as in: --token-from {name}:ITEM"))
        })?
    } else {
        run(source, terminal.as_deref())?
    };
    Otp::new(text.expose_secret()).map_err(|problem| unusable(source, problem))
}

/// Refuses one that is not there. Nothing is run.
pub fn check(from: &TokenFrom) -> Result<(), Error> {
    let Some((name, _)) = manager(from) else { return command(&from.source).map(drop) };
    let manifest = registry::find(name)?.parse()?;
    if manifest.read.is_none() || program::find(&manifest.program, &program::search_path()).is_some() {
        return Ok(());
    }
    Err(message::not_installed(&manifest, program::passed_over(&manifest.program)))
}

/// The manager and the item, where it is no command.
fn manager(from: &TokenFrom) -> Option<(&str, Option<&str>)> {
    let source = from.source.as_str();
    let (name, item) = source.split_once(':').map_or((source, None), |(name, item)| (name, Some(item)));
    // An address begins with the manager's name, as in op://Private/AWS.
    let item = if item.is_some_and(|item| item.starts_with("//")) { Some(source) } else { item };
    (!from.is_command && registry::canonical(name).is_some()).then_some((name, item))
}

/// The program of a command, and its arguments.
fn command(source: &str) -> Result<(PathBuf, Vec<String>), Error> {
    let words = words::split(source).unwrap_or_else(|| source.split_whitespace().map(str::to_owned).collect());
    let mut words = words.into_iter();
    let name = words.next().unwrap_or_default();
    let names = std::slice::from_ref(&name);
    let program = program::find(names, &program::search_path()).ok_or_else(|| {
        let what = format!("--token-from does not know \"{}\"", crate::text::quote(&name));
        let passed = program::passed_over(names);
        Error::new(Class::NotInstalled, what)
            .because(passed.unwrap_or_else(|| "it is neither a manager nor a program on PATH".to_owned()))
            .hint("the managers are listed by: aws-auth backends")
    })?;
    Ok((program, words.collect()))
}

/// Runs a command, which says what it has on standard output.
fn run(source: &str, terminal: Option<&Terminal>) -> Result<secrecy::SecretString, Error> {
    let (program, argv) = command(source)?;
    let failed = |why: String| {
        Error::new(Class::Manager, format!("the command \"{}\" gave no MFA code", crate::text::quote(source)))
            .because(why)
            .hint("run it yourself to see more; --token-from also takes a manager's name, as in: --token-from op:AWS")
    };
    let env = child::inherited(&program::search_path());
    let call = Call { program: &program, argv: &argv, env: &env, terminal, show_stderr: true, timeout: PATIENCE };
    let answer = child::run(&call).map_err(|failure| failed(failure.to_string()))?;
    if !answer.status.success() {
        return Err(failed(answer.status.to_string()));
    }
    let text = std::str::from_utf8(answer.stdout.as_bytes()).map_err(|_| failed(Problem::NotUtf8.to_string()))?;
    Ok(text.into())
}

fn unusable(source: &str, problem: Problem) -> Error {
    let what = format!("--token-from \"{}\" gave neither six digits nor an otpauth:// URI", crate::text::quote(source));
    Error::new(Class::Value, what).because(problem.to_string()).hint("run it yourself to see what it prints")
}
