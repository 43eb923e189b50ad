//! AWS IAM: what users ask about themselves, which is their MFA devices and their access keys.
//!
//! Each question is one form, signed as for STS and sent by the same connector. The SDK of IAM would do the same for nine
//! times the compile time of the SDK of STS.

mod access_keys;
pub mod answer;
mod call;
mod devices;
mod site;

pub use answer::Listed;

use crate::aws::{Clock, endpoint};
use crate::credentials::Partition;
use crate::error::Error;
use crate::text::quote;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use site::Site;

/// A partition's IAM.
#[derive(Debug)]
pub struct Iam {
    connector: SharedHttpConnector,
    site: Site,
    clock: Clock,
}

impl Iam {
    /// Prepares to ask the IAM of `partition`, or the one that the environment names; nothing is sent yet.
    pub fn new(connector: SharedHttpConnector, partition: &Partition, clock: Clock) -> Result<Self, Error> {
        let given = endpoint::of_environment("IAM")?;
        if let Some(url) = &given {
            crate::os::stdio::note(&format!("aws-auth: asking IAM at {}, which the environment names", quote(url)));
        }
        Ok(Self { connector, site: Site::new(partition, given), clock })
    }
}
