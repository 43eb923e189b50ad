//! Actions and parameters: AWS's limits, in AWS's words.

use aws_auth_emulator::{ALICE, Emulator, Outcome, World, role};

use crate::raw::{Signing, call, form};

#[test]
fn unknown_operations() {
    #[rustfmt::skip]
    let table: [(&[(&str, &str)], &str); 5] = [
        (&[("Action", "GetEverything"), ("Version", "2011-06-15")], "400 InvalidAction: Could not find operation GetEverything for version 2011-06-15"),
        (&[("Action", "GetCallerIdentity")], "400 InvalidAction: Could not find operation GetCallerIdentity for version NO_VERSION_SPECIFIED"),
        (&[("Action", "GetCallerIdentity"), ("Version", "2010-05-08")], "400 InvalidAction: Could not find operation GetCallerIdentity for version 2010-05-08"),
        (&[("Action", "getcalleridentity"), ("Version", "2011-06-15")], "400 InvalidAction: Could not find operation getcalleridentity for version 2011-06-15"),
        (&[("Version", "2011-06-15")], "400 MissingAction: Missing Action"),
    ];
    let sts = Emulator::start(World::standard());
    for (params, expected) in table {
        assert_eq!(Signing::by(ALICE).send(&sts, params).error(), expected);
    }
    assert_eq!(sts.calls("GetEverything"), 1);
}

#[test]
fn a_body_that_is_no_form() {
    let sts = Emulator::start(World::standard());
    let body = form(&call("GetCallerIdentity", &[]));
    for bad in ["&x", "&x=%", "&Version=2011-06-15"] {
        let mut message = Signing::by(ALICE).sign(&sts, &[]);
        message.body = format!("{body}{bad}");
        message.set("content-length", Some(&message.body.len().to_string()));
        assert_eq!(
            message.send(&sts).error(),
            "404 MalformedQueryString: The query string contains a syntax error.",
            "{bad}"
        );
    }
}

/// `Value 'V' at 'P' failed to satisfy constraint: C`
fn wrong(value: &str, place: &str, constraint: &str) -> String {
    format!("Value '{value}' at '{place}' failed to satisfy constraint: {constraint}")
}

fn one(value: &str, place: &str, constraint: &str) -> String {
    format!("1 validation error detected: {}", wrong(value, place, constraint))
}

#[test]
fn parameters_of_get_session_token() {
    let (at_least, at_most) =
        ("Member must have length greater than or equal to 6", "Member must have length less than or equal to 6");
    let digits = r"Member must satisfy regular expression pattern: [\d]*";
    #[rustfmt::skip]
    let table = [
        (vec![("DurationSeconds", "899")], one("899", "durationSeconds", "Member must have value greater than or equal to 900")),
        (vec![("DurationSeconds", "129601")], one("129601", "durationSeconds", "Member must have value less than or equal to 129600")),
        (vec![("SerialNumber", "GAHT1234"), ("TokenCode", "123456")], one("GAHT1234", "serialNumber", "Member must have length greater than or equal to 9")),
        (vec![("SerialNumber", ALICE.mfa_serial), ("TokenCode", "12")], one("12", "tokenCode", at_least)),
        (vec![("SerialNumber", ALICE.mfa_serial), ("TokenCode", "1234567")], one("1234567", "tokenCode", at_most)),
        (vec![("SerialNumber", ALICE.mfa_serial), ("TokenCode", "12345a")], one("12345a", "tokenCode", digits)),
        (vec![("SerialNumber", ALICE.mfa_serial), ("TokenCode", " 12")], format!("2 validation errors detected: {}; {}", wrong(" 12", "tokenCode", at_least), wrong(" 12", "tokenCode", digits))),
    ];
    let sts = Emulator::start(World::standard());
    for (params, expected) in table {
        let answer = Signing::by(ALICE).send(&sts, &call("GetSessionToken", &params));
        assert_eq!(answer.error(), format!("400 ValidationError: {expected}"));
    }
    let answer = Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[("DurationSeconds", "1h")]));
    assert_eq!(answer.error(), "400 MalformedInput: ");
    for duration in ["900", "129600"] {
        assert_eq!(
            Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[("DurationSeconds", duration)])).status,
            200
        );
    }
}

#[test]
fn parameters_of_assume_role() {
    let name = r"Member must satisfy regular expression pattern: [\w+=,.@-]*";
    let long = "s".repeat(65);
    let null = |place: &str| format!("Value null at '{place}' failed to satisfy constraint: Member must not be null");
    #[rustfmt::skip]
    let table = [
        (vec![], format!("2 validation errors detected: {}; {}", null("roleArn"), null("roleSessionName"))),
        (vec![("RoleArn", role::PLAIN)], format!("1 validation error detected: {}", null("roleSessionName"))),
        (vec![("RoleArn", "dev"), ("RoleSessionName", "me")], one("dev", "roleArn", "Member must have length greater than or equal to 20")),
        (vec![("RoleArn", ALICE.arn), ("RoleSessionName", "me")], format!("{} is invalid", ALICE.arn)),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "a")], one("a", "roleSessionName", "Member must have length greater than or equal to 2")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", &long)], one(&long, "roleSessionName", "Member must have length less than or equal to 64")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "a b")], one("a b", "roleSessionName", name)),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "jürgen")], one("jürgen", "roleSessionName", name)),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("DurationSeconds", "43201")], one("43201", "durationSeconds", "Member must have value less than or equal to 43200")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("SourceIdentity", "x")], one("x", "sourceIdentity", "Member must have length greater than or equal to 2")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("ExternalId", "x")], one("x", "externalId", "Member must have length greater than or equal to 2")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("Policy", "")], one("", "policy", "Member must have length greater than or equal to 1")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("PolicyArns.member.1.arn", "x")], one("x", "policyArns.1.member.arn", "Member must have length greater than or equal to 20")),
        (vec![("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("Tags.member.1.Key", "k")], format!("1 validation error detected: {}", null("tags.1.member.value"))),
    ];
    let sts = Emulator::start(World::standard());
    for (params, expected) in table {
        let answer = Signing::by(ALICE).send(&sts, &call("AssumeRole", &params));
        assert_eq!(answer.error(), format!("400 ValidationError: {expected}"));
    }
}

#[test]
fn a_session_policy_is_a_policy() {
    let sts = Emulator::start(World::standard());
    for (policy, why) in [
        ("{", "The policy is not in the valid JSON format."),
        ("[]", "Syntax errors in policy."),
        ("{}", "Syntax errors in policy."),
    ] {
        let arguments = [("RoleArn", role::PLAIN), ("RoleSessionName", "me"), ("Policy", policy)];
        let answer = Signing::by(ALICE).send(&sts, &call("AssumeRole", &arguments));
        assert_eq!(answer.error(), format!("400 MalformedPolicyDocument: {why}"), "{policy}");
    }
}

#[test]
fn what_was_sent_is_recorded_in_order() {
    let sts = Emulator::start(World::standard());
    let sent = call(
        "AssumeRole",
        &[
            ("RoleArn", role::PLAIN),
            ("RoleSessionName", "me@home"),
            ("Policy", r#"{"Version": "2012-10-17", "Statement": []}"#),
            ("PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
            ("Tags.member.1.Key", "team"),
            ("Tags.member.1.Value", "a b"),
            ("TransitiveTagKeys.member.1", "team"),
            ("SourceIdentity", "alice"),
            ("ExternalId", "not/asked:for"),
        ],
    );
    let answer = Signing::by(ALICE).send(&sts, &sent);
    assert_eq!(answer.element("SourceIdentity").as_deref(), Some("alice"));
    assert!(answer.element("PackedPolicySize").is_some());
    let request = &sts.requests()[0];
    let recorded: Vec<_> = request.params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(recorded, sent);
    assert_eq!(request.param("Tags.member.1.Value"), Some("a b"));
    assert_eq!(request.outcome, Outcome::Ok);
    assert_eq!(
        (request.method.as_str(), request.path.as_str(), request.action.as_deref()),
        ("POST", "/", Some("AssumeRole"))
    );
    assert_eq!(request.access_key_id.as_deref(), Some(ALICE.access_key_id));
    assert_eq!((request.region.as_deref(), request.session_token), (Some("eu-central-1"), false));
    assert_eq!(request.signed_headers, ["content-type", "host", "x-amz-date"]);
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
}
