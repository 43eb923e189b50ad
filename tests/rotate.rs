//! `aws-auth rotate`: a key is replaced in the manager's own item, and at every moment there is one that works.

mod apart;
mod days;
mod managers;
mod moto;
mod undo;

use std::fs;
use std::process::Command;
use std::time::Duration;

use aws_auth_emulator::AccessKey;

use crate::support::gpg::{self, Key};
use crate::support::keyring;
use crate::support::run;
use crate::support::steps::{self, At};
use crate::support::sts::{ALICE, BOB, Fault, Person, World, role};
use crate::support::{Home, Outcome, Sts, tools};

/// What is around the key in the item, and has to stay as it is to the byte.
const AROUND: &str = "access_key_id:\tID\r\n# of the team: do not touch\nUnknown  field : x=y: z \n\nmfa_serial: SERIAL\nrole_arn: ROLE\nno newline at the end";

fn text(key: (&str, &str), person: &Person) -> String {
    let around = AROUND.replace("ID", key.0).replace("SERIAL", person.mfa_serial).replace("ROLE", role::DEV);
    format!("{}\n{}", key.1, around.replace("mfa_serial: \n", ""))
}

fn user_of(person: &Person, world: World) -> Home {
    let home = Home::new();
    home.attach(Sts::of(aws_auth_emulator::Emulator::start(world)));
    gpg::secrets_of(&home, person);
    home
}

/// A user whose key is in pass, in the item `work`.
fn in_pass(person: &Person, world: World) -> Option<Home> {
    let home = user_of(person, world);
    gpg::store(&home, Key::Open)?;
    gpg::insert(&home, "work", text((person.access_key_id, person.secret_access_key), person));
    Some(home)
}

fn rotate_with(home: &Home, from: &str, args: &[&str]) -> Outcome {
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["rotate", "--from", from, "--item", "work", "--token-code", &code]).args(args).go();
    for key in home.sts().emulator().keys() {
        home.secret("a permanent secret key", &key.secret);
    }
    outcome
}

fn rotate(home: &Home, args: &[&str]) -> Outcome {
    rotate_with(home, "pass", args)
}

fn shown(home: &Home, entry: &str) -> Option<String> {
    let mut show = Command::new(tools::find("pass").expect("pass"));
    let out = show.args(["show", entry]).env_clear().envs(home.env()).output().expect("pass runs");
    out.status.success().then(|| String::from_utf8(out.stdout).expect("text"))
}

/// The user's keys: the item's, then the others.
fn keys(home: &Home, person: &Person) -> Vec<AccessKey> {
    home.sts().emulator().keys().into_iter().filter(|key| key.user == person.arn).collect()
}

/// The item holds this key, and all else as it was.
#[track_caller]
fn holds(home: &Home, key: &AccessKey, person: &Person) {
    assert_eq!(shown(home, "work").unwrap(), text((&key.id, &key.secret), person));
}

/// The item holds some key that AWS takes. Which of the user's it is.
#[track_caller]
fn works(home: &Home, person: &Person, when: &str) -> AccessKey {
    let item = shown(home, "work").unwrap_or_else(|| panic!("{when}: there is no item"));
    let fits = |key: &&AccessKey| item == text((&key.id, &key.secret), person);
    let key = keys(home, person).iter().find(fits).cloned().unwrap_or_else(|| panic!("{when}: half a key"));
    assert!(key.active, "{when}: the item's key is inactive");
    key
}

#[test]
fn r112_a_deletion_that_is_to_wait_for_an_age_is_refused() {
    let home = Home::with_sts();
    let outcome = home.run(["rotate", "--delete-old", "--if-older-than", "9000d", "--from", "pass"]).go();
    outcome.fails_saying(2, "").says("--delete-old").says("--if-older-than");
    home.sts().saw(&[]);
}

#[test]
fn r110_a_key_is_replaced_and_all_else_in_the_item_stays() {
    let Some(home) = in_pass(&ALICE, World::standard().with_mfa_for_iam()) else { return };
    home.sts().emulator().settle_keys_by(&[true, false, true, true, false]);
    steps::at(&home, "pass", At::Never);
    let outcome = rotate(&home, &[]);
    outcome.ok().says("everywhere").says("is inactive").says("--undo");
    assert_eq!(steps::calls(&home, "pass"), 10, "7, 2 for the probe, and git's state");
    let [old, new] = &keys(&home, &ALICE)[..] else { panic!("two keys") };
    assert!(!old.active && new.active && old.id == ALICE.access_key_id);
    holds(&home, new, &ALICE);
    assert!(shown(&home, "work.aws-auth-new").is_none(), "the sibling is gone");
    let actions = home.sts().actions();
    assert_eq!(home.sts().with_code().len(), 1, "one code");
    assert!(!actions.iter().any(|action| action == "AssumeRole"), "{actions:?}");
    assert_eq!(actions.last().map(String::as_str), Some("UpdateAccessKey"));
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--item", "work", "--token-code", &code]).go().ok();
    // Early, it is refused and says when; on request the old one goes at once.
    rotate(&home, &[]).fails_saying(10, "").says("24").says("--delete-old");
    rotate(&home, &["--if-older-than", "90d"]).ok().says("young enough");
    rotate(&home, &["--undo"]).ok().says("active again");
    assert!(keys(&home, &ALICE).iter().all(|key| key.active));
    rotate(&home, &[]).ok().says("holds the new key already");
    rotate(&home, &["--delete-old"]).ok();
    assert_eq!(keys(&home, &ALICE).len(), 1);
    works(&home, &ALICE, "at the end");
}

#[test]
fn a_key_that_is_young_enough_costs_no_code_where_aws_tells_its_age_without_one() {
    for (world, codes) in [(World::standard(), 0), (World::standard().with_mfa_for_iam(), 1)] {
        let Some(home) = in_pass(&ALICE, world) else { return };
        rotate(&home, &[]).ok();
        rotate(&home, &["--delete-old"]).ok();
        let before = home.sts().with_code().len();
        rotate(&home, &["--if-older-than", "90d"]).ok().says("young enough");
        assert_eq!(home.sts().with_code().len() - before, codes);
        assert_eq!(keys(&home, &ALICE).len(), 1);
        rotate(&home, &["--if-older-than", "0d"]).ok().says("is inactive");
    }
}

#[test]
fn r109_another_reader_gets_a_whole_key_at_any_moment() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    steps::watched(&home, "work");
    home.run(["rotate", "--from", "pass", "--item", "work"]).go().ok();
    let whole: Vec<_> = keys(&home, &BOB).iter().map(|key| text((&key.id, &key.secret), &BOB)).collect();
    let seen = steps::seen(&home);
    assert!(seen.len() >= 18 && seen.iter().all(|item| whole.contains(item)), "{} looks", seen.len());
    assert!(seen.contains(&whole[0]) && seen.contains(&whole[1]), "the old key, then the new one");
}

#[test]
fn the_old_key_goes_with_the_next_rotation_after_a_day() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    let rotate = || home.run(["rotate", "--from", "pass", "--item", "work"]).go();
    rotate().ok();
    rotate().fails_saying(10, "").says("24 hours");
    home.sts().emulator().set_clock_offset(24 * 3600 + 60);
    rotate().ok().says("is deleted");
    let keys = keys(&home, &BOB);
    assert_eq!(keys.len(), 2);
    for key in &keys {
        home.secret("a permanent secret key", &key.secret);
    }
    holds(&home, &keys[1], &BOB);
}

#[test]
fn r111_two_keys_that_are_not_ours_to_judge_are_told_and_left_alone() {
    let other = ("AKIAOTHER7EXAMPLE99Q", "CANARY/must+never+leak/other00000000009Z");
    for active in [true, false] {
        let Some(home) = in_pass(&BOB, World::standard().key(BOB.arn, other.0, other.1, active)) else { return };
        let outcome = home.run(["rotate", "--from", "pass", "--item", "work"]).go();
        outcome.fails_saying(10, "").says("two access keys").says("never used").says("last used");
        assert_eq!(keys(&home, &BOB).len(), 2);
        holds(&home, &keys(&home, &BOB)[0], &BOB);
    }
}

#[test]
fn what_is_denied_is_told_with_a_policy_to_paste_and_leaves_nothing_behind() {
    for (action, made) in [("iam:ListAccessKeys", false), ("iam:CreateAccessKey", false), ("iam:UpdateAccessKey", true)]
    {
        let Some(home) = in_pass(&BOB, World::standard().denying(action)) else { return };
        let rotate = || home.run(["rotate", "--from", "pass", "--item", "work"]).go();
        let outcome = rotate();
        outcome.fails_saying(20, "").says("\"iam:CreateAccessKey\"").says("aws:username");
        assert_eq!(keys(&home, &BOB).len(), 1 + usize::from(made), "{action}");
        assert!(shown(&home, "work.aws-auth-new").is_none(), "{action}: the sibling is left");
        works(&home, &BOB, action);
        // Once it is allowed, the next run goes on.
        home.sts().emulator().change(|world| world.denied.clear());
        rotate().ok();
        let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
        assert!(!old.active && new.active, "{action}");
        holds(&home, new, &BOB);
    }
}

#[test]
fn r111_a_lost_answer_makes_no_second_key_and_the_lost_one_goes_after_a_yes() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    home.sts().emulator().fault_iam("CreateAccessKey", Fault::ResetAfterBody);
    let rotate = |args: &[&str]| home.run(["rotate", "--from", "pass", "--item", "work"]).args(args).go();
    assert_eq!(rotate(&[]).code(), 22);
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 1, "never a second time");
    assert_eq!(keys(&home, &BOB).len(), 2);
    let lost = keys(&home, &BOB)[1].id.clone();
    rotate(&[]).fails_saying(16, "").says("never used");
    assert_eq!(keys(&home, &BOB)[1].id, lost, "nothing is deleted without a yes");
    rotate(&["--yes"]).ok();
    let keys = keys(&home, &BOB);
    assert!(keys.len() == 2 && keys.iter().all(|key| key.id != lost));
    holds(&home, &keys[1], &BOB);
}

#[test]
fn r111_throttled_the_key_is_not_made_twice_and_the_rest_is_tried_again() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    let sts = home.sts();
    sts.emulator().fault_iam("ListAccessKeys", Fault::throttling());
    sts.emulator().fault_iam("UpdateAccessKey", Fault::throttling());
    home.run(["rotate", "--from", "pass", "--item", "work"]).go().ok();
    assert_eq!(sts.emulator().calls("UpdateAccessKey"), 2);
    let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
    assert!(!old.active && new.active);
}

#[test]
fn a_manager_that_is_not_written_is_told_of_before_anything_is_made() {
    let home = user_of(&BOB, World::standard());
    home.script("op", "#!/bin/sh\necho called >>\"$HOME/called\"\nexit 1\n");
    let outcome = home.run(["rotate", "--from", "op", "--item", "work"]).go();
    outcome.fails_saying(10, "").says("by hand").says("create-access-key");
    assert!(home.sts().actions().is_empty() && !home.path("called").exists());
}

#[test]
fn r121_a_key_of_another_account_than_the_expected_one_gets_no_new_key() {
    let home = user_of(&BOB, World::standard());
    home.script("pass", PLAIN_PASS);
    let role = format!("role_arn: {}\n", role::DEV);
    home.write("plain/work", text((BOB.access_key_id, BOB.secret_access_key), &BOB).replace(&role, ""));
    home.plant(&home.path("plain"));
    let profile = |account: &str| {
        let text = format!("[profile p]\naws_auth_from = pass\naws_auth_item = work\naws_auth_account = {account}\n");
        home.write(".aws/config", text);
        home.run(["rotate", "--profile", "p"])
    };
    profile("444455556666").go().fails_saying(10, "").says("user/bob is in the account 111122223333");
    profile("111122223333").env("AWS_AUTH_ACCOUNT", "444455556666").go().fails_saying(10, "").says("AWS_AUTH_ACCOUNT");
    assert_eq!(home.sts().actions(), ["GetCallerIdentity", "GetCallerIdentity"]);
    profile("111122223333").env("AWS_AUTH_ACCOUNT", "111122223333").go().ok();
}

#[test]
fn r121_what_is_expected_of_the_roles_account_is_not_expected_of_the_key() {
    let home = user_of(&BOB, World::standard());
    home.script("pass", PLAIN_PASS);
    home.write("plain/work", text((BOB.access_key_id, BOB.secret_access_key), &BOB));
    home.plant(&home.path("plain"));
    home.run(["rotate", "--from", "pass", "--item", "work"]).env("AWS_AUTH_ACCOUNT", "444455556666").go().ok();
}

#[test]
fn r111_a_store_that_cannot_be_written_is_found_out_before_a_key_is_made() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    let ids = home.path("store/.gpg-id");
    let own = fs::read_to_string(&ids).unwrap();
    fs::write(&ids, format!("{own}nobody@example.com\n")).unwrap();
    let outcome = home.run(["rotate", "--from", "pass", "--item", "work"]).go();
    outcome.fails_saying(12, "").says("nobody@example.com");
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 0);
    assert_eq!(keys(&home, &BOB).len(), 1);
}

/// What happens when the run is ended at each of its calls to pass.
#[test]
fn r109_killed_at_any_call_there_is_a_working_key_and_the_next_run_goes_on() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    let run = |args: &[&str]| home.run(["rotate", "--from", "pass", "--item", "work"]).args(args).go();
    steps::at(&home, "pass", At::Never);
    run(&[]).ok();
    let calls = steps::calls(&home, "pass");
    steps::off(&home, "pass");
    for number in 1..=calls {
        for at in [At::Instead(number), At::After(number), At::Fails(number)] {
            // Begin anew: one key, in the item, and no record.
            let current = keys(&home, &BOB).pop().expect("a key");
            home.sts().emulator().change(|world| {
                world.keys.retain(|key| key.user != BOB.arn || key.id == current.id);
                world.keys.iter_mut().for_each(|key| key.active |= key.user == BOB.arn);
            });
            let _ = fs::remove_dir_all(home.path(".local/state/aws-auth/rotations"));
            let _ = fs::remove_file(home.path("store/work.aws-auth-new.gpg"));
            gpg::insert(&home, "work", text((&current.id, &current.secret), &BOB));
            steps::at(&home, "pass", at);
            let ended = run(&[]);
            std::thread::sleep(Duration::from_millis(200));
            steps::off(&home, "pass");
            for key in keys(&home, &BOB) {
                home.secret("a permanent secret key", &key.secret);
            }
            works(&home, &BOB, &format!("{at:?}"));
            // At most two more runs finish it: the first may have a lost key to delete.
            let mut again = run(&["--yes"]);
            if again.status.code() == Some(10) {
                again.says("24 hours");
            } else {
                again.ok();
                again = run(&["--yes"]);
                again.fails_saying(10, "").says("24 hours");
            }
            let there = keys(&home, &BOB);
            let active: Vec<_> = there.iter().filter(|key| key.active).collect();
            assert!(there.len() == 2 && active.len() == 1, "{at:?}: {there:?}\n{ended:?}\n{again:?}");
            holds(&home, active[0], &BOB);
            assert!(shown(&home, "work.aws-auth-new").is_none(), "{at:?}: the sibling is left\n{ended:?}");
        }
    }
}

#[test]
fn a_keyring_of_a_desktop_is_rotated() {
    let home = user_of(&BOB, World::standard());
    let Some(keyring) = keyring::start(&home) else { return };
    keyring.store("work", &text((BOB.access_key_id, BOB.secret_access_key), &BOB));
    home.run(["rotate", "--from", "secret-tool", "--item", "work"]).go().ok();
    let keys = keys(&home, &BOB);
    let mut lookup = Command::new("secret-tool");
    lookup.args(["lookup", "service", "aws-auth", "name", "work"]).env_clear().envs(home.env());
    let item = String::from_utf8(run::output(&mut lookup)).unwrap();
    assert_eq!(item, text((&keys[1].id, &keys[1].secret), &BOB));
    // Locked, nothing is begun.
    keyring.lock();
    home.sts().emulator().change(|world| world.keys.retain(|key| key.user != BOB.arn || key.active));
    let locked = home.run(["rotate", "--from", "secret-tool", "--item", "work"]).go();
    assert!(!locked.status.success() && home.sts().emulator().calls("CreateAccessKey") == 1);
}

#[test]
fn root_and_roles_are_refused() {
    let root = Person { arn: "arn:aws:iam::111122223333:root", ..BOB };
    let world = World::default().user(root.arn).key(root.arn, root.access_key_id, root.secret_access_key, true);
    let Some(home) = in_pass(&root, world) else { return };
    home.run(["rotate", "--from", "pass", "--item", "work"]).go().fails_saying(10, "").says("root");
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 0);
}

/// As much of pass as a rotation calls, quick: the entries are plain files, each put in its place in one step.
const PLAIN_PASS: &str = r#"#!/bin/sh
for entry; do :; done
case $1 in
show) [ -e "$HOME/plain/$entry" ] && exec cat "$HOME/plain/$entry"; echo "Error: $entry is not in the password store." >&2; exit 1 ;;
insert) cat >"$HOME/plain/.new-$$" && mv "$HOME/plain/.new-$$" "$HOME/plain/$entry" ;;
rm) rm -f "$HOME/plain/$entry" ;;
*) exit 1 ;;
esac
"#;

/// How often the run is killed; `AWS_AUTH_TEST_KILLS` names another number.
const KILLS: u64 = 8;

/// What begins [`PLAIN_PASS`] where somebody adds a line to the entry `$CHANGED` meanwhile: when the sibling is written for
/// the second time, after the probe.
const PASS_WITH_A_COLLEAGUE: &str = r#"#!/bin/sh
for entry; do :; done
if [ "$1" = insert ] && [ "$entry" = work.aws-auth-new ]; then
  echo >>"$HOME/siblings"
  [ "$(wc -l <"$HOME/siblings")" -eq 2 ] && echo "note: of a colleague" >>"$HOME/plain/$CHANGED"
fi
"#;

#[test]
fn r110_what_somebody_changes_meanwhile_is_not_lost_and_the_next_run_goes_on() {
    let halves = [("work/aws-access-key-id", BOB.access_key_id), ("work/aws-secret-access-key", BOB.secret_access_key)];
    let whole = text((BOB.access_key_id, BOB.secret_access_key), &BOB);
    for changed in ["work", halves[0].0, halves[1].0] {
        let home = user_of(&BOB, World::standard());
        // What is a directory is no entry.
        let pass = PLAIN_PASS.replace("-e ", "-f ").replace("#!/bin/sh\n", PASS_WITH_A_COLLEAGUE);
        let pass = pass.replace("$CHANGED", changed);
        home.script("pass", &pass);
        let entries = if changed == "work" { vec![("work", whole.as_str())] } else { halves.to_vec() };
        for (entry, text) in &entries {
            let path = home.write(format!("plain/{entry}"), format!("{text}\n"));
            home.plant(path.parent().unwrap());
        }
        home.plant(&home.path("plain"));
        let rotate = || home.run(["rotate", "--from", "pass", "--item", "work"]).go();
        let refused = rotate();
        refused.fails_saying(12, "").says("somebody has changed it").says("the new one is in \"work.aws-auth-new\"");
        for (entry, text) in &entries {
            let note = if *entry == changed { "note: of a colleague\n" } else { "" };
            let now = fs::read_to_string(home.path(format!("plain/{entry}"))).unwrap();
            assert_eq!(now, format!("{text}\n{note}"), "{changed}: {entry}");
        }
        assert!(keys(&home, &BOB).iter().all(|key| key.active) && keys(&home, &BOB).len() == 2, "{changed}");
        rotate().ok();
        let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
        assert!(!old.active && new.active, "{changed}");
        home.secret("a permanent secret key", &new.secret);
        let now = fs::read_to_string(home.path(format!("plain/{changed}"))).unwrap();
        assert!(
            now.ends_with("note: of a colleague\n") && !now.contains(&old.id) && !now.contains(&old.secret),
            "{now}"
        );
    }
}

#[test]
fn r109_killed_at_any_moment_there_is_a_working_key_and_the_next_run_goes_on() {
    let kills = std::env::var("AWS_AUTH_TEST_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let home = user_of(&BOB, World::standard());
    home.script("pass", PLAIN_PASS);
    let item = home.write("plain/work", text((BOB.access_key_id, BOB.secret_access_key), &BOB));
    home.plant(&home.path("plain"));
    let run = |args: &[&str]| home.run(["rotate", "--from", "pass", "--item", "work"]).args(args).start();
    let working = |when: &str| {
        let held = fs::read_to_string(&item).unwrap_or_else(|error| panic!("{when}: {error}"));
        let found = keys(&home, &BOB).into_iter().find(|key| held == text((&key.id, &key.secret), &BOB));
        let found = found.unwrap_or_else(|| panic!("{when}: half a key"));
        assert!(found.active, "{when}: the item's key is inactive");
    };
    let started = std::time::Instant::now();
    run(&[]).finish().ok();
    let whole = started.elapsed();
    let mut unfinished = 0;
    for number in 0..kills {
        // A day later, the old key may go and the next rotation begins.
        home.sts().emulator().set_clock_offset(i64::try_from(number + 1).unwrap() * 25 * 3600);
        let running = run(&["--yes"]);
        // Spread over the run, and each time a little later in a step than the time before.
        std::thread::sleep(whole.mul_f64(f64::from(u32::try_from(number * 37 % 100).unwrap()) / 100.0));
        running.signal(rustix::process::Signal::KILL);
        let ended = running.finish();
        std::thread::sleep(Duration::from_millis(30));
        for key in keys(&home, &BOB) {
            home.secret("a permanent secret key", &key.secret);
        }
        working(&format!("{number}: {ended:?}"));
        unfinished += usize::from(ended.signal() == Some(9));
        let again = run(&["--yes"]).finish();
        assert!(matches!(again.code(), 0 | 10), "{number}: {again:?}");
        working(&format!("{number}, again: {again:?}"));
        let there = keys(&home, &BOB);
        assert!(
            there.len() <= 2 && there.iter().filter(|key| key.active).count() == 1,
            "{number}: {there:?}\n{again:?}"
        );
    }
    assert!(unfinished > 0, "no run was killed before its end");
}
