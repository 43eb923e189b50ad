//! Options that stand before a command. They belong after it, since each command has its own.

use super::line::{self, Line, is_given, options_end, typed};
use crate::error::{Class, Error};
use crate::output::shell::Shell;
use crate::text::quote;
use clap::Command;

/// A command behind options that are all its own.
pub fn misplaced(line: &Line) -> Option<Error> {
    let words = line.words();
    let (at, command) = words.iter().enumerate().skip(1).find_map(|(at, word)| {
        let command = line.verb(word)?;
        (options_end(command, &words[..at]) == at).then_some((at, command))
    })?;
    let line = moved(command, &words[..at], &words[at + 1..]);
    Some(Error::new(Class::Usage, "options come after the command").hint(format!("try: {}", quote(&line))))
}

/// A command behind options of which it lacks some; or a word that is none, where an item may be meant.
pub fn misfit(line: &Line) -> Option<Error> {
    let words = line.words();
    let at = options_end(line.bare(), words);
    let word = words.get(at)?;
    let Some(command) = line.verb(word) else { return item(words, at) };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < at {
        let end = from + line::length(line.bare(), &words[from])?;
        if line::length(command, &words[from]) == Some(end - from) {
            known.extend_from_slice(&words[from..end]);
        } else {
            unknown.push(words[from].split('=').next().unwrap_or_default());
        }
        from = end;
    }
    let line = moved(command, &known, &words[at + 1..]);
    Some(
        Error::new(Class::Usage, format!("{word} does not take {}", quote(&unknown.join(", "))))
            .hint(format!("try: {}", quote(&line))),
    )
}

/// `--from pass work`: an item without its option.
fn item(words: &[String], at: usize) -> Option<Error> {
    let word = words[at].as_str();
    if word.starts_with('-') || !is_given(words, "--from") || is_given(words, "--item") {
        return None;
    }
    let words = words.iter().map(String::as_str);
    let line = typed(words.clone().take(at).chain(["--item"]).chain(words.skip(at)));
    Some(
        Error::new(Class::Usage, format!("there is no command \"{}\"", quote(word)))
            .because("an item stands after --item")
            .hint(format!("try: {}", quote(&Shell::typed(&line)))),
    )
}

/// The line in the right order, with the `--` that `exec` needs.
fn moved(command: &Command, options: &[String], rest: &[String]) -> String {
    let mut words: Vec<&str> = vec![command.get_name()];
    words.extend(options.iter().chain(rest).map(String::as_str));
    if command.get_name() == "exec" && !rest.iter().any(|word| word == "--") {
        let at = options_end(command, rest).min(rest.len());
        words.insert(1 + options.len() + at, "--");
        if at == rest.len() {
            words.push("COMMAND");
        }
    }
    typed(words)
}
