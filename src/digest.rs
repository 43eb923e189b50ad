//! Digests of several parts, for names that tell nothing of what they stand for.

use ring::digest::{Context, SHA256};

/// A digest of parts that cannot run into one another.
pub struct Digest(Context);

impl Digest {
    /// A digest for `purpose`, which no other purpose shares.
    #[must_use]
    pub fn new(purpose: &str) -> Self {
        Self(Context::new(&SHA256)).part(purpose.as_bytes())
    }

    /// Adds a part.
    #[must_use]
    pub fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// Adds a text, or that there is none, which is not the empty text.
    #[must_use]
    pub fn optional(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.part(b"+").part(text.as_bytes()),
            None => self.part(b"-"),
        }
    }

    /// Adds a list of texts, told apart from the parts around it by its length.
    #[must_use]
    pub fn list<'a>(self, texts: impl IntoIterator<Item = &'a String>) -> Self {
        let texts: Vec<_> = texts.into_iter().collect();
        let digest = self.part(&(texts.len() as u64).to_be_bytes());
        texts.into_iter().fold(digest, |digest, text| digest.part(text.as_bytes()))
    }

    /// SHA-256 of all that was added.
    #[must_use]
    pub fn end(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(self.0.finish().as_ref());
        bytes
    }
}
