//! What a run waits on: one thread, which does nothing while nothing happens.

use crate::error::{Error, internal};
use tokio::runtime::{Builder, Runtime};

/// Makes it.
pub fn new() -> Result<Runtime, Error> {
    Builder::new_current_thread().enable_all().build().map_err(|error| internal(error.to_string()))
}

/// Waits for `work`.
pub fn wait<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    new()?.block_on(work)
}
