//! An item as a login that is shown as `Name: value`, one a line: what becomes of that where a manager changes the user's
//! name, the password and the notes, and nothing else. Pure.

use super::text::Bytes;
use crate::backend::manifest::{Read, Texts};

/// What is to stand in the place of a value.
pub struct Part<'a> {
    /// What has to stand there, if that counts.
    pub old: Option<&'a str>,
    /// What comes there.
    pub new: &'a str,
}

/// The text with other values in the first lines of the two `names`, and with other notes if there are some; none where a
/// line is not there, or does not hold what it has to.
#[must_use]
pub fn changed(
    text: &[u8],
    read: &Read,
    names: &[String; 2],
    parts: &[Part<'_>; 2],
    notes: Option<&str>,
) -> Option<Bytes> {
    let text = std::str::from_utf8(text).ok()?;
    let more: usize = parts.iter().map(|part| part.new.len()).sum();
    let mut out = Bytes::new(Vec::with_capacity(text.len() + more + notes.map_or(0, str::len)));
    let mut put = |pieces: &[&str]| {
        for piece in pieces {
            out.extend_from_slice(piece.as_bytes());
        }
    };
    let mut left: Vec<(&String, &Part<'_>)> = names.iter().zip(parts).collect();
    let (mut in_notes, mut had_notes) = (false, false);
    for line in text.split_inclusive('\n') {
        in_notes &= !read.notes_end.iter().flat_map(Texts::all).any(|end| line.starts_with(end.as_str()));
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        let begins_them = || read.notes.iter().flat_map(Texts::all).any(|note| note == name);
        if in_notes {
            if notes.is_none() {
                put(&[line]);
            }
        } else if let Some(at) = left.iter().position(|(wanted, _)| *wanted == name) {
            let (_, part) = left.swap_remove(at);
            if part.old.is_some_and(|old| old != value.trim_end_matches('\n')) {
                return None;
            }
            put(&[name, ": ", part.new, "\n"]);
        } else if !had_notes && begins_them() {
            (in_notes, had_notes) = (true, true);
            match notes {
                Some(notes) => put(&[name, ": ", notes, "\n"]),
                None => put(&[line]),
            }
        } else {
            put(&[line]);
        }
    }
    (left.is_empty() && (had_notes || notes.is_none())).then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: &str =
        "Title: work\nUserName: alice\nPassword: p\nURL: \nNotes: a: b\nUserName: c\nUuid: {1}\nUserName: attribute\n";

    fn after(old: Option<&str>, notes: Option<&str>) -> Option<String> {
        let read =
            toml::from_str("argv = ['{entry}']\nshape = 'pairs'\nnotes = 'Notes'\nnotes_end = 'Uuid: '").unwrap();
        let names = ["UserName".to_owned(), "Password".to_owned()];
        let parts = [Part { old, new: "ID" }, Part { old: None, new: "SECRET" }];
        changed(SHOWN.as_bytes(), &read, &names, &parts, notes).map(|text| String::from_utf8(text.to_vec()).unwrap())
    }

    #[test]
    fn the_name_the_password_and_the_notes_are_others_and_all_else_is_as_it_was() {
        let expected = SHOWN.replacen("alice", "ID", 1).replace(": p\n", ": SECRET\n");
        assert_eq!(after(Some("alice"), None), Some(expected.clone()));
        assert_eq!(after(None, Some("x\ny")), Some(expected.replace("a: b\nUserName: c", "x\ny")));
        assert_eq!(after(Some("bob"), None), None, "the id stands elsewhere");
    }
}
