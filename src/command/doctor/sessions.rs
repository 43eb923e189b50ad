//! Where sessions are kept between runs, and the files that runs of one user share.

use super::ground::Ground;
use super::report::Report;
use crate::aws_files::place;
use crate::os::file::is_ours;
use crate::output::shell::Shell;
use crate::sessions::{Cache, State};
use crate::text::quote;
use std::os::unix::fs::MetadataExt;
use std::time::Duration;

const CHECK: &str = "sessions";

/// Looks for a place, for locks, and at who may read or write the files with keys.
pub fn check(ground: &Ground, report: &mut Report) {
    if ground.settings.cache {
        match Cache::open(true, Duration::ZERO) {
            Ok(cache) if cache.is_open() => {
                let count = cache.entries().len();
                match cache.trouble() {
                    None => report.ok(CHECK, format!("they are kept for the next run; there are {count}")),
                    Some(why) => {
                        report.warn(
                            CHECK,
                            format!("what is kept cannot be told: {why}"),
                            "aws-auth logout, which ends it",
                        );
                    }
                }
            }
            Ok(cache) if !cache.is_missed() => report.warn(
                CHECK,
                "AWS_AUTH_STORE=none is set: nothing is kept, and each run asks for a code",
                Shell::unset(&["AWS_AUTH_STORE"]),
            ),
            Ok(_) => report.warn(
                CHECK,
                "there is no place for them but files, so each run asks for a code",
                format!("one shell, one code: {}", Shell::typed("aws-auth …")),
            ),
            Err(error) => report.fail(CHECK, &error),
        }
    } else {
        report.warn(
            CHECK,
            "AWS_AUTH_NO_CACHE or --no-cache is set: each run asks for a code",
            Shell::unset(&["AWS_AUTH_NO_CACHE"]),
        );
    }
    match State::open().lock("doctor", "a check") {
        Ok(Ok(_)) => report.ok("files", "runs at the same time share one question"),
        Ok(Err(why)) => report.warn(
            "files",
            format!("runs at the same time cannot share one question: {why}"),
            "let XDG_RUNTIME_DIR name a directory of your own, with mode 0700",
        ),
        Err(error) => report.fail("files", &error),
    }
    if let Some((closed, way_out)) = place::closed() {
        report.warn("files", closed, way_out);
    }
    for path in [place::config(), place::credentials()].into_iter().flatten() {
        let Ok(metadata) = std::fs::metadata(&path) else { continue };
        let shown = quote(&path.to_string_lossy());
        let typed = quote(&Shell::of_caller().word(&path.to_string_lossy()));
        let mode = metadata.mode() & 0o777;
        if !is_ours(&metadata) {
            report.warn(
                "files",
                format!("{shown} belongs to user {}", metadata.uid()),
                if rustix::process::geteuid().is_root() {
                    "run this without sudo, or as that user".to_owned()
                } else {
                    format!("sudo chown \"$USER\" {typed}")
                },
            );
        } else if mode & 0o022 != 0 {
            report.warn(
                "files",
                format!("others can write {shown} (mode {mode:04o}), and it names programs to run"),
                format!("chmod go-w {typed}"),
            );
        } else if mode & 0o044 != 0 && Some(&path) == place::credentials().as_ref() {
            report.warn("files", format!("others can read {shown} (mode {mode:04o})"), format!("chmod 600 {typed}"));
        } else {
            report.ok("files", format!("{shown} is yours (mode {mode:04o})"));
        }
    }
}
