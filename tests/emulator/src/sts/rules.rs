//! The shapes of the parameters, from the service model.

use crate::constraint::Text;

fn is_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn is_name(letter: char) -> bool {
    is_word(letter) || "+=,.@-".contains(letter)
}

fn is_tag(letter: char) -> bool {
    letter.is_alphanumeric() || letter.is_whitespace() || "_.:/=+-@".contains(letter)
}

fn is_printable(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..)
}

pub(super) const TOKEN_CODE: Text = Text { min: 6, max: 6, pattern: r"[\d]*", allows: |c| c.is_ascii_digit() };
pub(super) const SERIAL_NUMBER: Text =
    Text { min: 9, max: 256, pattern: r"[\w+=/:,.@-]*", allows: |c| is_name(c) || "/:".contains(c) };
pub(super) const ARN: Text = Text {
    min: 20,
    max: 2048,
    pattern: r"[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+",
    allows: is_printable,
};
pub(super) const SOURCE_IDENTITY: Text = Text { max: 256, ..NAME };
/// Of sessions.
pub(super) const NAME: Text = Text { min: 2, max: 64, pattern: r"[\w+=,.@-]*", allows: is_name };
pub(super) const EXTERNAL_ID: Text =
    Text { min: 2, max: 1224, pattern: r"[\w+=,.@:\/-]*", allows: |c| is_name(c) || "/:".contains(c) };
pub(super) const POLICY: Text = Text {
    min: 1,
    max: usize::MAX,
    pattern: r"[\u0009\u000A\u000D\u0020-\u00FF]+",
    allows: |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}'),
};
pub(super) const TAG_KEY: Text = Text { min: 1, max: 128, pattern: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", allows: is_tag };
pub(super) const TAG_VALUE: Text = Text { min: 0, max: 256, pattern: r"[\p{L}\p{Z}\p{N}_.:/=+\-@]*", allows: is_tag };
