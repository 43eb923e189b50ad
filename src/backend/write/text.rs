//! The text of an item: made anew, or with another key in the place of the one it holds, and every other byte as it was.
//!
//! Pure: bytes in, bytes out. The buffers have their size from the start, so that no copy is left behind.

use crate::backend::manifest::Read;
use crate::credentials::{MfaSerial, RoleArn, SourceKeys};
use secrecy::ExposeSecret;
use zeroize::Zeroizing;

/// What is put into a new item.
#[derive(Clone, Copy, Debug)]
pub struct New<'a> {
    /// The permanent key.
    pub keys: &'a SourceKeys,
    /// The MFA device.
    pub mfa_serial: Option<&'a MfaSerial>,
    /// The role.
    pub role_arn: Option<&'a RoleArn>,
}

/// Bytes that are wiped.
pub type Bytes = Zeroizing<Vec<u8>>;

/// The item as one text: lines of `name: value`, below a line with the secret where the manager's items begin with one.
#[must_use]
pub fn compose(read: &Read, new: New<'_>) -> Bytes {
    let secret = new.keys.secret_access_key.expose_secret();
    let head = if read.first.is_some() { "" } else { "secret_access_key: " };
    let mut lines = vec![(head, secret), ("access_key_id: ", new.keys.access_key_id.as_str())];
    lines.extend(rest(new));
    let mut text = Bytes::new(Vec::with_capacity(lines.iter().map(|(name, value)| name.len() + value.len() + 1).sum()));
    for (name, value) in lines {
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(value.as_bytes());
        text.push(b'\n');
    }
    text
}

/// What is neither the key's id nor its secret, as lines below an empty one, since some managers show a name before the
/// first; nothing of it is secret.
#[must_use]
pub fn notes(new: New<'_>) -> String {
    rest(new).flat_map(|(name, value)| ["\n", name, value]).collect()
}

fn rest(new: New<'_>) -> impl Iterator<Item = (&'static str, &str)> {
    let serial = new.mfa_serial.map(|serial| ("mfa_serial: ", serial.as_str()));
    serial.into_iter().chain(new.role_arn.map(|role| ("role_arn: ", role.as_str())))
}

/// One word that takes another's place.
#[derive(Clone, Copy)]
pub struct Swap<'a> {
    /// What stands there.
    pub old: &'a str,
    /// What is to stand there.
    pub new: &'a str,
}

impl<'a> Swap<'a> {
    /// The two halves of a key in the place of those of another.
    #[must_use]
    pub fn of_keys(old: &'a SourceKeys, new: &'a SourceKeys) -> [Self; 2] {
        [
            Self { old: old.access_key_id.as_str(), new: new.access_key_id.as_str() },
            Self { old: old.secret_access_key.expose_secret(), new: new.secret_access_key.expose_secret() },
        ]
    }
}

/// `text` with each new word wherever its old one stands; none where one stands nowhere as a word of its own.
#[must_use]
pub fn swapped(text: &[u8], swaps: &[Swap<'_>]) -> Option<Bytes> {
    let mut text = Bytes::new(text.to_vec());
    for swap in swaps {
        text = replaced(&text, swap.old.as_bytes(), swap.new.as_bytes())?;
    }
    Some(text)
}

/// `text` with `new` in the place of each word `old`; none where there is none.
fn replaced(text: &[u8], old: &[u8], new: &[u8]) -> Option<Bytes> {
    let places = places(text, old);
    if places.is_empty() {
        return None;
    }
    let mut out = Bytes::new(Vec::with_capacity(text.len() + places.len() * new.len()));
    let mut from = 0;
    for at in places {
        out.extend_from_slice(&text[from..at]);
        out.extend_from_slice(new);
        from = at + old.len();
    }
    out.extend_from_slice(&text[from..]);
    Some(out)
}

/// Where `word` stands by itself: beside it is nothing that could be a part of a key.
fn places(text: &[u8], word: &[u8]) -> Vec<usize> {
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"/+".contains(byte));
    let mut places = Vec::new();
    let mut at = 0;
    while !word.is_empty() && at + word.len() <= text.len() {
        let (before, after) = (at.checked_sub(1).and_then(|at| text.get(at)), text.get(at + word.len()));
        if text[at..].starts_with(word) && !is_part(before) && !is_part(after) {
            places.push(at);
            at += word.len();
        } else {
            at += 1;
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::super::keys;
    use super::*;

    const OLD: [&str; 2] = ["AKIAOLDOLDOLDEXAMPLE", "old/OLD+old/OLD+old/OLD+old/OLD+old/OLD+"];
    const NEW: [&str; 2] = ["AKIANEWNEWNEWEXAMPLE", "new/NEW+new/NEW+new/NEW+new/NEW+new/NEW+"];

    fn changed(text: &str) -> Option<String> {
        let text = text.replace("ID", OLD[0]).replace("SECRET", OLD[1]);
        let changed = swapped(text.as_bytes(), &Swap::of_keys(&keys(OLD[0], OLD[1]), &keys(NEW[0], NEW[1])))?;
        let changed = String::from_utf8(changed.to_vec()).unwrap();
        assert!(!changed.contains(OLD[0]) && !changed.contains(OLD[1]), "{changed}");
        Some(changed.replace(NEW[0], "ID").replace(NEW[1], "SECRET"))
    }

    #[test]
    fn all_but_the_two_keys_stays_the_same_to_the_byte() {
        let rows = [
            "SECRET\naccess_key_id: ID\n# a comment\nunknown : field\n\n\notpauth://totp/a?secret=JBSWY3DPEHPK3PXP\n",
            "SECRET\r\naws_access_key_id=ID\r\n\r\nseed\ttext  \r\n",
            "[default]\naws_access_key_id = ID\naws_secret_access_key=\"SECRET\"",
            "{\"AccessKeyId\":\"ID\",\"SecretAccessKey\":\"SECRET\",\"x\":[1,2]}",
            "export AWS_ACCESS_KEY_ID='ID';\nexport AWS_SECRET_ACCESS_KEY='SECRET'; # twice: ID SECRET\n",
            "\u{feff}SECRET\nkey id:\u{a0}ID",
        ];
        for text in rows {
            assert_eq!(changed(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn what_only_holds_a_key_is_no_key() {
        for text in ["ID\nxSECRET", "ID\nSECRETx", "SECRET\nIDX", "ID", "SECRET", ""] {
            assert!(changed(text).is_none(), "{text:?}");
        }
        // A longer word beside the real one stays.
        let text = "SECRET\nid: ID\nnote: AKIAOLDOLDOLDEXAMPLE7";
        let (old, new) = (keys(OLD[0], OLD[1]), keys(NEW[0], NEW[1]));
        let text = text.replace("ID\n", &format!("{}\n", OLD[0])).replace("SECRET", OLD[1]);
        let changed = swapped(text.as_bytes(), &Swap::of_keys(&old, &new)).unwrap();
        assert!(String::from_utf8_lossy(&changed).ends_with("note: AKIAOLDOLDOLDEXAMPLE7"));
    }

    #[test]
    fn a_new_item_is_what_the_reader_of_its_manager_reads() {
        let (serial, role) = ("arn:aws:iam::111122223333:mfa/alice", "arn:aws:iam::111122223333:role/dev");
        let (mfa_serial, role_arn) = (MfaSerial::new(serial).unwrap(), RoleArn::new(role).unwrap());
        let keys = keys(NEW[0], NEW[1]);
        let new = New { keys: &keys, mfa_serial: Some(&mfa_serial), role_arn: Some(&role_arn) };
        let shape = |rest: &str| toml::from_str(&format!("argv = ['{{entry}}']\nshape = 'pairs'\n{rest}")).unwrap();
        let text = |read: &Read| String::from_utf8(compose(read, new).to_vec()).unwrap();
        let lines = format!("access_key_id: {}\nmfa_serial: {serial}\nrole_arn: {role}\n", NEW[0]);
        assert_eq!(text(&shape("first = 'secret_access_key'")), format!("{}\n{lines}", NEW[1]));
        assert_eq!(text(&shape("")), format!("secret_access_key: {}\n{lines}", NEW[1]));
        assert_eq!(notes(new), format!("\nmfa_serial: {serial}\nrole_arn: {role}"));
    }
}
