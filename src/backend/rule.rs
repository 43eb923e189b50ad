//! The small parts of manifests: arguments, and the rules that say what an answer means.

use super::kind::Kind;
use serde::Deserialize;

/// One argument, or several that are given only if each of their placeholders has a value.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "an argument, or a list of arguments that belong together")]
pub enum Argument {
    /// Given always.
    One(String),
    /// Given if all placeholders have values.
    Group(Vec<String>),
}

impl Argument {
    /// Each of them.
    #[must_use]
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Group(texts) => texts,
        }
    }
}

/// Says what an answer means. All that is given must hold; the first rule that fits wins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// The exit code.
    pub exit: Option<u8>,
    /// The first line of standard output is this.
    pub first_line: Option<Texts>,
    /// Standard output begins with this.
    pub stdout_begins: Option<Texts>,
    /// Standard output is empty or blank.
    pub empty: Option<bool>,
    /// Standard error holds this.
    pub stderr: Option<Texts>,
    /// A message on standard error begins with this.
    pub stderr_begins: Option<Texts>,
    /// What it means.
    pub kind: Kind,
    /// Why it failed, where this failure of its kind has a reason of its own.
    pub why: Option<String>,
    /// What to do next, where this failure of its kind has a way out of its own.
    pub hint: Option<String>,
}

impl Rule {
    /// Whether it goes by something, so that not every answer fits.
    #[must_use]
    pub fn tests(&self) -> bool {
        let texts = [&self.first_line, &self.stdout_begins, &self.stderr, &self.stderr_begins];
        let mut all = texts.into_iter().flatten().flat_map(Texts::all);
        let is_said = self.exit.is_some() || self.empty.is_some() || texts.iter().any(|texts| texts.is_some());
        is_said && all.all(|text| !text.is_empty())
    }

    /// All texts that it tests for.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        let all = [&self.first_line, &self.stdout_begins, &self.stderr, &self.stderr_begins];
        all.into_iter().flatten().flat_map(Texts::all).chain(&self.hint)
    }
}

/// A text, or several of which one is enough.
#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a text, or a list of texts of which one is enough")]
pub enum Texts {
    /// This one.
    One(String),
    /// One of these.
    Any(Vec<String>),
}

impl Texts {
    /// Each of them.
    #[must_use]
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Any(texts) => texts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_tells_all_texts_in_which_placeholders_count() {
        let rule: Rule = toml::from_str(
            "exit = 1\nkind = 'not-found'\nhint = 'a'\nfirst_line = 'b'\nstdout_begins = ['c', 'd']\nstderr = 'e'\nstderr_begins = ['f']\n",
        )
        .unwrap();
        assert_eq!(rule.texts().map(String::as_str).collect::<Vec<_>>(), ["b", "c", "d", "e", "f", "a"]);
    }

    #[test]
    fn arguments_that_belong_together_stay_together() {
        #[derive(Deserialize)]
        struct Call {
            argv: Vec<Argument>,
        }
        let call: Call = toml::from_str("argv = ['show', ['--vault', '{vault}'], '{entry}']").unwrap();
        let texts: Vec<_> = call.argv.iter().map(Argument::texts).collect();
        assert_eq!(
            texts,
            [&["show".to_owned()][..], &["--vault".to_owned(), "{vault}".to_owned()], &["{entry}".to_owned()]]
        );
    }
}
