//! xonsh: `execx($(aws-auth))`.
//! Source: <https://xon.sh/tutorial.html#environment-variables>

use super::push;
use std::fmt::Write;

pub fn unset(out: &mut String, name: &str) {
    push(out, &["${...}.pop('", name, "', None);\n"]);
}

/// A Python literal in ASCII alone: which other characters end a line depends on the reader and the locale.
/// Source: <https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences>
pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["$", name, " = '"]);
    for c in value.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            ' '..='~' => out.push(c),
            // Writing to a String cannot fail.
            _ => drop(write!(out, "\\U{:08x}", u32::from(c))),
        }
    }
    push(out, &["';\n"]);
}

/// An exception: xonsh goes on after a command that fails, and `$(…)` does not tell how it ended.
pub fn failure(code: u8) -> String {
    format!("raise RuntimeError('aws-auth failed with exit code {code}');\n")
}
