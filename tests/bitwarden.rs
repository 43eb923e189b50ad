//! `--from bw`: the real Bitwarden CLI, with a made-up server on loopback (`support/bw-server`).

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::support::sts::{ALICE, Person, role};
use crate::support::{Home, gpg, run, tools};

const MASTER: &str = "rig master password";

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// alice, signed in to a vault with these items; `None` where bw is not installed.
fn alice(items: &str) -> Option<(Home, Server)> {
    let bw = tools::need("bw")?;
    tools::need("openssl")?;
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
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
    home.secret("the master password", MASTER);
    bitwarden(&home, &["config", "server", &format!("https://localhost:{port}")]);
    let session = bitwarden(&home, &["login", "alice@example.com", MASTER, "--raw"]);
    home.set("BW_SESSION", session.trim());
    home.plant(&home.path("bitwarden"));
    std::fs::remove_file(home.rig("calls")).expect("the count of calls");
    Some((home, server))
}

fn bitwarden(home: &Home, args: &[&str]) -> String {
    let out = run::output(Command::new(home.rig("bin/bw")).args(args).env_clear().envs(home.env()));
    String::from_utf8(out).expect("what bw says is text")
}

#[test]
fn the_item_of_that_name_is_taken_whatever_else_holds_it() {
    let Person { access_key_id, secret_access_key, mfa_serial, .. } = ALICE;
    let items = format!(
        r#"[{{"name": "Amazon console", "username": "alice", "password": "of the console", "uri": "https://console.aws.amazon.com/"}},
            {{"name": "aws", "username": "alice", "password": "Of-The-Console-1234567890",
              "fields": {{"Access Key": "{access_key_id}", "Secret": "{secret_access_key}"}},
              "notes": "MFA ARN: {mfa_serial}\nrole: {}"}},
            {{"name": "note", "notes": "[default]\naws_access_key_id = {access_key_id}\naws_secret_access_key = {secret_access_key}"}},
            {{"name": "twice", "notes": "x"}}, {{"name": "twice", "notes": "y"}}]"#,
        role::DEV
    );
    let Some((home, _server)) = alice(&items) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "bw", "--token-code", &code]).go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    assert_eq!(run::read(&home.rig("calls")), b"call\n", "one call");
    // by its other name, and a note that is a file's text
    home.run(["--from", "bitwarden", "--item", "note", "--no-mfa"]).go().ok();
    home.run(["--from", "bw", "--item", "twice"]).go().fails(13).says("more than one");
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
