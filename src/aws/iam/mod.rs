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

use crate::aws::Clock;
use crate::credentials::Partition;
use crate::error::Error;
use crate::settings::Reach;
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
    /// Prepares to ask the IAM of `partition`, or the one that is given in its place; nothing is sent yet.
    pub(super) fn new(
        connector: SharedHttpConnector,
        partition: &Partition,
        clock: Clock,
        reach: &Reach,
    ) -> Result<Self, Error> {
        Ok(Self { connector, site: Site::new(partition, reach)?, clock })
    }
}
