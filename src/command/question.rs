//! A question that is answered by yes or no; no is the usual answer.

use crate::error::{Class, Error};
use crate::os::ask;
use crate::os::tty::Terminal;

/// Whether somebody says yes to `question`, which names what is at stake; `given` is a yes on the command line. `what`
/// fails where there is nobody to ask.
pub fn yes(terminal: Option<&Terminal>, given: bool, question: &str, what: &str) -> Result<bool, Error> {
    if given {
        return Ok(true);
    }
    let terminal = terminal.ok_or_else(|| {
        Error::new(Class::NoTerminal, what)
            .because(format!("{question}: there is no terminal to ask on"))
            .hint("say yes beforehand with --yes")
    })?;
    let answer = ask::line(terminal, &format!("{question}? [y/N] "), false)
        .map_err(|why| Error::new(Class::Cancelled, what).because(why).hint("run this again to be asked again"))?;
    let answer = answer.trim();
    Ok(answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes"))
}

/// What was not done for want of a yes.
#[must_use]
pub fn declined(what: &str) -> Error {
    Error::new(Class::Cancelled, what)
        .because("the answer was no")
        .hint("nothing was changed; run this again to be asked again")
}
