//! The keys that this shell holds, as a program in it would find them.

use super::{container, pair};
use crate::aws::Network;
use crate::credentials::SourceKeys;
use crate::error::{Class, Error};
use crate::output::shell::Shell;
use crate::settings::Provider;

/// The environment's keys, else those of the endpoint that it leads to; none where there is neither. Nothing else is
/// looked at: no file, no program, no manager.
pub async fn held(network: &mut Network) -> Result<Option<(Provider, SourceKeys)>, Error> {
    if let Some(keys) = pair::keys()? {
        return Ok(Some((Provider::Environment, keys)));
    }
    let found = container::keys(network).await.map_err(|error| {
        Error::new(Class::Unavailable, "what this shell's variables lead to gave no credentials")
            .because(error.reason())
            .hint(format!("if they are those of a server that has ended: {}", Shell::typed("aws-auth unset")))
    })?;
    Ok(found.map(|found| (Provider::Container, found.keys)))
}
