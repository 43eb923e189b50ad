//! `aws-auth init`: a function for a shell's start-up file, `awsauth`, which puts credentials into that shell.
//!
//! It keeps our output in a variable and evaluates it only after we have ended well. So it also sees what no text of
//! ours could tell: that we were killed. It leaves nothing behind but itself and the completions.

use crate::completions;
use crate::error::{Class, Error};

const POSIX: &str = include_str!("init/posix.sh");

/// The names of the shells that there is a function for.
pub const SHELLS: &[&str] = &["bash", "zsh", "fish", "nu", "ksh", "sh"];

/// The function for `shell`, and its completions.
pub fn script(shell: &str) -> Result<String, Error> {
    Ok(match shell {
        "sh" | "dash" | "ash" | "busybox" => POSIX.to_owned(),
        // Only a function in ksh's own form has variables of its own.
        "ksh" | "ksh93" | "mksh" => {
            POSIX.replace("awsauth() {", "function awsauth {").replace("local statements", "typeset statements")
        }
        "bash" => {
            let completions = completions::script("bash")?;
            format!("{POSIX}\n{completions}\ncomplete -F _aws_auth -o bashdefault -o default awsauth\n")
        }
        // The completion system is the user's to start.
        "zsh" => {
            let completions = completions::script("zsh")?;
            format!("{POSIX}\nif (( $+functions[compdef] )); then\n{completions}\ncompdef _aws-auth awsauth\nfi\n")
        }
        "fish" => format!("{}\n{}", completions::script("fish")?, include_str!("init/fish.fish")),
        "nu" | "nushell" => include_str!("init/nu.nu").to_owned(),
        _ => {
            return Err(Error::new(
                Class::Usage,
                format!("there is no function for \"{}\"", crate::text::quote(shell)),
            )
            .hint("there is one for bash, zsh, fish, nu, ksh, sh; in others, evaluate what aws-auth prints"));
        }
    })
}
