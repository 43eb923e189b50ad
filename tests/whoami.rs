//! `whoami`: what AWS says of what the shell holds, and nobody else is asked.

use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, fake, tools};

fn bob() -> Home {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, role::PLAIN);
    home
}

#[test]
fn it_asks_aws_for_the_keys_of_the_environment_and_no_manager() {
    let home = bob();
    let manager = fake::pass(&home, &ALICE, role::DEV);
    home.write(".aws/config", "[default]\naws_auth_from = pass\ncredential_process = touch ran\n");
    let outcome = home
        .run(["whoami"])
        .env("AWS_ACCESS_KEY_ID", BOB.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key)
        .go();
    let expected =
        "user/bob in 111122223333\narn:aws:iam::111122223333:user/bob\npermanent key …E02Q of the environment\n";
    assert_eq!(outcome.ok().out(), expected);
    home.sts().saw(&["GetCallerIdentity"]);
    assert!(manager.calls().is_empty() && !home.path("ran").exists());
}

#[test]
fn it_tells_the_role_until_when_and_is_one_object_for_programs() {
    let home = bob();
    let script = "eval \"$(aws-auth --from pass)\"; aws-auth whoami; aws-auth whoami --format json";
    let outcome = home.command(["sh", "-c", script]).env("TZ", "CET-1").go();
    let (first, last) = outcome.ok().out().split_once('\n').expect("lines");
    assert!(first.starts_with("role/plain in 111122223333, until ") && first.ends_with(" CET (59 min)"), "{outcome:?}");
    let value: serde_json::Value = serde_json::from_str(last.lines().last().expect("JSON")).expect("JSON");
    assert_eq!((&value["account"], &value["identity"]), (&"111122223333".into(), &"role/plain".into()));
    assert_eq!((&value["temporary"], &value["source"]), (&true.into(), &"environment".into()));
    assert!(value["arn"].as_str().is_some_and(|arn| arn.contains(":assumed-role/plain/")), "{outcome:?}");
}

#[test]
fn it_asks_the_endpoint_that_the_shell_is_led_to() {
    let home = bob();
    let served = home.run(["exec", "--serve", "--from", "pass", "--", "aws-auth", "whoami"]).go();
    served.ok().says_out("role/plain in 111122223333\n").says_out("of this shell's server");
    let token = "0".repeat(64);
    let gone = home
        .run(["whoami"])
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/credentials")
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)
        .go();
    gone.fails_saying(22, "").says("aws-auth unset");
}

#[test]
fn a_shell_without_keys_and_one_with_other_keys_than_it_was_told_of_are_told_so() {
    let home = bob();
    home.run(["whoami"]).go().fails_saying(13, "").says("holds no AWS credentials");
    home.run(["whoami", "--format", "x"]).go().fails_saying(2, "").says("json");
    let other = home
        .run(["whoami"])
        .env("AWS_ACCESS_KEY_ID", BOB.access_key_id)
        .env("AWS_SECRET_ACCESS_KEY", BOB.secret_access_key)
        .env("AWSAUTH_ACCOUNT", "999900001111")
        .go();
    other.ok().says("warning: AWSAUTH_ACCOUNT says 999900001111");
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn keys_of_another_partition_are_asked_about_there() {
    use crate::support::sts::CHEN;
    let home = Home::with_sts();
    fake::pass(&home, &CHEN, role::CHINA_DEV);
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let code = home.sts().fresh_code(CHEN.mfa_serial);
    let script =
        "eval \"$(aws-auth --from pass --token-code \"$1\")\"; aws-auth whoami; aws-auth whoami --region us-east-1";
    let outcome = home.command(["sh", "-c", script, "sh", &code]).go();
    assert!(outcome.out().starts_with("role/dev in 555566667777, until "), "{outcome:?}");
    outcome.says("name a region of it with --region");
}

#[test]
fn what_is_to_be_typed_is_of_the_shell_that_called() {
    let home = bob();
    for (argv, line) in [
        (&["sh", "-c"][..], "get some, as in: eval \"$(aws-auth --from pass)\""),
        (&["fish", "--no-config", "-c"], "get some, as in: aws-auth --from pass | source"),
        (&["tcsh", "-f", "-c"], "get some, as in: eval \"`aws-auth --from pass`\""),
    ] {
        if tools::need(argv[0]).is_some() {
            home.command(argv.iter().copied().chain(["aws-auth whoami; true"])).go().says(line);
        }
    }
    let outcome = home.command(["fish", "--no-config", "-c", "aws-auth logout"]).env("AWS_SESSION_TOKEN", "x").go();
    outcome.ok().says_out("still holds temporary credentials: aws-auth unset | source");
}
