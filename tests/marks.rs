//! What a shell is told of where it is: `AWSAUTH_ACCOUNT`, `AWSAUTH_IDENTITY`, `AWSAUTH_PROFILE`.

use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, Outcome};

/// A profile `dev` with this person's keys, and what else it says.
fn home(person: &Person, says: &str) -> Home {
    let home = Home::with_sts();
    home.secret("a secret access key", person.secret_access_key);
    let keys =
        format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", person.access_key_id, person.secret_access_key);
    home.write(".aws/config", format!("[profile dev]\n{keys}{says}"));
    home
}

fn marks(outcome: &Outcome) -> [String; 3] {
    let exports = outcome.exports();
    ["AWSAUTH_ACCOUNT", "AWSAUTH_IDENTITY", "AWSAUTH_PROFILE"].map(|name| exports[name].clone())
}

#[test]
fn a_shell_is_told_the_account_who_it_is_there_and_the_profile() {
    let with_role = home(&BOB, &format!("role_arn = {}\n", role::PLAIN));
    assert_eq!(marks(&with_role.run(["--profile", "dev"]).go()), ["111122223333", "role/plain", "dev"]);
    let other = with_role.run(["--profile", "dev", "--role-arn", role::PATHED]).go();
    assert_eq!(marks(&other), ["111122223333", "role/pathed", "dev"]);
    let session = home(&ALICE, &format!("mfa_serial = {}\n", ALICE.mfa_serial));
    let code = session.sts().fresh_code(ALICE.mfa_serial);
    let outcome = session.run(["--profile", "dev", "--token-code", &code]).go();
    assert_eq!(marks(&outcome), ["111122223333", "mfa/alice", "dev"]);
    session.sts().saw(&["GetSessionToken"]);
}

#[test]
fn what_is_not_known_or_could_be_evaluated_is_a_dash() {
    let unknown = home(&BOB, "");
    assert_eq!(marks(&unknown.run(["--profile", "dev"]).go()), ["-", "-", "dev"]);
    unknown.sts().saw(&["GetSessionToken"]);
    let odd = Home::with_sts();
    odd.secret("a secret access key", BOB.secret_access_key);
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    let name = "$(touch x) `id`";
    odd.write(
        ".aws/config",
        format!("[profile \"{name}\"]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"),
    );
    assert_eq!(marks(&odd.run(["--profile", name]).go()), ["-", "-", "-"]);
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn a_kept_session_tells_the_same() {
    let home = home(&ALICE, &format!("mfa_serial = {}\n", ALICE.mfa_serial));
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let expected = ["111122223333", "mfa/alice", "dev"];
    assert_eq!(marks(&home.run(["--profile", "dev", "--token-code", &code]).go()), expected);
    assert_eq!(marks(&home.run(["--profile", "dev"]).go()), expected);
    home.sts().saw(&["GetSessionToken"]);
}

#[test]
fn r122_an_account_id_that_is_not_the_new_one_goes_with_a_warning_that_shows_both() {
    let home = home(&BOB, &format!("role_arn = {}\n", role::PLAIN));
    let run = |args: &[&str], id: &str| home.run(["--profile", "dev"]).args(args).env("AWS_ACCOUNT_ID", id).go();
    let other = run(&[], "999900001111");
    other
        .ok()
        .says("warning: AWS_ACCOUNT_ID was 999900001111")
        .says("is 111122223333")
        .says_out("unset AWS_ACCOUNT_ID;");
    let same = run(&[], "111122223333");
    assert!(!same.ok().out().contains("AWS_ACCOUNT_ID"), "{same:?}");
    same.quiet();
    run(&["--no-role"], "111122223333").ok().says("is not known").says_out("unset AWS_ACCOUNT_ID;");
}

#[test]
fn r122_the_marks_go_with_the_keys() {
    let home = home(&BOB, &format!("role_arn = {}\n", role::PLAIN));
    let script = "eval \"$(aws-auth --profile dev)\"; echo \"$AWSAUTH_IDENTITY\"; eval \"$(aws-auth unset)\"; \
                  echo \"${AWSAUTH_ACCOUNT-gone} ${AWSAUTH_IDENTITY-gone} ${AWSAUTH_PROFILE-gone}\"";
    assert_eq!(home.command(["sh", "-c", script]).go().ok().out(), "role/plain\ngone gone gone\n");
    let inside = home.run(["exec", "--profile", "dev", "--", "sh", "-c", "echo $AWSAUTH_ACCOUNT"]).go();
    assert_eq!(inside.ok().out(), "111122223333\n");
}

#[test]
fn r96_an_sdk_is_told_the_account() {
    let home = home(&BOB, &format!("role_arn = {}\n", role::PLAIN));
    let outcome = home.run(["credential-process", "--profile", "dev"]).go();
    let value: serde_json::Value = serde_json::from_str(outcome.ok().out()).expect("JSON");
    assert_eq!(value["AccountId"], "111122223333");
    let without = home.run(["credential-process", "--profile", "dev", "--no-role"]).go();
    let value: serde_json::Value = serde_json::from_str(without.ok().out()).expect("JSON");
    assert_eq!(value.get("AccountId"), None);
}
