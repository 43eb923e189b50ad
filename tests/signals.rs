//! What blocks, and signals that come meanwhile; and processes that end or stop with each other.

use std::fs;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::shells::bob;
use crate::support::run::To;
use crate::support::sts::{ALICE, role};
use crate::support::{Home, fake, tools};

/// alice, whose manager answers at once, and who has to be asked for a code.
fn alice() -> Home {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    home
}

const DEADLY: [Signal; 4] = [Signal::TERM, Signal::INT, Signal::HUP, Signal::QUIT];

/// A FIFO that is full and that nobody reads, as long as the descriptor is held.
fn full_pipe(home: &Home, name: &str) -> (std::path::PathBuf, OwnedFd) {
    use rustix::fs::{Mode, OFlags, open};
    let path = home.rig(name);
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR | Mode::WUSR).expect("a FIFO");
    let hold = open(&path, OFlags::RDWR | OFlags::NONBLOCK, Mode::empty()).expect("both of its ends");
    while rustix::io::write(hold.as_fd(), &[b'x'; 4096]).is_ok() {}
    while rustix::io::write(hold.as_fd(), b"x").is_ok() {}
    (path, hold)
}

#[test]
fn a4_no_signal_waits_for_an_output_that_nobody_reads() {
    for signal in DEADLY {
        for (stdout, stderr) in [(true, false), (false, true), (true, true)] {
            for args in [&["--from", "pass"][..], &["--from", "nosuch"]] {
                let home = alice();
                let (path, hold) = full_pipe(&home, "full");
                let to = |full| if full { To::File(path.clone()) } else { To::Null };
                println!("{signal:?} {stdout} {stderr} {args:?}");
                let pty = home.run(args).stdin(To::Terminal).stdout(to(stdout)).stderr(to(stderr)).pty_as_set();
                // at the prompt, or at the message
                std::thread::sleep(Duration::from_millis(700));
                pty.signal(signal);
                let outcome = pty.finish_within(Duration::from_secs(2));
                // where nothing blocked, the failure was told and it had ended
                if args[1] == "pass" || stderr {
                    assert_eq!(outcome.signal(), Some(signal.as_raw()), "{outcome:?}");
                }
                drop(hold);
            }
        }
    }
}

#[test]
fn a4_no_signal_waits_for_a_terminal_that_was_stopped() {
    for signal in DEADLY {
        for before in [&[][..], &[Signal::CONT], &[Signal::TSTP], &[Signal::CONT, Signal::CONT, Signal::TSTP]] {
            let home = alice();
            println!("{before:?} {signal:?}");
            let mut pty = home.run(["--from", "pass", "--hide-code"]).captured();
            pty.expect_prompt();
            // ^S
            pty.send([0x13]);
            pty.settle();
            for signal in before {
                pty.signal(*signal);
                std::thread::sleep(Duration::from_millis(100));
            }
            // whoever is stopped by ^Z hears of no signal until it goes on
            pty.signal(signal);
            pty.signal(Signal::CONT);
            let outcome = pty.finish_within(Duration::from_secs(2));
            assert_eq!(outcome.signal(), Some(signal.as_raw()), "{outcome:?}");
        }
    }
}

fn state(pid: Pid) -> String {
    let stat = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
    stat.rsplit_once(") ").map(|(_, rest)| rest[..1].to_owned()).unwrap_or_default()
}

fn wait_for(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(10), "not so after 10 s: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn pid_in(file: &Path) -> Pid {
    wait_for("a number is written", || fs::read_to_string(file).is_ok_and(|text| text.ends_with('\n')));
    let text = fs::read_to_string(file).expect("a number");
    Pid::from_raw(text.trim().parse().expect("a number")).expect("a number")
}

#[test]
fn a14_a_manager_ends_with_us_even_when_we_are_killed() {
    if !tools::needs_linux("only Linux tells a program of its parent's end") {
        return;
    }
    // what is typed to it, what it holds a lock on: nobody waits for its answer any more
    for script in ["exec sleep 300", "sleep 300 & wait", "sleep 300"] {
        for terminal in [true, false] {
            let home = Home::with_sts();
            let file = home.rig("manager.pid");
            home.script("pass", &format!("#!/bin/sh\necho $$ >'{}'\n{script}\n", file.display()));
            println!("{script} {terminal}");
            let run = home.run(["--from", "pass"]);
            let manager = if terminal {
                let pty = run.captured();
                let manager = pid_in(&file);
                pty.signal(Signal::KILL);
                assert_eq!(pty.finish().signal(), Some(9));
                manager
            } else {
                let running = run.start();
                let manager = pid_in(&file);
                running.signal(Signal::KILL);
                assert_eq!(running.finish().signal(), Some(9));
                manager
            };
            wait_for("the manager is gone", || ["", "Z"].contains(&state(manager).as_str()));
        }
    }
}

#[test]
fn c8_in_the_background_of_a_namespace_without_numbers_for_groups_it_fails_at_once() {
    if !tools::needs_root("in a name space that an ordinary user makes, /tmp is nobody's") {
        return;
    }
    if tools::need("unshare").is_none() {
        return;
    }
    for (after, code) in [(" & wait $!", "16"), ("", "0")] {
        let home = alice();
        let mut pty = home.command(["bash", "--norc", "--noprofile", "-i"]).env("PS1", "prompt> ").pty();
        pty.expect("prompt> ");
        // the job's group is that of `unshare`, which no number stands for inside
        let unshare = "unshare --user --map-root-user --pid --fork";
        pty.line(&format!("{unshare} aws-auth --from pass >/dev/null{after}; echo r'c'=$?"));
        if code == "0" {
            pty.expect_prompt();
            pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        }
        pty.expect(&format!("rc={code}"));
        pty.line("exit");
        pty.finish_within(Duration::from_secs(10));
        assert_eq!(home.sts().with_code().len(), usize::from(code == "0"));
    }
}

#[test]
fn c4_a_command_that_stops_itself_under_serve_stops_the_job_and_goes_on_with_it() {
    if tools::need("bash").is_none() {
        return;
    }
    // an interactive shell: it has to come back, and `fg` has to bring the command back, once and for all
    for stop in ["kill -STOP $$", "kill -TSTP $$"] {
        let home = bob();
        let script = format!("echo begun; {stop}; echo went on; {stop}; echo and on; exit 7");
        home.script("stopper", &format!("#!/bin/sh\n{script}\n"));
        let mut pty = home.command(["bash", "--norc", "--noprofile", "-i"]).env("PS1", "prompt> ").pty();
        pty.expect("prompt> ");
        pty.line("aws-auth exec --serve --from env -- stopper");
        pty.expect("begun");
        pty.expect("prompt> ");
        pty.line("fg");
        pty.expect("went on");
        pty.expect("prompt> ");
        pty.line("fg");
        pty.expect("and on");
        pty.expect("prompt> ");
        pty.line("echo \"code is $?.\"");
        pty.expect("code is 7.");
        pty.line("exit");
        pty.finish_allowing_changed_terminal();
    }
}

#[test]
fn c4_a_typed_stop_stops_once() {
    if tools::need("bash").is_none() {
        return;
    }
    let home = bob();
    let (file, go) = (home.rig("pid"), home.rig("go"));
    // no shell: one that is just starting a program by vfork waits for it, unstopped, while that is stopped before its exec
    let text = "#!/usr/bin/env python3\nimport os, time\nprint(os.getpid(), file=open('@', 'w'))\n\
        while not os.path.exists('&'): time.sleep(0.05)\nprint('ended')\n";
    home.script("sleeper", &text.replace('@', &file.display().to_string()).replace('&', &go.display().to_string()));
    let mut pty = home.command(["bash", "--norc", "--noprofile", "-i"]).env("PS1", "prompt> ").pty();
    pty.expect("prompt> ");
    pty.line("aws-auth exec --serve --from env -- sleeper");
    let pid = pid_in(&file);
    for _ in 0..3 {
        // ^Z
        pty.send([26]);
        pty.expect("prompt> ");
        wait_for("it is stopped", || state(pid) == "T");
        pty.line("fg");
        wait_for("it goes on", || state(pid) != "T");
        // were we stopped once more, the shell would be back
        std::thread::sleep(Duration::from_millis(300));
        assert_ne!(state(pid), "T");
    }
    fs::write(go, "").expect("a sign");
    pty.expect("ended");
    pty.expect("prompt> ");
    pty.line("exit");
    pty.finish_allowing_changed_terminal();
}

#[test]
fn r39_an_interrupt_ends_a_manager_that_may_not_ask_too() {
    let home = Home::with_sts();
    let started = home.rig("started");
    // It has no terminal to ask on, so the terminal's ^C does not come to it by itself.
    let text = format!(
        "#!/bin/sh\n(: </dev/tty) 2>/dev/null && tty=yes || tty=no\necho \"$$ $tty\" >'{0}.new'\nmv '{0}.new' '{0}'\nexec sleep 300\n",
        started.display()
    );
    home.script("pass", &text);
    let mut pty = home.run(["--from", "pass", "--no-input"]).pty_as_set();
    pty.until("the manager runs", |_| started.exists());
    pty.send("\x03");
    let outcome = pty.finish();
    assert_eq!(outcome.signal(), Some(2), "{outcome:?}");
    let said = fs::read_to_string(&started).expect("what it said");
    let (pid, tty) = said.trim().split_once(' ').expect("two words");
    assert_eq!(tty, "no");
    let end = Instant::now() + Duration::from_secs(10);
    while Path::new("/proc").join(pid).exists() {
        assert!(Instant::now() < end, "it still runs");
        std::thread::sleep(Duration::from_millis(20));
    }
}
