//! What the run that a shell waits for hands to the server that goes on: what was wanted, what was got, and what is needed
//! to get it again. By a pipe, in one piece, in memory that is wiped.

use crate::cli::Request;
use crate::credentials::{AccessKeyId, MfaSerial, RoleArn, SourceKeys, secret_access_key};
use crate::error::{Class, Error, internal};
use crate::flow::{Again, AtHand, ItemRole};
use crate::sessions::{Entry, Memory};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use zeroize::Zeroizing;

/// The most that is handed over, in bytes: some sessions, each with a token of at most 64 KiB.
pub const MOST: usize = 512 * 1024;
/// What comes after all of it.
const END: &[u8] = b"end";

/// All of it.
#[derive(Debug)]
pub struct Handover {
    /// What was wanted, nothing relative in it, and no code.
    pub request: Request,
    /// What was got.
    pub first: Entry,
    /// Whether another run had kept it.
    pub kept: bool,
    /// What is needed to get it again.
    pub again: Again,
}

impl Handover {
    /// The bytes for the pipe: parts, each after its length. All of them, or why they cannot be handed over.
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let mut out = Parts { bytes: Zeroizing::new(Vec::with_capacity(MOST)), fits: true };
        out.put(&serde_json::to_vec(&self.request).unwrap_or_default());
        out.put(&Zeroizing::new(self.first.encode()));
        out.put(&[u8::from(self.kept)]);
        out.put(self.again.typed.as_ref().map_or("", MfaSerial::as_str).as_bytes());
        out.put(self.again.key.as_deref().unwrap_or_default().as_bytes());
        let at_hand = self.again.at_hand.as_ref();
        let keys = at_hand.map(|at_hand| &at_hand.keys);
        out.put(keys.map_or("", |keys| keys.access_key_id.as_str()).as_bytes());
        out.put(keys.map_or("", |keys| keys.secret_access_key.expose_secret()).as_bytes());
        let token = keys.and_then(|keys| keys.session_token.as_ref());
        out.put(token.map_or("", |token| token.expose_secret()).as_bytes());
        out.put(at_hand.and_then(|it| it.mfa_serial.as_ref()).map_or("", MfaSerial::as_str).as_bytes());
        out.put(at_hand.and_then(|it| it.role_arn.as_ref()).map_or("", RoleArn::as_str).as_bytes());
        self.again.memory.each(|name, bytes| {
            out.put(name.as_bytes());
            out.put(bytes);
        });
        out.put(END);
        if out.fits { Ok(out.bytes) } else { Err(too_much()) }
    }

    /// Whether these bytes are all of it.
    #[must_use]
    pub fn is_whole(bytes: &[u8]) -> bool {
        Taken(bytes).last() == Some(END)
    }

    /// Reads what [`Handover::encode`] has made.
    pub fn decode(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes).ok_or_else(|| internal("what was handed to the server is not whole"))
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let mut parts = Taken(bytes);
        let request = serde_json::from_slice(parts.next()?).ok()?;
        let first = Entry::decode(parts.next()?)?;
        let kept = parts.next()? == [1];
        let typed = parts.value(|text| MfaSerial::new(text).ok()).ok()?;
        let key = parts.value(|text| AccessKeyId::new(text).ok().map(|_| text.to_owned())).ok()?;
        let id = parts.value(|text| AccessKeyId::new(text).ok()).ok()?;
        let secret = parts.value(|text| secret_access_key(text).ok()).ok()?;
        let session_token = parts.value(|text| Some(SecretString::from(text))).ok()?;
        let mfa_serial = parts.value(|text| MfaSerial::new(text).ok()).ok()?;
        let role_arn = parts.value(|text| RoleArn::new(text).ok()).ok()?;
        let keys = id.zip(secret);
        let at_hand = keys.map(|(access_key_id, secret_access_key)| {
            let keys = SourceKeys { access_key_id, secret_access_key, session_token };
            AtHand { keys, mfa_serial, role_arn }
        });
        let item_role = ItemRole::of(first.role.as_ref());
        let memory = Arc::new(Memory::default());
        loop {
            match parts.next()? {
                END => break,
                name => drop(memory.put(std::str::from_utf8(name).ok()?, parts.next()?)),
            }
        }
        Some(Self { request, first, kept, again: Again { memory, silent: false, typed, item_role, key, at_hand } })
    }
}

fn too_much() -> Error {
    Error::new(Class::Usage, "the server could not be started")
        .because(format!("what it needs to know is larger than {} KiB", MOST / 1024))
        .hint("put long values into a profile, and name that: aws-auth serve --profile NAME")
}

/// Parts on their way out. Never grown beyond what was set aside for them, which would leave copies behind.
struct Parts {
    bytes: Zeroizing<Vec<u8>>,
    /// Whether there was room for all of them.
    fits: bool,
}

impl Parts {
    fn put(&mut self, part: &[u8]) {
        self.fits &= self.bytes.len() + size_of::<u32>() + part.len() <= MOST;
        if let (true, Ok(length)) = (self.fits, u32::try_from(part.len())) {
            self.bytes.extend_from_slice(&length.to_be_bytes());
            self.bytes.extend_from_slice(part);
        }
    }
}

/// What is no part, or not of the shape that it must have.
struct Torn;

/// Parts as they are read.
struct Taken<'a>(&'a [u8]);

impl<'a> Taken<'a> {
    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.next()?).ok()
    }

    /// A value of some shape, or none where the part is empty. Another part is torn.
    fn value<T>(&mut self, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Torn> {
        match self.text().ok_or(Torn)? {
            "" => Ok(None),
            text => read(text).map(Some).ok_or(Torn),
        }
    }
}

impl<'a> Iterator for Taken<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (part, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::TemporaryCredentials;
    use std::time::Duration;

    /// All of it, with keys of `secret`, and with what `from` was said to be.
    fn handover(secret: &str, from: String) -> Handover {
        let token = "t".repeat(400);
        let end = Some("2038-01-19T03:14:08Z".into());
        let credentials =
            TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", secret, &token, end, Duration::from_hours(1)).unwrap();
        let keys = SourceKeys { session_token: None, ..credentials.as_source() };
        let memory = Arc::new(Memory::default());
        let _ = memory.put("a session", b"{}");
        let again = Again {
            memory,
            silent: false,
            typed: Some(MfaSerial::new("GAHT12345678").unwrap()),
            item_role: ItemRole::Unknown,
            key: None,
            at_hand: Some(AtHand { keys, mfa_serial: None, role_arn: None }),
        };
        let request = Request { from: Some(from), ..Request::default() };
        Handover { request, first: Entry::new(&credentials, "", None, String::new()), kept: true, again }
    }

    #[test]
    fn what_is_handed_over_arrives_or_is_refused() {
        let secret = "s".repeat(40);
        let handover = handover(&secret, "env".into());
        let bytes = handover.encode().unwrap();
        assert!(Handover::is_whole(&bytes));
        let read = Handover::decode(&bytes).unwrap();
        assert_eq!((read.request.from.as_deref(), read.kept), (Some("env"), true));
        assert_eq!(read.again.memory.get("a session").as_deref(), Some(&b"{}"[..]));
        assert_eq!(read.again.at_hand.unwrap().keys.secret_access_key.expose_secret(), secret);
        assert_eq!(read.again.typed.unwrap().as_str(), "GAHT12345678");
        for length in 0..bytes.len() {
            assert!(!Handover::is_whole(&bytes[..length]), "cut at {length}");
            assert!(Handover::decode(&bytes[..length]).is_err(), "cut at {length}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_and_no_part_of_it_is_left_out() {
        let encoded = |length: usize| handover(&"s".repeat(40), "x".repeat(length)).encode();
        let rest = encoded(0).unwrap().len();
        let whole = encoded(MOST - rest).unwrap();
        assert_eq!((whole.len(), whole.capacity()), (MOST, MOST));
        assert_eq!(Handover::decode(&whole).unwrap().request.from.map(|from| from.len()), Some(MOST - rest));
        for length in [MOST - rest + 1, MOST, 2 * MOST] {
            assert!(encoded(length).unwrap_err().to_string().contains("larger than 512 KiB"), "{length}");
        }
    }
}
