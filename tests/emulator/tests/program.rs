//! The program `emulator`: prints what a script needs, serves until its input closes.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use aws_auth_emulator::{ALICE, role};

use crate::sdk::{client, permanent, run};

struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    values: HashMap<String, String>,
}

impl Program {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn code(&mut self, name: &str) -> String {
        writeln!(self.child.stdin.as_ref().unwrap(), "{name}").unwrap();
        self.line()
    }

    fn end(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
    }
}

fn start(arguments: &[&str]) -> Program {
    let mut child = Command::new(env!("CARGO_BIN_EXE_emulator"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut program = Program { child, out, values: HashMap::new() };
    loop {
        let line = program.line();
        let Some((name, value)) = line.split_once('=') else { return program };
        program.values.insert(name.to_owned(), value.to_owned());
    }
}

#[test]
fn it_says_where_and_who_and_serves_until_its_input_closes() {
    let program = start(&["--tls", "--latency-ms", "150"]);
    let values = &program.values;
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
    let pem = std::fs::read_to_string(&values["CA"]).unwrap();
    let started = Instant::now();
    let identity = run(async { client(&values["URL"], &pem, permanent(ALICE)).get_caller_identity().send().await });
    assert_eq!(identity.unwrap().arn(), Some(ALICE.arn));
    assert!(started.elapsed() >= Duration::from_millis(150));
    let ca = values["CA"].clone();
    program.end();
    assert!(!std::path::Path::new(&ca).exists());
}

#[test]
fn without_tls_there_is_no_ca() {
    let program = start(&[]);
    let values = &program.values;
    assert!(values["URL"].starts_with("http://127.0.0.1:") && !values.contains_key("CA"));
    program.end();
}

#[test]
fn it_shows_the_codes_of_the_devices_each_good_once_unless_told_otherwise() {
    for (arguments, both_accepted) in [(&[][..], false), (&["--reuse-codes"][..], true)] {
        let mut program = start(arguments);
        let code = program.code("ALICE");
        let used = |values: &HashMap<String, String>| {
            let client = client(&values["URL"], "", permanent(ALICE));
            let call = client.get_session_token().serial_number(ALICE.mfa_serial).token_code(&code);
            run(async { call.send().await }).is_ok()
        };
        assert!(used(&program.values), "{arguments:?}");
        assert_eq!(used(&program.values), both_accepted, "{arguments:?}");
        assert_eq!(program.code("BOB"), "", "bob has no device");
        assert_eq!(program.code("nobody"), "");
        program.end();
    }
}

#[test]
fn an_unknown_word_is_refused() {
    for arguments in [&["--help-me"][..], &["--latency-ms"], &["--latency-ms", "soon"]] {
        let output = Command::new(env!("CARGO_BIN_EXE_emulator")).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && String::from_utf8_lossy(&output.stderr).starts_with("usage: "));
    }
}
