//! The SDK that aws-auth uses, against the emulator: the two must agree about every byte that is signed or parsed.

use aws_auth_emulator::{ALICE, Emulator, Fault, Issued, Outcome, Person, World, role};
use aws_sdk_sts::config::retry::RetryConfig;
use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sts::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sts::{Client, Config};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};

/// Runs to the end on this thread, as aws-auth does.
pub fn run<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A client that tries once, trusting the emulator's CA.
pub fn client(url: &str, ca: &str, credentials: Credentials) -> Client {
    let trust = TrustStore::empty().with_pem_certificate(ca);
    let builder = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    let http = if ca.is_empty() {
        builder.build_https()
    } else {
        builder.tls_context(TlsContext::builder().with_trust_store(trust).build().unwrap()).build_https()
    };
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-central-1"))
        .endpoint_url(url)
        .retry_config(RetryConfig::disabled())
        .http_client(http)
        .credentials_provider(credentials);
    Client::from_conf(config.build())
}

pub fn permanent(person: Person) -> Credentials {
    Credentials::new(person.access_key_id, person.secret_access_key, None, None, "test")
}

fn temporary(issued: &Issued) -> Credentials {
    let token = Some(issued.session_token.clone());
    Credentials::new(&issued.access_key_id, &issued.secret_access_key, token, None, "test")
}

/// Code and message of a refusal; the chain of causes of anything else.
fn told<T: std::fmt::Debug, E: ProvideErrorMetadata + std::error::Error + 'static>(
    result: Result<T, SdkError<E>>,
) -> String {
    match result {
        Ok(answer) => format!("{answer:?}"),
        Err(SdkError::ServiceError(error)) => {
            let metadata = error.err().meta();
            format!("{}: {}", metadata.code().unwrap_or_default(), metadata.message().unwrap_or_default())
        }
        Err(error) => DisplayErrorContext(error).to_string(),
    }
}

#[test]
fn the_whole_way_from_keys_to_a_chained_role() {
    let sts = Emulator::start(World::standard());
    run(async {
        let alice = client(&sts.url(), "", permanent(ALICE));
        assert_eq!(alice.get_caller_identity().send().await.unwrap().arn(), Some(ALICE.arn));

        let code = sts.fresh_code(ALICE.mfa_serial);
        let session = alice.get_session_token().serial_number(ALICE.mfa_serial).token_code(code).duration_seconds(900);
        let given = session.send().await.unwrap().credentials.unwrap();
        let issued = sts.issued().pop().unwrap();
        assert_eq!(
            (given.access_key_id(), given.secret_access_key(), given.session_token()),
            (&*issued.access_key_id, &*issued.secret_access_key, &*issued.session_token)
        );
        assert_eq!(given.expiration().to_string(), issued.expiration);

        let session = client(&sts.url(), "", temporary(&issued));
        let dev = session
            .assume_role()
            .role_arn(role::DEV)
            .role_session_name("me")
            .source_identity("alice")
            .policy(r#"{"Version": "2012-10-17", "Statement": []}"#)
            .send()
            .await
            .unwrap();
        let user = dev.assumed_role_user().unwrap();
        assert_eq!(user.arn(), "arn:aws:sts::111122223333:assumed-role/dev/me");
        assert_eq!(dev.source_identity(), Some("alice"));

        let dev = client(&sts.url(), "", temporary(&sts.issued().pop().unwrap()));
        let chained = dev.assume_role().role_arn(role::CHAINED).role_session_name("me").duration_seconds(3600);
        assert!(chained.clone().send().await.is_ok());
        assert!(
            told(chained.duration_seconds(3601).send().await)
                .starts_with("ValidationError: The requested DurationSeconds exceeds the 1 hour")
        );
        assert_eq!(
            told(dev.get_session_token().send().await),
            "AccessDenied: Cannot call GetSessionToken with session credentials"
        );
    });
    let requests = sts.requests();
    assert!(requests[2].session_token && requests[2].signed_headers.contains(&"x-amz-security-token".to_owned()));
    assert!(requests.iter().all(|request| request.region.as_deref() == Some("eu-central-1")));
}

#[test]
fn refusals_arrive_with_code_and_text() {
    let sts = Emulator::start(World::standard());
    run(async {
        let wrong = Credentials::new(ALICE.access_key_id, "wrong", None, None, "test");
        let error = told(client(&sts.url(), "", wrong).get_caller_identity().send().await);
        assert!(error.starts_with("SignatureDoesNotMatch: The request signature we calculated"), "{error}");

        let alice = client(&sts.url(), "", permanent(ALICE));
        let code = sts.used_code(ALICE.mfa_serial);
        let used = alice.get_session_token().serial_number(ALICE.mfa_serial).token_code(code).send().await;
        assert_eq!(told(used), "AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. ");
        let denied = alice.assume_role().role_arn(role::DEV).role_session_name("me").send().await;
        assert_eq!(
            told(denied),
            format!(
                "AccessDenied: User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
                ALICE.arn,
                role::DEV
            )
        );
    });
}

#[test]
fn a_stale_clock_is_told_both_times() {
    let sts = Emulator::start(World::standard());
    sts.set_clock_offset(3600);
    let error = run(async { told(client(&sts.url(), "", permanent(ALICE)).get_caller_identity().send().await) });
    assert!(
        error.starts_with("SignatureDoesNotMatch: Signature expired: ") && error.ends_with(" - 15 min.)"),
        "{error}"
    );
}

#[test]
fn a_hostile_text_reaches_the_client_as_it_was() {
    let sts = Emulator::start(World::standard());
    let text = "<b>&amp;\u{1b}]52;c;x\u{7} \n\"'";
    sts.fault(Fault::ErrorText(text.to_owned()));
    let error = run(async { told(client(&sts.url(), "", permanent(ALICE)).get_caller_identity().send().await) });
    assert_eq!(error, format!("AccessDenied: {text}"));
    sts.fault(Fault::Credentials { access_key_id: Some(text.to_owned()), secret: None, token: None, expiration: None });
    let session = run(async { client(&sts.url(), "", permanent(ALICE)).get_session_token().send().await });
    assert_eq!(session.unwrap().credentials().unwrap().access_key_id(), text);
    assert_eq!(sts.requests()[1].outcome, Outcome::Fault);
}
