//! The process that `eval "$(aws-auth serve)"` leaves behind: what it holds, whom it follows, and who ends it.

use std::fs;
use std::net::TcpStream;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::serve::{Client, TELL, bob, gone};
use crate::support::sts::{ALICE, BOB, role};
use crate::support::{Home, fake, gpg, run, tools};

/// The server's process.
fn process(client: &Client) -> PathBuf {
    let (status, body) = client.request("GET /status", &client.host, &client.token);
    let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_else(|_| panic!("{status}: {body}"));
    format!("/proc/{}", body["process"].as_u64().expect("a number")).into()
}

#[test]
fn r117_s9_it_holds_nothing_of_the_shells() {
    if !tools::needs_root("only root may look into a process that keeps itself to itself") {
        return;
    }
    let home = bob();
    let (lock, pipe, vars) = (home.rig("lock"), home.rig("pipe"), home.rig("vars"));
    // A lock, a FIFO with a reader, and a directory, each held by the shell when it starts the server.
    let script = format!(
        "cd '{tmp}' || exit 9
        mkfifo '{pipe}'; (cat '{pipe}'; echo 'the reader sees the end') & reader=$!
        exec 8>'{pipe}' 9>'{lock}'; flock 9
        eval \"$(aws-auth serve --from pass)\" || exit 9
        {TELL} >'{vars}'
        exec 8>&- 9>&-
        flock -n '{lock}' echo 'the lock is free'
        wait $reader
        read -r end",
        tmp = home.root().join("tmp").display(),
        pipe = pipe.display(),
        lock = lock.display(),
        vars = vars.display(),
    );
    let mut pty =
        home.command(["bash", "-c", &script]).env("AWS_SECRET_ACCESS_KEY", "a-secret-of-the-environment").pty();
    pty.until("the reader sees the end", |pty| pty.transcript().contains("the reader sees the end"));
    pty.until("the lock is free", |pty| pty.transcript().contains("the lock is free"));
    let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
    let server = process(&client);
    assert_eq!(fs::read_link(server.join("cwd")).expect("its directory"), PathBuf::from("/"));
    for descriptor in ["0", "1", "2"] {
        let leads_to = fs::read_link(server.join("fd").join(descriptor)).expect("a descriptor");
        assert_eq!(leads_to, PathBuf::from("/dev/null"), "{descriptor}");
    }
    let open = fs::read_dir(server.join("fd")).expect("its descriptors").flatten();
    let files = open
        .filter_map(|entry| fs::read_link(entry.path()).ok())
        .filter(|path| path.starts_with("/work") || path.starts_with(home.root()));
    assert_eq!(files.count(), 0, "a file of the shell's is open");
    let environment = String::from_utf8_lossy(&fs::read(server.join("environ")).expect("its environment")).into_owned();
    assert!(environment.contains("HOME=") && !environment.contains("a-secret-of-the-environment"), "{environment}");
    pty.line("");
    pty.finish();
    gone(&client.host);
}

#[test]
fn s10_whoever_only_hands_the_statements_on_is_not_followed() {
    let home = bob();
    home.script("wrapper", "#!/bin/sh\nx=$(aws-auth serve --from pass) || exit\necho \"$x\"\n");
    // As direnv: a shell of its own evaluates, and what it has set then goes through descriptor 3.
    home.script(
        "envrc",
        "#!/usr/bin/env python3
import os, subprocess
read, write = os.pipe()
os.set_inheritable(write, True)
script = 'eval \"$(aws-auth serve --from pass)\" && export -p >&%d' % write
shell = subprocess.Popen(['bash', '-c', script], close_fds=False, stdout=2)
os.close(write)
print(os.fdopen(read).read().replace('declare -x', 'export'))
shell.wait()
",
    );
    for between in [
        "$(f() { x=$(aws-auth serve --from pass); echo \"$x\"; }; f)",
        "$(echo \"$(aws-auth serve --from pass)\")",
        "$(x=$(aws-auth serve --from pass | cat); echo \"$x\")",
        "$(wrapper)",
        "$(y=$(wrapper); echo \"$y\")",
        "$(envrc)",
    ] {
        for shell in ["sh", "bash", "zsh"].into_iter().filter(|shell| tools::need(shell).is_some()) {
            if between.contains("envrc") && shell != "bash" {
                continue;
            }
            let vars = home.rig("vars");
            let script =
                format!("eval \"{between}\"; {TELL} >'{vars}'; echo ready; read -r end", vars = vars.display());
            let mut pty = home.command([shell, "-c", &script]).pty();
            pty.expect("ready");
            std::thread::sleep(Duration::from_millis(300));
            let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
            assert!(TcpStream::connect(&client.host).is_ok(), "{shell}: {between}: dead a moment later");
            client.key();
            pty.line("");
            pty.finish();
            gone(&client.host);
        }
    }
}

#[test]
fn a_script_whose_output_is_read_is_followed_itself() {
    let home = bob();
    let script = "exec 3>&1; eval \"$(aws-auth serve --from pass)\"; echo \"$AWS_CONTAINER_CREDENTIALS_FULL_URI\"";
    let outcome = home.command(["sh", "-c", script]).go();
    let host = outcome.ok().out().trim().strip_prefix("http://").and_then(|rest| rest.strip_suffix("/credentials"));
    gone(host.expect("an address"));
}

/// Runs a script in a shell that starts a server, as `$1`, and says what came of it.
fn in_shell(home: &Home, script: &str) -> crate::support::Outcome {
    let script = format!(
        "host() {{ x=${{AWS_CONTAINER_CREDENTIALS_FULL_URI#http://}}; echo \"${{x%/credentials}}\"; }}
        {script}"
    );
    home.command(["bash", "-c", &script]).go()
}

#[test]
fn s12_one_server_a_shell() {
    let home = bob();
    let serve = "eval \"$(aws-auth serve --from pass)\" || exit 9; host";
    let outcome = in_shell(
        &home,
        &format!("{serve}; {serve}; {serve}; {serve}; sleep 1; ss -ltn 2>/dev/null || cat /proc/net/tcp; sleep 0.1"),
    );
    let hosts: Vec<&str> = outcome.ok().out().lines().filter(|line| line.starts_with("127.0.0.1:")).take(4).collect();
    let port = |host: &str| format!("{:04X}", host.rsplit_once(':').unwrap().1.parse::<u16>().unwrap());
    let open = |host: &&str| {
        outcome.out().contains(&format!("0100007F:{} 00000000:0000 0A", port(host)))
            || outcome.out().contains(&format!("{host} "))
    };
    let open: Vec<_> = hosts.iter().filter(|host| open(host)).collect();
    assert_eq!(open, [&hosts[3]], "{outcome:?}");
}

/// Whether the server that the script has named first is there while the script still runs.
fn survives(home: &Home, script: &str) -> bool {
    let (vars, stop) = (home.rig("vars"), home.rig("stop"));
    let _ = (fs::remove_file(&vars), fs::remove_file(&stop));
    let script = format!(
        "eval \"$(aws-auth serve --from pass)\" || exit 9; {TELL} >'{vars}'
        {script}
        echo done >'{vars}.done'; while [ ! -e '{stop}' ]; do sleep 0.05; done",
        vars = vars.display(),
        stop = stop.display()
    );
    let _ = fs::remove_file(vars.with_extension("done"));
    let running = home.command(["bash", "-c", &script]).start();
    let started = Instant::now();
    while !home.rig("vars.done").exists() {
        assert!(started.elapsed() < Duration::from_secs(30), "the script never ends");
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(500));
    let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
    let there = TcpStream::connect(&client.host).is_ok();
    fs::write(&stop, "").expect("a word");
    running.finish();
    gone(&client.host);
    let _ = fs::remove_file(home.rig("vars.done"));
    there
}

#[test]
fn r117_s12_only_the_shell_itself_ends_its_server_and_only_by_success() {
    let home = bob();
    for (script, expected) in [
        (":", true),
        ("eval \"$(aws-auth unset)\"", false),
        ("eval \"$(aws-auth --from pass)\"", false),
        ("aws-auth logout >/dev/null", false),
        // Whoever has inherited the variables, or pasted them, only forgets them.
        ("sh -c 'eval \"$(aws-auth unset)\"'", true),
        ("bash -c 'eval \"$(aws-auth --from pass)\"; :'", true),
        ("(eval \"$(aws-auth unset)\")", true),
        ("aws-auth exec --from pass -- sh -c 'eval \"$(aws-auth unset)\"'", true),
        // A run that fails ends nothing.
        ("eval \"$(aws-auth --from nobody)\" 2>/dev/null", true),
        ("eval \"$(aws-auth serve --from nobody)\" 2>/dev/null", true),
        ("aws-auth --from pass --format json >/dev/null", true),
    ] {
        assert_eq!(survives(&home, script), expected, "{script}");
    }
}

#[test]
fn keys_of_the_environment_reach_the_server_by_no_file_and_no_environment() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &BOB);
    let vars = home.rig("vars");
    let script = format!(
        "eval \"$(aws-auth serve --from env --role-arn {})\" || exit 9; {TELL} >'{}'; read -r end",
        role::PLAIN,
        vars.display()
    );
    let run = home.command(["sh", "-c", &script]).env("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    let mut pty = run.env("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key).pty();
    pty.until("the variables are told", |_| vars.exists() && !run::read(&vars).is_empty());
    let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
    let server = process(&client);
    for file in ["environ", "cmdline"] {
        let text = fs::read(server.join(file)).unwrap_or_default();
        let text = String::from_utf8_lossy(&text).into_owned();
        assert!(!text.contains(BOB.secret_access_key) && !text.contains("AWS_SESSION"), "{file}: {text}");
    }
    pty.line("");
    pty.finish();
}

#[test]
fn relative_paths_are_right_in_the_servers_directory() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, "");
    home.sts().emulator().set_role_lifetime(4);
    home.write("policy.json", "{\"Version\":\"2012-10-17\",\"Statement\":[]}");
    home.write("files/config", format!("[profile dev]\nrole_arn = {}\n", role::PLAIN));
    let vars = home.rig("vars");
    let script = format!(
        "eval \"$(aws-auth serve --from pass --profile dev --policy file://policy.json)\" || exit 9; {TELL} >'{}'; read -r end",
        vars.display()
    );
    let mut pty = home.command(["sh", "-c", &script]).env("AWS_CONFIG_FILE", "files/config").pty();
    pty.until("the variables are told", |_| vars.exists() && !run::read(&vars).is_empty());
    let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
    let first = client.key();
    let started = Instant::now();
    while client.key() == first {
        assert!(started.elapsed() < Duration::from_secs(10), "it is not renewed");
        std::thread::sleep(Duration::from_millis(100));
    }
    let policies = home.sts().requests().into_iter().filter(|request| request.param("Policy").is_some());
    assert_eq!(policies.count(), home.sts().requests().len());
    pty.line("");
    pty.finish();
}

#[test]
fn a_code_by_a_pipe_goes_to_the_run_and_the_server_needs_none() {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    home.sts().emulator().set_role_lifetime(4);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let vars = home.rig("vars");
    let script = format!(
        "eval \"$(echo \"$CODE\" | aws-auth serve --from pass --token-code -)\" || exit 9; {TELL} >'{}'; sleep 6",
        vars.display()
    );
    let running = home.command(["sh", "-c", &script]).env("CODE", &code).start();
    let started = Instant::now();
    while home.sts().actions().len() < 3 {
        assert!(started.elapsed() < Duration::from_secs(20), "{:?}", home.sts().actions());
        std::thread::sleep(Duration::from_millis(20));
    }
    running.finish().ok();
    assert_eq!(home.sts().with_code().len(), 1);
}

#[test]
fn status_says_until_when_a_server_is_good_and_how_its_last_renewal_went() {
    let home = bob();
    home.sts().emulator().set_role_lifetime(60);
    let vars = home.rig("vars");
    let script = format!(
        "eval \"$(aws-auth serve --from pass)\" || exit 9; {TELL} >'{}'; aws-auth status --format json; aws-auth status; read -r end",
        vars.display()
    );
    let mut pty = home.command(["bash", "-c", &script]).pty();
    let json = pty.expect("}\r\n").replace("\r\n", "");
    let json = json.rsplit_once("\n{").map_or(json.clone(), |(_, last)| format!("{{{last}"));
    let json = format!("{}}}", &json[json.find('{').expect("an object")..]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let credentials = &json["endpoint"]["credentials"];
    assert_eq!(credentials["role_arn"], role::PLAIN);
    assert_eq!(credentials["expiration"], *home.sts().emulator().issued()[0].expiration);
    let (left, renews) = (credentials["seconds_left"].as_u64(), credentials["renews_in_seconds"].as_u64());
    assert!(left.is_some_and(|left| (50..=60).contains(&left)), "{json}");
    assert!(renews.is_some_and(|renews| (20..=30).contains(&renews)), "{json}");
    pty.expect("Its server gives out role/plain in 111122223333, until ");
    pty.expect("it renews them in 2");
    pty.line("");
    pty.finish();
}

#[test]
fn s12_logout_names_the_servers_of_other_shells_and_ends_its_own() {
    let home = bob();
    let vars = home.rig("vars");
    let script =
        format!("eval \"$(aws-auth serve --from pass)\" || exit 9; {TELL} >'{}'; echo $$; read -r end", vars.display());
    let mut pty = home.command(["bash", "-c", &script]).pty();
    let shell = pty.pid().as_raw_nonzero().to_string();
    pty.expect(&shell);
    pty.until("the variables are told", |_| vars.exists() && !run::read(&vars).is_empty());
    let outcome = home.run(["logout"]).go();
    outcome.ok().says(&format!("still serves another shell, process {shell}"));
    let client = Client::of(&String::from_utf8(run::read(&vars)).expect("text"));
    client.key();
    pty.line("");
    pty.finish();
    gone(&client.host);
}
