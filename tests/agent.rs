//! The agent: one code a day where the kernel keeps nothing, by a process that leaves no trace in whoever starts it.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::time::Duration;

use rustix::process::Signal;
use serde_json::Value;

use crate::support::agent::{self, Agents, shown, wait_for_end, without_keyring};
use crate::support::fake;
use crate::support::pty::Pty;
use crate::support::run;
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{Home, Outcome, gpg, tools};

/// As long as a process may take to end on a busy machine.
const SOON: Duration = Duration::from_secs(10);

fn of(person: &Person) -> Home {
    let home = Home::with_sts();
    let _ = fake::pass(&home, person, "");
    home
}

fn with_code(home: &Home, args: &[&str]) -> Outcome {
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["--from", "pass", "--token-code", &code]).args(args).go()
}

/// A run without a code and without a terminal: whoever needs a code fails.
fn run(home: &Home, args: &[&str]) -> Outcome {
    home.run(["--from", "pass"]).args(args).go()
}

/// A user whose agent keeps a session.
fn with_session(home: &Home) -> (Agents<'_>, Outcome) {
    let agents = agent::on(home);
    let first = with_code(home, &[]);
    home.sts().delivered_session(&first, &ALICE);
    (agents, first)
}

/// `logout` where the kernel keeps nothing: the keyring is one for all homes of the user.
fn logout(home: &Home, args: &[&str]) -> Outcome {
    let own = tools::binary().display().to_string();
    home.command(without_keyring()).args([own.as_str(), "logout"]).args(args).go()
}

fn kill(pid: u32, signal: Signal) {
    let pid = rustix::process::Pid::from_raw(pid.cast_signed()).expect("a process");
    rustix::process::kill_process(pid, signal).expect("a signal");
}

// ---- what it is for

#[test]
fn one_code_a_day_where_the_kernel_keeps_nothing() {
    let home = of(&ALICE);
    home.unset("AWS_AUTH_NO_CACHE");
    let own = tools::binary().display().to_string();
    let run = |args: &[&str]| home.command(without_keyring()).args([own.as_str()]).args(args).go();
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let first = run(&["--from", "pass", "--token-code", &code]);
    home.sts().delivered_session(&first, &ALICE);
    fs::remove_file(home.rig("bin/pass")).expect("the manager is needed no more");
    assert_eq!(run(&["--from", "pass"]).exports(), first.exports());
    home.sts().delivered_role(&run(&["--from", "pass", "--role-arn", role::DEV]), &ALICE, role::DEV);
    run(&["--from", "pass", "--role-arn", role::OTHER_DEV]).ok();
    home.sts().saw(&["GetSessionToken", "AssumeRole", "AssumeRole"]);
    run(&["status"])
        .ok()
        .says_out("Kept for the next run, by the agent (process ")
        .says_out("  pass  mfa/alice in 111122223333  until ");
    let json = run(&["status", "--format", "json"]);
    let json: Value = serde_json::from_str(json.ok().out()).expect("JSON");
    assert_eq!((&json["store"], &json["keeps"]), (&"agent".into(), &true.into()));
    run(&["logout"]).ok().says_out("Forgot 3 sessions.");
    // The real one has nothing.
    run(&["--from", "pass"]).fails(13);
}

#[test]
fn the_store_is_what_the_variable_says() {
    let home = of(&ALICE);
    home.unset("AWS_AUTH_NO_CACHE");
    let store = |value: &str| {
        let status = home.run(["status", "--format", "json"]).env("AWS_AUTH_STORE", value).go();
        let json: Value = serde_json::from_str(status.ok().out()).expect("JSON");
        json["store"].clone()
    };
    assert_eq!((store("agent"), store("none")), ("agent".into(), Value::Null));
    let refused = "AWS_AUTH_STORE cannot be \"file\"";
    home.run(["--from", "pass"])
        .env("AWS_AUTH_STORE", "file")
        .go()
        .fails(10)
        .says(refused)
        .says("keyring, agent and none");
    home.run(["status"]).env("AWS_AUTH_STORE", "file").go().ok().says_out(refused);
    // Nothing is kept where nothing is to be.
    home.set("AWS_AUTH_STORE", "none");
    with_code(&home, &[]).ok();
    run(&home, &[]).fails(16);
    run(&home, &["status"]);
    home.run(["status"]).go().ok().says_out("Nothing is kept between runs");
}

#[test]
fn r85_what_it_leaves_on_the_disk_is_the_users_alone_and_holds_nothing() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.command(["sh", "-c", "umask 0; exec aws-auth --from pass --token-code \"$1\"", "sh", &code]).go().ok();
    let mode = |path: &std::path::Path| fs::symlink_metadata(path).expect("metadata").permissions().mode() & 0o7777;
    assert_eq!((mode(&agents.directory()), mode(&agents.socket())), (0o700, 0o600));
    for file in fs::read_dir(agents.directory()).expect("its directory").flatten() {
        let metadata = file.metadata().expect("metadata");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{:?}", file.path());
        assert_eq!(metadata.len(), 0, "{:?}", file.path());
    }
}

#[test]
fn who_only_looks_or_keeps_nothing_starts_none() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    run(&home, &["--no-input"]).fails(16);
    home.run(["status"]).go().ok();
    logout(&home, &[]).ok();
    with_code(&home, &["--no-cache"]).ok();
    with_code(&home, &["--explain"]).ok();
    assert!(!agents.directory().exists(), "not even a place for it is made");
    // And what an agent keeps is not given to who does not want it.
    with_code(&home, &[]).ok();
    let pid = agents.pid();
    run(&home, &["--no-cache"]).fails(16);
    run(&home, &[]).ok();
    assert_eq!(agents.processes(), [pid]);
}

#[test]
fn r91_twenty_cold_starts_with_one_code_are_twenty_equal_answers_by_one_call() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    for round in 1..=2 {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let started: Vec<_> = (0..20).map(|_| home.run(["--from", "pass", "--token-code", &code]).start()).collect();
        let outcomes: Vec<Outcome> = started.into_iter().map(crate::support::run::Running::finish).collect();
        for outcome in &outcomes {
            assert_eq!(outcome.exports(), outcomes[0].exports());
        }
        assert_eq!(home.sts().with_code().len(), round, "one code was sent");
        let pid = agents.pid();
        assert_eq!(agents.processes(), [pid], "one agent");
        // A killed one leaves its socket behind.
        kill(pid, Signal::KILL);
        wait_for_end(pid, SOON);
        assert!(agents.socket().exists());
    }
}

#[test]
fn r91_they_share_it_also_where_no_variable_names_a_directory() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let start = |_| {
        let run = home.run(["--from", "pass", "--token-code", &code]).env("HOME", "/proc");
        run.env("XDG_RUNTIME_DIR", "/proc/none").env("XDG_STATE_HOME", "/proc").start()
    };
    let started: Vec<_> = (0..20).map(start).collect();
    let outcomes: Vec<Outcome> = started.into_iter().map(crate::support::run::Running::finish).collect();
    for outcome in &outcomes {
        outcome.does_not_say("parallel runs cannot share");
        assert_eq!(outcome.exports(), outcomes[0].exports());
    }
    home.sts().saw(&["GetSessionToken"]);
    agents.pid();
}

#[test]
fn where_nothing_is_shared_a_code_that_lost_is_told_before_the_manager_is_asked() {
    let home = of(&ALICE);
    home.set("AWS_AUTH_STORE", "none");
    home.unset("AWS_AUTH_NO_CACHE");
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let args = ["--from", "pass", "--token-code", &code];
    let started: Vec<_> = (0..5).map(|_| home.run(args).start()).collect();
    let outcomes: Vec<Outcome> = started.into_iter().map(crate::support::run::Running::finish).collect();
    let (won, lost): (Vec<_>, Vec<_>) = outcomes.iter().partition(|outcome| outcome.status.success());
    assert_eq!((won.len(), lost.len()), (1, 4));
    for outcome in lost {
        outcome.fails(21).says("was used already, or refused");
    }
    let calls = || fs::read_dir(home.rig("calls/pass")).expect("the calls").count();
    let asked = calls();
    assert!(asked <= 4, "the manager was asked by the one that won: {asked} entries");
    home.run(args).go().fails(21);
    assert_eq!(calls(), asked);
    // A run that may not share is in the same case.
    home.unset("AWS_AUTH_STORE");
    home.run(args).args(["--no-cache"]).go().fails(21);
    assert_eq!(calls(), asked);
    // Another code is another matter.
    with_code(&home, &["--no-cache"]).ok();
}

// ---- logout

#[test]
fn logout_ends_it_and_says_what_the_shell_still_holds() {
    let home = of(&ALICE);
    let (agents, first) = with_session(&home);
    let pid = agents.pid();
    home.set("AWS_SESSION_TOKEN", &first.exports()["AWS_SESSION_TOKEN"]);
    let held = logout(&home, &[]);
    home.unset("AWS_SESSION_TOKEN");
    held.ok().says_out("Forgot one session").says_out("This shell still holds temporary credentials");
    wait_for_end(pid, SOON);
    assert!(!agents.socket().exists() && agents.processes().is_empty());
    let again = logout(&home, &[]);
    assert_eq!(again.ok().out(), "Nothing was kept.\n");
    run(&home, &[]).fails(16);
}

#[test]
fn r104_logout_of_one_source_leaves_the_others_and_the_last_one_ends_it() {
    let home = of(&ALICE);
    let (agents, _) = with_session(&home);
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    let bob = home.run(["--from", "env", "--no-role"]).go();
    let pid = agents.pid();
    logout(&home, &["--from", "pass"]).ok().says_out("Forgot one session");
    run(&home, &[]).fails(16);
    assert_eq!(home.run(["--from", "env", "--no-role"]).go().exports(), bob.exports());
    assert_eq!(agents.pid(), pid);
    logout(&home, &["--from", "env"]).ok().says_out("Forgot one session");
    wait_for_end(pid, SOON);
}

/// Whoever names the manager alone may mean all of it.
#[test]
fn logout_of_a_manager_tells_of_its_items_that_are_kept_yet() {
    let home = Home::with_sts();
    let text = format!("{}\naccess_key_id: {}\n", BOB.secret_access_key, BOB.access_key_id);
    let _pass = fake::pass(&home, &BOB, "").on(&["show", "--", "work"], &fake::Answer::of(&text));
    let _agents = agent::on(&home);
    run(&home, &["--item", "work", "--no-mfa"]).ok();
    let rest = "Still kept: pass \"work\"; to forget all: aws-auth logout\n";
    let nothing = format!("Nothing was kept of pass's standard entries.\n{rest}");
    assert_eq!(logout(&home, &["--from", "pass"]).ok().out(), nothing);
    // An item of another manager, or an item that was named, is meant as it was said.
    assert_eq!(logout(&home, &["--from", "pass", "--item", "other"]).ok().out(), "Nothing was kept.\n");
    assert_eq!(logout(&home, &["--from", "op", "--item", "work"]).ok().out(), "Nothing was kept.\n");
    assert_eq!(logout(&home, &["--from", "env"]).ok().out(), "Nothing was kept.\n");
    assert_eq!(logout(&home, &["--from", "pass", "--item", "work"]).ok().out(), "Forgot one session.\n");
    assert_eq!(logout(&home, &["--from", "pass"]).ok().out(), "Nothing was kept.\n");
}

#[test]
fn logout_of_a_manager_that_nobody_knows_is_refused_unless_something_of_it_is_kept() {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, "");
    let _agents = agent::on(&home);
    run(&home, &["--no-mfa"]).ok();
    for args in [&["--from", "pas"][..], &["--from", "pas", "--item", "work"]] {
        let refused = logout(&home, args);
        refused.fails_saying(2, "").says("there is no manager called \"pas\"").says("is it pass?");
    }
    // One of the user's own, which is gone since.
    let own = "title = \"mine\"\nprogram = [\"mine\"]\n[read]\nargv = [\"get\", \"{entry}\"]\nshape = \"pairs\"\n";
    let own = home.write(".config/aws-auth/backends/mine.toml", own);
    let text = format!("access key id: {}\nsecret access key: {}\n", BOB.access_key_id, BOB.secret_access_key);
    fake::Fake::new(&home, "mine").on(&["get", "x"], &fake::Answer::of(&text));
    home.run(["--from", "mine", "--item", "x", "--no-mfa"]).go().ok();
    std::fs::remove_file(own).unwrap();
    logout(&home, &["--from", "mine"]).ok().says_out("Still kept: mine \"x\"");
    logout(&home, &["--from", "mine", "--item", "x"]).ok().says_out("Forgot ");
    logout(&home, &["--from", "mine"]).fails_saying(2, "");
}

#[test]
fn p10_logout_clears_every_store_and_the_agents_of_all_versions_in_all_places() {
    let home = of(&ALICE);
    let (agents, _) = with_session(&home);
    // Another version, at another place.
    let shm = home.root().join(format!("places/dev/shm/aws-auth-{}", rustix::process::geteuid().as_raw()));
    fs::create_dir(&shm).expect("a place");
    fs::set_permissions(&shm, fs::Permissions::from_mode(0o700)).expect("its mode");
    let others = [agents.directory().join("agent-7.sock"), shm.join("agent-9.sock")];
    for socket in &others {
        home.run(["agent".as_ref(), socket.as_os_str()]).start();
        let deadline = std::time::Instant::now() + SOON;
        while agent::say(socket, b"put af 60000 5\nentry").is_err() {
            assert!(std::time::Instant::now() < deadline, "{} is not there", socket.display());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    let pids = agents.all();
    assert_eq!(pids.len(), 3);
    logout(&home, &[]).ok().says_out("Forgot 3 sessions");
    for pid in pids {
        wait_for_end(pid, SOON);
    }
}

#[test]
fn p10_logout_ends_an_agent_that_gives_no_answer() {
    let home = of(&ALICE);
    let (agents, _) = with_session(&home);
    let pid = agents.pid();
    kill(pid, Signal::STOP);
    logout(&home, &[]).ok().says_out("Forgot one session.");
    wait_for_end(pid, SOON);
    run(&home, &[]).fails(16);
}

#[test]
fn r106_p16_two_installations_in_turn_share_one_agent_and_an_upgrade_leaves_it() {
    let home = of(&ALICE);
    let (agents, first) = with_session(&home);
    let pid = agents.pid();
    let builds: Vec<_> = ["one", "two"]
        .into_iter()
        .map(|name| {
            // beside the home: the sweep reads all that is in it
            let path = home.rig(name);
            run::copy_program(&path);
            path
        })
        .collect();
    for number in 0..20 {
        let build = &builds[number % 2];
        let outcome = home.command([build.as_os_str(), "--from".as_ref(), "pass".as_ref()]).go();
        assert_eq!(outcome.exports(), first.exports(), "{number}");
        if number == 10 {
            // as an upgrade does: the file of a program that is running is replaced
            let next = home.rig("next");
            run::copy_program(&next);
            fs::rename(&next, build).expect("an upgrade");
        }
    }
    assert_eq!(agents.all(), [pid]);
    let (own, other) = (builds[0].display().to_string(), builds[1].display().to_string());
    home.command(without_keyring()).args([own.as_str(), "logout"]).go().ok().says_out("Forgot one session");
    wait_for_end(pid, SOON);
    home.command([other.as_str(), "--from", "pass"]).go().fails(16);
}

// ---- one agent for all

#[test]
fn r106_p4_whatever_the_environment_says_there_is_one_agent() {
    let home = of(&ALICE);
    let (agents, first) = with_session(&home);
    let pid = agents.pid();
    let path = home.env()[std::ffi::OsStr::new("PATH")].clone();
    let bare = home.run(["--from", "pass"]).bare().env("PATH", &path).env("AWS_AUTH_STORE", "agent");
    let rows = [
        bare,
        home.run(["--from", "pass"]).env("TMPDIR", "/var/tmp"),
        home.run(["--from", "pass"]).env("XDG_RUNTIME_DIR", ""),
        home.run(["--from", "pass"]).env("XDG_RUNTIME_DIR", "/run/user/12345"),
        home.run(["--from", "pass"]).env("XDG_STATE_HOME", "/var/tmp").cwd("/"),
    ];
    for row in rows {
        let argv = format!("{:?}", row.env.keys().collect::<Vec<_>>());
        assert_eq!(row.go().exports(), first.exports(), "{argv}");
    }
    for number in 0..10 {
        let dir = home.root().join(format!("tmp/{number}"));
        fs::create_dir(&dir).expect("a directory");
        let args = ["--from", "pass", "--role-arn", role::DEV, "--role-session-name", &format!("run-{number}")];
        home.run(args).env("TMPDIR", &dir).go().ok();
    }
    assert_eq!(agents.processes(), [pid]);
}

#[test]
fn p13_a_runtime_directory_that_is_not_ours_is_passed_over() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let own = home.root().join(format!("places/run/user/{}", rustix::process::geteuid().as_raw()));
    fs::set_permissions(&own, fs::Permissions::from_mode(0o777)).expect("its mode");
    let first = with_code(&home, &[]);
    first.ok().does_not_say("nothing can be kept");
    assert_eq!(run(&home, &[]).exports(), first.exports());
    assert!(agents.find().is_none() && !own.join("aws-auth").exists(), "nothing was put there");
    assert_eq!(agents.all().len(), 1, "it is elsewhere");
}

#[test]
fn p21_a_path_too_long_for_a_socket_is_the_next_place() {
    let home = of(&ALICE);
    let _agents = agent::on(&home);
    let names = ["h".repeat(120), "é".repeat(60)];
    for name in &names {
        // Nowhere but at home, and at the place of the variable.
        agent::end_all(&home);
        let long = home.path(name);
        fs::create_dir(&long).expect("a directory");
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let run = home.run(["--from", "pass", "--token-code", &code]).env("HOME", &long);
        run.env("AWS_AUTH_TEST_PLACES", "/proc/nonexistent")
            .env("TMPDIR", &long)
            .go()
            .ok()
            .does_not_say("nothing can be kept");
        let kept =
            home.run(["--from", "pass"]).env("HOME", &long).env("AWS_AUTH_TEST_PLACES", "/proc/nonexistent").go();
        kept.ok();
        // In the last one of the list.
        assert!(home.root().join("run/aws-auth/agent-1.sock").exists());
    }
}

// ---- what it takes with it from the run that starts it

#[test]
fn p1_no_descriptor_of_the_caller_stays_open() {
    if !tools::needs_root("only root may look into a process that keeps itself to itself") {
        return;
    }
    let scripts = [
        "x=$( { get >/dev/null 2>&1; } 9>&1 ); test -z \"$x\"",
        "get 2>&1 | cat >/dev/null",
        "x=$(get 2>/dev/null); test -n \"$x\"",
        "flock \"$TMPDIR/lock\" aws-auth --from pass --token-code \"$code\" >/dev/null && flock -n \"$TMPDIR/lock\" true",
        "exec 7>\"$TMPDIR/held\"; get 3>&1 4>&1 >/dev/null; flock -n 7",
        "get <&- >&- 2>&- ; test $? = 31",
    ];
    for script in scripts {
        let home = of(&ALICE);
        let agents = agent::on(&home);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let script = format!("code=$1; get() {{ aws-auth --from pass --token-code \"$code\"; }}; {script}");
        let outcome = home.command(["timeout", "20", "bash", "-c", &script, "bash", &code]).go();
        println!("{script}");
        outcome.ok();
        let pid = agents.pid();
        let mut leads: Vec<_> = fs::read_dir(format!("/proc/{pid}/fd"))
            .expect("its descriptors")
            .flatten()
            // the one of a client may have gone
            .filter_map(|entry| Some(fs::read_link(entry.path()).ok()?.display().to_string()))
            .collect();
        leads.sort();
        let nulls = leads.iter().filter(|it| *it == "/dev/null").count();
        let own = |it: &String| {
            it == "/dev/null"
                || it.starts_with("socket:")
                || it.starts_with("anon_inode:")
                || it.ends_with("agent-1.lock")
        };
        assert!(nulls == 3 && leads.iter().all(own), "{leads:?}");
    }
}

#[test]
fn p11_whoever_runs_in_our_place_has_no_child_of_ours() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let wait = "import os\ntry:\n    print('a child:', os.wait())\nexcept ChildProcessError:\n    print('no child')";
    let outcome = home.run(["exec", "--from", "pass", "--token-code", &code, "--", "python3", "-c", wait]).go();
    assert_eq!(outcome.ok().out(), "no child\n");
    let pid = agents.pid();
    // In a session that nobody leads who is alive, so that it can have no terminal, and in no job of the shell.
    let stat = shown(pid, "stat");
    let fields: Vec<&str> = stat.rsplit_once(") ").expect("the fields").1.split(' ').collect();
    let (group, session, terminal) = (fields[2], fields[3], fields[4]);
    assert_eq!((group, terminal), (session, "0"));
    assert_ne!(session, pid.to_string());
    assert!(!agent::is_running(session.parse().expect("a number")));
    let script = "set -m; eval \"$(aws-auth --from pass --role-arn \"$1\")\"; jobs; wait";
    let outcome = home.command(["timeout", "20", "bash", "-c", script, "bash", role::DEV]).go();
    assert_eq!(outcome.ok().out(), "");
}

#[test]
fn p11_starting_and_ending_it_leaves_no_process_that_nobody_has_asked_how_it_ended() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    home.set("AWS_AUTH_ACCESS_KEY_ID", ALICE.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", ALICE.secret_access_key);
    // As the first process of a container: what ends there is this script's to ask.
    let alone = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"];
    if !home.command(alone).args(["true"]).go().status.success() {
        return tools::cannot_run("no such namespaces can be had");
    }
    let script = "for round in 1 2 3 4 5 6 7 8 9 10; do aws-auth --from env --no-role >/dev/null && aws-auth logout >/dev/null || exit 1; done
        sleep 0.3; for file in /proc/[0-9]*/stat; do sed 's/.*) //' $file; done | grep -c ^Z";
    let [python, no_keyring] = without_keyring();
    // bash asks for every child, also for those that are left to it
    let outcome = home.command(alone).args([&python, &no_keyring, "bash", "-c", script]).go();
    assert_eq!(outcome.out(), "0\n", "{outcome:?}");
    assert!(agents.find().is_none());
}

#[test]
fn p17_p18_p20_it_has_no_environment_but_the_marks_of_ci_and_stands_in_the_root() {
    if !tools::needs_root("only root may look into a process that keeps itself to itself") {
        return;
    }
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let run = home.run(["--from", "pass", "--token-code", &code]).env("AWS_AUTH_CANARY", "x").env("BUILD_ID", "42");
    run.env("RUNNER_TRACKING_ID", "github_1").env("JENKINS_NODE_COOKIE", "c").env("LD_LIBRARY_PATH", "/x").go().ok();
    let pid = agents.pid();
    let environ = shown(pid, "environ");
    let mut marks: Vec<_> = environ.split_terminator('\0').collect();
    marks.sort_unstable();
    assert_eq!(marks, ["BUILD_ID=42", "JENKINS_NODE_COOKIE=c", "RUNNER_TRACKING_ID=github_1"]);
    assert_eq!(fs::read_link(format!("/proc/{pid}/cwd")).expect("its directory"), std::path::Path::new("/"));
    let argv = shown(pid, "cmdline");
    assert_eq!(
        argv.split_terminator('\0').skip(1).collect::<Vec<_>>(),
        ["agent", agents.socket().to_str().expect("text")]
    );
}

#[test]
fn p19_it_ends_at_a_signal_that_was_ignored_or_blocked_where_it_was_started() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    for signal in [Signal::TERM, Signal::HUP, Signal::INT] {
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let odd = ["env", "--ignore-signal=HUP", "--ignore-signal=INT", "--block-signal=TERM", "--block-signal=HUP"];
        let run = home.command(odd).args(["--ignore-signal=PIPE", "aws-auth", "--from", "pass", "--token-code", &code]);
        run.go().ok();
        let pid = agents.pid();
        kill(pid, signal);
        wait_for_end(pid, SOON);
        assert!(!agents.socket().exists(), "{signal:?}: it has tidied up");
    }
}

#[test]
fn p20_neither_a_key_press_nor_the_end_of_the_terminal_reaches_it() {
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let mut shell: Pty = home.command(["bash", "--norc", "--noprofile", "-i"]).env("PS1", "ready$ ").pty();
    shell.expect("ready$ ");
    shell.line("eval \"$(aws-auth --from pass)\"");
    shell.expect_prompt();
    shell.line(&home.sts().fresh_code(ALICE.mfa_serial));
    shell.expect("ready$ ");
    shell.settle();
    let pid = agents.pid();
    shell.send([3]);
    shell.expect("ready$ ");
    shell.line("exit 0");
    shell.finish();
    assert_eq!(agents.find(), Some(pid));
    run(&home, &[]).ok();
}

#[test]
fn it_outlives_cron_tmux_and_direnv_and_holds_none_of_them() {
    for tool in ["tmux", "direnv"] {
        if tools::need(tool).is_none() {
            return;
        }
    }
    let cron = "timeout 20 env -i HOME=\"$HOME\" PATH=\"$PATH\" AWS_AUTH_STORE=agent AWS_AUTH_TEST_PLACES=\"$AWS_AUTH_TEST_PLACES\" \
                AWS_ENDPOINT_URL_STS=\"$AWS_ENDPOINT_URL_STS\" sh -c 'aws-auth --from pass --token-code \"$1\" >/dev/null' sh \"$code\"";
    let tmux = "timeout 20 tmux -L aa -f /dev/null new-session -d \"aws-auth --from pass --token-code $code >/dev/null; tmux -L aa wait-for -S done\" && \
                timeout 20 tmux -L aa wait-for done; tmux -L aa kill-server 2>/dev/null; true";
    let direnv = "echo 'eval \"$(aws-auth --from pass --token-code '\"$code\"')\"' >.envrc && direnv allow . && \
                  timeout 20 direnv exec . sh -c 'test -n \"$AWS_SESSION_TOKEN\"'; status=$?; rm -rf .envrc .local/share/direnv; exit $status";
    for script in [cron, tmux, direnv] {
        let home = of(&ALICE);
        let agents = agent::on(&home);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.command(["bash", "-c", &format!("code=$1; {script}"), "bash", &code]).go();
        println!("{script}");
        outcome.ok();
        agents.pid();
        home.sts().saw(&["GetSessionToken"]);
        run(&home, &[]).ok();
    }
}

// ---- its memory

#[test]
fn r104_it_holds_temporary_credentials_and_nothing_permanent() {
    if !tools::needs_root("only root may look into a process that keeps itself to itself") {
        return;
    }
    let home = of(&ALICE);
    let (agents, first) = with_session(&home);
    let memory = memory(agents.pid());
    let holds = |text: &str| crate::support::pty::find(&memory, text.as_bytes()).is_some();
    assert!(holds(&first.exports()["AWS_SESSION_TOKEN"]), "the test can tell");
    assert!(!holds(ALICE.secret_access_key), "the permanent key is in the agent");
    for code in home.sts().with_code().iter().filter_map(|request| request.param("TokenCode").map(str::to_owned)) {
        assert!(!holds(&format!("={code}")) && !holds(&format!("\"{code}\"")), "the code is in the agent");
    }
}

#[test]
fn r104_what_it_forgets_is_wiped() {
    if !tools::needs_root("only root may look into a process that keeps itself to itself") {
        return;
    }
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let canary = "CANARY-of-an-entry-that-is-forgotten";
    with_code(&home, &[]).ok();
    let (name, count) = ("ab", canary.len());
    assert_eq!(agents.says(format!("put {name} 60000 {count}\n{canary}").as_bytes()), "ok 0\n");
    assert!(agents.says(format!("get {name}\n").as_bytes()).ends_with(canary));
    assert_eq!(agents.says(format!("forget {name}\n").as_bytes()), "ok 0\n");
    let memory = memory(agents.pid());
    assert_eq!(crate::support::pty::find(&memory, canary.as_bytes()), None, "it is still there");
}

#[test]
fn p24_its_pages_are_locked_where_that_is_allowed() {
    for (limit, locked) in [("8192", true), ("0", false)] {
        let home = of(&ALICE);
        let agents = agent::on(&home);
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        // root may lock what it wants
        let script = format!("ulimit -l {limit}; exec aws-auth --from pass --token-code \"$1\"");
        let mut argv = vec!["bash", "-c", &script, "bash", &code];
        if rustix::process::geteuid().is_root() {
            let without = ["setpriv", "--bounding-set", "-ipc_lock", "--inh-caps", "-ipc_lock"];
            argv = without.into_iter().chain(argv).collect();
        }
        home.command(argv).go().ok();
        run(&home, &[]).ok();
        let status = shown(agents.pid(), "status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmLck:")).expect("a line").trim();
        assert_eq!(line != "0 kB", locked, "with {limit}: {line}");
    }
}

#[test]
fn r103_p25_the_same_user_cannot_read_it_and_a_crash_leaves_no_core() {
    if !tools::needs_linux("the memory of a process is its own on Linux only") {
        return;
    }
    let home = of(&ALICE);
    let agents = agent::on(&home);
    let Some(other) = other_user(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let own = home.rig("bin/own").display().to_string();
    let script = "ulimit -c unlimited; exec \"$@\"";
    let as_other = |argv: &[&str]| home.command(other.iter().map(String::as_str)).args(argv).go();
    as_other(&["sh", "-c", script, "sh", &own, "--from", "pass", "--token-code", &code]).ok();
    let pid = agents.processes()[0];
    for file in ["maps", "mem", "environ"] {
        let read = as_other(&["head", "-c", "1", &format!("/proc/{pid}/{file}")]);
        assert!(!read.status.success() && read.stdout.is_empty(), "{file} can be read\n{read:?}");
    }
    let process = fs::metadata(format!("/proc/{pid}/status")).expect("it is there");
    assert_eq!(process.uid(), 0, "what is not dumpable is shown as root's");
    for _ in 0..2 {
        kill(pid, Signal::SEGV);
        std::thread::sleep(Duration::from_millis(50));
    }
    wait_for_end(pid, SOON);
    assert!(!home.path("core").exists() && !std::path::Path::new("/core").exists());
    // The next run finds a socket that nobody listens at.
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    as_other(&[&own, "--from", "pass", "--token-code", &code]).ok();
    as_other(&[&own, "--from", "pass"]).ok();
}

/// The words that run something as an unprivileged user who owns the home; its program is `rig/bin/own`.
pub fn other_user(home: &Home) -> Option<Vec<String>> {
    if !tools::needs_root("only root can be another user") {
        return None;
    }
    tools::need("setpriv")?;
    run::copy_program(&home.rig("bin/own"));
    fs::create_dir_all(home.root().join("places/run/user/65534")).expect("a place");
    let own = home.root().join("places/run/user/65534");
    fs::set_permissions(&own, fs::Permissions::from_mode(0o700)).expect("its mode");
    let mut chown = std::process::Command::new("chown");
    crate::support::run::output(chown.args(["-R", "65534:65534"]).arg(home.root()));
    let id = "65534";
    Some(["setpriv", "--reuid", id, "--regid", id, "--clear-groups"].map(str::to_owned).to_vec())
}

/// All that a process has in its memory and that can be read.
fn memory(pid: u32) -> Vec<u8> {
    use std::os::unix::fs::FileExt as _;
    let file = fs::File::open(format!("/proc/{pid}/mem")).expect("its memory");
    let mut all = Vec::new();
    for line in shown(pid, "maps").lines().filter(|line| line.split(' ').nth(1).is_some_and(|it| it.starts_with("rw")))
    {
        let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
        let number = |text: &str| u64::from_str_radix(text, 16).expect("an address");
        let (from, to) = (number(from), number(to));
        let mut bytes = vec![0; usize::try_from(to - from).expect("it fits")];
        if file.read_exact_at(&mut bytes, from).is_ok() {
            all.extend(bytes);
        }
    }
    all
}
