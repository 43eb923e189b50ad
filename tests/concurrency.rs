//! Many at once: one question to one person, one call to STS, and the same answer for everybody.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::support::fake::{self, Answer, Fake};
use crate::support::pty::Pty;
use crate::support::sts::{ALICE, BOB, Person, role};
use crate::support::{A_SECOND, Home, Outcome, gpg, tools};
use crate::support::{agent, kept};

/// As long as twenty starts and a manager may take together on a busy machine.
const LONG: Duration = Duration::from_secs(30);
const PROMPT: &str = "MFA code for";
const WAITING: &str = "aws-auth: waiting for another aws-auth";

fn of(person: &Person) -> Home {
    let home = Home::with_sts();
    let _ = fake::pass(&home, person, "");
    home
}

/// Whichever store it is, what is kept is shared.
fn with_each_store(test: impl Fn(&Home)) {
    let home = of(&ALICE);
    if let Some(_kept) = kept::on(&home) {
        test(&home);
    }
    let home = of(&ALICE);
    let _ = agent::on(&home);
    test(&home);
}

/// On a terminal of its own, with stdout captured as in `$(…)`.
fn captured<'h>(home: &'h Home, args: &[&str]) -> Pty<'h> {
    home.run(args).captured()
}

fn shows(pty: &Pty, text: &str) -> bool {
    pty.transcript().contains(text)
}

/// Waits until each of them either asks or waits, and gives the place of the one that asks.
#[track_caller]
fn the_one_that_asks(ptys: &[Pty]) -> usize {
    let started = Instant::now();
    loop {
        let asking: Vec<usize> = (0..ptys.len()).filter(|place| shows(&ptys[*place], PROMPT)).collect();
        let waiting = ptys.iter().filter(|pty| shows(pty, WAITING) && !shows(pty, PROMPT)).count();
        assert!(asking.len() <= 1, "{} ask at once", asking.len());
        if asking.len() == 1 && waiting == ptys.len() - 1 {
            return asking[0];
        }
        let all: Vec<_> = ptys.iter().map(Pty::transcript).collect();
        assert!(started.elapsed() < LONG, "{} ask and {waiting} wait after {LONG:?}: {all:#?}", asking.len());
        thread::sleep(Duration::from_millis(10));
    }
}

/// Types a good code where it is asked for.
fn answer(home: &Home, pty: &mut Pty) {
    pty.expect_prompt();
    type_code(home, pty);
}

fn type_code(home: &Home, pty: &mut Pty) {
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
}

#[test]
fn r91_twenty_cold_starts_make_one_prompt_one_call_and_equal_answers() {
    with_each_store(|home| {
        let mut ptys: Vec<Pty> = (0..20).map(|_| captured(home, &["--from", "pass"])).collect();
        let asking = the_one_that_asks(&ptys);
        let pid = ptys[asking].pid().as_raw_nonzero().to_string();
        for pty in ptys.iter().filter(|pty| shows(pty, WAITING)) {
            let line = pty.transcript();
            assert!(line.contains(&format!("(process {pid})")) && line.contains("pass"), "for whom: {line}");
        }
        answer(home, &mut ptys[asking]);
        let outcomes: Vec<Outcome> = ptys.into_iter().map(Pty::finish).collect();
        home.sts().delivered_session(&outcomes[asking], &ALICE);
        for outcome in &outcomes {
            assert_eq!(outcome.exports(), outcomes[asking].exports());
        }
        let prompts = outcomes.iter().filter(|outcome| outcome.screen().contains(PROMPT)).count();
        assert_eq!((prompts, home.sts().requests().len()), (1, 1), "prompts and calls");
        let calls = fs::read_dir(home.rig("calls/pass")).expect("the calls").count();
        assert!((3..=4).contains(&calls), "the manager was read once: {calls} entries");
    });
}

#[test]
fn r99_ten_cold_starts_without_a_terminal_wait_for_the_one_that_has_a_code() {
    with_each_store(|home| {
        let mut first = captured(home, &["--from", "pass", "--format", "process"]);
        first.expect(PROMPT);
        let others: Vec<_> =
            (0..10).map(|_| home.run(["--from", "pass", "--format", "process", "--no-input"]).start()).collect();
        first.expect(": ");
        first.settle();
        first.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let first = first.finish();
        first.ok();
        for other in others {
            assert_eq!(other.finish().ok().out(), first.out());
        }
        home.sts().saw(&["GetSessionToken"]);
    });
}

#[test]
fn r91_three_profiles_of_one_source_make_one_prompt() {
    with_each_store(|home| {
        let roles = [("dev", role::DEV), ("admin", role::ADMIN), ("other", role::OTHER_DEV)];
        let mut config = "[profile base]\naws_auth_from = pass\n".to_owned();
        for (name, arn) in roles {
            config.push_str(&["[profile ", name, "]\nrole_arn = ", arn, "\nsource_profile = base\n"].concat());
        }
        home.write(".aws/config", config);
        let mut ptys: Vec<Pty> = roles.iter().map(|(name, _)| captured(home, &["--profile", name])).collect();
        let asking = the_one_that_asks(&ptys);
        answer(home, &mut ptys[asking]);
        let outcomes: Vec<Outcome> = ptys.into_iter().map(Pty::finish).collect();
        let mut actions = home.sts().actions();
        actions.sort();
        assert_eq!(actions, ["AssumeRole", "AssumeRole", "AssumeRole", "GetSessionToken"]);
        assert_eq!(home.sts().with_code().len(), 1);
        let issued = home.sts().emulator().issued();
        for (outcome, (name, arn)) in outcomes.iter().zip(roles) {
            let id = outcome.exports()["AWS_ACCESS_KEY_ID"].clone();
            let place = issued.iter().position(|issued| issued.access_key_id == id).expect("a session of this STS");
            assert_eq!(home.sts().requests()[place].param("RoleArn"), Some(arn), "{name}");
        }
    });
}

#[test]
fn r91_a_holder_that_is_killed_frees_the_next_within_a_second() {
    with_each_store(|home| {
        let mut first = captured(home, &["--from", "pass"]);
        first.expect_prompt();
        let mut others: Vec<Pty> = (0..3).map(|_| captured(home, &["--from", "pass"])).collect();
        for other in &mut others {
            other.expect(WAITING);
        }
        first.signal(Signal::KILL);
        let killed = Instant::now();
        while !others.iter().any(|pty| shows(pty, PROMPT)) {
            assert!(killed.elapsed() < A_SECOND, "nobody asks a second after the holder was killed");
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(first.finish_allowing_changed_terminal().signal(), Some(9));
        let next = others.iter().position(|pty| shows(pty, PROMPT)).expect("one asks");
        answer(home, &mut others[next]);
        let outcomes: Vec<Outcome> = others.into_iter().map(Pty::finish).collect();
        for outcome in &outcomes {
            home.sts().delivered_session(outcome, &ALICE);
        }
        let prompts = outcomes.iter().filter(|outcome| outcome.screen().contains(PROMPT)).count();
        assert_eq!(prompts, 1, "one after the killed one");
    });
}

#[test]
fn r91_a_holder_that_gives_up_lets_the_next_ask() {
    with_each_store(|home| {
        let mut first = captured(home, &["--from", "pass"]);
        first.expect_prompt();
        let mut second = captured(home, &["--from", "pass"]);
        second.expect(WAITING);
        first.send([4]);
        first.finish().fails(15);
        answer(home, &mut second);
        home.sts().delivered_session(&second.finish(), &ALICE);
    });
}

#[test]
fn whoever_waits_can_be_interrupted_at_once() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let mut first = captured(&home, &["--from", "pass"]);
    first.expect_prompt();
    for (keys, signal) in [(Some([3]), 2), (None, 15)] {
        let mut second = captured(&home, &["--from", "pass"]);
        second.expect(WAITING);
        match keys {
            Some(keys) => drop(second.send(keys)),
            None => second.signal(Signal::TERM),
        }
        assert_eq!(second.finish_within(Duration::from_secs(2)).signal(), Some(signal));
    }
    type_code(&home, &mut first);
    home.sts().delivered_session(&first.finish(), &ALICE);
}

#[test]
fn two_accounts_do_not_wait_for_each_other() {
    let home = Home::with_sts();
    let Some(_kept) = kept::on(&home) else { return };
    for person in [&ALICE, &BOB] {
        gpg::secrets_of(&home, person);
    }
    let item = |person: &Person| {
        let (id, secret) = (person.access_key_id, person.secret_access_key);
        Answer::of(format!("{secret}\naccess_key_id: {id}\nmfa_serial: {}\n", person.mfa_serial))
    };
    let fake = Fake::new(&home, "pass").on(&["show", "--", "alice"], &item(&ALICE));
    let _ = fake.on(&["show", "--", "bob"], &item(&BOB));
    let mut first = captured(&home, &["--from", "pass", "--item", "alice"]);
    first.expect_prompt();
    home.run(["--from", "pass", "--item", "bob"]).go().ok().does_not_say("waiting");
    first.line(&home.sts().fresh_code(ALICE.mfa_serial));
    first.finish().ok();
}

#[test]
fn without_a_cache_they_ask_in_turn() {
    let home = of(&ALICE);
    let args = ["--from", "pass", "--no-cache"];
    let mut ptys: Vec<Pty> = (0..3).map(|_| captured(&home, &args)).collect();
    let mut outcomes = Vec::new();
    // the_one_that_asks fails where two ask at once
    while !ptys.is_empty() {
        let asking = the_one_that_asks(&ptys);
        let mut pty = ptys.remove(asking);
        answer(&home, &mut pty);
        outcomes.push(pty.finish());
    }
    let mut ids: Vec<String> = outcomes.iter().map(|outcome| outcome.exports()["AWS_ACCESS_KEY_ID"].clone()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((ids.len(), home.sts().with_code().len()), (3, 3), "each has its own");
}

#[test]
fn r91_a_thousand_reads_beside_a_writer_are_never_torn() {
    let home = Home::with_sts();
    let Some(kept) = kept::on(&home) else { return };
    gpg::secrets_of(&home, &BOB);
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    let args = ["--from", "env", "--no-role"];
    let get = |args: &[&str]| home.run(["--from", "env", "--no-role"]).args(args).go().exports();
    // two whole entries of different lengths, which take each other's place all the time
    let one = get(&[]);
    let (place, first) = kept.entry();
    let second = {
        let mut stored: serde_json::Value = serde_json::from_slice(&first).expect("an entry");
        let object = stored.as_object_mut().expect("an object");
        for key in ["access_key_id", "secret_access_key", "session_token"] {
            let text = object[key].as_str().expect("text").to_owned();
            let other = if key == "session_token" { "B".repeat(text.len() * 3) } else { "B".repeat(text.len()) };
            object.insert(key.into(), other.into());
        }
        serde_json::to_vec(&stored).expect("JSON")
    };
    kept.replace(&place, &second);
    let two = get(&[]);
    assert!(one != two && two["AWS_ACCESS_KEY_ID"].starts_with("BBBB"), "both are given out");
    let mut seen = [0, 0];
    for _ in 0..100 {
        let running: Vec<_> = (0..10).map(|_| home.run(args).start()).collect();
        for pair in 0..50 {
            kept.replace(&place, if pair % 2 == 0 { &first } else { &second });
        }
        for outcome in running.into_iter().map(crate::support::run::Running::finish) {
            let exports = outcome.exports();
            let which = [&one, &two].into_iter().position(|whole| *whole == exports);
            seen[which.unwrap_or_else(|| panic!("torn, or missed\n{outcome:?}"))] += 1;
            kept.replace(&place, &first);
        }
    }
    assert_eq!(seen[0] + seen[1], 1000);
    assert!(seen[0] > 0 && seen[1] > 0, "both were met: {seen:?}");
    home.sts().saw(&["GetSessionToken"]);
}

// ---- where the notes lie

#[test]
fn r90_no_place_for_notes_costs_nobody_the_credentials() {
    // /proc takes no new file, not even root's.
    let rows: [(&str, &[(&str, &str)]); 4] = [
        ("no place at all", &[("HOME", "/proc"), ("XDG_STATE_HOME", "/proc"), ("XDG_RUNTIME_DIR", "/proc")]),
        ("nothing is set", &[("HOME", ""), ("XDG_STATE_HOME", ""), ("XDG_RUNTIME_DIR", "")]),
        ("relative", &[("HOME", "."), ("XDG_STATE_HOME", "state"), ("XDG_RUNTIME_DIR", "run")]),
        ("not there", &[("HOME", "/proc/none"), ("XDG_STATE_HOME", ""), ("XDG_RUNTIME_DIR", "/proc/none")]),
    ];
    for (what, env) in rows {
        let home = of(&ALICE);
        let Some(_kept) = kept::on(&home) else { return };
        println!("{what}");
        let run = |args: &[&str]| {
            let run = env.iter().fold(home.run(["--from", "pass"]), |run, (name, value)| run.env(name, value));
            run.args(args).go()
        };
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let first = run(&["--token-code", &code]);
        home.sts().delivered_session(&first, &ALICE);
        assert_eq!(run(&[]).exports(), first.exports(), "and they are kept");
        let made: Vec<_> = fs::read_dir(home.path("")).expect("the home").flatten().map(|it| it.file_name()).collect();
        assert_eq!(made, [".config"], "nothing was put where we stand");
    }
}

#[test]
fn r90_a_full_disk_costs_nobody_the_credentials() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let mount = "mount -t tmpfs -o size=4k,nr_inodes=2 full \"$XDG_RUNTIME_DIR\" && mkdir \"$XDG_RUNTIME_DIR/aws-auth\" && \
                 chmod 700 \"$XDG_RUNTIME_DIR\" \"$XDG_RUNTIME_DIR/aws-auth\"";
    let unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"];
    if !home.command(unshare).args([mount]).go().status.success() {
        return tools::cannot_run("no file system can be mounted");
    }
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    let script = format!(
        "{mount} && ! true 2>/dev/null >\"$XDG_RUNTIME_DIR/x\" && aws-auth \"$@\" && exec aws-auth --from pass"
    );
    let args = [script.as_str(), "sh", "--from", "pass", "--token-code", &code];
    let outcome = home.command(unshare).args(args).go();
    let lines: Vec<&str> = outcome.ok().out().lines().collect();
    let (first, second) = lines.split_at(lines.len() / 2);
    assert!(first == second && !first.is_empty(), "{outcome:?}");
    home.sts().saw(&["GetSessionToken"]);
}

/// Makes the place for notes one that is not ours; whether it could.
type Spoil = fn(&Home) -> bool;

#[test]
fn r86_a_place_for_notes_that_is_not_ours_is_not_used() {
    let rows: [(&str, Spoil); 5] = [
        ("everybody may write", |home| {
            fs::create_dir(home.root().join("run/aws-auth")).expect("a directory");
            fs::set_permissions(home.root().join("run/aws-auth"), fs::Permissions::from_mode(0o777)).is_ok()
        }),
        ("the group may write", |home| {
            fs::create_dir(home.root().join("run/aws-auth")).expect("a directory");
            fs::set_permissions(home.root().join("run/aws-auth"), fs::Permissions::from_mode(0o770)).is_ok()
        }),
        ("a link", |home| {
            fs::create_dir(home.path("elsewhere")).expect("a directory");
            symlink(home.path("elsewhere"), home.root().join("run/aws-auth")).is_ok()
        }),
        ("a file", |home| fs::write(home.root().join("run/aws-auth"), "").is_ok()),
        ("somebody else's", |home| {
            fs::create_dir(home.root().join("run/aws-auth")).expect("a directory");
            chown(home.root().join("run/aws-auth"), Some(65_534), Some(65_534)).is_ok()
        }),
    ];
    for (what, spoil) in rows {
        let home = of(&ALICE);
        // Nor is there any of the other places.
        home.set("XDG_STATE_HOME", "/proc");
        home.set("AWS_AUTH_TEST_PLACES", "/proc");
        if !spoil(&home) {
            tools::cannot_run(&format!("{what}: only root can arrange that"));
            continue;
        }
        println!("{what}");
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        let outcome = home.run(["--from", "pass", "--token-code", &code]).go();
        home.sts().delivered_session(&outcome, &ALICE);
        outcome.says("parallel runs cannot share");
        assert_eq!(outcome.err().matches("parallel runs").count(), 1, "one warning\n{outcome:?}");
        let used = [home.root().join("run/aws-auth"), home.path("elsewhere")];
        let files: usize = used.iter().filter_map(|dir| fs::read_dir(dir).ok()).map(Iterator::count).sum();
        assert_eq!(files, 0, "{what}: something was put there");
    }
}

#[test]
fn r86_notes_that_are_not_files_are_neither_followed_nor_waited_for() {
    // The name of the lock is found by making one, and then taken by something else.
    for what in ["link", "pipe", "directory", "loose"] {
        let home = of(&BOB);
        home.run(["--from", "pass"]).go().ok();
        let dir = home.root().join("run/aws-auth");
        let locks: Vec<_> = fs::read_dir(&dir).expect("the notes").flatten().map(|it| it.path()).collect();
        assert_eq!(locks.len(), 1, "{locks:?}");
        let (lock, target) = (&locks[0], home.path("target"));
        fs::remove_file(lock).expect("it goes");
        match what {
            "link" => symlink(&target, lock).expect("a link"),
            "pipe" => drop(home.command(["mkfifo".as_ref(), lock.as_os_str()]).go()),
            "directory" => fs::create_dir(lock).expect("a directory"),
            _ => {
                fs::write(lock, "\u{1b}[2J'; touch PWNED; '").expect("a file");
                fs::set_permissions(lock, fs::Permissions::from_mode(0o666)).expect("its mode");
            }
        }
        println!("{what}");
        let outcome = home.run(["--from", "pass"]).go();
        outcome.ok().within(Duration::from_secs(5));
        assert!(!target.exists(), "the link was followed");
    }
}

#[test]
fn r86_what_is_written_in_a_lock_cannot_move_the_terminal() {
    let home = of(&ALICE);
    let Some(_kept) = kept::on(&home) else { return };
    let mut first = captured(&home, &["--from", "pass"]);
    first.expect_prompt();
    let dir = home.root().join("run/aws-auth");
    let lock = fs::read_dir(&dir).expect("the notes").flatten().map(|it| it.path());
    let lock = lock.into_iter().find(|path| path.extension().is_some_and(|it| it == "lock")).expect("a lock");
    fs::write(&lock, format!("\u{1b}[2J\u{202e}\r\n{}", "9".repeat(100_000))).expect("it can be written");
    let mut second = captured(&home, &["--from", "pass"]);
    second.expect(WAITING);
    type_code(&home, &mut first);
    first.finish().ok();
    let second = second.finish();
    assert!(!second.screen().contains(['\u{1b}', '\u{202e}']), "{second:?}");
    assert!(second.screen().len() < 4096, "{} bytes about who is waited for", second.screen().len());
}
