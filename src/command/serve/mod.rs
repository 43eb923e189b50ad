//! `aws-auth serve`: credentials over HTTP on this machine, for programs that outlive them.
//!
//! Every AWS SDK asks the endpoint that two variables name, and asks again before the credentials end; so a long
//! `terraform apply` or a development server never sees them expire, and no key is in any environment. The endpoint is on
//! loopback, at a port and with a token that change with every run.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

mod before;
mod detach;
mod door;
mod endpoint;
mod handover;
mod rooted;
mod run;
mod running;
mod service;
mod stock;
mod supply;

pub use detach::COMMAND;
pub use run::{end_of_this_shell, for_command, of_other_shells, stay};
pub use running::Running;

use super::manner::{EVALUATED, Manner};
use crate::cli::Serve;
use crate::error::Error;
use crate::settings;

/// A shell evaluates what it prints.
pub const MANNER: Manner = EVALUATED;

/// Serves credentials to the shell that called. Gives the exit code, whose reason has been told if it is not 0.
pub fn run(serve: &Serve) -> Result<u8, Error> {
    let shell = |of_profile: Option<&settings::Found>| settings::shell(serve.dialect.shell.as_ref(), of_profile);
    // Known before anything is begun.
    shell(None)?;
    run::for_shell(shell, &serve.request)
}
