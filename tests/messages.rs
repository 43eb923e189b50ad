//! Everything that the program says, in one table to be read: what is in it is read for natural English at each change.
//!
//! The first half of `tests/fixtures/messages.txt` has every failure of every manager, as people see it
//! (`src/backend/message.rs`). The second half has every other sentence that stands in `src/`, by file.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What the second half begins with.
const MARK: &str = "\n# Everything else that the program says, by file; generated, see tests/messages.rs.\n";

/// The texts in a source file that are sentences: of more than one word, and none of the tests', attributes' or comments'.
fn sentences(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code = source.lines().filter(|line| !line.trim_start().starts_with("//") && !line.contains("reason = \""));
    let code: Vec<&str> = code.collect();
    let code = code.join("\n");
    let mut found = Vec::new();
    let mut rest = code.as_str();
    while let Some(at) = rest.find('"') {
        let (before, from) = rest.split_at(at);
        // A quote as a character, and a byte string.
        if before.ends_with('\'') && from[1..].starts_with('\'') {
            rest = &from[2..];
            continue;
        }
        let raw = before.ends_with("r#") || before.ends_with('r');
        let end = if raw { raw_end(from, before.ends_with("r#")) } else { escaped_end(from) };
        let text = &from[1..end];
        let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
        if words > 1 {
            found.push(text.split_whitespace().collect::<Vec<_>>().join(" ").replace("\\\"", "\"").replace("\\ ", ""));
        }
        rest = &from[end + 1..];
    }
    found
}

fn escaped_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len() - 1, |(at, _)| at)
}

fn raw_end(text: &str, hashed: bool) -> usize {
    let end = if hashed { text[1..].find("\"#") } else { text[1..].find('"') };
    end.map_or(text.len() - 1, |at| at + 1)
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory of src").flatten();
    let mut found: Vec<PathBuf> = entries
        .flat_map(|entry| if entry.path().is_dir() { files(&entry.path()) } else { vec![entry.path()] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    found.sort();
    found
}

fn table() -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = String::from(MARK);
    for file in files(&root.join("src")) {
        let name = file.strip_prefix(root).expect("a file of ours").display().to_string();
        // The help stands on the manual page; what people write into items is no word of ours.
        if ["src/cli.rs", "src/backend/item/layouts.rs", "src/backend/item/fields.rs"].contains(&name.as_str()) {
            continue;
        }
        let sentences = sentences(&fs::read_to_string(&file).expect("a source file"));
        if !sentences.is_empty() {
            let _ = writeln!(out, "\n# {name}\n{}", sentences.join("\n"));
        }
    }
    out
}

#[test]
fn the_table_of_messages_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/messages.txt");
    let known = fs::read_to_string(&path).expect("the table");
    let (managers, rest) = known.split_at(known.find(MARK).unwrap_or(known.len()));
    let table = table();
    assert!(table.lines().count() > 500, "nothing was read");
    if std::env::var_os("AWS_AUTH_BLESS").is_some() {
        fs::write(&path, format!("{managers}{table}")).expect("the table");
    } else {
        assert!(rest == table, "run AWS_AUTH_BLESS=1 cargo test --test tests messages, and read what has changed");
    }
}
