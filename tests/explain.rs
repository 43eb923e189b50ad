//! `--explain` is the truth: whatever reaches STS was in the plan.

use crate::support::sts::{ALICE, BOB, Person, Request, role};
use crate::support::{Home, fake, gpg};

/// What a request says beside what every one says.
const SAID: [&str; 11] = [
    "RoleArn",
    "RoleSessionName",
    "ExternalId",
    "SourceIdentity",
    "SerialNumber",
    "Policy",
    "PolicyArns.member.1.arn",
    "PolicyArns.member.2.arn",
    "TransitiveTagKeys.member.1",
    "Tags.member.1.Value",
    "Tags.member.2.Value",
];

/// The lines of the calls that a plan has for a run like this one: those for a role that the item names, or for none.
fn calls(plan: &str, item_has_role: bool) -> String {
    let (before, cases) = plan.split_once("If the item names a role:\n").unwrap_or((plan, ""));
    let (with, without) = cases.split_once("If it names none:\n").unwrap_or(("", ""));
    format!("{before}{}", if item_has_role { with } else { without })
}

/// Each request was in the plan, in this order, with all that it said.
#[track_caller]
fn was_planned(plan: &str, requests: &[Request], item_role: &str) {
    let calls = calls(plan, !item_role.is_empty()).replace("that role", item_role);
    let mut planned =
        calls.lines().filter(|line| line.starts_with("  ") && line.trim_start().starts_with(char::is_numeric));
    for request in requests {
        let action = request.action.as_deref().expect("an action");
        let line = planned.next().unwrap_or_else(|| panic!("{action} was not in the plan\n{plan}"));
        assert!(line.contains(action), "{action} came in the place of {line}\n{plan}");
        let known = format!("{calls}\n{item_role}");
        for value in SAID.into_iter().filter_map(|name| request.param(name)) {
            // The name that CloudTrail shows is the user's own where nobody says another.
            let is_from_item = value == ALICE.mfa_serial && plan.contains("MFA device: from the item");
            assert!(known.contains(value) || value == "alice" || is_from_item, "{value} was not in the plan\n{plan}");
        }
        if let Some(seconds) = request.param("DurationSeconds").map(|text| text.parse::<u64>().expect("a number")) {
            let words = aws_auth::os::zone::lasting(std::time::Duration::from_secs(seconds));
            assert!(line.contains(&format!(" for {words}")), "{seconds} seconds were not in the plan: {line}\n{plan}");
        }
        let code = request.param("TokenCode").is_some();
        assert_eq!(line.contains(", with a code"), code, "the code of {action}\n{plan}");
    }
    assert_eq!(planned.next(), None, "that was planned and not done\n{plan}");
}

#[test]
fn whatever_reaches_sts_was_in_the_plan() {
    let policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}";
    let arn = "arn:aws:iam::aws:policy/job-function/Billing";
    let rows: [(&Person, &str, &[&str]); 12] = [
        (&ALICE, "", &[]),
        (&ALICE, role::DEV, &[]),
        (&ALICE, role::DEV, &["--no-role", "--mfa-duration-seconds", "1h"]),
        (&ALICE, role::ADMIN, &["--role-duration-seconds", "90m"]),
        (&ALICE, role::DEV, &["--role-arn", role::ADMIN, "--role-duration-seconds", "12h"]),
        (&ALICE, "", &["--serial-number", ALICE.mfa_serial, "--account", "111122223333"]),
        (&BOB, "", &["--no-mfa"]),
        (&BOB, "", &["--no-mfa", "--account", "111122223333"]),
        (&BOB, role::PLAIN, &["--no-mfa", "--read-only", "--role-session-name", "me-here", "--region", "eu-west-1"]),
        (&BOB, role::PLAIN, &["--no-mfa", "--policy", policy, "--policy-arn", arn]),
        (&BOB, role::PLAIN, &["--no-mfa", "--tag", "team=blue", "--tag", "cost=7", "--transitive-tag", "team"]),
        (&BOB, role::PLAIN, &["--no-mfa", "--source-identity", "somebody", "--external-id", "x-1"]),
    ];
    for (person, item_role, args) in rows {
        let home = Home::with_sts();
        fake::pass(&home, person, item_role);
        let code = (!person.mfa_serial.is_empty()).then(|| home.sts().fresh_code(person.mfa_serial));
        // A code on the command line would be in the plan as one: it is typed, in effect, by a command.
        let from = code.map(|code| format!("echo {code}")).unwrap_or_default();
        let run = |more: &[&str]| {
            let run = home.run(["--from", "pass"]).args(args).args(more);
            if from.is_empty() { run.go() } else { run.args(["--token-from", &from]).go() }
        };
        let plan = run(&["--explain"]);
        assert!(plan.ok().out().is_empty() && home.sts().actions().is_empty(), "{plan:?}");
        run(&[]).ok();
        was_planned(&plan.err(), &home.sts().requests(), item_role);
    }
}

#[test]
fn whatever_reaches_aws_for_a_console_was_in_the_plan() {
    let rows: [(&Person, &str, &[&str], &[&str]); 6] = [
        (&BOB, role::PLAIN, &["--no-mfa"], &["stays signed in for as long as these last"]),
        (
            &BOB,
            role::PLAIN,
            &["--no-mfa", "--no-role", "--read-only"],
            &["1. GetFederationToken for 12 h, signed with the permanent key", "cache: not used: nothing is kept of"],
        ),
        (&BOB, "", &["--no-mfa", "--read-only", "--console-duration-seconds", "36h"], &["GetFederationToken for 36 h"]),
        (
            &BOB,
            "",
            &["--no-mfa", "--policy-arn", "arn:aws:iam::aws:policy/AdministratorAccess"],
            &["GetFederationToken for 12 h"],
        ),
        (
            &ALICE,
            role::DEV,
            &["--console-duration-seconds", "8h"],
            &["AssumeRole that role for 1 h", "stays signed in for 8 h", "cache: not used: --console-duration-seconds"],
        ),
        (
            &BOB,
            role::PLAIN,
            &["--no-mfa", "--role-arn", role::PLAIN, "--console-duration-seconds", "8h"],
            &["AssumeRole arn:aws:iam::111122223333:role/plain for 1 h", "stays signed in for 8 h"],
        ),
    ];
    for (person, item_role, args, told) in rows {
        let home = Home::with_sts();
        fake::pass(&home, person, item_role);
        let code = (!person.mfa_serial.is_empty()).then(|| home.sts().fresh_code(person.mfa_serial));
        let from = code.map(|code| format!("echo {code}"));
        let run = |more: &[&str]| {
            let run = home.run(["console", "--print", "--from", "pass"]).args(args).args(more);
            if let Some(from) = &from { run.args(["--token-from", from]).go() } else { run.go() }
        };
        let plan = run(&["--explain"]);
        assert!(plan.ok().out().is_empty() && home.sts().actions().is_empty(), "{plan:?}");
        for told in told {
            plan.says(told);
        }
        run(&[]).ok();
        let role = if args.contains(&"--no-role") || args.contains(&"--role-arn") { "" } else { item_role };
        was_planned(&plan.err(), &home.sts().requests(), role);
    }
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn what_is_kept_is_in_the_plan() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let explain = |args: &[&str]| home.run(["--from", "pass", "--explain"]).args(args).go();
    explain(&[]).ok().says("cache: nothing of this is kept");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code]).go().ok();
    explain(&[]).ok().says("cache: credentials with 59 min left are kept: no call is made");
    let other = explain(&["--role-arn", role::ADMIN]);
    other.ok().says("cache: a session with 11 h 59 min left is kept").does_not_say("GetSessionToken");
}

#[test]
fn the_kind_of_source_is_told() {
    let home = Home::with_sts();
    home.secret("a secret access key", BOB.secret_access_key);
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    home.write(
        ".aws/config",
        format!(
            "[profile keys]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n\
             [profile process]\ncredential_process = touch ran\n\
             [profile chain]\nrole_arn = {}\nsource_profile = keys\n",
            role::PLAIN
        ),
    );
    for (profile, kind) in [
        ("keys", "keys: the access key of the profile \"keys\""),
        ("process", "keys: the credential_process of the profile \"process\""),
        ("chain", "keys: the access key of the profile \"keys\""),
    ] {
        home.run(["--explain", "--profile", profile]).go().ok().says(kind);
    }
    assert!(!home.path("ran").exists());
}

#[test]
fn what_a_manager_is_told_beside_the_item_is_told_with_its_place() {
    let home = Home::with_sts();
    let text = "[profile base]\naws_auth_from = op\naws_auth_vault = Work\naws_auth_field = secret_access_key=token\n";
    home.write(".aws/config", format!("{text}[profile dev]\nrole_arn = {}\nsource_profile = base\n", role::PLAIN));
    let run = home.run(["--explain", "--profile", "dev"]).env("AWS_AUTH_PARAM_SECTION", "prod");
    let told = "parameter: set by aws_auth_vault of the profile \"base\", AWS_AUTH_PARAM_SECTION\n";
    run.go().ok().says(told).says("field: set by aws_auth_field of the profile \"base\"\n");
    let args = ["--explain", "--profile", "dev", "--param", "vault=Home", "--field", "secret_access_key=token"];
    home.run(args).go().ok().says("parameter: set by --param vault\n").says("field: set by --field\n");
}

#[test]
fn an_endpoint_is_shown_without_what_may_be_a_password() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    let asked = |url: &str, args: &[&str]| home.run(args.iter().copied()).env("AWS_ENDPOINT_URL_STS", url).go();
    let url = "http://127.0.0.1:9/x?key=tiger";
    asked(url, &["--from", "env", "--explain"]).ok().says("asked: http://127.0.0.1:9/x…\n").does_not_say("tiger");
    asked(url, &["--from", "env", "--no-mfa"]).fails(22).does_not_say("tiger");
    let outcome = asked(url, &["doctor", "--from", "env"]);
    assert!(outcome.out().contains("STS at http://127.0.0.1:9/x…") && !outcome.out().contains("tiger"), "{outcome:?}");
    let user = asked("https://joe:tiger#x@127.0.0.1:9/", &["--from", "env", "--explain"]);
    user.fails(10).says("it holds a user name or password").does_not_say("tiger");
}
