//! Profiles whose keys come from a sign-in that the AWS CLI holds: the real CLI, before a portal of our own that it reaches
//! by a proxy; and stand-ins for what no CLI here can do, which each say so.

use std::fs;
use std::time::Duration;

use aws_auth_emulator::Certificate;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};

use crate::support::fake::{Answer, Fake};
use crate::support::proxy::Proxy;
use crate::support::run::{Run, To};
use crate::support::sts::role;
use crate::support::{Home, Outcome, Sts, kept, tools};

const CONFIG: &str = "\
[sso-session corp]
sso_start_url = https://corp.awsapps.example/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile reader]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = plain
region = us-east-1
[profile stranger]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = nobody
[profile chained]
role_arn = arn:aws:iam::444455556666:role/chained
source_profile = reader
region = us-east-1
";

/// Somebody with a portal and a CLI, who has not signed in; and the proxy by which all of AWS is our own.
fn at_the_portal() -> (Home, Proxy) {
    let home = Home::new();
    home.attach(Sts::start_tls(Certificate::Aws));
    let proxy = Proxy::leading_to(home.sts().emulator().port());
    for service in ["STS", "IAM", "SIGNIN"] {
        home.unset(format!("AWS_ENDPOINT_URL_{service}"));
    }
    home.write("ca.pem", home.sts().emulator().ca_pem());
    home.set("AWS_CA_BUNDLE", home.path("ca.pem"));
    home.set("HTTPS_PROXY", proxy.url(""));
    home.write(".aws/config", CONFIG);
    // The CLI's own; what it holds is no business of the sweep.
    home.plant(&home.path(".aws"));
    (home, proxy)
}

/// Signs in, as `aws sso login` would; the access token ends so many seconds from now, by what the CLI is told.
fn sign_in(home: &Home, ends: &str) {
    let (sign_in, end) = home.sts().emulator().sign_in();
    let end = if ends.is_empty() { end } else { ends.to_owned() };
    let name = aws_auth::text::hex(digest(&SHA1_FOR_LEGACY_USE_ONLY, b"corp").as_ref());
    let text = serde_json::json!({
        "startUrl": "https://corp.awsapps.example/start",
        "region": "us-east-1",
        "accessToken": sign_in.access_token,
        "expiresAt": end,
        "clientId": "a-client",
        "clientSecret": "a-client-secret",
        "registrationExpiresAt": "2099-01-01T00:00:00Z",
        "refreshToken": sign_in.refresh_token,
    });
    home.secret("the token of the sign-in", &sign_in.access_token);
    home.secret("the token that renews it", &sign_in.refresh_token);
    home.write(format!(".aws/sso/cache/{name}.json"), text.to_string());
}

/// Lets the CLI forget what it keeps itself, which signing in again does not renew.
fn forget(home: &Home) {
    let _ = fs::remove_dir_all(home.path(".aws/cli"));
}

fn signed_in() -> Option<(Home, Proxy)> {
    if !std::path::Path::new("/usr/bin/aws").exists() {
        tools::not_run("no AWS CLI of version 2; tests/setup installs it");
        return None;
    }
    let (home, proxy) = at_the_portal();
    sign_in(&home, "");
    Some((home, proxy))
}

#[test]
fn a_profile_for_sso_gives_its_credentials_as_they_are_in_every_way() {
    let Some((home, _proxy)) = signed_in() else { return };
    let outcome = home.run(["--profile", "reader"]).env("AWS_CREDENTIAL_EXPIRATION", "x").go();
    home.sts().delivered(&outcome);
    outcome.says("SSO \"111122223333/plain\" are temporary, and are handed on as they are");
    home.sts().saw(&["GetRoleCredentials"]);
    let newest = || home.sts().emulator().issued().pop().expect("credentials");
    let by_variable = home.run([] as [&str; 0]).env("AWS_PROFILE", "reader").go();
    assert_eq!(by_variable.exports()["AWS_ACCESS_KEY_ID"], newest().access_key_id);
    let exec = home.run(["exec", "--profile", "reader", "--", "sh", "-c", "echo $AWS_ACCESS_KEY_ID"]).go();
    assert_eq!(exec.ok().out().trim(), newest().access_key_id);
    let process = home.run(["credential-process", "--profile", "reader"]).go();
    let json: serde_json::Value = serde_json::from_str(process.ok().out()).expect("JSON");
    assert_eq!(
        (json["AccessKeyId"].as_str(), json["Expiration"].as_str()),
        (Some(&*newest().access_key_id), Some(&*newest().expiration))
    );
    assert!(process.err().is_empty(), "{process:?}");
    let served = home.run(["exec", "--serve", "--profile", "reader", "--", "sh", "-c"]).args([
        "curl -s -H \"Authorization: $AWS_CONTAINER_AUTHORIZATION_TOKEN\" $AWS_CONTAINER_CREDENTIALS_FULL_URI | jq -r .AccessKeyId",
    ]);
    assert_eq!(served.go().ok().out().trim(), newest().access_key_id);
    let console = home.run(["console", "--print", "--profile", "reader"]).go();
    console.ok().says_out("https://signin.aws.amazon.com/federation?Action=login");
    let plan = home.run(["console", "--print", "--profile", "reader", "--explain"]).go();
    plan.ok().says("getSigninToken, for a console that stays signed in for as long as these last");
    for args in [&["--read-only"][..], &["--tag", "a=b", "--explain"], &["--no-role", "--policy", "{}"]] {
        let narrowed = home.run(["console", "--print", "--profile", "reader"]).args(args).go();
        narrowed.fails_saying(10, "").says("a policy, tag or source identity needs a role");
    }
    for shell in ["fish", "nu", "csh", "pwsh", "elvish", "xonsh", "cmd"] {
        let outcome = home.run(["--profile", "reader", "--shell", shell]).go();
        outcome.ok().says_out(&newest().access_key_id);
    }
}

#[test]
fn a_profile_for_sso_is_a_source_of_roles() {
    let Some((home, proxy)) = signed_in() else { return };
    let outcome = home.run(["--profile", "chained"]).go();
    home.sts().delivered(&outcome);
    let requests = home.sts().saw(&["GetRoleCredentials", "AssumeRole"]);
    assert_eq!(requests[1].param("RoleArn"), Some(role::CHAINED));
    assert_eq!(proxy.hosts(), ["portal.sso.us-east-1.amazonaws.com", "sts.us-east-1.amazonaws.com"]);
    outcome.does_not_say("handed on");
}

#[test]
fn what_sso_gave_is_kept_by_what_was_asked_for_and_twenty_runs_ask_once() {
    let Some((home, _proxy)) = signed_in() else { return };
    let other = "[profile other]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = dev\n";
    let twin = "[profile twin]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = plain\n";
    home.write(".aws/config", format!("{CONFIG}{other}{twin}"));
    let Some(_kept) = kept::on(&home) else { return };
    let running: Vec<_> = (0..20).map(|_| home.run(["--profile", "reader"]).start()).collect();
    let ids: Vec<String> = running.into_iter().map(|run| run.finish().exports()["AWS_ACCESS_KEY_ID"].clone()).collect();
    assert!(ids.iter().all(|id| *id == ids[0]));
    home.sts().saw(&["GetRoleCredentials"]);
    // The region is a part of the question, the profile's name is not.
    let twin = home.run(["--profile", "twin", "--region", "us-east-1"]).go();
    assert_eq!(twin.exports()["AWS_ACCESS_KEY_ID"], ids[0]);
    assert_ne!(home.run(["--profile", "other"]).go().exports()["AWS_ACCESS_KEY_ID"], ids[0]);
    // A role above it is assumed with what is kept.
    home.run(["--profile", "chained"]).go().ok();
    home.sts().saw(&["GetRoleCredentials", "GetRoleCredentials", "AssumeRole"]);
    home.run(["logout", "--profile", "twin"]).go().ok();
    forget(&home);
    assert_ne!(home.run(["--profile", "reader"]).go().exports()["AWS_ACCESS_KEY_ID"], ids[0]);
}

#[test]
fn who_is_signed_out_is_told_the_command_and_who_may_not_is_not() {
    let (home, _proxy) = at_the_portal();
    let told = home.run(["--profile", "reader"]).go();
    told.fails(14).says("sign in: aws sso login --profile reader").within(Duration::from_secs(30));
    sign_in(&home, "2001-01-01T00:00:00Z");
    // It has ended, and is renewed by the CLI.
    home.run(["--profile", "reader"]).go().ok();
    home.sts().saw(&["CreateToken", "GetRoleCredentials"]);
    sign_in(&home, "2001-01-01T00:00:00Z");
    let _ = home.sts().emulator().sign_in();
    forget(&home);
    home.run(["--profile", "reader"]).go().fails(14).says("aws sso login --profile reader");
    sign_in(&home, "");
    let refused = home.run(["--profile", "stranger"]).go();
    refused.fails(20).says("assigned to you").does_not_say("aws sso login");
    // By the portal, and not by its own file.
    let _ = home.sts().emulator().sign_in();
    forget(&home);
    home.run(["--profile", "reader"]).go().fails(14).says("aws sso login --profile reader");
}

#[test]
fn a_cli_that_is_missing_or_too_old_is_named_with_what_is_needed() {
    let (home, _proxy) = at_the_portal();
    let none = home.run(["--profile", "reader"]).env("PATH", home.rig("bin")).go();
    none.fails(11).says("the AWS CLI is not installed").says("install version 2 of the AWS CLI");
    // The second version that is here is too old for the other way of signing in.
    home.write(
        ".aws/config",
        "[profile me]\nlogin_session = arn:aws:iam::111122223333:user/alice\nregion = us-east-1\n",
    );
    home.run(["--profile", "me"]).go().fails(11).says("version 2.9").says("2.32 or newer");
    let first = tools::repository().join("target/venv/bin/aws");
    if !first.exists() {
        return tools::not_run("no AWS CLI of version 1; tests/setup installs it");
    }
    home.write(".aws/config", CONFIG);
    let path = format!("{}:/usr/bin:/bin", first.parent().expect("a directory").display());
    home.run(["--profile", "reader"]).env("PATH", path).go().fails(11).says("is version 1.").says("2.9 or newer");
}

/// A stand-in for a CLI that knows `aws login`, as Debian's does not. It answers for the profile `me`.
fn with_login<'h>(home: &'h Home, answer: &Answer) -> Fake<'h> {
    home.write(
        ".aws/config",
        "[profile me]\nlogin_session = arn:aws:iam::111122223333:user/alice\nregion = eu-west-1\n",
    );
    let argv = [
        "configure",
        "export-credentials",
        "--format",
        "process",
        "--no-cli-auto-prompt",
        "--profile=me",
        "--region=eu-west-1",
    ];
    let version = Answer::of("aws-cli/2.36.7 Python/3.13.11 Linux/6.8 exe/x86_64\n");
    Fake::new(home, "aws").on(&argv, answer).on(&["--version"], &version)
}

/// What the stand-in answers: credentials that are good for so long.
fn login(seconds: u64) -> Answer {
    let end = aws_smithy_types::DateTime::from(std::time::SystemTime::now() + Duration::from_secs(seconds));
    let end = end.fmt(aws_smithy_types::date_time::Format::DateTime).expect("a time");
    let (secret, token) = ("l".repeat(40), "m".repeat(200));
    Answer::of(format!(
        r#"{{"Version":1,"AccessKeyId":"ASIALOGINEXAMPLE0001","SecretAccessKey":"{secret}","SessionToken":"{token}","Expiration":"{end}"}}"#
    ))
}

#[test]
fn a_login_is_asked_for_in_peace_by_its_profile_alone_and_any_answer_that_has_not_ended_is_good() {
    let home = Home::with_sts();
    let cli = with_login(&home, &login(360));
    let outcome = home
        .run(["credential-process", "--profile", "me"])
        .env("AWS_ACCESS_KEY_ID", "AKIAPOISON0000000000")
        .env("AWS_SECRET_ACCESS_KEY", "poison")
        .env("AWS_ROLE_ARN", "poison")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "/poison")
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/poison")
        .env("AWS_PROFILE", "poison")
        .env("_AWS_CLI_PROFILE_CHAIN", "outer")
        .env("AWS_LOGIN_CACHE_DIRECTORY", home.path("cache"))
        .env("AWS_USE_FIPS_ENDPOINT", "true")
        .env("AWSAUTH_SET", "AWS_USE_FIPS_ENDPOINT=true")
        .go();
    outcome.ok().says_out("ASIALOGINEXAMPLE0001");
    let calls = cli.calls();
    assert_eq!(calls.len(), 1, "{outcome:?}");
    assert!(!calls[0].environ.iter().any(|(name, value)| value.contains("oison") || name == "AWS_PROFILE"));
    for (name, value) in [("_AWS_CLI_PROFILE_CHAIN", "outer"), ("PYINSTALLER_RESET_ENVIRONMENT", "1")] {
        assert_eq!(calls[0].var(name), Some(value), "{name}");
    }
    assert!(calls[0].var("AWS_LOGIN_CACHE_DIRECTORY").is_some() && calls[0].var("AWS_USE_FIPS_ENDPOINT").is_none());
    assert_eq!(calls[0].stdin, "/dev/null");
}

#[test]
fn who_must_log_in_again_is_told_so_at_once() {
    let rows = [
        (
            253,
            "aws: [ERROR]: Unable to retrieve credentials: Error loading login session token: no token found, please reauthenticate with 'aws login'",
            14,
            "sign in: aws login --profile me",
        ),
        (
            255,
            "Your session has expired. Please reauthenticate using 'aws login'.",
            14,
            "sign in: aws login --profile me",
        ),
        (255, "{\"Code\": \"X\", \"Message\": \"Your session has expired. Please run 'aws login'\"}", 14, "aws login"),
        (254, "An error occurred (AccessDeniedException): run aws login with another account", 20, "assigned to you"),
        (1, "something else", 12, "something else"),
    ];
    for (exit, said, code, told) in rows {
        println!("{said}");
        let home = Home::with_sts();
        let cli = with_login(&home, &Answer::failure(exit, &format!("{said}\n")));
        home.run(["--profile", "me"]).go().fails(code).says(told);
        let asked = cli.calls().iter().filter(|call| call.args()[0] == "configure").count();
        assert_eq!(asked, 1);
    }
}

#[test]
fn a_refusal_while_another_program_renews_the_sign_in_is_asked_about_once_more() {
    let refused = "echo 'please reauthenticate with aws login' >&2; exit 253";
    // (where the CLI holds it, what becomes of it in the first call, how often it is asked)
    for (directory, renewal, times) in [
        ("", "mkdir -p \"$HOME/.aws/login/cache\" && touch \"$HOME/.aws/login/cache/x.json\"", 2),
        ("cache", "mkdir -p \"$HOME/cache\" && touch \"$HOME/cache/x.json\"", 2),
        ("cache", "mkdir -p \"$HOME/.aws/login/cache\" && touch \"$HOME/.aws/login/cache/x.json\"", 1),
        ("", "mkdir -p \"$HOME/.aws/login/cache\" && touch -d '1 minute ago' \"$HOME/.aws/login/cache/x.json\"", 1),
    ] {
        let home = Home::with_sts();
        if !directory.is_empty() {
            home.set("AWS_LOGIN_CACHE_DIRECTORY", home.path(directory));
        }
        let done = home.rig("done");
        let first = format!("sleep 0.7; [ -e '{0}' ] || {{ touch '{0}'; {renewal}; {refused}; }}", done.display());
        let cli = with_login(&home, &Answer { first, ..login(3600) });
        let outcome = home.run(["--profile", "me"]).go();
        if times == 2 {
            outcome.ok().says_out("ASIALOGINEXAMPLE0001");
        } else {
            outcome.fails(14);
        }
        assert_eq!(cli.calls().len(), times, "{renewal}");
    }
}

#[test]
fn whom_a_person_waits_for_twice_is_told_once() {
    let home = Home::with_sts();
    let renewal = "mkdir -p \"$HOME/.aws/login/cache\" && touch \"$HOME/.aws/login/cache/x.json\"";
    let slow = Answer { first: format!("sleep 1.5; {renewal}"), ..Answer::failure(253, "please reauthenticate\n") };
    let cli = with_login(&home, &slow);
    let outcome = home.run(["--profile", "me"]).go();
    outcome.fails(14);
    assert_eq!(cli.calls().len(), 2, "{outcome:?}");
    assert_eq!(outcome.err().matches("waiting for aws").count(), 1, "{outcome:?}");
}

#[test]
fn those_who_share_a_sign_in_ask_one_after_another() {
    let home = Home::with_sts();
    let profile = |name: &str, role: &str| {
        format!("[profile {name}]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = {role}\n")
    };
    home.write(
        ".aws/config",
        format!(
            "[sso-session corp]\nsso_start_url = https://x.example\nsso_region = us-east-1\n{}{}",
            profile("a", "one"),
            profile("b", "two")
        ),
    );
    // A stand-in: it fails if it runs beside itself.
    let answer = login(3600);
    let body = String::from_utf8(answer.stdout).expect("text");
    let busy = home.rig("busy");
    home.script(
        "aws",
        &format!(
            "#!/bin/sh\nmkdir '{0}' || {{ echo side by side >&2; exit 9; }}\nsleep 0.2\nrmdir '{0}'\necho '{body}'\n",
            busy.display()
        ),
    );
    let start = |n: usize| home.run(["--profile", if n.is_multiple_of(2) { "a" } else { "b" }]).start();
    let running: Vec<_> = (0..8).map(start).collect();
    for run in running {
        run.finish().ok();
    }
}

#[test]
fn what_would_be_done_is_told_without_asking_the_cli() {
    let home = Home::with_sts();
    home.write(".aws/config", CONFIG);
    let cli = Fake::new(&home, "aws");
    let itself = home.run(["--explain", "--profile", "reader"]).go();
    itself.ok().says("SSO \"111122223333/plain\" of the profile \"reader\"").says("handed on as they are");
    let role = home.run(["--explain", "--profile", "chained"]).go();
    role.ok().says("1. AssumeRole arn:aws:iam::444455556666:role/chained").does_not_say("GetSessionToken");
    home.run(["doctor", "--profile", "reader"]).go().says_out("is asked for it");
    home.run(["list"]).go().ok().says_out("sso/plain");
    assert_eq!(cli.calls().len(), 0);
}

#[test]
fn a_cli_that_is_a_wrapper_of_ours_is_no_endless_chain() {
    let home = Home::with_sts();
    home.write(".aws/config", CONFIG);
    let count = home.rig("count");
    home.script(
        "aws",
        &format!(
            "#!/bin/sh\necho x >>'{}'\nexec aws-auth exec --profile reader -- /usr/bin/aws \"$@\"\n",
            count.display()
        ),
    );
    let outcome = home.run(["--profile", "reader"]).go();
    outcome.fails(12).says("run aws-auth for the very same keys").within(Duration::from_secs(20));
    // For the credentials, and for its version.
    assert_eq!(fs::read_to_string(count).expect("runs").lines().count(), 2);
}

#[test]
fn a_profile_that_leads_to_keys_in_two_ways_says_which_one_counts() {
    let home = Home::with_sts();
    let tool = "credential_process = tool\n";
    home.write(
        ".aws/config",
        format!(
            "[profile me]\nlogin_session = x\n{tool}[profile other]\n{tool}aws_access_key_id = AKIAELSEWHERE0000001\n"
        ),
    );
    let cli = Fake::new(&home, "aws");
    let cli = cli.on(
        &["configure", "export-credentials", "--format", "process", "--no-cli-auto-prompt", "--profile=me"],
        &login(3600),
    );
    home.run(["--profile", "me"]).go().ok().says("login_session").says("credential_process does not count");
    assert_eq!(cli.calls().len(), 1);
}

/// The real prompt is not needed for any of this, and a terminal changes nothing.
#[test]
fn on_a_terminal_the_note_is_told_there_and_nothing_is_asked() {
    let home = Home::with_sts();
    with_login(&home, &login(3600));
    let run: Run<'_> = home.run(["credential-process", "--profile", "me"]).stdout(To::Pipe).stderr(To::Pipe);
    let outcome: Outcome = run.pty_as_set().finish();
    outcome.ok();
    assert!(outcome.err().is_empty(), "{outcome:?}");
    assert!(outcome.screen().contains("handed on as they are"), "{outcome:?}");
}
