//! The prompt for the token code: where it appears, what it takes, and how it ends.

use std::fs;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};

use crate::support::fake::{Answer, Fake};
use crate::support::pty::Pty;
use crate::support::run::To;
use crate::support::sts::{ALICE, documented, role};
use crate::support::{A_SECOND, Home, fake, gpg, tools};

/// alice, whose manager answers at once, and who has to be asked for a code.
fn alice() -> Home {
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    home
}

/// alice on a terminal, her stdout captured as in `$(…)`.
fn captured<'h>(home: &'h Home, args: &[&str]) -> Pty<'h> {
    home.run(["--from", "pass"]).args(args).captured()
}

#[test]
fn r36_the_prompt_is_on_the_terminal_whatever_is_redirected() {
    for stdin in [To::Terminal, To::Null, To::Pipe, To::Closed] {
        for stdout in [To::Terminal, To::Pipe] {
            for stderr in [To::Terminal, To::Pipe, To::Null] {
                let home = alice();
                println!("{stdin:?} {stdout:?} {stderr:?}");
                if stdout == To::Terminal {
                    home.show_sessions();
                }
                let mut run =
                    home.run(["--from", "pass"]).stdin(stdin.clone()).stdout(stdout.clone()).stderr(stderr.clone());
                if stdin == To::Pipe {
                    run = run.input("this is not for aws-auth\n");
                }
                let mut pty = run.pty_as_set();
                pty.expect("MFA code for");
                pty.expect(ALICE.mfa_serial);
                pty.expect(": ");
                pty.settle();
                pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
                let outcome = pty.finish();
                outcome.ok();
                assert!(!outcome.out().contains("MFA code") && !outcome.err().contains("MFA code"), "{outcome:?}");
                if stdout == To::Pipe {
                    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
                }
            }
        }
    }
}

#[test]
fn r36_the_prompt_works_inside_every_construct_of_a_shell() {
    let lines = [
        ("bash", "eval \"$(aws-auth --from pass)\"; echo rc=$?"),
        ("bash", "c=$(aws-auth --from pass) && eval \"$c\"; echo rc=$?"),
        ("bash", "x=$(echo \"$(aws-auth --from pass)\"); eval \"$x\"; echo rc=$?"),
        ("bash", "source <(aws-auth --from pass); echo rc=$?"),
        ("bash", "aws-auth --from pass </dev/null 2>/dev/null | cat >/dev/null; echo rc=${PIPESTATUS[0]}"),
        ("dash", "eval \"$(aws-auth --from pass)\"; echo rc=$?"),
        ("zsh", "eval \"$(aws-auth --from pass)\"; echo rc=$?"),
        ("fish", "aws-auth --from pass | source; echo rc=$status"),
        ("fish", "eval (aws-auth --from pass); echo rc=$status"),
        ("ksh93", "eval \"$(aws-auth --from pass)\"; echo rc=$?"),
        ("mksh", "eval \"$(aws-auth --from pass)\"; echo rc=$?"),
    ];
    for (shell, line) in lines {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = alice();
        println!("{shell}: {line}");
        let mut pty = home.command([shell, "-c", line]).pty();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        pty.finish().ok().says("rc=0");
    }
}

#[test]
fn the_code_is_shown_as_it_is_typed_unless_it_is_to_be_hidden() {
    for (args, shown) in [(&[][..], true), (&["--hide-code"], false)] {
        let home = alice();
        let mut pty = captured(&home, args);
        pty.expect_prompt();
        assert_eq!(pty.echoes(), shown, "{args:?}");
        let code = home.sts().fresh_code(ALICE.mfa_serial);
        pty.line(&code);
        let outcome = pty.finish();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        assert_eq!(outcome.screen().contains(&code), shown, "{outcome:?}");
    }
}

#[test]
fn r37_without_a_terminal_it_fails_at_once_and_names_the_ways_out() {
    let home = alice();
    let outcome = home.run(["--from", "pass"]).go();
    outcome.fails(16).within(A_SECOND).says("--token-code");
    home.sts().saw(&[]);
}

#[test]
fn no_input_fails_on_a_terminal_too() {
    let home = alice();
    let outcome = captured(&home, &["--no-input"]).finish();
    outcome.fails(16).within(A_SECOND);
    home.sts().saw(&[]);
}

#[test]
fn r43_the_end_of_input_is_a_cancellation() {
    for args in [&[][..], &["--hide-code"]] {
        let home = alice();
        let mut pty = captured(&home, args);
        pty.expect_prompt();
        pty.send([4]);
        pty.finish_within(Duration::from_secs(5)).fails(15);
        home.sts().saw(&[]);
    }
}

/// What can be typed that is no token code.
const MALFORMED: [&str; 12] = [
    "",
    "     ",
    "12345",
    "1234567",
    "abcdef",
    "12345a",
    "-12345",
    "1234 56 7",
    "\u{661}\u{662}\u{663}\u{664}\u{665}\u{666}",
    "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}",
    "$(id)0",
    "0x1234",
];

#[test]
fn r42_malformed_codes_are_asked_again_three_times_in_all_and_never_sent() {
    for tries in MALFORMED.chunks(3) {
        for args in [&[][..], &["--hide-code"]] {
            let home = alice();
            println!("{tries:?} {args:?}");
            let mut pty = captured(&home, args);
            for text in tries {
                pty.expect_prompt();
                pty.line(text);
            }
            pty.finish_within(Duration::from_secs(10)).fails(15);
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn r42_a_line_of_any_length_is_no_code() {
    let home = alice();
    let mut pty = captured(&home, &[]);
    for _ in 0..3 {
        pty.expect_prompt();
        // a terminal keeps 4,095 characters of a line
        pty.line(&"9".repeat(3000));
    }
    pty.finish_within(Duration::from_secs(10)).fails(15);
    home.sts().saw(&[]);
}

#[test]
fn c11_a_code_is_taken_however_it_was_pasted() {
    type Copied = fn(&str) -> String;
    let ways: [Copied; 6] = [
        |code| format!("  {code} "),
        |code| format!("{}\u{a0}{}", &code[..3], &code[3..]),
        |code| format!("{}-{}", &code[..3], &code[3..]),
        |code| format!("\u{200b}{code}\u{feff}"),
        |code| code.chars().filter_map(|c| char::from_u32(u32::from(c) - 0x30 + 0xff10)).collect(),
        |code| format!("\u{1b}[200~{code}\u{1b}[201~"),
    ];
    for way in ways {
        for args in [&[][..], &["--hide-code"]] {
            let home = alice();
            let mut pty = captured(&home, args);
            pty.expect_prompt();
            pty.line(&way(&home.sts().fresh_code(ALICE.mfa_serial)));
            let outcome = pty.finish();
            home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        }
        // and so it is wherever else it comes from
        let home = alice();
        let code = way(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = home.run(["--from", "pass", "--token-code", "-"]).input(code).go();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn r48_a_code_after_two_that_are_none_is_taken() {
    for args in [&[][..], &["--hide-code"]] {
        let home = alice();
        let mut pty = captured(&home, args);
        for text in ["12345", "abcdef"] {
            pty.expect_prompt();
            assert_eq!(pty.echoes(), args.is_empty());
            pty.line(text);
        }
        pty.expect_prompt();
        assert_eq!(pty.echoes(), args.is_empty());
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    }
}

#[test]
fn r65_a_rejected_code_is_told_and_asked_again() {
    let home = alice();
    let mut pty = captured(&home, &[]);
    pty.expect_prompt();
    pty.line(&home.sts().wrong_code(ALICE.mfa_serial));
    pty.expect("AWS refused that code: if it was mistyped, type what the device shows");
    pty.expect_prompt();
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = pty.finish();
    outcome.ok();
    let sent = home.sts().with_code();
    assert_eq!(sent.len(), 2, "{outcome:?}");
    assert_ne!(sent[0].param("TokenCode"), sent[1].param("TokenCode"));
}

#[test]
fn r65_three_rejected_codes_are_the_end() {
    let home = alice();
    let mut pty = captured(&home, &[]);
    let wrong = home.sts().wrong_code(ALICE.mfa_serial);
    // three different ones, none of which the device shows
    let real = home.sts().fresh_code(ALICE.mfa_serial);
    let others = ["111111", "222222", "333333", "444444"].into_iter().filter(|code| **code != real && **code != wrong);
    for code in [wrong.as_str()].into_iter().chain(others).take(3) {
        pty.expect_prompt();
        pty.line(code);
    }
    pty.finish_within(Duration::from_secs(20)).fails(21);
    assert_eq!(home.sts().with_code().len(), 3);
}

#[test]
fn r65_the_same_rejected_code_is_not_sent_twice() {
    let home = alice();
    let mut pty = captured(&home, &[]);
    let wrong = home.sts().wrong_code(ALICE.mfa_serial);
    for _ in 0..3 {
        pty.expect_prompt();
        pty.line(&wrong);
    }
    // refused here the third time, by AWS the first
    let outcome = pty.finish_within(Duration::from_secs(20));
    outcome.fails_with_one_of(&[15, 21]);
    assert!(outcome.screen().contains("that code was used already, or refused: the next one comes in "), "{outcome:?}");
    assert_eq!(home.sts().with_code().len(), 1);
}

#[test]
fn r46_what_was_typed_before_the_prompt_is_no_code() {
    let home = alice();
    // the manager is slow; meanwhile six digits are typed
    let answer = Answer {
        first: format!("until [ -e '{}' ]; do sleep 0.02; done", home.rig("go").display()),
        ..Answer::of(ALICE.access_key_id)
    };
    let names = ["aws-secret-access-key", "aws-mfa-arn", "aws-iam-role-arn"];
    let values = [ALICE.secret_access_key, ALICE.mfa_serial, role::DEV];
    fs::remove_dir_all(home.rig("answers/pass")).expect("the old answers");
    let mut manager = Fake::new(&home, "pass").on(&["show", "--", "aws-access-key-id"], &answer);
    for (name, value) in names.iter().zip(values) {
        manager = manager.on(&["show", "--", name], &Answer::of(value));
    }
    let mut pty = captured(&home, &[]);
    pty.until("the manager runs", |_| !manager.calls().is_empty());
    pty.send("135790\r");
    pty.expect("135790");
    fs::write(home.rig("go"), "").expect("the sign to go on");
    pty.expect_prompt();
    pty.settle();
    assert!(home.sts().requests().is_empty(), "type-ahead was taken as the code");
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = pty.finish();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
}

#[test]
#[ignore = "it takes the two minutes of the prompt: tests/long runs it"]
fn r45_after_two_minutes_it_gives_up_and_half_a_code_does_not_reach_the_shell() {
    let home = alice();
    let line = "eval \"$(aws-auth --from pass)\"; echo \"ended $?\"; read -r -t 1 -n 1 left; echo \"left [$left]\"";
    let mut pty = home.command(["bash", "--norc", "-c", line]).pty();
    pty.expect_prompt();
    pty.send("1234");
    pty.expect_within("nothing was typed for 120 seconds", Duration::from_secs(140));
    pty.expect("ended 15");
    pty.expect("left []");
    pty.finish().ok();
    home.sts().saw(&[]);
}

#[test]
fn r48_a_terminal_that_the_manager_left_without_echo_is_put_right() {
    let home = alice();
    fs::remove_dir_all(home.rig("answers/pass")).expect("the old answers");
    let answer = |value: &str| Answer { first: "stty -echo -icanon </dev/tty".to_owned(), ..Answer::of(value) };
    let mut manager = Fake::new(&home, "pass");
    for (name, value) in documented(&ALICE, role::DEV) {
        manager = manager.on(&["show", "--", name], &answer(value));
    }
    let mut pty = captured(&home, &[]);
    pty.expect_prompt();
    assert!(pty.echoes());
    pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
    let outcome = pty.finish();
    home.sts().delivered_role(&outcome, &ALICE, role::DEV);
    assert!(!manager.calls().is_empty());
}

const DEADLY: [(Signal, i32); 4] = [(Signal::INT, 2), (Signal::TERM, 15), (Signal::HUP, 1), (Signal::QUIT, 3)];

#[test]
fn r39_r40_a_signal_ends_it_by_that_very_signal_and_the_caller_is_told() {
    for (signal, number) in DEADLY {
        for args in [&[][..], &["--hide-code"], &["--shell", "fish"], &["--format", "json"]] {
            let home = alice();
            println!("{signal:?} {args:?}");
            let mut pty = captured(&home, args);
            pty.expect_prompt();
            pty.send("12");
            let sent = Instant::now();
            pty.signal(signal);
            let outcome = pty.finish_within(Duration::from_secs(2));
            assert!(sent.elapsed() < A_SECOND, "{outcome:?}");
            assert_eq!(outcome.signal(), Some(number), "{outcome:?}");
            let code = 128 + number;
            let expected = match args {
                ["--shell", ..] => format!("sh -c 'exit {code}';\n"),
                ["--format", ..] => String::new(),
                _ => format!("(exit {code})\n"),
            };
            assert_eq!(outcome.out(), expected, "{outcome:?}");
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn r39_a_typed_interrupt_or_quit_ends_it_by_that_signal() {
    for (key, number) in [(3, 2), (28, 3)] {
        for args in [&[][..], &["--hide-code"]] {
            let home = alice();
            let mut pty = captured(&home, args);
            pty.expect_prompt();
            pty.send([key]);
            let outcome = pty.finish_within(Duration::from_secs(2));
            assert_eq!(outcome.signal(), Some(number), "{outcome:?}");
            assert_eq!(outcome.out(), format!("(exit {})\n", 128 + number), "{outcome:?}");
        }
    }
}

#[test]
fn a_signal_on_a_terminal_alone_prints_no_statement() {
    let home = alice();
    let mut pty = home.pty(["--from", "pass"]);
    pty.expect_prompt();
    pty.send([3]);
    let outcome = pty.finish_within(Duration::from_secs(2));
    assert_eq!(outcome.signal(), Some(2), "{outcome:?}");
    outcome.does_not_say("(exit");
}

#[test]
fn r39_an_interrupt_while_the_manager_runs_ends_both() {
    let home = Home::with_sts();
    gpg::secrets_of(&home, &ALICE);
    let pid_file = home.rig("manager.pid");
    home.script("pass", &format!("#!/bin/sh\necho $$ >'{}'\nsleep 300\n", pid_file.display()));
    let mut pty = captured(&home, &[]);
    pty.until("the manager runs", |_| fs::read_to_string(&pid_file).is_ok_and(|text| text.ends_with('\n')));
    pty.send([3]);
    let outcome = pty.finish_within(Duration::from_secs(5));
    assert_eq!(outcome.signal(), Some(2), "{outcome:?}");
    let pid = fs::read_to_string(&pid_file).expect("the manager's number");
    let gone = || !std::path::Path::new("/proc").join(pid.trim()).join("fd").exists();
    let started = Instant::now();
    while !gone() {
        assert!(started.elapsed() < Duration::from_secs(2), "the manager is still there");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn r47_a_terminal_that_vanishes_ends_it_at_once() {
    for args in [&[][..], &["--hide-code"]] {
        let home = alice();
        let mut pty = captured(&home, args);
        pty.expect_prompt();
        let gone = Instant::now();
        pty.hang_up();
        let outcome = pty.finish_within(Duration::from_secs(5));
        assert!(gone.elapsed() < A_SECOND, "{outcome:?}");
        assert!(!outcome.status.success(), "{outcome:?}");
        assert!(outcome.out().starts_with("(exit "), "{outcome:?}");
        home.sts().saw(&[]);
    }
}

/// An interactive shell, its prompt `ready> `.
fn interactive<'h>(home: &'h Home, shell: &str) -> Pty<'h> {
    home.set("PS1", "ready> ");
    home.set("PS2", "more> ");
    home.set("PROMPT_EOL_MARK", "");
    let argv: &[&str] = match shell {
        "bash" => &["bash", "--norc", "--noprofile", "-i"],
        "zsh" => &["zsh", "-f", "-i", "+Z"],
        "fish" => &["fish", "--no-config", "-i", "-C", "function fish_prompt; echo 'ready> '; end"],
        _ => &["dash", "-i"],
    };
    let mut pty = home.command(argv).pty();
    pty.expect("ready> ");
    pty
}

/// A process of this name in the session of the terminal.
fn find_in_session(pty: &Pty, name: &str) -> Option<Pid> {
    let session = pty.pid().as_raw_nonzero().get().to_string();
    fs::read_dir("/proc").expect("/proc").flatten().find_map(|entry| {
        let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
        let (head, tail) = stat.rsplit_once(") ")?;
        let fields: Vec<&str> = tail.split(' ').collect();
        (head.split_once('(')?.1 == name && fields.get(3) == Some(&session.as_str()))
            .then(|| entry.file_name().to_str().and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw))?
    })
}

const SHELLS: [&str; 4] = ["bash", "zsh", "dash", "fish"];

/// The ways to call it that people type; `REST` is what comes after on the same line.
fn typed(shell: &str) -> [String; 3] {
    let forms = match shell {
        "fish" => ["aws-auth --from pass >/dev/null", "eval (aws-auth --from pass)", "aws-auth --from pass | source"],
        _ => ["aws-auth --from pass >/dev/null", "eval \"$(aws-auth --from pass)\"", "aws-auth --from pass | cat"],
    };
    // the echo of the typed line does not hold the word that the command prints
    forms.map(|form| format!("{form}; echo RE'ST'"))
}

#[test]
fn r39_an_interrupt_ends_the_whole_line_in_every_shell() {
    for shell in SHELLS {
        if tools::need(shell).is_none() {
            continue;
        }
        for line in typed(shell) {
            let home = alice();
            println!("{shell}: {line}");
            let mut pty = interactive(&home, shell);
            pty.line("stty -a | tr -d '\\n' >$TMPDIR/before; echo SAV'ED'");
            pty.expect("SAVED");
            pty.expect("ready> ");
            pty.line(&line);
            pty.expect_prompt();
            pty.send([3]);
            pty.expect_within("ready> ", Duration::from_secs(5));
            pty.line("stty -a | tr -d '\\n' >$TMPDIR/after; echo SAV'ED'");
            pty.expect("SAVED");
            let read = |name: &str| fs::read_to_string(home.root().join("tmp").join(name)).expect("the settings");
            assert_eq!(read("before"), read("after"), "{shell}: {line}");
            assert!(
                !pty.transcript().contains("REST"),
                "the rest of the line ran: {shell}: {line}\n{}",
                pty.transcript()
            );
            pty.line("exit");
            pty.finish_within(Duration::from_secs(10));
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn r40_other_signals_leave_every_shell_usable_and_told() {
    for shell in SHELLS {
        if tools::need(shell).is_none() {
            continue;
        }
        for (signal, number) in [(Signal::TERM, 15), (Signal::HUP, 1), (Signal::QUIT, 3)] {
            // fish drops the rest of a line after a quit as after an interrupt: there is no status to see
            if shell == "fish" && signal == Signal::QUIT {
                continue;
            }
            let home = alice();
            println!("{shell}: {signal:?}");
            let mut pty = interactive(&home, shell);
            let status = if shell == "fish" { "$status" } else { "$?" };
            let eval = if shell == "fish" {
                "aws-auth --from pass --hide-code | source"
            } else {
                "eval \"$(aws-auth --from pass --hide-code)\""
            };
            pty.line(&format!("{eval}; echo r'c'={status}"));
            pty.expect_prompt();
            let pid = find_in_session(&pty, "aws-auth").expect("aws-auth runs");
            rustix::process::kill_process(pid, signal).expect("it can be signalled");
            pty.expect(&format!("rc={}", 128 + number));
            pty.expect("ready> ");
            pty.line("echo us'able'");
            pty.expect("usable");
            pty.line("exit");
            pty.finish_within(Duration::from_secs(10));
        }
    }
}

#[test]
fn r41_stopped_and_continued_it_asks_again() {
    for shell in ["bash", "zsh", "fish"] {
        if tools::need(shell).is_none() {
            continue;
        }
        for hide in ["", " --hide-code"] {
            let home = alice();
            println!("{shell}{hide}");
            let mut pty = interactive(&home, shell);
            pty.line(&format!("aws-auth --from pass{hide} >$TMPDIR/out"));
            pty.expect_prompt();
            pty.send([26]);
            pty.expect_within("ready> ", Duration::from_secs(5));
            pty.line("stty -a | grep -ow -e -echo -e echo; echo SAV'ED'");
            assert!(!pty.expect("SAVED").contains("-echo\r"), "no echo while stopped: {}", pty.transcript());
            pty.expect("ready> ");
            pty.line("fg");
            pty.expect_prompt();
            if !hide.is_empty() {
                pty.until("the code is hidden again", |pty| !pty.echoes());
            }
            pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
            pty.expect("ready> ");
            let out = home.root().join("tmp/out");
            let text = fs::read_to_string(&out).expect("what was printed");
            home.plant(&out);
            assert!(
                text.contains("export AWS_ACCESS_KEY_ID='") || text.contains("set -gx AWS_ACCESS_KEY_ID '"),
                "{text}"
            );
            pty.line("exit");
            pty.finish_within(Duration::from_secs(10));
        }
    }
}

#[test]
fn r41_where_nobody_could_start_it_again_it_asks_again_instead_of_stopping() {
    let lines = [
        ("bash", "eval \"$(aws-auth --from pass)\"; echo r'c'=$?"),
        ("zsh", "eval \"$(aws-auth --from pass)\"; echo r'c'=$?"),
        ("dash", "eval \"$(aws-auth --from pass)\"; echo r'c'=$?"),
        ("fish", "eval (aws-auth --from pass); echo r'c'=$status"),
    ];
    for (shell, line) in lines {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = alice();
        println!("{shell}: {line}");
        let mut pty = interactive(&home, shell);
        pty.line(line);
        pty.expect_prompt();
        pty.send([26]);
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        pty.expect_within("rc=", Duration::from_secs(10));
        pty.expect("ready> ");
        pty.line("exit");
        pty.finish_within(Duration::from_secs(10));
        assert_eq!(home.sts().with_code().len(), 1, "{shell}");
    }
}

#[test]
fn r38_in_the_background_it_fails_instead_of_being_stopped() {
    for shell in ["bash", "zsh"] {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = alice();
        let mut pty = interactive(&home, shell);
        pty.line("aws-auth --from pass >/dev/null & wait $!; echo r'c'=$?");
        pty.expect_within("rc=16", Duration::from_secs(10));
        pty.line("exit");
        pty.finish_within(Duration::from_secs(10));
        home.sts().saw(&[]);
    }
}

#[test]
fn c10_the_question_works_whatever_the_terminal_was_left_like() {
    let states =
        ["-icrnl", "raw", "raw -echo", "igncr", "-icanon", "-echo", "inlcr -icrnl", "-isig", "-opost", "cbreak -echo"];
    for state in states {
        for args in ["", "--hide-code"] {
            let home = alice();
            println!("{state} {args}");
            let script =
                format!("stty {state}; stty -a >&2; aws-auth --from pass {args} >/dev/null; echo code $?; stty -a >&2");
            let mut pty = home.command(["sh", "-c", &script]).stdin(To::Terminal).stdout(To::Terminal).pty_as_set();
            pty.expect_prompt();
            assert_eq!(pty.echoes(), args.is_empty(), "{state}");
            pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
            pty.expect("code 0");
            let outcome = pty.finish_allowing_changed_terminal();
            let all: Vec<String> =
                outcome.err().lines().filter(|line| !line.starts_with("aws-auth")).map(str::to_owned).collect();
            assert_eq!(all[..all.len() / 2], all[all.len() / 2..], "{state}: not given back");
        }
    }
}

/// A field of a process's status.
fn status_of(pid: &str, field: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("its status");
    status.lines().find_map(|line| line.strip_prefix(field)).expect("a line").trim().to_owned()
}

#[test]
fn no_memory_goes_to_a_disk_while_a_person_is_waited_for_where_that_is_allowed() {
    if !tools::needs_linux("what is locked is told by Linux only") || tools::need("setpriv").is_none() {
        return;
    }
    // as an ordinary user, whom the usual limit lets have 8 MB
    let without = "setpriv --bounding-set -ipc_lock --inh-caps -ipc_lock";
    let prefix = if rustix::process::geteuid().is_root() { without } else { "" };
    for (limit, is_locked) in [("8192", true), ("0", false)] {
        let script = &format!("ulimit -l {limit}; exec {prefix} aws-auth --from pass");
        let home = alice();
        println!("{script}");
        let mut pty = home.command(["sh", "-c", script]).captured();
        pty.expect_prompt();
        let locked = status_of(&pty.pid().as_raw_nonzero().to_string(), "VmLck:");
        assert_eq!(locked != "0 kB", is_locked, "{locked}");
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        let outcome = pty.finish();
        home.sts().delivered_role(&outcome, &ALICE, role::DEV);
        outcome.does_not_say("lock");
    }
}
