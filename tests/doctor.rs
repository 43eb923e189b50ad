//! `aws-auth doctor`: each planted fault is found and its fix is named; nobody is asked, no code is spent, nothing leaks.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::support::gpg::{self, Key, Pinentry};
use crate::support::sts::{ALICE, BOB, CAROL, Person, World, role};
use crate::support::{Home, Outcome, Sts, tools};

fn item(person: &Person) -> String {
    let Person { secret_access_key, access_key_id, mfa_serial, .. } = person;
    format!("{secret_access_key}\naccess_key_id: {access_key_id}\nmfa_serial: {mfa_serial}\nrole_arn: {}\n", role::DEV)
}

/// alice, whose item is in pass; the world may hold more.
fn alice(world: World, key: Key) -> Option<Home> {
    let home = Home::new();
    home.attach(Sts::of(aws_auth_emulator::Emulator::start(world)));
    gpg::secrets_of(&home, &ALICE);
    gpg::store(&home, key)?;
    gpg::insert(&home, "work", item(&ALICE));
    Some(home)
}

fn doctor(home: &Home, args: &[&str]) -> Outcome {
    home.run(["doctor"]).args(args).go()
}

/// The lines of a report: state and the rest.
fn lines(outcome: &Outcome) -> Vec<(String, String)> {
    let lines = outcome.out().lines().filter(|line| !line.starts_with(' '));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(state, rest)| (state.to_owned(), rest.trim().to_owned()))
        .collect()
}

const WORK: [&str; 4] = ["--from", "pass", "--item", "work"];

#[test]
fn where_all_is_well_nothing_fails_and_nothing_is_spent_or_changed() {
    let world = World::standard();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let Some(home) = alice(world, Key::Open) else { return };
    home.sts().emulator().change(|world| {
        world.keys.iter_mut().for_each(|key| key.created = i64::try_from(now).unwrap() - 5 * 86_400);
    });
    let before = fs::read_dir(home.path("")).unwrap().count();
    let outcome = doctor(&home, &WORK);
    outcome.ok();
    for expected in ["access_key_id: in \"work\"", ALICE.arn, "5 days old", "a virtual device", "answers in", "within"]
    {
        outcome.says_out(expected);
    }
    assert!(lines(&outcome).iter().all(|(state, _)| state != "failed"), "{outcome:?}");
    assert!(home.sts().with_code().is_empty());
    assert!(fs::read_dir(home.path("")).unwrap().count() <= before + 1, "nothing but a directory for locks");
    let json = doctor(&home, &["--from", "pass", "--item", "work", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(json.ok().out()).unwrap();
    assert!(report["checks"].as_array().unwrap().len() > 10);
    for name in ["alice", "111122223333", "\\\"work", "/home"] {
        assert!(!json.out().contains(name), "{name}: {}", json.out());
    }
}

#[test]
fn a_machine_on_which_nothing_is_set_up_is_told_where_to_begin() {
    let home = Home::with_sts();
    home.write(".aws/credentials", "[old]\naws_access_key_id = AKIABOB227EXAMPLE02Q\naws_secret_access_key = x\n");
    let outcome = doctor(&home, &[]);
    outcome.ok().says_out("keys lie in ~/.aws in plain text, in \"old\"");
    outcome.says_out("aws-auth setup --from ").says_out("--import credentials:old");
    // Nothing was waited for but what every run waits for.
    outcome.within(std::time::Duration::from_secs(10));
}

#[test]
fn who_has_profiles_that_lead_to_a_manager_is_told_to_name_one() {
    let home = Home::with_sts();
    home.write(".aws/config", "[profile work]\naws_auth_from = pass\n[profile other]\nregion = eu-west-1\n");
    let outcome = doctor(&home, &[]);
    outcome.ok().says_out("no profile was named").says_out("as in: --profile work (there are: other, work)");
    outcome.does_not_say("aws-auth setup");
    assert!(!outcome.out().contains("aws-auth setup"), "{outcome:?}");
}

#[test]
fn of_the_managers_that_are_here_the_likeliest_comes_first() {
    let home = Home::with_sts();
    home.set("PATH", home.rig("bin"));
    // The last gives codes only.
    for program in ["keepassxc-cli", "lpass", "op", "pass", "secret-tool", "ykman"] {
        home.script(program, "#!/bin/sh\nexit 1\n");
    }
    let manifest = "title = 'Mine'\nprogram = ['mine']\n[read]\nargv = ['{entry}']\nshape = 'pairs'\n";
    let here = "pass, op, lpass, keepassxc-cli, secret-tool";
    doctor(&home, &[]).ok().says_out(&format!("installed: {here}\n")).says_out("aws-auth setup --from pass\n");
    let told = home.run(["--no-input"]).go();
    told.says("aws-auth --from pass\n").says(&format!("found here: {here}\n")).says("aws-auth setup --from pass\n");
    // Nobody writes a manifest for what is not used.
    home.write(".config/aws-auth/backends/mine.toml", manifest);
    home.script("mine", "#!/bin/sh\nexit 1\n");
    doctor(&home, &[]).ok().says_out(&format!("installed: mine, {here}\n")).says_out("aws-auth setup --from mine\n");
}

#[test]
fn what_is_to_be_typed_is_one_command_whatever_a_profile_is_called() {
    let home = Home::with_sts();
    let keys = "aws_access_key_id = AKIABOB227EXAMPLE02Q\naws_secret_access_key = x\n";
    let file = home.write(".aws/credentials", format!("[x; touch $(id) 'y]\n{keys}"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let outcome = doctor(&home, &[]);
    outcome.ok().says_out(r"--import 'credentials:x; touch $(id) '\''y'");
    let odd = home.write("a $(id)", format!("[a]\n{keys}"));
    fs::set_permissions(&odd, fs::Permissions::from_mode(0o644)).unwrap();
    let outcome = home.run(["doctor"]).env("AWS_SHARED_CREDENTIALS_FILE", &odd).go();
    outcome.ok().says_out(&format!("chmod 600 '{}'", odd.display()));
}

#[test]
fn that_a_role_was_not_tried_is_told() {
    let Some(home) = alice(World::standard(), Key::Open) else { return };
    home.write(
        ".aws/config",
        format!("[profile x]\naws_auth_from = pass\naws_auth_item = work\nrole_arn = {}/nosuch\n", role::DEV),
    );
    let outcome = doctor(&home, &["--profile", "x"]);
    outcome.ok().says_out(&format!("skipped  role       {}/nosuch", role::DEV)).says_out("only a run can tell");
    let json = doctor(&home, &["--profile", "x", "--format", "json"]);
    assert!(!json.ok().out().contains("nosuch") && !json.out().contains("111122223333"), "{json:?}");
}

/// A fault, what plants it, and what the report has to say of it.
type Row = (&'static str, fn(&Home), &'static str, &'static str);

#[allow(clippy::too_many_lines)]
#[test]
#[expect(clippy::too_many_lines, reason = "one row a fault")]
fn each_planted_fault_is_found_and_its_fix_is_named() {
    let rows: [Row; 23] = [
        ("the manager is not installed", |home| home.set("PATH", home.rig("bin")), "failed", "apt install pass"),
        (
            "the entry is not there",
            |home| fs::rename(gpg::file(home, "work"), gpg::file(home, "other")).unwrap(),
            "failed",
            "pass ls",
        ),
        ("the store is empty", |home| fs::remove_file(gpg::file(home, "work")).unwrap(), "failed", "aws-auth setup"),
        (
            "the entry is damaged",
            |home| {
                let bytes = fs::read(gpg::file(home, "work")).unwrap();
                fs::write(gpg::file(home, "work"), &bytes[..bytes.len() / 2]).unwrap();
            },
            "failed",
            "pass git log",
        ),
        (
            "the key's id is missing",
            |home| gpg::insert(home, "work", ALICE.secret_access_key),
            "failed",
            "access_key_id",
        ),
        (
            "the secret is another's",
            |home| {
                gpg::insert(home, "work", item(&ALICE).replace('1', "2").replace("EXAMPLE02Q", "EXAMPLE01Q"));
            },
            "failed",
            "access",
        ),
        ("the key is inactive", |home| gpg::insert(home, "work", item(&CAROL)), "failed", "inactive"),
        (
            "the key is temporary",
            |home| gpg::insert(home, "work", item(&ALICE).replace("AKIA", "ASIA")),
            "failed",
            "AKIA",
        ),
        (
            "the role is no ARN",
            |home| {
                gpg::insert(
                    home,
                    "work",
                    item(&ALICE).replace("arn:aws:iam::111122223333:role/dev", "dev-of-the-team"),
                );
            },
            "failed",
            "correct the value",
        ),
        (
            "the device is not theirs",
            |home| gpg::insert(home, "work", item(&ALICE).replace("mfa/alice", "mfa/bob")),
            "failed",
            "correct mfa_serial",
        ),
        (
            "the device is not named",
            |home| gpg::insert(home, "work", item(&ALICE).replace(&format!("mfa_serial: {}\n", ALICE.mfa_serial), "")),
            "warning",
            "put it into the item: mfa_serial: arn:aws:iam::111122223333:mfa/alice",
        ),
        (
            "there is no device",
            |home| gpg::insert(home, "work", item(&BOB).replace("mfa_serial: \n", "")),
            "warning",
            "create-virtual-mfa-device",
        ),
        ("the key is old", |_| {}, "warning", "aws-auth rotate --from pass --item work"),
        ("the clock is off", |home| home.sts().emulator().set_clock_offset(3600), "warning", "set the clock"),
        (
            "STS cannot be reached",
            |home| home.set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"),
            "failed",
            "take AWS_ENDPOINT_URL_STS away",
        ),
        ("the proxy is no URL", |home| home.set("HTTPS_PROXY", "http://"), "failed", "HTTPS_PROXY"),
        ("the bundle is not there", |home| home.set("AWS_CA_BUNDLE", "/nonexistent.pem"), "failed", "AWS_CA_BUNDLE"),
        ("the profile is not there", |home| home.set("AWS_PROFILE", "nosuch"), "failed", "aws-auth list"),
        (
            "others can read the keys",
            |home| {
                let file = home.write(".aws/credentials", "[x]\naws_access_key_id = A\n");
                fs::set_permissions(file, fs::Permissions::from_mode(0o644)).unwrap();
            },
            "warning",
            "chmod 600",
        ),
        (
            "others can write the configuration",
            |home| {
                let file = home.write(".aws/config", "[default]\nregion = eu-west-1\n");
                fs::set_permissions(file, fs::Permissions::from_mode(0o666)).unwrap();
            },
            "warning",
            "chmod go-w",
        ),
        (
            "the shell holds a permanent key",
            |home| home.set("AWS_ACCESS_KEY_ID", ALICE.access_key_id),
            "warning",
            "unset AWS_ACCESS_KEY_ID",
        ),
        (
            "the server of the shell has ended",
            |home| {
                home.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:1/credentials");
                home.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "0".repeat(64));
            },
            "warning",
            "eval \"$(aws-auth unset)\"",
        ),
        (
            "there is no place for locks",
            |home| {
                fs::set_permissions(home.root().join("run"), fs::Permissions::from_mode(0o777)).unwrap();
                fs::create_dir_all(home.root().join("run/aws-auth")).unwrap();
                fs::set_permissions(home.root().join("run/aws-auth"), fs::Permissions::from_mode(0o777)).unwrap();
                fs::create_dir_all(home.path(".local")).unwrap();
                fs::write(home.path(".local/state"), "no directory").unwrap();
                // the places that no variable names
                home.set("AWS_AUTH_TEST_PLACES", "/proc");
            },
            "warning",
            "XDG_RUNTIME_DIR",
        ),
    ];
    for (says, plant, state, fix) in rows {
        let Some(home) = alice(World::standard(), Key::Open) else { return };
        for person in [BOB, CAROL] {
            gpg::secrets_of(&home, &person);
        }
        plant(&home);
        let outcome = doctor(&home, &WORK);
        let text = outcome.out();
        // The line of the fault, and its fix below it.
        let places: Vec<_> = text.lines().collect();
        let found = places.iter().enumerate().any(|(at, line)| {
            let next = places.get(at + 1).copied().unwrap_or_default();
            line.starts_with(state) && (next.trim_start().starts_with('→') && next.contains(fix) || line.contains(fix))
        });
        assert!(found, "{says}: {state} and {fix:?} are missing\n{outcome:?}");
        assert_eq!(outcome.status.success(), state != "failed", "{says}: {outcome:?}");
    }
}

#[test]
fn what_calls_it_and_how_long_that_waits_is_told() {
    let home = Home::with_sts();
    let nearest = home.command(["sh", "-c", "aws-auth doctor; true"]).go();
    nearest.ok().says_out("ok       caller     ");
    // A shell by the name of a program that waits a minute, and one between it and us.
    let dash = tools::find("dash").expect("dash");
    fs::copy(dash, home.rig("bin/terraform")).expect("a copy");
    let outcome = home.command(["terraform", "-c", "sh -c 'aws-auth doctor; true'; true"]).go();
    outcome.ok().says_out("terraform, which waits 60 seconds").says_out("get a session first");
}

#[test]
fn that_nothing_is_kept_because_somebody_wants_it_so_is_told_as_that() {
    let home = Home::with_sts();
    home.unset("AWS_AUTH_NO_CACHE");
    let outcome = home.run(["doctor"]).env("AWS_AUTH_STORE", "none").go();
    outcome.ok().says_out("AWS_AUTH_STORE=none is set").says_out("unset AWS_AUTH_STORE");
}

#[test]
fn a_locked_manager_is_told_and_nobody_is_asked() {
    let Some(home) = alice(World::standard(), Key::Locked) else { return };
    gpg::pinentry(&home, Pinentry::Right);
    let pty = home.run(["doctor"]).args(WORK).pty();
    pty.settle();
    let outcome = pty.finish();
    outcome.ok().says("is locked").says("unlock the key");
    assert_eq!(gpg::asked(&home), 0);
}

#[test]
fn what_a_manager_prints_is_not_told() {
    let home = Home::with_sts();
    let secret = "CANARY/secret/of/the/manager";
    home.secret("what the manager says", secret);
    home.secret("what it complains of", "CANARY-complaint");
    home.script("pass", &format!("#!/bin/sh\n[ \"$1\" = --version ] && echo 'v1.7.4 {secret}'\necho '{secret}'\necho 'error about CANARY-complaint' >&2\nexit 3\n"));
    for format in [&[][..], &["--format", "json"]] {
        let outcome = home.run(["doctor", "--from", "pass"]).args(format).go();
        assert_eq!(outcome.code(), 12, "{outcome:?}");
        assert!(!outcome.out().contains("CANARY"), "{outcome:?}");
    }
}

#[test]
fn what_a_run_would_refuse_at_its_end_is_found_before_it() {
    let plain = item(&ALICE).replace(&format!("role_arn: {}\n", role::DEV), "");
    let rows = [
        ("aws_auth_account = 444455556666", &plain, "failed   account", "expects the account 444455556666", 10),
        ("aws_auth_account = 444455556666", &item(&ALICE), "failed   account", "expects the account 444455556666", 10),
        ("aws_auth_account = 111122223333", &plain, "ok       account", "it is the expected one", 0),
        ("aws_auth_token_from = nosuchcommand", &plain, "failed   code", "does not know \"nosuchcommand\"", 11),
        ("aws_auth_token_from = op:AWS", &plain, "failed   code", "1Password", 11),
        ("aws_auth_token_from = true x", &plain, "ok       code", "what it comes from is there", 0),
        ("aws_auth_shell = klingon", &plain, "failed   shell", "does not know \"klingon\"", 2),
        ("aws_auth_read_only = yes", &plain, "failed   role", "needs a role", 10),
        ("aws_auth_read_only = yes", &item(&ALICE), "ok       key", "AWS takes", 0),
    ];
    let Some(home) = alice(World::standard(), Key::Open) else { return };
    for (line, item, check, told, code) in rows {
        gpg::insert(&home, "work", item);
        home.write(".aws/config", format!("[profile dev]\naws_auth_from = pass\naws_auth_item = work\n{line}\n"));
        let outcome = doctor(&home, &["--profile", "dev"]);
        let found = outcome.out().lines().any(|line| line.starts_with(check) && line.contains(told));
        assert!(found && outcome.code() == code, "{line}: {check} {told} {code}\n{outcome:?}");
    }
}

#[test]
fn keys_of_a_file_that_a_run_would_refuse_are_found_before_it() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    let keys = format!("aws_access_key_id = {id}\naws_secret_access_key = {secret}\naws_session_token = of-another\n");
    home.write(".aws/credentials", format!("[dev]\n{keys}"));
    let outcome = doctor(&home, &["--profile", "dev"]);
    assert_eq!(outcome.says_out("begins with AKIA, and has no session token").code(), 13, "{outcome:?}");
}
