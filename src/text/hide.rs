//! Hides in a line whatever it shares with a text that may hold secrets: the words of that text, parts of them, and
//! their base64 or hexadecimal form. It takes time in proportion to the two lengths, whatever they hold.

use super::HIDDEN;
use std::collections::HashSet;
use zeroize::Zeroizing;

/// How much of a word is told from chance, in bytes. A shorter part says little of a secret, and stands in many messages.
const PART: usize = 6;

/// Words of what systems and programs say of a failure. A manager that prints its usage where an item was to come says them
/// too, and they are nobody's secret.
const ORDINARY: [&str; 18] = [
    "access",
    "cannot",
    "create",
    "denied",
    "device",
    "directory",
    "encrypted",
    "existing",
    "exists",
    "failed",
    "missing",
    "password",
    "passwords",
    "permission",
    "permitted",
    "read-only",
    "system",
    "subfolder",
];

/// Whether a word is one of these, be there a comma behind it.
fn is_ordinary(word: &str) -> bool {
    let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
    ORDINARY.iter().any(|ordinary| word.eq_ignore_ascii_case(ordinary))
}

/// Every part of a secret text, as places in it.
type Parts<'a> = HashSet<&'a [u8]>;

/// `line` without what it shares with `secrets`.
pub fn without(line: &str, secrets: &str) -> String {
    let parts: Parts<'_> = secrets
        .split_whitespace()
        .filter(|word| !is_ordinary(word))
        .flat_map(|word| word.as_bytes().windows(PART))
        .collect();
    if parts.is_empty() {
        return line.to_owned();
    }
    let mut hidden = vec![false; line.len()];
    mark_parts(line.as_bytes(), &parts, |from, to| hidden[from..to].fill(true));
    for run in runs(line, sextet) {
        mark_encoded(&line.as_bytes()[run.0..run.1], sextet, 6, &parts, &mut hidden[run.0..run.1]);
    }
    for run in runs(line, nibble) {
        mark_encoded(&line.as_bytes()[run.0..run.1], nibble, 4, &parts, &mut hidden[run.0..run.1]);
    }
    replaced(line, &hidden)
}

/// Tells the place of each known part; those that touch are told as one, so that no byte is told twice for each of them.
fn mark_parts(bytes: &[u8], parts: &Parts<'_>, mut mark: impl FnMut(usize, usize)) {
    let mut told = 0;
    for (at, _) in bytes.windows(PART).enumerate().filter(|(_, window)| parts.contains(window)) {
        mark(at.max(told), at + PART);
        told = at + PART;
    }
}

/// The value of a digit in an encoding.
type Digit = fn(u8) -> Option<u8>;

/// A digit of base64, in either alphabet.
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-5>
const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// A hexadecimal digit.
const fn nibble(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// The places in `line` where only digits stand, long enough to hold a part.
fn runs(line: &str, digit: Digit) -> Vec<(usize, usize)> {
    let mut runs = Vec::new();
    let mut start = 0;
    for (at, byte) in line.bytes().chain([0]).enumerate() {
        if digit(byte).is_none() {
            if at - start >= PART {
                runs.push((start, at));
            }
            start = at + 1;
        }
    }
    runs
}

/// After how many digits of so many bits the bytes begin anew.
const fn repeat(bits: usize) -> usize {
    if bits == 6 { 4 } else { 2 }
}

/// Marks the digits that known parts are made of. Where in a run the first whole byte begins is not known, so each
/// beginning is tried: after four digits of base64, or two hexadecimal ones, they repeat.
fn mark_encoded(run: &[u8], digit: Digit, bits: usize, parts: &Parts<'_>, hidden: &mut [bool]) {
    for first in 0..repeat(bits) {
        let mut bytes = Zeroizing::new(Vec::with_capacity(run.len()));
        let (mut held, mut count) = (0_u32, 0);
        for value in run.iter().skip(first).filter_map(|byte| digit(*byte)) {
            held = held << bits | u32::from(value);
            count += bits;
            if count >= 8 {
                count -= 8;
                bytes.extend((held >> count).to_le_bytes().first());
                held &= (1 << count) - 1;
            }
        }
        mark_parts(&bytes, parts, |from, to| {
            let (from, to) = (first + from * 8 / bits, first + (to * 8).div_ceil(bits));
            hidden[from..to.min(run.len())].fill(true);
        });
    }
}

/// `line` with a mark in the place of each stretch that is hidden; a character is so as soon as one of its bytes is.
fn replaced(line: &str, hidden: &[bool]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut before = false;
    for (at, c) in line.char_indices() {
        let now = hidden[at..at + c.len_utf8()].contains(&true);
        match (before, now) {
            (_, false) => out.push(c),
            (false, true) => out.push_str(HIDDEN),
            (true, true) => {}
        }
        before = now;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    #[test]
    fn words_and_parts_of_them_are_hidden_and_the_rest_is_not() {
        let rows = [
            (format!("bad key {SECRET}!"), "bad key [hidden]!"),
            (format!("begins with {}…", &SECRET[..8]), "begins with [hidden]…"),
            (format!("ends in {}", &SECRET[30..]), "ends in [hidden]"),
            ("wJalr is short".to_owned(), "wJalr is short"),
            ("no such entry".to_owned(), "no such entry"),
            (String::new(), ""),
        ];
        for (line, expected) in rows {
            assert_eq!(without(&line, SECRET), expected, "{line}");
        }
        assert_eq!(without("é0é1é2é3", "xé0é1é2éx"), "[hidden]3", "characters are whole");
        assert_eq!(without("a b", ""), "a b");
        // A word that is a part of a password is one all the same.
        let line = "cannot create directory: mydirectory1";
        assert_eq!(without(line, "Remove existing password or directory, optionally"), line);
        assert_eq!(without(line, "mydirectory1"), "cannot create [hidden]: [hidden]");
    }

    #[test]
    fn base64_and_hexadecimal_digits_of_a_secret_are_hidden_wherever_it_stands_in_what_was_encoded() {
        // made by base64(1) and xxd(1)
        let rows = [
            "d0phbHJYVXRuRkVNSS9LN01ERU5HL2JQeFJmaUNZRVhBTVBMRUtFWQ==",
            "OndKYWxyWFV0bkZFTUkvSzdNREVORy9iUHhSZmlDWUVYQU1QTEVLRVk6",
            "OTp3SmFsclhVdG5GRU1JL0s3TURFTkcvYlB4UmZpQ1lFWEFNUExFS0VZOg==",
            "774a616c725855746e46454d492f4b374d44454e472f62507852666943594558414d504c454b4559",
            "774A616C725855746E46454D492F4B374D44454E47",
            "x774a616c72585574",
        ];
        for row in rows {
            let shown = without(&format!("cannot use {row} here"), SECRET);
            let left = shown.replace(HIDDEN, "");
            assert!(left.len() <= "cannot use  here".len() + 8, "{row}: {shown}");
        }
    }

    #[test]
    fn every_digit_of_base64_is_known_in_both_alphabets() {
        for encoded in ["YWJjPj4+Pz8/ZGVm", "YWJjPj4-Pz8_ZGVm"] {
            assert_eq!(without(encoded, "abc>>>???def"), HIDDEN, "{encoded}");
        }
    }

    #[test]
    fn no_more_digits_are_hidden_than_the_secret_is_made_of() {
        for (line, expected) in [
            ("0011223344736563726574556677", "0011223344[hidden]556677"),
            ("f736563726574f", "f[hidden]f"),
            ("x 736563726574 y", "x [hidden] y"),
            ("x:c2VjcmV0", "x:[hidden]"),
            ("AAAAc2VjcmV0AAAA", "AAAA[hidden]AAAA"),
            ("Ac2VjcmV0AA", "A[hidden]AA"),
            ("AAc2VjcmV0A", "AA[hidden]A"),
            ("AAAc2VjcmV0", "AAA[hidden]"),
            // Not at the beginning of three bytes: made by base64(1) of one and of two zeros before it.
            ("AHNlY3JldA==", "A[hidden]=="),
            ("AABzZWNyZXQ=", "AA[hidden]="),
            ("c2VjcmV0", "[hidden]"),
            ("c2VjcmV", "c2VjcmV"),
        ] {
            assert_eq!(without(line, "secret"), expected, "{line}");
        }
        assert_eq!(without("736563726574", "a secret"), HIDDEN);
    }

    #[test]
    fn a7_the_time_grows_with_the_length_alone() {
        // what hides is a word of the text itself, and each byte is hidden by six parts
        for unit in ["hidden ", "[hidden] ", "aaaaaaaa", "Aa0+", "0f"] {
            let text = unit.repeat(1 << 17);
            let shown = without(&text, &text);
            assert!(shown.len() <= 2 * text.len(), "{unit}");
        }
    }
}
