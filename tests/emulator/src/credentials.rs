//! Making access keys, secrets, tokens and ids.

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};

/// One set of temporary credentials that was handed out, also when the answer was then lost by a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// `ASIA` and 16 upper-case letters or digits.
    pub access_key_id: String,
    /// 40 characters.
    pub secret_access_key: String,
    /// 372 characters; good only together with the access key id.
    pub session_token: String,
    /// `2026-11-22T19:05:00Z`
    pub expiration: String,
}

const UPPER: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// New credentials, random all through, so that no two are alike and none holds a canary.
pub(crate) fn issue(expiration: String) -> Issued {
    Issued {
        access_key_id: format!("ASIA{}", random(UPPER, 16)),
        secret_access_key: random(BASE64, 40),
        // Real tokens begin alike and end in padding, which a shell or a parser may stumble over.
        session_token: format!("IQoJb3JpZ2luX2Vj{}==", random(BASE64, 354)),
        expiration,
    }
}

/// A new permanent key: its id and its secret.
pub(crate) fn permanent() -> (String, String) {
    (format!("AKIA{}", random(UPPER, 16)), random(BASE64, 40))
}

/// What a browser signs in with.
pub(crate) fn signin_token() -> String {
    random(BASE64, 372).replace(['/', '+'], "_")
}

/// A unique id with AWS's prefix for its kind, the same in every run.
pub(crate) fn stable_id(prefix: &str, name: &str) -> String {
    let digest = digest::digest(&digest::SHA256, name.as_bytes());
    format!("{prefix}{}", pick(UPPER, &digest.as_ref()[..17]))
}

/// A UUID in shape, for `RequestId`.
pub(crate) fn request_id() -> String {
    let hex = random(b"0123456789abcdef", 32);
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

fn random(alphabet: &[u8], length: usize) -> String {
    pick(alphabet, &random_bytes(length))
}

pub(crate) fn random_bytes(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    SystemRandom::new().fill(&mut bytes).expect("the system has random numbers");
    bytes
}

/// The lengths of the alphabets divide 256, so every letter is equally likely.
fn pick(alphabet: &[u8], bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| char::from(alphabet[usize::from(byte) % alphabet.len()])).collect()
}
