//! What kind of source the keys come from, in words.

use crate::aws_files::Profiles;
use crate::os::environment;
use crate::settings::{Provider, Source};
use crate::text::quote;

/// What in a profile makes it which kind, the first that is there.
const KINDS: [(&str, &str); 6] = [
    ("sso_session", "IAM Identity Center (SSO)"),
    ("sso_start_url", "IAM Identity Center (SSO)"),
    ("login_session", "aws login"),
    ("web_identity_token_file", "a web identity"),
    ("credential_process", "the credential_process"),
    ("aws_access_key_id", "the access key"),
];

/// The words.
pub fn words(source: &Source, profiles: &Profiles) -> String {
    match source {
        Source::Backend { .. } | Source::Provider(_) => source.to_string(),
        Source::Sdk { profile: Some(name) } => of_profile(profiles, name),
        Source::Sdk { profile: None } if source.is_environment() => Provider::Environment.to_string(),
        Source::Sdk { profile: None } => {
            profiles.leaf().map_or_else(|| source.to_string(), |name| of_profile(profiles, name))
        }
    }
}

fn of_profile(profiles: &Profiles, name: &str) -> String {
    let written = profiles.files().keys_of(name).map(|_| "the access key");
    let kind = KINDS.iter().find(|(key, _)| profiles.get(name, key).is_some()).map(|(_, kind)| *kind);
    format!("{} of the profile \"{}\"", written.or(kind).unwrap_or("what the AWS SDK finds"), quote(name))
}

/// Whether the keys are known to end by themselves: those of the environment and of a profile tell.
pub fn temporary(source: &Source, profiles: &Profiles) -> Option<String> {
    let variable = |name: &str| environment::os(name).and_then(|value| value.into_string().ok());
    match source {
        Source::Sdk { profile: None } | Source::Provider(Provider::Environment) if source.is_environment() => {
            variable("AWS_SESSION_TOKEN").and_then(|_| variable("AWS_ACCESS_KEY_ID"))
        }
        Source::Sdk { profile } => {
            let name = profile.as_deref().or_else(|| profiles.leaf())?;
            let keys = profiles.files().keys_of(name)?;
            keys.token.map(|_| keys.id.to_owned())
        }
        Source::Provider(_) | Source::Backend { .. } => None,
    }
}
