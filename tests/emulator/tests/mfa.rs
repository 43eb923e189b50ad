//! MFA codes: accepted one step either way, each once, only from their owner.

use aws_auth_emulator::{ALICE, BOB, DAVE, Emulator, Person, World, role};

use crate::raw::{Answer, Keys, Signing, call, unix_now};

const WRONG_CODE: &str = "403 AccessDenied: MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const WRONG_SERIAL: &str = "403 AccessDenied: MultiFactorAuthentication failed, unable to validate MFA code.  Please verify \
                            your MFA serial number is valid and associated with this user.";
const HALF: &str =
    "403 AccessDenied: MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";

fn session(sts: &Emulator, person: Person, serial: &str, code: &str, offset: i64) -> Answer {
    let mut signing = Signing::by(person);
    signing.offset = offset;
    signing.send(sts, &call("GetSessionToken", &[("SerialNumber", serial), ("TokenCode", code)]))
}

/// Sets the server's clock to just after the start of a step, so that no test runs across its end.
fn at_start_of_step(sts: &Emulator) -> i64 {
    let offset = 30 - unix_now() % 30 + 1;
    sts.set_clock_offset(offset);
    offset
}

#[test]
fn a_fresh_code_is_accepted_once() {
    let sts = Emulator::start(World::standard());
    at_start_of_step(&sts);
    for person in [ALICE, DAVE] {
        let code = sts.fresh_code(person.mfa_serial);
        assert_eq!(session(&sts, person, person.mfa_serial, &code, 0).status, 200);
        assert_eq!(session(&sts, person, person.mfa_serial, &code, 0).error(), WRONG_CODE, "again");
        let arguments = [
            ("RoleArn", role::PLAIN),
            ("RoleSessionName", "me"),
            ("SerialNumber", person.mfa_serial),
            ("TokenCode", &code),
        ];
        assert_eq!(Signing::by(person).send(&sts, &call("AssumeRole", &arguments)).error(), WRONG_CODE, "elsewhere");
        assert_eq!(sts.used_code(person.mfa_serial), code);
    }
}

#[test]
fn three_steps_are_accepted_and_no_fourth() {
    let sts = Emulator::start(World::standard());
    at_start_of_step(&sts);
    let codes: Vec<_> = (0..3)
        .map(|_| {
            let code = sts.fresh_code(ALICE.mfa_serial);
            assert_eq!(session(&sts, ALICE, ALICE.mfa_serial, &code, 0).status, 200);
            code
        })
        .collect();
    assert!(codes[0] != codes[1] && codes[1] != codes[2] && codes[0] != codes[2], "{codes:?}");
    for code in &codes {
        assert_eq!(session(&sts, ALICE, ALICE.mfa_serial, code, 0).error(), WRONG_CODE);
    }
}

#[test]
fn a_code_is_good_from_one_step_before_to_one_after() {
    for (steps, accepted) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
        let sts = Emulator::start(World::standard());
        let offset = at_start_of_step(&sts);
        let code = sts.fresh_code(ALICE.mfa_serial);
        sts.set_clock_offset(offset + 30 * steps);
        let answer = session(&sts, ALICE, ALICE.mfa_serial, &code, offset + 30 * steps);
        assert_eq!(answer.status == 200, accepted, "{steps}: {}", answer.error());
    }
}

#[test]
fn waiting_for_a_step_gives_a_fresh_code() {
    let sts = Emulator::start(World::standard());
    let offset = at_start_of_step(&sts);
    for _ in 0..3 {
        let code = sts.fresh_code(ALICE.mfa_serial);
        session(&sts, ALICE, ALICE.mfa_serial, &code, 0);
    }
    // All three are spent; two seconds before the next step there is a short wait instead of a long one.
    sts.set_clock_offset(offset + 26);
    let code = sts.fresh_code(ALICE.mfa_serial);
    assert_eq!(session(&sts, ALICE, ALICE.mfa_serial, &code, 0).status, 200);
}

#[test]
fn wrong_serials_and_codes() {
    let sts = Emulator::start(World::standard());
    let code = sts.fresh_code(ALICE.mfa_serial);
    let (wrong, used) = (sts.wrong_code(ALICE.mfa_serial), sts.used_code(DAVE.mfa_serial));
    #[rustfmt::skip]
    let table = [
        ("wrong code", ALICE, ALICE.mfa_serial, wrong.as_str(), WRONG_CODE),
        ("used code", DAVE, DAVE.mfa_serial, used.as_str(), WRONG_CODE),
        ("no device", BOB, ALICE.mfa_serial, code.as_str(), WRONG_SERIAL),
        ("another's device", DAVE, ALICE.mfa_serial, code.as_str(), WRONG_SERIAL),
        ("the user's ARN", ALICE, ALICE.arn, code.as_str(), WRONG_SERIAL),
        ("unknown device", ALICE, "arn:aws:iam::111122223333:mfa/alicia", code.as_str(), WRONG_SERIAL),
    ];
    for (name, person, serial, code, expected) in table {
        assert_eq!(session(&sts, person, serial, code, 0).error(), expected, "{name}");
    }
    assert_eq!(session(&sts, ALICE, ALICE.mfa_serial, &code, 0).status, 200, "none of it spent the code");
}

#[test]
fn serial_and_code_come_together() {
    let sts = Emulator::start(World::standard());
    for half in [("SerialNumber", ALICE.mfa_serial), ("TokenCode", "123456")] {
        assert_eq!(Signing::by(ALICE).send(&sts, &call("GetSessionToken", &[half])).error(), HALF);
        let arguments = [("RoleArn", role::PLAIN), ("RoleSessionName", "me"), half];
        assert_eq!(Signing::by(ALICE).send(&sts, &call("AssumeRole", &arguments)).error(), HALF);
    }
}

#[test]
fn a_code_is_spent_by_a_check_and_by_nothing_less() {
    let sts = Emulator::start(World::standard());
    at_start_of_step(&sts);
    let code = sts.fresh_code(ALICE.mfa_serial);
    let wrong_secret = Keys { secret: BOB.secret_access_key.to_owned(), ..ALICE.into() };
    let arguments = [("SerialNumber", ALICE.mfa_serial), ("TokenCode", &code)];
    assert_eq!(Signing::by(wrong_secret).send(&sts, &call("GetSessionToken", &arguments)).status, 403);
    assert_eq!(sts.fresh_code(ALICE.mfa_serial), code, "a bad signature spends nothing");
    let role = [("RoleArn", role::PARTNER), ("RoleSessionName", "me"), arguments[0], arguments[1]];
    assert!(Signing::by(ALICE).send(&sts, &call("AssumeRole", &role)).error().contains("is not authorized"));
    assert_ne!(sts.fresh_code(ALICE.mfa_serial), code, "a refusal after the check does");
}

#[test]
fn of_many_at_once_one_has_the_code() {
    let sts = Emulator::start(World::standard());
    let code = sts.fresh_code(ALICE.mfa_serial);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let send = || session(&sts, ALICE, ALICE.mfa_serial, &code, 0).status;
        let threads: Vec<_> = (0..20).map(|_| scope.spawn(send)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|&&status| status == 200).count(), 1, "{statuses:?}");
    assert_eq!((sts.calls("GetSessionToken"), sts.connections(), sts.issued().len()), (20, 20, 1));
}
