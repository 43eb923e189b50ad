//! `aws-auth unset`: the statements that clear the credentials from a shell.

use super::manner::{EVALUATED, Manner};
use super::serve;
use crate::cli::Dialect;
use crate::error::Error;
use crate::os::stdio;
use crate::output::shell::Shell;
use crate::{output, settings};

/// A shell evaluates what it prints.
pub const MANNER: Manner = EVALUATED;

/// Prints them.
pub fn run(dialect: &Dialect) -> Result<(), Error> {
    output::print(output::unset(settings::shell(dialect.shell.as_ref(), None)?))?;
    // On a terminal they are shown, and nothing has changed.
    if stdio::stdout_is_terminal() {
        let line = Shell::of_caller().evaluating("aws-auth unset");
        stdio::note(&format!("aws-auth: nothing has changed in this shell yet; to clear it: {line}"));
    } else {
        serve::end_of_this_shell();
    }
    Ok(())
}
