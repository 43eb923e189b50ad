//! A wrong command line is told with the right one, which can be typed as it stands.

use crate::support::sts::{BOB, role};
use crate::support::{Home, fake};

/// bob, whose keys are in pass, and a profile that leads there.
fn bob() -> Home {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, role::PLAIN);
    home.write(".aws/config", "[profile plain]\naws_auth_from = pass\n");
    home
}

/// Types each of `rows`, whose words are apart by blanks, and then what its hint says.
fn told(rows: &[(&str, &str)]) {
    let home = bob();
    for (typed, right) in rows {
        println!("{typed}");
        let outcome = home.run(typed.split(' ')).go();
        assert_eq!(outcome.code(), 2, "{outcome:?}");
        outcome.says(&format!(" {right}\n"));
        let right = right.trim_start_matches("eval \"$(aws-auth ").trim_end_matches(")\"");
        let outcome = home.run(right.trim_start_matches("aws-auth ").split(' ')).go();
        assert_ne!(outcome.code(), 2, "{outcome:?}");
    }
}

#[test]
fn options_before_the_command_are_told_behind_it() {
    told(&[
        ("--profile plain exec -- env", "aws-auth exec --profile plain -- env"),
        ("--from pass exec ls -l", "aws-auth exec --from pass -- ls -l"),
        ("-q --from=pass exec -- true", "aws-auth exec -q --from=pass -- true"),
        ("-v exec", "aws-auth exec -v -- COMMAND"),
        ("--from pass --serve exec -- true", "aws-auth exec --from pass --serve -- true"),
        ("--from pass doctor", "aws-auth doctor --from pass"),
        ("-v --from pass status --test", "aws-auth status --test"),
        ("--write-profile x --from pass exec -- true", "aws-auth exec --from pass -- true"),
        ("--from pass work", "eval \"$(aws-auth --from pass --item work)\""),
    ]);
    let home = bob();
    home.run(["--profile", "a b", "exec", "--", "it's"]).go().says("exec --profile 'a b' -- 'it'\\''s'");
    home.run(["-v", "status"]).go().fails(2).says("status does not take -v");
    let words = ["--from", "pass", "--item", "work", "bob"];
    home.run(words).go().fails(2).says("there is no command \"bob\"").does_not_say("--item bob");
}

#[test]
fn a_word_alone_is_told_with_its_option() {
    told(&[
        ("doctor --from pass bob", "aws-auth doctor --from pass --item bob"),
        ("setup --from env work", "aws-auth setup --from env --item work"),
        ("setup env", "aws-auth setup --from env"),
        ("rotate bob", "aws-auth rotate --profile bob"),
        ("console --print plain", "aws-auth console --print --profile plain"),
        ("exec pass -- true", "aws-auth exec --from pass -- true"),
        ("exec --from pass work -- true", "aws-auth exec --from pass --item work -- true"),
        ("exec plain -- true", "aws-auth exec --profile plain -- true"),
        ("serve --profile plain --shell sh -- true a", "aws-auth exec --serve --profile plain -- true a"),
        ("serve --from pass true", "aws-auth exec --serve --from pass -- true"),
        ("pass", "eval \"$(aws-auth --from pass)\""),
    ]);
    let home = bob();
    home.run(["setup", "work"]).go().says("setup needs the manager");
    for words in [&["status", "bob"][..], &["doctor", "--from", "pass", "--item", "x", "bob"]] {
        home.run(words).go().says("unexpected argument 'bob'").does_not_say("try:");
    }
}

#[test]
fn a_command_that_ends_in_our_options_is_told_behind_them() {
    told(&[
        ("exec echo -la --profile plain", "aws-auth exec --profile plain -- echo -la"),
        ("exec echo -v --from=pass --region eu-west-1", "aws-auth exec --from=pass --region eu-west-1 -- echo -v"),
        ("exec echo --region eu-west-1", "aws-auth exec -- echo --region eu-west-1"),
        ("exec --from pass echo --profile plain", "aws-auth exec --from pass -- echo --profile plain"),
        ("exec plain true", "aws-auth exec --profile plain -- true"),
    ]);
}

#[test]
fn an_option_that_is_not_there_is_told_with_the_one_that_was_meant_or_with_none() {
    let home = bob();
    for (typed, hint) in [
        ("--token 1", "is it --token-code?"),
        ("--mfa=1", "is it --token-code?"),
        ("exec --duration 1h -- ls", "is it --role-duration-seconds?"),
        ("setup --from pass --mfa-serial x", "is it --serial-number?"),
        ("exec --frm pass -- ls", "is it --from?"),
        ("backends check --liv x", "is it --live?"),
        ("whoami --role x", "the options are shown by: aws-auth whoami --help"),
        ("exec --write-profile x -- ls", "--write-profile is for aws-auth without a command"),
        ("exec --format json -- ls", "--format is for aws-auth without a command"),
        ("list --from pass", "the options are shown by: aws-auth list --help"),
        ("--from pass --serve", "--serve is for: aws-auth exec"),
        ("--unset", "the options are shown by: aws-auth --help"),
        ("exec -c ls", "the options are shown by: aws-auth exec --help"),
    ] {
        println!("{typed}");
        let outcome = home.run(typed.split(' ')).go();
        assert_eq!(outcome.code(), 2, "{outcome:?}");
        outcome.says(&format!("hint: {hint}\n"));
    }
}
