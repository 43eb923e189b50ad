//! `aws-auth rotate --undo`: the old key is active again, and back in the item where the store still has it.

use super::{holds, in_pass, keys, shown, works};
use crate::support::gpg;
use crate::support::steps::{self, At};
use crate::support::sts::{BOB, World};
use crate::support::{Home, Outcome};

fn in_git() -> Option<Home> {
    let home = in_pass(&BOB, World::standard())?;
    init(&home);
    Some(home)
}

fn init(home: &Home) {
    home.write(".gitconfig", "[user]\nname = bob\nemail = bob@example.com\n");
    home.command(["pass", "git", "init"]).go().ok();
}

fn rotate(home: &Home, args: &[&str]) -> Outcome {
    let outcome = home.run(["rotate", "--from", "pass", "--item", "work"]).args(args).go();
    for key in home.sts().emulator().keys() {
        home.secret("a permanent secret key", &key.secret);
    }
    outcome
}

#[test]
fn r112_the_old_pair_comes_back_out_of_the_stores_history() {
    let Some(home) = in_git() else { return };
    rotate(&home, &[]).ok().does_not_say("committed");
    let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
    holds(&home, new, &BOB);
    home.command(["sh", "-c", "pass git log --format=%s | grep -c aws-auth-new"]).go().ok();
    rotate(&home, &["--undo"]).ok().says("is active again").says(" holds it");
    holds(&home, old, &BOB);
    assert!(keys(&home, &BOB).iter().all(|key| key.active), "whoever has the new one goes on too");
    home.run(["--from", "pass", "--item", "work", "--no-mfa", "--no-role"]).go().ok();
    // The next one retires what was new; after a day that goes, and there is room.
    rotate(&home, &[]).ok().says("retire");
    let there = keys(&home, &BOB);
    assert!(there.iter().find(|key| key.id == old.id).unwrap().active);
    assert!(!there.iter().find(|key| key.id == new.id).unwrap().active);
    home.sts().emulator().set_clock_offset(24 * 3600 + 60);
    rotate(&home, &[]).ok().says("is deleted");
    works(&home, &BOB, "at the end");
}

#[test]
fn r112_the_documented_entries_come_back_too() {
    let home = super::user_of(&BOB, World::standard());
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    init(&home);
    gpg::insert_documented(&home, "work/", &BOB, "");
    rotate(&home, &[]).ok();
    rotate(&home, &["--undo"]).ok().says(" holds it");
    assert_eq!(shown(&home, "work/aws-access-key-id").as_deref(), Some(BOB.access_key_id));
    assert_eq!(shown(&home, "work/aws-secret-access-key").as_deref(), Some(BOB.secret_access_key));
    assert!(shown(&home, "work.aws-auth-new").is_none(), "the sibling is gone");
    home.run(["--from", "pass", "--item", "work", "--no-mfa"]).go().ok();
}

#[test]
fn r112_without_a_history_the_old_key_is_active_and_what_to_do_is_said() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    rotate(&home, &[]).ok();
    rotate(&home, &["--undo"]).ok().says("is active again").says("backup");
    let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
    assert!(old.active && new.active);
    holds(&home, new, &BOB);
    // What runs by itself does not take that back.
    rotate(&home, &["--if-older-than", "90d"]).ok().says("is left so").says("--item work");
    assert!(keys(&home, &BOB).iter().all(|key| key.active));
    rotate(&home, &[])
        .ok()
        .says("retire")
        .says("to delete it now: aws-auth rotate --from pass --item work --delete-old");
}

/// The pair is in the item again, and the newer key is active too: who runs by itself takes it from nobody.
#[test]
fn r112_what_runs_by_itself_retires_nothing_that_an_undoing_has_left_active() {
    let Some(home) = in_git() else { return };
    rotate(&home, &[]).ok();
    let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
    let [old_end, new_end] = [old, new].map(|key| &key.id[16..]);
    let both_go_on = |args: &[&str]| {
        let said = format!("the item holds …{old_end} again since rotate --undo; the key …{new_end} is active too");
        rotate(&home, args).ok().says(&said).says("to make it inactive: aws-auth rotate --from pass --item work");
        assert!(keys(&home, &BOB).iter().all(|key| key.active));
    };
    // Ended when the pair was back and that was not noted yet: the last of its calls is the look at what it has written.
    steps::at(&home, "pass", At::Never);
    rotate(&home, &["--undo"]).ok();
    let calls = steps::calls(&home, "pass");
    rotate(&home, &["--undo"]).ok();
    steps::at(&home, "pass", At::After(calls));
    assert_eq!(rotate(&home, &["--undo"]).signal(), Some(9));
    steps::off(&home, "pass");
    holds(&home, old, &BOB);
    both_go_on(&["--if-older-than", "36500d"]);
    both_go_on(&["--if-older-than", "36500d"]);
    home.run(["doctor", "--from", "pass", "--item", "work"])
        .go()
        .says_out("since rotate --undo another key is active too");
    // Asked for by hand, it is retired, and neither is called what it is not.
    let by_hand = rotate(&home, &[]);
    by_hand.ok().says(&format!("the item holds …{old_end} again; what is left is to retire …{new_end}"));
    by_hand.says(&format!("holds the key …{old_end}\n")).says(&format!("the other one, …{new_end}, is inactive"));
}

#[test]
fn r112_a_rotation_that_is_not_in_the_item_yet_is_given_up() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    // Ended when the pair was in the sibling and not in the item: the calls are read, 2 of the probe, write, read.
    steps::at(&home, "pass", At::After(5));
    assert_eq!(rotate(&home, &[]).signal(), Some(9));
    steps::off(&home, "pass");
    assert!(keys(&home, &BOB).len() == 2 && shown(&home, "work.aws-auth-new").is_some());
    rotate(&home, &["--undo"]).ok().says("is deleted");
    let there = keys(&home, &BOB);
    assert!(there.len() == 1 && there[0].active && shown(&home, "work.aws-auth-new").is_none());
    holds(&home, &there[0], &BOB);
    rotate(&home, &["--undo"]).fails_saying(10, "").says("nothing to undo");
    rotate(&home, &[]).ok();
}

/// What happens when the undoing is ended at each of its calls to pass.
#[test]
fn r112_an_undoing_that_was_ended_is_finished_by_the_next() {
    let Some(home) = in_git() else { return };
    let text = |home: &Home| shown(home, "work").unwrap();
    let before = text(&home);
    rotate(&home, &[]).ok();
    steps::at(&home, "pass", At::Never);
    rotate(&home, &["--undo"]).ok();
    let calls = steps::calls(&home, "pass");
    steps::off(&home, "pass");
    assert_eq!(text(&home), before);
    rotate(&home, &["--undo"]).ok().says(" holds it");
    for number in 1..=calls {
        for at in [At::Instead(number), At::After(number)] {
            steps::at(&home, "pass", at);
            let ended = rotate(&home, &["--undo"]);
            std::thread::sleep(std::time::Duration::from_millis(200));
            steps::off(&home, "pass");
            works(&home, &BOB, &format!("{at:?}"));
            assert!(ended.signal() == Some(9), "{at:?}: {ended:?}");
            let again = rotate(&home, &["--undo"]);
            assert!(again.ok().status.success());
            works(&home, &BOB, &format!("{at:?}, again"));
            assert_eq!(keys(&home, &BOB).len(), 2);
        }
    }
}
