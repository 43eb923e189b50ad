//! Completion in real shells: a person types, presses TAB and Enter, and the shell reads back what was inserted.

use crate::support::run::To;
use crate::support::{Home, Outcome, tools};

/// An ARN that AWS allows and that every shell would make something else of.
const HOSTILE: &str = "arn:aws:iam::999999999999:role/$(touch${IFS}PWNED)`touch`/a'b\"c*?[d]~{e,f};&|<g>!h#\\i/odd";

/// A user with profiles, a manager of their own, and a secret that nobody may see.
fn home() -> Home {
    let home = Home::new();
    home.set("TERM", "xterm");
    home.write(
        ".aws/config",
        format!(
            "[default]\nregion = eu-west-1\n\
             [profile work]\nrole_arn = arn:aws:iam::111122223333:role/team/dev\nregion = xx-own-1\naws_auth_from = pass\n\
             [profile team:prod@eu+1]\nregion = $(touch PWNED)\nmfa_serial = arn:aws:iam::111122223333:mfa/alice\n\
             [profile team:test@eu+1]\nrole_arn = {HOSTILE}\n\
             [profile -dash]\nrole_arn = not-an-arn\n\
             [profile $(touch PWNED)]\nregion = eu-west-1\n[profile `touch PWNED`]\nregion = eu-west-1\n"
        ),
    );
    home.write(".aws/credentials", "[filed]\naws_access_key_id = AKIAFILEDFILEDFILED1\naws_secret_access_key = filed/secret/filed/secret/filed/secret/1\n");
    home.secret("the secret key in the credentials file", "filed/secret/filed/secret/filed/secret/1");
    home.write(
        ".config/aws-auth/backends/mine.toml",
        "title = \"mine\"\n[variables]\naccess_key_id = [\"A\"]\nsecret_access_key = [\"B\"]\n",
    );
    home.write("unusual-file", "");
    home.script("unusual-command", "#!/bin/sh\n");
    // whoever asks a manager for a completion is found out
    for manager in ["pass", "op", "lpass"] {
        home.script(manager, "#!/bin/sh\ntouch \"$HOME/ASKED\"\n");
    }
    home
}

/// A shell, how it is started on a terminal, and what it reads first. Its `aws-auth` and `awsauth` then show their
/// arguments; the completions ask the real one.
struct Shell {
    name: &'static str,
    argv: &'static [&'static str],
    setup: &'static str,
    shows: &'static str,
}

const SHELLS: [Shell; 4] = [
    Shell {
        name: "bash",
        argv: &["bash", "--norc", "--noprofile", "-i"],
        setup: "eval \"$(aws-auth init bash)\"",
        shows: "aws-auth() { printf '<%s>' \"$@\"; echo; }; awsauth() { aws-auth \"$@\"; }",
    },
    Shell {
        name: "zsh",
        argv: &["zsh", "-f", "-i"],
        setup: "autoload -Uz compinit; compinit -u -D; eval \"$(aws-auth init zsh)\"",
        shows: "aws-auth() { printf '<%s>' \"$@\"; echo; }; awsauth() { aws-auth \"$@\"; }",
    },
    Shell {
        name: "fish",
        argv: &["fish", "--no-config", "-i"],
        setup: "aws-auth init fish | source",
        shows: "function aws-auth; printf '<%s>' $argv; echo; end; function awsauth; aws-auth $argv; end",
    },
    Shell {
        name: "elvish",
        argv: &["elvish", "-norc"],
        setup: "eval (aws-auth completions elvish | slurp)",
        shows: "fn aws-auth {|@args| for it $args { print '<'$it'>' }; echo }; fn awsauth {|@args| aws-auth $@args }",
    },
];

/// Types each line in a shell of its own kind, and looks for what the shell read.
fn types(shell: &Shell, rows: &[(&str, &str)]) {
    if tools::need(shell.name).is_none() {
        return;
    }
    let home = home();
    let mut pty = home.command(shell.argv).pty();
    for line in [shell.setup, shell.shows, "echo re''ady"] {
        pty.line(line);
    }
    pty.expect("ready\r\n");
    for (keys, read) in rows {
        println!("{}: {keys:?}", shell.name);
        pty.send(keys);
        // elvish shows what it quotes, and waits for a yes
        let asks = shell.name == "elvish" && (keys.contains('=') || read.contains('$'));
        pty.line(if asks { "\r" } else { "" });
        pty.expect(&format!("{read}\r\n"));
    }
    pty.line("exit");
    pty.finish();
    assert!(!home.path("PWNED").exists() && !home.path("ASKED").exists(), "{}", shell.name);
}

#[test]
fn what_is_there_is_completed_in_each_shell() {
    for shell in &SHELLS {
        types(
            shell,
            &[
                ("aws-auth --prof\two\t", "<--profile><work>"),
                ("aws-auth --profile fi\t", "<--profile><filed>"),
                ("aws-auth --from mi\t", "<--from><mine>"),
                ("aws-auth --token-from yk\t", "<--token-from><ykman>"),
                ("aws-auth --region xx\t", "<--region><xx-own-1>"),
                ("aws-auth --region eu-no\t", "<--region><eu-north-1>"),
                ("aws-auth --shell xo\t", "<--shell><xonsh>"),
                ("aws-auth --format pr\t", "<--format><process>"),
                ("aws-auth --role-arn arn:aws:iam::1\t", "<--role-arn><arn:aws:iam::111122223333:role/team/dev>"),
                ("aws-auth --serial-number a\t", "<--serial-number><arn:aws:iam::111122223333:mfa/alice>"),
                ("aws-auth cons\t--serv\tsecr\t", "<console><--service><secretsmanager>"),
                ("aws-auth backends sh\tmi\t", "<backends><show><mine>"),
                ("aws-auth backends check unus\t", "<backends><check><unusual-file>"),
                ("aws-auth init zs\t", "<init><zsh>"),
                ("aws-auth completions nu\t", "<completions><nushell>"),
                ("aws-auth exec --from pass -- unusual-c\t", "<exec><--from><pass><--><unusual-command>"),
                ("aws-auth exec -- cat unusual-f\t", "<exec><--><cat><unusual-file>"),
            ],
        );
    }
}

#[test]
fn names_that_a_shell_takes_apart_are_completed_whole() {
    for shell in &SHELLS {
        types(
            shell,
            &[
                ("aws-auth --profile tea\tp\t", "<--profile><team:prod@eu+1>"),
                ("aws-auth --profile team:t\t", "<--profile><team:test@eu+1>"),
                ("aws-auth --profile team:test@e\t", "<--profile><team:test@eu+1>"),
                ("aws-auth --profile=wo\t", "<--profile=work>"),
                ("aws-auth --profile=team:p\t", "<--profile=team:prod@eu+1>"),
                ("aws-auth --profile=-d\t", "<--profile=-dash>"),
                (
                    "aws-auth exec --profile team:prod@eu+1 --reg\tus-gov-e\t",
                    "<exec><--profile><team:prod@eu+1><--region><us-gov-east-1>",
                ),
            ],
        );
    }
}

#[test]
fn nothing_that_stands_in_a_file_is_ever_run() {
    for shell in &SHELLS {
        types(
            shell,
            &[
                ("aws-auth --role-arn arn:aws:iam::9\t", &format!("<--role-arn><{HOSTILE}>")),
                ("aws-auth --role-arn=arn:aws:iam::9\t", &format!("<--role-arn=<{HOSTILE}>").replace("=<", "=")),
            ],
        );
    }
}

#[test]
fn the_function_of_init_is_completed_too() {
    for shell in SHELLS.iter().filter(|shell| shell.name != "elvish") {
        types(
            shell,
            &[
                ("awsauth --prof\tteam:p\t", "<--profile><team:prod@eu+1>"),
                ("awsauth exec -- unusual-c\t", "<exec><--><unusual-command>"),
            ],
        );
    }
}

/// What the program itself answers.
fn answer(home: &Home, words: &[&str]) -> Outcome {
    home.run(["complete"]).args(words).go()
}

#[test]
fn the_files_are_those_that_the_variables_name() {
    let home = home();
    home.write("elsewhere", "[profile other]\nregion = eu-west-1\n");
    home.write("keys", "[key]\nregion = eu-west-1\n");
    home.set("AWS_CONFIG_FILE", home.path("elsewhere"));
    home.set("AWS_SHARED_CREDENTIALS_FILE", home.path("keys"));
    let outcome = answer(&home, &["fish", "aws-auth", "--profile", ""]);
    let mut names: Vec<_> = outcome.ok().out().lines().collect();
    names.sort_unstable();
    assert_eq!(names, ["key\t", "other\t"]);
}

#[test]
fn what_cannot_be_read_completes_to_nothing_and_says_nothing() {
    for (config, mode) in [(&b"[broken\nx"[..], 0o600), (b"\xff\xfe = [", 0o600), (b"", 0o000)] {
        let home = home();
        let path = home.write(".aws/config", config);
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
        for words in [&["--profile", ""][..], &["--role-arn", ""], &["--item", ""]] {
            for shell in ["zsh", "fish", "elvish"] {
                let outcome = answer(&home, &[&[shell, "aws-auth"], words].concat());
                let offered = outcome.ok().out().lines().filter(|line| !line.starts_with("filed")).count();
                assert!(offered == 0 && outcome.err().is_empty(), "{outcome:?}");
            }
        }
    }
    // an old script, or a broken one
    let home = home();
    for words in [&[][..], &["bash"], &["bash", "x"], &["nosuchshell", "aws-auth", ""], &["fish"]] {
        let outcome = answer(&home, words);
        assert_eq!((outcome.code(), outcome.out(), outcome.err().as_str()), (1, "", ""), "{outcome:?}");
    }
    let outcome = home.run(["complete", "fish", "aws-auth", ""]).stdout(To::Null).stderr(To::Closed).go();
    outcome.ok();
}

#[test]
fn the_regions_that_are_offered_are_aws_own() {
    let Some(python) = tools::python() else { return };
    let home = Home::new();
    let script = "
import botocore.session
session = botocore.session.get_session()
for partition in session.get_available_partitions():
    print(*session.get_available_regions('ec2', partition), sep='\\n')";
    let theirs = home.command([python.as_os_str()]).args(["-c", script]).go();
    let ours = answer(&home, &["zsh", "aws-auth", "--region", ""]);
    assert!(ours.ok().out().lines().count() > 30, "{ours:?}");
    for region in ours.out().lines() {
        assert!(theirs.ok().out().lines().any(|known| known == region), "{region}\n{theirs:?}");
    }
}
