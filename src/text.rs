//! Text from outside, made fit for a terminal; and bytes, made text.
//!
//! What a manager, AWS or a config file says is quoted in our messages; it may hold escape sequences that drive the
//! terminal, marks that reverse the reading order, or a secret. Everything quoted goes through here.

mod hide;

use std::fmt::Write;

/// The longest quotation in a message, in characters.
const QUOTE: usize = 1024;

/// Makes `text` printable on one line: control characters and marks that change the reading direction are escaped,
/// blanks at the ends are cut, what is shaped like a key or a code is hidden, and more than 1,024 characters end in `…`.
#[must_use]
pub fn quote(text: &str) -> String {
    cut(&mask_keys(&mask_named(&printable_line(text))))
}

/// Quotes a name for what stands in quotation marks: with blanks at its ends it is another name.
#[must_use]
pub fn quote_name(name: &str) -> String {
    let blank = |is: bool| if is { " " } else { "" };
    let (before, after) = (name.starts_with(char::is_whitespace), name.ends_with(char::is_whitespace));
    format!("{}{}{}", blank(before), quote(name), blank(after))
}

/// A name as one word of a command that somebody copies.
#[must_use]
pub fn word(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./@+:,".contains(c);
    let name = quote(name);
    if name.chars().all(is_plain) { name } else { format!("'{}'", name.replace('\'', r"'\''")) }
}

/// Cuts a long text; last of all, since half a key is not known for one.
fn cut(text: &str) -> String {
    match text.char_indices().nth(QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn printable_line(text: &str) -> String {
    let mut out = String::new();
    for c in text.trim().chars() {
        if is_unfit(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Whether a terminal would act on `c` instead of showing it, or show what follows in another order.
fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Whether a terminal shows `text` as it is, on one line.
#[must_use]
pub fn is_printable(text: &str) -> bool {
    !text.chars().any(is_unfit)
}

/// A JSON text of which a terminal shows every character: what it would act on is escaped, as JSON allows in each of its
/// strings.
#[must_use]
pub fn json(value: &impl std::fmt::Display) -> String {
    let text = value.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && is_unfit(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Leaves out a terminal's control sequences, such as colours, whole.
/// Source: ECMA-48, 5.4: `ESC [`, parameters from `0` to `?`, then a final byte from `@` to `~`.
#[must_use]
pub fn without_sequences(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = String::from(parts.next().unwrap_or_default());
    for part in parts {
        let after = part.trim_start_matches(|c| ('\u{20}'..='\u{3f}').contains(&c));
        out.push_str(after.strip_prefix(|c| ('@'..='~').contains(&c)).unwrap_or(part));
    }
    out
}

/// Makes `text` fit for the terminal and keeps its lines: what a manager asks is shown as it comes.
#[must_use]
pub fn printable(text: &str) -> String {
    without_sequences(text).chars().filter(|c| matches!(c, '\n' | '\r' | '\t') || !is_unfit(*c)).collect()
}

/// The same, with what a program needs to draw a line of its own anew: a prompt that shows a mark for each key pressed.
/// Source: ECMA-48, 8.3.9, 8.3.20, 8.3.22 and 8.3.41: the cursor goes along its line (`C`, `D`, `G`), the line is erased (`K`).
#[must_use]
pub fn drawn(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut out = printable(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.bytes().take_while(u8::is_ascii_digit).count();
        let stays = digits <= 3 && part[digits..].starts_with(['C', 'D', 'G', 'K']);
        if stays {
            out.push_str("\u{1b}[");
            out.push_str(&part[..=digits]);
            out.push_str(&printable(&part[digits + 1..]));
        } else {
            out.push_str(&printable(&format!("\u{1b}[{part}")));
        }
    }
    out
}

/// Quotes a URL without what may be a secret in it: a user and a password, which may hold any character, and what stands
/// behind the path.
#[must_use]
pub fn quote_url(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let shown = rest.split(['?', '#']).next().unwrap_or_default();
    let tail = if shown.len() < rest.len() { "…" } else { "" };
    let colon = if scheme.is_empty() { "" } else { "://" };
    let shown = if rest.contains('@') { "…".to_owned() } else { format!("{shown}{tail}") };
    quote(&format!("{scheme}{colon}{shown}"))
}

/// Quotes `text` without what it shares with `secrets`: words of six bytes and more, parts of them, and their base64 and
/// hexadecimal forms.
#[must_use]
pub fn quote_without(text: &str, secrets: &str) -> String {
    cut(&mask_keys(&mask_named(&hide::without(&printable_line(text), secrets))))
}

/// `bytes` in hexadecimal digits, two for each. The text has its size from the start, so that no copy of it is left behind.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut digits = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

const HIDDEN: &str = "[hidden]";

/// What stands before a secret: the beginnings of one-time passwords' URIs and of Vault's tokens, and what programs call one
/// in an address or among options.
/// Source: <https://developer.hashicorp.com/vault/docs/concepts/tokens#token-prefixes>
const MARKS: [&str; 7] = ["otpauth://", "hvs.", "hvb.", "secret=", "password=", "passphrase=", "token="];

/// Hides what stands behind one of these, up to a blank, a quote or a bracket.
fn mask_named(text: &str) -> String {
    let lower = text.to_ascii_lowercase();
    let mut places: Vec<usize> =
        MARKS.iter().flat_map(|mark| lower.match_indices(mark).map(|(at, mark)| at + mark.len())).collect();
    places.sort_unstable();
    let (mut out, mut told) = (String::with_capacity(text.len()), 0);
    for place in places.into_iter().filter(|place| *place < text.len()) {
        if place < told {
            continue; // inside of what is hidden
        }
        out.push_str(&text[told..place]);
        let secret = &text[place..];
        let len = secret.find(|c: char| c.is_whitespace() || "\"'`()<>,;".contains(c)).unwrap_or(secret.len());
        if len > 0 {
            out.push_str(HIDDEN);
        }
        told = place + len;
    }
    out + &text[told..]
}

/// Hides each part of `text` that is shaped like an access key id, a secret access key or a token code, as somebody
/// may have typed one in the wrong place. ARNs stay readable.
fn mask_keys(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_key_char) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_key_char(c)).unwrap_or(from.len());
        let (run, after) = from.split_at(end);
        out.push_str(before);
        out.push_str(if is_key_shaped(run) { HIDDEN } else { run });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The characters of access keys: base64.
fn is_key_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '/' | '+')
}

/// Whether this may be an MFA device's secret: 16 or more characters of base32, digits among them.
fn is_base32(run: &str) -> bool {
    run.len() >= 16
        && run.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
        && run.bytes().any(|byte| byte.is_ascii_digit())
}

/// Shapes: six digits; base32; `AKIA` or `ASIA` and 16 more; 40 characters of base64 in both cases and with digits, which a
/// path of words hardly is.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
fn is_key_shaped(run: &str) -> bool {
    let digits = run.bytes().all(|b| b.is_ascii_digit());
    let id = run.len() >= 20 && (run.contains("AKIA") || run.contains("ASIA"));
    let secret = run.len() == 40
        && run.bytes().any(|b| b.is_ascii_digit())
        && run.bytes().any(|b| b.is_ascii_lowercase())
        && run.bytes().any(|b| b.is_ascii_uppercase());
    (digits && run.len() == 6) || id || secret || is_base32(run)
}

/// A table for people: the first row is its head, and each column but the last is as wide as its widest cell.
pub fn columns<const N: usize>(rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let line = |row: &[String; N]| {
        let cells: Vec<_> = row.iter().enumerate().map(|(at, cell)| format!("{cell:0$}", width(at))).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// An error and its causes in one line.
pub fn error_chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = Vec::new();
    for text in causes.map(ToString::to_string) {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        // Some errors repeat their cause.
        if !texts.iter().any(|earlier| earlier.contains(&text)) {
            texts.push(text);
        }
    }
    texts.join(": ")
}

/// How many letters have to be added, left out, changed or exchanged with the next to make one name of the other.
#[must_use]
pub fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows = vec![(0..=other.len()).collect::<Vec<_>>()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (rows[i][j + 1] + 1).min(row[j] + 1).min(rows[i][j] + usize::from(a != b));
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

/// The longest name that is compared, in letters: the time grows with the square. Nobody has typed a longer one.
const NAME: usize = 200;
/// In how many letters two names may differ of which one may have been meant by the other.
const NEAR: usize = 2;

/// Whether one name may have been meant by the other: they differ in at most two letters.
#[must_use]
pub fn is_near(one: &str, other: &str) -> bool {
    let length = |name: &str| name.chars().take(NAME + 1).count();
    let (long, short) = (length(one).max(length(other)), length(one).min(length(other)));
    length(one) > 2 && long <= NAME && long - short <= NEAR && distance(one, other) <= NEAR
}

/// The name that may have been meant by `name`, if one may.
pub fn nearest<T: AsRef<str>>(names: impl Iterator<Item = T>, name: &str) -> Option<T> {
    names.filter(|known| is_near(known.as_ref(), name)).min_by_key(|known| distance(known.as_ref(), name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_shown_without_what_may_be_a_secret() {
        let rows = [
            ("https://sts.example:8443/x", "https://sts.example:8443/x"),
            ("https://joe:pw@h/", "https://…"),
            ("https://joe:pw#x@h/", "https://…"),
            ("https://joe:p/w?x@h/", "https://…"),
            ("https://h/x?key=pw&y", "https://h/x…"),
            ("https://h/#pw", "https://h/…"),
            ("h/x?pw", "h/x…"),
            ("https://\u{1b}[2J", "https://\\u{1b}[2J"),
        ];
        for (url, expected) in rows {
            assert_eq!(quote_url(url), expected, "{url}");
        }
    }

    #[test]
    fn a_name_in_quotation_marks_keeps_the_blanks_at_its_ends() {
        for (name, expected) in [("p", "p"), ("p ", "p "), ("\t p", " p"), ("", "")] {
            assert_eq!(quote_name(name), expected, "{name:?}");
        }
    }

    #[test]
    fn a_name_in_a_command_is_one_word() {
        assert_eq!(word("dev-1"), "dev-1");
        assert_eq!(word("bob's $x"), r"'bob'\''s $x'");
    }

    #[test]
    fn no_terminal_acts_on_json_and_every_reader_reads_the_same() {
        let odd = "a\u{9b}2J\u{1b}[31m\u{202e}\u{e0001}\u{7f}\n\u{e9}";
        for shown in [json(&serde_json::json!([odd])), json(&format!("{:#}", serde_json::json!([odd])))] {
            assert!(is_printable(&shown.replace('\n', "")), "{shown:?}");
            assert_eq!(serde_json::from_str::<Vec<String>>(&shown).unwrap(), [odd]);
        }
        assert!(json(&serde_json::json!(odd)).contains(r"\u009b2J"));
    }

    #[test]
    fn the_distance_of_names_is_counted_in_letters() {
        for (one, other, expected) in
            [("", "ab", 2), ("item", "itm", 1), ("item", "itme", 1), ("from", "form", 1), ("a", "b", 1), ("x", "x", 0)]
        {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }

    #[test]
    fn a_name_is_near_by_two_letters_if_it_has_three() {
        let rows = [
            ("item", "itme", true),
            ("item", "ite", true),
            ("abc", "abcde", true),
            ("abc", "abcdef", false),
            ("item", "items in it", false),
            ("abc", "cde", false),
            ("abc", "c", true),
            ("abc", "", false),
            ("ab", "ac", false),
            ("abc", "abd", true),
        ];
        for (one, other, expected) in rows {
            assert_eq!(is_near(one, other), expected, "{one} {other}");
        }
        let x = |letters: usize| "x".repeat(letters);
        assert!(is_near(&x(200), &x(198)) && !is_near(&x(200), &x(202)) && !is_near(&x(201), &x(201)));
        assert_eq!(nearest(["form", "from", "other"].into_iter(), "frmo"), Some("from"));
        assert_eq!(nearest(["other"].into_iter(), "frmo"), None);
    }

    #[test]
    fn a13_long_names_are_compared_in_no_time() {
        for (one, other) in [(3, 1 << 21), (1 << 21, 3), (1 << 21, 1 << 21)] {
            assert!(!is_near(&"x".repeat(one), &"x".repeat(other)), "{one} {other}");
        }
    }

    #[test]
    fn quoting_leaves_nothing_a_terminal_acts_on() {
        assert_eq!(quote(" a\x1b]52;c\x07b\r\n"), "a\\u{1b}]52;c\\u{7}b");
        assert_eq!(quote("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(quote(&"é".repeat(2000)).chars().count(), QUOTE + 1);
    }

    #[test]
    fn r33_what_is_cut_off_leaves_no_part_of_a_secret() {
        let secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYCANARYKEY7";
        for before in QUOTE - 45..=QUOTE {
            let text = format!("{} {secret}", "-".repeat(before));
            let told =
                [quote(&text), quote_without(&text, secret), quote_without(&text.replace("CANARY", ""), "rXUtnFEMI")];
            assert!(told.iter().all(|told| !told.contains("wJalrXUt")), "{told:?}");
        }
    }

    #[test]
    fn colours_are_left_out_whole() {
        let rows = [
            ("\u{1b}[31merror: no\u{1b}[0m", "error: no"),
            ("\u{1b}[?25h\u{1b}[2K\u{1b}[1;32mx", "x"),
            ("a[31mb", "a[31mb"),
            ("\u{1b}[", ""),
            ("\u{1b}[12", "12"),
            ("x\u{1b}]52;c", "x\u{1b}]52;c"),
        ];
        for (text, expected) in rows {
            assert_eq!(without_sequences(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_line_may_be_drawn_anew_and_nothing_else_moves() {
        let rows = [
            ("\u{1b}[2K\u{1b}[G? Master password: *", "\u{1b}[2K\u{1b}[G? Master password: *"),
            ("\u{1b}[32m?\u{1b}[39m \u{1b}[12D", "? \u{1b}[12D"),
            ("\u{1b}[2J\u{1b}[1;1Hx\u{1b}[9999Cy\u{1b}]52;c\u{7}", "xy]52;c"),
            ("\u{1b}[", ""),
        ];
        for (text, expected) in rows {
            assert_eq!(drawn(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_is_shown_as_it_is_holds_nothing_that_a_terminal_acts_on() {
        assert!(is_printable("a é 漢 😀"));
        for c in
            ['\n', '\u{1b}', '\u{7f}', '\u{9b}', '\u{61c}', '\u{200b}', '\u{202e}', '\u{2069}', '\u{feff}', '\u{e0041}']
        {
            assert!(!is_printable(&format!("a{c}b")), "{c:?}");
        }
    }

    #[test]
    fn a_quotation_beside_a_secret_keeps_the_rest() {
        assert_eq!(quote_without(" no\u{7} hunter2-of-mine here ", "hunter2-of-mine"), "no\\u{7} [hidden] here");
        assert_eq!(quote_without("code 123456", "x"), "code [hidden]");
    }

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hex(&[]), "");
        assert_eq!(hex(&[0, 9, 0x0f, 0x10, 0xaf, 0xff]), "00090f10afff");
    }

    #[test]
    fn quoting_twice_changes_nothing_more() {
        let once = quote("\u{0}\u{9f}ü\u{2066}");
        assert_eq!(quote(&once), once);
    }

    #[test]
    fn keys_are_hidden_and_arns_are_not() {
        let rows = [
            ("x AKIAIOSFODNN7EXAMPLE y", "x [hidden] y"),
            ("'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'", "'[hidden]'"),
            ("code 123456.", "code [hidden]."),
            ("--mfa=123456", "--mfa=[hidden]"),
            ("arn:aws:iam::111122223333:role/dev", "arn:aws:iam::111122223333:role/dev"),
            ("xAKIAIOSFODNN7EXAMPLE ASIAIOSFODNN7EXAMPLE", "[hidden] [hidden]"),
        ];
        for (text, expected) in rows {
            assert_eq!(mask_keys(text), expected, "{text}");
        }
        // One thing is missing each time: six digits, the length of an id, its beginning, a secret's length and three kinds.
        let words = [
            "abcdef 1234567 12345",
            "AKIAIOSFODNN8EXAMPL",
            "abcdefghijklmnopqrst",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE",
            "wJalrXUtnFEMI/KxMDENG/bPxRfiCYEXAMPLEKEY",
            "wjalrxutnfemi/k7mdeng/bpxrficyexamplekey",
            "WJALRXUTNFEMI/K7MDENG/BPXRFICYEXAMPLEKEY",
        ];
        for text in words {
            assert_eq!(mask_keys(text), text);
        }
    }

    #[test]
    fn r33_the_secret_of_a_device_and_what_is_called_one_are_hidden() {
        for (text, expected) in [
            (
                "bad uri otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&issuer=a (line 3)",
                "bad uri otpauth://[hidden] (line 3)",
            ),
            ("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA", "[hidden]"),
            ("of JBSWY3DPEHPK3PXP.", "of [hidden]."),
            ("hvs.CAESIJ_x-1 denied", "hvs.[hidden] denied"),
            ("login?user=bob&Password=hunter2", "login?user=bob&Password=[hidden]"),
            ("--token=x1 'secret=a b'", "--token=[hidden] 'secret=[hidden] b'"),
            ("the security token is invalid; secret= is empty", "the security token is invalid; secret= is empty"),
            ("GAHT12345678 NO_SUCH_THING ABCDEFGHIJKLMNOPQ", "GAHT12345678 NO_SUCH_THING ABCDEFGHIJKLMNOPQ"),
        ] {
            assert_eq!(quote(text), expected, "{text}");
            assert_eq!(quote(&quote(text)), expected, "{text}");
        }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [["name", "is"], ["é", "x"], ["longer", ""]].map(|row| row.map(str::to_owned));
        assert_eq!(columns(rows.into_iter()), "name    is\né       x\nlonger\n");
        assert_eq!(columns::<2>(std::iter::empty()), "");
    }

    #[test]
    fn a_chain_of_causes_is_one_line_and_says_nothing_twice() {
        #[derive(Debug)]
        struct Link(&'static str, Option<Box<Link>>);
        impl std::fmt::Display for Link {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.0)
            }
        }
        impl std::error::Error for Link {
            fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
                self.1.as_deref().map(|link| link as _)
            }
        }
        let chain = |texts: &[&'static str]| {
            let link = texts.iter().rev().fold(None, |inner, text| Some(Box::new(Link(text, inner))));
            error_chain(&*link.unwrap())
        };
        assert_eq!(chain(&["no\n  answer", "it was reset"]), "no answer: it was reset");
        assert_eq!(chain(&["io: it was reset", "it was reset", "by peer"]), "io: it was reset: by peer");
    }
}
