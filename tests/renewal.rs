//! What a server gives out over hours: its clock is moved, and AWS's with it.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::serve::{Client, TELL};
use crate::support::fake::{Answer, Fake};
use crate::support::pty::Pty;
use crate::support::run::{self, Run};
use crate::support::sts::{ALICE, BOB, Fault, documented, role};
use crate::support::{Home, fake, tools};

const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/// A run whose clock of the day can be moved while it runs.
fn movable<'h>(home: &'h Home, run: Run<'h>) -> Option<Run<'h>> {
    if !Path::new(LIBRARY).exists() {
        tools::not_run("no libfaketime; tests/setup installs it");
        return None;
    }
    move_to(home, 0);
    let run = run.env("LD_PRELOAD", LIBRARY).env("FAKETIME_TIMESTAMP_FILE", home.rig("time"));
    Some(run.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1"))
}

/// Moves the clock of the server and of AWS to so many seconds after now.
fn move_to(home: &Home, seconds: u32) {
    let file = home.rig("time");
    let new = home.rig("time.new");
    fs::write(&new, format!("+{seconds}\n")).and_then(|()| fs::rename(&new, &file)).expect("the clock");
    home.sts().emulator().set_clock_offset(i64::from(seconds));
}

/// A command that says what leads to its server, and runs until it is told.
fn script(home: &Home) -> String {
    let (vars, stop) = (home.rig("vars"), home.rig("stop"));
    let (vars, stop) = (vars.display(), stop.display());
    format!("{TELL} >'{vars}.new'; mv '{vars}.new' '{vars}'; echo ready; while [ ! -e '{stop}' ]; do sleep 0.05; done")
}

fn client(home: &Home) -> Client {
    let started = Instant::now();
    while !home.rig("vars").exists() {
        assert!(started.elapsed() < Duration::from_secs(20), "no server");
        std::thread::sleep(Duration::from_millis(10));
    }
    Client::of(&String::from_utf8(run::read(&home.rig("vars"))).expect("text"))
}

fn stop(home: &Home) {
    fs::write(home.rig("stop"), "").expect("a word to the command");
}

/// Waits until there were so many calls to STS.
#[track_caller]
fn until_calls(home: &Home, count: usize) {
    let started = Instant::now();
    while home.sts().actions().len() < count {
        assert!(started.elapsed() < Duration::from_secs(25), "{:?}", home.sts().actions());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The key that is given out, at once.
#[track_caller]
fn key_at_once(client: &Client) -> String {
    let started = Instant::now();
    let key = client.key();
    assert!(started.elapsed() < Duration::from_secs(2), "a client waited {:?}", started.elapsed());
    key
}

fn broken() -> Fault {
    Fault::Status { code: 403, body: "no".to_owned() }
}

#[test]
fn r118_s4_what_is_kept_is_given_out_until_it_ends_while_the_source_refuses() {
    let home = crate::serve::bob();
    let run = home.run(["exec", "--serve", "--from", "pass", "--", "sh", "-c", &script(&home)]);
    let Some(run) = movable(&home, run) else { return };
    let running = run.start();
    let client = client(&home);
    let first = client.key();
    // 16 minutes are left.
    move_to(&home, 44 * 60);
    std::thread::sleep(Duration::from_secs(11));
    assert_eq!(key_at_once(&client), first);
    home.sts().saw(&["AssumeRole"]);
    home.sts().fault_always(broken());
    move_to(&home, 46 * 60);
    for _ in 0..50 {
        assert_eq!(key_at_once(&client), first, "14 minutes are left");
    }
    until_calls(&home, 2);
    for minutes in [51, 56, 59] {
        move_to(&home, minutes * 60);
        assert_eq!(key_at_once(&client), first, "{} minutes are left", 60 - minutes);
    }
    let calls = home.sts().actions().len();
    assert!(calls <= 5, "{calls} calls within seconds");
    move_to(&home, 61 * 60);
    let (status, body) = client.get();
    assert!(status >= 400, "{body}");
    stop(&home);
    running.finish().ok();
}

#[test]
fn r118_s5_a_slow_renewal_keeps_nobody_waiting() {
    let home = crate::serve::bob();
    let run = home.run(["exec", "--serve", "--from", "pass", "--", "sh", "-c", &script(&home)]);
    let Some(run) = movable(&home, run) else { return };
    let running = run.start();
    let client = client(&home);
    let first = client.key();
    home.sts().emulator().set_latency(Duration::from_secs(3));
    move_to(&home, 46 * 60);
    until_calls(&home, 2);
    assert_eq!(key_at_once(&client), first, "the renewal is under way");
    let started = Instant::now();
    while key_at_once(&client) == first {
        assert!(started.elapsed() < Duration::from_secs(10), "it never comes");
        std::thread::sleep(Duration::from_millis(50));
    }
    home.sts().saw(&["AssumeRole", "AssumeRole"]);
    stop(&home);
    running.finish().ok();
}

#[test]
fn s6_a_session_that_only_signs_is_used_to_its_last_minute() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run =
        home.run(["exec", "--serve", "--from", "pass", "--mfa-duration-seconds", "3600", "--token-code", &code, "--"]);
    let Some(run) = movable(&home, run.args(["sh", "-c", &script(&home)])) else { return };
    let running = run.start();
    let client = client(&home);
    let first = client.key();
    // Session and role have 14 minutes: one more role, for an hour, and no code.
    move_to(&home, 46 * 60);
    until_calls(&home, 3);
    home.sts().saw(&["GetSessionToken", "AssumeRole", "AssumeRole"]);
    assert_eq!(home.sts().with_code().len(), 1);
    std::thread::sleep(Duration::from_millis(300));
    assert_ne!(client.key(), first);
    stop(&home);
    running.finish().ok();
}

/// alice's own session, whose next one takes a code.
fn alice<'h>(home: &'h Home, args: &[&str]) -> (Pty<'h>, Client) {
    fake::pass(home, &ALICE, "");
    let run = home.run(["exec", "--serve", "--from", "pass", "--mfa-duration-seconds", "3600"]).args(args);
    let run = movable(home, run.args(["--", "sh", "-c", &script(home)])).expect("a clock to move");
    let mut pty = run.pty();
    if !args.contains(&"--token-code") {
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    }
    pty.expect("ready");
    let client = client(home);
    (pty, client)
}

#[test]
fn s7_a_given_code_is_sent_once_and_then_a_person_is_asked_shortly_before_the_end() {
    let home = Home::with_sts();
    if tools::need("faketime").is_none() {
        return;
    }
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let (mut pty, client) = alice(&home, &["--token-code", &code]);
    let first = client.key();
    move_to(&home, 46 * 60);
    std::thread::sleep(Duration::from_secs(11));
    assert_eq!(key_at_once(&client), first);
    home.sts().saw(&["GetSessionToken"]);
    assert!(!pty.transcript().contains("MFA code for"), "nobody is asked yet");
    move_to(&home, 55 * 60 + 30);
    pty.expect_prompt();
    assert_eq!(key_at_once(&client), first, "the question keeps nobody waiting");
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    until_calls(&home, 2);
    std::thread::sleep(Duration::from_millis(300));
    assert_ne!(client.key(), first);
    assert_eq!(home.sts().with_code().len(), 2);
    stop(&home);
    pty.finish().ok();
}

#[test]
fn a_question_that_nobody_answers_comes_again_only_when_a_program_asks() {
    let home = Home::with_sts();
    if tools::need("faketime").is_none() {
        return;
    }
    let (mut pty, client) = alice(&home, &[]);
    move_to(&home, 46 * 60);
    std::thread::sleep(Duration::from_secs(11));
    move_to(&home, 56 * 60);
    pty.expect_prompt();
    // The end of the input is no.
    pty.send([4]);
    std::thread::sleep(Duration::from_secs(12));
    assert_eq!(pty.transcript().matches("MFA code for").count(), 2, "the first, and one for the renewal");
    move_to(&home, 62 * 60);
    std::thread::sleep(Duration::from_secs(11));
    assert_eq!(pty.transcript().matches("MFA code for").count(), 2, "nobody asks for credentials");
    let waiting = std::thread::spawn(move || client.key());
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    waiting.join().expect("the client");
    stop(&home);
    pty.finish().ok();
}

#[test]
fn s8_where_no_code_can_be_had_the_manager_is_not_asked() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, "");
    let script =
        format!("eval \"$(aws-auth serve --from pass --mfa-duration-seconds 3600)\" || exit 9; {}", script(&home));
    let Some(run) = movable(&home, home.command(["sh", "-c", &script])) else { return };
    // A window in which a passphrase could be asked for is there.
    let mut pty = run.env("DISPLAY", ":7").pty();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("ready");
    let client = client(&home);
    let first = client.key();
    let calls = manager.calls().len();
    move_to(&home, 46 * 60);
    std::thread::sleep(Duration::from_secs(11));
    move_to(&home, 56 * 60);
    std::thread::sleep(Duration::from_secs(11));
    assert_eq!(key_at_once(&client), first);
    move_to(&home, 61 * 60);
    let (status, body) = client.get();
    assert_eq!(status, 503, "{body}");
    assert!(body.contains("an MFA code for") && body.contains("eval") && body.contains("aws-auth serve"), "{body}");
    assert_eq!(manager.calls().len(), calls, "a passphrase would have been asked for in vain");
    home.sts().saw(&["GetSessionToken"]);
    stop(&home);
    pty.finish().ok();
}

#[test]
fn s13_notes_are_said_once() {
    let home = crate::serve::bob();
    home.sts().emulator().set_role_lifetime(4);
    let outcome = home
        .run(["exec", "--serve", "--from", "pass", "--", "sh", "-c", "sleep 7"])
        .env("AWS_REGION", "us-east-1")
        .go();
    assert!(home.sts().actions().len() >= 2, "{outcome:?}");
    assert_eq!(outcome.ok().err().matches("aws-auth: asking http").count(), 1, "{outcome:?}");
}

#[test]
fn the_keys_of_the_environment_renew_a_server_that_has_none_in_its_own() {
    let home = Home::with_sts();
    crate::support::gpg::secrets_of(&home, &BOB);
    home.sts().emulator().set_role_lifetime(4);
    let script = format!(
        "eval \"$(aws-auth serve --from env --role-arn {})\" || exit 9; unset AWS_AUTH_SECRET_ACCESS_KEY; {}",
        role::PLAIN,
        script(&home)
    );
    let run = home.command(["sh", "-c", &script]).env("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    let running = run.env("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key).start();
    let client = client(&home);
    let first = client.key();
    until_calls(&home, 3);
    assert_ne!(client.key(), first);
    stop(&home);
    running.finish().ok();
}

#[test]
fn s4_a_silent_source_and_a_locked_manager_keep_nobody_waiting_and_ask_nobody_early() {
    let home = Home::with_sts();
    let lock = home.rig("locked");
    let answer = |value: &str| {
        Answer::script(&format!(
            "if [ -e '{}' ]; then echo 'gpg: decryption failed: No pinentry' >&2; echo \"asked $PASSWORD_STORE_GPG_OPTS\" >>'{}.log'; exit 2; fi; printf '%s\\n' '{value}'; exit 0",
            lock.display(),
            lock.display()
        ))
    };
    let mut manager = Fake::new(&home, "pass");
    for (name, value) in documented(&BOB, role::PLAIN) {
        let missing = Answer::failure(1, &format!("Error: {name} is not in the password store.\n"));
        manager = manager.on(&["show", "--", name], &if value.is_empty() { missing } else { answer(value) });
    }
    crate::support::gpg::secrets_of(&home, &BOB);
    let run = home.run(["exec", "--serve", "--from", "pass", "--", "sh", "-c", &script(&home)]);
    let Some(run) = movable(&home, run) else { return };
    let running = run.env("DISPLAY", ":7").start();
    let client = client(&home);
    let first = client.key();
    home.sts().fault(Fault::NeverAnswer);
    move_to(&home, 46 * 60);
    until_calls(&home, 2);
    for _ in 0..5 {
        assert_eq!(key_at_once(&client), first, "the source is silent");
    }
    fs::write(&lock, "").expect("a lock");
    move_to(&home, 51 * 60);
    for _ in 0..5 {
        assert_eq!(key_at_once(&client), first, "the manager is locked");
    }
    move_to(&home, 59 * 60);
    assert_eq!(key_at_once(&client), first, "a minute is left");
    stop(&home);
    running.finish().ok();
}

#[test]
fn a_session_of_keys_in_the_environment_renews_without_them() {
    let home = Home::with_sts();
    crate::support::gpg::secrets_of(&home, &ALICE);
    home.sts().emulator().set_role_lifetime(4);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = format!("--from env --serial-number {} --role-arn {} --token-code {code}", ALICE.mfa_serial, role::DEV);
    let script = format!("eval \"$(aws-auth serve {args})\" || exit 9; {}", script(&home));
    let run = home.command(["sh", "-c", &script]).env("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    let running = run.env("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key).start();
    let client = client(&home);
    let first = client.key();
    until_calls(&home, 4);
    assert_ne!(client.key(), first);
    assert_eq!(home.sts().actions()[..3], ["GetSessionToken", "AssumeRole", "AssumeRole"]);
    stop(&home);
    running.finish().ok();
}
