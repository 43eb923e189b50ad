//! Writing XML. STS answers are small and flat, so text is put together by hand, every value escaped.

use std::fmt::Write as _;

/// `<name>text</name>`
pub(crate) fn element(name: &str, text: &str) -> String {
    format!("<{name}>{}</{name}>", escape(text))
}

/// Escapes what would be markup, and writes control characters as references, as a server would that passes on what it got.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            control if control.is_control() => {
                let _ = write!(escaped, "&#{};", u32::from(control));
            }
            other => escaped.push(other),
        }
    }
    escaped
}
