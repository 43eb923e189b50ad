//! `--from bw`: the real Bitwarden CLI, with a made-up server on loopback (`support/bw-server`).

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, gpg, run, tools};

const MASTER: &str = "rig master password";

pub struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// alice, signed in to a vault with these items; `None` where bw is not installed.
fn alice(items: &str) -> Option<(Home, Server)> {
    vault(&ALICE, items)
}

/// A person, signed in to a vault with these items.
pub fn vault(person: &Person, items: &str) -> Option<(Home, Server)> {
    let bw = tools::need("bw")?;
    tools::need("openssl")?;
    let home = Home::with_sts();
    gpg::secrets_of(&home, person);
    let dir = home.rig("bw");
    std::fs::create_dir(&dir).expect("directory of the server");
    std::fs::write(dir.join("vaults.json"), format!("{{\"alice@example.com\": {items}}}")).expect("the vault");
    let mut server = Command::new(tools::repository().join("tests/support/bw-server"));
    server.arg("--dir").arg(&dir).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = run::spawn(&mut server).expect("the server runs");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its port");
    let server = Server(child);
    let port = line.trim().strip_prefix("READY ").unwrap_or_else(|| panic!("the server says {line:?}"));
    home.script(
        "bw",
        &format!("#!/bin/sh\necho call >>'{}'\nexec '{}' \"$@\"\n", home.rig("calls").display(), bw.display()),
    );
    home.set("BITWARDENCLI_APPDATA_DIR", home.path("bitwarden"));
    home.set("NODE_EXTRA_CA_CERTS", dir.join("cert.pem"));
    let hurry = tools::repository().join("tests/support/bw-hurry.js");
    home.set("NODE_OPTIONS", format!("--require={}", hurry.display()));
    home.secret("the master password", MASTER);
    let url = format!("https://localhost:{port}");
    std::fs::write(dir.join("url"), &url).expect("its address");
    bitwarden(&home, &["config", "server", &url]);
    let session = bitwarden(&home, &["login", "alice@example.com", MASTER, "--raw"]);
    home.set("BW_SESSION", session.trim());
    home.plant(&home.path("bitwarden"));
    Some((home, server))
}

/// What the real bw says.
pub fn bitwarden(home: &Home, args: &[&str]) -> String {
    let bw = tools::find("bw").expect("bw");
    let out = run::output(Command::new(bw).args(args).env_clear().envs(home.env()));
    String::from_utf8(out).expect("what bw says is text")
}

/// What every client gets after a sync, without the seconds that each takes.
pub fn items(home: &Home) -> Vec<serde_json::Value> {
    let out = run::output(rig(home).arg("--list"));
    serde_json::from_slice(&out).expect("JSON")
}

/// Makes these, in the form of [`vault`], all that there is, as if another client had done so.
pub fn set(home: &Home, items: &serde_json::Value) {
    let file = home.rig("items.json");
    std::fs::write(&file, items.to_string()).expect("the items");
    run::output(rig(home).arg("--set").arg(file));
}

fn rig(home: &Home) -> Command {
    let mut rig = Command::new(tools::repository().join("tests/support/bw-server"));
    rig.arg("--dir").arg(home.rig("bw")).args(["--email", "alice@example.com"]);
    rig
}

#[test]
fn the_item_of_that_name_is_taken_whatever_else_holds_it() {
    let Person { access_key_id, secret_access_key, mfa_serial, .. } = ALICE;
    let items = format!(
        r#"[{{"name": "aws", "username": "alice", "password": "Of-The-Console-1234567890",
              "fields": {{"Access Key": "{access_key_id}", "Secret": "{secret_access_key}"}},
              "notes": "MFA ARN: {mfa_serial}\nrole: {}"}},
            {{"name": "note", "notes": "[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}"}}]"#,
        role::DEV
    );
    let Some((home, _server)) = alice(&items) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "bw", "--token-code", &code]).without("NODE_OPTIONS").go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    assert_eq!(run::read(&home.rig("calls")), b"call\n", "one call");
    // by its other name, and a note that is a file's text
    home.run(["--from", "bitwarden", "--item", "note", "--no-mfa"]).go().ok();
    home.run(["--from", "bw", "--item", "Amazon"]).go().fails(13).says("nothing by that name").says("bw list");
    // locked, with nobody to ask
    home.run(["--from", "bw"]).without("BW_SESSION").go().fails(14).says("bw unlock");
}

#[test]
fn its_question_is_seen_once_and_a_wrong_answer_is_told() {
    let Some((home, _server)) = alice("[{\"name\": \"aws\", \"notes\": \"x\"}]") else { return };
    let mut pty = home.run(["--from", "bw"]).without("BW_SESSION").pty_as_set();
    pty.expect("Master password");
    pty.until("the question hides what is typed", |pty| !pty.echoes());
    pty.settle();
    pty.line("wrong");
    let outcome = pty.finish();
    assert_eq!(outcome.code(), 15, "{outcome:?}");
}

/// A login with bob's key in two of its fields, and more.
fn of_bob() -> String {
    format!(
        r#"[{{"name": "work", "username": "bob", "password": "of the console", "uri": "https://x", "notes": "of the team",
             "fields": {{"Access Key ID": "{}", "Secret Access Key": "{}", "seed": "x"}}}},
            {{"name": "work 2", "notes": "x"}}]"#,
        BOB.access_key_id, BOB.secret_access_key
    )
}

#[test]
fn r110_setup_makes_a_note_and_rotate_changes_two_of_an_items_fields() {
    let Some((home, _server)) = vault(&BOB, &of_bob()) else { return };
    let keys = || -> Vec<_> { home.sts().emulator().keys().into_iter().filter(|key| key.user == BOB.arn).collect() };
    let rotate = |args: &[&str]| {
        let patience = std::time::Duration::from_mins(5);
        let run = home.run(["rotate", "--from", "bw", "--item", "work"]).args(args).patience(patience).go();
        for key in keys() {
            home.secret("a permanent secret key", &key.secret);
        }
        run
    };
    let listed = || -> Vec<serde_json::Value> {
        bitwarden(&home, &["sync"]);
        serde_json::from_str(&bitwarden(&home, &["list", "items"])).expect("JSON")
    };
    let before = listed();
    let change = |items: &[serde_json::Value], key: (&str, &str)| {
        let mut items = items.to_vec();
        for item in &mut items {
            for name in ["revisionDate", "passwordHistory"] {
                item.as_object_mut().unwrap().remove(name);
            }
            for field in item["fields"].as_array_mut().into_iter().flatten() {
                match field["name"].as_str() {
                    Some("Access Key ID") => field["value"] = key.0.into(),
                    Some("Secret Access Key") => field["value"] = key.1.into(),
                    _ => {}
                }
            }
        }
        items.sort_by_key(|item| item["id"].to_string());
        items
    };
    let _ = std::fs::remove_file(home.rig("calls"));
    rotate(&[]).ok().says("is inactive");
    assert_eq!(run::read(&home.rig("calls")).len() / "call\n".len(), 11, "7, 3 for the probe, and its own sync");
    let [old, new] = &keys()[..] else { panic!("two keys") };
    assert!(!old.active && new.active);
    let now = listed();
    assert_eq!(change(&now, ("x", "y")), change(&before, ("x", "y")), "all else is as it was, and nothing is left");
    assert_eq!(change(&now, (&new.id, &new.secret)), change(&now, (&new.id, &new.secret)));
    let held = now.iter().find(|item| item["name"] == "work").unwrap().to_string();
    assert!(held.contains(&new.id) && held.contains(&new.secret) && !held.contains(&old.id));
    // Bitwarden keeps what a hidden field held.
    rotate(&["--undo"]).ok().says(" holds it");
    home.run(["--from", "bw", "--item", "work", "--no-mfa", "--no-role"]).go().ok();
    let held = items(&home).iter().find(|item| item["name"] == "work").unwrap()["fields"].to_string();
    assert!(held.contains(BOB.access_key_id) && held.contains(BOB.secret_access_key));

    let file = home.write("keys.csv", format!("Access key ID,Secret access key\n{},{}\n", new.id, new.secret));
    let setup = ["setup", "--from", "bw", "--item", "team", "--import", file.to_str().unwrap(), "--no-input"];
    home.run(setup).args(["--serial-number", "GAHT12345678"]).patience(std::time::Duration::from_mins(3)).go().ok();
    let made = items(&home).into_iter().find(|item| item["name"] == "team").expect("the item");
    assert_eq!(made["type"], 2, "a secure note");
    let field = |at: usize| (made["fields"][at]["name"].clone(), made["fields"][at]["type"].clone());
    assert_eq!(field(1), ("secret_access_key".into(), 1.into()), "hidden");
    assert_eq!(made["fields"][2]["value"], "GAHT12345678");
}

#[test]
#[ignore = "bw takes half a minute for it: tests/long runs it"]
fn r111_a_change_from_elsewhere_is_no_loss_and_no_key_is_made_where_nothing_may_be_written() {
    let Some((home, _server)) = vault(&BOB, &of_bob()) else { return };
    let patience = std::time::Duration::from_mins(3);
    let rotate = || home.run(["rotate", "--from", "bw", "--item", "work"]).patience(patience).go();
    // The server takes nothing: found out by the probe.
    std::fs::write(home.rig("bw/full"), "").unwrap();
    assert_eq!(rotate().code(), 12);
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 0);
    std::fs::remove_file(home.rig("bw/full")).unwrap();
    // Somebody else changes the item between our reading and our writing, with another client.
    let other = home.path("other");
    std::fs::create_dir(&other).unwrap();
    let real = tools::find("bw").expect("bw");
    home.plant(&other);
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = edit ]; then\n  (export BITWARDENCLI_APPDATA_DIR='{other}'\n  '{real}' config server \"$(cat '{url}')\"\n\
         \x20 BW_SESSION=$('{real}' login alice@example.com '{MASTER}' --raw); export BW_SESSION\n\
         \x20 '{real}' list items --search work | jq -c 'map(select(.name == \"work\"))[0] | .notes = \"changed\"' | base64 -w0 | '{real}' edit item \"$3\") >/dev/null 2>&1\n\
         fi\nexec '{real}' \"$@\"\n",
        other = other.display(),
        real = real.display(),
        url = home.rig("bw/url").display(),
    );
    home.script("bw", &script);
    let outcome = rotate();
    outcome.fails_saying(12, "").says("out of date").says("run aws-auth rotate again");
    let held = items(&home).iter().find(|item| item["name"] == "work").unwrap().to_string();
    assert!(held.contains("changed") && held.contains(BOB.access_key_id), "{held}");
    home.script("bw", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", real.display()));
    rotate().ok();
    let held = items(&home).iter().find(|item| item["name"] == "work").unwrap()["fields"].to_string();
    assert!(!held.contains(BOB.access_key_id), "{held}");
    // Locked, with nobody to ask.
    home.sts().emulator().change(|world| world.keys.retain(|key| key.user != BOB.arn || key.active));
    home.run(["rotate", "--from", "bw", "--item", "work"]).without("BW_SESSION").go().fails_saying(14, "");
}
