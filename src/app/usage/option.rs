//! An option that the command does not have: another name of one that it has, one mistyped, or another command's.

use super::line::{Line, named};
use crate::text::nearest;

/// What people mean by names that other tools use. clap likens letters, and names what has nothing to do with it.
const MEANT: [(&str, &str); 15] = [
    ("--token", "--token-code"),
    ("--mfa", "--token-code"),
    ("--mfa-token", "--token-code"),
    ("--mfa-code", "--token-code"),
    ("--otp", "--token-code"),
    ("--code", "--token-code"),
    ("--duration", "--role-duration-seconds"),
    ("--duration-seconds", "--role-duration-seconds"),
    ("--role", "--role-arn"),
    ("--mfa-serial", "--serial-number"),
    ("--account-id", "--account"),
    ("--backend", "--from"),
    ("--no-open", "--print"),
    ("--no-browser", "--print"),
    ("--stdout", "--print"),
];

/// What to say of `word`, if anything is known.
pub fn hint(line: &Line, word: &str) -> Option<String> {
    let word = word.split('=').next().filter(|word| word.starts_with("--"))?;
    let command = line.command();
    let meant = MEANT.iter().find(|(other, _)| *other == word).map(|(_, ours)| (*ours).to_owned());
    let known = command.get_arguments().filter(|arg| !arg.is_hide_set()).filter_map(|arg| arg.get_long());
    let mut known = known.map(|name| format!("--{name}"));
    if let Some(meant) = meant.filter(|meant| named(command, meant).is_some()).or_else(|| nearest(known.by_ref(), word))
    {
        return Some(format!("is it {meant}?"));
    }
    if line.words().first().is_some_and(|verb| line.verb(verb).is_some()) {
        // To those that get no credentials, few of these options would be of use.
        let gets = named(command, "--from").is_some();
        return named(line.bare(), word).filter(|_| gets).map(|_| format!("{word} is for aws-auth without a command"));
    }
    let mut verbs = line.bare().get_subcommands().filter(|verb| !verb.is_hide_set() && named(verb, word).is_some());
    verbs.next().map(|verb| format!("{word} is for: aws-auth {}", verb.get_name()))
}
