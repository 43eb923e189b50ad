//! The function in shells of another grammar: tcsh, xonsh and elvish.

use crate::shells::bob;
use crate::support::pty::Pty;
use crate::support::sts::{ALICE, role};
use crate::support::{Home, Outcome, fake, run, tools};

/// A shell on a terminal. Only at elvish's prompt can a text define a function; the others are given a script.
struct Shell {
    argv: &'static [&'static str],
    load: &'static str,
    /// Runs `LINE` and shows its exit code.
    code: &'static str,
}

const SHELLS: [Shell; 3] = [
    Shell {
        argv: &["tcsh", "-f", "-c"],
        load: "eval \"`aws-auth init tcsh`\"",
        code: "LINE; echo \"is\" \"<$status>\"",
    },
    Shell {
        argv: &["xonsh", "--no-rc", "-c"],
        load: "execx($(aws-auth init xonsh))",
        code: "echo is @('<%d>' % !(LINE).rtn)",
    },
    Shell {
        argv: &["elvish", "-norc"],
        load: "eval (aws-auth init elvish | slurp)",
        // a failure is an exception there, with the code or the signal in it
        code: "try { LINE; echo is '<0>' } catch e { var why = $e[reason]; echo is '<'(if (has-key $why exit-status) { put $why[exit-status] } else { put $why[signal-name] })'>' }",
    },
];

/// The shells that are there, each with a home where `peek` writes what is set into a file of the rig's.
fn shells(home: fn() -> Home) -> impl Iterator<Item = (&'static Shell, Home)> {
    SHELLS.iter().filter(|shell| tools::need(shell.argv[0]).is_some()).map(move |shell| {
        println!("{:?}", shell.argv);
        let home = home();
        home.set("TERM", "xterm");
        home.write(".aws/config", "[profile x]\n");
        let names = "$AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN";
        let none = "${AWS_PROFILE-none}${AWS_SECURITY_TOKEN-none}";
        home.script("peek", &format!("#!/bin/sh\necho {names} {none} >'{}'\n", home.rig("out").display()));
        (shell, home)
    })
}

/// Starts the shell with these lines after the function's own.
fn start<'h>(shell: &Shell, home: &'h Home, lines: &[&str]) -> Pty<'h> {
    let run = home.command(shell.argv);
    let run = run.env("AWS_PROFILE", "x").env("AWS_SECURITY_TOKEN", "z");
    if shell.argv[0] != "elvish" {
        return run.args([[&[shell.load], lines].concat().join("\n")]).pty();
    }
    // in one line: a prompt throws away what was typed ahead
    let mut pty = run.pty();
    pty.line(shell.load).line(&[lines, &["exit"]].concat().join("; "));
    pty
}

/// Runs the lines to their end; gives what `peek` saw last.
fn runs(shell: &Shell, home: &Home, lines: &[&str]) -> (Outcome, String) {
    // some shells leave the terminal otherwise than they found it, by themselves
    let mut outcome = start(shell, home, lines).finish_allowing_changed_terminal();
    // on a busy machine xonsh loses what `$(…)` gives, once in some hundred times, be the program whose it may
    for _ in 0..2 {
        if !outcome.screen().contains("command not found: awsauth") {
            break;
        }
        outcome = start(shell, home, lines).finish_allowing_changed_terminal();
    }
    let out = home.rig("out");
    let seen = if out.exists() { String::from_utf8(run::read(&out)).expect("text") } else { String::new() };
    (outcome, seen)
}

#[test]
fn the_function_sets_and_clears() {
    for (shell, home) in shells(bob) {
        let (outcome, found) = runs(shell, &home, &["awsauth --from env", "peek"]);
        let session = home.sts().emulator().issued().remove(0);
        let keys = [&session.access_key_id, &session.secret_access_key, &session.session_token, "nonenone\n"];
        assert_eq!(found, keys.join(" "), "{outcome:?}");
        let (outcome, found) = runs(shell, &home, &["awsauth --from env", "awsauth unset", "peek"]);
        assert_eq!(found.trim(), "nonenone", "{outcome:?}");
    }
}

/// tcsh has nothing that could stand in front of an alias.
#[test]
fn c2_a_key_in_front_of_the_function_never_leaves_half_a_set() {
    for (shell, home) in shells(bob) {
        let in_front = match shell.argv[0] {
            "xonsh" => ["$AWS_SECRET_ACCESS_KEY='p' LINE", "$AWS_SESSION_TOKEN='p' LINE"],
            "elvish" => [
                "try { E:AWS_SECRET_ACCESS_KEY=p LINE } catch e { }",
                "fn g { tmp E:AWS_SESSION_TOKEN = p; try { LINE } catch e { } }; g",
            ],
            _ => continue,
        };
        let line = "awsauth --from env --no-cache";
        let lines = in_front.map(|in_front| in_front.replace("LINE", line));
        let (outcome, found) = runs(shell, &home, &[line, &lines[0], &lines[1], "peek"]);
        let session = home.sts().emulator().issued().remove(0);
        let keys = [&session.access_key_id, &session.secret_access_key, &session.session_token, "nonenone\n"];
        assert_eq!(found, keys.join(" "), "{outcome:?}");
        outcome.says(if shell.argv[0] == "xonsh" { "hint: del $AWS_ACCESS_KEY_ID" } else { "AWS_ACCESS_KEY_ID" });
        home.sts().saw(&["GetSessionToken"]);
    }
}

#[test]
fn r05_a_failure_and_even_a_kill_are_seen() {
    for (shell, home) in shells(bob) {
        home.script("pass", "#!/bin/sh\nkill -9 \"$PPID\"\n");
        let killed = if shell.argv[0] == "elvish" { "killed" } else { "137" };
        for (line, code) in [
            ("awsauth --from nosuchmanager", "2"),
            ("awsauth --from pass", killed),
            ("awsauth exec --from env -- sh -c 'exit 7'", "7"),
            ("awsauth exec --from env -- true", "0"),
            ("awsauth --version", "0"),
        ] {
            let (outcome, found) = runs(shell, &home, &[&shell.code.replace("LINE", line), "peek"]);
            outcome.says(&format!("is <{code}>"));
            assert_eq!(found.trim(), "xz", "{outcome:?}");
        }
    }
}

#[test]
fn another_shells_statements_are_printed_where_the_user_names_it() {
    for (shell, home) in shells(bob) {
        let (outcome, found) = runs(shell, &home, &[&shell.code.replace("LINE", "awsauth unset --shell bash"), "peek"]);
        outcome.says("is <0>").does_not_say("multiple times");
        if shell.argv[0] != "xonsh" {
            // Which captures it here.
            outcome.says("unset AWS_PROFILE");
        }
        assert_eq!(found.trim(), "xz", "{outcome:?}");
    }
}

#[test]
fn arguments_reach_the_program_as_they_were_given() {
    for (shell, home) in shells(bob) {
        let show = home.rig("args");
        home.script("args", &format!("#!/bin/sh\nprintf '<%s>' \"$@\" >'{}'\n", show.display()));
        runs(shell, &home, &["awsauth exec --from env -- args 'a  b' '*' '`x`' '\"' ';'"]);
        assert_eq!(String::from_utf8(run::read(&show)).expect("text"), "<a  b><*><`x`><\"><;>");
    }
}

#[test]
fn the_prompt_is_seen_and_the_terminal_is_the_commands() {
    let alice = || {
        let home = Home::with_sts();
        fake::pass(&home, &ALICE, role::DEV);
        home
    };
    for (shell, home) in shells(alice) {
        let terminal = "awsauth exec --from pass --no-role -- sh -c 'test -t 0 && test -t 1 && echo on a term\"\"inal'";
        let mut pty = start(shell, &home, &["awsauth --from pass", "peek", terminal]);
        for _ in 0..2 {
            pty.expect_prompt();
            pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        }
        let outcome = pty.finish_allowing_changed_terminal();
        outcome.says("on a terminal");
        assert!(String::from_utf8(run::read(&home.rig("out"))).expect("text").starts_with("ASIA"), "{outcome:?}");
    }
}
