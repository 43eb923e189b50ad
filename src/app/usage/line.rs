//! A command line as it was typed, read by the options that its command has.

use crate::cli::Cli;
use crate::output::shell::Shell;
use clap::{Arg, Command, CommandFactory};
use std::ffi::OsString;

/// The words of a command line, without our own name, and all that we know.
pub struct Line {
    cli: Command,
    words: Vec<String>,
}

impl Line {
    /// Reads `argv`, whose first element is our own name.
    pub fn new(argv: &[OsString]) -> Self {
        let mut cli = Cli::command();
        // The options of most commands are made only now.
        cli.build();
        Self { cli, words: argv.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect() }
    }

    /// The words.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// What we do without a command.
    pub const fn bare(&self) -> &Command {
        &self.cli
    }

    /// The command of that name, if people are told of it.
    pub fn verb(&self, name: &str) -> Option<&Command> {
        visible(&self.cli, name)
    }

    /// The command that the line begins with, or that of a command; ours alone if it begins with none.
    pub fn command(&self) -> &Command {
        let mut command = &self.cli;
        for word in &self.words {
            let Some(next) = visible(command, word) else { break };
            command = next;
        }
        command
    }
}

fn visible<'a>(command: &'a Command, name: &str) -> Option<&'a Command> {
    command.find_subcommand(name).filter(|command| !command.is_hide_set())
}

/// The option of `command` that has this long name, as it is typed: with dashes, perhaps with `=` and a value.
pub fn named<'a>(command: &'a Command, word: &str) -> Option<&'a Arg> {
    let name = word.strip_prefix("--")?.split('=').next()?;
    command.get_arguments().find(|arg| arg.get_long_and_visible_aliases().is_some_and(|names| names.contains(&name)))
}

/// How many words the option of `command` has that `word` begins, with its value; none if there is no such option.
pub fn length(command: &Command, word: &str) -> Option<usize> {
    if let Some(arg) = named(command, word) {
        return Some(if arg.get_action().takes_values() && !word.contains('=') { 2 } else { 1 });
    }
    let letters = word.strip_prefix('-').filter(|letters| !letters.is_empty())?;
    let is_flag = |letter| command.get_arguments().any(|arg| arg.get_short() == Some(letter));
    letters.chars().all(is_flag).then_some(1)
}

/// Where the options of `command` end at the beginning of `words`: past their end if the last lacks its value.
pub fn options_end(command: &Command, words: &[String]) -> usize {
    let mut at = 0;
    while let Some(length) = words.get(at).and_then(|word| length(command, word)) {
        at += length;
    }
    at
}

/// Whether the option of this name stands among `words`, before `--`.
pub fn is_given(words: &[String], option: &str) -> bool {
    let mut ours = words.iter().take_while(|word| *word != "--");
    ours.any(|word| word.strip_prefix(option).is_some_and(|rest| rest.is_empty() || rest.starts_with('=')))
}

/// The command line that has these words, as it is typed in the shell that has called us.
pub fn typed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let shell = Shell::of_caller();
    words.into_iter().fold("aws-auth".to_owned(), |line, word| line + " " + &shell.word(word))
}
