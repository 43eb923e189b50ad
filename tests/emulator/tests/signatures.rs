//! Signature Version 4: every way to get it wrong, and the words in which AWS says so.

use aws_auth_emulator::{ALICE, BOB, CAROL, CHEN, Emulator, GINA, Outcome, World};

use crate::raw::{Keys, Message, Signing, amz_date, call, unix_now};

const MISMATCH: &str = "403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you \
                        provided. Check your AWS Secret Access Key and signing method. Consult the service documentation \
                        for details.";
const INVALID: &str = "403 InvalidClientTokenId: The security token included in the request is invalid.";

fn alice() -> Signing<'static> {
    Signing::by(ALICE)
}

#[test]
fn a_right_signature_is_accepted_in_every_partition() {
    let sts = Emulator::start(World::standard());
    for person in [ALICE, BOB, GINA, CHEN] {
        let answer = Signing::by(person).send(&sts, &call("GetCallerIdentity", &[]));
        assert_eq!((answer.status, answer.element("Arn").as_deref()), (200, Some(person.arn)), "{}", answer.text());
    }
    assert!(sts.requests().iter().all(|request| request.outcome == Outcome::Ok));
}

#[test]
fn what_was_altered_after_signing_is_refused() {
    type Spoil = fn(&mut Message);
    #[rustfmt::skip]
    let table: [(&str, Spoil); 10] = [
        ("body", |message| {
            message.body = message.body.replace("2011-06-15", "2011-06%2D15");
        }),
        ("a parameter more", |message| {
            message.body += "&DurationSeconds=900";
        }),
        ("content type", |message| {
            message.set("content-type", Some("application/x-www-form-urlencoded; charset=utf-8"));
        }),
        ("host", |message| {
            message.set("host", Some("sts.amazonaws.com"));
        }),
        ("date", |message| {
            let (date, now) = (message.header("x-amz-date").to_owned(), unix_now());
            // On the same day, or the scope would be wrong as well, which is another error.
            let other = [amz_date(now + 60), amz_date(now - 60)].into_iter().find(|other| other[..8] == date[..8]);
            message.set("x-amz-date", other.as_deref());
        }),
        ("content type, by one character", |message| {
            message.set("content-type", Some("application/x-www-form-urlencoded;"));
        }),
        ("a signed header gone", |message| {
            message.set("x-more", None);
        }),
        ("one letter of the signature", |message| {
            let header = message.header("authorization").to_owned();
            let last = if header.ends_with('0') { "1" } else { "0" };
            message.set("authorization", Some(&format!("{}{last}", &header[..header.len() - 1])));
        }),
        ("signature in capitals", |message| {
            let header = message.header("authorization").to_owned();
            let (front, signature) = header.rsplit_once('=').unwrap();
            message.set("authorization", Some(&format!("{front}={}", signature.to_uppercase())));
        }),
        ("a signed header twice", |message| {
            message.headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
        }),
    ];
    let sts = Emulator::start(World::standard());
    for (name, spoil) in table {
        let mut signing = alice();
        signing.more = vec![("x-more", "1".to_owned())];
        let mut message = signing.sign(&sts, &call("GetCallerIdentity", &[]));
        assert_eq!(message.send(&sts).status, 200, "{name}, before it was spoiled");
        spoil(&mut message);
        message.set("content-length", Some(&message.body.len().to_string()));
        let answer = message.send(&sts);
        // A doubled content type is no form at all, so it is refused before the signature is looked at.
        let expected = if name == "a signed header twice" { "404 : " } else { MISMATCH };
        assert_eq!(answer.error(), expected, "{name}");
    }
}

#[test]
fn a_signature_must_cover_host_and_amazon_headers() {
    let sts = Emulator::start(World::standard());
    #[rustfmt::skip]
    let table = [
        ("host", "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
        ("x-amz-date", "'x-amz-date' must be a 'SignedHeader' in the AWS Authorization."),
        ("x-amz-security-token", "'x-amz-security-token' must be a 'SignedHeader' in the AWS Authorization."),
        ("x-amz-user-agent", "'x-amz-user-agent' must be a 'SignedHeader' in the AWS Authorization."),
    ];
    Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[]));
    for (name, text) in table {
        let mut signing = Signing::by(&sts.issued()[0]);
        signing.more = vec![("x-amz-user-agent", "test".to_owned())];
        signing.unsigned = vec![name];
        let answer = signing.send(&sts, &call("GetCallerIdentity", &[]));
        assert_eq!(answer.error(), format!("403 SignatureDoesNotMatch: {text}"), "{name}");
    }
    let mut signing = alice();
    (signing.more, signing.unsigned) = (vec![("user-agent", "test".to_owned())], vec!["user-agent"]);
    assert_eq!(signing.send(&sts, &call("GetCallerIdentity", &[])).status, 200, "others may be left out");
}

#[test]
fn signed_headers_are_sorted() {
    let sts = Emulator::start(World::standard());
    let mut signing = alice();
    signing.reversed = true;
    assert_eq!(signing.send(&sts, &call("GetCallerIdentity", &[])).error(), MISMATCH);
}

#[test]
fn a_signed_header_must_be_sent_even_if_empty() {
    let sts = Emulator::start(World::standard());
    let mut signing = alice();
    signing.more = vec![("x-more", String::new())];
    let mut message = signing.sign(&sts, &call("GetCallerIdentity", &[]));
    assert_eq!(message.send(&sts).status, 200);
    message.set("x-more", None);
    assert_eq!(message.send(&sts).error(), MISMATCH);
}

#[test]
fn a_declared_hash_must_be_the_body_s() {
    let sts = Emulator::start(World::standard());
    let mut signing = alice();
    signing.more = vec![("x-amz-content-sha256", "0".repeat(64))];
    assert_eq!(signing.send(&sts, &call("GetCallerIdentity", &[])).error(), MISMATCH);
}

#[test]
fn an_incomplete_header_is_told_what_it_lacks() {
    let date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
    let scope = "AKIA/20261122/eu-central-1/sts/aws4_request";
    #[rustfmt::skip]
    let table = [
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host", "Authorization header requires 'Signature' parameter. Authorization="),
        ("AWS4-HMAC-SHA256 SignedHeaders=host, Signature=0", "Authorization header requires 'Credential' parameter. Authorization="),
        ("Basic", "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization="),
        ("AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=0", "Credential must have exactly 5 slash-delimited elements"),
        ("AWS4-HMAC-SHA256 Credential=, x", "'x' not a valid key=value pair (missing equal-sign) in Authorization header: '"),
    ];
    let sts = Emulator::start(World::standard());
    for (header, text) in table {
        let mut message = alice().sign(&sts, &call("GetCallerIdentity", &[]));
        message.set("authorization", Some(header));
        let error = message.send(&sts).error();
        assert!(error.starts_with(&format!("400 IncompleteSignature: {text}")), "{header}: {error}");
    }
    let mut message = alice().sign(&sts, &call("GetCallerIdentity", &[]));
    message.set("x-amz-date", None);
    assert!(message.send(&sts).error().contains(date));
    message.set("x-amz-date", Some("Sun, 22 Nov 2026 19:05:00 GMT"));
    assert!(message.send(&sts).error().contains("Date must be in ISO-8601 'basic format'. Got 'Sun, 22 Nov"));
    message = alice().sign(&sts, &call("GetCallerIdentity", &[]));
    message.set(
        "authorization",
        Some(&format!("AWS4-HMAC-SHA1 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=0")),
    );
    let text =
        "400 IncompleteSignature: Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA1' (only AWS4-HMAC-SHA256 for now). ";
    assert_eq!(message.send(&sts).error(), text);
}

#[test]
fn an_unsigned_call_is_missing_its_token() {
    let sts = Emulator::start(World::standard());
    let mut message = alice().sign(&sts, &call("GetCallerIdentity", &[]));
    message.set("authorization", None);
    assert_eq!(message.send(&sts).error(), "403 MissingAuthenticationToken: Request is missing Authentication Token");
    assert_eq!(sts.requests()[0].access_key_id, None);
}

#[test]
fn the_scope_must_be_ours() {
    let sts = Emulator::start(World::standard());
    let mut wrong = alice();
    (wrong.keys.region, wrong.service, wrong.terminator, wrong.day) =
        ("here".to_owned(), "s3", "aws5", Some("20200101"));
    let message = wrong.sign(&sts, &call("GetCallerIdentity", &[]));
    let date = message.header("x-amz-date").to_owned();
    let expected = format!(
        "403 SignatureDoesNotMatch: Credential should be scoped to a valid region, not 'here'. Credential should be scoped \
         to correct service: 'sts'. Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'. Date in \
         Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20200101' != '{}', from '{date}'.",
        &date[..8]
    );
    assert_eq!(message.send(&sts).error(), expected);
    for region in ["", "eu", "eu-1", "EU-central-1", "eu-central", "eu--1", "eu-central-1 "] {
        let mut signing = alice();
        region.clone_into(&mut signing.keys.region);
        let error = signing.send(&sts, &call("GetCallerIdentity", &[])).error();
        let text = format!("Credential should be scoped to a valid region, not '{region}'. ");
        assert_eq!(error, format!("403 SignatureDoesNotMatch: {text}"), "{region}");
    }
}

#[test]
fn the_window_is_fifteen_minutes_either_way() {
    let sts = Emulator::start(World::standard());
    for offset in [-890, 890] {
        let mut signing = alice();
        signing.offset = offset;
        assert_eq!(signing.send(&sts, &call("GetCallerIdentity", &[])).status, 200, "{offset}");
    }
    for (offset, start, compared) in [
        (-905, "Signature expired: ", " is now earlier than "),
        (905, "Signature not yet current: ", " is still later than "),
    ] {
        let mut signing = alice();
        signing.offset = offset;
        let before = unix_now();
        let error = signing.send(&sts, &call("GetCallerIdentity", &[])).error();
        let sign = if offset < 0 { '-' } else { '+' };
        let matches = (before..=unix_now()).any(|now| {
            // The client signed at `before` or a second later, too.
            [before, before + 1].iter().any(|signed| {
                let bound = amz_date(now + if offset < 0 { -900 } else { 900 });
                let (signed, now) = (amz_date(signed + offset), amz_date(now));
                error == format!("403 SignatureDoesNotMatch: {start}{signed}{compared}{bound} ({now} {sign} 15 min.)")
            })
        });
        assert!(matches, "{offset}: {error}");
    }
}

#[test]
fn the_window_follows_the_server_s_clock() {
    let sts = Emulator::start(World::standard());
    sts.set_clock_offset(3600);
    assert!(alice().send(&sts, &call("GetCallerIdentity", &[])).error().contains("Signature expired"));
    let mut signing = alice();
    signing.offset = 3600;
    assert_eq!(signing.send(&sts, &call("GetCallerIdentity", &[])).status, 200);
}

#[test]
fn a_key_must_be_known_active_and_of_the_partition() {
    let unknown = Keys { id: "AKIAUNKNOWNEXAMPLE00".to_owned(), ..ALICE.into() };
    let token_too = Keys { token: Some("token".to_owned()), ..ALICE.into() };
    let swapped = Keys { secret: BOB.secret_access_key.to_owned(), ..ALICE.into() };
    let in_china = Keys { region: "cn-north-1".to_owned(), ..ALICE.into() };
    let in_gov = Keys { region: "us-gov-east-1".to_owned(), ..ALICE.into() };
    let gina_outside = Keys { region: "us-east-1".to_owned(), ..GINA.into() };
    #[rustfmt::skip]
    let table = [
        ("unknown", unknown, INVALID),
        ("inactive", CAROL.into(), INVALID),
        ("permanent key with a token", token_too, INVALID),
        ("aws key in China", in_china, INVALID),
        ("aws key in GovCloud", in_gov, INVALID),
        ("GovCloud key outside", gina_outside, INVALID),
        ("another's secret", swapped, MISMATCH),
    ];
    let sts = Emulator::start(World::standard());
    for (name, keys, expected) in table {
        assert_eq!(Signing::by(keys).send(&sts, &call("GetCallerIdentity", &[])).error(), expected, "{name}");
    }
}
