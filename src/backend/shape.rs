//! Cuts an answer into names and values for the reader of items. Pure: no reason holds any input.

use super::field::{Field, fold};
use super::item::Reader;
use super::item::value::clean;
use super::manifest::{Read, Shape, Texts};
use crate::credentials::Problem;
use std::borrow::Cow;

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

/// A value cut from an answer, with its name, and the section that it stands in.
struct Pair<'a> {
    section: Option<Cow<'a, str>>,
    name: Cow<'a, str>,
    value: Cow<'a, str>,
    /// Whether its manager keeps it as a one-time password.
    is_code: bool,
}

impl<'a> Pair<'a> {
    /// One that stands in no section.
    const fn new(name: Cow<'a, str>, value: Cow<'a, str>) -> Self {
        Self { section: None, name, value, is_code: false }
    }

    fn feed(&self, reader: &mut Reader<'_>) {
        let section = self.section.as_deref();
        if self.is_code {
            reader.code(section, &self.name, &self.value);
        } else {
            reader.field(section, &self.name, &self.value);
        }
    }
}

/// What was cut from an answer.
enum Cut<'a> {
    /// One text, whose first line may be a field.
    Text(&'a str, Option<Field>),
    /// Fields, some of which are notes.
    Fields(Vec<Pair<'a>>),
    /// Fields, and objects of whatever form.
    Json(Vec<Pair<'a>>, Vec<serde_json::Value>),
}

/// The part of an item that its address names.
#[derive(Clone, Copy, Debug, Default)]
pub struct Part<'p> {
    /// A field.
    pub field: Option<&'p str>,
    /// A section, where the item has one of that name; else a field.
    pub inner: Option<&'p str>,
}

/// Gives what an item's answer holds, or a part of it, to the reader.
pub fn feed<'w>(
    bytes: &[u8],
    read: &Read,
    entry: &str,
    part: Part<'w>,
    reader: &mut Reader<'w>,
) -> Result<(), Misshapen> {
    match cut(bytes, read, entry)? {
        Cut::Text(text, first) => reader.text(text, first),
        Cut::Fields(pairs) => feed_part(&pairs, read, part, reader),
        Cut::Json(pairs, wholes) => {
            feed_part(&pairs, read, part, reader);
            for whole in &wholes {
                reader.json(whole);
            }
        }
    }
    Ok(())
}

fn feed_part<'w>(pairs: &[Pair<'_>], read: &Read, part: Part<'w>, reader: &mut Reader<'w>) {
    let is = |name: &str, wanted: &str| fold(name) == fold(wanted);
    let has_section =
        |wanted: &str| pairs.iter().any(|pair| pair.section.as_deref().is_some_and(|name| is(name, wanted)));
    let mut field = part.field;
    match part.inner {
        Some(inner) if has_section(inner) => reader.choose_section(inner),
        inner => field = field.or(inner),
    }
    match field {
        // The field's text may be all there is to read.
        Some(field) => {
            for pair in pairs.iter().filter(|pair| is(&pair.name, field)) {
                pair.feed(reader);
            }
        }
        None => feed_fields(pairs, read, reader),
    }
}

fn feed_fields(pairs: &[Pair<'_>], read: &Read, reader: &mut Reader<'_>) {
    let is_note =
        |name: &str| read.notes.as_ref().is_some_and(|notes| notes.all().iter().any(|note| fold(note) == fold(name)));
    for pair in pairs {
        if is_note(&pair.name) {
            reader.notes(&pair.value);
        } else {
            pair.feed(reader);
        }
    }
}

/// The one value of an item that holds only one: that of the named pair, or the first line. None where all are empty.
pub fn single<'a>(bytes: &'a [u8], read: &Read, entry: &str) -> Result<Option<Cow<'a, str>>, Misshapen> {
    let pairs = match cut(bytes, read, entry)? {
        Cut::Text(text, _) => return Ok(Some(Cow::Borrowed(text))),
        Cut::Fields(pairs) => pairs,
        Cut::Json(mut pairs, wholes) => {
            let texts = wholes.into_iter().filter_map(|whole| match whole {
                serde_json::Value::Object(map) => Some(map),
                _ => None,
            });
            let texts = texts.flatten().filter_map(|(name, value)| match value {
                serde_json::Value::String(value) => Some(Pair::new(name.into(), value.into())),
                _ => None,
            });
            pairs.extend(texts);
            pairs
        }
    };
    let mut filled: Vec<_> = pairs.into_iter().filter(|pair| !pair.value.trim().is_empty()).collect();
    let named = read.single.iter().flat_map(Texts::all);
    let found = named.into_iter().find_map(|name| filled.iter().position(|pair| fold(&pair.name) == fold(name)));
    let only = (read.single.is_none() && filled.len() == 1).then_some(0);
    Ok(found.or(only).map(|at| filled.swap_remove(at).value))
}

/// The names in a list of entries: a JSON list, or one a line.
#[must_use]
pub fn names(bytes: &[u8]) -> Vec<String> {
    let Ok(text) = text(bytes) else { return Vec::new() };
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Array(all)) => all.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect(),
        _ => text.lines().map(|line| line.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
    }
}

/// The first line of a value, without what people put around it.
#[must_use]
pub fn first_line(text: &str) -> &str {
    clean(text.lines().next().unwrap_or_default())
}

fn cut<'a>(bytes: &'a [u8], read: &Read, entry: &str) -> Result<Cut<'a>, Misshapen> {
    let text = text(bytes)?;
    Ok(match (read.shape, &read.notes) {
        (Shape::Pairs, Some(_)) => Cut::Fields(listing(text, read)),
        (Shape::Line, _) => Cut::Text(text, None),
        (Shape::Pairs, None) => Cut::Text(text, read.first),
        (Shape::Records, _) => Cut::Fields(records(text, read.marks.ok_or(Misshapen::Marks)?)?),
        (Shape::Json, _) => json(text, read, entry)?,
    })
}

fn text(bytes: &[u8]) -> Result<&str, Misshapen> {
    let text = std::str::from_utf8(bytes).map_err(|_| Misshapen::Text(Problem::NotUtf8))?;
    match text.bytes().position(|byte| byte == 0) {
        Some(at) => Err(Misshapen::Text(Problem::Unprintable(at))),
        None => Ok(text.trim_start_matches('\u{feff}')),
    }
}

/// An item that is shown as `Name: value`, one a line; its notes go on until a line begins as `notes_end` says.
fn listing<'a>(text: &'a str, read: &Read) -> Vec<Pair<'a>> {
    let is_note = |name: &str| read.notes.as_ref().is_some_and(|notes| notes.all().iter().any(|note| note == name));
    let ends_notes = |line: &str| read.notes_end.iter().flat_map(Texts::all).any(|end| line.starts_with(end.as_str()));
    let mut pairs = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line = text[at..].split('\n').next().unwrap_or_default();
        let mut next = (at + line.len() + 1).min(text.len());
        if let Some(separator) = line.find([':', '=']) {
            let name = line[..separator].trim();
            if is_note(name) {
                while next < text.len() && !ends_notes(&text[next..]) {
                    next = text[next..].find('\n').map_or(text.len(), |more| next + more + 1);
                }
            }
            let value = text[at + separator + 1..next].trim_end_matches(['\n', '\r']);
            pairs.push(Pair::new(Cow::Borrowed(name), Cow::Borrowed(value)));
        }
        at = next;
    }
    pairs
}

/// `ITEM id RECORD name VALUE value RECORD name VALUE value`, with a control character for each word in capitals.
fn records(text: &str, [item, record, value]: [char; 3]) -> Result<Vec<Pair<'_>>, Misshapen> {
    let items = text.strip_prefix(item).ok_or(Misshapen::Marks)?;
    if items.contains(item) {
        return Err(Misshapen::Ambiguous);
    }
    let cut = |part: &'_ str| part.split_once(value).map(|(name, value)| (name.to_owned(), value.to_owned()));
    let records = items.split(record).skip(1).filter_map(cut);
    Ok(records.map(|(name, value)| Pair::new(name.into(), value.into())).collect())
}

/// The one item of that name in an answer of JSON, as it is.
#[must_use]
pub fn selected(bytes: &[u8], read: &Read, entry: &str) -> Option<serde_json::Value> {
    item(text(bytes).ok()?, read, entry).ok()
}

/// Whether there is one item of that name in it, and why not.
pub fn whole(bytes: &[u8], read: &Read, entry: &str) -> Result<(), Misshapen> {
    item(text(bytes)?, read, entry).map(drop)
}

fn item(text: &str, read: &Read, entry: &str) -> Result<serde_json::Value, Misshapen> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|_| Misshapen::Json)?;
    // A list is what matches by parts of names; only an exact name or id is the item asked for.
    match value {
        serde_json::Value::Array(items) => {
            let mut fitting = items.into_iter().filter(|item| is_selected(item, read, entry));
            let item = fitting.next().ok_or(Misshapen::Another)?;
            if fitting.next().is_some() { Err(Misshapen::Ambiguous) } else { Ok(item) }
        }
        item if is_selected(&item, read, entry) => Ok(item),
        _ => Err(Misshapen::Another),
    }
}

fn json<'a>(text: &str, read: &Read, entry: &str) -> Result<Cut<'a>, Misshapen> {
    let mut item = item(text, read, entry)?;
    let (mut pairs, mut wholes) = (Vec::new(), Vec::new());
    for path in &read.pairs {
        let Some(place) = walk_mut(&mut item, path) else { continue };
        // A place that holds another is read no deeper than its own texts.
        let holds_another =
            read.pairs.iter().any(|other| other != path && (path.is_empty() || other.starts_with(&format!("{path}."))));
        match place {
            serde_json::Value::Array(list) => pairs.extend(list.iter().filter_map(|pair| member(pair, read))),
            serde_json::Value::Object(map) if holds_another => {
                let text = |(name, value): (&String, &serde_json::Value)| {
                    Some(Pair::new(name.clone().into(), value.as_str()?.to_owned().into()))
                };
                pairs.extend(map.iter().filter_map(text));
            }
            serde_json::Value::Object(_) => {
                let mut whole = place.take();
                // Notes count after fields, wherever they stand.
                for note in read.notes.iter().flat_map(Texts::all) {
                    let note_value = whole.as_object_mut().and_then(|map| map.remove(note));
                    if let Some(serde_json::Value::String(value)) = note_value {
                        pairs.push(Pair::new(note.clone().into(), value.into()));
                    }
                }
                wholes.push(whole);
            }
            _ => {}
        }
    }
    Ok(Cut::Json(pairs, wholes))
}

fn is_selected(item: &serde_json::Value, read: &Read, entry: &str) -> bool {
    let asked = |path: &String| {
        walk(item, path)
            .and_then(serde_json::Value::as_str)
            .is_some_and(|name| name.to_lowercase() == entry.to_lowercase())
    };
    read.select.is_empty() || read.select.iter().any(asked)
}

/// `a.b.c`; the empty path is the whole.
fn walk<'v>(value: &'v serde_json::Value, path: &str) -> Option<&'v serde_json::Value> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| value.get(step))
}

fn walk_mut<'v>(value: &'v mut serde_json::Value, path: &str) -> Option<&'v mut serde_json::Value> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| value.get_mut(step))
}

/// An object that is a name and its value.
fn member<'a>(pair: &serde_json::Value, read: &Read) -> Option<Pair<'a>> {
    let first_of = |keys: &[String]| {
        let texts = keys.iter().filter_map(|key| walk(pair, key)?.as_str());
        texts.into_iter().find(|text| !text.is_empty()).map(str::to_owned)
    };
    let section = read.section.as_ref().and_then(|path| walk(pair, path)?.as_str()).map(str::to_owned);
    Some(Pair {
        section: section.map(Cow::Owned),
        name: first_of(&read.name)?.into(),
        value: first_of(&read.value)?.into(),
        is_code: read
            .code
            .iter()
            .any(|(path, kind)| walk(pair, path).and_then(serde_json::Value::as_str) == Some(kind)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(rest: &str) -> Read {
        toml::from_str(&format!("argv = ['{{entry}}']\n{rest}")).unwrap()
    }

    fn shown(bytes: &[u8], read: &Read) -> Result<Vec<String>, Misshapen> {
        let one = |pair: &Pair<'_>| {
            let section = pair.section.as_ref().map_or_else(String::new, |section| format!("{section}/"));
            let code = if pair.is_code { " (code)" } else { "" };
            format!("{section}{}={}{code}", pair.name, pair.value.trim())
        };
        Ok(match cut(bytes, read, "item")? {
            Cut::Text(text, first) => vec![format!("{first:?} {text}")],
            Cut::Fields(pairs) => pairs.iter().map(one).collect(),
            Cut::Json(pairs, wholes) => pairs.iter().map(one).chain(wholes.iter().map(ToString::to_string)).collect(),
        })
    }

    #[test]
    fn records_are_told_apart_by_their_marks() {
        let read = read("shape = 'records'\nmarks = [\"\\u001d\", \"\\u001e\", \"\\u001f\"]");
        assert_eq!(shown(b"\x1d1\x1ea\x1fx\ny\x1eb\x1fz", &read).unwrap(), ["a=x\ny", "b=z"]);
        assert_eq!(shown(b"Multiple matches found.", &read), Err(Misshapen::Marks));
        assert_eq!(shown(b"\x1d1\x1ea\x1fx\x1d2\x1ea\x1fy", &read), Err(Misshapen::Ambiguous));
    }

    #[test]
    fn notes_of_a_listing_go_on_to_their_end() {
        let read = read("shape = 'pairs'\nnotes = 'Notes'\nnotes_end = 'Uuid: '");
        let rows = [
            ("Title: x\nNotes: a: 1\nb\nUuid: {u}\nc: 2\n", vec!["Title=x", "Notes=a: 1\nb", "Uuid={u}", "c=2"]),
            ("Title: x\r\nNotes: \r\nUuid: {u}\r\n", vec!["Title=x", "Notes=", "Uuid={u}"]),
            ("Notes: a", vec!["Notes=a"]),
            ("", vec![]),
        ];
        for (text, expected) in rows {
            assert_eq!(shown(text.as_bytes(), &read).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn json_is_read_by_paths_to_pairs() {
        let read = read(
            "shape = 'json'\npairs = ['fields', 'data.login', '']\nname = ['label', 'id']\nvalue = ['value']\nselect = ['title', 'id']\nsection = 'section.label'\ncode = { type = 'OTP' }",
        );
        let item = br#"{"title":"Item","fields":[{"id":"x","label":"","value":"1","section":{"label":"s"}},{"label":"b"}],"data":{"login":{"u":"2","n":3}}}"#;
        assert_eq!(shown(item, &read).unwrap(), ["s/x=1", "title=Item", r#"{"n":3,"u":"2"}"#]);
        let code = br#"{"id":"item","fields":[{"id":"x","label":"Einmalpasswort","type":"OTP","value":"1"},{"id":"y","type":"STRING","value":"2"}]}"#;
        assert_eq!(shown(code, &read).unwrap(), ["Einmalpasswort=1 (code)", "y=2", "id=item"]);
        assert_eq!(shown(br#"{"title":"item 2","fields":[]}"#, &read), Err(Misshapen::Another));
        assert_eq!(shown(br#"[{"title":"x"},{"id":"item"}]"#, &read).unwrap(), ["id=item"]);
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
