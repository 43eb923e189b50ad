//! Who we are on this machine.

use super::child::{Call, inherited, run};
use super::program::{find, search_path};
use std::time::Duration;

/// The name of the user we run as, by `id`, which also knows users that are in no local file.
#[must_use]
pub fn name() -> Option<String> {
    let path = search_path();
    let program = find(&["id".to_owned()], &path)?;
    let (argv, env) = (["-un".to_owned()], inherited(&path));
    let timeout = Duration::from_secs(5);
    let answer =
        run(&Call { program: &program, argv: &argv, env: &env, terminal: None, show_stderr: false, timeout }).ok()?;
    let name = std::str::from_utf8(answer.stdout.as_bytes()).ok()?.trim();
    (answer.status.success() && !name.is_empty()).then(|| name.to_owned())
}
