//! JSON in whatever form: what AWS's commands print, what other tools keep, what people nest.

use super::encoded::base64;
use super::recognise::Judge;
use super::sets::{Kind, Node};
use super::token::tokens;
use super::words::is_of_role;
use serde_json::{Map, Value};

/// The keys of an object that is one name and one value.
const NAMES: [&str; 6] = ["name", "label", "key", "Key", "Name", "OutputKey"];
const VALUES: [&str; 3] = ["value", "Value", "OutputValue"];

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
        Value::String(text) => reader.read_later(text, node, parent.unwrap_or_default(), depth),
        _ => {}
    }
}

fn element(reader: &mut Judge<'_>, node: Node, parent: Option<&str>, one: &Value, at: usize, depth: u8) {
    let Value::Object(map) = one else { return walk(reader, node, parent, one, depth) };
    if let Some((name, value)) = pair(map) {
        let section = map.get("section").and_then(|section| section.get("label")).and_then(Value::as_str);
        let node = reader.section(node, Kind::Part, section.unwrap_or_default());
        reader.member(node, None, name, value, depth);
        return;
    }
    let title = TITLES.iter().find_map(|key| map.get(*key)?.as_str()).filter(|title| !title.is_empty());
    let numbered = || format!("{} {}", parent.unwrap_or("number"), at + 1);
    let name = title.map_or_else(numbered, str::to_owned);
    if is_role(parent, map) {
        return object(reader, node, Some(&name), map, depth);
    }
    let node = reader.sets.node(node, Kind::Section, &name);
    object(reader, node, None, map, depth);
}

/// Whether an object is one of several roles: it stands below their name, and no key is seen in it.
fn is_role(parent: Option<&str>, map: &Map<String, Value>) -> bool {
    let mut tokens = map.values().filter_map(Value::as_str).flat_map(tokens);
    parent.is_some_and(is_of_role) && !tokens.any(|token| token.field.is_key())
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
            Value::String(text) => {
                reader.member(node, parent, key, text, depth);
            }
            Value::Object(of_key) => {
                let inner = if is_role(parent, of_key) { node } else { reader.section(node, Kind::Section, key) };
                walk(reader, inner, Some(key), value, depth);
            }
            Value::Array(_) => walk(reader, node, Some(key), value, depth),
            Value::Number(number) => {
                reader.member(node, parent, key, &number.to_string(), depth);
            }
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

#[cfg(test)]
mod tests {
    use super::*;

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
