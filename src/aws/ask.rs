//! Asks AWS for one thing until it is there, may not be asked for again, or the time is up.

use super::Clock;
use super::attempt::Attempt;
use super::failure;
use super::tries::{DEADLINE, Setback, Tries};
use crate::error::Error;
use std::fmt::Display;
use std::sync::Arc;

/// Lets `one` ask `whom`, and says before each time whether `clock` is corrected. `tries` knows afterwards what was sent.
///
/// A request that changes something at AWS is no matter for this: it is sent once.
pub async fn ask<T>(
    whom: &dyn Display,
    clock: &Clock,
    tries: &mut Tries,
    mut one: impl AsyncFnMut(Arc<Attempt>) -> Result<T, (Error, Setback)>,
) -> Result<T, Error> {
    let answered = tokio::time::timeout(DEADLINE, async {
        loop {
            clock.tell();
            let signed = clock.correction();
            let (error, setback) = match one(tries.begin()).await {
                Ok(got) => return Ok(got),
                Err(refused) => refused,
            };
            // To be refused for the time once more, by the same time, is of no use.
            let is_same = setback == Setback::Clock && !clock.has_moved(signed);
            if is_same || !tries.again(&setback, &whom).await {
                return Err(error);
            }
        }
    });
    answered.await.unwrap_or_else(|_| Err(failure::late(whom, tries.trouble())))
}
