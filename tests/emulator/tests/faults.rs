//! Every fault: what the client sees, what the server did, and that the next request is well again.

use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use aws_auth_emulator::{ALICE, Emulator, Fault, Outcome, World, role};

use crate::raw::{Answer, Message, Signing, call, connect, exchange, read_answer};

/// A `GetSessionToken` with a fresh code.
fn login(sts: &Emulator) -> Message {
    let code = sts.fresh_code(ALICE.mfa_serial);
    Signing::by(ALICE).sign(sts, &call("GetSessionToken", &[("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)]))
}

fn play(sts: &Emulator, message: &Message) -> io::Result<Answer> {
    exchange(&mut connect(sts), &message.text())
}

/// What a test expects to see on the wire.
type Sees = fn(io::Result<Answer>) -> bool;

fn is_reset(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionReset
}

fn is_end(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::UnexpectedEof
}

fn hostile() -> Fault {
    Fault::Credentials {
        access_key_id: Some("ASIA';touch x;'".to_owned()),
        secret: None,
        token: Some("<&\"\u{1b}]52;\n".to_owned()),
        expiration: Some(String::new()),
    }
}

/// Whether an answer came, with this status and a body that passes.
fn is(seen: io::Result<Answer>, status: u16, body: fn(&Answer) -> bool) -> bool {
    seen.is_ok_and(|seen| seen.status == status && body(&seen))
}

fn is_portal(seen: &Answer) -> bool {
    seen.head.contains("Content-Type: text/html") && seen.text().contains("<html>")
}

fn is_hostile(seen: &Answer) -> bool {
    let escaped = "<SessionToken>&lt;&amp;&quot;&#27;]52;&#10;</SessionToken><Expiration></Expiration>";
    seen.text().contains(escaped)
        && seen.element("AccessKeyId").as_deref() == Some("ASIA';touch x;'")
        && seen.element("SecretAccessKey").is_some_and(|secret| secret.len() == 40)
}

/// Fault, what is seen, whether the request is processed before it (and so the code spent).
#[rustfmt::skip]
fn table() -> Vec<(Fault, Sees, bool)> {
    vec![
        (Fault::ResetBeforeBody, |seen| is_reset(&seen.unwrap_err()), false),
        (Fault::ResetAfterBody, |seen| is_reset(&seen.unwrap_err()), true),
        (Fault::CloseSilently, |seen| is_end(&seen.unwrap_err()), true),
        (Fault::internal_failure(), |seen| is(seen, 500, |seen| seen.error().starts_with("500 InternalFailure: The request")), false),
        (Fault::internal_failure_after_work(), |seen| is(seen, 500, |seen| seen.error().starts_with("500 InternalFailure: The request")), true),
        (Fault::Rewritten(|body| format!("{body}x")), |seen| is(seen, 200, |seen| seen.text().ends_with("</GetSessionTokenResponse>x")), true),
        (Fault::Unannounced(100), |seen| is(seen, 200, |seen| seen.body.len() == 100 && !seen.head.contains("Length")), true),
        (Fault::service_unavailable(), |seen| is(seen, 503, |seen| seen.error().starts_with("503 ServiceUnavailable: The request")), false),
        (Fault::throttling(), |seen| is(seen, 400, |seen| seen.error() == "400 Throttling: Rate exceeded"), false),
        (Fault::Status { code: 502, body: "bad gateway".to_owned() }, |seen| is(seen, 502, |seen| seen.text() == "bad gateway"), false),
        (Fault::StatusAfter { code: 200, body: "<x/>".to_owned() }, |seen| is(seen, 200, |seen| seen.text() == "<x/>"), true),
        (Fault::TruncatedBody, |seen| is_end(&seen.unwrap_err()), true),
        (Fault::GarbageBody, |seen| is(seen, 200, |seen| seen.body.len() == 512 && std::str::from_utf8(&seen.body).is_err()), true),
        (Fault::EmptyBody, |seen| is(seen, 200, |seen| seen.body.is_empty()), true),
        (Fault::HtmlPortal, |seen| is(seen, 200, is_portal), false),
        (Fault::HugeBody, |seen| is(seen, 200, |seen| seen.body.len() == 10 << 20 && seen.element("SessionToken").is_some()), true),
        (Fault::WithoutCredentials, |seen| is(seen, 200, |seen| seen.text().contains("<GetSessionTokenResult></GetSessionTokenResult>")), true),
        (hostile(), |seen| is(seen, 200, is_hostile), true),
        (Fault::ErrorText("<\u{1b}[31m>".to_owned()), |seen| is(seen, 403, |seen| seen.text().contains("<Code>AccessDenied</Code><Message>&lt;&#27;[31m&gt;</Message>")), true),
    ]
}

#[test]
fn each_is_seen_and_leaves_the_code_as_aws_would() {
    for (fault, sees, processed) in table() {
        let sts = Emulator::start(World::standard());
        sts.fault(fault.clone());
        let message = login(&sts);
        let seen = play(&sts, &message);
        assert!(sees(seen), "{fault:?}");
        assert_eq!(sts.issued().len(), usize::from(processed), "{fault:?}");
        let again = play(&sts, &message).unwrap();
        let expected = if processed { 403 } else { 200 };
        assert_eq!(again.status, expected, "{fault:?}: the same again");
        let outcomes: Vec<_> = sts.requests().into_iter().map(|request| request.outcome).collect();
        assert_eq!(outcomes[0], Outcome::Fault, "{fault:?}");
        let calls = if matches!(fault, Fault::ResetBeforeBody) { 1 } else { 2 };
        assert_eq!((sts.calls("GetSessionToken"), outcomes.len()), (calls, 2), "{fault:?}");
    }
}

#[test]
fn a_delay_changes_nothing_else() {
    let sts = Emulator::start(World::standard());
    sts.fault(Fault::Delay(Duration::from_millis(200)));
    let started = Instant::now();
    let answer = play(&sts, &login(&sts)).unwrap();
    assert!(started.elapsed() >= Duration::from_millis(200));
    assert_eq!((answer.status, &sts.requests()[0].outcome), (200, &Outcome::Ok));
}

#[test]
fn a_drip_is_slow_and_whole() {
    let sts = Emulator::start(World::standard());
    sts.fault(Fault::SlowDrip(2000));
    let started = Instant::now();
    let answer = play(&sts, &login(&sts)).unwrap();
    let least = Duration::from_secs(1) * u32::try_from(answer.body.len()).unwrap() / 2000;
    assert!(started.elapsed() >= least, "{:?}", started.elapsed());
    assert_eq!(answer.element("SessionToken").unwrap(), sts.issued()[0].session_token);
}

#[test]
fn silence_lasts_until_the_end_of_the_emulator() {
    let sts = Emulator::start(World::standard());
    sts.fault(Fault::NeverAnswer);
    let mut stream = connect(&sts);
    stream.write_all(login(&sts).text().as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let kind = stream.read(&mut [0]).unwrap_err().kind();
    assert!(matches!(kind, io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{kind}");
    assert_eq!((sts.issued().len(), &sts.requests()[0].outcome), (1, &Outcome::Fault));
    let started = Instant::now();
    drop(sts);
    assert!(started.elapsed() < Duration::from_secs(1));
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
}

#[test]
fn another_account_answers() {
    let sts = Emulator::start(World::standard());
    sts.fault_always(Fault::OtherAccount);
    let arguments = call("AssumeRole", &[("RoleArn", role::PLAIN), ("RoleSessionName", "me")]);
    let role = Signing::by(ALICE).send(&sts, &arguments);
    assert_eq!(role.element("Arn").as_deref(), Some("arn:aws:sts::999900009999:assumed-role/plain/me"));
    assert!(role.element("SessionToken").is_some());
    let identity = Signing::by(ALICE).send(&sts, &call("GetCallerIdentity", &[]));
    assert_eq!(identity.element("Account").as_deref(), Some("999900009999"));
    assert_eq!(identity.element("Arn").as_deref(), Some("arn:aws:iam::999900009999:user/alice"));
}

#[test]
fn faults_queue_up_before_the_constant_one() {
    let sts = Emulator::start(World::standard());
    sts.fault(Fault::throttling());
    sts.fault(Fault::service_unavailable());
    sts.fault_always(Fault::Status { code: 500, body: String::new() });
    let send = || Signing::by(ALICE).send(&sts, &call("GetCallerIdentity", &[])).status;
    assert_eq!([send(), send(), send(), send()], [400, 503, 500, 500]);
    sts.fault(Fault::throttling());
    sts.clear_faults();
    assert_eq!(send(), 200);
}

#[test]
fn faults_are_for_sts_alone() {
    let sts = Emulator::start(World::standard());
    sts.fault(Fault::throttling());
    let warm = exchange(&mut connect(&sts), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert_eq!(warm.status, 302);
    assert_eq!(Signing::by(ALICE).send(&sts, &call("GetCallerIdentity", &[])).status, 400);
}

#[test]
fn a_refusal_stays_one_under_faults_that_alter_success() {
    let sts = Emulator::start(World::standard());
    for fault in [hostile(), Fault::WithoutCredentials, Fault::OtherAccount, Fault::Delay(Duration::ZERO)] {
        sts.fault(fault.clone());
        let code = sts.wrong_code(ALICE.mfa_serial);
        let arguments = call("GetSessionToken", &[("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)]);
        assert!(Signing::by(ALICE).send(&sts, &arguments).error().contains("invalid MFA one time"), "{fault:?}");
        let outcome = sts.requests().pop().unwrap().outcome;
        assert_eq!(outcome, Outcome::Error { code: "AccessDenied".to_owned() }, "{fault:?}");
    }
}

#[test]
fn a_connection_survives_a_fault_that_does_not_end_it() {
    let sts = Emulator::start(World::standard());
    let mut stream = connect(&sts);
    let message = Signing::by(ALICE).sign(&sts, &call("GetCallerIdentity", &[])).text();
    sts.fault(Fault::EmptyBody);
    stream.write_all(message.as_bytes()).unwrap();
    assert!(read_answer(&mut stream).unwrap().body.is_empty());
    assert_eq!(exchange(&mut stream, &message).unwrap().status, 200);
    assert_eq!(sts.connections(), 1);
}
