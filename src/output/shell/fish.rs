//! fish: `aws-auth | source`, `eval (aws-auth)`.

use super::{push, push_escaped};

/// Begins the statements. A universal variable would come back as soon as a global one of its name goes, or go from every
/// fish of this user: one among `names` makes all of it fail before anything is set. To other shells an `if` without
/// `then` is an error of the whole: zsh would take `set -x` for tracing.
pub fn begin(out: &mut String, names: &[&str]) {
    push(out, &["if set -l _aws_auth_u (string match -r '^(?:", &names.join("|"), ")$' (set -nU)); "]);
    push(
        out,
        &["echo \"aws-auth: a universal variable is in the way: set -eU $_aws_auth_u\" >&2; sh -c 'exit 10'; else;\n"],
    );
}

pub fn end(out: &mut String) {
    push(out, &["end;\n"]);
}

/// Each of that name, the local ones too. `set -e` of a name that is not set returns 4, and a `set` that succeeds leaves
/// that standing.
pub fn unset(out: &mut String, name: &str) {
    push(out, &["while set -q ", name, "; set -e ", name, "; end;\n"]);
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
