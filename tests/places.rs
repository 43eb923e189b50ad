//! Directories and files of ours, whatever the mask, the user and the variables; and who waits for whom.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use rustix::process::Signal;

use crate::shells::bob;
use crate::support::fake::{self, Answer, Fake};
use crate::support::run::{Run, output};
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, gpg, tools};

/// An ordinary user: nobody.
const USER: u32 = 65534;

/// Gives the whole home to the ordinary user; false where that cannot be.
fn give(home: &Home) -> bool {
    if !tools::needs_root("only root can be another user") {
        return false;
    }
    output(Command::new("chown").args(["-R", "--no-dereference", "65534:65534"]).arg(home.root()));
    true
}

/// A script, run by the ordinary user.
fn as_user<'h>(home: &'h Home, script: &str) -> Run<'h> {
    home.command(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", "-c", script])
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).mode() & 0o777
}

/// alice's keys in the environment, and the whole home the ordinary user's.
fn alice_as_user() -> Option<Home> {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    give(&home).then_some(home)
}

#[test]
fn c5_no_mask_costs_a_code_or_leaves_a_directory_that_nobody_can_enter() {
    for mask in ["0177", "0277", "0377", "0777", "0000"] {
        let Some(home) = alice_as_user() else { return };
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let args = format!("--from env --serial-number {} --token-code {code}", ALICE.mfa_serial);
        println!("{mask}");
        home.plant(&home.path(".aws"));
        let script = format!("umask {mask}; exec aws-auth {args} --write-profile mine");
        as_user(&home, &script).go().ok().does_not_say("parallel runs cannot share");
        assert_eq!((mode(&home.path(".aws")), mode(&home.root().join("run/aws-auth"))), (0o700, 0o700));
        // the mark of the code is there for the next run
        as_user(&home, &format!("umask {mask}; exec aws-auth {args}")).go().fails(21).says("used already, or refused");
    }
}

#[test]
fn c5_a_directory_that_an_earlier_mask_has_closed_is_opened_again() {
    let Some(home) = alice_as_user() else { return };
    let ours = home.root().join("run/aws-auth");
    fs::create_dir(&ours).expect("a directory");
    fs::set_permissions(&ours, fs::Permissions::from_mode(0o000)).expect("its mode");
    chown(&ours, Some(USER), Some(USER)).expect("its owner");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let script = format!("exec aws-auth --from env --serial-number {} --token-code {code}", ALICE.mfa_serial);
    as_user(&home, &script).go().ok().does_not_say("parallel runs cannot share");
    assert_eq!(mode(&ours), 0o700);
}

#[test]
fn c5_no_mask_leaves_a_place_of_the_agent_that_nobody_can_enter() {
    for mask in ["0277", "0777"] {
        let Some(home) = alice_as_user() else { return };
        println!("{mask}");
        home.unset("AWS_AUTH_NO_CACHE");
        home.set("AWS_AUTH_STORE", "agent");
        let run = |before: &str| as_user(&home, &format!("{before} exec aws-auth --from env --no-mfa")).go();
        let place = home.root().join("places/dev/shm/aws-auth-65534");
        let lock = place.join("agent-1.start");
        run(&format!("umask {mask};")).ok().does_not_say("nothing can be kept");
        assert_eq!((mode(&place), mode(&lock)), (0o700, 0o600));
        // what an earlier mask has closed is opened again
        as_user(&home, "exec aws-auth logout").go().ok();
        for closed in [&lock, &place] {
            fs::set_permissions(closed, fs::Permissions::from_mode(0o000)).expect("its mode");
        }
        run("").ok().does_not_say("nothing can be kept");
        assert_eq!((mode(&place), mode(&lock)), (0o700, 0o600));
        as_user(&home, "exec aws-auth logout").go().ok();
    }
}

#[test]
fn a_home_that_is_not_there_is_not_made() {
    let home = bob();
    let missing = home.rig("missing");
    let run = home.run(["--from", "env"]).env("HOME", &missing);
    run.without("XDG_RUNTIME_DIR").without("XDG_STATE_HOME").go().ok();
    assert!(!missing.exists());
}

#[test]
fn a8_root_with_a_users_environment_makes_nothing_in_it() {
    let Some(home) = alice_as_user() else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "env", "--serial-number", ALICE.mfa_serial, "--token-code", &code];
    home.run(args).go().ok().says("parallel runs cannot share");
    for place in ["run/aws-auth", "home/.local", "home/.aws"] {
        assert!(!home.root().join(place).exists(), "{place} was made");
    }
    // the next place is taken where that is root's own
    let own = home.rig("state");
    fs::create_dir(&own).expect("root's own directory");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "env", "--serial-number", ALICE.mfa_serial, "--token-code", &code];
    home.run(args).env("XDG_STATE_HOME", &own).go().ok().does_not_say("parallel runs cannot share");
    assert!(own.join("aws-auth").is_dir());
}

#[test]
fn a8_what_root_has_left_is_passed_over() {
    let Some(home) = alice_as_user() else { return };
    fs::create_dir(home.root().join("run/aws-auth")).expect("root's directory");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let script = format!("exec aws-auth --from env --serial-number {} --token-code {code}", ALICE.mfa_serial);
    as_user(&home, &script).go().ok().does_not_say("parallel runs cannot share");
    as_user(&home, &script).go().fails(21).says("used already, or refused");
    assert!(home.path(".local/state/aws-auth").is_dir());
}

#[test]
fn c6_without_home_the_user_database_says_where_the_files_are() {
    let home = bob();
    home.write(".aws/config", "[profile sales]\nregion = eu-west-3\n");
    if !give(&home) {
        return;
    }
    let passwd = home.rig("passwd");
    fs::write(
        &passwd,
        format!("root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::{}:/bin/sh\n", home.path("").display()),
    )
    .expect("a user database");
    // a name space of our own, in which that is the user database
    let script = format!(
        "mount --bind '{}' /etc/passwd || exit 99; exec setpriv --reuid=65534 --regid=65534 --clear-groups \
         env -u HOME -u XDG_CONFIG_HOME -u XDG_STATE_HOME -u XDG_RUNTIME_DIR aws-auth --from env --profile sales",
        passwd.display()
    );
    let outcome = home.command(["unshare", "--mount", "sh", "-c", &script]).go();
    if outcome.status.code() == Some(99) || outcome.err().contains("unshare failed") {
        return tools::not_run("no name space can be made here");
    }
    assert!(outcome.ok().out().contains("export AWS_REGION='eu-west-3';"), "{outcome:?}");
}

#[test]
fn c8_in_a_name_space_of_processes_the_code_is_asked_for() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let able = Command::new("unshare").args(["--pid", "--fork", "true"]).status();
    if !able.is_ok_and(|status| status.success()) {
        return tools::not_run("no name space can be made here");
    }
    for proc in [&["--mount-proc"][..], &[]] {
        let argv = [&["unshare", "--pid", "--fork"], proc, &["aws-auth", "--from", "pass"]].concat();
        println!("{argv:?}");
        let mut pty = home.command(argv).captured();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        outcome.ok();
        assert!(outcome.out().contains("export AWS_SESSION_TOKEN="), "{outcome:?}");
    }
}

#[test]
fn a_wrapper_that_asks_for_itself_is_refused_without_a_lock_too() {
    for places in [&[][..], &["HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"]] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        let count = home.rig("count");
        let text = format!("#!/bin/sh\necho x >>'{}'\nexec aws-auth --from pass --format env\n", count.display());
        home.script("pass", &text);
        let run = places.iter().fold(home.run(["--from", "pass"]), |run, name| run.env(name, "/proc"));
        run.go().fails(12).within(Duration::from_secs(20)).says("would wait for itself");
        assert_eq!(fs::read_to_string(&count).expect("the wrapper ran").lines().count(), 1);
    }
}

#[test]
fn a_stopped_run_is_named_and_not_waited_for_for_long() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let mut first = home.run(["--from", "pass"]).captured();
    first.expect_prompt();
    first.signal(Signal::STOP);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let second = home.run(["--from", "pass", "--token-code", &code]).go();
    second.ok().within(Duration::from_secs(45)).says("is stopped");
    first.signal(Signal::CONT);
    first.signal(Signal::TERM);
    first.finish();
}

#[test]
fn a_manager_that_takes_its_time_is_named_after_a_second() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let item = format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id);
    let _ = Fake::new(&home, "pass")
        .on(&["show", "--", "work"], &Answer { first: "sleep 2".to_owned(), ..Answer::of(item) });
    let outcome = home.run(["--from", "pass", "--item", "work"]).go();
    outcome.ok().says("waiting for pass");
    // not across what it draws on the terminal itself
    let item = format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id);
    let answer = Answer { first: "stty -echo </dev/tty; sleep 2; stty echo </dev/tty".to_owned(), ..Answer::of(item) };
    fs::remove_dir_all(home.rig("answers/pass")).expect("the old answer");
    let _ = Fake::new(&home, "pass").on(&["show", "--", "work"], &answer);
    let outcome = home.run(["--from", "pass", "--item", "work"]).captured().finish();
    outcome.ok().does_not_say("waiting for pass");
}
