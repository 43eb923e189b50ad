//! sh, bash, zsh, dash, ksh, mksh, yash, busybox: `eval "$(aws-auth)"`.

use super::{push, push_escaped};

pub fn unset(out: &mut String, name: &str) {
    push(out, &["unset ", name, ";\n"]);
}

pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["export ", name, "='"]);
    // Inside single quotes only the quote itself means something: end, escaped quote, begin again.
    push_escaped(out, value, |c| if c == '\'' { "'\\''" } else { "" });
    push(out, &["';\n"]);
}

/// Ends the statements: a variable that cannot be changed makes the last one fail with 10. Without a file, which a
/// restricted shell does not open; without a parenthesis, which is a pattern to some in an unquoted `eval`; without `test`
/// and `echo`, of which people have functions and aliases. What the backquotes give is no command, and ends as they do.
pub fn end(out: &mut String, names: &[&str]) {
    push(out, &["if `unset -v ", &names.join(" "), " 2>&-`; then :; else sh -c 'exit 10'; fi;\n"]);
}

/// A subshell: `exit` alone would close the terminal, `return` is an error outside functions.
pub fn failure(code: u8) -> String {
    format!("(exit {code})\n")
}
