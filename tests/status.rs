//! `status`, `logout` and `--explain`: what is held, what is kept, what would be done. None of them asks anybody.

use crate::support::fake::{self, Fake};
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, gpg, tools};

/// A home whose manager answers nothing: whoever asks it fails.
fn untouched() -> (Home, &'static str) {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    (home, "pass")
}

#[test]
fn status_tells_what_the_shell_holds() {
    let (home, _) = untouched();
    let rows: [(&[(&str, &str)], &str); 5] = [
        (&[], "This shell holds no AWS credentials.\n"),
        (&[("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")], "This shell holds the permanent access key …MPLE.\n"),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
                ("AWS_SESSION_TOKEN", "x"),
                ("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z"),
            ],
            "This shell holds the temporary access key …MPLE: it ended at 2001-01-01T00:00:00Z.\n",
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
                ("AWS_SESSION_TOKEN", "x"),
                ("AWS_CREDENTIAL_EXPIRATION", "\u{1b}]0;x\u{7}"),
            ],
            "This shell holds the temporary access key …MPLE: it does not say until when.\n",
        ),
        (&[("AWS_ACCESS_KEY_ID", "\u{1b}[2J")], "This shell holds the permanent access key (not an access key id).\n"),
    ];
    for (env, expected) in rows {
        let run = env.iter().fold(home.run(["status"]), |run, (name, value)| run.env(name, value));
        let outcome = run.go();
        assert!(outcome.ok().out().starts_with(expected), "{env:?}\n{outcome:?}");
    }
    assert_eq!(home.sts().actions(), Vec::<String>::new());
}

#[test]
fn status_is_one_json_object_for_programs() {
    let (home, _) = untouched();
    let outcome = home.run(["status", "--format", "json"]).go();
    let value: serde_json::Value = serde_json::from_str(outcome.ok().out()).expect("JSON");
    assert!(value["shell"].is_null() && value["kept"].is_array(), "{outcome:?}");
    let held = home
        .run(["status", "--format", "json"])
        .env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
        .env("AWS_SESSION_TOKEN", "x")
        .env("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z")
        .go();
    let value: serde_json::Value = serde_json::from_str(held.ok().out()).expect("JSON");
    assert_eq!(value["shell"]["temporary"], true);
    assert_eq!(value["shell"]["seconds_left"], 0);
    home.run(["status", "--format", "nosuch"]).go().fails_saying(2, "").says("json");
}

#[test]
fn what_is_kept_is_shown_and_forgotten_by_source_or_at_once() {
    if !crate::support::tools::needs_linux("elsewhere nothing is kept") {
        return;
    }
    // In a keyring of its own, because forgetting is for all that the user has.
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    if !home.command(["unshare", "--user", "--map-root-user", "true"]).go().status.success() {
        return tools::cannot_run("no user namespace can be had");
    }
    let _pass = fake::pass(&home, &BOB, role::PLAIN);
    home.unset("AWS_AUTH_NO_CACHE");
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    let script = "set -e; aws-auth --from env >/dev/null; aws-auth --from pass >/dev/null
        aws-auth status; aws-auth logout --from pass; aws-auth status; aws-auth logout --from pass
        aws-auth logout; aws-auth status";
    let outcome = home.command(["unshare", "--user", "--map-root-user", "sh", "-c", script]).go();
    let lines: Vec<&str> = outcome.ok().out().lines().filter(|line| !line.starts_with("This shell")).collect();
    let shown = |line: &str| line.split("  ").filter(|part| !part.is_empty()).take(2).collect::<Vec<_>>().join(" | ");
    let mut first: Vec<_> = lines[1..3].iter().map(|line| shown(line)).collect();
    first.sort();
    assert_eq!(first, ["env | MFA session".to_owned(), format!("pass | {}", role::PLAIN)], "{outcome:?}");
    let rest = [
        "One set of credentials was kept, and is forgotten.",
        "Kept for the next run, in the kernel's keyring:",
        lines[5],
        "Nothing was kept.",
        "One set of credentials was kept, and is forgotten.",
        "Nothing is kept for the next run.",
    ];
    assert_eq!(lines[3..], rest, "{outcome:?}");
    assert!(lines[5].trim_start().starts_with("env  "), "{outcome:?}");
}

#[test]
fn explain_shows_the_calls_and_asks_nobody() {
    let (home, name) = untouched();
    let manager = Fake::new(&home, name);
    home.write(".aws/config", format!("[profile dev]\naws_auth_from = pass\nrole_arn = {}\n", role::DEV));
    let rows: [(&[&str], &[&str]); 7] = [
        (&["--from", "pass", "--read-only"], &["1. AssumeRole that role", "none: a policy, tag or source identity"]),
        (
            &["--from", "pass", "--serial-number", "arn:aws-cn:iam::555566667777:mfa/chen"],
            &["AssumeRole that role", "in cn-north-1"],
        ),
        (&["--from", "pass"], &["Keys come from pass", "what the item says", "1. GetSessionToken for 43200 seconds"]),
        (
            &["--from", "pass", "--role-duration-seconds", "7200"],
            &["1. AssumeRole that role for 7200 seconds", "And where it names none:\n  1. GetSessionToken"],
        ),
        (
            &["--profile", "dev"],
            &["aws_auth_from of the profile \"dev\"", "role_arn of the profile \"dev\"", role::DEV],
        ),
        (
            &["--from", "pass", "--role-arn", role::ADMIN, "--role-duration-seconds", "43200"],
            &["1. AssumeRole arn:aws:iam::111122223333:role/admin for 43200 seconds", "with an MFA code"],
        ),
        (&["--from", "pass", "--no-role", "--region", "eu-west-1"], &["Role: none", "in eu-west-1"]),
    ];
    for (args, expected) in rows {
        let outcome = home.run(args).args(["--explain"]).go();
        assert_eq!(outcome.ok().out(), "", "a shell would take it for statements\n{outcome:?}");
        for text in expected {
            outcome.says(text);
        }
    }
    assert!(manager.calls().is_empty() && home.sts().actions().is_empty());
}
