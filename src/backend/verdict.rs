//! What a manager's answer means: the item, or one of the [`Kind`]s.
//!
//! Exit code 0 is not success and text is not a secret: a folder is listed, an ambiguous name is explained on standard
//! output, an empty file prints nothing. The manifest's rules say so; here they are only applied.

use super::command::{Answer, Failure};
use super::kind::Kind;
use super::manifest::{Manifest, Read, Rule};
use super::template::{Values, expand};
use std::os::unix::process::ExitStatusExt;

/// Why there is no item: what it means, and what the manager itself said, fit to be shown.
#[derive(Debug)]
pub struct Refusal {
    /// What it means.
    pub kind: Kind,
    /// The manager's own words, or how it ended.
    pub quote: Option<String>,
}

impl Refusal {
    /// A refusal of ours, about which the manager said nothing.
    #[must_use]
    pub const fn silent(kind: Kind) -> Self {
        Self { kind, quote: None }
    }
}

/// Judges how a program ended and what it said.
pub fn judge(answer: &Answer, manifest: &Manifest, read: &Read, values: &Values<'_>) -> Result<(), Refusal> {
    let said = Said::new(answer, read);
    let rules = if answer.status.success() { &manifest.guard } else { &manifest.error };
    let kind = rules.iter().find(|rule| said.fits(rule, values)).map(|rule| rule.kind);
    match (kind, answer.status.success()) {
        (None, true) => Ok(()),
        (Some(kind), _) => Err(Refusal { kind, quote: said.quote(read) }),
        (None, false) => Err(Refusal { kind: Kind::Other, quote: said.quote(read).or_else(|| Some(ending(answer))) }),
    }
}

/// Says why a program gave no answer.
#[must_use]
pub fn judge_failure(failure: &Failure) -> Refusal {
    match failure {
        Failure::Io(error) => Refusal { kind: Kind::Other, quote: Some(crate::text::quote(&error.to_string())) },
        Failure::TooMuch => Refusal { kind: Kind::Malformed, quote: Some("more than 64 KiB".into()) },
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
    stderr: std::borrow::Cow<'a, str>,
    skip_words: usize,
}

impl<'a> Said<'a> {
    fn new(answer: &'a Answer, read: &Read) -> Self {
        Self {
            exit: answer.status.code(),
            stdout: String::from_utf8_lossy(answer.stdout.as_bytes()),
            stderr: String::from_utf8_lossy(answer.stderr.as_bytes()),
            skip_words: read.skip_words,
        }
    }

    fn fits(&self, rule: &Rule, values: &Values<'_>) -> bool {
        let Rule { exit, first_line, stdout_begins, empty, stderr, stderr_begins, kind: _ } = rule;
        let holds = |text: &Option<String>, test: &dyn Fn(&str) -> bool| {
            text.as_deref().is_none_or(|text| expand(text, values).is_some_and(|text| test(&text)))
        };
        exit.is_none_or(|code| self.exit == Some(code))
            && empty.is_none_or(|empty| self.stdout.trim().is_empty() == empty)
            && holds(first_line, &|text| self.stdout.lines().next() == Some(text))
            && holds(stdout_begins, &|text| self.stdout.starts_with(text))
            && holds(stderr, &|text| self.stderr.contains(text))
            && holds(stderr_begins, &|text| self.messages().any(|line| line.starts_with(text)))
    }

    /// The lines of standard error without what a log puts before each.
    fn messages(&self) -> impl Iterator<Item = &str> {
        self.stderr.lines().map(|line| {
            (0..self.skip_words).fold(line, |line, _| line.trim_start().split_once(' ').map_or("", |(_, rest)| rest))
        })
    }

    /// The manager's last words that are meant for people, with every secret that it may have let slip hidden.
    fn quote(&self, read: &Read) -> Option<String> {
        let for_people =
            |line: &&str| !line.trim().is_empty() && !read.noise.iter().any(|noise| line.starts_with(noise));
        let last = self.messages().filter(for_people).last()?;
        Some(crate::text::quote_without(last, &self.stdout))
    }
}
