//! What is said between a run and the agent: one request and one answer a connection, each to the end of its stream.
//!
//! A request is a line of words, and for `put` the bytes of the entry after it. An answer is a line, and after `ok` as
//! many bytes as it says. So what was cut on its way is never taken for whole. `stop` is the same in all versions.

use std::time::Duration;
use zeroize::Zeroizing;

/// The largest entry, in bytes: what the kernel's keyring takes too.
pub const LARGEST: usize = 32_767;
/// The longest request: an entry and its line.
pub const REQUEST: usize = LARGEST + 512;
/// The most entries.
pub const MOST: usize = 64;
/// The longest answer: all entries.
pub const ANSWER: usize = MOST * REQUEST;
/// The longest name of an entry.
const NAME: usize = 128;

/// What a run wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// The entry of this name.
    Get(&'a str),
    /// To keep it for so long.
    Put(&'a str, Duration, &'a [u8]),
    /// To forget it.
    Forget(&'a str),
    /// All entries.
    All,
    /// To forget all, and to end.
    Stop,
}

impl<'a> Request<'a> {
    /// The bytes on the way.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        let (line, bytes) = match self {
            Self::Get(name) => (format!("get {name}\n"), &[][..]),
            Self::Put(name, left, bytes) => (format!("put {name} {} {}\n", left.as_millis(), bytes.len()), *bytes),
            Self::Forget(name) => (format!("forget {name}\n"), &[][..]),
            Self::All => ("all\n".to_owned(), &[][..]),
            Self::Stop => ("stop\n".to_owned(), &[][..]),
        };
        Zeroizing::new([line.as_bytes(), bytes].concat())
    }

    /// Reads what may be anything.
    #[must_use]
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (line, rest) = line(bytes)?;
        let words: Vec<&str> = line.split(' ').collect();
        let request = match words[..] {
            ["get", name] => Self::Get(named(name)?),
            ["put", name, left, length] => {
                let left = Duration::from_millis(number(left)?);
                let whole = number(length)? == u64::try_from(rest.len()).ok()? && (1..=LARGEST).contains(&rest.len());
                return whole.then_some(Self::Put(named(name)?, left, rest));
            }
            ["forget", name] => Self::Forget(named(name)?),
            ["all"] => Self::All,
            ["stop"] => Self::Stop,
            _ => return None,
        };
        rest.is_empty().then_some(request)
    }
}

/// What the agent says.
#[derive(Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// It is done; and what was asked for.
    Ok(&'a [u8]),
    /// There is no such entry.
    None,
    /// There is no room.
    Full,
    /// It was not understood.
    Bad,
}

impl<'a> Answer<'a> {
    /// The bytes on the way.
    #[must_use]
    pub fn encode(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new(match self {
            Self::Ok(bytes) => [format!("ok {}\n", bytes.len()).as_bytes(), bytes].concat(),
            Self::None => b"none\n".to_vec(),
            Self::Full => b"full\n".to_vec(),
            Self::Bad => b"bad\n".to_vec(),
        })
    }

    /// Reads what may be anything; none where it is not whole.
    #[must_use]
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (line, rest) = line(bytes)?;
        match line {
            "none" => Some(Self::None),
            "full" => Some(Self::Full),
            "bad" => Some(Self::Bad),
            _ => {
                let length = number(line.strip_prefix("ok ")?)?;
                (length == u64::try_from(rest.len()).ok()?).then_some(Self::Ok(rest))
            }
        }
    }
}

/// All entries, one after another.
#[must_use]
pub fn encode_all<'a>(entries: impl Iterator<Item = (&'a str, &'a [u8])>) -> Zeroizing<Vec<u8>> {
    let mut all = Zeroizing::new(Vec::new());
    for (name, bytes) in entries {
        all.extend_from_slice(format!("{name} {}\n", bytes.len()).as_bytes());
        all.extend_from_slice(bytes);
    }
    all
}

/// The entries among what may be anything, up to where it is none.
#[must_use]
pub fn decode_all(mut bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut entries = Vec::new();
    while let Some((line, rest)) = line(bytes)
        && let Some((name, length)) = line.split_once(' ')
        && let Some(name) = named(name)
        && let Some(length) = number(length).and_then(|length| usize::try_from(length).ok())
        && let Some((entry, left)) = rest.split_at_checked(length)
    {
        entries.push((name.to_owned(), entry.to_vec()));
        bytes = left;
    }
    entries
}

/// The first line, which is short and of printable ASCII, and what follows it.
fn line(bytes: &[u8]) -> Option<(&str, &[u8])> {
    let end = bytes.iter().take(NAME * 2).position(|byte| *byte == b'\n')?;
    let line =
        std::str::from_utf8(&bytes[..end]).ok().filter(|line| line.bytes().all(|byte| (32..127).contains(&byte)));
    Some((line?, &bytes[end + 1..]))
}

/// A name of an entry: hexadecimal digits.
fn named(name: &str) -> Option<&str> {
    let good = (1..=NAME).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    good.then_some(name)
}

/// Digits alone: no sign.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_what_is_read() {
        let requests = [
            Request::Get("af01"),
            Request::Put("af01", Duration::from_millis(1500), b"x\n\0y"),
            Request::Forget("af01"),
            Request::All,
            Request::Stop,
        ];
        for request in requests {
            assert_eq!(Request::decode(&request.encode()), Some(request));
        }
        for answer in [Answer::Ok(b"x\ny"), Answer::Ok(b""), Answer::None, Answer::Full, Answer::Bad] {
            assert_eq!(Answer::decode(&answer.encode()), Some(answer));
        }
        let all = encode_all([("af", &b"one\n"[..]), ("b0", b"")].into_iter());
        assert_eq!(decode_all(&all), [("af".to_owned(), b"one\n".to_vec()), ("b0".to_owned(), Vec::new())]);
    }

    #[test]
    fn what_is_cut_is_not_taken_for_whole() {
        let put = Request::Put("af01", Duration::from_secs(1), b"entry").encode();
        for length in 0..put.len() {
            assert_eq!(Request::decode(&put[..length]), None, "cut at {length}");
        }
        let answer = Answer::Ok(b"entry").encode();
        for length in 0..answer.len() {
            assert_eq!(Answer::decode(&answer[..length]), None, "cut at {length}");
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let long = [b"get ".as_slice(), &b"a".repeat(4096), b"\n"].concat();
        let rows: [&[u8]; 14] = [
            b"",
            b"\n",
            b"get\n",
            b"get ../x\n",
            b"get \n",
            b"get af bf\n",
            b"get af\nmore",
            b"put af 1 0\n",
            b"put af -1 1\nx",
            b"put af +1 1\nx",
            b"put af 1 99999999999999999999\nx",
            b"stop\nstop\n",
            b"\xff\n",
            &long,
        ];
        for row in rows {
            assert_eq!(Request::decode(row), None, "{}", String::from_utf8_lossy(row));
        }
        let large = Request::Put("af", Duration::from_secs(1), &vec![b'x'; LARGEST + 1]).encode();
        assert_eq!(Request::decode(&large), None);
        assert_eq!(decode_all(b"af 5\nfour"), []);
    }
}
