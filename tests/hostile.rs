//! What an attacker, a broken machine or a bad moment does to a run.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::shells::bob;
use crate::support::fake::{self, Answer, Fake};
use crate::support::proxy::Proxy;
use crate::support::run::{self, To};
use crate::support::sts::{ALICE, BOB};
use crate::support::{Home, gpg, tools};

// ---- signals

/// Whether the process that wrote its number into `file` runs; one that has ended and was not asked how does not.
fn runs(file: &std::path::Path) -> bool {
    let pid = fs::read_to_string(file).expect("the number of a process");
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

fn wait_for(file: &std::path::Path) {
    let started = Instant::now();
    while !fs::read_to_string(file).is_ok_and(|text| text.ends_with('\n')) {
        assert!(started.elapsed() < Duration::from_secs(10), "{} was not written", file.display());
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn r40_a_manager_that_does_not_want_to_end_ends_with_us() {
    let rows = [
        ("a manager that ignores it", "trap '' TERM HUP; echo $$ >'@'; sleep 300; sleep 300"),
        (
            "a child of its that ignores it",
            "(trap '' TERM HUP; exec sh -c 'echo $$ >\"@\"; sleep 300; sleep 300') & wait",
        ),
    ];
    for (name, script) in rows {
        for signal in [Signal::TERM, Signal::HUP] {
            let home = Home::with_sts();
            gpg::secrets_of(&home, &ALICE);
            let file = home.rig("manager.pid");
            home.script("pass", &format!("#!/bin/sh\n{}\n", script.replace('@', &file.display().to_string())));
            println!("{name} {signal:?}");
            let pty = home.run(["--from", "pass"]).pty();
            wait_for(&file);
            pty.signal(signal);
            let outcome = pty.finish_within(Duration::from_secs(2));
            assert_eq!(outcome.signal(), Some(signal.as_raw()), "{outcome:?}");
            let started = Instant::now();
            while runs(&file) {
                assert!(started.elapsed() < Duration::from_secs(2), "it is still there");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
    }
}

#[test]
fn r40_an_output_that_nobody_reads_does_not_make_it_immortal() {
    let home = bob();
    let (file, done) = (home.rig("writer.pid"), home.rig("done"));
    let line = format!(
        "{{ head -c 65536 /dev/zero; sh -c 'echo $$ >\"{}\"; exec aws-auth --from env'; echo rc=$? >&2; }} \
         | while [ ! -e \"{}\" ]; do sleep 0.1; done",
        file.display(),
        done.display()
    );
    let running = home.command(["bash", "-c", &line]).start();
    wait_for(&file);
    let started = Instant::now();
    while home.sts().actions().is_empty() {
        assert!(started.elapsed() < Duration::from_secs(30), "STS was not asked");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::thread::sleep(Duration::from_millis(300));
    let pid = fs::read_to_string(&file).expect("its number").trim().parse().ok().and_then(Pid::from_raw);
    rustix::process::kill_process(pid.expect("its number"), Signal::TERM).expect("it waits for a reader");
    let sent = Instant::now();
    while runs(&file) {
        assert!(sent.elapsed() < Duration::from_secs(2), "it is still there");
        std::thread::sleep(Duration::from_millis(5));
    }
    fs::write(done, "").expect("a sign for the reader");
    running.finish().says("rc=143");
}

#[test]
fn r05_a_signal_while_the_result_is_written_never_leaves_nothing() {
    if tools::need("strace").is_none() {
        return;
    }
    // each write takes a while to begin: the signal comes before, in and after that of the result
    for after in [300, 400, 500, 600] {
        let home = bob();
        let file = home.rig("writer.pid");
        let line = format!(
            "strace -f -qq -e trace=write -e inject=write:delay_enter=300000 -o /dev/null \
             sh -c 'echo $$ >\"{}\"; exec aws-auth --from env --shell sh'",
            file.display()
        );
        let running = home.command(["sh", "-c", &line]).start();
        wait_for(&file);
        let started = Instant::now();
        while home.sts().actions().is_empty() {
            assert!(started.elapsed() < Duration::from_secs(20), "STS was not asked");
            std::thread::sleep(Duration::from_millis(5));
        }
        std::thread::sleep(Duration::from_millis(after));
        let pid = fs::read_to_string(&file).expect("its number").trim().parse().ok().and_then(Pid::from_raw);
        let sent = rustix::process::kill_process(pid.expect("its number"), Signal::TERM);
        let outcome = running.finish();
        println!("{after} ms: {sent:?}");
        let whole = outcome.out().lines().filter(|line| line.starts_with("export ")).count() == 9;
        assert!(whole || outcome.out() == "(exit 143)\n", "{outcome:?}");
    }
}

// ---- limits

#[test]
fn r27_no_limit_of_the_machine_ends_it_without_a_word() {
    for limit in ["ulimit -l 0", "ulimit -c unlimited", "ulimit -f 0", "ulimit -n 24", "ulimit -l 0 -f 0 -c 0"] {
        let home = bob();
        println!("{limit}");
        let outcome = home.command(["bash", "-c", &format!("{limit}; exec aws-auth --from env")]).go();
        home.sts().delivered_session(&outcome, &BOB);
        outcome.quiet();
    }
    for limit in ["ulimit -n 4", "ulimit -n 8", "ulimit -n 12"] {
        let home = bob();
        println!("{limit}");
        let outcome = home.command(["bash", "-c", &format!("{limit}; exec aws-auth --from env")]).go();
        assert!(outcome.out().starts_with("(exit ") && outcome.code() != 101, "{outcome:?}");
    }
}

#[test]
fn r25_a_manager_has_the_limits_and_signals_that_it_would_have_without_us() {
    if !crate::support::tools::needs_linux("elsewhere a limit keeps core files away, also of what is started") {
        return;
    }
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let seen = home.rig("seen");
    let script = "#!/bin/sh\n{ ulimit -c; grep -E '^Sig(Ign|Blk|Cgt)' /proc/self/status; } >'@'\nexit 3\n";
    home.script("pass", &script.replace('@', &seen.display().to_string()));
    let told = |program: &str| {
        let line = format!("ulimit -c 1000; trap - PIPE; exec {program}");
        home.command(["env", "--default-signal", "bash", "-c", &line]).go();
        let text = String::from_utf8(run::read(&seen)).expect("what it saw");
        // the last seven digits and a bit: what is above belongs to the C library
        let known = |line: &str| u32::from_str_radix(&line[line.len() - 8..], 16).expect("signals") & 0x7fff_ffff;
        (text.lines().next().unwrap_or_default().to_owned(), text.lines().skip(1).map(known).collect::<Vec<_>>())
    };
    let alone = told("pass");
    fs::remove_file(&seen).expect("what it saw");
    assert_eq!(told("aws-auth --from pass"), alone);
}

#[test]
fn r63_a_program_that_is_being_written_and_a_name_that_is_too_long_are_told() {
    let home = Home::with_sts();
    let file = home.script("pass", "#!/bin/sh\nexit 0\n");
    let writer = fs::OpenOptions::new().append(true).open(&file).expect("the program, open for writing");
    home.run(["--from", "pass"]).go().fails(12).says("pass").says("busy");
    drop(writer);
    let home = Home::with_sts();
    home.script("pass", "#!/bin/sh\necho \"Error: $3 is not in the password store.\" >&2\nexit 1\n");
    // the longest argument that Linux takes; what the manager's own naming adds is too much
    let item = "x".repeat(131_071);
    let outcome = home.run(["--from", "pass", "--item", &item]).go();
    outcome.fails_with_one_of(&[12, 13]);
    assert!(outcome.err().len() < 8192, "{} bytes", outcome.err().len());
}

// ---- the network

/// A server that sends everybody elsewhere with this status, and the first lines of what it was asked.
fn redirecting(status: u16, to: &str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, to) = (Arc::clone(&asked), to.to_owned());
    // ends with the test binary
    std::thread::spawn(move || {
        for mut client in listener.incoming().flatten() {
            let mut reader = BufReader::new(client.try_clone().expect("a second hold"));
            let mut head = String::new();
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).is_ok_and(|count| count > 0) {}
            let length = head
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .map_or(0, |rest| rest.split('\r').next().and_then(|text| text.parse().ok()).unwrap_or(0));
            let _ = reader.read_exact(&mut vec![0; length]);
            seen.lock().expect("what was asked").push(head.lines().next().unwrap_or_default().to_owned());
            let _ = write!(client, "HTTP/1.1 {status} Elsewhere\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        }
    });
    (url, asked)
}

#[test]
fn r67_a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let home = bob();
        let (elsewhere, asked_elsewhere) = redirecting(200, "nowhere");
        let (url, asked) = redirecting(status, &elsewhere);
        println!("{status}");
        home.run(["--from", "env"]).env("AWS_ENDPOINT_URL_STS", url).go().fails(22);
        assert_eq!(asked.lock().expect("what was asked").len(), 1);
        assert!(asked_elsewhere.lock().expect("what was asked").is_empty());
    }
    // neither is that of the request that only opens the connection
    let home = bob();
    let (elsewhere, asked_elsewhere) = redirecting(200, "nowhere");
    let (url, asked) = redirecting(302, &elsewhere);
    home.set("AWS_ENDPOINT_URL_STS", url);
    let mut pty = home.pty(["--from", "env", "--serial-number", "GAHT12345678"]);
    pty.expect_prompt();
    pty.until("the connection is opened", |_| !asked.lock().expect("what was asked").is_empty());
    pty.settle();
    pty.send([3]);
    pty.finish();
    assert_eq!(*asked.lock().expect("what was asked"), ["GET / HTTP/1.1"]);
    assert!(asked_elsewhere.lock().expect("what was asked").is_empty());
}

#[test]
fn r67_what_is_not_encrypted_stays_on_this_machine() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let home = bob();
        let proxy = Proxy::start();
        println!("{name}");
        let outcome = home.run(["--from", "env"]).env(name, proxy.url("")).go();
        home.sts().delivered_session(&outcome, &BOB);
        assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
    }
}

#[test]
fn r67_the_keys_for_other_services_on_this_machine_stay_on_it_too() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"] {
        let home = Home::new();
        let proxy = Proxy::start();
        gpg::secrets_of(&home, &ALICE);
        home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
        home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
        // STS is not asked: the device is asked for first
        home.set("AWS_ENDPOINT_URL_STS", "https://localhost:9");
        home.set("AWS_ENDPOINT_URL_IAM", "http://127.0.0.1:9");
        println!("{name}");
        let run = home.run(["--from", "env", "--token-code", "123456"]).env(name, proxy.url(""));
        run.go().fails(22).says("IAM at http://127.0.0.1:9");
        assert!(proxy.heads().is_empty(), "{:?}", proxy.heads());
    }
}

#[test]
fn r67_an_endpoint_that_is_no_url_is_refused_before_a_code_is_spent() {
    for url in ["https://a b", "https://%zz/", "https://[::/", "https://x\u{1b}[31m", "https://\u{fc}.example"] {
        let home = bob();
        println!("{url:?}");
        let args = ["--from", "env", "--serial-number", "GAHT12345678", "--token-code", "135791"];
        let outcome = home.run(args).env("AWS_ENDPOINT_URL_STS", url).go();
        outcome.fails(10).says("AWS_ENDPOINT_URL_STS").does_not_say("TokenCode");
        let marks = fs::read_dir(home.root().join("run/aws-auth")).map_or(0, Iterator::count);
        assert_eq!(marks, 0, "nothing is locked or marked as spent");
    }
}

// ---- who starts whom

#[test]
fn a_command_beside_which_we_serve_may_ask_us_for_what_another_program_gives() {
    let home = bob();
    let keys = format!(
        "echo '{{\"Version\": 1, \"AccessKeyId\": \"{}\", \"SecretAccessKey\": \"{}\"}}'",
        ALICE.access_key_id, ALICE.secret_access_key
    );
    gpg::secrets_of(&home, &ALICE);
    home.script("tool", &format!("#!/bin/sh\n{keys}\n"));
    home.write(".aws/config", "[profile tool]\ncredential_process = tool\n");
    let args = ["exec", "--serve", "--from", "env", "--", "sh", "-c", "aws-auth --profile tool >/dev/null"];
    home.run(args).go().ok();
    let signers = home.sts().requests().into_iter().filter_map(|request| request.access_key_id);
    assert_eq!(signers.collect::<Vec<_>>(), [BOB.access_key_id, ALICE.access_key_id]);
}

#[test]
fn a_loop_is_found_under_whatever_name_we_were_installed() {
    let home = Home::with_sts();
    let program = home.rig("bin/other-name");
    run::copy_program(&program);
    let counter = home.rig("started");
    for (name, line) in [
        ("again", "exec other-name --profile base --format process"),
        ("around", "other-name --profile base --format process"),
        ("by-exec", "exec other-name exec --profile base -- printenv AWS_ACCESS_KEY_ID"),
        ("by-serve", "other-name exec --serve --profile base -- env"),
    ] {
        let text = format!("#!/bin/sh\necho x >>'{}'\n{line}\n", counter.display());
        home.script(name, &text);
    }
    for command in ["other-name --profile base --format process", "again", "around", "by-exec", "by-serve"] {
        let _ = fs::remove_file(&counter);
        home.write(".aws/config", format!("[profile base]\ncredential_process = {command}\n"));
        println!("{command}");
        home.command(["other-name", "--profile", "base"]).go().fails_with_one_of(&[10, 12]);
        let started = fs::read_to_string(&counter).map_or(0, |text| text.lines().count());
        assert!(started <= 2, "started {started} times");
    }
}

// ---- the output

/// Prints, for each prefix of the file `$1` as the shell reads it, its length and what the five variables then hold.
const PREFIXES: &str = r#"
for n in $(seq 0 "$(wc -c <"$1")"); do
  (
    # a cut after `export` would list everything
    eval "$(head -c "$n" "$1")" >/dev/null
    printf '=%s|%s|%s|%s|%s|%s|%s\n' "$n" $? "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" \
      "$AWS_CREDENTIAL_EXPIRATION" "$AWS_SESSION_EXPIRATION"
  ) 2>/dev/null
done
true"#;

const FISH_PREFIXES: &str = r#"
for n in (seq 0 (wc -c <$argv[1]))
  for name in AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION
    set -gx $name old
  end
  head -c $n $argv[1] | source >/dev/null 2>&1
  printf '=%s|%s|%s|%s|%s|%s|%s\n' $n $status "$AWS_ACCESS_KEY_ID" "$AWS_SECRET_ACCESS_KEY" "$AWS_SESSION_TOKEN" \
    "$AWS_CREDENTIAL_EXPIRATION" "$AWS_SESSION_EXPIRATION"
end
true"#;

#[test]
fn r02_an_output_cut_at_any_byte_leaves_no_part_of_a_value() {
    let rows: [(&str, &[&str], &str); 4] = [
        ("bash", &["--norc", "-c", PREFIXES, "bash"], "sh"),
        ("dash", &["-c", PREFIXES, "dash"], "sh"),
        ("zsh", &["-f", "-c", PREFIXES, "zsh"], "sh"),
        ("fish", &["--no-config", "-c", FISH_PREFIXES], "fish"),
    ];
    for (shell, args, dialect) in rows {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        let out = home.run(["--from", "env", "--shell", dialect]).go();
        let file = home.rig("statements");
        fs::write(&file, out.ok().out()).expect("the statements");
        let session = home.sts().emulator().issued().remove(0);
        let new = [
            session.access_key_id,
            session.secret_access_key,
            session.session_token,
            session.expiration.clone(),
            session.expiration,
        ];
        // a shell shows the line that it cannot read
        let mut run = home.command([shell]).args(args).args([&file]).stderr(To::Null);
        for name in
            ["ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "CREDENTIAL_EXPIRATION", "SESSION_EXPIRATION"]
        {
            run = run.env(format!("AWS_{name}"), "old");
        }
        println!("{shell}");
        let read = run.go();
        let mut whole = false;
        // fish explains a half-written `if` by its whole manual
        for line in read.ok().out().lines().filter_map(|line| line.strip_prefix('=')) {
            let parts: Vec<&str> = line.split('|').collect();
            let length: usize = parts[0].parse().expect("a length");
            let cut = &out.out()[..length];
            // one statement is cut after its `=`, where nothing is a value; it says so by being the last
            let last = cut.lines().last().unwrap_or_default().trim_end_matches(['=', ' ']);
            for (value, new) in parts[2..].iter().zip(&new) {
                let emptied = value.is_empty() && last.starts_with(['e', 's']) && !last.contains('\'');
                assert!(value == new || *value == "old" || emptied, "{shell}: {cut:?}\n{line}");
            }
            whole |=
                length == out.out().len() && parts[1] == "0" && parts[2..].iter().zip(&new).all(|(is, new)| is == new);
        }
        assert!(whole, "{shell}: the whole sets all\n{read:?}");
    }
}

// ---- the terminal

#[test]
fn r48_every_setting_that_the_manager_changed_is_put_right() {
    for setting in ["-icrnl", "-onlcr", "-isig", "raw -echo", "-ixon"] {
        let home = Home::with_sts();
        gpg::secrets_of(&home, &BOB);
        let answer = |value: &str| Answer { first: format!("stty {setting} </dev/tty"), ..Answer::of(value) };
        let manager = Fake::new(&home, "pass")
            .on(&["show", "--", "aws-access-key-id"], &answer(BOB.access_key_id))
            .on(&["show", "--", "aws-secret-access-key"], &answer(BOB.secret_access_key));
        println!("{setting}");
        let args = ["--from", "pass", "--serial-number", ALICE.mfa_serial, "--no-role"];
        let mut pty = home.run(args).captured();
        pty.expect_prompt();
        pty.send([3]);
        // compares the terminal with what it was before
        pty.finish();
        assert_eq!(manager.calls().len(), 2);
    }
}

#[test]
fn r44_a_device_with_a_strange_name_is_not_shown_as_it_is() {
    for serial in
        ["GAHT\u{1b}[31m12345", "GAHT\u{202e}12345678", "arn:aws:iam::111122223333:mfa/a\u{9b}31m", "GAHT12345678\u{7}"]
    {
        let home = bob();
        home.write(".aws/config", format!("[profile x]\nmfa_serial = {serial}\n"));
        for args in [&["--from", "env", "--profile", "x"][..], &["--from", "env", "--serial-number", serial]] {
            let outcome = home.run(args).pty().finish();
            assert_eq!(outcome.code(), 10, "{outcome:?}");
            let strange = |c: char| (c.is_control() && !matches!(c, '\r' | '\n')) || c == '\u{202e}';
            assert!(!outcome.screen().chars().any(strange), "{outcome:?}");
        }
    }
}

// ---- everything at once

#[test]
fn r100_neither_home_nor_language_nor_mask_nor_descriptor_changes_how_a_run_ends() {
    let around = [
        "true",
        "umask 000",
        "umask 077",
        "umask 777",
        "unset HOME XDG_RUNTIME_DIR XDG_STATE_HOME XDG_CONFIG_HOME",
        "export HOME= XDG_RUNTIME_DIR= XDG_STATE_HOME= XDG_CONFIG_HOME=",
        "export HOME=relative XDG_RUNTIME_DIR=relative XDG_STATE_HOME=relative XDG_CONFIG_HOME=relative",
        "export LC_ALL=C LANG=tlh_QX",
        "unset USER LOGNAME TERM",
        "trap '' INT HUP PIPE CHLD TSTP",
        "exec <&-",
        "exec 2>&-",
        "exec <&- 2>&-",
    ];
    for setting in around {
        for (args, code) in [
            ("--from env", 0),
            ("--from pass", 0),
            ("--frm", 2),
            ("--from env --region X", 10),
            ("--from pass --item nothing", 13),
            ("--from env --serial-number GAHT12345678", 16),
            ("--from env --role-arn arn:aws:iam::111122223333:role/dev", 20),
        ] {
            let home = bob();
            let missing = Answer::failure(1, "Error: nothing is not in the password store.\n");
            let mut manager = fake::pass(&home, &BOB, "");
            for name in ["nothing", "nothing/aws-access-key-id"] {
                manager = manager.on(&["show", "--", name], &missing);
            }
            let dir = home.path("project");
            fs::create_dir(&dir).expect("a directory");
            println!("{setting}: {args}");
            let line = format!("{setting}; exec aws-auth {args}");
            let outcome = home.command(["/bin/bash", "-c", &line]).cwd(&dir).go();
            assert_eq!(outcome.code(), code, "{outcome:?}");
            if code == 0 {
                home.sts().delivered_session(&outcome, &BOB);
            } else {
                assert_eq!(outcome.out(), format!("(exit {code})\n"), "{outcome:?}");
            }
            assert_eq!(fs::read_dir(&dir).expect("the directory").count(), 0, "something was left behind");
            // whatever the mask, what is ours is nobody else's
            let state = home.root().join("run/aws-auth");
            let files = fs::read_dir(&state).into_iter().flatten().map(|it| it.expect("a file").path());
            for file in files.chain([state.clone()].into_iter().filter(|state| state.exists())) {
                let mode = fs::metadata(&file).expect("a file of ours").permissions().mode();
                assert_eq!(mode & 0o077, 0, "{} has mode {mode:o}", file.display());
            }
        }
    }
}
