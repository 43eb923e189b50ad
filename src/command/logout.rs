//! `aws-auth logout`: forgets what is kept.

use crate::aws_files::Files;
use crate::cli::Request;
use crate::error::Error;
use crate::output;
use crate::sessions::Cache;
use crate::settings::Settings;
use std::time::Duration;

/// Forgets all, or what came from the source that `request` names.
pub fn run(request: &Request) -> Result<(), Error> {
    let cache = Cache::open(true, Duration::ZERO);
    let all = request.from.is_none() && request.profile.is_none();
    let count =
        if all { cache.clear() } else { cache.forget(&Settings::source_of(request, Files::read()?)?.to_string()) };
    output::print(match count {
        0 => "Nothing was kept.\n".to_owned(),
        1 => "One set of credentials was kept, and is forgotten.\n".to_owned(),
        count => format!("{count} sets of credentials were kept, and are forgotten.\n"),
    })
}
