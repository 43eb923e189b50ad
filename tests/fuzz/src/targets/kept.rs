//! What is kept between runs, and what goes over the agent's socket.

use super::{kind, size};
use aws_auth::os::moment::Moment;
use aws_auth::sessions::protocol::{Answer, Request, decode_all, encode_all};
use aws_auth::sessions::{Entry, Least};
use std::time::Duration;

pub const WORDS: &[&str] = &[
    "\"version\":1",
    "\"seconds\":",
    "\"role\":null",
    "ASIAIOSFODNN7EXAMPLE",
    "2026-01-02T03:04:05Z",
    "get ",
    "put ",
    "forget ",
    "all\n",
    "stop\n",
    "ok 3\n",
    "none\n",
    "full\n",
    "bad\n",
    " 1000 3\nabc",
    "18446744073709551615",
];

pub fn entry(input: &[u8]) -> u64 {
    let Some(entry) = Entry::decode(input) else { return 0 };
    let again = Entry::decode(&entry.encode()).expect("what was written is read");
    assert_eq!(again.encode(), entry.encode());
    let left = entry.left(Moment::now());
    let is_fresh = entry.fresh(Moment::now(), Least::usual(Duration::from_mins(5))).is_some();
    kind((1, left.is_some(), is_fresh, size(input.len())))
}

pub fn protocol(input: &[u8]) -> u64 {
    let request = Request::decode(input);
    if let Some(request) = &request {
        assert_eq!(Request::decode(&request.encode()).as_ref(), Some(request));
    }
    let answer = Answer::decode(input);
    if let Some(answer) = &answer {
        assert_eq!(Answer::decode(&answer.encode()).as_ref(), Some(answer));
    }
    let all = decode_all(input);
    let bytes: usize = all.iter().map(|(name, entry)| name.len() + entry.len()).sum();
    assert!(bytes <= input.len());
    let encoded = encode_all(all.iter().map(|(name, entry)| (name.as_str(), entry.as_slice())));
    assert_eq!(decode_all(&encoded), all);
    let request = request.map(|request| std::mem::discriminant(&request));
    let answer = answer.map(|answer| std::mem::discriminant(&answer));
    kind((request, answer, size(all.len())))
}
