//! `aws-auth` alone: the statements for the caller's shell, or another form of the same credentials.

use super::manner::{EVALUATED, Manner, PLAIN};
use super::{fetch, serve, told, write_profile};
use crate::cli::{Print, Request};
use crate::error::Error;
use crate::os::runtime;
use crate::os::stdio::{self, Readers};
use crate::output::shell::Shell;
use crate::output::{self, Format, held};
use crate::settings;
use crate::text::quote;
use std::ffi::OsString;

/// Prints the credentials, or writes them where `--write-profile` says.
pub fn run(argv: &[OsString], request: &Request, print: &Print) -> Result<(), Error> {
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
        let shell = Shell::of_caller();
        let line = shell.evaluating(&again(argv, shell));
        stdio::say(&format!("aws-auth: nothing has changed in this shell yet; to use these in it: {}", quote(&line)));
    }
    tell_of_file(format);
    Ok(())
}

/// Says, where a person sees it, that standard output was a file. Who redirects the statements may believe to be signed
/// in; the other forms are made for files, and there only others who may read it are told of.
fn tell_of_file(format: Format) {
    let Some(readers) = stdio::stdout_file().filter(|_| stdio::stderr_is_terminal()) else { return };
    let readable = if readers == Readers::Others { "; others may read it: chmod 600 makes it yours alone" } else { "" };
    if matches!(format, Format::Shell(_)) {
        stdio::note(&format!(
            "aws-auth: nothing has changed in this shell yet; standard output is a file, which holds the credentials now{readable}"
        ));
    } else if readers == Readers::Others {
        stdio::note("aws-auth: the file holds the credentials now; others may read it: chmod 600 makes it yours alone");
    }
}

/// The command line once more, without a code, which is good once, and without a shell, which is known.
fn again(argv: &[OsString], shell: Shell) -> String {
    let mut out = "aws-auth".to_owned();
    let mut words = argv.iter().skip(1).map(|word| word.to_string_lossy());
    while let Some(word) = words.next() {
        let (flag, value) = word.split_once('=').map_or((&*word, None), |(flag, value)| (flag, Some(value)));
        if ["--token-code", "--shell"].contains(&flag) {
            if value.is_none() {
                words.next();
            }
            continue;
        }
        out.push(' ');
        out.push_str(&shell.word(&word));
    }
    out
}

/// How it tells of a failure, by the words of the command line: with `--write-profile` nothing is printed.
#[must_use]
pub fn manner(words: &[&str]) -> Manner {
    let writes = words.iter().any(|word| *word == "--write-profile" || word.starts_with("--write-profile="));
    if writes { PLAIN } else { EVALUATED }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_for_the_shell_has_the_users_own_arguments_and_no_code() {
        let argv = ["x/aws-auth", "--from", "op", "--token-code", "1", "--shell=sh", "--item", "a b", "--token-code=2"];
        let argv: Vec<OsString> = argv.into_iter().map(Into::into).collect();
        assert_eq!(again(&argv, Shell::Posix).replace('"', "'"), "aws-auth --from op --item 'a b'");
    }
}
