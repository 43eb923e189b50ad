//! The whole way into a shell: what people put in their start-up files and scripts, run by each shell.

use std::fs;

use aws_auth::error::Class;
use aws_auth::output::shell::Shell;

use crate::support::home::Home;
use crate::support::sts::{self, BOB};
use crate::support::{Outcome, fake, gpg, tools};

/// The shells of the sh family, with the arguments that run a script and keep start-up files out.
pub const POSIX: [(&str, &[&str]); 7] = [
    ("bash", &["--norc", "--noprofile", "-c"]),
    ("dash", &["-c"]),
    ("zsh", &["-f", "-c"]),
    ("ksh93", &["-c"]),
    ("mksh", &["-c"]),
    ("busybox", &["sh", "-c"]),
    ("sh", &["-c"]),
];

/// A user without MFA, whose keys are in the environment: a run that needs no terminal and no manager.
pub fn bob() -> Home {
    let home = Home::with_sts();
    home.set("AWS_AUTH_ACCESS_KEY_ID", BOB.access_key_id);
    home.set("AWS_AUTH_SECRET_ACCESS_KEY", BOB.secret_access_key);
    gpg::secrets_of(&home, &BOB);
    // what AWS_PROFILE may name in a shell; a name that is nowhere is an error, as it is for the AWS CLI
    home.write(".aws/config", "[profile x]\n[profile y]\n[profile kept]\n");
    home
}

/// Runs a script in a shell.
pub fn in_shell(home: &Home, program: &str, args: &[&str], script: &str) -> Outcome {
    home.command([&[program], args, &[script]].concat()).go()
}

/// Prints what the shell now holds, one variable a line.
pub const SHOW: &str = "\
    printf '%s\\n' \"$AWS_ACCESS_KEY_ID\" \"$AWS_SECRET_ACCESS_KEY\" \"$AWS_SESSION_TOKEN\" \
    \"${AWS_PROFILE-none}${AWS_DEFAULT_PROFILE-none}${AWS_SECURITY_TOKEN-none}\"";

/// The lines that `SHOW` prints for the one session that STS has issued.
#[track_caller]
pub fn expect_session(home: &Home, outcome: &Outcome) {
    outcome.ok();
    let issued = home.sts().emulator().issued();
    assert_eq!(issued.len(), 1, "one session\n{outcome:?}");
    let session = &issued[0];
    let expected =
        [&session.access_key_id, &session.secret_access_key, &session.session_token, "nonenonenone"].join("\n");
    assert_eq!(outcome.out().trim_end(), expected, "{outcome:?}");
}

#[test]
fn r09_r14_eval_sets_the_session_and_clears_what_is_in_its_way() {
    for (shell, args) in POSIX {
        if tools::need(shell).is_none() {
            continue;
        }
        for eval in [
            "eval \"$(aws-auth --from env)\"",
            "eval $(aws-auth --from env)",
            "c=$(aws-auth --from env) && eval \"$c\"",
        ] {
            let home = bob();
            let stale = "export AWS_PROFILE=x AWS_DEFAULT_PROFILE=y AWS_SECURITY_TOKEN=z AWS_SESSION_TOKEN=old;";
            expect_session(&home, &in_shell(&home, shell, args, &format!("{stale} {eval}; {SHOW}")));
        }
    }
}

#[test]
fn r10_fish_takes_the_session_in_every_form() {
    if tools::need("fish").is_none() {
        return;
    }
    for eval in ["aws-auth --from env | source", "eval (aws-auth --from env)", "eval \"$(aws-auth --from env)\""] {
        let home = bob();
        let script = format!(
            "set -gx AWS_PROFILE x; set -gx AWS_SECURITY_TOKEN z; {eval}; set -q AWS_PROFILE; and echo stale; set -q AWS_SECURITY_TOKEN; and echo stale; \
             printf '%s\\n' $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN nonenonenone; count $AWS_ACCESS_KEY_ID >/dev/null"
        );
        expect_session(&home, &in_shell(&home, "fish", &["--no-config", "-c"], &script));
    }
}

#[test]
fn r13_nushell_loads_the_session() {
    if tools::need("nu").is_none() {
        return;
    }
    let nu = tools::find("nu").expect("found above");
    let home = bob();
    let script = "$env.AWS_PROFILE = 'x'; aws-auth --from env | from json | load-env; \
        [$env.AWS_ACCESS_KEY_ID $env.AWS_SECRET_ACCESS_KEY $env.AWS_SESSION_TOKEN (^sh -c 'printf %s \"${AWS_PROFILE-none}nonenone\"')] | str join (char nl)";
    let node = tools::find("node").expect("nushell from npm needs node");
    let path = format!(
        "{}:{}",
        home.env()[std::ffi::OsStr::new("PATH")].display(),
        node.parent().expect("a directory").display()
    );
    let outcome = home.command([nu.as_os_str()]).args(["--no-config-file", "-c", script]).env("PATH", path).go();
    expect_session(&home, &outcome);
}

#[test]
fn r13_a_failure_stops_a_nushell_script() {
    if tools::need("nu").is_none() {
        return;
    }
    let nu = tools::find("nu").expect("found above");
    let home = bob();
    let script = "aws-auth --from env --no-such-flag | from json | load-env; print reached";
    let outcome = home.command([nu.as_os_str()]).args(["--no-config-file", "-c", script]).go();
    assert!(!outcome.status.success() && !outcome.out().contains("reached"), "{outcome:?}");
}

/// Shells in which a program they start shows what is set: how each takes our output.
const OTHERS: [(&str, &[&str], &str); 4] = [
    ("tcsh", &["-f", "-c"], "eval `AWS-AUTH`"),
    ("tcsh", &["-f", "-c"], "eval \"`AWS-AUTH`\""),
    ("elvish", &["-norc", "-c"], "eval (AWS-AUTH | slurp)"),
    ("xonsh", &["--no-rc", "-c"], "execx($(AWS-AUTH))"),
];

/// `SHOW`, for a shell that has another grammar.
fn shown(home: &Home) -> String {
    home.script("show", &format!("#!/bin/sh\n{SHOW}\n")).display().to_string()
}

#[test]
fn tcsh_elvish_and_xonsh_take_the_session_and_give_it_back() {
    for (shell, args, form) in OTHERS {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        println!("{shell}: {form}");
        let [take, drop] = ["--from env", "unset"].map(|args| form.replace("AWS-AUTH", &format!("aws-auth {args}")));
        let show = shown(&home);
        let run = |script: &str| {
            let run = home.command([&[shell], args, &[script]].concat());
            run.env("AWS_PROFILE", "x").env("AWS_DEFAULT_PROFILE", "y").env("AWS_SECURITY_TOKEN", "z").go()
        };
        expect_session(&home, &run(&format!("{take}\n{show}")));
        let mut outcome = run(&format!("{take}\n{drop}\n{show}"));
        // On a machine that is busy, xonsh 0.13 now and then takes `$(…)` for nothing, whatever the program in it says.
        for _ in 0..2 {
            if shell != "xonsh" || outcome.out().trim() == "nonenonenone" {
                break;
            }
            println!("once more");
            outcome = run(&format!("{take}\n{drop}\n{show}"));
        }
        assert_eq!(outcome.ok().out().trim(), "nonenonenone", "{shell}: {form}\n{outcome:?}");
    }
}

#[test]
fn tcsh_elvish_and_xonsh_see_a_failure() {
    for (shell, args, form) in OTHERS {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        let form = form.replace("AWS-AUTH", "aws-auth --from nosuchmanager");
        // tcsh goes on, with the code in its status; for the other two it is an exception
        let after = if shell == "tcsh" { "\necho \"rc=$status\"" } else { "\necho reached" };
        let outcome = in_shell(&home, shell, args, &format!("{form}{after}"));
        let told = if shell == "tcsh" { outcome.out().contains("rc=2") } else { !outcome.status.success() };
        assert!(told && !outcome.out().contains("reached"), "{shell}: {form}\n{outcome:?}");
    }
}

/// A failure, how to provoke it without a terminal, and its exit code.
struct Failure {
    name: &'static str,
    args: &'static str,
    code: i32,
    prepare: fn(&Home),
}

fn failures() -> Vec<Failure> {
    vec![
        Failure { name: "a mistyped flag", args: "--frm pass", code: 2, prepare: |_| {} },
        Failure { name: "an unknown manager", args: "--from nosuchmanager", code: 2, prepare: |_| {} },
        Failure { name: "a name that is none", args: "--from ../x", code: 2, prepare: |_| {} },
        Failure {
            name: "a user's manifest that is broken",
            args: "--from mine",
            code: 10,
            prepare: |home| {
                home.write(".config/aws-auth/backends/mine.toml", "title = \"mine\"\nprogramme = 1\n");
            },
        },
        Failure {
            name: "a manager that is not installed",
            args: "--from pass",
            code: 11,
            prepare: |home| home.set("PATH", path_without(home, "pass")),
        },
        Failure {
            name: "a manager that fails",
            args: "--from pass",
            code: 12,
            prepare: |home| {
                home.script("pass", "#!/bin/sh\necho 'the store is on fire' >&2\nexit 3\n");
            },
        },
        Failure {
            name: "an entry that is not there",
            args: "--from pass",
            code: 13,
            prepare: |home| {
                home.script("pass", "#!/bin/sh\necho \"Error: $2 is not in the password store.\" >&2\nexit 1\n");
            },
        },
        Failure {
            name: "nobody to ask for the code",
            args: "--from pass",
            code: 16,
            prepare: |home| drop(fake::pass(home, &sts::ALICE, "")),
        },
        Failure {
            name: "a role that denies",
            args: "--from env --role-arn arn:aws:iam::111122223333:role/dev",
            code: 20,
            prepare: |_| {},
        },
        Failure {
            name: "a code that is wrong",
            args: "--from pass --token-code 000000",
            code: 21,
            prepare: |home| drop(fake::pass(home, &sts::ALICE, "")),
        },
        Failure {
            name: "an STS that is not there",
            args: "--from env",
            code: 22,
            prepare: |home| home.set("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9"),
        },
    ]
}

/// A PATH on which `program` is not.
pub fn path_without(home: &Home, program: &str) -> String {
    let dir = home.rig("few");
    fs::create_dir_all(&dir).expect("directory of links");
    for source in ["/usr/bin", "/bin"] {
        for entry in fs::read_dir(source).expect("programs").flatten() {
            if entry.file_name() != program {
                // the second directory may be the first one again
                let _ = std::os::unix::fs::symlink(entry.path(), dir.join(entry.file_name()));
            }
        }
    }
    format!("{}:{}", home.rig("bin").display(), dir.display())
}

#[test]
fn r03_every_shell_sees_every_exit_code() {
    let posix = Class::ALL.map(|class| {
        let statement = Shell::Posix.failure(class.code());
        format!("eval \"$(printf %s '{statement}')\"; echo $?\neval $(printf %s '{statement}'); echo $?\n")
    });
    let fish = Class::ALL.map(|class| {
        let statement = Shell::Fish.failure(class.code()).replace('\'', "\\'");
        format!("printf %s '{statement}' | source; echo $status\neval (printf %s '{statement}'); echo $status\n")
    });
    let expected = Class::ALL.map(|class| format!("{code}\n{code}\n", code = class.code())).concat();
    let home = Home::new();
    for (shell, args) in POSIX {
        if tools::need(shell).is_some() {
            assert_eq!(in_shell(&home, shell, args, &posix.concat()).ok().out(), expected, "{shell}");
        }
    }
    if tools::need("fish").is_some() {
        assert_eq!(in_shell(&home, "fish", &["--no-config", "-c"], &fish.concat()).ok().out(), expected);
    }
}

#[test]
fn r03_r04_the_shell_sees_every_failure_and_its_code() {
    for failure in failures() {
        let home = bob();
        (failure.prepare)(&home);
        let old = "export AWS_ACCESS_KEY_ID=old AWS_PROFILE=kept;";
        let script =
            format!("{old} eval \"$(aws-auth {})\"; echo \"$? $AWS_ACCESS_KEY_ID $AWS_PROFILE\"", failure.args);
        let outcome = in_shell(&home, "bash", &["--norc", "-c"], &script);
        assert_eq!(outcome.out().trim(), format!("{} old kept", failure.code), "{}\n{outcome:?}", failure.name);
        outcome.explains();
    }
}

#[test]
fn r03_a_failure_stops_a_script_under_set_e_with_its_code() {
    for (shell, args) in POSIX {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        let script = "set -e; eval \"$(aws-auth --frm pass)\"; echo reached";
        let outcome = in_shell(&home, shell, args, script);
        assert_eq!((outcome.code(), outcome.out()), (2, ""), "{shell}\n{outcome:?}");
    }
}

#[test]
fn r03_fish_sees_every_failure_and_its_code() {
    if tools::need("fish").is_none() {
        return;
    }
    let forms = ["aws-auth ARGS | source", "eval (aws-auth ARGS)", "eval \"$(aws-auth ARGS)\""];
    for (number, failure) in failures().iter().enumerate() {
        // all forms of one failure, then each failure in one of them
        for form in forms.iter().skip(number % 3).take(if number == 0 { 3 } else { 1 }) {
            let home = bob();
            (failure.prepare)(&home);
            let form = form.replace("ARGS", failure.args);
            let script = format!("set -gx AWS_ACCESS_KEY_ID old; {form}; echo $status $AWS_ACCESS_KEY_ID");
            let outcome = in_shell(&home, "fish", &["--no-config", "-c"], &script);
            assert_eq!(outcome.out().trim(), format!("{} old", failure.code), "{}, {form}\n{outcome:?}", failure.name);
        }
    }
}

#[test]
fn r11_statements_of_another_dialect_set_nothing_and_fail() {
    for (shell, args) in POSIX {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        // busybox and dash stop at the first word they do not know; the others go on and fail as well
        let script = "eval \"$(aws-auth --from env --shell fish)\"; echo \"$? ${AWS_ACCESS_KEY_ID-unset}\"";
        let outcome = in_shell(&home, shell, args, script);
        let last = outcome.out().lines().last().unwrap_or_default().to_owned();
        let stopped = !outcome.status.success() && last.is_empty();
        assert!(stopped || last.ends_with(" unset") && !last.starts_with("0 "), "{shell}\n{outcome:?}");
    }
}

#[test]
fn each_shell_is_recognised_and_addressed_in_its_own_words() {
    for (shell, args) in POSIX {
        if tools::need(shell).is_some() {
            let home = bob();
            let outcome = in_shell(&home, shell, args, "aws-auth --from env; :");
            outcome.exports();
        }
    }
    if tools::need("fish").is_some() {
        for command in
            ["aws-auth --from env; true", "env aws-auth --from env; true", "timeout 60 aws-auth --from env; true"]
        {
            let home = bob();
            let outcome = in_shell(&home, "fish", &["--no-config", "-c"], command);
            assert!(outcome.ok().out().contains("set -gx AWS_ACCESS_KEY_ID '"), "{command}\n{outcome:?}");
        }
    }
}

#[test]
fn unset_clears_the_session_in_every_shell() {
    for (shell, args) in POSIX {
        if tools::need(shell).is_none() {
            continue;
        }
        let home = bob();
        let script = "export AWS_REGION=eu-west-1; eval \"$(aws-auth --from env)\"; eval \"$(aws-auth unset)\"; \
            echo \"$? ${AWS_ACCESS_KEY_ID-none} ${AWS_SECRET_ACCESS_KEY-none} ${AWS_SESSION_TOKEN-none} ${AWS_CREDENTIAL_EXPIRATION-none} ${AWS_SESSION_EXPIRATION-none} $AWS_REGION\"";
        let outcome = in_shell(&home, shell, args, script);
        assert_eq!(outcome.out().trim(), "0 none none none none none eu-west-1", "{shell}\n{outcome:?}");
    }
    if tools::need("fish").is_some() {
        let home = bob();
        let script = "aws-auth --from env | source; aws-auth unset | source; echo $status; set -q AWS_ACCESS_KEY_ID; or echo gone";
        let outcome = in_shell(&home, "fish", &["--no-config", "-c"], script);
        assert_eq!(outcome.out(), "0\ngone\n", "{outcome:?}");
    }
}
