//! `setup` that is ended at each of its calls to the manager, for every manager that is written: the store is as before, or whole,
//! and the next run goes on.
//!
//! Here each call is tried in one of three ways, on an empty store or on an item that is to be replaced; with
//! `AWS_AUTH_TEST_KILLS`, as in `tests/long`, in all of them.

use std::fs;
use std::time::Duration;

use super::{csv, user};
use crate::stores::{self, Kept};
use crate::support::steps::{self, At};
use crate::support::sts::{BOB, role};
use crate::support::{Home, Outcome, gpg, keyring, tools};
use crate::{bitwarden, vault};

/// What the item holds that is to be replaced.
const OLD: (&str, &str) = ("AKIAOLDKEY7EXAMPLE01", "OldSecretOldSecretOldSecretOldSecretOld1");

fn setup(home: &Home, kept: &Kept) -> Outcome {
    let file = csv(home, &BOB);
    let run = home.run(["setup", "--from", kept.from, "--item", "work", "--import", &file, "--role-arn", role::PLAIN]);
    run.args(&kept.args).args(["--no-input", "--yes"]).patience(Duration::from_mins(5)).go()
}

/// Whether this is all that `setup` was given.
fn is_whole(item: &str) -> bool {
    [BOB.access_key_id, BOB.secret_access_key, role::PLAIN].iter().all(|value| item.contains(value))
}

/// The table: what became of the item, by the call at which it was ended and how. `every` leaves calls out.
fn table(home: &Home, kept: &Kept, every: usize) {
    let is_long = std::env::var_os("AWS_AUTH_TEST_KILLS").is_some();
    steps::at(home, kept.program, At::Never);
    setup(home, kept).ok();
    assert!(is_whole(&(kept.get)()), "{}", (kept.get)());
    let calls = steps::calls(home, kept.program);
    let mut outcomes = Vec::new();
    for number in 1..=calls {
        for (way, at) in [At::After(number), At::Instead(number), At::Fails(number)].into_iter().enumerate() {
            // One more than three, so that all calls and all ways have their turn.
            if !is_long && !(3 * number + way).is_multiple_of(3 * every + 1) {
                continue;
            }
            for replaces in [false, true] {
                if is_long || replaces == number.is_multiple_of(2) {
                    outcomes.push(cell(home, kept, at, replaces));
                }
            }
        }
    }
    println!("{calls} calls\n{}", outcomes.join("\n"));
    assert!(outcomes.len() >= 2, "too little was tried");
}

fn cell(home: &Home, kept: &Kept, at: At, replaces: bool) -> String {
    let when = format!("{at:?}, {}", if replaces { "an item" } else { "none" });
    (kept.forget)();
    if replaces {
        (kept.put)(OLD.0, OLD.1);
    }
    let _ = fs::remove_file(home.path(".aws/config"));
    let before = (kept.get)();
    assert_eq!(before.is_empty(), !replaces, "{when}: {before}");
    steps::at(home, kept.program, at);
    let ended = setup(home, kept);
    if !matches!(at, At::Fails(_)) {
        assert_eq!(ended.signal(), Some(9), "{when}: {ended:?}");
    }
    steps::at(home, kept.program, At::Never);
    let there = (kept.get)();
    assert!(there == before || is_whole(&there), "{when}: half\n{ended:?}");
    let profile = fs::read_to_string(home.path(".aws/config")).unwrap_or_default();
    assert!(profile.is_empty() || is_whole(&there), "{when}: it leads to what is not there\n{ended:?}");
    let again = setup(home, kept);
    again.ok();
    assert!(is_whole(&(kept.get)()), "{when}, again: {again:?}");
    format!("{when}: {}", if there == before { "as before" } else { "whole" })
}

/// What was there is as it was, and the reason is told.
fn is_left(home: &Home, kept: &Kept) {
    let before = (kept.get)();
    let file = csv(home, &BOB);
    let run = home.run(["setup", "--from", kept.from, "--item", "work", "--import", &file, "--no-input", "--yes"]);
    run.args(&kept.args).go().fails_saying(10, "").says("\"work\" cannot be replaced").says("--item NAME");
    assert_eq!((kept.get)(), before);
    assert!(!home.path(".aws/config").exists());
}

#[test]
fn r107_an_item_of_which_a_role_would_be_left_is_not_replaced() {
    let Some((home, _server)) = vault::user(&BOB) else { return };
    let values = [("AWS_ACCESS_KEY_ID", OLD.0), ("AWS_SECRET_ACCESS_KEY", OLD.1), ("role_arn", role::CHAINED)];
    vault::put(&home, "secret/work", &values);
    is_left(&home, &stores::in_openbao(&home));
}

#[test]
fn r107_notes_of_a_login_are_replaced_with_it() {
    let Some(real) = tools::need("keepassxc-cli") else { return };
    let home = user(&BOB);
    let kept = stores::in_database(&home, &real);
    setup(&home, &kept).ok();
    assert!(is_whole(&(kept.get)()));
    // The same key, and no role.
    let file = csv(&home, &BOB);
    let run = home.run(["setup", "--from", kept.from, "--item", "work", "--import", &file, "--no-input", "--yes"]);
    run.args(&kept.args).go().ok().says("holds the key now").says("it works: a session");
    let now = (kept.get)();
    assert!(now.contains(BOB.access_key_id) && now.contains(BOB.secret_access_key) && !now.contains("role"), "{now}");
}

#[test]
fn r108_ended_at_any_call_to_a_keyring() {
    let home = user(&BOB);
    let Some(keyring) = keyring::start(&home) else { return };
    table(&home, &stores::in_keyring(&home, &keyring), 2);
}

#[test]
fn r108_ended_at_any_call_to_a_database_that_a_key_file_opens() {
    let Some(real) = tools::need("keepassxc-cli") else { return };
    let home = user(&BOB);
    table(&home, &stores::in_database(&home, &real), 2);
}

#[test]
fn r108_ended_at_any_call_to_openbao() {
    let Some((home, _server)) = vault::user(&BOB) else { return };
    // Until the mounts are there.
    vault::put(&home, "secret/other", &[("x", "y")]);
    table(&home, &stores::in_openbao(&home), 2);
}

#[test]
#[ignore = "bw takes half a minute for it: tests/long runs it"]
fn r108_ended_at_any_call_to_bitwarden() {
    let Some((home, _server)) = bitwarden::vault(&BOB, "[]") else { return };
    table(&home, &stores::in_bitwarden(&home), 2);
}

#[test]
fn r108_ended_at_any_call_to_pass_in_git() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    table(&home, &stores::in_git(&home), 2);
}
