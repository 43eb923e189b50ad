//! Temporary credentials: their shape, whom they speak for, what they may not do, when they end.

use std::collections::HashSet;

use aws_auth_emulator::{ALICE, BOB, CANARY, Emulator, World, role};

use crate::raw::{Keys, Signing, call};

const INVALID: &str = "403 InvalidClientTokenId: The security token included in the request is invalid.";

fn emulator_with_session() -> Emulator {
    let sts = Emulator::start(World::standard());
    assert_eq!(Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[])).status, 200);
    sts
}

#[test]
fn shape() {
    let sts = Emulator::start(World::standard());
    for _ in 0..20 {
        let answer = Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[]));
        let issued = sts.issued().pop().unwrap();
        for (name, value) in [
            ("AccessKeyId", &issued.access_key_id),
            ("SecretAccessKey", &issued.secret_access_key),
            ("SessionToken", &issued.session_token),
            ("Expiration", &issued.expiration),
        ] {
            assert_eq!(answer.element(name).as_ref(), Some(value));
            assert!(!value.contains(CANARY));
        }
        assert!(issued.access_key_id.starts_with("ASIA") && issued.access_key_id.len() == 20, "{issued:?}");
        assert_eq!(issued.secret_access_key.len(), 40);
        assert!(issued.session_token.len() > 300);
        assert!(
            answer.text().contains("<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">")
        );
        let id = answer.element("RequestId").unwrap();
        assert!(answer.head.contains(&format!("x-amzn-RequestId: {id}\r\n")), "{}", answer.head);
    }
    let unique: HashSet<_> = sts.issued().into_iter().map(|issued| issued.session_token).collect();
    assert_eq!(unique.len(), 20);
}

#[test]
fn a_session_speaks_for_its_user() {
    let sts = emulator_with_session();
    let answer = Signing::by(&sts.issued()[0]).send(&sts, &call("GetCallerIdentity", &[]));
    assert_eq!(answer.element("Arn").as_deref(), Some(ALICE.arn));
    assert_eq!(answer.element("Account").as_deref(), Some("111122223333"));
    assert!(answer.element("UserId").unwrap().starts_with("AIDA"));
    assert!(sts.requests()[1].session_token);
}

#[test]
fn a_role_session_speaks_for_its_role() {
    let sts = Emulator::start(World::standard());
    for (arn, name) in [(role::PLAIN, "plain"), (role::PATHED, "pathed")] {
        let arguments = [("RoleArn", arn), ("RoleSessionName", "me@home")];
        let answer = Signing::by(ALICE).send(&sts, &call("AssumeRole", &arguments));
        let expected = format!("arn:aws:sts::111122223333:assumed-role/{name}/me@home");
        assert_eq!(answer.element("Arn"), Some(expected.clone()), "{}", answer.text());
        let id = answer.element("AssumedRoleId").unwrap();
        assert!(id.starts_with("AROA") && id.ends_with(":me@home"), "{id}");
        let identity = Signing::by(sts.issued().last().unwrap()).send(&sts, &call("GetCallerIdentity", &[]));
        assert_eq!((identity.element("Arn"), identity.element("UserId")), (Some(expected), Some(id)));
    }
}

#[test]
fn a_session_may_not_make_sessions() {
    let sts = emulator_with_session();
    Signing::by(ALICE).send(&sts, &call("AssumeRole", &[("RoleArn", role::PLAIN), ("RoleSessionName", "me")]));
    for issued in sts.issued() {
        let answer = Signing::by(&issued).send(&sts, &call("GetSessionToken", &[]));
        assert_eq!(answer.error(), "403 AccessDenied: Cannot call GetSessionToken with session credentials");
    }
}

#[test]
fn key_and_token_belong_together() {
    let sts = emulator_with_session();
    Signing::by(BOB).send(&sts, &call("GetSessionToken", &[]));
    let (alices, bobs): (Keys, Keys) = ((&sts.issued()[0]).into(), (&sts.issued()[1]).into());
    let table = [
        ("no token", Keys { token: None, ..alices.clone() }),
        ("another's token", Keys { token: bobs.token, ..alices.clone() }),
        (
            "a token cut short",
            Keys { token: alices.token.as_ref().map(|token| token[..40].to_owned()), ..alices.clone() },
        ),
        ("a permanent key", Keys { token: alices.token.clone(), ..ALICE.into() }),
    ];
    for (name, keys) in table {
        assert_eq!(Signing::by(keys).send(&sts, &call("GetCallerIdentity", &[])).error(), INVALID, "{name}");
    }
    let wrong_secret = Keys { secret: bobs.secret, ..alices };
    assert!(
        Signing::by(wrong_secret).send(&sts, &call("GetCallerIdentity", &[])).error().contains("SignatureDoesNotMatch")
    );
}

#[test]
fn a_session_ends_when_it_says() {
    for (duration, seconds) in [(None, 43_200), (Some("900"), 900)] {
        let sts = Emulator::start(World::standard());
        let arguments: Vec<_> = duration.iter().map(|&duration| ("DurationSeconds", duration)).collect();
        Signing::by(ALICE).send(&sts, &call("GetSessionToken", &arguments));
        let issued = &sts.issued()[0];
        for (offset, alive) in [(seconds - 5, true), (seconds + 1, false)] {
            sts.set_clock_offset(offset);
            let mut signing = Signing::by(issued);
            signing.offset = offset;
            let answer = signing.send(&sts, &call("GetCallerIdentity", &[]));
            let expected = if alive {
                "200 : "
            } else {
                "403 ExpiredToken: The security token included in the request is expired"
            };
            assert_eq!(answer.error(), expected, "{duration:?} at {offset}");
        }
    }
}
