//! csh and tcsh: `` eval `aws-auth` ``.
//! Source: <https://man.openbsd.org/csh.1>, "Quoting" and "History substitutions"

use super::{push, push_escaped};

/// Not an error where it is not set.
pub fn unset(out: &mut String, name: &str) {
    push(out, &["unsetenv ", name, ";\n"]);
}

/// A history event and the end of a line mean something inside single quotes too; a backslash takes that from them.
/// Backquotes make a blank of the end of a line, so a value that holds one arrives whole by `source` only.
pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["setenv ", name, " '"]);
    push_escaped(out, value, |c| match c {
        '\'' => "'\\''",
        '!' => "'\\!'",
        '\n' => "\\\n",
        _ => "",
    });
    push(out, &["';\n"]);
}

pub fn failure(code: u8) -> String {
    format!("sh -c 'exit {code}';\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_inside_single_quotes_loses_that() {
        let mut out = String::new();
        set(&mut out, "A", "it's! one\ntwo $x \\ `y`");
        assert_eq!(out, "setenv A 'it'\\''s'\\!' one\\\ntwo $x \\ `y`';\n");
    }
}
