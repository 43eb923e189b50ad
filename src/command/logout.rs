//! `aws-auth logout`: forgets what is kept.

use super::serve;
use crate::aws_files::Files;
use crate::backend::registry;
use crate::cli::Request;
use crate::error::Error;
use crate::os::{environment, stdio};
use crate::output;
use crate::output::shell::Shell;
use crate::sessions;
use crate::settings::{Settings, Source};
use crate::text::quote;

/// Forgets all, or what came from the source that `request` names, wherever it is kept.
pub fn run(request: &Request) -> Result<(), Error> {
    let all = request.from.is_none() && request.profile.is_none();
    let source = if all { None } else { Some(Settings::source_of(request, Files::read()?)?) };
    let count = source.as_ref().map_or_else(sessions::forget_all, |source| sessions::forget(&source.to_string()))?;
    let rest = source.as_ref().and_then(items_beside);
    if let (0, None, Some(Source::Backend { name, .. })) = (count, &rest, &source) {
        // Of a manager that is gone something may be kept yet; this may be a name that was mistyped.
        registry::find(name)?;
    }
    let forgotten = match (count, &rest) {
        (0, None) => "Nothing was kept.\n".to_owned(),
        (0, Some((manager, _))) => format!("Nothing was kept of {manager}'s standard entries.\n"),
        (1, _) => "Forgot one session.\n".to_owned(),
        (count, _) => format!("Forgot {count} sessions.\n"),
    };
    for (server, shell) in serve::of_other_shells() {
        let pid = shell.pid;
        stdio::note(&format!(
            "aws-auth: process {server} still serves another shell, process {pid}; to end it, type there: {}",
            Shell::typed("aws-auth unset")
        ));
    }
    let unset = Shell::typed("aws-auth unset");
    let held = if environment::os("AWS_SESSION_TOKEN").is_some() {
        format!("This shell still holds temporary credentials: {unset}\n")
    } else if serve::Running::of_environment().is_some() {
        format!("The variables of this shell still lead to a server: {unset}\n")
    } else {
        String::new()
    };
    let rest =
        rest.map_or_else(String::new, |(_, items)| format!("Still kept: {items}; to forget all: aws-auth logout\n"));
    output::print(forgotten + &rest + &held)?;
    serve::end_of_this_shell();
    Ok(())
}

/// The manager of which only the standard entries were named, and its items that are kept yet, if there are some: who
/// types that may mean all of it.
fn items_beside(source: &Source) -> Option<(&str, String)> {
    let Source::Backend { name, item: None, .. } = source else { return None };
    let start = format!("{name} \"");
    let kept: Vec<_> = sessions::labels().into_iter().filter(|label| label.starts_with(&start)).collect();
    (!kept.is_empty()).then(|| (name.as_str(), quote(&kept.join(", "))))
}
