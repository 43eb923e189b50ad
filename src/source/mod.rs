//! Keys from elsewhere than a manager: what a run without one is signed with, as the original's were.
//!
//! The places are those of the AWS CLI, in its order; roles are ours to assume, so only the keys below them are looked for.
//! What is asked over the network has bounds of its own. Temporary keys are handed on as they are, but for those of the
//! caller's own environment: there they were put for something else.

mod answer;
mod asking;
mod container;
mod found;
mod held;
mod instance;
mod pair;
mod process;
mod sign_in;
mod surroundings;
mod token_file;
mod web_identity;
pub mod words;

pub use found::Found;
pub use held::held;

use crate::aws::Network;
use crate::aws_files::{Origin, Profiles, check_source, origins, place};
use crate::backend::registry;
use crate::credentials::{AccessKeyId, Problem, SourceKeys, secret_access_key};
use crate::error::{Class, Error, internal};
use crate::os::process::{ancestors, is_beside_us};
use crate::os::tty::Terminal;
use crate::os::{environment, stdio};
use crate::settings::options::FROM;
use crate::settings::{Provider, Settings, SignIn, Source};
use crate::text::{is_printable, quote};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::SystemTime;
use web_identity::WebIdentity;

/// What is needed to ask.
pub struct Asking<'a> {
    /// The profiles.
    pub profiles: &'a Profiles,
    /// What is wanted: which region, and how AWS is reached.
    pub settings: &'a Settings,
    /// Where a program may ask.
    pub terminal: Option<Arc<Terminal>>,
}

impl Asking<'_> {
    /// The region whose STS gives a role for a token.
    fn sts_region(&self) -> String {
        self.settings.region_for(self.settings.mfa_serial.as_ref(), None)
    }
}

/// The keys of `from`: of a profile where one was named on the command line or has roles above it, or of what a profile
/// names; else of the environment, then the default profile, then the other places where AWS's own tools look.
///
/// `network` is for where they are not at hand: its certificates take longer to read than a kept session.
pub async fn keys(from: &Source, asking: &Asking<'_>, network: &mut Network) -> Result<Found, Error> {
    environment::check_home()?;
    let profiles = asking.profiles;
    match from {
        Source::Provider(Provider::Environment) => {
            of_environment()?.ok_or_else(|| none_from(Provider::Environment, "AWS_ACCESS_KEY_ID is not set"))
        }
        Source::Provider(Provider::Container) => {
            let found = container::keys(network).await?;
            found.ok_or_else(|| none_from(Provider::Container, "no variable of the environment leads to it"))
        }
        Source::Provider(Provider::Instance) => instance::keys(profiles, network).await,
        Source::SignIn(sign_in) => {
            tell_shadowed(profiles, &sign_in.profile);
            of_sign_in(sign_in.clone(), asking.settings).await
        }
        Source::Sdk { profile: Some(name) } => {
            of_profile(name, asking, network).await?.ok_or_else(|| empty_profile(name, profiles))
        }
        Source::Sdk { profile: None } => anywhere(asking, network).await,
        Source::Backend { .. } => Err(internal("a manager was taken for another source")),
    }
}

/// Whether the keys of `from` would come from a server of ours that this shell has already.
#[must_use]
pub fn is_our_server(from: &Source, profiles: &Profiles) -> bool {
    let anywhere = || origins(profiles, profiles.leaf().unwrap_or("default")).is_empty();
    match from {
        Source::Provider(Provider::Container) => container::is_our_server(),
        Source::Sdk { profile: None } => !from.is_environment() && anywhere() && container::is_our_server(),
        _ => false,
    }
}

/// The places where AWS's own tools look, in their order.
async fn anywhere(asking: &Asking<'_>, network: &mut Network) -> Result<Found, Error> {
    if let Some(found) = of_environment()? {
        return Ok(found);
    }
    let profiles = asking.profiles;
    if let Some(found) = of_profile(profiles.leaf().unwrap_or("default"), asking, network).await? {
        return Ok(found);
    }
    if let Some(web_identity) = WebIdentity::of_environment()? {
        return web_identity.keys(asking.sts_region(), network).await;
    }
    if let Some(found) = container::keys(network).await? {
        return Ok(found);
    }
    if let Some(leaf) = profiles.leaf() {
        check_source(profiles, leaf)?;
    }
    if instance::is_disabled()? {
        return Err(unnamed(profiles).unwrap_or_else(|| nothing("neither the environment nor ~/.aws has any")));
    }
    let asked = instance::keys(profiles, network).await;
    asked.map_err(|error| {
        let why = format!("neither the environment nor ~/.aws has any, and {}", error.reason());
        unnamed(profiles).unwrap_or_else(|| nothing(&why))
    })
}

/// The keys of the profile `name`; none where it has no way to any.
async fn of_profile(name: &str, asking: &Asking<'_>, network: &mut Network) -> Result<Option<Found>, Error> {
    let profiles = asking.profiles;
    let Some(way) = origins(profiles, name).first().copied() else { return Ok(None) };
    tell_shadowed(profiles, name);
    let found = match way {
        Origin::Credentials | Origin::Config => written(profiles, name, way == Origin::Credentials)?,
        Origin::Process => {
            let line = profiles.get(name, way.key()).unwrap_or_default().to_owned();
            let (name, terminal) = (name.to_owned(), asking.terminal.clone());
            let ran = tokio::task::spawn_blocking(move || process::keys(&name, &line, terminal.as_deref()));
            Some(ran.await.unwrap_or_else(|_| Err(internal("a credential_process was run, and nothing came back")))?)
        }
        Origin::WebIdentity => Some(WebIdentity::of_profile(profiles, name)?.keys(asking.sts_region(), network).await?),
        Origin::Sso | Origin::Login => match SignIn::of(profiles) {
            Some(sign_in) => Some(of_sign_in(sign_in, asking.settings).await?),
            None => None,
        },
    };
    Ok(found)
}

/// Says which way to keys counts in a profile that has several.
fn tell_shadowed(profiles: &Profiles, name: &str) {
    if let [way, shadowed, ..] = origins(profiles, name)[..] {
        stdio::note(&format!(
            "aws-auth: the profile \"{}\" leads to keys by {}; its {} does not count beside it",
            quote(name),
            way.words(),
            shadowed.words()
        ));
    }
}

async fn of_sign_in(sign_in: SignIn, settings: &Settings) -> Result<Found, Error> {
    let (region, ca_bundle) = (settings.region.clone(), settings.reach.ca_bundle.clone());
    let asked = tokio::task::spawn_blocking(move || sign_in::keys(&sign_in, region.as_deref(), ca_bundle.as_ref()));
    asked.await.unwrap_or_else(|_| Err(internal("the AWS CLI was asked, and nothing came back")))
}

/// The keys of the caller's environment.
fn of_environment() -> Result<Option<Found>, Error> {
    Ok(pair::keys()?.map(Found::to_sign))
}

fn none_from(provider: Provider, why: &str) -> Error {
    let what = format!("{provider} gave no AWS keys, which the profile wants from there");
    Error::new(Class::Value, what).because(why).hint(provider.hint())
}

/// Refuses a profile that was chosen and leads to no keys.
pub fn check_profile(profiles: &Profiles, name: &str) -> Result<(), Error> {
    if origins(profiles, name).is_empty() { Err(empty_profile(name, profiles)) } else { Ok(()) }
}

fn empty_profile(name: &str, profiles: &Profiles) -> Error {
    let error = Error::new(Class::Value, format!("the profile \"{}\" has no AWS keys", quote(name)));
    match profiles.misnamed(name) {
        Some((why, right)) => error.because(why).hint(format!("write it as {right}")),
        None => error.because("nothing in it says where they are").hint("say it there, as in: aws_auth_from = pass"),
    }
}

/// How many names of profiles are told.
const TOLD: usize = 8;

/// What somebody needs to know who has profiles and named none; none where there are no others than the default one.
#[must_use]
pub fn unnamed(profiles: &Profiles) -> Option<Error> {
    let is_named = profiles.selected().is_some_and(|name| name != "default");
    let is_plain = |name: &&str| name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.@+=:/".contains(c));
    let others = profiles.files().names().filter(|name| !is_named && *name != "default");
    let names: Vec<&str> = others.filter(|name| is_printable(name)).collect();
    let leads = |name: &&str| FROM.keys.iter().any(|key| profiles.files().get(name, key).is_some());
    let plain = || names.iter().copied().filter(is_plain);
    let first = plain().find(leads).or_else(|| plain().next()).unwrap_or("NAME");
    let mut told = names.iter().take(TOLD).map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    if names.len() > TOLD {
        told.push_str(" and more, see: aws-auth list");
    }
    (!names.is_empty()).then(|| {
        Error::new(Class::Value, "no AWS keys were found")
            .because("no profile was named, and neither the environment nor the default profile has any")
            .hint(format!("name a profile, as in: --profile {first} (there are: {told})"))
    })
}

/// What somebody who has set up nothing needs to know.
fn nothing(why: &str) -> Error {
    let managers = registry::installed();
    let first = managers.first().map_or("pass", String::as_str);
    let here = if managers.is_empty() {
        "no manager that is known here is installed; see them with: aws-auth backends".to_owned()
    } else {
        format!("managers found here: {}", managers.join(", "))
    };
    Error::new(Class::Value, "no AWS keys were found").because(why).hint(format!(
        "say where yours are, as in: aws-auth --from {first}\n  {here}\n  to put a key into one: aws-auth setup --from {first}\n  to see what is missing: aws-auth doctor"
    ))
}

/// Refuses keys of the environment or of a file that a run would refuse. Nobody is asked.
pub fn check_at_hand(from: &Source, profiles: &Profiles) -> Result<(), Error> {
    let name = match from {
        Source::Sdk { profile: Some(name) } => name,
        Source::Sdk { profile: None } if of_environment()?.is_none() => profiles.leaf().unwrap_or("default"),
        Source::Provider(Provider::Environment) => return of_environment().map(drop),
        Source::Sdk { .. } | Source::Provider(_) | Source::SignIn(_) | Source::Backend { .. } => return Ok(()),
    };
    match origins(profiles, name).first() {
        Some(way @ (Origin::Credentials | Origin::Config)) => {
            written(profiles, name, *way == Origin::Credentials).map(drop)
        }
        _ => Ok(()),
    }
}

/// Keys that stand in the profile itself.
fn written(profiles: &Profiles, name: &str, in_credentials: bool) -> Result<Option<Found>, Error> {
    let Some(keys) = profiles.files().keys_of(name) else { return Ok(None) };
    let unusable = |key: &str, problem: Problem| {
        Error::new(Class::Config, format!("{key} of the profile \"{}\" cannot be used", quote(name)))
            .because(problem.to_string())
            .hint("correct it in ~/.aws/credentials or ~/.aws/config")
    };
    let Some(secret) = keys.secret else { return Err(half(name, in_credentials)) };
    let (whom, token_key) = (format!("the profile \"{}\"", quote(name)), keys.token_key);
    let keys = SourceKeys {
        access_key_id: AccessKeyId::new(keys.id).map_err(|problem| unusable("aws_access_key_id", problem))?,
        secret_access_key: secret_access_key(secret).map_err(|problem| unusable("aws_secret_access_key", problem))?,
        session_token: keys.token.map(SecretString::from),
    };
    if keys.are_mixed() {
        let file = if in_credentials { place::credentials_in_words() } else { place::config_in_words() };
        let way_out = format!("take {token_key} out of {file}, or put the id and the secret there that it came with");
        return Err(found::mixed(&keys, &whom).hint(way_out));
    }
    Found::given(keys, ended(profiles, name), &whom).map(Some)
}

/// How the tools that put temporary keys into the files call the time of their end: aws-mfa, saml2aws, and ours.
const ENDS: [&str; 3] = ["expiration", "x_security_token_expires", "aws_credential_expiration"];

/// When the keys of a profile ended, if it says so of itself; one without a zone is in UTC.
fn ended(profiles: &Profiles, name: &str) -> Option<SystemTime> {
    let said = ENDS.into_iter().find_map(|key| profiles.get(name, key))?;
    let ends = answer::time(said).or_else(|_| answer::time(&format!("{said}Z"))).ok()?;
    Some(ends).filter(|ends| *ends < SystemTime::now())
}

/// What somebody needs to know whose key id stands alone in its file.
fn half(name: &str, in_credentials: bool) -> Error {
    let file = if in_credentials { "the credentials file" } else { "the configuration" };
    Error::new(Class::Config, format!("the profile \"{}\" has half a key", quote(name)))
        .because(format!("aws_access_key_id is in {file}, and aws_secret_access_key is not"))
        .hint("put both into one file")
}

/// Refuses a `credential_process` that leads back to us: each run would start the next without end.
///
/// It is known by its program's name, and by finding ourselves among our own ancestors when a wrapper hides the name. One
/// that runs beside the command we are a part of is no such ancestor.
pub fn refuse_loop(profiles: &Profiles) -> Result<(), Error> {
    let name = profiles.leaf().unwrap_or("default");
    let Some(command) = profiles.get(name, "credential_process") else { return Ok(()) };
    let words = words::words(command).unwrap_or_default();
    let first = words.first().map_or("", String::as_str);
    // Somebody may have installed us under another name.
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(std::path::Path::file_name).and_then(std::ffi::OsStr::to_str);
    let is_us = |name: &str| name == "aws-auth" || Some(name) == own;
    let names_us = first.rsplit('/').next().is_some_and(is_us);
    let mut above = ancestors().filter(|process| process.names.iter().any(|name| is_us(name)));
    if names_us || above.any(|process| !is_beside_us(process.pid)) {
        return Err(Error::new(
            Class::Config,
            format!("the profile \"{}\" cannot be a source of keys", crate::text::quote(name)),
        )
        .because("its credential_process leads back to aws-auth")
        .hint("say in the profile where the keys are, as in: aws_auth_from = pass"));
    }
    Ok(())
}
