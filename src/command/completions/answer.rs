//! The answer to a script: what can stand at the cursor.

use super::candidate::Candidate;
use super::position::{Options, Position, find};
use super::spelling::{Asked, Spelling};
use super::values;
use crate::aws_files::Files;
use crate::cli::Cli;
use crate::error::Error;
use clap::{Command, CommandFactory};
use std::ffi::OsString;

/// The lines that a script inserts; none where the shell itself knows what can stand there.
///
/// It never fails: what cannot be read has nothing to offer, and nobody wants a message at the cursor.
pub fn answer(asked: &[OsString], profiles: impl Fn() -> Result<Files, Error>) -> Option<String> {
    let asked: Vec<_> = asked.iter().map(|word| word.to_string_lossy()).collect();
    let (shell, words) = asked.split_first()?;
    let asked = Asked::new(Spelling::of(shell)?, words)?;
    let mut root = Cli::command();
    root.build();
    let candidates = match find(&root, &asked.words, &asked.current) {
        Position::Foreign => return None,
        Position::Subcommand(command) => subcommands(command),
        Position::Option(options) => names(&options),
        Position::Value(value) => {
            let mut found = values::candidates(&value, profiles)?;
            // Such a value is taken for an option unless it stands in the same word as its own.
            found.retain(|it| !it.word.starts_with('-') || !value.lead.is_empty());
            for candidate in &mut found {
                candidate.word.insert_str(0, &value.lead);
            }
            found
        }
    };
    Some(asked.spelled(candidates))
}

fn subcommands(command: &Command) -> Vec<Candidate> {
    command.get_subcommands().map(|sub| Candidate::new(sub.get_name(), help(sub.get_about()))).collect()
}

/// The options' names, and `--` where a command of the user's own follows.
fn names(options: &Options<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for arg in options.command.get_arguments().filter(|arg| !options.spent.contains(&arg.get_id())) {
        for name in arg.get_long_and_visible_aliases().unwrap_or_default() {
            found.push(Candidate::new(format!("--{name}"), help(arg.get_help())));
        }
        if arg.is_last_set() {
            found.push(Candidate::new("--", help(arg.get_help())));
        }
    }
    found
}

fn help(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::scripts::{SCRIPTS, script};
    use super::*;
    use clap_complete::{Generator, Shell};

    fn generated(generator: impl Generator) -> String {
        let mut text = Vec::new();
        clap_complete::generate(generator, &mut Cli::command(), "aws-auth", &mut text);
        // Some generators leave blanks at the ends of lines.
        let text = String::from_utf8(text).unwrap();
        text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
    }

    #[test]
    fn the_generated_scripts_are_current() {
        let texts =
            [("powershell", generated(Shell::PowerShell)), ("nushell", generated(clap_complete_nushell::Nushell))];
        for (shell, text) in texts {
            let (_, file, script) = SCRIPTS.iter().find(|(name, ..)| *name == shell).unwrap();
            if crate::os::environment::os("AWS_AUTH_BLESS").is_some() {
                std::fs::write(format!("{}/completions/{file}", env!("CARGO_MANIFEST_DIR")), &text).unwrap();
            } else {
                assert!(*script == text, "{shell}: run AWS_AUTH_BLESS=1 cargo test --lib completions");
            }
        }
    }

    /// The answer to fish, with the profiles of a configuration that cannot be read.
    fn fish(words: &[&str]) -> Option<Vec<String>> {
        let words: Vec<_> = ["fish"].iter().chain(words).map(OsString::from).collect();
        let none = || Err(Error::new(crate::error::Class::Config, "unreadable"));
        let words_only = |text: String| text.lines().map(|line| line.split('\t').next().unwrap().to_owned()).collect();
        answer(&words, none).map(words_only)
    }

    #[test]
    fn every_command_and_every_option_is_offered() {
        let mut root = Cli::command();
        root.build();
        let offered = fish(&["aws-auth", ""]).unwrap();
        for sub in root.get_subcommands() {
            assert!(offered.contains(&sub.get_name().to_owned()), "{}", sub.get_name());
            let options = fish(&["aws-auth", sub.get_name(), "--"]).unwrap();
            for name in sub.get_arguments().filter_map(clap::Arg::get_long_and_visible_aliases).flatten() {
                assert!(options.contains(&format!("--{name}")), "{} --{name}", sub.get_name());
            }
        }
        assert!(fish(&["aws-auth", "exec", ""]).unwrap().contains(&"--".to_owned()));
    }

    #[test]
    fn a_configuration_that_cannot_be_read_has_nothing_to_offer() {
        assert_eq!(fish(&["aws-auth", "--profile", ""]).unwrap(), [""; 0]);
        assert!(fish(&["aws-auth", "--region", ""]).unwrap().contains(&"eu-west-1".to_owned()));
    }

    #[test]
    fn what_is_offered_is_accepted() {
        use clap::Parser;
        for shell in fish(&["aws-auth", "--shell", ""]).unwrap() {
            crate::settings::shell(Some(&shell), None).unwrap();
        }
        for format in fish(&["aws-auth", "--format", ""]).unwrap() {
            let cli = Cli::try_parse_from(["aws-auth", "--format", &format]).unwrap();
            crate::settings::format(&cli.print, None).unwrap();
        }
        for service in fish(&["aws-auth", "console", "--service", ""]).unwrap() {
            crate::aws::signin::Page::new(Some(&service), None).unwrap();
        }
        for shell in fish(&["aws-auth", "init", ""]).unwrap() {
            crate::command::init::script(&shell).unwrap();
        }
        for shell in fish(&["aws-auth", "completions", ""]).unwrap() {
            script(&shell).unwrap();
        }
        for name in fish(&["aws-auth", "backends", "show", ""]).unwrap() {
            crate::backend::registry::find(&name).unwrap();
        }
    }

    #[test]
    fn where_a_file_is_wanted_the_shell_is_left_to_it() {
        for words in [
            &["aws-auth", "backends", "check", ""][..],
            &["aws-auth", "exec", "--", ""],
            &["aws-auth", "exec", "--", "cat", ""],
            &["aws-auth", "--param", "database="],
        ] {
            assert_eq!(fish(words), None, "{words:?}");
        }
        assert_eq!(fish(&[]), None);
        assert!(answer(&["nosuchshell", "aws-auth", ""].map(OsString::from), || unreachable!()).is_none());
    }

    #[test]
    fn an_option_that_stands_there_is_not_offered_again() {
        let offered = fish(&["aws-auth", "--from", "pass", "--tag", "a=b", "--"]).unwrap();
        assert!(!offered.contains(&"--from".to_owned()) && offered.contains(&"--tag".to_owned()));
    }
}
