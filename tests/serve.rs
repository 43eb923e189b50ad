//! `aws-auth serve`: what programs get from the endpoint, what others do not, and how it ends.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant, SystemTime};

use rustix::process::Signal;
#[cfg(target_os = "linux")]
use rustix::process::{Pid, kill_process};

use crate::support::pty::Pty;
use crate::support::sts::{ALICE, BOB, Fault, role};
use crate::support::{Home, Outcome, fake, run, tools};

/// bob, who needs no code, or alice, who does.
pub fn bob() -> Home {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, role::PLAIN);
    home
}

/// Has a shell write down what leads to its server, as [`Client::of`] reads it.
pub const TELL: &str = "printf \"AWS_CONTAINER_CREDENTIALS_FULL_URI='%s' AWS_CONTAINER_AUTHORIZATION_TOKEN='%s'\" \
    \"$AWS_CONTAINER_CREDENTIALS_FULL_URI\" \"$AWS_CONTAINER_AUTHORIZATION_TOKEN\"";

/// An endpoint as its client knows it.
pub struct Client {
    pub host: String,
    pub token: String,
}

impl Client {
    pub fn of(statements: &str) -> Self {
        let value = |name: &str| {
            let rest =
                statements.split_once(&format!("{name}='")).unwrap_or_else(|| panic!("no {name}: {statements}")).1;
            rest.split_once('\'').expect("a closing quote").0.to_owned()
        };
        let uri = value("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        let host = uri.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/credentials"));
        Self {
            host: host.expect("the endpoint's address").to_owned(),
            token: value("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.host).expect("the endpoint is there");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
        stream
    }

    /// Sends bytes; gives the status and the body.
    pub fn send(&self, bytes: &[u8]) -> (u16, String) {
        let mut stream = self.connect();
        // it may have its answer before it is done
        let _ = stream.write_all(bytes);
        let mut answer = String::new();
        let _ = stream.read_to_string(&mut answer);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer:?}"));
        (head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"), body.to_owned())
    }

    pub fn request(&self, start: &str, host: &str, token: &str) -> (u16, String) {
        self.send(format!("{start} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n").as_bytes())
    }

    pub fn get(&self) -> (u16, String) {
        self.request("GET /credentials", &self.host, &self.token)
    }

    /// The access key id that it gives out.
    #[track_caller]
    pub fn key(&self) -> String {
        let (status, body) = self.get();
        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status}: {body}"));
        body["AccessKeyId"].as_str().unwrap_or_else(|| panic!("{status}: {body}")).to_owned()
    }
}

/// A server on a terminal, and its client.
fn start<'h>(home: &'h Home, args: &[&str]) -> (Pty<'h>, Client) {
    let mut pty = home.pty([&["serve", "--shell", "sh", "--from", "pass"], args].concat());
    let statements = pty.expect("end this with ^C");
    (pty, Client::of(&statements))
}

/// RFC 3339, so many seconds from now.
fn in_seconds(seconds: u64) -> String {
    let at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs() + seconds;
    let out = Command::new("date").args(["-u", "-d", &format!("@{at}"), "+%Y-%m-%dT%H:%M:%SZ"]).output().expect("date");
    String::from_utf8(out.stdout).expect("a date is text").trim().to_owned()
}

fn ending_in(seconds: u64) -> Fault {
    Fault::Credentials { access_key_id: None, secret: None, token: None, expiration: Some(in_seconds(seconds)) }
}

#[test]
fn it_gives_out_what_sts_gave_and_asks_no_more_than_once() {
    let home = bob();
    let (mut pty, client) = start(&home, &[]);
    let issued = home.sts().emulator().issued().remove(0);
    for _ in 0..5 {
        let (status, body) = client.get();
        let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
        let expected = serde_json::json!({
            "AccessKeyId": issued.access_key_id,
            "SecretAccessKey": issued.secret_access_key,
            "Token": issued.session_token,
            "Expiration": issued.expiration,
            "RoleArn": role::PLAIN,
            "AccountId": "111122223333",
        });
        assert_eq!((status, body), (200, expected));
    }
    home.sts().saw(&["AssumeRole"]);
    pty.send([3]);
    assert_eq!(pty.finish_within(Duration::from_secs(2)).signal(), Some(2));
    assert!(TcpStream::connect(&client.host).is_err(), "it ended with the program");
}

#[test]
fn r116_only_the_token_at_the_right_address_is_let_in() {
    let home = bob();
    let (mut pty, client) = start(&home, &[]);
    let issued = home.sts().emulator().issued().remove(0);
    let (host, token) = (client.host.as_str(), client.token.as_str());
    let port = host.split_once(':').expect("a port").1;
    let long = format!("GET /credentials HTTP/1.1\r\nHost: {host}\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    let twice =
        format!("GET /credentials HTTP/1.1\r\nHost: {host}\r\nAuthorization: wrong\r\nAuthorization: {token}\r\n\r\n");
    let rows = [
        (
            "another's name, as in DNS rebinding",
            client.request("GET /credentials", &format!("evil.example:{port}"), token),
            403,
        ),
        (
            "localhost is not what was announced",
            client.request("GET /credentials", &format!("localhost:{port}"), token),
            403,
        ),
        ("no token", client.send(format!("GET /credentials HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()), 401),
        ("a wrong token", client.request("GET /credentials", host, &token.replace(&token[..1], "x")), 401),
        ("half a token", client.request("GET /credentials", host, &token[..32]), 401),
        ("two tokens", client.send(twice.as_bytes()), 401),
        ("another path", client.request("GET /", host, token), 404),
        ("another method", client.request("POST /credentials", host, token), 405),
        ("a preflight", client.request("OPTIONS /credentials", host, token), 405),
        ("a long head", client.send(long.as_bytes()), 431),
        ("no HTTP", client.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"), 400),
    ];
    for (name, (status, body), expected) in rows {
        assert_eq!(status, expected, "{name}: {body}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{name}: {body}"));
        assert!(body["code"].is_string() && body["message"].is_string(), "{name}: {body}");
        assert!(!body.to_string().contains(&issued.secret_access_key), "{name}");
    }
    assert_eq!(token.len(), 64);
    client.key();
    pty.send([3]);
    pty.finish();
}

#[test]
fn a_slow_client_is_sent_away_and_holds_up_nobody() {
    let home = bob();
    let (mut pty, client) = start(&home, &[]);
    let mut slow = client.connect();
    slow.write_all(b"GET /cred").expect("a beginning");
    let started = Instant::now();
    client.key();
    assert!(started.elapsed() < Duration::from_secs(2), "others are served meanwhile");
    let mut answer = String::new();
    let _ = slow.read_to_string(&mut answer);
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer:?}");
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    pty.send([3]);
    pty.finish();
}

/// Programs of another user, which do not end by themselves.
struct Strangers(Child);

impl Drop for Strangers {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn r116_another_user_who_takes_all_places_keeps_nobody_out() {
    if !tools::LINUX || !rustix::process::geteuid().is_root() {
        return tools::cannot_run("only root can be another user, and only Linux tells whose a connection is");
    }
    let home = bob();
    let (mut pty, client) = start(&home, &[]);
    let (address, port) = client.host.split_once(':').expect("a port");
    let text = format!(
        "import os, socket, time
os.setgid(65534)
os.setuid(65534)
streams = [socket.socket() for _ in range(1000)]
for stream in streams:
    stream.setblocking(False)
    stream.connect_ex(('{address}', {port}))
print('there', flush=True)
time.sleep(60)
"
    );
    let mut python = Command::new("python3");
    let mut strangers = Strangers(run::spawn(python.args(["-c", &text]).stdout(Stdio::piped())).expect("strangers"));
    let mut there = [0; 6];
    strangers.0.stdout.take().expect("their output").read_exact(&mut there).expect("they have come");
    let started = Instant::now();
    client.key();
    let took = started.elapsed();
    drop(strangers);
    println!("TOOK {took:?}");
    // In turn with theirs, each of which may take two seconds, it would be six.
    assert!(took < Duration::from_secs(3), "an answer took {took:?}");
    pty.send([3]);
    pty.finish();
}

/// What so many clients get that ask at once.
fn keys_of(clients: usize, client: &Client) -> Vec<String> {
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients).map(|_| scope.spawn(|| client.key())).collect();
        threads.into_iter().map(|thread| thread.join().expect("a client")).collect()
    })
}

#[test]
fn three_hundred_clients_make_one_call_at_a_renewal() {
    let home = bob();
    // The first credentials are stale after a second: half of the two that they have left.
    home.sts().fault(ending_in(3));
    let (mut pty, client) = start(&home, &[]);
    std::thread::sleep(Duration::from_secs(3));
    home.sts().emulator().set_latency(Duration::from_millis(300));
    let keys = keys_of(300, &client);
    let issued = home.sts().emulator().issued();
    assert_eq!(issued.len(), 2);
    assert!(keys.iter().all(|key| *key == issued[1].access_key_id));
    home.sts().saw(&["AssumeRole", "AssumeRole"]);
    pty.send([3]);
    pty.finish();
}

#[test]
fn r118_s5_three_hundred_clients_have_what_is_good_while_one_call_renews_it() {
    let home = bob();
    // Renewed when half of this is left, by a call that takes most of the other half.
    home.sts().fault(ending_in(16));
    let (mut pty, client) = start(&home, &[]);
    home.sts().emulator().set_latency(Duration::from_secs(6));
    std::thread::sleep(Duration::from_secs(10));
    let keys = keys_of(300, &client);
    let first = home.sts().emulator().issued()[0].access_key_id.clone();
    assert!(keys.iter().all(|key| *key == first), "what is good is given out");
    std::thread::sleep(Duration::from_secs(7));
    assert_ne!(client.key(), first, "it was renewed meanwhile");
    home.sts().saw(&["AssumeRole", "AssumeRole"]);
    pty.send([3]);
    pty.finish();
}

#[test]
fn memory_is_flat_over_ten_thousand_requests() {
    let home = bob();
    let (mut pty, client) = start(&home, &[]);
    let resident = || {
        let status = fs::read_to_string(format!("/proc/{}/status", pty.pid().as_raw_nonzero())).expect("its status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("its memory");
        line.split_whitespace().next().and_then(|number| number.parse::<u64>().ok()).expect("a number of KiB")
    };
    for _ in 0..500 {
        client.key();
    }
    let before = resident();
    for _ in 0..10_000 {
        client.key();
    }
    let after = resident();
    assert!(after <= before + 512, "{before} KiB became {after} KiB");
    home.sts().saw(&["AssumeRole"]);
    pty.send([3]);
    pty.finish();
}

#[test]
fn a_role_is_renewed_without_a_second_code_where_nothing_is_kept_between_runs() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let mut pty = home.pty(["serve", "--shell", "sh", "--from", "pass"]);
    pty.expect_prompt();
    // The session is left as it is, the role ends soon.
    home.sts().fault(Fault::Delay(Duration::ZERO));
    home.sts().fault(ending_in(4));
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let statements = pty.expect("end this with ^C");
    let client = Client::of(&statements);
    let first = client.key();
    std::thread::sleep(Duration::from_secs(3));
    assert_ne!(client.key(), first);
    home.sts().saw(&["GetSessionToken", "AssumeRole", "AssumeRole"]);
    pty.send([3]);
    pty.finish();
}

#[test]
fn a_failure_is_told_in_json_and_not_tried_for_everybody() {
    let home = bob();
    home.sts().fault(ending_in(3));
    let (mut pty, client) = start(&home, &["--no-input"]);
    home.sts().fault_always(Fault::ErrorText("Not any more.".to_owned()));
    std::thread::sleep(Duration::from_secs(3));
    for _ in 0..3 {
        let (status, body) = client.get();
        assert_eq!(status, 403, "{body}");
        assert!(body.contains("Not any more.") && body.contains("CredentialsUnavailable"), "{body}");
    }
    home.sts().saw(&["AssumeRole", "AssumeRole"]);
    pty.send([3]);
    pty.finish();
}

#[test]
fn r117_in_eval_it_serves_real_clients_until_the_shell_ends() {
    let Some(python) = tools::python() else { return };
    let home = bob();
    let (vars, stop) = (home.rig("vars"), home.rig("stop"));
    let script = format!(
        "eval \"$(aws-auth serve --from pass)\" || exit 99
        {TELL} >'{vars}'
        export AWS_DEFAULT_REGION=eu-central-1
        '{python}' -c 'import boto3; print(boto3.client(\"sts\").get_caller_identity()[\"Arn\"])'
        PATH='{bin}':$PATH aws sts get-caller-identity --query Arn --output text
        while [ ! -e '{stop}' ]; do sleep 0.05; done",
        vars = vars.display(),
        stop = stop.display(),
        python = python.display(),
        bin = python.parent().expect("a directory").display(),
    );
    let running = home.command(["sh", "-c", &script]).env("AWS_ACCESS_KEY_ID", "AKIAINTHEWAYOFITALL1").start();
    let started = Instant::now();
    while home.sts().emulator().calls("GetCallerIdentity") < 2 {
        assert!(started.elapsed() < Duration::from_secs(40), "the clients did not call");
        std::thread::sleep(Duration::from_millis(20));
    }
    let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
    client.key();
    fs::write(&stop, "").expect("a word to the shell");
    let outcome = running.finish();
    let arn = "arn:aws:sts::111122223333:assumed-role/plain/alice\n";
    assert_eq!(outcome.out(), arn.repeat(2), "{outcome:?}");
    home.sts().saw(&["AssumeRole", "GetCallerIdentity", "GetCallerIdentity"]);
    gone(&client.host);
}

#[test]
fn in_eval_the_code_is_asked_on_the_terminal_and_then_the_terminal_is_left() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let script = "eval \"$(aws-auth serve --from pass)\" && trap : INT && echo ready && sleep 60; \
                  echo \"then $AWS_CONTAINER_CREDENTIALS_FULL_URI\"; read -r x";
    let mut pty = home.command(["bash", "-c", script]).pty();
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("a server renews them for the programs of this shell");
    pty.expect("ready");
    pty.settle();
    pty.send([3]);
    pty.expect("then http://");
    let host = pty.expect("/credentials");
    // ^C went to the shell and not to the server, which lives for as long as the shell.
    TcpStream::connect(&host).expect("it is still there");
    pty.line("");
    pty.finish();
    gone(&host);
}

/// The server has ended, or does soon.
#[track_caller]
pub fn gone(host: &str) {
    let ended = Instant::now();
    while TcpStream::connect(host).is_ok() {
        assert!(ended.elapsed() < Duration::from_secs(5), "the server outlives its shell");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn r117_a_shell_that_ends_at_once_leaves_no_server_behind_whatever_stands_between() {
    let home = bob();
    for script in [
        "eval \"$(aws-auth serve --from pass)\"",
        "f() { echo :; aws-auth serve --from pass; :; }; eval \"$(f)\"",
        "eval \"$(: | aws-auth serve --from pass | cat)\"",
        "eval \"$(env X=1 aws-auth serve --from pass)\"",
    ] {
        let shells = ["sh", "bash", "zsh"].into_iter().filter(|shell| tools::need(shell).is_some());
        for shell in shells {
            let script = format!("{script}; echo \"$AWS_CONTAINER_CREDENTIALS_FULL_URI\"");
            let outcome = home.command([shell, "-c", &script]).go();
            let uri = outcome.out().trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix("/credentials"));
            gone(uri.unwrap_or_else(|| panic!("{outcome:?}")));
        }
    }
}

#[test]
fn it_serves_the_shell_that_reads_whatever_stands_between() {
    if !tools::LINUX {
        return tools::cannot_run("who reads a pipe is known on Linux only");
    }
    let home = bob();
    home.script("wrapper", "#!/bin/sh\naws-auth serve --from pass\nexit $?\n");
    home.script(
        "launcher",
        "#!/usr/bin/env python3\nimport subprocess, sys\nsys.exit(subprocess.call(sys.argv[1:]))\n",
    );
    for between in
        ["timeout 60 aws-auth serve --from pass", "env nice aws-auth serve --from pass", "wrapper", "launcher wrapper"]
    {
        for shell in ["sh", "bash", "zsh"].into_iter().filter(|shell| tools::need(shell).is_some()) {
            let (vars, stop) = (home.rig("vars"), home.rig("stop"));
            let script = format!(
                "eval \"$({between})\" || exit 99
                {TELL} >'{vars}.new'
                mv '{vars}.new' '{vars}'
                while [ ! -e '{stop}' ]; do sleep 0.05; done",
                vars = vars.display(),
                stop = stop.display(),
            );
            let running = home.command([shell, "-c", &script]).start();
            let started = Instant::now();
            while !vars.exists() && started.elapsed() < Duration::from_secs(20) {
                std::thread::sleep(Duration::from_millis(10));
            }
            let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
            // What stood between has ended by now, and a server that followed it would end too.
            std::thread::sleep(Duration::from_millis(200));
            client.key();
            fs::write(&stop, "").expect("a word to the shell");
            running.finish().ok();
            gone(&client.host);
            fs::remove_file(&vars).and_then(|()| fs::remove_file(&stop)).expect("both files");
        }
    }
}

#[test]
fn where_no_shell_reads_there_is_nobody_to_serve() {
    let inside = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
    if !Command::new(inside[0]).args(&inside[1..]).arg("true").status().is_ok_and(|status| status.success()) {
        return tools::cannot_run("no namespace of processes can be had");
    }
    let home = Home::with_sts();
    let manager = fake::pass(&home, &BOB, role::PLAIN);
    let out = home.rig("out");
    let start = "import subprocess, sys; sys.exit(subprocess.call(sys.argv[2:], stdout=open(sys.argv[1], 'w')))";
    let outcome = home
        .command(inside)
        .args(["python3", "-c", start])
        .args([&out])
        .args(["aws-auth", "serve", "--from", "pass"])
        .go();
    assert_eq!((outcome.code(), outcome.out()), (2, ""), "{outcome:?}");
    outcome.says("there is no shell to serve").says("exec --serve");
    assert_eq!(String::from_utf8(run::read(&out)).expect("text"), "(exit 2)\n");
    assert_eq!(manager.calls().len(), 0, "known before anybody is asked");
}

/// A shell at the prompt of a run that is to start a server, and the number of that run.
#[cfg(target_os = "linux")]
fn at_the_prompt(home: &Home) -> (Pty<'_>, Pid) {
    fake::pass(home, &ALICE, role::DEV);
    let script =
        "eval \"$(aws-auth serve --hide-code --from pass)\"; echo \"code $?\"; read -r line; echo \"read $line\"";
    let mut pty = home.command(["sh", "-c", script]).pty();
    pty.expect_prompt();
    let of = pty.pid().as_raw_nonzero();
    let children = fs::read_to_string(format!("/proc/{of}/task/{of}/children")).expect("its children");
    let run = Pid::from_raw(children.trim().parse().expect("one child")).expect("a process");
    assert!(!pty.echoes(), "what is typed is hidden");
    (pty, run)
}

/// The next line that is typed is the shell's.
#[cfg(target_os = "linux")]
fn the_terminal_is_the_shells(mut pty: Pty<'_>, run: Pid) {
    // one that has ended and that nobody has asked how has no program any more
    let program = format!("/proc/{}/exe", run.as_raw_nonzero());
    let started = Instant::now();
    while fs::read_link(&program).is_ok() {
        assert!(started.elapsed() < Duration::from_secs(5), "the run is still there");
        std::thread::sleep(Duration::from_millis(10));
    }
    pty.settle();
    pty.line("a command");
    pty.expect("read a command");
    pty.finish();
}

#[test]
#[cfg(target_os = "linux")]
fn r40_a_signal_at_the_prompt_leaves_no_server_and_fails_eval() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let home = Home::with_sts();
        let (mut pty, run) = at_the_prompt(&home);
        kill_process(run, signal).expect("it can be signalled");
        pty.expect(&format!("code {code}"));
        the_terminal_is_the_shells(pty, run);
    }
}

#[test]
fn a_failure_fails_eval_with_its_own_code() {
    let home = bob();
    home.sts().fault_always(Fault::ErrorText("No.".to_owned()));
    home.run(["serve", "--from", "pass"]).go().fails(20).says("No.");
    home.run(["serve", "--from", "nobody"]).go().explains();
    let outcome = home.command(["sh", "-c", "eval \"$(aws-auth serve --from pass)\"; echo $?"]).go();
    assert_eq!(outcome.out(), "20\n", "{outcome:?}");
}

/// A command beside the server, on no terminal.
fn beside(home: &Home, script: &str) -> Outcome {
    home.run(["exec", "--serve", "--from", "pass", "--", "sh", "-c", script]).go()
}

#[test]
fn r93_the_command_ends_us_as_it_ends() {
    let home = bob();
    for code in [0, 1, 2, 42, 126, 255] {
        assert_eq!(beside(&home, &format!("exit {code}")).code(), code);
    }
    for signal in [1, 2, 3, 9, 13, 15] {
        assert_eq!(beside(&home, &format!("kill -{signal} $$")).signal(), Some(signal));
    }
    home.run(["exec", "--serve", "--from", "pass", "--", "nosuchcommand"]).go().fails_saying(127, "");
}

#[test]
fn r94_the_command_has_the_endpoint_and_no_keys() {
    let home = bob();
    let Some(python) = tools::python() else { return };
    let outcome = home
        .run(["exec", "--serve", "--from", "pass", "--region", "eu-central-1", "--", "sh", "-c"])
        .args([format!(
            "env | grep -c -e ^AWS_ACCESS_KEY_ID= -e ^AWS_SESSION_TOKEN= -e ^AWS_PROFILE= -e ^AWS_SECRET
            '{}' -c 'import boto3; print(boto3.client(\"sts\").get_caller_identity()[\"Arn\"])'
            echo \"$AWS_REGION $AWS_CONTAINER_CREDENTIALS_FULL_URI\"",
            python.display()
        )])
        .env("AWS_ACCESS_KEY_ID", "AKIAINTHEWAYOFITALL1")
        .env("AWS_SESSION_TOKEN", "stale")
        .go();
    let lines: Vec<_> = outcome.ok().out().lines().collect();
    assert_eq!(lines[..2], ["0", "arn:aws:sts::111122223333:assumed-role/plain/alice"], "{outcome:?}");
    let host = lines[2].strip_prefix("eu-central-1 http://").and_then(|rest| rest.strip_suffix("/credentials"));
    assert!(TcpStream::connect(host.expect("the endpoint")).is_err(), "it ended with the command");
}

#[test]
fn signals_are_the_commands() {
    let home = bob();
    let script = "trap 'echo term; exit 7' TERM; trap 'echo int' INT; echo ready; while :; do sleep 0.05; done";
    let mut pty = home.pty(["exec", "--serve", "--from", "pass", "--", "sh", "-c", script]);
    pty.expect("ready");
    pty.settle();
    // The terminal tells the command itself; it is not told twice.
    pty.send([3]);
    pty.expect("int");
    pty.settle();
    pty.signal(Signal::TERM);
    pty.expect("term");
    let outcome = pty.finish();
    assert_eq!(outcome.code(), 7, "{outcome:?}");
    assert_eq!(outcome.screen().matches("int\r\n").count(), 1, "{outcome:?}");
}

#[test]
fn r48_a_hidden_prompt_that_the_command_does_not_wait_for_leaves_the_terminal_as_it_was() {
    for (end, ended) in [("exit 5", (Some(5), None)), ("kill -9 $$", (None, Some(9)))] {
        let home = Home::with_sts();
        fake::pass(&home, &ALICE, "");
        let (file, stop) = (home.rig("vars"), home.rig("stop"));
        let script = format!(
            "{TELL} >'{}'; echo ready
             while [ ! -e '{}' ]; do sleep 0.05; done; {end}",
            file.display(),
            stop.display()
        );
        let mut pty = home.pty(["exec", "--serve", "--hide-code", "--from", "pass", "--", "sh", "-c", &script]);
        pty.expect_prompt();
        home.sts().fault(ending_in(4));
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        pty.expect("ready");
        std::thread::sleep(Duration::from_secs(5));
        let client = Client::of(&String::from_utf8(run::read(&file)).expect("text"));
        let mut waiting = client.connect();
        let request =
            format!("GET /credentials HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\r\n", client.host, client.token);
        waiting.write_all(request.as_bytes()).expect("a request");
        pty.expect_prompt();
        assert!(!pty.echoes(), "what is typed is hidden");
        pty.send("12");
        fs::write(&stop, "").expect("a word to the command");
        // The rig compares the terminal's settings with those before.
        let outcome = pty.finish();
        assert_eq!((outcome.status.code(), outcome.signal()), ended, "{outcome:?}");
    }
}

#[test]
fn a_run_within_the_command_waits_for_the_server_beside_it() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, "");
    let (file, go) = (home.rig("vars"), home.rig("go"));
    let script = format!(
        "{TELL} >'{}'; echo ready
         while [ ! -e '{}' ]; do sleep 0.05; done; aws-auth --from pass",
        file.display(),
        go.display()
    );
    let mut pty = home.pty(["exec", "--serve", "--from", "pass", "--", "sh", "-c", &script]);
    pty.expect_prompt();
    home.sts().fault(ending_in(4));
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("ready");
    std::thread::sleep(Duration::from_secs(5));
    let client = Client::of(&String::from_utf8(run::read(&file)).expect("text"));
    let waiting = std::thread::spawn(move || client.key());
    pty.expect_prompt();
    fs::write(&go, "").expect("a word to the command");
    // An ancestor has the lock, but it is not the one that waits.
    pty.expect("waiting for another aws-auth");
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    waiting.join().expect("the client");
    pty.expect_prompt();
    pty.send([3]);
    assert_eq!(pty.finish().signal(), Some(2));
}

#[test]
fn the_command_knows_who_runs_beside_it() {
    let home = bob();
    let script =
        "echo $PPID $AWS_AUTH_BESIDE; exec aws-auth exec --serve --from pass -- sh -c 'echo $PPID $AWS_AUTH_BESIDE'";
    let outcome = beside(&home, script);
    let lines: Vec<Vec<&str>> = outcome.ok().out().lines().map(|line| line.split(' ').collect()).collect();
    assert_eq!(lines[0][1..], [lines[0][0]], "{outcome:?}");
    assert_eq!(lines[1][1..], [lines[0][0], lines[1][0]], "{outcome:?}");
}

#[test]
fn a_code_that_is_needed_while_the_command_runs_is_asked_on_its_terminal() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, "");
    let file = home.rig("vars");
    let script = format!("{TELL} >'{}'; echo ready; sleep 30", file.display());
    let mut pty = home.pty(["exec", "--serve", "--from", "pass", "--", "sh", "-c", &script]);
    pty.expect_prompt();
    home.sts().fault(ending_in(4));
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    pty.expect("ready");
    std::thread::sleep(Duration::from_secs(5));
    let client = Client::of(&String::from_utf8(run::read(&file)).expect("text"));
    let waiting = std::thread::spawn(move || client.key());
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let key = waiting.join().expect("the client");
    assert_eq!(key, home.sts().emulator().issued()[1].access_key_id);
    pty.send([3]);
    assert_eq!(pty.finish().signal(), Some(2));
}

#[test]
fn s11_signals_for_us_are_handed_on_to_the_command() {
    let home = bob();
    let script = "for s in USR1 USR2 ALRM HUP TERM INT QUIT WINCH; do trap \"echo got $s\" $s; done; echo ready
        i=0; while [ $i -lt 400 ]; do sleep 0.05; i=$((i + 1)); done";
    let mut run = Command::new("setsid");
    run.args([tools::binary().as_os_str()]).args(["exec", "--serve", "--from", "pass", "--", "sh", "-c", script]);
    let mut child =
        run::spawn(run.env_clear().envs(home.env()).stdout(Stdio::piped()).stderr(Stdio::null())).expect("it starts");
    let pid = rustix::process::Pid::from_child(&child);
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("its output")));
    let mut next = || lines.next().expect("a line").expect("text");
    assert_eq!(next(), "ready");
    for (signal, name) in [
        (Signal::USR1, "USR1"),
        (Signal::USR2, "USR2"),
        (Signal::ALARM, "ALRM"),
        (Signal::HUP, "HUP"),
        (Signal::TERM, "TERM"),
        // No terminal has sent these.
        (Signal::INT, "INT"),
        (Signal::QUIT, "QUIT"),
        (Signal::WINCH, "WINCH"),
    ] {
        rustix::process::kill_process(pid, signal).expect("it can be signalled");
        assert_eq!(next(), format!("got {name}"));
    }
    child.kill().expect("it can be killed");
    child.wait().expect("it ends");
}

#[test]
fn s20_clients_of_every_kind_are_understood() {
    let home = bob();
    let (mut pty, client) = start(&home, &[]);
    let (host, token) = (client.host.as_str(), client.token.as_str());
    let target = format!("GET http://{host}/credentials");
    let elsewhere = "GET http://evil.example/credentials";
    let rows = [
        ("AWS's C runtime sends no port", client.request("GET /credentials", "127.0.0.1", token), 200),
        ("a scheme before the token", client.request("GET /credentials", host, &format!("Bearer {token}")), 200),
        ("as to a proxy", client.request(&target, host, token), 200),
        ("as to a proxy, for another", client.request(elsewhere, host, token), 403),
        ("as to a proxy, another's name", client.request(&target, "evil.example", token), 403),
        ("a name without a port", client.request("GET /credentials", "localhost", token), 403),
    ];
    for (name, (status, body), expected) in rows {
        assert_eq!(status, expected, "{name}: {body}");
    }
    for (name, token, expected) in [("a head", token, 405), ("a head without a token", "x", 401)] {
        let (status, body) = client.request("HEAD /credentials", host, token);
        assert_eq!((status, body.as_str()), (expected, ""), "{name}");
    }
    pty.send([3]);
    pty.finish();
}
