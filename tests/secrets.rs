//! Where secrets must not be. The sweep after every run does most of it; here are the places it cannot see.

use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal};

use crate::shells::bob;
use crate::support::pty::{Pty, find};
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

/// alice at the prompt as an unprivileged user, her program where that user can run it; `None` where we are no root.
fn unprivileged<'h>(home: &'h Home, before: &str) -> Pty<'h> {
    fake::pass(home, &ALICE, role::DEV);
    let program = home.rig("program");
    {
        let _one_at_a_time = run::spawning();
        fs::copy(tools::binary(), &program).expect("a copy of the program");
    }
    let root = rustix::process::geteuid().is_root();
    if root {
        run::output(Command::new("chown").args(["-R", &format!("{NOBODY}:{NOBODY}")]).arg(home.root()));
    }
    let line = format!("{before} exec '{}' --from pass", program.display());
    let id = NOBODY.to_string();
    let mut argv: Vec<&str> = Vec::new();
    if root {
        argv.extend(["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups"]);
    }
    argv.extend(["sh", "-c", &line]);
    home.command(argv).captured()
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
fn r24_the_same_user_cannot_read_the_process_at_the_prompt() {
    if !crate::support::tools::needs_linux("only Linux keeps the same user out of our memory") {
        return;
    }
    let home = Home::with_sts();
    let mut pty = unprivileged(&home, "");
    pty.expect_prompt();
    let pid = pty.pid().as_raw_nonzero();
    for file in ["environ", "mem", "maps"] {
        let path = format!("/proc/{pid}/{file}");
        let outcome = as_the_same_user(&home, &["head", "-c", "1", &path]);
        assert!(!outcome.status.success() && outcome.stdout.is_empty(), "{path} can be read\n{outcome:?}");
    }
    // the same question about a process that does not protect itself: the test can tell
    let other = as_the_same_user(&home, &["sh", "-c", "head -c 1 /proc/$$/environ"]);
    assert_eq!(other.stdout.len(), 1, "{other:?}");
    pty.send([3]);
    pty.finish();
}

#[test]
fn r23_a_crash_leaves_no_core() {
    let pattern = fs::read_to_string("/proc/sys/kernel/core_pattern").unwrap_or_default();
    if pattern.starts_with('|') || pattern.contains('/') {
        return tools::cannot_run(&format!("core files go elsewhere here: {}", pattern.trim()));
    }
    let cores = |dir: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(dir).expect("the working directory").map(|it| it.expect("an entry").path());
        entries.filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("core"))).collect()
    };
    for signal in [Signal::ABORT, Signal::SEGV] {
        let home = Home::with_sts();
        let mut pty = unprivileged(&home, "ulimit -c unlimited;");
        pty.expect_prompt();
        // Rust's own handler takes a first SIGSEGV that no access caused for none
        for _ in 0..2 {
            let _ = rustix::process::kill_process(pty.pid(), signal);
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        let outcome = pty.finish_allowing_changed_terminal();
        assert!(outcome.signal().is_some(), "{outcome:?}");
        assert!(cores(&home.path("")).is_empty(), "a core file");
        // a process that does not protect itself leaves one: the test can tell
        let dir = home.path("");
        let other =
            as_the_same_user(&home, &["sh", "-c", "ulimit -c unlimited; sleep 60 & kill -ABRT $!; wait $!; true"]);
        if cores(&dir).is_empty() {
            tools::cannot_run(&format!("no process leaves a core file here\n{other:?}"));
        }
        for core in cores(&dir) {
            home.plant(&core);
        }
    }
}

/// How often a text is in the memory of a process. Only root may look.
fn copies_in_memory(pid: Pid, text: &str) -> usize {
    let maps = fs::read_to_string(format!("/proc/{}/maps", pid.as_raw_nonzero())).expect("the map of the memory");
    let memory = fs::File::open(format!("/proc/{}/mem", pid.as_raw_nonzero())).expect("the memory");
    let mut copies = 0;
    for line in maps.lines().filter(|line| line.contains(" rw")) {
        let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
        let from = u64::from_str_radix(from, 16).expect("a number");
        let to = u64::from_str_radix(to, 16).expect("a number");
        let mut bytes = vec![0; usize::try_from(to - from).expect("a size")];
        // a part that cannot be read is no memory of the program's
        let Ok(count) = memory.read_at(&mut bytes, from) else { continue };
        let mut rest = &bytes[..count];
        while let Some(at) = find(rest, text.as_bytes()) {
            copies += 1;
            rest = &rest[at + 1..];
        }
    }
    copies
}

#[test]
fn r26_at_the_prompt_there_is_one_copy_of_the_secret_and_no_more() {
    if !rustix::process::geteuid().is_root() {
        return tools::cannot_run("only root may read another process's memory");
    }
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let mut pty = home.run(["--from", "pass"]).captured();
    pty.expect_prompt();
    let copies = copies_in_memory(pty.pid(), ALICE.secret_access_key);
    assert!(copies <= 1, "{copies} copies of the secret key");
    assert_eq!(
        copies_in_memory(pty.pid(), "MFA code for arn:aws:iam::111122223333:mfa/alice").min(1),
        1,
        "the test can find a text"
    );
    pty.send([3]);
    pty.finish();
}

#[test]
fn r26_while_sts_answers_there_is_what_signs_and_nothing_of_the_device() {
    if !rustix::process::geteuid().is_root() {
        return tools::cannot_run("only root may read another process's memory");
    }
    let totp = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    home.secret("the device's secret", totp);
    let item = format!(
        "{}\naccess_key_id: {}\nmfa_serial: {}\notpauth://totp/AWS:alice?secret={totp}\n",
        ALICE.secret_access_key, ALICE.access_key_id, ALICE.mfa_serial
    );
    fake::Fake::new(&home, "pass").on(&["show", "--", "work"], &fake::Answer::of(item));
    home.sts().fault(Fault::Delay(std::time::Duration::from_secs(2)));
    let pty = home.run(["--from", "pass", "--item", "work"]).captured();
    // the code is one that this STS does not know; waiting for it may take until the device's next
    let started = std::time::Instant::now();
    while home.sts().with_code().is_empty() && started.elapsed() < std::time::Duration::from_secs(40) {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    // our own, and the SDK's for the signature
    let copies = copies_in_memory(pty.pid(), ALICE.secret_access_key);
    assert!((1..=2).contains(&copies), "{copies} copies of the secret key");
    for text in [totp, "12345678901234567890"] {
        assert_eq!(copies_in_memory(pty.pid(), text), 0, "the device's secret is still there");
    }
    pty.finish();
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
