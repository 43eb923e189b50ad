//! Keys that another program or a machine's endpoint gives: run and asked within bounds.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::support::sts::{BOB, role};
use crate::support::{A_SECOND, Home, gpg, run};

/// A profile whose keys come from this line.
fn process(line: &str) -> Home {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    home.write(".aws/config", format!("[profile tool]\ncredential_process = {line}\n"));
    home
}

fn answer() -> String {
    let (id, secret) = (BOB.access_key_id, BOB.secret_access_key);
    format!(r#"{{"Version": 1, "AccessKeyId": "{id}", "SecretAccessKey": "{secret}"}}"#)
}

#[test]
fn r58_a3_a_credential_process_is_cut_into_words_as_botocore_does_and_no_shell_sees_it() {
    let home = process("tool 'one two' \"three\\\"\" $HOME ~ | four;");
    let seen = home.rig("seen");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" >'{}'\necho '{}'\n", seen.display(), answer());
    home.script("tool", &script);
    for args in [&["--profile", "tool"][..], &[]] {
        let run = home.run(args.iter().copied()).env("AWS_PROFILE", "tool");
        let outcome = run.go();
        outcome.ok();
        assert_eq!(fs::read_to_string(&seen).expect("what it saw"), "one two\nthree\"\n$HOME\n~\n|\nfour;\n");
        assert_eq!(home.sts().requests().pop().and_then(|it| it.access_key_id).as_deref(), Some(BOB.access_key_id));
    }
}

#[test]
fn r58_a3_a_credential_process_is_asked_below_a_role_too_and_gets_no_keys() {
    let home = process("tool");
    let config = format!("[profile dev]\nrole_arn = {}\nsource_profile = tool\n", role::PLAIN);
    home.write(".aws/config", format!("[profile tool]\ncredential_process = tool\n{config}"));
    let seen = home.rig("seen");
    home.script("tool", &format!("#!/bin/sh\nenv >'{}'\necho '{}'\n", seen.display(), answer()));
    let run = home.run(["--profile", "dev"]).env("AWS_ACCESS_KEY_ID", "AKIAPOISON0000000000");
    let outcome = run.env("AWS_SECRET_ACCESS_KEY", "poison").env("AWS_CONFIG_FILE", home.path(".aws/config")).go();
    home.sts().delivered_role(&outcome, &BOB, role::PLAIN);
    let env = fs::read_to_string(&seen).expect("its environment");
    assert!(!env.contains("oison") && env.contains("AWS_CONFIG_FILE="), "{env}");
}

#[test]
fn r58_a3_what_a_credential_process_says_is_bounded_whole_and_never_shown() {
    let secret = BOB.secret_access_key;
    let rows = [
        ("exec yes".to_owned(), 12, "64 KiB"),
        ("yes >&2".to_owned(), 12, "64 KiB"),
        (format!("echo '{}'; exit 3", answer()), 12, "exit status: 3"),
        (format!("echo '{secret}'; echo 'bad thing {secret}' >&2; exit 1"), 12, "bad thing [hidden]"),
        (format!("echo '{}' | head -c 60", answer()), 13, "not one whole JSON object"),
        (format!("echo '{0}{0}'", answer()), 13, "not one whole JSON object"),
        (format!("echo 'hello {secret}'"), 13, "no JSON object"),
        (format!("echo '{}'", answer().replace("\"Version\": 1", "\"Version\": 2")), 13, "Version"),
        ("exit 0".to_owned(), 13, "no JSON object"),
    ];
    for (script, code, told) in rows {
        let home = process("tool");
        home.script("tool", &format!("#!/bin/sh\n{script}\n"));
        println!("{script}");
        home.run(["--profile", "tool"]).go().fails(code).says(told).within(Duration::from_secs(10));
        home.sts().saw(&[]);
    }
    for (line, code, told) in [
        ("no-such-program", 11, "no-such-program"),
        ("~/tool", 11, "without ~"),
        ("tool 'x", 10, "is not closed"),
        ("''", 11, "there is no program"),
    ] {
        println!("{line}");
        process(line).run(["--profile", "tool"]).go().fails(code).says(told);
    }
}

fn runs(pid: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// A program that never answers, and its child: both write down their numbers.
fn hanging(home: &Home) -> std::path::PathBuf {
    let file = home.rig("pids");
    let line = "#!/bin/sh\ntrap '' TERM\necho $$ >>'@'\nsh -c 'echo $$ >>\"@\"; exec sleep 9999'\n";
    home.script("tool", &line.replace('@', &file.display().to_string()));
    file
}

#[track_caller]
fn are_gone(file: &Path, within: Duration) {
    let started = Instant::now();
    let pids = fs::read_to_string(file).expect("numbers");
    assert_eq!(pids.lines().count(), 2);
    while pids.lines().any(runs) {
        assert!(started.elapsed() < within, "left behind");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn r58_a3_a_credential_process_ends_with_us() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let home = process("tool");
        let file = hanging(&home);
        println!("{signal:?}");
        let pid = home.rig("pid");
        let line = format!("echo $$ >'{}'; exec aws-auth --profile tool", pid.display());
        let running = home.command(["sh", "-c", &line]).start();
        let started = Instant::now();
        while !fs::read_to_string(&file).is_ok_and(|text| text.lines().count() == 2) {
            assert!(started.elapsed() < Duration::from_secs(10), "it was not started");
            std::thread::sleep(Duration::from_millis(5));
        }
        let pid = fs::read_to_string(&pid).expect("our number").trim().parse().ok().and_then(Pid::from_raw);
        rustix::process::kill_process(pid.expect("our number"), signal).expect("it waits");
        let outcome = running.finish();
        assert_eq!(outcome.signal(), Some(signal.as_raw()), "{outcome:?}");
        are_gone(&file, Duration::from_secs(2));
    }
}

#[test]
fn r58_a3_a_credential_process_that_hangs_is_ended() {
    let home = process("tool");
    let file = hanging(&home);
    let mut run = home.run(["--profile", "tool"]);
    run.patience = Duration::from_secs(90);
    let outcome = run.go();
    outcome.fails(12).says("longer than 60 seconds").within(Duration::from_secs(65));
    are_gone(&file, A_SECOND);
}

/// An endpoint for containers that answers in this way to whoever asks.
fn endpoint(answer: fn(&mut std::net::TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("its address"));
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                answer(&mut stream);
            });
        }
    });
    url
}

/// Drops, for ever or until nobody listens.
fn drip(stream: &mut std::net::TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{");
    while stream.write_all(b" ").is_ok() {
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// More than anybody wants.
fn flood(stream: &mut std::net::TcpStream) {
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{");
    while stream.write_all(&[b' '; 4096]).is_ok() {}
}

fn silence(_: &mut std::net::TcpStream) {
    std::thread::sleep(Duration::from_mins(2));
}

#[test]
fn r58_a3_a_machines_own_endpoints_have_the_same_bounds_as_aws() {
    let of = |source: &str| format!("[profile dev]\nrole_arn = {}\ncredential_source = {source}\n", role::DEV);
    let container = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    let rows = [
        (container, String::new(), drip as fn(&mut _)),
        (container, String::new(), flood),
        (container, of("EcsContainer"), silence),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", of("Ec2InstanceMetadata"), drip),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", of("Ec2InstanceMetadata"), silence),
    ];
    let ask = |(name, config, answer): (&str, String, fn(&mut _))| {
        let home = Home::with_sts();
        home.unset("AWS_EC2_METADATA_DISABLED");
        home.write(".aws/config", &config);
        let args: &[&str] = if config.is_empty() { &[] } else { &["--profile", "dev"] };
        println!("{name} {config}");
        home.run(args.iter().copied()).env(name, endpoint(answer)).go().fails(13).within(Duration::from_secs(25));
        home.sts().saw(&[]);
    };
    // Each takes its time, so all at once.
    std::thread::scope(|scope| {
        for row in rows {
            scope.spawn(move || ask(row));
        }
    });
}

#[test]
fn r81_a10_a_tokens_file_is_never_waited_for() {
    for name in ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", ""] {
        let home = Home::with_sts();
        let pipe = home.path("token");
        run::output(std::process::Command::new("mkfifo").arg(&pipe));
        for path in [pipe.as_path(), Path::new("/dev/zero")] {
            let set = if name.is_empty() { "UNUSED" } else { name };
            let key = format!("web_identity_token_file = {}\nrole_arn = {}\n", path.display(), role::DEV);
            home.write(".aws/config", if name.is_empty() { format!("[default]\n{key}") } else { String::new() });
            println!("{name} {}", path.display());
            let run = home.run([] as [&str; 0]).env(set, path).env("AWS_ROLE_ARN", role::DEV);
            let run = run.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1:9/");
            run.go().fails(10).says(if name.is_empty() { "web_identity_token_file" } else { name });
        }
    }
}
