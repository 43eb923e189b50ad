//! Who may assume which role, for how long.

use aws_auth_emulator::{ALICE, BOB, CHEN, Emulator, GINA, Person, World, role};

use crate::raw::{Answer, Keys, Signing, call};

fn assume(sts: &Emulator, keys: impl Into<Keys>, arn: &str, more: &[(&str, &str)]) -> Answer {
    let arguments = [&[("RoleArn", arn), ("RoleSessionName", "me")], more].concat();
    Signing::by(keys).send(sts, &call("AssumeRole", &arguments))
}

fn denied(who: &str, arn: &str) -> String {
    format!("403 AccessDenied: User: {who} is not authorized to perform: sts:AssumeRole on resource: {arn}")
}

/// Case, caller, role, whether with MFA, more parameters, whether allowed.
type Row<'a> = (&'a str, Person, &'a str, bool, &'a [(&'a str, &'a str)], bool);

#[test]
fn trust_of_a_user() {
    let external = [("ExternalId", role::PARTNER_EXTERNAL_ID)];
    let wrong = [("ExternalId", "partner-43")];
    #[rustfmt::skip]
    let table: [Row; 17] = [
        ("no condition", ALICE, role::PLAIN, false, &[], true),
        ("no condition, MFA anyway", ALICE, role::PLAIN, true, &[], true),
        ("another user of the account", BOB, role::PLAIN, false, &[], true),
        ("MFA asked for and given", ALICE, role::DEV, true, &[], true),
        ("MFA asked for", ALICE, role::DEV, false, &[], false),
        ("MFA asked for, other role", ALICE, role::ADMIN, false, &[], false),
        ("other account with MFA", ALICE, role::OTHER_DEV, true, &[], true),
        ("other account without", ALICE, role::OTHER_DEV, false, &[], false),
        ("external id", ALICE, role::PARTNER, false, &external, true),
        ("wrong external id", ALICE, role::PARTNER, false, &wrong, false),
        ("no external id", ALICE, role::PARTNER, false, &[], false),
        ("one user trusted", ALICE, role::SHORT, false, &[], true),
        ("the other not", BOB, role::SHORT, false, &[], false),
        ("only sessions trusted", ALICE, role::CHAINED, true, &[], false),
        ("no such role", ALICE, "arn:aws:iam::111122223333:role/nobody", true, &[], false),
        ("partition aws-us-gov", GINA, role::GOV_DEV, true, &[], true),
        ("partition aws-cn", CHEN, role::CHINA_DEV, true, &[], true),
    ];
    for (name, person, arn, mfa, more, allowed) in table {
        let sts = Emulator::start(World::standard());
        let code = if mfa { sts.fresh_code(person.mfa_serial) } else { String::new() };
        let mut more = more.to_vec();
        if mfa {
            more.extend([("SerialNumber", person.mfa_serial), ("TokenCode", &code)]);
        }
        let answer = assume(&sts, person, arn, &more);
        let expected = if allowed { "200 : ".to_owned() } else { denied(person.arn, arn) };
        assert_eq!(answer.error(), expected, "{name}");
    }
}

#[test]
fn a_session_made_with_mfa_counts_as_mfa() {
    let sts = Emulator::start(World::standard());
    let code = sts.fresh_code(ALICE.mfa_serial);
    Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[]));
    Signing::by(ALICE)
        .send(&sts, &call("GetSessionToken", &[("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)]));
    let [without, with] = &sts.issued()[..] else { panic!("two sessions") };
    assert_eq!(assume(&sts, without, role::DEV, &[]).error(), denied(ALICE.arn, role::DEV));
    assert_eq!(assume(&sts, with, role::DEV, &[]).status, 200);
    let code = sts.fresh_code(ALICE.mfa_serial);
    assert_eq!(
        assume(&sts, without, role::DEV, &[("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)]).status,
        200
    );
}

#[test]
fn a_role_session_has_no_mfa_and_no_device() {
    let sts = Emulator::start(World::standard());
    let code = sts.fresh_code(ALICE.mfa_serial);
    let mfa = [("SerialNumber", ALICE.mfa_serial), ("TokenCode", code.as_str())];
    assume(&sts, ALICE, role::DEV, &mfa);
    let session = &sts.issued()[0];
    let who = "arn:aws:sts::111122223333:assumed-role/dev/me";
    assert_eq!(assume(&sts, session, role::OTHER_DEV, &[]).error(), denied(who, role::OTHER_DEV));
    let code = sts.fresh_code(ALICE.mfa_serial);
    let mfa = [("SerialNumber", ALICE.mfa_serial), ("TokenCode", code.as_str())];
    assert!(assume(&sts, session, role::OTHER_DEV, &mfa).error().contains("unable to validate MFA code"));
    assert_eq!(assume(&sts, session, role::CHAINED, &[]).status, 200);
}

#[test]
fn durations() {
    let (longest, chained) = (
        "400 ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        "400 ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    );
    let sts = Emulator::start(World::standard());
    assume(&sts, ALICE, role::PLAIN, &[]);
    let session: Keys = (&sts.issued()[0]).into();
    #[rustfmt::skip]
    let table = [
        (Keys::from(ALICE), role::PLAIN, "3600", "200 : "),
        (Keys::from(ALICE), role::PLAIN, "900", "200 : "),
        (Keys::from(ALICE), role::PLAIN, "3601", longest),
        (session.clone(), role::CHAINED, "3600", "200 : "),
        (session.clone(), role::CHAINED, "3601", chained),
        (session, role::CHAINED, "43200", chained),
    ];
    for (keys, arn, duration, expected) in table {
        assert_eq!(assume(&sts, keys, arn, &[("DurationSeconds", duration)]).error(), expected, "{arn} {duration}");
    }
    let code = sts.fresh_code(ALICE.mfa_serial);
    let twelve_hours = [("DurationSeconds", "43200"), ("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)];
    assert_eq!(assume(&sts, ALICE, role::ADMIN, &twelve_hours).status, 200);
}

#[test]
fn an_hour_is_the_default_also_where_more_is_allowed() {
    let sts = Emulator::start(World::standard());
    let code = sts.fresh_code(ALICE.mfa_serial);
    assume(&sts, ALICE, role::ADMIN, &[("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)]);
    for (offset, alive) in [(3595, true), (3601, false)] {
        sts.set_clock_offset(offset);
        let mut signing = Signing::by(&sts.issued()[0]);
        signing.offset = offset;
        assert_eq!(signing.send(&sts, &call("GetCallerIdentity", &[])).status == 200, alive, "{offset}");
    }
}
