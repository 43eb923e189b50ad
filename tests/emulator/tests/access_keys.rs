//! A user's access keys: two at most, listed, made, switched, deleted; and what depends on them.

use aws_auth_emulator::{ALICE, BOB, Emulator, Fault, Outcome, World};

use crate::raw::{Answer, Signing};

/// A question of the user's own.
fn ask(emulator: &Emulator, action: &str, params: &[(&str, &str)]) -> Answer {
    let mut signing = Signing::by(BOB);
    signing.service = "iam";
    "us-east-1".clone_into(&mut signing.keys.region);
    let all: Vec<(&str, &str)> =
        [("Action", action), ("Version", "2010-05-08")].into_iter().chain(params.iter().copied()).collect();
    signing.send(emulator, &all)
}

fn text(answer: &Answer, name: &str) -> Option<String> {
    let whole = answer.text();
    let rest = whole.split_once(&format!("<{name}>"))?.1;
    Some(rest.split_once('<')?.0.to_owned())
}

#[test]
fn a_user_has_two_keys_at_most_and_inactive_ones_count() {
    let emulator = Emulator::start(World::standard());
    let made = ask(&emulator, "CreateAccessKey", &[("UserName", "bob")]);
    assert_eq!(made.status, 200, "{}", made.text());
    let id = text(&made, "AccessKeyId").unwrap();
    assert_eq!(text(&made, "SecretAccessKey").unwrap().len(), 40);
    let off = ask(&emulator, "UpdateAccessKey", &[("AccessKeyId", &id), ("Status", "Inactive")]);
    assert_eq!(off.status, 200);
    let refused = ask(&emulator, "CreateAccessKey", &[]);
    assert_eq!((refused.status, text(&refused, "Code").as_deref()), (409, Some("LimitExceeded")));
    let listed = ask(&emulator, "ListAccessKeys", &[("UserName", "bob")]).text();
    assert!(listed.contains(&id) && listed.contains("Inactive") && listed.contains(BOB.access_key_id), "{listed}");
    assert_eq!(ask(&emulator, "DeleteAccessKey", &[("AccessKeyId", &id)]).status, 200);
    let gone = ask(&emulator, "DeleteAccessKey", &[("AccessKeyId", &id)]);
    assert_eq!((gone.status, text(&gone, "Code").as_deref()), (404, Some("NoSuchEntity")));
    assert_eq!(ask(&emulator, "CreateAccessKey", &[]).status, 200);
}

#[test]
fn nobody_asks_about_another_user() {
    let emulator = Emulator::start(World::standard());
    for action in ["ListAccessKeys", "CreateAccessKey"] {
        let answer = ask(&emulator, action, &[("UserName", "alice")]);
        assert_eq!(text(&answer, "Code").as_deref(), Some("AccessDenied"), "{action}");
    }
    let foreign = ask(&emulator, "GetAccessKeyLastUsed", &[("AccessKeyId", ALICE.access_key_id)]);
    assert_eq!(text(&foreign, "Code").as_deref(), Some("NoSuchEntity"));
}

#[test]
fn a_key_tells_when_it_was_used() {
    let emulator = Emulator::start(World::standard());
    let new = text(&ask(&emulator, "CreateAccessKey", &[]), "AccessKeyId").unwrap();
    let never = ask(&emulator, "GetAccessKeyLastUsed", &[("AccessKeyId", &new)]);
    assert_eq!(text(&never, "LastUsedDate"), None);
    let own = ask(&emulator, "GetAccessKeyLastUsed", &[("AccessKeyId", BOB.access_key_id)]);
    assert!(text(&own, "LastUsedDate").is_some(), "{}", own.text());
}

#[test]
fn what_an_inactive_key_has_led_to_ends_with_it() {
    let emulator = Emulator::start(World::standard());
    let list = |emulator: &Emulator| ask(emulator, "ListAccessKeys", &[("UserName", "bob")]);
    assert_eq!(list(&emulator).status, 200);
    emulator.change(|world| world.keys.iter_mut().for_each(|key| key.active = key.user != BOB.arn));
    assert_eq!(text(&list(&emulator), "Code").as_deref(), Some("InvalidClientTokenId"));
}

#[test]
fn a_fault_of_iams_is_played_once_on_its_action() {
    let emulator = Emulator::start(World::standard());
    emulator.fault_iam("CreateAccessKey", Fault::throttling());
    assert_eq!(ask(&emulator, "ListAccessKeys", &[]).status, 200);
    assert_eq!(ask(&emulator, "CreateAccessKey", &[]).status, 400);
    assert_eq!(ask(&emulator, "CreateAccessKey", &[]).status, 200);
    let outcomes: Vec<_> = emulator.requests().into_iter().map(|request| request.outcome).collect();
    assert_eq!(outcomes, [Outcome::Ok, Outcome::Fault, Outcome::Ok]);
}
