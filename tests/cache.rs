//! The cache: what is kept between runs, under which name, for how long, and that nothing else comes out of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_auth::os::moment::Moment;
use aws_auth_emulator::Emulator;
use serde_json::{Map, Value, json};

use crate::support::fake::{self, Answer, Fake};
use crate::support::kept;
use crate::support::run::{self, To};
use crate::support::sts::{ALICE, BOB, Fault, Person, World, role};
use crate::support::{Home, Outcome, Sts, gpg, tools};

/// A person whose manager names the device, if there is one, and no role.
fn of(person: &Person) -> Home {
    let home = Home::with_sts();
    let _ = fake::pass(&home, person, "");
    home
}

/// bob, whose keys are in the environment.
fn bob_at_hand() -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    home
}

/// A run of his.
fn at_hand(home: &Home) -> Outcome {
    home.run(["--from", "env", "--no-role"]).go()
}

/// How often the stand-in `name` was started.
fn started(home: &Home, name: &str) -> usize {
    fs::read_dir(home.rig("calls").join(name)).map_or(0, Iterator::count)
}

/// A run of alice's with a good code.
fn with_code(home: &Home, args: &[&str]) -> Outcome {
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code]).args(args).go()
}

/// A run without a code and without a terminal: whoever needs a code fails.
fn run(home: &Home, args: &[&str]) -> Outcome {
    home.run(["--from", "pass"]).args(args).go()
}

#[track_caller]
fn key_id(outcome: &Outcome) -> String {
    outcome.exports()["AWS_ACCESS_KEY_ID"].clone()
}

/// The newest session of the home's STS is what was printed.
#[track_caller]
fn is_newest(home: &Home, outcome: &Outcome) {
    let newest = home.sts().emulator().issued().last().expect("a session").access_key_id.clone();
    assert_eq!(key_id(outcome), newest, "{outcome:?}");
}

/// An entry with other values in it.
fn edited(content: &[u8], edit: impl FnOnce(&mut Map<String, Value>)) -> Vec<u8> {
    let mut stored: Map<String, Value> = serde_json::from_slice(content).expect("an entry is JSON");
    edit(&mut stored);
    serde_json::to_vec(&stored).expect("JSON")
}

/// An entry of credentials that were good for `life` seconds, got so many seconds ago by the clock of the day and by that
/// of the machine.
fn timed(content: &[u8], life: i64, of_day: i64, of_machine: i64) -> Vec<u8> {
    let now = Moment::now();
    let ago = |now: Duration, seconds: i64| i64::try_from(now.as_secs()).expect("seconds fit") - seconds;
    edited(content, |stored| {
        stored.insert("seconds".into(), json!(life));
        stored.insert("of_day".into(), json!(ago(now.of_day, of_day)));
        stored.insert("of_machine".into(), json!(ago(now.of_machine, of_machine)));
    })
}

// ---- what is kept

#[test]
fn the_second_run_asks_neither_the_manager_nor_sts() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let first = with_code(&home, &[]);
    let (sts, calls) = (home.sts(), started(&home, "pass"));
    sts.delivered_session(&first, &ALICE);
    let connections = sts.emulator().connections();
    for _ in 0..3 {
        let again = run(&home, &[]);
        assert_eq!(again.exports(), first.exports());
        again.quiet();
    }
    sts.saw(&["GetSessionToken"]);
    assert_eq!(started(&home, "pass"), calls, "the manager was started again");
    assert_eq!(sts.emulator().connections(), connections, "a connection was opened for nothing");
}

#[test]
fn r123_a_kept_session_without_mfa_says_so_each_time_unless_it_is_meant() {
    let home = bob_at_hand();
    let Some(_kept) = kept::on(&home) else { return };
    at_hand(&home).ok().says("this session is without MFA: no device is named");
    // The item may name a device by now, and nobody would hear of it for half a day.
    for _ in 0..2 {
        let kept = at_hand(&home);
        kept.ok().says("this session is without MFA: an earlier run has kept it").says("--no-cache");
    }
    let meant = || home.run(["--from", "env", "--no-role", "--no-mfa"]).go();
    meant().ok().does_not_say("without MFA");
    meant().ok().does_not_say("without MFA");
    home.sts().saw(&["GetSessionToken", "GetSessionToken"]);
}

#[test]
fn a_kept_session_needs_no_manager_at_all() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let first = with_code(&home, &[]);
    fs::remove_file(home.rig("bin/pass")).expect("the stand-in goes");
    assert_eq!(run(&home, &[]).exports(), first.exports());
    assert_eq!(run(&home, &["--no-input"]).exports(), first.exports());
}

#[test]
fn a_code_given_for_what_is_kept_is_not_spent() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let first = with_code(&home, &[]);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--token-code", &code];
    assert_eq!(home.run(args).go().exports(), first.exports());
    home.run(args).args(["--no-cache"]).go().ok();
    assert_eq!(home.sts().with_code().len(), 2);
}

#[test]
fn a_code_is_not_answered_with_what_is_kept_without_one() {
    for args in [&["--from", "env", "--no-role"][..], &["--from", "env", "--role-arn", role::PLAIN]] {
        let home = of(&ALICE);
        let Some(_kept) = kept::on(&home) else { return };
        // in the environment, where no device is named
        home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
        println!("{args:?}");
        home.run(args).go().ok();
        home.run(args).args(["--token-code", "000000"]).go().fails(21);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        home.run(args).args(["--token-code", &code]).go().ok();
    }
}

#[test]
fn the_second_role_in_a_session_costs_one_call_no_code_and_no_manager() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let sts = home.sts();
    sts.delivered_role(&with_code(&home, &["--role-arn", role::DEV]), &ALICE, role::DEV);
    let calls = started(&home, "pass");
    let session = sts.emulator().issued()[0].access_key_id.clone();
    for (count, arn) in [(3, role::OTHER_DEV), (4, role::ADMIN), (5, role::PLAIN)] {
        sts.delivered_role(&run(&home, &["--role-arn", arn]), &ALICE, arn);
        let requests = sts.requests();
        assert_eq!(requests.len(), count, "one more call for {arn}");
        let last = requests.last().expect("a request");
        assert_eq!(last.access_key_id.as_deref(), Some(session.as_str()), "signed with the session: {arn}");
        assert_eq!((last.param("TokenCode"), last.param("SerialNumber")), (None, None), "{arn}");
    }
    assert_eq!(started(&home, "pass"), calls, "the manager was started again");
    // and each of them is kept as well
    run(&home, &["--role-arn", role::DEV]).ok();
    run(&home, &["--no-role"]).ok();
    assert_eq!(sts.requests().len(), 5);
}

#[test]
fn a_session_serves_every_region_of_its_partition() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let first = with_code(&home, &["--no-role", "--region", "eu-west-1"]);
    for (region, count) in [("us-west-2", 2), ("ap-southeast-2", 3), ("eu-west-1", 4)] {
        let outcome = run(&home, &["--no-input", "--role-arn", role::DEV, "--region", region]);
        let request = home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!((request.region.as_deref(), home.sts().requests().len()), (Some(region), count));
        let session = run(&home, &["--no-input", "--no-role", "--region", region]);
        assert_eq!(key_id(&session), key_id(&first));
        assert_eq!(session.exports()["AWS_REGION"], region);
    }
    let plain = run(&home, &["--no-input", "--role-arn", role::DEV]);
    home.sts().delivered_role(&plain, &ALICE, role::DEV);
    // but not of another
    run(&home, &["--no-input", "--no-role", "--region", "cn-north-1"]).fails(10);
}

#[test]
fn the_role_of_the_item_is_assumed_with_the_kept_session_too() {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &ALICE, role::DEV);
    let Some(_kept) = kept::on(&home) else { return };
    home.sts().delivered_role(&with_code(&home, &[]), &ALICE, role::DEV);
    let other = run(&home, &["--role-session-name", "another"]);
    home.sts().delivered_role(&other, &ALICE, role::DEV);
    home.sts().saw(&["GetSessionToken", "AssumeRole", "AssumeRole"]);
}

#[test]
fn the_role_of_the_item_needs_no_second_code_after_a_role_of_the_callers() {
    for first in [&["--role-arn", role::PLAIN][..], &["--no-role"]] {
        let home = Home::with_sts();
        let _ = fake::pass(&home, &ALICE, role::DEV);
        let Some(_kept) = kept::on(&home) else { return };
        with_code(&home, first).ok();
        println!("after {first:?}");
        home.sts().delivered_role(&run(&home, &[]), &ALICE, role::DEV);
    }
}

#[test]
fn a_role_longer_than_an_hour_is_assumed_directly_with_the_code() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let args = ["--role-arn", role::ADMIN, "--role-duration-seconds", "7200"];
    let first = with_code(&home, &args);
    let request = home.sts().delivered_role(&first, &ALICE, role::ADMIN);
    home.sts().saw(&["AssumeRole"]);
    assert_eq!(request.param("DurationSeconds"), Some("7200"));
    assert!(request.param("TokenCode").is_some() && !request.session_token);
    assert_eq!(run(&home, &args).exports(), first.exports(), "it is kept");
    home.sts().saw(&["AssumeRole"]);
    // also beside a session that is kept already
    with_code(&home, &[]).ok();
    run(&home, &["--role-arn", role::ADMIN, "--role-duration-seconds", "7201"]).fails(16);
    run(&home, &["--role-arn", role::ADMIN, "--role-duration-seconds", "3600"]).ok();
    home.sts().saw(&["AssumeRole", "GetSessionToken", "AssumeRole"]);
}

#[test]
fn without_a_device_a_role_is_assumed_directly_and_kept() {
    let home = of(&BOB);
    let Some(_kept) = kept::on(&home) else { return };
    let first = run(&home, &["--role-arn", role::PLAIN]);
    home.sts().delivered_role(&first, &BOB, role::PLAIN);
    assert_eq!(run(&home, &["--role-arn", role::PLAIN]).exports(), first.exports());
    home.sts().saw(&["AssumeRole"]);
}

#[test]
fn keys_that_are_at_hand_are_kept_by_their_own_id() {
    let home = Home::with_sts();
    let Some(_kept) = kept::on(&home) else { return };
    gpg::secrets_of(&home, &BOB);
    let sdk = |person: &Person| {
        let run = home.run(["--no-role"]).env("AWS_ACCESS_KEY_ID", person.access_key_id);
        run.env("AWS_SECRET_ACCESS_KEY", person.secret_access_key)
    };
    let ours = |person: &Person| {
        let run = home.run(["--from", "env", "--no-role"]).env("AWS_AUTH_ACCESS_KEY_ID", person.access_key_id);
        run.env("AWS_AUTH_SECRET_ACCESS_KEY", person.secret_access_key)
    };
    let first = key_id(&ours(&BOB).go());
    assert_eq!(key_id(&ours(&BOB).go()), first);
    assert_eq!(key_id(&sdk(&BOB).go()), first, "the same key, by another way");
    home.sts().saw(&["GetSessionToken"]);
    gpg::secrets_of(&home, &ALICE);
    assert_ne!(key_id(&ours(&ALICE).go()), first, "another key");
    assert_eq!(key_id(&ours(&BOB).go()), first);
    home.sts().saw(&["GetSessionToken", "GetSessionToken"]);
}

#[test]
fn a_refused_role_does_not_waste_the_code() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    with_code(&home, &["--role-arn", role::PARTNER]).fails(20);
    home.sts().delivered_role(&run(&home, &["--role-arn", role::DEV]), &ALICE, role::DEV);
    home.sts().saw(&["GetSessionToken", "AssumeRole", "AssumeRole"]);
}

#[test]
fn r92_output_that_cannot_be_written_does_not_waste_the_code() {
    for to in [To::File("/dev/full".into()), To::Closed] {
        let home = of(&ALICE);
        let Some(_kept) = kept::on(&home) else { return };
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let lost = home.run(["--from", "pass", "--token-code", &code]).stdout(to.clone()).go();
        assert_eq!(lost.code(), 31, "{to:?}\n{lost:?}");
        home.sts().delivered_session(&run(&home, &[]), &ALICE);
    }
}

#[test]
fn an_item_of_any_name_is_kept() {
    for item in
        ["work", "AWS/dev", "two words", "op://Private/AWS", "\"quoted\"", "back\\slash", "schlüssel", "\u{1f511}"]
    {
        let home = Home::with_sts();
        let Some(_kept) = kept::on(&home) else { return };
        gpg::secrets_of(&home, &BOB);
        let text = format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id);
        let _ = Fake::new(&home, "pass").on(&["show", "--", item], &Answer::of(text));
        let first = run(&home, &["--item", item]);
        println!("{item}");
        assert_eq!(key_id(&run(&home, &["--item", item])), key_id(&first));
        home.sts().saw(&["GetSessionToken"]);
    }
}

#[test]
fn a_profile_is_what_it_stands_for_and_not_its_name() {
    let home = of(&BOB);
    let Some(_kept) = kept::on(&home) else { return };
    let same = format!("aws_auth_from = pass\nrole_arn = {}\nsource_profile = base\n", role::PLAIN);
    home.write(".aws/config", format!("[profile base]\naws_auth_from = pass\n[profile a]\n{same}[profile b]\n{same}"));
    let first = key_id(&home.run(["--profile", "a"]).go());
    assert_eq!(key_id(&home.run(["--profile", "b"]).go()), first);
    home.sts().saw(&["AssumeRole"]);
    // what a profile stands for may change
    home.write(
        ".aws/config",
        format!("[profile base]\naws_auth_from = pass\n[profile a]\n{same}role_session_name = other\n"),
    );
    assert_ne!(key_id(&home.run(["--profile", "a"]).go()), first);
}

// ---- when it is not used

#[test]
fn no_cache_neither_takes_nor_keeps() {
    let home = of(&BOB);
    let Some(kept) = kept::on(&home) else { return };
    let fresh = |count: usize, outcome: &Outcome| {
        is_newest(&home, outcome);
        assert_eq!(home.sts().requests().len(), count, "{outcome:?}");
    };
    fresh(1, &run(&home, &["--no-cache"]));
    fresh(2, &home.run(["--from", "pass"]).env("AWS_AUTH_NO_CACHE", "1").go());
    assert!(kept.entries().is_empty(), "something was kept");
    let first = run(&home, &[]);
    fresh(3, &first);
    let before = kept.entries();
    fresh(4, &run(&home, &["--no-cache"]));
    assert_eq!(kept.entries(), before, "what was kept is as it was");
    for off in ["", "0", "no", "False"] {
        let again = home.run(["--from", "pass"]).env("AWS_AUTH_NO_CACHE", off).go();
        assert_eq!(again.exports(), first.exports(), "{off}");
    }
}

#[test]
fn r89_an_entry_is_given_out_only_in_its_time() {
    let home = of(&BOB);
    let Some(kept) = kept::on(&home) else { return };
    run(&home, &["--no-role"]).ok();
    let (place, content) = kept.entry();
    let (minute, hour) = (60, 3600);
    // How long they were good, and how long ago they were got by the two clocks; `--min-ttl`; whether they are given out.
    let rows: [(i64, i64, i64, &str, bool); 19] = [
        (12 * hour, 10, 10, "", true),
        (12 * hour, 12 * hour - 6 * minute, 10, "", true),
        (12 * hour, 12 * hour - 4 * minute, 10, "", false),
        (12 * hour, 12 * hour - 10, 10, "0", true),
        (12 * hour, 12 * hour + 1, 10, "0", false),
        (12 * hour, 12 * hour + 1, 10, "", false),
        (24 * hour, 40 * 24 * hour, 10, "0s", false),
        (12 * hour, 12 * hour - 14 * minute, 10, "15m", false),
        (12 * hour, 12 * hour - 16 * minute, 10, "15m", true),
        (12 * hour, 12 * hour - 16 * minute, 10, "970", false),
        (12 * hour, 12 * hour - 59 * minute, 10, "1h", false),
        // Never more than half of its life is asked for.
        (15 * minute, 7 * minute, 10, "36h", true),
        (15 * minute, 8 * minute, 10, "36h", false),
        // The clock was set back meanwhile, which lengthens nothing and costs nothing; or the machine was paused.
        (12 * hour, -30 * 24 * hour, 10, "", true),
        (minute, -30 * 24 * hour, minute - 10, "0", true),
        (minute, -30 * 24 * hour, minute + 1, "0", false),
        (12 * hour, 12 * hour, 10, "0", false),
        // Got by another machine, or before this one was started anew.
        (12 * hour, 10, -90, "", false),
        // What no STS ever gave: AWS's longest session is 36 hours.
        (15 * 365 * 24 * hour, 10, 10, "", false),
    ];
    let mut wrong = Vec::new();
    for row in rows {
        let (life, of_day, of_machine, min_ttl, expected) = row;
        kept.replace(&place, &timed(&content, life, of_day, of_machine));
        let calls = home.sts().requests().len();
        let args: &[&str] = if min_ttl.is_empty() { &["--no-role"] } else { &["--no-role", "--min-ttl", min_ttl] };
        let outcome = run(&home, args);
        outcome.ok();
        let hit = home.sts().requests().len() == calls;
        if !hit {
            is_newest(&home, &outcome);
        }
        if hit != expected {
            wrong.push(row);
        }
    }
    assert!(wrong.is_empty(), "(life, day, machine, --min-ttl, given out): {wrong:?}");
}

#[test]
fn min_ttl_keeps_its_word_or_says_why_it_cannot() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--role-arn", role::DEV, "--token-code", &code]).go().ok();
    let role = |least: &str| home.run(["--from", "pass", "--role-arn", role::DEV, "--min-ttl", least]).go();
    // A new hour of the role costs no code.
    role("59m").ok().quiet();
    home.sts().saw(&["GetSessionToken", "AssumeRole"]);
    role("1h").ok().quiet();
    let calls = home.sts().actions().len();
    let longer = role("2h");
    longer.ok().says("warning: --min-ttl wants 2 h").says("a role of a session lasts an hour at most");
    assert_eq!(home.sts().actions().len(), calls, "new ones would be as short");
    role("2h").ok().says("--role-duration-seconds");
}

#[test]
fn min_ttl_is_a_time_or_an_error() {
    let home = of(&BOB);
    for text in ["", "x", "-1", "5d", "1.5h", "37h", "99999999999999999999", "m"] {
        println!("{text:?}");
        home.run(["--from", "pass", &format!("--min-ttl={text}")]).go().fails(10);
    }
    home.run(["--from", "pass"]).env("AWS_AUTH_MIN_TTL", "soon").go().fails(10).says("min");
    home.sts().saw(&[]);
}

// ---- what is in it

#[test]
fn r85_no_file_holds_anything_and_our_own_are_the_users_alone() {
    let home = of(&ALICE);
    let Some(kept) = kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let script = "umask 000; exec aws-auth --from pass \"$@\"";
    let first = home.command(["sh", "-c", script, "sh", "--role-arn", role::DEV, "--token-code", &code]).go();
    home.sts().delivered_role(&first, &ALICE, role::DEV);
    // the sweep after every run has looked for the secrets; here, that there are no other places, and who may look
    let ids: Vec<String> = home.sts().emulator().issued().into_iter().map(|it| it.access_key_id).collect();
    let mut files = 0;
    for dir in ["home", "tmp", "run"] {
        for path in tree(&home.root().join(dir)) {
            let metadata = fs::symlink_metadata(&path).expect("metadata");
            let ours = path.components().any(|part| part.as_os_str() == "aws-auth");
            let mode = metadata.permissions().mode() & 0o777;
            assert!(!ours || mode.trailing_zeros() >= 6, "{} has mode {mode:o}", path.display());
            if metadata.is_file() && !home.planted().contains(&path) {
                files += 1;
                let text = String::from_utf8_lossy(&fs::read(&path).expect("a file")).into_owned();
                assert!(!ids.iter().any(|id| text.contains(id)), "{} holds a key id: {text}", path.display());
                assert!(metadata.len() < 64, "{} is no note of a few bytes: {text}", path.display());
            }
        }
    }
    assert!(files > 0, "the lock and the spent code are files: there is something to look at");
    for (place, content) in kept.entries() {
        let name = place.name;
        let text = String::from_utf8_lossy(&content).into_owned();
        assert!(!text.contains(aws_auth_emulator::CANARY), "a permanent key is in the cache");
        assert!(!text.contains(&code), "a code is in the cache");
        assert!(!name.contains("pass") && !name.contains("111122223333"), "the name tells something: {name}");
    }
    assert_eq!(kept.entries().len(), 2, "the session and the role");
}

fn tree(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory").flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(tree(&entry.path()));
        }
        found.push(entry.path());
    }
    found
}

#[test]
fn r85_an_entry_ends_by_itself_with_its_credentials() {
    let home = of(&BOB);
    let Some(kept) = kept::on(&home) else { return };
    run(&home, &["--no-role", "--mfa-duration-seconds", "900"]).ok();
    let (place, _) = kept.entry();
    // the kernel's own list shows the time left, in a coarse unit: "14m", "15m", "899s"
    let id = format!("{:08x}", kept.key(&place).get_id().0);
    // Others' keys are in it, whose names may be any bytes.
    let list = fs::read("/proc/keys").expect("the kernel's list");
    let list = String::from_utf8_lossy(&list);
    let line = list.lines().find(|line| line.starts_with(&id)).unwrap_or_else(|| panic!("{id} is not in\n{list}"));
    let left = line.split_whitespace().nth(3).expect("the time left");
    assert!(["14m", "15m"].contains(&left), "an entry of 15 minutes: {line}");
}

#[test]
fn r87_whatever_is_under_our_name_is_a_whole_entry_or_a_miss() {
    if !tools::needs_root("the keyring of an ordinary user has no room for so much") {
        return;
    }
    let home = bob_at_hand();
    let Some(kept) = kept::on(&home) else { return };
    at_hand(&home).ok();
    let (place, good) = kept.entry();
    let set = |key: &str, value: Value| edited(&good, |stored| drop(stored.insert(key.to_owned(), value)));
    let without = |key: &str| edited(&good, |stored| drop(stored.remove(key)));
    let mut rows: Vec<(String, Vec<u8>)> = vec![
        ("one byte".into(), b"x".to_vec()),
        ("an empty object".into(), b"{}".to_vec()),
        ("null".into(), b"null".to_vec()),
        ("an array".into(), b"[]".to_vec()),
        ("brackets without end".into(), vec![b'['; 32_000]),
        ("zeros, as many as fit".into(), vec![0; 32_700]),
        ("no UTF-8".into(), vec![0xff; 700]),
        ("half of an entry".into(), good[..good.len() / 2].to_vec()),
        ("an entry and more".into(), [good.as_slice(), b"x"].concat()),
        ("two entries".into(), [good.as_slice(), good.as_slice()].concat()),
        ("something unknown in it".into(), set("more", json!(1))),
    ];
    for key in [
        "version",
        "access_key_id",
        "secret_access_key",
        "session_token",
        "expiration",
        "seconds",
        "of_day",
        "of_machine",
        "source",
    ] {
        rows.push((format!("without {key}"), without(key)));
        for value in [json!(null), json!([]), json!({}), json!(true), json!(-1.5), json!("")] {
            if !(key == "source" && value == json!("")) {
                rows.push((format!("{key} is {value}"), set(key, value)));
            }
        }
    }
    let hostile = [
        "'; touch PWNED; '",
        "$(touch PWNED)",
        "`touch PWNED`",
        "a\nexport X=1",
        "a\u{0}b",
        "\u{1b}[2J",
        "a b",
        "ü",
        "\u{2019}",
    ];
    for key in ["access_key_id", "secret_access_key", "session_token", "expiration"] {
        for text in hostile {
            rows.push((format!("{key} is {text:?}"), set(key, json!(text))));
        }
    }
    for key in ["access_key_id", "secret_access_key", "expiration"] {
        rows.push((format!("{key} has no end"), set(key, json!("A".repeat(30_000)))));
    }
    for text in ["2038-13-01T00:00:00Z", "2038-01-19T03:14:08+01:00", "tomorrow", "0"] {
        rows.push((format!("expiration is {text:?}"), set("expiration", json!(text))));
    }
    for number in [json!(0), json!(2), json!(256), json!(-1), json!("1")] {
        rows.push((format!("version is {number}"), set("version", number)));
    }
    rows.push(("got at the end of time".into(), set("of_machine", json!(u64::MAX))));
    rows.push(("good for ever".into(), set("seconds", json!(u64::MAX))));
    rows.push(("a role that is none".into(), set("role", json!("'; touch PWNED; '"))));
    let mut wrong = Vec::new();
    for (what, content) in rows {
        kept.replace(&place, &content);
        let calls = home.sts().requests().len();
        let outcome = at_hand(&home);
        let missed = outcome.status.success() && home.sts().requests().len() == calls + 1;
        if missed {
            is_newest(&home, &outcome);
            outcome.quiet();
        } else {
            wrong.push(format!("{what}: {}", outcome.status));
        }
    }
    assert!(wrong.is_empty(), "given out, or a failure: {wrong:#?}");
    // and a good entry has taken its place
    let calls = home.sts().requests().len();
    at_hand(&home).ok();
    assert_eq!(home.sts().requests().len(), calls);
}

/// Takes from its owner the right to find and to read the first entry in the keyring.
const HIDE: &str = r#"
import ctypes, platform, struct
libc = ctypes.CDLL(None, use_errno=True)
keyctl = lambda *args: libc.syscall({"x86_64": 250, "aarch64": 219}[platform.machine()], *args)
ring = keyctl(22, -1, -2)
links = ctypes.create_string_buffer(4096)
(first,) = struct.unpack_from("i", links, 0 * keyctl(11, ring, links, 4096))
assert keyctl(5, first, 0x01010000) == 0
"#;

#[test]
fn r87_an_entry_that_cannot_be_read_is_a_miss_and_costs_no_other_entry() {
    // In a keyring of its own: what a failure here would cost are the entries of every other test.
    if !namespaces() {
        return;
    }
    let home = bob_at_hand();
    home.unset("AWS_AUTH_NO_CACHE");
    let script = "set -e; get() { aws-auth --from env --no-role --mfa-duration-seconds $1; }
        get 3600 >/dev/null; python3 -c \"$HIDE\"; get 7200 >/dev/null; get 10800 >/dev/null
        get 3600; get 7200 >/dev/null; get 10800 >/dev/null";
    let outcome = home.command(["unshare", "--user", "--map-root-user", "sh", "-c", script]).env("HIDE", HIDE).go();
    assert_eq!(home.sts().requests().len(), 4, "what cannot be read is asked again, and nothing else is\n{outcome:?}");
    is_newest(&home, &outcome);
}

/// Puts keys like those of other programs into the keyring, or says which of them are there.
const FOREIGN: &str = r#"
import ctypes, platform, sys
libc = ctypes.CDLL(None, use_errno=True)
arm = platform.machine() == "aarch64"
keyctl = lambda *args: libc.syscall(219 if arm else 250, *args)
ring = keyctl(22, -1, -2)
names = [b"L" * 3000, b"\xff\xfe", b"aws-auth:", b"aws-auth:zz", b"aws-auth:v1:" + b"0" * 64, b"a;b;c"]
if sys.argv[1] == "put":
    for name in names:
        assert libc.syscall(217 if arm else 248, b"user", name, b"theirs", 6, ring) > 0
    assert libc.syscall(217 if arm else 248, b"keyring", b"nested", None, 0, ring) > 0
else:
    print("theirs:", sum(keyctl(10, ring, b"user", name, 0) > 0 for name in names))
"#;

#[test]
fn r86_keys_of_other_programs_are_neither_looked_at_nor_lost() {
    // In a keyring of its own, because a key with a long name is not kept from the other tests.
    if !namespaces() {
        return;
    }
    let home = bob_at_hand();
    home.unset("AWS_AUTH_NO_CACHE");
    let script = "set -e; python3 -c \"$FOREIGN\" put; aws-auth status
        aws-auth --from env --no-role >/dev/null; aws-auth --from env --no-role >/dev/null
        aws-auth logout; aws-auth status; python3 -c \"$FOREIGN\" count";
    let unshare = ["unshare", "--user", "--map-root-user", "sh", "-c", script];
    let outcome = home.command(unshare).env("FOREIGN", FOREIGN).go();
    let lines: Vec<&str> = outcome.ok().out().lines().filter(|line| !line.starts_with("This shell")).collect();
    let expected =
        ["Nothing is kept for the next run.", "Forgot one session.", "Nothing is kept for the next run.", "theirs: 6"];
    assert_eq!(lines, expected, "{outcome:?}");
    home.sts().saw(&["GetSessionToken"]);
}

#[test]
fn r87_a_revoked_entry_is_a_miss_and_is_replaced() {
    let home = of(&BOB);
    let Some(kept) = kept::on(&home) else { return };
    run(&home, &["--no-role"]).ok();
    let (place, _) = kept.entry();
    kept.key(&place).revoke().expect("an entry can be revoked");
    let second = run(&home, &["--no-role"]);
    is_newest(&home, &second);
    assert_eq!(run(&home, &["--no-role"]).exports(), second.exports());
}

// ---- under which name

/// A manager of the user's own, with a parameter.
const DRAWER: &str = r#"
title = "drawer"
program = ["drawer"]
store_variables = ["DRAWER_STORE"]
[params.place]
help = "where"
default = "main"
[read]
argv = ["read", "{place}", "{entry}"]
shape = "pairs"
first = "secret_access_key"
"#;

/// A session policy.
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;

/// bob with two devices, in several managers, stores, items and places that all hold the same keys.
fn one_key_everywhere() -> Home {
    let home = Home::new();
    let world = World::standard()
        .device(BOB.arn, "arn:aws:iam::111122223333:mfa/bob1", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXB")
        .device(BOB.arn, "arn:aws:iam::111122223333:mfa/bob2", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXC");
    home.attach(Sts::of(Emulator::start(world)));
    gpg::secrets_of(&home, &BOB);
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    let section = |name: &str| format!("[{name}]\naccess_key_id = {id}\nsecret_access_key = {secret}\n");
    let item = format!("{secret}\naccess_key_id: {id}\nmy id: {id}\n{}{}", section("first"), section("second"));
    let item = Answer::of(item);
    let mut drawer = Fake::new(&home, "drawer");
    for place in ["main", "a", "b"] {
        for entry in ["one", "two"] {
            drawer = drawer.on(&["read", place, entry], &item);
        }
    }
    let _ = drawer;
    let _ = Fake::new(&home, "pass").on(&["show", "--", "one"], &item).on(&["show", "--", "two"], &item);
    home.write(".config/aws-auth/backends/drawer.toml", DRAWER);
    home.write(".config/aws-auth/backends/drawer2.toml", DRAWER.replace("title = \"drawer\"", "title = \"drawer 2\""));
    home
}

/// A request as a difference from the usual one: what it is called, its flags, its variables, its device.
struct Request<'a>(&'a str, Vec<(&'a str, &'a str)>, Vec<(&'a str, String)>);

impl Request<'_> {
    fn outcome(&self, home: &Home) -> Outcome {
        let mut flags = BTreeMap::from([
            ("--from", "drawer"),
            ("--item", "one"),
            ("--role-arn", role::PLAIN),
            ("--external-id", "id-1"),
            ("--role-session-name", "usual"),
            ("--role-duration-seconds", "3600"),
            ("--region", "eu-west-1"),
        ]);
        flags.extend(self.1.iter().copied());
        let mut args = Vec::new();
        for (name, value) in flags {
            match value {
                "absent" => {}
                "present" => args.push(name.to_owned()),
                value => args.extend([name.to_owned(), value.to_owned()]),
            }
        }
        let serial = self.1.iter().find(|(name, _)| *name == "--serial-number").map(|(_, value)| *value);
        if let Some(serial) = serial {
            args.extend(["--token-code".to_owned(), home.sts().fresh_code(serial)]);
        }
        let mut run = home.run(args);
        for (name, value) in &self.2 {
            run = run.env(name, value);
        }
        run.go()
    }
}

#[test]
fn r88_requests_that_differ_in_any_one_setting_never_share() {
    if !tools::needs_root("the keyring of an ordinary user has no room for so much") {
        return;
    }
    let home = one_key_everywhere();
    let Some(_kept) = kept::on(&home) else { return };
    let no_role = || {
        let role = ["--role-arn", "--external-id", "--role-session-name", "--role-duration-seconds"];
        let mut flags: Vec<_> = role.into_iter().map(|name| (name, "absent")).collect();
        flags.push(("--no-role", "present"));
        flags
    };
    let and = |mut flags: Vec<(&'static str, &'static str)>, more: (&'static str, &'static str)| {
        flags.push(more);
        flags
    };
    let flag = |name, value| vec![(name, value)];
    let var = |name, value: &str| vec![(name, value.to_owned())];
    let localhost = home.sts().url().replace("127.0.0.1", "localhost");
    let other_home = home.path(".config").display().to_string();
    let pass = || flag("--from", "pass");
    let requests = [
        Request("the usual one", vec![], vec![]),
        Request("item", flag("--item", "two"), vec![]),
        Request("parameter a", flag("--param", "place=a"), vec![]),
        Request("parameter b", flag("--param", "place=b"), vec![]),
        Request("section", flag("--param", "section=first"), vec![]),
        Request("another section", flag("--param", "section=second"), vec![]),
        Request("field", flag("--field", "access_key_id=my id"), vec![]),
        Request("another field's", flag("--field", "access_key_id=second/access_key_id"), vec![]),
        Request("backend", pass(), vec![]),
        Request("manifest", flag("--from", "drawer2"), vec![]),
        Request("the manager's store", vec![], var("DRAWER_STORE", "/x")),
        Request("PASSWORD_STORE_DIR", pass(), var("PASSWORD_STORE_DIR", "/x")),
        Request("GNUPGHOME", pass(), var("GNUPGHOME", "/x")),
        Request("HOME", vec![], var("HOME", &other_home)),
        Request("serial 1", flag("--serial-number", "arn:aws:iam::111122223333:mfa/bob1"), vec![]),
        Request("serial 2", flag("--serial-number", "arn:aws:iam::111122223333:mfa/bob2"), vec![]),
        Request("role", flag("--role-arn", role::PATHED), vec![]),
        Request("role duration", flag("--role-duration-seconds", "1800"), vec![]),
        Request("no role duration", flag("--role-duration-seconds", "absent"), vec![]),
        Request("external id", flag("--external-id", "id-2"), vec![]),
        Request("no external id", flag("--external-id", "absent"), vec![]),
        Request("session name", flag("--role-session-name", "other"), vec![]),
        Request("policy", flag("--policy", POLICY), vec![]),
        Request("managed policy", flag("--policy-arn", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"), vec![]),
        Request("read only", flag("--read-only", "present"), vec![]),
        Request("tag", flag("--tag", "team=a"), vec![]),
        Request("tag's value", flag("--tag", "team=b"), vec![]),
        Request("tag's name", flag("--tag", "tea=ma"), vec![]),
        Request("transitive tag", vec![("--tag", "team=a"), ("--transitive-tag", "team")], vec![]),
        Request("source identity", flag("--source-identity", "bob"), vec![]),
        Request("region", flag("--region", "us-west-2"), vec![]),
        Request("no region", flag("--region", "absent"), vec![]),
        Request("endpoint", vec![], vec![("AWS_ENDPOINT_URL_STS", localhost)]),
        Request("no role", no_role(), vec![]),
        Request("session duration", and(no_role(), ("--mfa-duration-seconds", "1800")), vec![]),
    ];
    let mut owners: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let mut first = Vec::new();
    for request in &requests {
        println!("{}", request.0);
        let outcome = request.outcome(&home);
        owners.entry(key_id(&outcome)).or_default().push(request.0);
        first.push(outcome.exports());
    }
    let shared: Vec<_> = owners.values().filter(|names| names.len() > 1).collect();
    assert!(shared.is_empty(), "these share an entry: {shared:?}");
    // each finds its own again, in any order
    let calls = home.sts().requests().len();
    for (request, first) in requests.iter().zip(&first).rev() {
        let again = request.outcome(&home);
        assert_eq!(
            key_id(&again),
            first["AWS_ACCESS_KEY_ID"],
            "{}: {} calls\n{again:?}",
            request.0,
            home.sts().requests().len() - calls
        );
    }
    assert_eq!(home.sts().requests().len(), calls, "all of it was kept");
}

#[test]
fn r88_a_relative_store_is_another_one_in_another_directory() {
    let home = of(&BOB);
    let Some(_kept) = kept::on(&home) else { return };
    let ids: BTreeSet<String> = ["one", "two"]
        .into_iter()
        .map(|dir| {
            fs::create_dir(home.path(dir)).expect("a directory");
            key_id(&home.run(["--from", "pass"]).env("PASSWORD_STORE_DIR", "store").cwd(home.path(dir)).go())
        })
        .collect();
    assert_eq!(ids.len(), 2, "one directory's store answered for the other's");
}

#[test]
fn r88_an_item_that_is_a_file_is_another_one_in_another_directory() {
    let home = of(&BOB);
    let Some(_kept) = kept::on(&home) else { return };
    let manifest = "title = 'files'\nprogram = ['show-file']\n[read]\nargv = ['{entry}']\nshape = 'pairs'\n";
    home.write(".config/aws-auth/backends/files.toml", manifest);
    home.script("show-file", "#!/bin/sh\ncat -- \"$1\"\n");
    let item = format!("access_key_id: {}\nsecret_access_key: {}\n", BOB.access_key_id, BOB.secret_access_key);
    let ask = |dir: &str| home.run(["--from", "files", "--item", "aws.yaml", "--no-role"]).cwd(home.path(dir)).go();
    let ids = ["one", "two", "one"].map(|dir| {
        home.write(format!("{dir}/aws.yaml"), &item);
        key_id(&ask(dir))
    });
    assert!(ids[0] != ids[1] && ids[0] == ids[2], "{ids:?}");
    home.write("three/x", "");
    ask("three").fails(12).says("aws.yaml");
}

#[test]
fn a6_a_kept_session_belongs_to_what_the_manager_was_asked_with() {
    let home = one_key_everywhere();
    let Some(_kept) = kept::on(&home) else { return };
    let field = |label: &str, value: &str| format!("{{\"label\":\"{label}\",\"value\":\"{value}\"}}");
    let (id, secret) = (field("access key id", BOB.access_key_id), field("secret access key", BOB.secret_access_key));
    let item = Answer::of(format!("{{\"title\":\"aws\",\"fields\":[{id},{secret}]}}"));
    let argv = ["item", "get", "aws", "--format", "json"];
    let _ = Fake::new(&home, "op").on(&argv, &item);
    let ask = |vars: &[(&str, &str)]| {
        let run = home.run(["--from", "op", "--no-role"]);
        key_id(&vars.iter().fold(run, |run, (name, value)| run.env(name, value)).go())
    };
    let chosen = [
        ask(&[]),
        ask(&[("OP_CONNECT_TOKEN", "one")]),
        ask(&[("OP_CONNECT_TOKEN", "two")]),
        ask(&[("OP_SOMETHING_NEW", "one")]),
        ask(&[("OP_SESSION_my", "one")]),
        ask(&[("OP_SESSION_other", "one")]),
    ];
    assert_eq!(chosen.iter().collect::<BTreeSet<_>>().len(), chosen.len(), "{chosen:?}");
    assert_eq!(ask(&[("OP_SESSION_my", "two")]), chosen[4], "the same account, unlocked once more");
    assert_eq!(ask(&[("OP_CONNECT_TOKEN", "two")]), chosen[2]);
}

#[test]
fn r88_the_name_that_cloudtrail_shows_is_the_one_of_this_run() {
    let home = of(&BOB);
    let Some(_kept) = kept::on(&home) else { return };
    for user in ["bob", "deploy"] {
        let outcome = home.run(["--from", "pass", "--role-arn", role::PLAIN]).env("USER", user).go();
        let id = key_id(&outcome);
        let made = home.sts().emulator().issued().iter().position(|issued| issued.access_key_id == id);
        let request = &home.sts().requests()[made.expect("a session of this STS")];
        assert_eq!(request.param("RoleSessionName"), Some(user), "{outcome:?}");
    }
}

#[test]
fn r88_a_chain_is_not_its_last_role_alone() {
    let home = of(&BOB);
    let Some(_kept) = kept::on(&home) else { return };
    let role = |name, arn, source| format!("[profile {name}]\nrole_arn = {arn}\nsource_profile = {source}\n");
    let config = [
        "[profile base]\naws_auth_from = pass\n".to_owned(),
        role("plain", role::PLAIN, "base"),
        role("pathed", role::PATHED, "base"),
        role("short", role::PATHED, "plain"),
        role("twice", role::PATHED, "short"),
    ];
    home.write(".aws/config", config.concat());
    let ids: BTreeSet<String> =
        ["pathed", "short", "twice"].iter().map(|name| key_id(&home.run(["--profile", name]).go())).collect();
    assert_eq!(ids.len(), 3, "PATHED, PLAIN to PATHED, PLAIN to PATHED to PATHED");
}

// ---- when the kernel says no

/// Another user, as whom the program can be run: its own quota, its own keyring.
struct Other<'h> {
    home: &'h Home,
    id: String,
}

impl<'h> Other<'h> {
    /// `None` where nobody else can be had: that takes root.
    fn new(home: &'h Home) -> Option<Self> {
        if !rustix::process::geteuid().is_root() {
            tools::cannot_run("only root can be another user");
            return None;
        }
        tools::need("setpriv")?;
        // a number that no other test has, nor had in the last days
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_nanos();
        let id = 1_000_000 + u32::try_from(nanos / 1000 % 1_000_000_000).expect("it fits");
        run::copy_program(&home.rig("bin/own"));
        fs::set_permissions(home.root(), fs::Permissions::from_mode(0o755)).expect("mode of the home");
        for path in tree(home.root()) {
            if !path.is_symlink() {
                chown(path, Some(id), Some(id)).expect("the other user's file");
            }
        }
        Some(Self { home, id: id.to_string() })
    }

    fn run(&self, before: &[&str], args: &[&str]) -> Outcome {
        let own = self.home.rig("bin/own").display().to_string();
        let other = ["setpriv", "--reuid", &self.id, "--regid", &self.id, "--clear-groups"];
        self.home.command(other).args(before).args([own.as_str()]).args(args).go()
    }
}

#[test]
fn the_soonest_to_end_makes_room_at_the_quota() {
    let home = bob_at_hand();
    let Some(other) = Other::new(&home) else { return };
    home.unset("AWS_AUTH_NO_CACHE");
    let session =
        |seconds: u32| other.run(&[], &["--from", "env", "--no-role", "--mfa-duration-seconds", &seconds.to_string()]);
    // Neither the first nor the last to end comes first: the order of arrival must not matter.
    let mut lives: Vec<u32> = (1..=60).map(|number| 3600 + 600 * (number * 37 % 61)).collect();
    for seconds in &lives {
        session(*seconds).ok();
    }
    assert_eq!(home.sts().requests().len(), lives.len(), "each is another request");
    lives.sort_unstable();
    let kept: Vec<bool> = lives
        .iter()
        .rev()
        .map(|seconds| {
            let calls = home.sts().requests().len();
            session(*seconds).ok();
            home.sts().requests().len() == calls
        })
        .collect();
    let held = kept.iter().take_while(|hit| **hit).count();
    assert!(held >= 8, "the longest lived are there: {kept:?}");
    assert!(kept.iter().skip(held).all(|hit| !hit), "and nothing that ends before them: {kept:?}");
    assert!(held < lives.len(), "the quota was met");
}

/// Uses up the quota of whoever runs it, but for so many bytes, with keys of its own, and becomes the program.
const FILL: &str = r#"
import ctypes, os, platform, sys
libc = ctypes.CDLL(None, use_errno=True)
add_key, keyctl = {"x86_64": (248, 250), "aarch64": (217, 219)}[platform.machine()]
add = lambda name, size: libc.syscall(add_key, b"user", name, b"x" * size, size, -4)
left = int(sys.argv.pop(1))
room = add(b"room", left + 1)
size, number = 4000, 0
while size:
    if add(b"fill%d" % number, size) < 0:
        size //= 2
    number += 1
assert room < 0 or libc.syscall(keyctl, 2, room, b"x", 1) == 0
os.execv(sys.argv[1], sys.argv[1:])
"#;

/// Becomes the program, to which every call about keys fails with the error number in argv.
const REFUSE: &str = r#"
import ctypes, os, platform, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
calls = {"x86_64": (248, 249, 250), "aarch64": (217, 218, 219)}[platform.machine()]
code = struct.pack("HBBI", 0x20, 0, 0, 0)
for number, call in enumerate(calls):
    code += struct.pack("HBBI", 0x15, len(calls) - number, 0, call)
code += struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000)
code += struct.pack("HBBI", 0x06, 0, 0, 0x00050000 | int(sys.argv[1]))
text = ctypes.create_string_buffer(code)
program = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(text))
assert libc.prctl(38, 1, 0, 0, 0) == 0 and libc.prctl(22, 2, program, 0, 0) == 0
os.execv(sys.argv[2], sys.argv[2:])
"#;

#[test]
fn r90_a_quota_that_others_have_used_up_costs_nobody_the_credentials() {
    let home = bob_at_hand();
    let Some(other) = Other::new(&home) else { return };
    home.unset("AWS_AUTH_NO_CACHE");
    home.set("AWS_AUTH_STORE", "keyring");
    // Above all credentials that a code was spent on. With a little room there is a keyring, and no entry fits into it.
    gpg::secrets_of(&home, &ALICE);
    for left in ["600", "0"] {
        let before = home.sts().requests().len();
        home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let args =
            ["--from", "env", "--serial-number", ALICE.mfa_serial, "--token-code", &code, "--role-arn", role::DEV];
        let outcome = other.run(&["/usr/bin/python3", "-c", FILL, left], &args);
        is_newest(&home, &outcome);
        // With no room at all the keyring may not even open, and then a session is not worth its call.
        let calls = home.sts().actions()[before..].to_vec();
        let opened = calls == ["GetSessionToken", "AssumeRole"];
        assert!(opened || (left == "0" && calls == ["AssumeRole"]), "{left} bytes are left: {calls:?}\n{outcome:?}");
        let told = outcome.err().matches("nothing can be kept for the next run").count();
        assert_eq!(told, usize::from(opened), "two sets were not kept, and it is told once\n{outcome:?}");
    }
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    let before = home.sts().requests().len();
    for count in 1..=2 {
        let outcome = other.run(&["/usr/bin/python3", "-c", FILL, "0"], &["--from", "env", "--no-role"]);
        is_newest(&home, &outcome);
        assert_eq!(home.sts().requests().len(), before + count, "there was no room to keep anything");
    }
}

#[test]
fn r90_a_kernel_that_refuses_keys_costs_nobody_the_credentials() {
    for (errno, name) in [("1", "EPERM"), ("38", "ENOSYS"), ("13", "EACCES"), ("12", "ENOMEM"), ("122", "EDQUOT")] {
        let home = of(&ALICE);
        home.unset("AWS_AUTH_NO_CACHE");
        home.set("AWS_AUTH_STORE", "keyring");
        let own = tools::binary().display().to_string();
        let refused = |args: &[&str]| {
            let code = home.sts().fresh_code(ALICE.mfa_serial);
            let all = ["/usr/bin/python3", "-c", REFUSE, errno, &own, "--from", "pass", "--token-code", &code];
            home.command(all).args(args).go()
        };
        println!("{name}");
        let outcome = refused(&["--role-arn", role::DEV]);
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        home.sts().saw(&["AssumeRole"]);
        is_newest(&home, &refused(&["--no-role"]));
        home.sts().saw(&["AssumeRole", "GetSessionToken"]);
    }
}

#[test]
fn that_nothing_can_be_kept_is_said_once_to_whoever_types_a_code_and_always_by_status() {
    let home = of(&ALICE);
    home.unset("AWS_AUTH_NO_CACHE");
    home.set("AWS_AUTH_STORE", "keyring");
    let own = tools::binary().display().to_string();
    let refused = |args: &[&str]| home.command(["/usr/bin/python3", "-c", REFUSE, "38", &own]).args(args);
    let type_code = || {
        let mut pty = refused(&["--from", "pass"]).captured();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        pty.finish()
    };
    let said = "the session cannot be kept here";
    type_code().ok().says(said);
    type_code().ok().does_not_say(said);
    for _ in 0..2 {
        refused(&["status"]).go().ok().says_out("Nothing is kept between runs");
    }
    let json = refused(&["status", "--format", "json"]).go();
    let json: Value = serde_json::from_str(json.ok().out()).expect("JSON");
    assert_eq!((&json["keeps"], &json["kept"]), (&json!(false), &json!([])));
    // Whoever does not want anything kept misses nothing.
    let home = of(&ALICE);
    let mut pty = home.run(["--from", "pass", "--no-cache"]).captured();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.finish().ok().does_not_say(said);
}

#[test]
fn a_private_keyring_begins_and_ends_empty() {
    // Of a user namespace of its own: what the program keeps there, it finds there, and nobody else does.
    if !namespaces() {
        return;
    }
    let home = bob_at_hand();
    home.unset("AWS_AUTH_NO_CACHE");
    let twice = "aws-auth --from env --no-role >/dev/null && exec aws-auth --from env --no-role";
    for count in 1..=2 {
        home.sts().delivered(&home.command(["unshare", "--user", "--map-root-user", "sh", "-c", twice]).go());
        assert_eq!(home.sts().requests().len(), count);
    }
}

/// Whether this machine lets us have a user namespace.
fn namespaces() -> bool {
    let home = Home::new();
    let can = home.command(["unshare", "--user", "--map-root-user", "true"]).go().status.success();
    if !can {
        tools::cannot_run("no user namespace can be had");
    }
    can
}

// ---- when it is ended on the way

#[test]
fn r92_a_run_that_is_ended_while_it_keeps_the_session_leaves_nothing_by_halves() {
    if tools::need("strace").is_none() {
        return;
    }
    // The signal comes with the call that keeps the session, before it is done or after; or the role's, which is next. Before
    // each of them one sees to it that there is room for others.
    let rows = [
        ("KILL", "add_key:signal=KILL:when=2", "", 0),
        ("KILL", "add_key:signal=KILL:when=4", "", 1),
        ("TERM", "add_key:signal=TERM:when=2", "(exit 143)", 1),
        ("TERM", "add_key:signal=TERM:when=4", "(exit 143)", 2),
    ];
    for (signal, inject, said, entries) in rows {
        let home = of(&ALICE);
        let Some(kept) = kept::on(&home) else { return };
        println!("{inject}");
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let (inject, slowly) = (format!("inject={inject}"), "inject=keyctl:delay_enter=50000");
        let own = tools::binary().display().to_string();
        let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=add_key,keyctl", "-e", &inject];
        let args = ["--from", "pass", "--token-code", &code, "--role-arn", role::DEV];
        // The signal's thread has time to act before the next call is made.
        let slowly: &[&str] = if signal == "TERM" { &["-e", slowly] } else { &[] };
        let ended = home.command(strace).args(slowly).args([own.as_str()]).args(args).go();
        assert_eq!(ended.signal(), Some(if signal == "KILL" { 9 } else { 15 }), "{ended:?}");
        assert_eq!(ended.out().trim_end(), said, "{ended:?}");
        assert_eq!(kept.entries().len(), entries, "{ended:?}");
        // What is there is whole; where the session is, the code was not spent in vain.
        let next = run(&home, &["--no-input", "--role-arn", role::DEV]);
        next.does_not_say("waiting");
        if entries == 0 {
            next.fails(16);
            is_newest(&home, &with_code(&home, &["--role-arn", role::DEV]));
        } else {
            is_newest(&home, &next);
            assert_eq!(home.sts().with_code().len(), 1);
        }
    }
}

// ---- when AWS no longer knows what is kept

fn refusal(code: &str, message: &str) -> Fault {
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>{message}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    );
    Fault::Status { code: 403, body }
}

#[test]
fn a_kept_session_that_aws_no_longer_takes_is_told_with_a_way_out() {
    let rows = [
        ("InvalidClientTokenId", "The security token included in the request is invalid."),
        ("ExpiredToken", "The security token included in the request is expired"),
    ];
    for (code, message) in rows {
        let home = of(&ALICE);
        let Some(_kept) = kept::on(&home) else { return };
        with_code(&home, &["--role-arn", role::DEV]).ok();
        home.sts().fault(refusal(code, message));
        println!("{code}");
        let outcome = run(&home, &["--role-arn", role::PLAIN]);
        // Whatever it does, it is not stuck: with a code there are new credentials, and the dead session is not blamed
        // on the permanent key, which is well.
        if !outcome.status.success() {
            assert!([16, 20].contains(&outcome.code()), "{outcome:?}");
            outcome.explains().does_not_say("inactive, deleted");
            let text = outcome.err();
            let way_out = ["--no-cache", "logout", "--token-code"].iter().any(|word| text.contains(word));
            assert!(way_out, "there is a session in the cache, and no word about it\n{outcome:?}");
        }
        is_newest(&home, &with_code(&home, &["--role-arn", role::PLAIN, "--no-cache"]));
    }
}
