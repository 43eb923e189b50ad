//! What a person is told after success, and what is told with `-q` and `-v`.

use crate::support::sts::{BOB, role};
use crate::support::{Home, fake};

/// bob, whose keys and role are in pass, and a profile that leads there.
fn bob() -> Home {
    let home = Home::with_sts();
    fake::pass(&home, &BOB, role::PLAIN);
    home.write(".aws/config", "[profile dev]\naws_auth_from = pass\n");
    home.set("TZ", "CET-1");
    home
}

#[test]
fn after_success_a_person_is_told_who_where_and_until_when_and_a_script_is_not() {
    let home = bob();
    let outcome = home.run(["--profile", "dev"]).captured().finish();
    home.sts().delivered(&outcome);
    let screen = outcome.screen();
    let line = screen.lines().find(|line| line.contains("role/plain in 111122223333, until ")).unwrap_or_default();
    assert!(line.starts_with("aws-auth: ") && line.trim_end().ends_with(" CET (59 min), profile dev"), "{outcome:?}");
    let outcome = home.run(["exec", "--profile", "dev", "--", "true"]).captured().finish();
    assert!(outcome.screen().contains("role/plain in 111122223333"), "{outcome:?}");
    let script = home.run(["--profile", "dev"]).go();
    script.ok().quiet();
}

#[test]
fn the_line_for_this_shell_names_the_profile_that_a_variable_named_for_one_command() {
    let home = bob();
    home.show_sessions();
    let line = |variable: &str, args: &[&str]| {
        let outcome = home.run(args).env(variable, "dev").pty().finish();
        outcome.ok();
        let screen = outcome.screen();
        screen.lines().find_map(|line| line.split_once("to use these in it: ")).map(|(_, line)| line.trim().to_owned())
    };
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_AUTH_PROFILE"] {
        let told = line(variable, &["--no-role"]).unwrap_or_default();
        assert!(told.contains("aws-auth --profile dev --no-role"), "{variable}: {told}");
    }
    let told = line("AWS_PROFILE", &["--profile", "dev"]).unwrap_or_default();
    assert_eq!(told.matches("--profile").count(), 1, "{told}");
}

#[test]
fn quiet_hides_notes_and_no_warning() {
    let home = bob();
    let run = |args: &[&str]| home.run(args).env("AWS_PROFILE", "dev").captured().finish();
    let usual = run(&["--no-role"]).screen();
    for text in ["which AWS_PROFILE names", "a session in an account that AWS did not name", "without MFA"] {
        assert!(usual.contains(text), "{text}: {usual}");
    }
    let quiet = run(&["--no-role", "-q"]).screen();
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
    assert!(quiet.contains("without MFA"), "{quiet}");
    run(&["-q"]).ok();
    assert_eq!(run(&["-q"]).screen(), "");
    home.run(["-q", "-v", "--profile", "dev"]).go().fails(2);
}

#[test]
fn verbose_tells_what_was_asked_and_how_long_it_took() {
    let home = bob();
    let outcome = home.run(["-v", "--profile", "dev"]).go();
    outcome.ok();
    for text in [
        "not caching: --no-cache, or AWS_AUTH_NO_CACHE",
        "ran pass show -- aws-access-key-id: ",
        &format!("for AssumeRole {}: ", role::PLAIN),
    ] {
        outcome.says(text);
    }
    assert!(outcome.err().lines().filter(|line| line.ends_with(" ms")).count() >= 4, "{outcome:?}");
}

#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
#[test]
fn verbose_tells_what_comes_from_the_cache_and_why_not() {
    use crate::support::sts::ALICE;
    let home = Home::with_sts();
    fake::pass(&home, &ALICE, role::DEV);
    let Some(_kept) = crate::support::kept::on(&home) else { return };
    let code = home.sts().fresh_code(ALICE.mfa_serial);
    home.run(["-v", "--from", "pass", "--token-code", &code]).go().ok().says("GetSessionToken, with a code");
    let again = home.run(["-v", "--from", "pass"]).go();
    again.ok().says("from the cache: credentials of pass with 59 min left");
    let longer = home.run(["-v", "--from", "pass", "--role-session-name", "other"]).go();
    longer.ok().says("from the cache: a session of pass with 11 h 59 min left, which signs");
}
