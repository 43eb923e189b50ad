//! Programs and manifests are taken only from where nobody else could have put them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use crate::support::run::write_executable;
use crate::support::sts::BOB;
use crate::support::{Home, fake, tools};

/// A number that no user of a test machine has.
const STRANGER: u32 = 54_321;

fn with_mode(path: &Path, mode: u32) -> PathBuf {
    fs::create_dir_all(path).expect("a directory");
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
    path.into()
}

/// A place that others could have prepared, and what is said of it.
type Place = fn(&Home) -> (PathBuf, &'static str);

/// Each makes a directory, or a way to one.
const PLACES: [(&str, Place); 7] = [
    ("a parent that everybody can write", |home| {
        let open = with_mode(&home.path("open"), 0o777);
        (with_mode(&open.join("bin"), 0o755), "everybody can write")
    }),
    ("a link into one", |home| {
        let bin = with_mode(&with_mode(&home.path("open"), 0o777).join("bin"), 0o755);
        symlink(bin, home.path("link")).expect("a link");
        (home.path("link"), "everybody can write")
    }),
    ("a way through one and out again", |home| {
        with_mode(&home.path("open"), 0o777);
        let bin = with_mode(&home.path("bin"), 0o755);
        symlink(bin, home.path("open/out")).expect("a link");
        (home.path("open/out"), "everybody can write")
    }),
    ("a way up", |home| {
        with_mode(&home.path("bin"), 0o755);
        (home.path("bin/../bin"), "`..`")
    }),
    ("the working directory by another name", |home| {
        with_mode(&home.path("bin"), 0o755);
        (PathBuf::from("/proc/self/cwd/bin"), "leads through")
    }),
    ("a link to that", |home| {
        with_mode(&home.path("bin"), 0o755);
        symlink("/proc/self/cwd/bin", home.path("link")).expect("a link");
        (home.path("link"), "leads through")
    }),
    ("where everybody puts things", |home| (with_mode(&home.path("sticky"), 0o1777), "everybody can write")),
];

/// Where a place is for us, whose working directory is another than that of the run.
fn really(home: &Home, place: &Path) -> PathBuf {
    let target = fs::read_link(place).unwrap_or_else(|_| place.to_owned());
    target.strip_prefix("/proc/self/cwd").map_or_else(|_| place.to_owned(), |rest| home.path(rest))
}

fn planted(home: &Home, place: &Path, name: &str) -> PathBuf {
    let trace = home.rig("EXECUTED");
    write_executable(&really(home, place).join(name), format!("#!/bin/sh\ntouch '{}'\nexit 1\n", trace.display()));
    trace
}

#[test]
fn r124_a9_a_program_that_others_could_have_put_there_is_passed_over_with_the_reason() {
    if !crate::support::tools::needs_linux("a part of it is about /proc") {
        return;
    }
    for (name, place) in PLACES {
        let home = Home::with_sts();
        let _ = fake::pass(&home, &BOB, "");
        let (place, why) = place(&home);
        println!("{name}: {}", place.display());
        let trace = planted(&home, &place, "pass");
        let run = |rest: &str| {
            let path = format!("{}:{rest}", place.display());
            home.run(["--from", "pass"]).env("PATH", path).go()
        };
        run("/nonexistent").fails(11).says("passed over").says(why);
        home.sts().delivered_session(&run(&format!("{}:/usr/bin:/bin", home.rig("bin").display())), &BOB);
        assert!(!trace.exists(), "the planted program ran");
    }
}

#[test]
fn r124_a9_what_a_manager_runs_is_not_taken_from_such_a_place_either() {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &BOB, "");
    let open = with_mode(&home.path("open"), 0o777);
    let trace = planted(&home, &with_mode(&open.join("bin"), 0o755), "cat");
    let path = format!("{}:{}:/usr/bin:/bin", open.join("bin").display(), home.rig("bin").display());
    home.sts().delivered_session(&home.run(["--from", "pass"]).env("PATH", path).go(), &BOB);
    assert!(!trace.exists(), "the planted program ran");
}

#[test]
fn a9_another_users_folder_beside_ones_own_is_passed_over() {
    if !tools::needs_root("only root can make another user's folder") {
        return;
    }
    let home = Home::with_sts();
    let _ = fake::pass(&home, &BOB, "");
    let sticky = with_mode(&home.path("sticky"), 0o1777);
    let theirs = with_mode(&sticky.join("theirs"), 0o755);
    let trace = planted(&home, &theirs, "pass");
    chown(&theirs, Some(STRANGER), None).expect("another owner");
    let path = format!("{}:{}:/usr/bin:/bin", theirs.display(), home.rig("bin").display());
    home.sts().delivered_session(&home.run(["--from", "pass"]).env("PATH", &path).go(), &BOB);
    assert!(!trace.exists(), "the planted program ran");
    // the same place is good once it is one's own
    chown(&theirs, Some(0), None).expect("an owner");
    home.run(["--from", "pass"]).env("PATH", &path).go().fails(12);
    assert!(trace.exists(), "one's own program was passed over");
}

#[test]
fn r124_a9_a_manifest_that_others_could_have_put_there_is_refused_with_the_reason() {
    if !crate::support::tools::needs_linux("a part of it is about /proc") {
        return;
    }
    let text = "title = \"mine\"\nprogram = [\"mine\"]\n[read]\nargv = [\"{entry}\"]\nshape = \"pairs\"\n";
    for (name, place) in PLACES {
        let home = Home::with_sts();
        let (place, why) = place(&home);
        println!("{name}: {}", place.display());
        let backends = with_mode(&really(&home, &place).join("aws-auth/backends"), 0o755);
        let trace = home.rig("EXECUTED");
        home.script("mine", &format!("#!/bin/sh\ntouch '{}'\nexit 1\n", trace.display()));
        fs::write(backends.join("mine.toml"), text).expect("a manifest");
        fs::set_permissions(backends.join("mine.toml"), fs::Permissions::from_mode(0o644)).expect("its mode");
        let run = home.run(["--from", "mine", "--item", "x"]).env("XDG_CONFIG_HOME", &place);
        // one's own directory in a place for all is one's own
        if name == "where everybody puts things" {
            run.go().fails(12);
            continue;
        }
        run.go().fails(10).says(why);
        assert!(!trace.exists(), "its program ran");
    }
}
