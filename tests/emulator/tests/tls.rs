//! TLS: a good certificate is trusted by both names, every other one ends the handshake before a request.

use aws_auth_emulator::{ALICE, Certificate, Emulator, Fault, World};
use aws_sdk_sts::error::DisplayErrorContext;

use crate::sdk::{client, permanent, run};

fn identity(sts: &Emulator, url: &str, ca: &str) -> Result<String, String> {
    let answer = run(async { client(url, ca, permanent(ALICE)).get_caller_identity().send().await });
    answer
        .map(|identity| identity.arn().unwrap_or_default().to_owned())
        .map_err(|error| format!("{} {}", DisplayErrorContext(error), sts.requests().len()))
}

#[test]
fn a_good_certificate_is_good_for_both_names() {
    let sts = Emulator::start_tls(World::standard(), Certificate::Good);
    assert_eq!(sts.url(), format!("https://localhost:{}", sts.port()));
    for url in [sts.url(), format!("https://127.0.0.1:{}", sts.port())] {
        assert_eq!(identity(&sts, &url, sts.ca_pem()), Ok(ALICE.arn.to_owned()), "{url}");
    }
}

#[test]
fn a_bad_certificate_is_refused_before_a_request() {
    let table = [
        (Certificate::WrongHost, "NotValidForName"),
        (Certificate::Expired, "Expired"),
        (Certificate::SelfSigned, "UnknownIssuer"),
    ];
    for (certificate, why) in table {
        let sts = Emulator::start_tls(World::standard(), certificate);
        let error = identity(&sts, &sts.url(), sts.ca_pem()).unwrap_err();
        assert!(error.contains(why), "{certificate:?}: {error}");
        assert_eq!((sts.requests().len(), sts.connections() > 0), (0, true), "{certificate:?}");
    }
}

#[test]
fn without_the_ca_nothing_is_trusted() {
    let sts = Emulator::start_tls(World::standard(), Certificate::Good);
    let other = Emulator::start_tls(World::standard(), Certificate::Good);
    let error = identity(&sts, &sts.url(), other.ca_pem()).unwrap_err();
    assert!(error.contains("UnknownIssuer") || error.contains("BadSignature"), "{error}");
}

#[test]
fn faults_are_played_through_tls() {
    let sts = Emulator::start_tls(World::standard(), Certificate::Good);
    for fault in [Fault::ResetBeforeBody, Fault::ResetAfterBody, Fault::CloseSilently, Fault::TruncatedBody] {
        sts.fault(fault.clone());
        assert!(identity(&sts, &sts.url(), sts.ca_pem()).is_err(), "{fault:?}");
    }
    assert!(identity(&sts, &sts.url(), sts.ca_pem()).is_ok());
}
