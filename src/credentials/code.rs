//! The token code of an MFA device.

use super::Problem;
use secrecy::{ExposeSecret, SecretString};

/// Six ASCII digits, good once and for about 30 seconds.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
#[derive(Clone, Debug)]
pub struct TokenCode(SecretString);

impl TokenCode {
    /// Accepts six digits, however they were copied: blanks, hyphens and what cannot be seen are dropped, full-width
    /// digits are read as digits. Whatever else is among them makes it no code.
    pub fn new(typed: &str) -> Result<Self, Problem> {
        const EXPECTED: Problem = Problem::Shape("six digits");
        let mut digits = zeroize::Zeroizing::new([0_u8; 6]);
        let mut count = 0;
        let mut rest = typed;
        while let Some(c) = rest.chars().next() {
            if let Some(after) = PASTE.iter().find_map(|mark| rest.strip_prefix(mark)) {
                rest = after;
                continue;
            }
            rest = &rest[c.len_utf8()..];
            if is_dropped(c) {
                continue;
            }
            let digit = digit(c).filter(|_| count < digits.len()).ok_or(EXPECTED)?;
            digits[count] = digit;
            count += 1;
        }
        if count == 0 {
            return Err(Problem::Empty);
        }
        match std::str::from_utf8(&*digits) {
            Ok(code) if count == digits.len() => Ok(Self(SecretString::from(code))),
            _ => Err(EXPECTED),
        }
    }

    /// The last six decimal digits of `number`.
    #[must_use]
    pub fn of_number(number: u32) -> Self {
        Self(SecretString::from(format!("{:06}", number % 1_000_000)))
    }

    /// The digits, for the request that spends them.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// What a terminal puts around what is pasted, where a program left it so: ECMA-48 sequences of xterm's.
/// Source: <https://invisible-island.net/xterm/ctlseqs/ctlseqs.html#h2-Bracketed-Paste-Mode>
const PASTE: [&str; 2] = ["\u{1b}[200~", "\u{1b}[201~"];

/// An ASCII digit, of one or of its full-width form. Other scripts' digits are none: nobody copies those by mistake.
fn digit(c: char) -> Option<u8> {
    match c {
        '0'..='9' => u8::try_from(c).ok(),
        '\u{ff10}'..='\u{ff19}' => u8::try_from(u32::from(c) - 0xff10).ok().map(|value| b'0' + value),
        _ => None,
    }
}

/// What people and programs put between digits, or a copy brings along: blanks of every width and line ends, hyphens and
/// dashes, and characters that are not seen.
/// Source: <https://www.unicode.org/reports/tr44/#General_Category_Values>, the categories Zs, Pd and Cf
fn is_dropped(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{58a}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}'
            | '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

impl PartialEq for TokenCode {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_equal_if_their_digits_are() {
        let code = |text: &str| TokenCode::new(text).unwrap();
        assert!(code("123456") == code("123 456") && code("123456") != code("123457"));
    }

    #[test]
    fn r42_c11_a_code_is_six_digits_however_they_were_copied() {
        let good = [
            "123456",
            " 123456\r\n",
            "123 456",
            "123-456",
            "123\u{a0}456",
            "123\u{202f}456",
            "\u{3000}123456",
            "\u{200b}123456\u{200b}",
            "\u{feff}123456",
            "12\u{ad}34\u{2011}56",
            "\u{202d}123456\u{202c}",
            "\u{ff11}\u{ff12}\u{ff13}\u{ff14}\u{ff15}\u{ff16}",
            "\u{1b}[200~123456\u{1b}[201~",
            "\u{1b}[200~123 456\n\u{1b}[201~\n",
        ];
        for typed in good {
            assert_eq!(TokenCode::new(typed).expect(typed).expose(), "123456", "{typed:?}");
        }
        let bad = [
            "",
            " ",
            "\u{200b}",
            "---",
            "12345",
            "1234567",
            "12345a",
            "١٢٣٤٥٦",
            "123\x00456",
            "\x1b[123456",
            "\x1b[202~123456",
            "-12345",
            "0x123456",
            "123.456",
        ];
        for typed in bad {
            assert!(TokenCode::new(typed).is_err(), "{typed:?}");
        }
        assert!(TokenCode::new(&"1".repeat(1 << 20)).is_err());
        assert!(TokenCode::new(&" ".repeat(1 << 20)).is_err());
    }

    #[test]
    fn r29_debug_shows_no_digits() {
        assert!(!format!("{:?}", TokenCode::new("123456").unwrap()).contains("123456"));
    }
}
