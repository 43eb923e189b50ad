//! What a shell already has of our names, in every kind that its dialect knows: the function gives all of the new keys,
//! or fails and leaves what was there.

use std::fmt::Write as _;

use super::{loaded, posix};
use crate::shells::{bob, whole};
use crate::support::tools;

/// Shows how the function ended and what there is now, without the values of a session.
const HELD: &str = "echo \"$? ${AWS_ACCESS_KEY_ID-none} ${AWS_SECRET_ACCESS_KEY-none} ${AWS_PROFILE-none}\"";

#[test]
fn c2_keys_in_front_of_the_function_never_leave_half_a_set() {
    let in_front = [
        "AWS_ACCESS_KEY_ID=p AWS_SECRET_ACCESS_KEY=p",
        "AWS_ACCESS_KEY_ID=p",
        "AWS_SECRET_ACCESS_KEY=p",
        "AWS_SESSION_TOKEN=p",
        "AWS_SESSION_TOKEN=",
    ];
    for (shell, args, function) in posix() {
        let home = bob();
        let (mut script, mut expected) = (String::new(), String::new());
        if shell != "bash" {
            for in_front in in_front {
                let _ = write!(script, "{in_front} awsauth --from env; {HELD}; ");
                expected += "10 none none none\n";
            }
        }
        // over an older session of ours
        script += "awsauth --from env; ";
        for in_front in in_front {
            let _ = write!(
                script,
                "old=$AWS_ACCESS_KEY_ID$AWS_SECRET_ACCESS_KEY$AWS_SESSION_TOKEN; {in_front} awsauth --from env --no-cache; echo $?; \
                test \"$old\" = \"$AWS_ACCESS_KEY_ID$AWS_SECRET_ACCESS_KEY$AWS_SESSION_TOKEN\" && echo whole; "
            );
            expected += if shell == "bash" { "0\n" } else { "10\nwhole\n" };
        }
        println!("{shell} {args:?}");
        let outcome = loaded(&home, shell, args, function, &format!("{script}awsauth unset; {HELD}"));
        assert_eq!(outcome.out(), format!("{expected}0 none none none\n"), "{outcome:?}");
        if shell != "bash" {
            outcome.says("unset AWS_ACCESS_KEY_ID").says("eval \"$(aws-auth");
        }
        home.sts().saw(&["GetSessionToken"].repeat(if shell == "bash" { 1 + in_front.len() } else { 1 }));
    }
}

#[test]
fn c2_keys_of_an_earlier_run_are_replaced() {
    for (shell, args, function) in posix() {
        for region in ["", "--region eu-west-1"] {
            let home = bob();
            let script = format!("awsauth --from env {region}; awsauth --from env {region}; {}", whole::SHOW);
            loaded(&home, shell, args, function, &script).ok();
        }
    }
}

#[test]
fn c2_a_local_profile_of_the_callers_uncovers_no_outer_one() {
    for (shell, args, function) in posix().filter(|(shell, ..)| ["bash", "mksh"].contains(shell)) {
        let home = bob();
        let script = format!(
            "export AWS_PROFILE=x; g() {{ local AWS_PROFILE=y; export AWS_PROFILE; awsauth --from env; }}; g; {}",
            whole::SHOW
        );
        println!("{shell} {args:?}");
        whole::expect_session(&home, &loaded(&home, shell, args, function, &script));
    }
}

#[test]
fn c9_an_alias_or_a_restricted_shell_is_not_in_the_way() {
    let restricted = [
        ("bash", &["-r", "-c"][..], "bash"),
        ("mksh", &["-r", "-c"], "ksh"),
        ("ksh93", &["-r", "-c"], "ksh"),
        ("zsh", &["-f", "-r", "-c"], "zsh"),
    ];
    let arrays = [("zsh", &["-f", "-o", "ksharrays", "-c"][..], "zsh")];
    let all = posix().chain(restricted).chain(arrays).filter(|(shell, ..)| tools::need(shell).is_some());
    for (shell, args, function) in all {
        let home = bob();
        println!("{shell} {args:?}");
        let script = format!(
            "alias awsauth='aws-auth -V'\neval \"$(aws-auth init {function})\"\nawsauth --from env\n{}",
            whole::SHOW
        );
        let outcome = home.command([&[shell], args, &[&script]].concat()).go();
        whole::expect_session(&home, &outcome);
        outcome.does_not_say("restricted").does_not_say("alias");
    }
}

#[test]
fn what_a_shell_calls_its_own_things_is_not_in_the_way() {
    let own = "code=x; readonly code; name=x; readonly name; statements=x; readonly statements; verb=x; readonly verb; \
        test() { printf 'npm test\\n'; }; echo() { printf 'my echo\\n'; }; ";
    for (shell, args, function) in posix() {
        for run in ["awsauth --from env", "eval \"$(aws-auth --from env)\"", "eval $(aws-auth --from env)"] {
            let home = bob();
            println!("{shell} {args:?} {run}");
            whole::expect_session(
                &home,
                &loaded(&home, shell, args, function, &format!("{own}{run}\n{}", whole::SHOW)),
            );
        }
    }
}

#[test]
fn a_value_that_looks_like_an_option_shows_no_keys() {
    for (shell, args, function) in posix() {
        let home = bob();
        home.write(".aws/config", "[profile a--help]\naws_auth_from = env\n[profile b--format]\naws_auth_from = env\n");
        let script =
            "awsauth --profile a--help; awsauth --profile=b--format --no-cache; echo $? ${AWS_ACCESS_KEY_ID:+set}";
        let outcome = loaded(&home, shell, args, function, script);
        assert_eq!(outcome.out(), "0 set\n", "{shell} {args:?}\n{outcome:?}");
    }
}

#[test]
fn r15_bare_lines_over_a_readonly_variable_never_end_well() {
    for (shell, args, _) in posix() {
        for name in ["AWS_PROFILE", "AWS_SESSION_TOKEN"] {
            for eval in ["eval \"$(aws-auth --from env)\"", "eval $(aws-auth --from env)"] {
                let home = bob();
                let script = format!("{name}=x; readonly {name}; {eval}; echo \"rc=$?\"");
                let outcome = whole::in_shell(&home, shell, args, &script);
                assert!(!outcome.out().contains("rc=0"), "{shell} {name} {eval}\n{outcome:?}");
                if shell == "bash" && !args.contains(&"--posix") {
                    assert_eq!(outcome.out(), "rc=10\n", "{outcome:?}");
                }
            }
        }
    }
}

#[test]
fn c1_a_universal_variable_of_fish_fails_before_anything_is_set() {
    if tools::need("fish").is_none() {
        return;
    }
    let show = "echo $status $AWS_ACCESS_KEY_ID $AWS_PROFILE; set -qU AWS_PROFILE; and echo kept";
    for run in ["awsauth --from env", "aws-auth --from env | source", "eval (aws-auth --from env)"] {
        let home = bob();
        println!("{run}");
        let script = format!("aws-auth init fish | source; set -Ux AWS_PROFILE y; {run}; {show}");
        let outcome = home.command(["fish", "-c", &script]).env("AWS_PROFILE", "x").go();
        assert_eq!(outcome.out(), "10 x\nkept\n", "{outcome:?}");
        outcome.says("set -eU AWS_PROFILE");
        if run.starts_with("awsauth") {
            home.sts().saw(&[]);
        }
        // a local one hides a global one
        let home = bob();
        let script = format!(
            "aws-auth init fish | source; set -gx AWS_PROFILE x; begin; set -lx AWS_PROFILE y; {run}; end; echo $status; set -q AWS_PROFILE; or echo gone"
        );
        let outcome = home.command(["fish", "-c", &script]).go();
        assert_eq!(outcome.out(), "0\ngone\n", "{outcome:?}");
    }
}

#[test]
fn c2_status_warns_of_a_profile_beside_session_keys() {
    let home = bob();
    let run = home.run(["status"]).env("AWS_ACCESS_KEY_ID", "ASIAIOSFODNN7EXAMPLE").env("AWS_SESSION_TOKEN", "t");
    let outcome = run.env("AWS_PROFILE", "x").go();
    assert!(outcome.ok().out().contains("AWS_PROFILE is set beside its keys"), "{outcome:?}");
}
