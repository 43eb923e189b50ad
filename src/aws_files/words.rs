//! Words as Python's `shlex.split` cuts them, which botocore reads sections' names with.
//! Source: <https://docs.python.org/3/library/shlex.html#parsing-rules>

/// The words of `text`; none where a quote is not closed or nothing follows a backslash.
#[must_use]
pub fn split(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some('"'), '\\') => {
                let next = chars.next()?;
                let word = word.get_or_insert_default();
                if !matches!(next, '"' | '\\') {
                    word.push('\\');
                }
                word.push(next);
            }
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '\\') => word.get_or_insert_default().push(chars.next()?),
            (None, ' ' | '\t' | '\r' | '\n') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// One word that [`split`] gives back as it is.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '\'' | '"' | '\\');
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let escaped = word.chars().flat_map(|c| ['\\'].into_iter().filter(move |_| matches!(c, '"' | '\\')).chain([c]));
    std::iter::once('"').chain(escaped).chain(['"']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_python() {
        let rows: &[(&str, Option<&[&str]>)] = &[
            ("profile dev", Some(&["profile", "dev"])),
            ("profile \t 'a b' ", Some(&["profile", "a b"])),
            ("profile \"a\\\"b\\c\"", Some(&["profile", "a\"b\\c"])),
            ("profile a\\ b", Some(&["profile", "a b"])),
            ("profile ''", Some(&["profile", ""])),
            ("profile a'b'c", Some(&["profile", "abc"])),
            ("profile\u{a0}dev", Some(&["profile\u{a0}dev"])),
            ("profile dev # x", Some(&["profile", "dev", "#", "x"])),
            ("profile it's", None),
            ("profile a\\", None),
            ("", Some(&[])),
        ];
        for (text, expected) in rows {
            let expected = expected.map(|words| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
            assert_eq!(split(text), expected, "{text:?}");
        }
        for word in ["a", "a b", "", "it's", "\"", "\\", "a\\\"b", "\u{e9}&(1)"] {
            assert_eq!(split(&quoted(word)), Some(vec![word.to_owned()]), "{word:?}");
        }
    }
}
