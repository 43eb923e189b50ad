//! `--write-profile`: the credentials in the file that every AWS program reads, and nothing else in it changed.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::other_end::WHO;
use crate::shells::bob;
use crate::support::sts::{ALICE, role};
use crate::support::{Home, Outcome, fake, tools};

/// A file with something of everything; `temp` holds keys that have ended.
const BEFORE: &str = "# mine\n[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = kept/for/ever\n\n\
    [temp]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = old\naws_session_token = old\noutput = json\n\n\
    ; the last one\n[\u{e9}]\nregion=eu-west-1";

fn path(home: &Home) -> PathBuf {
    home.path(".aws/credentials")
}

/// bob writes a profile of that name.
fn write(home: &Home, name: &str) -> Outcome {
    home.plant(&path(home));
    home.run(["--from", "env", "--write-profile", name]).go()
}

/// What the file is to hold: `text` with the keys of the last session in the place marked so.
#[track_caller]
fn holds(home: &Home, file: &Path, text: &str) {
    let session = home.sts().emulator().issued().pop().expect("a session");
    let keys = format!(
        "aws_access_key_id = {}\naws_secret_access_key = {}\naws_session_token = {}\naws_credential_expiration = {}\n",
        session.access_key_id, session.secret_access_key, session.session_token, session.expiration
    );
    assert_eq!(fs::read_to_string(file).expect("the file"), text.replace("KEYS\n", &keys));
    let metadata = fs::metadata(file).expect("the file");
    assert_eq!(metadata.mode() & 0o7777, 0o600);
}

#[test]
fn r115_a_profile_is_added_and_replaced_and_all_else_is_kept() {
    let home = bob();
    home.write(".aws/credentials", BEFORE);
    let outcome = write(&home, "temp");
    outcome.ok().says("the profile \"temp\"");
    assert_eq!(outcome.out(), "");
    let old = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = old\naws_session_token = old\n";
    holds(&home, &path(&home), &BEFORE.replace(old, "KEYS\n"));
    let first = fs::read_to_string(path(&home)).expect("the file");
    write(&home, "other").ok();
    holds(&home, &path(&home), &format!("{first}\n\n[other]\nKEYS\n"));
}

#[test]
fn a_file_that_is_not_there_is_made_for_the_user_alone() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    home.plant(&path(&home));
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--token-code", &code, "--region", "eu-west-1", "--write-profile", "dev"];
    let outcome = home.command(["sh", "-c", "umask 000; exec aws-auth \"$@\"", "sh"]).args(args).go();
    outcome.ok();
    holds(&home, &path(&home), "[dev]\nKEYS\nregion = eu-west-1\n");
    assert_eq!(fs::metadata(home.path(".aws")).expect("the directory").mode() & 0o777, 0o700);
}

#[test]
fn keys_that_keep_a_process_from_being_asked_are_told() {
    let home = bob();
    home.write(".aws/config", "[profile temp]\ncredential_process = x\n[profile other]\nregion = x\n");
    write(&home, "temp").ok().says("take [temp] out of ~/.aws/credentials");
    write(&home, "other").ok().does_not_say("take [");
    let doctor = home.run(["doctor", "--profile", "temp", "--from", "env"]).go();
    doctor.says_out("take [temp] out of ~/.aws/credentials");
}

#[test]
fn botocore_and_the_aws_cli_use_the_profile() {
    let Some(python) = tools::python() else { return };
    let home = bob();
    home.write(".aws/credentials", BEFORE);
    write(&home, "temp").ok();
    let run = home.command([python.to_str().expect("text"), "-c", WHO]);
    let outcome = run.env("AWS_PROFILE", "temp").env("STS", home.sts().url()).go();
    assert_eq!(outcome.ok().out().trim(), "arn:aws:iam::111122223333:user/bob");
    let Some(aws) = tools::find("aws") else {
        return tools::not_run("the AWS CLI is not installed; tests/setup installs it");
    };
    let run = home.command([aws.to_str().expect("text"), "sts", "get-caller-identity", "--profile", "temp"]);
    run.args(["--endpoint-url", &home.sts().url(), "--region", "us-east-1"]).go().ok();
}

#[test]
fn the_section_printed_by_format_ini_is_read_by_botocore() {
    let Some(python) = tools::python() else { return };
    let home = bob();
    let outcome = home.run(["--from", "env", "--format", "ini", "--region", "us-east-1"]).go();
    home.write("ours", outcome.ok().out());
    let run = home.command([python.to_str().expect("text"), "-c", WHO]).env("STS", home.sts().url());
    let outcome = run.env("AWS_SHARED_CREDENTIALS_FILE", home.path("ours")).go();
    assert_eq!(outcome.ok().out().trim(), "arn:aws:iam::111122223333:user/bob");
}

#[test]
fn what_must_not_be_written_is_known_before_anybody_is_asked() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, role::DEV);
    home.write(".aws/credentials", format!("{BEFORE}\n[two]\n[two]\n"));
    home.write(".aws/config", "[profile dev]\nrole_arn = arn:aws:iam::111122223333:role/dev\nsource_profile = temp\n");
    let before = fs::read(path(&home)).expect("the file");
    for (name, code, says) in [
        ("default", 10, "permanent keys"),
        ("dev", 10, "role_arn"),
        ("two", 10, "twice"),
        ("", 2, "no name"),
        ("a]b", 2, "no name"),
        ("a b", 2, "no name"),
        ("a\nb", 2, "no name"),
        ("\u{e9}", 2, "no name"),
    ] {
        let outcome = home.run(["--from", "pass", "--write-profile", name]).go();
        outcome.fails_saying(code, "").says(says);
    }
    home.run(["--from", "pass", "--write-profile", "x", "--shell", "sh"]).go().fails_saying(2, "");
    assert_eq!(fs::read(path(&home)).expect("the file"), before);
    home.sts().saw(&[]);
    assert!(manager.calls().is_empty());
}

#[test]
fn a_link_stays_a_link_and_what_it_leads_to_is_judged() {
    let home = bob();
    let file = home.write("dotfiles/credentials", BEFORE.replace("temp", "x"));
    fs::create_dir_all(home.path(".aws")).expect("a directory");
    symlink("../dotfiles/credentials", path(&home)).expect("a link");
    write(&home, "temp").ok();
    assert!(fs::symlink_metadata(path(&home)).expect("the link").is_symlink());
    holds(&home, &file, &format!("{}\n\n[temp]\nKEYS\n", BEFORE.replace("temp", "x")));

    for (what, says) in [("nowhere", "no such file"), ("dir", "not a regular file"), ("open/file", "others can write")]
    {
        let home = bob();
        fs::create_dir_all(home.path("dir")).expect("a directory");
        home.write("open/file", "");
        fs::set_permissions(home.path("open"), fs::Permissions::from_mode(0o777)).expect("a mode");
        fs::remove_file(path(&home)).ok();
        symlink(home.path(what), path(&home)).expect("a link");
        write(&home, "temp").fails_saying(10, "").says(says);
        home.sts().saw(&[]);
    }
}

#[test]
fn what_a_killed_run_has_left_does_not_stay() {
    let home = bob();
    home.write(".aws/credentials", BEFORE);
    let left = home.write(".aws/credentials.aws-auth-new", "half");
    write(&home, "temp").ok();
    assert!(!left.exists());
}

#[test]
fn another_place_can_be_named() {
    let home = bob();
    let file = home.write("elsewhere", "[a]\n");
    let run = home.run(["--from", "env", "--write-profile", "b"]);
    run.env("AWS_SHARED_CREDENTIALS_FILE", "~/elsewhere").go().ok();
    holds(&home, &file, "[a]\n\n[b]\nKEYS\n");
}

#[test]
fn r115_many_at_once_lose_nothing() {
    let home = bob();
    home.write(".aws/credentials", BEFORE);
    let script = "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do aws-auth --from env --write-profile p$i & done; wait";
    home.plant(&path(&home));
    home.command(["sh", "-c", script]).go().ok();
    let text = fs::read_to_string(path(&home)).expect("the file");
    assert!(text.starts_with(BEFORE), "{text}");
    let sessions = home.sts().emulator().issued();
    assert_eq!(sessions.len(), 20);
    for session in sessions {
        assert!(text.contains(&session.session_token));
    }
    for number in 1..=20 {
        assert_eq!(text.matches(&format!("[p{number}]\n")).count(), 1, "{text}");
    }
}

#[test]
fn nothing_is_written_into_the_home_of_another() {
    let home = bob();
    let place = home.path(".aws");
    fs::create_dir_all(&place).expect("a directory");
    if std::os::unix::fs::chown(&place, Some(65534), None).is_err() {
        tools::cannot_run("only root can give a directory away");
        return;
    }
    let outcome = home.run(["--from", "env", "--write-profile", "temp"]).go();
    outcome.fails_saying(10, "").says("belongs to somebody else");
    assert!(!path(&home).exists());
    home.sts().saw(&[]);
}

#[test]
fn c12_a_directory_that_is_a_link_to_nowhere_is_seen_before_anybody_is_asked() {
    let home = crate::shells::bob();
    std::fs::remove_dir_all(home.path(".aws")).expect("the directory");
    std::os::unix::fs::symlink("/nowhere/aws", home.path(".aws")).expect("a link");
    let outcome = home.run(["--from", "env", "--write-profile", "temporary"]).go();
    assert_ne!(outcome.code(), 0, "{outcome:?}");
    outcome.says("/nowhere/aws");
    home.sts().saw(&[]);
}

#[test]
fn a_section_in_another_spelling_is_the_profile_and_no_second_one_is_made() {
    for header in ["[ temp ]", "[temp ] # mine", "[\ttemp\u{a0}]", "  [temp]", "[ temp ]\r"] {
        let home = bob();
        println!("{header:?}");
        let old = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = old\naws_session_token = old\n";
        home.write(".aws/credentials", format!("[a]\n{header}\n{old}output = json\n[b]\n"));
        let outcome = write(&home, "temp");
        let is_plain = header.trim() == "[temp]";
        assert_eq!(outcome.ok().err().contains("take for another profile: write [temp]"), !is_plain, "{outcome:?}");
        let text = fs::read_to_string(path(&home)).expect("the file");
        assert_eq!(text.matches("temp").count(), 1, "{text}");
        assert!(!text.contains("= old") && text.contains("output = json\n[b]\n"), "{text}");
        home.write(
            ".aws/credentials",
            format!("{header}\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n"),
        );
        write(&home, "temp").fails_saying(10, "").says("permanent keys");
    }
}
