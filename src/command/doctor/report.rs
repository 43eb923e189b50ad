//! What was found: a line for each check, for a person or as JSON for a bug report.

use crate::error::Error;
use crate::os::environment;
use crate::text::{self, printable};
use serde_json::{Value, json};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, and something may go wrong.
    Warning,
    /// It does not work.
    Failed,
    /// It could not be looked at.
    Skipped,
}

impl State {
    const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One line.
#[derive(Debug)]
struct Finding {
    check: &'static str,
    state: State,
    text: String,
    fix: Option<String>,
}

/// All lines, in the order of the checks.
#[derive(Debug, Default)]
pub struct Report {
    findings: Vec<Finding>,
    code: Option<u8>,
}

impl Report {
    /// All is well with this.
    pub fn ok(&mut self, check: &'static str, text: impl Into<String>) {
        self.add(check, State::Ok, text, None);
    }

    /// It works, and something may go wrong; `fix` is what to type.
    pub fn warn(&mut self, check: &'static str, text: impl Into<String>, fix: impl Into<String>) {
        self.add(check, State::Warning, text, Some(fix.into()));
    }

    /// It could not be looked at.
    pub fn skip(&mut self, check: &'static str, why: impl Into<String>) {
        self.add(check, State::Skipped, why, None);
    }

    /// It does not work, and this is what a run would say.
    pub fn fail(&mut self, check: &'static str, error: &Error) {
        self.code.get_or_insert(error.class().code());
        self.add(check, State::Failed, error.reason(), error.next().map(str::to_owned));
    }

    /// The same for a manager that gave nothing: what it meant, without its own words, which may hold anything.
    pub fn fail_of_manager(&mut self, check: &'static str, error: &Error) {
        self.code.get_or_insert(error.class().code());
        self.add(check, State::Failed, without_words(error), error.next().map(str::to_owned));
    }

    /// The same for what a run gets by with.
    pub fn warn_of(&mut self, check: &'static str, error: &Error) {
        self.add(check, State::Warning, without_words(error), error.next().map(str::to_owned));
    }

    /// The exit code: that of the first failure, or 0.
    #[must_use]
    pub fn code(&self) -> u8 {
        self.code.unwrap_or(0)
    }

    fn add(&mut self, check: &'static str, state: State, text: impl Into<String>, fix: Option<String>) {
        self.findings.push(Finding { check, state, text: text.into(), fix });
    }

    /// For a person. Whoever made a line has quoted what came from outside; should that have been forgotten, no terminal acts
    /// on it.
    #[must_use]
    pub fn text(&self) -> String {
        let one = |finding: &Finding| {
            let Finding { check, state, text, fix } = finding;
            let fix = fix.as_ref().map_or_else(String::new, |fix| format!("{:20}→ {fix}\n", ""));
            format!("{:8} {check:10} {text}\n{fix}", state.name())
        };
        printable(&self.findings.iter().map(one).collect::<String>())
    }

    /// For a bug report: accounts, names and the home directory are masked.
    #[must_use]
    pub fn json(&self) -> String {
        let one = |finding: &Finding| {
            json!({
                "check": finding.check,
                "state": finding.state.name(),
                "text": masked(&finding.text),
                "fix": finding.fix.as_deref().map(masked),
            })
        };
        let object: Value = json!({
            "aws_auth": env!("CARGO_PKG_VERSION"),
            "system": std::env::consts::OS,
            "machine": std::env::consts::ARCH,
            "checks": self.findings.iter().map(one).collect::<Vec<_>>(),
        });
        text::json(&format!("{object:#}\n"))
    }
}

/// A failure without what a program said of it, which stands in brackets at its end.
fn without_words(error: &Error) -> String {
    let reason = error.reason();
    match reason.find(" (") {
        Some(at) if reason.ends_with(')') => reason[..at].to_owned(),
        _ => reason,
    }
}

/// `text` without what tells whose it is: the home directory, what stands in quotes, the names in ARNs, accounts.
fn masked(text: &str) -> String {
    let home = environment::text("HOME").ok().flatten().filter(|home| home.len() > 1);
    let text = home.map_or_else(|| text.to_owned(), |home| text.replace(&home, "~"));
    let quoted: Vec<String> =
        text.split('"').enumerate().map(|(at, part)| if at % 2 == 1 { "…".into() } else { words(part) }).collect();
    quoted.join("\"")
}

fn words(text: &str) -> String {
    let one = |word: &str| match word.find("arn:") {
        Some(at) if is_beginning(&word[..at]) => {
            let kind = word[at..]
                .rsplit(':')
                .next()
                .and_then(|resource| resource.split_once('/'))
                .map_or("", |(kind, _)| kind);
            format!("{}arn:…:{kind}/…", &word[..at])
        }
        _ => match word.split_once("credentials:") {
            Some((before, _)) => format!("{before}credentials:…"),
            None => without_accounts(word),
        },
    };
    let text = typed(text);
    let mut names = false;
    let masked = text.split(' ').map(|word| {
        let is_name = std::mem::replace(&mut names, NAMING.contains(&word));
        if is_name { "…".to_owned() } else { one(word) }
    });
    masked.collect::<Vec<_>>().join(" ")
}

/// Options whose value is what somebody has called something.
const NAMING: [&str; 4] = ["--profile", "--item", "--param", "--sso-session"];

/// Whether a word or a part of one begins behind `before`: `role_arn:` holds no ARN.
fn is_beginning(before: &str) -> bool {
    !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// A command's words in single quotes are names. A quote behind a letter is an apostrophe.
fn typed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\'') {
        out.push_str(before);
        out.push('\'');
        rest = after;
        if let Some(after) = behind(after).filter(|_| is_beginning(before)) {
            out.push_str("…'");
            rest = after;
        }
    }
    out + rest
}

/// What follows a word in single quotes, whose first stands before `text`; none where it does not end. A quote in the word
/// is written as some shell has it: `'\''`, `''` or `\'`.
fn behind(text: &str) -> Option<&str> {
    let mut rest = text;
    let mut end = None;
    while let Some((word, after)) = rest.split_once('\'') {
        let escaped = after.strip_prefix('\\').and_then(|rest| rest.strip_prefix(['\'', '!']));
        let more = if word.ends_with('\\') { Some(after) } else { escaped.unwrap_or(after).strip_prefix('\'') };
        // It may be the end all the same, if no other comes.
        end = Some(after);
        rest = match more {
            Some(more) => more,
            None => break,
        };
    }
    end
}

/// A word without each twelve digits in it.
fn without_accounts(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    let mut digits = String::new();
    for c in word.chars().chain(['\0']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        out.push_str(if digits.len() == 12 { "…" } else { &digits });
        digits.clear();
        if c != '\0' {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bug_report_names_nobody() {
        let rows = [
            ("the key …EXAM is of arn:aws:iam::111122223333:user/a/alice", "the key …EXAM is of arn:…:user/…"),
            ("pass \"work/alice\" has no role_arn", "pass \"…\" has no role_arn"),
            ("account 111122223333, 1234567890123 bytes", "account …, 1234567890123 bytes"),
            ("(arn:aws:iam::111122223333:mfa/alice)", "(arn:…:mfa/…"),
            ("role_arn: none", "role_arn: none"),
            ("put the value into it: pass edit 'acme corp/aws'", "put the value into it: pass edit '…'"),
            ("it is within 1 second of AWS's, and here's 'acme'", "it is within 1 second of AWS's, and here's '…'"),
            ("look: pass git log -- 'acme.gpg'", "look: pass git log -- '…'"),
            ("aws-auth setup --import credentials:acme", "aws-auth setup --import credentials:…"),
            ("aws-auth rotate --profile acme --param v=acme", "aws-auth rotate --profile … --param …"),
            ("aws-auth setup --import 'credentials:acme; x'", "aws-auth setup --import '…'"),
            (r"pass edit 'acme'\''s one'\''s' now", "pass edit '…' now"),
            (r"pass edit 'acme\'s one' now", "pass edit '…' now"),
            (r"pass edit 'acme'\!'s one' now", "pass edit '…' now"),
            ("pass edit 'acme''s one' now", "pass edit '…' now"),
            (r"pass edit 'acme\' now", r"pass edit '…' now"),
            ("type 'acme' or 'work'", "type '…' or '…'"),
            ("sign in: aws sso login --profile acme, then go on", "sign in: aws sso login --profile … then go on"),
            ("a profile is --profile acme", "a profile is --profile …"),
            ("aws sso login --sso-session acme", "aws sso login --sso-session …"),
        ];
        for (text, expected) in rows {
            assert_eq!(masked(text), expected);
        }
        assert!(!masked(&r"\'".repeat(1 << 20)).is_empty(), "it ends");
    }

    #[test]
    fn no_terminal_acts_on_a_line_of_it() {
        let mut report = Report::default();
        report.warn("key", "made \u{9b}2J\u{1b}[31m\u{202e}now", "type\u{7} this");
        assert_eq!(report.text(), "warning  key        made 2Jnow\n                    → type this\n");
    }
}
