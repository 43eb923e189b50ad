//! The help: one screen for those who begin, all of it for those who look something up.

use crate::support::Home;

#[test]
fn the_short_help_is_one_screen_with_what_everybody_needs() {
    let home = Home::new();
    let outcome = home.run(["-h"]).go();
    let text = outcome.ok().out();
    assert!(text.lines().count() <= 45 && text.lines().all(|line| line.chars().count() <= 100), "{text}");
    for part in ["Without a command: reads the keys", "Examples:", "eval \"$(aws-auth --from pass)\"", "  whoami "] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let options: Vec<&str> =
        text.lines().filter_map(|line| line.trim_start().strip_prefix("--")?.split(' ').next()).collect();
    assert_eq!(options, ["from", "item", "profile", "role-arn", "token-code", "no-role"], "{text}");
}

#[test]
fn the_long_help_has_all_and_begins_with_the_same() {
    let home = Home::new();
    let long = home.run(["--help"]).go();
    let options: Vec<&str> = long
        .ok()
        .out()
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("--")?.split([' ', '\n']).next())
        .collect();
    assert_eq!(options[..6], ["from", "item", "profile", "role-arn", "token-code", "no-role"], "{long:?}");
    for option in ["policy", "min-ttl", "account", "write-profile", "explain"] {
        assert!(options.contains(&option), "{option}\n{long:?}");
    }
    assert_eq!(home.run(["help"]).go().ok().out(), long.out());
    home.run(["help", "exec"]).go().ok().says_out("Usage: aws-auth exec [OPTIONS] -- <COMMAND>...");
    home.run(["status", "--help"]).go().ok().says_out("seconds_left");
}

#[test]
fn what_is_not_for_people_starts_nothing_when_a_person_types_it() {
    let home = Home::new();
    let cwd = home.path("cwd");
    std::fs::create_dir_all(&cwd).unwrap();
    for word in ["--help", "agent.sock", ""] {
        home.run(["agent", word]).cwd(&cwd).go().fails(2);
        assert_eq!(std::fs::read_dir(&cwd).unwrap().count(), 0, "{word}");
    }
}

#[test]
fn completions_know_the_shells_by_the_names_that_all_else_has() {
    let home = Home::new();
    for (name, long) in [("pwsh", "powershell"), ("nu", "nushell")] {
        assert_eq!(home.run(["completions", name]).go().ok().out(), home.run(["completions", long]).go().ok().out());
    }
}

#[test]
fn the_manual_page_has_its_sections() {
    let home = Home::new();
    let outcome = home.run(["man"]).go();
    for section in ["ENVIRONMENT", "FILES", "EXIT STATUS", "SEE ALSO", "EXAMPLES"] {
        let quoted = format!(".SH \"{section}\"");
        let is_there = outcome.ok().out().lines().any(|line| line == format!(".SH {section}") || line == quoted);
        assert!(is_there, "{section}\n{outcome:?}");
    }
    outcome.says_out("AWSAUTH_IDENTITY");
}
