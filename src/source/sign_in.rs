//! The AWS CLI as one more manager: it holds a sign-in by `aws sso login` or `aws login`, and gives credentials for it.
//!
//! What renews the sign-in stays with the CLI. It is asked for the one profile that holds the keys, without a question, in
//! bounds; those who share a sign-in ask one after another, for the CLI writes the renewed one without a lock.
//! Source: <https://docs.aws.amazon.com/cli/latest/reference/configure/export-credentials.html>

use super::answer::read;
use super::found::Found;
use super::process::complaint;
use super::surroundings;
use crate::error::{Class, Error};
use crate::os::child::{self, Answer, Call};
use crate::os::environment;
use crate::os::program::{find, passed_over, search_path};
use crate::sessions::State;
use crate::settings::{self, SignIn, SignInKind};
use crate::text::{quote, word};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// How long the CLI may take in all: it starts in a second, and may ask two services.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long after a refusal it is asked once more, if another program has renewed the sign-in at that moment.
const AGAIN: Duration = Duration::from_millis(300);
/// How long before a refusal that may have been: the CLI has read the old sign-in by then.
const RECENT: Duration = Duration::from_secs(2);

/// What the CLI says, in its versions so far, where one has to sign in again. Its exit codes for that are 253 and 255, which
/// it has for other things too.
const SIGNED_OUT: [&str; 7] = [
    "aws sso login",
    "aws login",
    "reauthenticate",
    "error loading sso token",
    "token has expired",
    "session has expired",
    "has expired or is otherwise invalid",
];
/// How the CLI ends where a service has refused.
/// Source: <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html>
const REFUSED: i32 = 254;
/// The first versions that have `export-credentials`, and that know `login_session`.
const FIRST: (u32, u32) = (2, 9);
const FIRST_WITH_LOGIN: (u32, u32) = (2, 32);
/// Where the CLI is had.
const INSTALL: &str =
    "install version 2 of the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html";

/// Asks the CLI. `region` is the one that was resolved: `aws login` saves none. `ca_bundle` is the file of certificates
/// that counts here, which another profile may have named. Blocks.
pub fn keys(sign_in: &SignIn, region: Option<&str>, ca_bundle: Option<&settings::Found>) -> Result<Found, Error> {
    let path = search_path();
    let names = ["aws".to_owned()];
    let program = find(&names, &path).ok_or_else(|| {
        Error::new(Class::NotInstalled, format!("{sign_in} cannot be asked for"))
            .because(passed_over(&names).unwrap_or_else(|| "the AWS CLI is not installed".into()))
            .hint(INSTALL)
    })?;
    // One at a time for all that share the sign-in, whatever they want of it.
    let lock =
        State::open_for_all().lock(&format!("sign-in {}", sign_in.shared()), &format!("an answer about {sign_in}"))?;
    let env = surroundings::of_cli(&path, ca_bundle);
    let cli = Cli { sign_in, program: &program, env, deadline: Instant::now() + PATIENCE };
    let begun = SystemTime::now();
    let mut answer = cli.export(region)?;
    if is_signed_out(&answer) {
        std::thread::sleep(AGAIN);
        if was_written(&sign_in.kind, begun - RECENT) {
            answer = cli.export(region)?;
        }
    }
    drop(lock);
    if !answer.status.success() {
        return Err(cli.refusal(&answer));
    }
    let (keys, ends) = read(answer.stdout.as_bytes())
        .map_err(|why| cli.failed(Class::Value, why).hint(format!("run it yourself to see more: {}", cli.shown())))?;
    Found::given(keys, ends, sign_in)
}

/// The CLI, asked about one sign-in.
struct Cli<'a> {
    sign_in: &'a SignIn,
    program: &'a Path,
    env: BTreeMap<OsString, OsString>,
    /// Until when it may take, with all that it is asked.
    deadline: Instant,
}

impl Cli<'_> {
    fn export(&self, region: Option<&str>) -> Result<Answer, Error> {
        let argv = ["configure", "export-credentials", "--format", "process", "--no-cli-auto-prompt"];
        let profile = format!("--profile={}", self.sign_in.profile);
        let region = region.map(|region| format!("--region={region}"));
        let argv: Vec<_> = argv.into_iter().map(str::to_owned).chain([profile]).chain(region).collect();
        self.run(&argv)
    }

    /// Runs it where nobody can be asked.
    fn run(&self, argv: &[String]) -> Result<Answer, Error> {
        let timeout = self.deadline.saturating_duration_since(Instant::now());
        let call = Call { program: self.program, argv, env: &self.env, terminal: None, show_stderr: false, timeout };
        child::run(&call).map_err(|failure| self.failed(Class::Manager, failure.to_string()))
    }

    fn failed(&self, class: Class, why: impl Into<String>) -> Error {
        Error::new(class, format!("the AWS CLI gave no credentials of {}", self.sign_in)).because(why)
    }

    /// The command, for a person to run.
    fn shown(&self) -> String {
        format!("aws configure export-credentials --profile {}", word(&self.sign_in.profile))
    }

    /// What a failure means.
    fn refusal(&self, answer: &Answer) -> Error {
        let said = complaint(answer);
        let profile = word(&self.sign_in.profile);
        if is_signed_out(answer) {
            let command = match self.sign_in.kind {
                SignInKind::Sso { .. } => "aws sso login",
                SignInKind::Login { .. } => "aws login",
            };
            return self.failed(Class::Locked, said).hint(format!("sign in: {command} --profile {profile}"));
        }
        if answer.status.code() == Some(REFUSED) {
            return self
                .failed(Class::Denied, said)
                .hint("check the account and the role in the profile, and that they are assigned to you");
        }
        if let Some(old) = self.too_old() {
            return old;
        }
        // Neither sign-in has hosts for FIPS, and the CLI takes the setting for it all the same.
        if said.contains("-fips") {
            return self.failed(Class::Config, said).hint(format!(
                "a sign-in has no FIPS endpoint: take use_fips_endpoint out of the profile {profile}, and put it into those with a role"
            ));
        }
        self.failed(Class::Manager, said).hint(format!("run it yourself to see more: {}", self.shown()))
    }

    /// The complaint about the CLI's version, if that explains a failure.
    fn too_old(&self) -> Option<Error> {
        let answer = self.run(&["--version".to_owned()]).ok()?;
        let text = String::from_utf8_lossy(answer.stdout.as_bytes()).into_owned();
        // The first version says it on standard error where its Python is of the second.
        let text =
            if text.trim().is_empty() { String::from_utf8_lossy(answer.stderr.as_bytes()).into_owned() } else { text };
        let shown = text.split_whitespace().next()?.strip_prefix("aws-cli/")?.to_owned();
        let (needed, what) = match self.sign_in.kind {
            SignInKind::Sso { .. } => (FIRST, "give out credentials"),
            SignInKind::Login { .. } => (FIRST_WITH_LOGIN, "use what aws login has saved"),
        };
        let why =
            format!("{} is version {}, which cannot {what}", quote(&self.program.to_string_lossy()), quote(&shown));
        let is_old = version(&shown).is_some_and(|version| version < needed);
        is_old.then(|| {
            self.failed(Class::NotInstalled, why).hint(format!("{INSTALL} ({}.{} or newer)", needed.0, needed.1))
        })
    }
}

/// Whether a file in which the CLI holds sign-ins is younger than that. Where they cannot be looked at, one may be.
fn was_written(kind: &SignInKind, since: SystemTime) -> bool {
    let below_home = |path| environment::home().map(|home| home.join(path));
    let directory = match kind {
        SignInKind::Sso { .. } => below_home(".aws/sso/cache"),
        SignInKind::Login { .. } => {
            environment::os("AWS_LOGIN_CACHE_DIRECTORY").map(PathBuf::from).or_else(|| below_home(".aws/login/cache"))
        }
    };
    let Some(directory) = directory else { return true };
    match std::fs::read_dir(directory) {
        Ok(files) => files
            .flatten()
            .any(|file| file.metadata().and_then(|found| found.modified()).is_ok_and(|written| written >= since)),
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

/// Whether somebody has to sign in again.
fn is_signed_out(answer: &Answer) -> bool {
    let said = String::from_utf8_lossy(answer.stderr.as_bytes()).to_lowercase();
    let is_refused = answer.status.code() == Some(REFUSED);
    !answer.status.success() && !is_refused && SIGNED_OUT.iter().any(|phrase| said.contains(phrase))
}

/// The first two numbers of a version.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_numbers() {
        for (text, is_old) in [("1.45.11", true), ("2.8.13", true), ("2.9.0", false), ("2.32.1", false), ("3.0", false)]
        {
            assert_eq!(version(text).unwrap() < FIRST, is_old, "{text}");
        }
        assert_eq!(version("x"), None);
    }
}
