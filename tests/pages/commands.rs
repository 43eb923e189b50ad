//! Every mention of a command of ours is one that the program takes.

use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::page;

/// What is missing if a command is only mentioned, as in "the line with `aws-auth init`"; and what is an answer.
const FINE: [ErrorKind; 4] = [
    ErrorKind::MissingRequiredArgument,
    ErrorKind::DisplayHelp,
    ErrorKind::DisplayVersion,
    ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
];

#[test]
fn every_command_on_a_page_is_taken_by_the_program() {
    let mut read = 0;
    let mut refused = Vec::new();
    for page in page::all() {
        let prose = page.prose.split('`').skip(1).step_by(2).map(|code| (page.path.display().to_string(), code));
        let blocks = page.blocks.iter().map(|block| (page.at(block), block.text.as_str()));
        for (at, code) in prose.chain(blocks) {
            for words in commands(code) {
                let said = words.join(" ");
                let taken = aws_auth::cli::Cli::command().try_get_matches_from(words);
                if let Err(error) = taken
                    && !FINE.contains(&error.kind())
                {
                    refused.push(format!("{at}: {said}: {}", error.to_string().lines().next().unwrap_or_default()));
                }
                read += 1;
            }
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
    assert!(read > 200, "only {read} commands were found");
}

/// The commands of ours in a piece of code, each cut into words.
fn commands(code: &str) -> Vec<Vec<String>> {
    let code = code.replace("\\\n", " ").replace("\\|", "|"); // a line that goes on; a bar in a table
    let mut found = Vec::new();
    for name in ["aws-auth", "awsauth"] {
        for (at, _) in code.match_indices(name) {
            let (before, after) = (&code[..at], &code[at + name.len()..]);
            let is_first =
                before.trim_end_matches(' ').chars().next_back().is_none_or(|c| "\n(`|;&\"'=!*$){,".contains(c));
            let is_whole = !after.starts_with(|c: char| c.is_alphanumeric() || "-_/.:=".contains(c));
            let is_comment = before.rsplit('\n').next().unwrap_or_default().contains("# ");
            if is_first && is_whole && !is_comment {
                found.push([vec!["aws-auth".to_owned()], words(after)].concat());
            }
        }
    }
    found
}

/// The words up to the end of a command, as a shell would cut them; `…`, which stands for more, is left out.
fn words(rest: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut open: Vec<char> = Vec::new();
    for c in rest.chars() {
        let word = words.last_mut().expect("there is always one");
        match (open.last(), c) {
            (Some(end), _) if c == *end => {
                open.pop();
                if c == ')' || !open.is_empty() {
                    word.push(c);
                }
            }
            (last, '(') if word.ends_with('$') && last != Some(&'\'') => {
                open.push(')');
                word.push(c);
            }
            (Some(')'), '\'' | '"') => {
                open.push(c);
                word.push(c);
            }
            (None, '\'' | '"') => open.push(c),
            (None, ' ') => words.push(String::new()),
            (None, '\n' | ')' | ']' | ';' | '&' | '<' | '>' | '|' | '`' | '#') => break,
            _ => word.push(c),
        }
    }
    words.retain(|word| !word.is_empty() && !word.contains('…'));
    words
}

#[test]
fn a_command_is_cut_as_a_shell_cuts_it() {
    let cut = |code: &str| commands(code).into_iter().map(|words| words[1..].join("|")).collect::<Vec<_>>();
    assert_eq!(cut("eval \"$(aws-auth --from pass)\""), ["--from|pass"]);
    assert_eq!(cut("aws-auth --field x=\"API token\" | source"), ["--field|x=API token"]);
    assert_eq!(
        cut("eval \"$(aws-auth --profile \"$(aws-auth list | fzf)\")\""),
        ["--profile|$(aws-auth list | fzf)", "list"]
    );
    assert_eq!(cut("aws-auth exec … -- $SHELL; aws-auth.toml"), ["exec|--|$SHELL"]);
    assert_eq!(cut("# so aws-auth asks"), [""; 0]);
}
