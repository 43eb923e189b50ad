//! Secrets that something on the way has changed: a URI's escapes, or a line that was too short for them.

use crate::credentials::{is_key_byte, is_key_id, is_secret_key};
use zeroize::Zeroizing;

/// The length of a secret.
const LENGTH: usize = 40;

/// The text with its secrets whole again; none if it is as it should be. What is put in is never longer than what was there,
/// and no line is added or lost.
pub fn mended(text: &str) -> Option<Zeroizing<String>> {
    match unescaped(text) {
        Some(text) => joined(&text).or(Some(text)),
        None => joined(text),
    }
}

/// A slash and a plus sign cannot stand in a URI's password as they are: `aws://KEY:a%2Fb@/`.
fn unescaped(text: &str) -> Option<Zeroizing<String>> {
    // One character is found much sooner than two.
    if !text.contains('%') {
        return None;
    }
    let mut out = Zeroizing::new(String::new());
    let mut rest = text;
    let mut done = 0;
    while let Some(at) = rest.find("%2") {
        let at = text.len() - rest.len() + at;
        let is_part = |byte: &u8| is_key_byte(*byte) || *byte == b'%';
        let begins =
            text.as_bytes()[done..at].iter().rposition(|byte| !is_part(byte)).map_or(done, |one| done + one + 1);
        let ends = text.as_bytes()[at..].iter().position(|byte| !is_part(byte)).map_or(text.len(), |one| at + one);
        // Each character of a secret takes three at most.
        if ends - begins <= 3 * LENGTH {
            let whole = Zeroizing::new(text[begins..ends].replace("%2F", "/").replace("%2f", "/"));
            let whole = Zeroizing::new(whole.replace("%2B", "+").replace("%2b", "+"));
            if is_secret_key(whole.as_bytes()) {
                out.push_str(&text[done..begins]);
                out.push_str(&whole);
                done = ends;
            }
        }
        rest = &text[ends..];
    }
    rest_of(text, done, out)
}

/// A secret of which the end stands alone on the next line.
fn joined(text: &str) -> Option<Zeroizing<String>> {
    let mut out = Zeroizing::new(String::new());
    let mut done = 0;
    let mut next = 0;
    for line in text.split('\n') {
        let begins_at = next;
        next += line.len() + 1;
        let second = line.trim_ascii();
        if second.is_empty() || second.len() >= LENGTH || !second.bytes().all(is_key_byte) || begins_at <= done {
            continue;
        }
        let end = begins_at - 1;
        let before = text[done..end].trim_ascii_end();
        let begins = before.bytes().rposition(|byte| !is_key_byte(byte)).map_or(0, |one| one + 1);
        let first = &before[begins..];
        let whole = Zeroizing::new([first, second].concat());
        if is_beginning(first)
            && stands_alone(before[..begins].bytes().last())
            && is_secret_key(whole.as_bytes())
            && !is_key_id(second.as_bytes())
        {
            out.extend([&text[done..done + begins], &whole, "\n"]);
            done = end + 1 + line.trim_ascii_end().len();
        }
    }
    rest_of(text, done, out)
}

/// Whether a word is no word, but may be a part of a secret: a name, or a key's id, stands above its value too.
fn is_beginning(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(|byte| !byte.is_ascii_alphabetic())
}

fn stands_alone(before: Option<u8>) -> bool {
    before.is_none_or(|byte| byte.is_ascii_whitespace() || b":=\"'`".contains(&byte))
}

/// What was made, and the text that follows; none if nothing was made.
fn rest_of(text: &str, done: usize, mut out: Zeroizing<String>) -> Option<Zeroizing<String>> {
    if out.is_empty() {
        return None;
    }
    out.push_str(&text[done..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn a_secret_is_whole_again() {
        let escaped = S.replace('/', "%2F");
        let (one, other) = S.split_at(25);
        for (text, expected) in [
            (format!("aws://K:{escaped}@/?region=x%2Fy"), format!("aws://K:{S}@/?region=x%2Fy")),
            (escaped.to_lowercase(), escaped.to_lowercase()),
            (format!("{escaped}\n{}", S.replace('/', "%2f")), format!("{S}\n{S}")),
            (format!("secret: {one}\n{other}"), format!("secret: {S}\n")),
            (format!("secret:\r\n  {one}\r\n  {other}\r\nx"), format!("secret:\r\n  {S}\n\r\nx")),
            (format!("a={one}\n{other}\nb={one}\n{other}\n"), format!("a={S}\n\nb={S}\n\n")),
        ] {
            assert_eq!(mended(&text).map_or(text.clone(), |it| it.to_string()), expected);
            assert_eq!(text.matches('\n').count(), expected.matches('\n').count(), "{text}");
        }
    }

    #[test]
    fn what_is_no_part_of_one_stays_as_it_is() {
        for text in [
            "AKIAIOSFODNN7EXAMPLE\nXy12abcdEFGH34567890",
            "Xy12abcdEFGH34567890\nAKIAIOSFODNN7EXAMPLE",
            "Password\nJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "alice.Smith1\nabcdefghijABCDEFGHIJ0123456789abcd",
            "100%2 of it\n%2",
            "otpauth://totp/a%2Fb:c?secret=JBSWY3DPEHPK3PXP",
            "\n\n",
            "",
        ] {
            assert_eq!(mended(text), None, "{text}");
        }
    }
}
