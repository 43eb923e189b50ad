//! Clocks that are wrong, and clocks that are set, beside what is kept: AWS's own time is what credentials end by.

use serde_json::Value;

use crate::support::fake;
use crate::support::kept::{self, Kept};
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, Outcome, gpg, tools};

const DAY: i64 = 24 * 3600;

fn bob() -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    home
}

/// Lets the only entry be as old as if it had been got so many seconds earlier. Where the machine
/// was started later than that, only the day's clock says so.
fn age(kept: &Kept, seconds: u64) {
    let (place, content) = kept.entry();
    let mut stored: Value = serde_json::from_slice(&content).expect("an entry is JSON");
    for clock in ["of_day", "of_machine"] {
        stored[clock] = stored[clock].as_u64().expect("seconds").saturating_sub(seconds).into();
    }
    kept.replace(&place, &serde_json::to_vec(&stored).expect("JSON"));
}

/// Whether the run made no call.
fn hits(home: &Home, run: impl FnOnce() -> Outcome) -> bool {
    let calls = home.sts().requests().len();
    run().ok();
    home.sts().requests().len() == calls
}

#[test]
fn r89_a_wrong_clock_neither_lengthens_nor_shortens_what_is_kept() {
    // How far AWS is ahead of this machine; within a quarter of an hour AWS says nothing about it.
    for ahead in [0, 600, -600, 7200, -7200, DAY, -DAY] {
        let home = bob();
        let Some(kept) = kept::on(&home) else { return };
        home.sts().emulator().set_clock_offset(ahead);
        println!("{ahead}");
        let get = || home.run(["--from", "env", "--no-role", "--mfa-duration-seconds", "900"]).go();
        get().ok();
        assert!(hits(&home, get), "thrown away at once");
        let status = home.run(["status", "--format", "json"]).go();
        let status: Value = serde_json::from_str(status.ok().out()).expect("JSON");
        let ends = home.sts().emulator().issued().last().expect("a session").expiration.clone();
        let left = status["kept"].as_array().and_then(|all| all.iter().find(|it| it["expiration"] == *ends).cloned());
        let left = left.and_then(|it| it["seconds_left"].as_u64()).expect("it is listed");
        assert!((800..=900).contains(&left), "{left} seconds are left of 900");
        age(&kept, 560);
        assert!(hits(&home, get), "good for more than 5 minutes");
        age(&kept, 60);
        assert!(!hits(&home, get), "good for less than 5 minutes");
    }
}

#[test]
fn r89_a_wrong_clock_that_a_code_met_first_is_heard_too() {
    // The only answer there was is the one with the session in it.
    for ahead in [600, -600] {
        let home = Home::with_sts();
        let _ = fake::pass(&home, &ALICE, "");
        let Some(kept) = kept::on(&home) else { return };
        home.sts().emulator().set_clock_offset(ahead);
        println!("{ahead}");
        let args = ["--from", "pass", "--no-role", "--mfa-duration-seconds", "900"];
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        home.run(args).args(["--token-code", &code]).go().ok();
        home.sts().saw(&["GetSessionToken"]);
        age(&kept, 560);
        assert!(hits(&home, || home.run(args).go()));
        age(&kept, 60);
        home.run(args).args(["--no-input"]).go().fails(16);
    }
}

#[test]
fn r89_a_clock_that_is_set_between_two_runs_gives_out_nothing_that_has_ended() {
    let Some(_) = tools::need("faketime") else { return };
    // By how many seconds the clock is set, and whether a session of 12 hours, or 43,200 seconds, still counts.
    let rows = [("-7200", true), ("-40000000", true), ("+42000", true), ("+43000", false), ("+50000", false)];
    for (set, expected) in rows {
        let home = bob();
        let Some(_kept) = kept::on(&home) else { return };
        // The time since the machine was started is nobody's to set.
        let run = |args: &[&str]| {
            let set = ["faketime", "-f", set, "aws-auth", "--from", "env", "--no-role"];
            home.command(set).args(args).env("FAKETIME_DONT_FAKE_MONOTONIC", "1").go()
        };
        home.run(["--from", "env", "--no-role"]).go().ok();
        println!("{set}");
        assert_eq!(hits(&home, || run(&[])), expected);
    }
}

#[test]
fn a_clock_that_is_off_costs_no_code_where_a_call_before_has_told_the_time() {
    // The kept session has ended at AWS, whose refusals tell first the time and then that.
    let home = Home::with_sts();
    let _ = fake::pass(&home, &ALICE, "");
    let Some(_kept) = kept::on(&home) else { return };
    let with_code = |args: &[&str]| {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        home.run(["--from", "pass", "--token-code", &code]).args(args).go()
    };
    with_code(&["--no-role"]).ok();
    home.sts().emulator().set_clock_offset(13 * 3600);
    let outcome = with_code(&["--role-arn", role::DEV]);
    outcome.ok().says("signing with AWS's time");
    let newest = home.sts().emulator().issued().last().expect("a session").access_key_id.clone();
    assert_eq!(outcome.exports()["AWS_ACCESS_KEY_ID"], newest, "{outcome:?}");
}
