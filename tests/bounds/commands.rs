//! The commands, each as a person without a device would type it.

use crate::support::sts::{BOB, role};
use crate::support::{Home, gpg};

use super::faults::{Fault, From};

/// A row of the table.
pub struct Command {
    pub name: &'static str,
    words: &'static [&'static str],
    /// What comes after the words that say where the keys are.
    rest: &'static [&'static str],
    takes: Takes,
}

/// What a command can be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Where the keys are, and a code.
    Keys,
    /// Where they are.
    Item,
    /// An item that there is not yet, and a key.
    NewItem,
    /// Nothing: it looks at the keys of the shell.
    Shell,
    /// Nothing.
    Nothing,
}

pub const COMMANDS: &[Command] = &[
    Command { name: "print", words: &[], rest: &[], takes: Takes::Keys },
    Command { name: "exec", words: &["exec"], rest: &["--", "true"], takes: Takes::Keys },
    Command { name: "exec --serve", words: &["exec", "--serve"], rest: &["--", "true"], takes: Takes::Keys },
    Command { name: "serve", words: &["serve", "--shell", "sh"], rest: &[], takes: Takes::Keys },
    Command { name: "credential-process", words: &["credential-process"], rest: &[], takes: Takes::Keys },
    Command { name: "console", words: &["console", "--print"], rest: &[], takes: Takes::Keys },
    Command { name: "status", words: &["status"], rest: &[], takes: Takes::Shell },
    Command { name: "whoami", words: &["whoami"], rest: &[], takes: Takes::Shell },
    Command { name: "backends", words: &["backends"], rest: &[], takes: Takes::Nothing },
    Command { name: "list", words: &["list"], rest: &[], takes: Takes::Nothing },
    Command { name: "doctor", words: &["doctor"], rest: &[], takes: Takes::Item },
    Command { name: "setup", words: &["setup"], rest: &[], takes: Takes::NewItem },
    Command { name: "rotate", words: &["rotate"], rest: &[], takes: Takes::Keys },
    Command { name: "logout", words: &["logout"], rest: &[], takes: Takes::Nothing },
    Command { name: "unset", words: &["unset", "--shell", "sh"], rest: &[], takes: Takes::Nothing },
    Command { name: "init", words: &["init", "bash"], rest: &[], takes: Takes::Nothing },
    Command { name: "completions", words: &["completions", "bash"], rest: &[], takes: Takes::Nothing },
];

/// The parts of pass that are used, over files: quick enough for hundreds of runs.
const PASS: &str = r#"#!/bin/sh
cd '@STORE@' || exit 1
case $1 in
show) cat "$3" 2>/dev/null || { echo "Error: $3 is not in the password store." >&2; exit 1; } ;;
insert) cat >"$5" ;;
rm) rm -f "$4" ;;
git) exit 1 ;;
esac
"#;

/// bob, his item, a role that he may assume, and what the command looks at.
pub fn prepare(home: &Home, command: &Command, fault: &Fault) {
    gpg::secrets_of(home, &BOB);
    let item = format!("{}\naccess_key_id: {}\nrole_arn: {}\n", BOB.secret_access_key, BOB.access_key_id, role::PLAIN);
    home.write("store/work", item);
    home.plant(&home.path("store"));
    home.script("pass", &PASS.replace("@STORE@", &home.path("store").display().to_string()));
    let csv = format!("Access key ID,Secret access key\n{},{}\n", BOB.access_key_id, BOB.secret_access_key);
    home.write("accessKeys.csv", csv);
    if command.takes == Takes::Shell && fault.from != From::Machine {
        home.set("AWS_ACCESS_KEY_ID", BOB.access_key_id);
        home.set("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key);
    }
}

pub fn argv(home: &Home, command: &Command, fault: &Fault) -> Vec<String> {
    let mut argv: Vec<String> = (fault.below)(home);
    argv.push("aws-auth".into());
    let mut add = |words: &[&str]| argv.extend(words.iter().map(|word| (*word).to_owned()));
    add(command.words);
    let item = ["--from", "pass", "--item", "work"];
    let csv = home.path("accessKeys.csv").display().to_string();
    match command.takes {
        Takes::Keys | Takes::Item => {
            add(match fault.from {
                From::Item | From::Stdin => &item,
                From::Process => &["--profile", "tool"],
                From::SignIn => &["--profile", "signed-in"],
                From::Machine => &["--profile", "machine"],
            });
            if command.takes == Takes::Keys && fault.from == From::Stdin {
                add(&["--token-code", "-"]);
            }
        }
        Takes::NewItem => {
            let import = if fault.from == From::Stdin { "-" } else { &csv };
            add(&["--from", "pass", "--item", "other", "--import", import]);
        }
        Takes::Shell | Takes::Nothing => {}
    }
    add(command.rest);
    if command.name != "serve" {
        return argv;
    }
    // Its server lasts as long as the shell that reads it, and no longer.
    let mut shell: Vec<String> = ["sh", "-c", "x=$(\"$@\"); code=$?; printf %s \"$x\" | tail -n 1; exit $code", "sh"]
        .map(str::to_owned)
        .to_vec();
    shell.extend(argv);
    shell
}
