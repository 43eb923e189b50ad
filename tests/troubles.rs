//! AWS's bad moments and wrong clocks: what is asked for again, and what becomes of the code.

use std::net::TcpListener;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_auth_emulator::Certificate;

use crate::calls::{keys, over_tls, person, with_code};
use crate::support::fake::{self, Answer, Fake};
use crate::support::kept;
use crate::support::sts::{ALICE, BOB, Fault, Person, World, role};
use crate::support::{Home, Outcome, gpg};

const DEADLINE: Duration = Duration::from_secs(25);

fn named(code: &str, status: u16) -> Fault {
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>{code}</Code><Message>Rate exceeded</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    );
    Fault::Status { code: status, body }
}

fn page(code: u16) -> Fault {
    Fault::Status { code, body: "<html><title>Bad</title></html>".to_owned() }
}

fn again(home: &Home, code: &str) -> Outcome {
    home.run(["--from", "env", "--token-code", code]).go()
}

// ---- an answer counts only if it is one whole document

/// The elements of the credentials in another order, the key id last.
fn id_last(body: &str) -> String {
    let (start, rest) = body.split_once("<AccessKeyId>").expect("a key id");
    let (id, rest) = rest.split_once("</AccessKeyId>").expect("its end");
    let (middle, end) = rest.split_once("</Credentials>").expect("the end of the credentials");
    format!("{start}{middle}<AccessKeyId>{id}</AccessKeyId></Credentials>{end}")
}

fn cut_in_the_id(body: &str) -> String {
    let body = id_last(body);
    body[..body.find("</AccessKeyId>").expect("its end") - 2].to_owned()
}

fn cut_before_the_end(body: &str) -> String {
    let body = id_last(body);
    body[..body.find("</AccessKeyId>").expect("its end") + 14].to_owned()
}

fn doubled(body: &str) -> String {
    let at = body.find("<Credentials>").expect("the credentials");
    let end = body.find("</Credentials>").expect("their end") + 14;
    format!("{}{}{}", &body[..end], &body[at..end], &body[end..])
}

#[test]
fn r73_a2_an_answer_that_is_not_one_whole_document_is_no_success_and_is_not_kept() {
    let rows: [(&str, Fault); 9] = [
        ("cut in the last element", Fault::Rewritten(cut_in_the_id)),
        ("cut behind the last element", Fault::Rewritten(cut_before_the_end)),
        ("cut without a length", Fault::Unannounced(400)),
        ("bytes behind the end", Fault::Rewritten(|body| format!("{body}x"))),
        ("a second document", Fault::Rewritten(|body| format!("{body}{body}"))),
        ("doubled elements", Fault::Rewritten(doubled)),
        ("a foreign end", Fault::Rewritten(|body| body.replace("</SessionToken>", "</Token>"))),
        ("another action's", Fault::Rewritten(|body| body.replace("GetSessionToken", "GetFederationToken"))),
        ("a login page around it", Fault::Rewritten(|body| format!("<html>{body}</html>"))),
    ];
    for (name, fault) in rows {
        let home = person(&BOB);
        let kept = kept::on(&home);
        home.sts().fault_always(fault);
        println!("{name}");
        home.run(["--from", "env"]).go().fails(22).within(DEADLINE);
        assert!(kept.as_ref().is_none_or(|kept| kept.entries().is_empty()), "it was kept");
        home.sts().emulator().clear_faults();
        home.run(["--from", "env"]).go().ok();
    }
    // what only looks odd is one
    for fault in [
        Fault::Rewritten(|body| format!("<?xml version=\"1.0\"?>\n<!-- x -->{body}\n")),
        Fault::Rewritten(id_last),
        Fault::Unannounced(usize::MAX),
    ] {
        let home = person(&BOB);
        home.sts().fault(fault);
        let outcome = home.run(["--from", "env"]).go();
        home.sts().delivered_session(&outcome, &BOB);
    }
}

#[test]
fn r73_a2_what_iam_and_the_console_answer_counts_as_a_whole_too() {
    for fault in [Fault::Unannounced(300), Fault::Rewritten(|body| format!("{}x", body.trim_end()))] {
        let home = unnamed_device();
        home.sts().emulator().fault_elsewhere(fault.clone());
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        println!("{fault:?}");
        again(&home, &code).fails(22).says("IAM");
        assert!(home.sts().with_code().is_empty());
    }
    for fault in [Fault::Unannounced(20), Fault::Rewritten(|body| format!("{body}x"))] {
        let home = with_role(&BOB);
        home.sts().emulator().fault_elsewhere(fault.clone());
        println!("{fault:?}");
        home.run(["console", "--print", "--from", "pass"]).go().fails_saying(22, "").says("no sign-in token");
    }
}

/// ALICE, whose device nothing names.
fn unnamed_device() -> Home {
    let home = Home::with_sts();
    keys(&home, &Person { mfa_serial: "", ..ALICE });
    home
}

fn with_role(who: &Person) -> Home {
    let home = Home::with_sts();
    fake::pass(&home, who, role::PLAIN);
    home
}

#[test]
fn r74_an_expiration_that_is_missing_is_called_missing() {
    let home = person(&BOB);
    home.sts().fault(Fault::Rewritten(|body| {
        let (start, rest) = body.split_once("<Expiration>").expect("an expiration");
        format!("{start}{}", rest.split_once("</Expiration>").expect("its end").1)
    }));
    home.run(["--from", "env"]).go().fails(13).says("expiration").says("it is missing");
}

// ---- a code that never left is not spent

#[test]
fn r65_a_code_that_never_left_is_as_good_as_before() {
    // nobody there, no such name, a certificate that is not trusted
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    for url in [format!("http://127.0.0.1:{port}"), "https://sts.nosuchhost.invalid".to_owned()] {
        let home = person(&ALICE);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let run = home.run(["--from", "env", "--token-code", &code]).env("AWS_ENDPOINT_URL_STS", &url);
        run.go().fails(22).within(DEADLINE).says("was not reached").does_not_say("spent");
        let outcome = again(&home, &code);
        home.sts().delivered_session(&outcome, &ALICE);
    }
    let home = over_tls(Certificate::Good);
    keys(&home, &ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    again(&home, &code).fails(22).says("certificate").does_not_say("trying again");
    home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
    let outcome = again(&home, &code);
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn r71_a_code_whose_answer_was_lost_is_not_sent_again_and_may_be_spent() {
    let lost = [Fault::ResetBeforeBody, Fault::ResetAfterBody, Fault::CloseSilently, Fault::TruncatedBody];
    let unusable = [
        Fault::GarbageBody,
        Fault::EmptyBody,
        Fault::HtmlPortal,
        Fault::WithoutCredentials,
        Fault::Unannounced(100),
        Fault::Status { code: 200, body: "x".repeat(10 << 20) },
    ];
    for fault in lost.into_iter().chain(unusable) {
        for args in [&[][..], &["--role-arn", role::ADMIN, "--role-duration-seconds", "7200"]] {
            let home = person(&ALICE);
            home.sts().fault(fault.clone());
            let code = home.sts().fresh_code(ALICE.mfa_serial);
            println!("{fault:.60?} {args:?}");
            let outcome = home.run(["--from", "env", "--token-code", &code]).args(args).go();
            outcome.fails(22).within(DEADLINE).says("this code may be spent").does_not_say("did not let you");
            assert!(home.sts().emulator().requests().iter().filter(|it| it.method == "POST").count() == 1);
            again(&home, &code).fails(21).says("was used already, or refused");
        }
    }
}

// ---- a trouble that AWS answered with

#[test]
fn r71_a_trouble_that_was_answered_costs_nobody_a_code() {
    let troubles = [
        Fault::throttling(),
        named("ThrottlingException", 400),
        named("RequestThrottled", 403),
        named("SlowDown", 503),
        named("IDPCommunicationError", 400),
        Fault::internal_failure(),
        Fault::service_unavailable(),
        page(429),
        page(500),
        page(502),
        page(503),
        page(504),
    ];
    for fault in troubles {
        let home = person(&ALICE);
        home.sts().fault(fault.clone());
        println!("{fault:?}");
        let outcome = with_code(&home, &ALICE, &[]);
        outcome.ok().within(DEADLINE).does_not_say("trying again");
        assert_eq!(home.sts().emulator().issued().len(), 1);
        let codes: Vec<_> = home.sts().emulator().requests();
        assert_eq!(codes.iter().filter(|it| it.method == "POST").count(), 2, "the same code, sent again");
    }
}

#[test]
fn r71_after_three_tries_it_gives_up_and_says_whose_trouble_it_is() {
    for (fault, told) in [
        (Fault::throttling(), "400 Throttling"),
        (Fault::internal_failure(), "500 InternalFailure"),
        (page(502), "502"),
    ] {
        for args in [&[][..], &["--role-arn", role::ADMIN, "--role-duration-seconds", "7200"]] {
            let home = person(&ALICE);
            home.sts().fault_always(fault.clone());
            println!("{fault:?} {args:?}");
            let outcome = with_code(&home, &ALICE, args);
            outcome.fails(22).within(DEADLINE).says(told).does_not_say("did not let you").does_not_say("no session");
            outcome.says(&format!("answered {told}: trying again"));
            assert_eq!(outcome.err().matches("trying again").count(), 1, "{outcome:?}");
            assert_eq!(home.sts().emulator().requests().iter().filter(|it| it.method == "POST").count(), 3);
        }
    }
}

#[test]
fn r71_a_code_that_a_troubled_try_has_used_is_told_as_that() {
    let home = person(&ALICE);
    home.sts().fault(Fault::internal_failure_after_work());
    let outcome = with_code(&home, &ALICE, &[]);
    outcome.fails(22).says("the try that got 500 InternalFailure may have used this code").says("use the next code");
}

#[test]
fn r71_a_code_that_a_troubled_try_has_used_is_none_of_the_three_entries() {
    let home = person(&ALICE);
    home.sts().fault(Fault::StatusAfter { code: 502, body: "<html></html>".to_owned() });
    let mut pty = home.run(["--from", "env"]).captured();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("the try that got 502 may have used this code");
    pty.expect_prompt();
    pty.line(&home.sts().wrong_code(ALICE.mfa_serial));
    pty.expect("AWS refused that code");
    pty.expect_prompt();
    pty.line("12345");
    pty.expect("not a code of six digits");
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.finish().ok();
}

#[test]
fn r71_a_program_that_gives_codes_is_asked_for_the_next_one() {
    // What a program gives in the last three seconds of a code is not sent, and it is asked once more.
    let left = 30 - SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970").as_secs() % 30;
    if left < 10 {
        std::thread::sleep(Duration::from_secs(left));
    }
    let home = person(&ALICE);
    home.sts().fault(Fault::internal_failure_after_work());
    let first = home.sts().fresh_code(ALICE.mfa_serial);
    let (count, codes) = (home.rig("count"), home.rig("codes"));
    // another that is good: of the step after, or before
    let other = {
        let other = Home::with_sts();
        let mut code = other.sts().fresh_code(ALICE.mfa_serial);
        if code == first {
            let _ = other.sts().emulator().used_code(ALICE.mfa_serial);
            code = other.sts().fresh_code(ALICE.mfa_serial);
        }
        code
    };
    std::fs::write(&codes, format!("{first}\n{other}\n")).expect("codes");
    let script =
        format!("#!/bin/sh\necho x >>'{0}'\nsed -n \"$(wc -l <'{0}')p\" '{1}'\n", count.display(), codes.display());
    home.script("codes", &script);
    home.secret_but("the other code", &other, &[crate::support::sweep::Place::Terminal]);
    let outcome = home.run(["--from", "env", "--token-from", "codes"]).go();
    outcome.ok();
    assert_eq!(outcome.exports()["AWS_ACCESS_KEY_ID"], home.sts().emulator().issued()[1].access_key_id);
}

#[test]
fn r71_iam_and_the_console_are_asked_again() {
    for fault in [Fault::throttling(), page(503), Fault::internal_failure()] {
        let home = unnamed_device();
        home.sts().emulator().fault_elsewhere(fault.clone());
        println!("{fault:?}");
        let outcome = with_code(&home, &ALICE, &[]);
        home.sts().delivered(&outcome);
        let home = with_role(&BOB);
        if matches!(fault, Fault::Status { code: 500.., .. }) {
            home.sts().emulator().fault_elsewhere(fault);
            home.run(["console", "--print", "--from", "pass"]).go().says_out("SigninToken=");
        }
    }
    let home = unnamed_device();
    for _ in 0..3 {
        home.sts().emulator().fault_elsewhere(Fault::throttling());
    }
    let outcome = with_code(&home, &ALICE, &[]);
    outcome.fails(22).says("IAM").says("400 Throttling").does_not_say("iam:ListMFADevices");
}

#[test]
fn keys_that_iam_does_not_take_are_not_for_want_of_a_permission() {
    let home = unnamed_device();
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", "A".repeat(40));
    with_code(&home, &ALICE, &[]).fails(20).says("is not its own").does_not_say("iam:ListMFADevices");
    let home = unnamed_device();
    home.set("AWS_AUTH_ACCESS_KEY_ID", "AKIANOBODY7EXAMPLE9Q");
    with_code(&home, &ALICE, &[]).fails(20).says("inactive, deleted").does_not_say("iam:ListMFADevices");
}

#[test]
fn a_role_that_does_not_allow_tags_costs_no_code() {
    let text = format!("User: {} is not authorized to perform: sts:TagSession on resource: {}", ALICE.arn, role::DEV);
    let home = unnamed_device();
    home.sts().fault_always(Fault::ErrorText(text));
    let outcome = home.run(["--from", "env", "--role-arn", role::DEV, "--tag", "a=b"]).captured().finish();
    outcome.fails(20).says("must allow sts:TagSession");
    assert_eq!(home.sts().actions(), ["AssumeRole"], "no device is looked for");
}

#[test]
fn a_region_that_is_not_the_endpoints_is_not_blamed_on_the_secret() {
    let home = person(&BOB);
    let text = "Credential should be scoped to a valid region, not 'us-east-1'. ";
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>{text}</Message></Error>\
         <RequestId>0</RequestId></ErrorResponse>"
    );
    home.sts().fault_always(Fault::Status { code: 403, body });
    home.run(["--from", "env"]).go().fails(20).says("--region").does_not_say("is not its own");
}

// ---- clocks

/// By how many seconds AWS is ahead: minutes to half a day.
const OFFSETS: [i64; 10] = [300, -300, 960, -960, 3600, -3600, 6 * 3600, -6 * 3600, 12 * 3600, -12 * 3600];

fn warns_once(outcome: &Outcome) {
    assert_eq!(outcome.err().matches("signing with AWS's time").count(), 1, "{outcome:?}");
    outcome.says("warning: this machine's clock is").says("here 20").says("aws 20");
}

#[test]
fn r72_a_clock_that_is_off_is_corrected_and_a_code_that_was_given_is_sent_again() {
    for offset in OFFSETS {
        for who in [&BOB, &ALICE] {
            let home = person(who);
            home.sts().emulator().set_clock_offset(offset);
            println!("{offset} {}", who.arn);
            let outcome =
                if who.mfa_serial.is_empty() { home.run(["--from", "env"]).go() } else { with_code(&home, who, &[]) };
            outcome.ok();
            home.sts().delivered_session_after_correction(&outcome);
            if offset.abs() > 900 {
                warns_once(&outcome);
            }
        }
    }
}

#[test]
fn r72_a_code_that_is_computed_goes_by_awss_time() {
    let rows = OFFSETS.into_iter().chain([90, -90]).flat_map(|offset| [(offset, false), (offset, true)]);
    for (offset, hidden) in rows {
        let home = Home::new();
        let world = World { codes_are_reusable: true, ..World::standard() };
        home.attach(crate::support::Sts::of(aws_auth_emulator::Emulator::start(world)));
        home.sts().emulator().set_clock_offset(offset);
        gpg::secrets_of(&home, &ALICE);
        home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
        home.set("AWS_AUTH_SERIAL_NUMBER", ALICE.mfa_serial);
        let uri = format!("otpauth://totp/aws?secret={}", ALICE.totp_secret);
        let item = format!(r#"{{"id":"x","fields":[{{"id":"o","type":"OTP","label":"otp","value":"{uri}"}}]}}"#);
        let _op = Fake::new(&home, "op").on(&["item", "get", "aws", "--format", "json"], &Answer::of(item));
        // Where AWS tells its time before the code is computed, when the connection is opened, one code is enough.
        if hidden {
            home.sts().emulator().hide_time_at_first();
        }
        println!("{offset} {hidden}");
        let outcome = home.run(["--from", "env", "--token-from", "op"]).go();
        outcome.ok();
        let codes: Vec<_> = home.sts().with_code();
        let codes: Vec<_> = codes.iter().filter_map(|request| request.param("TokenCode")).collect();
        match (hidden, &codes[..]) {
            (false, [_]) => {}
            (_, [first, second]) => assert_ne!(first, second, "computed anew"),
            other => panic!("{other:?}"),
        }
        if offset.abs() > 240 {
            warns_once(&outcome);
        }
    }
}

#[test]
fn r72_a_code_that_is_wrong_after_a_correction_is_told_as_a_clocks() {
    let home = person(&ALICE);
    home.sts().emulator().set_clock_offset(3600);
    let code = home.sts().wrong_code(ALICE.mfa_serial);
    again(&home, &code).fails(23).says("60 minutes behind").says("set the clock");
    assert_eq!(home.sts().emulator().requests().iter().filter(|it| it.method == "POST").count(), 2);
}

#[test]
fn r72_iam_is_asked_again_by_its_own_time_and_sts_goes_by_it() {
    for offset in [960, -43_200] {
        let home = unnamed_device();
        home.sts().emulator().set_clock_offset(offset);
        println!("{offset}");
        let outcome = with_code(&home, &ALICE, &[]);
        outcome.ok();
        warns_once(&outcome);
        home.sts().saw(&["ListMFADevices", "ListMFADevices", "GetSessionToken"]);
    }
}
