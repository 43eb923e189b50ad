//! `ListMFADevices`: whose devices, for whom, and signed for which place.

use aws_auth_emulator::{ALICE, BOB, CHEN, DAVE, Emulator, GINA, Person, World, role};

use crate::raw::{Answer, Keys, Signing, call};

const LIST: [(&str, &str); 2] = [("Action", "ListMFADevices"), ("Version", "2010-05-08")];
const FIDO: &str = "arn:aws:iam::111122223333:u2f/user/alice/key-AB12";

/// Signed for IAM where the person's partition has it.
fn signing(keys: impl Into<Keys>) -> Signing<'static> {
    let mut signing = Signing::by(keys);
    signing.service = "iam";
    if signing.keys.region == "eu-central-1" {
        "us-east-1".clone_into(&mut signing.keys.region);
    }
    signing
}

fn serials(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    assert_eq!(answer.status, 200, "{text}");
    text.split("<SerialNumber>").skip(1).map(|rest| rest.split_once('<').unwrap().0.to_owned()).collect()
}

#[test]
fn a_user_sees_their_own_devices() {
    let world = World::standard().device(ALICE.arn, "GAHT99999999", ALICE.totp_secret).device(ALICE.arn, FIDO, "");
    let emulator = Emulator::start(world);
    let rows: [(Person, &[&str]); 5] = [
        (ALICE, &[ALICE.mfa_serial, "GAHT99999999", FIDO]),
        (BOB, &[]),
        (DAVE, &[DAVE.mfa_serial]),
        (GINA, &[GINA.mfa_serial]),
        (CHEN, &[CHEN.mfa_serial]),
    ];
    for (person, expected) in rows {
        assert_eq!(serials(&signing(person).send(&emulator, &LIST)), expected, "{}", person.name());
    }
    assert_eq!(emulator.calls("ListMFADevices"), 5);
}

#[test]
fn refusals_are_awss() {
    let emulator = Emulator::start(World::standard().without_iam(BOB.arn));
    let error = signing(BOB).send(&emulator, &LIST).error();
    let expected = "403 AccessDenied: User: arn:aws:iam::111122223333:user/bob is not authorized to perform: \
                    iam:ListMFADevices on resource: user bob because no identity-based policy allows the \
                    iam:ListMFADevices action";
    assert_eq!(error, expected);
    let mut elsewhere = signing(ALICE);
    "eu-central-1".clone_into(&mut elsewhere.keys.region);
    let error = elsewhere.send(&emulator, &LIST).error();
    assert_eq!(error, "403 SignatureDoesNotMatch: Credential should be scoped to a valid region, not 'eu-central-1'. ");
    let error = signing(ALICE).send(&emulator, &[("Action", "ListUsers"), ("Version", "2010-05-08")]).error();
    assert_eq!(error, "400 InvalidAction: Could not find operation ListUsers for version 2010-05-08");
}

#[test]
fn temporary_credentials_need_mfa_and_a_user() {
    let emulator = Emulator::start(World::standard());
    let code = emulator.fresh_code(ALICE.mfa_serial);
    let mfa = [("SerialNumber", ALICE.mfa_serial), ("TokenCode", code.as_str())];
    let assume = [("RoleArn", role::PLAIN), ("RoleSessionName", "me")];
    for (action, arguments, expected) in [
        (
            "GetSessionToken",
            &[][..],
            "403 InvalidClientTokenId: The security token included in the request is invalid.",
        ),
        ("GetSessionToken", &mfa, "200 : "),
        ("AssumeRole", &assume, "400 ValidationError: Must specify userName when calling with non-User credentials"),
    ] {
        assert_eq!(Signing::by(ALICE).send(&emulator, &call(action, arguments)).status, 200);
        let issued = emulator.issued().pop().unwrap();
        assert_eq!(signing(&issued).send(&emulator, &LIST).error(), expected, "{action}");
    }
}
