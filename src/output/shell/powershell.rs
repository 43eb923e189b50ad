//! PowerShell: `aws-auth --shell pwsh | Invoke-Expression`.
//!
//! All in one line: a program's output is an array of lines to PowerShell, and `Invoke-Expression` takes one text.

use super::{push, push_escaped};

/// `$null` removes the variable, and it is no error where there is none.
/// Source: <https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_environment_variables>
pub fn unset(out: &mut String, name: &str) {
    push(out, &["$Env:", name, " = $null; "]);
}

/// PowerShell takes five characters for the single quote; each is doubled.
/// Source: <https://github.com/PowerShell/PowerShell/blob/v7.4.0/src/System.Management.Automation/engine/parser/CharTraits.cs>
pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["$Env:", name, " = '"]);
    push_escaped(out, value, |c| match c {
        '\'' => "''",
        '\u{2018}' => "\u{2018}\u{2018}",
        '\u{2019}' => "\u{2019}\u{2019}",
        '\u{201a}' => "\u{201a}\u{201a}",
        '\u{201b}' => "\u{201b}\u{201b}",
        '\n' => "' + [char]10 + '",
        '\r' => "' + [char]13 + '",
        _ => "",
    });
    push(out, &["'; "]);
}

/// An error as every cmdlet's: `$?` is false, and a script with `$ErrorActionPreference = 'Stop'` ends.
pub fn failure(code: u8) -> String {
    format!("Write-Error 'aws-auth failed with exit code {code}';\n")
}
