//! Keys that the AWS SDK finds: what a run without a manager is signed with, as the original's were.
//!
//! The chain gives leaf keys only; roles are ours to assume. What is asked over the network has the same time as AWS, and
//! its answers the same bound; a `credential_process` is run by us.

mod held;
mod pair;
mod process;
pub mod words;

pub use held::held;

use crate::aws::{DEADLINE, Network};
use crate::aws_files::Profiles;
use crate::credentials::{AccessKeyId, Problem, SourceKeys, secret_access_key};
use crate::error::{Class, Error, internal};
use crate::os::process::{ancestors, is_beside_us};
use crate::os::tty::Terminal;
use crate::os::{environment, file};
use crate::settings::{Provider, Source};
use crate::text::error_chain;
use crate::text::quote;
use aws_config::ecs::EcsCredentialsProvider;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::meta::credentials::CredentialsProviderChain;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::ProvideCredentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::http_client_fn;
use aws_types::region::Region;
use secrecy::SecretString;
use std::future::Future;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

/// The keys of `from`: of a profile where one was named on the command line or has roles above it, or of what a profile
/// names; else of the environment, then the default profile, then the other places where the SDKs look.
///
/// `network` is for where they are not at hand: its certificates take longer to read than a kept session. A program may
/// ask on `terminal`.
pub async fn keys(
    from: &Source,
    profiles: &Profiles,
    region: &str,
    network: &mut Network,
    terminal: Option<Arc<Terminal>>,
) -> Result<SourceKeys, Error> {
    environment::check_home()?;
    if matches!(from, Source::Sdk { profile: None } | Source::Provider(Provider::Environment)) {
        pair::check()?;
    }
    let profile = match from {
        Source::Sdk { profile: Some(name) } => Some(name.as_str()),
        Source::Sdk { profile: None } => {
            // The chain begins with the environment, and ends there unless it holds nothing.
            match EnvironmentVariableCredentialsProvider::new().provide_credentials().await {
                Err(CredentialsError::CredentialsNotLoaded(_)) => profiles.leaf(),
                found => return checked(from, found),
            }
        }
        Source::Provider(_) | Source::Backend { .. } => None,
    };
    if let Some(keys) = profile.and_then(|name| written(profiles, name)) {
        return keys;
    }
    if matches!(from, Source::Sdk { .. }) {
        let name = profile.unwrap_or("default");
        if let Some(line) = process::line(profiles, name) {
            let (name, line) = (name.to_owned(), line.to_owned());
            let ran = tokio::task::spawn_blocking(move || process::keys(&name, &line, terminal.as_deref()));
            return ran.await.unwrap_or_else(|_| Err(internal("a credential_process was run, and nothing came back")));
        }
        check_tokens(profiles, name)?;
    }
    let connector = network.connector()?;
    let config = ProviderConfig::empty()
        .with_region(Some(Region::new(region.to_owned())))
        .with_http_client(http_client_fn(move |_, _| connector.clone()));
    match (from, profile) {
        (Source::Provider(provider), _) => in_time(from, provided(*provider, &config)).await,
        (Source::Sdk { profile: Some(name) }, _) => {
            in_time(from, of_profile(profiles, name, &config).provide_credentials()).await
        }
        (_, name) => {
            // What the SDK's default chain looks at after the environment.
            let web = WebIdentityTokenCredentialsProvider::builder().configure(&config).build();
            let container = EcsCredentialsProvider::builder().configure(&config).build();
            let instance = ImdsCredentialsProvider::builder().configure(&config).build();
            let first = of_profile(profiles, name.unwrap_or("default"), &config);
            let chain = CredentialsProviderChain::first_try("Profile", first).or_else("WebIdentityToken", web);
            let chain = chain.or_else("EcsContainer", container).or_else("Ec2InstanceMetadata", instance);
            in_time(from, chain.provide_credentials()).await
        }
    }
}

/// Waits for what the SDK finds, which has bounds for each connection and none for the whole.
async fn in_time(
    from: &Source,
    found: impl Future<Output = Result<Credentials, CredentialsError>>,
) -> Result<SourceKeys, Error> {
    let found = tokio::time::timeout(DEADLINE, found).await;
    let late = |_| Err(CredentialsError::provider_timed_out(DEADLINE));
    checked(from, found.unwrap_or_else(late))
}

/// The largest file with a token in it, in bytes. A web identity's has under 20 KiB, which is what STS takes.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>
const LARGEST_TOKEN: usize = 64 * 1024;

/// Refuses a file of a token that the SDK would wait for or read without an end.
fn check_tokens(profiles: &Profiles, name: &str) -> Result<(), Error> {
    let variables = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
    let of_profile = profiles.get(name, "web_identity_token_file").map(|path| ("web_identity_token_file", path.into()));
    let named = variables.into_iter().filter_map(|name| Some((name, environment::os(name)?))).chain(of_profile);
    for (name, path) in named {
        let path = Path::new(&path);
        match file::read(path, LARGEST_TOKEN) {
            // What is not there is the SDK's to tell, if it comes to look.
            Err(error) if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
                let what = format!("{name} names {}, which cannot be used", quote(&path.to_string_lossy()));
                return Err(Error::new(Class::Config, what)
                    .because(error.to_string())
                    .hint(format!("name a file with a token in it, or unset {name}")));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The SDK's own reader of a profile's other ways to keys, which gets our reading of the profile as text.
fn of_profile(profiles: &Profiles, name: &str, config: &ProviderConfig) -> ProfileFileCredentialsProvider {
    let (text, name) = profiles.for_sdk(name);
    let files = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, text).build();
    ProfileFileCredentialsProvider::builder().configure(config).profile_files(files).profile_name(name).build()
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
    let keys = profiles.files().keys_of(name)?;
    let unusable = |key: &str, problem: Problem| {
        Error::new(Class::Config, format!("{key} of the profile \"{}\" cannot be used", quote(name)))
            .because(problem.to_string())
            .hint("correct it in ~/.aws/credentials or ~/.aws/config")
    };
    let id = AccessKeyId::new(keys.id).map_err(|problem| unusable("aws_access_key_id", problem));
    let secret = keys.secret.unwrap_or_default();
    let secret = secret_access_key(secret).map_err(|problem| unusable("aws_secret_access_key", problem));
    let session_token = keys.token.map(SecretString::from);
    Some(id.and_then(|access_key_id| Ok(SourceKeys { access_key_id, secret_access_key: secret?, session_token })))
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
