//! Temporary keys of a source are handed on as they are; those of the environment and of an item are not.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use aws_smithy_types::date_time::Format;

use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, Outcome, fake};

const ID: &str = "ASIALENTEXAMPLE00001";

fn secret() -> String {
    "l".repeat(40)
}

fn token() -> String {
    "m".repeat(200)
}

fn end(seconds: u64) -> String {
    let end = aws_smithy_types::DateTime::from(SystemTime::now() + Duration::from_secs(seconds));
    aws_smithy_types::DateTime::from_secs(end.secs()).fmt(Format::DateTime).expect("a time")
}

/// What a process prints.
fn answer(expiration: &str) -> String {
    let (secret, token) = (secret(), token());
    let end = if expiration.is_empty() { String::new() } else { format!(r#","Expiration":"{expiration}""#) };
    format!(r#"{{"Version":1,"AccessKeyId":"{ID}","SecretAccessKey":"{secret}","SessionToken":"{token}"{end}}}"#)
}

/// What a machine's own endpoint answers.
fn document() -> String {
    let (secret, token, end) = (secret(), token(), end(3600));
    format!(
        r#"{{"Code":"Success","AccessKeyId":"{ID}","SecretAccessKey":"{secret}","Token":"{token}","Expiration":"{end}"}}"#
    )
}

#[track_caller]
fn handed_on(outcome: &Outcome) -> Vec<String> {
    let exports = outcome.exports();
    assert_eq!(exports["AWS_ACCESS_KEY_ID"], ID);
    assert_eq!((exports["AWS_SECRET_ACCESS_KEY"].clone(), exports["AWS_SESSION_TOKEN"].clone()), (secret(), token()));
    outcome.says("are temporary, and are handed on as they are");
    exports.into_keys().collect()
}

#[test]
fn what_a_process_gives_is_handed_on_with_its_end_and_without_one() {
    let home = Home::with_sts();
    home.write(".aws/config", "[profile tool]\ncredential_process = tool\n");
    let ends = end(3600);
    home.script("tool", &format!("#!/bin/sh\necho '{}'\n", answer(&ends)));
    let outcome = home.run(["--profile", "tool"]).go();
    handed_on(&outcome);
    assert_eq!(outcome.exports()["AWS_CREDENTIAL_EXPIRATION"], ends);
    home.script("tool", &format!("#!/bin/sh\necho '{}'\n", answer("")));
    let outcome = home.run(["--profile", "tool"]).env("AWS_SESSION_EXPIRATION", "2001-01-01T00:00:00Z").go();
    assert!(!handed_on(&outcome).iter().any(|name| name.contains("EXPIRATION")));
    outcome.says_out("unset AWS_SESSION_EXPIRATION;").says_out("unset AWS_CREDENTIAL_EXPIRATION;");
    let process = home.run(["credential-process", "--profile", "tool"]).go();
    assert!(!process.ok().out().contains("Expiration") && process.err().is_empty(), "{process:?}");
    let env = home.run(["exec", "--profile", "tool", "--", "env"]).env("AWS_SESSION_EXPIRATION", "x").go();
    assert!(!env.ok().out().contains("_EXPIRATION"), "{env:?}");
    home.run(["exec", "--serve", "--profile", "tool", "--", "true"]).go().fails_saying(10, "").says("when they end");
    // What has ended is not handed on.
    home.script("tool", &format!("#!/bin/sh\necho '{}'\n", answer("2001-01-01T00:00:00Z")));
    home.run(["--profile", "tool"]).go().fails(13).says("they ended at 2001-01-01T00:00:00Z");
    home.sts().saw(&[]);
}

#[test]
fn temporary_keys_in_a_file_are_handed_on_and_an_unfinished_set_is_named() {
    let home = Home::with_sts();
    let keys = format!("aws_access_key_id = {ID}\naws_secret_access_key = {}\n", secret());
    home.write(".aws/credentials", format!("[lent]\n{keys}aws_session_token = {}\n[half]\n{keys}", token()));
    assert!(!handed_on(&home.run(["--profile", "lent"]).go()).iter().any(|name| name.contains("EXPIRATION")));
    home.run(["--profile", "half"]).go().fails(13).says("session token");
    // A code has nothing to go with.
    home.run(["--profile", "lent", "--token-code", "123456"]).go().fails(10).says("temporary");
    home.sts().saw(&[]);
}

#[test]
fn a_permanent_key_beside_a_token_of_another_session_is_never_handed_on() {
    let home = Home::with_sts();
    let (id, secret, token) = (ALICE.access_key_id, ALICE.secret_access_key, token());
    let keys = format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\n");
    let config = "[profile tool]\ncredential_process = tool\n";
    home.write(".aws/credentials", format!("[new]\n{keys}aws_session_token = {token}\n"));
    home.write(".aws/config", format!("[profile old]\n{keys}aws_security_token = {token}\n{config}"));
    home.script(
        "tool",
        &format!("#!/bin/sh\necho '{}'\n", answer("").replace(ID, id).replace(&self::secret(), secret)),
    );
    let rows = [
        (
            "new",
            "take aws_session_token out of ~/.aws/credentials, or put the id and the secret there that it came with",
        ),
        ("old", "take aws_security_token out of ~/.aws/config, or put the id and the secret there that it came with"),
        ("tool", "let it give the permanent key without a token, or all three values of the session"),
    ];
    for (profile, hint) in rows {
        let outcome = home.run(["--profile", profile]).go();
        outcome.fails(13).says("it begins with AKIA, and has no session token").says(profile).says(hint);
    }
    for verb in [&["exec", "--", "true"][..], &["credential-process"]] {
        home.run(verb.iter().copied()).env("AWS_PROFILE", "new").go().fails_saying(13, "").says("begins with AKIA");
    }
    home.run(["--explain"]).env("AWS_PROFILE", "new").go().fails(13).says("begins with AKIA");
    home.sts().saw(&[]);
}

#[test]
fn r69_keys_of_the_environment_and_of_an_item_are_never_handed_on() {
    let home = Home::with_sts();
    let run = home.run([] as [&str; 0]).env("AWS_ACCESS_KEY_ID", ID).env("AWS_SECRET_ACCESS_KEY", secret());
    run.env("AWS_SESSION_TOKEN", token()).go().fails(10).says("temporary already");
    let pass = fake::Fake::new(&home, "pass");
    let pass = pass.on(&["show", "--", "work"], &fake::Answer::of(format!("{}\naccess_key_id: {ID}\n", secret())));
    let outcome = home.run(["--from", "pass", "--item", "work"]).go();
    outcome.fails_with_one_of(&[10, 13]).says("temporary");
    drop(pass);
}

/// A server that answers by the path that is asked for, and remembers the heads.
fn server(answers: Vec<(&'static str, String)>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let heads = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&heads);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (answers, seen) = (answers.clone(), Arc::clone(&seen));
            std::thread::spawn(move || answer_one(stream, &answers, &seen));
        }
    });
    (url, heads)
}

fn answer_one(mut stream: TcpStream, answers: &[(&str, String)], seen: &Mutex<Vec<String>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let first = head.split(" HTTP").next()?.to_owned();
        seen.lock().expect("the heads").push(head);
        let found = answers.iter().find(|(asked, _)| *asked == first);
        let (status, body) = found.map_or((404, ""), |(_, body)| (200, body.as_str()));
        stream
            .write_all(format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
            .ok()?;
    }
}

#[test]
fn what_a_container_and_an_instance_give_is_handed_on() {
    let (url, heads) = server(vec![
        ("GET /container", document()),
        ("PUT /latest/api/token", "a-token".into()),
        ("GET /latest/meta-data/iam/security-credentials/", "the-role".into()),
        ("GET /latest/meta-data/iam/security-credentials/the-role", document()),
    ]);
    let home = Home::with_sts();
    let container = home.run([] as [&str; 0]).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/container"));
    handed_on(&container.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "shown").go());
    let token = home.write("token", "from a file\n");
    let container = home.run([] as [&str; 0]).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{url}/container"));
    handed_on(&container.env("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", token).go());
    let heads = || heads.lock().expect("the heads").concat().to_lowercase();
    assert!(heads().contains("authorization: shown") && heads().contains("authorization: from a file"));
    home.unset("AWS_EC2_METADATA_DISABLED");
    handed_on(&home.run([] as [&str; 0]).env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url).go());
    assert_eq!(heads().matches("x-aws-ec2-metadata-token: a-token").count(), 2);
    home.write(".aws/config", format!("[default]\nec2_metadata_service_endpoint = {url}/\n"));
    handed_on(&home.run([] as [&str; 0]).go());
    home.sts().saw(&[]);
}

#[test]
fn a_role_for_a_token_of_another_provider_is_handed_on_and_a_source_of_roles() {
    let home = Home::with_sts();
    let token = home.write("token", format!("{}\n", aws_auth_emulator::WEB_IDENTITY));
    home.secret("the token", aws_auth_emulator::WEB_IDENTITY);
    let pod = || home.run([] as [&str; 0]).env("AWS_ROLE_ARN", role::PLAIN).env("AWS_WEB_IDENTITY_TOKEN_FILE", &token);
    home.sts().delivered(&pod().env("AWS_ROLE_SESSION_NAME", "a pod").go());
    let request = home.sts().saw(&["AssumeRoleWithWebIdentity"]).remove(0);
    assert_eq!((request.param("RoleSessionName"), request.access_key_id.as_deref()), (Some("a-pod"), None));
    home.sts().delivered(&pod().args(["--role-arn", role::CHAINED]).go());
    home.sts().saw(&["AssumeRoleWithWebIdentity", "AssumeRoleWithWebIdentity", "AssumeRole"]);
    let config = format!("[profile pod]\nrole_arn = {}\nweb_identity_token_file = {}\n", role::PLAIN, token.display());
    home.write(".aws/config", &config);
    home.sts().delivered(&home.run(["--profile", "pod"]).go());
    let in_vain =
        home.run(["--profile", "pod", "--serial-number", ALICE.mfa_serial, "--mfa-duration-seconds", "1h"]).go();
    home.sts().delivered(&in_vain);
    for flag in ["--serial-number", "--mfa-duration-seconds"] {
        in_vain.says(&format!("warning: {flag} does nothing, as the credentials are temporary already"));
    }
    // A source does not count beside a token, as for botocore.
    let more = format!(
        "source_profile = keys\n[profile keys]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        BOB.access_key_id, BOB.secret_access_key
    );
    home.write(".aws/config", config + &more);
    home.sts().delivered(&home.run(["--profile", "pod"]).go());
    assert_eq!(home.sts().actions()[3..], ["AssumeRoleWithWebIdentity"; 3]);
    home.write("token", "another");
    pod().go().fails(20).says("InvalidIdentityToken").says("the token is fresh");
}

#[test]
fn a_container_whose_endpoint_is_anybodys_is_not_asked() {
    let home = Home::with_sts();
    let run = home.run([] as [&str; 0]).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://elsewhere.example/x");
    run.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "shown").go().fails(10).says("AWS_CONTAINER_CREDENTIALS_FULL_URI");
}

#[test]
fn a_server_of_ours_is_read_by_others_and_served_by_none() {
    let home = crate::serve::bob();
    let script = format!(
        "aws-auth exec --serve --from pass -- sh -c '
            aws-auth --format json | jq -r .AWS_ACCESS_KEY_ID; aws-auth serve >/dev/null; echo $?;
            aws-auth exec --serve -- true; echo $?; aws-auth --role-arn {} --no-input >/dev/null; echo $?;
            aws-auth --format json | jq -r .AWS_ACCESS_KEY_ID'",
        role::CHAINED
    );
    let outcome = home.command(["sh", "-c", &script]).go();
    let issued = home.sts().emulator().issued().remove(0).access_key_id;
    assert_eq!(outcome.ok().out().split_whitespace().collect::<Vec<_>>(), [&*issued, "10", "10", "0", &issued]);
    outcome.says("this shell has a server of ours already");
}
