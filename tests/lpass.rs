//! `--from lpass`: the real lpass, a vault of our own making.

use std::fs;
use std::time::Duration;

use crate::support::lpass::{self, Entry, Key, MASTER};
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, gpg, tools};

/// alice's keys as lines of `Name:value`, with the blank that LastPass's own site puts after a colon, or not.
fn fields(blank: &str) -> String {
    let Person { access_key_id, secret_access_key, mfa_serial, .. } = ALICE;
    format!(
        "User ID (IAM):{blank}alice\nAccount Name:{blank}main\nAccount Number:{blank}111122223333\n\
         Access Key ID:{blank}{access_key_id}\nSecret Access Key:{blank}{secret_access_key}\nMFA ARN:{blank}{mfa_serial}\n"
    )
}

/// The "AWS Security Credentials" note of the original's documents.
fn credentials_note() -> String {
    format!("NoteType:Custom_1234567\nLanguage:en-US\n{}Notes:", fields(" "))
}

/// A person with a vault and an STS; `None` where lpass is not installed.
fn user(key: Key, entries: &[Entry]) -> Option<Home> {
    let home = Home::with_sts();
    lpass::vault(&home, key, entries)?;
    gpg::secrets_of(&home, &ALICE);
    gpg::secrets_of(&home, &BOB);
    Some(home)
}

fn alice(key: Key) -> Option<Home> {
    let note = credentials_note();
    let password = role::DEV;
    user(
        key,
        &[
            Entry { id: "101", group: "work", name: "aws-alice", note: &note, ..Entry::default() },
            Entry { id: "102", group: "work", name: "aws-alice-role-dev", username: "x", password, ..Entry::default() },
            Entry { id: "103", name: "aws", note: &note, reprompt: true, ..Entry::default() },
            Entry { id: "104", name: "twice", note: &note, ..Entry::default() },
            Entry { id: "105", name: "twice", note: &note, ..Entry::default() },
            Entry { id: "106", name: "nothing", ..Entry::default() },
        ],
    )
}

const LOCAL: [&str; 4] = ["--from", "lpass", "--param", "sync=no"];

#[test]
fn the_vault_of_the_tests_is_one_to_lpass() {
    let Some(home) = alice(Key::Open) else { return };
    let shown = lpass::show(&home, "aws-alice");
    assert!(shown.starts_with("work/aws-alice [id: 101]\n"), "{shown}");
    assert!(shown.contains(&format!("\nAccess Key ID:  {}\n", ALICE.access_key_id)), "{shown}");
}

#[test]
fn the_documented_note_is_all_it_takes() {
    for item in ["aws-alice", "work/aws-alice", "101"] {
        let Some(home) = alice(Key::Open) else { return };
        lpass::count_calls(&home);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(LOCAL).args(["--item", item, "--role-arn", role::DEV, "--token-code", &code]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!(outcome.err().lines().count(), 1, "nothing to say but where STS is\n{outcome:?}");
        assert_eq!(lpass::calls(&home), 1);
    }
}

#[test]
fn the_role_is_in_an_item_of_its_own() {
    for name in ["aws-alice-role-dev", "work/aws-alice-role-dev", "102"] {
        let Some(home) = alice(Key::Open) else { return };
        lpass::count_calls(&home);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let item = format!("role_item={name}");
        let outcome = home.run(LOCAL).args(["--item", "aws-alice", "--param", &item, "--token-code", &code]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!(lpass::calls(&home), 2);
    }
}

#[test]
fn a_role_given_by_a_flag_is_not_looked_for() {
    let Some(home) = alice(Key::Open) else { return };
    lpass::count_calls(&home);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--item", "aws-alice", "--param", "role_item=nosuch", "--role-arn", role::DEV, "--token-code", &code];
    home.sts().delivered_role(&home.run(LOCAL).args(args).go(), &ALICE, role::DEV);
    assert_eq!(lpass::calls(&home), 1);
}

#[test]
fn a_role_item_that_is_not_there_is_told() {
    for (name, code, says) in [
        ("nosuch", 13, "nosuch"),
        ("twice", 13, "more than one"),
        ("-x", 10, "role_item"),
        ("../x", 10, "../x"),
        ("", 10, "empty"),
    ] {
        let Some(home) = alice(Key::Open) else { return };
        let item = format!("role_item={name}");
        home.run(LOCAL).args(["--item", "aws-alice", "--param", &item]).go().fails(code).says(says);
        home.sts().saw(&[]);
    }
}

#[test]
fn an_item_is_read_however_people_make_it() {
    let Person { access_key_id: username, secret_access_key: password, .. } = ALICE;
    let (note, plain) = (credentials_note(), fields(""));
    let serial_only = format!("some words\nMFA ARN: {}\n", ALICE.mfa_serial);
    let rows = [
        ("fields of a note", Entry { note: &note, ..Entry::default() }),
        ("lines of a note", Entry { note: &plain, ..Entry::default() }),
        ("a site", Entry { username, password, note: &serial_only, ..Entry::default() }),
        (
            "a site with the real names in its notes",
            Entry { username: "alice@example.com", password: "of the console", note: &plain, ..Entry::default() },
        ),
    ];
    for (what, entry) in rows {
        let Some(home) = user(Key::Open, &[Entry { id: "1", name: "aws", ..entry }]) else { return };
        println!("{what}");
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(LOCAL).args(["--role-arn", role::DEV, "--token-code", &code]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn there_may_be_one_item_for_each_value() {
    let Person { access_key_id, secret_access_key, mfa_serial, .. } = ALICE;
    let values = [
        ("1", "aws-access-key-id", access_key_id),
        ("2", "aws-secret-access-key", secret_access_key),
        ("3", "aws-mfa-arn", mfa_serial),
        ("4", "aws-iam-role-arn", role::DEV),
    ];
    for (group, args) in [("", &[][..]), ("clients\\work", &["--item", "clients\\work"])] {
        let entries = values.map(|(id, name, password)| Entry { id, group, name, password, ..Entry::default() });
        let Some(home) = user(Key::Open, &entries) else { return };
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(LOCAL).args(args).args(["--token-code", &code]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn the_one_value_of_an_item_may_stand_in_its_note() {
    let Person { access_key_id, secret_access_key, .. } = BOB;
    let keys = [("1", "aws-access-key-id", access_key_id), ("2", "aws-secret-access-key", secret_access_key)];
    let entries = keys.map(|(id, name, note)| Entry { id, name, note, ..Entry::default() });
    let Some(home) = user(Key::Open, &entries) else { return };
    home.sts().delivered_session(&home.run(LOCAL).go(), &BOB);
}

#[test]
fn without_mfa_and_role_two_items_are_enough() {
    let Person { access_key_id, secret_access_key, .. } = BOB;
    let keys = [("1", "aws-access-key-id", access_key_id), ("2", "aws-secret-access-key", secret_access_key)];
    let entries = keys.map(|(id, name, password)| Entry { id, name, password, ..Entry::default() });
    let Some(home) = user(Key::Open, &entries) else { return };
    home.sts().delivered_session(&home.run(LOCAL).go(), &BOB);
}

#[test]
fn the_agent_is_told_the_master_password_once() {
    let Some(home) = alice(Key::Locked) else { return };
    lpass::askpass(&home, &format!("echo '{MASTER}'"));
    for _ in 0..2 {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let args = ["--item", "aws-alice", "--param", "role_item=aws-alice-role-dev", "--token-code", &code];
        home.run(LOCAL).args(args).pty_as_set().finish().ok();
        assert_eq!(lpass::asked(&home), 1);
    }
    // and what the agent knows needs no terminal
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(LOCAL).args(["--item", "aws-alice", "--token-code", &code]).go().ok();
    assert_eq!(lpass::asked(&home), 1);
}

#[test]
fn the_master_password_is_asked_for_on_the_terminal() {
    for pinentry in [None, Some("pinentry-tty")] {
        if pinentry.is_some_and(|name| tools::need(name).is_none()) {
            return;
        }
        let Some(home) = alice(Key::Locked) else { return };
        home.set("LPASS_PINENTRY", pinentry.unwrap_or("/nonexistent/pinentry"));
        let mut pty = home.run(LOCAL).args(["--item", "aws-alice", "--role-arn", role::DEV]).pty_as_set();
        pty.expect("aster");
        pty.until("the question hides what is typed", |pty| !pty.echoes());
        pty.settle();
        pty.line(MASTER);
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        home.sts().delivered_role(&pty.finish(), &ALICE, role::DEV);
    }
}

#[test]
fn a_dialog_that_is_dismissed_is_told() {
    let Some(home) = alice(Key::Locked) else { return };
    lpass::dismissing_pinentry(&home);
    // lpass says the same when nobody is signed in
    home.run(LOCAL).args(["--item", "aws-alice"]).pty_as_set().finish().fails(14).says("lpass login").says("dismissed");
    home.sts().saw(&[]);
}

#[test]
fn r39_an_interrupt_at_the_question_ends_it_all() {
    for key in [Key::Locked, Key::Open] {
        let Some(home) = alice(key) else { return };
        home.set("LPASS_PINENTRY", "/nonexistent/pinentry");
        let mut pty = home.run(LOCAL).args(["--item", "aws"]).pty_as_set();
        pty.expect("Master Password:");
        pty.until("the question hides what is typed", |pty| !pty.echoes());
        pty.send("\x03");
        let outcome = pty.finish();
        assert_eq!(outcome.signal(), Some(2), "{key:?}\n{outcome:?}");
        home.sts().saw(&[]);
    }
}

#[test]
fn a_protected_item_is_asked_for_even_if_the_vault_is_open() {
    let Some(home) = alice(Key::Open) else { return };
    lpass::askpass(&home, &format!("echo '{MASTER}'"));
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(LOCAL).args(["--role-arn", role::DEV, "--token-code", &code]).pty_as_set().finish();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    assert_eq!(lpass::asked(&home), 1);
    lpass::dismissing_pinentry(&home);
    let outcome = home.run(LOCAL).without("LPASS_ASKPASS").pty_as_set().finish();
    outcome.fails(15).says("protected entry").says("master password");
}

/// What is wrong with alice's vault, and how that has to end.
struct Broken {
    name: &'static str,
    key: Key,
    args: &'static [&'static str],
    code: i32,
    says: &'static [&'static str],
    breaks: fn(&Home),
}

fn remove(home: &Home, names: &[&str]) {
    for name in names {
        fs::remove_file(lpass::directory(home).join(name)).expect("a file of the vault");
    }
}

const BROKEN: &[Broken] = &[
    Broken {
        name: "no such item",
        key: Key::Open,
        args: &["--item", "nosuch"],
        code: 13,
        says: &["\"nosuch\"", "nothing by that name", "lpass ls"],
        breaks: |_| {},
    },
    Broken {
        name: "two items of that name",
        key: Key::Open,
        args: &["--item", "twice"],
        code: 13,
        says: &["twice", "more than one", "by its id"],
        breaks: |_| {},
    },
    Broken {
        name: "an item with nothing in it",
        key: Key::Open,
        args: &["--item", "nothing"],
        code: 13,
        says: &["nothing", "access_key_id"],
        breaks: |_| {},
    },
    Broken {
        name: "an item without the keys",
        key: Key::Open,
        args: &["--item", "aws-alice-role-dev"],
        code: 13,
        says: &["aws-alice-role-dev", "access_key_id"],
        breaks: |_| {},
    },
    Broken {
        name: "the agent is gone and nobody can be asked",
        key: Key::Locked,
        args: &["--item", "aws-alice"],
        code: 14,
        says: &["locked", "run this on a terminal"],
        breaks: |_| {},
    },
    Broken {
        name: "the item is protected and nobody can be asked",
        key: Key::Open,
        args: &[],
        code: 14,
        says: &["locked", "run this on a terminal"],
        breaks: |_| {},
    },
    Broken {
        name: "an askpass of the user's that knows nothing",
        key: Key::Locked,
        args: &["--item", "aws-alice"],
        code: 14,
        says: &["locked"],
        breaks: |home| lpass::askpass(home, "while :; do echo wrong; done"),
    },
    Broken {
        name: "signed out",
        key: Key::Open,
        args: &["--item", "aws-alice"],
        code: 14,
        says: &["nobody is signed in", "lpass login"],
        breaks: |home| remove(home, &["plaintext_key", "verify", "username"]),
    },
    Broken {
        name: "the session is gone",
        key: Key::Open,
        args: &["--item", "aws-alice"],
        code: 14,
        says: &["nobody is signed in", "lpass login"],
        breaks: |home| remove(home, &["session_uid", "session_sessionid", "session_token"]),
    },
    Broken {
        name: "no local copy",
        key: Key::Open,
        args: &["--item", "aws-alice"],
        code: 12,
        says: &["cannot be reached", "lpass sync"],
        breaks: |home| remove(home, &["blob"]),
    },
    Broken {
        name: "a damaged local copy",
        key: Key::Open,
        args: &["--item", "aws-alice"],
        code: 12,
        says: &["aws-alice", "lpass sync"],
        breaks: |home| fs::write(lpass::directory(home).join("blob"), b"rubbish").expect("the vault"),
    },
    Broken {
        name: "no network",
        key: Key::Open,
        args: &["--item", "aws-alice", "--param", "sync=now"],
        code: 12,
        says: &["cannot be reached", "sync=no"],
        // a proxy at a port where nobody listens
        breaks: |home| home.set("https_proxy", "http://127.0.0.1:1"),
    },
];

#[test]
fn r52_r53_a_vault_that_cannot_be_read_is_told_and_nothing_is_sent() {
    for Broken { name, key, args, code, says, breaks } in BROKEN {
        let Some(home) = alice(*key) else { return };
        breaks(&home);
        println!("{name}");
        // Who names how the copy is made means that alone.
        let from = if args.contains(&"--param") { &LOCAL[..2] } else { &LOCAL[..] };
        let outcome = home.run(from).args(*args).env("NO_PROXY", "127.0.0.1").go();
        outcome.fails(*code).within(Duration::from_secs(10));
        for text in *says {
            outcome.says(text);
        }
        home.sts().saw(&[]);
        assert_eq!(lpass::asked(&home), 0, "{name}");
    }
}

#[test]
fn the_copy_that_lpass_has_just_made_is_not_made_again() {
    let Some(home) = alice(Key::Open) else { return };
    home.set("LPASS_AUTO_SYNC_TIME", "3600");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "lpass", "--item", "aws-alice", "--token-code", &code]).go().ok();
}
