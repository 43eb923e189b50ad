//! Finding the MFA device: when AWS is asked for it, and what becomes of what it says.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use aws_auth_emulator::Emulator;

use crate::support::fake;
use crate::support::pty::Pty;
use crate::support::sts::{ALICE, BOB, CHEN, GINA, Person, World, role};
use crate::support::{Home, Sts};

const FIDO: &str = "arn:aws:iam::111122223333:u2f/user/alice/key-AB12";
const HARDWARE: &str = "GAHT99999999";

/// A person whose pass holds keys, perhaps a role, and no device.
fn user(world: World, person: &Person, role: &str) -> Home {
    let home = Home::new();
    home.attach(Sts::of(Emulator::start(world)));
    fake::pass(&home, &Person { mfa_serial: "", ..*person }, role);
    home
}

/// On a terminal, stdout captured as in `$(…)`.
fn captured<'h>(home: &'h Home, args: &[&str]) -> Pty<'h> {
    home.run(["--from", "pass"]).args(args).captured()
}

#[test]
fn a_code_without_a_device_finds_the_only_one() {
    for (person, world) in [(ALICE, World::standard()), (GINA, World::standard()), (CHEN, World::standard())] {
        let home = user(world, &person, "");
        let region = if person.arn.contains("aws-cn") { "cn-north-1" } else { "us-gov-west-1" };
        let region: &[&str] = if person.arn.starts_with("arn:aws:") { &[] } else { &["--region", region] };
        let code = home.sts().fresh_code(person.mfa_serial);
        let outcome = home.run(["--from", "pass", "--token-code", &code]).args(region).go();
        home.sts().delivered(&outcome);
        let requests = home.sts().saw(&["ListMFADevices", "GetSessionToken"]);
        assert_eq!(requests[0].access_key_id.as_deref(), Some(person.access_key_id));
        assert_eq!(requests[1].param("SerialNumber"), Some(person.mfa_serial));
        outcome.says("AWS_AUTH_SERIAL_NUMBER").says("beside the keys in pass");
    }
}

#[test]
fn a_role_that_wants_mfa_leads_to_the_device_and_the_prompt() {
    let home = user(World::standard(), &ALICE, role::DEV);
    let mut pty = captured(&home, &[]);
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = pty.finish();
    home.sts().delivered(&outcome);
    home.sts().saw(&["AssumeRole", "ListMFADevices", "AssumeRole"]);
    // Said once: the next run finds the device again, and does not repeat itself.
    outcome.says("beside the keys");
    let mut again = captured(&home, &[]);
    again.expect_prompt();
    again.line(&home.sts().fresh_code(ALICE.mfa_serial));
    again.finish().ok().does_not_say("beside the keys");
}

#[test]
fn an_ordinary_run_asks_nothing_of_iam() {
    let home = user(World::standard(), &BOB, role::PLAIN);
    home.sts().delivered(&home.run(["--from", "pass"]).go());
    home.sts().delivered(&home.run(["--from", "pass", "--no-role"]).go());
    home.sts().saw(&["AssumeRole", "GetSessionToken"]);
}

#[test]
fn without_a_terminal_a_refused_role_stays_refused() {
    let home = user(World::standard(), &ALICE, role::DEV);
    home.run(["--from", "pass"]).go().fails(20).says("probably requires MFA").says("--serial-number");
    captured(&home, &["--no-input"]).finish().fails(20).says("probably requires MFA");
    home.sts().saw(&["AssumeRole", "AssumeRole"]);
}

#[test]
fn who_wants_no_mfa_where_a_role_wants_it_is_told_what_to_leave_out() {
    let home = user(World::standard(), &ALICE, role::DEV);
    home.write(".aws/config", "[profile none]\naws_auth_from = pass\nmfa_serial = none\n");
    home.run(["--from", "pass", "--no-mfa"]).go().fails(20).says("requires MFA: leave out --no-mfa\n");
    let profile = home.run(["--profile", "none"]).go();
    profile.fails(20).says("leave out --no-mfa, or the word none in mfa_serial of the profile");
    home.sts().saw(&["AssumeRole", "AssumeRole"]);
}

#[test]
fn what_iam_does_not_tell_is_told_with_the_roles_refusal() {
    let fido_only = World { devices: Vec::new(), ..World::standard() }.device(ALICE.arn, FIDO, "");
    let none = World { devices: Vec::new(), ..World::standard() };
    for (world, words) in [
        (World::standard().without_iam(ALICE.arn), "no identity-based policy allows"),
        (fido_only, "FIDO keys or passkeys"),
        (none, "this user has none"),
    ] {
        let home = user(world, &ALICE, role::DEV);
        let outcome = captured(&home, &[]).finish();
        outcome.fails(20).says("did not let you assume").says("probably requires MFA").says(words);
        home.sts().saw(&["AssumeRole", "ListMFADevices"]);
    }
}

#[test]
fn a_code_that_no_device_can_have_made_is_refused_with_the_reason() {
    let fido_only = World { devices: Vec::new(), ..World::standard() }.device(ALICE.arn, FIDO, "");
    let none = World { devices: Vec::new(), ..World::standard() };
    for (world, code, words) in [
        (World::standard().without_iam(ALICE.arn), 20, "iam:ListMFADevices"),
        (fido_only, 10, "add a virtual MFA device"),
        (none, 10, "this user has none"),
    ] {
        let home = user(world, &ALICE, "");
        home.run(["--from", "pass", "--token-code", "123456"]).go().fails(code).says(words);
        home.sts().saw(&["ListMFADevices"]);
    }
}

#[test]
fn iam_that_cannot_be_reached_is_named() {
    let home = user(World::standard(), &ALICE, "");
    home.set("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:9");
    let outcome = home.run(["--from", "pass", "--token-code", "123456"]).go();
    outcome.fails(22).says("IAM at http://127.0.0.1:9").says("--serial-number");
    home.set("AWS_ENDPOINT_URL_IAM", "http://iam.example.com");
    home.run(["--from", "pass", "--token-code", "123456"]).go().fails(10).says("AWS_ENDPOINT_URL_IAM");
    assert!(home.sts().actions().is_empty());
}

#[test]
fn r72_a_clock_that_is_off_is_put_right_for_iam_too() {
    let home = user(World::standard(), &ALICE, "");
    home.sts().emulator().set_clock_offset(1200);
    // without a manager: while one is waited for, the connection to STS is opened, and the time is known from that
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "env", "--token-code", &code]).go();
    home.sts().delivered(&outcome);
    home.sts().saw(&["ListMFADevices", "ListMFADevices", "GetSessionToken"]);
}

#[test]
fn among_several_a_person_chooses_and_a_fido_key_is_passed_over() {
    let world = World::standard().device(ALICE.arn, FIDO, "").device(ALICE.arn, HARDWARE, BOB_SECRET);
    let home = user(world, &ALICE, role::DEV);
    let mut pty = captured(&home, &[]);
    pty.expect("passing over the MFA device arn:aws:iam::111122223333:u2f/user/alice/key-AB12");
    pty.expect("1  arn:aws:iam::111122223333:mfa/alice");
    pty.expect("2  GAHT99999999");
    pty.expect("Which one (1-2): ");
    pty.settle();
    pty.line("3");
    pty.expect("not one of the numbers");
    pty.expect("Which one (1-2): ");
    pty.settle();
    pty.line("2");
    pty.expect("MFA code for GAHT99999999: ");
    pty.settle();
    pty.line(&home.sts().fresh_code(HARDWARE));
    let outcome = pty.finish();
    home.sts().delivered(&outcome);
    assert_eq!(home.sts().requests().last().unwrap().param("SerialNumber"), Some(HARDWARE));
}

#[test]
fn nobody_chooses() {
    let several = || World::standard().device(ALICE.arn, HARDWARE, BOB_SECRET);
    let home = user(several(), &ALICE, "");
    let outcome = home.run(["--from", "pass", "--token-code", "123456"]).go();
    outcome.fails(16).says(ALICE.mfa_serial).says(HARDWARE).says("--serial-number");
    let home = user(several(), &ALICE, role::DEV);
    let mut pty = captured(&home, &[]);
    pty.expect("Which one (1-2): ");
    pty.settle();
    pty.send([4]);
    pty.finish().fails(15).says("no MFA device was chosen");
    assert!(!home.sts().requests().iter().any(|request| request.param("TokenCode").is_some()));
}

#[test]
fn temporary_keys_are_not_asked_about() {
    let home = user(World::standard(), &ALICE, "");
    home.sts().delivered(&home.run(["--from", "pass"]).go());
    let issued = home.sts().emulator().issued().remove(0);
    let outcome = home
        .run(["--token-code", "123456", "--role-arn", role::PLAIN])
        .env("AWS_ACCESS_KEY_ID", issued.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", issued.secret_access_key)
        .env("AWS_SESSION_TOKEN", issued.session_token)
        .go();
    outcome.fails(10).says("temporary");
    home.sts().saw(&["GetSessionToken"]);
}

#[test]
fn the_device_is_remembered_in_the_profile_after_a_yes() {
    for (answer, written) in [("y", true), ("YES", true), ("", false), ("n", false), ("\x04", false)] {
        let home = user(World::standard(), &ALICE, "");
        let before = "# mine\n[profile work]\naws_auth_from = pass\n; last\n\n[profile other]\nregion = x";
        let file = home.write(".aws/config", before);
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let mut pty = home.run(["--profile", "work", "--token-code", &code]).captured();
        pty.expect("Remember arn:aws:iam::111122223333:mfa/alice for the profile \"work\"");
        pty.expect("? [y/N] ");
        pty.settle();
        pty.send(if answer == "\x04" { answer.to_owned() } else { format!("{answer}\r") });
        let outcome = pty.finish();
        home.sts().delivered(&outcome);
        let line = "aws_auth_from = pass\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n";
        let after = if written { before.replace("aws_auth_from = pass\n", line) } else { before.to_owned() };
        assert_eq!(fs::read_to_string(&file).unwrap(), after, "{answer:?}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1);
        if written {
            let code = home.sts().fresh_code(ALICE.mfa_serial);
            home.run(["--profile", "work", "--token-code", &code]).go().ok();
            home.sts().saw(&["ListMFADevices", "GetSessionToken", "GetSessionToken"]);
        }
    }
}

#[test]
fn the_question_whether_to_remember_comes_after_the_credentials() {
    let home = user(World::standard(), &ALICE, "");
    home.write(".aws/config", "[profile work]\naws_auth_from = pass\n");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let mut pty = home.run(["--profile", "work", "--token-code", &code]).captured();
    pty.expect("? [y/N] ");
    pty.settle();
    pty.send([3]);
    let outcome = pty.finish();
    assert!(outcome.out().contains("export AWS_SESSION_TOKEN='"), "{outcome:?}");
    assert!(!outcome.out().contains("(exit"), "no failure is added to what was delivered\n{outcome:?}");
}

#[test]
fn the_offer_is_made_where_it_can_be_kept_however_often_it_could_not_be() {
    let home = user(World::standard(), &ALICE, "");
    home.write(".aws/config", "[profile work]\naws_auth_from = pass\n[profile other]\naws_auth_from = pass\n");
    let code = || home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code()]).go().ok().says("store it beside the keys");
    home.run(["--profile", "work", "--token-code", &code()]).go().ok();
    for profile in ["work", "other"] {
        let mut pty = home.run(["--profile", profile, "--token-code", &code()]).captured();
        pty.expect(&format!("for the profile \"{profile}\""));
        pty.expect("? [y/N] ");
        pty.settle();
        pty.line("n");
        pty.finish().ok();
    }
    let again = home.run(["--profile", "work", "--token-code", &code()]).captured().finish();
    assert!(!again.ok().screen().contains("Remember"), "who said no is not asked again\n{again:?}");
}

#[test]
fn the_device_is_remembered_in_the_file_that_was_read() {
    let home = user(World::standard(), &ALICE, "");
    let file = home.write("other/config", "[profile work]\naws_auth_from = pass\n");
    // no shell has replaced this
    home.set("AWS_CONFIG_FILE", "~/other/config");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let mut pty = home.run(["--profile", "work", "--token-code", &code]).captured();
    pty.expect("? [y/N] ");
    pty.settle();
    pty.line("y");
    home.sts().delivered(&pty.finish());
    assert!(fs::read_to_string(&file).unwrap().contains("mfa_serial = arn:aws:iam::111122223333:mfa/alice"));
    assert!(!home.path("~").exists());
}

/// A device's secret that no other device here has.
const BOB_SECRET: &str = "KRSXG5CTMVRXEZLUKN2HE2LOM5ZWK43U";
