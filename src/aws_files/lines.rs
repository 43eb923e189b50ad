//! The lines of `~/.aws/config` and `~/.aws/credentials`, told apart as botocore's parser does it.
//!
//! That parser is Python's `configparser.RawConfigParser`: any blank of Unicode is a blank, a line that stands further
//! in than the setting before it goes on with that setting, `:` divides as `=` does, and a section's name ends at the
//! last `]` of its line. Lines keep their place in the text, so that the editor sees what the reader sees.
//! Source: <https://docs.python.org/3/library/configparser.html#supported-ini-file-structure>

use std::ops::Range;

/// A line, its end included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it is in the text.
    pub span: Range<usize>,
    /// How many characters it is indented by, where it is neither blank nor a comment.
    pub indent: usize,
    /// What it is.
    pub kind: Kind,
}

/// What a line is. Ranges are places in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing.
    Blank,
    /// A comment.
    Comment,
    /// The beginning of a section: what stands between the brackets.
    Section(Range<usize>),
    /// A setting: its name and the first line of its value.
    Setting(Range<usize>, Range<usize>),
    /// More of the value of the setting before.
    More(Range<usize>),
    /// What botocore refuses the whole file for, and is left out here.
    Fault(&'static str),
}

/// Cuts `text` into lines. Line ends are those of Python's text files: LF, CR and LF, or CR alone.
pub fn cut(text: &[u8]) -> Vec<Line> {
    let mut lines = Vec::with_capacity(text.len() / 24);
    let mut reader = Reader::default();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let len = match rest.get(end..) {
            Some([b'\r', b'\n', ..]) => end + 2,
            Some([_, ..]) => end + 1,
            _ => end,
        };
        // Some editors of Windows begin a file with this mark.
        let start = if at == 0 && rest.starts_with(b"\xef\xbb\xbf") { 3 } else { at };
        let (indent, kind) = reader.kind(text, start..at + end);
        lines.push(Line { span: at..at + len, indent, kind });
        at += len;
    }
    lines
}

/// What the lines before leave behind.
#[derive(Default)]
struct Reader {
    in_section: bool,
    in_setting: bool,
    indent: usize,
}

impl Reader {
    fn kind(&mut self, text: &[u8], line: Range<usize>) -> (usize, Kind) {
        let (content, indent) = trimmed(text, line);
        match text[content.clone()].first() {
            None => return (0, Kind::Blank),
            Some(b'#' | b';') => return (0, Kind::Comment),
            Some(_) => {}
        }
        if self.in_section && self.in_setting && indent > self.indent {
            return (indent, Kind::More(content));
        }
        self.indent = indent;
        (indent, self.head(text, content))
    }

    /// A line that goes on with no setting.
    fn head(&mut self, text: &[u8], content: Range<usize>) -> Kind {
        let bytes = &text[content.clone()];
        let close = bytes.iter().rposition(|byte| *byte == b']');
        if let (Some(b'['), Some(close @ 2..)) = (bytes.first(), close) {
            (self.in_section, self.in_setting) = (true, false);
            return Kind::Section(content.start + 1..content.start + close);
        }
        if !self.in_section {
            return Kind::Fault("stands before the first section");
        }
        let Some(divider) = bytes.iter().position(|byte| matches!(byte, b'=' | b':')) else {
            return Kind::Fault("is neither a section, nor a setting, nor a comment");
        };
        let (key, _) = trimmed(text, content.start..content.start + divider);
        self.in_setting = !key.is_empty();
        if key.is_empty() {
            return Kind::Fault("has a value and no name");
        }
        Kind::Setting(key, without_comment(text, content.start + divider + 1..content.end))
    }
}

/// The value before a comment that follows it. botocore takes the comment for a part of the value; the SDKs do not, and
/// nobody means it. What stands in quotes is a part of the value to all of them, as in a command.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>
fn without_comment(text: &[u8], value: Range<usize>) -> Range<usize> {
    let bytes = &text[value.clone()];
    let mut at = 0;
    while at < bytes.len() && !(is_mark(bytes[at]) && blank_at_end(&bytes[..at]) > 0) {
        at = quoted_end(bytes, at).unwrap_or(at + 1);
    }
    trimmed(text, value.start..value.start + at).0
}

/// Whether a comment can begin with it.
pub const fn is_mark(byte: u8) -> bool {
    matches!(byte, b'#' | b';')
}

/// Where what is quoted from `at` on ends; none where no quote opens there, or none closes it. One behind a letter is an
/// apostrophe, and one behind a backslash is no quote, as to `shlex`.
fn quoted_end(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = Some(bytes[at]).filter(|byte| matches!(byte, b'"' | b'\''))?;
    let before = bytes[..at].last();
    if before.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'\\') {
        return None;
    }
    let mut escaped = false;
    let is_end = |byte: &u8| {
        let ends = *byte == quote && !escaped;
        escaped = quote == b'"' && *byte == b'\\' && !escaped;
        ends
    };
    Some(at + 2 + bytes[at + 1..].iter().position(is_end)?)
}

/// The range without blanks at its ends, and how many characters were taken from its beginning.
pub fn trimmed(text: &[u8], range: Range<usize>) -> (Range<usize>, usize) {
    let Range { mut start, mut end } = range;
    let mut count = 0;
    while start < end {
        match blank_at_start(&text[start..end]) {
            0 => break,
            len => (start, count) = (start + len, count + 1),
        }
    }
    while start < end {
        match blank_at_end(&text[start..end]) {
            0 => break,
            len => end -= len,
        }
    }
    (start..end, count)
}

/// Whether Python's `str.isspace` says so.
pub fn is_blank(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// How many bytes the blank has that the text begins with; none where it begins with another character.
fn blank_at_start(text: &[u8]) -> usize {
    if text.first().is_some_and(u8::is_ascii) {
        return usize::from(is_one_blank(&text[..1]));
    }
    // No blank of Unicode has more than three bytes.
    (1..=text.len().min(3)).find(|len| is_one_blank(&text[..*len])).unwrap_or(0)
}

fn blank_at_end(text: &[u8]) -> usize {
    if text.last().is_some_and(u8::is_ascii) {
        return usize::from(is_one_blank(&text[text.len() - 1..]));
    }
    (1..=text.len().min(3)).find(|len| is_one_blank(&text[text.len() - len..])).unwrap_or(0)
}

fn is_one_blank(text: &[u8]) -> bool {
    match text {
        [byte] => is_blank(char::from(*byte)) && byte.is_ascii(),
        // Nothing else is the beginning of one.
        [0xc2 | 0xe1..=0xe3, ..] => std::str::from_utf8(text).is_ok_and(|text| {
            let mut chars = text.chars();
            chars.next().is_some_and(is_blank) && chars.next().is_none()
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines in short: what they are and what they hold.
    fn told(text: &[u8]) -> String {
        let show = |range: &Range<usize>| String::from_utf8_lossy(&text[range.clone()]).into_owned();
        let one = |line: &Line| match &line.kind {
            Kind::Blank => "-".to_owned(),
            Kind::Comment => "#".to_owned(),
            Kind::Section(name) => format!("[{}]", show(name)),
            Kind::Setting(key, value) => format!("{}={}", show(key), show(value)),
            Kind::More(value) => format!("+{}", show(value)),
            Kind::Fault(_) => "!".to_owned(),
        };
        cut(text).iter().map(one).collect::<Vec<_>>().join("|")
    }

    #[test]
    fn lines_are_told_apart_as_botocore_does() {
        let rows: &[(&str, &str)] = &[
            ("[a]\nx = 1\n", "[a]|x=1"),
            ("[a]\n  x = 1\n  # c\n  y=2", "[a]|x=1|#|y=2"),
            ("[a]\n  x = 1\n    more\n y = 2\n", "[a]|x=1|+more|y=2"),
            ("[a]\ns3 =\n  # c\n\n  x = 1\nb: 2\n", "[a]|s3=|#|-|+x = 1|b=2"),
            ("[a]\nx = 1\n  [b]\n", "[a]|x=1|+[b]"),
            ("  [a]\nx=1\n", "[a]|x=1"),
            ("[a] /* y */\n[b] # z\n[c]d]\n[]\n[d\n", "[a]|[b]|[c]d]|!|!"),
            ("[a]\rx=1\r\r\ny=2\r\n", "[a]|x=1|-|y=2"),
            ("\u{feff}[a]\nx=1", "[a]|x=1"),
            ("[a]\n\u{a0}x\u{a0}=\u{2003}1\u{3000}\n", "[a]|x=1"),
            ("[a]\n\u{3000}name\u{a0}= value\u{3000}\n", "[a]|name=value"),
            ("[a]\nx = ¡no blank¡\n", "[a]|x=¡no blank¡"),
            ("[a]\nx\u{c}=\u{b}1\u{1c}\n", "[a]|x=1"),
            ("[a]\nx = a #7\ny = a#7\nz = #7\nq =;7\n", "[a]|x=a|y=a#7|z=|q=;7"),
            ("[a]\nk = v=w:z\nu:a=b\n", "[a]|k=v=w:z|u=a=b"),
            ("[a]\nx = sh -c \"a ; b\" ; c\ny = sh -c 'a # b' 'c' # d\n", "[a]|x=sh -c \"a ; b\"|y=sh -c 'a # b' 'c'"),
            ("[a]\nx = \"a \\\" # b\" # c\ny = 'a\\' # b'\n", "[a]|x=\"a \\\" # b\"|y='a\\'"),
            ("[a]\nx = \"a # b\ny = it's # don't\nz = a \\\" # b\"\n", "[a]|x=\"a|y=it's|z=a \\\""),
            ("x = 1\n[a]\nword\n= 1\n  more\n", "!|[a]|!|!|!"),
            ("[a]\n x = 1\nword\n  more\n", "[a]|x=1|!|+more"),
            ("", ""),
            ("\n \n\t\n", "-|-|-"),
        ];
        for (text, expected) in rows {
            assert_eq!(told(text.as_bytes()), *expected, "{text:?}");
        }
        assert_eq!(told(b"# caf\xe9\n[a]\nx = \xff \n\xa0y = 1\n"), "#|[a]|x=\u{fffd}|\u{fffd}y=1");
    }

    #[test]
    fn every_byte_is_in_one_line() {
        for text in ["", "a", "\r\n\r\r\n[a]\nx", "\u{feff}", "[a]\r\n  b"] {
            let lines = cut(text.as_bytes());
            let whole: Vec<u8> = lines.iter().flat_map(|line| text.as_bytes()[line.span.clone()].to_vec()).collect();
            assert_eq!(whole, text.as_bytes());
        }
    }
}
