//! The messages that the page about trouble quotes are the program's own words.

use std::fs;
use std::path::Path;

use super::page;
use crate::support::tools;

/// Words of others: of AWS, and of the parser of the command line.
const OTHERS: [&str; 2] = ["exceeds the MaxSessionDuration", "unexpected argument 'terraform' found"];

#[test]
fn every_message_that_is_quoted_is_one_of_the_programs() {
    let mut words = String::new();
    for folder in ["src", "backends", "tests/fixtures"] {
        read(&tools::repository().join(folder), &mut words);
    }
    let words = joined(&words);
    let page = page::named("docs/troubleshooting.md");
    let mut quoted = 0;
    for paragraph in page.prose.split("\n\n").filter(|paragraph| paragraph.starts_with("**`")) {
        let heading = paragraph.split("**").nth(1).unwrap_or_default().replace('\n', " ");
        for message in heading.split('`').skip(1).step_by(2).filter(|it| !OTHERS.contains(it) && !it.starts_with("--"))
        {
            for part in message.split('…').map(str::trim).filter(|part| part.len() > 5) {
                quoted += 1;
                assert!(
                    words.contains(part),
                    "docs/troubleshooting.md quotes {part:?}, which the program does not say"
                );
            }
        }
    }
    assert!(quoted > 20, "only {quoted} messages are quoted");
}

/// All the text below a folder.
fn read(folder: &Path, words: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            read(&path, words);
        } else {
            *words += &fs::read_to_string(&path).unwrap_or_default();
        }
    }
}

/// A text of the program's sources as it is said: lines that go on are joined.
fn joined(text: &str) -> String {
    let mut parts = text.split("\\\n");
    let mut joined = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        joined += part.trim_start();
    }
    joined.replace("\\\"", "\"")
}
