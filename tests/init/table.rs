//! Every variable of ours in every kind that a dialect knows, and the function over it: all of the new keys, or a failure
//! and all of what was there.

use std::fmt::Write as _;

use super::{loaded, posix};
use crate::shells::bob;

const NAMES: [&str; 9] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
    "AWS_PROFILE",
    "AWSAUTH_SET",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_EXPIRATION",
    "AWS_DEFAULT_PROFILE",
    "AWS_SECURITY_TOKEN",
];

/// So many of them stand for all, but in tests/long.
const SOME: usize = 5;

/// How the variable `V` comes to be there, and `RUN`, which runs the function; the last words are the shells that know it.
const KINDS: [(&str, &str); 12] = [
    ("V=x; RUN", ""),
    ("V=x; export V; RUN", ""),
    ("V=; export V; RUN", ""),
    ("V=x; readonly V; RUN", ""),
    ("V=x; export V; readonly V; RUN", ""),
    ("V=x RUN", ""),
    ("V= RUN", ""),
    ("g() { local V=x; export V; RUN; }; g", "bash dash zsh busybox"),
    ("function g { typeset -x V=x; RUN; }; g", "ksh93 mksh"),
    ("V=(x y); RUN", "bash zsh ksh93 mksh"),
    ("typeset -u V; export V; RUN", "bash zsh ksh93 mksh"),
    ("typeset -i V=7; export V; RUN", "bash zsh ksh93 mksh"),
];

/// What a program of the shell has, in one line.
const SEEN: &str = "seen() { sh -c 'echo \"$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN \
    ${AWS_PROFILE-}${AWS_DEFAULT_PROFILE-}${AWS_SECURITY_TOKEN-}\"'; }";

#[test]
fn r15_over_a_variable_of_any_kind_there_are_all_of_the_new_keys_or_all_of_the_old() {
    for (shell, args, function) in posix() {
        let home = bob();
        let mut script = format!("{SEEN}\nawsauth --from env\n");
        let mut rows = Vec::new();
        let count = if std::env::var_os("AWS_AUTH_TESTS_LONG").is_some() { NAMES.len() } else { SOME };
        for (kind, _) in KINDS.iter().filter(|(_, shells)| shells.is_empty() || shells.split(' ').any(|s| s == shell)) {
            // In ksh93 no function sees what is another's own: keys are seen by the program, but a profile stays.
            let is_hidden = shell == "ksh93" && kind.contains("typeset -x");
            for name in NAMES.into_iter().take(if is_hidden { 2 } else { count }) {
                // What is local to a function is gone with it: what counts is what programs get that are run there, and later.
                let run = "before=$(seen); awsauth --from env --no-cache; code=$?; echo \"$code|$before|$(seen)\"";
                let is_in_front = kind.ends_with(" RUN") && !kind.contains(';');
                let line = if is_in_front {
                    let kind = kind.replace('V', name).replace("RUN", "awsauth --from env --no-cache");
                    format!("before=$(seen); {kind}; code=$?; echo \"$code|$before|$(seen)\"")
                } else {
                    kind.replace('V', name).replace("RUN", run)
                };
                writeln!(script, "( {line} )").expect("a line");
                rows.push((*kind, name));
            }
        }
        println!("{shell} {args:?}");
        let outcome = loaded(&home, shell, args, function, &script);
        let issued = home.sts().emulator().issued();
        let sets: Vec<_> = issued
            .iter()
            .map(|keys| format!("{} {} {} ", keys.access_key_id, keys.secret_access_key, keys.session_token))
            .collect();
        let out = outcome.out();
        let lines: Vec<_> = out.lines().collect();
        assert_eq!(lines.len(), rows.len(), "{outcome:?}");
        for (line, row) in lines.iter().zip(rows) {
            let [code, before, after] = line.split('|').collect::<Vec<_>>()[..] else {
                panic!("{shell} {row:?}: {line}")
            };
            let is_new = sets.iter().any(|keys| *keys == after) && after != before;
            assert!(if code == "0" { is_new } else { after == before }, "{shell} {row:?}: {line}\n{outcome:?}");
        }
    }
}
