//! The scripts, as they stand in `completions/`.

use crate::error::{Class, Error};

/// The shells, each with its script and the script's file in `completions/`.
pub const SCRIPTS: &[(&str, &str, &str)] = &[
    ("bash", "aws-auth.bash", include_str!("../../../completions/aws-auth.bash")),
    ("zsh", "_aws-auth", include_str!("../../../completions/_aws-auth")),
    ("fish", "aws-auth.fish", include_str!("../../../completions/aws-auth.fish")),
    ("elvish", "aws-auth.elv", include_str!("../../../completions/aws-auth.elv")),
    ("powershell", "_aws-auth.ps1", include_str!("../../../completions/_aws-auth.ps1")),
    ("nushell", "aws-auth.nu", include_str!("../../../completions/aws-auth.nu")),
];

/// The script for `shell`.
pub fn script(shell: &str) -> Result<&'static str, Error> {
    // The names that the shells' programs have, as everywhere else here.
    let name = match shell {
        "pwsh" => "powershell",
        "nu" => "nushell",
        shell => shell,
    };
    let found = SCRIPTS.iter().find(|(known, ..)| *known == name).map(|(_, _, script)| *script);
    found.ok_or_else(|| {
        let names: Vec<_> = SCRIPTS.iter().map(|(name, ..)| *name).collect();
        Error::new(Class::Usage, format!("there are no completions for \"{}\"", crate::text::quote(shell)))
            .hint(format!("there are some for {}", names.join(", ")))
    })
}
