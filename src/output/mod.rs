//! What reaches standard output: the statements, or one of the other formats, in one piece and only after every call
//! has succeeded. A failure prints a failure statement and nothing else.

pub mod endpoint;
pub mod env;
pub mod held;
pub mod marks;
pub mod shell;
pub mod variables;

use crate::credentials::{RoleArn, TemporaryCredentials, Whose};
use crate::error::{Class, Error};
use crate::os::{environment, guard, stdio};
use crate::text;
use marks::Marks;
use secrecy::ExposeSecret;
use shell::Shell;
use variables::{Beside, Changes, For, Kind};
use zeroize::Zeroizing;

/// In which form the credentials are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Statements for a shell.
    Shell(Shell),
    /// `NAME=value` lines.
    Env,
    /// One flat JSON record of the variables.
    Json,
    /// What `credential_process` in `~/.aws/config` expects.
    /// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>
    Process,
    /// What STS itself answers, as some tools expect.
    /// Source: <https://docs.aws.amazon.com/cli/latest/reference/sts/assume-role.html#output>
    Sts,
    /// A section of `~/.aws/credentials`.
    Ini,
}

/// What `--format` knows: the name, the form, and what it is.
pub const FORMATS: &[(&str, Format, &str)] = &[
    ("env", Format::Env, "NAME=value lines"),
    ("json", Format::Json, "a flat record"),
    ("process", Format::Process, "for credential_process"),
    ("sts", Format::Sts, "as STS answers"),
    ("ini", Format::Ini, "for ~/.aws/credentials"),
];

impl Format {
    /// What standard output gets when the run fails with `code`.
    #[must_use]
    pub fn failure(self, code: u8) -> String {
        match self {
            Self::Shell(shell) => shell.failure(code),
            Self::Env | Self::Json | Self::Process | Self::Sts | Self::Ini => String::new(),
        }
    }
}

/// Temporary credentials and the region they were asked for, where a flag or the profile named one.
#[derive(Debug)]
pub struct Product {
    /// The keys.
    pub credentials: TemporaryCredentials,
    /// The role they are of; none for a session of the user's own.
    pub role: Option<RoleArn>,
    /// Whose they are.
    pub whose: Whose,
    /// The profile that led to them, if one was selected.
    pub profile: Option<String>,
    /// Exported beside them.
    pub beside: Beside,
}

impl Product {
    /// The text for standard output.
    #[must_use]
    pub fn render(&self, format: Format) -> Zeroizing<String> {
        let mut changes = self.changes(For::Keys);
        if matches!(format, Format::Shell(_)) {
            changes.record_mark(&held::mark(self.keys().into_iter().map(|(_, value)| value.as_bytes())));
        }
        let variables: Vec<_> = self.keys().into_iter().chain(changes.values()).collect();
        match format {
            Format::Shell(shell) => shell.statements(&changes.removed(), &variables),
            Format::Env => {
                let mut lines = Zeroizing::new(String::new());
                for (name, value) in &variables {
                    env::line(&mut lines, name, value);
                }
                lines
            }
            Format::Ini => {
                let settings = self.settings();
                let lines = settings.iter().flat_map(|(name, value)| [*name, " = ", *value, "\n"]);
                Zeroizing::new(std::iter::once("[default]\n").chain(lines).collect())
            }
            Format::Json => json(variables.iter().map(|(name, value)| (*name, (*value).into()))),
            Format::Process => {
                let account = self.whose.account.as_deref().map(|account| ("AccountId", account.into()));
                json(std::iter::once(("Version", 1.into())).chain(self.members()).chain(account))
            }
            Format::Sts => json([("Credentials", serde_json::Value::Object(object(self.members())))]),
        }
    }

    /// Names and values as AWS's own answers and `credential_process` have them.
    fn members(&self) -> impl Iterator<Item = (&str, serde_json::Value)> {
        let credentials = &self.credentials;
        let keys = [
            ("AccessKeyId", credentials.access_key_id.as_str()),
            ("SecretAccessKey", credentials.secret_access_key.expose_secret()),
            ("SessionToken", credentials.session_token.expose_secret()),
        ];
        let end = credentials.expiration.as_deref().map(|end| ("Expiration", end));
        keys.into_iter().chain(end).map(|(name, value)| (name, value.into()))
    }

    /// Names and values as `~/.aws/credentials` has them.
    /// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-static-credentials.html>
    #[must_use]
    pub fn settings(&self) -> Vec<(&'static str, &str)> {
        let credentials = &self.credentials;
        let keys = [
            ("aws_access_key_id", credentials.access_key_id.as_str()),
            ("aws_secret_access_key", credentials.secret_access_key.expose_secret()),
            ("aws_session_token", credentials.session_token.expose_secret()),
        ];
        // Read by people and by other tools, by no SDK.
        let end = credentials.expiration.as_deref().map(|end| ("aws_credential_expiration", end));
        keys.into_iter().chain(end).chain(self.beside.get("AWS_REGION").map(|region| ("region", region))).collect()
    }

    /// Names and values of the keys, in the order of printing; those of their end only where it is known.
    #[must_use]
    pub fn keys(&self) -> Vec<(&str, &str)> {
        let credentials = &self.credentials;
        let values = [
            credentials.access_key_id.as_str(),
            credentials.secret_access_key.expose_secret(),
            credentials.session_token.expose_secret(),
        ];
        let ends = [credentials.expiration.as_deref(); 2].into_iter().flatten();
        variables::of(Kind::Key).zip(values.into_iter().chain(ends)).collect()
    }

    /// What happens to other variables of whoever gets the keys.
    #[must_use]
    pub fn changes(&self, whom: For) -> Changes {
        let mut changes = Changes::new(whom, &self.beside, Some(&self.marks()));
        if whom == For::Keys && self.credentials.expiration.is_none() {
            changes.unset_end();
        }
        changes
    }

    /// What whoever gets the keys is told of where they lead.
    #[must_use]
    pub fn marks(&self) -> Marks {
        Marks::new(&self.whose, self.profile.as_deref())
    }

    /// Says which variables of the user's get another value, or go, because they would not be true any more.
    pub fn tell_changes(&self) {
        let changes = self.changes(For::Keys);
        for (name, old, new) in &changes.overwritten {
            stdio::note(&format!("aws-auth: {name} was {}, and becomes {}", text::quote(old), text::quote(new)));
        }
        if let Some(old) =
            environment::os(variables::ACCOUNT).filter(|_| changes.removed().contains(&variables::ACCOUNT))
        {
            let (name, old) = (variables::ACCOUNT, text::quote(&old.to_string_lossy()));
            let new = self.whose.account.as_deref().unwrap_or("not known");
            stdio::warn(&format!(
                "aws-auth: warning: {name} was {old}, and the account of the new credentials is {new}: it is unset"
            ));
        }
    }
}

/// The statements that clear everything a run ever sets.
#[must_use]
pub fn unset(shell: Shell) -> Zeroizing<String> {
    shell.statements(&Changes::new(For::Nobody, &Beside::default(), None).removed(), &[])
}

/// The statements that lead programs to an endpoint with these variables, and away from other keys.
#[must_use]
pub fn leading_to_endpoint(
    shell: Shell,
    variables: &[(&str, Zeroizing<String>)],
    changes: &Changes,
) -> Zeroizing<String> {
    let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
    let set: Vec<_> = variables.chain(changes.values()).collect();
    shell.statements(&changes.removed(), &set)
}

fn json<'a>(members: impl IntoIterator<Item = (&'a str, serde_json::Value)>) -> Zeroizing<String> {
    Zeroizing::new(format!("{}\n", serde_json::Value::Object(object(members))))
}

fn object<'a>(
    members: impl IntoIterator<Item = (&'a str, serde_json::Value)>,
) -> serde_json::Map<String, serde_json::Value> {
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Writes credentials, or what leads to some. From here on a signal adds no failure statement to them. That nobody can
/// have read them is a failure.
pub fn deliver(text: &str) -> Result<(), Error> {
    deliver_bytes(text.as_bytes())
}

/// The same for what another process of ours has made.
pub fn deliver_bytes(bytes: &[u8]) -> Result<(), Error> {
    let unread = |why| {
        unwritten(why).hint(format!("run it again with an output that takes it, as in: {}", Shell::typed("aws-auth …")))
    };
    if stdio::stdout_is_closed() {
        return Err(unread("it is closed".to_owned()));
    }
    write(bytes).map_err(unread)
}

/// Writes anything else: what was to be done is done, whether or not somebody reads of it.
pub fn print(text: impl AsRef<[u8]>) -> Result<(), Error> {
    write(text.as_ref())
        .map_err(|why| unwritten(why).hint("write it elsewhere: to the terminal, or to a disk that has room"))
}

fn write(bytes: &[u8]) -> Result<(), String> {
    guard::deliver(|| stdio::write_stdout(bytes)).map_err(|error| error.to_string())
}

fn unwritten(why: String) -> Error {
    Error::new(Class::Output, "the result could not be written to standard output").because(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(region: Option<&str>) -> Product {
        let credentials = TemporaryCredentials::new(
            "ASIAIOSFODNN7EXAMPLE",
            &"s".repeat(40),
            &"t".repeat(16),
            Some("2030-01-02T03:04:05Z".into()),
            std::time::Duration::from_hours(1),
        );
        let beside = Beside::of_region(region);
        Product { credentials: credentials.unwrap(), role: None, whose: Whose::default(), profile: None, beside }
    }

    #[test]
    fn statements_clear_first_and_name_each_variable_once_a_line() {
        let text = product(Some("eu-west-1")).render(Format::Shell(Shell::Posix));
        let names: Vec<_> = text.lines().map(|line| line.split(['=', ';']).next().unwrap()).collect();
        let expected = [
            "unset AWS_PROFILE",
            "unset AWS_DEFAULT_PROFILE",
            "unset AWS_SECURITY_TOKEN",
            "export AWS_ACCESS_KEY_ID",
            "export AWS_SECRET_ACCESS_KEY",
            "export AWS_SESSION_TOKEN",
            "export AWS_CREDENTIAL_EXPIRATION",
            "export AWS_SESSION_EXPIRATION",
            "export AWSAUTH_ACCOUNT",
            "export AWSAUTH_IDENTITY",
            "export AWSAUTH_PROFILE",
            "export AWS_REGION",
            "export AWS_DEFAULT_REGION",
            "export AWSAUTH_SET",
            "if `unset -v AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SECURITY_TOKEN AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION AWSAUTH_ACCOUNT AWSAUTH_IDENTITY AWSAUTH_PROFILE AWS_REGION AWS_DEFAULT_REGION AWSAUTH_SET 2>&-`",
        ];
        assert_eq!(names, expected);
        assert!(text.lines().all(|line| line.ends_with(';')));
    }

    #[test]
    fn r14_a_region_is_printed_only_where_one_was_given() {
        assert!(!product(None).render(Format::Shell(Shell::Posix)).contains("REGION"));
    }

    #[test]
    fn r96_the_process_format_is_one_json_object_of_version_1() {
        let text = product(None).render(Format::Process);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["Version"], 1);
        assert_eq!(value["Expiration"], "2030-01-02T03:04:05Z");
        assert_eq!(value.as_object().unwrap().len(), 5);
        let whose = Whose { account: Some("111122223333".into()), identity: None };
        let text = Product { whose, ..product(None) }.render(Format::Process);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!((value["AccountId"].as_str(), value.as_object().unwrap().len()), (Some("111122223333"), 6));
    }

    #[test]
    fn the_sts_format_is_what_sts_answers() {
        let value: serde_json::Value = serde_json::from_str(&product(None).render(Format::Sts)).unwrap();
        let credentials = value["Credentials"].as_object().unwrap();
        let names: Vec<_> = credentials.keys().map(String::as_str).collect();
        assert_eq!(names, ["AccessKeyId", "Expiration", "SecretAccessKey", "SessionToken"]);
        assert_eq!(value.as_object().unwrap().len(), 1);
    }

    #[test]
    fn an_end_that_nobody_has_told_is_left_out_and_an_earlier_one_is_unset() {
        let mut product = product(None);
        product.credentials.expiration = None;
        let text = product.render(Format::Shell(Shell::Posix));
        assert!(text.contains("unset AWS_CREDENTIAL_EXPIRATION;") && text.contains("unset AWS_SESSION_EXPIRATION;"));
        assert!(!text.contains("export AWS_CREDENTIAL_EXPIRATION") && text.contains("export AWS_SESSION_TOKEN="));
        for format in [Format::Env, Format::Json, Format::Process, Format::Sts, Format::Ini] {
            assert!(!product.render(format).to_lowercase().contains("expiration"), "{format:?}");
        }
    }

    #[test]
    fn unset_clears_all_that_is_ever_set_but_the_users_own_regions() {
        let text = unset(Shell::Fish);
        for name in
            [Kind::InTheWay, Kind::Key, Kind::Endpoint, Kind::Mark, Kind::Record].into_iter().flat_map(variables::of)
        {
            assert!(text.contains(&format!("set -e {name};")), "{name}");
        }
        assert!(!text.contains("REGION"));
    }
}
