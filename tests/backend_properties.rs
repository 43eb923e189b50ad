//! What holds for any answer, any manifest and any name, however broken: tried with many, from a seed that is told.

use std::collections::BTreeMap;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::ExitStatus;

use aws_auth::backend::field::Field;
use aws_auth::backend::manifest::Manifest;
use aws_auth::backend::reading::Reading;
use aws_auth::backend::registry::BUILT_IN;
use aws_auth::backend::replay::Answers;
use aws_auth::credentials::{AccessKeyId, MfaSerial, RoleArn, secret_access_key};
use aws_auth::os::child::Answer;
use aws_auth::secret::SecretBuffer;
use secrecy::ExposeSecret as _;

use crate::support::random::Random;

const SEED: u64 = 0x5eed_0b0e;

/// Rounds for each manager; a nightly run may ask for more.
fn rounds() -> usize {
    std::env::var("AWS_AUTH_TEST_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_200)
}

/// Stands for a secret in inputs, and is looked for in outputs.
const CANARY: &str = "CANARY-a-secret-in-a-wrong-place";

/// Bytes that mean something to one of the readers.
const MARKS: [&[u8]; 16] = [
    b"\n",
    b"\r",
    b"\0",
    b"\x1b[31m",
    b"\x1d",
    b"\x1e",
    b"\x1f",
    b"\xff",
    b"{",
    b"}",
    b"[",
    b"\"",
    b":",
    b"=",
    b"'",
    b"\xef\xbb\xbf",
];

/// Changes some places: bytes flipped, dropped, doubled, marks put in, the end cut off.
fn mutated(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        match random.below(5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 => {
                let copy = bytes[at..bytes.len().min(at + 40)].to_vec();
                bytes.splice(at..at, copy);
            }
            _ => drop(bytes.splice(at..at, MARKS[random.below(MARKS.len())].iter().copied())),
        }
    }
    bytes
}

fn answers(name: &str) -> Answers {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("backends/answers/{name}.toml"));
    let text = std::fs::read_to_string(&place).unwrap_or_default();
    Answers::parse(&text, name).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn any_answer_is_read_or_refused_and_never_told() {
    let mut random = Random::new(SEED);
    let none = BTreeMap::new();
    for (name, text) in BUILT_IN {
        let manifest = Manifest::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        let Some(read) = &manifest.read else { continue };
        let reading = Reading::new(&manifest, read, &none, None, true);
        let recorded = answers(name).all;
        for round in 0..rounds() {
            let from = &recorded[random.below(recorded.len())];
            let mut stdout = mutated(&mut random, from.stdout.as_bytes());
            stdout.extend(format!("\"{CANARY}\"").bytes());
            let stderr = mutated(&mut random, format!("{} {CANARY}\n", from.stderr).as_bytes());
            let length = stdout.len();
            let status = ExitStatus::from_raw(if random.below(3) == 0 { i32::from(from.exit) << 8 } else { 0 });
            let answer = Answer { status, stdout: SecretBuffer::of(&stdout), stderr: SecretBuffer::of(&stderr) };
            let told = match reading.item(&answer, &from.entry, &Field::ALL) {
                Ok(values) => {
                    let sum: usize = values.values().map(|value| value.expose_secret().len()).sum();
                    assert!(sum <= Field::ALL.len() * length, "{name}, round {round}: longer than the answer");
                    values.iter().filter_map(|(field, value)| problem(*field, value.expose_secret())).collect()
                }
                Err(refusal) => refusal.quote.unwrap_or_default(),
            };
            assert!(!told.contains(CANARY), "{name}, round {round}: {told}");
            assert!(!told.chars().any(char::is_control), "{name}, round {round}: {told:?}");
            for field in Field::ALL {
                let _ = reading.value(&answer, &from.entry, field);
            }
        }
    }
}

/// What is told of a value that is refused; one that is accepted has nothing that a line or a header could break at.
fn problem(field: Field, value: &str) -> Option<String> {
    let accepted = match field {
        Field::AccessKeyId => AccessKeyId::new(value).map(|id| id.as_str().to_owned()),
        Field::SecretAccessKey => secret_access_key(value).map(|secret| secret.expose_secret().to_owned()),
        Field::MfaSerial => MfaSerial::new(value).map(|serial| serial.as_str().to_owned()),
        Field::RoleArn => RoleArn::new(value).map(|arn| arn.as_str().to_owned()),
        Field::Otp => return None,
    };
    match accepted {
        Ok(text) => {
            assert!(text.bytes().all(|byte| byte.is_ascii_graphic()) && text.len() <= 2048, "{text:?}");
            None
        }
        Err(problem) => Some(problem.to_string()),
    }
}

#[test]
fn r31_r80_any_manifest_is_read_or_refused_without_its_values() {
    let mut random = Random::new(SEED);
    for (name, text) in BUILT_IN {
        let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("backends/answers/{name}.toml"));
        let recorded = std::fs::read_to_string(recorded).unwrap_or_default();
        for round in 0..rounds() / 4 {
            let broken = mutated(&mut random, text.as_bytes());
            // a value in a wrong place, on a line of its own
            let broken = format!("{}\nsecret = '{CANARY}'\n", String::from_utf8_lossy(&broken));
            if let Err(error) = Manifest::parse(&broken, "x.toml") {
                let told = error.to_string();
                assert!(!told.contains(CANARY) && told.len() < 4096, "{name}, round {round}: {told}");
            }
            let answers = mutated(&mut random, recorded.as_bytes());
            let answers = format!("{}\nsecret = '{CANARY}'\n", String::from_utf8_lossy(&answers));
            if let Err(error) = Answers::parse(&answers, "x.toml") {
                assert!(!error.to_string().contains(CANARY), "{name}, round {round}: {error}");
            }
        }
    }
}

#[test]
fn r83_a_name_is_part_of_one_argument_whatever_is_in_it() {
    let mut random = Random::new(SEED);
    for (name, text) in BUILT_IN {
        let manifest = Manifest::parse(text, name).unwrap_or_else(|error| panic!("{error}"));
        let Some(read) = &manifest.read else { continue };
        let values: BTreeMap<String, String> =
            manifest.params.keys().map(|param| (param.clone(), "{entry} x".to_owned())).collect();
        let reading = Reading::new(&manifest, read, &values, None, false);
        let plain = reading.argv("plain");
        for _ in 0..rounds() / 10 {
            let entry = random.hostile("/tmp/never");
            let argv = reading.argv(&entry);
            assert_eq!(argv.len(), plain.len(), "{name}: {entry:?}");
            for (given, usual) in argv.iter().zip(&plain) {
                assert_eq!(given, &usual.replace("plain", &entry), "{name}: {entry:?}");
            }
        }
    }
}
