//! Keys that the AWS SDK finds: what a run without a manager is signed with, as the original's were.
//!
//! The chain gives leaf keys only; roles are ours to assume. Its last resort asks an instance's metadata service, over
//! the network and bounded by the SDK to some seconds.

mod environment;

use crate::aws::Network;
use crate::aws_files::Profiles;
use crate::credentials::{AccessKeyId, Problem, SourceKeys, secret_access_key};
use crate::error::{Class, Error};
use crate::os::environment as home;
use crate::os::process;
use crate::settings::{Provider, Source};
use crate::text::error_chain;
use crate::text::quote;
use aws_config::default_provider::credentials::DefaultCredentialsChain;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_runtime_api::client::http::http_client_fn;
use aws_types::region::Region;
use secrecy::SecretString;

/// The keys of `from`: of a profile where one was named on the command line or has roles above it, or of what a profile
/// names; else of the environment, then the default profile, then the other places where the SDKs look.
///
/// `network` is for where they are not at hand: its certificates take longer to read than a kept session.
pub async fn keys(
    from: &Source,
    profiles: &Profiles,
    region: &str,
    network: &mut Network,
) -> Result<SourceKeys, Error> {
    let profile = if let Source::Sdk { profile } = from { profile.as_deref() } else { None };
    if let Some(keys) = profile.and_then(|name| written(profiles, name)) {
        return keys;
    }
    home::check_home()?;
    if matches!(from, Source::Sdk { profile: None } | Source::Provider(Provider::Environment)) {
        environment::check()?;
    }
    if let (Source::Sdk { .. }, None) = (from, profile) {
        // The chain begins with the environment, and ends there unless it holds nothing.
        match EnvironmentVariableCredentialsProvider::new().provide_credentials().await {
            Err(CredentialsError::CredentialsNotLoaded(_)) => {}
            found => return checked(from, found),
        }
    }
    let connector = network.connector()?;
    let config = ProviderConfig::empty()
        .with_region(Some(Region::new(region.to_owned())))
        .with_http_client(http_client_fn(move |_, _| connector.clone()));
    let found = match (from, profile) {
        (Source::Provider(provider), _) => provided(*provider, &config).await,
        (_, Some(name)) => {
            let provider = ProfileFileCredentialsProvider::builder().configure(&config).profile_name(name).build();
            provider.provide_credentials().await
        }
        (_, None) => DefaultCredentialsChain::builder().configure(config).build().await.provide_credentials().await,
    };
    checked(from, found)
}

fn checked(from: &Source, found: Result<Credentials, CredentialsError>) -> Result<SourceKeys, Error> {
    let credentials = found.map_err(|error| missing(from, &error))?;
    let unusable = |what: &str, problem: Problem| {
        Error::new(Class::Value, format!("the {what} of {from} cannot be used")).because(problem.to_string())
    };
    Ok(SourceKeys {
        access_key_id: AccessKeyId::new(credentials.access_key_id())
            .map_err(|problem| unusable("access key id", problem))?,
        secret_access_key: secret_access_key(credentials.secret_access_key())
            .map_err(|problem| unusable("secret access key", problem))?,
        session_token: credentials.session_token().map(SecretString::from),
    })
}

async fn provided(provider: Provider, config: &ProviderConfig) -> Result<Credentials, CredentialsError> {
    match provider {
        Provider::Environment => EnvironmentVariableCredentialsProvider::new().provide_credentials().await,
        Provider::Instance => ImdsCredentialsProvider::builder().configure(config).build().provide_credentials().await,
        Provider::Container => EcsCredentialsProvider::builder().configure(config).build().provide_credentials().await,
    }
}

fn missing(from: &Source, error: &CredentialsError) -> Error {
    if let Source::Provider(provider) = from {
        let what = format!("{provider} gave no AWS keys, which the profile wants from there");
        let missing = Error::new(Class::Value, what).hint(provider.hint());
        return match error {
            CredentialsError::CredentialsNotLoaded(_) => missing,
            error => missing.because(quote(&error_chain(error))),
        };
    }
    let why = match error {
        CredentialsError::CredentialsNotLoaded(_) => {
            "neither the environment, nor ~/.aws, nor another place where AWS's own tools look has any".to_owned()
        }
        error => quote(&error_chain(error)),
    };
    Error::new(Class::Value, "no AWS keys were found")
        .because(why)
        .hint("say where yours are, as in: aws-auth --from pass; the managers are listed by: aws-auth backends")
}

/// Keys that stand in the profile itself. The SDK would go on to assume the profile's role with them.
fn written(profiles: &Profiles, name: &str) -> Option<Result<SourceKeys, Error>> {
    let (id, secret) = (profiles.get(name, "aws_access_key_id")?, profiles.get(name, "aws_secret_access_key")?);
    let unusable = |key: &str, problem: Problem| {
        Error::new(Class::Value, format!("{key} of the profile \"{}\" cannot be used", quote(name)))
            .because(problem.to_string())
            .hint("correct it in ~/.aws/credentials or ~/.aws/config")
    };
    let id = AccessKeyId::new(id).map_err(|problem| unusable("aws_access_key_id", problem));
    let secret = secret_access_key(secret).map_err(|problem| unusable("aws_secret_access_key", problem));
    let session_token = profiles.get(name, "aws_session_token").map(SecretString::from);
    Some(id.and_then(|access_key_id| Ok(SourceKeys { access_key_id, secret_access_key: secret?, session_token })))
}

/// Refuses a `credential_process` that leads back to us: each run would start the next, for ever.
///
/// It is known by its program's name, and by finding ourselves among our own ancestors when a wrapper hides the name. One
/// that runs beside the command we are a part of is no such ancestor.
pub fn refuse_loop(profiles: &Profiles) -> Result<(), Error> {
    let name = profiles.leaf().unwrap_or("default");
    let Some(command) = profiles.get(name, "credential_process") else { return Ok(()) };
    let first = command.split_whitespace().next().unwrap_or_default().trim_matches(['"', '\'']);
    // Somebody may have installed us under another name.
    let own = std::env::current_exe().ok();
    let own = own.as_deref().and_then(std::path::Path::file_name).and_then(std::ffi::OsStr::to_str);
    let is_us = |name: &str| name == "aws-auth" || Some(name) == own;
    let names_us = first.rsplit('/').next().is_some_and(is_us);
    let mut above = process::ancestors().filter(|process| process.names.iter().any(|name| is_us(name)));
    if names_us || above.any(|process| !process::is_beside_us(process.pid)) {
        return Err(Error::new(
            Class::Config,
            format!("the profile \"{}\" cannot be a source of keys", crate::text::quote(name)),
        )
        .because("its credential_process leads back to aws-auth")
        .hint("say in the profile where the keys are, as in: aws_auth_from = pass"));
    }
    Ok(())
}
