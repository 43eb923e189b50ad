//! The calls to STS: what is asked, by whose keys, and what becomes of every way in which it can go wrong.

use std::fs;
use std::io::Read as _;
use std::net::TcpListener;
use std::time::{Duration, Instant};

use aws_auth_emulator::Certificate;

use crate::shells::bob;
use crate::support::fake::{Answer, Fake};
use crate::support::proxy::Proxy;
use crate::support::sts::{ALICE, BOB, CAROL, CHEN, Fault, GINA, Person, role};
use crate::support::{Home, Outcome, Sts, fake, gpg};

/// No fault may keep anybody waiting for longer.
const DEADLINE: Duration = Duration::from_secs(25);

/// A person whose keys, device and role are in the environment; no manager is involved.
pub fn person(person: &Person) -> Home {
    let home = Home::with_sts();
    keys(&home, person);
    home
}

pub fn keys(home: &Home, person: &Person) {
    gpg::secrets_of(home, person);
    home.set("AWS_AUTH_ACCESS_KEY_ID", person.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", person.secret_access_key);
    if !person.mfa_serial.is_empty() {
        home.set("AWS_AUTH_SERIAL_NUMBER", person.mfa_serial);
    }
}

pub fn with_code(home: &Home, person: &Person, args: &[&str]) -> Outcome {
    let code = home.sts().fresh_code(person.mfa_serial);
    home.run(["--from", "env", "--token-code", &code]).args(args).go()
}

// ---- whose keys, which place

#[test]
fn r66_a_poisoned_environment_is_not_what_signs_the_call() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, "");
    let poison = "[default]\naws_access_key_id = AKIAPOISON0000000000\naws_secret_access_key = poisonpoisonpoisonpoisonpoisonpoison0000\n";
    home.write(".aws/credentials", format!("{poison}[work]\n{}", poison.trim_start_matches("[default]\n")));
    home.write(".aws/config", "[default]\nrole_arn = arn:aws:iam::111122223333:role/poison\nsource_profile = work\nmfa_serial = GAHT99999999\n[profile work]\nregion = eu-west-1\n");
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", "AKIAPOISON0000000000"),
        ("AWS_SECRET_ACCESS_KEY", "poisonpoisonpoisonpoisonpoisonpoison0000"),
        ("AWS_SESSION_TOKEN", "poison"),
        ("AWS_SECURITY_TOKEN", "poison"),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "/nonexistent"),
        ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/poison"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://127.0.0.1:9/"),
        ("AWS_EC2_METADATA_DISABLED", "false"),
    ] {
        home.set(name, value);
    }
    let outcome = home.run(["--from", "pass"]).go();
    let request = home.sts().delivered_session(&outcome, &BOB);
    assert!(!request.session_token, "no token of the environment goes with our keys");
    assert_eq!(request.param("SerialNumber"), None);
}

#[test]
fn r66_a_profile_chooses_settings_and_never_keys() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, "");
    home.write(".aws/config", "[profile work]\nregion = eu-west-1\naws_access_key_id = AKIAPOISON0000000000\naws_secret_access_key = poisonpoisonpoisonpoisonpoisonpoison0000\n");
    let outcome = home.run(["--from", "pass"]).env("AWS_PROFILE", "work").go();
    let request = home.sts().delivered_session(&outcome, &BOB);
    assert_eq!(request.region.as_deref(), Some("eu-west-1"));
    outcome.says("work");
}

#[test]
fn a_manager_named_in_a_profile_needs_no_flag() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, "");
    home.write(
        ".aws/config",
        format!("[profile work]\naws_auth_from = pass\nrole_arn = {}\nsource_profile = work\n", role::PLAIN),
    );
    let outcome = home.run(["--profile", "work"]).go();
    home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
}

#[test]
fn the_region_is_the_callers_or_the_partitions() {
    /// Whose keys, flags, variables, the region asked.
    type Row<'a> = (&'a Person, &'a [&'a str], &'a [(&'a str, &'a str)], &'a str);
    let rows: [Row; 8] = [
        (&ALICE, &[], &[], "us-east-1"),
        (&ALICE, &["--region", "eu-west-1"], &[], "eu-west-1"),
        (&ALICE, &[], &[("AWS_REGION", "eu-north-1")], "eu-north-1"),
        (&ALICE, &[], &[("AWS_DEFAULT_REGION", "eu-south-1")], "eu-south-1"),
        (&ALICE, &["--region", "eu-west-1"], &[("AWS_REGION", "eu-north-1")], "eu-west-1"),
        (&GINA, &[], &[], "us-gov-west-1"),
        (&CHEN, &[], &[], "cn-north-1"),
        (&CHEN, &[], &[("AWS_REGION", "cn-northwest-1")], "cn-northwest-1"),
    ];
    for (who, args, env, expected) in rows {
        let home = person(who);
        let code = home.sts().fresh_code(who.mfa_serial);
        let mut run = home.run(["--from", "env", "--token-code", &code]).args(args);
        for (name, value) in env {
            run = run.env(name, value);
        }
        let request = home.sts().delivered_session(&run.go(), who);
        assert_eq!(request.region.as_deref(), Some(expected), "{} {args:?} {env:?}", who.arn);
    }
}

#[test]
fn the_partition_of_a_role_chooses_the_region_too() {
    for (who, arn, expected) in [(&GINA, role::GOV_DEV, "us-gov-west-1"), (&CHEN, role::CHINA_DEV, "cn-north-1")] {
        let home = person(who);
        let outcome = with_code(&home, who, &["--role-arn", arn]);
        let request = home.sts().delivered_role(&outcome, who, arn);
        assert_eq!(request.region.as_deref(), Some(expected));
    }
}

#[test]
fn r67_an_endpoint_without_tls_has_to_be_on_this_machine() {
    for (name, url) in [
        ("AWS_ENDPOINT_URL_STS", "http://sts.example.com"),
        ("AWS_ENDPOINT_URL", "http://sts.example.com/"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1.example.com:80"),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1@example.com/"),
        ("AWS_ENDPOINT_URL_STS", "http://localhost.example.com/"),
        ("AWS_ENDPOINT_URL_STS", "ftp://127.0.0.1/"),
        ("AWS_ENDPOINT_URL_STS", "not a url"),
    ] {
        let home = person(&BOB);
        println!("{name}={url}");
        let outcome = home.run(["--from", "env"]).without("AWS_ENDPOINT_URL_STS").env(name, url).go();
        outcome.fails(10).within(Duration::from_secs(5)).says("endpoint");
    }
}

#[test]
fn r67_another_endpoint_is_announced_before_it_is_used() {
    let home = person(&BOB);
    let outcome = home.run(["--from", "env"]).go();
    outcome.ok().says(&home.sts().url()).says("environment");
    let home = person(&BOB);
    let url = home.sts().url();
    let outcome = home.run(["--from", "env"]).without("AWS_ENDPOINT_URL_STS").env("AWS_ENDPOINT_URL", &url).go();
    home.sts().delivered_session(&outcome, &BOB);
    outcome.says(&url).says("environment");
}

// ---- what is asked for

#[test]
fn r69_durations_that_aws_does_not_accept_are_refused_before_anything_is_asked() {
    for args in [
        &["--mfa-duration-seconds", "899"][..],
        &["--mfa-duration-seconds", "129601"],
        &["--token-duration-seconds", "0"],
        &["--role-arn", role::DEV, "--role-duration-seconds", "899"],
        &["--role-arn", role::DEV, "--role-duration-seconds", "43201"],
    ] {
        let home = Home::with_sts();
        let manager = fake::pass(&home, &ALICE, "");
        println!("{args:?}");
        home.run(["--from", "pass"]).args(args).go().fails(10).says("seconds");
        assert!(manager.calls().is_empty());
        home.sts().saw(&[]);
    }
}

#[test]
fn an_external_id_goes_with_the_role() {
    let home = person(&BOB);
    let args = ["--from", "env", "--role-arn", role::PARTNER];
    home.run(args).go().fails(20);
    let outcome = home.run(args).args(["--external-id", role::PARTNER_EXTERNAL_ID]).go();
    outcome.ok();
    assert_eq!(
        home.sts().requests().last().and_then(|it| it.param("ExternalId").map(str::to_owned)).as_deref(),
        Some(role::PARTNER_EXTERNAL_ID)
    );
}

#[test]
fn every_option_that_narrows_or_names_a_role_session_reaches_sts() {
    let home = person(&BOB);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    home.write("policy.json", policy);
    let file = format!("file://{}", home.path("policy.json").display());
    let managed = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
    let common = [
        ["--policy-arn", managed],
        ["--tag", "team=data"],
        ["--tag", "cost=42"],
        ["--transitive-tag", "team"],
        ["--source-identity", "bob"],
        ["--role-session-name", "nightly"],
    ];
    for (given, input) in [(policy, ""), (&file, ""), ("file:///dev/stdin", policy)] {
        println!("{given}");
        let run = home.run(["--from", "env", "--role-arn", role::PATHED, "--policy", given]);
        run.args(common.concat()).input(input).go().ok();
        let request = home.sts().requests().pop().expect("a request");
        for (name, value) in [
            ("Policy", policy),
            ("PolicyArns.member.1.arn", managed),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "data"),
            ("Tags.member.2.Key", "cost"),
            ("Tags.member.2.Value", "42"),
            ("TransitiveTagKeys.member.1", "team"),
            ("SourceIdentity", "bob"),
            ("RoleSessionName", "nightly"),
        ] {
            assert_eq!(request.param(name), Some(value), "{name}");
        }
    }
    home.run(["--from", "env", "--role-arn", role::PATHED, "--read-only"]).go().ok();
    let request = home.sts().requests().pop().expect("a request");
    assert_eq!(request.param("PolicyArns.member.1.arn"), Some("arn:aws:iam::aws:policy/ReadOnlyAccess"));
    for unusable in ["file:///dev/zero", "file:///nowhere", "file:///"] {
        let run = home.run(["--from", "env", "--role-arn", role::PATHED, "--policy", unusable]);
        run.go().fails(10).says(unusable.trim_start_matches("file://")).within(Duration::from_secs(2));
    }
}

#[test]
fn a_policy_that_is_no_json_is_told_before_anything_is_asked() {
    let home = person(&BOB);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}"#;
    home.write("policy.json", policy);
    home.write("broken.json", "{\"Version\":");
    let run =
        |policy: &str| home.run(["--from", "env", "--role-arn", role::PATHED]).arg(format!("--policy={policy}")).go();
    for (policy, told) in [
        ("p.json", "for a file: --policy file://p.json\n"),
        ("a p.json", "for a file: --policy 'file://a p.json'\n"),
        ("\"x\"", "is not JSON"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "for a file: --policy file://policy.json\n"),
        ("{'Version': 1}", "at line 1 column 2"),
        ("file://~/broken.json", "the policy ~/broken.json is not JSON"),
    ] {
        run(policy).fails(10).says(told);
    }
    home.sts().saw(&[]);
    home.run(["--from", "env", "--role-arn", role::PATHED])
        .env("AWS_AUTH_POLICY", "p.json")
        .go()
        .fails(10)
        .says(": file://p.json\n");
    // no shell replaces the ~ in it
    run("file://~/policy.json").ok();
    let request = home.sts().requests().pop().expect("a request");
    assert_eq!(request.param("Policy"), Some(policy));
}

#[test]
fn what_only_a_role_can_have_is_not_left_out_where_there_is_none() {
    for asked in [
        &["--read-only"][..],
        &["--policy", "{}"],
        &["--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"],
        &["--tag", "a=b"],
        &["--transitive-tag", "a"],
        &["--source-identity", "bob"],
    ] {
        for no_role in [&["--no-role"][..], &[]] {
            let home = person(&BOB);
            println!("{asked:?} {no_role:?}");
            home.run(["--from", "env"]).args(asked).args(no_role).go().fails(10).says("needs a role");
            assert!(home.sts().actions().is_empty());
        }
    }
}

#[test]
fn a_role_in_another_account_and_one_under_a_path() {
    let home = person(&ALICE);
    let outcome = with_code(&home, &ALICE, &["--role-arn", role::OTHER_DEV]);
    home.sts().delivered_role(&outcome, &ALICE, role::OTHER_DEV);
    let home = person(&BOB);
    let outcome = home.run(["--from", "env", "--role-arn", role::PATHED]).go();
    home.sts().delivered_role(&outcome, &BOB, role::PATHED);
}

// ---- refusals

#[test]
fn a_refusal_keeps_awss_words_and_says_what_to_do() {
    let home = person(&BOB);
    home.run(["--from", "env", "--role-arn", role::DEV]).go().fails(20).says("AccessDenied").says("MFA");
    let home = person(&CAROL);
    with_code(&home, &CAROL, &[]).fails(20).says("InvalidClientTokenId");
    let home = person(&ALICE);
    with_code(&home, &ALICE, &["--role-arn", "arn:aws:iam::111122223333:role/nosuch"]).fails(20).says("AccessDenied");
    let home = person(&BOB);
    home.run(["--from", "env"])
        .env("AWS_AUTH_SECRET_ACCESS_KEY", "A".repeat(40))
        .go()
        .fails(20)
        .says("SignatureDoesNotMatch");
}

#[test]
fn r65_a_wrong_code_from_the_command_line_is_sent_once() {
    let home = person(&ALICE);
    let code = home.sts().wrong_code(ALICE.mfa_serial);
    home.run(["--from", "env", "--token-code", &code]).go().fails(21).says("code");
    assert_eq!(home.sts().requests().len(), 1);
}

#[test]
fn r65_a_spent_code_is_not_sent_again_by_any_process() {
    let home = person(&ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "env", "--no-role", "--token-code", &code]).go().ok();
    let outcome = home
        .run(["--from", "env", "--role-arn", role::ADMIN, "--role-duration-seconds", "7200", "--token-code", &code])
        .go();
    outcome.fails(21);
    assert_eq!(home.sts().with_code().len(), 1);
}

#[test]
fn a_malformed_code_from_the_command_line_is_a_usage_error() {
    for code in ["12345", "1234567", "abcdef", "", "12 456", "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}"] {
        let home = person(&ALICE);
        home.run(["--from", "env", "--token-code", code]).go().fails(2);
        home.run(["--from", "env", "--token-code", "-"]).input(code).go().fails(2);
        home.sts().saw(&[]);
    }
}

#[test]
fn r75_a_session_in_another_account_than_the_roles_is_refused() {
    let home = person(&BOB);
    home.sts().fault(Fault::OtherAccount);
    home.run(["--from", "env", "--role-arn", role::PLAIN]).go().fails(20).says("account");
}

#[test]
fn r76_awss_words_are_cleaned_and_cut() {
    for text in
        ["\u{9b}31mred \u{202e}reversed".to_owned(), "tab\tand\nline\r\nends".to_owned(), "long ".repeat(40_000)]
    {
        let home = person(&BOB);
        home.sts().fault_always(Fault::ErrorText(text));
        let outcome = home.run(["--from", "env", "--role-arn", role::PLAIN]).go();
        outcome.fails(20);
        assert!(outcome.err().len() < 4096 && outcome.err().lines().count() <= 4, "{outcome:?}");
        assert!(!outcome.err().contains('\u{202e}'), "{outcome:?}");
    }
}

// ---- the network and the server on bad days

/// A fault, and whether it leaves open that the request was served.
fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("a reset before the body", Fault::ResetBeforeBody),
        ("a reset after the body", Fault::ResetAfterBody),
        ("a close without an answer", Fault::CloseSilently),
        ("a truncated answer", Fault::TruncatedBody),
        ("garbage", Fault::GarbageBody),
        ("nothing", Fault::EmptyBody),
        ("a login page", Fault::HtmlPortal),
        ("an answer without credentials", Fault::WithoutCredentials),
        ("an internal failure", Fault::internal_failure()),
        ("a temporary failure", Fault::service_unavailable()),
        ("throttling", Fault::throttling()),
        ("a gateway's page", Fault::Status { code: 502, body: "<html>Bad gateway</html>".to_owned() }),
        ("an answer of ten megabytes", Fault::Status { code: 200, body: "x".repeat(10 << 20) }),
    ]
}

#[test]
fn r70_r71_r73_a_fault_that_stays_is_told_within_the_deadline() {
    for (name, fault) in faults() {
        let home = person(&BOB);
        home.sts().fault_always(fault);
        println!("{name}");
        home.run(["--from", "env"]).go().fails(22).within(DEADLINE);
        let calls = home.sts().emulator().requests().len();
        assert!((1..=4).contains(&calls), "{name}: {calls} requests");
    }
}

#[test]
fn r71_a_passing_fault_is_got_over() {
    for (name, fault) in [
        ("throttling", Fault::throttling()),
        ("a temporary failure", Fault::service_unavailable()),
        ("an internal failure", Fault::internal_failure()),
        ("a reset before the body", Fault::ResetBeforeBody),
        ("a reset after the body", Fault::ResetAfterBody),
    ] {
        let home = person(&BOB);
        home.sts().fault(fault);
        println!("{name}");
        home.run(["--from", "env"]).go().ok();
    }
}

/// A server that goes on for ever, in one way or another.
fn endless(fault: Fault, who: &Person) {
    let home = person(who);
    home.sts().fault_always(fault);
    let outcome = if who.mfa_serial.is_empty() { home.run(["--from", "env"]).go() } else { with_code(&home, who, &[]) };
    outcome.fails(22).within(DEADLINE);
    assert!(home.sts().with_code().len() <= 1);
}

#[test]
fn r70_a_server_that_never_answers_is_given_up() {
    endless(Fault::NeverAnswer, &BOB);
}

#[test]
fn r70_a_server_that_never_answers_to_a_code_is_given_up() {
    endless(Fault::NeverAnswer, &ALICE);
}

#[test]
fn r70_a_server_that_answers_drop_by_drop_is_given_up() {
    endless(Fault::SlowDrip(10), &BOB);
}

#[test]
fn r70_a_server_that_answers_drop_by_drop_to_a_code_is_given_up() {
    endless(Fault::SlowDrip(10), &ALICE);
}

#[test]
fn r70_nobody_there() {
    let home = person(&BOB);
    // bound and closed again: refused
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr()).expect("a port").port();
    let outcome = home.run(["--from", "env"]).env("AWS_ENDPOINT_URL_STS", format!("http://127.0.0.1:{port}")).go();
    outcome.fails(22).within(DEADLINE);
    let outcome = home.run(["--from", "env"]).env("AWS_ENDPOINT_URL_STS", "https://sts.nosuchhost.invalid").go();
    outcome.fails(22).within(DEADLINE);
}

#[test]
fn a_slow_answer_is_waited_for() {
    let home = person(&ALICE);
    home.sts().emulator().set_latency(Duration::from_secs(3));
    let outcome = with_code(&home, &ALICE, &[]);
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn r06_r74_credentials_that_cannot_be_are_refused() {
    let home = Home::new();
    let marker = home.rig("EXECUTED");
    let touch = format!("x'; touch {}; '", marker.display());
    let unquoted = format!("x$(touch${{IFS}}{})xxxxxxxxxxxxxxxx", marker.display());
    let credentials =
        |id: Option<&str>, secret: Option<&str>, token: Option<&str>, expiration: Option<&str>| Fault::Credentials {
            access_key_id: id.map(str::to_owned),
            secret: secret.map(str::to_owned),
            token: token.map(str::to_owned),
            expiration: expiration.map(str::to_owned),
        };
    let rows = [
        ("an empty key id", credentials(Some(""), None, None, None)),
        ("a key id that is code", credentials(Some(&touch), None, None, None)),
        ("a key id with a quote", credentials(Some("ASIAIOSFODNN7'XAMPLE"), None, None, None)),
        ("an empty secret", credentials(None, Some(""), None, None)),
        ("a secret that is code", credentials(None, Some(&touch), None, None)),
        ("a secret that is code without a blank", credentials(None, Some(&unquoted), None, None)),
        ("a secret that leaves double quotes", credentials(None, Some("xxxxxxxxxxxxxxxx\"&calc&\""), None, None)),
        ("a token that is code without a blank", credentials(None, None, Some(&unquoted), None)),
        ("a secret of two lines", credentials(None, Some("abcdefghijklmnopqrst\nabcdefghijklmnopqrs"), None, None)),
        ("an empty token", credentials(None, None, Some(""), None)),
        ("a token that is code", credentials(None, None, Some("$(touch /tmp/x) `id`"), None)),
        ("a token that is not ASCII", credentials(None, None, Some("t\u{f6}ken\u{2019}"), None)),
        ("a token with an escape", credentials(None, None, Some("tok\u{9b}31men"), None)),
        ("an expiration in the past", credentials(None, None, None, Some("2001-01-01T00:00:00Z"))),
        ("an expiration in a hundred years", credentials(None, None, None, Some("2126-01-01T00:00:00Z"))),
        ("an expiration that is none", credentials(None, None, None, Some("tomorrow"))),
        ("an empty expiration", credentials(None, None, None, Some(""))),
    ];
    for (name, fault) in rows {
        let home = bob();
        home.sts().fault_always(fault);
        println!("{name}");
        let outcome =
            home.command(["bash", "-c", "eval \"$(aws-auth --from env)\"; echo \"$? ${AWS_ACCESS_KEY_ID-none}\""]).go();
        let got = outcome.out().trim().to_owned();
        assert!(["13 none", "22 none", "23 none"].contains(&got.as_str()), "{name}: {got}\n{outcome:?}");
        let outcome = home.command(["bash", "-c", ". <(aws-auth --from env --format env)"]).go();
        outcome.does_not_say("calc");
        assert!(!marker.exists(), "{name}: it was executed");
    }
}

// ---- TLS and proxies

pub fn over_tls(certificate: Certificate) -> Home {
    let home = Home::new();
    home.attach(Sts::start_tls(certificate));
    keys(&home, &BOB);
    home.write("ca.pem", home.sts().emulator().ca_pem());
    home
}

#[test]
fn r70_a_server_is_trusted_by_its_certificate_only() {
    for variable in ["AWS_CA_BUNDLE", "SSL_CERT_FILE"] {
        let home = over_tls(Certificate::Good);
        let outcome = home.run(["--from", "env"]).env(variable, home.path("ca.pem")).go();
        home.sts().delivered_session(&outcome, &BOB);
    }
    let home = over_tls(Certificate::Good);
    home.run(["--from", "env"]).go().fails(22).within(DEADLINE);
    for certificate in [Certificate::WrongHost, Certificate::Expired, Certificate::SelfSigned] {
        let home = over_tls(certificate);
        println!("{certificate:?}");
        let outcome = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path("ca.pem")).go();
        outcome.fails(22).within(DEADLINE).says("certificate");
        home.sts().saw(&[]);
    }
}

#[test]
fn a_bundle_that_cannot_be_read_is_told() {
    for bundle in ["nosuch.pem", "empty.pem", "rubbish.pem"] {
        let home = over_tls(Certificate::Good);
        home.write("empty.pem", "");
        home.write("rubbish.pem", "-----BEGIN CERTIFICATE-----\nrubbish\n-----END CERTIFICATE-----\n");
        println!("{bundle}");
        let outcome = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path(bundle)).go();
        outcome.fails_with_one_of(&[10, 22]).says("AWS_CA_BUNDLE");
    }
}

#[test]
fn r68_https_goes_through_the_proxy_and_its_password_is_never_shown() {
    for name in ["HTTPS_PROXY", "https_proxy"] {
        let home = over_tls(Certificate::Good);
        home.secret("the proxy's password", "proxy-CANARY-password");
        let proxy = Proxy::start();
        let run = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path("ca.pem"));
        let outcome = run.env(name, proxy.url("user:proxy-CANARY-password@")).go();
        home.sts().delivered_session(&outcome, &BOB);
        let heads = proxy.heads();
        assert_eq!(heads.len(), 1, "one tunnel");
        assert!(heads[0].to_lowercase().contains("proxy-authorization: basic "), "{heads:?}");
    }
    let home = over_tls(Certificate::Good);
    home.secret("the proxy's password", "proxy-CANARY-password");
    let run = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path("ca.pem"));
    run.env("HTTPS_PROXY", "http://user:proxy-CANARY-password@127.0.0.1:9").go().fails(22).within(DEADLINE);
}

#[test]
fn r68_no_proxy_is_honoured() {
    let home = over_tls(Certificate::Good);
    let proxy = Proxy::start();
    let run = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path("ca.pem")).env("HTTPS_PROXY", proxy.url(""));
    let outcome = run.env("NO_PROXY", "localhost,127.0.0.1").go();
    home.sts().delivered_session(&outcome, &BOB);
    assert!(proxy.heads().is_empty());
}

#[test]
fn r68_a_proxy_that_cannot_be_used_is_not_passed_by() {
    for (name, url) in [
        ("HTTPS_PROXY", "http://proxy:CANARY password@127.0.0.1:9"),
        ("https_proxy", "http://"),
        ("ALL_PROXY", "socks5://127.0.0.1:9"),
        ("all_proxy", "ftp://127.0.0.1:9"),
    ] {
        println!("{name}={url}");
        let home = over_tls(Certificate::Good);
        home.secret("the proxy's password", "CANARY password");
        let run = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path("ca.pem")).env(name, url);
        run.go().fails(10).says(name).says("http://proxy.example.com:3128");
        assert_eq!(home.sts().emulator().connections(), 0);
    }
    // as curl takes it
    let home = over_tls(Certificate::Good);
    let proxy = Proxy::start();
    let run = home.run(["--from", "env"]).env("AWS_CA_BUNDLE", home.path("ca.pem"));
    let outcome = run.env("HTTPS_PROXY", proxy.url("").trim_start_matches("http://")).go();
    home.sts().delivered_session(&outcome, &BOB);
    assert_eq!(proxy.heads().len(), 1);
}

#[test]
fn nothing_is_sent_before_the_code_is_there() {
    // while somebody types, the connection may be opened; a request may not be made
    let home = Home::new();
    keys(&home, &ALICE);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    home.set("AWS_ENDPOINT_URL_STS", format!("http://{}", listener.local_addr().expect("it is bound")));
    listener.set_nonblocking(true).expect("a listener that does not wait");
    let mut pty = home.run(["--from", "env"]).pty();
    pty.expect_prompt();
    std::thread::sleep(Duration::from_millis(300));
    if let Ok((mut connection, _)) = listener.accept() {
        connection.set_nonblocking(true).expect("a connection that does not wait");
        let mut bytes = Vec::new();
        let _ = connection.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("Action=") && !text.contains("Authorization"), "{text}");
    }
    pty.send([3]);
    pty.finish();
}

#[test]
fn the_connection_is_opened_while_a_manager_answers_and_used_when_it_has() {
    let home = Home::with_sts();
    let released = home.rig("released");
    let waits = format!("until [ -e '{}' ]; do sleep 0.01; done", released.display());
    let item = format!(
        "{}\naccess key id: {}\nmfa serial: {}\n",
        ALICE.secret_access_key, ALICE.access_key_id, ALICE.mfa_serial
    );
    let answer = Answer { first: waits, ..Answer::of(item) };
    let _pass = Fake::new(&home, "pass").on(&["show", "--", "work"], &answer);
    gpg::secrets_of(&home, &ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let running = home.run(["--from", "pass", "--item", "work", "--token-code", &code]).start();
    let started = Instant::now();
    while home.sts().emulator().requests().is_empty() {
        assert!(started.elapsed() < DEADLINE, "STS was not called on");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(home.sts().actions().is_empty(), "something was asked without keys");
    fs::write(&released, "").expect("the manager goes on");
    home.sts().delivered_session(&running.finish(), &ALICE);
    assert_eq!(home.sts().emulator().connections(), 1);
}

#[test]
fn s17_what_aws_refuses_of_a_role_is_refused_before_anybody_is_asked() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, role::DEV);
    for args in [
        &["--external-id", "x"][..],
        &["--external-id", "with a blank"],
        &["--tag", "aws:x=y"],
        &["--tag", "x=a;b"],
        &["--source-identity", "a b"],
        &["--policy-arn", "ReadOnlyAccess"],
    ] {
        home.run(["--from", "pass"]).args(args).go().fails(10);
    }
    assert_eq!(manager.calls().len(), 0);
    home.sts().saw(&[]);
}

#[test]
fn s19_keys_in_the_environment_that_do_not_belong_together_are_told_by_their_variable() {
    let home = Home::with_sts();
    let id = ("AWS_ACCESS_KEY_ID", BOB.access_key_id);
    let secret = ("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key);
    for (variables, named) in [
        (&[id][..], "AWS_SECRET_ACCESS_KEY"),
        (&[secret], "AWS_ACCESS_KEY_ID"),
        (&[id, secret, ("AWS_SESSION_TOKEN", "of-another-session")], "AWS_SESSION_TOKEN"),
    ] {
        for args in [&["--no-role"][..], &["--from", "env"]] {
            let mut run = home.run(args);
            for (name, value) in variables {
                run = run.env(name, value);
            }
            let outcome = run.go();
            assert!(matches!(outcome.code(), 10 | 13), "{outcome:?}");
            outcome.says(named);
        }
    }
    home.sts().saw(&[]);
}
