//! The other judge: AWS's own Python SDK signs, parses and names the errors.
//!
//! The interpreter is `AWS_AUTH_TEST_PYTHON` or `python3`. Without botocore the test says so, and fails where `CI` is set.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

use aws_auth_emulator::{ALICE, BOB, Emulator, World, role};

const SCRIPT: &str = include_str!("botocore.py");

#[test]
fn botocore_agrees() {
    let python = env::var("AWS_AUTH_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import botocore"]).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        // Not `println!`, which is kept from view while a test passes.
        let _ = writeln!(std::io::stderr(), "NOT RUN: botocore_agrees: no botocore for {python}");
        assert!(env::var_os("CI").is_none(), "botocore must be there in CI");
        return;
    }
    let sts = Emulator::start(World::standard());
    let output = Command::new(&python)
        .args(["-c", SCRIPT, &sts.url()])
        .args([ALICE.access_key_id, ALICE.secret_access_key, ALICE.mfa_serial, &sts.fresh_code(ALICE.mfa_serial)])
        .args([BOB.secret_access_key, role::DEV, role::CHAINED])
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .env("HOME", "/nonexistent")
        .output()
        .expect("it ran a moment ago");
    let (said, complaint) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{complaint}");
    let expected = [
        ALICE.arn.to_owned(),
        "True".to_owned(),
        "SignatureDoesNotMatch 403".to_owned(),
        "AccessDenied 403".to_owned(),
        "session True 900".to_owned(),
        "AccessDenied 403 MultiFactorAuthentication failed with invalid MFA one time pass code. ".to_owned(),
        "arn:aws:sts::111122223333:assumed-role/dev/me@home".to_owned(),
        "alice 6".to_owned(),
        "arn:aws:sts::444455556666:assumed-role/chained/me".to_owned(),
        "ValidationError 400 The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.".to_owned(),
        "AccessDenied 403 Cannot call GetSessionToken with session credentials".to_owned(),
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
    let role = sts.requests().into_iter().find(|request| request.param("SourceIdentity").is_some()).unwrap();
    assert_eq!((role.param("Tags.member.1.Key"), role.param("Tags.member.1.Value")), (Some("team"), Some("a b/ä")));
    assert_eq!(
        (role.param("PolicyArns.member.1.arn"), role.param("TransitiveTagKeys.member.1")),
        (Some("arn:aws:iam::aws:policy/ReadOnlyAccess"), Some("team"))
    );
}
