//! The README tells the truth: its table is the program's, and every option it names is one.

use std::collections::BTreeSet;

use crate::support::Home;

const README: &str = include_str!("../README.md");

#[test]
fn the_table_of_exit_codes_is_the_programs_own() {
    let table = aws_auth::error::Class::table();
    assert!(README.contains(&table), "the README should hold:\n{table}");
}

#[test]
fn the_table_of_options_is_the_programs_own() {
    let table = aws_auth::settings::options::table();
    assert!(README.contains(&table), "the README should hold:\n{table}");
}

#[test]
fn every_option_the_readme_names_is_known_to_the_program() {
    let home = Home::new();
    let mut help = home.run(["--help"]).go().out().to_owned();
    let commands: Vec<String> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect();
    assert!(commands.contains(&"backends".to_owned()), "{commands:?}");
    for command in &commands {
        help.push_str(home.run([command.as_str(), "--help"]).go().out());
    }
    let options = |text: &str| -> BTreeSet<String> {
        let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
        words.filter(|word| word.starts_with("--") && word.len() > 3).map(str::to_owned).collect()
    };
    let known = options(&help);
    // Options of other programs, in the README's examples.
    let others = ["--query", "--output", "--path", "--init", "--network"].map(str::to_owned);
    let unknown: Vec<_> =
        options(README).into_iter().filter(|option| !known.contains(option) && !others.contains(option)).collect();
    assert!(unknown.is_empty(), "the README names options that do not exist: {unknown:?}");
}
