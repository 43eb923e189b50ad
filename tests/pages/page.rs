//! A page cut into what is prose and what is a block.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::tools;

/// A block between two lines of backquotes.
#[derive(Debug)]
pub struct Block {
    /// The first word after the backquotes: `sh`, `ini`, …
    pub language: String,
    /// Why no test runs it.
    pub not_run: Option<String>,
    pub text: String,
    /// The line it begins in.
    pub line: usize,
}

/// A page of the tree.
#[derive(Debug)]
pub struct Page {
    /// Its path from the top of the tree.
    pub path: PathBuf,
    /// All that is not in a block; those lines are empty, so that the numbers of the others are right.
    pub prose: String,
    pub blocks: Vec<Block>,
}

impl Page {
    /// Where a block is, for messages.
    pub fn at(&self, block: &Block) -> String {
        format!("{}:{}", self.path.display(), block.line)
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(tools::repository().join(path)).expect("a page");
        let mut page = Self { path: path.to_owned(), prose: String::new(), blocks: Vec::new() };
        let mut open: Option<(usize, Block)> = None;
        for (number, line) in (1..).zip(text.lines()) {
            let fence = line.trim_start().strip_prefix("```").filter(|rest| !rest.contains('`'));
            page.prose.push_str(if open.is_none() && fence.is_none() { line } else { "" });
            page.prose.push('\n');
            match (open.take(), fence) {
                (None, Some(info)) => {
                    let (language, rest) = info.split_once(' ').unwrap_or((info, ""));
                    let not_run = rest.strip_prefix("not run: ").map(str::to_owned);
                    assert!(rest.is_empty() || not_run.is_some(), "{}:{number}: {info}", path.display());
                    let block = Block { language: language.to_owned(), not_run, text: String::new(), line: number };
                    open = Some((line.len() - line.trim_start().len(), block));
                }
                (Some((_, block)), Some(_)) => page.blocks.push(block),
                (Some((indent, mut block)), None) => {
                    block.text.push_str(line.get(indent..).unwrap_or_default());
                    block.text.push('\n');
                    open = Some((indent, block));
                }
                (None, None) => {}
            }
        }
        assert!(open.is_none(), "{}: a block has no end", path.display());
        page
    }
}

/// All pages: those at the top, those in `docs/`, and the one about managers.
pub fn all() -> Vec<Page> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "backends/README.md"].map(PathBuf::from).into();
    let docs = fs::read_dir(tools::repository().join("docs")).expect("the pages");
    let mut more: Vec<_> = docs.map(|entry| Path::new("docs").join(entry.expect("a page").file_name())).collect();
    more.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    more.sort();
    paths.extend(more);
    paths.iter().map(|path| Page::read(path)).collect()
}

/// One page by its path.
pub fn named(path: &str) -> Page {
    all().into_iter().find(|page| page.path == Path::new(path)).unwrap_or_else(|| panic!("there is no {path}"))
}
