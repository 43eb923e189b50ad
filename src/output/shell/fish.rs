//! fish: `aws-auth | source`, `eval (aws-auth)`.

use super::{push, push_escaped};

/// `set -e` of a name that is not set returns 4, and a `set` that succeeds leaves that standing. To other shells an `if`
/// without `then` is an error of the whole: zsh would take `set -x` for tracing.
pub fn unset(out: &mut String, name: &str) {
    push(out, &["if set -q ", name, "; set -e ", name, "; end;\n"]);
}

pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["set -gx ", name, " '"]);
    push_escaped(out, value, |c| match c {
        '\'' => "\\'",
        '\\' => "\\\\",
        _ => "",
    });
    push(out, &["';\n"]);
}

pub fn failure(code: u8) -> String {
    format!("sh -c 'exit {code}';\n")
}
