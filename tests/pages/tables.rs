//! Tables that have a source in the program, and the options that are named.

use std::collections::BTreeSet;
use std::fs;

use super::page;
use crate::support::{Home, tools};

/// Holds the table of a page that begins with the same line against the program's own; with `AWS_AUTH_BLESS` it is written.
fn hold(path: &str, table: &str) {
    let page = page::named(path);
    if page.prose.contains(table) {
        return;
    }
    assert!(std::env::var_os("AWS_AUTH_BLESS").is_some(), "{path} should hold:\n{table}");
    let file = tools::repository().join(path);
    let text = fs::read_to_string(&file).expect("a page");
    let head = table.lines().next().expect("a table has a head");
    let (before, rest) = text.split_once(head).unwrap_or_else(|| panic!("{path} has no table: {head}"));
    let after = rest.lines().skip_while(|line| line.is_empty() || line.starts_with('|'));
    let after: String = after.flat_map(|line| [line, "\n"]).collect();
    fs::write(&file, format!("{before}{table}\n{after}")).expect("the page");
}

#[test]
fn the_table_of_exit_codes_is_the_programs_own() {
    hold("docs/troubleshooting.md", &aws_auth::error::Class::table());
}

#[test]
fn the_table_of_options_is_the_programs_own() {
    hold("docs/profiles.md", &aws_auth::settings::options::table());
}

#[test]
fn every_class_of_errors_has_its_trouble_on_the_page() {
    let page = page::named("docs/troubleshooting.md");
    for class in aws_auth::error::Class::ALL {
        let code = class.code();
        let forms = [format!("({code})"), format!("exit code {code}"), format!("[exit code {code}]")];
        assert!(
            forms.iter().any(|form| page.prose.contains(form)),
            "nothing is told about {code}: {}",
            class.meaning()
        );
    }
}

#[test]
fn every_way_in_which_a_manager_fails_has_its_trouble_on_the_page() {
    let page = page::named("docs/troubleshooting.md").prose.replace('\n', " ");
    for kind in aws_auth::backend::kind::Kind::ALL {
        let told = if kind.name() == "not-installed" { "is not installed" } else { kind.meaning() };
        assert!(page.contains(told), "nothing is told about: {told}");
    }
}

/// Options of other programs, in examples.
const OTHERS: [&str; 3] = ["--init", "--mfa-token", "--prompt"];

#[test]
fn every_option_that_a_sentence_names_is_known_to_the_program() {
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
    for command in commands.iter().filter(|command| *command != "help") {
        help.push_str(home.run([command.as_str(), "--help"]).go().out());
    }
    let known = options(&help);
    for page in page::all() {
        // what stands in backquotes and begins with an option; whole commands are read by the parser
        for code in page.prose.split('`').skip(1).step_by(2).filter(|code| code.starts_with("--")) {
            let unknown: Vec<_> =
                options(code).into_iter().filter(|it| !known.contains(it) && !OTHERS.contains(&it.as_str())).collect();
            assert!(unknown.is_empty(), "{}: `{code}`: no such option: {unknown:?}", page.path.display());
        }
    }
}

/// The managers: each is on the page under all its names, with all its parameters, and with what `setup` can do for it.
#[test]
fn the_page_of_managers_has_every_manager_as_its_manifest_has_it() {
    let home = Home::new();
    let page = page::named("docs/managers.md");
    let text: String = page.blocks.iter().map(|block| block.text.as_str()).chain([page.prose.as_str()]).collect();
    let listed = home.run(["backends"]).go();
    let names = listed.ok().out().lines().skip(1).filter_map(|line| line.split_whitespace().next());
    for name in names {
        let shown = home.run(["backends", "show", name]).go();
        let manifest: toml::Table = toml::from_str(shown.ok().out()).expect("a manifest");
        assert!(
            text.contains(&format!("`{name}`")) || text.contains(&format!("`{name}:")),
            "{name} is not on the page"
        );
        let aliases = manifest.get("aliases").and_then(|it| it.as_array()).into_iter().flatten();
        let aliases: Vec<_> = aliases.filter_map(|it| it.as_str()).collect();
        let any = aliases.iter().any(|alias| text.contains(&format!("`{alias}`")));
        assert!(aliases.is_empty() || any, "{name}: none of {aliases:?} is on the page");
        for param in manifest.get("params").and_then(|it| it.as_table()).into_iter().flat_map(|it| it.keys()) {
            let forms = [format!("`{param}`"), format!("--param {param}="), format!("`{param}=")];
            assert!(forms.iter().any(|form| text.contains(form)), "{name}: --param {param} is not on the page");
        }
        let row = page.prose.lines().find(|line| line.starts_with('|') && line.contains(&format!("| `{name}` |")));
        if let Some(row) = row {
            assert_eq!(row.contains("| yes"), manifest.contains_key("write"), "{row}");
        } else {
            assert!(!manifest.contains_key("write"), "{name} has no row of its own, and can be written");
        }
    }
}

fn options(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-'));
    words.filter(|word| word.starts_with("--") && word.len() > 3).map(str::to_owned).collect()
}
