//! Bad days: each ends in one line that says what happened, and in a state from which the next run goes on.

use std::fs;
use std::process::Command;

use super::{holds, in_pass, keys, rotate, shown, text, user_of, works};
use crate::support::gpg::{self, Key, Pinentry};
use crate::support::keyring;
use crate::support::run;
use crate::support::sts::{ALICE, BOB, Fault, World};
use crate::support::{Home, tools};

const BOBS: [&str; 5] = ["rotate", "--from", "pass", "--item", "work"];

/// A script before the real program that does something at its call of this number, before it or after it.
fn at_call(home: &Home, program: &str, number: usize, before: &str, after: &str) {
    let real = tools::find(program).expect("the program");
    let count = home.rig("count");
    let _ = fs::remove_file(&count);
    let script = format!(
        "#!/bin/sh\necho call >>'{count}'\nnumber=$(wc -l <'{count}')\nif [ \"$number\" -eq {number} ]; then {before}\n:; fi\n\
         '{real}' \"$@\"\ncode=$?\nif [ \"$number\" -eq {number} ]; then {after}\n:; fi\nexit $code\n",
        count = count.display(),
        real = real.display()
    );
    home.script(program, &script);
}

fn usual(home: &Home, program: &str) {
    fs::remove_file(home.rig("bin").join(program)).expect("the script");
}

#[test]
fn a_clock_that_is_off_changes_nothing() {
    for offset in [3600, -3600] {
        let Some(home) = in_pass(&ALICE, World::standard().with_mfa_for_iam()) else { return };
        home.sts().emulator().set_clock_offset(offset);
        rotate(&home, &[]).ok();
        let [old, new] = &keys(&home, &ALICE)[..] else { panic!("two keys") };
        assert!(!old.active && new.active);
        holds(&home, new, &ALICE);
        // Its time is AWS's too: a day has not gone by.
        let early = rotate(&home, &[]);
        early.fails_saying(10, "");
        assert!(["another 24 h", "another 23 h 5"].iter().any(|left| early.err().contains(left)), "{early:?}");
    }
}

#[test]
fn r109_a_new_key_that_aws_does_not_list_yet_is_waited_for_and_not_lost() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    // ended when the sibling is written
    at_call(&home, "pass", 4, "", "kill -9 \"$PPID\"");
    let ended = home.run(BOBS).go();
    assert_eq!(ended.signal(), Some(9), "{ended:?}");
    usual(&home, "pass");
    home.sts().emulator().list_keys_late(1);
    home.run(BOBS).go().fails_saying(22, "").says("does not list the new key").says("run this again in a minute");
    rotate(&home, &[]).ok();
    let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
    assert!(!old.active && new.active);
    holds(&home, new, &BOB);
}

#[test]
fn r109_a_network_that_is_lost_after_the_key_was_made_is_waited_for_by_the_next_run() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    // The sibling is the fourth call: reading, two of the probe, writing.
    at_call(&home, "pass", 4, "", &format!("touch '{}'", home.rig("lost").display()));
    let running = home.run(BOBS).start();
    let started = std::time::Instant::now();
    while !home.rig("lost").exists() {
        assert!(started.elapsed().as_secs() < 60, "the sibling is not written");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    home.sts().emulator().fault_always(Fault::ResetBeforeBody);
    let ended = running.finish();
    usual(&home, "pass");
    assert_eq!(ended.code(), 22, "{ended:?}");
    let there = keys(&home, &BOB);
    home.secret("a permanent secret key", &there[1].secret);
    assert!(there.len() == 2 && there.iter().all(|key| key.active));
    holds(&home, &there[0], &BOB);
    assert!(shown(&home, "work.aws-auth-new").is_some_and(|text| text.contains(&there[1].secret)));
    home.sts().emulator().clear_faults();
    home.run(BOBS).go().ok().says("going on with the new key");
    holds(&home, &there[1], &BOB);
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 1);
}

#[test]
fn a_hook_that_refuses_is_told_and_the_rotation_is_whole() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    home.write(".gitconfig", "[user]\nname = bob\nemail = bob@example.com\n");
    home.command(["pass", "git", "init"]).go().ok();
    run::write_executable(&home.path("store/.git/hooks/pre-commit"), "#!/bin/sh\nexit 1\n");
    home.run(BOBS).go().ok().says("not committed").says("is inactive");
    let [old, new] = &keys(&home, &BOB)[..] else { panic!("two keys") };
    assert!(!old.active && new.active);
    holds(&home, new, &BOB);
    assert!(shown(&home, "work.aws-auth-new").is_none());
}

#[test]
fn a_second_recipient_reads_the_new_key_too() {
    let Some(home) = in_pass(&BOB, World::standard()) else { return };
    gpg::second_recipient(&home);
    home.run(BOBS).go().ok();
    let mut packets = Command::new("gpg");
    packets.args(["--batch", "--list-packets", "--list-only"]).arg(gpg::file(&home, "work"));
    let packets = run::output(packets.env_clear().envs(home.env()));
    let count = String::from_utf8_lossy(&packets).matches("pubkey enc packet").count();
    assert_eq!(count, 2, "one for each");
    works(&home, &BOB, "with two recipients");
}

#[test]
fn r109_a_store_that_is_locked_half_way_goes_on_when_it_is_open_again() {
    // Where what was written cannot be read back: after the key was made, and after the item was written.
    for number in [5, 7] {
        let home = user_of(&BOB, World::standard());
        let Some(()) = gpg::store(&home, Key::Locked) else { return };
        gpg::pinentry(&home, Pinentry::Right);
        gpg::insert(&home, "work", text((BOB.access_key_id, BOB.secret_access_key), &BOB));
        assert!(shown(&home, "work").is_some(), "the agent knows the passphrase now");
        let forget = "echo 'pinentry-program /nonexistent' >\"$GNUPGHOME/gpg-agent.conf\"; gpgconf --kill gpg-agent";
        at_call(&home, "pass", number, forget, "");
        let ended = home.run(BOBS).go();
        usual(&home, "pass");
        assert!(!ended.status.success(), "{number}: {ended:?}");
        for key in keys(&home, &BOB) {
            home.secret("a permanent secret key", &key.secret);
        }
        gpg::pinentry(&home, Pinentry::Right);
        works(&home, &BOB, &format!("{number}: {ended:?}"));
        let mut again = home.run(BOBS).arg("--yes").go();
        if again.code() != 10 {
            again.ok();
            again = home.run(BOBS).arg("--yes").go();
        }
        again.fails_saying(10, "").says("24 hours");
        let there = keys(&home, &BOB);
        assert!(there.len() == 2 && there.iter().filter(|key| key.active).count() == 1, "{number}: {there:?}");
        assert!(shown(&home, "work.aws-auth-new").is_none());
    }
}

#[test]
fn r111_a_keyring_that_is_locked_half_way_keeps_no_key_that_is_lost() {
    let home = user_of(&BOB, World::standard());
    let Some(mut keyring) = keyring::start(&home) else { return };
    keyring.store("work", &text((BOB.access_key_id, BOB.secret_access_key), &BOB));
    // Before the sibling is written, when the key is made.
    at_call(&home, "secret-tool", 4, keyring::LOCK, "");
    let ended = home.run(["rotate", "--from", "secret-tool", "--item", "work"]).go();
    usual(&home, "secret-tool");
    ended.fails_saying(14, "").says("was deleted");
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 1, "{ended:?}");
    assert_eq!(keys(&home, &BOB).len(), 1, "what cannot be kept is taken back");
    keyring.unlock();
    home.run(["rotate", "--from", "secret-tool", "--item", "work"]).go().ok();
}

#[test]
fn r111_two_rotations_at_once_make_one_key() {
    for is_crons in [false, true] {
        let Some(home) = in_pass(&BOB, World::standard()) else { return };
        let other = home.run(BOBS);
        // One that cron has started has no such directory, in which the others' locks are.
        let other = if is_crons { other.without("XDG_RUNTIME_DIR") } else { other };
        let all = [home.run(BOBS).start(), other.start()];
        let mut codes: Vec<_> = all.into_iter().map(|one| one.finish().code()).collect();
        codes.sort_unstable();
        assert_eq!(codes, [0, 10], "the other one waits, and learns that it was done");
        assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 1);
        works(&home, &BOB, "after both");
    }
}

#[test]
fn names_with_paths_and_other_partitions_are_the_users_own() {
    use crate::support::sts::{CHEN, GINA, Person};
    let deep = Person { arn: "arn:aws:iam::111122223333:user/a/b/x@y.z", mfa_serial: "", ..BOB };
    for person in [deep, Person { mfa_serial: "", ..GINA }, Person { mfa_serial: "", ..CHEN }] {
        let world = World::default().user(person.arn);
        let world = world.key(person.arn, person.access_key_id, person.secret_access_key, true);
        let Some(home) = in_pass(&person, world) else { return };
        home.set("AWS_REGION", if person.arn.contains("-cn:") { "cn-north-1" } else { "us-gov-west-1" });
        if person.arn == deep.arn {
            home.unset("AWS_REGION");
        }
        home.run(BOBS).go().ok();
        let [old, new] = &keys(&home, &person)[..] else { panic!("two keys") };
        assert!(!old.active && new.active, "{}", person.arn);
        let asked = home.sts().emulator().requests();
        let names: Vec<_> = asked.iter().filter_map(|request| request.param("UserName")).collect();
        let name = person.arn.rsplit('/').next().unwrap();
        assert!(!names.is_empty() && names.iter().all(|own| *own == name), "{names:?}");
    }
}
