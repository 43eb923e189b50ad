//! The token code of an MFA device.

use super::Problem;
use secrecy::{ExposeSecret, SecretString};

/// Six ASCII digits, good once and for about 30 seconds.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
#[derive(Clone, Debug)]
pub struct TokenCode(SecretString);

impl TokenCode {
    /// Accepts six digits; blanks around and between them are dropped, as authenticators show `123 456`.
    pub fn new(typed: &str) -> Result<Self, Problem> {
        const EXPECTED: Problem = Problem::Shape("six digits");
        let mut digits = zeroize::Zeroizing::new([0_u8; 6]);
        let mut count = 0;
        for byte in super::trim(typed).bytes().filter(|byte| *byte != b' ') {
            if count == digits.len() || !byte.is_ascii_digit() {
                return Err(EXPECTED);
            }
            digits[count] = byte;
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

impl PartialEq for TokenCode {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r42_a_code_is_six_ascii_digits() {
        for typed in ["123456", " 123456\r\n", "123 456"] {
            assert_eq!(TokenCode::new(typed).expect(typed).expose(), "123456", "{typed:?}");
        }
        let bad = ["", " ", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123\x00456", "\x1b[200~123456\x1b[201~", "-12345"];
        for typed in bad {
            assert!(TokenCode::new(typed).is_err(), "{typed:?}");
        }
        assert!(TokenCode::new(&"1".repeat(1 << 20)).is_err());
    }

    #[test]
    fn r29_debug_shows_no_digits() {
        assert!(!format!("{:?}", TokenCode::new("123456").unwrap()).contains("123456"));
    }
}
