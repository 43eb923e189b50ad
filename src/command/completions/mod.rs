//! Completion: a short script for each shell, and the answers it gets from us at every TAB.
//!
//! The scripts for bash, zsh, fish and elvish know no option by name. They hand over the words up to the cursor, and
//! insert what they are told: so they are never out of date, and complete what is in the user's own files. Those for
//! PowerShell and nushell are generated from the command line's definition and know the options alone; a test sees that
//! they are current, and writes them anew when `AWS_AUTH_BLESS` is set.

mod answer;
mod candidate;
mod position;
pub mod scripts;
mod spelling;
mod values;

use crate::aws_files::Files;
use crate::error::Error;
use crate::output;
use std::ffi::OsString;

/// The word that makes us answer a script: `aws-auth complete SHELL WORDS…`, the last of them the one at the cursor. bash
/// hands over the line up to the cursor, and the part of it that will be replaced. Not a command of people's, so clap does
/// not know it.
pub const COMMAND: &str = "complete";

/// The exit code that tells a script: this is a file's name, or the shell's own affair.
const ELSEWHERE: u8 = 1;

/// Prints the script for `shell`.
pub fn run(shell: &str) -> Result<(), Error> {
    output::print(scripts::script(shell)?)
}

/// Answers a script. Gives the exit code.
pub fn answer(asked: &[OsString]) -> Result<u8, Error> {
    answer::answer(asked, Files::read).map_or(Ok(ELSEWHERE), |text| output::print(text).map(|()| 0))
}
