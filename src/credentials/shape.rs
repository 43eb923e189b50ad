//! What the two halves of an access key look like in all keys that AWS gives out.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>

/// The characters of access keys: base64.
#[must_use]
pub const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'+')
}

/// How many characters an access key id has.
pub const KEY_ID_LENGTH: usize = 20;
/// How many characters a secret access key has.
pub const SECRET_KEY_LENGTH: usize = 40;

/// `AKIA` or `ASIA` and 16 letters or digits in upper case.
#[must_use]
pub fn is_key_id(text: &[u8]) -> bool {
    text.len() == KEY_ID_LENGTH
        && (text.starts_with(b"AKIA") || text.starts_with(b"ASIA"))
        && text.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// 40 characters of base64 with upper case, lower case and digits, which no word, path or hash of hexadecimal digits has.
#[must_use]
pub fn is_secret_key(text: &[u8]) -> bool {
    text.len() == SECRET_KEY_LENGTH
        && text.iter().copied().all(is_key_byte)
        && text.iter().any(u8::is_ascii_uppercase)
        && text.iter().any(u8::is_ascii_lowercase)
        && text.iter().any(u8::is_ascii_digit)
        && !text.iter().all(u8::is_ascii_hexdigit)
}
