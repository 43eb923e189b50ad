//! `--write-profile`: temporary credentials in `~/.aws/credentials`, for programs that read nothing else.
//!
//! Everything that can be wrong with the file is found before anybody is asked. The new file is complete before it takes
//! the old one's place, is its owner's alone, and of the old one's content only the profile's keys have changed.

use super::fetch;
use crate::aws_files::{self, Change, Document, Failure, Profiles, Section, place};
use crate::cli::Request;
use crate::error::{Class, Error};
use crate::os::{file, folder, runtime, stdio};
use crate::output::Product;
use crate::sessions::State;
use crate::settings;
use crate::text::quote;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Gets the credentials that the command line asks for, and writes them under the profile `name`.
pub fn run(request: &Request, name: &str) -> Result<(), Error> {
    runtime::wait(async {
        let (settings, profiles) = fetch::settings(request, settings::LEAST_TTL)?;
        let mut target = Target::new(name, &profiles)?;
        if let Some(got) = fetch::get(&settings, &profiles).await? {
            stdio::say(&target.write(&got.product)?);
            got.delivered();
        }
        Ok(())
    })
}

/// Settings that the AWS CLI and the SDKs follow before they look for keys.
const BEFORE_KEYS: [&str; 4] = ["role_arn", "sso_session", "sso_start_url", "web_identity_token_file"];

/// The settings of a set of keys, all of which go when another set comes.
const KEYS: [&str; 5] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "aws_credential_expiration",
];

/// A profile of a file that can be written.
#[derive(Debug)]
struct Target {
    profile: String,
    file: aws_files::Target,
}

impl Target {
    /// The profile `name` of the shared credentials file.
    fn new(name: &str, profiles: &Profiles) -> Result<Self, Error> {
        // What every SDK takes for a name; the section that stands below all others is none.
        // Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>
        let is_taken = |c: char| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c);
        if name.is_empty() || name == "DEFAULT" || !name.chars().all(is_taken) {
            return Err(Error::new(Class::Usage, format!("\"{}\" is no name for a profile", quote(name)))
                .hint("use letters, digits and _ - / . % @ : +"));
        }
        if let Some(key) = BEFORE_KEYS.into_iter().find(|key| profiles.get(name, key).is_some()) {
            return Err(refused(name, &format!("it has {key}, which comes before any keys")));
        }
        let path = file_of_user()?;
        let told = |failure: Failure| match failure {
            Failure::Kept(why) if why == PERMANENT => refused(name, PERMANENT),
            failure => unusable(&path, &failure.to_string()),
        };
        let mut file = aws_files::Target::new(&path, true).map_err(told)?;
        let document = file.document().map_err(told)?;
        judge(&document, name).map_err(|why| told(Failure::Kept(why)))?;
        change(name, &[]).apply(&document).map_err(|refusal| told(Failure::Change(refusal)))?;
        warn_of_blanks(&document, name);
        if profiles.get(name, "credential_process").is_some() {
            stdio::warn(&format!(
                "aws-auth: warning: the AWS CLI asks the credential_process of \"{name}\" no more while that has keys: take [{name}] out of ~/.aws/credentials when they have ended, or write another profile"
            ));
        }
        Ok(Self { profile: name.to_owned(), file })
    }

    /// Puts the credentials there. Gives a line that says so.
    fn write(&mut self, product: &Product) -> Result<String, Error> {
        let path = quote(&self.file.path().to_string_lossy());
        let _lock = State::open().lock(&self.file.name_of_lock(), &format!("credentials into {path}"))?;
        let name = &self.profile;
        let written = self.file.change(&change(name, &product.settings()), |document| judge(document, name));
        let narrowed = written.map_err(|failure| {
            Error::new(Class::Output, format!("{path} could not be written")).because(failure.to_string()).hint(
                if failure.is_for_want_of_room() {
                    "make room on the disk, and run this again"
                } else {
                    "look at it, and try again"
                },
            )
        })?;
        let until = product.credentials.until();
        let mode = narrowed.map(|mode| format!("; others could read this file (mode {mode:04o}), and cannot any more"));
        let mode = mode.unwrap_or_default();
        Ok(format!("aws-auth: the profile \"{name}\" in {path} is good until {until}{mode}"))
    }
}

/// The SDKs leave out the blanks around a section's name, and so do we; botocore does not.
fn warn_of_blanks(document: &Document, name: &str) {
    let is_other = |section: &&Section| document.header(section) != name.as_bytes();
    if change(name, &[]).sections(document).iter().any(is_other) {
        stdio::warn(&format!(
            "aws-auth: warning: the profile \"{name}\" has blanks in its brackets, which the AWS CLI and boto3 take for another profile: write [{name}]"
        ));
    }
}

const PERMANENT: &str = "it holds permanent keys, which would be lost";

fn change<'a>(profile: &'a str, set: &'a [(&'a str, &'a str)]) -> Change<'a> {
    Change { profile, in_credentials: true, drop: &KEYS, set, first: true }
}

/// Permanent keys are nobody's to replace.
fn judge(document: &Document, name: &str) -> Result<(), String> {
    let sections = change(name, &[]).sections(document);
    let has = |keys: &[&str]| {
        let settings = sections.iter().flat_map(|section| &section.settings);
        let mut found = settings.filter(|setting| keys.iter().any(|key| document.is_called(setting, key)));
        found.any(|setting| document.value(setting) != Some(""))
    };
    if has(&KEYS[..2]) && !has(&KEYS[2..4]) { Err(PERMANENT.to_owned()) } else { Ok(()) }
}

fn refused(name: &str, why: &str) -> Error {
    Error::new(Class::Config, format!("the profile \"{}\" cannot be written", quote(name)))
        .because(why)
        .hint("write another, as in: aws-auth --write-profile temporary")
}

/// The file that `AWS_SHARED_CREDENTIALS_FILE` names, else `~/.aws/credentials`; where that is a link, what it leads to.
fn file_of_user() -> Result<PathBuf, Error> {
    let path = place::credentials().ok_or_else(|| {
        Error::new(Class::Config, "there is no place for a profile")
            .because("HOME is not set")
            .hint("name the file with AWS_SHARED_CREDENTIALS_FILE")
    })?;
    let path = std::path::absolute(&path).map_err(|error| unusable(&path, &error.to_string()))?;
    if path.symlink_metadata().is_err() {
        judge_directory(&path)?;
        return Ok(path);
    }
    let file = path.canonicalize().map_err(|error| unusable(&path, &error.to_string()))?;
    let metadata = file.metadata().map_err(|error| unusable(&file, &error.to_string()))?;
    if !metadata.is_file() {
        return Err(unusable(&file, "it is not a file"));
    }
    if !file::is_ours(&metadata) {
        return Err(unusable(&file, "it belongs to somebody else"));
    }
    judge_directory(&file)?;
    Ok(file)
}

/// Somebody who can write in the directory can put another file in the place of ours; one that is not there will be ours. A
/// disk that is read-only is seen before a code is spent.
fn judge_directory(file: &Path) -> Result<(), Error> {
    // A link to nowhere is there, and nothing can be made in its place.
    if let Some(link) = file.ancestors().find(|part| part.is_symlink() && !part.exists()) {
        let target = link.read_link().unwrap_or_default();
        let (link, target) = (quote(&link.to_string_lossy()), quote(&target.to_string_lossy()));
        return Err(unusable(file, &format!("{link} is a link to {target}, which is not there")));
    }
    let there = file.ancestors().skip(1).find(|directory| directory.exists());
    let Some(directory) = there else { return Err(unusable(file, "it is not a file")) };
    let opened = File::open(directory).and_then(|directory| directory.metadata());
    let metadata = opened.map_err(|error| unusable(file, &error.to_string()))?;
    let shown = quote(&directory.to_string_lossy());
    let refused = |why: String| Error::new(Class::Config, format!("no keys are written into {shown}")).because(why);
    if !file::is_ours(&metadata) && metadata.uid() != 0 {
        return Err(refused("it belongs to somebody else".into())
            .hint("run this as its owner, or name another file with AWS_SHARED_CREDENTIALS_FILE"));
    }
    if metadata.mode() & 0o022 != 0 && file.parent() == Some(directory) {
        return Err(refused(format!("others can write in it (mode {:04o})", metadata.mode() & 0o7777))
            .hint(format!("take that from them: chmod go-w {shown}")));
    }
    folder::check_writable(directory).map_err(|why| unusable(file, &why))
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(Class::Config, format!("{} cannot be used", quote(&path.to_string_lossy())))
        .because(why)
        .hint("mend it, or name another file with AWS_SHARED_CREDENTIALS_FILE")
}
