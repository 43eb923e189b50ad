//! `--from secret-tool`: the real secret-tool, the real GNOME Keyring on a bus of its own.

use std::time::Duration;

use crate::support::keyring::{self, Keyring};
use crate::support::sts::{ALICE, BOB, Person, documented, role};
use crate::support::{Home, gpg, run};

fn user(person: &Person) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, person);
    home
}

fn store_documented(keyring: &Keyring, prefix: &str, person: &Person, role: &str) {
    for (name, value) in documented(person, role) {
        if !value.is_empty() {
            keyring.store(&format!("{prefix}{name}"), value);
        }
    }
}

#[test]
fn values_are_found_by_their_names() {
    for (prefix, args) in [("", &[][..]), ("work/", &["--item", "work"])] {
        let home = user(&ALICE);
        let Some(keyring) = keyring::start(&home) else { return };
        store_documented(&keyring, prefix, &ALICE, role::DEV);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(["--from", "secret-tool", "--token-code", &code]).args(args).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn one_text_may_hold_it_all() {
    let home = user(&ALICE);
    let Some(keyring) = keyring::start(&home) else { return };
    let Person { secret_access_key, access_key_id, mfa_serial, .. } = ALICE;
    keyring.store(
        "my aws",
        &format!(
            "{secret_access_key}\naccess_key_id: {access_key_id}\nmfa_serial: {mfa_serial}\nrole_arn: {}",
            role::DEV
        ),
    );
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "secret-tool", "--item", "my aws", "--token-code", &code]).go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
}

#[test]
fn without_mfa_and_role_two_values_are_enough() {
    let home = user(&BOB);
    let Some(keyring) = keyring::start(&home) else { return };
    store_documented(&keyring, "", &BOB, "");
    home.sts().delivered_session(&home.run(["--from", "secret-tool"]).go(), &BOB);
}

#[test]
fn what_is_not_there_is_told() {
    let home = user(&BOB);
    let Some(keyring) = keyring::start(&home) else { return };
    let run = |args: &[&str]| home.run(["--from", "secret-tool"]).args(args).go();
    run(&[]).fails(13).says("aws-access-key-id").says("secret-tool store");
    keyring.store("aws-access-key-id", BOB.access_key_id);
    run(&[]).fails(13).says("aws-secret-access-key");
    keyring.store("aws-secret-access-key", "");
    run(&[]).fails(13).says("nothing in it");
    run(&["--item", "nosuch"]).fails(13).says("\"nosuch\"");
    keyring.store("aws-secret-access-key", BOB.secret_access_key);
    run(&["--param", "service=other"]).fails(13).says("aws-access-key-id");
    home.sts().saw(&[]);
}

#[test]
fn a_locked_keyring_that_cannot_ask_is_told() {
    let home = user(&BOB);
    let Some(keyring) = keyring::start(&home) else { return };
    store_documented(&keyring, "", &BOB, "");
    keyring.lock();
    let outcome = home.run(["--from", "secret-tool"]).go();
    outcome.fails(14).says("the manager is locked").says("unlock the keyring").within(Duration::from_secs(20));
    home.sts().saw(&[]);
}

#[test]
fn one_of_several_is_refused() {
    let home = user(&BOB);
    let Some(keyring) = keyring::start(&home) else { return };
    store_documented(&keyring, "", &BOB, "");
    // the same name, and one attribute more: to the keyring another item
    let more = ["service", "aws-auth", "name", "aws-access-key-id", "of", "another"];
    keyring.store_as(&more, ALICE.access_key_id);
    home.run(["--from", "secret-tool"]).go().fails(13).says("aws-access-key-id").says("more than one");
    home.sts().saw(&[]);
    let more = ["--param", "attribute=of", "--item", "another"];
    home.run(["--from", "secret-tool"]).args(more).go().fails(13).says("secret_access_key");
}

/// Layouts 26 and 31: JSON, and what aws-vault keeps, found by attributes of their own.
#[test]
fn what_other_programs_keep_is_found_by_its_attributes() {
    let Person { access_key_id, secret_access_key, .. } = BOB;
    let json = format!(r#"{{"AccessKeyId":"{access_key_id}","SecretAccessKey":"{secret_access_key}"}}"#);
    let inner = format!(
        r#"{{"AccessKeyID":"{access_key_id}","SecretAccessKey":"{secret_access_key}","SessionToken":"","Expires":"0001-01-01T00:00:00Z"}}"#
    );
    let vault = format!(r#"{{"Key":"work","Data":"{}","Label":"aws-vault (work)"}}"#, base64(&inner));
    let rows = [
        (&["service", "awscli", "profile", "work"][..], &json, "service=awscli"),
        (&["profile", "work"][..], &vault, "service=none"),
    ];
    for (attributes, text, service) in rows {
        let home = user(&BOB);
        let Some(keyring) = keyring::start(&home) else { return };
        keyring.store_as(attributes, text);
        let args = ["--param", service, "--param", "attribute=profile", "--item", "work"];
        home.sts().delivered_session(&home.run(["--from", "secret-tool"]).args(args).go(), &BOB);
    }
}

fn base64(text: &str) -> String {
    let mut encode = std::process::Command::new("sh");
    String::from_utf8(run::output(encode.args(["-c", "printf %s \"$0\" | base64 -w0", text]))).expect("base64 is text")
}

#[test]
fn a_name_with_a_quote_is_told_as_the_shell_takes_it() {
    let home = user(&BOB);
    let Some(_keyring) = keyring::start(&home) else { return };
    let outcome = home.run(["--from", "secret-tool", "--item", "bob's"]).go();
    outcome.fails(13).says(r"name 'bob'\''s");
}

#[test]
fn without_a_session_there_is_no_keyring() {
    let home = user(&BOB);
    if keyring::start(&home).is_none() {
        return;
    }
    for run in [
        home.run(["--from", "secret-tool"]).env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent"),
        home.run(["--from", "secret-tool"]).without("DBUS_SESSION_BUS_ADDRESS"),
    ] {
        run.go().fails(12).says("cannot be reached").says("desktop session");
    }
    home.sts().saw(&[]);
}
