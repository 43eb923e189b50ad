//! Time-based one-time passwords as AWS's virtual MFA devices make them: SHA-1, six digits, steps of 30 seconds.
//!
//! Sources: <https://www.rfc-editor.org/rfc/rfc6238>, <https://www.rfc-editor.org/rfc/rfc4648> (base32)

use ring::hmac;

/// How long one code is shown, in seconds.
pub(crate) const STEP: i64 = 30;

/// The code of one step (`time / STEP`): six digits.
pub(crate) fn code(secret_base32: &str, step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &base32(secret_base32));
    let digest = hmac::sign(&key, &step.to_be_bytes());
    let digest = digest.as_ref();
    let start = usize::from(digest[19] & 0x0f);
    let word = [digest[start] & 0x7f, digest[start + 1], digest[start + 2], digest[start + 3]];
    format!("{:06}", u32::from_be_bytes(word) % 1_000_000)
}

/// Decodes base32 without padding; a secret with another character is a mistake in the world, so it panics.
fn base32(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut pending, mut bits) = (0u16, 0);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => panic!("a TOTP secret is base32, upper case, without padding"),
        };
        pending = pending << 5 | u16::from(value);
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((pending >> bits).to_be_bytes()[1]);
            pending &= (1 << bits) - 1;
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The SHA-1 column of RFC 6238 appendix B, cut to six digits.
    #[test]
    fn codes_of_the_rfc() {
        let secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        for (time, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(secret, time / STEP), expected, "at {time}");
        }
    }
}
