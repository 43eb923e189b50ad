//! From arguments to an exit code: parses, dispatches, and tells what went wrong.

mod usage;
mod watch;

use crate::backend::asking::APART;
use crate::cli::{Cli, Command, Request};
use crate::command::{
    agent, backends, completions, console, credential_process, doctor, exec, init, list, logout, man, print, rotate,
    serve, setup, status, unset, whoami,
};
use crate::error::{Class, Error};
use crate::os::{child, guard, stdio};
use crate::output;
use crate::text;
use clap::Parser;
use std::ffi::OsString;
use std::path::Path;

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
    // Not for people, and so not what a person types after it.
    if let [_, verb, socket] = argv
        && verb == agent::VERB
        && Path::new(socket).is_absolute()
    {
        return agent::run(socket);
    }
    watch::watch(argv);
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
