//! `--token-from`: the keys in one place, the code in another.

use crate::support::Home;
use crate::support::fake::{self, Answer, Fake};
use crate::support::sts::{ALICE, role};
use crate::support::{gpg, run, tools};

const OATH: [&str; 4] = ["oath", "accounts", "code", "-s"];

fn alice() -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    home.set("AWS_AUTH_MFA_SERIAL", ALICE.mfa_serial);
    home
}

#[test]
fn a_yubikey_gives_the_code() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let ykman = Fake::new(&home, "ykman").on(&[&OATH[..], &["AWS"]].concat(), &Answer::of(format!("{code}\n")));
    let args = ["--from", "env", "--role-arn", role::DEV, "--token-from", "ykman"];
    home.sts().delivered_role(&home.run(args).go(), &ALICE, role::DEV);
    assert_eq!(ykman.calls().len(), 1);
}

#[test]
fn a_yubikey_that_is_not_plugged_in_is_told_by_the_real_ykman() {
    let home = alice();
    let Some(ykman) = tools::need("ykman") else { return };
    home.script("ykman", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", ykman.display()));
    let outcome = home.run(["--from", "env", "--token-from", "ykman:AWS"]).go();
    outcome.fails(14).says("No YubiKey detected").says("plug the YubiKey in");
    home.sts().saw(&[]);
}

#[test]
fn an_account_of_it_can_be_named_and_a_missing_one_is_told() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let missing = Answer::failure(1, "ERROR: No matching account found.\n");
    let _ykman = Fake::new(&home, "ykman")
        .on(&[&OATH[..], &["AWS:alice"]].concat(), &Answer::of(format!("{code}\n")))
        .on(&[&OATH[..], &["nope"]].concat(), &missing);
    home.run(["--from", "env", "--token-from", "ykman:nope"]).go().fails(13).says("ykman oath accounts list");
    let outcome = home.run(["--from", "env", "--token-from", "ykman:AWS:alice"]).go();
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn another_managers_item_gives_the_code_and_only_the_code_is_asked_of_it() {
    let home = alice();
    let item = format!(
        r#"{{"id":"x","title":"aws","fields":[{{"id":"o","type":"OTP","label":"one-time password",
           "value":"otpauth://totp/aws?secret={}"}}]}}"#,
        ALICE.totp_secret
    );
    let op = Fake::new(&home, "op").on(&["item", "get", "aws", "--format", "json"], &Answer::of(item));
    home.secret("the device's secret", ALICE.totp_secret);
    let outcome = home.run(["--from", "env", "--role-arn", role::DEV, "--token-from", "op"]).go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    // Both factors do not lie together here.
    outcome.does_not_say("MFA adds little");
    assert_eq!(op.calls().len(), 1);
}

#[test]
fn it_is_looked_at_before_it_is_waited_for() {
    let home = alice();
    let otp = format!(
        r#"{{"title":"aws","fields":[{{"label":"one-time password","value":"otpauth://totp/aws?secret={}"}}]}}"#,
        ALICE.totp_secret
    );
    home.secret("the device's secret", ALICE.totp_secret);
    let asked = ["item", "get", "aws", "--format", "json"];
    let args = ["--from", "env", "--no-cache", "--token-from", "op"];
    Fake::new(&home, "op").on(&asked, &Answer::of(otp));
    home.run(args).go().ok();
    // The code of these seconds is spent: whoever has one more waits for it. Here is none to wait for.
    let missing = "[ERROR] 2026/11/28 12:00:00 \"aws\" isn't an item. Specify the item with its UUID.\n";
    for (answer, told) in [
        (Answer::failure(1, missing), "1Password could not read \"aws\": there is nothing by that name"),
        (
            Answer::of(r#"{"title":"aws","fields":[{"label":"one-time password","value":"on my phone"}]}"#),
            "--token-from \"op\" gave neither six digits",
        ),
    ] {
        Fake::new(&home, "op").on(&asked, &answer);
        home.run(args).go().fails(13).says(told).does_not_say("waiting");
    }
    assert_eq!(home.sts().actions().len(), 1);
}

#[test]
fn a_commands_chatty_output_holds_the_code() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let _hook =
        Fake::new(&home, "my-codes").on(&["for", "aws"], &Answer::of(format!("2 accounts\nThe code is {code}.\n")));
    let outcome = home.run(["--from", "env", "--token-from", "my-codes for aws"]).go();
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn an_address_is_an_item_too_and_what_may_be_a_secret_is_not_told() {
    let home = alice();
    let uri = format!("otpauth://totp/AWS:alice?secret={}&issuer=AWS", ALICE.totp_secret);
    let item = format!(
        "{{\"title\":\"otp\",\"fields\":[{{\"label\":\"one-time password\",\"type\":\"OTP\",\"value\":\"{uri}\"}}]}}"
    );
    let argv = ["item", "get", "otp", "--vault", "Private", "--format", "json"];
    let _op = Fake::new(&home, "op").on(&argv, &Answer::of(item));
    let outcome = home.run(["--from", "env", "--token-from", "op://Private/otp"]).go();
    home.sts().delivered_session(&outcome, &ALICE);
    let outcome = home.run(["--from", "env"]).env("AWS_AUTH_TOKEN_FROM", &uri).go();
    outcome.fails(11).says("does not know \"otpauth").says("[hidden]");
}

#[test]
fn a_command_may_draw_its_line_anew_and_nothing_else_moves() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let text = format!("#!/bin/sh\nprintf '\\033[2K\\033[1G? password: *\\033[2J\\033]0;x\\007\\n' >&2; echo {code}\n");
    home.script("my-codes", &text);
    let outcome = home.run(["--from", "env", "--token-from", "my-codes"]).captured().finish();
    outcome.ok();
    let screen = outcome.screen();
    assert!(screen.contains("\u{1b}[2K\u{1b}[1G? password: *") && !screen.contains("\u{1b}[2J"), "{screen:?}");
    assert!(!screen.contains("\u{1b}]") && !screen.contains('\u{7}'), "{screen:?}");
}

#[test]
fn a_command_that_asks_for_what_it_is_run_for_is_told_at_once() {
    let home = Home::with_sts();
    let _pass = fake::pass(&home, &ALICE, role::DEV);
    let (said, started) = (home.rig("said"), home.rig("started"));
    let text = format!(
        "#!/bin/sh\necho x >>'{started}'\nenv >>'{started}'\naws-auth --from pass >/dev/null 2>'{said}'\necho $? >>'{said}'\nexit 1\n",
        started = started.display(),
        said = said.display()
    );
    home.script("my-codes", &text);
    home.set("AWS_AUTH_TOKEN_FROM", "my-codes");
    home.run(["--from", "pass"]).go().fails(12).says("gave no MFA code");
    let said = String::from_utf8(run::read(&said)).expect("text");
    assert!(said.contains("would wait for itself") && said.contains("hint: ") && said.ends_with("\n10\n"), "{said}");
    let started = String::from_utf8(run::read(&started)).expect("text");
    assert_eq!(started.lines().filter(|line| *line == "x").count(), 1, "{started}");
    assert!(!started.contains("AWS_AUTH_TOKEN_FROM"), "{started}");
    home.sts().saw(&[]);
}

#[test]
fn what_gives_no_code_is_told_before_sts_is_asked() {
    let rows = [
        ("nosuchprogram", 11, "neither a manager nor a program"),
        ("", 11, "neither a manager nor a program"),
        ("my-codes empty", 13, "six digits"),
        ("my-codes two", 13, "there are several"),
        ("my-codes fails", 12, "gave no MFA code"),
        ("env", 13, "has no one-time password"),
    ];
    let home = alice();
    let _hook = Fake::new(&home, "my-codes")
        .on(&["empty"], &Answer::of("\n"))
        .on(&["two"], &Answer::of("123456 654321"))
        .on(&["fails"], &Answer::failure(3, "no"));
    for (source, code, told) in rows {
        println!("{source:?}");
        home.run(["--from", "env", "--token-from", source]).go().fails(code).says(told);
    }
    assert_eq!(home.sts().actions(), Vec::<String>::new());
}
