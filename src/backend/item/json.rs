//! JSON in whatever form: what AWS's commands print, what other tools keep, what people nest.

use super::recognise::Judge;
use super::sets::{Kind, Node};
use super::token::tokens;
use serde_json::{Map, Value};
use zeroize::Zeroizing;

/// The keys of an object that is one name and one value.
const NAMES: [&str; 5] = ["name", "label", "key", "Key", "Name"];
const VALUES: [&str; 2] = ["value", "Value"];

/// The keys that tell an object of a list from the others.
const TITLES: [&str; 10] =
    ["name", "title", "label", "profile", "Name", "UserName", "user_name", "username", "account", "id"];

/// Reads a value that stands in `node`, in an object under the key `parent`.
pub fn walk(reader: &mut Judge<'_>, node: Node, parent: Option<&str>, value: &Value, depth: u8) {
    match value {
        Value::Object(map) => object(reader, node, parent, map, depth),
        Value::Array(all) => {
            for (at, one) in all.iter().enumerate() {
                element(reader, node, parent, one, at, depth);
            }
        }
        Value::String(text) => reader.read_later(text, node, depth),
        _ => {}
    }
}

fn element(reader: &mut Judge<'_>, node: Node, parent: Option<&str>, one: &Value, at: usize, depth: u8) {
    let Value::Object(map) = one else { return walk(reader, node, parent, one, depth) };
    if let Some((name, value)) = pair(map) {
        let section = map.get("section").and_then(|section| section.get("label")).and_then(Value::as_str);
        let node = reader.section(node, section.unwrap_or_default());
        return reader.member(node, None, name, value, depth);
    }
    let title = TITLES.iter().find_map(|key| map.get(*key)?.as_str()).filter(|title| !title.is_empty());
    let numbered = || format!("{} {}", parent.unwrap_or("number"), at + 1);
    let name = title.map_or_else(numbered, str::to_owned);
    if is_role(reader, parent, map) {
        return object(reader, node, Some(&name), map, depth);
    }
    let node = reader.sets.node(node, Kind::Section, &name);
    object(reader, node, None, map, depth);
}

/// Whether an object is one of several roles: it stands below their name, and no key is seen in it.
fn is_role(reader: &mut Judge<'_>, parent: Option<&str>, map: &Map<String, Value>) -> bool {
    let mut tokens = map.values().filter_map(Value::as_str).flat_map(tokens);
    parent.is_some_and(|parent| reader.folded.holds_role(parent)) && !tokens.any(|token| token.field.is_key())
}

/// An object that is a name and its value and little else.
fn pair(map: &Map<String, Value>) -> Option<(&str, &str)> {
    let text = |key: &&str| map.get(*key)?.as_str();
    Some((NAMES.iter().find_map(text)?, VALUES.iter().find_map(text)?))
}

fn object(reader: &mut Judge<'_>, node: Node, parent: Option<&str>, map: &Map<String, Value>, depth: u8) {
    if let Some(inside) = of_keyring(map) {
        return walk(reader, node, parent, &inside, depth);
    }
    for (key, value) in map {
        match value {
            Value::String(text) => reader.member(node, parent, key, text, depth),
            Value::Object(of_key) => {
                let inner = if is_role(reader, parent, of_key) { node } else { reader.section(node, key) };
                walk(reader, inner, Some(key), value, depth);
            }
            Value::Array(_) => walk(reader, node, Some(key), value, depth),
            Value::Number(number) => reader.member(node, parent, key, &number.to_string(), depth),
            Value::Null | Value::Bool(_) => {}
        }
    }
}

/// What the keyrings of aws-vault and granted hold: JSON, in base64, in JSON.
/// Source: <https://github.com/ByteNess/keyring>, `Item` in keyring.go
fn of_keyring(map: &Map<String, Value>) -> Option<Value> {
    if !map.contains_key("Label") && !map.contains_key("Key") {
        return None;
    }
    let bytes = base64(map.get("Data")?.as_str()?)?;
    serde_json::from_slice(&bytes).ok()
}

/// Base64 with padding.
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-4>
fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut bits, mut count) = (0_u32, 0);
    for byte in text.trim().trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_in_both_alphabets() {
        for (text, bytes) in [
            ("", Some(&b""[..])),
            (" Zg==\n", Some(b"f")),
            ("Zm9vYmE=", Some(b"fooba")),
            ("Zm9vYmFy", Some(b"foobar")),
            ("AZaz09+/", Some(b"\x01\x96\xb3\xd3\xdf\xbf")),
            ("AZaz09-_", Some(b"\x01\x96\xb3\xd3\xdf\xbf")),
            ("Zm9v!", None),
        ] {
            assert_eq!(base64(text).as_deref().map(Vec::as_slice), bytes, "{text}");
        }
    }

    #[test]
    fn an_entry_of_a_keyring_is_known_by_either_of_its_keys() {
        let read = |text: &str| of_keyring(serde_json::from_str::<Value>(text).unwrap().as_object().unwrap());
        let inner = Some(serde_json::json!({ "a": 1 }));
        assert_eq!(read(r#"{"Label": "x", "Data": "eyJhIjogMX0="}"#), inner);
        assert_eq!(read(r#"{"Key": "x", "Data": "eyJhIjogMX0="}"#), inner);
        assert_eq!(read(r#"{"Data": "eyJhIjogMX0="}"#), None);
        assert_eq!(read(r#"{"Key": "x", "Data": "eyJ"}"#), None);
        assert_eq!(read(r#"{"Key": "x"}"#), None);
    }
}
