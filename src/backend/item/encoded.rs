//! Values that a program has put into letters of its own.

use super::value::is_strict;
use crate::backend::field::Field;
use crate::secret::unpacked;
use zeroize::Zeroizing;

/// What a value is in base64, as the data of a secret of Kubernetes, where that can hardly be anything but the field.
/// Source: <https://kubernetes.io/docs/concepts/configuration/secret/>
#[must_use]
pub fn plain(field: Field, value: &str) -> Option<Zeroizing<String>> {
    let bytes = base64(value)?;
    let text = std::str::from_utf8(&bytes).ok()?.trim_end();
    // A bare seed is base64 too.
    let is_it = is_strict(field, text) && (field != Field::Otp || text.starts_with("otpauth://"));
    is_it.then(|| Zeroizing::new(text.to_owned()))
}

/// The text of several lines that a value is in base64.
#[must_use]
pub fn text(value: &str) -> Option<Zeroizing<String>> {
    let bytes = base64(value).filter(|bytes| bytes.contains(&b'\n'))?;
    std::str::from_utf8(&bytes).ok().map(|text| Zeroizing::new(text.to_owned()))
}

/// The lines that a text of hexadecimal digits stands for: `security` of macOS prints so what has more than one.
#[must_use]
pub fn lines(text: &str) -> Option<Zeroizing<String>> {
    let digits = text.trim().as_bytes();
    if digits.is_empty() || digits.len() % 2 == 1 {
        return None;
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    for pair in digits.chunks_exact(2) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        bytes.push(u8::try_from(digit(0)? * 16 + digit(1)?).ok()?);
    }
    let text = std::str::from_utf8(&bytes).ok().filter(|text| text.contains('\n'))?;
    Some(Zeroizing::new(text.to_owned()))
}

/// Base64, with or without padding.
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-4>
#[must_use]
pub fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    };
    unpacked(text.trim().trim_end_matches('=').bytes().map(digit), 6, text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            (" Zg==\n", Some(b"f")),
            ("Zm9vYmE=", Some(b"fooba")),
            ("Zm9vYmFy", Some(b"foobar")),
            ("AZaz09+/", Some(b"\x01\x96\xb3\xd3\xdf\xbf")),
            ("AZaz09-_", Some(b"\x01\x96\xb3\xd3\xdf\xbf")),
            ("Zm9v!", None),
        ] {
            assert_eq!(base64(text).as_deref().map(Vec::as_slice), bytes, "{text}");
        }
    }

    #[test]
    fn a_value_in_base64_is_read_where_it_is_what_its_name_says() {
        for (field, value, expected) in [
            (Field::AccessKeyId, "QUtJQUlPU0ZPRE5ON0VYQU1QTEU=", Some("AKIAIOSFODNN7EXAMPLE")),
            (Field::AccessKeyId, "QUtJQUlPU0ZPRE5ON0VYQU1QTEUK", Some("AKIAIOSFODNN7EXAMPLE")),
            (Field::SecretAccessKey, "QUtJQUlPU0ZPRE5ON0VYQU1QTEU=", None),
            (Field::AccessKeyId, "AKIAIOSFODNN7EXAMPLE", None),
            (Field::AccessKeyId, "no base64!", None),
            (
                Field::SecretAccessKey,
                "d0phbHJYVXRuRkVNSS9LN01ERU5HL2JQeFJmaUNZRVhBTVBMRUtFWQ==",
                Some("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ),
            (Field::SecretAccessKey, "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None),
            (
                Field::RoleArn,
                "YXJuOmF3czppYW06OjExMTEyMjIyMzMzMzpyb2xlL2Rldg==",
                Some("arn:aws:iam::111122223333:role/dev"),
            ),
            (Field::Otp, "MTIzNDU2", None),
            (Field::AccessKeyId, "", None),
        ] {
            assert_eq!(plain(field, value).as_deref().map(String::as_str), expected, "{value}");
        }
    }

    #[test]
    fn lines_in_hexadecimal_digits_are_read_and_a_word_of_such_digits_is_left() {
        for (text, expected) in [
            ("610a62\n", Some("a\nb")),
            ("C3A40A7A", Some("ä\nz")),
            ("6162", None),
            ("610a6", None),
            ("610a6g", None),
            ("61 0a 62", None),
            ("ff0a", None),
            ("", None),
        ] {
            assert_eq!(lines(text).as_deref().map(String::as_str), expected, "{text}");
        }
    }
}
