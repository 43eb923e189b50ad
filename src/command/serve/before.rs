//! What an SDK asks before it asks an endpoint, in files: judged before anybody is asked for a code.
//!
//! Without a profile selected, every SDK takes the keys of `[default]` first, and botocore those of boto's own files too.
//! Such a file is never hidden: it also holds settings, and programs read it for more than keys. So either it leads to the
//! same credentials as we do, or there is no server beside it.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>, and for boto
//! <https://docs.aws.amazon.com/boto3/latest/guide/credentials.html#boto2-config-file>

use crate::aws_files::{Profiles, place};
use crate::cli::{Cli, Command};
use crate::command::fetch;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::os::file;
use crate::settings::{LEAST_TTL_OF_SDKS, Settings};
use crate::source;
use crate::text::quote;
use clap::Parser;
use std::path::{Path, PathBuf};

/// What in `[default]` makes it a source of credentials, in any SDK's reading; the first that is there is named.
const SOURCES: [&str; 11] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "role_arn",
    "web_identity_token_file",
    "credential_source",
    "sso_account_id",
    "sso_role_name",
    "sso_start_url",
    "sso_session",
    "login_session",
    "credential_process",
];
/// The largest of boto's files that is read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Refuses to serve where programs would not ask.
pub fn check(settings: &Settings, profiles: &Profiles) -> Result<(), Error> {
    if source::is_our_server(&settings.source, profiles) {
        return Err(Error::new(Class::Config, "this shell has a server of ours already")
            .because("its own credentials would be all that another could give out")
            .hint("use that one, or name where the keys are, as in: aws-auth serve --from pass"));
    }
    let found = SOURCES.into_iter().find(|key| profiles.default(key).is_some());
    if let Some(key) = found
        && !(key == "credential_process" && leads_to_the_same(settings, profiles))
    {
        let files = [place::config(), place::credentials()].into_iter().flatten();
        let file = files.into_iter().find(|file| is_said_in(file, "default", key));
        let file = file.map_or_else(|| "~/.aws".to_owned(), |file| quote(&file.to_string_lossy()));
        return Err(in_the_way(&format!("{key} in [default] of {file}"), "give that section another name"));
    }
    match boto_files().iter().find(|file| is_said_in(file, "Credentials", "aws_access_key_id")) {
        None => Ok(()),
        Some(file) => {
            let file = quote(&file.to_string_lossy());
            Err(in_the_way(&format!("aws_access_key_id in [Credentials] of {file}"), "take the keys out of that file"))
        }
    }
}

fn in_the_way(what: &str, way_out: &str) -> Error {
    Error::new(Class::Config, "programs would use other credentials than those that are served")
        .because(format!("{what} comes before an endpoint in every SDK that reads it"))
        .hint(format!("{way_out}, or export keys: aws-auth exec … -- COMMAND, without --serve"))
}

/// Where botocore looks for what boto left: the file that a variable names, else two.
fn boto_files() -> Vec<PathBuf> {
    if let Some(file) = environment::os("BOTO_CONFIG") {
        return vec![file.into()];
    }
    let home = environment::home().map(|home| home.join(".boto"));
    std::iter::once("/etc/boto.cfg".into()).chain(home).collect()
}

/// Whether a file says `key` in `section`, as far as can be seen line by line.
fn is_said_in(file: &Path, section: &str, key: &str) -> bool {
    let bytes = file::read(file, LARGEST).unwrap_or_default();
    let mut here = false;
    String::from_utf8_lossy(&bytes).lines().any(|line| {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|rest| rest.split(']').next()) {
            let name = name.trim();
            here = name == section || name.strip_prefix("profile").is_some_and(|name| name.trim() == section);
        }
        let said = line.split_once(['=', ':']);
        here && said.is_some_and(|(name, value)| name.trim().eq_ignore_ascii_case(key) && !value.trim().is_empty())
    })
}

/// Whether the `credential_process` of `[default]` is this program, and what it gives is what we serve.
fn leads_to_the_same(settings: &Settings, profiles: &Profiles) -> bool {
    let command = profiles.default("credential_process").unwrap_or_default();
    let words: Vec<&str> = command.split_whitespace().map(|word| word.trim_matches(['"', '\''])).collect();
    let name = |path: &Path| path.file_name().map(std::ffi::OsStr::to_owned);
    let ours = std::env::current_exe().ok().as_deref().and_then(name);
    let is_ours = |word: &&str| name(Path::new(word)).is_some_and(|it| it == "aws-auth" || Some(&it) == ours.as_ref());
    if !words.first().is_some_and(is_ours) {
        return false;
    }
    let Ok(Cli { command: Some(Command::CredentialProcess(request)), .. }) = Cli::try_parse_from(words) else {
        return false;
    };
    // Programs have no profile selected by a variable: those of ours are taken away.
    let other = match &request.profile {
        None if environment::os("AWS_PROFILE").or_else(|| environment::os("AWS_DEFAULT_PROFILE")).is_some() => {
            let request = crate::cli::Request { profile: Some("default".into()), ..request.into_inner() };
            fetch::settings(&request, LEAST_TTL_OF_SDKS)
        }
        _ => fetch::settings(&request, LEAST_TTL_OF_SDKS),
    };
    other.is_ok_and(|(other, _)| other.source == settings.source && other.roles == settings.roles)
}
