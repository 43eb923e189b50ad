//! The settings people give their shells change nothing.

use super::whole::{SHOW, bob, expect_session, in_shell};
use crate::support::tools;

const MATRIX: [(&str, &[&str]); 26] = [
    ("bash", &["--norc", "-u", "-c"]),
    ("bash", &["--norc", "-e", "-c"]),
    ("bash", &["--norc", "-f", "-c"]),
    ("bash", &["--norc", "--posix", "-c"]),
    ("bash", &["--norc", "-euo", "pipefail", "-c"]),
    ("bash", &["--norc", "-O", "nullglob", "-c"]),
    ("bash", &["--norc", "-O", "failglob", "-c"]),
    ("bash", &["--norc", "-O", "extglob", "-c"]),
    ("bash", &["--norc", "-o", "histexpand", "-c"]),
    ("dash", &["-eu", "-c"]),
    ("dash", &["-f", "-c"]),
    ("zsh", &["-f", "-o", "rcquotes", "-c"]),
    ("zsh", &["-f", "-o", "ignorebraces", "-c"]),
    ("zsh", &["-f", "-o", "ksharrays", "-c"]),
    ("zsh", &["-f", "-o", "shwordsplit", "-c"]),
    ("zsh", &["-f", "-o", "globsubst", "-c"]),
    ("zsh", &["-f", "-o", "extendedglob", "-c"]),
    ("zsh", &["-f", "-o", "cshjunkiequotes", "-c"]),
    ("zsh", &["-f", "-o", "errexit", "-o", "nounset", "-c"]),
    ("zsh", &["--emulate", "sh", "-f", "-c"]),
    ("zsh", &["--emulate", "ksh", "-f", "-c"]),
    ("zsh", &["--emulate", "csh", "-f", "-c"]),
    ("ksh93", &["-eu", "-c"]),
    ("mksh", &["-eu", "-c"]),
    ("mksh", &["-o", "posix", "-c"]),
    ("busybox", &["sh", "-eu", "-c"]),
];

#[test]
fn r08_no_option_of_a_shell_changes_the_result() {
    for (shell, args) in MATRIX {
        if tools::need(shell).is_none() {
            continue;
        }
        // what `-u` would stop at is not in the way here
        for eval in ["eval \"$(aws-auth --from env)\"", "eval $(aws-auth --from env)"] {
            let home = bob();
            println!("{shell} {args:?} {eval}");
            let outcome = in_shell(&home, shell, args, &format!("{eval}; {SHOW}"));
            expect_session(&home, &outcome);
        }
    }
}

#[test]
fn r08_a_strange_ifs_changes_nothing_in_the_quoted_form() {
    for (shell, args) in super::whole::POSIX {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        let outcome = in_shell(&home, shell, args, &format!("IFS=\"AE'=;\"; eval \"$(aws-auth --from env)\"; {SHOW}"));
        expect_session(&home, &outcome);
    }
}
