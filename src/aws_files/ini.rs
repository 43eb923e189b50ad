//! Changes one section of an INI file and leaves every other byte as it is.
//!
//! Read as both the AWS CLI and the SDKs read it: a section begins at the left edge, and a line that begins with a
//! blank continues the one before.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

use zeroize::Zeroizing;

/// The settings of a set of keys, all of which go when another set comes.
const KEYS: [&str; 5] = [
    "aws_access_key_id",
    "aws_secret_access_key",
    "aws_session_token",
    "aws_security_token",
    "aws_credential_expiration",
];

/// Why a section is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It is there twice, and readers differ in which one they take.
    Twice,
    /// It holds permanent keys, which would be lost.
    Permanent,
}

/// `text` with `settings` in the section called `name`, in place of the keys it had; at the end where it was not there.
pub fn with_section(text: &[u8], name: &str, settings: &[(&str, &str)]) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let starts = lines.iter().enumerate().filter(|(_, line)| section(line) == Some(name.as_bytes()));
    let starts: Vec<usize> = starts.map(|(index, _)| index).collect();
    // Never grown: a growing buffer would leave copies of the keys behind.
    let new = settings.iter().map(|(name, value)| name.len() + value.len() + 5).sum::<usize>();
    let mut out = Zeroizing::new(Vec::with_capacity(text.len() + name.len() + new + 16));
    let mut add = |parts: &[&[u8]]| parts.iter().for_each(|part| out.extend_from_slice(part));
    let end_of = |line: &&[u8]| if line.ends_with(b"\r\n") { &b"\r\n"[..] } else { b"\n" };
    let start = match starts[..] {
        [] => {
            let eol = lines.first().map_or(&b"\n"[..], end_of);
            add(&[text, if text.is_empty() || text.ends_with(b"\n") { b"" } else { eol }]);
            add(&[if lines.last().is_none_or(|line| line.trim_ascii().is_empty()) { b"" } else { eol }]);
            add(&[b"[", name.as_bytes(), b"]", eol]);
            for (name, value) in settings {
                add(&[name.as_bytes(), b" = ", value.as_bytes(), eol]);
            }
            return Ok(out);
        }
        [start] => start,
        _ => return Err(Problem::Twice),
    };
    let length = lines[start + 1..].iter().position(|line| section(line).is_some());
    let body = &lines[start + 1..length.map_or(lines.len(), |length| start + 1 + length)];
    let has = |keys: &[&str]| body.iter().any(|line| keys.iter().any(|key| setting(line, key) == Some(true)));
    if has(&KEYS[..2]) && !has(&KEYS[2..4]) {
        return Err(Problem::Permanent);
    }
    let eol = end_of(&lines[start]);
    lines[..=start].iter().for_each(|line| add(&[line]));
    add(&[if lines[start].ends_with(b"\n") { b"" } else { eol }]);
    for (name, value) in settings {
        add(&[name.as_bytes(), b" = ", value.as_bytes(), eol]);
    }
    let mut dropped = false;
    for line in body {
        let continues = line.starts_with(b" ") || line.starts_with(b"\t");
        if !continues && !line.trim_ascii().is_empty() {
            let replaced = KEYS.iter().chain(settings.iter().map(|(name, _)| name));
            dropped = replaced.into_iter().any(|key| setting(line, key).is_some());
        }
        if !dropped || line.trim_ascii().is_empty() {
            add(&[line]);
        }
    }
    lines[start + 1 + body.len()..].iter().for_each(|line| add(&[line]));
    Ok(out)
}

/// The name of the section that begins on this line.
fn section(line: &[u8]) -> Option<&[u8]> {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).strip_prefix(b"[")?;
    Some(line[..line.iter().position(|byte| *byte == b']')?].trim_ascii())
}

/// Whether the line sets `key`, and if so, whether to anything.
fn setting(line: &[u8], key: &str) -> Option<bool> {
    let at = line.iter().position(|byte| matches!(byte, b'=' | b':'))?;
    let is_it = line[..at].trim_ascii_end().eq_ignore_ascii_case(key.as_bytes());
    is_it.then(|| !line[at + 1..].trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_keys_of_one_section_change() {
        let new = [("aws_access_key_id", "N"), ("aws_session_token", "T")];
        let added = "aws_access_key_id = N\naws_session_token = T\n";
        let rows = [
            ("", format!("[x]\n{added}")),
            ("[y]\na=1", format!("[y]\na=1\n\n[x]\n{added}")),
            ("[y]\na=1\n", format!("[y]\na=1\n\n[x]\n{added}")),
            ("# x\n\n", format!("# x\n\n[x]\n{added}")),
            ("[x]", format!("[x]\n{added}")),
            ("\u{feff}[x]\n[y]\n", format!("\u{feff}[x]\n{added}[y]\n")),
            ("[ x ] # mine\nregion = r\n", format!("[ x ] # mine\n{added}region = r\n")),
            (
                "[w]\naws_access_key_id=W\n[x]\n# c\nAWS_Access_Key_Id : O\n  continued\noutput=json\naws_session_token=\
                 O\naws_security_token=O\n\n[z]\n\tq = \u{e9}\n",
                format!("[w]\naws_access_key_id=W\n[x]\n{added}# c\noutput=json\n\n[z]\n\tq = \u{e9}\n"),
            ),
            ("[y]\r\na=1\r\n[x]\r\nb=2\r\n", format!("[y]\r\na=1\r\n[x]\r\n{}b=2\r\n", added.replace('\n', "\r\n"))),
            ("[y]\r\n", format!("[y]\r\n\r\n[x]\r\n{}", added.replace('\n', "\r\n"))),
            ("[xx]\n [x]\n[profile x]\n", format!("[xx]\n [x]\n[profile x]\n\n[x]\n{added}")),
        ];
        for (text, expected) in rows {
            let found = with_section(text.as_bytes(), "x", &new).unwrap();
            assert_eq!(String::from_utf8_lossy(&found), expected, "{text:?}");
            let again = with_section(&found, "x", &new).unwrap();
            assert_eq!(again, found, "{text:?}, a second time");
        }
    }

    #[test]
    fn bytes_that_are_no_text_are_kept() {
        let found = with_section(b"[y]\na = \xff\xfe\n", "x", &[]).unwrap();
        assert_eq!(&found[..], b"[y]\na = \xff\xfe\n\n[x]\n");
    }

    #[test]
    fn permanent_keys_and_doubled_sections_are_not_touched() {
        let rows = [
            ("[x]\naws_access_key_id = A\naws_secret_access_key = S\n", Err(Problem::Permanent)),
            ("[x]\naws_secret_access_key = S\naws_session_token =\n", Err(Problem::Permanent)),
            ("[x]\naws_access_key_id = A\naws_security_token = T\n", Ok(())),
            ("[x]\n[y]\naws_access_key_id = A\n", Ok(())),
            ("[x]\n[y]\n[x]\n", Err(Problem::Twice)),
        ];
        for (text, expected) in rows {
            assert_eq!(with_section(text.as_bytes(), "x", &[]).map(|_| ()), expected, "{text:?}");
        }
    }
}
