//! `aws-auth init`: the function for a start-up file, in the shells it is for.

mod held;
mod others;
mod table;

use crate::shells::{bob, path_without, whole};
use crate::support::sts::{ALICE, role};
use crate::support::{Home, Outcome, fake, tools};

/// The shells of the sh family, and which function is for them.
const POSIX: [(&str, &[&str], &str); 7] = [
    ("bash", &["--norc", "--noprofile", "-c"], "bash"),
    ("bash", &["--norc", "--noprofile", "--posix", "-c"], "bash"),
    ("dash", &["-c"], "sh"),
    ("zsh", &["-f", "-c"], "zsh"),
    ("ksh93", &["-c"], "ksh"),
    ("mksh", &["-c"], "ksh"),
    ("busybox", &["sh", "-c"], "sh"),
];

/// Runs a script after the function was loaded.
fn loaded(home: &Home, shell: &str, args: &[&str], function: &str, script: &str) -> Outcome {
    let script = format!("eval \"$(aws-auth init {function})\"\n{script}");
    home.command([&[shell], args, &[&script]].concat()).go()
}

fn posix() -> impl Iterator<Item = (&'static str, &'static [&'static str], &'static str)> {
    POSIX.into_iter().filter(|(shell, ..)| tools::need(shell).is_some())
}

#[test]
fn the_function_sets_and_clears_in_every_shell() {
    for (shell, args, function) in posix() {
        for before in ["", "set -eu;"] {
            let home = bob();
            println!("{shell} {args:?} {before}");
            let stale = "export AWS_PROFILE=x AWS_DEFAULT_PROFILE=y AWS_SECURITY_TOKEN=z";
            let script = format!("{before} {stale}; awsauth --from env\n{}", whole::SHOW);
            whole::expect_session(&home, &loaded(&home, shell, args, function, &script));
            let script = format!("{before} awsauth --from env; awsauth unset; echo \"$? ${{AWS_ACCESS_KEY_ID-none}}\"");
            assert_eq!(loaded(&home, shell, args, function, &script).ok().out(), "0 none\n", "{shell}");
        }
    }
}

#[test]
fn r05_the_shell_sees_that_we_were_killed() {
    for (shell, args, function) in posix() {
        let home = bob();
        // killed by its own manager, at a point where no statement of ours could tell
        home.script("pass", "#!/bin/sh\nkill -9 \"$PPID\"\n");
        let script = "awsauth --from env; old=$AWS_SESSION_TOKEN; awsauth --from pass; code=$?; \
            test \"$old\" = \"$AWS_SESSION_TOKEN\" && echo \"$code old\"";
        let outcome = loaded(&home, shell, args, function, script);
        // ksh93 counts deaths by signal from 256
        let code = if shell == "ksh93" { "265 old\n" } else { "137 old\n" };
        assert_eq!(outcome.out(), code, "{shell}\n{outcome:?}");
    }
    if tools::need("fish").is_some() {
        let home = bob();
        home.script("pass", "#!/bin/sh\nkill -9 \"$PPID\"\n");
        let script = "aws-auth init fish | source; set -gx AWS_ACCESS_KEY_ID old; awsauth --from pass; echo $status $AWS_ACCESS_KEY_ID";
        let outcome = home.command(["fish", "--no-config", "-c", script]).go();
        assert_eq!(outcome.out(), "137 old\n", "{outcome:?}");
    }
}

#[test]
fn r05_every_failure_keeps_its_code_and_stops_a_script() {
    for (shell, args, function) in posix() {
        let home = bob();
        home.set("PATH", path_without(&home, "pass"));
        for (wanted, code) in
            [("--from nosuchmanager", 2), ("--from pass", 11), (&format!("--from env --role-arn {}", role::DEV), 20)]
        {
            let outcome = loaded(&home, shell, args, function, &format!("awsauth {wanted}; echo $?"));
            assert_eq!(outcome.out(), format!("{code}\n"), "{shell}\n{outcome:?}");
            let outcome = loaded(&home, shell, args, function, &format!("set -e; awsauth {wanted}; echo reached"));
            assert_eq!((outcome.code(), outcome.out()), (code, ""), "{shell}\n{outcome:?}");
        }
    }
}

#[test]
fn r15_a_readonly_variable_is_seen_before_anybody_is_asked() {
    for (shell, args, function) in posix() {
        for name in ["AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "AWS_SESSION_EXPIRATION", "AWS_PROFILE"] {
            let home = bob();
            let script =
                format!("{name}=old; readonly {name}; awsauth --from env; echo \"$? ${{AWS_SECRET_ACCESS_KEY-none}}\"");
            let outcome = loaded(&home, shell, args, function, &script);
            assert_eq!(outcome.out(), "10 none\n", "{shell} {name}\n{outcome:?}");
            outcome.says("readonly");
            home.sts().saw(&[]);
        }
    }
}

#[test]
fn the_functions_own_options_come_first_and_take_no_other_options_place() {
    for (shell, args, function) in posix() {
        let home = bob();
        // The value of --item is missing: the function's own option must not become it.
        let outcome = loaded(&home, shell, args, function, "awsauth --from env --item; echo $?");
        assert_eq!(outcome.out(), "2\n", "{shell}\n{outcome:?}");
        outcome.says("--item <NAME>");
    }
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn serve_works_by_the_function_too() {
    let script = "awsauth serve --from env && test -n \"$AWS_CONTAINER_CREDENTIALS_FULL_URI\" && aws-auth whoami && awsauth unset && \
                  echo \"${AWS_CONTAINER_CREDENTIALS_FULL_URI-gone}\"";
    for (shell, args, function) in posix() {
        let outcome = loaded(&bob(), shell, args, function, script);
        assert!(outcome.ok().out().starts_with("user/bob in 111122223333\n"), "{shell}\n{outcome:?}");
        assert!(outcome.out().ends_with("\ngone\n"), "{shell}\n{outcome:?}");
    }
    if tools::need("fish").is_some() {
        let script = "aws-auth init fish | source; awsauth serve --from env; and aws-auth whoami; and awsauth unset; and \
                      set -q AWS_CONTAINER_CREDENTIALS_FULL_URI; or echo gone";
        let outcome = bob().command(["fish", "--no-config", "-c", script]).go();
        assert!(outcome.ok().out().starts_with("user/bob in 111122223333\n"), "{outcome:?}");
        assert!(outcome.out().ends_with("\ngone\n"), "{outcome:?}");
    }
}

#[test]
fn r15_a_readonly_region_counts_where_there_is_one_to_set() {
    for (shell, args, function) in posix() {
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            let home = bob();
            let script = format!(
                "{name}=eu-west-3; readonly {name}; awsauth --from env --region eu-west-1; echo \"$? ${{AWS_SESSION_TOKEN-none}}\"
                awsauth --from env; echo \"$? ${{AWS_SESSION_TOKEN:+set}}\"",
            );
            let outcome = loaded(&home, shell, args, function, &script);
            assert_eq!(outcome.out(), "10 none\n0 set\n", "{shell} {name}\n{outcome:?}");
            outcome.says("readonly");
        }
    }
}

#[test]
fn other_commands_are_run_and_not_evaluated() {
    for (shell, args, function) in posix() {
        let home = bob();
        let script = "awsauth --help | head -n 1; awsauth -h | head -n 1; awsauth --version; awsauth -V; awsauth --from env --format env | grep -c =; \
            echo in | awsauth exec --from env -- cat; awsauth exec --from env -- sh -c 'exit 7'; echo $?; awsauth --from env --explain 2>/dev/null; echo ${AWS_ACCESS_KEY_ID-none}";
        let outcome = loaded(&home, shell, args, function, script);
        let version = concat!("aws-auth ", env!("CARGO_PKG_VERSION"));
        let help = "AWS credentials from your password manager, with MFA and roles, in one command";
        let expected = [help, help, version, version, "8", "in", "7", "none", ""].join("\n");
        assert_eq!(outcome.ok().out(), expected, "{shell}\n{outcome:?}");
    }
}

#[test]
fn another_shells_statements_are_printed_where_the_user_names_it() {
    for (shell, args, function) in posix() {
        let script =
            "awsauth --from env --shell fish | head -n 1; awsauth unset --shell=tcsh; echo ${AWS_ACCESS_KEY_ID-none}";
        let outcome = loaded(&bob(), shell, args, function, script);
        outcome.ok().says_out("if set -l ").says_out("unsetenv ").says_out("\nnone\n").does_not_say("multiple times");
    }
    if tools::need("fish").is_some() {
        let script = "aws-auth init fish | source; awsauth --from env --shell fish | head -n 1; set -q AWS_ACCESS_KEY_ID; or echo none";
        let outcome = bob().command(["fish", "--no-config", "-c", script]).go();
        outcome.ok().says_out("if set -l ").says_out("\nnone\n").does_not_say("multiple times");
    }
}

#[test]
fn nothing_else_changes_in_the_shell() {
    // options, aliases, traps, variables and functions, before and after; what the completions need is named
    let looks = [
        (
            "bash",
            "bash",
            "set +o; shopt; alias; trap; compgen -v | grep -vx -e _ -e BASH_.* -e PIPESTATUS -e LINENO -e RANDOM -e SECONDS -e EPOCH.* -e SRANDOM; compgen -A function",
        ),
        (
            "zsh",
            "zsh",
            "setopt; alias; trap; print -l ${(ok)parameters} | grep -vx -e _ -e status -e '[?!]'; print -l ${(ok)functions}",
        ),
        ("dash", "sh", "set -o; alias; trap; set | cut -d= -f1"),
        ("mksh", "ksh", "set -o; alias; trap; typeset +; typeset +f"),
    ];
    for (shell, function, look) in looks {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        let (_, args, _) = POSIX.into_iter().find(|(name, ..)| *name == shell).expect("a shell");
        let script = format!(
            "{{ {look}; }} >before; awsauth --from env; {{ {look}; }} >after; diff before after | grep '^[<>] .' | grep -v AWS; rm before after"
        );
        // in one run with the function loaded before the first look: what a call leaves; in another: what loading leaves
        let outcome = loaded(&home, shell, args, function, &script);
        assert_eq!(outcome.out(), "", "{shell}: a call\n{outcome:?}");
        let script = format!(
            "{{ {look}; }} >before; eval \"$(aws-auth init {function})\"; {{ {look}; }} >after; diff before after | grep '^[<>] .'; rm before after"
        );
        let outcome = home.command([&[shell], args, &[&script]].concat()).go();
        let known = ["> awsauth", "> _aws_auth", "> awsauth()"];
        assert!(outcome.out().lines().all(|line| known.contains(&line)), "{shell}: loading\n{outcome:?}");
    }
}

#[test]
fn fish_has_the_function_and_its_completions() {
    if tools::need("fish").is_none() {
        return;
    }
    let home = bob();
    let fish = |script: &str| {
        let script = format!("aws-auth init fish | source\n{script}");
        home.command(["fish", "--no-config", "-c", &script]).go()
    };
    let show = "printf '%s\\n' $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN nonenonenone";
    whole::expect_session(&home, &fish(&format!("awsauth --from env; {show}")));
    let outcome = fish("awsauth --from env; awsauth unset; echo $status; set -q AWS_ACCESS_KEY_ID; or echo gone");
    assert_eq!(outcome.ok().out(), "0\ngone\n", "{outcome:?}");
    let outcome = fish(
        "awsauth --from nosuchmanager; echo $status; awsauth exec --from env -- sh -c 'exit 7'; echo $status; awsauth -V",
    );
    assert_eq!(outcome.out(), concat!("2\n7\naws-auth ", env!("CARGO_PKG_VERSION"), "\n"), "{outcome:?}");
    assert!(fish("complete -C'awsauth --role-a'").out().contains("--role-arn"));
}

#[test]
fn nushell_has_the_function() {
    let Some(nu) = tools::need("nu") else { return };
    let home = bob();
    let node = tools::find("node").expect("nushell from npm needs node");
    let node = node.parent().expect("a directory").display().to_string();
    let path = format!("{}:{node}", home.env()[std::ffi::OsStr::new("PATH")].display());
    let file = home.path("aws-auth.nu");
    std::fs::write(&file, home.run(["init", "nu"]).go().ok().out()).expect("the function");
    let run = |script: &str| {
        let script = format!("source {}; {script}", file.display());
        home.command([nu.as_os_str()]).args(["--no-config-file", "-c", &script]).env("PATH", &path).go()
    };
    let show =
        "[$env.AWS_ACCESS_KEY_ID $env.AWS_SECRET_ACCESS_KEY $env.AWS_SESSION_TOKEN nonenonenone] | str join (char nl)";
    whole::expect_session(&home, &run(&format!("awsauth --from env; {show}")));
    let outcome = run("awsauth -V");
    assert!(outcome.ok().out().starts_with("aws-auth "), "{outcome:?}");
    for script in ["awsauth --from nosuchmanager; print reached", "awsauth --from pass; print reached"] {
        home.script("pass", "#!/bin/sh\nkill -9 \"$PPID\"\n");
        let outcome = run(script);
        assert!(!outcome.status.success() && !outcome.out().contains("reached"), "{outcome:?}");
    }
}

#[test]
fn the_prompt_is_seen_and_ctrl_c_ends_the_line() {
    for (shell, args, function) in posix() {
        let home = Home::with_sts();
        fake::pass(&home, &ALICE, role::DEV);
        let script = format!("eval \"$(aws-auth init {function})\"\nawsauth --from pass; echo \"rc=$?\"");
        let mut pty = home.command([&[shell], args, &[&script]].concat()).pty();
        pty.expect_prompt();
        pty.line(&home.sts().fresh_code(ALICE.mfa_serial));
        pty.finish().ok().says("rc=0");
        let home = Home::with_sts();
        fake::pass(&home, &ALICE, role::DEV);
        let mut pty = home.command([&[shell], args, &[&script]].concat()).pty();
        pty.expect_prompt();
        pty.send("\u{3}");
        pty.finish().does_not_say("rc=0");
    }
}

#[test]
fn a_shell_without_a_function_is_told_so() {
    Home::new().run(["init", "cmd"]).go().fails(2).says("bash, zsh, fish");
}

#[test]
fn a_shell_that_traces_shows_no_secret_and_traces_on() {
    // what is asked of the shell, the function, and whether the shell still traces afterwards
    let posix = posix().flat_map(|(shell, args, function)| {
        ["x", "v", "xv"].map(|option| {
            let words = [&[shell], args].concat();
            let rest = "case $- in *x*|*v*) echo traced ;; esac";
            (words, format!("eval \"$(aws-auth init {function})\"\nset -{option}; awsauth --from env; {rest}"))
        })
    });
    let fish = "aws-auth init fish | source; set -g fish_trace 1; awsauth --from env; echo traced";
    let tcsh = "eval \"`aws-auth init tcsh`\"\nset echo verbose\nawsauth --from env\necho traced";
    let others = [(vec!["fish", "--no-config", "-c"], fish.to_owned()), (vec!["tcsh", "-f", "-c"], tcsh.to_owned())];
    let trap = |name: &str| format!("trap 'echo \"${name}\" >&2' DEBUG; awsauth --from env; echo traced");
    let traps = [
        (vec!["bash", "--norc", "-c"], format!("eval \"$(aws-auth init bash)\"; set -T; {}", trap("BASH_COMMAND"))),
        (vec!["zsh", "-f", "-c"], format!("eval \"$(aws-auth init zsh)\"; {}", trap("ZSH_DEBUG_CMD"))),
    ];
    for (argv, script) in posix.chain(others).chain(traps) {
        if tools::need(argv[0]).is_none() {
            continue;
        }
        let home = bob();
        println!("{argv:?} {script}");
        let outcome = home.command(argv.into_iter().chain([script.as_str()])).go();
        let [session] = home.sts().emulator().issued().try_into().unwrap_or_else(|_| panic!("{outcome:?}"));
        assert_eq!(outcome.ok().out(), "traced\n", "{outcome:?}");
        for secret in [&session.secret_access_key, &session.session_token] {
            assert!(!outcome.err().contains(secret.as_str()), "{outcome:?}");
        }
        if script.contains(" x; ")
            || script.contains("trap ")
            || script.contains("fish_trace")
            || script.contains("echo verbose")
        {
            assert!(outcome.err().contains("echo traced"), "it no longer traces\n{outcome:?}");
        }
    }
}
