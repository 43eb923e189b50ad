//! Recorded answers: what a manager's program said once, gone through by the code that reads live answers.
//!
//! A manifest in `DIR/NAME.toml` has them in `DIR/answers/NAME.toml`. They hold a manifest to what its manager really
//! does without that manager being there: the arguments it was given, how it ended, what it said, what that means.

use super::field::Field;
use super::kind::Kind;
use super::manifest::{Manifest, Shape, parse_toml};
use super::params;
use super::reading::Reading;
use super::verdict::Refusal;
use super::write::recorded::{RecordedWrite, check_complete};
use crate::credentials::trim;
use crate::error::{Class, Error};
use crate::os::child::Answer;
use crate::secret::SecretBuffer;
use crate::text::quote;
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;

/// A file of answers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// The answers, in the order of the file.
    #[serde(default, rename = "answer")]
    pub all: Vec<Recorded>,
    /// What was written, in the order of the file.
    #[serde(default, rename = "write")]
    pub writes: Vec<RecordedWrite>,
}

/// One answer, and what it means.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// What happened, for people.
    pub says: String,
    /// Who saw it: `ran: …`, `rec: …` (in somebody's test data), `docs: …` or `source: …`, and of which version.
    pub source: String,
    /// What `{entry}` stood for.
    pub entry: String,
    /// What the manifest's parameters stood for.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
    /// Whether the manager was kept from asking anything.
    #[serde(default)]
    pub quiet: bool,
    /// What the program was given.
    pub argv: Vec<String>,
    /// How it ended.
    pub exit: u8,
    /// What it answered.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
    /// What it means: either this kind,
    pub kind: Option<Kind>,
    /// or these values.
    pub values: Option<BTreeMap<Field, String>>,
}

impl Answers {
    /// Reads a file of answers. `place` is its name, for messages.
    pub fn parse(text: &str, place: &str) -> Result<Self, Error> {
        parse_toml(text, place)
    }

    /// Goes through every answer; how many there were. The first that does not hold is an error, and so is a kind that
    /// the manifest's rules name and no answer shows.
    pub fn replay(&self, manifest: &Manifest) -> Result<usize, Error> {
        for recorded in &self.all {
            let held = recorded.expected().and_then(|expected| recorded.holds(&expected, manifest));
            held.map_err(|why| does_not_hold(manifest, &format!("\"{}\": {why}", quote(&recorded.says))))?;
        }
        for recorded in &self.writes {
            let held = recorded.holds(manifest);
            held.map_err(|why| does_not_hold(manifest, &format!("\"{}\": {why}", quote(&recorded.says))))?;
        }
        let complete = self.check_complete(manifest);
        let complete = complete.and_then(|()| match &manifest.write {
            Some(write) => check_complete(write, &self.writes),
            None => Ok(()),
        });
        complete.map_err(|why| does_not_hold(manifest, &why))?;
        Ok(self.all.len() + self.writes.len())
    }

    fn check_complete(&self, manifest: &Manifest) -> Result<(), String> {
        if !self.all.iter().any(|answer| answer.values.as_ref().is_some_and(|values| !values.is_empty())) {
            return Err("there is no answer that holds values".into());
        }
        let shown: BTreeSet<Kind> = self.all.iter().filter_map(|answer| answer.kind).collect();
        let named = manifest.guard.iter().chain(&manifest.error).map(|rule| rule.kind);
        let missing: BTreeSet<&str> = named.filter(|kind| !shown.contains(kind)).map(Kind::name).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(format!("its rules know {}, and no answer shows it", missing.into_iter().collect::<Vec<_>>().join(", ")))
    }
}

/// What an answer should mean.
enum Expected<'a> {
    Kind(Kind),
    Values(&'a BTreeMap<Field, String>),
}

impl Recorded {
    fn expected(&self) -> Result<Expected<'_>, String> {
        match (self.kind, &self.values) {
            (Some(kind), None) => Ok(Expected::Kind(kind)),
            (None, Some(values)) => Ok(Expected::Values(values)),
            _ => Err("it needs either `kind` or `values`".into()),
        }
    }

    fn holds(&self, expected: &Expected<'_>, manifest: &Manifest) -> Result<(), String> {
        match (self.meaning(manifest)?, expected) {
            (Ok(found), Expected::Values(values)) => same(&found, values),
            (Err(refusal), Expected::Kind(kind)) if refusal.kind == *kind => Ok(()),
            (Err(refusal), Expected::Kind(kind)) => {
                Err(format!("the manifest takes it for {}, not for {}", refusal.kind.name(), kind.name()))
            }
            (Err(refusal), Expected::Values(_)) => {
                Err(format!("the manifest takes it for {}, not for values", refusal.kind.name()))
            }
            (Ok(_), Expected::Kind(kind)) => Err(format!("the manifest takes it for values, not for {}", kind.name())),
        }
    }

    /// What the manifest makes of the answer; an error when the manifest would have asked something else.
    pub fn meaning(&self, manifest: &Manifest) -> Result<Meant, String> {
        let read = manifest.read.as_ref().ok_or("a manifest of [variables] starts no program that could answer")?;
        let params = params::complete(manifest, &self.params).map_err(|error| error.to_string())?;
        let reading = Reading::new(manifest, read, &params, None, self.quiet || manifest.quiet.always);
        let answer = self.answer();
        if reading.probe().is_some_and(|probe| probe == self.argv) {
            return Ok(reading.is_unlocked(&answer).map(|()| BTreeMap::new()));
        }
        let argv = reading.argv(&self.entry);
        if argv != self.argv {
            return Err(format!("the manifest asks with {}, it was recorded with {}", shown(&argv), shown(&self.argv)));
        }
        let answer = match super::between::cut(answer, read) {
            Ok(answer) => answer,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let meant = match entry_field(manifest, &self.entry) {
            Some(field) => reading.value(&answer, &self.entry, field).map(|value| BTreeMap::from([(field, value)])),
            None if read.shape == Shape::Line => {
                return Err("`entry` is none of [entries], and an answer of one line has no other".into());
            }
            None => reading.item(&answer, &self.entry, &Field::ALL),
        };
        Ok(meant.map(|found| {
            found.into_iter().map(|(field, value)| (field, trim(value.expose_secret()).to_owned())).collect()
        }))
    }

    /// The answer as a live run would have it.
    fn answer(&self) -> Answer {
        Answer {
            // The code of an exit stands in the second byte of what wait(2) gives.
            status: ExitStatus::from_raw(i32::from(self.exit) << 8),
            stdout: SecretBuffer::of(self.stdout.as_bytes()),
            stderr: SecretBuffer::of(self.stderr.as_bytes()),
        }
    }
}

/// Values by field, or why there are none.
pub type Meant = Result<BTreeMap<Field, String>, Refusal>;

/// The field whose entry `entry` is: one of `[entries]`, at the root or in a folder.
fn entry_field(manifest: &Manifest, entry: &str) -> Option<Field> {
    let is = |name: &String| {
        entry.strip_suffix(name.as_str()).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    };
    manifest.entries.iter().find(|(_, name)| is(name)).map(|(field, _)| *field)
}

/// Compares without telling a value: somebody may have recorded a real one.
fn same(found: &BTreeMap<Field, String>, expected: &BTreeMap<Field, String>) -> Result<(), String> {
    for field in Field::ALL {
        let why = match (found.get(&field), expected.get(&field)) {
            (found, expected) if found == expected => continue,
            (None, _) => "is not found",
            (_, None) => "is found and was not expected",
            _ => "is not the value that was expected",
        };
        return Err(format!("{} {why}", field.name()));
    }
    Ok(())
}

fn shown(argv: &[String]) -> String {
    let words: Vec<_> = argv.iter().map(|word| format!("\"{}\"", quote(word))).collect();
    format!("[{}]", words.join(", "))
}

fn does_not_hold(manifest: &Manifest, why: &str) -> Error {
    Error::new(Class::Config, format!("the recorded answers of {} do not fit its manifest", quote(&manifest.title)))
        .because(why)
        .hint("the format of both is explained in backends/README.md")
}

#[cfg(test)]
mod tests {
    use super::super::registry::BUILT_IN;
    use super::*;

    const MANIFEST: &str = "title = 'x'\nprogram = ['x']\n[params.vault]\nhelp = 'x'\n[read]\nargv = ['get', ['--in', '{vault}'], '{entry}']\nshape = 'pairs'\n[quiet]\nargv = ['-q']\nprobe = ['state']\n[[error]]\nstderr = 'no such'\nkind = 'not-found'\n[entries]\nrole_arn = 'role'\n";

    #[test]
    fn every_answer_recorded_of_a_built_in_manager_holds() {
        for (name, text) in BUILT_IN {
            let manifest = Manifest::parse(text, name).unwrap();
            if manifest.read.is_none() {
                continue;
            }
            let place = format!("{}/backends/answers/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            let text = std::fs::read_to_string(&place).unwrap_or_else(|error| panic!("{place}: {error}"));
            let held = Answers::parse(&text, &place).and_then(|answers| answers.replay(&manifest));
            held.unwrap_or_else(|error| panic!("{error}"));
        }
    }

    fn answer(rest: &str) -> String {
        let has = |key: &str| rest.lines().any(|line| line.starts_with(key));
        let default = [("entry", "'i'"), ("argv", "['get', 'i']"), ("exit", "0"), ("stdout", "''"), ("stderr", "''")];
        let default = default.into_iter().filter(|(key, _)| !has(key)).map(|(key, value)| format!("{key} = {value}\n"));
        format!("[[answer]]\nsays = 'it'\nsource = 'ran'\n{}{rest}\n", default.collect::<String>())
    }

    fn replayed(parts: &[&str]) -> Result<usize, String> {
        let text: String = parts.iter().map(|part| answer(part)).collect();
        let answers = Answers::parse(&text, "x").map_err(|error| error.to_string())?;
        answers.replay(&Manifest::parse(MANIFEST, "x").unwrap()).map_err(|error| error.to_string())
    }

    const FOUND: &str = "stdout = 'otp: eu'\nvalues = { otp = 'eu' }";
    const MISSING: &str = "exit = 1\nstderr = 'no such item'\nkind = 'not-found'";

    #[test]
    fn answers_that_hold_are_counted() {
        assert_eq!(replayed(&[FOUND, MISSING]), Ok(2));
        let more = [
            "params = { vault = 'V' }\nargv = ['get', '--in', 'V', 'i']\nstdout = 'otp: eu'\nvalues = { otp = 'eu' }",
            "quiet = true\nargv = ['get', 'i', '-q']\nexit = 7\nkind = 'other'",
            "quiet = true\nargv = ['state']\nexit = 1\nkind = 'locked'",
            "entry = 'i/role'\nargv = ['get', 'i/role']\nstdout = 'arn:x'\nvalues = { role_arn = 'arn:x' }",
        ];
        for part in more {
            assert_eq!(replayed(&[FOUND, MISSING, part]), Ok(3), "{part}");
        }
    }

    #[test]
    fn an_answer_that_does_not_hold_is_named_and_its_values_are_not() {
        let rows = [
            ("stdout = 'otp: CANARY'\nvalues = { otp = 'eu' }", "\"it\": otp is not the value"),
            ("stdout = 'otp: CANARY'\nvalues = {}", "otp is found and was not expected"),
            ("stdout = ''\nvalues = { otp = 'CANARY' }", "otp is not found"),
            ("argv = ['show', 'i']\nvalues = {}", "asks with [\"get\", \"i\"], it was recorded with [\"show\", \"i\"]"),
            ("exit = 1\nstderr = 'CANARY'\nkind = 'locked'", "takes it for other, not for locked"),
            ("exit = 1\nvalues = {}", "takes it for other, not for values"),
            ("kind = 'empty'", "takes it for values, not for empty"),
            ("exit = 1", "either `kind` or `values`"),
            ("kind = 'other'\nvalues = {}", "either `kind` or `values`"),
            ("params = { nope = 'x' }\nkind = 'other'", "no parameter \"nope\""),
        ];
        for (part, expected) in rows {
            let told = replayed(&[FOUND, MISSING, part]).expect_err(part);
            assert!(told.contains(expected) && !told.contains("CANARY"), "{part}: {told}");
        }
    }

    #[test]
    fn answers_show_success_and_every_kind_that_the_rules_name() {
        assert!(replayed(&[FOUND]).unwrap_err().contains("its rules know not-found, and no answer shows it"));
        assert!(replayed(&[MISSING]).unwrap_err().contains("no answer that holds values"));
    }
}
