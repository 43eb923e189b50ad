//! The program `emulator`: prints what a script needs, serves until its input closes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aws_auth_emulator::{ALICE, role};

use crate::sdk::{client, permanent, run};

fn start(arguments: &[&str]) -> (Child, HashMap<String, String>) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_emulator"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut values = HashMap::new();
    for line in BufReader::new(child.stdout.as_mut().unwrap()).lines() {
        let line = line.unwrap();
        let (name, value) = line.split_once('=').unwrap();
        values.insert(name.to_owned(), value.to_owned());
        if name == "ROLE_CHINA_DEV" {
            break;
        }
    }
    (child, values)
}

#[test]
fn it_says_where_and_who_and_serves_until_its_input_closes() {
    let (mut child, values) = start(&["--tls", "--latency-ms", "150"]);
    for (name, value) in [
        ("ALICE_ACCESS_KEY_ID", ALICE.access_key_id),
        ("ALICE_SECRET_ACCESS_KEY", ALICE.secret_access_key),
        ("ALICE_MFA_SERIAL", ALICE.mfa_serial),
        ("ALICE_TOTP_SECRET", ALICE.totp_secret),
        ("ROLE_DEV", role::DEV),
    ] {
        assert_eq!(values[name], value);
    }
    assert!(!values.contains_key("BOB_MFA_SERIAL"));
    let ca = std::fs::read_to_string(&values["CA"]).unwrap();
    let started = Instant::now();
    let identity = run(async { client(&values["URL"], &ca, permanent(ALICE)).get_caller_identity().send().await });
    assert_eq!(identity.unwrap().arn(), Some(ALICE.arn));
    assert!(started.elapsed() >= Duration::from_millis(150));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
    assert!(!std::path::Path::new(&values["CA"]).exists());
}

#[test]
fn without_tls_there_is_no_ca() {
    let (mut child, values) = start(&[]);
    assert!(values["URL"].starts_with("http://127.0.0.1:") && !values.contains_key("CA"));
    drop(child.stdin.take());
    assert!(child.wait().unwrap().success());
}

#[test]
fn an_unknown_word_is_refused() {
    for arguments in [&["--help-me"][..], &["--latency-ms"], &["--latency-ms", "soon"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_emulator")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).starts_with("usage: "));
    }
}
