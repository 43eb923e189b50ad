//! What a run waits on: one thread, which does nothing while nothing happens.

use super::shortage;
use crate::error::{Error, internal};
use tokio::runtime::{Builder, Runtime};

/// How many files it has open, and some of what it is for. Where it can have some of them only, it panics.
const FILES: usize = 8;

/// Makes it.
pub fn new() -> Result<Runtime, Error> {
    shortage::check(FILES)?;
    let runtime = Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| shortage::of_files(&error).unwrap_or_else(|| internal(error.to_string())))
}

/// Waits for `work`, and for nothing that it has begun and needs no more, such as the search for a host's address.
pub fn wait<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = new()?;
    let done = runtime.block_on(work);
    runtime.shutdown_background();
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_and_is_not_needed_is_not_waited_for() {
        let (end, wait_for_it) = std::sync::mpsc::channel::<()>();
        let done = wait(async {
            drop(tokio::task::spawn_blocking(move || wait_for_it.recv()));
            tokio::task::yield_now().await;
            Ok(7)
        });
        assert_eq!(done.ok(), Some(7));
        drop(end);
    }
}
