//! Every link leads somewhere.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::page::{self, Page};
use crate::support::tools;

/// The targets of the links of a page: `[text](target)`, outside of backquotes.
fn targets(page: &Page) -> Vec<String> {
    let prose: String = page.prose.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let after = prose.split("](").skip(1);
    let mut found: Vec<_> = after.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())).collect();
    // pictures of HTML, which have a source for dark screens
    for name in ["src=\"", "srcset=\"", "href=\""] {
        found.extend(prose.split(name).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
    }
    found
}

/// The anchors of a page's headings, as forges make them.
fn anchors(page: &Page) -> BTreeSet<String> {
    let headings = page.prose.lines().filter(|line| line.starts_with('#'));
    let anchor = |line: &str| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = title.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    headings.map(anchor).collect()
}

/// `docs/../README.md` is `README.md`.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        if part == Component::ParentDir {
            assert!(plain.pop(), "{} leads out of the tree", path.display());
        } else {
            plain.push(part);
        }
        plain
    })
}

#[test]
fn every_link_leads_to_a_file_and_a_heading_that_are_there() {
    let pages = page::all();
    for page in &pages {
        let targets = targets(page);
        for target in &targets {
            if let Some(address) = target.strip_prefix("https://") {
                assert!(address.contains('.') && !address.contains(' '), "{}: {target}", page.path.display());
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let path =
                if file.is_empty() { page.path.clone() } else { plain(&page.path.with_file_name("").join(file)) };
            assert!(tools::repository().join(&path).exists(), "{}: {target}: no such file", page.path.display());
            if !anchor.is_empty() {
                let there = pages.iter().find(|page| page.path == path);
                let there = there.unwrap_or_else(|| panic!("{}: {target} is no page", page.path.display()));
                assert!(anchors(there).contains(anchor), "{}: {target}: no such heading", page.path.display());
            }
        }
    }
}

#[test]
fn every_page_can_be_reached_from_the_readme() {
    let readme = page::named("README.md");
    let linked: BTreeSet<_> = targets(&readme).iter().map(|it| it.split('#').next().unwrap_or(it).to_owned()).collect();
    for page in page::all().iter().filter(|page| page.path != Path::new("README.md")) {
        assert!(linked.contains(page.path.to_str().expect("text")), "the README does not link {}", page.path.display());
    }
}

#[test]
fn nothing_points_to_unrelated_programs_of_similar_names() {
    for page in page::all() {
        let text = fs::read_to_string(tools::repository().join(&page.path)).expect("a page");
        for wrong in
            ["brew install aws-auth", "cargo install aws_auth", "cargo install aws-auth", "pip install awsauth"]
        {
            assert!(!text.contains(wrong), "{}: {wrong}", page.path.display());
        }
    }
}
