//! `aws-auth logout`: forgets what is kept.

use super::serve;
use crate::aws_files::Files;
use crate::cli::Request;
use crate::error::Error;
use crate::os::{environment, stdio};
use crate::output;
use crate::sessions;
use crate::settings::Settings;

/// Forgets all, or what came from the source that `request` names, wherever it is kept.
pub fn run(request: &Request) -> Result<(), Error> {
    let all = request.from.is_none() && request.profile.is_none();
    let count = if all {
        sessions::forget_all()?
    } else {
        sessions::forget(&Settings::source_of(request, Files::read()?)?.to_string())?
    };
    let forgotten = match count {
        0 => "Nothing was kept.\n".to_owned(),
        1 => "Forgot one session.\n".to_owned(),
        count => format!("Forgot {count} sessions.\n"),
    };
    for (server, shell) in serve::of_other_shells() {
        let pid = shell.pid;
        stdio::note(&format!(
            "aws-auth: process {server} still serves another shell, process {pid}; to end it, type there: eval \"$(aws-auth unset)\""
        ));
    }
    let held = environment::os("AWS_SESSION_TOKEN").is_some();
    let held = if held { "This shell still holds temporary credentials: eval \"$(aws-auth unset)\"\n" } else { "" };
    output::print(forgotten + held)?;
    serve::end_of_this_shell();
    Ok(())
}
