//! What people keep, what managers answer, what manifests say.

use super::{kind, size};
use aws_auth::backend::field::Field;
use aws_auth::backend::item::{Reader, Refused, Wish};
use aws_auth::backend::manifest::Manifest;
use aws_auth::backend::reading::Reading;
use aws_auth::backend::registry::BUILT_IN;
use aws_auth::backend::write::text::{Swap, swapped};
use aws_auth::os::child::Answer;
use aws_auth::secret::SecretBuffer;
use secrecy::ExposeSecret as _;
use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;
use std::sync::OnceLock;

pub const WORDS: &[&str] = &[
    "access_key_id",
    "secret_access_key",
    "mfa_serial",
    "role_arn",
    "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "arn:aws:iam::111122223333:mfa/alice",
    "arn:aws:iam::111122223333:role/dev",
    "[default]\n",
    "export ",
    "Access key ID,Secret access key\n",
    "\"fields\":[",
    "\"name\":",
    "\"value\":",
    "# ",
    "```",
    "old ",
    "| ",
    "---\n",
    "username",
    "password",
    "key",
    "secret",
    "notes",
];

pub const OF_MANIFEST: &[&str] = &[
    "title = 'x'\n",
    "program = ['x']\n",
    "[read]\n",
    "argv = ['{entry}']\n",
    "shape = 'pairs'\n",
    "[write]\n",
    "remove = ",
    "[params.x]\nhelp = 'x'\n",
    "{entry}",
    "{value}",
    "{version}",
    "form = 'document'\n",
    "[write.history]\n",
    "guard = [",
    "kind = 'locked'",
    "[variables]\n",
    "[entries]\n",
    "[quiet]\n",
    "address = 'x://{entry}'\n",
    "'''",
    "\"\"\"",
];

fn told(found: Result<BTreeMap<Field, aws_auth::backend::item::Picked>, Refused>, input: &str) -> u64 {
    match found {
        Ok(found) => {
            for (field, picked) in &found {
                let value = picked.value.expose_secret();
                assert!(value.len() <= input.len() * 2 + 64, "{}: longer than what it was read from", field.name());
            }
            kind(
                found
                    .iter()
                    .map(|(field, picked)| (*field, size(picked.value.expose_secret().len())))
                    .collect::<Vec<_>>(),
            )
        }
        Err(Refused::Values(field, places)) => kind((1, field, places.len().min(4))),
        Err(Refused::Beside(field, places, _)) => kind((4, field, places.len().min(4))),
        Err(Refused::Sets(names)) => kind((2, names.len().min(4))),
        Err(Refused::NoSection(names)) => kind((3, names.len().min(4))),
    }
}

fn wish<'w>(names: &'w BTreeMap<Field, Vec<String>>, fields: &'w BTreeMap<Field, String>, at: usize) -> Wish<'w> {
    Wish { names, fields, section: (at % 2 == 1).then_some("default") }
}

pub fn text(input: &[u8]) -> u64 {
    let Ok(input) = std::str::from_utf8(input) else { return 0 };
    let (names, fields) = (BTreeMap::new(), BTreeMap::new());
    let once = |at: usize| {
        let mut reader = Reader::new(wish(&names, &fields, at));
        reader.text(input, (at > 1).then_some(Field::SecretAccessKey));
        told(reader.pick(&Field::ALL), input)
    };
    let all = [0, 1, 2].map(once);
    assert_eq!(all[0], once(0), "the same input comes to the same");
    kind(all)
}

pub fn json(input: &[u8]) -> u64 {
    let Ok(value) = serde_json::from_slice(input) else { return 0 };
    let text = String::from_utf8_lossy(input);
    let (names, fields) = (BTreeMap::new(), BTreeMap::new());
    kind([0, 1].map(|at| {
        let mut reader = Reader::new(wish(&names, &fields, at));
        reader.json(&value);
        // What is in base64 in it is shorter than that; an escape is longer than what it stands for.
        told(reader.pick(&Field::ALL), &text)
    }))
}

fn manifests() -> &'static [Manifest] {
    static ALL: OnceLock<Vec<Manifest>> = OnceLock::new();
    ALL.get_or_init(|| {
        let parsed = BUILT_IN.iter().map(|(name, text)| Manifest::parse(text, name).expect("ours are good"));
        parsed.filter(|manifest| manifest.read.is_some()).collect()
    })
}

/// The first byte says which manager, the second how it ended; a zero byte parts what it said from what it complained of.
pub fn shapes(input: &[u8]) -> u64 {
    let [which, ended, rest @ ..] = input else { return 0 };
    let all = manifests();
    let manifest = &all[usize::from(*which) % all.len()];
    let Some(read) = &manifest.read else { return 0 };
    let (stdout, stderr) = rest.split_at(rest.iter().position(|byte| *byte == 0).unwrap_or(rest.len()));
    let status = ExitStatus::from_raw(i32::from(ended % 3) << 8);
    let answer = || Answer { status, stdout: SecretBuffer::of(stdout), stderr: SecretBuffer::of(stderr) };
    let none = BTreeMap::new();
    let reading = Reading::new(manifest, read, &none, None, true);
    let Ok(answer) = aws_auth::backend::between::cut(answer(), read) else { return kind((which, 1)) };
    let whole = match reading.item(&answer, "aws", &Field::ALL) {
        Ok(found) => kind((2, found.keys().copied().collect::<Vec<_>>())),
        Err(refusal) => {
            let quote = refusal.quote.unwrap_or_default();
            assert!(!quote.chars().any(char::is_control), "what is told drives no terminal: {quote:?}");
            kind((3, refusal.kind.name()))
        }
    };
    let alone = Field::ALL
        .map(|field| reading.value(&answer, "aws", field).map(|value| size(value.expose_secret().len())).ok());
    kind((all.len(), usize::from(*which) % all.len(), whole, alone, reading.in_folder(&answer, &Field::ALL).len()))
}

pub fn manifest(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    match Manifest::parse(text, "x.toml") {
        Ok(manifest) => {
            assert!(!manifest.title.chars().any(char::is_control));
            kind((1, manifest.read.is_some(), manifest.write.is_some(), manifest.params.len().min(3)))
        }
        Err(error) => {
            let told = error.to_string();
            assert!(!told.chars().any(|c| c.is_control() && c != '\n'), "{told:?}");
            // The place and the names in it are as many as there are inputs.
            kind(told.chars().filter(char::is_ascii_alphabetic).take(40).collect::<String>())
        }
    }
}

/// The words that are changed are those of the corpus; changed back, all is as it was.
pub fn written(input: &[u8]) -> u64 {
    let there = Swap { old: "AKIAIOSFODNN7EXAMPLE", new: "AKIANEWNEWNEWEXAMPLE" };
    let back = Swap { old: there.new, new: there.old };
    let holds = |text: &[u8], word: &str| text.windows(word.len()).any(|part| part == word.as_bytes());
    let Some(changed) = swapped(input, &[there]) else { return 0 };
    assert!(holds(&changed, there.new));
    if holds(input, there.new) {
        return 1;
    }
    let again = swapped(&changed, &[back]).expect("what was put in is a word of its own");
    assert!(*again == input, "all else is as it was");
    kind((2, holds(&changed, there.old), size(input.len())))
}
