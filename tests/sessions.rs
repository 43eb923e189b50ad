//! Codes that are good once, and one shell that goes from account to account.

use std::time::Duration;

use crate::support::fake::{self, Answer, Fake};
use crate::support::pty::Pty;
use crate::support::sts::{ALICE, BOB, CHEN, Fault, GINA, Person, role};
use crate::support::{Home, Outcome, gpg, tools};

fn alice() -> Home {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &ALICE, "");
    home
}

fn captured<'h>(home: &'h Home, args: &[&str]) -> Pty<'h> {
    home.run(["--from", "pass"]).args(args).captured()
}

fn with_code(home: &Home, code: &str) -> Outcome {
    home.run(["--from", "pass", "--token-code", code]).go()
}

/// The number of seconds that a message says, which has to be one that a device can take.
#[track_caller]
fn seconds(text: &str) -> u64 {
    let before = text.split(" seconds").next().unwrap_or_default();
    let number = before.rsplit(' ').next().unwrap_or_default();
    let seconds: u64 = number.parse().unwrap_or_else(|_| panic!("no number of seconds in {text:?}"));
    assert!((1..=30).contains(&seconds), "{seconds} seconds to the next code");
    seconds
}

// ---- a code is good once

#[test]
fn r65_a_spent_code_is_refused_by_another_process_before_it_is_sent() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.sts().delivered_session(&with_code(&home, &code), &ALICE);
    for args in [&[][..], &["--role-arn", role::DEV]] {
        let outcome = home.run(["--from", "pass", "--token-code", &code]).args(args).go();
        outcome.fails(21).says("used");
        seconds(&outcome.err());
    }
    home.run(["--from", "pass", "--token-code", "-"]).input(format!("{code}\n")).go().fails(21);
    assert_eq!(home.sts().with_code().len(), 1, "sent once");
    // the next one is taken
    let next = home.sts().fresh_code(ALICE.mfa_serial);
    with_code(&home, &next).ok();
}

#[test]
fn r65_a_spent_code_is_told_at_the_prompt_and_another_is_asked() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    with_code(&home, &code).ok();
    let mut pty = captured(&home, &[]);
    pty.expect_prompt();
    pty.line(&code);
    let told = pty.expect(" seconds");
    seconds(&format!("{told} seconds"));
    assert!(told.contains("used"), "{told}");
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.finish().ok();
    assert_eq!(home.sts().with_code().len(), 2, "one request a code");
}

#[test]
fn r42_spent_codes_count_as_entries() {
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    with_code(&home, &code).ok();
    let mut pty = captured(&home, &[]);
    for text in [code.as_str(), "12345", code.as_str()] {
        pty.expect_prompt();
        pty.line(text);
    }
    let outcome = pty.finish_within(Duration::from_secs(10));
    assert!([15, 21].contains(&outcome.code()), "{outcome:?}");
    assert_eq!(home.sts().with_code().len(), 1);
}

#[test]
fn r65_a_refused_code_is_not_sent_again_in_the_same_run_or_the_next() {
    let home = alice();
    let wrong = home.sts().wrong_code(ALICE.mfa_serial);
    let mut pty = captured(&home, &[]);
    for _ in 0..2 {
        pty.expect_prompt();
        pty.line(&wrong);
    }
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.finish().ok();
    with_code(&home, &wrong).fails(21);
    assert_eq!(home.sts().with_code().len(), 2, "the wrong one once, the right one once");
}

#[test]
fn r71_a_lost_answer_is_never_followed_by_the_same_code() {
    for fault in [Fault::ResetAfterBody, Fault::CloseSilently, Fault::TruncatedBody] {
        let home = alice();
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        println!("{fault:?}");
        home.sts().fault(fault);
        with_code(&home, &code).fails(22);
        with_code(&home, &code).fails(21);
        assert_eq!(home.sts().with_code().len(), 1, "sent once");
    }
}

#[test]
fn r65_the_same_digits_of_another_device_are_another_code() {
    // alice's code is not bob's: what is remembered is of one device
    let home = alice();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    with_code(&home, &code).ok();
    let args = ["--from", "pass", "--serial-number", "arn:aws:iam::111122223333:mfa/other", "--token-code", &code];
    home.run(args).go().fails(20).says("serial");
    assert_eq!(home.sts().with_code().len(), 2);
}

#[test]
fn r65_two_processes_that_send_one_code_at_once_send_it_once() {
    let home = alice();
    for _ in 0..3 {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let before = home.sts().with_code().len();
        // in directories of their own nothing would hold them apart but the note; in turn, the lock does as well
        let running: Vec<_> = (0..6)
            .map(|number| {
                let arn = if number % 2 == 0 { role::DEV } else { role::OTHER_DEV };
                home.run(["--from", "pass", "--token-code", &code, "--role-arn", arn]).start()
            })
            .collect();
        let codes: Vec<i32> = running.into_iter().map(|it| it.finish().code()).collect();
        assert_eq!(codes.iter().filter(|code| **code == 0).count(), 1, "{codes:?}");
        assert_eq!(codes.iter().filter(|code| **code == 21).count(), 5, "{codes:?}");
        assert_eq!(home.sts().with_code().len(), before + 1, "sent once");
    }
}

// ---- codes that are computed

/// alice, whose item holds the device's secret beside the keys.
fn both_factors(name: &str) -> Home {
    both_factors_after(name, "")
}

/// The same; the manager runs this before it answers.
fn both_factors_after(name: &str, first: &str) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    let uri = format!("otpauth://totp/AWS:{name}?secret={}&issuer=AWS", ALICE.totp_secret);
    let (id, secret, serial) = (ALICE.access_key_id, ALICE.secret_access_key, ALICE.mfa_serial);
    let text = format!("{secret}\naccess_key_id: {id}\nmfa_serial: {serial}\n{uri}\n");
    let answer = Answer { first: first.to_owned(), ..Answer::of(text) };
    let _ = Fake::new(&home, "pass").on(&["show", "--", name], &answer);
    home
}

#[test]
fn r72_a_code_is_computed_for_awss_time() {
    for offset in [120, -7200] {
        // which is heard of while the manager takes its time
        let home = both_factors_after("work", "sleep 1");
        home.sts().emulator().set_clock_offset(offset);
        println!("{offset}");
        home.run(["--from", "pass", "--item", "work"]).go().ok();
        home.sts().saw(&["GetSessionToken"]);
    }
}

#[test]
fn a_code_is_computed_where_the_item_holds_the_devices_secret_and_the_warning_comes_once() {
    let home = both_factors("work");
    let args = ["--from", "pass", "--item", "work"];
    let first = home.run(args).go();
    home.sts().delivered_session(&first, &ALICE);
    first.says("MFA adds little");
    let second = home.run(args).go();
    // the same code would be refused: it waits for the next one, and says so
    second.ok().does_not_say("MFA adds little").says("waiting").within(Duration::from_secs(40));
    seconds(&second.err());
    let codes: Vec<_> = home.sts().with_code().iter().map(|it| it.param("TokenCode").map(str::to_owned)).collect();
    assert!(codes.len() == 2 && codes[0] != codes[1], "two calls, two codes");
}

#[test]
fn a_computed_code_is_not_asked_for_and_a_given_one_is_not_computed() {
    let home = both_factors("work");
    let outcome = home.run(["--from", "pass", "--item", "work"]).captured().finish();
    outcome.ok().does_not_say("MFA code for");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let given = home.run(["--from", "pass", "--item", "work", "--token-code", &code]).go();
    given.ok().does_not_say("MFA adds little");
    let sent = home.sts().with_code();
    assert_eq!(sent.last().and_then(|it| it.param("TokenCode")), Some(code.as_str()));
}

#[test]
fn r71_a_computed_code_whose_answer_was_lost_is_not_sent_again() {
    let home = both_factors("work");
    home.sts().fault(Fault::ResetAfterBody);
    home.run(["--from", "pass", "--item", "work"]).go().fails(22);
    home.run(["--from", "pass", "--item", "work"]).go().ok();
    let codes: Vec<_> = home.sts().with_code().iter().map(|it| it.param("TokenCode").map(str::to_owned)).collect();
    assert!(codes.len() == 2 && codes[0] != codes[1], "two calls, two codes");
}

// ---- one shell, many accounts

/// Profiles of two people and of a role of each, all kept in one manager.
fn accounts() -> Home {
    let home = Home::with_sts();
    for person in [&ALICE, &BOB] {
        gpg::secrets_of(&home, person);
    }
    let item = |person: &Person| {
        Answer::of(format!("{}\naccess_key_id: {}\n", person.secret_access_key, person.access_key_id))
    };
    let fake = Fake::new(&home, "pass").on(&["show", "--", "alice"], &item(&ALICE));
    let _ = fake.on(&["show", "--", "bob"], &item(&BOB));
    home.write(
        ".aws/config",
        format!(
            "[default]\nregion = eu-west-3\n\
             [profile a]\naws_auth_from = pass\naws_auth_item = alice\nregion = eu-west-1\n\
             [profile b]\naws_auth_from = pass\naws_auth_item = bob\n\
             [profile dev]\nrole_arn = {}\nsource_profile = a\nrole_session_name = dev-session\n\
             [profile prod]\nrole_arn = {}\nsource_profile = b\nregion = us-west-2\nrole_session_name = prod-session\n",
            role::PLAIN,
            role::PATHED
        ),
    );
    home
}

const POISON: &str = "export AWS_ACCESS_KEY_ID=AKIAPOISON0000000000 AWS_SECRET_ACCESS_KEY=poison AWS_SESSION_TOKEN=poison \
    AWS_SECURITY_TOKEN=poison AWS_CREDENTIAL_EXPIRATION=2001-01-01T00:00:00Z AWS_SESSION_EXPIRATION=poison \
    AWS_DEFAULT_PROFILE=nowhere AWS_ROLE_ARN=arn:aws:iam::111122223333:role/poison AWS_WEB_IDENTITY_TOKEN_FILE=/nonexistent \
    AWS_REGION=ap-south-1 AWS_DEFAULT_REGION=ap-south-1";

/// What AWS's own client takes from the shell, and whose it is.
const WHO: &str = "
import os, botocore.session
client = botocore.session.get_session().create_client('sts', endpoint_url=os.environ['AWS_ENDPOINT_URL_STS'])
print(client.get_caller_identity()['Arn'], client.meta.region_name)
";

/// A line that takes what aws-auth prints, or ends the shell.
fn switch(shell: &str, args: &str) -> String {
    if shell == "fish" {
        format!("aws-auth {args} | source; or exit 1\n")
    } else {
        format!("eval \"$(aws-auth {args})\" || exit 1\n")
    }
}

#[test]
fn r66_accounts_follow_one_another_in_one_shell_in_any_order() {
    let Some(python) = tools::python() else { return };
    // profile, role session name, region
    let who = |name: &str| match name {
        "a" => (None, "eu-west-1"),
        "dev" => (Some("dev-session"), "eu-west-1"),
        "prod" => (Some("prod-session"), "us-west-2"),
        _ => unreachable!("the profiles of this test"),
    };
    // every one after every other, and after itself
    let names = ["a", "dev", "a", "prod", "dev", "prod", "prod", "a", "a", "dev", "dev"];
    for shell in ["bash", "dash", "zsh", "fish"] {
        if tools::need(shell).is_none() {
            continue;
        }
        for poison in [false, true] {
            let home = accounts();
            let mut script = String::new();
            if poison {
                // fish takes the POSIX form of export as well, one name a statement
                for pair in POISON.trim_start_matches("export ").split_whitespace() {
                    script.push_str(&["export ", pair, "\n"].concat());
                }
            }
            for name in names {
                script.push_str(&switch(shell, &format!("--profile {name}")));
                script += "echo \"$AWS_ACCESS_KEY_ID $AWS_REGION $AWS_DEFAULT_REGION\"\n";
            }
            script += "\"$PYTHON\" -c \"$WHO\"\n";
            println!("{shell}, poisoned: {poison}");
            let outcome = home.command([shell, "-c", &script]).env("PYTHON", &python).env("WHO", WHO).go();
            let (issued, requests) = (home.sts().emulator().issued(), home.sts().requests());
            let mut expected: Vec<String> = Vec::new();
            for (place, name) in names.into_iter().enumerate() {
                let (session, region) = who(name);
                // What the user has set comes before the profile, and stays.
                let region = if poison { "ap-south-1" } else { region };
                assert_eq!(requests[place].param("RoleSessionName"), session, "call {place} for {name}");
                assert_eq!(requests[place].region.as_deref(), Some(region), "call {place} for {name}");
                assert_eq!(requests[place].access_key_id.as_deref(), Some(of(name).access_key_id), "{name}");
                expected.push(format!("{} {region} {region}", issued[place].access_key_id));
            }
            let region = if poison { "ap-south-1" } else { "eu-west-1" };
            expected.push(format!("arn:aws:sts::111122223333:assumed-role/plain/dev-session {region}"));
            assert_eq!(outcome.ok().out().lines().collect::<Vec<_>>(), expected, "{outcome:?}");
        }
    }
}

/// Whose keys a profile of [`accounts`] is signed with.
fn of(profile: &str) -> &'static Person {
    if profile == "prod" { &BOB } else { &ALICE }
}

#[test]
fn r66_a_profile_variable_in_the_shell_does_not_outlive_a_switch() {
    let home = accounts();
    let script = "export AWS_PROFILE=b; eval \"$(aws-auth --profile dev)\" || exit 1
        [ -z \"${AWS_PROFILE+set}\" ] || exit 2
        eval \"$(AWS_PROFILE=prod aws-auth)\" || exit 3
        echo \"$AWS_REGION\"";
    let outcome = home.command(["bash", "-c", script]).go();
    assert_eq!(outcome.ok().out().trim(), "us-west-2", "{outcome:?}");
    outcome.says("prod");
    let last = home.sts().requests().last().expect("a call").clone();
    assert_eq!(last.param("RoleArn"), Some(role::PATHED));
}

#[test]
fn a_failed_switch_leaves_the_shell_as_it_was() {
    let home = accounts();
    for profile in ["nowhere", "broken"] {
        let script = format!(
            "eval \"$(aws-auth --profile dev)\" || exit 1; before=$(env | grep ^AWS_ | sort)
             eval \"$(aws-auth --profile {profile})\"; echo \"rc=$?\"; [ \"$before\" = \"$(env | grep ^AWS_ | sort)\" ] && echo same"
        );
        home.write(
            ".aws/config",
            format!(
                "[profile dev]\naws_auth_from = pass\naws_auth_item = alice\n[profile broken]\nrole_arn = {}\nsource_profile = nowhere\n",
                role::DEV
            ),
        );
        let outcome = home.command(["bash", "-c", &script]).go();
        assert_eq!(outcome.ok().out(), "rc=10\nsame\n", "{profile}\n{outcome:?}");
    }
}

#[test]
fn unset_clears_all_that_was_ever_set_in_any_order_of_switching() {
    for shell in ["bash", "dash", "zsh", "fish"] {
        if tools::need(shell).is_none() {
            continue;
        }
        for order in [&["a"][..], &["dev", "prod"], &["prod", "b"], &["prod", "a", "dev"]] {
            let home = accounts();
            let mut script = String::new();
            for name in order {
                script.push_str(&switch(shell, &format!("--profile {name}")));
            }
            script.push_str(&switch(shell, "unset"));
            script += "env";
            let outcome = home.command([shell, "-c", &script]).go();
            let left: Vec<&str> = outcome
                .ok()
                .out()
                .lines()
                .filter(|line| line.starts_with("AWS_"))
                .map(|line| line.split('=').next().unwrap_or_default())
                .filter(|name| !home.env().contains_key(std::ffi::OsStr::new(name)))
                .collect();
            assert!(left.is_empty(), "{shell} {order:?}: {left:?}");
        }
    }
}

/// Six profiles: of two managers' items and of keys in a file, with a region and without, of three partitions.
fn six() -> Home {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &BOB, "");
    for person in [&ALICE, &GINA, &CHEN] {
        gpg::secrets_of(&home, person);
    }
    let role = |name: &str, arn: &str, more: &str| {
        format!("[profile {name}]\nrole_arn = {arn}\nsource_profile = keys\nrole_session_name = {name}-session\n{more}")
    };
    let partition = |name: &str| format!("[profile {name}]\nsource_profile = {name}\n");
    home.write(
        ".aws/config",
        [
            "[profile session]\naws_auth_from = pass\n".to_owned(),
            "[profile west]\naws_auth_from = pass\nregion = us-west-2\n".to_owned(),
            role("plain", role::PLAIN, "region = eu-west-1\n"),
            role("nowhere", role::PATHED, ""),
            partition("gov") + "region = us-gov-west-1\n",
            partition("china") + "region = cn-northwest-1\n",
        ]
        .concat(),
    );
    let keys = |name: &str, person: &Person| {
        let (id, secret) = (person.access_key_id, person.secret_access_key);
        format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
    };
    home.write(".aws/credentials", keys("keys", &ALICE) + &keys("gov", &GINA) + &keys("china", &CHEN));
    home
}

#[test]
fn six_profiles_follow_one_another_in_every_dialect_and_unset_leaves_a_fresh_shell() {
    const PROFILES: [(&str, &str); 6] = [
        ("west", "us-west-2"),
        ("session", ""),
        ("plain", "eu-west-1"),
        ("china", "cn-northwest-1"),
        ("nowhere", ""),
        ("gov", "us-gov-west-1"),
    ];
    // the shell, its arguments, and how it takes our output
    let posix = |shell: &'static str| (shell, vec!["-c"], "eval \"$(AWS-AUTH)\"");
    let rows = [
        posix("bash"),
        posix("dash"),
        posix("zsh"),
        posix("ksh93"),
        posix("mksh"),
        ("busybox", vec!["sh", "-c"], "eval \"$(AWS-AUTH)\""),
        ("fish", vec!["--no-config", "-c"], "AWS-AUTH | source"),
        ("tcsh", vec!["-f", "-c"], "eval `AWS-AUTH`"),
        ("elvish", vec!["-norc", "-c"], "eval (AWS-AUTH | slurp)"),
        ("xonsh", vec!["--no-rc", "-c"], "execx($(AWS-AUTH))"),
        ("nu", vec!["--no-config-file", "-c"], "AWS-AUTH | from json | load-env"),
    ];
    for (shell, args, form) in rows {
        if tools::need(shell).is_none() {
            continue;
        }
        println!("{shell}");
        let home = six();
        home.plant(&home.path("seen"));
        let show =
            home.script("show", "#!/bin/sh\nenv | grep -E '^AWS' | sort >>\"$HOME/seen\"\necho -- >>\"$HOME/seen\"\n");
        let (mut lines, name) = (vec![show.display().to_string()], if shell == "busybox" { "sh" } else { shell });
        // A region of the user's comes before the profiles', and stays.
        for (profile, _) in PROFILES.iter().chain(&PROFILES[..2]) {
            lines.push(form.replace("AWS-AUTH", &format!("aws-auth --shell {name} --profile {profile}")));
            lines.push(show.display().to_string());
        }
        lines.push(form.replace("AWS-AUTH", &format!("aws-auth unset --shell {name}")));
        lines.push(show.display().to_string());
        let program = tools::find(shell).expect("found above");
        let mut path = home.env()[std::ffi::OsStr::new("PATH")].clone();
        if let Some(node) = tools::find("node").filter(|_| shell == "nu") {
            path.push(":");
            path.push(node.parent().expect("a directory"));
        }
        let nu =
            |line: &String| if shell == "nu" && !line.contains("aws-auth") { format!("^{line}") } else { line.clone() };
        let script = lines.iter().map(nu).collect::<Vec<_>>().join("\n");
        let run = || {
            let _ = std::fs::remove_file(home.path("seen"));
            let run = home.command([program.as_os_str()]).args(&args).args([&script]).env("PATH", &path);
            let outcome = run.env("AWSUME_PROFILE", "other").go();
            outcome.ok();
            (outcome, std::fs::read_to_string(home.path("seen")).expect("what the shell held"))
        };
        let (mut outcome, mut seen) = run();
        // On a machine that is busy, xonsh 0.13 now and then takes `$(…)` for nothing, whatever the program in it says.
        for _ in 0..2 {
            let keys: std::collections::BTreeSet<_> =
                seen.lines().filter(|line| line.starts_with("AWS_ACCESS_KEY_ID=")).collect();
            if shell != "xonsh" || keys.len() == PROFILES.len() + 2 {
                break;
            }
            println!("once more");
            (outcome, seen) = run();
        }
        let held: Vec<Vec<&str>> = seen.split("--\n").map(|part| part.lines().collect()).collect();
        let value = |held: &[&str], name: &str| {
            held.iter()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
                .unwrap_or_default()
        };
        for (held, (profile, region)) in held[1..].iter().zip(PROFILES.iter().chain(&PROFILES[..2])) {
            let regions = [value(held, "AWS_REGION"), value(held, "AWS_DEFAULT_REGION")];
            assert_eq!(regions, [*region, *region], "{shell}, {profile}: {held:?}\n{outcome:?}");
            assert!(
                !value(held, "AWS_SESSION_TOKEN").is_empty() && value(held, "AWSUME_PROFILE").is_empty(),
                "{held:?}"
            );
        }
        // What another tool said of its keys was not true any more.
        let fresh: Vec<_> = held[0].iter().filter(|line| !line.starts_with("AWSUME_PROFILE")).collect();
        // nushell can hide a variable from what it starts by an empty one at most.
        let left: Vec<_> = held[9].iter().filter(|line| !(shell == "nu" && line.ends_with('='))).collect();
        assert_eq!(left, fresh, "{shell}: {outcome:?}");
        let regions: Vec<_> =
            home.sts().requests().iter().map(|request| request.region.clone().unwrap_or_default()).collect();
        let expected = [
            "us-west-2",
            "us-east-1",
            "eu-west-1",
            "cn-northwest-1",
            "us-east-1",
            "us-gov-west-1",
            "us-west-2",
            "us-east-1",
        ];
        assert_eq!(regions, expected, "{shell}");
    }
}
