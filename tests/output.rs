//! What reaches stdout and stderr, and what happens when they cannot take it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::shells::bob;
use crate::support::run::{self, Run, To};
use crate::support::sts::role;
use crate::support::{Home, fake, sts, tools};

#[test]
fn the_statements_are_one_a_line_unsets_first_each_ended() {
    let home = bob();
    let outcome = home.run(["--from", "env"]).go();
    home.sts().delivered(&outcome);
    let lines: Vec<&str> = outcome.out().lines().collect();
    let expected = [
        "unset AWS_PROFILE;",
        "unset AWS_DEFAULT_PROFILE;",
        "unset AWS_SECURITY_TOKEN;",
        "export AWS_ACCESS_KEY_ID='",
        "export AWS_SECRET_ACCESS_KEY='",
        "export AWS_SESSION_TOKEN='",
        "export AWS_CREDENTIAL_EXPIRATION='",
        "export AWS_SESSION_EXPIRATION='",
        "export AWSAUTH_ACCOUNT='-'",
        "export AWSAUTH_IDENTITY='-'",
        "export AWSAUTH_PROFILE='-'",
        "export AWSAUTH_SET='",
        "if `unset -v AWS_PROFILE ",
    ];
    assert_eq!(lines.len(), expected.len(), "{outcome:?}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected) && line.ends_with(';'), "{line}\n{outcome:?}");
    }
    assert!(outcome.out().ends_with(";\n") && !outcome.out().contains('#'));
    outcome.quiet();
}

#[test]
fn a_region_is_exported_only_where_a_flag_or_the_profile_gave_one() {
    let home = bob();
    let exports = home.run(["--from", "env", "--region", "eu-west-1"]).go().exports();
    assert_eq!(exports["AWS_REGION"], "eu-west-1");
    assert_eq!(exports["AWS_DEFAULT_REGION"], "eu-west-1");
    let exports = home.run(["--from", "env"]).env("AWS_REGION", "eu-west-1").go().exports();
    assert!(!exports.contains_key("AWS_REGION"));
    home.write(".aws/config", "[profile work]\nregion = eu-north-1\n");
    let exports = home.run(["--from", "env", "--profile", "work"]).go().exports();
    assert_eq!(exports["AWS_REGION"], "eu-north-1");
}

#[test]
fn other_forms_hold_the_same_session() {
    let home = bob();
    let session = |format: &str| {
        let outcome = home.run(["--from", "env", "--format", format]).go();
        outcome.ok();
        (outcome.out().to_owned(), home.sts().emulator().issued().pop().expect("a session"))
    };
    let (text, issued) = session("env");
    assert!(
        text.starts_with(&format!(
            "AWS_ACCESS_KEY_ID={}\nAWS_SECRET_ACCESS_KEY={}\n",
            issued.access_key_id, issued.secret_access_key
        )),
        "{text}"
    );
    assert!(text.lines().all(|line| line.split_once('=').is_some()));

    let (text, issued) = session("json");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["AWS_ACCESS_KEY_ID"], issued.access_key_id);
    assert_eq!(value["AWS_SESSION_TOKEN"], issued.session_token);
    assert_eq!(value["AWS_CREDENTIAL_EXPIRATION"], issued.expiration);

    let (text, issued) = session("process");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["Version"], 1);
    assert_eq!(value["AccessKeyId"], issued.access_key_id);
    assert_eq!(value["SecretAccessKey"], issued.secret_access_key);
    assert_eq!(value["SessionToken"], issued.session_token);
    assert_eq!(value["Expiration"], issued.expiration);
}

#[test]
fn a_failure_in_a_form_that_is_no_shell_leaves_stdout_empty() {
    for format in [
        &["--format", "env"],
        &["--format", "json"],
        &["--format", "process"],
        &["--format", "ini"],
        &["--shell", "nu"],
    ] {
        let home = bob();
        let args = ["--from", "env", "--role-arn", role::DEV];
        home.run(args).args(format).go().fails_saying(20, "");
        home.run(["--from", "env", "--no-such-flag"]).args(format).go().fails_saying(2, "");
        home.run(format).args(["--from", "env", "--frm=x"]).go().fails_saying(2, "");
    }
    let home = bob();
    home.run(["--from", "env", "--shell", "fish", "--role-arn", role::DEV]).go().fails_saying(20, "sh -c 'exit 20';");
    home.run(["--shell=fish", "--no-such-flag"]).go().fails_saying(2, "sh -c 'exit 2';");
}

#[test]
fn r04_usage_errors_are_failures_for_eval_too() {
    for args in [
        &["--frm", "pass"][..],
        &["--from"],
        &["--from", ""],
        &["--from", "nosuchmanager"],
        &["--from", "../../etc/passwd"],
        &["--from", "/tmp/x"],
        &["--from", "a/b"],
        &["nosuchcommand"],
        &["--shell", "nosuchshell"],
        &["--format", "nosuchformat"],
        &["--mfa-duration-seconds", "twelve"],
        &["--role-duration-seconds=-1"],
        &["--from", "env", "--from", "pass"],
    ] {
        let home = bob();
        println!("{args:?}");
        home.run(args).go().fails(2);
        home.sts().saw(&[]);
    }
}

/// starship takes the first of these variables that is set and reads it as an RFC 3339 time, with chrono before and with
/// jiff now. powerlevel10k shows no time by itself; people's own segments give it to `date`. Both read whole seconds in
/// UTC with a `Z`.
/// Source: <https://starship.rs/config/#aws>, <https://github.com/starship/starship/blob/master/src/modules/aws.rs>
#[test]
fn prompts_can_read_until_when_the_credentials_are_good() {
    use aws_smithy_types::date_time::{DateTime, Format};
    let home = bob();
    for role in [&[][..], &["--mfa-duration-seconds", "900"]] {
        let exports = home.run(["--from", "env"]).args(role).go().exports();
        let end = &exports["AWS_CREDENTIAL_EXPIRATION"];
        assert_eq!(Some(end), exports.get("AWS_SESSION_EXPIRATION"));
        let shape: String = end.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00Z");
        let date = home.command(["date", "-u", "-d", end, "+%Y-%m-%dT%H:%M:%SZ"]).go();
        assert_eq!(date.ok().out().trim(), end);
        let end = DateTime::from_str(end, Format::DateTime).expect("a time").secs();
        let now = DateTime::from(std::time::SystemTime::now()).secs();
        let seconds = if role.is_empty() { 43_200 } else { 900 };
        assert!((seconds - 60..=seconds + 60).contains(&(end - now)), "{} seconds left", end - now);
    }
}

#[test]
fn help_and_version_go_to_stdout_and_succeed() {
    let home = bob();
    for args in [&["--help"][..], &["-h"], &["--version"], &["unset", "--help"], &["backends", "--help"]] {
        let outcome = home.run(args).go();
        outcome.ok();
        assert!(outcome.out().contains("aws-auth") && outcome.err().is_empty(), "{outcome:?}");
    }
}

#[test]
fn r16_on_a_terminal_the_statements_are_shown_with_a_hint() {
    let home = bob();
    home.show_sessions();
    let outcome = home.pty(["--from", "env"]).finish();
    outcome.ok().says("export AWS_ACCESS_KEY_ID='").says("eval");
}

#[test]
fn who_writes_the_statements_into_a_file_is_told_that_nothing_has_changed() {
    let home = bob();
    home.show_sessions();
    let file = home.write("creds.txt", "");
    let (told, readable) = ("nothing has changed in this shell yet; standard output is a file", "others may read it");
    let terminal = |run: Run<'_>| {
        run.stdin(To::Terminal).stderr(To::Terminal).stdout(To::File(file.clone())).pty_as_set().finish()
    };
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    terminal(home.run(["--from", "env"])).ok().says(told).says(readable).says("chmod 600");
    terminal(home.run(["--from", "env", "--format", "json"])).ok().does_not_say("nothing has changed").says(readable);
    terminal(home.run(["--from", "env", "-q"])).ok().does_not_say(told);
    terminal(home.run(["credential-process", "--from", "env"])).ok().does_not_say(readable);
    home.run(["--from", "env"]).stdout(To::File(file.clone())).go().ok().does_not_say(told);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    terminal(home.run(["--from", "env"])).ok().says(told).does_not_say(readable);
    terminal(home.run(["--from", "env", "--format", "env"])).ok().does_not_say("file");
    for to in [To::Null, To::Pipe] {
        let piped = home.run(["--from", "env"]).stdin(To::Terminal).stderr(To::Terminal).stdout(to).pty_as_set();
        piped.finish().ok().does_not_say(told);
    }
}

#[test]
fn a_file_that_nobody_can_open_is_none_to_be_told_of() {
    if tools::need("ksh93").is_none() {
        return;
    }
    let home = bob();
    // what ksh93 reads comes by a file without a name
    let script = "eval \"$(aws-auth --from env)\"; test -n \"$AWS_SESSION_TOKEN\" && echo signed in";
    let outcome = home.command(["ksh93", "-c", script]).pty().finish();
    outcome.ok().says("signed in").does_not_say("file");
}

#[test]
fn a_failure_on_a_terminal_prints_no_statement() {
    let home = bob();
    let outcome = home.pty(["--from", "env", "--role-arn", role::DEV]).finish();
    assert_eq!(outcome.code(), 20);
    outcome.explains().does_not_say("(exit");
}

#[test]
fn r17_a_full_disk_is_a_failure() {
    for format in [&[][..], &["--format", "json"], &["--format", "process"], &["--shell", "fish"]] {
        let home = bob();
        let full = To::File(PathBuf::from("/dev/full"));
        let outcome = home.run(["--from", "env"]).args(format).stdout(full).go();
        assert_eq!(outcome.code(), 31, "{outcome:?}");
        outcome.explains();
    }
    let home = bob();
    for args in [&["--help"][..], &["--version"], &["unset"], &["backends"]] {
        let outcome = home.run(args).stdout(To::File(PathBuf::from("/dev/full"))).go();
        assert_eq!(outcome.code(), 31, "{outcome:?}");
        // only the bare command makes credentials to be evaluated
        outcome.says("write it elsewhere").does_not_say("eval");
    }
}

#[test]
fn r17_a_closed_stdout_is_a_failure() {
    let home = bob();
    let outcome = home.run(["--from", "env"]).stdout(To::Closed).go();
    assert_eq!(outcome.code(), 31, "{outcome:?}");
}

#[test]
fn who_wants_nothing_printed_is_not_told_of_a_failure() {
    let home = bob();
    // an item of nobody's: the kernel keeps sessions for the user, whose other tests run now
    let logout = ["logout", "--from", "pass", "--item", "nobody's"];
    for args in [&logout[..], &["status"], &["backends"], &["unset"], &["--version"]] {
        for stdout in ["1<>/dev/null", ">&-", ">/dev/null"] {
            let script = format!("exec aws-auth \"$@\" {stdout}");
            home.command(["sh", "-c", &script, "sh"]).args(args).go().ok().quiet();
        }
    }
    // Python's DEVNULL and daemons open it for reading and writing, as Rust does in place of a closed stream: whoever says so
    // wants a session to be kept, and nothing else
    for stdout in ["1<>/dev/null", ">/dev/null"] {
        home.command(["sh", "-c", &format!("exec aws-auth --from env {stdout}")]).go().ok();
    }
    let outcome = home.command(["sh", "-c", "exec aws-auth --from env >&-"]).go();
    assert_eq!(outcome.code(), 31, "{outcome:?}");
    outcome.says("closed");
}

#[test]
fn r17_a_reader_that_has_gone_is_a_failure_and_no_panic() {
    let home = bob();
    // the reader is gone before the first byte is written; bash's own PIPESTATUS tells how the writer ended
    let script = "aws-auth --from env | true; echo ${PIPESTATUS[0]}";
    for _ in 0..3 {
        let outcome = home.command(["bash", "-c", &format!("trap '' PIPE; {script}")]).go();
        assert_eq!(outcome.out().trim(), "31", "{outcome:?}");
        let outcome = home.command(["bash", "-c", script]).go();
        assert!(["31", "141"].contains(&outcome.out().trim()), "{outcome:?}");
    }
}

#[test]
fn r18_a_stderr_that_takes_nothing_changes_nothing() {
    for stderr in [To::Closed, To::File(PathBuf::from("/dev/full")), To::Null] {
        let home = bob();
        let outcome = home.run(["--from", "env"]).stderr(stderr.clone()).go();
        home.sts().delivered(&outcome);
        for (args, code) in
            [(&["--frm"][..], 2), (&["--from", "env", "--role-arn", role::DEV], 20), (&["--from", "nosuchmanager"], 2)]
        {
            let outcome = home.run(args).stderr(stderr.clone()).go();
            assert_eq!((outcome.code(), outcome.out()), (code, format!("(exit {code})\n").as_str()), "{stderr:?}");
        }
    }
}

#[test]
fn r100_closed_descriptors_change_nothing() {
    let home = bob();
    for (stdin, stderr) in [(To::Closed, To::Pipe), (To::Closed, To::Closed), (To::Null, To::Closed)] {
        let outcome = home.run(["--from", "env"]).stdin(stdin).stderr(stderr).go();
        outcome.exports();
    }
    // with stdin, stdout and stderr closed a file that is opened gets their numbers; no statement may end up there
    let home = bob();
    let manager = fake::pass(&home, &sts::BOB, "");
    let run = home.run(["--from", "pass"]).stdin(To::Closed).stdout(To::Closed).stderr(To::Closed);
    assert_eq!(run.go().code(), 31);
    assert!(!manager.calls().is_empty());
}

#[test]
fn r17_the_statements_are_written_at_once() {
    if !crate::support::tools::needs_linux("elsewhere ps is asked, whose writes are seen too") {
        return;
    }
    let home = bob();
    let trace = home.rig("trace");
    if crate::support::tools::need("strace").is_none() {
        return;
    }
    // read by the rig alone: it holds what was written
    let mut command = Command::new("strace");
    command.args(["-f", "-e", "trace=write,writev", "-e", "write=none", "-s", "0", "-o"]).arg(&trace);
    command.arg(crate::support::tools::binary()).args(["--from", "env"]).env_clear().envs(home.env());
    let out = run::output(command.stdin(Stdio::null()));
    assert!(!out.is_empty());
    let text = String::from_utf8(run::read(&trace)).expect("a trace");
    let writes = text.lines().filter(|line| line.contains("write(1,") || line.contains("writev(1,")).count();
    assert_eq!(writes, 1, "{text}");
}

#[test]
fn r19_a_fault_of_our_own_says_so_and_nothing_more() {
    for backtrace in ["0", "full"] {
        let home = bob();
        let outcome = home.run(["--from", "env"]).env("AWS_AUTH_TEST_PANIC", "1").env("RUST_BACKTRACE", backtrace).go();
        outcome.fails(70).says("please report it").does_not_say("asked for by a test");
    }
}

#[test]
fn what_the_env_format_holds_is_the_same_in_every_shell_that_sources_it() {
    let values = [
        "abc/+1==",
        "~",
        "~root",
        "a:~",
        "a:~root/x",
        "=ls",
        "==",
        "a:=ls",
        "a=~root",
        "a=b",
        "a~b",
        "%s",
        "-n",
        "$HOME",
        "`id`",
        "a b",
        "it's",
        "\"",
        "\\n",
        "!!",
        "*",
        "#x",
        "a;b",
        "(",
        "é",
        "",
    ];
    let mut lines = String::new();
    for (number, value) in values.iter().enumerate() {
        aws_auth::output::env::line(&mut lines, &format!("V{number}"), value);
    }
    let shells: [&[&str]; 9] = [
        &["bash", "--norc", "-c"],
        &["bash", "--norc", "--posix", "-c"],
        &["dash", "-c"],
        &["zsh", "-f", "-c"],
        &["zsh", "-f", "-o", "magicequalsubst", "-c"],
        &["zsh", "-f", "-o", "globassign", "-o", "extendedglob", "-c"],
        &["mksh", "-c"],
        &["ksh93", "-c"],
        &["busybox", "sh", "-c"],
    ];
    for shell in shells {
        if tools::need(shell[0]).is_none() {
            continue;
        }
        let home = Home::new();
        let file = home.write("aws.env", &lines);
        let show: String = (0..values.len()).fold(String::new(), |all, number| format!("{all} \"$V{number}\""));
        let script = format!(". '{}'; printf '%s\\n' {show}", file.display());
        let outcome = home.command(shell.iter().copied().chain([script.as_str()])).go();
        assert_eq!(outcome.ok().out().lines().collect::<Vec<_>>(), values, "{shell:?}");
    }
}
