//! A wrong command line, told in words that lead on: clap's own where they do, ours where people were seen to stumble.

mod line;
mod option;
mod order;
mod stray;

use crate::aws_files::Files;
use crate::backend::registry;
use crate::error::{Class, Error};
use crate::output::shell::Shell;
use crate::text::{nearest, quote};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use line::{Line, is_given};
use std::ffi::OsString;

/// What other tools call what we do without a word.
const ELSEWHERE: [&str; 7] = ["login", "switch", "assume", "use", "get", "auth", "session"];

/// The error of a command line that clap has refused; whatever looks like a key or a code is hidden in it.
pub fn usage(argv: &[OsString], error: &clap::Error) -> Error {
    let line = Line::new(argv);
    let words = line.words();
    let named = |kind| match error.get(kind) {
        Some(ContextValue::String(name)) => Some(name.as_str()),
        _ => None,
    };
    let is_setup = words.first().is_some_and(|verb| verb == "setup");
    let ours = match error.kind() {
        ErrorKind::InvalidSubcommand => named(ContextKind::InvalidSubcommand).map(|name| unknown_command(&line, name)),
        ErrorKind::ArgumentConflict => named(ContextKind::InvalidSubcommand).map(|name| {
            let misplaced = order::misplaced(&line).or_else(|| order::misfit(&line));
            misplaced.unwrap_or_else(|| unknown_command(&line, name))
        }),
        ErrorKind::UnknownArgument => named(ContextKind::InvalidArg).and_then(|word| {
            let misplaced = order::misplaced(&line).or_else(|| stray::told(&line, word));
            let lacks_manager = is_setup && !word.starts_with('-') && !is_given(words, "--from");
            misplaced.or_else(|| lacks_manager.then(without_manager))
        }),
        ErrorKind::MissingRequiredArgument if is_setup => Some(without_manager()),
        ErrorKind::MissingRequiredArgument
            if words.first().is_some_and(|verb| verb == "exec") && !words.iter().any(|word| word == "--") =>
        {
            Some(
                Error::new(Class::Usage, "exec needs a command, after --")
                    .hint("try: aws-auth exec --from pass -- terraform plan"),
            )
        }
        _ => None,
    };
    ours.unwrap_or_else(|| {
        let unknown = named(ContextKind::InvalidArg).filter(|_| error.kind() == ErrorKind::UnknownArgument);
        in_claps_words(error, &line, unknown)
    })
}

/// `setup`, which does not know into which manager.
fn without_manager() -> Error {
    let managers = registry::installed();
    let error = Error::new(Class::Usage, "setup needs the manager that is to hold the key");
    match managers.first() {
        Some(first) => {
            let here = if managers.len() > 1 { format!(" (here are {})", managers.join(", ")) } else { String::new() };
            error.hint(format!("try: aws-auth setup --from {first}{here}"))
        }
        None => error.because("none that is known here is installed").hint("see them with: aws-auth backends"),
    }
}

fn in_claps_words(error: &clap::Error, line: &Line, unknown: Option<&str>) -> Error {
    let told = error.render().to_string();
    let told = told.strip_prefix("error: ").unwrap_or(&told);
    let lines: Vec<_> =
        told.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("For more")).collect();
    let first = match lines.as_slice() {
        [] => "the command line cannot be understood".to_owned(),
        // What is missing stands in the next line.
        [first, second, ..] if first.ends_with(':') => format!("{first} {second}"),
        [first, ..] => (*first).to_owned(),
    };
    // Of an option that it does not know, clap likens the letters, or has it passed as a value.
    let tip = match unknown {
        Some(word) => option::hint(line, word),
        None => lines.iter().find_map(|line| line.strip_prefix("tip: ")).map(ToOwned::to_owned),
    };
    let command = line.words().first().filter(|word| line.verb(word).is_some());
    let command = command.map_or_else(String::new, |command| format!("{command} "));
    let hint = tip.map_or_else(|| format!("the options are shown by: aws-auth {command}--help"), |tip| quote(&tip));
    Error::new(Class::Usage, quote(&first)).hint(hint)
}

/// A word that is no command of ours: another tool's, or nearly one.
fn unknown_command(line: &Line, name: &str) -> Error {
    let error = Error::new(Class::Usage, format!("there is no command \"{}\"", quote(name)));
    if ELSEWHERE.contains(&name) {
        return error.because("credentials come without a command").hint(format!(
            "try: {}, or with a profile: {}",
            Shell::typed("aws-auth --from pass"),
            Shell::typed("aws-auth --profile NAME")
        ));
    }
    let shown = quote(name);
    if Files::read().is_ok_and(|files| files.has(name)) {
        return error.because("it is a profile").hint(format!("a profile is --profile {shown}"));
    }
    if registry::canonical(name).is_some() {
        let line = format!("aws-auth --from {shown}");
        return error.because("it is a manager").hint(format!("try: {}", Shell::typed(&line)));
    }
    let commands = line.bare().get_subcommands().filter(|it| !it.is_hide_set() && it.get_name() != "help");
    let commands: Vec<&str> = commands.map(clap::Command::get_name).collect();
    match nearest(commands.iter(), name) {
        Some(near) => error.hint(format!("is it {near}?")),
        None => error.hint(format!("a profile is --profile {shown}; the commands are: {}", commands.join(", "))),
    }
}
