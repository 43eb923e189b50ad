//! The shells' dialects: how each sets a variable, removes one, and is told of a failure.
//!
//! Every statement ends in `;`, because an unquoted `eval $(aws-auth)` and fish's `eval (aws-auth)` join the lines.
//! Another dialect is one more file, one more variant here and its rows in [`NAMES`].

mod cmd;
mod csh;
mod elvish;
mod fish;
mod nushell;
mod posix;
mod powershell;
mod typed;
mod xonsh;

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
    /// csh, tcsh.
    Csh,
    /// `PowerShell`, in one line.
    PowerShell,
    /// elvish.
    Elvish,
    /// xonsh.
    Xonsh,
    /// The Windows command processor.
    Cmd,
}

/// Appends the statement that removes a variable.
type Remove = fn(&mut String, &str);
/// Appends the statement that sets a variable to a value.
type Assign = fn(&mut String, &str, &str);

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
    ("csh", Shell::Csh),
    ("tcsh", Shell::Csh),
    ("bsd-csh", Shell::Csh),
    ("pwsh", Shell::PowerShell),
    ("powershell", Shell::PowerShell),
    ("elvish", Shell::Elvish),
    ("xonsh", Shell::Xonsh),
    ("cmd", Shell::Cmd),
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
        let (remove, assign): (Remove, Assign) = match self {
            Self::Posix => (posix::unset, posix::set),
            Self::Fish => (fish::unset, fish::set),
            Self::Csh => (csh::unset, csh::set),
            Self::PowerShell => (powershell::unset, powershell::set),
            Self::Elvish => (elvish::unset, elvish::set),
            Self::Xonsh => (xonsh::unset, xonsh::set),
            Self::Cmd => (cmd::unset, cmd::set),
            Self::Nushell => {
                nushell::record(&mut out, unset, set);
                return out;
            }
        };
        let names: Vec<_> = unset.iter().copied().chain(set.iter().map(|(name, _)| *name)).collect();
        if self == Self::Fish {
            fish::begin(&mut out, &names);
        }
        for name in unset {
            remove(&mut out, name);
        }
        for (name, value) in set {
            assign(&mut out, name, value);
        }
        match self {
            Self::Fish => fish::end(&mut out),
            Self::Posix => posix::end(&mut out, &names),
            _ => {}
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out
    }

    /// The statement that makes an `eval` of our output fail with `code`. A JSON reader fails on nothing at all.
    #[must_use]
    pub fn failure(self, code: u8) -> String {
        match self {
            Self::Posix => posix::failure(code),
            Self::Fish => fish::failure(code),
            Self::Nushell => String::new(),
            Self::Csh => csh::failure(code),
            Self::PowerShell => powershell::failure(code),
            Self::Elvish => elvish::failure(code),
            Self::Xonsh => xonsh::failure(code),
            Self::Cmd => cmd::failure(code),
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
            (
                Shell::Posix,
                "unset A;\nexport B='x'\\''$\\';\nif `unset -v A B 2>&-`; then :; else sh -c 'exit 10'; fi;\n",
            ),
            (Shell::Nushell, "{\"A\":null,\"B\":\"x'$\\\\\"}\n"),
            (Shell::Csh, "unsetenv A;\nsetenv B \"`printf %b 'x\\0047\\0044\\0134'`\";\n"),
            (Shell::PowerShell, "$Env:A = $null; $Env:B = 'x''$\\'; \n"),
            (Shell::Elvish, "unset-env A;\nset-env B 'x''$\\';\n"),
            (Shell::Xonsh, "${...}.pop('A', None);\n$B = 'x\\'$\\\\';\n"),
            (Shell::Cmd, "set \"A=\"\r\nset \"B=x'$\\\"\r\n"),
        ];
        for (shell, expected) in rows {
            assert_eq!(*shell.statements(&["A"], &[("B", "x'$\\")]), expected, "{shell:?}");
        }
    }

    #[test]
    fn c1_fish_looks_for_universal_variables_before_it_changes_any() {
        let text = Shell::Fish.statements(&["A"], &[("B", "x'$\\")]);
        let (first, rest) = text.split_once('\n').unwrap();
        assert!(first.starts_with("if set -l ") && first.contains("^(?:A|B)$") && first.ends_with("else;"), "{first}");
        assert_eq!(rest, "while set -q A; set -e A; end;\nset -gx B 'x\\'$\\\\';\nend;\n");
    }

    #[test]
    fn a_failure_is_a_statement_that_fails_or_nothing() {
        assert_eq!(Shell::Posix.failure(13), "(exit 13)\n");
        assert_eq!(Shell::Fish.failure(13), "sh -c 'exit 13';\n");
        assert_eq!(Shell::Nushell.failure(13), "");
        for shell in [Shell::Csh, Shell::PowerShell, Shell::Elvish, Shell::Xonsh, Shell::Cmd] {
            let text = shell.failure(13);
            assert!(text.contains("13") && text.ends_with('\n') && text.lines().count() == 1, "{shell:?}: {text}");
        }
    }

    #[test]
    fn r12_powershell_gets_one_line_with_each_of_its_five_quotes_doubled() {
        let value = "a'b\u{2018}c\u{2019}d\u{201a}e\u{201b}f\u{201c}$x`r\n\rg";
        let text = Shell::PowerShell.statements(&["A"], &[("B", value), ("C", "")]);
        let quoted = "a''b\u{2018}\u{2018}c\u{2019}\u{2019}d\u{201a}\u{201a}e\u{201b}\u{201b}f\u{201c}$x`r";
        let expected = format!("$Env:A = $null; $Env:B = '{quoted}' + [char]10 + '' + [char]13 + 'g'; $Env:C = ''; \n");
        assert_eq!(*text, expected);
    }

    #[test]
    fn a_file_for_cmd_doubles_percent_signs_and_holds_no_line_end_in_a_value() {
        let text = Shell::Cmd.statements(&[], &[("B", "100% &|<>^ a\nb")]);
        assert_eq!(*text, "set \"B=100%% &|<>^ a b\"\r\n");
    }

    #[test]
    fn shells_are_known_by_their_names() {
        assert_eq!(Shell::named("-zsh"), Some(Shell::Posix));
        assert_eq!(Shell::named("timeout"), None);
    }
}
