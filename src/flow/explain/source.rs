//! What kind of source the keys come from, in words.

use crate::aws_files::{Origin, Profiles, origins};
use crate::os::environment;
use crate::settings::{Provider, Source};
use crate::text::quote;

/// The words.
pub fn words(source: &Source, profiles: &Profiles) -> String {
    match source {
        Source::Backend { .. } | Source::Provider(_) => source.to_string(),
        Source::SignIn(sign_in) => format!("{sign_in} of the profile \"{}\"", quote(&sign_in.profile)),
        Source::Sdk { profile: Some(name) } => of_profile(profiles, name),
        Source::Sdk { profile: None } if source.is_environment() => Provider::Environment.to_string(),
        Source::Sdk { profile: None } => {
            profiles.leaf().map_or_else(|| source.to_string(), |name| of_profile(profiles, name))
        }
    }
}

fn of_profile(profiles: &Profiles, name: &str) -> String {
    let kind = match origins(profiles, name).first() {
        Some(Origin::Credentials | Origin::Config) => "the access key",
        Some(Origin::WebIdentity) => "a web identity",
        Some(Origin::Process) => "the credential_process",
        Some(Origin::Sso | Origin::Login) => "a sign-in",
        None => "what AWS's own tools find",
    };
    format!("{kind} of the profile \"{}\"", quote(name))
}

/// Whether the keys may turn out to be temporary ones that their source lends: it is not asked for them here.
pub fn may_lend(source: &Source, profiles: &Profiles) -> bool {
    let Source::Sdk { profile } = source else { return false };
    let name = profile.as_deref().or_else(|| profiles.leaf()).unwrap_or("default");
    !source.is_environment() && matches!(origins(profiles, name).first(), None | Some(Origin::Process))
}

/// Whether the keys are known to be temporary ones that their source lends.
pub fn lends(source: &Source, profiles: &Profiles) -> bool {
    match source {
        Source::SignIn(_) => true,
        Source::Sdk { profile } => {
            let name = profile.as_deref().or_else(|| profiles.leaf()).filter(|_| !source.is_environment());
            let way = name.and_then(|name| origins(profiles, name).first().copied());
            way == Some(Origin::WebIdentity)
                || name.and_then(|name| profiles.files().keys_of(name)).is_some_and(|keys| keys.token.is_some())
        }
        Source::Provider(_) | Source::Backend { .. } => false,
    }
}

/// The access key id of the environment's keys, where they are temporary.
pub fn temporary(source: &Source) -> Option<String> {
    let variable = |name: &str| environment::os(name).and_then(|value| value.into_string().ok());
    match source {
        Source::Sdk { profile: None } | Source::Provider(Provider::Environment) if source.is_environment() => {
            variable("AWS_SESSION_TOKEN").and_then(|_| variable("AWS_ACCESS_KEY_ID"))
        }
        _ => None,
    }
}
