//! Why AWS gives nothing: every cause has its own exit code and its own advice.

use crate::support::fake;
use crate::support::sts::{ALICE, BOB, CAROL, CHEN, Fault, Person, role};
use crate::support::{Home, Outcome, gpg};

/// A person whose keys are in the environment; their device is named, if they have one.
fn person(person: &Person) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, person);
    home.set("AWS_AUTH_ACCESS_KEY_ID", person.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", person.secret_access_key);
    if !person.mfa_serial.is_empty() {
        home.set("AWS_AUTH_SERIAL_NUMBER", person.mfa_serial);
    }
    home
}

fn run(home: &Home, args: &[&str]) -> Outcome {
    home.run(["--from", "env"]).args(args).go()
}

/// A run of alice's, with a code of her device.
fn alice(args: &[&str]) -> Outcome {
    let home = person(&ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    run(&home, &[args, &["--token-code", &code]].concat())
}

/// What AWS sends where STS is switched off in a region.
fn disabled() -> Fault {
    let text = "STS is not activated in this region for account:111122223333. Your account administrator can activate \
                STS in this region using the IAM Console.";
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>RegionDisabledException</Code><Message>{text}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    );
    Fault::Status { code: 403, body }
}

/// What AWS says to a signature whose time it does not take, and its own time does not explain why.
fn expired() -> Fault {
    let text = "Signature expired: 20261122T190500Z is now earlier than 20261122T191000Z (20261122T192500Z - 15 min.)";
    let body = format!(
        "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><Error><Type>Sender</Type>\
         <Code>SignatureDoesNotMatch</Code><Message>{text}</Message></Error><RequestId>0</RequestId></ErrorResponse>"
    );
    Fault::Status { code: 403, body }
}

/// A run with the credentials of a session that has ended.
fn ended() -> Outcome {
    let home = person(&BOB);
    run(&home, &["--mfa-duration-seconds", "900"]).ok();
    home.sts().emulator().set_clock_offset(1000);
    with_session(&home, None)
}

/// A run with the session that the home's STS has issued first, without a manager.
fn with_session(home: &Home, token: Option<&str>) -> Outcome {
    let issued = home.sts().emulator().issued().remove(0);
    let run = home.run(["--role-arn", role::PLAIN]).env("AWS_ACCESS_KEY_ID", issued.access_key_id);
    let run = run.env("AWS_SECRET_ACCESS_KEY", issued.secret_access_key);
    run.env("AWS_SESSION_TOKEN", token.unwrap_or(&issued.session_token)).go()
}

#[test]
fn every_cause_has_its_own_advice() {
    let wrong_code = || {
        let home = person(&ALICE);
        let code = home.sts().wrong_code(ALICE.mfa_serial);
        run(&home, &["--token-code", &code])
    };
    let reused = || {
        let home = person(&ALICE);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        run(&home, &["--token-code", &code]).ok();
        run(&home, &["--token-code", &code])
    };
    let skewed = || {
        let home = person(&ALICE);
        home.sts().fault_always(expired());
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        run(&home, &["--token-code", &code])
    };
    let off = || {
        let home = person(&BOB);
        home.sts().fault_always(disabled());
        run(&home, &["--region", "ap-east-1"])
    };
    let ended_by_aws = || {
        let home = person(&BOB);
        run(&home, &[]).ok();
        with_session(&home, Some(&"x".repeat(372)))
    };
    let deleted = || {
        let home = person(&BOB);
        home.set("AWS_AUTH_ACCESS_KEY_ID", "AKIANOBODY7EXAMPLE9Q");
        run(&home, &[])
    };
    let inactive = || {
        let home = person(&CAROL);
        let code = home.sts().fresh_code(CAROL.mfa_serial);
        run(&home, &["--token-code", &code])
    };
    let wrong_pair = || {
        let home = person(&BOB);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", "A".repeat(40));
        run(&home, &[])
    };
    let chen = Person { mfa_serial: "", ..CHEN };
    let other = "arn:aws:iam::111122223333:mfa/other";
    let rows: Vec<(&str, Outcome, i32, &str, &str)> = vec![
        ("a malformed code", alice_with("12345"), 2, "token code", "six digits"),
        (
            "a rejected code",
            wrong_code(),
            21,
            "invalid MFA one time pass code",
            "use the next code of that very device",
        ),
        ("a reused code", reused(), 21, "AWS accepts each code once", "run this again with the next one"),
        ("a wrong serial", alice(&["--serial-number", other]), 20, "AccessDenied", "check the MFA serial"),
        ("no code", run(&person(&BOB), &["--role-arn", role::DEV]), 20, "AccessDenied", "probably requires MFA"),
        ("no such role", alice(&["--role-arn", &role::DEV.replace("dev", "nosuch")]), 20, "", "its trust policy"),
        ("an inactive key", inactive(), 20, "InvalidClientTokenId", "is inactive, deleted, or of another partition"),
        ("a deleted key", deleted(), 20, "InvalidClientTokenId", "is inactive, deleted, or of another partition"),
        (
            "another partition's key",
            run(&person(&chen), &[]),
            20,
            "InvalidClientTokenId",
            "partition than aws: the IAM console",
        ),
        (
            "another's region",
            run(&person(&BOB), &["--region", "cn-north-1"]),
            20,
            "",
            "partition than aws-cn: the IAM console",
        ),
        ("another's role", alice(&["--role-arn", role::CHINA_DEV]), 10, "AWS keeps them apart", "of one partition"),
        ("keys that are no pair", wrong_pair(), 20, "SignatureDoesNotMatch", "is not its own"),
        ("a session that has ended", ended(), 20, "ExpiredToken", "get new ones first"),
        ("a session that was ended", ended_by_aws(), 20, "InvalidClientTokenId", "was ended"),
        ("a clock that is off", skewed(), 23, "Signature expired", "set the clock"),
        ("a region without STS", off(), 20, "RegionDisabledException", "name a region that the account has enabled"),
    ];
    let mut wrong = Vec::new();
    for (what, outcome, code, why, hint) in &rows {
        println!("{what}\n{}", outcome.err());
        let told = outcome.err();
        let advised = told.matches("hint: ").count() == 1 && told.contains(hint);
        if outcome.status.code() != Some(*code) || !told.contains(why) || !advised {
            wrong.push(format!("{what}: {} {told}", outcome.status));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn alice_with(code: &str) -> Outcome {
    run(&person(&ALICE), &["--token-code", code])
}

#[test]
fn another_partitions_role_costs_no_code() {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &ALICE, "");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--role-arn", role::CHINA_DEV, "--token-code", &code];
    home.run(args).go().fails(10).says("arn:aws-cn").says("partition");
    home.sts().saw(&[]);
}

#[test]
fn what_aws_refuses_of_an_option_is_told_by_our_name_for_it() {
    let alice = person(&ALICE);
    let code = alice.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--role-arn", role::SHORT, "--role-duration-seconds", "12h", "--token-code", &code];
    let outcome = run(&alice, &args);
    let told = "duration_seconds in the profile; the role's maximum: aws iam get-role --role-name short";
    outcome.fails(10).says("lower --role-duration-seconds, or ").says(told);
    let wrong = alice.sts().wrong_code(ALICE.mfa_serial);
    let rejected = run(&alice, &["--token-code", &wrong]);
    rejected
        .fails(21)
        .says("AWS rejected the code for arn:aws:iam::111122223333:mfa/alice")
        .says("each code works once");
    run(&alice, &["--role-arn", "dev"]).fails(10).says("\"dev\" is not a role ARN").says("a profile is --profile dev");
    run(&alice, &["--role-arn", "arn:aws:iam::1:role/dev"]).fails(10).says("correct --role-arn");
    let printed = run(&alice, &["--token-from", "echo 12 34"]);
    printed.fails(13).says("--token-from \"echo 12 34\" gave neither six digits nor an otpauth:// URI");
    alice.run(["backends", "check", "pass"]).go().fails_saying(10, "").says("aws-auth doctor --from pass");
}
