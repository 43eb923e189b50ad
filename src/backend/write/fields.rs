//! An item of named values as JSON: what a manager that changes values by their names gets on standard input.
//!
//! Pure. What the JSON library copies is wiped by the process's allocator.

use super::text::{Bytes, New, Swap};
use crate::backend::manifest::Read;
use crate::credentials::{MfaSerial, RoleArn};
use secrecy::ExposeSecret;
use serde_json::{Map, Value};

/// The item, with our names for its values.
#[must_use]
pub fn compose(new: New<'_>) -> Bytes {
    let values = [
        ("access_key_id", Some(new.keys.access_key_id.as_str())),
        ("secret_access_key", Some(new.keys.secret_access_key.expose_secret())),
        ("mfa_serial", new.mfa_serial.map(MfaSerial::as_str)),
        ("role_arn", new.role_arn.map(RoleArn::as_str)),
    ];
    let there = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), Value::from(value?))));
    text(&there.collect())
}

/// The values that are the old words, each under its own name, with the new ones in their place; none where one of them is
/// the whole value of no name.
#[must_use]
pub fn swapped(answer: &[u8], read: &Read, swaps: &[Swap<'_>]) -> Option<Bytes> {
    let all = values(answer, read)?;
    let mut changed = Map::new();
    for swap in swaps {
        let is_old = |value: &Value| value.as_str().is_some_and(|value| value.trim() == swap.old);
        let names: Vec<_> = all.iter().filter(|(_, value)| is_old(value)).map(|(name, _)| name.clone()).collect();
        if names.is_empty() {
            return None;
        }
        changed.extend(names.into_iter().map(|name| (name, swap.new.into())));
    }
    Some(text(&changed))
}

/// The answer with these values in the place of its own of the same names, and among them.
#[must_use]
pub fn overlaid(answer: &[u8], written: &[u8], read: &Read) -> Option<Bytes> {
    let mut whole: Value = serde_json::from_slice(answer).ok()?;
    let Ok(Value::Object(written)) = serde_json::from_slice(written) else { return None };
    let path = read.pairs.iter().find(|path| walk(&whole, path).is_some_and(Value::is_object))?;
    let mut steps = path.split('.').filter(|step| !step.is_empty());
    let values = steps.try_fold(&mut whole, |value, step| value.get_mut(step))?.as_object_mut()?;
    values.extend(written);
    serde_json::to_vec(&whole).ok().map(Bytes::new)
}

/// Whether `after` holds what `before` held, but for the values in `changed`.
#[must_use]
pub fn is_changed(before: &[u8], after: &[u8], changed: &[u8], read: &Read) -> bool {
    let Some((mut expected, found)) = values(before, read).zip(values(after, read)) else { return false };
    let Ok(Value::Object(changed)) = serde_json::from_slice(changed) else { return false };
    expected.extend(changed);
    expected == found
}

/// Whether both answers hold the same values.
#[must_use]
pub fn is_same(before: &[u8], now: &[u8], read: &Read) -> bool {
    values(before, read) == values(now, read)
}

/// Whether the answer holds these values and no others.
#[must_use]
pub fn is_whole(answer: &[u8], written: &[u8], read: &Read) -> bool {
    let Ok(Value::Object(written)) = serde_json::from_slice(written) else { return false };
    values(answer, read).is_some_and(|found| found == written)
}

/// The number at `path`, as a manager counts its item's versions.
#[must_use]
pub fn version(answer: &[u8], path: &str) -> Option<u64> {
    walk(&serde_json::from_slice(answer).ok()?, path)?.as_u64()
}

/// The item's values: those at the first of the manifest's places that is there.
fn values(answer: &[u8], read: &Read) -> Option<Map<String, Value>> {
    let whole: Value = serde_json::from_slice(answer).ok()?;
    read.pairs.iter().find_map(|path| walk(&whole, path)?.as_object().cloned())
}

fn walk<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').filter(|step| !step.is_empty()).try_fold(value, |value, step| value.get(step))
}

fn text(values: &Map<String, Value>) -> Bytes {
    // A map of texts is always JSON.
    Bytes::new(serde_json::to_vec(values).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;

    #[test]
    fn only_the_key_changes_and_under_its_own_names() {
        let read: Read = toml::from_str("argv = ['{entry}']\nshape = 'json'\npairs = ['data.data', 'data']").unwrap();
        let (old, new) = (
            keys("AKIAOLDOLDOLDEXAMPLE", "old/old/old/old/old/"),
            keys("AKIANEWNEWNEWEXAMPLE", "new/new/new/new/new/"),
        );
        let before = br#"{"data":{"data":{"Key":"AKIAOLDOLDOLDEXAMPLE","s":"old/old/old/old/old/","seed":{"x":1}},"metadata":{"version":3}}}"#;
        let changed = swapped(before, &read, &Swap::of_keys(&old, &new)).unwrap();
        assert_eq!(&changed[..], br#"{"Key":"AKIANEWNEWNEWEXAMPLE","s":"new/new/new/new/new/"}"#);
        assert_eq!(version(before, "data.metadata.version"), Some(3));
        let after = br#"{"data":{"data":{"Key":"AKIANEWNEWNEWEXAMPLE","s":"new/new/new/new/new/","seed":{"x":1}},"metadata":{"version":4}}}"#;
        assert!(is_changed(before, after, &changed, &read) && !is_changed(before, before, &changed, &read));
        let lost = br#"{"data":{"data":{"Key":"AKIANEWNEWNEWEXAMPLE","s":"new/new/new/new/new/"}}}"#;
        assert!(!is_changed(before, lost, &changed, &read));
        let half = br#"{"data":{"Key":"AKIAOLDOLDOLDEXAMPLE","note":"old/old/old/old/old/ and more"}}"#;
        assert!(swapped(half, &read, &Swap::of_keys(&old, &new)).is_none());
        let made = compose(New { keys: &new, mfa_serial: None, role_arn: None });
        assert!(is_whole(format!("{{\"data\":{}}}", String::from_utf8_lossy(&made)).as_bytes(), &made, &read));
    }
}
