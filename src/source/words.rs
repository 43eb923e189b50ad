//! Cuts a command line into words as botocore does, by Python's `shlex.split`.
//!
//! Quotes and backslashes mean what they mean to a shell; nothing else does: no variable, no `~`, no pipe, no comment.
//! Source: <https://docs.python.org/3/library/shlex.html#parsing-rules>

/// The words of `line`, or what is wrong with it.
pub fn words(line: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = line.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\\' => word.get_or_insert_default().push(rest.next().ok_or("there is nothing behind its last backslash")?),
            '\'' | '"' => quoted(c, &mut rest, word.get_or_insert_default())?,
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Takes what stands in quotes into `word`. In double ones a backslash escapes itself and the quote.
fn quoted(quote: char, rest: &mut std::str::Chars<'_>, word: &mut String) -> Result<(), &'static str> {
    const OPEN: &str = "a quotation in it is not closed";
    loop {
        match rest.next().ok_or(OPEN)? {
            c if c == quote => return Ok(()),
            '\\' if quote == '"' => match rest.next().ok_or(OPEN)? {
                c @ ('\\' | '"') => word.push(c),
                c => word.extend(['\\', c]),
            },
            c => word.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_as_botocore_cuts_it() {
        let rows: [(&str, &[&str]); 11] = [
            ("a b  c", &["a", "b", "c"]),
            ("  /x/y\t--z\r\n", &["/x/y", "--z"]),
            ("a 'b c' \"d e\"", &["a", "b c", "d e"]),
            ("a'b'\"c\"d", &["abcd"]),
            ("a '' \"\"", &["a", "", ""]),
            (r"a\ b \\ \'", &["a b", r"\", "'"]),
            (r#"'a\b' "a\b\"\\\$""#, &[r"a\b", r#"a\b"\\$"#]),
            ("a $HOME ~ | b; #c", &["a", "$HOME", "~", "|", "b;", "#c"]),
            (r"'a\' '\\'", &[r"a\", r"\\"]),
            ("", &[]),
            ("é\u{a0}x", &["é\u{a0}x"]),
        ];
        for (line, expected) in rows {
            assert_eq!(words(line).unwrap(), expected, "{line:?}");
        }
        for line in ["a 'b", "a \"b", "a \\", "\"\\"] {
            assert!(words(line).is_err(), "{line:?}");
        }
    }
}
