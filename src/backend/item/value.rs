//! Values without what people put around them, and whether they can be what their name says.

use super::otp;
use crate::backend::field::Field;
use crate::credentials::{AccessKeyId, MfaSerial, RoleArn, secret_access_key};
use crate::credentials::{is_key_id, is_secret_key};

/// Blanks, and the marks that lists, tables and mark-up put around a name or a value.
const MARKS: &[char] = &[' ', '\t', '*', '_', '`', '"', '\'', '|', '\\', '<', '>'];

/// A value without quotes, mark-up, the comma or semicolon after it, and a comment; of a variable with a value for where it is
/// not set, that one.
#[must_use]
pub fn clean(value: &str) -> &str {
    let value = without_marks(value);
    let variable = value.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    variable.and_then(|variable| variable.split_once(":-")).map_or(value, |(_, usual)| usual)
}

fn without_marks(value: &str) -> &str {
    let mut value = value.trim().trim_matches('|').trim();
    for quote in ['"', '\'', '`'] {
        if let Some((inside, after)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote))
            && (after.is_empty() || !after.starts_with(|c: char| c.is_alphanumeric()))
        {
            return inside.trim();
        }
    }
    let may_comment = value.bytes().any(|byte| matches!(byte, b'#' | b'/' | b';'));
    for comment in [" #", " //", " ;", "\t#"].into_iter().filter(|_| may_comment) {
        if let Some((before, after)) = value.split_once(comment)
            && (comment != " //" || after.starts_with([' ', '\t']))
        {
            value = before.trim();
        }
    }
    let ended = value.trim_end_matches(['\\', ',', ';']).trim();
    ended.trim_matches(['*', '`', '"', '\'', ' ', '\t'])
}

/// A name without list marks, quotes and mark-up.
#[must_use]
pub fn clean_name(name: &str) -> &str {
    // Some put a picture in front.
    let is_picture = |c: char| !c.is_ascii() && !c.is_alphanumeric();
    let name = name.trim_matches(MARKS).trim_matches(is_picture);
    let name = name.trim_matches(MARKS).trim_start_matches(['-', '+', '>', '$', ' ']).trim_matches(MARKS);
    let counted = name.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_counted = counted.len() < name.len() && (counted.starts_with(". ") || counted.starts_with(") "));
    if is_counted { counted[1..].trim_matches(MARKS) } else { name }
}

/// Whether somebody wrote that there is none.
#[must_use]
pub fn is_none(value: &str) -> bool {
    const NONE: [&str; 13] =
        ["none", "n/a", "na", "nil", "null", "no", "nope", "tbd", "todo", "unset", "undefined", "empty", "not set"];
    value.chars().all(|c| !c.is_alphanumeric()) || NONE.iter().any(|none| value.eq_ignore_ascii_case(none))
}

/// Whether this is an address, as an entry's first line may be, and no secret: a URL, an e-mail's, a host's, an ARN.
#[must_use]
pub fn is_address(value: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let is_host = |text: &str| {
        let text = text.split([':', '/']).next().unwrap_or_default();
        let top = text.rsplit('.').next().unwrap_or_default();
        let is_top = (2..=13).contains(&top.len()) && top.bytes().all(|byte| byte.is_ascii_lowercase());
        text.contains('.') && is_top && text.split('.').all(is_part)
    };
    let is_mail = |(name, host): (&str, &str)| !name.is_empty() && is_host(host);
    value.starts_with("arn:")
        || value.contains("://")
        || is_host(value)
        || (!value.contains(char::is_whitespace) && value.rsplit_once('@').is_some_and(is_mail))
}

/// Whether AWS could have given out this value.
#[must_use]
pub fn is_possible(field: Field, value: &str) -> bool {
    match field {
        Field::AccessKeyId => AccessKeyId::new(value).is_ok(),
        Field::SecretAccessKey => secret_access_key(value).is_ok(),
        Field::MfaSerial => MfaSerial::new(value).is_ok(),
        Field::RoleArn => RoleArn::new(value).is_ok(),
        Field::Otp => otp::is_usable(value),
    }
}

/// Whether the value can hardly be anything else.
#[must_use]
pub fn is_strict(field: Field, value: &str) -> bool {
    match field {
        Field::AccessKeyId => is_key_id(value.as_bytes()),
        Field::SecretAccessKey => is_secret_key(value.as_bytes()),
        Field::MfaSerial => is_possible(field, value) && (value.starts_with("arn:") || is_printed_serial(value)),
        Field::RoleArn | Field::Otp => is_possible(field, value),
    }
}

/// Whether this is like the serials that are printed on devices: `GAHT12345678`.
fn is_printed_serial(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    digits >= 6 && value.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_put_around_a_value_is_cut() {
        let rows = [
            (" \"x\", ", "x"),
            ("'x';", "x"),
            ("`x`", "x"),
            ("**x**", "x"),
            ("x # of work", "x"),
            ("x // old", "x"),
            ("a//b", "a//b"),
            ("| x |", "x"),
            ("x \\", "x"),
            ("\"x\" # y", "x"),
            ("\"a # b\",", "a # b"),
            ("\"a # b\"", "a # b"),
            ("\"a\"b", "a\"b"),
            ("x #y", "x"),
            ("x ;y", "x"),
            ("x\t#y", "x"),
            ("a //b", "a //b"),
            ("x //\told", "x"),
            ("\"${X:-x}\"", "x"),
            ("${X}", "${X}"),
            ("${X:-x", "${X:-x"),
            ("", ""),
        ];
        for (value, expected) in rows {
            assert_eq!(clean(value), expected, "{value}");
        }
        for (name, expected) in [
            ("- **key**", "key"),
            ("1. key", "key"),
            ("12) `key`", "key"),
            ("2fa", "2fa"),
            ("2.key", "2.key"),
            (". key", ". key"),
            ("> key", "key"),
            ("\u{1f511} key", "key"),
            ("", ""),
        ] {
            assert_eq!(clean_name(name), expected, "{name}");
        }
    }

    #[test]
    fn an_address_is_told_from_a_secret() {
        for (value, expected) in [
            ("console.aws.amazon.com", true),
            ("console.aws.amazon.com/iam/home?x", true),
            ("https://console.aws.amazon.com/", true),
            ("localhost.localdomain:8080", true),
            ("alice.smith@example.com", true),
            ("arn:aws:iam::111122223333:user/alice", true),
            ("not+a+real+secret+but+forty+characters++", false),
            ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", false),
            ("wJalrXUtnFEMI.K7MDENG", false),
            ("p@ssword-of-mine", false),
            ("a console password.", false),
            ("pass+word.example", false),
            ("", false),
        ] {
            assert_eq!(is_address(value), expected, "{value}");
        }
    }

    #[test]
    fn a_serial_is_told_from_a_word() {
        for (value, expected) in [
            ("arn:aws:iam::111122223333:mfa/alice", true),
            ("GAHT12345678", true),
            ("GAHT-123456", true),
            ("GAHT-12345", false),
            ("gaht12345678", false),
            ("GAHT 12345678", false),
            ("GAHT_12345678", false),
            ("authenticator", false),
            ("on my phone", false),
            ("yes", false),
            ("arn:aws:iam::111122223333:user/alice", false),
        ] {
            assert_eq!(is_strict(Field::MfaSerial, value), expected, "{value}");
        }
        assert!(is_none("-") && is_none("N/A") && is_none("none") && is_none("") && !is_none("x"));
    }
}
