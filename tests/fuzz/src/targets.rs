//! The targets. Each holds what it reads to what must be true of any input.

mod answers;
mod files;
mod items;
mod kept;
mod words;

use crate::engine::Target;
use std::hash::{DefaultHasher, Hash, Hasher};

/// All of them.
pub const ALL: &[Target] = &[
    Target { name: "item-text", run: items::text, words: items::WORDS },
    Target { name: "item-json", run: items::json, words: items::WORDS },
    Target { name: "manager-shapes", run: items::shapes, words: items::WORDS },
    Target { name: "manifest", run: items::manifest, words: items::OF_MANIFEST },
    Target { name: "item-written", run: items::written, words: items::WORDS },
    Target { name: "aws-files", run: files::read, words: files::WORDS },
    Target { name: "aws-files-edited", run: files::edited, words: files::WORDS },
    Target { name: "kept-entry", run: kept::entry, words: kept::WORDS },
    Target { name: "agent-protocol", run: kept::protocol, words: kept::WORDS },
    Target { name: "sts-answer", run: answers::sts, words: answers::WORDS },
    Target { name: "iam-answer", run: answers::iam, words: answers::WORDS },
    Target { name: "http-head", run: answers::head, words: answers::OF_HEAD },
    Target { name: "http-answer", run: answers::of_server, words: answers::OF_SERVER },
    Target { name: "sanitiser", run: words::sanitiser, words: words::WORDS },
    Target { name: "otpauth", run: words::otpauth, words: words::OF_OTP },
    Target { name: "names-of-aws", run: words::names, words: words::OF_AWS },
    Target { name: "command-lines", run: words::lines, words: words::WORDS },
];

/// What became of an input, as a number.
fn kind(of: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// A length, roughly: twice as long is something else, one more is not.
fn size(length: usize) -> u32 {
    usize::BITS - length.leading_zeros()
}
