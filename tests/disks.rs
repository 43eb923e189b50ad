//! Disks that are full, and disks that may not be written: the credentials come all the same, no file is half of what it
//! was, and what did not happen is said.

use std::fs;

use crate::support::sts::{ALICE, BOB, Person};
use crate::support::{Home, Outcome, fake, gpg, tools};

const CONFIG: &str = "# mine\n[profile work]\naws_auth_from = pass\n";

/// A file system of its own, in the place of `$DIR` and with a copy of what was there, that has no room left or that
/// nobody may write. In it, the command; what has become of the files is copied to where the test can see it.
const SCRIPT: &str = r#"
cp -a "$DIR" "$DIR.before"
mount -t tmpfs -o mode=700,size=8k none "$DIR" && cp -a "$DIR.before/." "$DIR" || exit 99
if [ "$DISK" = full ]; then
  head -c 8192 /dev/zero 2>/dev/null >"$DIR/filler"
else
  mount -o remount,ro "$DIR" || exit 99
fi
"$@"
code=$?
rm -f "$DIR/filler"
cp -a "$DIR" "$DIR.after"
exit $code
"#;

/// The argv of a command on such a disk.
fn on_disk<'a>(command: &[&'a str]) -> Vec<&'a str> {
    let mut argv = vec!["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", SCRIPT, "sh"];
    argv.extend(command);
    argv
}

/// A user with a directory that is to become such a disk; none, and a word about it, where it cannot.
fn home_on(disk: &str, directory: &str) -> Option<Home> {
    let home = Home::with_sts();
    fs::create_dir_all(home.path(directory)).expect("a directory");
    home.set("DIR", home.path(directory));
    home.set("DISK", disk);
    if !home.command(on_disk(&["true"])).go().status.success() {
        tools::cannot_run("no file system can be mounted");
        return None;
    }
    fs::remove_dir_all(home.path(format!("{directory}.before"))).expect("it goes");
    fs::remove_dir_all(home.path(format!("{directory}.after"))).expect("it goes");
    Some(home)
}

/// Nothing in the directory has changed, and nothing was left there.
#[track_caller]
fn as_before(home: &Home, directory: &str) {
    let all = |directory: String| {
        let mut files: Vec<_> = fs::read_dir(home.path(directory))
            .expect("a directory")
            .flatten()
            .map(|file| (file.file_name(), fs::read(file.path()).expect("a file")))
            .collect();
        files.sort();
        files
    };
    assert_eq!(all(format!("{directory}.after")), all(format!("{directory}.before")));
}

#[test]
fn r90_a_device_that_cannot_be_remembered_is_told_with_the_line_to_write() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    for (disk, why) in [("full", "No space left"), ("read-only", "Read-only file system")] {
        let Some(home) = home_on(disk, ".aws") else { return };
        fake::pass(&home, &Person { mfa_serial: "", ..ALICE }, "");
        home.write(".aws/config", CONFIG);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let mut pty = home.command(on_disk(&["aws-auth", "--profile", "work", "--token-code", &code])).captured();
        pty.expect("? [y/N] ");
        pty.settle();
        pty.line("y");
        let outcome = pty.finish();
        home.sts().delivered(&outcome);
        outcome.says(why).says(&format!("yourself: mfa_serial = {}", ALICE.mfa_serial));
        as_before(&home, ".aws");
    }
}

#[test]
fn r90_a_file_of_credentials_that_cannot_be_replaced_is_as_it_was() {
    let before = "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = kept/for/ever\n";
    // What can be known before anybody is asked, is: on a read-only disk nothing was asked of AWS.
    for (disk, there, code, calls, why) in [
        ("full", true, 31, 1, "No space left"),
        ("full", false, 31, 1, "No space left"),
        ("read-only", true, 10, 0, "Read-only file system"),
        ("read-only", false, 10, 0, "Read-only file system"),
    ] {
        let Some(home) = home_on(disk, ".aws") else { return };
        gpg::secrets_of(&home, &BOB);
        home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
        if there {
            home.write(".aws/credentials", before);
        }
        println!("{disk}, {there}");
        let outcome = home.command(on_disk(&["aws-auth", "--from", "env", "--write-profile", "temp"])).go();
        outcome.fails_saying(code, "").says(why);
        assert_eq!(outcome.err().contains("make room on the disk"), disk == "full", "{outcome:?}");
        assert_eq!(home.sts().requests().len(), calls, "{outcome:?}");
        as_before(&home, ".aws");
    }
}

#[test]
fn r90_a_disk_that_takes_no_notes_costs_nobody_the_credentials_and_another_place_is_taken() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    for disk in ["full", "read-only"] {
        let Some(home) = home_on(disk, "notes") else { return };
        fake::pass(&home, &ALICE, "");
        home.set("XDG_RUNTIME_DIR", home.path("notes"));
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome: Outcome = home.command(on_disk(&["aws-auth", "--from", "pass", "--token-code", &code])).go();
        home.sts().delivered_session(&outcome, &ALICE);
        // A full disk has room for the names of empty files, which is all that the notes need; in the place of one that is
        // read-only there is another.
        assert!(!outcome.err().contains("parallel runs cannot share"), "{disk}\n{outcome:?}");
    }
}

#[test]
fn r108_a_key_that_the_disk_has_no_room_for_is_not_kept_by_half() {
    let Some(home) = home_on("full", "store") else { return };
    gpg::secrets_of(&home, &BOB);
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    let file = home.write(
        "keys.csv",
        format!("Access key ID,Secret access key\n{},{}\n", BOB.access_key_id, BOB.secret_access_key),
    );
    let import = file.to_str().unwrap();
    let argv = ["aws-auth", "setup", "--from", "pass", "--item", "work", "--import", import, "--no-input"];
    let outcome = home.command(on_disk(&argv)).go();
    outcome.fails_saying(12, "").says("pass could not write").says("make room");
    as_before(&home, "store");
    assert!(!home.path(".aws/config").exists(), "no profile leads to what is not there");
}

#[test]
fn r108_a_profile_that_the_disk_has_no_room_for_is_told_with_that() {
    let Some(home) = home_on("full", ".aws") else { return };
    gpg::secrets_of(&home, &BOB);
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    home.write(".aws/config", CONFIG);
    let file = home.write(
        "keys.csv",
        format!("Access key ID,Secret access key\n{},{}\n", BOB.access_key_id, BOB.secret_access_key),
    );
    let import = file.to_str().unwrap();
    let argv = ["aws-auth", "setup", "--from", "pass", "--item", "new", "--import", import, "--no-input"];
    home.command(on_disk(&argv)).go().fails_saying(31, "").says("No space left").says("make room on the disk");
    as_before(&home, ".aws");
}

#[test]
fn r111_a_rotation_that_the_disk_has_no_room_for_makes_no_key() {
    let Some(home) = home_on("full", "store") else { return };
    gpg::secrets_of(&home, &BOB);
    let Some(()) = gpg::store(&home, gpg::Key::Open) else { return };
    gpg::insert(&home, "work", format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id));
    let outcome = home.command(on_disk(&["aws-auth", "rotate", "--from", "pass", "--item", "work"])).go();
    outcome.fails_saying(12, "").says("pass could not write").says("make room");
    assert_eq!(home.sts().emulator().calls("CreateAccessKey"), 0);
    as_before(&home, "store");
}
