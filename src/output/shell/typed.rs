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
    }
}
