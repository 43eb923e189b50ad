//! An item as the manager's own JSON, in base64: what a manager that replaces items whole gets on standard input.
//!
//! Pure. What the JSON library copies is wiped by the process's allocator.

use super::form::Document;
use super::text::{self, Bytes, New, Swap};
use crate::backend::manifest::{Read, Texts};
use crate::backend::shape;
use crate::credentials::{MfaSerial, RoleArn};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// A new item called `entry`, with our names for its values; none where the manifest's own texts are no such JSON.
#[must_use]
pub fn compose(how: &Document, read: &Read, entry: &str, new: New<'_>) -> Option<Bytes> {
    let mut item: Value = serde_json::from_str(&how.new).ok()?;
    fill(&mut item, &[("{entry}", entry)]);
    let values = [
        ("access_key_id", Some(new.keys.access_key_id.as_str()), &how.field),
        ("secret_access_key", Some(new.keys.secret_access_key.expose_secret()), &how.hidden),
        ("mfa_serial", new.mfa_serial.map(MfaSerial::as_str), &how.field),
        ("role_arn", new.role_arn.map(RoleArn::as_str), &how.field),
    ];
    let list = read.pairs.first().and_then(|path| walk(&mut item, path))?.as_array_mut()?;
    for (name, value, form) in values {
        let Some(value) = value else { continue };
        let mut field: Value = serde_json::from_str(form).ok()?;
        fill(&mut field, &[("{name}", name), ("{value}", value)]);
        list.push(field);
    }
    Some(bytes(&item))
}

/// The item with each new word in the place of the old one, wherever its fields and notes have that as a word of its own;
/// none where they do not.
#[must_use]
pub fn swapped(answer: &[u8], read: &Read, entry: &str, swaps: &[Swap<'_>]) -> Option<Bytes> {
    let mut item = shape::selected(answer, read, entry)?;
    let mut missing: Vec<&Swap<'_>> = swaps.iter().collect();
    let notes = read.notes.iter().flat_map(Texts::all);
    for path in read.pairs.iter().filter(|path| !path.is_empty()).chain(notes) {
        if let Some(place) = walk(&mut item, path) {
            change(place, swaps, &mut missing);
        }
    }
    missing.is_empty().then(|| bytes(&item))
}

/// Whether `after` shows the item as it was to become; what the manager itself changes with each writing counts for nothing.
#[must_use]
pub fn is_changed(how: &Document, read: &Read, entry: &str, after: &[u8], expected: &[u8]) -> bool {
    let expected = serde_json::from_slice(expected).ok().map(|item| settled(item, how));
    let after = shape::selected(after, read, entry).map(|item| settled(item, how));
    expected.is_some() && expected == after
}

/// By what the manager knows the item.
#[must_use]
pub fn id(how: &Document, read: &Read, entry: &str, answer: &[u8]) -> Option<String> {
    let mut item = shape::selected(answer, read, entry)?;
    walk(&mut item, &how.id)?.as_str().map(str::to_owned)
}

/// What the item says that its hidden values were, the newest first.
#[must_use]
pub fn past(how: &Document, read: &Read, entry: &str, answer: &[u8]) -> Vec<SecretString> {
    let Some([list, text]) = &how.past else { return Vec::new() };
    let Some(mut item) = shape::selected(answer, read, entry) else { return Vec::new() };
    let Some(Value::Array(all)) = walk(&mut item, list) else { return Vec::new() };
    let said = all.iter_mut().filter_map(|one| walk(one, text)?.as_str());
    // Of a field it is `name: value`.
    said.map(|said| SecretString::from(said.rsplit(' ').next().unwrap_or_default())).collect()
}

/// The item alone, of an answer that may show others.
#[must_use]
pub fn alone(read: &Read, entry: &str, answer: &[u8]) -> Option<Bytes> {
    shape::selected(answer, read, entry).map(|item| bytes(&item))
}

/// Base64 with padding.
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-4>
#[must_use]
pub fn encoded(bytes: &[u8]) -> Bytes {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = Bytes::new(Vec::with_capacity(bytes.len().div_ceil(3) * 4));
    for three in bytes.chunks(3) {
        let bits = three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at)) as usize & 63];
            out.push(if at <= three.len() { digit } else { b'=' });
        }
    }
    out
}

/// Puts values in the place of the texts that stand for them.
fn fill(value: &mut Value, words: &[(&str, &str)]) {
    match value {
        Value::String(text) => {
            if let Some((_, word)) = words.iter().find(|(name, _)| text == name) {
                (*word).clone_into(text);
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| fill(one, words)),
        Value::Object(map) => map.values_mut().for_each(|one| fill(one, words)),
        _ => {}
    }
}

fn change(value: &mut Value, swaps: &[Swap<'_>], missing: &mut Vec<&Swap<'_>>) {
    match value {
        Value::String(old) => {
            for swap in swaps {
                let new = text::swapped(old.as_bytes(), &[*swap]);
                if let Some(new) = new.as_ref().and_then(|new| std::str::from_utf8(new).ok()) {
                    new.clone_into(old);
                    missing.retain(|other| other.old != swap.old);
                }
            }
        }
        Value::Array(all) => all.iter_mut().for_each(|one| change(one, swaps, missing)),
        Value::Object(map) => map.values_mut().for_each(|one| change(one, swaps, missing)),
        _ => {}
    }
}

/// Without what the manager changes by itself, and without what is empty, which comes and goes.
fn settled(mut item: Value, how: &Document) -> Value {
    for path in &how.changes {
        let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
        if let Some(Value::Object(map)) = walk(&mut item, parent) {
            map.remove(name);
        }
    }
    without_empty(&mut item);
    item
}

fn without_empty(value: &mut Value) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(without_empty),
        Value::Object(map) => {
            map.values_mut().for_each(without_empty);
            map.retain(|_, value| !matches!(value, Value::Null) && value.as_array().is_none_or(|all| !all.is_empty()));
        }
        _ => {}
    }
}

fn walk<'v>(value: &'v mut Value, path: &str) -> Option<&'v mut Value> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| value.get_mut(step))
}

fn bytes(item: &Value) -> Bytes {
    // What was JSON is JSON.
    Bytes::new(serde_json::to_vec(item).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;

    fn how() -> (Document, Read) {
        let how = toml::from_str(
            r#"new = '{"name": "{entry}", "fields": []}'
            field = '{"name": "{name}", "value": "{value}", "type": 0}'
            hidden = '{"name": "{name}", "value": "{value}", "type": 1}'
            id = "id"
            changes = ["revisionDate", "login.since"]
            past = ["past", "p"]"#,
        );
        let read = "argv = ['{entry}']\nshape = 'json'\npairs = ['fields', 'login', '']\nnotes = 'notes'\nname = ['name']\nvalue = ['value']\nselect = ['name', 'id']";
        (how.unwrap(), toml::from_str(read).unwrap())
    }

    const OLD: [&str; 2] = ["AKIAOLDOLDOLDEXAMPLE", "old/old/old/old/old/"];
    const NEW: [&str; 2] = ["AKIANEWNEWNEWEXAMPLE", "new/new/new/new/new/"];

    #[test]
    fn only_the_key_changes_wherever_the_item_has_it() {
        let (how, read) = how();
        let (old, new) = (keys(OLD[0], OLD[1]), keys(NEW[0], NEW[1]));
        let item = |key: [&str; 2], date: &str| {
            format!(
                r#"[{{"name":"work 2"}},{{"id":"i","name":"work","revisionDate":"{date}","notes":"a key: {}; x{}","login":{{"username":"{}","since":"{date}"}},"fields":[{{"name":"s","value":"{}","type":1}},{{"name":"t","value":"{}t"}}],"history":["{}"]}}]"#,
                key[0], OLD[0], key[0], key[1], OLD[1], OLD[1]
            )
        };
        let before = item(OLD, "1");
        let changed = swapped(before.as_bytes(), &read, "work", &Swap::of_keys(&old, &new)).unwrap();
        assert!(is_changed(&how, &read, "work", item(NEW, "2").as_bytes(), &changed));
        assert!(!is_changed(&how, &read, "work", before.as_bytes(), &changed));
        let lost = item(NEW, "2").replace("\"name\":\"t\"", "\"name\":\"u\"");
        assert!(!is_changed(&how, &read, "work", lost.as_bytes(), &changed));
        assert_eq!(id(&how, &read, "work", before.as_bytes()).as_deref(), Some("i"));
        let was = r#"[{"name":"work","past":[{"p":"s: old/old/old/old/old/"},{"p":"x"},{"q":1}]}]"#;
        let was: Vec<_> = past(&how, &read, "work", was.as_bytes());
        assert_eq!(was.iter().map(ExposeSecret::expose_secret).collect::<Vec<_>>(), ["old/old/old/old/old/", "x"]);
        let half =
            r#"[{"name":"work","fields":[{"value":"AKIAOLDOLDOLDEXAMPLE"}],"history":["old/old/old/old/old/"]}]"#;
        assert!(swapped(half.as_bytes(), &read, "work", &Swap::of_keys(&old, &new)).is_none());
    }

    #[test]
    fn a_new_item_is_what_the_manifest_says_and_no_value_is_taken_for_a_placeholder() {
        let (how, read) = how();
        let key = keys(NEW[0], "{name}{name}{name}{name}");
        let new = New { keys: &key, mfa_serial: None, role_arn: None };
        let made: Value = serde_json::from_slice(&compose(&how, &read, "a \"b\" {name}", new).unwrap()).unwrap();
        assert_eq!(made["name"], "a \"b\" {name}");
        assert_eq!(made["fields"][0]["value"], NEW[0]);
        assert_eq!(made["fields"][1]["value"], "{name}{name}{name}{name}");
        assert_eq!(made["fields"][1]["type"], 1);
    }

    #[test]
    fn what_is_encoded_is_as_the_standard_has_it() {
        // Source: <https://www.rfc-editor.org/rfc/rfc4648#section-10>
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(&encoded(text.as_bytes())[..], expected.as_bytes());
        }
    }
}
