//! The leak sweep: after every run, no secret may be seen where none belongs.
//!
//! Searched are stderr, the terminal, stdout (which may hold temporary credentials, nothing permanent), the program's
//! argv, every file under the user's home, temporary and runtime directories but those the test planted, and
//! everything the stand-ins recorded about how they were called.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use memchr::memmem::Finder;

use super::{Home, Outcome};

/// Where something can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Stdout,
    Stderr,
    Terminal,
    Argv,
    File,
    /// Argv and environment of a stand-in.
    Record,
}

/// A text that must not be seen but in the allowed places.
#[derive(Clone, Debug)]
pub struct Secret {
    pub what: String,
    pub text: String,
    pub allowed: Vec<Place>,
}

/// Panics with what leaked and where.
pub fn sweep(home: &Home, outcome: &Outcome) {
    let mut secrets = home.secrets();
    if let Some(sts) = home.try_sts() {
        secrets.extend(sts.secrets());
    }
    if home.shows_sessions() {
        secrets.iter_mut().filter(|it| it.allowed == [Place::Stdout]).for_each(|it| it.allowed.push(Place::Terminal));
    }
    let mut seen: Vec<(Place, String, Vec<u8>)> = vec![
        (Place::Stdout, "stdout".to_owned(), outcome.stdout.clone()),
        (Place::Stderr, "stderr".to_owned(), outcome.stderr.clone()),
        (Place::Terminal, "the terminal".to_owned(), outcome.tty.clone()),
    ];
    for argument in &outcome.argv {
        seen.push((Place::Argv, "argv of the run".to_owned(), argument.as_bytes().to_vec()));
    }
    let planted = home.planted();
    for dir in ["home", "tmp", "run", "places"] {
        for file in files(&home.root().join(dir), &planted) {
            // sockets and vanished files have nothing to read
            if let Ok(bytes) = fs::read(&file) {
                seen.push((Place::File, file.display().to_string(), bytes));
            }
            seen.push((Place::File, "a file's name".to_owned(), file.as_os_str().as_bytes().to_vec()));
        }
    }
    seen.extend(records(home).into_iter().map(|(name, bytes)| (Place::Record, name, bytes)));
    for secret in &secrets {
        let finder = Finder::new(&secret.text);
        for (_, name, bytes) in seen.iter().filter(|(place, ..)| !secret.allowed.contains(place)) {
            assert!(!holds(bytes, &finder), "LEAK: {} in {name}\n{outcome:?}", secret.what);
        }
    }
}

/// What the stand-ins have written down. One that writes at this moment gives its record another name in the end: then
/// all are looked for again.
fn records(home: &Home) -> Vec<(String, Vec<u8>)> {
    let read = |file: PathBuf| fs::read(&file).map(|bytes| (file.display().to_string(), bytes));
    for _ in 0..100 {
        match files(&home.rig("calls"), &[]).into_iter().map(read).collect::<Result<_, _>>() {
            Ok(records) => return records,
            Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "a record can be read"),
        }
    }
    panic!("the records never come to rest");
}

/// Whether the text is there; six digits count only when they are not part of a longer word.
fn holds(bytes: &[u8], text: &Finder) -> bool {
    let length = text.needle().len();
    let is_code = length == 6 && text.needle().iter().all(u8::is_ascii_digit);
    let word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"+/=-_.%".contains(byte));
    text.find_iter(bytes).any(|at| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        !is_code || (!word(before) && !word(bytes.get(at + length)))
    })
}

/// All files below `dir`; symbolic links are not followed.
fn files(dir: &Path, but: &[PathBuf]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = fs::read_dir(dir) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if but.contains(&path) {
            continue;
        }
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => found.extend(files(&path, but)),
            Ok(kind) if kind.is_file() => found.push(path),
            _ => {}
        }
    }
    found
}
