//! The Windows command processor, for a file that is then run by `call`.
//! Source: <https://learn.microsoft.com/windows-server/administration/windows-commands/set_1>

use super::{push, push_escaped};

/// Sets `ERRORLEVEL` where it is not set, which `call` does not pass on after the next `set`.
pub fn unset(out: &mut String, name: &str) {
    push(out, &["set \"", name, "=\"\r\n"]);
}

/// Between the quotes only `%` is special in a file. A line end cannot be written at all and becomes a blank; credentials
/// and regions hold neither that nor a quote.
pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["set \"", name, "="]);
    push_escaped(out, value, |c| match c {
        '%' => "%%",
        '\n' | '\r' => " ",
        _ => "",
    });
    push(out, &["\"\r\n"]);
}

pub fn failure(code: u8) -> String {
    format!("cmd /c exit {code}\r\n")
}
