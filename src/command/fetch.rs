//! What most commands begin with: the settings that a command line leads to, and the credentials that they lead to.

use crate::aws_files::{Files, Profiles};
use crate::cli::Request;
use crate::error::Error;
use crate::flow::{self, Delivery, explain};
use crate::os::{environment, stdio};
use crate::settings::Settings;
use std::time::Duration;

/// The settings and profiles that a command line leads to; `least` is the time that kept credentials must be good for
/// where it says none.
pub fn settings(request: &Request, least: Duration) -> Result<(Settings, Profiles), Error> {
    fault_for_tests();
    if request.quiet {
        stdio::be_quiet();
    }
    if request.verbose {
        stdio::be_verbose();
    }
    let (settings, profiles) = Settings::gather(request, Files::read()?, least)?;
    for fault in profiles.faults() {
        stdio::detail(format_args!("{fault}: it is left out"));
    }
    Ok((settings, profiles))
}

/// Gets what the command line asks for, or none where only the plan is wanted, which is shown.
pub async fn credentials(request: &Request, least: Duration) -> Result<Option<Delivery>, Error> {
    let (settings, profiles) = settings(request, least)?;
    get(&settings, &profiles).await
}

/// The same for settings that are known.
pub async fn get(settings: &Settings, profiles: &Profiles) -> Result<Option<Delivery>, Error> {
    if is_only_explained(settings, profiles)? {
        return Ok(None);
    }
    // Boxed: with the SDK's own, these futures are nested deeper than the compiler looks.
    Box::pin(flow::run(settings, profiles, None)).await.map(Some)
}

/// Shows the plan where nothing but that is wanted, and says whether it is.
pub fn is_only_explained(settings: &Settings, profiles: &Profiles) -> Result<bool, Error> {
    if settings.explain {
        // Not on standard output, where a shell would take it for statements.
        stdio::say(explain::text(settings, profiles)?.trim_end());
    }
    Ok(settings.explain)
}

/// Lets a test see what a fault of ours does. Not in the program that people get.
fn fault_for_tests() {
    assert!(
        !(cfg!(debug_assertions) && environment::os("AWS_AUTH_TEST_PANIC").is_some()),
        "a fault asked for by a test"
    );
}
