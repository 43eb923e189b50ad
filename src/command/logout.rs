//! `aws-auth logout`: forgets what is kept.

use super::fetch;
use crate::cli::Request;
use crate::error::Error;
use crate::os::{environment, runtime};
use crate::output;
use crate::sessions;
use std::time::Duration;

/// Forgets all, or what came from the source that `request` names, wherever it is kept.
pub fn run(request: &Request) -> Result<(), Error> {
    let all = request.from.is_none() && request.profile.is_none();
    let count = if all {
        sessions::forget_all()?
    } else {
        let (settings, _) = runtime::wait(fetch::settings(request, Duration::ZERO))?;
        sessions::forget(&settings.source.to_string())?
    };
    let forgotten = match count {
        0 => "Nothing was kept.\n".to_owned(),
        1 => "One set of credentials was kept, and is forgotten.\n".to_owned(),
        count => format!("{count} sets of credentials were kept, and are forgotten.\n"),
    };
    let held = environment::os("AWS_SESSION_TOKEN").is_some();
    let held = if held { "This shell still holds temporary credentials: eval \"$(aws-auth unset)\"\n" } else { "" };
    output::print(forgotten + held)
}
