//! The credentials that are given out: got once for all who ask, and again before they end.

use crate::aws_files::Profiles;
use crate::error::{Error, internal};
use crate::flow::{self, Delivery};
use crate::os::moment::Moment;
use crate::os::runtime;
use crate::sessions::Memory;
use crate::settings::Settings;
use std::sync::Arc;
use std::time::{Duration, Instant};
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
    /// When they came, and for how long after that they are given out.
    got: Option<(Arc<Delivery>, Moment, Duration)>,
    failed: Option<(Instant, Error)>,
}

impl Supply {
    /// Nothing is got before somebody asks.
    #[must_use]
    pub fn new(settings: Settings, profiles: Profiles) -> Arc<Self> {
        Arc::new(Self { settings, profiles, memory: Arc::default(), last: Mutex::default() })
    }

    /// Credentials that are good for a while. One asks for all: the others wait here and get the same.
    pub async fn get(self: &Arc<Self>) -> Result<Arc<Delivery>, Error> {
        let mut last = self.last.lock().await;
        if let Some((kept, came, good_for)) = &last.got
            && Moment::now().since(*came).is_some_and(|age| age < *good_for)
        {
            return Ok(Arc::clone(kept));
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
            Ok(got) => {
                let got = Arc::new(got);
                let good_for = self.good_for(got.product.credentials.left);
                *last = Last { got: Some((Arc::clone(&got), Moment::now(), good_for)), failed: None };
                Ok(got)
            }
            Err(error) => {
                last.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    fn fetch(&self) -> Result<Delivery, Error> {
        runtime::wait(flow::run(&self.settings, &self.profiles, Some(&self.memory)))
    }

    /// How long they are given out: until the minimum time before their end, or for half of what is left if that is more.
    fn good_for(&self, left: Duration) -> Duration {
        left.saturating_sub(self.settings.min_ttl.min(left / 2))
    }
}
