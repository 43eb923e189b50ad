//! `aws-auth status`: what this shell holds and what is kept for the next run, without asking anybody.

mod found;
mod held;
mod object;
mod words;

use super::serve::Running;
use super::told;
use crate::cli::Status;
use crate::error::Error;
use crate::output;
use crate::sessions::{Cache, Entry};
use crate::text;
use found::{Found, Server};
use held::Held;
use std::time::Duration;

/// Prints the status: for a person, or with `--format json` for programs. With `--test` the exit code is all that it tells.
pub fn run(status: &Status) -> Result<u8, Error> {
    if status.test {
        return Ok(u8::from(!is_good()));
    }
    let as_json = told::is_json(status.format.as_deref(), "status")?;
    let cache = Cache::open(true, Duration::ZERO);
    let kept = cache.as_ref().map(kept).unwrap_or_default();
    let held = Held::of_environment(&kept);
    let server = Running::of_environment().map(|running| running.report().map_or(Server::Gone, Server::There));
    let found = Found { held, server, cache, kept };
    output::print(if as_json { text::json(&object::of(&found)) + "\n" } else { words::of(&found) })?;
    Ok(0)
}

/// Whether a program in this shell gets credentials that are good: those of the environment, else those of its server.
fn is_good() -> bool {
    if let Some(held) = Held::of_environment(&[]) {
        return held.is_good();
    }
    let report = Running::of_environment().and_then(|running| running.report());
    report.is_some_and(|report| report["credentials"]["seconds_left"].as_u64().is_some_and(|left| left > 0))
}

/// What is kept, sorted by where it came from. A session that is all that was wanted is kept as the session and as the
/// result.
fn kept(cache: &Cache) -> Vec<Entry> {
    let mut entries = cache.entries();
    entries.sort_by(|one, other| one.credentials.access_key_id.as_str().cmp(other.credentials.access_key_id.as_str()));
    entries.dedup_by(|one, other| one.credentials.access_key_id == other.credentials.access_key_id);
    entries.sort_by(|one, other| one.label.cmp(&other.label));
    entries
}
