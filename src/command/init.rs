//! `aws-auth init`: a function for a shell's start-up file, `awsauth`, which puts credentials into that shell.
//!
//! It keeps our output in a variable and evaluates it only after we have succeeded. So it also sees what no text of
//! ours could tell: that we were killed. It leaves nothing behind but itself, what it
//! needs, and the completions.

use super::completions::scripts;
use super::manner::{EVALUATED, Manner};
use crate::error::{Class, Error};
use crate::output;

/// Without comments, which an interactive zsh does not know in an `eval`. Which variables will be set is known before
/// anybody is asked, but for the regions.
const POSIX: &str = include_str!("init/posix.sh");

/// The names of the shells that there is a function for.
pub const SHELLS: &[&str] = &["bash", "zsh", "fish", "nu", "elvish", "xonsh", "tcsh", "ksh", "pwsh", "sh"];

/// A shell evaluates what it prints.
pub const MANNER: Manner = EVALUATED;

/// Prints the function for `shell`.
pub fn run(shell: &str) -> Result<(), Error> {
    output::print(script(shell)?)
}

/// The function for `shell`, and its completions.
pub(super) fn script(shell: &str) -> Result<String, Error> {
    Ok(match shell {
        "sh" | "dash" | "ash" | "busybox" => POSIX.to_owned(),
        // Only a function in ksh's own form has variables of its own.
        "ksh" | "ksh93" | "mksh" => {
            POSIX.replace("awsauth() {", "function awsauth {").replace("local awsauth_", "typeset awsauth_")
        }
        "bash" => {
            let completions = scripts::script("bash")?;
            // With functrace a DEBUG trap is told each line that is evaluated; in zsh always.
            let traced = "awsauth_traced=$-\n  local awsauth_trap=\n  \
                case $- in *T*) awsauth_trap=$(trap -p DEBUG); trap - DEBUG ;; esac\n";
            let function = POSIX.replace("awsauth_traced=$-\n", traced);
            let function = function.replace("  awsauth_says=\n", "  awsauth_says=\n  eval \"$awsauth_trap\"\n");
            format!("{function}\n{completions}\ncomplete -F _aws_auth -o bashdefault -o default awsauth\n")
        }
        // The completion system is the user's to start.
        "zsh" => {
            let completions = scripts::script("zsh")?;
            // Its own form is read before an alias of that name is gone.
            let begin = "function awsauth {\n  setopt localoptions localtraps\n  trap - DEBUG";
            let function = POSIX.replace("awsauth() {", begin);
            format!(
                "{function}\nif (( ${{+functions[compdef]}} )); then\n{completions}\ncompdef _aws-auth awsauth\nfi\n"
            )
        }
        "fish" => format!("{}\n{}", scripts::script("fish")?, include_str!("init/fish.fish")),
        // Evaluated, a text has a scope of its own, out of which only the editor's words lead.
        "elvish" => format!("{}\n{}", scripts::script("elvish")?, include_str!("init/elvish.elv")),
        "xonsh" => include_str!("init/xonsh.xsh").to_owned(),
        // There are no functions, and an alias is one line, as is what `eval` gets from backquotes.
        "csh" | "tcsh" => format!("{}\n", include_str!("init/csh.csh").trim_end().replace('\n', " ")),
        "pwsh" | "powershell" => {
            format!("{}\n{}", scripts::script("powershell")?, include_str!("init/powershell.ps1"))
        }
        "nu" | "nushell" => include_str!("init/nu.nu").to_owned(),
        _ => {
            return Err(Error::new(
                Class::Usage,
                format!("there is no function for \"{}\"", crate::text::quote(shell)),
            )
            .hint("there is one for bash, zsh, fish, nu, elvish, xonsh, tcsh, ksh, pwsh, sh; in others, evaluate what aws-auth prints"));
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_alias_for_tcsh_is_one_line() {
        let text = script("tcsh").unwrap();
        assert!(text.lines().count() == 1 && text.starts_with("alias awsauth '") && text.ends_with("';\n"), "{text}");
    }

    /// No registry has a PowerShell to try it with: this is what its documentation asks for.
    /// Source: <https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_automatic_variables>
    #[test]
    fn the_function_for_powershell_assigns_then_tests_then_evaluates() {
        let text = script("pwsh").unwrap();
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}"));
        assert!(at("using namespace") < at("function awsauth"), "it may only stand first");
        assert!(
            at("$statements = (&") < at("if ($LASTEXITCODE -ne 0) {\n")
                && at("$LASTEXITCODE -ne") < at("Invoke-Expression")
        );
        assert_eq!(text.matches(['{', '(']).count(), text.matches(['}', ')']).count());
    }

    #[test]
    fn every_shell_that_is_named_has_a_function() {
        for shell in SHELLS {
            assert!(script(shell).unwrap().contains("awsauth"), "{shell}");
        }
    }
}
