//! elvish: `eval (aws-auth | slurp)`.
//! Source: <https://elv.sh/ref/language.html#single-quoted-string>, <https://elv.sh/ref/builtin.html#set-env>

use super::{push, push_escaped};

/// Not an error where it is not set.
pub fn unset(out: &mut String, name: &str) {
    push(out, &["unset-env ", name, ";\n"]);
}

pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["set-env ", name, " '"]);
    push_escaped(out, value, |c| if c == '\'' { "''" } else { "" });
    push(out, &["';\n"]);
}

/// elvish makes an exception of our exit code before it comes to this; it is for whoever caught that.
pub fn failure(code: u8) -> String {
    format!("fail 'aws-auth failed with exit code {code}';\n")
}
