//! The names of all items, as a manager lists them: to tell the one that was mistyped.

use super::shape;

/// The names in a listing: a JSON list of names or of objects with a title, a tree as tree(1) draws it, or one a line.
#[must_use]
pub fn names(bytes: &[u8]) -> Vec<String> {
    if let Ok(serde_json::Value::Array(all)) = serde_json::from_slice(bytes) {
        let title = |item: &serde_json::Value| {
            let named = ["title", "name"].into_iter().find_map(|key| item.get(key)?.as_str());
            item.as_str().or(named).map(str::to_owned)
        };
        return all.iter().filter_map(title).collect();
    }
    let text = crate::text::without_sequences(&String::from_utf8_lossy(bytes));
    let tree = tree(&text);
    if tree.is_empty() { shape::names(bytes) } else { tree }
}

/// The paths in a tree, those of its folders too.
fn tree(text: &str) -> Vec<String> {
    let mut above: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines() {
        // Four characters for each step down: `│   `, `├── ` and their like, whose blanks may be no-break ones.
        let drawn = line.chars().take_while(|c| "│├└─|`- \u{a0}".contains(*c)).count();
        let name: String = line.chars().skip(drawn).collect();
        let depth = drawn / 4;
        if depth == 0 || name.is_empty() {
            continue;
        }
        above.truncate(depth - 1);
        above.push(name.trim_end_matches('/').trim().to_owned());
        found.push(above.join("/"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_lists_and_trees() {
        assert_eq!(names(b"work/aws\nhome\n"), ["work/aws", "home"]);
        assert_eq!(names(br#"[{"id":"x","title":"AWS dev"},{"name":"b"},"c"]"#), ["AWS dev", "b", "c"]);
        let tree = "Password Store\n├── clients\n│   ├── work\n│   └── x\n└── home\n";
        assert_eq!(names(tree.as_bytes()), ["clients", "clients/work", "clients/x", "home"]);
        assert_eq!(names(b"|-- a\n|   `-- b\n`-- c\n"), ["a", "a/b", "c"]);
    }
}
