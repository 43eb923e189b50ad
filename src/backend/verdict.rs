//! What a manager's answer means: the item, or one of the [`Kind`]s.
//!
//! Exit code 0 is not success and text is not a secret: a folder is listed, an ambiguous name is explained on standard
//! output, an empty file prints nothing. The manifest's rules say so; here they are only applied.

use super::kind::Kind;
use super::manifest::{Manifest, Read, Rule, Texts};
use super::template::{Values, expand};
use super::write::form::Write;
use crate::os::child::{Answer, Failure};
use std::os::unix::process::ExitStatusExt;

/// Why there is no item: what it means, and what the manager itself said, fit to be shown.
#[derive(Debug)]
pub struct Refusal {
    /// What it means.
    pub kind: Kind,
    /// The manager's own words, or how it ended.
    pub quote: Option<String>,
    /// What to do next, where its rule knows better than its kind.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal of ours, about which the manager said nothing.
    #[must_use]
    pub const fn silent(kind: Kind) -> Self {
        Self { kind, quote: None, hint: None }
    }
}

/// Judges how a program ended and what it said.
pub fn judge(answer: &Answer, manifest: &Manifest, read: &Read, values: &Values<'_>) -> Result<(), Refusal> {
    let said = Said::new(answer, read);
    let rules = if answer.status.success() { &manifest.guard } else { &manifest.error };
    match (rules.iter().find(|rule| said.fits(rule, values)), answer.status.success()) {
        (None, true) => Ok(()),
        (Some(rule), _) => {
            let quote = said.told_by(rule, read, values).or_else(|| said.last_words(read));
            Err(Refusal { kind: rule.kind, quote, hint: rule.hint.clone() })
        }
        (None, false) => {
            let quote = said.last_words(read).or_else(|| Some(ending(answer)));
            Err(Refusal { kind: Kind::Other, quote, hint: None })
        }
    }
}

/// Judges how a program ended that was to write.
pub fn judge_writing(
    answer: &Answer,
    write: &Write,
    manifest: &Manifest,
    read: &Read,
    values: &Values<'_>,
) -> Result<(), Refusal> {
    if answer.status.success() {
        return Ok(());
    }
    let said = Said::new(answer, read);
    match write.error.iter().find(|rule| said.fits(rule, values)) {
        Some(rule) => {
            let quote = said.told_by(rule, read, values).or_else(|| said.last_words(read));
            Err(Refusal { kind: rule.kind, quote, hint: rule.hint.clone() })
        }
        None => judge(answer, manifest, read, values),
    }
}

/// Says why a program gave no answer.
#[must_use]
pub fn judge_failure(failure: &Failure) -> Refusal {
    match failure {
        Failure::Io(error) => {
            Refusal { quote: Some(crate::text::quote(&error.to_string())), ..Refusal::silent(Kind::Other) }
        }
        Failure::TooMuch(most) => {
            Refusal { quote: Some(format!("more than {} KiB", most / 1024)), ..Refusal::silent(Kind::Malformed) }
        }
        Failure::TooLong => Refusal::silent(Kind::Timeout),
    }
}

/// How a program ended, in words.
fn ending(answer: &Answer) -> String {
    match (answer.status.code(), answer.status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("killed by signal {signal}"),
        (None, None) => "ended without a status".into(),
    }
}

/// What a program said, as text.
struct Said<'a> {
    exit: Option<i32>,
    stdout: std::borrow::Cow<'a, str>,
    /// Without colours.
    stderr: String,
    log_prefix: Option<&'a str>,
}

impl<'a> Said<'a> {
    fn new(answer: &'a Answer, read: &'a Read) -> Self {
        Self {
            exit: answer.status.code(),
            stdout: String::from_utf8_lossy(answer.stdout.as_bytes()),
            stderr: crate::text::without_sequences(&String::from_utf8_lossy(answer.stderr.as_bytes())),
            log_prefix: read.log_prefix.as_deref(),
        }
    }

    fn fits(&self, rule: &Rule, values: &Values<'_>) -> bool {
        let Rule { exit, first_line, stdout_begins, empty, stderr, stderr_begins, kind: _, hint: _ } = rule;
        let holds = |texts: &Option<Texts>, test: &dyn Fn(&str) -> bool| {
            texts.as_ref().is_none_or(|texts| filled(texts, values).iter().any(|text| test(text)))
        };
        exit.is_none_or(|code| self.exit == Some(code.into()))
            && empty.is_none_or(|empty| self.stdout.trim().is_empty() == empty)
            && holds(first_line, &|text| self.stdout.lines().next() == Some(text))
            && holds(stdout_begins, &|text| self.stdout.starts_with(text))
            && holds(stderr, &|text| self.stderr.contains(text))
            && holds(stderr_begins, &|text| self.messages().iter().any(|line| line.starts_with(text)))
    }

    /// The messages on standard error: its lines, or those that a log's prefix begins, without it.
    fn messages(&self) -> Vec<&str> {
        let Some(prefix) = self.log_prefix else { return self.stderr.lines().collect() };
        let logged: Vec<_> = self.stderr.lines().filter_map(|line| without_prefix(line, prefix)).collect();
        if logged.is_empty() { self.stderr.lines().collect() } else { logged }
    }

    /// The message that a rule knows the failure by.
    fn told_by(&self, rule: &Rule, read: &Read, values: &Values<'_>) -> Option<String> {
        let all = |texts: &Option<Texts>| texts.as_ref().map(|texts| filled(texts, values)).unwrap_or_default();
        // Filled once and not for each line: there may be thousands, and a name may be long.
        let (begins, holds) = (all(&rule.stderr_begins), all(&rule.stderr));
        let known = |line: &str| {
            begins.iter().any(|text| line.starts_with(text)) || holds.iter().any(|text| line.contains(text))
        };
        let line = self.for_people(read).find(|line| known(line))?;
        Some(crate::text::quote_without(line, &self.stdout))
    }

    /// The last message.
    fn last_words(&self, read: &Read) -> Option<String> {
        Some(crate::text::quote_without(self.for_people(read).last()?, &self.stdout))
    }

    /// The messages that are meant for people.
    fn for_people(&self, read: &Read) -> impl Iterator<Item = &str> {
        let is_noise = |line: &str| read.noise.iter().any(|noise| line.starts_with(noise.as_str()));
        self.messages().into_iter().filter(move |line| !line.trim().is_empty() && !is_noise(line))
    }
}

/// The texts whose placeholders all have values, filled.
fn filled(texts: &Texts, values: &Values<'_>) -> Vec<String> {
    texts.all().iter().filter_map(|text| expand(text, values)).collect()
}

/// `line` without `prefix`, in which each `0` stands for any digit.
fn without_prefix<'a>(line: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = line.split_at_checked(prefix.len())?;
    let fits = |(is, expected): (u8, u8)| is == expected || (expected == b'0' && is.is_ascii_digit());
    head.bytes().zip(prefix.bytes()).all(fits).then_some(rest)
}
