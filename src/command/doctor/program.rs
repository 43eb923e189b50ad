//! Whether the manager's program is there, and which version it is, by its own word.

use super::report::Report;
use crate::backend::manifest::Manifest;
use crate::backend::message;
use crate::os::child::{self, Call};
use crate::os::program as finding;
use crate::text::quote;
use std::time::Duration;

const CHECK: &str = "program";
/// How long a program may take to tell its version: the slowest, a script of Node's, takes three seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// Runs `PROGRAM --version`. Whether there is a program.
pub fn check(manifest: &Manifest, report: &mut Report) -> bool {
    if manifest.read.is_none() {
        report.ok(CHECK, format!("{} needs none", manifest.title));
        return true;
    }
    let path = finding::search_path();
    let Some(program) = finding::find(&manifest.program, &path) else {
        report.fail(CHECK, &message::not_installed(manifest, finding::passed_over(&manifest.program)));
        return false;
    };
    let (argv, env) = (["--version".to_owned()], child::inherited(&path));
    let call =
        Call { program: &program, argv: &argv, env: &env, terminal: None, show_stderr: false, timeout: PATIENCE };
    let shown = quote(&program.to_string_lossy());
    let version = child::run(&call).ok().and_then(|answer| {
        let text = String::from_utf8_lossy(answer.stdout.as_bytes()).into_owned();
        text.split_whitespace().find(|word| is_version(word)).map(quote)
    });
    match (version, &manifest.experimental) {
        (Some(version), None) => report.ok(CHECK, format!("{shown}, version {version}")),
        (None, None) => report.ok(CHECK, format!("{shown}, which does not tell its version")),
        (version, Some(why)) => report.warn(
            CHECK,
            format!("{shown}, {}; how {} is read is not certain: {why}", version.unwrap_or_default(), manifest.title),
            "look twice at what it gives, and report what is wrong",
        ),
    }
    true
}

/// Whether a word is a version's number; nothing else that a program prints is shown.
fn is_version(word: &str) -> bool {
    let word = word.strip_prefix('v').unwrap_or(word);
    word.len() <= 24
        && word.starts_with(|c: char| c.is_ascii_digit())
        && word.contains('.')
        && word.chars().all(|c| c.is_ascii_alphanumeric() || ".-+".contains(c))
}
