//! `aws-auth console`: the address that signs in, for whom there is one, and how it reaches the browser.

use std::fs;

use crate::support::run;
use crate::support::sts::{ALICE, BOB, CHEN, Fault, GINA, Person, role};
use crate::support::{Home, fake, tools};

fn user(person: &Person, role: &str) -> Home {
    let home = Home::with_sts();
    fake::pass(&home, person, role);
    home
}

/// A browser that asks for the page it is started with, and writes down what it was given.
fn browser(home: &Home, first: &str, then: &str) {
    fs::create_dir_all(home.rig("calls/xdg-open")).expect("a directory");
    let text = format!(
        "#!/usr/bin/env python3
import http.client, os, sys, urllib.parse
open('{rig}/calls/xdg-open/argv', 'w').write('\\0'.join(sys.argv))
open('{rig}/calls/xdg-open/environ', 'w').write('\\0'.join(name + '=' + value for name, value in os.environ.items()))
page = urllib.parse.urlsplit(sys.argv[1])
{first}
def get(path, host=page.netloc):
    connection = http.client.HTTPConnection(page.netloc)
    connection.request('GET', path, headers={{'Host': host}})
    return connection.getresponse()
assert get('/favicon.ico').status == 404
assert get(page.path, 'evil.example').status == 404
answer = get(page.path)
open('{rig}/address', 'w').write(str(answer.status) + ' ' + answer.headers['Location'])
{then}
",
        rig = home.rig("").display().to_string().trim_end_matches('/'),
    );
    home.script("xdg-open", &text);
}

#[test]
fn a_roles_credentials_sign_in() {
    let home = user(&BOB, role::PLAIN);
    for (args, page) in [
        (&[][..], "home"),
        (&["--service", "s3"], "s3%2Fhome"),
        (&["--service", "ec2", "--region", "eu-west-1"], "ec2%2Fhome%3Fregion%3Deu-west-1"),
    ] {
        let outcome = home.run(["console", "--print", "--from", "pass"]).args(args).go();
        let token = home.sts().emulator().signin_tokens().pop().expect("a token");
        let expected = format!(
            "{}/federation?Action=login&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2F{page}&SigninToken={token}\n",
            home.sts().url()
        );
        assert_eq!(outcome.ok().out(), expected, "{outcome:?}");
    }
    assert!(home.sts().requests().iter().all(|request| request.param("SessionDuration").is_none()));
}

#[test]
fn each_partition_has_its_own_console() {
    for (person, role, region, console) in [
        (GINA, role::GOV_DEV, "us-gov-west-1", "https%3A%2F%2Fconsole.amazonaws-us-gov.com%2Fhome"),
        (CHEN, role::CHINA_DEV, "cn-north-1", "https%3A%2F%2Fconsole.amazonaws.cn%2Fhome"),
    ] {
        let home = user(&person, role);
        let code = home.sts().fresh_code(person.mfa_serial);
        let outcome =
            home.run(["console", "--print", "--from", "pass", "--token-code", &code, "--region", region]).go();
        assert!(outcome.ok().out().contains(console), "{outcome:?}");
    }
}

#[test]
fn a_time_of_its_own_is_for_one_role_assumed_with_permanent_keys() {
    let home = user(&ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["console", "--print", "--from", "pass", "--console-duration-seconds", "43200", "--token-code", &code];
    home.run(args).go().ok();
    let requests = home.sts().saw(&["AssumeRole", "getSigninToken"]);
    assert_eq!(requests[1].param("SessionDuration"), Some("43200"));
    for (seconds, told) in [("899", "900 to 129600"), ("129601", "900 to 129600"), ("43201", "43200 seconds at most")] {
        let args = ["console", "--print", "--from", "pass", "--console-duration-seconds", seconds];
        home.run(args).go().fails_saying(10, "").says(told);
    }
    home.write(
        ".aws/config",
        format!(
            "[profile base]\naws_auth_from = pass\nrole_arn = {}\nsource_profile = base\n[profile end]\nrole_arn = {}\nsource_profile = base\n",
            role::PLAIN,
            role::CHAINED
        ),
    );
    let args = ["console", "--print", "--profile", "end", "--console-duration-seconds", "3600"];
    home.run(args).go().fails_saying(10, "").says("not for a role assumed by a role");
    home.sts().saw(&["AssumeRole", "getSigninToken"]);
}

#[test]
fn without_a_role_the_reason_is_told() {
    let home = user(&BOB, "");
    for args in [&[][..], &["--no-role"]] {
        let outcome = home.run(["console", "--print", "--from", "pass"]).args(args).go();
        outcome.fails_saying(10, "").says("only what a policy allows").says("--role-arn");
    }
    assert_eq!(home.sts().emulator().calls("getSigninToken"), 0);
}

#[test]
fn a_refusal_and_an_absent_endpoint_are_told_without_the_keys() {
    let home = user(&BOB, role::PLAIN);
    let secret = Some("x".repeat(40));
    home.sts().fault(Fault::Credentials { access_key_id: None, secret, token: None, expiration: None });
    home.run(["console", "--print", "--from", "pass"]).go().fails_saying(20, "").says("HTTP status 400");
    home.set("AWS_ENDPOINT_URL_SIGNIN", "http://127.0.0.1:9");
    home.run(["console", "--print", "--from", "pass"]).go().fails_saying(22, "").says("127.0.0.1:9/federation");
    home.set("AWS_ENDPOINT_URL_SIGNIN", "http://signin.example.com");
    home.run(["console", "--print", "--from", "pass"]).go().fails_saying(10, "").says("AWS_ENDPOINT_URL_SIGNIN");
    home.run(["console", "--from", "pass", "--service", "../x"]).go().fails_saying(2, "");
}

#[test]
fn r20_the_browser_is_sent_on_and_its_arguments_do_not_sign_in() {
    for then in ["", "import time; time.sleep(20)"] {
        let home = user(&BOB, role::PLAIN);
        browser(&home, "", then);
        let outcome = home.run(["console", "--from", "pass"]).go();
        assert_eq!(outcome.ok().out(), "", "{outcome:?}");
        outcome.within(std::time::Duration::from_secs(15));
        let address = String::from_utf8(run::read(&home.rig("address"))).expect("text");
        let token = home.sts().emulator().signin_tokens().pop().expect("a token");
        assert!(address.starts_with("302 ") && address.ends_with(&token), "{address}");
        let argv = String::from_utf8(run::read(&home.rig("calls/xdg-open/argv"))).expect("text");
        assert!(argv.contains("http://127.0.0.1:") && !argv.contains(&token), "{argv}");
    }
}

#[test]
fn r22_the_browser_gets_the_desktops_variables_and_no_keys() {
    let home = user(&BOB, role::PLAIN);
    browser(&home, "", "");
    let secret = "environment/CANARY/0123456789/abcdefghij";
    home.secret("a secret of the environment", secret);
    let run = home.run(["console", "--from", "pass"]).env("DISPLAY", ":7").env("LANG", "de_DE.UTF-8");
    let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_AUTH_SECRET_ACCESS_KEY"];
    names.into_iter().fold(run, |run, name| run.env(name, secret)).go().ok();
    let environ = String::from_utf8(run::read(&home.rig("calls/xdg-open/environ"))).expect("text");
    let variables: Vec<&str> = environ.split('\0').collect();
    assert!(variables.contains(&"DISPLAY=:7") && variables.contains(&"LANG=de_DE.UTF-8"), "{variables:?}");
    assert!(!environ.contains("CANARY") && !environ.contains("AWS_ACCESS_KEY_ID"), "{variables:?}");
}

#[test]
fn r20_another_user_who_reads_the_browsers_arguments_does_not_get_the_page() {
    if !tools::needs_linux("only Linux tells whose a connection is") {
        return;
    }
    if !cfg!(target_os = "linux") || !rustix::process::geteuid().is_root() {
        return tools::cannot_run("only root can be another user, and only Linux tells whose a connection is");
    }
    let home = user(&BOB, role::PLAIN);
    // they are faster than the browser, and one of them asks and waits, one asks with an IPv6 socket, one asks for nothing
    let stranger = "
import socket, time
ask = 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\n\\r\\n' % (page.path, page.netloc)
if os.fork() == 0:
    os.setgid(65534)
    os.setuid(65534)
    got = b''
    for family, host, text in ((socket.AF_INET, '127.0.0.1', ask), (socket.AF_INET6, '::ffff:127.0.0.1', ask), (socket.AF_INET, '127.0.0.1', '')):
        stream = socket.socket(family)
        try:
            stream.connect((host, page.port))
            stream.sendall(text.encode())
            got += stream.recv(4096)
        except ConnectionError:
            pass
    os._exit(1 if got else 0)
assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
";
    browser(&home, stranger, "");
    let outcome = home.run(["console", "--from", "pass"]).go();
    outcome.ok().says("another user (number 65534)");
    let address = String::from_utf8(run::read(&home.rig("address"))).expect("text");
    let token = home.sts().emulator().signin_tokens().pop().expect("a token");
    assert!(address.starts_with("302 ") && address.ends_with(&token), "{address}");
}

#[test]
fn without_a_browser_print_is_offered() {
    let home = user(&BOB, role::PLAIN);
    home.script("xdg-open", "#!/bin/sh\nexit 3\n");
    home.run(["console", "--from", "pass"]).go().fails_saying(31, "").says("--print");
    for other in ["--no-open", "--no-browser", "--stdout"] {
        home.run(["console", "--from", "pass", other]).go().fails_saying(2, "").says("is it --print?");
    }
}

#[test]
fn s18_a_time_of_its_own_with_temporary_keys_is_refused_before_a_role_is_assumed() {
    let home = Home::with_sts();
    let run = home.run(["console", "--print", "--role-arn", role::PLAIN, "--console-duration-seconds", "3600"]);
    let run = run.env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE").env("AWS_SECRET_ACCESS_KEY", "s".repeat(40));
    let outcome = run.env("AWS_SESSION_TOKEN", "t".repeat(40)).go();
    outcome.fails_saying(10, "");
    outcome.says("temporary keys").says("--console-duration-seconds");
    home.sts().saw(&[]);
}

// ---- a user without a role

#[test]
fn a_user_without_a_role_signs_in_with_a_policy_and_no_code() {
    let home = user(&ALICE, "");
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let all = "arn:aws:iam::aws:policy/AdministratorAccess";
    let rows: [(&[&str], Option<&str>, Option<&str>); 3] = [
        (&["--read-only"], Some("arn:aws:iam::aws:policy/ReadOnlyAccess"), None),
        (&["--policy-arn", all], Some(all), None),
        (&["--policy", policy, "--console-duration-seconds", "36h"], None, Some("129600")),
    ];
    for (args, arn, seconds) in rows {
        println!("{args:?}");
        let outcome = home.run(["console", "--print", "--from", "pass"]).args(args).go();
        outcome.ok().says_out("/federation?Action=login&Destination=https%3A%2F%2Fconsole.aws.amazon.com%2Fhome");
        outcome.says("without MFA");
        let requests = home.sts().requests();
        let [.., token, sign_in] = &requests[..] else { panic!("two requests") };
        assert_eq!(token.action.as_deref(), Some("GetFederationToken"));
        assert_eq!((token.param("Name"), token.param("DurationSeconds")), (Some("alice"), seconds));
        assert_eq!((token.param("PolicyArns.member.1.arn"), token.param("Policy").is_some()), (arn, arn.is_none()));
        assert_eq!(token.access_key_id.as_deref(), Some(ALICE.access_key_id));
        assert_eq!(sign_in.param("SessionDuration"), None);
    }
}

#[test]
fn without_a_role_and_without_a_policy_the_console_would_be_empty_which_is_said_before_a_code() {
    let home = user(&ALICE, "");
    let outcome = home.run(["console", "--print", "--from", "pass"]).go();
    outcome.fails_saying(10, "").says("nothing says what the console may do").says("--read-only");
    home.run(["console", "--print", "--from", "pass", "--no-role"]).go().fails_saying(10, "").says("nothing says");
    let tag = home.run(["console", "--print", "--from", "pass", "--read-only", "--tag", "a=b"]).go();
    tag.fails_saying(10, "").says("a tag or source identity");
    let long = format!("{{\"Statement\":\"{}\"}}", "x".repeat(2048));
    home.run(["console", "--print", "--from", "pass", "--policy", &long]).go().fails_saying(10, "").says("2048");
    home.sts().saw(&[]);
    // With a role in the item, --no-role is what the user says.
    let home = user(&BOB, role::PLAIN);
    home.run(["console", "--print", "--from", "pass", "--no-role", "--read-only"]).go().ok();
    home.sts().saw(&["GetFederationToken", "getSigninToken"]);
    let role = home.run(["console", "--print", "--from", "pass", "--console-duration-seconds", "13h"]).go();
    role.fails_saying(10, "").says("43200 seconds at most");
}

#[test]
fn what_a_users_own_console_has_nothing_of_is_told_and_not_explained() {
    let home = user(&BOB, "");
    let run = |args: &[&str]| home.run(["console", "--print", "--from", "pass", "--read-only"]).args(args).go();
    for (flag, value) in [("--role-duration-seconds", "2h"), ("--external-id", "x-1")] {
        let refused = run(&["--no-role", flag, value]);
        refused.fails_saying(2, "").says(&format!("{flag} is for a role")).says("--no-role");
        run(&[flag, value]).ok().says(&format!("{flag} does nothing for the console of a user without a role"));
    }
    let session = ["--no-role", "--mfa-duration-seconds", "2h"];
    run(&session).ok().says("--mfa-duration-seconds does nothing for the console");
    run(&["--no-role", "--role-session-name", "me"]).ok().does_not_say("does nothing");
    let plan = run(&[&session[..], &["--explain"]].concat());
    plan.ok().says("GetFederationToken for 12 h").does_not_say("--mfa-duration-seconds");
    let plan = home.run(["console", "--print", "--from", "pass", "--no-role", "--read-only", "--explain"]);
    plan.env("AWS_AUTH_EXTERNAL_ID", "x-1").go().ok().does_not_say("x-1").does_not_say("EXTERNAL_ID");
    let long = run(&["--no-role", "--min-ttl", "20h"]);
    long.ok().says("for a longer time, ask for it: --console-duration-seconds").does_not_say("--mfa-duration-seconds");
}

#[test]
fn only_permanent_keys_get_a_console_without_a_role() {
    let home = Home::with_sts();
    let run = home.run(["console", "--print", "--read-only"]).env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE");
    let run = run.env("AWS_SECRET_ACCESS_KEY", "x".repeat(40)).env("AWS_SESSION_TOKEN", "y".repeat(40));
    run.go().fails_saying(10, "").says("is temporary").says("--role-arn");
    home.sts().saw(&[]);
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn a_kept_mfa_session_is_not_taken_for_a_console() {
    let home = user(&ALICE, "");
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code]).go().ok();
    home.run(["console", "--print", "--from", "pass", "--read-only"]).go().ok();
    home.sts().saw(&["GetSessionToken", "GetFederationToken", "getSigninToken"]);
}
