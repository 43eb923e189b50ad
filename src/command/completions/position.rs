//! Where on the command line the cursor stands, by the command line's own definition.

use clap::{Arg, ArgAction, Command, Id};

/// What the cursor is at.
#[derive(Debug)]
pub enum Position<'a> {
    /// The name of one of a command's subcommands.
    Subcommand(&'a Command),
    /// The name of an option.
    Option(Options<'a>),
    /// The value of an option or an argument.
    Value(Value<'a>),
    /// A word of the command that `exec` is to run.
    Foreign,
}

/// The options that may come next.
#[derive(Debug)]
pub struct Options<'a> {
    /// Whose options.
    pub command: &'a Command,
    /// Those that stand there already and may not stand there twice.
    pub spent: Vec<&'a Id>,
}

/// A value that is being typed.
#[derive(Debug)]
pub struct Value<'a> {
    /// The command it belongs to.
    pub command: &'a Command,
    /// What it is the value of.
    pub arg: &'a Arg,
    /// What stands before it in the same word: `--profile=`, or nothing.
    pub lead: String,
}

/// Where the cursor stands after `words`, which follow the program's name, at the end of the word `current`.
#[must_use]
pub fn find<'a>(root: &'a Command, words: &[String], current: &str) -> Position<'a> {
    let (mut command, mut given, mut awaited, mut arguments) = (root, Vec::new(), None, 0);
    for word in words {
        if awaited.take().is_some() {
            continue;
        }
        if word == "--" {
            return Position::Foreign;
        }
        if let Some((name, rest)) = option(word) {
            if let Some(arg) = named(command, name) {
                given.push(arg);
                awaited = Some(arg).filter(|arg| rest.is_none() && arg.get_action().takes_values());
            }
        } else if let Some(sub) = command.find_subcommand(word).filter(|_| given.is_empty() && arguments == 0) {
            command = sub;
        } else {
            arguments += 1;
        }
    }
    if let Some(arg) = awaited {
        return Position::Value(Value { command, arg, lead: String::new() });
    }
    if let Some((name, Some(_))) = option(current)
        && let Some(arg) = named(command, name).filter(|arg| arg.get_action().takes_values())
    {
        return Position::Value(Value { command, arg, lead: format!("--{name}=") });
    }
    if !current.starts_with('-') && given.is_empty() && arguments == 0 && command.has_subcommands() {
        return Position::Subcommand(command);
    }
    let mut places = command.get_positionals().filter(|arg| !arg.is_last_set());
    match places.nth(arguments) {
        Some(arg) if !current.starts_with('-') => Position::Value(Value { command, arg, lead: String::new() }),
        _ => {
            let spent = given.iter().filter(|arg| !matches!(arg.get_action(), ArgAction::Append));
            Position::Option(Options { command, spent: spent.map(|arg| arg.get_id()).collect() })
        }
    }
}

/// The parts of `--name` or `--name=value`.
fn option(word: &str) -> Option<(&str, Option<&str>)> {
    let word = word.strip_prefix("--")?;
    Some(word.split_once('=').map_or((word, None), |(name, value)| (name, Some(value))))
}

fn named<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|arg| arg.get_long_and_visible_aliases().is_some_and(|names| names.contains(&name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    /// The position in short.
    fn at(words: &[&str], current: &str) -> String {
        let mut root = crate::cli::Cli::command();
        root.build();
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        match find(&root, &words, current) {
            Position::Subcommand(command) => format!("a command of {}", command.get_name()),
            Position::Option(Options { command, spent }) => format!("an option of {} {spent:?}", command.get_name()),
            Position::Value(Value { command, arg, lead }) => {
                format!("{lead}{} of {}", arg.get_id(), command.get_name())
            }
            Position::Foreign => "foreign".into(),
        }
    }

    #[test]
    fn the_cursor_stands_where_clap_will_read_it() {
        let rows: &[(&[&str], &str, &str)] = &[
            (&[], "", "a command of aws-auth"),
            (&[], "ex", "a command of aws-auth"),
            (&[], "--pro", "an option of aws-auth []"),
            (&["--profile"], "", "profile of aws-auth"),
            (&["--profile"], "--x", "profile of aws-auth"),
            (&[], "--profile=a=b", "--profile=profile of aws-auth"),
            (&[], "--iam-role=", "--iam-role=role_arn of aws-auth"),
            (&[], "--no-role=", "an option of aws-auth []"),
            (&["--profile", "exec"], "", "an option of aws-auth [\"profile\"]"),
            (&["--profile=exec", "--tag", "a=b"], "-", "an option of aws-auth [\"profile\"]"),
            (&["exec"], "", "an option of exec []"),
            (&["exec", "--from"], "", "from of exec"),
            (&["exec", "--from", "pass", "--"], "", "foreign"),
            (&["exec", "--from", "pass", "--", "ls"], "--", "foreign"),
            (&["exec", "--item", "--"], "", "an option of exec [\"item\"]"),
            (&["backends"], "", "a command of backends"),
            (&["backends", "show"], "p", "name of show"),
            (&["backends", "show", "pass"], "", "an option of show []"),
            (&["backends", "check"], "./", "file of check"),
            (&["init"], "", "shell of init"),
            (&["completions"], "", "shell of completions"),
            (&["console", "--service"], "s", "service of console"),
            (&["nonsense", "--what"], "", "an option of aws-auth []"),
        ];
        for (words, current, expected) in rows {
            assert_eq!(at(words, current), *expected, "{words:?} {current}");
        }
    }
}
