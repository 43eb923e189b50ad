//! `aws-auth` alone: the statements for the caller's shell, or another form of the same credentials.

use super::manner::{EVALUATED, Manner, PLAIN};
use super::{fetch, serve, told, write_profile};
use crate::aws_files::Profiles;
use crate::cli::{Print, Request};
use crate::error::Error;
use crate::os::{environment, runtime, stdio};
use crate::output::shell::Shell;
use crate::output::{self, Format, held};
use crate::settings::{self, Settings};
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
        let profile = named_by_variable(request, &settings, &profiles);
        let line = shell.evaluating(&again(argv, profile, shell));
        stdio::say(&format!("aws-auth: nothing has changed in this shell yet; to use these in it: {}", quote(&line)));
    }
    Ok(())
}

/// The profile that a variable names, which may be set for this one command; none where the keys are the environment's,
/// which a profile that is named comes before.
fn named_by_variable<'a>(request: &Request, settings: &Settings, profiles: &'a Profiles) -> Option<&'a str> {
    let mut variables = ["AWS_AUTH_PROFILE", "AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter();
    let is_so = request.profile.is_none() && variables.any(|name| environment::os(name).is_some());
    profiles.selected().filter(|_| is_so && !settings.source.is_environment())
}

/// The command line once more, with `profile`, without a code, which is good once, and without a shell, which is known.
fn again(argv: &[OsString], profile: Option<&str>, shell: Shell) -> String {
    let mut out = "aws-auth".to_owned();
    if let Some(profile) = profile {
        out.push_str(" --profile ");
        out.push_str(&shell.word(profile));
    }
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
        assert_eq!(again(&argv, None, Shell::Posix).replace('"', "'"), "aws-auth --from op --item 'a b'");
    }
}
