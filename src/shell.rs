//! The shells' dialects: how each sets a variable, removes one, and is told of a failure.
//!
//! Every statement ends in `;`, because an unquoted `eval $(aws-auth)` and fish's `eval (aws-auth)` join the lines.
//! Another dialect is one more variant here and one more row in [`NAMES`].

use zeroize::Zeroizing;

/// A family of shells that read the same statements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shell {
    /// sh, bash, zsh, dash, ksh, mksh, yash, busybox.
    Posix,
    /// fish.
    Fish,
    /// nushell, by `from json | load-env`.
    Nushell,
}

/// Every name a shell is called by, on our command line and among our ancestors.
pub const NAMES: &[(&str, Shell)] = &[
    ("sh", Shell::Posix),
    ("bash", Shell::Posix),
    ("zsh", Shell::Posix),
    ("dash", Shell::Posix),
    ("ksh", Shell::Posix),
    ("ksh93", Shell::Posix),
    ("mksh", Shell::Posix),
    ("yash", Shell::Posix),
    ("ash", Shell::Posix),
    ("busybox", Shell::Posix),
    ("fish", Shell::Fish),
    ("nu", Shell::Nushell),
    ("nushell", Shell::Nushell),
];

impl Shell {
    /// The shell called `name`; a login shell's name may begin with `-`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let name = name.trim_start_matches('-');
        NAMES.iter().find(|(known, _)| *known == name).map(|(_, shell)| *shell)
    }

    /// The shell that reads our output: the nearest ancestor that is one, past `env`, `timeout`, `sudo` and the like.
    #[must_use]
    pub fn of_caller() -> Self {
        let mut names = crate::os::process::ancestors().flat_map(|process| process.names);
        names.find_map(|name| Self::named(&name)).unwrap_or(Self::Posix)
    }

    /// The statements that remove the variables `unset` and then set the variables `set`.
    ///
    /// Names are letters, digits and `_`. Values may hold any character but NUL, which no environment can hold.
    #[must_use]
    pub fn statements(self, unset: &[&str], set: &[(&str, &str)]) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::new());
        match self {
            Self::Posix => {
                for name in unset {
                    push(&mut out, &["unset ", name, ";\n"]);
                }
                for (name, value) in set {
                    push(&mut out, &["export ", name, "='"]);
                    // Inside single quotes only the quote itself means something: end, escaped quote, begin again.
                    push_escaped(&mut out, value, |c| if c == '\'' { "'\\''" } else { "" });
                    push(&mut out, &["';\n"]);
                }
            }
            Self::Fish => {
                // `set -e` of a name that is not set returns 4, and a `set` that succeeds leaves that standing. To other
                // shells an `if` without `then` is an error of the whole: zsh would take `set -x` for tracing.
                for name in unset {
                    push(&mut out, &["if set -q ", name, "; set -e ", name, "; end;\n"]);
                }
                for (name, value) in set {
                    push(&mut out, &["set -gx ", name, " '"]);
                    push_escaped(&mut out, value, |c| match c {
                        '\'' => "\\'",
                        '\\' => "\\\\",
                        _ => "",
                    });
                    push(&mut out, &["';\n"]);
                }
            }
            Self::Nushell => {
                // A record can only set; `null` is how nushell keeps a variable from the programs it starts.
                let gone = unset.iter().map(|name| ((*name).to_owned(), serde_json::Value::Null));
                let here = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
                let record = serde_json::Value::Object(gone.chain(here).collect());
                push(&mut out, &[&record.to_string(), "\n"]);
            }
        }
        out
    }

    /// The statement that makes an `eval` of our output fail with `code`. A JSON reader fails on nothing at all.
    #[must_use]
    pub fn failure(self, code: u8) -> String {
        match self {
            // A subshell: `exit` alone would close the terminal, `return` is an error outside functions.
            Self::Posix => format!("(exit {code})\n"),
            Self::Fish => format!("sh -c 'exit {code}';\n"),
            Self::Nushell => String::new(),
        }
    }
}

fn push(out: &mut String, parts: &[&str]) {
    for part in parts {
        out.push_str(part);
    }
}

/// Appends `value`, each character replaced where `escape` gives something for it.
fn push_escaped(out: &mut String, value: &str, escape: impl Fn(char) -> &'static str) {
    for c in value.chars() {
        match escape(c) {
            "" => out.push(c),
            escaped => out.push_str(escaped),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_dialect_sets_and_removes_in_its_own_words() {
        let rows = [
            (Shell::Posix, "unset A;\nexport B='x'\\''$\\';\n"),
            (Shell::Fish, "if set -q A; set -e A; end;\nset -gx B 'x\\'$\\\\';\n"),
            (Shell::Nushell, "{\"A\":null,\"B\":\"x'$\\\\\"}\n"),
        ];
        for (shell, expected) in rows {
            assert_eq!(*shell.statements(&["A"], &[("B", "x'$\\")]), expected, "{shell:?}");
        }
    }

    #[test]
    fn a_failure_is_a_statement_that_fails_or_nothing() {
        assert_eq!(Shell::Posix.failure(13), "(exit 13)\n");
        assert_eq!(Shell::Fish.failure(13), "sh -c 'exit 13';\n");
        assert_eq!(Shell::Nushell.failure(13), "");
    }

    #[test]
    fn shells_are_known_by_their_names() {
        assert_eq!(Shell::named("-zsh"), Some(Shell::Posix));
        assert_eq!(Shell::named("timeout"), None);
    }
}
