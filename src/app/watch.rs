//! What has to be known before the command line is understood: how the run tells of an early end. A wrong command line is
//! told in that form too.

use crate::command::manner::{Manner, PLAIN};
use crate::command::{completions, credential_process, exec, init, print, serve, unset};
use crate::os::{environment, guard, stdio};
use crate::output::{Format, shell::Shell};
use std::ffi::OsString;

/// Prepares for an early end.
pub fn watch(argv: &[OsString]) {
    let words: Vec<&str> =
        argv.iter().skip(1).filter_map(|word| word.to_str()).take_while(|word| *word != "--").collect();
    let value = |flag: &str| {
        let next = words.iter().position(|word| *word == flag).and_then(|at| words.get(at + 1)).copied();
        next.or_else(|| words.iter().find_map(|word| word.strip_prefix(flag)?.strip_prefix('=')))
    };
    let of_environment = || environment::text("AWS_AUTH_SHELL").ok().flatten();
    let shell = || value("--shell").map(str::to_owned).or_else(of_environment).and_then(|name| Shell::named(&name));
    let form = if let Some("env" | "json" | "process" | "sts" | "ini") = value("--format") {
        Some(Format::Json)
    } else {
        shell().map(Format::Shell)
    };
    let manner = manner(&words);
    if manner.brief {
        stdio::be_brief();
    }
    let statement = move |code| {
        if !manner.evaluated || stdio::stdout_is_terminal() {
            return String::new();
        }
        form.unwrap_or_else(|| Format::Shell(Shell::of_caller())).failure(code)
    };
    guard::watch(manner.replaced, Box::new(statement));
}

/// How the command tells of a failure that these words name; what is no command's name belongs to a run without one.
fn manner(words: &[&str]) -> Manner {
    match words.first().copied() {
        Some("exec") => exec::MANNER,
        Some("serve") => serve::MANNER,
        Some(serve::COMMAND) => PLAIN,
        Some("credential-process") => credential_process::MANNER,
        Some("unset") => unset::MANNER,
        Some("init") => init::MANNER,
        Some(
            "console"
            | "status"
            | "whoami"
            | "list"
            | "logout"
            | "backends"
            | "setup"
            | "doctor"
            | "rotate"
            | "man"
            | "help"
            | "completions"
            | completions::COMMAND,
        ) => PLAIN,
        _ => print::manner(words),
    }
}
