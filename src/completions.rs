//! The completion scripts: generated from the command line's definition, checked in, embedded here.
//!
//! A test sees that they are current, and writes them anew when `AWS_AUTH_BLESS` is set.

use crate::error::{Class, Error};

/// The shells, each with its script and the script's file in `completions/`.
pub const SCRIPTS: &[(&str, &str, &str)] = &[
    ("bash", "aws-auth.bash", include_str!("../completions/aws-auth.bash")),
    ("zsh", "_aws-auth", include_str!("../completions/_aws-auth")),
    ("fish", "aws-auth.fish", include_str!("../completions/aws-auth.fish")),
    ("elvish", "aws-auth.elv", include_str!("../completions/aws-auth.elv")),
    ("powershell", "_aws-auth.ps1", include_str!("../completions/_aws-auth.ps1")),
    ("nushell", "aws-auth.nu", include_str!("../completions/aws-auth.nu")),
];

/// The script for `shell`.
pub fn script(shell: &str) -> Result<&'static str, Error> {
    let found = SCRIPTS.iter().find(|(name, ..)| *name == shell).map(|(_, _, script)| *script);
    found.ok_or_else(|| {
        let names: Vec<_> = SCRIPTS.iter().map(|(name, ..)| *name).collect();
        Error::new(Class::Usage, format!("there are no completions for \"{}\"", crate::text::quote(shell)))
            .hint(format!("there are some for {}", names.join(", ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap_complete::{Generator, Shell};

    fn generated(generator: impl Generator) -> String {
        let mut text = Vec::new();
        clap_complete::generate(generator, &mut crate::cli::Cli::command(), "aws-auth", &mut text);
        // Some generators leave blanks at the ends of lines.
        let text = String::from_utf8(text).unwrap();
        text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
    }

    #[test]
    fn the_checked_in_completions_are_current() {
        let texts = [
            generated(Shell::Bash),
            generated(Shell::Zsh),
            generated(Shell::Fish),
            generated(Shell::Elvish),
            generated(Shell::PowerShell),
            generated(clap_complete_nushell::Nushell),
        ];
        for ((shell, file, script), text) in SCRIPTS.iter().zip(texts) {
            if crate::environment::os("AWS_AUTH_BLESS").is_some() {
                std::fs::write(format!("{}/completions/{file}", env!("CARGO_MANIFEST_DIR")), &text).unwrap();
            } else {
                assert!(*script == text, "{shell}: run AWS_AUTH_BLESS=1 cargo test --lib completions");
            }
        }
    }
}
