//! What was found in an item, by where it was found.
//!
//! An item is a tree of places. Its root is what stands outside any set; a section of an INI file or of a manager's item, a
//! member of a list, a row of a table is a set of its own. Key id and secret come from one place. The softer places, as
//! what stands below a heading or in notes, are joined with what is around them where that leaves no doubt.

use super::words::Telling;
use crate::backend::field::Field;
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;

/// A place, by its number; the root is 0.
pub type Node = usize;

/// The item itself, outside any set.
pub const ROOT: Node = 0;

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The item.
    Root,
    /// A set.
    Section,
    /// A section of a manager's item. One without a key says more of the key that stands elsewhere in the item.
    Part,
    /// What stands below a heading.
    Heading,
    /// Values whose names have a word more: `PROD_ACCESS_KEY_ID`.
    Qualified,
    /// Free text beside fields.
    Notes,
}

/// How sure it is that a value is the field's, the surer first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// The user has named it.
    Chosen,
    /// It has a name of its own.
    Exact,
    /// It has a name that the manifest knows.
    OfManager,
    /// A name of its own is a part of its name.
    Near,
    /// It has the shape of the field and of nothing else.
    Shape,
    /// It has a name that many things have, and the field's strict shape.
    General,
    /// It has no name, and the field's strict shape.
    Bare,
    /// It has a name that says nothing, and the field's strict shape.
    Unknown,
    /// It stands where the field stands by custom.
    ByPlace,
    /// Its name says that it is no longer in use.
    Stale,
    /// It has the field's name, and cannot be it.
    Malformed,
    /// It stands where the field stands by custom, and cannot be it.
    Misplaced,
}

/// Where a value stands, as far as a message may say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A line, counted from 1.
    Line(u32),
    /// A field, counted from 1.
    Field(u32),
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Line(number) => write!(f, "line {number}"),
            Self::Field(number) => write!(f, "field {number}"),
        }
    }
}

/// A value that may be a field's.
#[derive(Debug)]
pub struct Candidate {
    /// The field.
    pub field: Field,
    /// How sure that is.
    pub rank: Rank,
    /// The value.
    pub value: SecretString,
    /// Where it stands.
    pub place: Place,
}

/// One place.
#[derive(Debug)]
pub struct Set {
    /// What it is called; the root, and notes, have no name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// What it stands in.
    pub parent: Node,
    /// What was found there.
    pub candidates: Vec<Candidate>,
    /// Whether more was found than is kept.
    pub overflowed: bool,
}

/// The most values kept of one place; an item with more is refused as soon as it matters.
const MOST: usize = 32;

/// All places of an item.
#[derive(Debug)]
pub struct Sets {
    /// The places; the parent of each comes before it.
    pub all: Vec<Set>,
    by_name: HashMap<(Node, Kind, String), Node>,
}

impl Default for Sets {
    fn default() -> Self {
        Self::new()
    }
}

impl Sets {
    /// An empty item.
    #[must_use]
    pub fn new() -> Self {
        Self { all: vec![Set::new(String::new(), Kind::Root, ROOT)], by_name: HashMap::new() }
    }

    /// The place called `name` in `parent`; a name that comes again is the same place.
    pub fn node(&mut self, parent: Node, kind: Kind, name: &str) -> Node {
        let next = self.all.len();
        let name = name.trim();
        let node = *self.by_name.entry((parent, kind, name.to_lowercase())).or_insert(next);
        if node == next {
            self.all.push(Set::new(name.to_owned(), kind, parent));
        }
        node
    }

    /// Adds a value.
    pub fn put(&mut self, node: Node, field: Field, rank: Rank, value: &str, place: Place) {
        let set = &mut self.all[node];
        let same = |known: &&mut Candidate| known.field == field && known.value.expose_secret() == value;
        if let Some(known) = set.candidates.iter_mut().find(same) {
            if rank < known.rank {
                (known.rank, known.place) = (rank, place);
            }
        } else if set.candidates.len() < MOST {
            set.candidates.push(Candidate { field, rank, value: SecretString::from(value), place });
        } else {
            set.overflowed = true;
        }
    }

    /// Puts what stands under names with several words more where they stand, unless such names tell accounts apart in this item:
    /// most that people add to a name says something else.
    pub fn unqualify(&mut self) {
        let is_qualified = |node: &Node| self.all[*node].kind == Kind::Qualified;
        let qualified: Vec<Node> = (1..self.all.len()).filter(is_qualified).collect();
        let name = |node: &Node| self.all[*node].name.as_str();
        let telling = Telling::new(qualified.iter().map(name));
        let is_prose = |node: &Node| name(node).contains(' ') && !telling.is_apart(name(node));
        let prose: Vec<Node> = qualified.iter().copied().filter(is_prose).collect();
        for node in prose {
            let parent = self.all[node].parent;
            for found in std::mem::take(&mut self.all[node].candidates) {
                self.put(parent, found.field, found.rank, found.value.expose_secret(), found.place);
            }
            self.all[parent].overflowed |= self.all[node].overflowed;
        }
    }

    /// The place and all that it stands in, the nearest first.
    pub fn upwards(&self, node: Node) -> impl Iterator<Item = Node> {
        let mut next = Some(node);
        std::iter::from_fn(move || {
            let node = next?;
            next = (node != ROOT).then(|| self.all[node].parent);
            Some(node)
        })
    }
}

impl Set {
    const fn new(name: String, kind: Kind, parent: Node) -> Self {
        Self { name, kind, parent, candidates: Vec::new(), overflowed: false }
    }

    /// What may be `field` here, and can be it.
    pub fn usable(&self, field: Field) -> impl Iterator<Item = &Candidate> {
        self.candidates.iter().filter(move |found| found.field == field && found.rank < Rank::Malformed)
    }

    /// Whether a part of a key stands here.
    #[must_use]
    pub fn has_keys(&self) -> bool {
        self.candidates.iter().any(|found| found.field.is_key() && found.rank < Rank::ByPlace)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(set: &Set) -> Vec<(&str, Rank, String)> {
        set.candidates.iter().map(|it| (it.value.expose_secret(), it.rank, it.place.to_string())).collect()
    }

    #[test]
    fn a_value_is_kept_once_by_its_best_name() {
        let mut sets = Sets::new();
        let mut put = |rank, value: &str, place| sets.put(ROOT, Field::RoleArn, rank, value, place);
        put(Rank::Near, "a", Place::Line(1));
        put(Rank::Near, "b", Place::Line(2));
        put(Rank::Near, "a", Place::Line(3));
        put(Rank::Exact, "b", Place::Field(4));
        put(Rank::Bare, "b", Place::Line(5));
        put(Rank::Malformed, "c", Place::Line(6));
        sets.put(ROOT, Field::MfaSerial, Rank::Chosen, "a", Place::Line(7));
        let [near, exact, malformed, other] = [
            ("a", Rank::Near, "line 1"),
            ("b", Rank::Exact, "field 4"),
            ("c", Rank::Malformed, "line 6"),
            ("a", Rank::Chosen, "line 7"),
        ]
        .map(|(value, rank, place)| (value, rank, place.to_owned()));
        assert_eq!(told(&sets.all[ROOT]), [near, exact, malformed, other]);
        let usable = sets.all[ROOT].usable(Field::RoleArn).map(|it| it.value.expose_secret());
        assert_eq!(usable.collect::<Vec<_>>(), ["a", "b"]);
        assert!(!sets.all[ROOT].has_keys());
    }

    #[test]
    fn more_than_is_kept_is_known() {
        let mut sets = Sets::new();
        for number in 0..MOST {
            sets.put(ROOT, Field::AccessKeyId, Rank::Bare, &number.to_string(), Place::Line(1));
        }
        assert_eq!((sets.all[ROOT].candidates.len(), sets.all[ROOT].overflowed), (MOST, false));
        sets.put(ROOT, Field::AccessKeyId, Rank::Bare, "one more", Place::Line(1));
        assert_eq!((sets.all[ROOT].candidates.len(), sets.all[ROOT].overflowed), (MOST, true));
    }

    #[test]
    fn names_with_several_words_more_are_places_only_where_they_tell_accounts_apart() {
        let put = |sets: &mut Sets, name: &str, value: &str| {
            let node = sets.node(ROOT, Kind::Qualified, name);
            sets.put(node, Field::AccessKeyId, Rank::Near, value, Place::Line(1));
        };
        let mut sets = Sets::new();
        for number in 0..=MOST {
            put(&mut sets, "created today", &number.to_string());
        }
        put(&mut sets, "work", "one word");
        sets.unqualify();
        assert_eq!((sets.all[ROOT].candidates.len(), sets.all[ROOT].overflowed), (MOST, true));
        assert_eq!((sets.all[1].candidates.len(), sets.all[2].candidates.len()), (0, 1));
        let mut sets = Sets::new();
        for name in ["acme dev", "acme prod"] {
            put(&mut sets, name, name);
        }
        sets.unqualify();
        assert_eq!((sets.all[ROOT].candidates.len(), sets.all[1].candidates.len()), (0, 1));
    }

    #[test]
    fn a_place_is_one_by_its_name_and_stands_in_others() {
        let mut sets = Sets::new();
        let one = sets.node(ROOT, Kind::Section, " Prod ");
        let inner = sets.node(one, Kind::Heading, "keys");
        assert_eq!(sets.node(ROOT, Kind::Section, "prod"), one);
        assert_ne!(sets.node(ROOT, Kind::Heading, "prod"), one);
        assert_ne!(sets.node(one, Kind::Section, "prod"), one);
        assert_eq!(sets.all[one].name, "Prod");
        assert_eq!(sets.upwards(inner).collect::<Vec<_>>(), [inner, one, ROOT]);
        assert_eq!(sets.upwards(ROOT).collect::<Vec<_>>(), [ROOT]);
    }

    #[test]
    fn a_key_that_stands_where_it_does_by_custom_makes_no_place_one_of_keys() {
        for (rank, expected) in [(Rank::Unknown, true), (Rank::ByPlace, false), (Rank::Stale, false)] {
            let mut sets = Sets::new();
            sets.put(ROOT, Field::SecretAccessKey, rank, "x", Place::Line(1));
            assert_eq!(sets.all[ROOT].has_keys(), expected, "{rank:?}");
        }
    }
}
