//! `--from vault`: the real `OpenBao`, whose server and client come in one program; `HashiCorp` answers in the same words.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, gpg, run, tools};

const TOKEN: &str = "root-token-CANARY-of-bao";

/// A server that keeps all in memory; it ends when this is dropped.
pub struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A person with a server; `None` where `OpenBao` is not installed.
pub fn user(person: &Person) -> Option<(Home, Server)> {
    let bao = tools::need("bao")?;
    let home = Home::with_sts();
    gpg::secrets_of(&home, person);
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
    let address = format!("127.0.0.1:{port}");
    let mut server = Command::new(&bao);
    server.args(["server", "-dev", &format!("-dev-root-token-id={TOKEN}"), &format!("-dev-listen-address={address}")]);
    server.env_clear().envs(home.env()).env("HOME", home.rig(""));
    let child = run::spawn(server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null())).expect("bao runs");
    let server = Server { child, address };
    let started = Instant::now();
    while TcpStream::connect(&server.address).is_err() {
        assert!(started.elapsed() < Duration::from_secs(30), "bao does not listen");
        std::thread::sleep(Duration::from_millis(50));
    }
    home.script("bao", &format!("#!/bin/sh\nexec '{}' \"$@\"\n", bao.display()));
    home.set("VAULT_ADDR", format!("http://{}", server.address));
    home.set("VAULT_TOKEN", TOKEN);
    home.secret("the token", TOKEN);
    Some((home, server))
}

/// Stores a secret, as a person would.
pub fn put(home: &Home, path: &str, pairs: &[(&str, &str)]) {
    let mut bao = Command::new(home.rig("bin/bao"));
    bao.args(["kv", "put", path]).args(pairs.iter().map(|(name, value)| format!("{name}={value}")));
    let started = Instant::now();
    loop {
        // a server that listens may not have its mounts yet
        let child = run::spawn(bao.env_clear().envs(home.env()).stdout(Stdio::null()).stderr(Stdio::null()));
        if child.expect("bao runs").wait().expect("bao ends").success() {
            return;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "bao does not take {path}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn a_secret_holds_it_all_or_each_of_several_holds_one_value() {
    let Some((home, _server)) = user(&ALICE) else { return };
    let Person { access_key_id, secret_access_key, mfa_serial, .. } = ALICE;
    put(
        &home,
        "secret/aws",
        &[
            ("access_key_id", access_key_id),
            ("AWS_SECRET_ACCESS_KEY", secret_access_key),
            ("mfa_serial", mfa_serial),
            ("role_arn", role::DEV),
        ],
    );
    for (path, value) in [
        ("secret/work/access-key", access_key_id),
        ("secret/work/aws_secret_access_key", secret_access_key),
        ("secret/work/mfa", mfa_serial),
        ("secret/work/role", role::DEV),
    ] {
        put(&home, path, &[("value", value)]);
    }
    for item in ["secret/aws", "secret/work"] {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let before = home.sts().requests().len();
        let outcome = home.run(["--from", "vault", "--item", item, "--token-code", &code]).go();
        outcome.ok();
        let requests = home.sts().requests();
        assert_eq!(requests[before].access_key_id.as_deref(), Some(access_key_id), "{item}");
        assert_eq!(requests.last().and_then(|request| request.param("RoleArn")), Some(role::DEV), "{item}");
    }
    // the same by another of its names
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "openbao", "--param", "mount=secret", "--item", "aws", "--token-code", &code]).go().ok();
}

#[test]
fn what_goes_wrong_is_told() {
    let Some((home, server)) = user(&BOB) else { return };
    put(&home, "secret/other", &[("access_key_id", BOB.access_key_id)]);
    let ask = || home.run(["--from", "vault"]);
    ask().go().fails(13).says("\"secret/aws\"").says("vault kv list");
    ask().args(["--item", "secret/other"]).go().fails(13).says("secret_access_key");
    ask().env("VAULT_TOKEN", "no-token-of-its").go().fails(12).says("permission denied");
    ask().env("VAULT_ADDR", format!("https://{}", server.address)).go().fails(12).says("HTTPS").says("VAULT_ADDR");
    ask().env("VAULT_ADDR", "http://127.0.0.1:1").go().fails(12).says("cannot be reached");
    home.sts().saw(&[]);
}

#[test]
fn setup_makes_a_secret_and_rotate_changes_two_of_its_values() {
    let Some((home, _server)) = user(&BOB) else { return };
    // until the mounts are there
    put(&home, "secret/other", &[("x", "y")]);
    let file = home.write(
        "keys.csv",
        format!("Access key ID,Secret access key\n{},{}\n", BOB.access_key_id, BOB.secret_access_key),
    );
    let setup =
        ["setup", "--from", "vault", "--item", "secret/team/aws", "--import", file.to_str().unwrap(), "--no-input"];
    home.run(setup).go().ok().says("it works");
    let bao = |args: &[&str]| {
        let mut bao = Command::new(home.rig("bin/bao"));
        String::from_utf8(run::output(bao.args(args).env_clear().envs(home.env()))).expect("text")
    };
    bao(&["kv", "patch", "secret/team/aws", "note=of the team"]);
    let other = home.run(["rotate", "--from", "vault", "--item", "secret/team/aws"]).go();
    other.ok().says("is inactive");
    let keys: Vec<_> = home.sts().emulator().keys().into_iter().filter(|key| key.user == BOB.arn).collect();
    let shown: serde_json::Value =
        serde_json::from_str(&bao(&["kv", "get", "-format=json", "secret/team/aws"])).expect("JSON");
    let expected = serde_json::json!({
        "access_key_id": keys[1].id, "secret_access_key": keys[1].secret, "note": "of the team"
    });
    assert_eq!(shown["data"]["data"], expected);
    assert_eq!(shown["data"]["metadata"]["version"], 3, "made, noted, rotated");
    let listed = bao(&["kv", "list", "secret/team"]);
    assert!(!listed.contains("aws-auth-new"), "{listed}");
    // The store keeps versions: the old pair comes back, and what was added stays.
    let undone = home.run(["rotate", "--from", "vault", "--item", "secret/team/aws", "--undo"]).go();
    undone.ok().says("is active again").says(" holds it");
    let shown: serde_json::Value =
        serde_json::from_str(&bao(&["kv", "get", "-format=json", "secret/team/aws"])).expect("JSON");
    let expected = serde_json::json!({
        "access_key_id": BOB.access_key_id, "secret_access_key": BOB.secret_access_key, "note": "of the team"
    });
    assert_eq!(shown["data"]["data"], expected);
    // A token that may only read is found out before a key is made.
    home.sts().emulator().change(|world| world.keys.retain(|key| key.user != BOB.arn || key.id == BOB.access_key_id));
    std::fs::write(home.rig("read.hcl"), "path \"secret/*\" { capabilities = [\"read\", \"list\"] }")
        .expect("a policy");
    bao(&["policy", "write", "reader", home.rig("read.hcl").to_str().expect("text")]);
    let token = bao(&["token", "create", "-policy=reader", "-field=token"]);
    let before = home.sts().emulator().calls("CreateAccessKey");
    let refused =
        home.run(["rotate", "--from", "vault", "--item", "secret/team/aws"]).env("VAULT_TOKEN", token.trim()).go();
    refused.fails_saying(12, "").says("capabilities");
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), before);
}

#[test]
fn r110_a_path_for_each_value_is_rotated_too() {
    let Some((home, _server)) = user(&BOB) else { return };
    put(&home, "secret/work/access-key", &[("value", BOB.access_key_id), ("note", "x")]);
    put(&home, "secret/work/aws_secret_access_key", &[("value", BOB.secret_access_key)]);
    let rotate = |args: &[&str]| home.run(["rotate", "--from", "vault", "--item", "secret/work"]).args(args).go();
    rotate(&[]).ok().says("is inactive");
    let keys: Vec<_> = home.sts().emulator().keys().into_iter().filter(|key| key.user == BOB.arn).collect();
    home.secret("a permanent secret key", &keys[1].secret);
    let value = |path: &str, field: &str| {
        let mut bao = Command::new(home.rig("bin/bao"));
        let field = format!("-field={field}");
        String::from_utf8(run::output(bao.args(["kv", "get", &field, path]).env_clear().envs(home.env())))
            .expect("text")
    };
    assert_eq!(value("secret/work/access-key", "value"), keys[1].id);
    assert_eq!(value("secret/work/access-key", "note"), "x");
    assert_eq!(value("secret/work/aws_secret_access_key", "value"), keys[1].secret);
    rotate(&["--undo"]).ok().says(" holds it");
    assert_eq!(value("secret/work/aws_secret_access_key", "value"), BOB.secret_access_key);
    home.run(["--from", "vault", "--item", "secret/work", "--no-mfa"]).go().ok();
}
