//! The agent among faults: killed, stopped, out of descriptors, crowded, with another in its place; and other users.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use crate::support::agent::{self, Agents, shown, wait_for_end, without_keyring};
use crate::support::fake;
use crate::support::sts::{ALICE, role};
use crate::support::{Home, Outcome, run, tools};

const SOON: Duration = Duration::from_secs(10);
const NOBODY: u32 = 65_534;

fn alice() -> Home {
    let home = Home::with_sts();
    let _ = fake::pass(&home, &ALICE, "");
    home
}

fn with_code(home: &Home, args: &[&str]) -> Outcome {
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code]).args(args).go()
}

fn again(home: &Home) -> Outcome {
    home.run(["--from", "pass"]).go()
}

fn with_session(home: &Home) -> (Agents<'_>, Outcome) {
    let agents = agent::on(home);
    let first = with_code(home, &[]);
    home.sts().delivered_session(&first, &ALICE);
    (agents, first)
}

fn kill(pid: u32, signal: Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).expect("a process");
    rustix::process::kill_process(pid, signal).expect("a signal");
}

/// Only root can be two users.
fn is_root() -> bool {
    tools::needs_root("only root can be another user") && tools::need("setpriv").is_some()
}

/// The first place, as a run would make it, with nobody there.
fn made_place(agents: &Agents) -> PathBuf {
    let directory = agents.directory();
    fs::create_dir(&directory).expect("the place");
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).expect("its mode");
    directory
}

// ---- an agent that is ill

#[test]
fn r105_p3_a_stopped_agent_is_neither_waited_for_long_nor_replaced() {
    let home = alice();
    let (agents, first) = with_session(&home);
    let (pid, inode) = (agents.pid(), fs::metadata(agents.socket()).expect("the socket").ino());
    kill(pid, Signal::STOP);
    let crowd: Vec<UnixStream> = (0..200).map(|_| UnixStream::connect(agents.socket()).expect("a place")).collect();
    let outcome = with_code(&home, &[]);
    outcome.ok().within(Duration::from_secs(20)).says(&format!("the agent (process {pid}) gives no answer"));
    assert_eq!(outcome.err().matches("nothing can be kept").count(), 1, "{outcome:?}");
    let status = home.run(["status"]).go();
    status.ok().says_out(&format!("What is kept cannot be told: the agent (process {pid}) gives no answer."));
    assert_eq!((fs::metadata(agents.socket()).expect("the socket").ino(), agents.processes()), (inode, vec![pid]));
    drop(crowd);
    kill(pid, Signal::CONT);
    assert_eq!(again(&home).exports(), first.exports(), "it goes on");
}

#[test]
fn r101_a_stopped_agent_is_waited_for_once_however_many_profiles_are_listed() {
    let home = alice();
    let (agents, _) = with_session(&home);
    let names: Vec<_> = (0..8).map(|number| format!("p{number}")).collect();
    let sections: Vec<_> = names.iter().map(|name| format!("[profile {name}]\naws_auth_from = pass\n")).collect();
    home.write(".aws/config", sections.concat());
    let pid = agents.pid();
    kill(pid, Signal::STOP);
    let unknown = format!("what is kept cannot be told: the agent (process {pid}) gives no answer");
    home.run(["list"]).go().ok().within(Duration::from_secs(5)).says(&unknown);
    let outcome = home.run(["list", "--names"]).go();
    assert_eq!(outcome.ok().out(), names.join("\n") + "\n");
    assert!(!outcome.err().contains("agent") && outcome.took < Duration::from_secs(1), "{outcome:?}");
    home.run(["doctor", "--profile", "p1"]).go().says_out(&unknown);
    kill(pid, Signal::CONT);
    home.run(["list"]).go().ok().does_not_say("what is kept");
}

#[test]
fn p3_a_full_queue_is_no_reason_to_start_another() {
    let home = alice();
    let (agents, _) = with_session(&home);
    let pid = agents.pid();
    kill(pid, Signal::STOP);
    let mut crowd = Vec::new();
    // Until nobody more has room.
    while let Ok(stream) = aws_auth::os::local::connect(&agents.socket(), std::time::Instant::now()) {
        crowd.push(stream);
        assert!(crowd.len() < 10_000, "the queue has no end");
    }
    with_code(&home, &[]).ok().within(Duration::from_secs(20));
    assert_eq!(agents.processes(), [pid]);
    kill(pid, Signal::CONT);
    drop(crowd);
    again(&home).ok();
}

#[test]
fn r105_a_killed_agent_is_a_cold_cache_and_no_more() {
    let home = alice();
    let (agents, _) = with_session(&home);
    let old = agents.pid();
    kill(old, Signal::KILL);
    wait_for_end(old, SOON);
    again(&home).fails(16);
    home.run(["status"]).go().ok().says_out("Nothing is kept for the next run.");
    with_code(&home, &[]).ok();
    assert_ne!(agents.pid(), old);
    again(&home).ok();
}

#[test]
fn r105_p6_idle_clients_and_too_few_descriptors_stop_nobody() {
    let home = alice();
    let agents = agent::on(&home);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let script = "ulimit -n 64; exec aws-auth --from pass --token-code \"$1\"";
    let first = home.command(["bash", "-c", script, "bash", &code]).go();
    assert!(
        shown(agents.pid(), "limits").lines().any(|line| line.starts_with("Max open files") && line.contains(" 64 "))
    );
    let idle: Vec<UnixStream> = (0..100).map(|_| UnixStream::connect(agents.socket()).expect("a place")).collect();
    for _ in 0..5 {
        assert_eq!(again(&home).exports(), first.exports());
    }
    let crowd: Vec<UnixStream> = (0..100).map(|_| UnixStream::connect(agents.socket()).expect("a place")).collect();
    assert_eq!(again(&home).exports(), first.exports());
    drop((idle, crowd));
}

/// Opens so many connections that say nothing, says so, and keeps them until its input ends.
const CROWD: &str = r#"
import resource, socket, sys
count = int(sys.argv[2])
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (min(count + 100, hard) if hard > 0 else count + 100, hard))
streams = []
for _ in range(count):
    stream = socket.socket(socket.AF_UNIX)
    try:
        stream.connect(sys.argv[1])
    except OSError as error:
        sys.exit(f"connection {len(streams)}: {error}")
    streams.append(stream)
print(len(streams), flush=True)
sys.stdin.read()
"#;

#[test]
fn p6_ten_thousand_clients_that_say_nothing_stop_nobody() {
    let home = alice();
    let (agents, first) = with_session(&home);
    let mut crowd = Command::new("python3");
    crowd.args(["-c", CROWD]).arg(agents.socket()).arg("10000").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut crowd = run::spawn(&mut crowd).expect("a crowd");
    let count = crowd.stdout.as_mut().expect("its output").read(&mut [0; 16]).expect("what it says");
    if count == 0 {
        let _ = crowd.wait();
        return tools::cannot_run("so many descriptors cannot be had");
    }
    for _ in 0..3 {
        assert_eq!(again(&home).exports(), first.exports());
    }
    drop(crowd.stdin.take());
    crowd.wait().expect("it ends");
    assert_eq!(again(&home).exports(), first.exports());
}

#[test]
fn r105_p15_clients_that_go_at_once_or_talk_nonsense_stop_nobody() {
    let home = alice();
    let (agents, first) = with_session(&home);
    for _ in 0..64 {
        drop(UnixStream::connect(agents.socket()).expect("a place"));
    }
    let large = vec![b'x'; 1_000_000];
    let rows: [&[u8]; 7] =
        [b"", b"\n", b"get\n", b"put af 1000 100\nfew", b"\0\xff\x1b[2J\n", b"GET / HTTP/1.1\r\n\r\n", &large];
    for row in rows {
        let mut stream = UnixStream::connect(agents.socket()).expect("a place");
        // It need not listen to the end of it.
        let _ = stream.write_all(row);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer == b"bad\n" || answer.is_empty(), "{}", String::from_utf8_lossy(&answer));
    }
    assert_eq!(again(&home).exports(), first.exports());
}

// ---- its socket

#[test]
fn r104_p8_it_ends_when_its_socket_or_the_directory_is_gone_or_anothers() {
    for what in ["the socket is gone", "the directory is gone", "another one is there"] {
        let home = alice();
        let (agents, _) = with_session(&home);
        let pid = agents.pid();
        // It looks each minute, and when it is told something: this connection is made before.
        let mut stream = UnixStream::connect(agents.socket()).expect("a place");
        let moved = home.rig("moved");
        let mut other = None;
        match what {
            "the socket is gone" => fs::remove_file(agents.socket()).expect("it goes"),
            "the directory is gone" => fs::rename(agents.directory(), &moved).expect("it goes"),
            _ => {
                fs::remove_file(agents.socket()).expect("it goes");
                other = Some(UnixListener::bind(agents.socket()).expect("another one"));
            }
        }
        println!("{what}");
        stream.write_all(b"forget 00\n").expect("a request");
        stream.shutdown(std::net::Shutdown::Write).expect("its end");
        wait_for_end(pid, SOON);
        assert_eq!(agents.socket().exists(), other.is_some(), "another's socket stays");
        drop(other);
        with_code(&home, &[]).ok().does_not_say("nothing can be kept");
        again(&home).ok();
    }
}

#[test]
fn r105_p9_runs_beside_an_agent_that_ends_all_the_time_have_their_answer() {
    let home = alice();
    let agents = agent::on(&home);
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    let rounds = rounds(10);
    for round in 0..rounds {
        let args = |number: usize| {
            let name = format!("run-{round}-{number}");
            ["--from", "env", "--role-arn", role::PLAIN, "--role-session-name", &name].map(str::to_owned)
        };
        let started: Vec<_> = (0..6).map(|number| home.run(args(number)).start()).collect();
        for _ in 0..3 {
            if let Some(pid) = agents.find() {
                kill(pid, Signal::TERM);
            }
            thread::sleep(Duration::from_millis(7));
        }
        for outcome in started.into_iter().map(crate::support::run::Running::finish) {
            outcome.ok().does_not_say("nothing can be kept");
        }
        assert!(agents.processes().len() <= 1, "{:?}", agents.processes());
    }
}

/// `AWS_AUTH_TEST_AGENT_ROUNDS`, for the long runs, or so many.
fn rounds(usual: usize) -> usize {
    std::env::var("AWS_AUTH_TEST_AGENT_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

#[test]
fn r106_p2_many_first_runs_leave_one_agent_also_where_a_killed_one_has_left_its_socket() {
    let home = alice();
    let agents = agent::on(&home);
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    for round in 0..rounds(3) {
        let start = |number: usize| {
            let name = format!("run-{round}-{number}");
            home.run(["--from", "env", "--role-arn", role::PLAIN, "--role-session-name", &name]).start()
        };
        let started: Vec<_> = (0..20).map(start).collect();
        for outcome in started.into_iter().map(crate::support::run::Running::finish) {
            outcome.ok().does_not_say("nothing can be kept");
        }
        let pid = agents.pid();
        assert_eq!(agents.processes(), [pid]);
        let all = agents.says(b"all\n");
        assert_eq!(all.matches("session_token").count(), 20, "each of them is kept by this one");
        kill(pid, Signal::KILL);
        wait_for_end(pid, SOON);
    }
}

#[test]
fn what_somebody_has_put_in_its_place_is_passed_over_and_nothing_told() {
    for what in
        ["a directory in the socket's place", "a file", "a link", "a listener that talks nonsense", "a silent one"]
    {
        let home = alice();
        let agents = agent::on(&home);
        let directory = made_place(&agents);
        let mut listener = None;
        match what {
            "a directory in the socket's place" => fs::create_dir(agents.socket()).expect("a directory"),
            "a file" => fs::write(agents.socket(), "").expect("a file"),
            "a link" => symlink(home.path("target"), agents.socket()).expect("a link"),
            _ => {
                let bound = UnixListener::bind(agents.socket()).expect("a listener");
                let silent = what == "a silent one";
                let other = bound.try_clone().expect("a second hold on it");
                thread::spawn(move || {
                    let mut kept = Vec::new();
                    while let Ok((mut stream, _)) = other.accept() {
                        if silent {
                            kept.push(stream);
                            continue;
                        }
                        let _ = stream.write_all(b"hello\nworld\n");
                    }
                });
                listener = Some(bound);
            }
        }
        println!("{what}");
        let outcome = with_code(&home, &[]);
        outcome.ok().within(Duration::from_secs(20));
        if listener.is_none() && what != "a link" {
            assert_eq!(again(&home).exports(), outcome.exports(), "it is kept at the next place");
        }
        assert!(!home.path("target").exists());
        let left = fs::read_dir(&directory).expect("the place").count();
        assert!(left <= 3, "{left} files");
    }
}

#[test]
fn p5_no_place_costs_nobody_the_credentials() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    let home = alice();
    home.unset("AWS_AUTH_NO_CACHE");
    home.set("AWS_AUTH_STORE", "agent");
    let code = || home.sts().fresh_code(ALICE.mfa_serial);
    // /proc takes no new file, not even root's.
    for (places, dir) in
        [("/proc", "/proc"), ("/proc/nonexistent", "/proc/nonexistent"), ("/dev/null", "/proc/nonexistent")]
    {
        let run = home.run(["--from", "pass", "--token-code", &code()]).env("AWS_AUTH_TEST_PLACES", places);
        let outcome = run.env("HOME", dir).env("XDG_RUNTIME_DIR", dir).env("XDG_STATE_HOME", dir).go();
        outcome.ok().within(Duration::from_secs(20));
        assert!(outcome.err().lines().count() <= 3, "{outcome:?}");
    }
    // A disk that is full is one where nothing can be made any more.
    let unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"];
    let mount = "mount -t tmpfs -o size=4k,nr_inodes=1 full \"$AWS_AUTH_TEST_PLACES\" && \
                 mount -t tmpfs -o size=4k,nr_inodes=1 full \"$XDG_RUNTIME_DIR\" && mount -t tmpfs -o ro none \"$XDG_STATE_HOME\"";
    fs::create_dir_all(home.path(".local/state")).expect("the state's directory");
    if !home.command(unshare).args([mount]).go().status.success() {
        return tools::cannot_run("no file system can be mounted");
    }
    let code = code();
    let script = format!("{mount} && HOME=\"$XDG_STATE_HOME\" exec aws-auth \"$@\"");
    let outcome = home.command(unshare).args([&script, "sh", "--from", "pass", "--token-code", &code]).go();
    outcome.ok().within(Duration::from_secs(20));
}

#[test]
fn p5_why_it_cannot_be_started_is_told_once() {
    let home = alice();
    let agents = agent::on(&home);
    // At the only place there is, something is where its lock has to be.
    let directory = made_place(&agents);
    fs::create_dir(directory.join("agent-1.lock")).expect("a directory");
    for other in ["dev", "tmp"] {
        fs::remove_dir_all(home.root().join("places").join(other)).expect("it goes");
    }
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run =
        home.run(["--from", "pass", "--role-arn", role::DEV, "--token-code", &code]).env("HOME", "/proc/nonexistent");
    let outcome = run.env("XDG_RUNTIME_DIR", "").go();
    outcome.ok().says("agent-1.sock: ").says("directory");
    assert_eq!(outcome.err().matches("nothing can be kept").count(), 1, "{outcome:?}");
}

// ---- other users

#[test]
fn r103_p14_a_place_that_another_user_has_made_is_not_used() {
    if !is_root() {
        return;
    }
    for what in ["another's directory", "a link to another's", "a directory for everybody"] {
        let home = alice();
        let agents = agent::on(&home);
        let directory = agents.directory();
        match what {
            "another's directory" => {
                fs::create_dir(&directory).expect("a directory");
                chown(&directory, Some(NOBODY), Some(NOBODY)).expect("its owner");
            }
            "a link to another's" => {
                let other = home.rig("other");
                fs::create_dir(&other).expect("a directory");
                chown(&other, Some(NOBODY), Some(NOBODY)).expect("its owner");
                symlink(&other, &directory).expect("a link");
            }
            _ => {
                fs::create_dir(&directory).expect("a directory");
                fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).expect("its mode");
            }
        }
        let heard = listen(&home, &agents.socket());
        println!("{what}");
        let first = with_code(&home, &[]);
        assert_eq!(again(&home).exports(), first.exports(), "it is kept at the next place");
        assert_eq!(agents.processes().len(), 1);
        heard.check();
    }
}

/// A program of another user that listens, and writes down what it is told.
struct Heard {
    child: std::process::Child,
    file: PathBuf,
}

const LISTEN: &str = r"
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
listener.listen(64)
print('listening', flush=True)
while True:
    stream, _ = listener.accept()
    with open(sys.argv[2], 'ab') as file:
        file.write(stream.recv(65536))
";

fn listen(home: &Home, socket: &std::path::Path) -> Heard {
    let file = home.rig("heard");
    fs::write(&file, "").expect("a file");
    chown(&file, Some(NOBODY), Some(NOBODY)).expect("its owner");
    fs::set_permissions(home.root(), fs::Permissions::from_mode(0o755)).expect("a way in");
    let run = home.root().join(format!("places/run/user/{}", rustix::process::geteuid().as_raw()));
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).expect("a way in");
    let id = NOBODY.to_string();
    let mut child = Command::new("setpriv");
    child.args(["--reuid", &id, "--regid", &id, "--clear-groups", "/usr/bin/python3", "-c", LISTEN]);
    let mut child = run::spawn(child.arg(socket).arg(&file).stdout(Stdio::piped())).expect("a listener");
    let count = child.stdout.as_mut().expect("its output").read(&mut [0; 16]).expect("what it says");
    assert!(count > 0, "it listens");
    Heard { child, file }
}

impl Heard {
    #[track_caller]
    fn check(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        assert_eq!(fs::metadata(&self.file).expect("the file").len(), 0, "something was told to another user");
    }
}

#[test]
fn r103_p14_nothing_is_told_to_another_users_program_at_our_own_socket() {
    if !is_root() {
        return;
    }
    let home = alice();
    let agents = agent::on(&home);
    let directory = made_place(&agents);
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o777)).expect("its mode");
    let heard = listen(&home, &agents.socket());
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).expect("its mode");
    let first = with_code(&home, &[]);
    first.ok();
    assert_eq!(again(&home).exports(), first.exports());
    assert_eq!(agents.processes(), [agents.pid()], "its socket was taken away, and ours is there");
    heard.check();
}

#[test]
fn r103_another_user_is_answered_nothing() {
    if !is_root() {
        return;
    }
    let home = alice();
    let (agents, first) = with_session(&home);
    // As if it had been left open.
    for (path, mode) in [(agents.directory(), 0o755), (agents.socket(), 0o666)] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("its mode");
    }
    let ask = "import socket, sys\ns = socket.socket(socket.AF_UNIX)\ns.connect(sys.argv[1])\n\
               try:\n    s.sendall(b'all\\n')\n    s.shutdown(1)\n    print(len(s.recv(65536)))\nexcept OSError as error:\n    print(0)";
    fs::set_permissions(home.root(), fs::Permissions::from_mode(0o755)).expect("a way in");
    let run = home.root().join("places/run/user/0");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o755)).expect("a way in");
    let id = NOBODY.to_string();
    let socket = agents.socket().display().to_string();
    let other = ["setpriv", "--reuid", &id, "--regid", &id, "--clear-groups", "python3", "-c", ask, &socket];
    assert_eq!(home.command(other).go().ok().out(), "0\n");
    assert_ne!(home.command(["python3", "-c", ask, &socket]).go().ok().out(), "0\n", "the test can tell");
    fs::set_permissions(agents.directory(), fs::Permissions::from_mode(0o700)).expect("its mode");
    assert_eq!(again(&home).exports(), first.exports());
}

#[test]
fn p15_a_user_namespace_of_its_own_has_an_agent_of_its_own_or_none() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    let home = alice();
    let agents = agent::on(&home);
    let unshare = ["unshare", "--user", "--map-current-user"];
    if !home.command(unshare).args(["true"]).go().status.success() {
        return tools::cannot_run("no user namespace can be had");
    }
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.command(unshare).args(["aws-auth", "--from", "pass", "--token-code", &code]).go().ok();
    home.command(unshare).args(["aws-auth", "--from", "pass"]).go().ok();
    // Ours is the same user, and may be asked.
    again(&home).ok();
    assert_eq!(agents.all().len(), 1);
}

// ---- for long

#[test]
#[ignore = "it makes 100,000 requests: tests/long runs it"]
fn a_hundred_thousand_requests_leave_its_memory_as_it_was() {
    let home = alice();
    let (agents, _) = with_session(&home);
    let resident = || {
        let status = shown(agents.pid(), "status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("a line");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number")
    };
    let entry = "x".repeat(2500);
    let rounds = |count: u32| {
        for number in 0..count {
            let name = format!("{:02x}", number % 20);
            let request = match number % 5 {
                0 => format!("put {name} 600000 {}\n{entry}", entry.len()),
                1 => "all\n".to_owned(),
                2 => format!("forget {name}\n"),
                _ => format!("get {name}\n"),
            };
            agents.says(request.as_bytes());
        }
    };
    rounds(1000);
    let before = resident();
    rounds(100_000);
    assert!(resident() < before + 512, "{before} kB before, {} kB after", resident());
}

#[test]
#[ignore = "it makes a thousand runs: tests/long runs it"]
fn p10_a_thousand_runs_in_a_row_leave_one_agent_and_no_zombie() {
    let home = alice();
    let (agents, first) = with_session(&home);
    for number in 0..1000 {
        let dir = home.root().join(format!("tmp/{number}"));
        fs::create_dir(&dir).expect("a directory");
        assert_eq!(home.run(["--from", "pass"]).env("TMPDIR", &dir).go().exports(), first.exports());
    }
    assert_eq!(agents.processes(), [agents.pid()]);
}

#[test]
#[ignore = "it waits for more than a minute: tests/long runs it"]
fn it_rests_when_nobody_asks_and_sees_within_a_minute_that_its_socket_is_gone() {
    let home = alice();
    let (agents, _) = with_session(&home);
    let pid = agents.pid();
    let woken = || {
        let status = shown(pid, "status");
        let line = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")).expect("a line");
        line.trim().parse::<u64>().expect("a number")
    };
    thread::sleep(Duration::from_secs(2));
    let before = woken();
    thread::sleep(Duration::from_secs(61));
    assert!(woken() <= before + 2, "it woke up {} times in a minute", woken() - before);
    fs::remove_file(agents.socket()).expect("it goes");
    wait_for_end(pid, Duration::from_secs(70));
}

// ---- containers

#[test]
fn in_a_container_the_hosts_server_gives_the_credentials() {
    let home = alice();
    let Some(python) = tools::python() else { return };
    let alone = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
    if !home.command(alone).args(["true"]).go().status.success() {
        return tools::cannot_run("no such namespaces can be had");
    }
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let ask = "import boto3; print(boto3.Session().get_credentials().get_frozen_credentials().access_key)";
    let args = ["exec", "--serve", "--from", "pass", "--role-arn", role::DEV, "--token-code", &code, "--"];
    let outcome = home.run(args).args(alone).args(without_keyring()).args([python.as_os_str()]).args(["-c", ask]).go();
    let issued = home.sts().emulator().issued();
    assert_eq!(outcome.ok().out().trim(), issued.last().expect("a session").access_key_id);
}

/// A relay from a port of this network namespace to a socket in the file system, and the way back: the emulator listens
/// in the network of the tests.
const RELAY: &str = r#"
import socket, sys, threading
def pump(a, b):
    try:
        while data := a.recv(65536):
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass
def serve(listener, connect):
    while True:
        one, _ = listener.accept()
        other = connect()
        for pair in (one, other), (other, one):
            threading.Thread(target=pump, args=pair, daemon=True).start()
def inside(path, port):
    listener = socket.create_server(("127.0.0.1", int(port)))
    def connect():
        s = socket.socket(socket.AF_UNIX); s.connect(path); return s
    print("ready", flush=True)
    serve(listener, connect)
def outside(path, port):
    listener = socket.socket(socket.AF_UNIX); listener.bind(path); listener.listen(64)
    print("ready", flush=True)
    serve(listener, lambda: socket.create_connection(("127.0.0.1", int(port))))
{"inside": inside, "outside": outside}[sys.argv[1]](*sys.argv[2:])
"#;

#[test]
fn in_a_container_the_agent_lives_as_long_as_its_processes() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    let home = alice();
    home.unset("AWS_AUTH_NO_CACHE");
    let alone = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc", "--net"];
    if !home.command(alone).args(["ip", "link", "set", "lo", "up"]).go().status.success() {
        return tools::cannot_run("no such namespaces can be had");
    }
    let relay = home.rig("relay.py");
    fs::write(&relay, RELAY).expect("the relay");
    let port = home.sts().url().rsplit_once(':').expect("a port").1.to_owned();
    let path = home.rig("relay.sock").display().to_string();
    let mut outside = Command::new("python3");
    outside.arg(&relay).args(["outside", &path, &port]).stdout(Stdio::piped());
    let mut outside = run::spawn(&mut outside).expect("the relay");
    let _ = outside.stdout.as_mut().expect("its output").read(&mut [0; 16]);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    // What docs/sessions.md says of containers: the second run has no code, the agent is no zombie's parent, logout ends it.
    let script = "set -e; ip link set lo up; python3 \"$1\" inside \"$2\" \"$3\" >/tmp/ready.$$ & relay=$!; \
                  while ! [ -s /tmp/ready.$$ ]; do sleep 0.05; done; rm /tmp/ready.$$; \
                  one=$(aws-auth --from pass --token-code \"$4\"); two=$(aws-auth --from pass); test \"$one\" = \"$two\"; \
                  aws-auth status | grep 'by the agent (process'; aws-auth logout; aws-auth status | grep 'Nothing is kept for'; \
                  kill $relay";
    let [python, no_keyring] = without_keyring();
    let all = [&python, &no_keyring, "sh", "-c", script, "sh"].map(str::to_owned);
    let outcome = home.command(alone).args(all).args([&relay.display().to_string(), &path, &port, &code]).go();
    let _ = outside.kill();
    let _ = outside.wait();
    outcome.ok().says_out("Forgot one session.");
    home.sts().saw(&["GetSessionToken"]);
}
