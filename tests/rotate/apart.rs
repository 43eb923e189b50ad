//! The layout that the original documents: the id and the secret in an entry each. Nobody writes two entries in one step.

use std::fs;
use std::time::Duration;

use super::{keys, shown, user_of};
use crate::support::gpg::{self, Key};
use crate::support::steps::{self, At};
use crate::support::sts::{ALICE, BOB, Person, World, role};
use crate::support::{Home, Outcome};

/// A user whose key stands in the documented entries, below a folder or at the store's root; the secret has a note.
fn documented(person: &Person, world: World, prefix: &str) -> Option<Home> {
    let home = user_of(person, world);
    gpg::store(&home, Key::Open)?;
    gpg::insert_documented(&home, prefix, person, role::DEV);
    gpg::insert(&home, &format!("{prefix}aws-secret-access-key"), secret_text(person.secret_access_key));
    Some(home)
}

fn secret_text(secret: &str) -> String {
    format!("{secret}\n# of the team: do not touch\n")
}

/// The two entries hold this key, and all else as it was.
#[track_caller]
fn holds(home: &Home, prefix: &str, id: &str, secret: &str) {
    assert_eq!(shown(home, &format!("{prefix}aws-access-key-id")).as_deref(), Some(id));
    let text = shown(home, &format!("{prefix}aws-secret-access-key"));
    assert_eq!(text.as_deref(), Some(secret_text(secret).as_str()));
}

fn rotate(home: &Home, args: &[&str]) -> Outcome {
    let outcome = home.run(["rotate", "--from", "pass"]).args(args).go();
    for key in home.sts().emulator().keys() {
        home.secret("a permanent secret key", &key.secret);
    }
    outcome
}

const WORK: [&str; 2] = ["--item", "work"];

#[test]
fn r110_the_documented_entries_are_rotated_each_in_its_place() {
    for (prefix, item) in [("work/", &WORK[..]), ("", &[])] {
        let Some(home) = documented(&ALICE, World::standard().with_mfa_for_iam(), prefix) else { return };
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        rotate(&home, &[item, &["--token-code", &code]].concat()).ok().says("is inactive");
        let [old, new] = &keys(&home, &ALICE)[..] else { panic!("two keys") };
        assert!(!old.active && new.active);
        holds(&home, prefix, &new.id, &new.secret);
        assert_eq!(shown(&home, &format!("{prefix}aws-mfa-arn")).as_deref(), Some(ALICE.mfa_serial));
        for sibling in ["work.aws-auth-new", "aws-auth-new"] {
            assert!(shown(&home, sibling).is_none(), "the sibling is gone");
        }
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        home.run(["--from", "pass", "--token-code", &code]).args(item).go().ok();
    }
}

#[test]
fn r109_another_reader_of_two_entries_gets_a_working_key_at_any_moment() {
    let Some(home) = documented(&BOB, World::standard(), "work/") else { return };
    // Everybody else's runs assume no role here: bob's entries name one that asks for a code.
    fs::remove_file(gpg::file(&home, "work/aws-iam-role-arn")).unwrap();
    steps::accompanied(&home, "work");
    let outcome = home.run(["rotate", "--from", "pass"]).args(WORK).patience(Duration::from_mins(3)).go();
    outcome.ok();
    let (fine, failed) = steps::company(&home);
    assert!(fine >= 24 && failed.is_empty(), "{fine} were fine; {failed}\n{outcome:?}");
    let used: std::collections::BTreeSet<_> =
        home.sts().requests().into_iter().filter_map(|request| request.access_key_id).collect();
    assert_eq!(used.len(), 2, "the old key, then the new one");
}

/// What happens when the run is ended at each of its calls to pass: whoever reads gets a working key. Here each call is tried
/// in one of three ways; with `AWS_AUTH_TEST_KILLS`, as in `tests/long`, in all.
#[test]
fn r109_killed_at_any_call_between_two_entries_a_reader_gets_a_working_key_and_the_next_run_goes_on() {
    let Some(home) = documented(&BOB, World::standard(), "work/") else { return };
    fs::remove_file(gpg::file(&home, "work/aws-iam-role-arn")).unwrap();
    steps::at(&home, "pass", At::Never);
    rotate(&home, &WORK).ok();
    let calls = steps::calls(&home, "pass");
    steps::off(&home, "pass");
    let is_long = std::env::var_os("AWS_AUTH_TEST_KILLS").is_some();
    let mut halves = 0;
    // The first calls only read; `steps` of one entry has all of them.
    for number in 8..=calls {
        for (way, at) in [At::Instead(number), At::After(number), At::Fails(number)].into_iter().enumerate() {
            if !is_long && !(number + way + 1).is_multiple_of(3) {
                continue;
            }
            let current = keys(&home, &BOB).pop().expect("a key");
            home.sts().emulator().change(|world| {
                world.keys.retain(|key| key.user != BOB.arn || key.id == current.id);
                world.keys.iter_mut().for_each(|key| key.active |= key.user == BOB.arn);
            });
            let _ = fs::remove_dir_all(home.path(".local/state/aws-auth/rotations"));
            let _ = fs::remove_file(home.path("store/work.aws-auth-new.gpg"));
            gpg::insert(&home, "work/aws-access-key-id", &current.id);
            gpg::insert(&home, "work/aws-secret-access-key", secret_text(&current.secret));
            steps::at(&home, "pass", at);
            let ended = rotate(&home, &WORK);
            std::thread::sleep(Duration::from_millis(200));
            steps::off(&home, "pass");
            let read = home.run(["--from", "pass", "--no-mfa"]).args(WORK).go();
            assert!(read.status.success(), "{at:?}: {ended:?}\n{read:?}");
            let id = shown(&home, "work/aws-access-key-id").unwrap_or_default();
            let secret = shown(&home, "work/aws-secret-access-key").unwrap_or_default();
            let is_whole = keys(&home, &BOB).iter().any(|key| key.id == id && secret_text(&key.secret) == secret);
            halves += usize::from(!is_whole);
            let mut again = rotate(&home, &[&WORK[..], &["--yes"]].concat());
            if again.status.code() == Some(10) {
                again.says("24 hours");
            } else {
                again.ok();
                again = rotate(&home, &[&WORK[..], &["--yes"]].concat());
                again.fails_saying(10, "").says("24 hours");
            }
            let there = keys(&home, &BOB);
            let active: Vec<_> = there.iter().filter(|key| key.active).collect();
            assert!(there.len() == 2 && active.len() == 1, "{at:?}: {there:?}\n{ended:?}\n{again:?}");
            holds(&home, "work/", &active[0].id, &active[0].secret);
            assert!(shown(&home, "work.aws-auth-new").is_none(), "{at:?}: the sibling is left\n{ended:?}");
        }
    }
    assert!(halves > 0, "no run was ended between the two");
}

#[test]
fn halves_in_entries_that_hold_more_are_refused_before_a_key_is_made() {
    let home = user_of(&BOB, World::standard());
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    gpg::insert(&home, "work/aws-access-key-id", format!("{}x{0}", BOB.access_key_id));
    gpg::insert(&home, "work/aws-secret-access-key", BOB.secret_access_key);
    let outcome = rotate(&home, &WORK);
    assert!(!outcome.status.success() && keys(&home, &BOB).len() == 1, "{outcome:?}");
}
