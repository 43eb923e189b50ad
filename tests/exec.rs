//! `aws-auth exec`: what the command gets, and what of us is left.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStringExt as _;

use rustix::process::Signal;

use crate::shells::bob;
use crate::support::sts::{ALICE, role};
use crate::support::{Home, Outcome, fake, tools};

/// bob runs a command with a session of his.
fn exec(home: &Home, command: &[&str]) -> Outcome {
    home.run(["exec", "--from", "env", "--"]).args(command).go()
}

/// What `env -0` printed.
fn environment(outcome: &Outcome) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut found = BTreeMap::new();
    for pair in outcome.ok().stdout.split(|byte| *byte == 0).filter(|pair| !pair.is_empty()) {
        let at = pair.iter().position(|byte| *byte == b'=').expect("a name and a value");
        let twice = found.insert(pair[..at].to_vec(), pair[at + 1..].to_vec());
        assert!(twice.is_none(), "{} is there twice\n{outcome:?}", String::from_utf8_lossy(pair));
    }
    found
}

#[test]
fn r93_every_exit_code_is_the_commands_own() {
    let home = bob();
    for code in 0..=255 {
        let outcome = exec(&home, &["sh", "-c", &format!("exit {code}")]);
        assert_eq!((outcome.code(), outcome.out()), (code, ""), "{outcome:?}");
        outcome.quiet();
    }
}

#[test]
fn r93_every_death_by_a_signal_is_the_commands_own() {
    for signal in [Signal::HUP, Signal::INT, Signal::QUIT, Signal::KILL, Signal::SEGV, Signal::PIPE, Signal::TERM] {
        let outcome = exec(&bob(), &["sh", "-c", &format!("ulimit -c 0; kill -{} $$", signal.as_raw())]);
        assert_eq!(outcome.signal(), Some(signal.as_raw()), "{outcome:?}");
    }
}

#[test]
fn r93_the_command_is_in_our_place() {
    let home = bob();
    let script = "echo $$; exec aws-auth exec --from env -- sh -c 'echo $$'";
    let outcome = home.command(["sh", "-c", script]).go();
    let pids: Vec<&str> = outcome.ok().out().lines().collect();
    assert!(pids.len() == 2 && pids[0] == pids[1], "{outcome:?}");
}

#[test]
fn r93_a_command_that_is_not_there_is_known_before_anybody_is_asked() {
    let home = Home::with_sts();
    let manager = fake::pass(&home, &ALICE, role::DEV);
    home.write("data", "no program\n");
    let data = home.path("data").display().to_string();
    let under = format!("{data}/x");
    for (command, code) in [
        ("no-such-command", 127),
        ("/no/such/command", 127),
        ("./no-such-command", 127),
        (under.as_str(), 127),
        ("", 127),
        (data.as_str(), 126),
        ("./data", 126),
        ("/usr", 126),
    ] {
        let outcome = home.run(["exec", "--from", "pass", "--", command]).go();
        outcome.fails_saying(code, "");
    }
    home.sts().saw(&[]);
    assert!(manager.calls().is_empty());
}

#[test]
fn r93_a_command_is_found_as_a_shell_finds_it() {
    let home = bob();
    home.script("mine", "#!/bin/sh\necho \"mine $*\"\n");
    // the first of that name cannot be executed, the second can
    home.write("first/mine", "no program\n");
    let path = format!("{}:{}", home.path("first").display(), home.env()[std::ffi::OsStr::new("PATH")].display());
    let run = home.run(["exec", "--from", "env", "--", "mine", "a", "b"]).env("PATH", path);
    assert_eq!(run.go().ok().out(), "mine a b\n");
    // a script that does not say what it is for is for sh
    home.script("plain", "echo \"plain $1\"\n");
    assert_eq!(exec(&home, &["plain", "x"]).ok().out(), "plain x\n");
    // an empty part of PATH is the working directory
    let run = home.run(["exec", "--from", "env", "--", "mine"]).env("PATH", ":/usr/bin:/bin").cwd(home.rig("bin"));
    assert_eq!(run.go().ok().out().trim(), "mine");
    // a program is called by the name that was typed: busybox goes by it
    if tools::need("busybox").is_some() {
        assert_eq!(exec(&home, &["busybox", "echo", "x"]).ok().out(), "x\n");
    }
    home.script("broken", "#!/no/such/interpreter\n");
    exec(&home, &["broken"]).fails_saying(127, "");
}

#[test]
fn r93_a_command_line_without_a_command_is_a_usage_error() {
    let home = bob();
    for args in [
        &["exec"][..],
        &["exec", "--"],
        &["exec", "--from", "env"],
        &["exec", "--from", "env", "true"],
        &["exec", "--frm", "env", "--", "true"],
        &["exec", "--from", "env", "--shell", "sh", "--", "true"],
    ] {
        home.run(args).go().fails_saying(2, "");
    }
    home.sts().saw(&[]);
}

#[test]
fn our_own_failures_keep_their_codes_and_run_nothing() {
    let home = bob();
    let marker = home.rig("ran");
    let touch = ["--", "touch", marker.to_str().expect("text")];
    home.run(["exec", "--from", "env", "--role-arn", role::DEV]).args(touch).go().fails_saying(20, "");
    home.run(["exec", "--from", "nosuchmanager"]).args(touch).go().fails_saying(2, "");
    home.run(["exec", "--from", "env"])
        .args(touch)
        .env("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
        .go()
        .fails_saying(22, "");
    let outcome = home.run(["exec", "--from", "env", "--explain"]).args(touch).go();
    outcome.ok().says("GetSessionToken");
    let outcome = home.run(["exec", "--serve", "--from", "env", "--explain"]).args(touch).go();
    outcome.ok().says("GetSessionToken");
    home.run(["serve", "--from", "env", "--explain"]).go().ok().says("GetSessionToken").says_out("");
    assert!(!marker.exists());
    home.sts().saw(&["AssumeRole"]);
}

#[test]
fn r94_the_environment_has_the_new_keys_once_and_nothing_in_their_way() {
    let home = bob();
    let gone = [
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_SECURITY_TOKEN",
        "AWS_ACCESS_KEY",
        "AWS_SECRET_KEY",
        "AWS_ROLE_ARN",
        "AWS_ROLE_SESSION_NAME",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AWS_AUTH_ACCESS_KEY_ID",
        "AWS_AUTH_SECRET_ACCESS_KEY",
        "AWS_AUTH_SESSION_TOKEN",
    ];
    let mut run = home.run(["exec", "--from", "env", "--region", "eu-west-1", "--", "env", "-0"]);
    for name in gone.iter().filter(|name| !name.starts_with("AWS_AUTH")) {
        run = run.env(name, "x");
    }
    let odd = std::ffi::OsString::from_vec(b"\xff a\nb='\"$".to_vec());
    run = run.env("ODD", &odd).env("AWS_MAX_ATTEMPTS", "7").env("EMPTY", "").env("AWS_REGION", "us-west-2");
    run = run.env("AWS_ACCESS_KEY_ID", "old").env("AWS_CREDENTIAL_EXPIRATION", "2001-01-01T00:00:00Z");
    let mut expected: BTreeMap<Vec<u8>, Vec<u8>> =
        run.env.iter().map(|(name, value)| (name.clone().into_vec(), value.clone().into_vec())).collect();
    let found = environment(&run.go());
    for name in gone {
        expected.remove(name.as_bytes());
    }
    let session = home.sts().emulator().issued().remove(0);
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", session.access_key_id.as_str()),
        ("AWS_SECRET_ACCESS_KEY", &session.secret_access_key),
        ("AWS_SESSION_TOKEN", &session.session_token),
        ("AWS_CREDENTIAL_EXPIRATION", &session.expiration),
        ("AWS_SESSION_EXPIRATION", &session.expiration),
        ("AWS_REGION", "eu-west-1"),
        ("AWS_DEFAULT_REGION", "eu-west-1"),
        ("AWSAUTH_ACCOUNT", "-"),
        ("AWSAUTH_IDENTITY", "-"),
        ("AWSAUTH_PROFILE", "x"),
        ("AWSAUTH_SET", "AWS_REGION=eu-west-1,AWS_DEFAULT_REGION=eu-west-1"),
    ] {
        expected.insert(name.into(), value.into());
    }
    assert_eq!(found, expected);
}

#[test]
fn r94_a_variable_inherited_twice_is_there_once() {
    let home = bob();
    // no shell hands a name on twice
    let script = "
import ctypes, os, shutil
pairs = [f'{k}={v}'.encode() for k, v in os.environ.items()]
pairs += [b'AWS_ACCESS_KEY_ID=one', b'AWS_ACCESS_KEY_ID=two', b'TWICE=1', b'TWICE=1', b'AWS_PROFILE=x', b'AWS_PROFILE=x']
argv = [b'aws-auth', b'exec', b'--from', b'env', b'--', b'env', b'-0']
array = lambda items: (ctypes.c_char_p * (len(items) + 1))(*items, None)
ctypes.CDLL(None).execve(shutil.which('aws-auth').encode(), array(argv), array(pairs))";
    let found = environment(&home.command(["python3", "-c", script]).go());
    assert_eq!(found[&b"TWICE"[..]], b"1");
    assert!(!found.contains_key(&b"AWS_PROFILE"[..]));
    let session = home.sts().emulator().issued().remove(0);
    assert_eq!(found[&b"AWS_ACCESS_KEY_ID"[..]], session.access_key_id.as_bytes());
}

#[test]
fn r95_arguments_arrive_as_they_are() {
    let home = bob();
    let args = [&b"--from"[..], b"", b"-x", b"--", b"a b", b"\xff\xfe", b"'\"$(x)`", b"--help", b"\n"];
    let args = args.map(|arg| std::ffi::OsString::from_vec(arg.to_vec()));
    let run = home.run(["exec", "--from", "env", "--", "printf", "%s\\0"]).args(&args);
    let expected: Vec<u8> = args.iter().flat_map(|arg| [arg.clone().into_vec(), vec![0]].concat()).collect();
    assert_eq!(run.go().ok().stdout, expected);
}

/// A look at a process from inside: its signals, descriptors, limits and whether it may be dumped.
const LOOK: &str = "
import ctypes, os, re
status = open('/proc/self/status').read()
print(*re.findall(r'Sig(?:Blk|Ign|Cgt):.*', status))
print(sorted(os.listdir('/proc/self/fd')), [os.readlink(f'/proc/self/fd/{n}').split(':')[0] for n in (0, 1, 2)])
print(re.findall(r'Max .*', open('/proc/self/limits').read()))
print(ctypes.CDLL(None).prctl(3), os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid(), oct(os.umask(0)))";

#[test]
fn r25_r94_the_command_is_started_as_if_we_had_not_been_there() {
    if !crate::support::tools::needs_linux("only Linux tells which signals are ignored") {
        return;
    }
    let home = bob();
    let look = home.rig("look.py");
    std::fs::write(&look, LOOK).expect("a script");
    let look = look.to_str().expect("text");
    for before in [
        "",
        "trap '' HUP;",
        "trap '' INT QUIT TSTP;",
        // As systemd's IgnoreSIGPIPE and others leave them.
        "trap '' PIPE;",
        "trap '' XFSZ CHLD USR1 USR2 ALRM WINCH;",
        "ulimit -c 0;",
        "ulimit -n 100;",
        "umask 077;",
        "exec 7</dev/null;",
    ] {
        for mask in ["", "env --block-signal=TERM --block-signal=PIPE --block-signal=USR1"] {
            // stdin is a pipe, as a file would tell by its name that it was opened anew
            let direct = home.command(["sh", "-c", &format!("{before} exec {mask} python3 {look}")]).input("x").go();
            let ours = format!("{before} exec {mask} aws-auth exec --from env -- python3 {look}");
            let through = home.command(["sh", "-c", &ours]).input("x").go();
            assert_eq!(through.ok().out(), direct.ok().out(), "{before} {mask}");
        }
    }
}

#[test]
fn r94_a_stream_that_was_closed_is_closed_for_the_command_too() {
    let home = bob();
    // `>&-` of a script whose command is to see that nothing can be written
    let look = "for n in 0 1 2; do test -e /dev/fd/$n && echo $n; done >seen; echo hello";
    for closing in ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"] {
        for serve in ["", "--serve"] {
            let run = |program: &str| {
                let script = format!("{program} sh -c '{look}' {closing}; echo $? >>seen; cat seen; rm seen");
                home.command(["sh", "-c", &script]).go().out().to_owned()
            };
            let expected = run("env");
            assert_eq!(run(&format!("aws-auth exec {serve} --from env --")), expected, "{closing} {serve}");
        }
    }
}

/// What of a process a command beside a server has in common with one that was started directly: all but its parent.
#[test]
fn c15_a_command_beside_a_server_has_the_signals_and_descriptors_that_we_were_started_with() {
    let home = bob();
    let look = home.rig("look.py");
    // It leads neither a group nor a session here.
    std::fs::write(&look, LOOK.replace(", os.getpgrp() == os.getpid(), os.getsid(0) == os.getpid()", ""))
        .expect("a script");
    let look = look.to_str().expect("text");
    for before in ["", "trap '' PIPE;", "trap '' XFSZ CHLD USR1 HUP INT;", "exec 7</dev/null; ulimit -n 100;"] {
        for mask in ["", "env --block-signal=WINCH --block-signal=PIPE"] {
            let direct = home.command(["sh", "-c", &format!("{before} exec {mask} python3 {look}")]).input("x").go();
            let ours = format!("{before} exec {mask} aws-auth exec --serve --from env -- python3 {look}");
            let through = home.command(["sh", "-c", &ours]).input("x").go();
            assert_eq!(through.ok().out(), direct.ok().out(), "{before} {mask}");
        }
    }
}

#[test]
fn s14_a_script_without_a_first_line_is_run_by_the_shell() {
    let home = bob();
    home.script("bare", "echo \"$0 $*\"; exit 7\n");
    for serve in [&[][..], &["--serve"]] {
        for args in [&["bare", "a b", "c"][..], &["env", "bare", "a b", "c"]] {
            let run = home.run(["exec"]).args(serve).args(["--from", "env", "--"]).args(args);
            let outcome = run.go();
            assert_eq!(outcome.code(), 7, "{outcome:?}");
            assert!(outcome.out().ends_with("/bare a b c\n"), "{outcome:?}");
        }
    }
    let binary = home.rig("bin/garbage");
    crate::support::run::write_executable(&binary, "\u{1}\u{2}");
    exec(&home, &["garbage"]);
}

#[test]
fn s15_the_libraries_of_a_bundled_program_reach_no_manager() {
    // What the caller has in its environment, and what a manager has then.
    for (caller, expected) in [
        (&[("LD_LIBRARY_PATH", "/opt/mine")][..], Some("/opt/mine")),
        (&[("LD_LIBRARY_PATH", "/opt/bundle"), ("_PYI_APPLICATION_HOME_DIR", "/opt/bundle")], None),
        (&[("LD_LIBRARY_PATH", "/opt/bundle"), ("_MEIPASS2", "/opt/bundle")], None),
        (&[("LD_LIBRARY_PATH", "/opt/bundle"), ("LD_LIBRARY_PATH_ORIG", "/opt/mine")], Some("/opt/mine")),
        (&[("LD_LIBRARY_PATH", "/b"), ("LD_LIBRARY_PATH_ORIG", "/opt/mine"), ("_MEIPASS2", "/b")], Some("/opt/mine")),
    ] {
        let home = Home::with_sts();
        let manager = fake::pass(&home, &crate::support::sts::BOB, "");
        let mut run = home.run(["exec", "--from", "pass", "--", "sh", "-c", "echo \"$LD_LIBRARY_PATH\""]);
        for (name, value) in caller {
            run = run.env(name, value);
        }
        let outcome = run.go();
        assert_eq!(outcome.ok().out().trim(), caller[0].1, "the command gets it as it is");
        for call in manager.calls() {
            assert_eq!(call.var("LD_LIBRARY_PATH"), expected, "{caller:?}");
        }
        assert!(!manager.calls().is_empty());
    }
}

#[test]
fn stdin_is_the_commands() {
    let home = bob();
    let outcome = home.run(["exec", "--from", "env", "--", "cat"]).input("line 1\nline 2\n").go();
    assert_eq!(outcome.ok().out(), "line 1\nline 2\n");
}

#[test]
fn a_code_is_asked_for_on_the_terminal_which_then_is_the_commands() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let script = "read -r line; stty -a | grep -c ' echo '; echo \"got $line as ${AWS_ACCESS_KEY_ID%%?????*}\"";
    let mut pty = home.pty(["exec", "--from", "pass", "--", "sh", "-c", script]);
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.line("hello");
    pty.expect("got hello as ");
    pty.finish().ok();
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let mut pty = home.pty(["exec", "--hide-code", "--from", "pass", "--", "sh", "-c", script]);
    pty.expect_prompt();
    pty.send("\u{3}");
    assert_eq!(pty.finish().signal(), Some(Signal::INT.as_raw()));
}

#[test]
fn an_sdk_in_the_command_uses_the_keys() {
    let Some(python) = tools::python() else { return };
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run = home.run(["exec", "--from", "pass", "--role-session-name", "me", "--token-code", &code, "--"]);
    let run = run.args([python.to_str().expect("text"), "-c", crate::other_end::WHO]);
    let run = run.env("STS", home.sts().url()).env("AWS_PROFILE", "nowhere");
    home.write(".aws/config", "[profile nowhere]\nregion = us-east-1\n");
    assert_eq!(run.go().ok().out().trim(), "arn:aws:sts::111122223333:assumed-role/dev/me");
}

#[test]
fn a_code_on_standard_input_leaves_the_rest_of_it_to_the_command() {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &ALICE, "");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run = home.run(["exec", "--from", "pass", "--token-code", "-", "--", "cat"]);
    let outcome = run.input(format!("{code}\nline 2\nline 3\n")).go();
    assert_eq!(outcome.ok().out(), "line 2\nline 3\n");
}
