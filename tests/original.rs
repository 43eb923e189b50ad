//! Every documented form of the original goes on working: what people have in their notes, scripts and crontabs.

use crate::support::gpg::{self, Key};
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, tools};

/// A user whose permanent keys are in the environment, as `AWS_ACCESS_KEY_ID=$(pass …) aws-auth …` puts them there.
fn with_keys(person: &Person) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, person);
    home.set("AWS_ACCESS_KEY_ID", person.access_key_id);
    home.set("AWS_SECRET_ACCESS_KEY", person.secret_access_key);
    home
}

#[test]
fn mfa_without_a_role() {
    let home = with_keys(&ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--serial-number", ALICE.mfa_serial, "--token-code", &code]).go();
    let request = home.sts().delivered_session(&outcome, &ALICE);
    assert_eq!(request.param("TokenCode"), Some(code.as_str()));
    assert_eq!(request.param("DurationSeconds"), Some("43200"));
}

#[test]
fn a_role_with_mfa() {
    for flag in ["--role-arn", "--iam-role"] {
        let home = with_keys(&ALICE);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(["--serial-number", ALICE.mfa_serial, "--token-code", &code, flag, role::DEV]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!(home.sts().with_code().len(), 1);
    }
}

#[test]
fn a_role_without_mfa() {
    let home = with_keys(&BOB);
    let outcome = home.run(["--role-arn", role::PLAIN]).go();
    home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
    home.sts().saw(&["AssumeRole"]);
}

#[test]
fn neither_mfa_nor_a_role() {
    let home = with_keys(&BOB);
    let outcome = home.run([""; 0]).go();
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn durations_reach_aws() {
    for (flag, seconds) in
        [("--mfa-duration-seconds", "3600"), ("--token-duration-seconds", "900"), ("--mfa-duration-seconds", "129600")]
    {
        let home = with_keys(&ALICE);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let args = ["--serial-number", ALICE.mfa_serial, "--token-code", &code, flag, seconds];
        let request = home.sts().delivered_session(&home.run(args).go(), &ALICE);
        assert_eq!(request.param("DurationSeconds"), Some(seconds), "{flag}");
    }
    for (arn, seconds) in [(role::ADMIN, "43200"), (role::DEV, "900"), (role::DEV, "3600")] {
        let home = with_keys(&ALICE);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let args = [
            "--serial-number",
            ALICE.mfa_serial,
            "--token-code",
            &code,
            "--role-arn",
            arn,
            "--role-duration-seconds",
            seconds,
        ];
        let request = home.sts().delivered_role(&home.run(args).go(), &ALICE, arn);
        assert_eq!(request.param("DurationSeconds"), Some(seconds), "{arn}");
    }
}

#[test]
fn a_role_for_longer_than_an_hour_is_assumed_directly_with_the_code() {
    let home = with_keys(&ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = [
        "--serial-number",
        ALICE.mfa_serial,
        "--token-code",
        &code,
        "--role-arn",
        role::ADMIN,
        "--role-duration-seconds",
        "43200",
    ];
    home.run(args).go().ok();
    let request = home.sts().saw(&["AssumeRole"]).remove(0);
    assert_eq!(request.param("TokenCode"), Some(code.as_str()));
}

#[test]
fn the_code_can_come_from_standard_input() {
    let home = with_keys(&ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--serial-number", ALICE.mfa_serial, "--token-code", "-"]).input(format!("{code}\n")).go();
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn the_role_session_is_named_after_the_user() {
    let by_uid =
        String::from_utf8(crate::support::run::output(std::process::Command::new("id").arg("-un"))).expect("a name");
    let by_uid = by_uid.trim();
    for (user, expected) in [(Some("alice"), "alice"), (Some("DOMAIN\\al ice"), ""), (Some(""), by_uid), (None, by_uid)]
    {
        let home = with_keys(&BOB);
        let run = home.run(["--role-arn", role::PLAIN]);
        let run = match user {
            Some(user) => run.env("USER", user),
            None => run.without("USER").without("LOGNAME"),
        };
        let outcome = run.go();
        let request = home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
        let name = request.param("RoleSessionName").expect("a session name").to_owned();
        assert!(
            name.len() >= 2 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte)),
            "{name}"
        );
        assert!(expected.is_empty() || name == expected, "{user:?}: {name}");
    }
    let home = with_keys(&BOB);
    home.run(["--role-arn", role::PLAIN, "--role-session-name", "deploy@ci"]).go().ok();
    assert_eq!(home.sts().requests()[0].param("RoleSessionName"), Some("deploy@ci"));
}

#[test]
fn cron_with_an_empty_environment_works() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.write(
        ".aws/credentials",
        format!(
            "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            BOB.access_key_id, BOB.secret_access_key
        ),
    );
    let outcome = home.run(["--role-arn", role::PLAIN]).bare().env("PATH", "/usr/bin:/bin").go();
    home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
    let outcome = home.run(["--role-arn", role::PLAIN]).bare().go();
    outcome.ok();
}

#[test]
fn keys_come_from_where_the_aws_cli_finds_them() {
    /// What it is, flags, variables, what the user has.
    type Row<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str)], &'a dyn Fn(&Home));
    let shared =
        format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", BOB.access_key_id, BOB.secret_access_key);
    let process = |home: &Home| {
        let json = format!(
            "{{\"Version\":1,\"AccessKeyId\":\"{}\",\"SecretAccessKey\":\"{}\"}}",
            BOB.access_key_id, BOB.secret_access_key
        );
        let script = home.script("print-keys", &format!("#!/bin/sh\necho '{json}'\n"));
        home.write(".aws/config", format!("[profile proc]\ncredential_process = {}\n", script.display()));
    };
    let rows: [Row; 5] = [
        ("the default profile", &[], &[], &|home| {
            home.write(".aws/credentials", format!("[default]\n{shared}"));
        }),
        ("a profile by flag", &["--profile", "work"], &[], &|home| {
            home.write(".aws/credentials", format!("[work]\n{shared}"));
        }),
        ("a profile by variable", &[], &[("AWS_PROFILE", "work")], &|home| {
            home.write(".aws/credentials", format!("[work]\n{shared}"));
        }),
        ("another file", &[], &[], &|home| {
            home.set("AWS_SHARED_CREDENTIALS_FILE", home.write("keys", format!("[default]\n{shared}")));
        }),
        ("a credential process", &["--profile", "proc"], &[], &process),
    ];
    for (name, args, env, prepare) in rows {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        prepare(&home);
        println!("{name}");
        let mut run = home.run(args);
        for (name, value) in env {
            run = run.env(name, value);
        }
        home.sts().delivered_session(&run.go(), &BOB);
    }
}

#[test]
fn a_profile_with_a_role_a_source_and_a_device() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    home.write(
        ".aws/credentials",
        format!(
            "[base]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            ALICE.access_key_id, ALICE.secret_access_key
        ),
    );
    let text = format!(
        "[profile dev]\nrole_arn = {}\nsource_profile = base\nmfa_serial = {}\nregion = eu-west-1\nduration_seconds = 1800\nrole_session_name = from-config\n",
        role::DEV,
        ALICE.mfa_serial
    );
    home.write(".aws/config", text);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--profile", "dev", "--token-code", &code]).go();
    let request = home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    assert_eq!(request.param("DurationSeconds"), Some("1800"));
    assert_eq!(request.param("RoleSessionName"), Some("from-config"));
    assert_eq!(request.region.as_deref(), Some("eu-west-1"));
    assert_eq!(outcome.exports()["AWS_REGION"], "eu-west-1");
}

#[test]
fn a_credential_process_that_leads_back_is_an_error_and_no_fork_bomb() {
    let home = Home::with_sts();
    let counter = home.rig("started");
    home.script(
        "again",
        &format!("#!/bin/sh\necho x >>'{}'\nexec aws-auth --profile base --format process\n", counter.display()),
    );
    home.write(".aws/config", "[profile base]\ncredential_process = again\n");
    let outcome = home.run(["--profile", "base"]).go();
    outcome.fails_with_one_of(&[10, 12, 13]);
    let started = std::fs::read_to_string(&counter).map_or(0, |text| text.lines().count());
    assert!(started <= 2, "started {started} times");
}

#[test]
fn no_keys_anywhere_is_told_quickly() {
    let home = Home::with_sts();
    let outcome = home.run([""; 0]).go();
    outcome.fails_with_one_of(&[10, 13]).within(std::time::Duration::from_secs(5));
    home.sts().saw(&[]);
}

#[test]
fn a_script_kept_in_pass_is_evaluated_by_bash_and_dash() {
    let script = "read -p 'Enter your MFA token: ' token || read token\n\
        eval \"$(AWS_ACCESS_KEY_ID=$(pass aws-access-key-id) AWS_SECRET_ACCESS_KEY=$(pass aws-secret-access-key) \
        aws-auth --serial-number \"$(pass aws-mfa-arn)\" --token-code \"$token\" --role-arn \"$(pass aws-iam-role-arn)\")\"\n";
    for shell in ["bash", "dash", "zsh"] {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = Home::with_sts();
        if gpg::store(&home, Key::Open).is_none() {
            return;
        }
        gpg::secrets_of(&home, &ALICE);
        gpg::insert_documented(&home, "", &ALICE, role::DEV);
        // `read -p` is bash's own
        let script = if shell == "bash" {
            script.to_owned()
        } else {
            script.replace("read -p 'Enter your MFA token: ' token || ", "echo 'Enter your MFA token: '; ")
        };
        gpg::insert(&home, "aws-sts-env-vars", script);
        let mut pty =
            home.command([shell, "-c", "eval \"$(pass aws-sts-env-vars)\"; echo \"rc=$? ${AWS_ACCESS_KEY_ID}\""]).pty();
        pty.expect("MFA token: ");
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        let issued = home.sts().emulator().issued();
        let last = issued.last().unwrap_or_else(|| panic!("no session\n{outcome:?}"));
        outcome.ok().says(&format!("rc=0 {}", last.access_key_id));
    }
}

#[test]
fn a_script_kept_in_pass_is_evaluated_by_fish() {
    if tools::need("fish").is_none() {
        return;
    }
    let home = Home::with_sts();
    if gpg::store(&home, Key::Open).is_none() {
        return;
    }
    gpg::secrets_of(&home, &ALICE);
    gpg::insert_documented(&home, "", &ALICE, "");
    gpg::insert(&home, "aws-sts-env-vars", "aws-auth --from pass | source\n");
    let script = "eval (pass aws-sts-env-vars); echo rc=$status $AWS_ACCESS_KEY_ID";
    let mut pty = home.command(["fish", "--no-config", "-c", script]).pty();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = pty.finish();
    let issued = home.sts().emulator().issued();
    let last = issued.last().unwrap_or_else(|| panic!("no session\n{outcome:?}"));
    outcome.ok().says(&format!("rc=0 {}", last.access_key_id));
}
