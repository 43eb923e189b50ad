//! `aws-auth` alone: the statements for the caller's shell, or another form of the same credentials.

use super::manner::{EVALUATED, Manner, PLAIN};
use super::{fetch, serve, told, write_profile};
use crate::cli::{Print, Request};
use crate::error::Error;
use crate::os::{runtime, stdio};
use crate::output::{self, Format, held};
use crate::settings;

/// Prints the credentials, or writes them where `--write-profile` says.
pub fn run(request: &Request, print: &Print) -> Result<(), Error> {
    if let Some(name) = &print.write_profile {
        return write_profile::run(request, name);
    }
    held::check()?;
    let (settings, profiles) = fetch::settings(request, settings::LEAST_TTL)?;
    let format = settings::format(print, settings.shell.as_ref())?;
    let Some(got) = runtime::wait(fetch::get(&settings, &profiles))? else { return Ok(()) };
    if !matches!(format, Format::Process | Format::Sts) {
        got.product.tell_changes();
    }
    output::deliver(&got.product.render(format))?;
    got.delivered();
    // Whoever has read from it leaves it to the others.
    if matches!(format, Format::Shell(_)) && !stdio::stdout_is_terminal() && !got.origin.from_our_server {
        serve::end_of_this_shell();
    }
    told::arrival(&got.product);
    if stdio::stdout_is_terminal() && matches!(format, Format::Shell(_)) {
        stdio::say("aws-auth: to use these in this shell: eval \"$(aws-auth …)\", in fish: aws-auth … | source");
    }
    Ok(())
}

/// How it tells of a failure, by the words of the command line: with `--write-profile` nothing is printed.
#[must_use]
pub fn manner(words: &[&str]) -> Manner {
    let writes = words.iter().any(|word| *word == "--write-profile" || word.starts_with("--write-profile="));
    if writes { PLAIN } else { EVALUATED }
}
