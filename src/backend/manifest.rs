//! A manifest: one manager as facts. `backends/README.md` explains the format to those who write one.

use super::field::Field;
use super::kind::Kind;
pub use super::rule::{Argument, Rule, Texts};
use super::template;
use super::write::form::Write;
use crate::error::{Class, Error};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The largest manifest read, in bytes; the largest of ours has under 4 KiB.
pub const MAX_BYTES: usize = 1 << 20;

/// One manager.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What people call the manager.
    pub title: String,
    /// Other names that it goes by.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Why it is not yet trusted fully, if it is not.
    pub experimental: Option<String>,
    /// Whether a user's manifest may stand in for a built-in one of the same name.
    #[serde(default)]
    pub replaces_built_in: bool,
    /// The programs, tried in this order.
    #[serde(default)]
    pub program: Vec<String>,
    /// How to install it.
    pub install: Option<String>,
    /// The item when none is named; without one, `[entries]` at the root.
    pub item: Option<String>,
    /// Other ways to name an item, with its parameters in it; the first that fits counts.
    pub address: Option<Texts>,
    /// What to do next, for kinds where there is something better to say than the general hint; `{entry}` is the name
    /// that could not be read.
    #[serde(default)]
    pub hints: BTreeMap<Kind, String>,
    /// What the manager needs to know beside the item.
    #[serde(default)]
    pub params: BTreeMap<String, Param>,
    /// The variables by which the manager chooses its store, account or server: with another value, an item is another. A
    /// `*` at the end stands for any ending.
    #[serde(default)]
    pub store_variables: Vec<String>,
    /// Those of them that only unlock, and have another value each time: it counts whether they are set.
    #[serde(default)]
    pub unlock_variables: Vec<String>,
    /// The program's environment.
    #[serde(default)]
    pub env: Env,
    /// What changes when the manager must not ask anything.
    #[serde(default)]
    pub quiet: Quiet,
    /// How an item is read.
    pub read: Option<Read>,
    /// The names of entries that hold one value each, where an item is a folder of such.
    #[serde(default)]
    pub entries: BTreeMap<Field, String>,
    /// How the names of the entries in a folder are told, where asking for the folder does not tell them.
    pub list: Option<List>,
    /// How the names of all items are told: where one is not found, the nearest is.
    pub items: Option<Items>,
    /// Fields that an item of their own may hold as its one value, named by parameters; they count before the item's.
    #[serde(default)]
    pub elsewhere: BTreeMap<Field, String>,
    /// Names for fields beyond the general ones.
    #[serde(default)]
    pub names: BTreeMap<Field, Vec<String>>,
    /// Answers with exit code 0 that are not the item.
    #[serde(default)]
    pub guard: Vec<Rule>,
    /// What failures mean.
    #[serde(default)]
    pub error: Vec<Rule>,
    /// How an item is written, where that was tried.
    pub write: Option<Write>,
    /// In place of `program` and `read`: the environment variables that hold the values, and the rules they come with.
    pub variables: Option<BTreeMap<String, Vec<String>>>,
}

/// What an address may name beside the parameters: a section of the item, a field of it, or whichever of the two it has.
pub const IN_ADDRESS: [&str; 3] = ["section", "field", "inner"];

/// Something a manager needs to know beside the item.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// What it is.
    pub help: String,
    /// The value when none is given.
    pub default: Option<String>,
    /// Whether nothing can be read without it.
    #[serde(default)]
    pub required: bool,
    /// Whether `none` leaves it out, for one that has a default.
    #[serde(default)]
    pub none: bool,
    /// The option that its placeholder stands for when it is given as `yes`.
    pub flag: Option<String>,
    /// Whether it is a file: `~/` at its beginning is the home directory, as no shell sees it in a config file.
    #[serde(default)]
    pub path: bool,
}

/// Changes to the environment that the program inherits.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Env {
    /// Set in any case.
    #[serde(default)]
    pub set: BTreeMap<String, String>,
    /// Set where the user has not set it.
    #[serde(default)]
    pub default: BTreeMap<String, String>,
    /// Added, after a blank, to what the user has set.
    #[serde(default)]
    pub append: BTreeMap<String, String>,
    /// Removed; a `*` at the end stands for any ending.
    #[serde(default)]
    pub remove: Vec<String>,
}

/// What changes when the manager must not ask anything.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// Whether it must never ask, because what it asks could not be seen or answered.
    #[serde(default)]
    pub always: bool,
    /// Arguments put after those of `[read]`.
    #[serde(default)]
    pub argv: Vec<String>,
    /// Arguments of a call that never asks, made first; if it fails the manager is locked.
    #[serde(default)]
    pub probe: Vec<String>,
    /// Further changes to the environment.
    #[serde(default)]
    pub env: Env,
    /// What the manager says on standard error where it cannot be kept from asking. Where that was not forbidden, and only
    /// a terminal was missing, it is asked again as if it could ask.
    pub refused: Option<String>,
}

/// How an item is read.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Read {
    /// The arguments.
    pub argv: Vec<Argument>,
    /// What the answer looks like.
    pub shape: Shape,
    /// `pairs`: the field that line 1, which has no name, holds.
    pub first: Option<Field>,
    /// `json`: where the pairs are: arrays of objects with a name and a value, or objects whose keys are the names.
    #[serde(default)]
    pub pairs: Vec<String>,
    /// `json`: the keys of a pair's name, tried in this order.
    #[serde(default)]
    pub name: Vec<String>,
    /// `json`: the keys of a pair's value, tried in this order.
    #[serde(default)]
    pub value: Vec<String>,
    /// `json`: where the item's own name is, which must be the one asked for, or its id.
    #[serde(default)]
    pub select: Vec<String>,
    /// `records`: the bytes that begin an item, begin a record, and stand between its name and value.
    pub marks: Option<[char; 3]>,
    /// `json`: where a pair says which section it stands in.
    pub section: Option<String>,
    /// `json`: what a pair says, by where it says it, if its value is a one-time password, whatever its name.
    #[serde(default)]
    pub code: BTreeMap<String, String>,
    /// The names of pairs that hold the value where an item has only one (`[entries]`); the first that is filled counts.
    pub single: Option<Texts>,
    /// The names of pairs that hold free text, which is read too; what is found there is less sure than the other pairs.
    /// With `pairs`, the answer is a list of fields and not one text.
    pub notes: Option<Texts>,
    /// `pairs`: how the line after such a text begins.
    pub notes_end: Option<Texts>,
    /// What begins the line that the item's text begins in, and the line after it, where the answer shows more of an item.
    pub between: Option<[String; 2]>,
    /// Beginnings of lines on standard error that are for programs and are not quoted to people.
    #[serde(default)]
    pub noise: Vec<String>,
    /// What a log puts before a message on standard error; each `0` stands for any digit. A line without it goes on the
    /// message before.
    pub log_prefix: Option<String>,
    /// Whether the manager asks on standard error, which is then shown as it comes.
    #[serde(default)]
    pub asks_on_stderr: bool,
    /// The most that it may answer, in KiB: for those that can only list.
    #[serde(default = "default_kib")]
    pub kib: usize,
    /// Seconds to wait for an answer when the manager cannot ask anybody.
    #[serde(default = "default_timeout")]
    pub timeout: u64,
}

/// How names are told: as a list in JSON, or one a line.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The arguments.
    pub argv: Vec<Argument>,
}

/// How the names of all items are told.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    /// The arguments.
    pub argv: Vec<Argument>,
    /// What stands alone in the answer where there is no item at all.
    pub heading: Option<String>,
    /// What to do next where there is none.
    pub hint: Option<String>,
}

const fn default_kib() -> usize {
    64
}

const fn default_timeout() -> u64 {
    60
}

impl Read {
    /// The texts of all arguments.
    fn texts(&self) -> impl Iterator<Item = &str> {
        self.argv.iter().flat_map(Argument::texts).map(String::as_str)
    }
}

/// What an answer looks like.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// One value, and nothing else.
    Line,
    /// Lines of `name: value`.
    Pairs,
    /// Items, records, names and values told apart by control characters.
    Records,
    /// JSON.
    Json,
}

impl Manifest {
    /// Reads a manifest. `place` is the file's name, for messages.
    pub fn parse(text: &str, place: &str) -> Result<Self, Error> {
        let manifest: Self = parse_toml(text, place)?;
        manifest.check().and_then(|()| manifest.check_used(text)).map_err(|why| refused(place, &why))?;
        Ok(manifest)
    }

    /// Refuses a parameter that nothing in the text takes: whoever gave it would get another item than was meant.
    fn check_used(&self, text: &str) -> Result<(), String> {
        let is_idle = |name: &&String| !OF_ANSWER.contains(&name.as_str()) && !text.contains(&format!("{{{name}}}"));
        match self.params.keys().find(is_idle) {
            Some(name) => Err(format!("the parameter \"{name}\" does nothing: {{{name}}} stands nowhere")),
            None => Ok(()),
        }
    }

    /// What the types cannot say.
    fn check(&self) -> Result<(), String> {
        if let Some((name, why)) = self.for_people().find_map(|(name, text)| Some((name, unfit(text)?))) {
            return Err(format!("{name} {why}"));
        }
        if let Some(name) = self.params.keys().find(|name| OWN.contains(&name.as_str())) {
            return Err(format!("the parameter \"{name}\" has the name of a placeholder that means something already"));
        }
        if self.rules().any(|rule| !rule.tests()) {
            return Err(
                "a rule of [[guard]] or [[error]] has to say what it goes by, and no text of it is empty".into()
            );
        }
        if let Some(name) = self.params.keys().find(|name| super::params::is_taken(name)) {
            return Err(format!(
                "the parameter \"{name}\" has the name of an option: aws_auth_{name} means that already"
            ));
        }
        match (&self.read, &self.variables) {
            (Some(read), None) => self.check_read(read),
            (None, Some(variables)) => {
                let unknown = variables.keys().find(|name| !is_variable_role(name));
                unknown.map_or(Ok(()), |name| Err(format!("[variables] does not know \"{name}\"")))
            }
            _ => Err("it needs either `program` and [read], or [variables]".into()),
        }
    }

    fn check_read(&self, read: &Read) -> Result<(), String> {
        if self.program.is_empty() || self.program.iter().any(|name| name.is_empty() || name.starts_with('-')) {
            return Err("`program` needs the name of a program".into());
        }
        let is_one = |name: &String| {
            name.starts_with('/') || !name.contains(|c: char| c.is_whitespace() || matches!(c, '/' | '~' | '{'))
        };
        if let Some(name) = self.program.iter().find(|name| !is_one(name)) {
            let name = crate::text::quote(name);
            return Err(format!(
                "`program` has \"{name}\": it takes a name on PATH or a whole path, without arguments"
            ));
        }
        let argv: Vec<&str> = read.texts().collect();
        let is_line = |pair: &[&str]| matches!(pair[0], "-c" | "-e") && pair[1].contains('{');
        if self.program.iter().any(|name| runs_lines(name)) && argv.windows(2).any(is_line) {
            return Err(
                "`argv` gives a line to a shell that would run what an item is called: write a script, and name that"
                    .into(),
            );
        }
        if read.timeout == 0 {
            return Err("`timeout` is a number of seconds from 1".into());
        }
        let known = |name: &str| matches!(name, "entry" | "tty") || self.params.contains_key(name);
        for name in self.templates(read).flat_map(template::placeholders) {
            if name == "value" {
                return Err("{value} must not be an argument: every user of the machine can read those".into());
            }
            if !known(name) {
                return Err(format!("{{{name}}} is neither entry, nor tty, nor one of [params]"));
            }
        }
        let names_item = |text: &String| {
            let mut names = template::placeholders(text).peekable();
            names.peek().is_some() && names.all(|name| self.params.contains_key(name))
        };
        if !self.elsewhere.values().all(names_item) {
            return Err("[elsewhere] needs names that are made of [params]".into());
        }
        if !read.texts().flat_map(template::placeholders).any(|name| name == "entry") {
            return Err("`argv` of [read] does not say where {entry} goes".into());
        }
        if let Some(write) = &self.write {
            write.check(known)?;
        }
        for address in self.address.iter().flat_map(Texts::all) {
            if !template::placeholders(address).any(|name| name == "entry") {
                return Err("`address` does not say where {entry} is".into());
            }
            let unknown = template::placeholders(address).find(|name| !known(name) && !IN_ADDRESS.contains(name));
            if let Some(name) = unknown {
                return Err(format!("{{{name}}} is neither entry nor one of [params]"));
            }
        }
        if !(1..=4096).contains(&read.kib) {
            return Err("`kib` is from 1 to 4096".into());
        }
        match read.shape {
            Shape::Json if read.pairs.is_empty() => Err("shape = \"json\" needs `pairs`".into()),
            Shape::Records if read.marks.is_none() => Err("shape = \"records\" needs `marks`".into()),
            Shape::Line if self.entries.is_empty() => {
                Err("shape = \"line\" needs [entries]: an item has several values".into())
            }
            _ => Ok(()),
        }
    }

    /// All that say what an answer means, to reading and to writing.
    fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.guard.iter().chain(&self.error).chain(self.write.iter().flat_map(|write| &write.error))
    }

    /// The texts that people are shown, each with what to call it.
    fn for_people(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let one = [("`title`", Some(&self.title)), ("`experimental`", self.experimental.as_ref())];
        let two = [("`install`", self.install.as_ref()), ("`item`", self.item.as_ref())];
        let one = one.into_iter().chain(two).filter_map(|(name, text)| Some((name, text?)));
        let hints = self.hints.values().map(|text| ("a text of [hints]", text));
        let write = self.write.iter().flat_map(|write| write.hints.values().chain(&write.asks));
        let hints = hints.chain(write.map(|text| ("a text of [write]", text)));
        let rules = self.rules().flat_map(|rule| {
            let why = rule.why.iter().map(|text| ("the `why` of a rule", text));
            why.chain(rule.hint.iter().map(|text| ("the hint of a rule", text)))
        });
        let items = self.items.iter().filter_map(|items| items.hint.as_ref());
        let hints = hints.chain(rules).chain(items.map(|text| ("the hint of [items]", text)));
        let programs = self.program.iter().map(|text| ("`program`", text));
        let params = self
            .params
            .iter()
            .flat_map(|(name, param)| [Some(name), Some(&param.help), param.default.as_ref()].into_iter().flatten());
        let params = params.map(|text| ("a text of [params]", text));
        let variables = self.variables.iter().flat_map(|roles| roles.values().flatten());
        let variables = variables.map(|text| ("a text of [variables]", text));
        let all = one.chain(programs).chain(hints).chain(params).chain(variables);
        all.map(|(name, text)| (name, text.as_str()))
    }

    /// Every text in which placeholders mean something.
    fn templates<'a>(&'a self, read: &'a Read) -> impl Iterator<Item = &'a str> {
        let quiet = self.quiet.argv.iter().chain(&self.quiet.probe);
        let env = [&self.env, &self.quiet.env].into_iter();
        let env = env.flat_map(|env| env.set.values().chain(env.default.values()).chain(env.append.values()));
        let rules = self.rules().flat_map(Rule::texts);
        let write_hints = self.write.iter().flat_map(|write| write.hints.values());
        let names = self.entries.values().chain(self.hints.values()).chain(write_hints);
        let list = self.list.iter().flat_map(|list| list.argv.iter().flat_map(Argument::texts)).map(String::as_str);
        let items = self.items.iter().flat_map(|items| items.argv.iter().flat_map(Argument::texts)).map(String::as_str);
        read.texts().chain(list).chain(items).chain(quiet.chain(env).chain(rules).chain(names).map(String::as_str))
    }
}

/// Parameters that say which part of an answer is meant, and stand in no argument.
const OF_ANSWER: [&str; 3] = ["field", "inner", "section"];

/// Placeholders that are not of parameters.
const OWN: [&str; 5] = ["entry", "tty", "value", "secret", "new"];

/// Whether a program runs the line that it is given as an argument.
fn runs_lines(program: &str) -> bool {
    let name = program.rsplit('/').next().unwrap_or_default();
    ["sh", "bash", "dash", "zsh", "ksh", "fish", "python", "python3", "perl", "ruby", "node"].contains(&name)
}

/// The longest text that people are shown, in characters: some lines of a terminal.
const TEXT: usize = 1024;

/// Why a text cannot be shown to people, if it cannot.
fn unfit(text: &str) -> Option<String> {
    if crate::text::is_printable(text) {
        return text.chars().nth(TEXT).map(|_| format!("is longer than {TEXT} characters"));
    }
    Some("holds a character that a terminal would act on, or that turns the reading order around".into())
}

/// Reads TOML that people write. A mistake is told with its place and without any value.
pub(super) fn parse_toml<T: serde::de::DeserializeOwned>(text: &str, place: &str) -> Result<T, Error> {
    let text = text.trim_start_matches('\u{feff}');
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or_else(String::new, |span| position(text, span.start));
        refused(&format!("{place}{at}"), &without_values(error.message()))
    })
}

/// The fields, and the token whose presence means that the keys beside it are temporary.
fn is_variable_role(name: &str) -> bool {
    name == "session_token" || Field::ALL.iter().any(|field| field.name() == name)
}

fn refused(place: &str, why: &str) -> Error {
    Error::new(Class::Config, format!("{place} cannot be used"))
        .because(crate::text::quote(why))
        .hint("the format is explained in backends/README.md; check the file with: aws-auth backends check FILE")
}

/// `:line:column` of a byte offset, counted from 1.
fn position(text: &str, offset: usize) -> String {
    let before = &text.as_bytes()[..offset.min(text.len())];
    let line = before.split(|byte| *byte == b'\n').count();
    let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
    format!(":{line}:{column}")
}

/// A parser's message without the values it quotes: one may be a secret in a wrong place.
fn without_values(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let mut out = String::new();
    for (index, part) in first.split('"').enumerate() {
        out.push_str(if index % 2 == 0 { part } else { "…" });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title = 'x'\nprogram = ['x']\n[read]\nargv = ['show', '{entry}']\nshape = 'pairs'\n";

    const WRITE: &str = "[write]\nargv = ['put', '{entry}']\nremove = ['rm', '{entry}']\n";

    fn refusal(text: &str) -> String {
        Manifest::parse(text, "x.toml").expect_err(text).to_string()
    }

    #[test]
    fn a_small_manifest_is_enough() {
        let manifest = Manifest::parse(&format!("\u{feff}{}", GOOD.replace('\n', "\r\n")), "x.toml").unwrap();
        assert_eq!(manifest.title, "x");
    }

    #[test]
    fn r80_mistakes_are_told_with_their_place() {
        let rows = [
            ("", "missing field `title`"),
            ("title = 'x'\n", "either `program` and [read], or [variables]"),
            ("title = 'x'\ntitel = 'y'\n", "x.toml:2:1"),
            ("title = 'x'\ntitle = 'y'\n", "duplicate key"),
            ("title = 5\n", "x.toml:1:9"),
            (&GOOD.replace("{entry}", "x"), "where {entry} goes"),
            (&GOOD.replace("'show'", "'{nope}'"), "{nope} is neither"),
            (&GOOD.replace("'show'", "'{value}'"), "{value} must not be an argument"),
            (&GOOD.replace("'pairs'", "'json'"), "needs `pairs`"),
            (&format!("{GOOD}[[error]]\nkind = 'other'\nstderr = '{{nope}}'\n"), "{nope} is neither"),
            (&format!("{GOOD}{WRITE}[[write.error]]\nkind = 'other'\nstderr = '{{nope}}'\n"), "{nope} is neither"),
            (&format!("{GOOD}{WRITE}[write.hints]\nother = '{{nope}}'\n"), "{nope} is neither"),
            (&GOOD.replace("['show', '{entry}']", "'show {entry}'"), "x.toml:4:8"),
        ];
        for (text, expected) in rows {
            let told = refusal(text);
            assert!(told.contains(expected), "{text:?}: {told}");
        }
    }

    #[test]
    fn what_the_types_cannot_say_is_told() {
        let json = GOOD.replace("'pairs'", "'json'");
        let params = format!("{GOOD}[params]\nvault = {{ help = 'v' }}\n");
        let rows = [
            (format!("{json}pairs = ['x']\n"), ""),
            (GOOD.replace("['x']", "[]"), "`program` needs the name"),
            (GOOD.replace("['x']", "['']"), "`program` needs the name"),
            (GOOD.replace("['x']", "['x', '-y']"), "`program` needs the name"),
            (GOOD.replace("['x']", "['/opt/my tools/x']"), ""),
            (GOOD.replace("['x']", "['x -d']"), "without arguments"),
            (GOOD.replace("['x']", "['~/x']"), "without arguments"),
            (GOOD.replace("['x']", "['./x']"), "without arguments"),
            (GOOD.replace("['x']", "['{entry}']"), "without arguments"),
            (
                GOOD.replace("['x']", "['sh']").replace("'show'", "'-c', 'x {entry}'"),
                "would run what an item is called",
            ),
            (GOOD.replace("['x']", "['/bin/bash']").replace("'show'", "'/opt/x', '-c', 'x'"), ""),
            (GOOD.replace("'show'", "'-c'"), ""),
            (format!("{GOOD}timeout = 0\n"), "seconds from 1"),
            (params.clone(), "the parameter \"vault\" does nothing"),
            (format!("{GOOD}[params]\nentry = {{ help = 'e' }}\n"), "the name of a placeholder"),
            (format!("{GOOD}[[error]]\nkind = 'not-found'\n"), "what it goes by"),
            (format!("{GOOD}[[error]]\nkind = 'not-found'\nexit = 1\n"), ""),
            (format!("{GOOD}[[error]]\nkind = 'not-found'\nstderr = ''\n"), "what it goes by"),
            (format!("{GOOD}[[guard]]\nkind = 'not-found'\nstderr = ['x', '']\n"), "what it goes by"),
            (GOOD.replace("'show'", "'{tty}'"), ""),
            (params.replace("'show'", "'{vault}'"), ""),
            (format!("address = 'x://{{vault}}/{{entry}}#{{section}}'\n{params}"), ""),
            (format!("address = 'x://{{vault}}'\n{params}"), "`address` does not say where {entry} is"),
            (format!("address = 'x://{{nope}}/{{entry}}'\n{params}"), "{nope} is neither"),
            (format!("{params}[elsewhere]\notp = 'x/{{vault}}'\n"), ""),
            (format!("{params}[elsewhere]\notp = 'x'\n"), "[elsewhere] needs names"),
            (format!("{params}[elsewhere]\notp = '{{vault}}{{entry}}'\n"), "[elsewhere] needs names"),
            (format!("{GOOD}kib = 1\n"), ""),
            (format!("{GOOD}kib = 4096\n"), ""),
            (format!("{GOOD}kib = 0\n"), "`kib` is from 1 to 4096"),
            (format!("{GOOD}kib = 4097\n"), "`kib` is from 1 to 4096"),
            (GOOD.replace("'pairs'", "'records'"), "needs `marks`"),
            (format!("{}marks = ['a', 'b', 'c']\n", GOOD.replace("'pairs'", "'records'")), ""),
            (GOOD.replace("'pairs'", "'line'"), "needs [entries]"),
            (format!("{}[entries]\notp = 'x'\n", GOOD.replace("'pairs'", "'line'")), ""),
            (format!("{GOOD}[entries]\notp = '{{nope}}'\n"), "{nope} is neither"),
            (format!("{GOOD}[hints]\nother = '{{nope}}'\n"), "{nope} is neither"),
            (format!("{GOOD}[quiet]\nargv = ['{{nope}}']\n"), "{nope} is neither"),
            (format!("{GOOD}[quiet]\nprobe = ['{{nope}}']\n"), "{nope} is neither"),
            (format!("{GOOD}[env.set]\nX = '{{nope}}'\n"), "{nope} is neither"),
            (format!("{GOOD}[quiet.env.append]\nX = '{{nope}}'\n"), "{nope} is neither"),
            (format!("{GOOD}[list]\nargv = ['{{nope}}']\n"), "{nope} is neither"),
            (format!("{GOOD}[items]\nargv = ['{{nope}}']\n"), "{nope} is neither"),
            (format!("{GOOD}[variables]\notp = ['X']\n"), "either `program` and [read], or [variables]"),
            ("title = 'x'\n[variables]\notp = ['X']\nsession_token = ['Y']\n".into(), ""),
            ("title = 'x'\n[variables]\nnope = ['X']\n".into(), "[variables] does not know \"nope\""),
            (format!("install = '{}'\n{GOOD}", "x".repeat(TEXT)), ""),
        ];
        for (text, expected) in rows {
            let told = Manifest::parse(&text, "x").map_or_else(|why| why.to_string(), |_| String::new());
            assert!(told.contains(expected) && told.is_empty() == expected.is_empty(), "{text}: {told}");
        }
        let read = Manifest::parse(GOOD, "x").unwrap().read.unwrap();
        assert_eq!((read.kib, read.timeout), (64, 60));
    }

    #[test]
    fn a12_a_text_for_people_drives_no_terminal() {
        let esc = "\\u001b]0;x\\u0007";
        let more = format!("{GOOD}[params]\nv = {{ help = \"{esc}\" }}\n");
        let rows = [
            (GOOD.replace("'x'\nprogram", &format!("\"{esc}\"\nprogram")), "`title`"),
            (format!("install = \"{esc}\"\n{GOOD}"), "`install`"),
            (format!("experimental = \"a\\u202eb\"\n{GOOD}"), "`experimental`"),
            (format!("{GOOD}[hints]\nlocked = \"{esc}\"\n"), "[hints]"),
            (more, "[params]"),
            (GOOD.replace("['x']", &format!("[\"{esc}\"]")), "`program`"),
            (format!("{GOOD}[[error]]\nkind = 'other'\nhint = \"{esc}\"\n"), "the hint of a rule"),
            (format!("{GOOD}[[error]]\nkind = 'other'\nwhy = \"{esc}\"\n"), "the `why` of a rule"),
            (format!("{GOOD}[items]\nargv = ['ls']\nhint = \"{esc}\"\n"), "the hint of [items]"),
            (format!("{GOOD}{WRITE}[[write.error]]\nkind = 'other'\nhint = \"{esc}\"\n"), "the hint of a rule"),
            (format!("{GOOD}{WRITE}[write.hints]\nlocked = \"{esc}\"\n"), "a text of [write]"),
            (format!("{GOOD}{WRITE}asks = \"{esc}\"\n"), "a text of [write]"),
            (format!("install = '{}'\n{GOOD}", "x".repeat(TEXT + 1)), "1024"),
        ];
        for (text, expected) in rows {
            let told = refusal(&text);
            assert!(told.contains(expected) && !told.contains(['\u{1b}', '\u{202e}']), "{text:?}: {told}");
        }
        // a text that only programs see may hold what it has to
        assert!(Manifest::parse(&GOOD.replace("'show'", "\"\\u001d\""), "x").is_ok());
    }

    #[test]
    fn r31_a_mistake_is_told_without_the_value_in_it() {
        for text in ["title = 'x'\nprogram = \"CANARY/K7MDENG\"\n", "title = 'x'\nkey = CANARY/K7MDENG\n"] {
            let told = refusal(text);
            assert!(told.contains("x.toml:2") && !told.contains("CANARY"), "{told}");
        }
    }
}
