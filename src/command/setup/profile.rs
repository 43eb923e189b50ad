//! The profile that leads to the item, in `~/.aws/config`.

use crate::aws_files::{Change, Document, Failure, Files, Target, place};
use crate::command::question;
use crate::error::{Class, Error};
use crate::os::stdio;
use crate::os::tty::Terminal;
use crate::sessions::State;
use crate::settings::options::{self, FROM, ITEM, PREFIX};
use crate::text::quote;
use std::path::PathBuf;

/// Settings by which a profile gets its keys from somewhere.
const LEADING: [&str; 5] =
    ["source_profile", "credential_source", "sso_session", "sso_start_url", "web_identity_token_file"];

/// Whether a setting is no manager's parameter.
fn is_ours(key: &str) -> bool {
    options::keys().any(|known| known == key)
}

/// A profile, and what it is to say.
#[derive(Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// Its settings.
    pub settings: Vec<(String, String)>,
    file: PathBuf,
}

/// The profile called `name`, for an item.
pub fn plan(name: String, settings: Vec<(String, String)>) -> Result<Profile, Error> {
    let is_taken = |c: char| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c);
    if name.is_empty() || name == "DEFAULT" || name.starts_with('-') || !name.chars().all(is_taken) {
        return Err(Error::new(Class::Usage, format!("\"{}\" is no name for a profile", quote(&name)))
            .hint("name one with --profile: letters, digits and _ - / . % @ : +, and no - at the beginning"));
    }
    settings.iter().try_for_each(|(key, value)| check_value(key, value))?;
    let file = place::config().ok_or_else(|| {
        Error::new(Class::Config, "there is no place for a profile")
            .because("HOME is not set")
            .hint("name the file with AWS_CONFIG_FILE")
    })?;
    Ok(Profile { name, settings, file })
}

/// Refuses a value that nobody would read from the file as it is.
fn check_value(key: &str, value: &str) -> Result<(), Error> {
    let change = Change { profile: "default", in_credentials: false, drop: &[], set: &[(key, value)], first: false };
    if change.apply(&Document::default()).is_ok() {
        return Ok(());
    }
    let (what, hint) = match key.strip_prefix(PREFIX).filter(|_| !is_ours(key)) {
        Some(name) => (format!("the parameter \"{name}\""), format!("give it another value: --param {name}=VALUE")),
        None => {
            ("the item's name".to_owned(), "name another item with --item; rename one that is there already".into())
        }
    };
    Err(Error::new(Class::Config, format!("{what} cannot stand in a profile: \"{}\"", quote(value)))
        .because("there a value has no blanks around it, and ends before \" #\" and \" ;\"")
        .hint(hint))
}

impl Profile {
    /// Whether the profile says all of it already.
    fn is_there(&self, files: &Files) -> bool {
        self.settings.iter().all(|(key, value)| files.get(&self.name, key) == Some(value.as_str()))
    }

    /// Whether the profile says something else already, or leads elsewhere.
    fn is_at_stake(&self, files: &Files) -> bool {
        let own = self.settings.iter().any(|(key, value)| files.get(&self.name, key).is_some_and(|said| said != value));
        own || LEADING.iter().any(|key| files.get(&self.name, key).is_some())
    }

    /// Makes sure that it can be written, before there is a key in the manager; what the profile says otherwise is replaced
    /// only after a yes that names it.
    pub fn agree(&self, files: &Files, terminal: Option<&Terminal>, yes: bool) -> Result<(), Error> {
        if self.is_there(files) {
            return Ok(());
        }
        let target = Target::new(&self.file, false).and_then(|target| target.check_directory());
        target.map_err(|failure| self.unwritable(&failure))?;
        if !self.is_at_stake(files) {
            return Ok(());
        }
        let others =
            self.settings.iter().filter(|(key, value)| files.get(&self.name, key).is_some_and(|found| found != value));
        let others: Vec<&str> = others.map(|(key, _)| key.as_str()).collect();
        let what =
            if others.is_empty() { String::new() } else { format!(" in the place of its {}", others.join(", ")) };
        let all: Vec<&str> = self.settings.iter().map(|(key, _)| key.as_str()).collect();
        let (name, file) = self.shown();
        let question = format!("There is a profile \"{name}\" in {file}. Put {} into it{what}", all.join(", "));
        let refused = format!("the profile \"{name}\" was left as it is");
        if question::yes(terminal, yes, &question, &refused)? {
            return Ok(());
        }
        Err(question::declined(&refused).hint("nothing is stored; name another profile with --profile"))
    }

    /// Writes it.
    pub fn write(&self, files: &Files) -> Result<(), Error> {
        if self.is_there(files) {
            return Ok(());
        }
        let (name, file) = self.shown();
        let set: Vec<(&str, &str)> = self.settings.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        let change = Change { profile: &self.name, in_credentials: false, drop: &[], set: &set, first: false };
        self.put(&change, &file)?.map_err(|failure| self.unwritable(&failure))?;
        stdio::say(&format!("aws-auth: the profile \"{name}\" in {file} leads to it"));
        Ok(())
    }

    /// What the profile says of one setting, among those that it is given here.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The manager, the item and its parameters, as flags: these come before every variable.
    pub fn flags(&self) -> (Option<String>, Option<String>, Vec<String>) {
        let of = |key: &str| self.get(key).map(str::to_owned);
        let param = |(key, value): &(String, String)| {
            let name = key.strip_prefix(PREFIX).filter(|_| !is_ours(key))?;
            Some(format!("{name}={value}"))
        };
        (of(FROM.keys[0]), of(ITEM.keys[0]), self.settings.iter().filter_map(param).collect())
    }

    fn shown(&self) -> (String, String) {
        (quote(&self.name), quote(&self.file.to_string_lossy()))
    }

    fn unwritable(&self, failure: &Failure) -> Error {
        let (name, file) = self.shown();
        let lines: Vec<_> = self.settings.iter().map(|(key, value)| format!("{key} = {}", quote(value))).collect();
        let error = Error::new(Class::Output, format!("{file} could not be written")).because(failure.to_string());
        if failure.is_for_want_of_room() {
            return error.hint("make room on the disk, and run this again");
        }
        error.hint(format!("put these lines into [profile {name}] yourself, and run this again: {}", lines.join("; ")))
    }

    /// Makes the change in the file, which is shown as `file`.
    fn put(&self, change: &Change<'_>, file: &str) -> Result<Result<(), Failure>, Error> {
        let mut target = match Target::new(&self.file, false) {
            Ok(target) => target,
            Err(failure) => return Ok(Err(failure)),
        };
        let _lock = State::open().lock(&target.name_of_lock(), &format!("a profile into {file}"))?;
        Ok(target.change(change, |_| Ok(())).map(drop))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_read_as_something_else_is_refused_before_anything_is_stored() {
        for item in ["AWS #2", "AWS ; mine", "AWS "] {
            let settings = vec![(FROM.keys[0].to_owned(), "op".to_owned()), (ITEM.keys[0].to_owned(), item.to_owned())];
            let told = plan("dev".into(), settings).unwrap_err().to_string();
            assert!(told.contains("the item's name cannot stand in a profile"), "{told}");
        }
    }
}
