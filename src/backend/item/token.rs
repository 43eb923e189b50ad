//! Values that are known by their shape, wherever they stand in a line.

use crate::backend::field::Field;
use crate::credentials::{is_key_byte, is_key_id, is_secret_key};
use std::ops::Range;

/// A value in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is by its shape.
    pub field: Field,
    /// Where it stands, in bytes.
    pub at: Range<usize>,
}

/// The most values that are looked at in one line.
const MOST: usize = 64;

/// The values in a line, in their order.
///
/// Sources: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids> for the
/// prefixes; ids have 20 characters and secrets 40 of base64 in all keys that AWS gives out.
#[must_use]
pub fn tokens(line: &str) -> Vec<Token> {
    let bytes = line.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() && found.len() < MOST {
        let Some(before) = bytes[at..].iter().position(|byte| KEY_BYTES[usize::from(*byte)]) else { break };
        let start = at + before;
        let ends = |byte: &u8| !KEY_BYTES[usize::from(*byte)];
        at = bytes[start..].iter().position(ends).map_or(bytes.len(), |more| start + more);
        // `s3://KEY:SECRET@bucket`: slashes are characters of secrets too, and two belong to a URI.
        let start =
            if matches!(at - start, 22 | 42) && bytes[start..at].starts_with(b"//") { start + 2 } else { start };
        let run = &bytes[start..at];
        match run.len() {
            3 if run.eq_ignore_ascii_case(b"arn") && bytes[at..].starts_with(b":aws") => {
                let end = end_of_arn(bytes, start, at);
                if let Some(field) = arn(&line[start..end]) {
                    found.push(Token { field, at: start..end });
                }
                at = end;
            }
            7 if run.eq_ignore_ascii_case(b"otpauth") && bytes[at..].starts_with(b"://") => {
                let end = end_of_uri(bytes, start.checked_sub(1).map(|at| bytes[at]), at);
                found.push(Token { field: Field::Otp, at: start..end });
                at = end;
            }
            20 if is_key_id(run) && stands_alone(bytes, start, at) => {
                found.push(Token { field: Field::AccessKeyId, at: start..at });
            }
            40 if is_secret_key(run) && stands_alone(bytes, start, at) => {
                found.push(Token { field: Field::SecretAccessKey, at: start..at });
            }
            _ => {}
        }
    }
    found
}

/// Of each byte, whether keys are made of it; a look is quicker than a comparison, and all of a text is looked at.
const KEY_BYTES: [bool; 256] = {
    let mut all = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        all[byte as usize] = is_key_byte(byte);
        byte += 1;
    }
    all
};

/// Whether what is around does not belong to a longer word, as of a URL or of base64 with padding.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let joins = |byte: u8| matches!(byte, b'.' | b'-' | b'_' | b'%' | b'@') || !byte.is_ascii();
    // Dots may lead the eye from a name to its value.
    let before = start.checked_sub(1).map(|at| bytes[at]).filter(|_| !bytes[..start].ends_with(b".."));
    let after = bytes.get(end).copied();
    let ends_a_sentence = after == Some(b'.') && bytes.get(end + 1).is_none_or(u8::is_ascii_whitespace);
    before.is_none_or(|byte| !joins(byte))
        && (ends_a_sentence || after.is_none_or(|byte| byte == b'@' || (!joins(byte) && byte != b'=')))
}

/// Where the ARN that begins at `start` and goes on at `at` ends. A name may hold a comma; in a row of values there is one before
/// it, or what follows is a value too.
fn end_of_arn(bytes: &[u8], start: usize, at: usize) -> usize {
    let mut end = end_of_word(bytes, at);
    while bytes.get(end) == Some(&b',') && !bytes[..start].contains(&b',') {
        let more = &bytes[end + 1..];
        let run = &more[..more.iter().position(|byte| !KEY_BYTES[usize::from(*byte)]).unwrap_or(more.len())];
        if run.is_empty() || run.eq_ignore_ascii_case(b"arn") || is_key_id(run) || is_secret_key(run) {
            break;
        }
        end = end_of_word(bytes, end + 1);
    }
    end
}

/// Where the word that goes on at `at` ends: at a blank or at a mark that people put around values.
fn end_of_word(bytes: &[u8], at: usize) -> usize {
    let ends = |byte: &u8| {
        byte.is_ascii_whitespace()
            || matches!(
                byte,
                b'"' | b'\'' | b'`' | b',' | b';' | b'<' | b'>' | b'|' | b')' | b']' | b'}' | b'*' | b'\\'
            )
    };
    let mut end = bytes[at..].iter().position(ends).map_or(bytes.len(), |more| at + more);
    while end > at && matches!(bytes[end - 1], b'.' | b':') {
        end -= 1;
    }
    end
}

/// Where the URI that goes on at `at` ends, before which stands `before`. A label may hold blanks and an apostrophe that
/// somebody has not escaped, and a query blanks before the secret, or within it.
fn end_of_uri(bytes: &[u8], before: Option<u8>, at: usize) -> usize {
    let find = |from: usize, to: usize, fits: &dyn Fn(u8) -> bool| {
        bytes[from..to].iter().position(|byte| fits(*byte)).map_or(to, |more| from + more)
    };
    let ends = |byte: u8| matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b'\\' | b'*' | b'\n' | b'\r');
    let is_blank = |byte: u8| byte.is_ascii_whitespace();
    let label = find(at, bytes.len(), &|byte| byte == b'?' || (ends(byte) && (byte != b'\'' || before == Some(byte))));
    let mut end = find(label, bytes.len(), &ends);
    if label < end {
        let secret = bytes[label..end].windows(7).position(|text| text.eq_ignore_ascii_case(b"secret="));
        let secret = secret.map(|more| label + more + 7);
        let word = |from: usize| find(from, end, &|byte| is_blank(byte) || byte == b'&');
        let mut stop = secret.map_or(label, word);
        if let Some(secret) = secret {
            let is_group = |from: usize, to: usize| {
                let group = &bytes[from..to];
                group.len() == word(secret) - secret && group.iter().all(|it| matches!(it, b'A'..=b'Z' | b'2'..=b'7'))
            };
            while stop < end && bytes[stop] == b' ' && is_group(stop + 1, word(stop + 1)) {
                stop = word(stop + 1);
            }
        }
        end = find(stop, end, &is_blank);
    }
    bytes[at..end]
        .iter()
        .rposition(|byte| !matches!(byte, b',' | b';' | b')' | b']' | b'}'))
        .map_or(end, |last| at + last + 1)
}

/// Whether an ARN is an MFA device's or a role's.
fn arn(text: &str) -> Option<Field> {
    let mut parts = text.splitn(6, ':');
    let (service, resource) = (parts.nth(2)?, parts.nth(2)?);
    match (service, resource) {
        ("iam", device) if device.starts_with("mfa/") => Some(Field::MfaSerial),
        ("iam", role) if role.starts_with("role/") => Some(Field::RoleArn),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const K: &str = "AKIAIOSFODNN7EXAMPLE";
    const S: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const M: &str = "arn:aws:iam::111122223333:mfa/alice";
    const R: &str = "arn:aws:iam::111122223333:role/dev";
    const O: &str = "otpauth://totp/aws:alice?secret=JBSWY3DPEHPK3PXP";

    #[test]
    fn values_are_found_in_what_people_put_around_them() {
        let rows = [
            (K.to_owned(), vec![K]),
            (format!("{K}:{S}"), vec![K, S]),
            (format!("export A={K} B='{S}'; x"), vec![K, S]),
            (format!("| **{K}** | `{S}` |"), vec![K, S]),
            (format!("my key is {K}. Its secret, {S}, too."), vec![K, S]),
            (format!("{M}, {R}; \"{R}\""), vec![M, R, R]),
            (format!("<{O}>"), vec![O]),
            ("otpauth://totp/AWS:alice smith?secret=A x".to_owned(), vec!["otpauth://totp/AWS:alice smith?secret=A"]),
            (format!("x{K} {K}x {K}_ -{K}"), vec![]),
            (format!("{S}== {S}x https://{S}.example"), vec![]),
            ("da39a3ee5e6b4b0d3255bfef95601890afd80709".to_owned(), vec![]),
            ("arn:aws:iam::111122223333:user/alice arn:aws:sts::1:role/x".to_owned(), vec![]),
            (String::new(), vec![]),
            (format!("s3://{K}:{S}@bucket"), vec![K, S]),
            (format!("https://{S}"), vec![S]),
            (format!("ab{S} /a{S} //ab{S}"), vec![]),
            (format!("{} x", S.to_lowercase()), vec![]),
            (format!("{} x", S.to_uppercase()), vec![]),
            (S.replace('7', "x"), vec![]),
            (K.to_lowercase(), vec![]),
            (K.replace("AKIA", "AROA"), vec![]),
            (K.replace("AKIA", "ASIA"), vec![ASIA]),
            (format!("{K}A {S}a {S}/+"), vec![]),
        ];
        for (line, expected) in rows {
            assert_eq!(found(&line), expected, "{line}");
        }
    }

    const ASIA: &str = "ASIAIOSFODNN7EXAMPLE";

    fn found(line: &str) -> Vec<&str> {
        tokens(line).into_iter().map(|token| &line[token.at]).collect()
    }

    #[test]
    fn no_more_are_looked_at_than_a_line_has() {
        for (count, expected) in [(MOST - 1, MOST - 1), (MOST, MOST), (MOST + 1, MOST), (2 * MOST, MOST)] {
            assert_eq!(tokens(&format!("{K} ").repeat(count)).len(), expected);
        }
    }

    #[test]
    fn what_touches_a_key_makes_it_another_word_or_not() {
        for key in [K, S] {
            for before in ["", " ", "=", ":", "(", "..", "key...", "\""] {
                assert_eq!(found(&format!("{before}{key}")), [key], "{before}");
            }
            for before in [".", "x.", "-", "_", "%", "@", "\u{e9}"] {
                assert!(found(&format!("{before}{key}")).is_empty(), "{before}");
            }
            for after in ["", " ", ",", ")", ".", ". x", ".\n", "@", "@x", ":"] {
                assert_eq!(found(&format!("{key}{after}")), [key], "{after}");
            }
            for after in [".x", "-", "_", "%", "=", "==", "\u{e9}", ".."] {
                assert!(found(&format!("{key}{after}")).is_empty(), "{after}");
            }
        }
    }

    #[test]
    fn an_arn_and_a_uri_end_where_the_text_around_them_begins() {
        for word in [M, R] {
            for after in [
                " x", "\tx", "\"x", "'x", "`x", ", x", ";x", "<x", ">x", "|x", ")x", "]x", "}x", "*x", "\\x", ".", ":",
                ".:. x",
            ] {
                assert_eq!(found(&format!("{word}{after}")), [word], "{after}");
            }
        }
        assert_eq!(found(&M.replace("arn", "ARN")), [M.replace("arn", "ARN")]);
        // A name may hold a comma, and a row holds more than one.
        for (line, expected) in [
            (format!("role: {R},ops,b"), vec![format!("{R},ops,b")]),
            (format!("{M},phone"), vec![format!("{M},phone")]),
            (format!("{R},"), vec![R.to_owned()]),
            (format!("{M},{R}"), vec![M.to_owned(), R.to_owned()]),
            (format!("{R},{K}"), vec![R.to_owned(), K.to_owned()]),
            (format!("{R},{S}"), vec![R.to_owned(), S.to_owned()]),
            (format!("dev,{R},eu-west-1"), vec![R.to_owned()]),
        ] {
            assert_eq!(found(&line), expected, "{line}");
        }
        for none in [
            M.replace("arn", "arx"),
            M.replace(":aws", ":xws"),
            M.replace(":iam", ":sts"),
            M.replace("mfa/", "mfa-"),
            R.replace("role/", "roles/"),
            "arn:aws:iam::1".to_owned(),
            "arn:aws".to_owned(),
        ] {
            assert!(found(&none).is_empty(), "{none}");
        }
        for after in ["\"x", "'x", "`x", "<x", ">x", "|x", "\\x", "*x", " x", "\tx", ",", ";", ")", "]", "}", "), x"] {
            assert_eq!(found(&format!("{O}{after}")), [O], "{after}");
        }
        for whole in [
            "OTPAUTH://totp/x?secret=A",
            "otpauth://totp/x?secret=JBSW Y3DP EHPK 3PXP",
            "otpauth://totp/x?secret=JBSW Y3DP EHPK 3PXP&issuer=AWS",
            "otpauth://totp/x?issuer=Amazon Web Services&secret=JBSWY3DPEHPK3PXP",
            "otpauth://totp/Bob's AWS:alice smith?secret=JBSWY3DPEHPK3PXP",
        ] {
            assert_eq!(found(whole), [whole]);
            assert_eq!(found(&format!("{whole} on my phone")), [whole]);
        }
        assert_eq!(found("'otpauth://totp/x' y?secret=A"), ["otpauth://totp/x"]);
        for none in ["otpauth:/totp/x?secret=A", "otpauty://totp/x?secret=A", "xotpauth://totp/x"] {
            assert!(found(none).is_empty(), "{none}");
        }
    }
}
