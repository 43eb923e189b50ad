//! The keys that this shell holds, as a program in it would find them.

use super::{checked, pair, provided};
use crate::aws::{DEADLINE, Network};
use crate::credentials::SourceKeys;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::settings::{Provider, Source};
use crate::text::{error_chain, quote};
use aws_config::provider_config::ProviderConfig;
use aws_smithy_runtime_api::client::http::http_client_fn;
use aws_types::region::Region;

/// The environment's keys, else those of the endpoint that it leads to; none where there is neither. Nothing else is
/// looked at: no file, no program, no manager.
pub async fn held(region: &str, network: &mut Network) -> Result<Option<(Provider, SourceKeys)>, Error> {
    let is_set = |name: &&str| environment::os(name).is_some();
    let provider = if ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().any(is_set) {
        pair::check()?;
        Provider::Environment
    } else if ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"].iter().any(is_set) {
        Provider::Container
    } else {
        return Ok(None);
    };
    let connector = network.connector()?;
    let config = ProviderConfig::empty()
        .with_region(Some(Region::new(region.to_owned())))
        .with_http_client(http_client_fn(move |_, _| connector.clone()));
    let found = tokio::time::timeout(DEADLINE, provided(provider, &config)).await;
    let found = found.map_err(|late| refused(&late))?.map_err(|error| refused(&error))?;
    checked(&Source::Provider(provider), Ok(found)).map(|keys| Some((provider, keys)))
}

/// The variables name keys, or an endpoint that gives none.
fn refused(error: &dyn std::error::Error) -> Error {
    Error::new(Class::Unavailable, "what this shell's variables lead to gave no credentials")
        .because(quote(&error_chain(error)))
        .hint("if they are those of a server that has ended: eval \"$(aws-auth unset)\"")
}
