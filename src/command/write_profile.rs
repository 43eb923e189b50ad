//! `--write-profile`: temporary credentials in `~/.aws/credentials`, for programs that read nothing else.
//!
//! Everything that can be wrong with the file is found before anybody is asked. The new file is complete before it takes
//! the old one's place, is its owner's alone, and of the old one's content only the profile's keys have changed.

use super::fetch;
use crate::aws_files::Profiles;
use crate::aws_files::ini::{self, Problem};
use crate::aws_files::place;
use crate::cli::Request;
use crate::error::{Class, Error};
use crate::os::{file, runtime, stdio};
use crate::output::Product;
use crate::sessions::State;
use crate::settings;
use crate::text::quote;
use rustix::fs::Access;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// Gets the credentials that the command line asks for, and writes them under the profile `name`.
pub fn run(request: &Request, name: &str) -> Result<(), Error> {
    runtime::wait(async {
        let (settings, profiles) = fetch::settings(request, settings::MIN_TTL).await?;
        let target = Target::new(name, &profiles)?;
        if let Some(got) = fetch::get(&settings, &profiles).await? {
            stdio::say(&target.write(&got.product)?);
            got.delivered();
        }
        Ok(())
    })
}

/// Settings that the AWS CLI and the SDKs follow before they look for keys.
const BEFORE_KEYS: [&str; 4] = ["role_arn", "sso_session", "sso_start_url", "web_identity_token_file"];

/// A profile of a file that can be written.
#[derive(Debug)]
struct Target {
    profile: String,
    /// The file itself, where the path that people know is a link to it.
    file: PathBuf,
}

impl Target {
    /// The profile `name` of the shared credentials file.
    fn new(name: &str, profiles: &Profiles) -> Result<Self, Error> {
        // What every SDK takes for a name.
        // Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c)) {
            return Err(Error::new(Class::Usage, format!("\"{}\" is no name for a profile", quote(name)))
                .hint("use letters, digits and _ - / . % @ : +"));
        }
        let refuse = |why: &str| {
            Err(Error::new(Class::Config, format!("the profile \"{}\" cannot be written", quote(name)))
                .because(why)
                .hint("write another, as in: aws-auth --write-profile temporary"))
        };
        if let Some(key) = BEFORE_KEYS.into_iter().find(|key| profiles.get(name, key).is_some()) {
            return refuse(&format!("it has {key}, which comes before any keys"));
        }
        let target = Self { profile: name.to_owned(), file: file_of_user()? };
        match target.changed(&[]) {
            Ok(_) => Ok(target),
            Err(Failure::Problem(Problem::Permanent)) => refuse("it holds permanent keys, which would be lost"),
            Err(Failure::Problem(Problem::Twice)) => refuse("it is in the file twice"),
            Err(Failure::Io(error)) => Err(unusable(&target.file, &error.to_string())),
        }
    }

    /// Puts the credentials there. Gives a line that says so.
    fn write(&self, product: &Product) -> Result<String, Error> {
        let path = quote(&self.file.to_string_lossy());
        let _lock = State::open().lock(&format!("file {path}"), &format!("credentials into {path}"))?;
        self.replace(&product.settings()).map_err(|failure| {
            let why = match failure {
                Failure::Io(error) => error.to_string(),
                Failure::Problem(_) => "somebody has changed it in the meantime".to_owned(),
            };
            Error::new(Class::Output, format!("{path} could not be written"))
                .because(why)
                .hint("look at it, and try again")
        })?;
        let until = &product.credentials.expiration;
        Ok(format!("aws-auth: the profile \"{}\" in {path} is good until {until}", self.profile))
    }

    fn changed(&self, settings: &[(&str, &str)]) -> Result<zeroize::Zeroizing<Vec<u8>>, Failure> {
        let old = match std::fs::read(&self.file) {
            Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
            read => read?,
        };
        ini::with_section(&zeroize::Zeroizing::new(old), &self.profile, settings).map_err(Failure::Problem)
    }

    fn replace(&self, settings: &[(&str, &str)]) -> Result<(), Failure> {
        Ok(file::replace(&self.file, &self.changed(settings)?, 0o600)?)
    }
}

/// Why the file was not written.
enum Failure {
    Io(io::Error),
    Problem(Problem),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
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

/// Whoever can write in the directory can put another file in the place of ours; one that is not there will be ours. A
/// disk that is read-only is seen before a code is spent.
fn judge_directory(file: &Path) -> Result<(), Error> {
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
    rustix::fs::access(directory, Access::WRITE_OK)
        .map_err(|error| unusable(file, &format!("nothing can be written into {shown}: {}", io::Error::from(error))))
}

fn unusable(path: &Path, why: &str) -> Error {
    Error::new(Class::Config, format!("{} cannot be used", quote(&path.to_string_lossy())))
        .because(why)
        .hint("mend it, or name another file with AWS_SHARED_CREDENTIALS_FILE")
}
