//! The key where it came from, in plain text: it is still there, and only its owner may take it away.

use super::given::Left;
use crate::aws_files::{Change, Failure, Files, Target, has_key, place};
use crate::credentials::AccessKeyId;
use crate::error::Error;
use crate::os::ask;
use crate::os::stdio;
use crate::os::tty::Terminal;
use crate::output::shell::Shell;
use crate::sessions::State;
use crate::text::quote;
use std::path::Path;

/// The settings that hold a key.
const KEYS: [&str; 4] = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token"];

/// What is to be known of a key that has lain about; `profile` leads to it now.
fn copies(profile: &str) -> String {
    format!(
        "aws-auth: backups, dotfile repositories and disk images may hold copies, so it is best replaced: aws-auth rotate --profile {profile}"
    )
}

/// Says where it is, and offers to take it out of `~/.aws`; no is the usual answer.
pub fn offer(
    left: &Left,
    key: &AccessKeyId,
    profile: &str,
    files: &Files,
    terminal: Option<&Terminal>,
) -> Result<(), Error> {
    match left {
        Left::Nowhere => {}
        Left::File(path) => stdio::say(&format!(
            "aws-auth: the key is still in {} in plain text: delete that file\n{}",
            quote(&path.to_string_lossy()),
            copies(profile)
        )),
        Left::Environment => {
            let unset = Shell::unset(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]);
            stdio::say(&format!("aws-auth: the key is still in this shell: {unset}"));
        }
        Left::Profile(name) => return Place { name, key, profile }.take_out(files, terminal),
    }
    Ok(())
}

/// Where the key stands, and what is to stand there.
struct Place<'a> {
    /// The profile that holds it.
    name: &'a str,
    key: &'a AccessKeyId,
    /// The profile that leads to the manager.
    profile: &'a str,
}

impl Place<'_> {
    /// Offers it for each of the two files that holds the key; a profile may have it in both, or another's in one.
    fn take_out(&self, files: &Files, terminal: Option<&Terminal>) -> Result<(), Error> {
        let both = [(place::credentials(), true), (place::config(), false)];
        let holds = |in_credentials| files.has_key_in(self.name, in_credentials, self.key.as_str());
        let with_key = both.into_iter().filter(|(_, in_credentials)| holds(*in_credentials));
        let with_key: Vec<_> = with_key.filter_map(|(path, in_credentials)| Some((path?, in_credentials))).collect();
        if with_key.is_empty() {
            // All profiles of a file share what stands in [DEFAULT].
            stdio::say(&format!(
                "aws-auth: the key is still in ~/.aws in plain text: take it out of there\n{}",
                copies(self.profile)
            ));
        }
        with_key.iter().try_for_each(|(path, in_credentials)| self.take_out_of(path, *in_credentials, files, terminal))
    }

    fn take_out_of(
        &self,
        path: &Path,
        in_credentials: bool,
        files: &Files,
        terminal: Option<&Terminal>,
    ) -> Result<(), Error> {
        let name = self.name;
        let shown = quote(&path.to_string_lossy());
        let section =
            if in_credentials || name == "default" { quote(name) } else { format!("profile {}", quote(name)) };
        let value = format!("aws-auth credential-process --profile {}", self.profile);
        let line = format!("credential_process = {value}");
        let left = format!(
            "aws-auth: the key is still in [{section}] of {shown} in plain text, and the AWS CLI goes on to take it from there"
        );
        let Some(terminal) = terminal else {
            stdio::say(&format!("{left}: put in its place: {line}"));
            return Ok(());
        };
        let sources: Vec<_> =
            files.names().filter(|other| files.get(other, "source_profile") == Some(name)).map(quote).collect();
        if !sources.is_empty() {
            terminal.show(&format!("aws-auth: these profiles get their key from it: {}\n", sources.join(", ")));
        }
        if name == "default" {
            terminal.show("aws-auth: every SDK asks [default] first, also under `aws-auth serve`, whose credentials they then pass over\n");
        }
        let question =
            format!("Take the key's lines out of [{section}] in {shown}, and put this line there: {line}? [y/N] ");
        let answer = ask::line(terminal, &question, false).unwrap_or_default();
        if !matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes") {
            stdio::say(&left);
            return Ok(());
        }
        let set = [("credential_process", value.as_str())];
        let change = Change { profile: name, in_credentials, drop: &KEYS, set: &set, first: false };
        match self.put(path, &change, &shown)? {
            Ok(()) => stdio::say(&format!("aws-auth: the key is out of {shown}\n{}", copies(self.profile))),
            Err(failure) => stdio::say(&format!("aws-auth: warning: {shown} could not be written: {failure}")),
        }
        Ok(())
    }

    /// Makes the change, if it is still this key that stands there: no other is kept anywhere.
    fn put(&self, path: &Path, change: &Change<'_>, shown: &str) -> Result<Result<(), Failure>, Error> {
        let mut target = match Target::new(path, change.in_credentials) {
            Ok(target) => target,
            Err(failure) => return Ok(Err(failure)),
        };
        let _lock = State::open().lock(&target.name_of_lock(), &format!("a profile into {shown}"))?;
        let changed = target.change(change, |document| {
            let is_it = has_key(document, change.in_credentials, self.name, self.key.as_str());
            // Once it is done it is looked for again.
            let is_done = change.apply(document).is_ok_and(|again| *again == document.text());
            if is_it || is_done { Ok(()) } else { Err("another key stands there by now".to_owned()) }
        });
        Ok(changed.map(drop))
    }
}
