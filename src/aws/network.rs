//! What a run reaches AWS by: one connector, one clock, and the STS that it has begun to talk to.

use super::clock::Clock;
use super::http;
use super::iam::Iam;
use super::sts::{Endpoint, Sts};
use crate::credentials::Partition;
use crate::error::Error;
use crate::os::stdio;
use crate::settings::{Found, Reach, Service};
use crate::text::quote_url;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;

/// Made when it is needed: reading the system's certificates takes milliseconds, which many runs do without.
#[derive(Debug)]
pub struct Network {
    reach: Reach,
    connector: Option<SharedHttpConnector>,
    clock: Clock,
    sts: Option<Sts>,
}

impl Network {
    /// One that reaches AWS as it is said.
    #[must_use]
    pub fn new(reach: &Reach) -> Self {
        Self { reach: reach.clone(), connector: None, clock: Clock::default(), sts: None }
    }

    /// The connector.
    pub fn connector(&mut self) -> Result<SharedHttpConnector, Error> {
        if let Some(connector) = &self.connector {
            return Ok(connector.clone());
        }
        let connector = http::connector(self.reach.ca_bundle.as_ref())?;
        Ok(self.connector.insert(connector).clone())
    }

    /// The clock that requests are signed by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The STS of `region`: the same as before, with whatever connection it has opened, if its endpoint is the same. One
    /// that is not AWS's own is told, the first time.
    pub fn sts(&mut self, region: String) -> Result<Sts, Error> {
        let endpoint = Endpoint::new(region, &self.reach)?;
        if let Some(sts) = self.sts.as_ref().filter(|sts| *sts.endpoint() == endpoint) {
            return Ok(sts.clone());
        }
        let is_first = self.sts.is_none();
        let sts = Sts::new(self.connector()?, self.clock(), endpoint);
        if let Some(given) = self.reach.endpoint(Service::Sts).filter(|_| is_first) {
            tell("", given);
        }
        Ok(self.sts.insert(sts).clone())
    }

    /// The IAM of a partition. One that is not AWS's own is told.
    pub fn iam(&mut self, partition: &Partition) -> Result<Iam, Error> {
        let iam = Iam::new(self.connector()?, partition, self.clock(), &self.reach)?;
        if let Some(given) = self.reach.endpoint(Service::Iam) {
            tell("IAM at ", given);
        }
        Ok(iam)
    }
}

fn tell(whom: &str, given: &Found) {
    // People know what they have set in the environment; a setting of a profile may be somebody else's.
    let place = if given.place.starts_with("AWS_") { "the environment" } else { given.place.as_str() };
    stdio::note(&format!("aws-auth: asking {whom}{}, which {place} names", quote_url(&given.value)));
}
