//! How each shell tells what was typed, and how it takes what can be inserted.
//!
//! A candidate comes from a file, and what is inserted is a part of a command line. zsh, fish and elvish quote it
//! themselves; bash inserts it as it is.

use super::candidate::Candidate;
use crate::text::is_printable;
use std::borrow::Cow;

/// The form of questions and answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// The line is split here, since bash splits it at `:` and `=` too, and replaces only the last of these parts.
    Bash,
    /// `word:help`, as `_describe` reads it.
    Zsh,
    /// The word, a tab, the help: fish and elvish.
    Tabbed,
}

/// What was asked.
#[derive(Debug)]
pub struct Asked {
    spelling: Spelling,
    /// The words between the program's name and the one at the cursor.
    pub words: Vec<String>,
    /// The word at the cursor, up to it.
    pub current: String,
    /// How much of `current` stays, in bytes.
    kept: usize,
    /// Whether the word at the cursor stands in quotes that are still open.
    open: bool,
}

impl Spelling {
    /// The spelling of the shell called `name`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "bash" => Some(Self::Bash),
            "zsh" => Some(Self::Zsh),
            "fish" | "elvish" => Some(Self::Tabbed),
            _ => None,
        }
    }
}

impl Asked {
    /// Reads what a script hands over; none where there is nothing to complete, as behind a redirection.
    #[must_use]
    pub fn new(spelling: Spelling, words: &[Cow<'_, str>]) -> Option<Self> {
        if spelling != Spelling::Bash {
            let [_, words @ .., current] = words else { return None };
            let words = words.iter().map(ToString::to_string).collect();
            return Some(Self { spelling, words, current: current.to_string(), kept: 0, open: false });
        }
        let [line, replaced] = words else { return None };
        let mut words = split(line);
        let raw = words.pop()?;
        if words.last().is_some_and(|word| word.ends_with(['<', '>'])) || raw.starts_with(['<', '>']) {
            return None;
        }
        let (current, open) = unquoted(raw);
        let (kept, _) = unquoted(raw.strip_suffix(&**replaced)?);
        let words = words.into_iter().skip(1).map(|word| unquoted(word).0).collect();
        Some(Self { spelling, words, kept: kept.len(), current, open })
    }

    /// The lines that answer it. What a terminal would act on, or show in another order, is not offered.
    #[must_use]
    pub fn spelled(&self, candidates: Vec<Candidate>) -> String {
        let lines = candidates.into_iter().filter(|it| is_printable(&it.word));
        lines.filter_map(|candidate| self.line(&candidate)).flat_map(|line| [line, "\n".into()]).collect()
    }

    fn line(&self, Candidate { word, help }: &Candidate) -> Option<String> {
        match self.spelling {
            Spelling::Tabbed => Some(format!("{word}\t{help}")),
            Spelling::Zsh => {
                let word = escaped(word, |c| matches!(c, '\\' | ':'));
                // One without help must have no `:`, or zsh lists all such in one row.
                Some(if help.is_empty() { word } else { format!("{word}:{help}") })
            }
            Spelling::Bash => {
                let fits = word.starts_with(&self.current) && !(self.open && word.contains(is_special));
                fits.then(|| escaped(&word[self.kept..], is_special))
            }
        }
    }
}

/// Whether bash would read more into `c` than the character.
fn is_special(c: char) -> bool {
    !(c.is_alphanumeric() || "_-+=:,./@%^".contains(c))
}

fn escaped(word: &str, special: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if special(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// The words of a line of bash, quotes and all; the last is the one at the cursor, and may be empty.
fn split(line: &str) -> Vec<&str> {
    let (mut words, mut start, mut quote, mut after_backslash) = (Vec::new(), 0, None, false);
    for (at, c) in line.char_indices() {
        match (quote, c) {
            _ if after_backslash => after_backslash = false,
            (None | Some('"'), '\\') => after_backslash = true,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None, ' ' | '\t' | '\n') => {
                if start < at {
                    words.push(&line[start..at]);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&line[start..]);
    words
}

/// A word without its quotes, and whether some are still open.
fn unquoted(word: &str) -> (String, bool) {
    let (mut out, mut quote, mut after_backslash) = (String::new(), None, false);
    for c in word.chars() {
        match (quote, c) {
            _ if after_backslash => {
                after_backslash = false;
                out.push(c);
            }
            (None | Some('"'), '\\') => after_backslash = true,
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => out.push(c),
        }
    }
    (out, quote.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(line: &str, replaced: &str) -> Option<Asked> {
        Asked::new(Spelling::Bash, &[line.into(), replaced.into()])
    }

    #[test]
    fn a_line_of_bash_has_the_words_that_bash_will_find() {
        let rows: &[(&str, &[&str], &str, bool)] = &[
            ("aws-auth ", &[], "", false),
            ("aws-auth  --from\tpass --item ", &["--from", "pass", "--item"], "", false),
            ("aws-auth --item 'a b' --pro", &["--item", "a b"], "--pro", false),
            ("aws-auth --item a\\ b --x=\"c d", &["--item", "a b"], "--x=c d", true),
            ("aws-auth --item \"a\\\"b\" x", &["--item", "a\"b"], "x", false),
            ("aws-auth --item 'a\\' x", &["--item", "a\\"], "x", false),
            ("aws-auth --item '' x", &["--item", ""], "x", false),
        ];
        for (line, words, current, open) in rows {
            let found = asked(line, "").unwrap();
            assert_eq!(
                (found.words, &*found.current, found.open),
                (words.iter().map(|it| (*it).into()).collect(), *current, *open),
                "{line}"
            );
        }
        assert!(asked("aws-auth >", "").is_none() && asked("aws-auth 2> fi", "fi").is_none());
    }

    #[test]
    fn bash_gets_what_follows_the_part_it_keeps_with_every_special_character_escaped() {
        let rows = [
            ("aws-auth --profile ", "", "a:b", "a:b"),
            ("aws-auth --profile a:", "", "a:b", "b"),
            ("aws-auth --profile a:b", "b", "a:bc", "bc"),
            ("aws-auth --profile a:b", "a:b", "a:bc", "a:bc"),
            ("aws-auth --profile=a:b", "b", "--profile=a:bc", "bc"),
            ("aws-auth --profile a@b", "b", "a@bc", "bc"),
            (
                "aws-auth --profile ",
                "",
                "$(touch x)`y`'\"*?[~;&|<>!#{}\\ z",
                "\\$\\(touch\\ x\\)\\`y\\`\\'\\\"\\*\\?\\[\\~\\;\\&\\|\\<\\>\\!\\#\\{\\}\\\\\\ z",
            ),
            ("aws-auth --profile a\\$", "a\\$", "a$b", "a\\$b"),
            ("aws-auth --profile \"a", "a", "ab", "ab"),
            ("aws-auth --profile \"a:b", "a:b", "a:bc", "a:bc"),
        ];
        for (line, replaced, word, expected) in rows {
            let told = asked(line, replaced).unwrap().spelled(vec![Candidate::bare(word)]);
            assert_eq!(told, format!("{expected}\n"), "{line}");
        }
        for (line, replaced, word) in [
            ("aws-auth --profile b", "b", "abc"),
            ("aws-auth --profile \"a", "a", "a$b"),
            ("aws-auth --profile ", "", "a\nb"),
            ("aws-auth --profile ", "", "a\u{202e}b"),
        ] {
            assert_eq!(asked(line, replaced).unwrap().spelled(vec![Candidate::bare(word)]), "", "{line}");
        }
    }

    #[test]
    fn zsh_gets_words_that_its_list_reads_whole() {
        let asked = Asked::new(Spelling::Zsh, &["aws-auth".into(), "".into()]).unwrap();
        assert_eq!(asked.spelled(vec![Candidate::new("a:\\b", "c:d")]), "a\\:\\\\b:c:d\n");
        assert_eq!(asked.spelled(vec![Candidate::bare("a")]), "a\n");
    }
}
