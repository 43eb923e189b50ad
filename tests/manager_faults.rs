//! Managers that fail, hang, lie or shout: stand-ins play what real ones do on bad days.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use crate::support::fake::{Answer, Fake};
use crate::support::run::{self, To};
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{A_SECOND, Home, fake, gpg};

const ID: &str = "aws-access-key-id";
const SECRET: &str = "aws-secret-access-key";

/// bob's manager, which answers as it should but for one entry.
fn but<'h>(home: &'h Home, entry: &str, answer: &Answer) -> Fake<'h> {
    gpg::secrets_of(home, &BOB);
    // the first row that fits is the one that answers
    let mut manager = Fake::new(home, "pass").on(&["show", "--", entry], answer);
    for (name, value) in [(ID, BOB.access_key_id), (SECRET, BOB.secret_access_key)] {
        manager = manager.on(&["show", "--", name], &Answer::of(value));
    }
    for name in ["aws-mfa-arn", "aws-iam-role-arn"] {
        let text = format!("Error: {name} is not in the password store.\n");
        manager = manager.on(&["show", "--", name], &Answer::failure(1, &text));
    }
    manager
}

/// One bad day: its name, the entry it concerns, what the manager does, how it has to end.
struct Row {
    name: &'static str,
    entry: &'static str,
    answer: Answer,
    codes: &'static [i32],
    says: &'static str,
}

fn row(name: &'static str, entry: &'static str, answer: Answer, codes: &'static [i32], says: &'static str) -> Row {
    Row { name, entry, answer, codes, says }
}

fn bad_days() -> Vec<Row> {
    let with_value = |exit| Answer { exit, ..Answer::of(BOB.secret_access_key) };
    let text = |bytes: &[u8]| Answer::of(bytes);
    vec![
        row("r51 a value and exit 1", SECRET, with_value(1), &[12], "exit"),
        row("r51 a value and exit 255", SECRET, with_value(255), &[12], "255"),
        row("r52 nothing, exit 0", SECRET, text(b""), &[13], SECRET),
        row("r52 blanks, exit 0", SECRET, text(b" \t\r\n\n"), &[13], SECRET),
        row(
            "r53 a coloured listing",
            SECRET,
            text(b"aws-secret-access-key\n\xe2\x94\x94\xe2\x94\x80\xe2\x94\x80 \x1b[01;34mold\x1b[0m\n"),
            &[13],
            SECRET,
        ),
        row("r54 an inner blank in a key id", ID, text(b"AKIA BOB227EXAMPLE02Q\n"), &[13], ID),
        row("r54 colour around a value", ID, text(b"\x1b[1mAKIABOB227EXAMPLE02Q\x1b[0m\n"), &[13], ID),
        row("r54 a bell in a secret", SECRET, text(b"CANARY\x07aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"), &[13], SECRET),
        row("r54 a delete in a secret", SECRET, text(b"CANARY\x7faaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"), &[13], SECRET),
        row("r56 not UTF-8", SECRET, text(b"CANARY\xff\xfeaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"), &[13], SECRET),
        row("r56 a NUL", SECRET, text(b"CANARY\x00aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n"), &[13], SECRET),
        row("r57 endless output", SECRET, Answer::script("exec yes CANARY"), &[12, 13], SECRET),
        row("r57 a line without an end", SECRET, Answer::script("exec cat /dev/zero"), &[12, 13], SECRET),
        row("r57 endless noise on stderr", SECRET, Answer::script("exec yes noise >&2"), &[12, 13], SECRET),
        row("r63 killed by itself", SECRET, Answer::script("kill -KILL $$"), &[12], "signal"),
        row("r63 a crash", SECRET, Answer::script("kill -SEGV $$"), &[12], "signal"),
        row("r33 an escape sequence and its secret on stderr", SECRET, noisy(), &[12], "store"),
        row("r33 a megabyte on stderr", SECRET, Answer::failure(1, &"noise ".repeat(200_000)), &[12, 13], SECRET),
    ]
}

fn noisy() -> Answer {
    let text = format!("\u{1b}]52;c;aGk=\u{7}store broken near {}\u{9b}31m\u{202e}\n", BOB.secret_access_key);
    Answer { stdout: BOB.secret_access_key.as_bytes().to_vec(), ..Answer::failure(1, &text) }
}

#[test]
fn r33_r51_to_r57_r63_a_bad_day_is_told_and_nothing_is_sent() {
    for bad in bad_days() {
        let home = Home::with_sts();
        but(&home, bad.entry, &bad.answer);
        println!("{}", bad.name);
        let outcome = home.run(["--from", "pass"]).go();
        outcome.fails_with_one_of(bad.codes).says(bad.says).does_not_say("canary").within(Duration::from_secs(5));
        assert!(outcome.err().len() < 8192 && outcome.err().lines().count() <= 6, "{outcome:?}");
        assert!(!outcome.err().contains('\u{202e}'), "{outcome:?}");
        home.sts().saw(&[]);
    }
}

#[test]
fn r54_a_mark_and_blanks_around_a_value_are_cut() {
    for text in [format!("\u{feff}{}\n", BOB.access_key_id), format!("  {}\t\r\n", BOB.access_key_id)] {
        let home = Home::with_sts();
        but(&home, ID, &Answer::of(text));
        let outcome = home.run(["--from", "pass"]).go();
        home.sts().delivered_session(&outcome, &BOB);
    }
}

/// A user's manifest that answers within a second or is given up.
fn impatient(home: &Home) {
    let text = "title = \"mine\"\nprogram = [\"mine\"]\n\n[read]\nargv = [\"get\", \"{entry}\"]\nshape = \"pairs\"\ntimeout = 1\n";
    let file = home.write(".config/aws-auth/backends/mine.toml", text);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).expect("mode of the manifest");
}

#[test]
fn r58_a_manager_that_hangs_is_given_up_and_gone() {
    for script in ["exec sleep 300", "sleep 300", "trap '' TERM; sleep 300; sleep 300"] {
        let home = Home::with_sts();
        impatient(&home);
        let pid_file = home.rig("manager.pid");
        home.script("mine", &format!("#!/bin/sh\necho $$ >'{}'\n{script}\n", pid_file.display()));
        println!("{script}");
        let outcome = home.run(["--from", "mine", "--item", "x"]).go();
        outcome.fails(12).within(Duration::from_secs(8)).says("mine");
        let pid = fs::read_to_string(&pid_file).expect("the manager's number");
        let started = Instant::now();
        while fs::read_to_string(format!("/proc/{}/cmdline", pid.trim())).is_ok_and(|text| !text.is_empty()) {
            assert!(started.elapsed() < Duration::from_secs(2), "the manager is still there: {script}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

#[test]
fn a_users_own_manager_works() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    impatient(&home);
    let text = format!("Access Key ID: {}\nsecret-access-key: {}\n", BOB.access_key_id, BOB.secret_access_key);
    let manager = Fake::new(&home, "mine").on(&["get", "my item"], &Answer::of(text));
    let outcome = home.run(["--from", "mine", "--item", "my item"]).go();
    home.sts().delivered_session(&outcome, &BOB);
    assert_eq!(manager.calls().len(), 1);
    let list = home.run(["backends"]).go();
    assert!(list.ok().out().contains("mine") && list.out().contains("mine.toml"), "{list:?}");
    assert!(list.out().contains("pass") && list.out().contains("built-in"), "{list:?}");
}

#[test]
fn r77_a_manifest_that_others_can_write_is_refused() {
    for (file, dir, fine) in [
        (0o600, 0o700, true),
        (0o644, 0o755, true),
        (0o664, 0o755, false),
        (0o666, 0o755, false),
        (0o644, 0o777, false),
    ] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        impatient(&home);
        let text = format!("access_key_id: {}\nsecret_access_key: {}\n", BOB.access_key_id, BOB.secret_access_key);
        Fake::new(&home, "mine").on(&["get", "x"], &Answer::of(text));
        let folder = home.path(".config/aws-auth/backends");
        fs::set_permissions(folder.join("mine.toml"), fs::Permissions::from_mode(file)).expect("mode of the manifest");
        fs::set_permissions(&folder, fs::Permissions::from_mode(dir)).expect("mode of the directory");
        println!("{file:o} {dir:o}");
        let outcome = home.run(["--from", "mine", "--item", "x"]).go();
        if fine {
            outcome.ok();
        } else {
            outcome.fails(10).says("chmod");
        }
    }
}

#[test]
fn r78_nothing_is_read_from_the_working_directory() {
    let home = Home::with_sts();
    let dir = home.path("project");
    for place in
        ["backends/mine.toml", "aws-auth/backends/mine.toml", ".config/aws-auth/backends/mine.toml", ".aws/config"]
    {
        home.write(
            format!("project/{place}"),
            "title = \"mine\"\nprogram = [\"sh\"]\n[read]\nargv = [\"-c\", \"{entry}\"]\nshape = \"pairs\"\n",
        );
    }
    home.run(["--from", "mine", "--item", "x"]).cwd(&dir).go().fails(2);
}

#[test]
fn r84_a_manifest_does_not_silently_replace_a_built_in_one() {
    let home = Home::with_sts();
    home.write(
        ".config/aws-auth/backends/pass.toml",
        "title = \"mine\"\nprogram = [\"mine\"]\n[read]\nargv = [\"get\", \"{entry}\"]\nshape = \"pairs\"\n",
    );
    let manager = fake::pass(&home, &BOB, "");
    let outcome = home.run(["--from", "pass"]).go();
    outcome.fails(10).says("pass.toml");
    assert!(manager.calls().is_empty());
}

#[test]
fn r59_a_daemon_that_keeps_the_pipe_is_not_waited_for() {
    let home = Home::with_sts();
    let pid_file = home.rig("daemon.pid");
    let answer =
        Answer { first: format!("sleep 60 & echo $! >'{}'", pid_file.display()), ..Answer::of(BOB.secret_access_key) };
    but(&home, SECRET, &answer);
    // what the daemon holds is the manager's pipe, not the rig's: the program's own output goes to files
    let out = home.rig("out");
    fs::write(&out, "").expect("a file for the output");
    let outcome = home.run(["--from", "pass"]).stdout(To::File(out.clone())).stderr(To::Null).go();
    let pid = fs::read_to_string(&pid_file).expect("the daemon's number");
    let pid = pid.trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a number");
    let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    outcome.ok().within(Duration::from_secs(5));
    assert!(String::from_utf8_lossy(&run::read(&out)).contains("export AWS_ACCESS_KEY_ID='"));
}

#[test]
fn r60_a_manager_that_asks_on_the_terminal_can() {
    let home = Home::with_sts();
    let answer = Answer {
        first: "printf 'Master password: ' >/dev/tty; read -r typed </dev/tty; [ \"$typed\" = sesame ] || exit 1"
            .to_owned(),
        ..Answer::of(BOB.access_key_id)
    };
    but(&home, ID, &answer);
    let mut pty = home.run(["--from", "pass"]).captured();
    pty.expect("Master password: ");
    pty.line("sesame");
    let outcome = pty.finish();
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn r60_a_manager_that_asks_on_stdin_has_the_terminal_there_and_nothing_without_one() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &BOB, "");
    let mut run = home.run(["--from", "pass"]).stdin(To::Null);
    run.stderr = To::Terminal;
    run.pty_as_set().finish().ok();
    let terminal = manager.calls()[0].stdin.clone();
    assert!(terminal.starts_with("/dev/pts/") || terminal == "/dev/tty", "{terminal}");
    assert!(
        manager.calls()[0].var("GPG_TTY").is_some_and(|tty| tty.starts_with("/dev/pts/")),
        "{:?}",
        manager.calls()[0]
    );

    let home = Home::with_sts();
    let manager = fake::pass(&home, &BOB, "");
    home.run(["--from", "pass"]).input("not for the manager\n").go().ok();
    for call in manager.calls() {
        assert_eq!(call.stdin, "/dev/null");
    }
}

#[test]
fn r50_a_manager_is_not_taken_from_a_place_that_others_can_write() {
    for place in ["", ".", "bin", "../project", "open"] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        let planted = home.rig("EXECUTED");
        let dir = home.path("project");
        let script = format!("#!/bin/sh\ntouch '{}'\n", planted.display());
        for file in ["pass", "bin/pass"] {
            run::write_executable(&dir.join(file), &script);
        }
        let open = home.path("open");
        run::write_executable(&open.join("pass"), &script);
        fs::set_permissions(&open, fs::Permissions::from_mode(0o777)).expect("mode of the directory");
        let part = if place == "open" { open.display().to_string() } else { place.to_owned() };
        fake::pass(&home, &BOB, "");
        let path = format!("{part}:{}:/usr/bin:/bin", home.rig("bin").display());
        println!("{path}");
        let outcome = home.run(["--from", "pass"]).cwd(&dir).env("PATH", path).go();
        assert!(!planted.exists(), "the planted program ran\n{outcome:?}");
        // passed by or refused, but never silently something else
        assert!(outcome.status.success() || [10, 11].contains(&outcome.code()), "{outcome:?}");
    }
}

#[test]
fn r49_a_manager_that_is_not_there_is_told_before_anything_is_asked() {
    let home = Home::with_sts();
    let path = crate::shells::path_without(&home, "pass");
    let outcome = home.run(["--from", "pass"]).env("PATH", path).pty().finish();
    assert_eq!(outcome.code(), 11, "{outcome:?}");
    outcome.says("pass").says("install").does_not_say("MFA code");
}

#[test]
fn r63_a_manager_that_cannot_be_started_is_told() {
    let rows: [(&str, &[u8], u32, &[i32]); 4] = [
        ("not executable", b"#!/bin/sh\n", 0o644, &[11]),
        ("no program at all", b"\x00\x01\x02\x03rubbish", 0o755, &[12]),
        ("an interpreter that is not there", b"#!/nonexistent/interpreter\n", 0o755, &[11, 12]),
        ("an empty file", b"", 0o755, &[12]),
    ];
    for (name, text, mode, codes) in rows {
        let home = Home::with_sts();
        let path = crate::shells::path_without(&home, "pass");
        let file = home.rig("bin/pass");
        run::write_executable(&file, text);
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).expect("mode of a program");
        println!("{name}");
        home.run(["--from", "pass"]).env("PATH", path).go().fails_with_one_of(codes).says("pass");
    }
}

#[test]
fn r61_names_are_names_and_never_options_or_commands() {
    for item in
        ["-c", "--clip", "--help", "-", "../x", "a/../../x", "a\nb", "a\u{0}b", "", "/etc/passwd", "a\u{1b}[31m"]
    {
        if item.contains('\0') {
            continue; // no argument can hold one
        }
        let home = Home::with_sts();
        let touched = home.path("touched");
        home.script("pass", &format!("#!/bin/sh\nfor last; do :; done\n[ \"$1 $2\" = 'show --' ] || [ \"$*\" = ls ] || touch '{}'\necho \"Error: $last is not in the password store.\" >&2\nexit 1\n", touched.display()));
        println!("{item:?}");
        let outcome = home.run(["--from", "pass", "--item", item]).go();
        outcome.fails_with_one_of(&[2, 10, 12, 13]);
        assert!(!touched.exists(), "{outcome:?}");
    }
    let home = Home::with_sts();
    let manager = Fake::new(&home, "pass");
    home.run(["--from", "pass", "--item", "$(touch x) `id` ; rm"]).go();
    let asked: Vec<String> = manager.calls().iter().flat_map(|call| call.args().into_iter().skip(2)).collect();
    assert!(!asked.is_empty() && asked.iter().all(|name| name.starts_with("$(touch x) `id` ; rm")), "{asked:?}");
}

#[test]
fn r62_every_entry_is_read_at_most_once_and_one_after_the_other() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code]).go().ok();
    let mut asked: Vec<String> = manager.calls().iter().map(|call| call.args().join(" ")).collect();
    let count = asked.len();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), count, "{asked:?}");
    assert_eq!(count, 4, "{asked:?}");
}

#[test]
fn what_flags_give_is_not_asked_of_the_manager() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, "");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--serial-number", ALICE.mfa_serial, "--no-role", "--token-code", &code];
    home.run(args).go().ok();
    assert_eq!(manager.calls().len(), 2, "{:?}", manager.calls().iter().map(fake::Call::args).collect::<Vec<_>>());
}

#[test]
fn r64_a_parent_that_ignores_its_children_changes_nothing() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, "");
    let outcome = home.command(["env", "--ignore-signal=CHLD", "aws-auth", "--from", "pass"]).go();
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn r80_a_broken_manifest_is_told_with_its_place() {
    let rows = [
        ("an unknown key", "title = \"x\"\nprogramme = [\"x\"]\n"),
        ("a wrong type", "title = \"x\"\nprogram = 1\n"),
        ("no TOML", "this is a letter to my aunt\n"),
        ("an empty file", ""),
        (
            "a value as an argument",
            "title = \"x\"\nprogram = [\"x\"]\n[read]\nargv = [\"{value}\"]\nshape = \"line\"\n",
        ),
        (
            "an unknown placeholder",
            "title = \"x\"\nprogram = [\"x\"]\n[read]\nargv = [\"{nosuch}\", \"{entry}\"]\nshape = \"pairs\"\n",
        ),
        ("a key twice", "title = \"x\"\ntitle = \"y\"\n"),
    ];
    for (name, text) in rows {
        let home = Home::with_sts();
        home.write(".config/aws-auth/backends/mine.toml", text);
        println!("{name}");
        home.run(["--from", "mine", "--item", "x"]).go().fails(10).says("mine.toml").within(A_SECOND);
    }
    let home = Home::with_sts();
    home.write(".config/aws-auth/backends/mine.toml", "#".repeat((1 << 20) + 1));
    home.run(["--from", "mine", "--item", "x"]).go().fails(10).within(A_SECOND);
}

#[test]
fn r81_a_manifest_that_is_no_file_is_refused_at_once() {
    for kind in ["directory", "fifo", "device"] {
        let home = Home::with_sts();
        let dir = home.path(".config/aws-auth/backends");
        fs::create_dir_all(&dir).expect("directory of manifests");
        let file = dir.join("mine.toml");
        match kind {
            "directory" => fs::create_dir(&file).expect("a directory"),
            "fifo" => drop(run::output(std::process::Command::new("mkfifo").arg(&file))),
            _ => std::os::unix::fs::symlink("/dev/zero", &file).expect("a link to a device"),
        }
        home.plant(&file);
        println!("{kind}");
        home.run(["--from", "mine", "--item", "x"]).go().fails(10).within(A_SECOND);
    }
}

#[test]
fn r79_a_strange_home_does_not_matter_to_the_built_in_managers() {
    for (name, value) in [
        ("HOME", None),
        ("HOME", Some("")),
        ("HOME", Some("relative")),
        ("HOME", Some("/proc/none")),
        ("XDG_CONFIG_HOME", Some("relative")),
        ("XDG_CONFIG_HOME", None),
    ] {
        let home = Home::with_sts();
        fake::pass(&home, &BOB, "");
        let dir = home.path("project");
        fs::create_dir(&dir).expect("a directory");
        let run = home.run(["--from", "pass"]).cwd(&dir);
        let outcome = match value {
            Some(value) => run.env(name, value).go(),
            None => run.without(name).go(),
        };
        println!("{name} {value:?}");
        home.sts().delivered_session(&outcome, &BOB);
        assert_eq!(
            fs::read_dir(&dir).expect("the directory").count(),
            0,
            "something was left in the working directory"
        );
    }
}

#[test]
fn a7_what_a_manager_repeats_is_hidden_in_no_time_whatever_it_says() {
    // the mark itself, each word a part of the next, and words that touch
    for unit in ["hidden ", "[hidden] ", "aaaaaaa", "secret-secret "] {
        let home = Home::with_sts();
        let text = unit.repeat(60_000 / unit.len());
        but(&home, SECRET, &Answer { stdout: text.clone().into(), ..Answer::failure(1, &text) });
        println!("{unit}");
        let outcome = home.run(["--from", "pass"]).go();
        outcome.fails(12).within(Duration::from_secs(10));
    }
}

#[test]
fn r33_neither_a_part_of_a_secret_nor_its_digits_in_another_encoding_are_told() {
    let secret = BOB.secret_access_key;
    let base64 = String::from_utf8(run::output(
        std::process::Command::new("sh").args(["-c", &format!("printf ':{secret}' | base64 -w0")]),
    ))
    .expect("base64 is text");
    let hex = aws_auth::text::hex(secret.as_bytes());
    for (what, told) in [
        ("the beginning", &secret[..12]),
        ("the middle", &secret[9..21]),
        ("the end", &secret[28..]),
        ("base64", base64.as_str()),
        ("hexadecimal digits", hex.as_str()),
    ] {
        let home = Home::with_sts();
        let answer = Answer { stdout: secret.into(), ..Answer::failure(1, &format!("store broken near '{told}'\n")) };
        but(&home, SECRET, &answer);
        let outcome = home.run(["--from", "pass"]).go();
        println!("{what}: {}", outcome.err());
        outcome.fails(12).says("store broken near '").says("[hidden]").does_not_say(&told[..6]);
        outcome.does_not_say(&told[told.len() - 6..]);
    }
}
