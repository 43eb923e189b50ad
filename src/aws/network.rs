//! What a run reaches AWS by: one connector, one clock, and the STS that it has begun to talk to.

use super::clock::Clock;
use super::http;
use super::sts::{Endpoint, Sts};
use crate::error::Error;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;

/// Made when it is needed: reading the system's certificates takes milliseconds, which many runs do without.
#[derive(Debug, Default)]
pub struct Network {
    connector: Option<SharedHttpConnector>,
    clock: Clock,
    sts: Option<Sts>,
}

impl Network {
    /// The connector.
    pub fn connector(&mut self) -> Result<SharedHttpConnector, Error> {
        if let Some(connector) = &self.connector {
            return Ok(connector.clone());
        }
        let connector = http::connector()?;
        Ok(self.connector.insert(connector).clone())
    }

    /// The clock that requests are signed by.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// Whether some STS was asked for.
    #[must_use]
    pub const fn has_sts(&self) -> bool {
        self.sts.is_some()
    }

    /// The STS of `endpoint`: the same as before, with whatever connection it has opened, if it is the same endpoint.
    pub fn sts(&mut self, endpoint: Endpoint) -> Result<Sts, Error> {
        if let Some(sts) = self.sts.as_ref().filter(|sts| *sts.endpoint() == endpoint) {
            return Ok(sts.clone());
        }
        let sts = Sts::new(self.connector()?, self.clock(), endpoint);
        Ok(self.sts.insert(sts).clone())
    }
}
