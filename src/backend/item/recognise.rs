//! What a name and its value can be: exact names first, then shapes, then general names with strict shapes.

use super::encoded;
use super::name::{Class, Folded, Meaning};
use super::otp::{self, Issuer, Settings};
use super::sets::{Kind, Node, Place, Rank, Sets};
use super::token::{Token, tokens};
use super::value::{clean, clean_name, is_address, is_none, is_possible, is_strict};
use super::words::{another, is_anothers_code, is_of_machine, is_of_role};
use crate::backend::field::Field;
use secrecy::ExposeSecret;
use std::collections::{BTreeMap, HashMap};
use zeroize::Zeroizing;

/// What the user and the manifest say about an item.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'w> {
    /// Names beyond the general ones, by the manifest.
    pub names: &'w BTreeMap<Field, Vec<String>>,
    /// Names that the user has given to fields: a field, an entry, or `Section/Field`.
    pub fields: &'w BTreeMap<Field, String>,
    /// The section that the user has named.
    pub section: Option<&'w str>,
}

/// Where a value stands: its set, and its place in the item.
#[derive(Clone, Debug)]
pub struct Spot {
    /// The set.
    pub node: Node,
    /// The place.
    pub place: Place,
}

/// Collects what an item holds.
pub struct Judge<'w> {
    wish: Wish<'w>,
    /// What was found.
    pub(super) sets: Sets,
    pub(super) folded: Folded,
    settings: HashMap<Node, Settings>,
    fields: u32,
    /// Texts in values.
    pub(super) inner: Vec<Inner>,
}

/// A text that stands in a value, and is still to be read.
pub(super) struct Inner {
    /// The text.
    pub(super) text: Zeroizing<String>,
    /// Where it stands.
    pub(super) node: Node,
    /// The name of that value.
    pub(super) name: String,
    /// How much deeper texts in it are read.
    pub(super) depth: u8,
}

impl<'w> Judge<'w> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(wish: Wish<'w>) -> Self {
        Self { wish, sets: Sets::new(), folded: Folded::new(), settings: HashMap::new(), fields: 0, inner: Vec::new() }
    }

    /// The place of this kind called `name` in `parent`; the parent where that name tells no account from another.
    pub(super) fn section(&mut self, parent: Node, kind: Kind, name: &str) -> Node {
        if self.is_generic(name) { parent } else { self.sets.node(parent, kind, name) }
    }

    /// Whether a place of this name is no account's. The user's word counts before the name: what is named is a section.
    pub(super) fn is_generic(&mut self, name: &str) -> bool {
        let of_fields = self.wish.fields.values().filter_map(|wanted| Some(wanted.rsplit_once('/')?.0));
        let mut named = self.wish.section.into_iter().chain(of_fields);
        self.folded.is_generic(name) && !named.any(|named| self.folded.same(named, name))
    }

    /// Reads a name and its value where both are given as such.
    pub(super) fn member(&mut self, node: Node, parent: Option<&str>, name: &str, value: &str, depth: u8) -> Spot {
        self.fields += 1;
        let spot = Spot { node, place: Place::Field(self.fields) };
        let is_text = value.trim().contains(['\n', '\r']) || value.trim_start().starts_with(['{', '[']);
        self.named(&spot, parent, name, value);
        if is_text {
            self.read_later(value, node, name, depth);
        } else if let Some(text) = encoded::text(value) {
            self.read_later(&text, node, name, depth);
        }
        spot
    }

    /// Keeps a text in the value of a name to be read.
    pub(super) fn read_later(&mut self, text: &str, node: Node, name: &str, depth: u8) {
        if depth > 0 {
            let text = Zeroizing::new(text.to_owned());
            self.inner.push(Inner { text, node, name: name.to_owned(), depth: depth - 1 });
        }
    }

    /// Names the section that is meant.
    pub(super) const fn choose_section(&mut self, section: &'w str) {
        self.wish.section = Some(section);
    }

    /// What the user has said.
    pub(super) const fn wish(&self) -> Wish<'w> {
        self.wish
    }

    /// Judges a value by its name, then by its shape.
    pub(super) fn named(&mut self, spot: &Spot, parent: Option<&str>, name: &str, value: &str) {
        self.chosen(spot, name, value);
        if self.setting(spot.node, name, clean(value)) {
            return;
        }
        let meaning = self.of_manager(name).or_else(|| {
            let meaning = self.folded.meaning(parent, name)?;
            Some((meaning, rank_of(meaning.class)))
        });
        if meaning.is_none() && tokens(value).is_empty() {
            return;
        }
        let value = clean(value);
        let plain = meaning.and_then(|(meaning, _)| encoded::plain(meaning.field, value));
        let value = plain.as_deref().map_or(value, String::as_str);
        if is_none(value) {
            self.none_yet(spot, meaning, value);
            return;
        }
        let tokens = tokens(value);
        if let Some((meaning, rank)) = meaning {
            let field = meaning.field;
            let is_there = tokens.iter().any(|token| token.field == field);
            if !is_there && !self.without_shape(spot, name, meaning, rank, value) {
                return;
            }
        }
        if value.contains(['\n', '\r']) {
            return; // read as a text of its own
        }
        let mut before = name;
        for (at, token) in tokens.iter().enumerate() {
            let between = if at == 0 { name } else { &value[tokens[at - 1].at.end..token.at.start] };
            let name = if at > 0 && is_list(between) { before } else { between };
            before = name;
            let alone = token.at == (0..value.len());
            self.token(spot, parent, clean_name(name), token, value, alone);
        }
    }

    /// A half of a key that somebody has yet to fill in is told as what it is: nothing else stands for it.
    fn none_yet(&mut self, spot: &Spot, meaning: Option<(Meaning, Rank)>, value: &str) {
        let is_sure = |(meaning, rank): &(Meaning, Rank)| meaning.class == Class::Exact || *rank == Rank::OfManager;
        if let Some((meaning, _)) = meaning.filter(is_sure)
            && meaning.field.is_key()
            && !value.is_empty()
        {
            self.sets.put(spot.node, meaning.field, Rank::Malformed, value, spot.place.clone());
        }
    }

    /// Judges a value that has a name of ours and not the shape. Whether it may be something else.
    fn without_shape(&mut self, spot: &Spot, name: &str, meaning: Meaning, rank: Rank, value: &str) -> bool {
        let field = meaning.field;
        if field == Field::Otp && rank != Rank::OfManager && is_anothers_code(name) {
            return true;
        }
        let loose = meaning.class == Class::Exact || rank == Rank::OfManager;
        let fits = if loose { is_possible(field, value) } else { is_strict(field, value) };
        if fits {
            let rank = self.stale(name, rank);
            match otp::uri(value, Settings::default()).filter(|_| field == Field::Otp) {
                Some(uri) => self.put(spot, name, field, rank, uri.expose_secret()),
                None => self.put(spot, name, field, rank, value),
            }
            return false;
        }
        if loose || is_meant(meaning, name, value) {
            self.put(spot, name, field, Rank::Malformed, value);
            // A value of another field under this name is worth a look; any other is a mistake that is told.
            return true;
        }
        true
    }

    /// Judges a value that has a shape. `name` is what stands before it, if anything; `alone` says that nothing is around.
    pub(super) fn token(
        &mut self,
        spot: &Spot,
        parent: Option<&str>,
        name: &str,
        token: &Token,
        line: &str,
        alone: bool,
    ) {
        let (field, value) = (token.field, &line[token.at.clone()]);
        if field == Field::Otp && is_anothers(name, value) {
            return;
        }
        let meaning = self.of_manager(name).or_else(|| {
            let meaning = self.folded.meaning(parent, name)?;
            Some((meaning, rank_of(meaning.class)))
        });
        let is_known = meaning.is_some_and(|(_, rank)| rank == Rank::OfManager);
        if field == Field::RoleArn && !is_known && is_of_machine(name) {
            return;
        }
        let own = meaning.filter(|(meaning, rank)| meaning.field == field && *rank <= Rank::Near);
        let rank = match (own, field) {
            (Some((_, rank)), _) => rank,
            (None, Field::AccessKeyId | Field::MfaSerial | Field::Otp) => Rank::Shape,
            (None, Field::RoleArn) if alone || is_of_role(name) => Rank::Shape,
            // `roles:`, and below it their names
            (None, Field::RoleArn) if parent.is_some_and(is_of_role) => Rank::Shape,
            (None, Field::RoleArn) => return,
            (None, Field::SecretAccessKey) => match meaning {
                _ if name.is_empty() => Rank::Bare,
                Some((meaning, _)) if meaning.field == field => Rank::General,
                _ => Rank::Unknown,
            },
        };
        let rank = self.stale(name, rank);
        let rank = self.stale(&line[..token.at.start], rank);
        if field == Field::Otp {
            match otp::uri(value, Settings::default()) {
                Some(_) => self.put(spot, name, field, rank, value),
                None => self.put(spot, name, field, Rank::Malformed, value),
            }
        } else {
            self.put(spot, name, field, rank, value);
        }
    }

    /// A value where the field stands by custom.
    pub(super) fn by_place(&mut self, spot: &Spot, field: Field, value: &str) {
        if is_address(value) {
            return;
        }
        let rank = if is_possible(field, value) { Rank::ByPlace } else { Rank::Misplaced };
        self.sets.put(spot.node, field, rank, value, spot.place.clone());
    }

    /// Puts it where it belongs: a name may have a word that tells whose it is, or that it is another service's.
    fn put(&mut self, spot: &Spot, name: &str, field: Field, rank: Rank, value: &str) {
        let is_sure = rank <= Rank::OfManager || rank >= Rank::ByPlace;
        let of_another = if field.is_key() && !is_sure { another(name) } else { None };
        let qualifier =
            of_another.or_else(|| self.folded.qualifier(name).filter(|_| matches!(rank, Rank::Near | Rank::Malformed)));
        let node = match qualifier {
            Some(qualifier) => self.sets.node(spot.node, Kind::Qualified, &qualifier),
            None => spot.node,
        };
        self.sets.put(node, field, rank, value, spot.place.clone());
    }

    fn stale(&mut self, name: &str, rank: Rank) -> Rank {
        if rank > Rank::OfManager && rank < Rank::Stale && self.folded.is_stale(name) { Rank::Stale } else { rank }
    }

    fn of_manager(&mut self, name: &str) -> Option<(Meaning, Rank)> {
        if self.wish.names.is_empty() {
            return None;
        }
        let all = self.wish.names.iter().flat_map(|(field, names)| names.iter().map(move |name| (*field, name)));
        let field = self.folded.one_of(name, all)?;
        Some((Meaning { field, class: Class::Exact }, Rank::OfManager))
    }

    /// Takes the value if the user has given this name to a field.
    fn chosen(&mut self, spot: &Spot, name: &str, value: &str) {
        for (field, wanted) in self.wish.fields {
            let section = &self.sets.all[spot.node].name;
            let in_section = wanted
                .rsplit_once('/')
                .is_some_and(|(of, own)| self.folded.same(of, section) && self.folded.same(own, name));
            if in_section || self.folded.same(wanted, name) {
                self.sets.put(spot.node, *field, Rank::Chosen, clean(value), spot.place.clone());
            }
        }
    }

    /// Whether the user has given names to fields, so that names that mean nothing to us may mean something.
    pub(super) fn has_chosen(&self) -> bool {
        !self.wish.fields.is_empty()
    }

    /// Takes the settings that authenticators' plug-ins keep beside a secret.
    fn setting(&mut self, node: Node, name: &str, value: &str) -> bool {
        if !name.starts_with(['t', 'T']) {
            return false;
        }
        if !["totpsettings", "timeotplength", "timeotpperiod", "timeotpalgorithm"]
            .iter()
            .any(|known| self.folded.is(name, known))
        {
            return false;
        }
        let settings = self.settings.entry(node).or_default();
        if self.folded.is(name, "totpsettings") {
            *settings = otp::of_keetray(value).unwrap_or_default();
        } else if self.folded.is(name, "timeotplength") {
            settings.digits = value.parse().ok();
        } else if self.folded.is(name, "timeotpperiod") {
            settings.period = value.parse().ok();
        } else if self.folded.is(name, "timeotpalgorithm") {
            settings.algorithm = otp::algorithm(value);
        } else {
            return false;
        }
        true
    }

    /// Brings secrets and the settings beside them together.
    pub(super) fn finish_otp(&mut self) {
        for (node, settings) in self.settings.drain() {
            let found = self.sets.all[node].candidates.iter_mut();
            for candidate in found.filter(|found| found.field == Field::Otp && found.rank < Rank::Malformed) {
                if candidate.value.expose_secret().starts_with("otpauth://") || settings == Settings::default() {
                    continue;
                }
                match otp::uri(candidate.value.expose_secret(), settings) {
                    Some(uri) => candidate.value = uri,
                    None => candidate.rank = Rank::Malformed,
                }
            }
        }
    }
}

/// Whether a value that cannot be the field is meant for it under a name that is not exact: a device's or a role's ARN, though
/// it is written wrong; and where the name says no more than the field, any ARN.
fn is_meant(meaning: Meaning, name: &str, value: &str) -> bool {
    let kind = match meaning.field {
        Field::Otp => return meaning.class == Class::Strict,
        Field::RoleArn if !is_of_machine(name) => ":role/",
        Field::MfaSerial => ":mfa/",
        Field::RoleArn | Field::AccessKeyId | Field::SecretAccessKey => return false,
    };
    value.starts_with("arn:") && (meaning.class == Class::Strict || value.contains(kind))
}

/// Whether what stands between two values makes them a list under one name: marks, a word that joins, or the next one's own
/// name with a mark behind it, where that means nothing to us.
pub(super) fn is_list(between: &str) -> bool {
    let words: Vec<&str> = between.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let joins = ["and", "or", "und", "oder", "et", "ou", "y", "o"];
    let is_named = between.trim_end_matches(['"', '\'', ' ']).ends_with([':', '=']);
    match words.as_slice() {
        [] => true,
        [word] => joins.contains(word) || (is_named && Folded::new().meaning(None, word).is_none()),
        _ => false,
    }
}

/// Whether a one-time password's URI is another service's: by what it says itself, else by its name.
fn is_anothers(name: &str, uri: &str) -> bool {
    match otp::issuer(uri) {
        Issuer::Ours => false,
        Issuer::Another => true,
        Issuer::Unknown => is_anothers_code(name),
    }
}

const fn rank_of(class: Class) -> Rank {
    match class {
        Class::Exact | Class::Strict => Rank::Exact,
        Class::Near => Rank::Near,
        Class::General => Rank::General,
    }
}
