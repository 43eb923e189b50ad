//! `--from keepassxc-cli`: the real `KeePassXC`, a database imported for the test.

use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, gpg, run, tools};

const PASSWORD: &str = "open-CANARY-kdbx";

/// The attributes of an entry.
type Attributes<'a> = &'a [(&'a str, &'a str)];

/// Makes a database of entries, each in its group or at the root; with a key file if asked for.
fn database(home: &Home, name: &str, key_file: bool, entries: &[(&str, Attributes)]) -> PathBuf {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let one = |attributes: Attributes| {
        let strings = attributes.iter().map(|(name, value)| {
            let protected = if name.contains("Secret") { " ProtectInMemory=\"True\"" } else { "" };
            format!("<String><Key>{name}</Key><Value{protected}>{}</Value></String>", escaped(value))
        });
        format!("<Entry>{}</Entry>", strings.collect::<String>())
    };
    let of = |group: &str| {
        entries.iter().filter(|(of, _)| *of == group).map(|(_, attributes)| one(attributes)).collect::<String>()
    };
    let xml = format!(
        "<?xml version=\"1.0\"?><KeePassFile><Meta/><Root><Group><Name>Root</Name>{}<Group><Name>work</Name>{}</Group></Group></Root></KeePassFile>",
        of(""),
        of("work")
    );
    fs::write(home.rig("database.xml"), xml).expect("what is to be imported");
    fs::write(home.rig("answers.txt"), format!("{PASSWORD}\n{PASSWORD}\n")).expect("the password, twice");
    let file = home.path(name);
    let mut import = Command::new("keepassxc-cli");
    // a tenth of the time that is spent on the key's derivation by default
    import.args(["import", "--set-password", "--decryption-time", "100"]);
    if key_file {
        fs::write(home.path("key"), [7; 64]).expect("a key file");
        import.arg("--set-key-file").arg(home.path("key"));
    }
    import.arg(home.rig("database.xml")).arg(&file).env_clear().envs(home.env());
    import.stdin(File::open(home.rig("answers.txt")).expect("the answers"));
    import.stdout(Stdio::null()).stderr(Stdio::piped());
    let out = run::spawn(&mut import).and_then(std::process::Child::wait_with_output).expect("keepassxc-cli runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    home.secret("the database's password", PASSWORD);
    file
}

/// alice, with a database of hers; `None` where `KeePassXC` is not installed.
fn alice() -> Option<Home> {
    tools::need("keepassxc-cli")?;
    let Person { access_key_id, secret_access_key, mfa_serial, .. } = ALICE;
    let home = Home::with_sts();
    let notes = format!("some words\nMFA ARN: {mfa_serial}\nRole ARN: {}\n", role::DEV);
    let named: Attributes = &[
        ("Title", "aws"),
        ("UserName", "alice@example.com"),
        ("Password", "of the console"),
        ("Access Key ID", access_key_id),
        ("Secret Access Key", secret_access_key),
        ("MFA Serial", mfa_serial),
        ("Role ARN", role::DEV),
    ];
    let plain: Attributes =
        &[("Title", "aws dev"), ("UserName", access_key_id), ("Password", secret_access_key), ("Notes", &notes)];
    let entries = [("", named), ("work", plain), ("", &[("Title", "nothing")])];
    database(&home, "keys.kdbx", false, &entries);
    database(&home, "two factors.kdbx", true, &entries);
    gpg::secrets_of(&home, &ALICE);
    Some(home)
}

/// Runs on a terminal, answers the one question for the password, then the one for the code.
fn answered(home: &Home, args: &[&str], password: &str) -> crate::support::Outcome {
    let mut pty = home.run(["--from", "keepassxc-cli"]).args(args).pty_as_set();
    pty.expect("Enter password to unlock");
    pty.until("the question hides what is typed", |pty| !pty.echoes());
    pty.settle();
    pty.line(password);
    if password == PASSWORD {
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    }
    pty.finish()
}

#[test]
fn the_database_is_unlocked_on_the_terminal_once() {
    for args in [
        &["--param", "database=keys.kdbx"][..],
        &["--param", "database=~/keys.kdbx", "--item", "aws dev"],
        &["--param", "database=keys.kdbx", "--item", "work/aws dev"],
        &["--param", "database=two factors.kdbx", "--param", "key_file=~/key"],
    ] {
        let Some(home) = alice() else { return };
        let outcome = answered(&home, args, PASSWORD);
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!(outcome.screen().matches("Enter password").count(), 1, "{outcome:?}");
    }
}

#[test]
fn a_code_is_computed_from_the_entry() {
    let Some(home) = alice() else { return };
    let Person { access_key_id, secret_access_key, mfa_serial, totp_secret, .. } = ALICE;
    let uri = format!("otpauth://totp/aws:alice?secret={totp_secret}&issuer=aws&period=30&digits=6");
    let entry: Attributes = &[
        ("Title", "aws"),
        ("UserName", access_key_id),
        ("Password", secret_access_key),
        ("MFA Serial", mfa_serial),
        ("otp", &uri),
    ];
    database(&home, "otp.kdbx", false, &[("", entry)]);
    let mut pty = home.run(["--from", "keepassxc-cli", "--param", "database=otp.kdbx"]).pty_as_set();
    pty.expect("Enter password to unlock");
    pty.until("the question hides what is typed", |pty| !pty.echoes());
    pty.settle();
    pty.line(PASSWORD);
    home.sts().delivered_session(&pty.finish(), &ALICE);
}

#[test]
fn a_wrong_password_is_told() {
    for password in ["wrong", ""] {
        let Some(home) = alice() else { return };
        let outcome = answered(&home, &["--param", "database=keys.kdbx"], password);
        outcome.fails(14).says("the manager is locked").says("Invalid credentials").says("key_file");
        home.sts().saw(&[]);
    }
}

#[test]
fn r39_an_interrupt_at_the_question_ends_it_all() {
    let Some(home) = alice() else { return };
    let mut pty = home.run(["--from", "keepassxc-cli", "--param", "database=keys.kdbx"]).pty_as_set();
    pty.expect("Enter password to unlock");
    pty.until("the question hides what is typed", |pty| !pty.echoes());
    pty.send("\x03");
    let outcome = pty.finish();
    assert_eq!(outcome.signal(), Some(2), "{outcome:?}");
    home.sts().saw(&[]);
}

#[test]
fn what_is_not_in_the_database_is_told() {
    for (item, says) in [
        ("nosuch", &["\"nosuch\"", "nothing by that name", "keepassxc-cli ls"][..]),
        ("work", &["\"work\"", "nothing by that name"]),
        ("nothing", &["\"nothing\"", "access_key_id"]),
    ] {
        let Some(home) = alice() else { return };
        let mut pty =
            home.run(["--from", "keepassxc-cli", "--param", "database=keys.kdbx", "--item", item]).pty_as_set();
        pty.expect("Enter password to unlock");
        pty.settle();
        pty.line(PASSWORD);
        let outcome = pty.finish();
        outcome.fails(13);
        for text in says {
            outcome.says(text);
        }
        home.sts().saw(&[]);
    }
}

#[test]
fn with_nobody_to_ask_it_is_locked() {
    let Some(home) = alice() else { return };
    home.write("rubbish.kdbx", "rubbish");
    for (args, code, says) in [
        (&["--param", "database=keys.kdbx"][..], 14, "the manager is locked"),
        (&["--param", "database=keys.kdbx", "--no-input"], 14, "run this on a terminal"),
        (&["--param", "database=nosuch.kdbx"], 12, "--param database=FILE"),
        (&["--param", "database=rubbish.kdbx"], 12, "damaged"),
        (&["--param", "database=keys.kdbx", "--param", "key_file=nosuch"], 12, "nosuch"),
        (&[], 10, "--param database="),
    ] {
        let outcome = home.run(["--from", "keepassxc-cli"]).args(args).env("LANGUAGE", "de").go();
        outcome.fails(code).says(says).within(Duration::from_secs(10));
    }
    home.sts().saw(&[]);
}

#[test]
fn setup_and_rotate_write_the_user_name_and_the_password_and_ask_for_the_password_once() {
    if tools::need("keepassxc-cli").is_none() {
        return;
    }
    let home = Home::with_sts();
    home.secret("the permanent secret key", BOB.secret_access_key);
    database(&home, "keys.kdbx", false, &[("", &[("Title", "other"), ("Password", "of another")])]);
    let file = home.write(
        "keys.csv",
        format!("Access key ID,Secret access key\n{},{}\n", BOB.access_key_id, BOB.secret_access_key),
    );
    let args = ["--from", "keepassxc-cli", "--param", "database=keys.kdbx", "--item", "work"];
    let asked = "KeePassXC: the database's password: ";
    let mut pty = home.run(["setup", "--import", file.to_str().unwrap(), "--role-arn", role::PLAIN]).args(args).pty();
    pty.expect(asked);
    pty.until("the question hides what is typed", |pty| !pty.echoes());
    pty.settle();
    pty.line(PASSWORD);
    // The proof goes the way of every run, in which KeePassXC asks itself.
    pty.expect("Enter password to unlock");
    pty.until("the question hides what is typed", |pty| !pty.echoes());
    pty.settle();
    pty.line(PASSWORD);
    let outcome = pty.finish();
    outcome.ok().says("it works").says(role::PLAIN);
    assert_eq!(outcome.screen().matches(asked).count(), 1);
    let config = fs::read_to_string(home.path(".aws/config")).unwrap();
    assert!(config.contains(&format!("aws_auth_database = {}", home.path("keys.kdbx").display())), "{config}");
    let before = shown(&home, "work");

    let mut pty = home.run(["rotate"]).args(args).pty();
    pty.expect(asked);
    pty.settle();
    pty.line(PASSWORD);
    let outcome = pty.finish();
    outcome.ok().says("is inactive");
    assert_eq!(outcome.screen().matches(asked).count(), 1);
    let keys = home.sts().emulator().keys();
    let keys: Vec<_> = keys.iter().filter(|key| key.user == BOB.arn).collect();
    let expected = before.replace(BOB.access_key_id, &keys[1].id).replace(BOB.secret_access_key, &keys[1].secret);
    assert_eq!(shown(&home, "work"), expected, "all else is as it was");
    let listing = cli(&home, &["ls", "--recursive", "--flatten"], &[]);
    assert!(!listing.contains("aws-auth-new"), "{listing}");

    // A window that has the database open would write its own copy over ours.
    home.write(".keys.kdbx.lock", "");
    let held = home.run(["rotate"]).args(args).pty().finish();
    assert_eq!(held.code(), 12, "{held:?}");
    held.says("open");
}

/// What `KeePassXC` shows of an entry.
fn shown(home: &Home, entry: &str) -> String {
    cli(home, &["show", "--all", "--show-protected"], &[entry])
}

fn cli(home: &Home, args: &[&str], entry: &[&str]) -> String {
    fs::write(home.rig("answers.txt"), format!("{PASSWORD}\n")).expect("the password");
    let mut show = Command::new("keepassxc-cli");
    show.args(args).arg(home.path("keys.kdbx")).args(entry).env_clear().envs(home.env());
    show.stdin(File::open(home.rig("answers.txt")).expect("the answers")).stdout(Stdio::piped()).stderr(Stdio::null());
    let out = run::spawn(&mut show).and_then(std::process::Child::wait_with_output).expect("keepassxc-cli runs");
    String::from_utf8(out.stdout).expect("text")
}
