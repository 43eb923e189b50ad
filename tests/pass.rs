//! `--from pass`: the real pass, the real `GnuPG`, throw-away keys.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal};

use crate::support::gpg::{self, Key, Pinentry};
use crate::support::run::Run;
use crate::support::sts::{ALICE, BOB, DAVE, Person, role};
use crate::support::{Home, Outcome, fake, tools};

/// A person with an empty store and an STS; `None` where pass is not installed.
fn user(key: Key, person: &Person) -> Option<Home> {
    let home = Home::with_sts();
    gpg::store(&home, key)?;
    gpg::secrets_of(&home, person);
    Some(home)
}

/// Runs it on a terminal, stdout captured: somebody is there who could be asked.
fn attended(run: Run) -> Outcome {
    run.captured().finish()
}

/// One entry of `name: value` lines, line 1 the secret key.
fn one_entry(person: &Person, role: &str) -> String {
    let Person { secret_access_key, access_key_id, mfa_serial, .. } = person;
    format!("{secret_access_key}\naccess_key_id: {access_key_id}\nmfa_serial: {mfa_serial}\nrole_arn: {role}\n")
}

#[test]
fn the_documented_entries_are_all_it_takes() {
    let Some(home) = user(Key::Open, &ALICE) else { return };
    gpg::insert_documented(&home, "", &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "pass", "--token-code", &code]).go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    outcome.quiet();
}

#[test]
fn an_item_is_a_folder_of_entries_or_one_entry() {
    for one in [true, false] {
        let Some(home) = user(Key::Open, &ALICE) else { return };
        if one {
            gpg::insert(&home, "clients/work", one_entry(&ALICE, role::DEV));
        } else {
            gpg::insert_documented(&home, "clients/work/", &ALICE, role::DEV);
        }
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(["--from", "pass", "--item", "clients/work", "--token-code", &code]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn c16_a_folder_is_known_with_a_slash_behind_its_name_and_by_a_link() {
    for (layout, name) in [("work", "work/"), ("work", "work//"), ("linked", "linked"), ("linked", "linked/")] {
        let Some(home) = user(Key::Open, &BOB) else { return };
        gpg::insert_documented(&home, "work/", &BOB, role::PLAIN);
        if layout == "linked" {
            std::os::unix::fs::symlink("work", home.path("store/linked")).expect("a link");
        }
        println!("{name}");
        let outcome = home.run(["--from", "pass", "--item", name]).go();
        home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
    }
    let Some(home) = user(Key::Open, &BOB) else { return };
    home.run(["--from", "pass", "--item", "/"]).go().fails(10).says("cannot be used");
}

#[test]
fn an_entry_is_read_however_people_write_it() {
    let Person { secret_access_key: secret, access_key_id: id, mfa_serial: serial, .. } = ALICE;
    let dev = role::DEV;
    let rows = [
        format!("{secret}\nAccess Key ID: {id}\nMFA Serial: {serial}\nRole ARN: {dev}\n"),
        format!("{secret}\naws_access_key_id: {id}\naws_mfa_serial: {serial}\naws_role_arn: {dev}\n"),
        format!("{secret}\naws-access-key-id: {id}\naws-mfa-arn: {serial}\naws-iam-role-arn: {dev}\n"),
        format!("{secret}\r\naccess_key_id: {id}\r\nmfa_serial: {serial}\r\nrole_arn: {dev}\r\n"),
        format!("{secret}\n\nsome words about it\naccess-key-id:{id}\nmfa-serial:   {serial}  \nrole-arn: {dev}"),
        format!(
            "{secret}\nurl: https://console.aws.amazon.com/\naccess_key_id: {id}\nmfa_serial: {serial}\nrole_arn: {dev}\n"
        ),
    ];
    for text in rows {
        let Some(home) = user(Key::Open, &ALICE) else { return };
        gpg::insert(&home, "work", &text);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        println!("{text:?}");
        let outcome = home.run(["--from", "pass", "--item", "work", "--token-code", &code]).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn r54_r55_an_entry_of_one_value_may_end_and_go_on_as_it_likes() {
    for around in ["\n", "\r\n", "", "\n\n", "\nremembered by: alice\n", "  \n"] {
        let Some(home) = user(Key::Open, &BOB) else { return };
        gpg::insert(&home, "aws-access-key-id", format!("{}{around}", BOB.access_key_id));
        gpg::insert(&home, "aws-secret-access-key", format!("{}{around}", BOB.secret_access_key));
        println!("{around:?}");
        let outcome = home.run(["--from", "pass"]).go();
        home.sts().delivered_session(&outcome, &BOB);
    }
}

#[test]
fn without_an_mfa_entry_no_code_is_asked_for() {
    let Some(home) = user(Key::Open, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    let outcome = home.run(["--from", "pass"]).go();
    let request = home.sts().delivered_session(&outcome, &BOB);
    assert_eq!(request.param("SerialNumber"), None);
    assert_eq!(request.param("DurationSeconds"), Some("43200"));
}

#[test]
fn without_a_role_entry_it_stops_at_the_mfa_session() {
    let Some(home) = user(Key::Open, &ALICE) else { return };
    gpg::insert_documented(&home, "", &ALICE, "");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "pass", "--token-code", &code]).go();
    let request = home.sts().delivered_session(&outcome, &ALICE);
    assert_eq!(request.param("TokenCode"), Some(code.as_str()));
}

#[test]
fn no_role_stops_at_the_mfa_session_too() {
    let Some(home) = user(Key::Open, &ALICE) else { return };
    gpg::insert_documented(&home, "", &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let outcome = home.run(["--from", "pass", "--no-role", "--token-code", &code]).go();
    home.sts().delivered_session(&outcome, &ALICE);
}

#[test]
fn a_role_without_mfa_needs_no_code() {
    let Some(home) = user(Key::Open, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, role::PLAIN);
    let outcome = home.run(["--from", "pass"]).go();
    home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
    assert!(home.sts().with_code().is_empty());
}

#[test]
fn a_hardware_device_is_named_by_its_number() {
    let Some(home) = user(Key::Open, &DAVE) else { return };
    gpg::insert_documented(&home, "", &DAVE, "");
    let code = home.sts().fresh_code(DAVE.mfa_serial);
    let outcome = home.run(["--from", "pass", "--token-code", &code]).go();
    home.sts().delivered_session(&outcome, &DAVE);
}

#[test]
fn what_a_flag_gives_is_not_asked_of_the_store() {
    let Some(home) = user(Key::Open, &ALICE) else { return };
    gpg::insert_documented(&home, "", &ALICE, "");
    // a damaged entry that nobody needs
    fs::write(gpg::file(&home, "aws-mfa-arn"), b"rubbish").expect("the entry");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--serial-number", ALICE.mfa_serial, "--role-arn", role::DEV, "--token-code", &code];
    home.sts().delivered_role(&home.run(args).go(), &ALICE, role::DEV);
}

#[test]
fn a_code_is_computed_from_an_otpauth_line() {
    let Some(home) = user(Key::Open, &ALICE) else { return };
    let otp = format!("otpauth://totp/aws:alice?secret={}&issuer=aws\n", ALICE.totp_secret);
    gpg::insert(&home, "work", one_entry(&ALICE, role::DEV) + &otp);
    let outcome = home.run(["--from", "pass", "--item", "work"]).go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
}

/// What is wrong with a store of bob's, and how that has to end.
struct Broken {
    name: &'static str,
    args: &'static [&'static str],
    codes: &'static [i32],
    says: &'static str,
    breaks: fn(&Home),
}

const BROKEN: &[Broken] = &[
    Broken { name: "no such entry", args: &["--item", "nosuch"], codes: &[13], says: "nosuch", breaks: |_| {} },
    Broken {
        name: "an entry is missing",
        args: &[],
        codes: &[13],
        says: "aws-secret-access-key",
        breaks: |home| fs::remove_file(gpg::file(home, "aws-secret-access-key")).expect("the entry"),
    },
    Broken {
        name: "the key id is missing",
        args: &[],
        codes: &[13],
        says: "aws-access-key-id",
        breaks: |home| fs::remove_file(gpg::file(home, "aws-access-key-id")).expect("the entry"),
    },
    Broken {
        name: "an entry has become a folder",
        args: &[],
        codes: &[13],
        says: "aws-secret-access-key",
        breaks: |home| {
            fs::remove_file(gpg::file(home, "aws-secret-access-key")).expect("the entry");
            gpg::insert(home, "aws-secret-access-key/old", "x");
        },
    },
    Broken {
        name: "a folder with nothing of ours in it",
        args: &["--item", "letters"],
        codes: &[13],
        says: "letters",
        breaks: |home| gpg::insert(home, "letters/aunt", "x"),
    },
    Broken {
        name: "an empty entry",
        args: &[],
        codes: &[13],
        says: "aws-secret-access-key",
        breaks: |home| gpg::insert(home, "aws-secret-access-key", ""),
    },
    Broken {
        name: "an entry of blanks",
        args: &[],
        codes: &[13],
        says: "aws-secret-access-key",
        breaks: |home| gpg::insert(home, "aws-secret-access-key", "  \n\n"),
    },
    Broken {
        name: "a truncated file",
        args: &[],
        codes: &[12, 13],
        says: "aws-secret-access-key",
        breaks: |home| {
            let file = gpg::file(home, "aws-secret-access-key");
            let bytes = fs::read(&file).expect("the entry");
            fs::write(&file, &bytes[..bytes.len() / 2]).expect("half an entry");
        },
    },
    Broken {
        name: "a file of no bytes",
        args: &[],
        codes: &[12, 13],
        says: "aws-secret-access-key",
        breaks: |home| fs::write(gpg::file(home, "aws-secret-access-key"), b"").expect("the entry"),
    },
    Broken {
        name: "a file that is no message",
        args: &[],
        codes: &[12],
        says: "aws-secret-access-key",
        breaks: |home| fs::write(gpg::file(home, "aws-secret-access-key"), b"hello\n").expect("the entry"),
    },
    Broken {
        name: "key and secret in each other's place",
        args: &[],
        codes: &[13],
        says: "aws-secret-access-key",
        breaks: |home| gpg::insert(home, "aws-secret-access-key", "two words"),
    },
    Broken {
        name: "temporary keys in the store",
        args: &[],
        codes: &[10, 13],
        says: "temporary",
        breaks: |home| gpg::insert(home, "aws-access-key-id", "ASIAIOSFODNN7EXAMPLE"),
    },
    Broken {
        name: "a serial that is none",
        args: &[],
        codes: &[13],
        says: "aws-mfa-arn",
        breaks: |home| gpg::insert(home, "aws-mfa-arn", "my phone"),
    },
    Broken {
        name: "a role that is none",
        args: &[],
        codes: &[13],
        says: "aws-iam-role-arn",
        breaks: |home| gpg::insert(home, "aws-iam-role-arn", "admin"),
    },
    Broken {
        name: "one entry without the key id",
        args: &["--item", "work"],
        codes: &[13],
        says: "work",
        breaks: |home| {
            gpg::insert(home, "work", "not+a+real+secret+but+forty+characters++\nmfa_serial: GAHT12345678\n");
        },
    },
    Broken {
        name: "the secret key of the store is not on this machine",
        args: &[],
        codes: &[12],
        says: "key",
        breaks: gpg::forget_secret_key,
    },
    Broken {
        name: "no store at all",
        args: &[],
        codes: &[13],
        says: "aws-access-key-id",
        breaks: |home| home.set("PASSWORD_STORE_DIR", home.path("nowhere")),
    },
];

#[test]
fn r52_r53_a_broken_store_is_told_and_nothing_is_sent() {
    for broken in BROKEN {
        let Some(home) = user(Key::Open, &BOB) else { return };
        gpg::insert_documented(&home, "", &BOB, "");
        (broken.breaks)(&home);
        println!("{}", broken.name);
        let outcome = home.run(["--from", "pass"]).args(broken.args).go();
        outcome.fails_with_one_of(broken.codes).says(broken.says);
        home.sts().saw(&[]);
    }
}

#[test]
fn translated_messages_change_nothing() {
    for (language, lc_all) in [("de", "C.UTF-8"), ("de:fr", "de_DE.UTF-8"), ("", "C")] {
        for broken in
            BROKEN.iter().filter(|broken| broken.name.starts_with("the secret key") || broken.name == "no such entry")
        {
            let Some(home) = user(Key::Open, &BOB) else { return };
            gpg::insert_documented(&home, "", &BOB, "");
            (broken.breaks)(&home);
            let run = home.run(["--from", "pass"]).args(broken.args);
            run.env("LANGUAGE", language).env("LC_ALL", lc_all).go().fails_with_one_of(broken.codes);
        }
    }
}

#[test]
fn a_locked_key_is_asked_for_once() {
    for mode in [Pinentry::Right, Pinentry::Slow(2)] {
        let Some(home) = user(Key::Locked, &ALICE) else { return };
        gpg::insert_documented(&home, "", &ALICE, role::DEV);
        gpg::pinentry(&home, mode);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = attended(home.run(["--from", "pass", "--token-code", &code]));
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!(gpg::asked(&home), 1, "{mode:?}");
    }
}

#[test]
fn a_locked_key_that_is_not_opened_is_told_and_not_asked_for_again() {
    // gpg-agent itself asks three times after a wrong passphrase
    for (mode, codes, asked) in
        [(Pinentry::Wrong, &[14, 15][..], 3), (Pinentry::Cancel, &[15], 1), (Pinentry::Absent, &[12], 0)]
    {
        for language in ["", "de"] {
            let Some(home) = user(Key::Locked, &ALICE) else { return };
            gpg::insert_documented(&home, "", &ALICE, role::DEV);
            gpg::pinentry(&home, mode);
            println!("{mode:?} {language:?}");
            attended(home.run(["--from", "pass"]).env("LANGUAGE", language)).fails_with_one_of(codes);
            assert_eq!(gpg::asked(&home), asked, "{mode:?}");
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn no_input_never_opens_a_dialog() {
    let Some(home) = user(Key::Locked, &ALICE) else { return };
    gpg::insert_documented(&home, "", &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--no-input", "--token-code", &code];
    home.run(args).go().fails(14);
    assert_eq!(gpg::asked(&home), 0);
    home.sts().saw(&[]);
}

#[test]
fn a_graphical_pinentry_needs_no_terminal() {
    // an editor or a desktop that runs us has a display and no terminal; pass itself would ask there
    let Some(home) = user(Key::Locked, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    let outcome = home.run(["--from", "pass"]).env("DISPLAY", ":7").env("WAYLAND_DISPLAY", "wayland-7").go();
    home.sts().delivered_session(&outcome, &BOB);
    assert_eq!(gpg::asked(&home), 1);
}

#[test]
fn no_input_works_while_the_key_is_open() {
    let Some(home) = user(Key::Locked, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    attended(home.run(["--from", "pass"])).ok();
    home.run(["--from", "pass", "--no-input"]).go().ok();
    assert_eq!(gpg::asked(&home), 1);
}

#[test]
fn a_pinentry_on_the_terminal_and_then_our_prompt_on_the_same_one() {
    for pinentry in ["pinentry-tty", "pinentry-curses"] {
        if tools::need(pinentry).is_none() {
            return;
        }
        for redirected in [false, true] {
            let Some(home) = user(Key::Locked, &ALICE) else { return };
            gpg::insert_documented(&home, "", &ALICE, role::DEV);
            gpg::pinentry(&home, Pinentry::Real(pinentry));
            home.set("TERM", "xterm");
            let run = home.run(["--from", "pass"]).env("LC_ALL", "C.UTF-8");
            // as in eval "$(aws-auth …)" inside a script whose stdin and stderr lead elsewhere
            let mut pty = if redirected { run.pty_as_set() } else { run.pty() };
            pty.expect("lice");
            pty.until("the pinentry hides what is typed", |pty| !pty.echoes());
            pty.settle();
            pty.line(gpg::PASSPHRASE);
            pty.expect_prompt();
            pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
            if !redirected {
                home.show_sessions();
            }
            let outcome = pty.finish();
            outcome.ok();
            assert_eq!(home.sts().with_code().len(), 1, "{pinentry}");
            if redirected {
                home.sts().delivered_role(&outcome, &ALICE, role::DEV);
            }
        }
    }
}

#[test]
fn a14_no_pinentry_stays_on_the_terminal_when_a_run_ends() {
    if !crate::support::tools::needs_linux("only Linux tells which programs have our terminal open") {
        return;
    }
    for pinentry in ["pinentry-tty", "pinentry-curses"] {
        if tools::need(pinentry).is_none() {
            return;
        }
        // typed, sent to us alone, and to the manager alone
        for how in ["^C", "TERM", "HUP", "manager"] {
            let Some(home) = user(Key::Locked, &ALICE) else { return };
            gpg::insert_documented(&home, "", &ALICE, role::DEV);
            gpg::pinentry(&home, Pinentry::Real(pinentry));
            home.set("TERM", "xterm");
            println!("{pinentry} {how}");
            let mut pty = home.run(["--from", "pass"]).env("LC_ALL", "C.UTF-8").captured();
            pty.expect("lice");
            pty.until("the pinentry hides what is typed", |pty| !pty.echoes());
            pty.settle();
            let device = pty.device();
            assert_eq!(have_open(&device, pinentry), 1, "the test sees it");
            match how {
                "^C" => drop(pty.send([3])),
                "TERM" => pty.signal(Signal::TERM),
                "HUP" => pty.signal(Signal::HUP),
                _ => signal_child(pty.pid(), Signal::TERM),
            }
            let outcome = pty.finish_within(Duration::from_secs(5));
            assert!(!outcome.status.success(), "{outcome:?}");
            assert_eq!(have_open(&device, pinentry), 0, "{outcome:?}");
            let screen = String::from_utf8_lossy(&outcome.tty).into_owned();
            assert!(screen.rfind("\x1b[?1049l") >= screen.rfind("\x1b[?1049h"), "{screen:?}");
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn a14_after_an_interrupted_pinentry_the_shell_gets_what_is_typed() {
    if !tools::needs_linux("only Linux tells which programs have our terminal open") {
        return;
    }
    if tools::need("pinentry-curses").is_none() {
        return;
    }
    let Some(home) = user(Key::Locked, &ALICE) else { return };
    gpg::insert_documented(&home, "", &ALICE, role::DEV);
    gpg::pinentry(&home, Pinentry::Real("pinentry-curses"));
    home.set("TERM", "xterm");
    home.set("PS1", "ready> ");
    let mut pty = home.command(["bash", "--norc", "--noprofile", "-i"]).env("LC_ALL", "C.UTF-8").pty();
    pty.expect("ready> ");
    pty.line("eval \"$(aws-auth --from pass)\"");
    pty.expect("lice");
    pty.settle();
    pty.send([3]);
    pty.expect("ready> ");
    // half of the keys would go to the pinentry
    for number in 1..=20 {
        pty.line(&format!("echo line''{number}"));
        pty.expect(&format!("line{number}"));
    }
    pty.line("exit");
    pty.finish_within(Duration::from_secs(10));
}

/// How many processes of this name have a terminal open.
fn have_open(device: &Path, name: &str) -> usize {
    let processes = fs::read_dir("/proc").expect("/proc").flatten();
    let named = processes.filter(|it| {
        let line = fs::read(it.path().join("cmdline")).unwrap_or_default();
        line.split(|byte| *byte == 0).next().is_some_and(|first| first.ends_with(name.as_bytes()))
    });
    let opened = |it: &fs::DirEntry| {
        let files = fs::read_dir(it.path().join("fd")).into_iter().flatten().flatten();
        files.filter_map(|file| fs::read_link(file.path()).ok()).any(|file| file == device)
    };
    named.filter(opened).count()
}

/// Sends a signal to the child of a process.
fn signal_child(parent: Pid, signal: Signal) {
    let line = format!("PPid:\t{}\n", parent.as_raw_nonzero());
    let numbers = fs::read_dir("/proc").expect("/proc").flatten().filter_map(|it| it.file_name().into_string().ok());
    let of_parent = |pid: &String| fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|it| it.contains(&line));
    let found: Vec<_> = numbers.filter(|name| name.parse::<u32>().is_ok()).filter(of_parent).collect();
    assert_eq!(found.len(), 1, "the manager alone: {found:?}");
    let pid = Pid::from_raw(found[0].parse().expect("a number")).expect("a number");
    rustix::process::kill_process(pid, signal).expect("it can be signalled");
}

#[test]
fn the_users_own_settings_of_pass_are_kept() {
    let Some(home) = user(Key::Open, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    let moved = home.path("elsewhere");
    fs::rename(home.path("store"), &moved).expect("the store");
    // the keyring is named by the options alone, and the store by its variable
    let options = format!("--homedir {}", home.path("gnupg").display());
    let run = home.run(["--from", "pass"]).without("GNUPGHOME").env("PASSWORD_STORE_GPG_OPTS", options);
    let outcome = run.env("PASSWORD_STORE_DIR", moved).go();
    home.sts().delivered_session(&outcome, &BOB);
}

#[test]
fn r22_what_is_appended_for_gpg_comes_after_the_users_own() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &BOB, "");
    home.run(["--from", "pass"]).env("PASSWORD_STORE_GPG_OPTS", "--one --two").go().ok();
    for call in manager.calls() {
        let options = call.var("PASSWORD_STORE_GPG_OPTS").expect("the options").to_owned();
        assert!(options.starts_with("--one --two ") && options.contains("--status-fd 2"), "{options}");
    }
}

#[test]
fn names_may_hold_blanks_and_letters_of_any_language() {
    for item in ["my company/aws dev", "Büro/größe", "日本", "a'b\"c", "$(touch x)", "a;b", "a*"] {
        let Some(home) = user(Key::Open, &BOB) else { return };
        gpg::insert_documented(&home, &format!("{item}/"), &BOB, "");
        let outcome = home.run(["--from", "pass", "--item", item]).go();
        home.sts().delivered_session(&outcome, &BOB);
        let outcome = home.run(["--from", "pass", "--item", item]).env("LC_ALL", "C").go();
        outcome.ok();
        assert!(!home.path("x").exists(), "{item}");
    }
}

#[test]
fn the_store_and_the_home_are_left_as_they_were() {
    let Some(home) = user(Key::Open, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    let names = |dir: &OsStr| {
        let mut names: Vec<_> =
            fs::read_dir(home.path(dir)).expect("a directory").map(|it| it.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    let before = (names("".as_ref()), names("store".as_ref()));
    home.run(["--from", "pass"]).go().ok().within(Duration::from_secs(10));
    assert_eq!(before, (names("".as_ref()), names("store".as_ref())));
    assert_eq!(fs::read_dir(home.root().join("tmp")).expect("the temporary directory").count(), 0);
}

#[test]
fn c13_a_machine_without_a_pinentry_is_told_what_to_install() {
    let Some(home) = user(Key::Locked, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    gpg::pinentry(&home, Pinentry::Absent);
    let outcome = attended(home.run(["--from", "pass"]));
    assert_eq!(outcome.code(), 12, "{outcome:?}");
    outcome.says("No pinentry").says("apt install pinentry");
    // where nothing may be asked it is not the pinentry that is missing
    home.run(["--from", "pass", "--no-input"]).go().fails(14);
}

#[test]
fn c3_a_forwarded_agent_is_asked_again_as_it_must_be() {
    let Some(home) = user(Key::Open, &BOB) else { return };
    gpg::insert_documented(&home, "", &BOB, "");
    let (here, there) = (home.path("gnupg"), home.path("gnupg2"));
    fs::create_dir(&there).expect("the other machine's directory");
    fs::set_permissions(&there, std::os::unix::fs::PermissionsExt::from_mode(0o700)).expect("its mode");
    for file in ["pubring.kbx", "trustdb.gpg"] {
        let _ = fs::copy(here.join(file), there.join(file));
    }
    fs::write(there.join("gpg.conf"), "no-autostart\n").expect("its configuration");
    let asked = |gnupg: &std::path::Path, what: &[&str]| {
        let mut command = std::process::Command::new(what[0]);
        let out = crate::support::run::output(command.args(&what[1..]).env("GNUPGHOME", gnupg));
        String::from_utf8(out).expect("text").trim().to_owned()
    };
    asked(&here, &["gpg-connect-agent", "/bye"]);
    let extra = asked(&here, &["gpgconf", "--list-dirs", "agent-extra-socket"]);
    let socket = asked(&there, &["gpgconf", "--list-dirs", "agent-socket"]);
    let run = |args: &[&str]| home.run(["--from", "pass"]).args(args).env("GNUPGHOME", &there);
    run(&[]).go().fails(12).says("gpgconf --launch gpg-agent");
    std::os::unix::fs::symlink(extra, socket).expect("the forwarded socket");
    home.sts().delivered_session(&run(&[]).go(), &BOB);
    run(&["--no-input"]).go().fails(14).says("forwarded gpg-agent");
}
