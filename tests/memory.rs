//! Where the permanent secret is in memory, and where it is no more: looked for from outside, in all that a process can
//! write to and in every form that it may be passed on in.
//!
//! The program keeps everybody out but root. The build with `--cfg aws_auth_portable` lets its own user in, so that there
//! these tests need no root; tests/run has both.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::Pid;

use crate::support::memory::{Memory, Sighting};
use crate::support::pty::Pty;
use crate::support::sts::{ALICE, Fault, documented, role};
use crate::support::{Home, agent, fake, gpg, run, tools};

/// How long AWS takes here: long enough to be looked at meanwhile on a busy machine.
const SLOW: Duration = Duration::from_secs(6);

/// Where a process holds alice's secret; `None` where nobody may look.
#[track_caller]
fn secret_in(pid: Pid) -> Option<Vec<Sighting>> {
    Memory::of(pid).map(|memory| memory.sightings(ALICE.secret_access_key))
}

/// No whole copy is left, in no form.
#[track_caller]
fn is_gone(pid: Pid, when: &str) {
    let Some(found) = secret_in(pid) else { return };
    assert!(found.is_empty(), "{when}: {found:#?}");
}

/// There is the one that is still needed, as it was read, and no other.
#[track_caller]
fn is_there_once(pid: Pid, when: &str) {
    let Some(found) = secret_in(pid) else { return };
    assert!(found.len() == 1 && found[0].form == "as it is", "{when}: {found:#?}");
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(40), "not so: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Item `work`, as people write it.
fn item() -> String {
    format!(
        "{}\naccess_key_id: {}\nmfa_serial: {}\nrole_arn: {}\n",
        ALICE.secret_access_key,
        ALICE.access_key_id,
        ALICE.mfa_serial,
        role::DEV
    )
}

fn alice(from: impl FnOnce(&Home)) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    from(&home);
    home
}

fn code(home: &Home) -> String {
    home.sts().fresh_code(ALICE.mfa_serial)
}

#[test]
fn r26_what_a_manager_gave_is_there_once_while_it_is_asked_for_more() {
    let (asked, go_on) = ("asked", "go-on");
    let home = alice(|home| {
        let wait = format!(
            "touch '{0}/{asked}'; while [ ! -e '{0}/{go_on}' ]; do sleep 0.05; done",
            home.rig("").display().to_string().trim_end_matches('/')
        );
        let mut manager = fake::Fake::new(home, "pass");
        for (name, value) in documented(&ALICE, role::DEV) {
            let first = if name == "aws-mfa-arn" { wait.clone() } else { String::new() };
            manager = manager.on(&["show", "--", name], &fake::Answer { first, ..fake::Answer::of(value) });
        }
    });
    let mut pty = home.run(["--from", "pass"]).captured();
    until("the device is asked for", || home.rig(asked).exists());
    is_there_once(pty.pid(), "after the manager gave it");
    fs::write(home.rig(go_on), "").expect("a sign");
    pty.expect_prompt();
    is_there_once(pty.pid(), "at the prompt");
    pty.send([3]);
    pty.finish();
}

/// A way for the secret to come in: its name, what is typed to take it, and what has to be there.
type Way = (&'static str, &'static [&'static str], fn(&Home));

fn ways() -> [Way; 5] {
    [
        ("entries", &["--from", "pass"], |home| drop(fake::pass(home, &ALICE, role::DEV))),
        ("an item of lines", &["--from", "pass", "--item", "work"], |home| {
            fake::Fake::new(home, "pass").on(&["show", "--", "work"], &fake::Answer::of(item()));
        }),
        ("an item in JSON", &["--from", "op", "--item", "work"], |home| {
            let field = |name: &str, value: &str| serde_json::json!({ "id": name, "label": name, "value": value });
            let item = serde_json::json!({ "id": "x", "title": "work", "fields": [
                field("access key id", ALICE.access_key_id),
                field("secret access key", ALICE.secret_access_key),
                field("mfa serial", ALICE.mfa_serial),
            ] });
            home.write("item.json", item.to_string());
            home.script("op", &format!("#!/bin/sh\nexec cat '{}'\n", home.path("item.json").display()));
        }),
        ("a JSON text with escapes", &["--from", "pass", "--item", "work"], |home| {
            let secret = ALICE.secret_access_key.replace('/', "\\/");
            let item = format!(
                "{{\"aws\":{{\"access_key_id\":\"{}\",\"secret_access_key\":\"{secret}\",\"mfa_serial\":\"{}\"}}}}\n",
                ALICE.access_key_id, ALICE.mfa_serial
            );
            fake::Fake::new(home, "pass").on(&["show", "--", "work"], &fake::Answer::of(item));
        }),
        ("credential_process", &["--profile", "tool"], |home| {
            let answer = serde_json::json!({ "Version": 1, "AccessKeyId": ALICE.access_key_id,
                "SecretAccessKey": ALICE.secret_access_key });
            home.write("answer.json", answer.to_string());
            home.script("tool", &format!("#!/bin/sh\nexec cat '{}'\n", home.path("answer.json").display()));
            let config = format!("[profile tool]\ncredential_process = tool\nmfa_serial = {}\n", ALICE.mfa_serial);
            home.write(".aws/config", config);
        }),
    ]
}

#[test]
fn r26_at_the_prompt_the_secret_is_there_once_whatever_it_came_from() {
    for (way, args, prepare) in ways() {
        println!("{way}");
        let home = alice(prepare);
        let mut pty = home.run(args).captured();
        pty.expect_prompt();
        is_there_once(pty.pid(), way);
        let other = Memory::of(pty.pid()).map(|memory| memory.sightings(ALICE.mfa_serial).is_empty());
        assert_ne!(other, Some(true), "what must be there can be found");
        pty.send([3]);
        pty.finish();
    }
}

/// What came with the process or is read with the files is not ours to wipe; beside it there is the one copy that signs.
#[test]
fn r26_what_stands_in_a_variable_or_in_a_plain_file_is_there_once_more() {
    let rows: [Way; 2] = [
        ("variables", &["--from", "env"], |home| {
            home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
            home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
            home.set("AWS_AUTH_MFA_SERIAL", ALICE.mfa_serial);
        }),
        ("a file", &["--profile", "plain"], |home| {
            let (id, secret) = (ALICE.access_key_id, ALICE.secret_access_key);
            let text = format!("[plain]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
            home.write(".aws/credentials", text);
            home.write(".aws/config", format!("[profile plain]\nmfa_serial = {}\n", ALICE.mfa_serial));
        }),
    ];
    for (way, args, prepare) in rows {
        let home = alice(prepare);
        let mut pty = home.run(args).captured();
        pty.expect_prompt();
        if let Some(found) = secret_in(pty.pid()) {
            assert!(found.len() == 2 && found.iter().all(|it| it.form == "as it is"), "{way}: {found:#?}");
        }
        pty.send([3]);
        pty.finish();
    }
}

/// alice at the prompt of a run that goes on to a role, with an AWS that takes its time for each answer.
fn with_slow_answers(home: &Home) -> Pty<'_> {
    fake::Fake::new(home, "pass").on(&["show", "--", "work"], &fake::Answer::of(item()));
    let mut pty = home.run(["--from", "pass", "--item", "work", "--role-arn", role::DEV]).captured();
    pty.expect_prompt();
    home.sts().fault_always(Fault::Delay(SLOW));
    pty
}

#[test]
fn r26_while_sts_answers_there_is_what_signs_and_after_it_nothing() {
    // The session is kept, so that there are two calls: the first is signed by the secret, the second by the session.
    let home = alice(|_| ());
    let _ = agent::on(&home);
    let mut pty = with_slow_answers(&home);
    pty.line(&code(&home));
    until("the first call", || home.sts().actions().len() == 1);
    if let Some(found) = secret_in(pty.pid()) {
        // Our own, and the SDK's. What the signature is computed from is gone.
        assert!((1..=2).contains(&found.len()) && found.iter().all(|it| it.form == "as it is"), "{found:#?}");
    }
    until("the second call", || home.sts().actions().len() == 2);
    is_gone(pty.pid(), "while the session signs");
    let outcome = pty.finish();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
}

#[test]
fn r26_of_the_devices_secret_nothing_is_left_while_sts_answers() {
    let totp = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let home = alice(|home| {
        let item = format!("{}otpauth://totp/AWS:alice?secret={totp}\n", item());
        fake::Fake::new(home, "pass").on(&["show", "--", "work"], &fake::Answer::of(item));
    });
    home.secret("the device's secret", totp);
    home.sts().fault_always(Fault::Delay(SLOW));
    let pty = home.run(["--from", "pass", "--item", "work"]).captured();
    // The code is one that this STS does not know; waiting for it may take until the device's next.
    until("a call with a code", || !home.sts().with_code().is_empty());
    if let Some(memory) = Memory::of(pty.pid()) {
        assert!(!memory.sightings(ALICE.secret_access_key).is_empty(), "what signs is there");
        for text in [totp, "12345678901234567890"] {
            assert_eq!(memory.sightings(text), [], "the device's secret is still there");
        }
    }
    rustix::process::kill_process(pty.pid(), rustix::process::Signal::INT).expect("it runs");
    pty.finish();
}

#[test]
fn r26_a_server_that_waits_holds_its_session_and_nothing_permanent() {
    let home = alice(|home| drop(fake::pass(home, &ALICE, role::DEV)));
    for args in [
        &["serve", "--shell", "sh", "--from", "pass"][..],
        &["exec", "--serve", "--from", "pass", "--", "sh", "-c", "echo 'end this with ^C'; exec sleep 60"],
    ] {
        println!("{args:?}");
        let mut pty = home.pty(args);
        pty.expect_prompt();
        pty.line(&code(&home));
        pty.expect("end this with ^C");
        pty.settle();
        is_gone(pty.pid(), "while it waits");
        let session = home.sts().emulator().issued().pop().expect("a session").secret_access_key;
        let found = Memory::of(pty.pid()).map(|memory| memory.sightings(&session).is_empty());
        assert_ne!(found, Some(true), "what it gives out can be found");
        pty.send([3]);
        pty.finish();
    }
}

#[test]
fn r26_an_agent_holds_its_sessions_and_nothing_permanent() {
    let home = alice(|home| drop(fake::pass(home, &ALICE, "")));
    let agents = agent::on(&home);
    let code = code(&home);
    home.run(["--from", "pass", "--token-code", &code]).go().ok();
    let pid = Pid::from_raw(agents.pid().cast_signed()).expect("a number");
    is_gone(pid, "while it waits");
    let session = home.sts().emulator().issued().pop().expect("a session").secret_access_key;
    // It keeps them under two names: as the user's session, and as what the item led to.
    let entries = agents.says(b"all\n").matches("session_token").count();
    assert!(entries > 0, "it keeps something");
    home.run(["--from", "pass"]).go().ok();
    let Some(memory) = Memory::of(pid) else { return };
    let found = memory.sightings(&session);
    assert_eq!(found.len(), entries, "what it keeps, and not what it has handed out: {found:#?}");
}

#[test]
fn r26_a_key_that_is_put_away_or_replaced_is_there_once_while_a_code_is_waited_for() {
    let Some(()) = gpg::store(&alice(|_| ()), gpg::Key::Open) else { return };
    let home = alice(|_| ());
    let _ = gpg::store(&home, gpg::Key::Open);
    let text = format!("Access key ID,Secret access key\r\n{},{}\r\n", ALICE.access_key_id, ALICE.secret_access_key);
    let file = home.write("accessKeys.csv", text).display().to_string();
    let mut pty = home.run(["setup", "--from", "pass", "--item", "work", "--import", &file]).pty();
    pty.expect_prompt();
    is_there_once(pty.pid(), "setup asks for a code");
    pty.line(&code(&home));
    pty.finish().ok();
    let mut pty = home.run(["rotate", "--from", "pass", "--item", "work"]).pty();
    pty.expect_prompt();
    if let Some(found) = secret_in(pty.pid()) {
        // What signs, and the item as it is, in which the new key takes the place of this one.
        assert!(found.len() == 2 && found.iter().all(|it| it.form == "as it is"), "rotate asks for a code: {found:#?}");
    }
    pty.send([3]);
    pty.finish();
}

/// What this looks for can be seen: a process that has the secret in each form is found out.
#[test]
fn r26_every_form_of_a_secret_is_found_where_it_is() {
    let Some(python) = tools::python() else { return };
    let script = "
import base64, sys, urllib.parse
secret = sys.argv[1][::-1]
kept = [('AWS4' + secret).encode(), urllib.parse.quote(secret, safe='').encode(), secret.replace('/', '\\\\/').encode(),
  secret.encode().hex().encode(), secret.encode('utf-16-le')] + [base64.b64encode(b'x' * n + secret.encode() + b'yy') for n in range(3)]
print('ready', flush=True)
sys.stdin.read()";
    let backwards: String = ALICE.secret_access_key.chars().rev().collect();
    let mut command = std::process::Command::new(python);
    command.args(["-c", script, &backwards]);
    command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = run::spawn(&mut command).expect("python");
    let _ = std::io::Read::read(child.stdout.as_mut().expect("its output"), &mut [0; 8]);
    let found = secret_in(Pid::from_child(&child)).expect("our own child can be looked into");
    let _ = child.kill();
    let _ = child.wait();
    for form in ["as it is", "behind AWS4", "for a form", "for JSON", "in digits", "of two bytes each", "in base64"] {
        assert!(found.iter().any(|it| it.form == form), "{form}: {found:#?}");
    }
    let places = found.iter().filter(|it| it.form == "in base64").count();
    assert!(places >= 3, "at each of three places: {places}");
}
