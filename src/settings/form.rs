//! The form of the output, and the shell that reads it.

use super::options::SHELL;
use super::said::{self, Found};
use crate::cli::Print;
use crate::error::{Class, Error};
use crate::output::shell::Shell;
use crate::output::{FORMATS, Format};

/// The form of the output: a flag, else the dialect of the shell that called.
pub fn format(print: &Print, of_profile: Option<&Found>) -> Result<Format, Error> {
    let Some(name) = print.format.as_deref() else {
        return Ok(Format::Shell(shell(print.dialect.shell.as_ref(), of_profile)?));
    };
    let found = FORMATS.iter().find(|(known, ..)| *known == name);
    found.map(|(_, format, _)| *format).ok_or_else(|| unknown("--format", name, "env, json, process, sts or ini"))
}

/// The shell that a flag, a variable or the profile names, else the one that called.
pub fn shell(flag: Option<&String>, of_profile: Option<&Found>) -> Result<Shell, Error> {
    let Some(found) = said::typed(&SHELL, flag)?.or_else(|| of_profile.cloned()) else { return Ok(Shell::of_caller()) };
    let names: Vec<_> = crate::output::shell::NAMES.iter().map(|(name, _)| *name).collect();
    Shell::named(&found.value).ok_or_else(|| unknown(&found.place, &found.value, &names.join(", ")))
}

fn unknown(flag: &str, value: &str, known: &str) -> Error {
    let value = crate::text::quote(value);
    Error::new(Class::Usage, format!("{flag} does not know \"{value}\"")).hint(format!("it knows {known}"))
}
