//! What an item or a command holds of a device: its secret, or the code it shows now.

use super::totp::Totp;
use super::{MfaSerial, Problem, TokenCode, trim};

/// A device's secret, or one code of it.
#[derive(Debug)]
pub enum Otp {
    /// Codes can be computed, also the next one.
    Secret(Totp),
    /// One code, good now.
    Code(TokenCode),
}

impl Otp {
    /// Reads six digits, an `otpauth://` URI or a base32 secret; and from other text the six digits that stand alone in
    /// it, because managers and their hooks are chatty.
    pub fn new(text: &str) -> Result<Self, Problem> {
        let text = trim(text);
        if let Ok(code) = TokenCode::new(text) {
            return Ok(Self::Code(code));
        }
        if text.starts_with("otpauth://") || (!text.contains(char::is_whitespace) && is_secret(text)) {
            return Totp::new(text).map(Self::Secret);
        }
        let digits = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        let mut codes = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(digits);
        match (codes.next(), codes.next()) {
            (Some(code), None) => TokenCode::new(code).map(Self::Code),
            (Some(_), Some(_)) => Err(Problem::Shape("one code of six digits: there are several")),
            // A secret may be written in groups.
            (None, _) if is_secret(text) => Totp::new(text).map(Self::Secret),
            (None, _) => Err(if text.is_empty() { Problem::Empty } else { NONE }),
        }
    }

    /// Whose it is, where it is known to be of another than this device.
    #[must_use]
    pub fn other_than(&self, serial: &MfaSerial) -> Option<String> {
        match self {
            Self::Secret(totp) => totp.other_than(serial),
            Self::Code(_) => None,
        }
    }
}

const NONE: Problem =
    Problem::Shape("six digits, an otpauth:// URI, or the secret of one: 16 or more letters and digits of base32");

/// The fewest characters of base32 that are a device's secret: 80 bits, which is what the shortest have.
const SHORTEST: usize = 16;

/// Whether this can be a device's secret: base32, perhaps in groups. Words are no such groups: `google authenticator app`
/// is base32 too.
#[must_use]
pub fn is_secret(text: &str) -> bool {
    let count = text.bytes().filter(|byte| !matches!(byte, b' ' | b'-' | b'=')).count();
    let fits = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'2'..=b'7' | b' ' | b'-' | b'=');
    let groups = || text.split([' ', '-']).filter(|group| !group.is_empty()).map(str::len);
    let is_even = groups().count() == 1 || groups().all(|length| Some(length) == groups().next());
    count >= SHORTEST && text.bytes().all(fits) && (is_even || text.bytes().any(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_taken_out_of_chatty_output() {
        let rows = [
            ("123456\n", Ok("123456")),
            // All of these digits are letters of base32 too.
            ("234567", Ok("234567")),
            ("AWS:alice  123456\n", Ok("123456")),
            ("Syncing 2 items...\nThe code is 123456.\n", Ok("123456")),
            ("123456 654321", Err(())),
            ("1234567 of 12345", Err(())),
            ("yubikey", Err(())),
            ("on my phone", Err(())),
            ("in the google authenticator", Err(())),
            ("N/A", Err(())),
            ("JBSWY3DP", Err(())),
            ("", Err(())),
        ];
        for (text, expected) in rows {
            let found = match Otp::new(text) {
                Ok(Otp::Code(code)) => Ok(code.expose().to_owned()),
                Ok(Otp::Secret(_)) | Err(_) => Err(()),
            };
            assert_eq!(found, expected.map(str::to_owned), "{text:?}");
        }
    }

    #[test]
    fn secrets_are_told_from_codes() {
        for text in ["otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQ", "gezd gnbv gy3t qojq"] {
            assert!(matches!(Otp::new(text), Ok(Otp::Secret(_))), "{text}");
        }
        for (text, expected) in [
            ("ABCDEFGHIJKLMNOP", true),
            ("abcd-efgh ijkl mnop", true),
            ("GEZD GNBVGY3T QOJQ====", true),
            ("google authenticator app", false),
            ("ABCD EFGH IJKL MNO", false),
            ("GEZDGNBVGY3TQOJ", false),
            ("GEZDGNBVGY3TQOJ1", false),
            ("GEZDGNBVGY3TQOJ_", false),
        ] {
            assert_eq!(is_secret(text), expected, "{text}");
        }
    }
}
