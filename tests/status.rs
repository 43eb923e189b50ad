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
            "This shell holds the temporary access key …MPLE, ended Mon 00:00 UTC.\n",
        ),
        (
            &[
                ("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"),
                ("AWS_SESSION_TOKEN", "x"),
                ("AWS_CREDENTIAL_EXPIRATION", "\u{1b}]0;x\u{7}"),
            ],
            "This shell holds the temporary access key …MPLE, which does not say until when.\n",
        ),
        (&[("AWS_ACCESS_KEY_ID", "\u{1b}[2J")], "This shell holds the permanent access key (not an access key id).\n"),
    ];
    for (env, expected) in rows {
        let run = env.iter().fold(home.run(["status"]).env("TZ", "UTC0"), |run, (name, value)| run.env(name, value));
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
fn status_tells_who_and_where_by_the_marks_of_these_very_keys() {
    let (home, _) = untouched();
    let record = |id: &str| format!("keys={}", aws_auth::output::held::mark([id.as_bytes(), b"x", b"x"]));
    let run = |record: &str, args: &[&str]| {
        home.run(["status"])
            .args(args)
            .env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE")
            .env("AWS_SECRET_ACCESS_KEY", "x")
            .env("AWS_SESSION_TOKEN", "x")
            .env("AWSAUTH_ACCOUNT", "111122223333")
            .env("AWSAUTH_IDENTITY", "role/dev")
            .env("AWSAUTH_PROFILE", "dev")
            .env("AWSAUTH_SET", record)
            .go()
    };
    let outcome = run(&record("ASIAIOSFODNN7EXAMPLE"), &[]);
    let expected = "This shell is role/dev in 111122223333, with the temporary access key …MPLE, \
                    which does not say until when, profile dev.\n";
    assert!(outcome.ok().out().starts_with(expected), "{outcome:?}");
    let outcome = run(&record("ASIAIOSFODNN7EXAMPLE"), &["--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(outcome.ok().out()).expect("JSON");
    let shell = &value["shell"];
    assert_eq!([&shell["account"], &shell["identity"], &shell["profile"]], ["111122223333", "role/dev", "dev"]);
    assert!(shell["mfa"].is_null() && value["endpoint"].is_null(), "{outcome:?}");
    let other = run(&record("ASIAOTHERS77EXAMPLE"), &[]);
    assert!(!other.ok().out().contains("role/dev"), "the marks are of other keys\n{other:?}");
}

#[test]
fn status_test_answers_by_its_exit_code_alone() {
    let (home, _) = untouched();
    let keys = [("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE"), ("AWS_SECRET_ACCESS_KEY", "x")];
    let until = |ends| [("AWS_SESSION_TOKEN", "x"), ("AWS_CREDENTIAL_EXPIRATION", ends)];
    let rows: [(Vec<(&str, &str)>, i32); 6] = [
        (vec![], 1),
        (keys.to_vec(), 0),
        (keys[..1].to_vec(), 1),
        ([&keys[..], &until("2001-01-01T00:00:00Z")].concat(), 1),
        ([&keys[..], &until("2099-01-01T00:00:00Z")].concat(), 0),
        ([&keys[..], &until("rubbish")].concat(), 0),
    ];
    for (env, code) in rows {
        let run = env.iter().fold(home.run(["status", "--test"]), |run, (name, value)| run.env(name, value));
        let outcome = run.go();
        assert_eq!((outcome.code(), outcome.out(), outcome.err().as_str()), (code, "", ""), "{env:?}\n{outcome:?}");
    }
    let served = fake::pass(&home, &BOB, role::PLAIN);
    home.run(["exec", "--serve", "--from", "pass", "--", "aws-auth", "status", "--test"]).go().ok();
    let told = home.run(["exec", "--serve", "--from", "pass", "--", "aws-auth", "status"]).go();
    told.ok().says_out("Its server gives out role/plain in 111122223333, until ").says_out("; it renews them in 4");
    drop(served);
}

#[test]
fn status_succeeds_whatever_stands_in_the_environment() {
    use std::os::unix::ffi::OsStrExt as _;
    let (home, _) = untouched();
    home.run(["status"])
        .env("AWS_AUTH_STORE", "nosuch")
        .go()
        .ok()
        .says_out("What is kept cannot be told: AWS_AUTH_STORE");
    let odd = std::ffi::OsStr::from_bytes(b"\xff\xfe");
    for name in ["AWS_ACCESS_KEY_ID", "AWS_CREDENTIAL_EXPIRATION", "AWSAUTH_ACCOUNT", "AWSAUTH_SET", "TZ"] {
        home.run(["status"]).env(name, odd).go().ok();
    }
    let logged_out = home
        .run(["logout", "--from", "pass"])
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/credentials")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "0".repeat(64))
        .go();
    logged_out.ok().says_out("lead to a server: eval \"$(aws-auth unset)\"");
    let gone = home
        .run(["status", "--format", "json"])
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/credentials")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "0".repeat(64))
        .go();
    let value: serde_json::Value = serde_json::from_str(gone.ok().out()).expect("JSON");
    assert_eq!((&value["endpoint"]["gone"], value["endpoint"]["credentials"].is_null()), (&true.into(), true));
}

#[test]
fn what_is_kept_is_shown_and_forgotten_by_source_or_at_once() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
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
    assert_eq!(
        first,
        ["env | a session in an account that AWS did not name", "pass | role/plain in 111122223333"],
        "{outcome:?}"
    );
    let rest = [
        "Forgot one session.",
        "Kept for the next run, in the kernel's keyring:",
        lines[5],
        "Nothing was kept.",
        "Forgot one session.",
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
    let rows: [(&[&str], &[&str]); 9] = [
        (
            &["--from", "pass", "--read-only"],
            &[
                "AssumeRole that role",
                "read-only: arn:aws:iam::aws:policy/ReadOnlyAccess",
                "none: a policy, tag or source",
            ],
        ),
        (
            &["--from", "pass", "--serial-number", "arn:aws-cn:iam::555566667777:mfa/chen"],
            &["AssumeRole that role", "region: cn-north-1, the default of the partition", "(--serial-number)"],
        ),
        (
            &["--from", "pass"],
            &["keys: pass (--from)", "MFA device: from the item", "role: from the item", "1. GetSessionToken for 12 h"],
        ),
        (
            &["--from", "pass", "--role-duration-seconds", "7200"],
            &[
                "1. AssumeRole that role for 2 h",
                "If it names none:\n  1. GetSessionToken",
                "set by --role-duration-seconds",
            ],
        ),
        (
            &["--profile", "dev"],
            &[
                "profile: dev",
                "keys: pass (aws_auth_from of the profile \"dev\")",
                "(role_arn of the profile \"dev\")",
                role::DEV,
            ],
        ),
        (
            &["--from", "pass", "--role-arn", role::ADMIN, "--role-duration-seconds", "43200"],
            &["1. AssumeRole arn:aws:iam::111122223333:role/admin for 12 h, with a code if the item names a device"],
        ),
        (
            &["--from", "pass", "--no-role", "--region", "eu-west-1"],
            &["role: none (--no-role)", "region: eu-west-1 (--region)", "asked: http://127.0.0.1:"],
        ),
        (
            &["--from", "pass", "--account", "111122223333"],
            &["expected account: 111122223333 (--account)", "GetCallerIdentity, to check the account, unless the item"],
        ),
        (&["--from", "pass", "--no-cache"], &["cache: not used: --no-cache"]),
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
