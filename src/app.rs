//! From arguments to an exit code: parses, dispatches, and tells what went wrong.

mod usage;

use crate::backend::asking::APART;
use crate::cli::{Cli, Command, Request};
use crate::command::manner::{Manner, PLAIN};
use crate::command::{
    agent, backends, completions, console, credential_process, doctor, exec, init, list, logout, man, print, rotate,
    serve, setup, status, unset, whoami,
};
use crate::error::{Class, Error};
use crate::os::{child, environment, guard, stdio};
use crate::output::{self, Format, shell::Shell};
use crate::text;
use clap::Parser;
use std::ffi::OsString;

/// Runs the command line `argv`, whose first element is our own name. Returns the exit code.
#[must_use]
pub fn run(argv: &[OsString]) -> u8 {
    if let [_, command, program, arguments @ ..] = argv
        && command == APART
    {
        let error = child::apart(program, arguments);
        stdio::say(&format!("aws-auth: {} could not be started: {error}", text::quote(&program.to_string_lossy())));
        return Class::NoProgram.code();
    }
    if let [_, verb, socket] = argv
        && verb == agent::VERB
    {
        return agent::run(socket);
    }
    watch(argv);
    let result = match argv {
        [_, command, asked @ ..] if command == completions::COMMAND => completions::answer(asked),
        [_, command, shell] if command == serve::COMMAND => serve::stay(shell),
        _ => match Cli::try_parse_from(argv) {
            Ok(cli) => dispatch(argv, cli),
            Err(error) if error.use_stderr() => Err(usage::usage(argv, &error)),
            Err(help) => output::print(help.to_string()).map(|()| 0),
        },
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            guard::restore_terminal();
            tell(&error);
            fail(error.class().code())
        }
    }
}

/// Does what was asked for; gives the exit code.
fn dispatch(argv: &[OsString], cli: Cli) -> Result<u8, Error> {
    match cli.command {
        None => print::run(argv, &cli.request, &cli.print),
        Some(Command::Exec(exec)) => return exec::run(&exec),
        Some(Command::Serve(serve)) => return serve::run(&serve),
        Some(Command::Console(console)) => console::run(&console),
        Some(Command::CredentialProcess(request)) => credential_process::run(&request),
        Some(Command::Unset(dialect)) => unset::run(&dialect),
        Some(Command::Status(status)) => return status::run(&status),
        Some(Command::List(list)) => list::run(&list),
        Some(Command::Whoami(whoami)) => whoami::run(&whoami),
        Some(Command::Logout { from, item, profile }) => {
            logout::run(&Request { from, item, profile, ..Request::default() })
        }
        Some(Command::Setup(setup)) => setup::run(&setup),
        Some(Command::Doctor(doctor)) => return doctor::run(&doctor),
        Some(Command::Rotate(rotate)) => rotate::run(&rotate),
        Some(Command::Backends(backends)) => backends::run(backends),
        Some(Command::Init { shell }) => init::run(&shell),
        Some(Command::Man) => man::run(),
        Some(Command::Completions { shell }) => completions::run(&shell),
    }
    .map(|()| 0)
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

/// Prepares for an early end. The form of the output must be known before the command line is understood, because a
/// wrong command line is told in that form too.
fn watch(argv: &[OsString]) {
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

/// Says what went wrong: for a person in two lines, for a program that keeps what we say in one.
pub fn tell(error: &Error) {
    stdio::say(&if stdio::is_brief() { format!("{error:#}") } else { error.to_string() });
}

/// Says by standard output, where a shell may be reading it, that the run has failed.
#[must_use]
pub fn fail(code: u8) -> u8 {
    let statement = guard::take_statement(code);
    if !statement.is_empty() {
        let _ = stdio::write_stdout(statement.as_bytes());
    }
    code
}
