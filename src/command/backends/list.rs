//! `aws-auth backends`: which managers are known here, and whether each could be asked.

use crate::backend::registry;
use crate::error::Error;
use crate::os::{program, stdio};
use crate::text::{columns, printable, quote};
use std::ffi::OsStr;

/// The table of managers.
#[must_use]
pub fn table() -> String {
    let path = program::search_path();
    let rows = registry::known().into_iter().map(|name| row(name, &path));
    let head = ["NAME", "MANAGER", "PROGRAM", "ORIGIN"].map(str::to_owned);
    columns(std::iter::once(head).chain(rows))
}

fn row(name: String, path: &OsStr) -> [String; 4] {
    let entry = match registry::find(&name) {
        Ok(entry) => entry,
        Err(error) => return [name, "-".into(), format!("unusable: {}", first_line(&error)), "-".into()],
    };
    let origin = entry.origin.to_string();
    match entry.parse() {
        Ok(manifest) => {
            let program = if manifest.variables.is_some() {
                "not needed".into()
            } else {
                program::find(&manifest.program, path).map_or_else(
                    || program::passed_over(&manifest.program).unwrap_or_else(|| "not found".into()),
                    |found| quote(&found.to_string_lossy()),
                )
            };
            let title = if manifest.experimental.is_some() {
                format!("{} (experimental)", manifest.title)
            } else {
                manifest.title
            };
            [name, title, program, origin]
        }
        Err(error) => [name, "-".into(), format!("unusable: {}", first_line(&error)), origin],
    }
}

fn first_line(error: &Error) -> String {
    let text = error.to_string();
    text.lines().next().unwrap_or_default().trim_start_matches("aws-auth: ").to_owned()
}

/// A manager's manifest, as it is written.
pub fn show(name: &str) -> Result<String, Error> {
    let text = registry::find(name)?.text;
    // Byte for byte into a file; a terminal acts on nothing that somebody wrote into a manifest.
    Ok(if stdio::stdout_is_terminal() { printable(&text) } else { text })
}
