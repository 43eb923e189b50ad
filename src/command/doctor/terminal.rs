//! The terminal: whether a person can be asked on it, by us and by the manager's own helpers.

use super::report::Report;
use crate::os::environment;
use crate::os::tty::{Absent, Terminal};
use crate::text::quote;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

const CHECK: &str = "terminal";

/// Looks at the terminal, its owner, and what `GPG_TTY` says of it.
pub fn check(terminal: Result<&Terminal, Absent>, report: &mut Report) {
    let terminal = match terminal {
        Ok(terminal) => terminal,
        Err(Absent::NoTerminal) => {
            return report.warn(
                CHECK,
                "there is none: neither a code nor a passphrase can be asked for",
                "run it on a terminal, or give the code: --token-code, or --token-from",
            );
        }
        Err(Absent::Background) => {
            return report.warn(
                CHECK,
                "this runs in the background, where nothing can be asked",
                "bring it forward: fg",
            );
        }
    };
    let Some(device) = terminal.device() else {
        return report.ok(CHECK, "a person can be asked");
    };
    let shown = quote(&device.to_string_lossy());
    let own = rustix::process::geteuid().as_raw();
    match std::fs::metadata(device).map(|metadata| metadata.uid()) {
        Ok(owner) if owner != own && own != 0 => report.warn(
            CHECK,
            format!(
                "{shown} belongs to user {owner}, and this runs as user {own} (su, sudo): a pinentry cannot open it"
            ),
            "sign in as that user, or run: script -q /dev/null",
        ),
        _ => report.ok(CHECK, format!("a person can be asked on {shown}")),
    }
    if let Some(named) = environment::os("GPG_TTY").filter(|named| Path::new(named) != device) {
        report.warn(
            CHECK,
            format!(
                "GPG_TTY names {}, another terminal; aws-auth tells gpg the right one, other programs do not",
                quote(&named.to_string_lossy())
            ),
            "export GPG_TTY=$(tty)",
        );
    }
}
