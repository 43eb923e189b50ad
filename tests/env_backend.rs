//! `--from env`: keys that something else put into the environment, as CI systems and `direnv` do.

use std::os::unix::ffi::OsStringExt as _;

use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, gpg};

#[test]
fn every_documented_variable_is_read() {
    for prefix in ["AWS_AUTH_", "AWS_"] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &ALICE);
        home.set(format!("{prefix}ACCESS_KEY_ID"), ALICE.access_key_id);
        home.set(format!("{prefix}SECRET_ACCESS_KEY"), ALICE.secret_access_key);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let args =
            ["--from", "env", "--serial-number", ALICE.mfa_serial, "--role-arn", role::DEV, "--token-code", &code];
        home.sts().delivered_role(&home.run(args).go(), &ALICE, role::DEV);
    }
}

#[test]
fn serial_and_role_can_come_from_the_environment_too() {
    let rows = [
        ("AWS_AUTH_SERIAL_NUMBER", "AWS_AUTH_ROLE_ARN"),
        ("AWS_AUTH_MFA_SERIAL", "AWS_IAM_ROLE_ARN"),
        ("AWS_MFA_SERIAL", "AWS_IAM_ROLE_ARN"),
        ("AWS_MFA_ARN", "AWS_IAM_ROLE_ARN"),
    ];
    for (serial, arn) in rows {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &ALICE);
        home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
        home.set(serial, ALICE.mfa_serial);
        home.set(arn, role::DEV);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        println!("{serial} {arn}");
        home.sts().delivered_role(&home.run(["--from", "env", "--token-code", &code]).go(), &ALICE, role::DEV);
    }
}

#[test]
fn our_own_variables_win_over_temporary_credentials_in_the_shell() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    home.set("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    home.set("AWS_SECRET_ACCESS_KEY", "x".repeat(40));
    home.set("AWS_SESSION_TOKEN", "an older session token");
    home.sts().delivered_session(&home.run(["--from", "env"]).go(), &BOB);
}

#[test]
fn aws_role_arn_belongs_to_web_identity_and_is_not_ours() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key);
    home.set("AWS_ROLE_ARN", role::PLAIN);
    home.sts().delivered_session(&home.run(["--from", "env"]).go(), &BOB);
}

#[test]
fn r69_temporary_credentials_are_refused_with_the_reason() {
    for (id, token) in [
        ("ASIAIOSFODNN7EXAMPLE", Some("a token")),
        ("ASIAIOSFODNN7EXAMPLE", None),
        (BOB.access_key_id, Some("a token")),
    ] {
        let home = Home::with_sts();
        home.secret("the secret of the temporary credentials", "temporary/secret/0123456789/abcdefghijkl");
        home.set("AWS_ACCESS_KEY_ID", id);
        home.set("AWS_SECRET_ACCESS_KEY", "temporary/secret/0123456789/abcdefghijkl");
        if let Some(token) = token {
            home.set("AWS_SESSION_TOKEN", token);
        }
        println!("{id} {token:?}");
        home.run(["--from", "env"]).go().fails_with_one_of(&[10, 13]).says("temporary");
        home.sts().saw(&[]);
    }
}

#[test]
fn a_missing_variable_is_named() {
    for (present, missing) in [("AWS_ACCESS_KEY_ID", "SECRET_ACCESS_KEY"), ("AWS_SECRET_ACCESS_KEY", "ACCESS_KEY_ID")] {
        let home = Home::with_sts();
        home.set(present, if present.contains("SECRET") { BOB.secret_access_key } else { BOB.access_key_id });
        gpg::secrets_of(&home, &BOB);
        home.run(["--from", "env"]).go().fails(13).says(missing);
    }
    let home = Home::with_sts();
    home.run(["--from", "env"]).go().fails(13).says("ACCESS_KEY_ID");
}

#[test]
fn r30_a_value_that_is_no_text_is_named_and_not_shown() {
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        home.secret("the readable part of a broken value", "CANARY-in-odd-bytes");
        home.set("AWS_ACCESS_KEY_ID", BOB.access_key_id);
        home.set("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key);
        let odd = std::ffi::OsString::from_vec(b"CANARY-in-odd-bytes-\xff\xfe".to_vec());
        home.run(["--from", "env"]).env(name, odd).go().fails(13).says(name);
        home.sts().saw(&[]);
    }
}

#[test]
fn values_that_cannot_be_keys_never_reach_the_network() {
    let long = "A".repeat(200);
    let rows = [
        ("AWS_ACCESS_KEY_ID", "", "nothing"),
        ("AWS_ACCESS_KEY_ID", "AKIA SPACE", "a blank"),
        ("AWS_ACCESS_KEY_ID", "short", "too short"),
        ("AWS_ACCESS_KEY_ID", &long, "too long"),
        ("AWS_ACCESS_KEY_ID", "AKIA\u{1b}[31mEXAMPLE0000", "an escape sequence"),
        ("AWS_SECRET_ACCESS_KEY", "", "nothing"),
        ("AWS_SECRET_ACCESS_KEY", "CANARY two words that are too many..", "blanks"),
        ("AWS_SECRET_ACCESS_KEY", "CANARY\nsecond/line/of/the/same/value000", "a line end"),
        ("AWS_SECRET_ACCESS_KEY", "short", "too short"),
        ("AWS_SECRET_ACCESS_KEY", "CANARYschlüsselschlüsselschlüsselschlü00", "letters that are not ASCII"),
    ];
    for (name, value, what) in rows {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        home.set("AWS_ACCESS_KEY_ID", BOB.access_key_id);
        home.set("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key);
        home.set(name, value);
        println!("{name}: {what}");
        home.run(["--from", "env"]).go().fails(13).says(name).does_not_say("canary");
        home.sts().saw(&[]);
    }
}

#[test]
fn blanks_and_a_line_end_around_a_value_are_cut() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_ACCESS_KEY_ID", format!(" {}\n", BOB.access_key_id));
    home.set("AWS_SECRET_ACCESS_KEY", format!("\t{}\r\n", BOB.secret_access_key));
    home.sts().delivered_session(&home.run(["--from", "env"]).go(), &BOB);
}

/// A manifest of the user's own that reads other variables.
const CI: &str = "title = \"our CI\"\n[variables]\naccess_key_id = [\"CI_KEY\"]\nsecret_access_key = [\"CI_SECRET\"]\nsession_token = [\"CI_TOKEN\"]\nmfa_serial = [\"CI_DEVICE\"]\notp = [\"CI_OTP\"]\n";

#[test]
fn a5_the_variables_that_a_manifest_reads_are_the_ones_that_no_child_gets() {
    let dump = "#!/bin/sh\nenv >\"$TRACE\"\necho 123456\n";
    let (names, other) = (["CI_KEY=", "CI_SECRET=", "CI_OTP="], ["CI_DEVICE=GAHT12345678", "CI_OTHER=kept"]);
    let ways: [(&[&str], bool); 4] = [
        (&["exec", "--from", "ci", "--", "dump"], true),
        (&["exec", "--serve", "--from", "ci", "--", "dump"], true),
        (&["--from", "ci", "--token-from", "dump"], false),
        (&["console", "--from", "ci", "--role-arn", role::PLAIN, "--external-id", "id-1"], true),
    ];
    for (args, without_device) in ways {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        let trace = home.rig("trace");
        home.script("dump", dump);
        home.script("xdg-open", &format!("{dump}exit 1\n"));
        home.write(".config/aws-auth/backends/ci.toml", CI);
        for (name, value) in [
            ("CI_KEY", BOB.access_key_id),
            ("CI_SECRET", BOB.secret_access_key),
            ("CI_OTP", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"),
            ("CI_DEVICE", "GAHT12345678"),
            ("CI_OTHER", "kept"),
        ] {
            home.set(name, value);
        }
        if without_device {
            // bob has no device: what matters is the command's environment
            home.unset("CI_DEVICE");
            home.unset("CI_OTP");
        }
        println!("{args:?}");
        let outcome = home.run(args).env("TRACE", &trace).go();
        let seen = std::fs::read_to_string(&trace).unwrap_or_else(|_| panic!("it was not run\n{outcome:?}"));
        for name in names {
            assert!(!seen.contains(name), "{name}\n{seen}");
        }
        assert!(seen.contains(other[1]) && (without_device || seen.contains(other[0])), "{seen}");
    }
}

#[test]
fn r35_halves_that_were_swapped_are_told_and_no_part_of_the_secret_is_sent_or_shown() {
    // Of letters and digits alone, as an access key id is.
    let secret = "CANARYabcdefghijABCDEFGHIJ0123456789abcd";
    let check = |home: &Home, args: &[&str]| {
        home.secret("a permanent secret key", secret);
        let outcome = home.run(args).go();
        assert!(matches!(outcome.code(), 10 | 13), "{outcome:?}");
        outcome.says("swapped").does_not_say(&secret[36..]);
        assert!(home.sts().requests().is_empty(), "{outcome:?}");
    };
    let home = Home::with_sts();
    home.set("AWS_ACCESS_KEY_ID", secret);
    home.set("AWS_SECRET_ACCESS_KEY", ALICE.access_key_id);
    check(&home, &["--from", "env", "--no-mfa"]);
    check(&home, &["--no-mfa"]);
    let home = Home::with_sts();
    home.write(
        ".aws/credentials",
        format!("[default]\naws_access_key_id = {secret}\naws_secret_access_key = {}\n", ALICE.access_key_id),
    );
    check(&home, &["--no-mfa"]);
    let home = Home::with_sts();
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    gpg::insert(&home, "aws-access-key-id", secret);
    gpg::insert(&home, "aws-secret-access-key", ALICE.access_key_id);
    check(&home, &["--from", "pass", "--no-mfa"]);
}

#[test]
fn hints_name_the_variables_and_no_item() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    let none = home.run(["doctor", "--from", "env"]).go();
    assert_eq!(none.code(), 13, "{none:?}");
    none.says_out("→ set AWS_AUTH_ACCESS_KEY_ID or AWS_ACCESS_KEY_ID");
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    let refused = home.run(["--from", "env", "--role-arn", role::DEV]).go();
    refused.fails(20).says("probably requires MFA: name your device with --serial-number, or set AWS_AUTH_MFA_SERIAL");
    home.run(["--from", "env"]).go().ok().says("~/.aws/config or AWS_AUTH_MFA_SERIAL;");
    let device = home.run(["doctor", "--from", "env"]).go();
    device.ok().says_out(&format!("→ set AWS_AUTH_MFA_SERIAL to {}", ALICE.mfa_serial));
    let rotate = home.run(["rotate", "--from", "env"]).go();
    rotate.fails_saying(10, "").says("set AWS_AUTH_ACCESS_KEY_ID and AWS_AUTH_SECRET_ACCESS_KEY to them");
}

#[test]
fn an_item_that_the_environment_cannot_have_is_refused() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    home.write(".aws/config", "[profile ci]\naws_auth_from = env\naws_auth_item = work\n");
    for args in [&["--from", "env", "--item", "work"][..], &["--profile", "ci"], &["--profile", "ci", "--explain"]] {
        let refused = home.run(args).go();
        refused
            .fails(10)
            .says("the environment has no items")
            .says("leave the item out, and set AWS_AUTH_ACCESS_KEY_ID");
    }
    let (section, field) = ("the environment has no sections", "the environment has no fields to name");
    let (param, name) = ("section=prod", "secret_access_key=token");
    for (args, variables, told, out) in [
        (&["--from", "env", "--param", param][..], &[][..], section, "--param section, AWS_AUTH_PARAM_SECTION and"),
        (&["--from", "env"], &[("AWS_AUTH_PARAM_SECTION", "prod")], section, "aws_auth_section out"),
        (&["--from", "env", "--field", name], &[], field, "--field, AWS_AUTH_FIELD and aws_auth_field out"),
        (&["--from", "env", "--explain"], &[("AWS_AUTH_FIELD", name)], field, "and set AWS_AUTH_ACCESS_KEY_ID"),
    ] {
        let run = variables.iter().fold(home.run(args), |run, (name, value)| run.env(name, value));
        run.go().fails(10).says(told).says(out);
    }
    home.sts().saw(&[]);
}
