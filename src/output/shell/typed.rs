//! What a person types in a shell to have what we print evaluated there.

use super::{Shell, push_escaped};

impl Shell {
    /// A word as it is typed: plain ones as they are, others in this shell's quotes.
    #[must_use]
    pub fn word(self, word: &str) -> String {
        // To cmd `%` begins a variable, to PowerShell `,` a list and `@` one that is taken apart, to zsh `=` a program.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:@+=-".contains(&byte);
        if word.bytes().all(is_plain) && !word.is_empty() && !word.starts_with(['@', '=']) {
            return word.to_owned();
        }
        let (quote, escape): (&str, fn(char) -> &'static str) = match self {
            Self::Posix => ("'", |c| if c == '\'' { "'\\''" } else { "" }),
            Self::Csh => ("'", |c| match c {
                '\'' => "'\\''",
                '!' => "'\\!'",
                _ => "",
            }),
            Self::Fish | Self::Xonsh => ("'", |c| match c {
                '\'' => "\\'",
                '\\' => "\\\\",
                _ => "",
            }),
            Self::Elvish => ("'", |c| if c == '\'' { "''" } else { "" }),
            // To PowerShell the typographic ones are the same quote.
            Self::PowerShell => ("'", |c| match c {
                '\'' => "''",
                '‘' => "‘‘",
                '’' => "’’",
                '‚' => "‚‚",
                '‛' => "‛‛",
                _ => "",
            }),
            Self::Nushell => ("\"", |c| match c {
                '"' => "\\\"",
                '\\' => "\\\\",
                _ => "",
            }),
            // Two in a word leave cmd within quotes, and are one to the program.
            Self::Cmd => ("\"", |c| match c {
                '%' => "%%",
                '"' => "\"\"",
                _ => "",
            }),
        };
        let mut out = quote.to_owned();
        push_escaped(&mut out, word, escape);
        out + quote
    }

    /// The line that has the shell which has called us evaluate what the command line `run` prints.
    #[must_use]
    pub fn typed(run: &str) -> String {
        Self::of_caller().evaluating(run)
    }

    /// The line that takes these variables out of the shell that has called us.
    #[must_use]
    pub fn unset(names: &[&str]) -> String {
        Self::of_caller().removing(names)
    }

    /// The line that takes these variables out of this shell.
    #[must_use]
    pub fn removing(self, names: &[&str]) -> String {
        let each = |word: &str| names.iter().map(|name| format!("{word}{name}")).collect::<Vec<_>>();
        match self {
            Self::Posix => format!("unset {}", names.join(" ")),
            Self::Fish => format!("set -e {}", names.join(" ")),
            Self::Nushell => format!("hide-env {}", names.join(" ")),
            Self::Csh => each("unsetenv ").join("; "),
            Self::PowerShell => format!("Remove-Item {}", each("Env:").join(", ")),
            Self::Elvish => each("unset-env ").join("; "),
            Self::Xonsh => format!("del {}", each("$").join(", ")),
            // A blank before the & would be the value.
            Self::Cmd => names.iter().map(|name| format!("set {name}=")).collect::<Vec<_>>().join("& "),
        }
    }

    /// The line that has this shell evaluate what the command line `run` prints.
    #[must_use]
    pub fn evaluating(self, run: &str) -> String {
        match self {
            Self::Posix => format!("eval \"$({run})\""),
            Self::Fish => format!("{run} | source"),
            Self::Nushell => format!("{run} | from json | load-env"),
            Self::Csh => format!("eval \"`{run}`\""),
            Self::PowerShell => format!("{run} | Invoke-Expression"),
            Self::Elvish => format!("eval ({run} | slurp)"),
            Self::Xonsh => format!("execx($({run}))"),
            Self::Cmd => format!("for /f \"delims=\" %i in ('{run}') do %i"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_typed_in_the_shells_own_quotes() {
        for (shell, expected) in [
            (Shell::Posix, "'it'\\''s $x'"),
            (Shell::Csh, "'it'\\''s $x'"),
            (Shell::Fish, "'it\\'s $x'"),
            (Shell::Elvish, "'it''s $x'"),
            (Shell::Nushell, "\"it's $x\""),
        ] {
            assert_eq!(shell.word("it's $x"), expected);
            assert_eq!(shell.word("op://Private/AWS"), "op://Private/AWS");
        }
        let odd = "a!b\\c\"d'e%’";
        for (shell, expected) in [
            (Shell::Posix, "'a!b\\c\"d'\\''e%’'"),
            (Shell::Csh, "'a'\\!'b\\c\"d'\\''e%’'"),
            (Shell::Fish, "'a!b\\\\c\"d\\'e%’'"),
            (Shell::Xonsh, "'a!b\\\\c\"d\\'e%’'"),
            (Shell::Elvish, "'a!b\\c\"d''e%’'"),
            (Shell::PowerShell, "'a!b\\c\"d''e%’’'"),
            (Shell::Nushell, "\"a!b\\\\c\\\"d'e%’\""),
            (Shell::Cmd, "\"a!b\\c\"\"d'e%%’\""),
        ] {
            assert_eq!(shell.word(odd), expected, "{shell:?}");
        }
        for (shell, word, expected) in [
            (Shell::PowerShell, "a,b", "'a,b'"),
            (Shell::PowerShell, "@a", "'@a'"),
            (Shell::PowerShell, "‘’‚‛", "'‘‘’’‚‚‛‛'"),
            (Shell::PowerShell, "a@b", "a@b"),
            (Shell::Posix, "=ls", "'=ls'"),
            (Shell::Posix, "", "''"),
            (Shell::Cmd, "%PATH%", "\"%%PATH%%\""),
            (Shell::Cmd, "x\" & calc & \"", "\"x\"\" & calc & \"\"\""),
        ] {
            assert_eq!(shell.word(word), expected, "{shell:?}");
        }
        assert_eq!(Shell::Posix.evaluating("aws-auth unset"), "eval \"$(aws-auth unset)\"");
        let caller = Shell::of_caller();
        assert_eq!((Shell::typed("x"), Shell::unset(&["A"])), (caller.evaluating("x"), caller.removing(&["A"])));
    }

    #[test]
    fn a_variable_is_taken_out_in_the_shells_own_words() {
        for (shell, expected) in [
            (Shell::Posix, "unset A B"),
            (Shell::Fish, "set -e A B"),
            (Shell::Nushell, "hide-env A B"),
            (Shell::Csh, "unsetenv A; unsetenv B"),
            (Shell::PowerShell, "Remove-Item Env:A, Env:B"),
            (Shell::Elvish, "unset-env A; unset-env B"),
            (Shell::Xonsh, "del $A, $B"),
            (Shell::Cmd, "set A=& set B="),
        ] {
            assert_eq!(shell.removing(&["A", "B"]), expected, "{shell:?}");
        }
    }
}
