//! `aws-auth exec`: a program with the credentials in its environment, in place of ourselves.
//!
//! The program is looked for before anybody is asked anything. Then it takes over our process: its exit code and its
//! death by a signal are its own, nobody waits for it, and no process is left that has seen a permanent key.

mod program;

pub use program::Program;

use super::manner::{Manner, PLAIN};
use super::{fetch, serve, told};
use crate::cli::Exec;
use crate::error::Error;
use crate::os::runtime;
use crate::settings;

/// The command takes our place; with `--serve` we run beside it.
pub const MANNER: Manner = Manner { replaced: true, ..PLAIN };

/// Runs the command; comes back only from one that we have run beside, with its exit code.
pub fn run(exec: &Exec) -> Result<u8, Error> {
    let Some((name, arguments)) = exec.command.split_first() else { return Ok(0) };
    let program = Program::find(name)?;
    if exec.serve {
        return serve::for_command(&program, arguments, &exec.request);
    }
    let got = runtime::wait(fetch::credentials(&exec.request, settings::LEAST_TTL))?;
    let Some(got) = got else { return Ok(0) };
    got.product.tell_changes();
    // Afterwards there is nobody to do it.
    got.delivered();
    told::arrival(&got.product);
    Err(program.replace_us(arguments, &got.product))
}
