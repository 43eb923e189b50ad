//! How long a server serves: on a terminal, or behind the back of a shell.

use super::detach::{Side, detach, follow, leave_the_terminal};
use super::endpoint::Endpoint;
use super::supply::Supply;
use crate::aws_files::Profiles;
use crate::command::exec::Program;
use crate::error::{Error, internal};
use crate::os::{guard, process, runtime, stdio};
use crate::output;
use crate::output::shell::Shell;
use crate::output::variables::For;
use crate::settings::{Found, Settings};
use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;

/// On a terminal it serves until ^C; else it goes on behind the shell that reads the statements, until that ends. Gives
/// the exit code.
pub fn for_shell(
    shell: impl Fn(Option<&Found>) -> Result<Shell, Error>,
    gather: impl FnOnce() -> Result<(Settings, Profiles), Error>,
) -> Result<u8, Error> {
    // Before anything is read from standard input: the other process has the same arguments and the same streams.
    let side = if stdio::stdout_is_terminal() { None } else { Some(detach()?) };
    let served = match side {
        None => None,
        Some(Side::Stays(served)) => Some(served),
        Some(Side::Returns(server)) => {
            return output::deliver_bytes(server.statements()).map(|()| 0).inspect_err(|_| server.end());
        }
        Some(Side::Failed(code)) => return Ok(code),
    };
    runtime::wait(async {
        let (settings, profiles) = gather()?;
        let shell = shell(settings.shell.as_ref())?;
        let supply = Supply::new(settings, profiles);
        // The person is here now; later nobody may be.
        let first = supply.get().await?;
        let endpoint = Endpoint::open()?;
        first.product.tell_changes();
        let changes = first.product.changes(For::Endpoint);
        output::deliver(&output::endpoint(shell, &endpoint.variables(), &changes))?;
        first.delivered();
        let Some(served) = served else {
            stdio::say("aws-auth: serving credentials; paste these lines into another shell, and end this with ^C");
            endpoint.serve(supply).await;
            return Ok(0);
        };
        leave_the_terminal()?;
        let serving = tokio::spawn(endpoint.serve(supply));
        follow(served).await;
        serving.abort();
        Ok(0)
    })
}

/// Serves for as long as the command runs, and ends as it ends: with its exit code, or by the signal that ended it.
pub fn for_command(
    program: &Program,
    arguments: &[OsString],
    (settings, profiles): (Settings, Profiles),
) -> Result<u8, Error> {
    let runtime = runtime::new()?;
    let ended = runtime.block_on(async {
        let supply = Supply::new(settings, profiles);
        // Afterwards the terminal is the command's.
        let first = supply.get().await?;
        first.product.tell_changes();
        first.delivered();
        let changes = first.product.changes(For::Program);
        let endpoint = Endpoint::open()?;
        let variables = endpoint.variables();
        let variables = variables.iter().map(|(name, value)| (*name, value.as_str()));
        guard::restore_terminal();
        let child = guard::start_command(|| program.start(arguments, &changes, variables))?;
        tokio::spawn(endpoint.serve(supply));
        let ended = tokio::task::spawn_blocking(move || process::wait_and_stop_with(&child)).await;
        let status = ended.map_err(|error| internal(error.to_string()))?;
        status.map_err(|error| internal(format!("the command could not be waited for: {error}")))
    });
    guard::stop_asking();
    // The thread that asked may still wait for the answer.
    runtime.shutdown_background();
    let status = ended?;
    match (status.code(), status.signal()) {
        (Some(code), _) => Ok(u8::try_from(code).unwrap_or(1)),
        (None, signal) => Ok(guard::die_like_the_command(signal.unwrap_or_default())),
    }
}
