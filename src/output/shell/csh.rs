//! csh and tcsh: `` eval `aws-auth` ``.
//! Source: <https://man.openbsd.org/csh.1>, "Quoting" and "History substitutions"

use super::push;
use std::fmt::Write;

/// How many characters one `printf` gets. In the locale C tcsh loses bytes of what comes out of backquotes where a character
/// of several bytes crosses a multiple of 4096, and the kernel has a limit to an argument.
const LONGEST: usize = 512;

/// Not an error where it is not set.
pub fn unset(out: &mut String, name: &str) {
    push(out, &["unsetenv ", name, ";\n"]);
}

/// `` eval `aws-auth` `` splits the text at blanks, and then takes each word for a pattern of files: of `'/x{1,2}';` it
/// makes two words, of which the second is run. So what means anything there is written in octal, and is not there yet
/// when that is done. The end of a line stays: from the backquotes it could not come back, so a value that holds one
/// arrives whole by `source` only.
pub fn set(out: &mut String, name: &str, value: &str) {
    push(out, &["setenv ", name, " "]);
    for (number, line) in value.split('\n').enumerate() {
        if number > 0 {
            out.push_str("'\\\n'");
        }
        word(out, line);
    }
    push(out, &[";\n"]);
}

fn word(out: &mut String, text: &str) {
    if !text.contains(is_special) {
        return push(out, &["'", text, "'"]);
    }
    let begin = "\"`printf %b '";
    let end = "'`\"";
    out.push_str(begin);
    for (number, c) in text.chars().enumerate() {
        if number > 0 && number % LONGEST == 0 {
            push(out, &[end, begin]);
        }
        if is_special(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\0{:03o}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out.push_str(end);
}

/// Whether csh would find more in `c` than the character, be it in quotes or in a word that comes out of backquotes. No
/// credentials hold such a character: `printf` is a program, and its arguments can be read.
fn is_special(c: char) -> bool {
    c.is_ascii_control() || " '\"`$!\\*?[]{}^".contains(c)
}

pub fn failure(code: u8) -> String {
    format!("sh -c 'exit {code}';\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::TemporaryCredentials;
    use std::time::Duration;

    #[test]
    fn credentials_are_no_arguments_of_a_program() {
        let most = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=_.:~,@-";
        let got = TemporaryCredentials::new("ASIAABCDEFGHIJKLMNOP", most, most, None, Duration::ZERO);
        assert!(got.is_ok() && !most.contains(is_special));
        let more = (0..128_u8).map(char::from).filter(|c| !most.contains(*c)).map(|c| format!("{most}{c}"));
        for text in more {
            assert!(TemporaryCredentials::new("ASIAABCDEFGHIJKLMNOP", most, &text, None, Duration::ZERO).is_err());
        }
    }

    #[test]
    fn what_means_something_in_quotes_or_out_of_backquotes_is_written_in_octal() {
        let mut out = String::new();
        set(&mut out, "A", "it's! one\ntwo $x ` y\nplain/=+");
        let quoted = r#""`printf %b 'it\0047s\0041\0040one'`"'\
'"`printf %b 'two\0040\0044x\0040\0140\0040y'`"'\
''plain/=+';"#;
        assert_eq!(out, format!("setenv A {quoted}\n"));
        for (length, programs) in [(LONGEST, 1), (LONGEST + 1, 2), (2 * LONGEST + 1, 3)] {
            let mut out = String::new();
            set(&mut out, "A", &"!".repeat(length));
            assert_eq!((out.matches("printf").count(), out.matches("041").count()), (programs, length));
        }
    }
}
