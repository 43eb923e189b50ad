//! `setup` over an item that is there, and in a shell whose variables come before the profile: what it proves is what it was
//! given, and nothing that an earlier run has kept.

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
use std::fs;

use super::{csv, stored, user};
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
use super::{setup, whole};
use crate::support::gpg::{self, Key};
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
use crate::support::kept;
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, Outcome};

/// A setup of somebody's key into the item `work`, with a yes to all.
fn put(home: &Home, person: &Person, args: &[&str]) -> Outcome {
    let file = csv(home, person);
    home.run(["setup", "--from", "pass", "--item", "work", "--import", &file, "--yes", "--no-input"]).args(args).go()
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
fn is_now(home: &Home, arn: &str) {
    let script = "eval \"$(aws-auth --profile work)\" && aws-auth whoami";
    home.command(["sh", "-c", script]).go().ok().says_out(arn);
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn r107_what_was_kept_of_the_key_or_the_role_before_is_forgotten() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let Some(_kept) = kept::on(&home) else { return };
    gpg::secrets_of(&home, &BOB);
    setup(&home, &["--from", "pass"]).ok().does_not_say("forgot");
    is_now(&home, ALICE.arn);
    // Another's key in its place.
    put(&home, &BOB, &[]).ok().says("forgot").says("it works: a session");
    is_now(&home, BOB.arn);
    // The item was removed, by other means than ours.
    fs::remove_file(gpg::file(&home, "work")).unwrap();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    put(&home, &ALICE, &["--token-code", &code]).ok().says("forgot");
    is_now(&home, ALICE.arn);
    // A role beside the same key, and another one.
    for (role, name) in [(role::PLAIN, "role/plain"), (role::DEV, "role/dev")] {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        put(&home, &ALICE, &["--role-arn", role, "--token-code", &code]).ok().says("forgot").says(role);
        is_now(&home, name);
    }
    // The item was changed by hand since a run has kept something of it.
    gpg::insert(&home, "work", whole().replace(role::DEV, role::PLAIN));
    let same = put(&home, &ALICE, &["--role-arn", role::PLAIN]);
    same.ok().says("holds this key already").says("forgot").says("it was not tried");
}

#[test]
fn r107_an_item_with_more_than_one_key_is_never_replaced() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let of = |name: &str, user: &Person| {
        format!(
            "[{name}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            user.access_key_id, user.secret_access_key
        )
    };
    let rows = [
        ("two accounts", format!("{}{}", of("dev", &ALICE), of("live", &BOB)), "dev"),
        (
            "one key, and the id of another",
            format!("{}before: AKIAIOSFODNN7EXAMPLE\n", of("dev", &ALICE)),
            "2 access keys",
        ),
        (
            "an id that nobody reads",
            format!("my notes\nthe key is {}, I think\n", ALICE.access_key_id),
            "no key that is whole",
        ),
    ];
    for (says, text, told) in rows {
        gpg::insert(&home, "work", &text);
        let refused = put(&home, &BOB, &[]);
        refused.fails_saying(10, "").says("\"work\" is not replaced").says(told).says("--item").explains();
        assert_eq!(stored(&home, "work").as_deref(), Some(text.as_str()), "{says}");
        assert!(!home.path(".aws/config").exists(), "{says}");
    }
}

#[test]
fn the_proof_follows_no_variable_that_comes_before_the_profile_and_each_is_told() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let others = [
        ("AWS_AUTH_FROM", "op"),
        ("AWS_AUTH_ITEM", "other"),
        ("AWS_AUTH_ROLE_ARN", role::DEV),
        ("AWS_AUTH_SERIAL_NUMBER", ALICE.mfa_serial),
    ];
    for (name, value) in others {
        let outcome = home
            .run(["setup", "--from", "pass", "--item", "work", "--import", &csv(&home, &BOB), "--no-input"])
            .env(name, value)
            .go();
        outcome.ok().says("it works: a session");
        outcome.says(&format!("{name} is set, and comes before the profile \"work\": unset {name}"));
    }
    // What says the same is in nobody's way.
    let same = home
        .run(["setup", "--from", "pass", "--item", "work", "--import", &csv(&home, &BOB), "--no-input"])
        .env("AWS_AUTH_FROM", "pass")
        .go();
    same.ok().says("it works").does_not_say("is set");
}

#[test]
fn r121_a_key_or_a_role_of_another_account_than_the_expected_one_is_not_kept() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let run = |args: &[&str], account: &str| {
        let run = home.run(["setup", "--from", "pass", "--item", "work", "--import", &csv(&home, &BOB), "--no-input"]);
        run.args(args).env("AWS_AUTH_ACCOUNT", account).go()
    };
    run(&[], "444455556666").fails_saying(10, "").says("user/bob is in the account 111122223333");
    let role = ["--role-arn", role::OTHER_DEV];
    run(&role, "111122223333").fails_saying(10, "").says("AWS_AUTH_ACCOUNT expects the account 111122223333");
    let config = "[profile work]\naws_auth_account = 444455556666\n";
    home.write(".aws/config", config);
    run(&[], "111122223333").fails_saying(10, "").says("aws_auth_account of the profile \"work\" expects");
    assert!(stored(&home, "work").is_none());
    assert_eq!(std::fs::read_to_string(home.path(".aws/config")).unwrap(), config);
    run(&["--profile", "other"], "111122223333").ok().says("it works");
}

/// What nobody could read from `~/.aws/config`, or type, is told before anything is stored.
#[test]
fn what_no_profile_can_hold_is_refused_before_a_key_is_stored() {
    let home = user(&BOB);
    let run = |args: &[&str]| {
        home.run(["setup", "--from", "pass", "--no-input", "--import", &csv(&home, &BOB)]).args(args).go()
    };
    home.script("pass", "#!/bin/sh\necho called >>\"$HOME/called\"\nexit 1\n");
    for item in ["work #1", "work ;1", " work", "work "] {
        let refused = run(&["--item", item, "--profile", "work"]);
        refused
            .fails_saying(10, "")
            .says("the item's name cannot stand in a profile")
            .says("name another item with --item");
    }
    run(&["--profile=-prod"])
        .fails_saying(2, "")
        .says("\"-prod\" is no name for a profile")
        .says("no - at the beginning");
    home.sts().saw(&[]);
    assert!(!home.path("called").exists() && !home.path(".aws/config").exists());
}

#[test]
fn the_name_of_a_profile_that_an_items_leads_to_begins_with_no_dash() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let run =
        home.run(["setup", "--from", "pass", "--no-input", "--import", &csv(&home, &BOB), "--item", "team/-prod"]);
    run.go().ok().says("it works").says_out("--profile prod");
    home.run(["--profile", "prod"]).go().ok();
}

#[test]
fn a_program_that_is_not_on_path_is_told_with_the_directory_to_put_there() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let (first, rest) = ("aws-auth: warning: there is no aws-auth on PATH", " on PATH");
    let script = "setup=$(command -v aws-auth); PATH=/usr/local/bin:/usr/bin:/bin exec \"$setup\" \"$@\"";
    let run = ["sh", "-c", script, "sh", "setup", "--from", "pass", "--item", "work", "--no-input", "--import"];
    let outcome = home.command(run).arg(csv(&home, &BOB)).go();
    let told = outcome.ok().err().lines().find(|line| line.starts_with(first)).map(str::to_owned).unwrap();
    assert!(told.contains(": put /") && told.ends_with(rest), "{told}");
    put(&home, &BOB, &[]).ok().does_not_say(first);
}
