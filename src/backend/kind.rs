//! The ways in which asking a manager ends badly. Each has one message and one exit code, whichever the manager.

use crate::error::Class;
use serde::Deserialize;

/// What a manager's answer means when it is not the answer.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// None of the manifest's programs is on PATH.
    NotInstalled,
    /// The manager has no such item.
    NotFound,
    /// The name is a folder's, which holds entries: where the manifest has `[entries]`, they are read instead.
    Folder,
    /// The item has no such field.
    FieldMissing,
    /// The name fits more than one item.
    Ambiguous,
    /// The item holds several values for one field, or several sets of keys.
    Several,
    /// The item, or the field, holds nothing.
    Empty,
    /// The answer is not of the shape that the manifest describes.
    Malformed,
    /// The manager needs to be unlocked and could not ask, or was not told the right passphrase.
    Locked,
    /// Nobody is signed in.
    SignedOut,
    /// Somebody dismissed the manager's question.
    Cancelled,
    /// The manager could not reach its server.
    Offline,
    /// The manager was asked more often than it allows.
    Limited,
    /// The stored data is damaged.
    Damaged,
    /// The manager refuses this item to this user.
    Denied,
    /// A program that the manager itself needs is not there, or does not run.
    Incomplete,
    /// The manager did not answer in time.
    Timeout,
    /// The manager failed in a way that its manifest does not know.
    Other,
}

impl Kind {
    /// Every kind, in the order of the table in `backends/README.md`.
    pub const ALL: [Self; 18] = [
        Self::NotInstalled,
        Self::NotFound,
        Self::Folder,
        Self::FieldMissing,
        Self::Ambiguous,
        Self::Several,
        Self::Empty,
        Self::Malformed,
        Self::Locked,
        Self::SignedOut,
        Self::Cancelled,
        Self::Offline,
        Self::Limited,
        Self::Damaged,
        Self::Denied,
        Self::Incomplete,
        Self::Timeout,
        Self::Other,
    ];

    /// The name in manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInstalled => "not-installed",
            Self::NotFound => "not-found",
            Self::Folder => "folder",
            Self::FieldMissing => "field-missing",
            Self::Ambiguous => "ambiguous",
            Self::Several => "several",
            Self::Empty => "empty",
            Self::Malformed => "malformed",
            Self::Locked => "locked",
            Self::SignedOut => "signed-out",
            Self::Cancelled => "cancelled",
            Self::Offline => "offline",
            Self::Limited => "limited",
            Self::Damaged => "damaged",
            Self::Denied => "denied",
            Self::Incomplete => "incomplete",
            Self::Timeout => "timeout",
            Self::Other => "other",
        }
    }

    /// The exit code's class.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::NotInstalled => Class::NotInstalled,
            Self::NotFound
            | Self::Folder
            | Self::FieldMissing
            | Self::Ambiguous
            | Self::Several
            | Self::Empty
            | Self::Malformed => Class::Value,
            Self::Locked | Self::SignedOut => Class::Locked,
            Self::Cancelled => Class::Cancelled,
            Self::Offline
            | Self::Limited
            | Self::Damaged
            | Self::Denied
            | Self::Incomplete
            | Self::Timeout
            | Self::Other => Class::Manager,
        }
    }

    /// Why it failed, in our words; the manager's own follow where it said something.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::NotInstalled => "its program is not on PATH",
            Self::NotFound => "there is nothing by that name",
            Self::Folder => "it is a folder without the entries that hold keys",
            Self::FieldMissing => "there is no such field",
            Self::Ambiguous => "more than one item goes by that name",
            Self::Several => "it holds several, and it is unclear which is meant",
            Self::Empty => "there is nothing in it",
            Self::Malformed => "the answer has an unexpected form",
            Self::Locked => "the manager is locked",
            Self::SignedOut => "nobody is signed in",
            Self::Cancelled => "the question was cancelled, or its answer was wrong",
            Self::Offline => "the server cannot be reached",
            Self::Limited => "it was asked too often",
            Self::Damaged => "the stored data is damaged",
            Self::Denied => "reading it was refused",
            Self::Incomplete => "a program that it needs is missing",
            Self::Timeout => "there was no answer in time, and a dialog may still be open",
            Self::Other => "the program failed",
        }
    }

    /// What to do next, where the manifest has no better hint of its own.
    #[must_use]
    pub const fn hint(self) -> &'static str {
        match self {
            Self::NotInstalled => "install it, or name another manager with --from: aws-auth backends",
            Self::NotFound | Self::Folder => "name the item as the manager does, with --item",
            Self::FieldMissing => "add the field to the item, in the manager",
            Self::Ambiguous => "name one of them with --item, by its id or its full path",
            Self::Several => "say which: --param section=NAME, or --field access_key_id=NAME for one field",
            Self::Empty => "store the value in it",
            Self::Malformed => "open the item in the manager, and see whether the keys are there",
            Self::Locked => "unlock the manager, then run this again",
            Self::SignedOut => "sign in, then run this again",
            Self::Cancelled => "run this again to be asked again",
            Self::Offline => "check the network, then run this again",
            Self::Limited => "wait some minutes: each further call may make it longer",
            Self::Damaged => "restore the item from a backup or store it anew",
            Self::Denied => "check that this account may read the item",
            Self::Incomplete => "install what it names, then run this again",
            Self::Timeout => "look for the dialog, answer it, then run this again",
            Self::Other => "run the manager's own command to see more",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::de::IntoDeserializer;
    use serde::de::value::{Error, StrDeserializer};

    #[test]
    fn a_kind_is_read_by_the_name_that_it_is_told_by() {
        for kind in Kind::ALL {
            let name: StrDeserializer<'_, Error> = kind.name().into_deserializer();
            assert_eq!(Kind::deserialize(name).unwrap(), kind);
        }
    }

    #[test]
    fn each_kind_is_told_in_words_of_its_own_and_says_what_to_do() {
        let meanings: std::collections::BTreeSet<_> = Kind::ALL.map(Kind::meaning).into();
        assert_eq!(meanings.len(), Kind::ALL.len());
        assert!(Kind::ALL.into_iter().all(|kind| kind.meaning().contains(' ') && kind.hint().contains(' ')));
    }
}
