//! The layout of `src/`: each room uses only those above it, and no file leads back to itself.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// From the ground up. Rooms in one line are on one floor: they use none of each other but what the circle test allows.
const FLOORS: &[&[&str]] = &[
    &["digest", "error", "secret", "text"],
    &["credentials"],
    &["cli"],
    &["os"],
    &["backend"],
    &["output"],
    &["aws_files"],
    &["settings"],
    &["aws"],
    &["sessions"],
    &["mfa"],
    &["source"],
    &["flow"],
    &["keys"],
    &["command"],
    &["app"],
    &["lib", "main"],
];

/// A module's path in the crate, such as `os::linux::process`.
type Module = String;

/// The modules of `src/`, each with its text but for the tests in it.
fn modules() -> BTreeMap<Module, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeMap::new();
    let mut left = vec![root.clone()];
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory).expect("a directory of src") {
            let path = entry.expect("an entry of src").path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).expect("a source file");
                let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
                found.insert(name(path.strip_prefix(&root).expect("a file below src")), text);
            }
        }
    }
    found
}

fn name(path: &Path) -> Module {
    let path: PathBuf =
        if path.ends_with("mod.rs") { path.parent().expect("a folder").into() } else { path.with_extension("") };
    path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("::")
}

/// The paths in a file, groups written out, from the root of the crate; and whether a `pub use` hands them on.
fn uses(module: &str, text: &str, is_folder: bool, modules: &BTreeMap<Module, String>) -> Vec<(bool, String)> {
    let mut found = Vec::new();
    for statement in text.split(";\n") {
        let lines: Vec<&str> = statement.lines().collect();
        let Some(line) = lines.iter().rposition(|line| {
            let line = line.trim_start();
            line.starts_with("use ") || line.starts_with("pub use ")
        }) else {
            continue;
        };
        let joined = lines[line..].join(" ");
        let public = joined.trim_start().starts_with("pub ");
        let tree = joined.trim_start().trim_start_matches("pub ").trim_start_matches("use ").trim();
        for path in expand(tree) {
            let path = path.trim_end_matches("::self").to_owned();
            let own: Vec<&str> = module.split("::").collect();
            let parent = own[..own.len() - 1].join("::");
            let folder = if is_folder { module.to_owned() } else { parent.clone() };
            let absolute = if let Some(rest) = path.strip_prefix("crate::") {
                Some(rest.to_owned())
            } else if let Some(rest) = path.strip_prefix("super::super::") {
                let above = own[..own.len().saturating_sub(2)].join("::");
                Some(join(&above, rest))
            } else if let Some(rest) = path.strip_prefix("super::") {
                Some(join(&parent, rest))
            } else {
                let first = path.split("::").next().unwrap_or_default();
                let child = join(&folder, first);
                (is_folder && modules.contains_key(&child)).then(|| join(&folder, &path))
            };
            found.extend(absolute.map(|path| (public, path)));
        }
    }
    // Paths that are written out where they are used.
    for rest in text.split("crate::").skip(1) {
        let path: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':')).collect();
        found.push((false, path.trim_end_matches(':').to_owned()));
    }
    found
}

fn join(module: &str, path: &str) -> String {
    if module.is_empty() { path.to_owned() } else { format!("{module}::{path}") }
}

/// The paths of a `use` tree: `a::{b, c::{d, self}}` is `a::b`, `a::c::d` and `a::c::self`.
fn expand(tree: &str) -> Vec<String> {
    let Some((head, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut parts, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&inner[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&inner[start..]);
    let parts = parts.into_iter().map(str::trim).filter(|part| !part.is_empty());
    parts.flat_map(expand).map(|part| format!("{}{part}", head.trim())).collect()
}

/// What each file uses of others: a path's file is its longest part that is one, or what that hands on in its place.
struct House {
    edges: BTreeMap<Module, BTreeSet<Module>>,
}

impl House {
    fn read() -> Self {
        let modules = modules();
        let folders: BTreeSet<&Module> = modules
            .keys()
            .filter(|module| modules.keys().any(|other| other.starts_with(&format!("{module}::"))))
            .collect();
        let all: BTreeMap<&Module, Vec<(bool, String)>> = modules
            .iter()
            .map(|(module, text)| (module, uses(module, text, folders.contains(module), &modules)))
            .collect();
        let mut handed_on = BTreeMap::new();
        for (module, paths) in &all {
            for (_, path) in paths.iter().filter(|(public, path)| *public && path.starts_with(&format!("{module}::"))) {
                let item = path.rsplit("::").next().unwrap_or_default();
                handed_on.insert(format!("{module}::{item}"), path.clone());
            }
        }
        let file = |path: &str| {
            let path = handed_on.get(path).map_or(path, String::as_str);
            let parts: Vec<&str> = path.split("::").collect();
            (1..=parts.len()).rev().map(|count| parts[..count].join("::")).find(|module| modules.contains_key(module))
        };
        let edges = all.iter().map(|(module, paths)| {
            let handed = |path: &str| handed_on.values().any(|handed| handed == path);
            let used = paths.iter().filter(|(public, path)| !(*public && handed(path)));
            let to = used.filter_map(|(_, path)| file(path)).filter(|to| to != *module).collect();
            ((*module).clone(), to)
        });
        Self { edges: edges.collect() }
    }
}

fn floor(module: &str) -> usize {
    let room = module.split("::").next().unwrap_or_default();
    FLOORS
        .iter()
        .position(|rooms| rooms.contains(&room))
        .unwrap_or_else(|| panic!("{room} is on no floor: see tests/house.rs"))
}

#[test]
fn every_room_uses_only_rooms_below_it() {
    let house = House::read();
    assert!(house.edges.len() > 90 && house.edges.values().map(BTreeSet::len).sum::<usize>() > 300, "nothing was read");
    let mut against = Vec::new();
    for (from, to) in &house.edges {
        for to in to {
            if floor(to) > floor(from) {
                against.push(format!("{from} uses {to}, which is above it"));
            }
        }
    }
    assert!(against.is_empty(), "{}", against.join("\n"));
}

#[test]
fn no_file_leads_back_to_itself() {
    let house = House::read();
    let mut circles = BTreeSet::new();
    for start in house.edges.keys() {
        // The shortest way back.
        let mut ways: Vec<Vec<&Module>> = vec![vec![start]];
        let mut seen = BTreeSet::new();
        let mut at = 0;
        while let Some(way) = ways.get(at).cloned() {
            at += 1;
            for next in &house.edges[*way.last().expect("a way has a start")] {
                if next == start {
                    let mut circle: Vec<String> = way.iter().map(|module| (*module).clone()).collect();
                    let least =
                        circle.iter().enumerate().min_by_key(|(_, module)| (*module).clone()).expect("a circle").0;
                    circle.rotate_left(least);
                    circles.insert(circle.join(" → "));
                } else if seen.insert(next) {
                    ways.push([way.clone(), vec![next]].concat());
                }
            }
        }
    }
    assert!(circles.is_empty(), "{}", circles.into_iter().collect::<Vec<_>>().join("\n"));
}

#[test]
fn the_picture_in_lib_shows_the_floors_in_their_order() {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).expect("lib.rs");
    let shown: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("//! - [`")?.split('`').next()).collect();
    let floors: Vec<usize> = shown.iter().map(|room| floor(room)).collect();
    assert!(floors.is_sorted() && floors.iter().collect::<BTreeSet<_>>().len() == FLOORS.len() - 1, "{shown:?}");
}

/// Whoever takes in a crate says what for, and whoever lets one go takes the note away.
#[test]
fn each_dependency_has_its_note() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |name: &str| fs::read_to_string(root.join(name)).expect("a file of the repository");
    let mut named = BTreeSet::new();
    let mut linked = false;
    for line in read("Cargo.toml").lines() {
        if line.starts_with('[') {
            linked = line.ends_with("dependencies]") && !line.contains("dev-");
        } else if linked && let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            named.insert(name.to_owned());
        }
    }
    let mut noted = BTreeSet::new();
    for row in read("docs/dependencies.md").lines().filter(|line| line.starts_with("| `")) {
        let cell = row.split(" | ").next().expect("a first cell");
        // What is in parentheses are features.
        let crates = cell.split(['(', ')']).step_by(2).collect::<String>();
        noted.extend(crates.split('`').skip(1).step_by(2).map(str::to_owned));
    }
    assert_eq!(named, noted);
}
