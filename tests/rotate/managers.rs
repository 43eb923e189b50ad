//! A rotation that is ended at each of its calls to the manager, for every manager that is written: at every moment the item
//! holds a key that AWS takes, and the next run goes on.
//!
//! Here each call is tried in one of three ways; with `AWS_AUTH_TEST_KILLS`, as in `tests/long`, in all three.

use std::fs;
use std::time::Duration;

use super::{keys, user_of};
use crate::stores::{self, Kept};
use crate::support::steps::{self, At};
use crate::support::sts::{BOB, World};
use crate::support::{Home, Outcome, gpg, keyring, tools};
use crate::{bitwarden, vault};

const PATIENCE: Duration = Duration::from_mins(5);
/// The calls of a rotation: the item is read; the sibling is written and read, once to see whether that can be done; the
/// item is read once more, written and read, the sibling is removed.
const USUAL: usize = 9;

fn rotate(home: &Home, kept: &Kept, args: &[&str]) -> Outcome {
    let run = home.run(["rotate", "--from", kept.from, "--item", "work"]).args(&kept.args).args(args);
    let outcome = run.patience(PATIENCE).go();
    for key in home.sts().emulator().keys() {
        home.secret("a permanent secret key", &key.secret);
    }
    outcome
}

/// The table: what became of the rotation, by the call at which it was ended and how. `every` leaves calls out.
fn table(home: &Home, kept: &Kept, calls: usize, every: usize) {
    let is_long = std::env::var_os("AWS_AUTH_TEST_KILLS").is_some();
    steps::at(home, kept.program, At::Never);
    rotate(home, kept, &[]).ok();
    assert_eq!(steps::calls(home, kept.program), calls, "of {}", kept.program);
    let mut outcomes = Vec::new();
    for number in 1..=calls {
        let all = [At::After(number), At::Instead(number), At::Fails(number)];
        for (way, at) in all.into_iter().enumerate() {
            // One more than three, so that all calls and all ways have their turn.
            if !is_long && !(3 * number + way).is_multiple_of(3 * every + 1) {
                continue;
            }
            let current = keys(home, &BOB).pop().expect("a key");
            home.sts().emulator().change(|world| {
                world.keys.retain(|key| key.user != BOB.arn || key.id == current.id);
                world.keys.iter_mut().for_each(|key| key.active |= key.user == BOB.arn);
            });
            let _ = fs::remove_dir_all(home.path(".local/state/aws-auth/rotations"));
            (kept.put)(&current.id, &current.secret);
            steps::at(home, kept.program, at);
            let ended = rotate(home, kept, &[]);
            std::thread::sleep(Duration::from_millis(300));
            steps::at(home, kept.program, At::Never);
            let held = works(home, kept, &format!("{at:?}: {ended:?}"));
            let made = keys(home, &BOB).len() - 1;
            outcomes.push(format!("{at:?}: new keys {made}, new in the item {}", held != current.id));
            let mut again = rotate(home, kept, &["--yes"]);
            if again.status.code() == Some(10) {
                again.says("24 hours");
            } else {
                again.ok();
                again = rotate(home, kept, &["--yes"]);
                again.fails_saying(10, "").says("24 hours");
            }
            let held = works(home, kept, &format!("{at:?}, again: {again:?}"));
            let there = keys(home, &BOB);
            assert!(there.len() == 2 && there.iter().filter(|key| key.active).all(|key| key.id == held), "{there:?}");
            assert!(!(kept.is_beside)(), "{at:?}: the sibling is left\n{ended:?}\n{again:?}");
        }
    }
    println!("{}", outcomes.join("\n"));
    assert!(!outcomes.is_empty(), "nothing was tried");
}

/// The item holds a whole key that is active. Which.
#[track_caller]
fn works(home: &Home, kept: &Kept, when: &str) -> String {
    let item = (kept.get)();
    let all = keys(home, &BOB);
    let key = all.iter().find(|key| item.contains(&key.id) && item.contains(&key.secret));
    let key = key.unwrap_or_else(|| panic!("{when}: half a key"));
    assert!(key.active, "{when}: the item's key is inactive");
    key.id.clone()
}

#[test]
fn r109_ended_at_any_call_to_a_keyring() {
    let home = user_of(&BOB, World::standard());
    let Some(keyring) = keyring::start(&home) else { return };
    let kept = stores::in_keyring(&home, &keyring);
    (kept.put)(BOB.access_key_id, BOB.secret_access_key);
    table(&home, &kept, USUAL, 3);
}

#[test]
fn r109_ended_at_any_call_to_a_database_that_a_key_file_opens() {
    let Some(real) = tools::need("keepassxc-cli") else { return };
    let home = user_of(&BOB, World::standard());
    let kept = stores::in_database(&home, &real);
    (kept.put)(BOB.access_key_id, BOB.secret_access_key);
    // What is removed goes to its bin first, and is removed there too.
    table(&home, &kept, USUAL + 1, 5);
}

#[test]
fn r109_ended_at_any_call_to_openbao() {
    let Some((home, _server)) = vault::user(&BOB) else { return };
    let kept = stores::in_openbao(&home);
    (kept.put)(BOB.access_key_id, BOB.secret_access_key);
    // Whether something can be removed is tried too: a policy may allow the one and not the other. It sees by itself that the
    // item is as it was read.
    table(&home, &kept, USUAL, 3);
}

#[test]
#[ignore = "bw takes half a minute for it: tests/long runs it"]
fn r109_ended_at_any_call_to_bitwarden() {
    let Some((home, _server)) = bitwarden::vault(&BOB, "[]") else { return };
    let kept = stores::in_bitwarden(&home);
    (kept.put)(BOB.access_key_id, BOB.secret_access_key);
    // Its own sync, and whether something can be removed.
    table(&home, &kept, USUAL + 2, 6);
}

#[test]
fn r109_ended_at_any_call_to_pass_in_git() {
    let home = user_of(&BOB, World::standard());
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    let kept = stores::in_git(&home);
    (kept.put)(BOB.access_key_id, BOB.secret_access_key);
    // Whether git has recorded it.
    table(&home, &kept, USUAL + 1, 2);
}
