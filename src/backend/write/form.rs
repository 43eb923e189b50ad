//! `[write]` of a manifest: how a manager's items are written, as facts.

use crate::backend::kind::Kind;
use crate::backend::rule::{Argument, Rule};
use crate::backend::template::placeholders;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How an entry is written. What is secret goes to standard input, and nowhere else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// What standard input gets.
    #[serde(default)]
    pub form: Form,
    /// The arguments that put it in the place of what an entry holds.
    pub argv: Vec<Argument>,
    /// The arguments that make an entry which is not there, where they are others.
    #[serde(default)]
    pub create: Vec<Argument>,
    /// The arguments that remove an entry.
    pub remove: Vec<Argument>,
    /// `fields`: where an answer tells the version of what it shows, a number, which is `{version}` when that is changed.
    pub version: Option<String>,
    /// Whether what is removed goes to a bin first, and has to be removed from there too.
    #[serde(default)]
    pub recycles: bool,
    /// Whether whoever may write may also remove, as in files of one's own: then what was written to see whether it can be
    /// becomes the sibling, and is not removed before that.
    #[serde(default)]
    pub keeps_probe: bool,
    /// What the manager asks for on standard input at each call, before all else; it is asked for once, hidden.
    pub asks: Option<String>,
    /// The parameter with which it asks for nothing.
    pub asks_unless: Option<String>,
    /// The parameter that names a file, which another program has open while `.NAME.lock` lies beside it: what we write,
    /// that program would overwrite.
    pub held: Option<String>,
    /// The arguments of a call that tells by standard output what was written and not recorded, as in a repository.
    #[serde(default)]
    pub unrecorded: Vec<Argument>,
    /// `login`: what an answer calls the user's name and the password.
    pub login: Option<[String; 2]>,
    /// `document`: what an item looks like.
    pub document: Option<Document>,
    /// The arguments of a call that gets the newest state of the store; made once, before all else.
    #[serde(default)]
    pub sync: Vec<Argument>,
    /// How an entry is read as it was, where the store keeps that.
    pub history: Option<History>,
    /// What failures to write mean; they are looked at before the manifest's other rules.
    #[serde(default)]
    pub error: Vec<Rule>,
    /// What to do next, by kind.
    #[serde(default)]
    pub hints: BTreeMap<Kind, String>,
}

/// What the items of a manager look like that takes and gives them as JSON.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// A new item: JSON in which `{entry}` is its name. Its fields go to the first of `pairs` of `[read]`, which is a list.
    pub new: String,
    /// A field: JSON with `{name}` and `{value}`.
    pub field: String,
    /// A field that the manager hides.
    pub hidden: String,
    /// Where an item's id is, which is `{id}`.
    pub id: String,
    /// What the manager changes by itself with each writing.
    #[serde(default)]
    pub changes: Vec<String>,
    /// Whether an answer shows all items whose names hold the one that was asked for, and so tells which of those there are
    /// not. The manager makes a second one of a name without a word.
    #[serde(default)]
    pub alike: bool,
    /// Where an item tells what its hidden values were before: paths to a list, and to the text in each of its members.
    pub past: Option<[String; 2]>,
}

/// How an entry is read as it was before it was changed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The arguments of a call that prints the entry's revisions, one a line, the newest first. Without it they are numbers
    /// below the one that `version` names.
    #[serde(default)]
    pub list: Vec<Argument>,
    /// The arguments of a call that prints the entry as it was at `{revision}`.
    pub show: Vec<Argument>,
    /// The program, and its arguments, that makes text of what that prints, on standard input.
    #[serde(default)]
    pub open: Vec<String>,
}

/// What standard input gets.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// The entry's whole text.
    #[default]
    Text,
    /// JSON: an object of the values that are set. Those that are there and not in it stay.
    Fields,
    /// The item's own JSON, whole, in base64.
    Document,
    /// One line with the secret access key; the key's id is the argument `{access_key_id}`, the rest is `{notes}`.
    Login,
}

/// What placeholders in the arguments of a login stand for, beside the usual ones: nothing of it is secret.
pub const OF_LOGIN: [&str; 2] = ["access_key_id", "notes"];

impl History {
    fn check(&self, known: impl Fn(&str) -> bool, is_counted: bool) -> Result<(), String> {
        let names = |list: &'_ [Argument]| -> Vec<String> {
            list.iter().flat_map(Argument::texts).flat_map(|text| placeholders(text)).map(str::to_owned).collect()
        };
        if self.list.is_empty() && !is_counted {
            return Err("[write.history] has neither `list` nor a `version` of [write] to count down from".into());
        }
        if !names(&self.show).iter().any(|name| name == "revision") {
            return Err("`show` of [write.history] does not say where {revision} goes".into());
        }
        let all = names(&self.list).into_iter().chain(names(&self.show).into_iter().filter(|name| name != "revision"));
        match all.into_iter().find(|name| !known(name)) {
            Some(name) => Err(format!("{{{name}}} is neither entry nor one of [params]")),
            None => Ok(()),
        }
    }
}

impl Write {
    /// The arguments that make an entry.
    #[must_use]
    pub fn creating(&self) -> &[Argument] {
        if self.create.is_empty() { &self.argv } else { &self.create }
    }

    /// What the types cannot say; `known` are the manifest's own placeholders.
    pub fn check(&self, known: impl Fn(&str) -> bool) -> Result<(), String> {
        let is_document = self.form == Form::Document;
        if is_document != self.document.is_some() {
            return Err("[write.document] belongs to `form = \"document\"` of [write]".into());
        }
        if (self.form == Form::Login) != self.login.is_some() {
            return Err(
                "`login` of [write] belongs to `form = \"login\"`, and names the user's name and the password".into()
            );
        }
        // A document has its own name in it, and an id once it is there.
        let told = if is_document { "id" } else { "entry" };
        let own = [("argv", &self.argv), ("remove", &self.remove), ("create", &self.create)];
        for (name, list) in own.into_iter().filter(|(name, _)| !(is_document && *name == "create")) {
            let mut names = list.iter().flat_map(Argument::texts).flat_map(|text| placeholders(text));
            if !list.is_empty() && !names.any(|name| name == told) {
                return Err(format!("`{name}` of [write] does not say where {{{told}}} goes"));
            }
        }
        let all = [&self.argv, &self.remove, &self.create, &self.unrecorded, &self.sync].into_iter().flatten();
        for name in all.flat_map(Argument::texts).flat_map(|text| placeholders(text)) {
            if matches!(name, "value" | "secret_access_key") {
                return Err(format!("{{{name}}} must not be an argument: every user of the machine can read those"));
            }
            let is_own = match self.form {
                Form::Login => OF_LOGIN.contains(&name),
                Form::Fields => name == "version" && self.version.is_some(),
                Form::Document => name == "id",
                Form::Text => false,
            };
            if !known(name) && !is_own {
                return Err(format!("{{{name}}} is neither entry nor one of [params]"));
            }
        }
        if let Some(history) = &self.history {
            history.check(&known, self.version.is_some())?;
        }
        match self.held.iter().chain(&self.asks_unless).find(|name| !known(name)) {
            Some(name) => Err(format!("[write] names a parameter that is none: \"{name}\"")),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::backend::manifest::Manifest;

    const HEAD: &str = "title = 'x'\nprogram = ['x']\n[params]\nvault = { help = 'v' }\n\
         [read]\nargv = ['show', '{entry}', ['-v', '{vault}']]\nshape = 'pairs'\n[write]\n";
    const DOCUMENT: &str = "[write.document]\nnew = '{}'\nfield = '{}'\nhidden = '{}'\nid = 'id'\n";

    #[test]
    fn what_a_manifest_says_of_writing_must_make_sense() {
        let usual = "argv = ['put', '{entry}', ['--vault', '{vault}']]\nremove = ['rm', '{entry}']\n";
        let by_id = "argv = ['put', '{id}']\nremove = ['rm', '{id}']\n";
        let login = "form = 'login'\nlogin = ['user', 'password']\n";
        let history = |lines: &str| format!("{usual}[write.history]\n{lines}");
        let rows = [
            (usual.to_owned(), ""),
            (format!("form = 'document'\n{by_id}{DOCUMENT}"), ""),
            (format!("form = 'document'\ncreate = ['new']\n{by_id}{DOCUMENT}"), ""),
            (format!("form = 'document'\n{by_id}"), "[write.document] belongs to"),
            (format!("{usual}{DOCUMENT}"), "[write.document] belongs to"),
            (format!("form = 'document'\n{usual}{DOCUMENT}"), "`argv` of [write] does not say where {id} goes"),
            (format!("{login}{usual}"), ""),
            (format!("form = 'login'\n{usual}"), "`login` of [write] belongs to"),
            (format!("login = ['user', 'password']\n{usual}"), "`login` of [write] belongs to"),
            (usual.replace("'put', '{entry}'", "'put'"), "`argv` of [write] does not say where {entry} goes"),
            (usual.replace("'rm', '{entry}'", "'rm'"), "`remove` of [write] does not say where {entry} goes"),
            (format!("create = ['new']\n{usual}"), "`create` of [write] does not say where {entry} goes"),
            (format!("create = ['new', '{{entry}}']\n{usual}"), ""),
            (usual.replace("'put'", "'{value}'"), "{value} must not be an argument"),
            (usual.replace("'put'", "'{secret_access_key}'"), "{secret_access_key} must not be an argument"),
            (format!("{login}{usual}").replace("'put'", "'{access_key_id}{notes}'"), ""),
            (usual.replace("'put'", "'{access_key_id}'"), "{access_key_id} is neither"),
            (format!("form = 'fields'\nversion = 'v'\n{usual}").replace("'put'", "'{version}'"), ""),
            (format!("form = 'fields'\n{usual}").replace("'put'", "'{version}'"), "{version} is neither"),
            (format!("form = 'fields'\nversion = 'v'\n{usual}").replace("'put'", "'{id}'"), "{id} is neither"),
            (format!("form = 'document'\n{by_id}{DOCUMENT}").replace("'put'", "'{version}'"), "{version} is neither"),
            (format!("unrecorded = ['{{nope}}']\n{usual}"), "{nope} is neither"),
            (format!("sync = ['{{nope}}']\n{usual}"), "{nope} is neither"),
            (format!("held = 'vault'\nasks_unless = 'vault'\n{usual}"), ""),
            (format!("held = 'nope'\n{usual}"), "a parameter that is none: \"nope\""),
            (format!("asks_unless = 'nope'\n{usual}"), "a parameter that is none: \"nope\""),
            (history("list = ['log', '{entry}']\nshow = ['show', '{revision}']\n"), ""),
            (format!("version = 'v'\n{}", history("show = ['show', '{revision}']\n")), ""),
            (history("show = ['show', '{revision}']\n"), "has neither `list` nor a `version`"),
            (history("list = ['log']\nshow = ['show', '{entry}']\n"), "does not say where {revision} goes"),
            (history("list = ['{revision}']\nshow = ['{revision}']\n"), "{revision} is neither"),
            (history("list = ['log']\nshow = ['{revision}', '{nope}']\n"), "{nope} is neither"),
        ];
        for (write, expected) in rows {
            let told =
                Manifest::parse(&format!("{HEAD}{write}"), "x").map_or_else(|why| why.to_string(), |_| String::new());
            assert!(told.contains(expected) && told.is_empty() == expected.is_empty(), "{write}: {told}");
        }
    }

    #[test]
    fn an_entry_is_made_as_it_is_changed_unless_something_else_is_said() {
        let creating = |more: &str| {
            let text = format!("{HEAD}{more}argv = ['put', '{{entry}}']\nremove = ['rm', '{{entry}}']\n");
            let write = Manifest::parse(&text, "x").unwrap().write.unwrap();
            write.creating()[0].texts()[0].clone()
        };
        assert_eq!(creating(""), "put");
        assert_eq!(creating("create = ['new', '{entry}']\n"), "new");
    }
}
