//! Where secrets must not be. The sweep after every run does most of it; here are the places it cannot see.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use rustix::process::Signal;

use crate::shells::bob;
use crate::support::pty::Pty;
use crate::support::run;
use crate::support::sts::{ALICE, Fault, documented, role};
use crate::support::{Home, fake, gpg, tools};

#[test]
fn r20_r22_a_manager_gets_its_own_variables_and_none_of_the_credentials() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, role::DEV);
    let kept = [
        ("GNUPGHOME", "/g"),
        ("PASSWORD_STORE_DIR", "/p"),
        ("OP_ACCOUNT", "me"),
        ("LPASS_HOME", "/l"),
        ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/x"),
        ("DISPLAY", ":7"),
        ("SSH_AUTH_SOCK", "/s"),
    ];
    let gone = [
        ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_SECRET_ACCESS_KEY", "environment/CANARY/0123456789/abcdefghij"),
        ("AWS_SESSION_TOKEN", "environment-token-CANARY"),
        ("AWS_SECURITY_TOKEN", "environment-token-CANARY"),
        ("AWS_AUTH_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
        ("AWS_AUTH_SECRET_ACCESS_KEY", "environment/CANARY/0123456789/abcdefghij"),
        ("AWS_AUTH_SESSION_TOKEN", "environment-token-CANARY"),
    ];
    home.secret("a secret of the environment", "environment/CANARY/0123456789/abcdefghij");
    home.secret("a token of the environment", "environment-token-CANARY");
    // what the script itself has open, and what the tests were started with
    home.command(["pass", "show", "--", "aws-mfa-arn"]).go().ok();
    let usual = manager.calls().remove(0).descriptors;
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let mut run = home.run(["--from", "pass", "--token-code", &code]);
    for (name, value) in kept.iter().chain(&gone) {
        run = run.env(name, value);
    }
    run.go().ok();
    let calls = manager.calls();
    assert!(calls.len() > 1);
    for call in calls.into_iter().skip(1) {
        for (name, value) in kept {
            assert_eq!(call.var(name), Some(value), "{name}");
        }
        for (name, _) in gone {
            assert_eq!(call.var(name), None, "{name}");
        }
        assert_eq!(call.descriptors, usual, "a descriptor of ours is open in the manager");
        assert_eq!(call.var("LANGUAGE"), None);
    }
}

#[test]
fn r28_no_log_setting_brings_a_secret_out() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let mut run = home.run(["--from", "pass", "--token-code", &code]);
    for name in ["RUST_LOG", "AWS_LOG", "SMITHY_LOG"] {
        run = run.env(name, "trace");
    }
    for name in ["LOG_SENSITIVE_BODIES", "LOG_SIGNABLE_BODY", "RUST_BACKTRACE"] {
        run = run.env(name, "full").env(name, "true");
    }
    let outcome = run.go();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let code = home.sts().wrong_code(ALICE.mfa_serial);
    let run = home
        .run(["--from", "pass", "--token-code", &code])
        .env("RUST_LOG", "trace")
        .env("LOG_SENSITIVE_BODIES", "true");
    run.env("RUST_BACKTRACE", "full").go().fails(21);
}

#[test]
fn r21_r32_what_looks_like_a_key_is_never_echoed() {
    let id = "AKIAIOSFODNN7CANARYX";
    let secret = "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";
    for args in [
        vec!["--mfa", "135791"],
        vec!["135791"],
        vec![id],
        vec![secret],
        vec!["--from", id],
        vec!["--from", secret],
        vec!["--token-code", secret],
        vec!["--serial-number", secret],
        vec!["--serial-number", id],
        vec!["--role-arn", secret],
        vec!["--region", secret],
        vec!["--shell", secret],
        vec!["--format", secret],
        vec!["--role-session-name", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY7"],
        vec!["--mfa-duration-seconds", "135791"],
        vec!["--secret-access-key", secret],
        vec!["--access-key-id=AKIAIOSFODNN7CANARYX"],
        vec!["--wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY7"],
        vec!["--profile", secret],
        vec!["exec", secret],
        vec!["exec", secret, "--", "ls"],
        vec!["list", id],
        vec!["setup", "135791"],
    ] {
        let home = bob();
        println!("{args:?}");
        let outcome = home.run(&args).go();
        assert!(!outcome.status.success(), "{outcome:?}");
        outcome.does_not_say("canary").does_not_say("135791");
        home.sts().saw(&[]);
    }
}

#[test]
fn r31_a_broken_file_is_told_without_what_is_in_it() {
    let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY7";
    let rows = [
        (".aws/credentials", format!("[default\naws_secret_access_key = {secret}\n")),
        (".aws/credentials", format!("[default]\naws_secret_access_key {secret}\n")),
        (".aws/config", format!("[default]\n{secret}\n")),
        (".aws/config", format!("aws_secret_access_key = {secret}\n[default]\n")),
    ];
    for (file, text) in rows {
        let home = Home::with_sts();
        home.secret("a secret in a broken file", secret);
        home.write(file, &text);
        println!("{file}: {text:?}");
        let outcome = home.run([""; 0]).go();
        assert!(!outcome.status.success(), "{outcome:?}");
        outcome.explains();
    }
    let home = Home::with_sts();
    home.secret("a secret in a broken file", secret);
    home.write(".config/aws-auth/backends/mine.toml", format!("title = \"x\"\nsecret = \"{secret}\n"));
    home.run(["--from", "mine", "--item", "x"]).go().fails(10).says("mine.toml");
}

#[test]
fn r34_no_file_is_made_but_locks_and_marks() {
    if !tools::needs_root("only root may look into a process that keeps itself to itself") {
        return;
    }
    if tools::need("strace").is_none() {
        return;
    }
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let trace = home.rig("trace");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let mut command = Command::new("strace");
    command.args([
        "-e",
        "trace=open,openat,creat,memfd_create,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat",
        "-o",
    ]);
    command.arg(&trace).arg(tools::binary()).args(["--from", "pass", "--token-code", &code]);
    let out = run::output(command.env_clear().envs(home.env()).stdin(Stdio::null()));
    assert!(!out.is_empty());
    let text = String::from_utf8(run::read(&trace)).expect("a trace");
    let makes = |line: &&str| {
        !line.starts_with("open") || ["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|flag| line.contains(flag))
    };
    for line in text.lines().filter(|line| line.contains('(')).filter(makes) {
        let ours = line.contains("/aws-auth") || line.contains("\"/dev/null\"") || line.contains("\"/dev/tty\"");
        assert!(ours || line.starts_with("---") || line.starts_with("+++"), "a file is made: {line}");
        assert!(!line.contains("\"/tmp/aws") && !line.contains("memfd_create"), "{line}");
    }
    let home_before = home.run(["--from", "pass", "--token-code", &home.sts().fresh_code(ALICE.mfa_serial)]).go();
    home_before.ok();
}

/// The user the tests of other users' rights run as.
const NOBODY: u32 = 65534;

/// alice's run as an unprivileged user, her program where that user can run it. What it needs has to be there.
fn unprivileged<'h>(home: &'h Home, before: &str, words: &str) -> run::Run<'h> {
    let program = home.rig("program");
    run::copy_program(&program);
    let root = rustix::process::geteuid().is_root();
    if root {
        run::output(Command::new("chown").args(["-R", &format!("{NOBODY}:{NOBODY}")]).arg(home.root()));
    }
    let line = format!("{before} exec '{}' {words} --from pass", program.display());
    let id = NOBODY.to_string();
    let mut argv: Vec<&str> = Vec::new();
    if root {
        argv.extend(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
    }
    argv.extend(["sh", "-c", &line]);
    home.command(argv)
}

/// Runs a command as the same unprivileged user.
fn as_the_same_user(home: &Home, argv: &[&str]) -> crate::support::Outcome {
    let id = NOBODY.to_string();
    let mut all: Vec<&str> = Vec::new();
    if rustix::process::geteuid().is_root() {
        all.extend(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
    }
    all.extend(argv);
    home.command(all).go()
}

#[test]
fn r24_the_same_user_cannot_read_a_run_at_the_prompt_nor_a_server_that_waits() {
    if !crate::support::tools::needs_linux("only Linux keeps the same user out of our memory") {
        return;
    }
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let mut pty = unprivileged(&home, "", "serve --shell sh").pty();
    pty.expect_prompt();
    cannot_be_read(&home, &pty);
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("end this with ^C");
    cannot_be_read(&home, &pty);
    pty.send([3]);
    pty.finish();
}

fn cannot_be_read(home: &Home, pty: &Pty) {
    for file in ["environ", "mem", "maps"] {
        // Who may open it may read it; the first address holds nothing, so that it is not read here.
        let open = |pid: &str| as_the_same_user(home, &["sh", "-c", &format!("exec 3</proc/{pid}/{file}")]);
        let outcome = open(&pty.pid().as_raw_nonzero().to_string());
        assert!(!outcome.status.success(), "{file} can be read\n{outcome:?}");
        // The same question about a process that does not protect itself: the test can tell.
        open("$$").ok();
    }
}

#[test]
fn r23_a_crash_leaves_no_core() {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    if pattern.starts_with('|') || pattern.contains('/') {
        return tools::cannot_run(&format!("core files go elsewhere here: {}", pattern.trim()));
    }
    for point in ["while the manager answers", "at the prompt", "while STS answers"] {
        for signal in [Signal::ABORT, Signal::SEGV] {
            println!("{point}, {signal:?}");
            let home = Home::with_sts();
            let _ = fake::pass(&home, &ALICE, role::DEV);
            home.sts().fault_always(Fault::NeverAnswer);
            let asked = home.rig("asked");
            if point == "while the manager answers" {
                home.script("pass", &format!("#!/bin/sh\ntouch '{}'\nexec sleep 60\n", asked.display()));
            }
            let mut pty = unprivileged(&home, "ulimit -c unlimited;", "").captured();
            if point == "while the manager answers" {
                pty.until("the manager is asked", |_| asked.exists());
            } else {
                pty.expect_prompt();
            }
            if point == "while STS answers" {
                pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
                pty.until("STS is asked", |_| !home.sts().with_code().is_empty());
            }
            // Rust's own handler takes a first SIGSEGV that no access caused for none
            for _ in 0..2 {
                let _ = rustix::process::kill_process(pty.pid(), signal);
                std::thread::sleep(std::time::Duration::from_millis(50));
            }
            let outcome = pty.finish_allowing_changed_terminal();
            assert!(outcome.signal().is_some(), "{outcome:?}");
            assert!(cores(&home).is_empty(), "a core file");
            a_core_could_be_left(&home);
        }
    }
}

fn cores(home: &Home) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(home.path("")).expect("the working directory").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("core"))).collect()
}

/// A process that does not protect itself leaves one: the test can tell.
fn a_core_could_be_left(home: &Home) {
    let script = "ulimit -c unlimited; sleep 60 & kill -ABRT $!; wait $!; true";
    let other = as_the_same_user(home, &["sh", "-c", script]);
    if cores(home).is_empty() {
        tools::cannot_run(&format!("no process leaves a core file here\n{other:?}"));
    }
    for core in cores(home) {
        home.plant(&core);
    }
}

#[test]
fn r20_nothing_secret_is_in_any_argv_while_it_runs() {
    // the manager itself looks at the command lines of this session, as any user of the machine could
    let home = Home::with_sts();
    let spy = home.rig("calls/spy");
    fs::create_dir_all(&spy).expect("directory of what was seen");
    let first = format!("ps --sid $(ps -o sid= -p $$) -ww -o args= >'{}'/$$", spy.display());
    let mut manager = fake::Fake::new(&home, "pass");
    for (name, value) in documented(&ALICE, role::DEV) {
        manager = manager.on(&["show", "--", name], &fake::Answer { first: first.clone(), ..fake::Answer::of(value) });
    }
    gpg::secrets_of(&home, &ALICE);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", "-"]).input(format!("{code}\n")).go().ok();
    assert_eq!(manager.calls().len(), 4);
}
