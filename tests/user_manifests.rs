//! Manifests of the user's own: where they are read from, what is refused, what is told about them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::support::fake::{Answer, Fake};
use crate::support::sts::BOB;
use crate::support::{Home, fake, gpg};

const MINE: &str = "title = \"mine\"\nprogram = [\"mine\"]\n[read]\nargv = [\"get\", \"{entry}\"]\nshape = \"pairs\"\n";

fn place(home: &Home) -> PathBuf {
    let place = home.path(".config/aws-auth/backends");
    fs::create_dir_all(&place).expect("the directory of manifests");
    place
}

/// A manager of the user's own, that has bob's keys.
fn mine(home: &Home) -> Fake<'_> {
    gpg::secrets_of(home, &BOB);
    let text = format!("access key id: {}\nsecret access key: {}\n", BOB.access_key_id, BOB.secret_access_key);
    Fake::new(home, "mine").on(&["get", "x"], &Answer::of(text))
}

fn use_mine(home: &Home) -> crate::support::Outcome {
    home.run(["--from", "mine", "--item", "x"]).go()
}

#[test]
fn r77_a_link_is_judged_by_what_it_leads_to() {
    for (mode, fine) in [(0o644, true), (0o666, false)] {
        let home = Home::with_sts();
        mine(&home);
        let target = home.write("dotfiles/mine.toml", MINE);
        fs::set_permissions(&target, fs::Permissions::from_mode(mode)).expect("mode of the manifest");
        symlink(&target, place(&home).join("mine.toml")).expect("a link");
        let outcome = use_mine(&home);
        if fine {
            outcome.ok()
        } else {
            outcome.fails(10).says("chmod")
        };
    }
}

#[test]
fn r79_without_a_home_the_built_in_managers_work() {
    for (home_variable, config) in
        [(None, None), (Some(""), None), (Some("relative"), Some("relative")), (Some("/nowhere"), None)]
    {
        let home = Home::with_sts();
        fake::pass(&home, &BOB, "");
        let cwd = home.path("empty");
        fs::create_dir_all(&cwd).expect("a directory");
        let mut run = home.run(["--from", "pass"]).cwd(&cwd).without("HOME").without("XDG_CONFIG_HOME");
        if let Some(value) = home_variable {
            run = run.env("HOME", value);
        }
        if let Some(value) = config {
            run = run.env("XDG_CONFIG_HOME", value);
        }
        println!("{home_variable:?} {config:?}");
        home.sts().delivered_session(&run.go(), &BOB);
        assert_eq!(fs::read_dir(&cwd).expect("the directory").count(), 0, "nothing is made in the working directory");
    }
}

#[test]
fn r80_a_manifest_in_any_state_is_read_or_told_with_its_place() {
    let deep = format!("title = \"mine\"\nx = {}1{}\n", "[".repeat(5000), "]".repeat(5000));
    let big = format!("{MINE}#{}", "x".repeat(1 << 20));
    let rows: [(&str, String, Option<&str>); 9] = [
        ("a mark and Windows' line ends", format!("\u{feff}{}", MINE.replace('\n', "\r\n")), None),
        ("an unknown key", format!("titel = \"x\"\n{MINE}"), Some("mine.toml:1:1")),
        ("a key twice", format!("title = \"x\"\n{MINE}"), Some("mine.toml:2:1")),
        ("a wrong type", MINE.replace("\"pairs\"", "5"), Some("mine.toml:5:9")),
        ("a shape nobody knows", MINE.replace("pairs", "csv"), Some("mine.toml:5:9")),
        ("nothing", String::new(), Some("title")),
        ("no TOML", "{{{{\n".to_owned(), Some("mine.toml:1:")),
        ("deep nesting", deep, Some("mine.toml")),
        ("more than a megabyte", big, Some("1 MiB")),
    ];
    for (name, text, told) in rows {
        let home = Home::with_sts();
        mine(&home);
        fs::write(place(&home).join("mine.toml"), text).expect("a manifest");
        println!("{name}");
        let outcome = use_mine(&home);
        match told {
            None => outcome.ok(),
            Some(told) => outcome.fails(10).says(told).within(Duration::from_secs(2)),
        };
    }
}

#[test]
fn r81_what_is_no_regular_file_is_refused_at_once() {
    type Make = fn(&Path);
    let make: [(&str, Make); 4] = [
        ("a FIFO", |path| assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo runs").success())),
        ("a directory", |path| fs::create_dir(path).expect("a directory")),
        ("an endless device", |path| symlink("/dev/zero", path).expect("a link")),
        ("a terminal", |path| symlink("/dev/tty", path).expect("a link")),
    ];
    for (name, make) in make {
        let home = Home::with_sts();
        mine(&home);
        make(&place(&home).join("mine.toml"));
        println!("{name}");
        use_mine(&home).fails(10).says("mine.toml").within(Duration::from_secs(2));
        let file = place(&home).join("mine.toml");
        let checked = home.run(["backends", "check", file.to_str().expect("the path is text")]).go();
        checked.fails_saying(10, "").within(Duration::from_secs(2));
    }
}

#[test]
fn r82_a_managers_name_is_never_a_path() {
    let home = Home::with_sts();
    home.write("x.toml", MINE);
    let path = home.path("x");
    for name in ["../x", "./x", path.to_str().expect("the path is text"), "a/b", "", "X", "x.toml", &"a".repeat(65)] {
        println!("{name:?}");
        home.run(["--from", name, "--item", "x"]).go().fails_with_one_of(&[2, 10]);
        home.run(["backends", "show", name]).go().fails_saying(2, "");
    }
}

#[test]
fn r84_a_manifest_that_says_so_stands_in_for_a_built_in_one() {
    let home = Home::with_sts();
    mine(&home);
    fs::write(place(&home).join("pass.toml"), format!("replaces_built_in = true\n{MINE}")).expect("a manifest");
    let outcome = home.run(["--from", "pass", "--item", "x"]).go();
    home.sts().delivered_session(&outcome, &BOB);
    let list = home.run(["backends"]).go();
    let line = list.out().lines().find(|line| line.starts_with("pass ")).expect("pass is listed");
    assert!(line.contains("mine") && line.contains("pass.toml") && !line.contains("built-in"), "{line}");
}

#[test]
fn a_broken_manifest_spoils_only_itself() {
    let home = Home::with_sts();
    fs::write(place(&home).join("broken.toml"), "title = \n").expect("a manifest");
    fake::pass(&home, &BOB, "");
    home.run(["--from", "pass"]).go().ok();
    let list = home.run(["backends"]).go();
    assert!(list.ok().out().lines().any(|line| line.starts_with("broken") && line.contains("unusable")), "{list:?}");
    assert!(list.out().lines().any(|line| line.starts_with("pass ")), "{list:?}");
}

#[test]
fn a_parameter_is_a_value_and_never_an_option() {
    let home = Home::with_sts();
    let text = format!(
        "{}[params.vault]\nhelp = \"the vault\"\n",
        MINE.replace("\"get\"", "\"get\", [\"--vault\", \"{vault}\"]")
    );
    fs::write(place(&home).join("mine.toml"), text).expect("a manifest");
    let manager = Fake::new(&home, "mine");
    for (param, code) in [("vault=-x", 10), ("vault=", 10), ("vault=a\nb", 10), ("nope=x", 10), ("vault", 2)] {
        println!("{param:?}");
        home.run(["--from", "mine", "--item", "x", "--param", param]).go().fails(code);
    }
    assert!(manager.calls().is_empty());
    home.run(["--from", "mine", "--item", "x", "--param", "vault=a b"]).go();
    assert_eq!(manager.calls()[0].args(), ["get", "--vault", "a b", "x"]);
}

#[test]
fn a12_no_text_of_a_manifest_drives_the_terminal() {
    let esc = "\\u001b]0;owned\\u0007\\u202e";
    let rows = [
        MINE.replace("\"mine\"\nprogram", &format!("\"{esc}\"\nprogram")),
        format!("install = \"{esc}\"\n{MINE}").replace("[\"mine\"]", "[\"nosuchprogram\"]"),
        format!("experimental = \"{esc}\"\n{MINE}"),
        format!("{MINE}[hints]\nother = \"{esc}\"\n"),
        format!("{MINE}[params]\nvault = {{ required = true, help = \"{esc}\" }}\n"),
        MINE.replace("[\"mine\"]", &format!("[\"{esc}\"]")),
        format!("\"{esc}\" = 1\n{MINE}"),
        // no TOML, and shown as it is written
        format!("# \u{1b}]0;owned\u{7}\u{202e}\n{MINE}"),
    ];
    for text in rows {
        let home = Home::with_sts();
        home.script("mine", "#!/bin/sh\nexit 1\n");
        let file = place(&home).join("mine.toml");
        fs::write(&file, &text).expect("a manifest");
        println!("{text}");
        let file = file.to_str().expect("the path is text");
        for args in [
            &["--from", "mine", "--item", "x"][..],
            &["backends"],
            &["backends", "show", "mine"],
            &["backends", "check", file],
            &["backends", "check", "--live", file, "--item", "x"],
        ] {
            let outcome = home.pty(args).finish();
            let driven = outcome.screen().chars().any(|c| matches!(c, '\u{1b}' | '\u{7}' | '\u{202e}'));
            assert!(!driven, "{outcome:?}");
        }
    }
}

#[test]
fn a13_r80_a_manifest_of_any_size_is_read_in_no_time() {
    let count = 900_000;
    let rows = [
        ("braces", MINE.replace("\"mine\"\nprogram", &format!("\"{}\"\nprogram", "{".repeat(count)))),
        ("an argument", MINE.replace("[\"get\",", &format!("[\"{}\",", "{".repeat(count)))),
        ("arguments", MINE.replace("[\"get\",", &format!("[{}", "\"{\",".repeat(count / 4)))),
        ("names", format!("{MINE}[names]\naccess_key_id = [{}]\n", "\"{a\",".repeat(count / 5))),
        ("rules", format!("{MINE}{}", "[[error]]\nkind = \"other\"\nstderr = \"{\"\n".repeat(count / 40))),
        ("nesting", format!("x = {}", "[".repeat(count))),
        ("tables", "[[a.b.c]]\n".repeat(count / 10)),
    ];
    for (name, text) in rows {
        let home = Home::new();
        fs::write(place(&home).join("mine.toml"), &text).expect("a manifest");
        println!("{name}");
        for args in [&["--from", "mine", "--item", "x"][..], &["backends"]] {
            home.run(args).go().within(Duration::from_secs(10));
        }
    }
}
