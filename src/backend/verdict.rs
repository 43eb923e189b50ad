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
    /// Why it failed, where its rule knows better than its kind.
    pub why: Option<String>,
    /// What to do next, where its rule knows better than its kind.
    pub hint: Option<String>,
}

impl Refusal {
    /// A refusal of ours, about which the manager said nothing.
    #[must_use]
    pub const fn silent(kind: Kind) -> Self {
        Self { kind, quote: None, why: None, hint: None }
    }

    /// The refusal that a rule knows, in the manager's words.
    fn by(rule: &Rule, quote: Option<String>) -> Self {
        Self { kind: rule.kind, quote, why: rule.why.clone(), hint: rule.hint.clone() }
    }

    /// Why there is no item, in one line; `meaning` is what its kind means there.
    #[must_use]
    pub fn told(&self, meaning: &str) -> String {
        let meaning = self.why.as_deref().unwrap_or(meaning);
        self.quote.as_ref().map_or_else(|| meaning.to_owned(), |quote| format!("{meaning} ({quote})"))
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
            Err(Refusal::by(rule, quote))
        }
        (None, false) => {
            let quote = said.last_words(read).or_else(|| Some(ending(answer)));
            Err(Refusal { quote, ..Refusal::silent(Kind::Other) })
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
            Err(Refusal::by(rule, quote))
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
        let Rule { exit, first_line, stdout_begins, empty, stderr, stderr_begins, kind: _, why: _, hint: _ } = rule;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::SecretBuffer;
    use std::process::ExitStatus;

    fn manifest(rules: &str, read: &str) -> Manifest {
        let text = format!(
            "title = 'x'\nprogram = ['x']\n{rules}\n[read]\nargv = ['show', '{{entry}}']\nshape = 'pairs'\n{read}\n"
        );
        Manifest::parse(&text, "x.toml").unwrap()
    }

    #[test]
    fn why_there_is_no_item_is_told_with_what_the_manager_said() {
        let told = |why: Option<&str>, quote: Option<&str>| {
            let (why, quote) = (why.map(str::to_owned), quote.map(str::to_owned));
            Refusal { quote, why, ..Refusal::silent(Kind::Other) }.told("it failed")
        };
        assert_eq!(told(None, None), "it failed");
        assert_eq!(told(Some("it is shut"), None), "it is shut");
        assert_eq!(told(None, Some("no!")), "it failed (no!)");
    }

    fn answer(exit: i32, stdout: &str, stderr: &str) -> Answer {
        ended(exit << 8, stdout, stderr)
    }

    /// By the number that wait(2) gives.
    fn ended(status: i32, stdout: &str, stderr: &str) -> Answer {
        Answer {
            status: ExitStatus::from_raw(status),
            stdout: SecretBuffer::of(stdout.as_bytes()),
            stderr: SecretBuffer::of(stderr.as_bytes()),
        }
    }

    /// What an answer to a question for `work` means.
    fn judged(manifest: &Manifest, answer: &Answer) -> Result<(), Refusal> {
        judge(answer, manifest, manifest.read.as_ref().unwrap(), &Values::from([("entry", "work")]))
    }

    /// What is quoted of a failure that no rule knows.
    fn quoted(read: &str, stdout: &str, stderr: &str) -> Option<String> {
        judged(&manifest("", read), &answer(1, stdout, stderr)).unwrap_err().quote
    }

    #[test]
    fn a_rule_fits_only_if_all_that_it_says_holds() {
        // the rule, standard output, standard error, whether it fits a failure with exit code 3
        let rows = [
            ("exit = 3", "", "", true),
            ("exit = 4", "", "", false),
            ("exit = 0", "", "", false),
            ("empty = true", "", "", true),
            ("empty = true", " \n\t", "", true),
            ("empty = true", "x", "", false),
            ("empty = false", "x", "", true),
            ("empty = false", "\n", "", false),
            ("first_line = 'more than one'", "more than one\nx\n", "", true),
            ("first_line = 'more than one'", "more than one of\nx\n", "", false),
            ("first_line = 'more than one'", "x\nmore than one\n", "", false),
            ("first_line = ['x', 'more than one']", "more than one\n", "", true),
            ("first_line = 'x'", "", "", false),
            ("first_line = '{entry}'", "work\n", "", true),
            ("first_line = '{entry}'", "home\n", "", false),
            ("stdout_begins = 'more'", "more than one", "", true),
            ("stdout_begins = 'more'", "no more", "", false),
            ("stdout_begins = 'more'", "", "more", false),
            ("stderr = 'not found'", "", "x\nError: not found.\n", true),
            ("stderr = 'not found'", "", "Error: found\n", false),
            ("stderr = 'not found'", "not found", "", false),
            ("stderr = ['denied', 'not found']", "", "not found", true),
            ("stderr = 'no {entry}'", "", "there is no work", true),
            ("stderr = 'no {entry}'", "", "there is no {entry}", false),
            ("stderr_begins = 'Error'", "", "warning\nError: x\n", true),
            ("stderr_begins = 'Error'", "", "an Error: x\n", false),
            ("stderr_begins = 'Error'", "Error", "", false),
            ("exit = 3\nempty = true\nstderr = 'x'", "", "x", true),
            ("exit = 4\nempty = true\nstderr = 'x'", "", "x", false),
            ("exit = 3\nempty = false\nstderr = 'x'", "", "x", false),
            ("exit = 3\nempty = true\nstderr = 'y'", "", "x", false),
            ("stderr = 'x'\nstderr_begins = 'y'", "", "x", false),
            ("stderr = 'y'\nstderr_begins = 'x'", "", "x", false),
            ("first_line = 'x'\nstdout_begins = 'y'", "x", "", false),
            ("first_line = 'y'\nstdout_begins = 'x'", "x", "", false),
            ("first_line = 'y'\nstderr_begins = 'x'", "x", "x", false),
            ("stdout_begins = 'y'\nstderr_begins = 'x'", "x", "x", false),
        ];
        for (rule, stdout, stderr, fits) in rows {
            let manifest = manifest(&format!("[[error]]\nkind = 'denied'\n{rule}"), "");
            let kind = judged(&manifest, &answer(3, stdout, stderr)).unwrap_err().kind;
            assert_eq!(kind, if fits { Kind::Denied } else { Kind::Other }, "{rule:?}: {stdout:?} {stderr:?}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_says_what_it_means_and_what_to_do() {
        let rules = "[[guard]]\nkind = 'folder'\nstdout_begins = 'a folder'\n\
             [[error]]\nkind = 'locked'\nstderr = 'locked'\nhint = 'run: x unlock'\n\
             [[error]]\nkind = 'denied'\nstderr = 'x'\n";
        let manifest = manifest(rules, "");
        let kind = |exit, stdout, stderr| judged(&manifest, &answer(exit, stdout, stderr)).map_err(|why| why.kind);
        assert_eq!(kind(0, "user: x", "x is locked"), Ok(()), "rules of failures are for failures");
        assert_eq!(kind(0, "a folder\nx", ""), Err(Kind::Folder));
        assert_eq!(kind(1, "a folder\nx", ""), Err(Kind::Other), "and guards are for what looks like success");
        assert_eq!(kind(1, "", "x is locked"), Err(Kind::Locked));
        assert_eq!(kind(1, "", "x"), Err(Kind::Denied));
        let hint = |stderr| judged(&manifest, &answer(1, "", stderr)).unwrap_err().hint;
        assert_eq!(hint("x is locked").as_deref(), Some("run: x unlock"));
        assert_eq!(hint("x"), None);
    }

    #[test]
    fn what_is_quoted_is_the_message_that_tells_the_failure() {
        let rules = "[[error]]\nkind = 'locked'\nstderr = 'is locked'\n\
             [[error]]\nkind = 'denied'\nstderr_begins = 'denied'\n\
             [[error]]\nkind = 'offline'\nexit = 7\n";
        let manifest = manifest(rules, "noise = ['[debug]']");
        let rows = [
            (1, "the store is locked\nbye", Some("the store is locked")),
            (1, "hello\ndenied: you\nbye", Some("denied: you")),
            (1, "[debug] is locked\nbye", Some("bye")),
            (7, "one\ntwo\n \n[debug] three\n", Some("two")),
            (7, "", None),
            (1, "one\ntwo\n\n", Some("two")),
            (1, "[debug] x\n", Some("exit status 1")),
            (1, "\u{1b}[31mthe store \u{1b}[0mis locked", Some("the store is locked")),
        ];
        for (exit, stderr, expected) in rows {
            let quote = judged(&manifest, &answer(exit, "", stderr)).unwrap_err().quote;
            assert_eq!(quote.as_deref(), expected, "{stderr}");
        }
        let said = quoted("", "hunter2-of-mine\n", "cannot parse hunter2-of-mine");
        assert_eq!(said.as_deref(), Some("cannot parse [hidden]"), "what was answered is not shown");
    }

    #[test]
    fn a_program_that_says_nothing_is_told_by_how_it_ended() {
        let end = |status| judged(&manifest("", ""), &ended(status, "", "")).unwrap_err().quote.unwrap();
        assert_eq!(end(3 << 8), "exit status 3");
        assert_eq!(end(9), "killed by signal 9");
        // Stopped, which nobody waits for.
        assert_eq!(end(0x137f), "ended without a status");
    }

    #[test]
    fn a_message_in_a_log_is_what_stands_behind_the_prefix() {
        let read = "log_prefix = '2000/00/00 [E] '";
        let rows = [
            ("2026/11/29 [E] the store is gone\n", "the store is gone"),
            ("2026/11/29 [E] the store is gone\n  at line 5\n", "the store is gone"),
            ("2026/1x/29 [E] no\n", "2026/1x/29 [E] no"),
            ("2026/11/29 [F] no\n", "2026/11/29 [F] no"),
            ("2\u{e9}26/11/29 [E no\n", "2\u{e9}26/11/29 [E no"),
            ("short\n", "short"),
        ];
        for (stderr, expected) in rows {
            assert_eq!(quoted(read, "", stderr).as_deref(), Some(expected), "{stderr}");
        }
        let rule = manifest("[[error]]\nkind = 'denied'\nstderr_begins = 'no'", read);
        let kind = |stderr| judged(&rule, &answer(1, "", stderr)).unwrap_err().kind;
        assert_eq!(kind("2026/11/29 [E] no\n"), Kind::Denied);
        assert_eq!(kind("2026/11/29 [E] x\nno\n"), Kind::Other, "it goes on the message before");
    }

    #[test]
    fn what_fails_to_be_written_is_told_by_the_rules_for_that_and_then_by_all() {
        let rules = "[[error]]\nkind = 'locked'\nstderr = 'locked'\n\
             [write]\nargv = ['put', '{entry}']\nremove = ['rm', '{entry}']\n\
             [[write.error]]\nkind = 'denied'\nstderr = 'read-only'\nhint = 'ask the owner'\n";
        let manifest = manifest(rules, "");
        let (read, write) = (manifest.read.as_ref().unwrap(), manifest.write.as_ref().unwrap());
        let judged = |exit, stderr| judge_writing(&answer(exit, "", stderr), write, &manifest, read, &Values::new());
        assert!(judged(0, "read-only").is_ok());
        let why = judged(1, "it is read-only\nbye").unwrap_err();
        assert_eq!(why.kind, Kind::Denied);
        assert_eq!((why.quote.as_deref(), why.hint.as_deref()), (Some("it is read-only"), Some("ask the owner")));
        assert_eq!(judged(1, "locked").unwrap_err().kind, Kind::Locked);
        assert_eq!(judged(1, "x").unwrap_err().kind, Kind::Other);
    }

    #[test]
    fn a_program_without_an_answer_is_told_by_what_kept_it() {
        let told = |failure| {
            let Refusal { kind, quote, why, hint } = judge_failure(&failure);
            assert_eq!((why, hint), (None, None));
            (kind, quote)
        };
        let gone = std::io::Error::other("it\u{7} is gone");
        assert_eq!(told(Failure::Io(gone)), (Kind::Other, Some("it\\u{7} is gone".into())));
        assert_eq!(told(Failure::TooMuch(64 * 1024)), (Kind::Malformed, Some("more than 64 KiB".into())));
        assert_eq!(told(Failure::TooLong), (Kind::Timeout, None));
    }
}
