//! `aws-auth setup`: a newcomer comes from the console's CSV to credentials, through the real managers.

mod again;
mod managers;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::support::gpg::{self, Key};
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
use crate::support::kept;
use crate::support::keyring;
use crate::support::run;
use crate::support::steps::{self, At};
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, Outcome, tools};

/// The console's file.
fn csv(home: &Home, person: &Person) -> String {
    let text = format!("Access key ID,Secret access key\r\n{},{}\r\n", person.access_key_id, person.secret_access_key);
    home.write("accessKeys.csv", text).display().to_string()
}

fn user(person: &Person) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, person);
    home
}

/// A run of `setup` for alice with a good code.
fn setup(home: &Home, args: &[&str]) -> Outcome {
    let file = csv(home, &ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["setup", "--import", &file, "--item", "work", "--token-code", &code]).args(args).go()
}

/// What pass has under a name; none where it has nothing.
fn stored(home: &Home, entry: &str) -> Option<String> {
    let mut show = Command::new(tools::find("pass").expect("pass"));
    let out = show.args(["show", entry]).env_clear().envs(home.env()).output().expect("pass runs");
    out.status.success().then(|| String::from_utf8(out.stdout).expect("text"))
}

fn whole() -> String {
    format!(
        "{}\naccess_key_id: {}\nmfa_serial: {}\nrole_arn: {}\n",
        ALICE.secret_access_key,
        ALICE.access_key_id,
        ALICE.mfa_serial,
        role::DEV
    )
}

#[test]
fn who_has_put_a_key_into_the_usual_item_is_told_to_name_it() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let file = csv(&home, &BOB);
    home.run(["setup", "--from", "pass", "--import", &file, "--no-input"]).go().ok().says("in \"aws\"");
    home.run(["--from", "pass"]).go().fails(13).says("an item \"aws\" is there: --item aws");
    home.run(["--from", "pass", "--item", "aws"]).go().ok();
}

#[test]
fn r79_without_a_home_the_manager_has_the_user_databases() {
    let home = user(&BOB);
    let seen = home.rig("seen");
    home.script("pass", &format!("#!/bin/sh\necho \"home=$HOME\" >'{}'\nexit 1\n", seen.display()));
    home.run(["--from", "pass", "--item", "x"]).without("HOME").go().fails(12);
    let seen = String::from_utf8(run::read(&seen)).expect("text");
    assert!(seen.starts_with("home=/") && seen.len() > "home=/\n".len(), "{seen}");
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn from_the_csv_to_a_role_by_two_commands_and_one_code() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let Some(_kept) = kept::on(&home) else { return };
    let outcome = setup(&home, &["--from", "pass", "--role-arn", role::DEV]);
    outcome.ok().says(ALICE.arn).says("it works").says_out("--profile work");
    assert_eq!(stored(&home, "work").as_deref(), Some(whole().as_str()), "the device was found too");
    let profile = "[profile work]\naws_auth_from = pass\naws_auth_item = work\ncredential_process = aws-auth credential-process --profile work\n";
    assert_eq!(fs::read_to_string(home.path(".aws/config")).unwrap(), profile);
    home.command(["sh", "-c", "eval \"$(aws-auth --profile work)\" && test -n \"$AWS_SESSION_TOKEN\""]).go().ok();
    assert_eq!(home.sts().with_code().len(), 1, "one code");
    // Once more, all is there already: nothing is written and nobody is asked.
    let again = home.run(["setup", "--import", &csv(&home, &ALICE), "--item", "work", "--from", "pass"]);
    again.args(["--role-arn", role::DEV, "--no-input"]).go().ok().says("holds this key already");
    // No shell replaces the ~ in it.
    let again = home.run(["setup", "--import=~/accessKeys.csv", "--item", "work", "--from", "pass"]);
    again.args(["--role-arn", role::DEV, "--no-input"]).go().ok().says("holds this key already");
}

#[test]
fn r107_what_is_there_is_replaced_only_after_a_yes_that_names_it() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    gpg::insert(&home, "work", "of the console\nuser: alice\n");
    let refused = setup(&home, &["--from", "pass"]);
    refused.fails_saying(16, "").says("\"work\"").says("--yes");
    assert_eq!(stored(&home, "work").unwrap(), "of the console\nuser: alice\n");
    assert!(!home.path(".aws/config").exists());
    let file = csv(&home, &ALICE);
    let mut pty = home.run(["setup", "--import", &file, "--item", "work", "--from", "pass"]).pty();
    pty.expect("Replace it");
    pty.settle();
    pty.line("n");
    assert_eq!(pty.finish().code(), 15);
    assert_eq!(stored(&home, "work").unwrap(), "of the console\nuser: alice\n");
    setup(&home, &["--from", "pass", "--yes", "--role-arn", role::DEV]).ok();
    assert_eq!(stored(&home, "work").unwrap(), whole());
}

#[test]
fn r107_what_somebody_changes_while_the_question_is_open_is_not_replaced() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    gpg::insert(&home, "work", "of the console\n");
    let file = csv(&home, &ALICE);
    let mut pty = home.run(["setup", "--import", &file, "--item", "work", "--from", "pass"]).pty();
    pty.expect("Replace it");
    pty.settle();
    gpg::insert(&home, "work", "of the console\nof a colleague\n");
    pty.line("y");
    let refused = pty.finish();
    assert_eq!(refused.code(), 12);
    refused.says("somebody has changed it since it was read");
    assert_eq!(stored(&home, "work").unwrap(), "of the console\nof a colleague\n");
    assert!(!home.path(".aws/config").exists());
}

#[test]
fn without_a_terminal_the_proof_has_its_code_from_elsewhere_or_says_that_it_was_not_tried() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let file = csv(&home, &ALICE);
    let run = |item: &str| home.run(["setup", "--from", "pass", "--import", &file, "--item", item, "--no-input"]);
    let from = || format!("printf {}", home.sts().fresh_code(ALICE.mfa_serial));
    run("one")
        .go()
        .ok()
        .says("it was not tried, as a code is needed and --no-input forbids asking")
        .says("--profile one");
    assert!(home.sts().with_code().is_empty());
    run("two").env("AWS_AUTH_TOKEN_FROM", from()).go().ok().says("it works").does_not_say("not tried");
    run("three").args(["--token-from", &from()]).go().ok().says("it works").does_not_say("not tried");
    assert_eq!(home.sts().with_code().len(), 2);
    let terminal = home.run(["setup", "--from", "pass", "--import", &file, "--item", "four"]).go();
    terminal.ok().says("there is no terminal to ask on");
}

#[test]
fn a_key_is_typed_unseen_and_a_mistake_can_be_mended() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let mut pty = home.run(["setup", "--from", "pass"]).pty();
    pty.expect("Access key id (not shown): ");
    pty.until("what is typed is hidden", |pty| !pty.echoes());
    pty.settle();
    pty.line("AKIA OOPS");
    pty.expect("that cannot be it");
    pty.expect("Access key id (not shown): ");
    pty.settle();
    pty.line(&format!(" {} ", BOB.access_key_id));
    pty.expect("Secret access key (not shown): ");
    pty.settle();
    pty.line(BOB.secret_access_key);
    let outcome = pty.finish();
    outcome.ok().says("it works").says("--profile aws");
    let text = format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id);
    assert_eq!(stored(&home, "aws").unwrap(), text);
}

#[test]
fn a_user_without_a_device_is_told_so_once_with_the_way_to_one() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let file = csv(&home, &BOB);
    let setup =
        |item: &str| home.run(["setup", "--from", "pass", "--import", &file, "--item", item, "--no-input"]).go();
    let told = setup("one");
    told.ok().says("aws iam create-virtual-mfa-device").says("aws iam enable-mfa-device").says("it works");
    let warnings: Vec<_> = told.err().lines().filter(|line| line.contains("MFA")).map(str::to_owned).collect();
    assert_eq!(warnings.len(), 1, "{warnings:#?}");
    // Whoever may not look has heard of no way to a device.
    home.sts().emulator().change(|world| world.without_iam.push(BOB.arn.to_owned()));
    setup("two").ok().says("your MFA device was not looked for").says("this session is without MFA");
}

#[test]
fn r107_what_aws_does_not_take_is_not_kept() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let wrong = ALICE.secret_access_key.replace('1', "2");
    home.secret("the wrong secret", &wrong);
    let file = home.write("wrong.csv", format!("Access key ID,Secret access key\n{},{wrong}\n", ALICE.access_key_id));
    let run = |import: &str| home.run(["setup", "--from", "pass", "--item", "work", "--import", import]).go();
    run(file.to_str().unwrap()).fails_saying(20, "").says("not its own");
    let temporary =
        "aws_access_key_id = ASIAALICE7EXAMPLE01Q\naws_secret_access_key = CANARY/must+never+leak/alice00000000001A\n";
    let file = home.write("temporary", temporary);
    run(file.to_str().unwrap()).fails_saying(13, "").says("temporary");
    run("/nonexistent").fails_saying(10, "").says("cannot be read");
    run("credentials:nosuch").fails_saying(13, "").says("nosuch");
    assert!(stored(&home, "work").is_none() && !home.path(".aws/config").exists());
}

#[test]
fn standard_input_that_never_ends_is_given_up() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let script =
        "mkfifo pipe; sleep 300 >pipe & aws-auth setup --from pass --import - <pipe; code=$?; kill $!; exit $code";
    let outcome = home.command(["sh", "-c", script]).patience(std::time::Duration::from_mins(2)).go();
    outcome.fails_saying(10, "").says("standard input cannot be read").says("it is not closed");
    // What is closed in time is read.
    let text = format!("{},{}\n", BOB.access_key_id, BOB.secret_access_key);
    let text = format!("Access key ID,Secret access key\n{text}");
    home.run(["setup", "--from", "pass", "--import", "-", "--no-input"]).input(text).go().ok().says("it works");
}

#[test]
fn r107_a_key_of_the_credentials_file_is_taken_out_of_it_only_after_a_yes() {
    for (answer, is_left) in [("", true), ("y", false)] {
        let home = user(&BOB);
        let Some(()) = gpg::store(&home, Key::Open) else { return };
        let text = format!(
            "# mine\n[other]\naws_access_key_id = X\n\n[bob]\nregion = eu-west-1\naws_access_key_id = {}\naws_secret_access_key = {}\n# end\n",
            BOB.access_key_id, BOB.secret_access_key
        );
        let file = home.write(".aws/credentials", &text);
        let mut pty = home.run(["setup", "--from", "pass", "--import", "credentials:bob", "--profile", "bob"]).pty();
        pty.expect("Take the key's lines out");
        pty.settle();
        pty.line(answer);
        pty.finish().ok();
        let now = fs::read_to_string(&file).unwrap();
        if is_left {
            assert_eq!(now, text);
        } else {
            let line = "credential_process = aws-auth credential-process --profile bob";
            assert_eq!(
                now,
                format!("# mine\n[other]\naws_access_key_id = X\n\n[bob]\nregion = eu-west-1\n{line}\n# end\n")
            );
        }
    }
}

#[test]
fn a_key_of_the_configuration_is_taken_out_of_that_file() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let keys =
        format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", BOB.access_key_id, BOB.secret_access_key);
    let setup = |profile: &str| {
        let import = format!("credentials:{profile}");
        let mut pty = home.run(["setup", "--from", "pass", "--import", &import, "--profile", "new", "--yes"]).pty();
        pty.expect("Take the key's lines out of [profile bob] in ");
        pty.settle();
        pty.line("y");
        pty.finish()
    };
    let config = home.write(".aws/config", format!("[profile bob]\nregion = eu-west-1\n{keys}"));
    setup("bob").ok().says("the key is out of").says("backups");
    let now = fs::read_to_string(&config).unwrap();
    let line = "credential_process = aws-auth credential-process --profile new";
    assert!(now.starts_with(&format!("[profile bob]\nregion = eu-west-1\n{line}\n\n[profile new]\n")), "{now}");
    assert!(!now.contains(BOB.secret_access_key) && !home.path(".aws/credentials").exists(), "{now}");
    // What all profiles share is nobody's to take, and it is said that it stays.
    home.write(".aws/config", format!("[DEFAULT]\n{keys}[profile bob]\nregion = eu-west-1\n"));
    let outcome =
        home.run(["setup", "--from", "pass", "--import", "credentials:bob", "--profile", "new", "--yes"]).pty();
    outcome.finish().ok().says("the key is still in ~/.aws in plain text");
}

/// One profile may hold a key in each of the two files, and its section may be there twice.
#[test]
fn r115_no_key_but_the_one_that_is_kept_is_taken_out_of_the_files() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let of = |user: &Person| {
        format!("aws_access_key_id = {}\naws_secret_access_key = {}\n", user.access_key_id, user.secret_access_key)
    };
    let setup = |answer: Option<&str>| {
        let _ = fs::remove_file(gpg::file(&home, "new"));
        let args =
            ["setup", "--from", "pass", "--item", "new", "--profile", "new", "--yes", "--import", "credentials:bob"];
        let mut pty = home.run(args).pty();
        if let Some(answer) = answer {
            pty.expect("Take the key's lines out of [bob] in ");
            pty.settle();
            pty.line(answer);
        }
        pty.finish()
    };
    // The configuration holds another's.
    let credentials = home.write(".aws/credentials", format!("[bob]\n{}", of(&BOB)));
    let config = home.write(".aws/config", format!("[profile bob]\n{}", of(&ALICE)));
    setup(Some("y"))
        .ok()
        .says("aws-auth: the key is out of ")
        .does_not_say("Take the key's lines out of [profile bob]");
    assert!(fs::read_to_string(&config).unwrap().contains(&of(&ALICE)));
    // In a section that is there twice nobody says which lines count.
    let twice = format!("[bob]\n{}[a]\nx = y\n[bob]\nregion = eu-west-1\n", of(&BOB));
    fs::write(&credentials, &twice).unwrap();
    setup(Some("y")).ok().says("could not be written: the profile is in the file twice");
    assert_eq!(fs::read_to_string(&credentials).unwrap(), twice);
}

#[test]
fn a_keyring_of_a_desktop_takes_the_key() {
    let home = user(&ALICE);
    let Some(keyring) = keyring::start(&home) else { return };
    setup(&home, &["--from", "secret-tool", "--role-arn", role::DEV]).ok().says("it works");
    let mut lookup = Command::new("secret-tool");
    lookup.args(["lookup", "service", "aws-auth", "name", "work"]).env_clear().envs(home.env());
    assert_eq!(String::from_utf8(run::output(&mut lookup)).unwrap(), whole());
    keyring.lock();
    let locked = setup(&home, &["--from", "secret-tool", "--role-arn", role::DEV, "--profile", "other"]);
    assert!(!locked.status.success() && !fs::read_to_string(home.path(".aws/config")).unwrap().contains("other"));
}

/// `op` is not written by us: what to fill in is said, and looked for.
#[test]
fn a_manager_that_is_not_written_is_filled_in_by_hand_and_looked_into() {
    let home = user(&BOB);
    let item = serde_json::json!({ "id": "x", "title": "work", "fields": [
        { "id": "a", "label": "access key id", "value": BOB.access_key_id },
        { "id": "b", "label": "secret access key", "value": BOB.secret_access_key },
    ] });
    home.write("item.json", item.to_string());
    home.script(
        "op",
        "#!/bin/sh\n[ -e \"$HOME/filled\" ] && exec cat \"$HOME/item.json\"\n\
         echo '[ERROR] 2026/01/02 03:04:05 \"work\" isn'\\''t an item. Specify the item with its UUID, name, or domain.' >&2\nexit 1\n",
    );
    let file = csv(&home, &BOB);
    let mut pty = home.run(["setup", "--from", "op", "--item", "work", "--import", &file]).pty();
    let told = pty.expect("Press Enter when it is there: ");
    assert!(
        told.contains("1Password") && told.contains("access_key_id") && told.contains("secret_access_key"),
        "{told}"
    );
    pty.settle();
    pty.line("");
    pty.expect("there is no item");
    pty.expect("Press Enter when it is there: ");
    home.write("filled", "");
    pty.settle();
    pty.line("");
    pty.finish().ok().says("it works");
    let config = fs::read_to_string(home.path(".aws/config")).unwrap();
    assert!(config.starts_with("[profile work]\naws_auth_from = op\naws_auth_item = work\n"), "{config}");
}

/// Kills `setup` at each of its calls to pass: the store is as before, or whole; and the next run goes on. Each in one of
/// three ways; with `AWS_AUTH_TEST_KILLS`, as in tests/long, in all three.
#[test]
fn r108_killed_at_any_call_the_store_is_as_before_or_whole() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let args = ["--from", "pass", "--role-arn", role::DEV];
    steps::at(&home, "pass", At::Never);
    setup(&home, &args).ok();
    let calls = steps::calls(&home, "pass");
    assert!((4..=6).contains(&calls), "{calls} calls: look, write, look again, recorded, use");
    let mut outcomes = Vec::new();
    let is_long = std::env::var_os("AWS_AUTH_TEST_KILLS").is_some();
    for number in 1..=calls {
        let ways = [At::Before(number), At::Instead(number), At::After(number)].into_iter().enumerate();
        for (_, at) in ways.filter(|(way, _)| is_long || (number + way).is_multiple_of(3)) {
            let _ = fs::remove_file(home.path("store/work.gpg"));
            let _ = fs::remove_file(home.path(".aws/config"));
            steps::at(&home, "pass", at);
            let killed = setup(&home, &args);
            assert_eq!(killed.signal(), Some(9), "{at:?}: {killed:?}");
            // What was killed may have left a pass that goes on by itself.
            std::thread::sleep(std::time::Duration::from_millis(300));
            let there = stored(&home, "work");
            assert!(there.is_none() || there.as_deref() == Some(whole().as_str()), "{at:?}: half");
            let profile = fs::read_to_string(home.path(".aws/config")).unwrap_or_default();
            assert!(profile.is_empty() || (there.is_some() && profile.contains("credential_process")), "{at:?}");
            outcomes.push((at, there.is_some(), !profile.is_empty()));
            steps::off(&home, "pass");
            setup(&home, &args).ok();
            assert_eq!(stored(&home, "work").as_deref(), Some(whole().as_str()), "{at:?}");
        }
    }
    // The write is one call: before it there is nothing, after it there is all.
    assert!(
        outcomes.iter().any(|(_, there, _)| !there) && outcomes.iter().any(|(_, there, profile)| *there && *profile)
    );
}

#[test]
fn without_a_store_and_without_a_manager_a_newcomer_is_told_what_to_type() {
    let home = user(&ALICE);
    let none = home.run(["setup"]).go();
    none.fails_saying(2, "").says("setup needs the manager").says("aws-auth setup --from ");
    if tools::need("pass").is_none() {
        return;
    }
    home.set("PASSWORD_STORE_DIR", home.path("store"));
    let outcome = home.run(["setup", "--from", "pass", "--item", "work", "--import", &csv(&home, &ALICE)]).go();
    outcome.fails_saying(12, "").says("could not write \"work\": there is no password store\n").says("pass init");
    outcome.says("gpg --quick-generate-key").does_not_say("hidden");
}

#[test]
fn without_a_store_and_with_an_empty_one_a_newcomer_is_told_how_to_fill_it() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let ways: [&[&str]; 2] = [&["--from", "pass"], &["--from", "pass", "--item", "work"]];
    for way in ways {
        let empty = home.run(way).go();
        empty.fails(13).says("pass has no entries at all\n").says("hint: put a key there: aws-auth setup --from pass");
    }
    gpg::insert(&home, "other", "x");
    home.run(ways[0]).go().fails(13).says("there is nothing by that name").says("pass ls");
    home.set("PASSWORD_STORE_DIR", home.path("nowhere"));
    for way in ways {
        let none = home.run(way).go();
        none.fails(13).says("there is no password store (Error: password store is empty. Try \"pass init\".)");
        none.says("pass init YOU@EXAMPLE.COM").says("gpg --quick-generate-key").says("aws-auth setup --from pass");
    }
}

#[test]
fn what_is_mistyped_is_told_before_anything_is_asked_or_kept() {
    let home = user(&ALICE);
    home.script("pass", "#!/bin/sh\nexit 1\n");
    home.write(".aws/credentials", "[default]\naws_access_key_id = X\naws_secret_access_key = x\n");
    for (args, code, told) in [
        (&["--from", "op"][..], 11, "1Password"),
        (&["--from", "env"], 10, "change the item there by hand"),
        (&["--from", "pass", "--role-arn", "dev"], 10, "arn:aws:iam::111122223333:role/NAME"),
        (&["--from", "pass", "--serial-number", "alice"], 10, "arn:aws:iam::111122223333:mfa/NAME"),
        (&["--from", "pass", "--region", "eu west"], 2, "hint: write it as AWS does, as in: --region eu-west-1"),
        (&["--from", "pass", "--param", "section=work"], 2, "--item NAME"),
        (&["--from", "pass", "--token-code", "12345"], 2, "six digits"),
        (&["--from", "pass", "--import", "-", "--token-code", "-"], 2, "both come from standard input"),
        (&["--from", "pass", "--import", "credentials:defualt"], 13, "is it \"default\"?"),
    ] {
        // On a terminal, where the key would be asked for.
        let outcome = home.run(["setup"]).args(args).env("PATH", home.rig("bin")).pty().finish();
        assert_eq!(outcome.code(), code, "{outcome:?}");
        outcome.says(told).does_not_say("Access key id");
    }
    home.sts().saw(&[]);
}

#[test]
fn r108_a_configuration_that_cannot_be_written_is_told_before_a_key_is_kept() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let setup = ["setup", "--from", "pass", "--import", &csv(&home, &BOB), "--item", "work", "--no-input"];
    // Some keep their dotfiles elsewhere, and a link that nobody may write leads there.
    let config = home.write("dotfiles/config", "[default]\n");
    fs::create_dir_all(home.path(".aws")).unwrap();
    std::os::unix::fs::symlink(&config, home.path(".aws/config")).unwrap();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o400)).unwrap();
    let lines =
        "aws_auth_from = pass; aws_auth_item = work; credential_process = aws-auth credential-process --profile work";
    let refused = home.run(setup).go();
    refused
        .fails_saying(31, "")
        .says("read-only (mode 0400)")
        .says(&format!("put these lines into [profile work] yourself, and run this again: {lines}"));
    assert_eq!(stored(&home, "work"), None);
    fs::write(home.path("dotfiles/new"), format!("[profile work]\n{}\n", lines.replace("; ", "\n"))).unwrap();
    fs::set_permissions(home.path("dotfiles/new"), fs::Permissions::from_mode(0o400)).unwrap();
    fs::rename(home.path("dotfiles/new"), &config).unwrap();
    home.run(setup).go().ok().says("it works");
}

#[test]
fn r107_a_profile_that_leads_elsewhere_is_changed_only_after_a_yes_and_asked_for_before_the_key() {
    let home = user(&BOB);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let text = "[profile work]\naws_auth_from = op\naws_auth_item = Work\n";
    let config = home.write(".aws/config", text);
    let setup = ["setup", "--from", "pass", "--import", &csv(&home, &BOB), "--item", "work"];
    let refused = home.run(setup).args(["--no-input"]).go();
    refused.fails_saying(16, "").says("in the place of its aws_auth_from, aws_auth_item").says("--yes");
    let mut pty = home.run(setup).pty();
    pty.expect("There is a profile \"work\"");
    pty.settle();
    pty.line("n");
    let declined = pty.finish();
    assert_eq!(declined.code(), 15);
    declined.says("nothing is stored; name another profile with --profile");
    assert_eq!((stored(&home, "work"), fs::read_to_string(&config).unwrap()), (None, text.to_owned()));
    home.sts().saw(&[]);
    home.run(setup).args(["--no-input", "--yes"]).go().ok();
    assert!(fs::read_to_string(&config).unwrap().contains("aws_auth_from = pass\naws_auth_item = work\n"));
}

#[test]
fn a_recipient_that_gpg_does_not_trust_is_named_and_nothing_is_kept() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    let ids = home.path("store/.gpg-id");
    let own = fs::read_to_string(&ids).unwrap();
    fs::write(&ids, format!("{own}nobody@example.com\n")).unwrap();
    let outcome = setup(&home, &["--from", "pass"]);
    outcome.fails_saying(12, "").says("nobody@example.com");
    assert!(stored(&home, "work").is_none() && !home.path(".aws/config").exists());
}

#[test]
fn a_hook_that_refuses_the_commit_is_told_and_the_key_is_kept() {
    let home = user(&ALICE);
    let Some(()) = gpg::store(&home, Key::Open) else { return };
    home.write(".gitconfig", "[user]\nname = alice\nemail = alice@example.com\n");
    home.command(["pass", "git", "init"]).go().ok();
    let fine = setup(&home, &["--from", "pass", "--role-arn", role::DEV]);
    fine.ok().does_not_say("committed");
    fs::remove_file(home.path("store/work.gpg")).unwrap();
    home.command(["pass", "git", "commit", "-qam", "away"]).go();
    run::write_executable(&home.path("store/.git/hooks/pre-commit"), "#!/bin/sh\nexit 1\n");
    let outcome = setup(&home, &["--from", "pass", "--role-arn", role::DEV]);
    outcome.ok().says("not committed");
    assert_eq!(stored(&home, "work").as_deref(), Some(whole().as_str()));
}
