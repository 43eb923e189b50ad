//! What can stand at the cursor.

/// Something that can stand at the cursor, and what it is.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub word: String,
    pub help: String,
}

impl Candidate {
    pub fn new(word: impl Into<String>, help: impl Into<String>) -> Self {
        Self { word: word.into(), help: help.into() }
    }

    pub fn bare(word: impl Into<String>) -> Self {
        Self::new(word, "")
    }
}
