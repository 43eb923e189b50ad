//! `aws-auth backends check`: whether a manifest can be used, whether its recorded answers hold, what its manager
//! really answers. No value is shown.

use crate::backend::fetch::Fetch;
use crate::backend::field::Field;
use crate::backend::manifest::Manifest;
use crate::backend::replay::Answers;
use crate::backend::{params, registry};
use crate::command::doctor::{Told, judge};
use crate::error::Error;
use crate::os::guard;
use crate::os::tty::{Terminal, has_windows};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Checks a manifest and the answers in `answers/` beside it.
pub fn file(path: &Path) -> Result<String, Error> {
    Ok(checked(path)?.2)
}

/// Checks them, then asks the manager for `item` and tells which fields it has.
pub fn live(path: &Path, item: Option<&str>, flags: &[String]) -> Result<String, Error> {
    let (manifest, text, mut told) = checked(path)?;
    let terminal = Terminal::open().ok().map(Arc::new);
    if let Some(terminal) = &terminal {
        guard::remember(terminal);
    }
    let quiet = terminal.is_none() && !has_windows();
    let found = Fetch::of(manifest, text, item, &params::of_flags(flags)?, terminal, quiet)?.found(&Field::ALL)?;
    for field in Field::ALL {
        // Writing to a String cannot fail.
        let _ = match judge(&found, field) {
            Told::Missing => writeln!(told, "{}: not found", field.name()),
            Told::Fine(place) => writeln!(told, "{}: found in {place}", field.name()),
            Told::Wrong(place, problem) => {
                writeln!(told, "{}: found in {place}, but it cannot be used: {problem}", field.name())
            }
        };
    }
    Ok(told)
}

fn checked(path: &Path) -> Result<(Manifest, String, String), Error> {
    let entry = registry::read_named(path)?;
    let manifest = Manifest::parse(&entry.text, &entry.origin.to_string())?;
    let title = crate::text::quote(&manifest.title);
    let answers = path.parent().zip(path.file_name()).map(|(directory, name)| directory.join("answers").join(name));
    let text = answers.as_deref().map(registry::read_beside).transpose()?.flatten();
    let told = match (answers, text) {
        (Some(place), Some(text)) => {
            let count = Answers::parse(&text, &place.to_string_lossy())?.replay(&manifest)?;
            format!("{title}: this manifest can be used, and all {count} recorded answers hold\n")
        }
        _ if manifest.variables.is_some() => format!("{title}: this manifest can be used\n"),
        _ => format!("{title}: this manifest can be used; there are no recorded answers\n"),
    };
    Ok((manifest, entry.text, told))
}
