//! Why a run keeps nothing.

use crate::sessions::Cache;
use crate::settings::Settings;

/// Why nothing is kept, in words, if nothing is. The console's own time switches the cache off without anybody saying so.
#[must_use]
pub fn why_closed(settings: &Settings, cache: &Cache) -> Option<&'static str> {
    let why = cache.why_closed()?;
    let of_console = "--console-duration-seconds, for which a role is assumed with the permanent key itself";
    Some(if settings.by_user { of_console } else { why })
}
