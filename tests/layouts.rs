//! The layouts that people really use, through the built program and real managers where they can be had.
//! The tables of the reader itself are beside it, in `src/backend/item/layouts.rs`.

use crate::support::fake::{Answer, Fake};
use crate::support::gpg::{self, Key};
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, run};

fn filled(layout: &str, person: &Person) -> String {
    let pairs = [
        ("{K}", person.access_key_id),
        ("{S}", person.secret_access_key),
        ("{M}", person.mfa_serial),
        ("{R}", role::DEV),
        ("{SEED}", person.totp_secret),
    ];
    pairs.iter().fold(layout.to_owned(), |text, (mark, value)| text.replace(mark, value))
}

/// Bob, who has no MFA, with a stand-in for `pass` that holds one entry.
fn entry(text: &str) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &Answer::of(text));
    home
}

#[test]
fn an_entry_of_whatever_layout_signs_the_call() {
    for layout in [
        "export AWS_ACCESS_KEY_ID=\"{K}\"\nexport AWS_SECRET_ACCESS_KEY='{S}'",
        "{\"Version\":1,\"AccessKeyId\":\"{K}\",\"SecretAccessKey\":\"{S}\"}",
        "{\n \"AccessKey\": {\n  \"UserName\": \"bob\",\n  \"AccessKeyId\": \"{K}\",\n  \"SecretAccessKey\": \"{S}\"\n }\n}",
        "{K}\n{S}",
        "{S}\nlogin: {K}",
        "[default]\naws_access_key_id = {K}\naws_secret_access_key = {S}\n[profile prod-admin]\nrole_arn = {R}\nsource_profile = default",
        "User name,Password,Access key ID,Secret access key,Console login link\r\nbob,,{K},{S},https://x.example/",
        "AWS Access Key ID [None]: {K}\nAWS Secret Access Key [None]: {S}",
        "Access Key ID：{K}\nSecret Access Key：{S}",
    ] {
        let home = entry(&filled(layout, &BOB));
        println!("{layout}");
        let outcome = home.run(["--from", "pass", "--item", "work"]).go();
        home.sts().delivered_session(&outcome, &BOB);
    }
}

#[test]
fn r113_of_two_accounts_none_is_guessed_and_a_section_chooses() {
    let layout = format!(
        "[home]\naws_access_key_id = {{K}}\naws_secret_access_key = {{S}}\n[work]\naws_access_key_id = {}\naws_secret_access_key = {}\nrole_arn = {}\n",
        ALICE.access_key_id,
        ALICE.secret_access_key,
        role::DEV
    );
    let home = entry(&filled(&layout, &BOB));
    gpg::secrets_of(&home, &ALICE);
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work"]).args(args).go();
    ask(&[]).fails(13).says("\"home\", \"work\"").says("section=");
    ask(&["--param", "section=nosuch"])
        .fails(13)
        .says("it has no section of that name that holds what is asked for (there are \"home\", \"work\")");
    home.sts().saw(&[]);
    let outcome = ask(&["--param", "section=home"]);
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn r113_a_key_whose_secret_is_missing_is_not_another_accounts() {
    let broken = format!(
        "[default]\naws_access_key_id = {}\naws_secret_access_key = TODO\n[prod]\naws_access_key_id = {{K}}\naws_secret_access_key = {{S}}\n",
        ALICE.access_key_id
    );
    let home = entry(&filled(&broken, &BOB));
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work"]).args(args).go();
    ask(&[]).fails(13).says("\"default\", \"prod\"");
    ask(&["--param", "section=default"]).fails(13).says("secret_access_key in pass \"work\" cannot be used");
    home.sts().saw(&[]);
    let outcome = ask(&["--param", "section=prod"]);
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn r113_what_stands_under_another_name_is_left_out_or_named() {
    let text =
        format!("prod:\n  role_arn: {}\ndev:\n  access_key_id: {{K}}\n  secret_access_key: {{S}}\n", role::PLAIN);
    let home = entry(&filled(&text, &BOB));
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work", "--no-cache"]).args(args).go();
    ask(&[])
        .fails(13)
        .says("role_arn: line 2, under another name than the key")
        .says("to leave it out: --param section=dev; else say which is meant: --field role_arn=NAME");
    home.sts().saw(&[]);
    let outcome = ask(&["--param", "section=dev"]);
    home.sts().delivered_session(&outcome, &BOB);
    ask(&["--field", "role_arn=role_arn"]).ok();
    ask(&["--no-role"]).ok();
}

#[test]
fn a_section_of_two_words_is_one_word_in_a_hint() {
    let rows =
        format!("Access key ID,Secret access key\n{{K}},{{S}}\n{},{}\n", ALICE.access_key_id, ALICE.secret_access_key);
    let home = entry(&filled(&rows, &BOB));
    gpg::secrets_of(&home, &ALICE);
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work"]).args(args).go();
    ask(&[]).fails(13).says("as in: --param section='row 1'; or");
    let outcome = ask(&["--param", "section=row 1"]);
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn a_field_can_be_named_by_flag_variable_and_profile() {
    let layout = "[a]\nuser: {K}\nAPI token: {S}\npassword: not/The+Secret/of/this/Account/0000000AA";
    let named = "secret_access_key=API token";
    let home = entry(&filled(layout, &BOB));
    home.write(
        ".aws/config",
        "[profile p]\naws_auth_from = pass\naws_auth_item = work\naws_auth_field = secret_access_key=API token\n",
    );
    home.run(["--from", "pass", "--item", "work"]).go().fails(13).does_not_say("API token");
    home.run(["--from", "pass", "--item", "work", "--field", named]).go().ok();
    home.run(["--from", "pass", "--item", "work"]).env("AWS_AUTH_FIELD", named).go().ok();
    home.run(["--profile", "p"]).go().ok();
    home.run(["--from", "pass", "--item", "work", "--field", "secret=x"]).go().fails(2).says("access_key_id");
    for request in home.sts().requests() {
        assert_eq!(request.access_key_id.as_deref(), Some(BOB.access_key_id));
    }
}

#[test]
fn a_folder_of_entries_is_read_under_any_spelling_and_costs_no_more() {
    for (id, secret) in [
        ("aws_access_key_id", "aws_secret_access_key"),
        ("access-key-id", "secret-key"),
        ("access-id", "access-secret"),
        ("access_id", "access_token"),
        ("aws-access-key-id", "aws-access-secret"),
        ("key", "secret"),
    ] {
        let home = Home::with_sts();
        if gpg::store(&home, Key::Open).is_none() {
            return;
        }
        gpg::secrets_of(&home, &BOB);
        gpg::insert(&home, &format!("work/{id}"), BOB.access_key_id);
        gpg::insert(&home, &format!("work/{secret}"), BOB.secret_access_key);
        gpg::insert(&home, "work/old/aws-access-key-id", "another");
        home.script("pass", "#!/bin/sh\necho \"$3\" >>\"$TMPDIR/calls\"\nexec /usr/bin/pass \"$@\"\n");
        println!("{id} {secret}");
        let outcome = home.run(["--from", "pass", "--item", "work"]).go();
        home.sts().delivered_session(&outcome, &BOB);
        let calls = String::from_utf8(run::read(&home.root().join("tmp/calls"))).expect("the calls");
        assert_eq!(calls, format!("work\nwork/{id}\nwork/{secret}\n"));
    }
}

#[test]
fn entries_of_a_folder_under_two_names_are_of_two_accounts() {
    let home = Home::with_sts();
    if gpg::store(&home, Key::Open).is_none() {
        return;
    }
    gpg::secrets_of(&home, &BOB);
    gpg::insert(&home, "work/dev-access-key-id", BOB.access_key_id);
    gpg::insert(&home, "work/dev-secret-access-key", BOB.secret_access_key);
    gpg::insert(&home, "work/prod-role-arn", role::PLAIN);
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work", "--no-cache"]).args(args).go();
    ask(&[]).fails(13).says("\"dev-access-key-id\", \"prod-role-arn\"");
    home.sts().saw(&[]);
    let outcome = ask(&["--param", "section=dev"]);
    home.sts().delivered_session(&outcome, &BOB);
    ask(&["--field", "role_arn=prod-role-arn"]).ok();
    // A section's word comes before the documented names, and one that is not there leads to no other key.
    gpg::secrets_of(&home, &ALICE);
    gpg::insert(&home, "work/aws-access-key-id", ALICE.access_key_id);
    gpg::insert(&home, "work/aws-secret-access-key", ALICE.secret_access_key);
    ask(&["--param", "section=dev"]).ok();
    let signed = home.sts().requests().pop().and_then(|request| request.access_key_id);
    assert_eq!(signed.as_deref(), Some(BOB.access_key_id));
    let calls = home.sts().actions().len();
    ask(&["--param", "section=nosuch"]).fails(13).says("without the entries that hold keys");
    assert_eq!(home.sts().actions().len(), calls);
}

#[test]
fn a_word_that_is_no_one_time_password_leads_to_the_question() {
    for word in ["yubikey", "on my phone", "N/A", "authenticator app"] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &ALICE);
        let text = filled(
            &format!("access_key_id: {{K}}\nsecret_access_key: {{S}}\nmfa_serial: {{M}}\notp: {word}\n"),
            &ALICE,
        );
        let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &Answer::of(text));
        println!("{word}");
        let mut pty = home.run(["--from", "pass", "--item", "work"]).captured();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        home.sts().delivered_session(&outcome, &ALICE);
        let noted = outcome.screen().contains("no code comes from the otp");
        assert_eq!(noted, word != "N/A", "{outcome:?}");
    }
}

#[test]
fn a_bare_seed_under_its_name_gives_the_code() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    let text = filled("{K}\n{S}\nMFA device: {M}\nMFA secret key: {SEED}\n", &ALICE);
    let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &Answer::of(text));
    let outcome = home.run(["--from", "pass", "--item", "work"]).go();
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn r123_a_session_without_mfa_is_never_silent_unless_it_is_meant() {
    let home = entry(&filled("{K}\n{S}\n", &BOB));
    home.write(".aws/config", "[profile p]\naws_auth_from = pass\naws_auth_item = work\nmfa_serial = none\n");
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work"]).args(args).go();
    ask(&[]).ok().says("without MFA").says("--no-mfa");
    ask(&["--no-mfa"]).ok().does_not_say("without MFA");
    ask(&["--serial-number", "none"]).ok().does_not_say("without MFA");
    home.run(["--profile", "p"]).go().ok().does_not_say("without MFA");
    ask(&["--no-mfa", "--token-code", "123456"]).fails(2);
}

#[test]
fn r31_what_is_refused_shows_no_words_of_the_text() {
    let mark = "CANARY-a-secret-where-a-name-should-be";
    for layout in [
        format!("{mark}: {{K}}\n{mark} x: y"),
        format!("{mark}\n{mark}\n{mark} = {mark}"),
        format!("access_key_id: {mark} {mark}"),
        format!("{{K}}\n{mark} x {mark}\n{{K}}0: {mark}"),
        format!("otp: {mark}\nmfa_serial: {mark} {mark}\nrole_arn: {mark}\n{{K}}\n{{S}}"),
        format!("{{\"{mark}\": \"{mark}\", \"access_key_id\": {{\"{mark}\": 1}}}}"),
        format!("{mark},Access key ID,Secret access key\n{mark},{{K}},{mark} {mark}"),
    ] {
        let home = entry(&filled(&layout, &BOB));
        home.secret("a word of the text", mark);
        println!("{layout}");
        home.run(["--from", "pass", "--item", "work"]).go().fails(13);
        home.sts().saw(&[]);
    }
}

#[test]
fn whom_a_person_waits_for_is_told_after_a_second() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let answer = Answer { first: "sleep 1.5".to_owned(), ..Answer::of(filled("{K}\n{S}\n", &BOB)) };
    let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &answer);
    let outcome = home.run(["--from", "pass", "--item", "work", "--no-mfa"]).captured().finish();
    assert_eq!(outcome.screen().matches("waiting for pass").count(), 1, "{outcome:?}");
    let quick = entry(&filled("{K}\n{S}\n", &BOB));
    let outcome = quick.run(["--from", "pass", "--item", "work", "--no-mfa"]).captured().finish();
    assert!(!outcome.screen().contains("waiting for"), "{outcome:?}");
}

#[test]
fn a_manager_that_must_not_ask_has_no_terminal_to_do_it_on() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    // age asks on /dev/tty whatever its standard input is
    let asks = "{ read -r typed; } </dev/tty && echo asked >&2";
    let answer = Answer { first: asks.to_owned(), ..Answer::of(filled("{K}\n{S}\n", &BOB)) };
    let manager = Fake::new(&home, "passage").on(&["show", "--", "work"], &answer);
    let outcome = home.run(["--from", "passage", "--item", "work", "--no-mfa", "--no-input"]).captured().finish();
    home.sts().delivered_session(&outcome, &BOB);
    assert_eq!(manager.calls().len(), 1);
}

#[test]
fn what_is_said_to_be_typed_where_several_may_be_meant_can_be_typed() {
    let roles = format!("role_dev: {}\nrole_plain: {}\n", role::DEV, role::PLAIN);
    let serials = "phone mfa: arn:aws:iam::111122223333:mfa/a\nlaptop mfa: arn:aws:iam::111122223333:mfa/b\n";
    let ids = format!("left access key id: {}\nright access key id: {}\n", BOB.access_key_id, ALICE.access_key_id);
    let key = filled("access_key_id: {K}\nsecret_access_key: {S}\n", &BOB);
    let secret = filled("secret_access_key: {S}\n", &BOB);
    let rows: [(&str, &str, &[&[&str]]); 3] = [
        (
            &format!("{key}{roles}"),
            "--field role_arn=NAME, by the name that stands before it; or --role-arn ARN, or --no-role",
            &[&["--field", "role_arn=role_plain"], &["--role-arn", role::PLAIN], &["--no-role"]],
        ),
        (&format!("{key}{serials}"), "or --serial-number ARN", &[&["--no-mfa"]]),
        (&format!("{ids}{secret}"), "--field access_key_id=NAME", &[&["--field", "access_key_id=left access key id"]]),
    ];
    for (text, hint, typed) in rows {
        let home = entry(text);
        gpg::secrets_of(&home, &ALICE);
        let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work", "--no-cache"]).args(args).go();
        ask(&[]).fails(13).says(hint);
        for args in typed {
            println!("{args:?}");
            ask(args).ok();
        }
    }
}

#[test]
fn a_code_of_another_devices_one_time_password_is_told_as_such() {
    let text =
        "access_key_id: {K}\nsecret_access_key: {S}\nmfa_serial: {M}\notpauth://totp/alice?secret=JBSWY3DPEHPK3PXP";
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &Answer::of(filled(text, &ALICE)));
    let ask = |args: &[&str]| home.run(["--from", "pass", "--item", "work"]).args(args).go();
    ask(&[]).fails(21).says("seems to be of another device").says("--token-code");
    ask(&["--token-code", &home.sts().fresh_code(ALICE.mfa_serial)]).ok();
}

#[test]
fn a_one_time_password_of_another_account_leads_to_the_question() {
    for (label, is_noted) in [
        ("Amazon%20Web%20Services:alice@444455556666", true),
        ("Amazon%20Web%20Services:root-account-mfa-device@111122223333", true),
        ("GitHub:alice", false),
    ] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &ALICE);
        let otp = format!("otpauth://totp/{label}?secret=JBSWY3DPEHPK3PXP");
        let key = "access_key_id: {K}\nsecret_access_key: {S}\nmfa_serial: {M}\n";
        let text = filled(&format!("{key}{otp}\n"), &ALICE);
        let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &Answer::of(text));
        println!("{label}");
        let mut pty = home.run(["--from", "pass", "--item", "work"]).captured();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        home.sts().delivered_session(&outcome, &ALICE);
        assert_eq!(outcome.screen().contains("and not of arn:aws:iam"), is_noted, "{outcome:?}");
    }
}

#[test]
fn a_name_that_is_not_in_the_item_is_told_as_such_wherever_it_is_asked_for() {
    let home = entry(&filled("access_key_id: {K}\nsecret_access_key: {S}\nmine: {S}", &BOB));
    let from = ["--from", "pass", "--item", "work"];
    let ask = |verb: &[&str], field: &str| home.run(verb).args(from).args(["--field", field]).go();
    let missing = "nothing called \"foo\": secret_access_key is looked for by that name";
    ask(&[], "secret_access_key=foo").fails(13).says(missing);
    ask(&["doctor"], "secret_access_key=mine").says_out("secret_access_key: in");
    ask(&["rotate", "--no-input"], "secret_access_key=mine").does_not_say("unexpected argument");
}

#[test]
fn a_key_that_was_cut_is_told_as_cut() {
    let cut = |text: &str| text[..text.len() - 1].to_owned();
    let key = |id: &str, secret: &str| format!("access_key_id: {id}\nsecret_access_key: {secret}\n");
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    for (text, told) in [
        (key(&cut(id), secret), "the access key id has 19 characters, and AWS's have 20"),
        (key(id, &cut(secret)), "has not the 40 characters of AWS's"),
    ] {
        entry(&text).run(["--from", "pass", "--item", "work"]).go().fails(20).says(told);
    }
}
