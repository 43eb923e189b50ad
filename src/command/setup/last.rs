//! What to type from now on, in the words of the shell that called.

use crate::os::{program, stdio};
use crate::output::shell::Shell;
use crate::text::quote;

/// Warns where the program that the profile names is not found: other programs look for it on PATH, as the lines below do.
pub fn warn_of_path() {
    const NAME: &str = "aws-auth";
    if program::is_on_path(NAME) {
        return;
    }
    let own = std::env::current_exe().ok();
    let directory = own.as_deref().and_then(std::path::Path::parent);
    let directory = directory.map_or_else(|| "its directory".to_owned(), |path| quote(&path.to_string_lossy()));
    stdio::say(&format!(
        "aws-auth: warning: there is no {NAME} on PATH, where every program that takes the profile looks for it: put {directory} on PATH"
    ));
}

/// The one line, and the one for the start-up file.
#[must_use]
pub fn lines(profile: &str) -> String {
    let run = format!("aws-auth --profile {profile}");
    let shell = Shell::of_caller();
    let use_it = shell.evaluating(&run);
    let start = match shell {
        Shell::Posix => "eval \"$(aws-auth init bash)\" in ~/.bashrc, or init zsh in ~/.zshrc",
        Shell::Fish => "aws-auth init fish | source in ~/.config/fish/config.fish",
        Shell::Nushell => "aws-auth init nu | save -f ~/.config/nushell/autoload/aws-auth.nu",
        Shell::Csh => "eval \"`aws-auth init tcsh`\" in ~/.tcshrc",
        Shell::PowerShell => "aws-auth init pwsh | Out-String | Invoke-Expression in $PROFILE",
        Shell::Elvish => "eval (aws-auth init elvish | slurp) in rc.elv",
        Shell::Xonsh => "execx($(aws-auth init xonsh)) in ~/.xonshrc",
        Shell::Cmd => "there is no function for cmd",
    };
    format!(
        "From now on: {use_it}\n\
         Other programs that use an AWS SDK find it by themselves: AWS_PROFILE={profile}\n\
         A function for your shell, then `awsauth --profile {profile}`: {start}\n"
    )
}
