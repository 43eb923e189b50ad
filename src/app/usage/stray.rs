//! A word that stands alone after a command: what an option was forgotten before, or a command to run.

use super::line::{Line, is_given, length, named, options_end, typed};
use crate::aws_files::Files;
use crate::backend::registry;
use crate::command::exec::Program;
use crate::error::{Class, Error};
use crate::text::quote;
use clap::Command;
use std::ffi::OsStr;

/// What was meant by `word`, which clap has refused.
pub fn told(line: &Line, word: &str) -> Option<Error> {
    let words = line.words();
    let command = line.verb(words.first()?)?;
    let at = 1 + options_end(command, &words[1..]);
    let is_separated = words.iter().any(|word| word == "--");
    let is_here = words.get(at).is_some_and(|here| here == word) && !word.starts_with('-');
    match command.get_name() {
        "exec" if !is_separated && is_here => Some(without_dashes(command, words, at)),
        "serve" if words.get(at).is_some_and(|here| here == "--") => serving(line, &words[1..at], &words[at + 1..]),
        "serve" if !is_separated && is_here && !is_profile(word) && is_program(word) => {
            serving(line, &words[1..at], &words[at..])
        }
        _ if is_here => without_option(command, words, at),
        _ => None,
    }
}

/// `rotate bob`, whose option can be told by what the line has and the command takes.
fn without_option(command: &Command, words: &[String], at: usize) -> Option<Error> {
    let (verb, word) = (command.get_name(), words[at].as_str());
    let is_free = |option| named(command, option).is_some() && !is_given(words, option);
    let (option, what) = if is_given(words, "--from") {
        is_free("--item").then_some(("--item", "an item"))?
    } else if is_given(words, "--profile") {
        return None;
    } else if is_free("--from") && !is_profile(word) && registry::canonical(word).is_some() {
        ("--from", "a manager")
    } else {
        // The profile of `setup` is one to be made, and says nothing of the manager.
        (is_free("--profile") && verb != "setup").then_some(("--profile", "a profile"))?
    };
    let texts = words.iter().map(String::as_str);
    let line = typed(texts.clone().take(at).chain([option]).chain(texts.skip(at)));
    Some(
        Error::new(Class::Usage, format!("{verb} does not know what \"{}\" is", quote(word)))
            .because(format!("{what} stands after {option}"))
            .hint(format!("try: {}", quote(&line))),
    )
}

/// `serve -- terraform plan`: what runs a command is another one of ours.
fn serving(line: &Line, options: &[String], command: &[String]) -> Option<Error> {
    let (options, _) = split(line.verb("exec")?, options);
    let words = ["exec", "--serve"].into_iter().chain(options).chain(["--"]);
    let line = typed(words.chain(command.iter().map(String::as_str)));
    Some(
        Error::new(Class::Usage, "serve runs no command: it serves the shell that evaluates what it prints")
            .hint(format!("for one command: {}", quote(&line))),
    )
}

/// `exec terraform plan`, whose command begins without `--`.
fn without_dashes<'a>(exec: &Command, words: &'a [String], at: usize) -> Error {
    let texts = |words: &'a [String]| words.iter().map(String::as_str);
    let (before, command) = words.split_at(at);
    if at == 1 && is_profile(&words[at]) && !is_program(&words[at]) {
        let rest: Vec<_> = if command.len() == 1 { vec!["COMMAND"] } else { texts(&command[1..]).collect() };
        let line = typed(["exec", "--profile", &words[at], "--"].into_iter().chain(rest));
        return Error::new(Class::Usage, "exec needs --profile before a profile, and -- before the command")
            .hint(format!("try: {}", quote(&line)));
    }
    let (ours, theirs) = split(exec, command);
    // The command may have a --region of its own. Without one of these two the line asks for no keys.
    let are_ours = at == 1 && (is_given(command, "--profile") || is_given(command, "--from"));
    let (ours, theirs) = if are_ours { (ours, theirs) } else { (Vec::new(), texts(command).collect()) };
    let line = typed(texts(before).chain(ours).chain(["--"]).chain(theirs));
    Error::new(Class::Usage, "exec needs -- before the command").hint(format!("try: {}", quote(&line)))
}

/// The long options of `command` among `words`, with their values; and the other words. Those that have a short form too
/// are every program's.
fn split<'a>(command: &Command, words: &'a [String]) -> (Vec<&'a str>, Vec<&'a str>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let is_ours = named(command, word).is_some_and(|arg| arg.get_short().is_none());
        let end = length(command, word).map(|length| at + length).filter(|end| is_ours && *end <= words.len());
        let to = if end.is_some() { &mut ours } else { &mut theirs };
        let end = end.unwrap_or(at + 1);
        to.extend(words[at..end].iter().map(String::as_str));
        at = end;
    }
    (ours, theirs)
}

fn is_profile(word: &str) -> bool {
    Files::read().is_ok_and(|files| files.has(word))
}

fn is_program(word: &str) -> bool {
    Program::find(OsStr::new(word)).is_ok()
}
