//! Cuts an answer into names and values. Pure: bytes in, pairs or a reason out, and no reason holds any input.

use super::field::{Field, fold};
use super::manifest::{Read, Shape};
use crate::credentials::Problem;
use std::borrow::Cow;

/// A name and its value, cut from an answer. An item's first line may have a field in place of a name.
pub type Pair<'a> = (Name<'a>, Cow<'a, str>);

/// What a value is called.
#[derive(Debug, PartialEq, Eq)]
pub enum Name<'a> {
    /// By the manager, or by whoever made the item.
    Given(Cow<'a, str>),
    /// By its place.
    Known(Field),
}

/// Why an answer cannot be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misshapen {
    /// The bytes are not text.
    Text(Problem),
    /// It is not JSON, or has nothing where the manifest looks.
    Json,
    /// The separators are missing.
    Marks,
    /// It shows more than one item.
    Ambiguous,
    /// It shows other items, whose names only hold the one asked for.
    Another,
}

/// The pairs of an item.
pub fn pairs<'a>(bytes: &'a [u8], read: &Read, entry: &str) -> Result<Vec<Pair<'a>>, Misshapen> {
    let text = text(bytes)?;
    let mut pairs = match read.shape {
        Shape::Line => Vec::new(),
        Shape::Pairs => lines(text, read.first),
        Shape::Records => records(text, read.marks.ok_or(Misshapen::Marks)?)?,
        Shape::Json => json(text, read, entry)?,
    };
    let is_note = |name: &Name<'_>| {
        read.notes.as_ref().is_some_and(|notes| notes.all().iter().any(|wanted| is_called(name, wanted)))
    };
    let noted: Vec<_> = pairs.iter().filter(|(name, _)| is_note(name)).flat_map(|(_, text)| noted(text)).collect();
    pairs.extend(noted);
    Ok(pairs)
}

fn is_called(name: &Name<'_>, wanted: &str) -> bool {
    matches!(name, Name::Given(name) if fold(name) == fold(wanted))
}

/// The pairs in the lines of a free text.
fn noted<'a>(text: &str) -> Vec<Pair<'a>> {
    let own = |(name, value): (&str, &str)| (Name::Given(Cow::Owned(name.to_owned())), Cow::Owned(value.to_owned()));
    text.lines().filter_map(pair).map(own).collect()
}

/// The one value of an item that holds only one: the named pair's, or the first line.
pub fn single<'a>(bytes: &'a [u8], read: &Read, entry: &str) -> Result<Cow<'a, str>, Misshapen> {
    let Some(name) = &read.single else {
        return Ok(Cow::Borrowed(text(bytes)?.lines().next().unwrap_or_default()));
    };
    let found = pairs(bytes, read, entry)?.into_iter().find(|(given, _)| is_called(given, name));
    Ok(found.map_or(Cow::Borrowed(""), |(_, value)| value))
}

fn text(bytes: &[u8]) -> Result<&str, Misshapen> {
    let text = std::str::from_utf8(bytes).map_err(|_| Misshapen::Text(Problem::NotUtf8))?;
    match text.bytes().position(|byte| byte == 0) {
        Some(at) => Err(Misshapen::Text(Problem::Unprintable(at))),
        None => Ok(text.trim_start_matches('\u{feff}')),
    }
}

/// `name: value` or `name = value`, one a line. A line 1 without a known name is the field `first`.
fn lines(text: &str, first: Option<Field>) -> Vec<Pair<'_>> {
    let cut = |line| pair(line).map(|(name, value)| (Name::Given(Cow::Borrowed(name)), Cow::Borrowed(value)));
    let mut lines = text.lines();
    let mut pairs = Vec::new();
    if let (Some(field), Some(line)) = (first, text.lines().next())
        && pair(line).is_none_or(|(name, _)| !is_known(name))
    {
        lines.next();
        pairs.push((Name::Known(field), Cow::Borrowed(line)));
    }
    pairs.extend(lines.filter_map(cut));
    pairs
}

fn is_known(name: &str) -> bool {
    let name = fold(name);
    Field::ALL.iter().any(|field| field.aliases().contains(&name.as_str()))
}

fn pair(line: &str) -> Option<(&str, &str)> {
    // An authenticator's URI stands alone on its line and has a colon of its own.
    if line.trim_start().starts_with("otpauth://") {
        return Some(("otpauth", line));
    }
    line.split_once([':', '=']).map(|(name, value)| (name.trim(), value))
}

/// `ITEM id RECORD name VALUE value RECORD name VALUE value`, with a control character for each word in capitals.
fn records(text: &str, [item, record, value]: [char; 3]) -> Result<Vec<Pair<'_>>, Misshapen> {
    let items = text.strip_prefix(item).ok_or(Misshapen::Marks)?;
    if items.contains(item) {
        return Err(Misshapen::Ambiguous);
    }
    let cut = |part: &'_ str| part.split_once(value).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let records = items.split(record).skip(1);
    Ok(records.filter_map(cut).map(|(name, value)| (Name::Given(Cow::Owned(name)), Cow::Owned(value))).collect())
}

fn json<'a>(text: &str, read: &Read, entry: &str) -> Result<Vec<Pair<'a>>, Misshapen> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| Misshapen::Json)?;
    // A list is what matches by parts of names; only an exact name or id is the item asked for.
    let item = match value {
        serde_json::Value::Array(items) => {
            let mut fitting = items.into_iter().filter(|item| is_selected(item, read, entry));
            let item = fitting.next().ok_or(Misshapen::Another)?;
            if fitting.next().is_some() {
                return Err(Misshapen::Ambiguous);
            }
            item
        }
        item if is_selected(&item, read, entry) => item,
        _ => return Err(Misshapen::Another),
    };
    let places = read.pairs.iter().filter_map(|path| walk(&item, path));
    Ok(places
        .flat_map(|place| members(place, read))
        .map(|(name, value)| (Name::Given(Cow::Owned(name)), Cow::Owned(value)))
        .collect())
}

fn is_selected(item: &serde_json::Value, read: &Read, entry: &str) -> bool {
    let asked = |path: &String| {
        walk(item, path).and_then(serde_json::Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(entry))
    };
    read.select.is_empty() || read.select.iter().any(asked)
}

/// `a.b.c`; the empty path is the whole.
fn walk<'v>(value: &'v serde_json::Value, path: &str) -> Option<&'v serde_json::Value> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| value.get(step))
}

fn members(place: &serde_json::Value, read: &Read) -> Vec<(String, String)> {
    let first_of = |pair: &serde_json::Value, keys: &[String]| {
        let texts = keys.iter().filter_map(|key| walk(pair, key)?.as_str());
        texts.into_iter().find(|text| !text.is_empty()).map(str::to_owned)
    };
    match place {
        serde_json::Value::Array(pairs) => {
            pairs.iter().filter_map(|pair| Some((first_of(pair, &read.name)?, first_of(pair, &read.value)?))).collect()
        }
        serde_json::Value::Object(map) => {
            map.iter().filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: &str) -> Read {
        toml::from_str(&format!("argv = ['{{entry}}']\n{rest}")).unwrap()
    }

    fn shown(bytes: &[u8], read: &Read) -> Result<Vec<String>, Misshapen> {
        let one = |(name, value): Pair<'_>| match name {
            Name::Given(name) => format!("{name}={}", value.trim()),
            Name::Known(field) => format!("<{}>={}", field.name(), value.trim()),
        };
        Ok(pairs(bytes, read, "item")?.into_iter().map(one).collect())
    }

    #[test]
    fn an_entry_of_lines_has_a_first_line_and_named_ones() {
        let read = read("shape = 'pairs'\nfirst = 'secret_access_key'");
        let rows: [(&[u8], &[&str]); 4] = [
            (
                b"se/cr:et\r\naccess_key_id: AKIA\r\notpauth://totp/a?secret=b",
                &["<secret_access_key>=se/cr:et", "access_key_id=AKIA", "otpauth=otpauth://totp/a?secret=b"],
            ),
            (
                b"aws_access_key_id = AKIA\naws_secret_access_key = x=y",
                &["aws_access_key_id=AKIA", "aws_secret_access_key=x=y"],
            ),
            (b"\xef\xbb\xbfs\n\nfree text", &["<secret_access_key>=s"]),
            (b"", &[]),
        ];
        for (bytes, expected) in rows {
            assert_eq!(shown(bytes, &read).unwrap(), expected, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn records_are_told_apart_by_their_marks() {
        let read = read("shape = 'records'\nmarks = [\"\\u001d\", \"\\u001e\", \"\\u001f\"]");
        assert_eq!(shown(b"\x1d1\x1ea\x1fx\ny\x1eb\x1fz", &read).unwrap(), ["a=x\ny", "b=z"]);
        assert_eq!(shown(b"Multiple matches found.", &read), Err(Misshapen::Marks));
        assert_eq!(shown(b"\x1d1\x1ea\x1fx\x1d2\x1ea\x1fy", &read), Err(Misshapen::Ambiguous));
    }

    #[test]
    fn lines_of_free_text_come_after_the_pairs() {
        let read = read("shape = 'records'\nmarks = ['-', '+', '=']\nnotes = 'Notes'");
        assert_eq!(
            shown(b"-1+Notes=b: 1\nword\nc:2+a=0", &read).unwrap(),
            ["Notes=b: 1\nword\nc:2", "a=0", "b=1", "c=2"]
        );
    }

    #[test]
    fn json_is_read_by_paths_to_pairs() {
        let read = read(
            "shape = 'json'\npairs = ['fields', 'data.login']\nname = ['label', 'id']\nvalue = ['value']\nselect = ['title', 'id']",
        );
        let item = br#"{"title":"Item","fields":[{"id":"x","label":"","value":"1"},{"label":"b"}],"data":{"login":{"u":"2","n":3}}}"#;
        assert_eq!(shown(item, &read).unwrap(), ["x=1", "u=2"]);
        assert_eq!(shown(br#"{"title":"item 2","fields":[]}"#, &read), Err(Misshapen::Another));
        assert_eq!(shown(br#"[{"title":"x"},{"id":"item","fields":{"k":"v"}}]"#, &read).unwrap(), ["k=v"]);
        assert_eq!(shown(br#"[{"title":"item"},{"title":"item"}]"#, &read), Err(Misshapen::Ambiguous));
        assert_eq!(shown(b"[]", &read), Err(Misshapen::Another));
        for broken in [&b"{"[..], b""] {
            assert_eq!(shown(broken, &read), Err(Misshapen::Json));
        }
    }

    #[test]
    fn r56_bytes_that_are_no_text_are_refused() {
        let read = read("shape = 'pairs'");
        assert_eq!(shown(b"\xff", &read), Err(Misshapen::Text(Problem::NotUtf8)));
        assert_eq!(shown(b"a\0", &read), Err(Misshapen::Text(Problem::Unprintable(1))));
    }
}
