//! Finding what a test runs against. A missing tool is reported as not run, never as passed.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The program's path, or `None` after saying that the calling test is not run.
///
/// With `CI=true` or `AWS_AUTH_TESTS_REQUIRE_ALL=1` a missing tool fails the test.
pub fn need(program: &str) -> Option<PathBuf> {
    let found = find(program);
    if found.is_none() {
        not_run(&format!("{program} is not installed; tests/setup installs it"));
    }
    found
}

/// Whether the program has what only Linux offers: `src/os/linux`, and the kernel's keyring.
pub const LINUX: bool = cfg!(all(target_os = "linux", not(aws_auth_portable)));

/// Whether the program has what only Linux offers; says that the calling test cannot run if it has not.
pub fn needs_linux(why: &str) -> bool {
    if !LINUX {
        cannot_run(why);
    }
    LINUX
}

/// Whether the tests run as root, without whom what `why` says cannot be had; says so otherwise.
#[must_use]
pub fn needs_root(why: &str) -> bool {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root {
        cannot_run(why);
    }
    is_root
}

/// Says that the calling test cannot run here, and fails it where everything has to run.
pub fn not_run(reason: &str) {
    let everything = |name: &str, value: &str| std::env::var(name).is_ok_and(|found| found == value);
    assert!(!everything("CI", "true") && !everything("AWS_AUTH_TESTS_REQUIRE_ALL", "1"), "NOT RUN: {reason}");
    cannot_run(reason);
}

/// Says that the calling test asks for what this machine is not: no installation would help, so it fails nowhere.
pub fn cannot_run(reason: &str) {
    let current = std::thread::current();
    let line = format!("NOT RUN: {}: {reason}\n", current.name().unwrap_or("?"));
    // not eprint!, which the test harness keeps to itself when a test passes
    std::io::stderr().write_all(line.as_bytes()).expect("stderr can be written");
}

/// Looks where `tests/setup` installs, then on PATH.
pub fn find(program: &str) -> Option<PathBuf> {
    let target = repository().join("target");
    let own = [target.join("tools/node_modules/.bin"), target.join("venv/bin")];
    let path = std::env::var_os("PATH").unwrap_or_default();
    own.into_iter().chain(std::env::split_paths(&path)).map(|dir| dir.join(program)).find(|file| file.is_file())
}

/// The Python that has botocore and boto3.
pub fn python() -> Option<PathBuf> {
    let python = std::env::var_os("AWS_AUTH_TEST_PYTHON")
        .map_or_else(|| repository().join("target/venv/bin/python"), |path| repository().join(path));
    let works = Command::new(&python).args(["-c", "import boto3"]).output().is_ok_and(|out| out.status.success());
    if !works {
        not_run("no Python with boto3; tests/setup installs one");
        return None;
    }
    Some(python)
}

pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program under test.
pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_aws-auth"))
}
