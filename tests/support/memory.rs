//! The memory of a process, as `/proc` shows it to root, and to its own user where a build may be dumped: one with
//! `--cfg aws_auth_portable` keeps no process of the same user out.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;

use rustix::process::Pid;

use super::tools;

/// What a process can write to, with what the kernel calls each part.
pub struct Memory {
    parts: Vec<(String, Vec<u8>)>,
}

/// A secret that was found: in which form, and in which part of the memory.
#[derive(Debug, PartialEq, Eq)]
pub struct Sighting {
    pub form: &'static str,
    pub part: String,
}

impl Memory {
    /// A picture of it; `None` (and a word about it) where this process must not be looked into.
    pub fn of(pid: Pid) -> Option<Self> {
        let place = format!("/proc/{}", pid.as_raw_nonzero());
        let (Ok(maps), Ok(memory)) = (fs::read_to_string(format!("{place}/maps")), File::open(format!("{place}/mem")))
        else {
            tools::cannot_run("only root may read the memory of this build; tests/run has another that may be dumped");
            return None;
        };
        // What cannot be written to came from a file, and holds nothing that was read meanwhile.
        let lines = maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|mode| mode.starts_with("rw")));
        let parts = lines.filter_map(|line| Some((line.to_owned(), part(&memory, line.split(' ').next()?)?))).collect();
        Some(Self { parts })
    }

    /// Everywhere that the secret stands in full, in any form that it may be passed on in.
    pub fn sightings(&self, secret: &str) -> Vec<Sighting> {
        let forms = forms(secret);
        let mut found = Vec::new();
        for (name, bytes) in &self.parts {
            for (at, byte) in bytes.iter().enumerate() {
                for (form, text) in &forms {
                    if text[0] == *byte && bytes[at..].starts_with(text) {
                        found.push(Sighting { form, part: name.clone() });
                    }
                }
            }
        }
        found
    }
}

/// What is between two addresses, as in `7f00-7fff`; what the kernel shows to nobody is left out.
fn part(memory: &File, range: &str) -> Option<Vec<u8>> {
    let (from, to) = range.split_once('-')?;
    let number = |text| u64::from_str_radix(text, 16).expect("an address");
    let (from, to) = (number(from), number(to));
    let mut bytes = vec![0; usize::try_from(to - from).expect("a size")];
    let mut at = 0;
    while at < bytes.len() {
        match memory.read_at(&mut bytes[at..], from + at as u64) {
            Ok(0) | Err(_) => break,
            Ok(count) => at += count,
        }
    }
    bytes.truncate(at);
    Some(bytes)
}

/// The forms in which a secret may be handed on. Within a longer text in base64 it begins at one of three places in a
/// group; what surrounds it is cut off.
fn forms(secret: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut forms = vec![
        ("as it is", secret.as_bytes().to_vec()),
        ("behind AWS4", format!("AWS4{secret}").into_bytes()),
        ("for a form", escaped(secret, |byte| format!("%{byte:02X}")).into_bytes()),
        ("for JSON", secret.replace('/', "\\/").into_bytes()),
        ("in digits", secret.bytes().fold(String::new(), |text, byte| text + &format!("{byte:02x}")).into_bytes()),
        ("of two bytes each", secret.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ];
    for before in 0..3 {
        let whole = base64(&[vec![0; before], secret.as_bytes().to_vec()].concat());
        let first = (before * 8).div_ceil(6);
        let last = (before + secret.len()) * 8 / 6;
        forms.push(("in base64", whole.as_bytes()[first..last].to_vec()));
    }
    // One that no form changes is the same text.
    let raw = forms[0].1.clone();
    let mut index = 0;
    forms.retain(|(_, text)| {
        index += 1;
        index == 1 || *text != raw
    });
    forms
}

fn escaped(secret: &str, escape: impl Fn(u8) -> String) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    secret.bytes().fold(String::new(), |text, byte| {
        if plain(byte) { text + char::from(byte).encode_utf8(&mut [0; 4]) } else { text + &escape(byte) }
    })
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let three = [group[0], group.get(1).copied().unwrap_or(0), group.get(2).copied().unwrap_or(0)];
        let number = three.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
        for place in 0..=group.len() {
            let digit = DIGITS[number >> (18 - 6 * place) & 63];
            write!(text, "{}", char::from(digit)).expect("a string takes it");
        }
    }
    text
}
