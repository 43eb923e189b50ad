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

/// A subshell: `exit` alone would close the terminal, `return` is an error outside functions.
pub fn failure(code: u8) -> String {
    format!("(exit {code})\n")
}
