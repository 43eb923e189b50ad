//! `--account`: a wrong account is refused before a code is spent, and nothing of it is printed or kept.

use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, fake};

const OWN: &str = "111122223333";
const OTHER: &str = "999900001111";

fn home(person: &Person, role: &str) -> Home {
    let home = Home::with_sts();
    fake::pass(&home, person, role);
    home
}

#[test]
fn r121_a_role_that_somebody_has_changed_in_the_store_is_seen_before_the_code_is_sent() {
    let home = home(&ALICE, role::OTHER_DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "pass", "--account", OWN, "--token-code", &code]).go();
    outcome.fails(10).says(role::OTHER_DEV).says("--account expects the account 111122223333");
    home.sts().saw(&[]);
    let right = home.run(["--from", "pass", "--account", "4444-5555-6666", "--token-code", &code]).go();
    home.sts().delivered_role(&right, &ALICE, role::OTHER_DEV);
}

#[test]
fn r121_a_device_of_another_account_is_seen_before_the_code_is_sent() {
    let home = home(&ALICE, "");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run = |account: &str| home.run(["--from", "pass", "--token-code", &code]).env("AWS_AUTH_ACCOUNT", account).go();
    run(OTHER).fails(10).says(ALICE.mfa_serial).says("AWS_AUTH_ACCOUNT expects");
    home.sts().saw(&[]);
    home.sts().delivered_session(&run(OWN), &ALICE);
}

#[test]
fn keys_without_a_device_or_a_role_are_asked_about_before_they_are_used() {
    let home = home(&BOB, "");
    home.run(["--from", "pass", "--account", OTHER]).go().fails(10).says("user/bob is in the account 111122223333");
    home.sts().saw(&["GetCallerIdentity"]);
    home.run(["--from", "pass", "--account", OWN]).go().ok();
    home.sts().saw(&["GetCallerIdentity", "GetCallerIdentity", "GetSessionToken"]);
}

#[test]
fn each_profile_speaks_of_the_account_that_it_leads_to_itself() {
    let home = Home::with_sts();
    home.secret("a secret access key", BOB.secret_access_key);
    let keys =
        format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", BOB.access_key_id, BOB.secret_access_key);
    let config = |dev: &str, base: &str| {
        format!(
            "[profile dev]\nrole_arn = {}\nsource_profile = base\naws_auth_account = {dev}\n\
             [profile base]\naws_auth_account = {base}\n{keys}",
            role::PLAIN
        )
    };
    home.write(".aws/config", config(OWN, OWN));
    home.run(["--profile", "dev"]).go().ok();
    home.sts().saw(&["GetCallerIdentity", "AssumeRole"]);
    home.write(".aws/config", config(OTHER, OWN));
    home.run(["--profile", "dev"]).go().fails(10).says("aws_auth_account of the profile \"dev\" expects");
    home.write(".aws/config", config(OWN, OTHER));
    home.run(["--profile", "dev"]).go().fails(10).says("aws_auth_account of the profile \"base\" expects");
    home.sts().saw(&["GetCallerIdentity", "AssumeRole", "GetCallerIdentity"]);
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn r121_what_is_kept_of_another_account_is_not_given_out_and_what_is_refused_is_not_kept() {
    let home = home(&ALICE, role::DEV);
    let Some(kept) = crate::support::kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--account", OTHER, "--token-code", &code]).go().fails(10);
    assert!(kept.entries().is_empty());
    home.run(["--from", "pass", "--token-code", &code]).go().ok();
    let calls = home.sts().actions();
    home.run(["--from", "pass", "--account", OTHER]).go().fails(10).says("expects the account 999900001111");
    home.run(["--from", "pass", "--account", OWN]).go().ok();
    assert_eq!(home.sts().actions(), calls);
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn what_is_kept_of_keys_whose_account_it_does_not_tell_is_not_for_those_who_expect_one() {
    let home = home(&BOB, "");
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let config = |account: &str| {
        let role = role::PLAIN;
        format!(
            "[profile dev]\nrole_arn = {role}\nsource_profile = base\n[profile base]\naws_auth_from = pass\n{account}"
        )
    };
    home.write(".aws/config", config(""));
    home.run(["--profile", "dev"]).go().ok();
    home.write(".aws/config", config(&format!("aws_auth_account = {OTHER}\n")));
    home.run(["--profile", "dev"]).go().fails(10).says("of the profile \"base\" expects the account 999900001111");
    home.write(".aws/config", config(&format!("aws_auth_account = {OWN}\n")));
    home.run(["--profile", "dev"]).go().ok();
    let calls = home.sts().actions();
    home.run(["--profile", "dev"]).go().ok();
    assert_eq!(home.sts().actions(), calls, "kept for those who expect it");
}

#[test]
fn what_was_the_account_of_1password_is_told_its_new_name() {
    let home = Home::with_sts();
    home.write(".aws/config", "[profile dev]\naws_auth_from = op\naws_auth_account = my.1password.com\n");
    home.run(["--profile", "dev"]).go().fails(10).says("twelve digits").says("aws_auth_op_account");
    let old = home.run(["--from", "op"]).env("AWS_AUTH_PARAM_ACCOUNT", "my.1password.com").go();
    old.fails(10).says("AWS_AUTH_PARAM_OP_ACCOUNT");
    home.run(["--from", "op", "--param", "account=my.1password.com"]).go().fails(10).says("op_account");
}

#[test]
fn a_device_of_the_profile_tells_nothing_of_temporary_keys() {
    let home = home(&BOB, "");
    let session = home.run(["--from", "pass"]).go().exports();
    let of = |name: &str| session[name].clone();
    let config = |account: &str| {
        format!(
            "[profile dev]\nrole_arn = {}\nsource_profile = base\n[profile base]\naws_auth_account = {account}\n\
             mfa_serial = arn:aws:iam::{OTHER}:mfa/bob\naws_access_key_id = {}\naws_secret_access_key = {}\n\
             aws_session_token = {}\n",
            role::PLAIN,
            of("AWS_ACCESS_KEY_ID"),
            of("AWS_SECRET_ACCESS_KEY"),
            of("AWS_SESSION_TOKEN")
        )
    };
    home.write(".aws/config", config(OTHER));
    let outcome = home.run(["--profile", "dev"]).go();
    outcome.fails(10).says("user/bob is in the account 111122223333").says("of the profile \"base\" expects");
    home.sts().saw(&["GetSessionToken", "GetCallerIdentity"]);
}
