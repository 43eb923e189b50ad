//! The credentials that are given out: got once for all who ask, and again before they end.

use crate::cache::Memory;
use crate::error::{Error, internal};
use crate::output::Product;
use crate::profile::Profiles;
use crate::settings::Settings;
use crate::{flow, runtime};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};
use tokio::sync::Mutex;

/// How long a failure is given to whoever else asks. An SDK asks three times within seconds, and nobody wants to
/// dismiss three prompts.
const PAUSE: Duration = Duration::from_secs(10);

/// Credentials, on demand.
#[derive(Debug)]
pub struct Supply {
    settings: Settings,
    profiles: Profiles,
    /// Sessions, where the system keeps none: a role is got anew with the code of the first.
    memory: Arc<Memory>,
    last: Mutex<Last>,
}

#[derive(Debug, Default)]
struct Last {
    got: Option<(Arc<Product>, SystemTime)>,
    failed: Option<(Instant, Error)>,
}

impl Supply {
    /// Nothing is got before somebody asks.
    #[must_use]
    pub fn new(settings: Settings, profiles: Profiles) -> Arc<Self> {
        Arc::new(Self { settings, profiles, memory: Arc::default(), last: Mutex::default() })
    }

    /// Credentials that are good for a while. One asks for all: the others wait here and get the same.
    pub async fn get(self: &Arc<Self>) -> Result<Arc<Product>, Error> {
        let mut last = self.last.lock().await;
        if let Some((product, until)) = &last.got
            && SystemTime::now() < *until
        {
            return Ok(Arc::clone(product));
        }
        if let Some((when, error)) = &last.failed
            && when.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        // Managers and prompts block, so they have a thread of their own, and requests are answered meanwhile.
        let supply = Arc::clone(self);
        let got = tokio::task::spawn_blocking(move || supply.fetch()).await;
        match got.unwrap_or_else(|_| Err(internal("getting credentials ended without an answer"))) {
            Ok(product) => {
                let (product, until) = (Arc::new(product), SystemTime::now());
                let until = until + self.good_for(&product.credentials.expiration, until);
                *last = Last { got: Some((Arc::clone(&product), until)), failed: None };
                Ok(product)
            }
            Err(error) => {
                last.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    fn fetch(&self) -> Result<Product, Error> {
        runtime::wait(flow::run(&self.settings, &self.profiles, Some(&self.memory)))
    }

    /// How long they are given out: until the minimum time before their end, or for half of what is left if that is more.
    fn good_for(&self, expiration: &str, now: SystemTime) -> Duration {
        let ends =
            DateTime::from_str(expiration, Format::DateTime).ok().and_then(|ends| SystemTime::try_from(ends).ok());
        let left = ends.and_then(|ends| ends.duration_since(now).ok()).unwrap_or_default();
        left.saturating_sub(self.settings.min_ttl.min(left / 2))
    }
}
