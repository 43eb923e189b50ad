//! A program that `exec` runs: found before anybody is asked anything, then started with the credentials and no other keys.

use crate::error::{Class, Error};
use crate::os::program::is_executable;
use crate::os::{environment, guard, process};
use crate::output::Product;
use crate::output::variables::{Changes, For};
use crate::text::quote;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

/// What runs a script without a first line.
const SHELL: &str = "/bin/sh";

/// A program that was found and can be executed.
#[derive(Debug)]
pub struct Program {
    /// As it was typed; the program sees this as its own name.
    name: OsString,
    path: PathBuf,
}

impl Program {
    /// Finds the program as a shell does: on PATH, or at the path that its name is.
    ///
    /// What is not there is 127 and what is there and no program is 126, the codes of every shell.
    /// Source: <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_08_02>
    pub fn find(name: &OsStr) -> Result<Self, Error> {
        let path = environment::os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into());
        let places: Vec<PathBuf> = match name.as_bytes() {
            // An empty part of PATH means the working directory, and joins to the name alone.
            bytes if !bytes.contains(&b'/') => std::env::split_paths(&path).map(|part| part.join(name)).collect(),
            _ => vec![name.into()],
        };
        let there: Vec<PathBuf> = places.into_iter().filter(|place| place.exists() && !name.is_empty()).collect();
        if let Some(path) = there.iter().find(|place| is_executable(place)) {
            // Without a `/` the name would be looked for once more.
            let path =
                if path.as_os_str().as_bytes().contains(&b'/') { path.clone() } else { Path::new(".").join(path) };
            return Ok(Self { name: name.into(), path });
        }
        let shown = quote(&name.to_string_lossy());
        Err(match there.first() {
            None => Error::new(Class::NoProgram, format!("there is no command \"{shown}\""))
                .because("it is not on PATH, or not at that path")
                .hint("check the command after --"),
            Some(path) if path.is_dir() => cannot(&shown, "it is a directory"),
            Some(_) => cannot(&shown, "its mode does not allow it"),
        })
    }

    /// Becomes the program. Comes back only with the reason why it cannot.
    #[must_use]
    pub fn replace_us(self, arguments: &[OsString], product: &Product) -> Error {
        guard::restore_terminal();
        let changes = product.changes(For::Program);
        let mut error = self.command(arguments, &changes, product.keys()).exec();
        if is_text(&error) {
            error = Self::shell().command(&self.of_script(arguments), &changes, product.keys()).exec();
        }
        self.not_executed(&error)
    }

    /// Starts the program with `variables` in the place of all keys; we go on beside it, and it is told so.
    pub fn start<'a>(
        &self,
        arguments: &[OsString],
        changes: &'a Changes,
        variables: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Child, Error> {
        let (name, value) = process::beside();
        let variables: Vec<_> = variables.into_iter().collect();
        let start = |program: &Self, arguments: &[OsString]| {
            program.command(arguments, changes, variables.iter().copied()).env(name, &value).spawn()
        };
        let started = match start(self, arguments) {
            Err(error) if is_text(&error) => start(&Self::shell(), &self.of_script(arguments)),
            started => started,
        };
        started.map_err(|error| self.not_executed(&error))
    }

    /// The shell, for a script that names no program in its first line: what every shell does with one, and execvp where
    /// the C library is not musl.
    /// Source: <https://pubs.opengroup.org/onlinepubs/9799919799/functions/exec.html>
    fn shell() -> Self {
        Self { name: SHELL.into(), path: SHELL.into() }
    }

    fn of_script(&self, arguments: &[OsString]) -> Vec<OsString> {
        std::iter::once(self.path.clone().into_os_string()).chain(arguments.iter().cloned()).collect()
    }

    fn command<'a>(
        &self,
        arguments: &[OsString],
        changes: &'a Changes,
        variables: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Command {
        #[expect(clippy::disallowed_methods, reason = "this one is what we are run for, and is no manager")]
        let mut command = Command::new(&self.path);
        // Cleared and given anew, so that a name which we have inherited twice is there once.
        let environment = environment_for(environment::inheritable(), changes, variables);
        command.arg0(&self.name).args(arguments).env_clear().envs(environment);
        aws_auth_launch::as_we_were_started(&mut command);
        command
    }

    fn not_executed(&self, error: &std::io::Error) -> Error {
        let class = if error.kind() == std::io::ErrorKind::NotFound { Class::NoProgram } else { Class::CannotRun };
        Error::new(class, format!("\"{}\" cannot be executed", quote(&self.path.to_string_lossy())))
            .because(error.to_string())
            .hint("if it is a script, look at the program that its first line names")
    }
}

/// Whether the kernel has found no program in a file that it may execute.
fn is_text(error: &std::io::Error) -> bool {
    error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error())
}

fn cannot(name: &str, why: &str) -> Error {
    Error::new(Class::CannotRun, format!("\"{name}\" cannot be executed"))
        .because(why)
        .hint("check the command after --")
}

fn environment_for<'a>(
    inherited: impl Iterator<Item = (OsString, OsString)>,
    changes: &'a Changes,
    variables: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> BTreeMap<OsString, OsString> {
    let kept = inherited.filter(|(name, _)| !changes.unset.iter().any(|gone| name == gone.as_ref()));
    kept.chain(variables.into_iter().chain(changes.values()).map(|(name, value)| (name.into(), value.into()))).collect()
}
