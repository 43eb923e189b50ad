//! A value of an item, and where it stood.

use super::field::Field;
use secrecy::SecretString;
use std::collections::BTreeMap;

/// One value.
#[derive(Clone, Debug)]
pub struct Located {
    /// The value.
    pub value: SecretString,
    /// The words that tell a person where it came from.
    pub place: String,
    /// The entry that holds nothing else, where an item is a folder of such.
    pub alone_in: Option<String>,
}

/// Values by field.
pub type Found = BTreeMap<Field, Located>;
