//! Takes from what was found what belongs together: key id and secret from one place; device, role and one-time password
//! from there or from what it stands in, never from another. Nothing is guessed: two that cannot be told apart are refused.

use super::name::Folded;
use super::otp::{self, Issuer};
use super::recognise::Wish;
use super::sets::{Candidate, Kind, Node, Place, ROOT, Rank, Set, Sets};
use super::value::is_strict;
use super::words::{another, is_anothers_code, is_environment, is_of_machine, whose};
use crate::backend::field::Field;
use crate::credentials::{MfaSerial, Otp};
use secrecy::{ExposeSecret, SecretString};
use std::collections::{BTreeMap, BTreeSet};

/// A value that was taken, and where from.
#[derive(Debug)]
pub struct Picked {
    /// The value.
    pub value: SecretString,
    /// Its place.
    pub place: Place,
}

/// Why nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Several values may be the field's: these places.
    Values(Field, Vec<Place>),
    /// These places hold values of the field under another name than the key, which stands in the section of this name.
    Beside(Field, Vec<Place>, String),
    /// Several sets hold keys: these names; some may have none.
    Sets(Vec<String>),
    /// There is no section of that name with keys: these have some.
    NoSection(Vec<String>),
}

/// A key, and the places that it was found in.
struct Pair<'s> {
    id: &'s Candidate,
    secret: &'s Candidate,
    nodes: Vec<Node>,
    tier: u8,
}

/// The values of the wanted fields; those that are not there are left out.
pub fn choose(
    sets: &Sets,
    folded: &mut Folded,
    wish: &Wish<'_>,
    wanted: &[Field],
) -> Result<BTreeMap<Field, Picked>, Refused> {
    let mut chooser = Chooser { sets, folded, wish, with_keys: with_keys(sets), serial: None };
    let mut taken = BTreeMap::new();
    let mut take = |found: &Candidate| {
        let value = SecretString::from(found.value.expose_secret());
        taken.insert(found.field, Picked { value, place: found.place.clone() });
    };
    let wants_keys = wanted.iter().any(|field| field.is_key());
    let nodes = if wants_keys {
        if let Some(pair) = chooser.pair()? {
            [pair.id, pair.secret].into_iter().filter(|found| wanted.contains(&found.field)).for_each(&mut take);
            pair.nodes
        } else {
            let (node, half) = chooser.half()?;
            half.into_iter().filter(|found| wanted.contains(&found.field)).for_each(&mut take);
            vec![node]
        }
    } else {
        chooser.named_section()?
    };
    // The device comes before the codes, which have to be its own.
    for field in Field::ALL.into_iter().filter(|field| !field.is_key() && wanted.contains(field)) {
        let Some(found) = chooser.beside(field, &nodes, !wants_keys)? else { continue };
        if field == Field::MfaSerial {
            chooser.serial = MfaSerial::new(found.value.expose_secret()).ok();
        }
        take(found);
    }
    Ok(taken)
}

/// Whether each place holds a part of a key, or something in it does.
fn with_keys(sets: &Sets) -> Vec<bool> {
    let mut with_keys: Vec<bool> = sets.all.iter().map(Set::has_keys).collect();
    for node in (1..sets.all.len()).rev() {
        with_keys[sets.all[node].parent] |= with_keys[node];
    }
    with_keys
}

struct Chooser<'c, 's, 'w> {
    sets: &'s Sets,
    folded: &'c mut Folded,
    wish: &'c Wish<'w>,
    with_keys: Vec<bool>,
    /// The device that codes are to be of, where that is known.
    serial: Option<MfaSerial>,
}

impl<'s> Chooser<'_, 's, '_> {
    /// The one key; none where no place holds a whole one.
    fn pair(&mut self) -> Result<Option<Pair<'s>>, Refused> {
        let sets = self.sets;
        let mut pairs = Vec::new();
        let mut refused = None;
        for node in 0..sets.all.len() {
            if self.are_passed_over(node) {
                continue;
            }
            match self.pair_of(&[node]) {
                Ok(pair) => pairs.extend(pair),
                Err(why) => {
                    if self.is_named(node) {
                        refused = Some(why);
                    }
                }
            }
        }
        if self.wish.section.is_some() {
            let all = self.names(&pairs);
            self.keep_named(&mut pairs);
            if pairs.is_empty() {
                if let Some(why) = refused {
                    return Err(why);
                }
                pairs = self.joined()?;
                self.keep_named(&mut pairs);
            }
            if pairs.is_empty() {
                return if self.is_part_named() { Ok(None) } else { Err(Refused::NoSection(all)) };
            }
        } else if let Some(why) = refused {
            return Err(why);
        }
        self.keep_chosen(&mut pairs);
        if pairs.is_empty() {
            pairs = self.joined()?;
        }
        let best = pairs.iter().map(|pair| pair.tier).min();
        pairs.retain(|pair| Some(pair.tier) == best);
        let differs = |pair: &Pair<'_>| !same(pair.id, pairs[0].id) || !same(pair.secret, pairs[0].secret);
        if pairs.iter().skip(1).any(differs) || self.beside_differs(&pairs)? {
            return Err(Refused::Sets(self.names(&pairs)));
        }
        let halves = self.halves_beside(&pairs);
        if !halves.is_empty() {
            let nodes: BTreeSet<Node> =
                pairs.iter().filter_map(|pair| pair.nodes.last().copied()).chain(halves).collect();
            return Err(Refused::Sets(nodes.into_iter().map(|node| name_of(&self.sets.all[node])).collect()));
        }
        Ok(pairs.into_iter().next())
    }

    /// Leaves the keys of the places in which the halves stand that the user has named, if there are such.
    fn keep_chosen(&self, pairs: &mut Vec<Pair<'s>>) {
        let stands_in = |found: &Candidate, pair: &Pair<'_>| {
            let mut here = pair.nodes.iter().flat_map(|node| &self.sets.all[*node].candidates);
            here.any(|other| std::ptr::eq(other, found))
        };
        let halves = |pair: &Pair<'s>| [pair.id, pair.secret].into_iter().filter(|found| found.rank == Rank::Chosen);
        let is_whole = |pair: &Pair<'s>| halves(pair).all(|found| stands_in(found, pair));
        if pairs.iter().any(is_whole) {
            pairs.retain(is_whole);
        }
    }

    /// Leaves the keys of the section that the user has named.
    fn keep_named(&mut self, pairs: &mut Vec<Pair<'s>>) {
        pairs.retain(|pair| pair.nodes.iter().any(|node| self.is_named(*node)));
    }

    /// Whether the section that the user has named is there, and holds a part of a key.
    fn is_part_named(&mut self) -> bool {
        let sets = self.sets;
        let holds_part = |node: &Node| sets.all[*node].candidates.iter().any(|found| found.field.is_key());
        (0..sets.all.len()).filter(holds_part).any(|node| self.is_named(node))
    }

    /// Places that name another key's id and hold no secret for it: what was to be read there may be what is broken, and a
    /// key that is whole may be another account's.
    fn halves_beside(&self, pairs: &[Pair<'s>]) -> Vec<Node> {
        let Some(pair) = pairs.first().filter(|pair| pair.id.rank > Rank::Chosen && pair.secret.rank > Rank::Chosen)
        else {
            return Vec::new();
        };
        if self.wish.section.is_some() {
            return Vec::new();
        }
        let of_notes = self.is_noted(pair.nodes[0]);
        let is_half = |node: &Node| {
            let set = &self.sets.all[*node];
            let names_another = set.usable(Field::AccessKeyId).any(|id| id.rank <= Rank::Near && !same(id, pair.id));
            names_another
                && set.usable(Field::SecretAccessKey).next().is_none()
                && !pairs.iter().any(|pair| pair.nodes.contains(node))
                && !self.are_passed_over(*node)
                && !self.is_old(*node)
                && (of_notes || !self.is_noted(*node))
        };
        (0..self.sets.all.len()).filter(is_half).collect()
    }

    /// Whether sets of one key lead to different devices or roles.
    fn beside_differs(&mut self, pairs: &[Pair<'s>]) -> Result<bool, Refused> {
        if pairs.len() < 2 {
            return Ok(false);
        }
        for field in [Field::MfaSerial, Field::RoleArn, Field::Otp] {
            let mut values = Vec::new();
            for pair in pairs {
                values.push(self.beside(field, &pair.nodes, false)?.map(|found| found.value.expose_secret()));
            }
            if values.iter().any(|value| *value != values[0]) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The key of these places together.
    fn pair_of(&self, nodes: &[Node]) -> Result<Option<Pair<'s>>, Refused> {
        let id = self.best(Field::AccessKeyId, nodes)?;
        let secret = self.best(Field::SecretAccessKey, nodes)?;
        let (Some(id), Some(secret)) = (id, secret) else { return Ok(None) };
        self.check_alone(nodes, id, secret)?;
        let is_stale = id.rank >= Rank::Stale || secret.rank >= Rank::Stale || nodes.iter().any(|it| self.is_old(*it));
        let tier = if is_stale { 2 } else { u8::from(self.is_noted(nodes[0])) };
        Ok(Some(Pair { id, secret, nodes: nodes.to_vec(), tier }))
    }

    /// Refuses to take a key where two stand side by side: what else is there could be of either.
    fn check_alone(&self, nodes: &[Node], id: &Candidate, secret: &Candidate) -> Result<(), Refused> {
        let other = |of: &Candidate| {
            let fresh = self.all(of.field, nodes).filter(|found| found.rank < Rank::ByPlace);
            fresh.into_iter().find(|found| !same(found, of))
        };
        match (other(id), other(secret)) {
            (Some(other), Some(_)) if id.rank != Rank::Chosen && secret.rank != Rank::Chosen => {
                Err(Refused::Values(Field::AccessKeyId, vec![id.place.clone(), other.place.clone()]))
            }
            _ => Ok(()),
        }
    }

    /// Keys whose halves stand in a place and in what is softly divided from it.
    fn joined(&mut self) -> Result<Vec<Pair<'s>>, Refused> {
        let mut pairs = Vec::new();
        for (node, set) in self.sets.all.iter().enumerate() {
            let is_soft = matches!(set.kind, Kind::Heading | Kind::Qualified | Kind::Notes);
            if !is_soft || !set.has_keys() || (set.kind == Kind::Qualified && is_environment(&set.name)) {
                continue;
            }
            let around = &self.sets.all[set.parent];
            // A key that has a partner of its own belongs to that.
            let clashes = [Field::AccessKeyId, Field::SecretAccessKey].into_iter().any(|field| {
                let mut here = set.usable(field).filter(|found| found.rank < Rank::ByPlace);
                here.any(|one| around.usable(field).any(|other| other.rank < Rank::ByPlace && !same(one, other)))
            });
            // Another service's secret is none of AWS's, though it is the only one.
            let is_foreign = set.usable(Field::SecretAccessKey).next().is_some() && another(&set.name).is_some();
            if !clashes && !is_foreign {
                pairs.extend(self.pair_of(&[set.parent, node])?);
            }
        }
        Ok(pairs)
    }

    /// Notes count for themselves only where the fields hold no part of a key.
    fn are_passed_over(&self, node: Node) -> bool {
        let set = &self.sets.all[node];
        set.kind == Kind::Notes && self.sets.all[set.parent].has_keys()
    }

    /// What there is of a key that is not whole, for the message.
    fn half(&mut self) -> Result<(Node, Vec<&'s Candidate>), Refused> {
        let all = 0..self.sets.all.len();
        let all: Vec<Node> = all.filter(|node| !self.are_passed_over(*node) && self.is_named(*node)).collect();
        for field in [Field::AccessKeyId, Field::SecretAccessKey] {
            for node in all.iter().copied() {
                let nodes = [node];
                let found = self.best(field, &nodes)?.or_else(|| self.malformed(field, &nodes));
                if let Some(found) = found {
                    let other = if field == Field::AccessKeyId { Field::SecretAccessKey } else { Field::AccessKeyId };
                    let other = self.best(other, &nodes)?.or_else(|| self.malformed(other, &nodes));
                    return Ok((node, [Some(found), other].into_iter().flatten().collect()));
                }
            }
        }
        Ok((ROOT, Vec::new()))
    }

    /// The section that the user has named; else the item itself.
    fn named_section(&mut self) -> Result<Vec<Node>, Refused> {
        if self.wish.section.is_none() {
            return Ok(vec![ROOT]);
        }
        let found: Vec<Node> = (0..self.sets.all.len()).filter(|node| self.is_named(*node)).collect();
        let others = self.sets.all.iter().map(|set| set.name.clone()).filter(|name| !name.is_empty()).collect();
        if found.is_empty() { Err(Refused::NoSection(others)) } else { Ok(found) }
    }

    /// A value that stands with the keys, or in what those stand in.
    fn beside(&self, field: Field, nodes: &[Node], anywhere: bool) -> Result<Option<&'s Candidate>, Refused> {
        let mut levels: Vec<Vec<Node>> = vec![nodes.to_vec()];
        // What is around counts unless it is another account's.
        let around = self.sets.upwards(nodes[0]).filter(|node| self.holds_no_other(*node, nodes));
        levels.extend(around.filter(|node| self.holds_no_qualified(*node, nodes)).map(|node| vec![node]));
        // What was a key's before is of no use beside one that is in use.
        let with_stale = self.is_stale(nodes);
        let mut malformed = None;
        for level in levels {
            let own = self.surest(field, &level, with_stale)?;
            let (mut soft, mut others) = self.softly_inside(&level, nodes);
            if !with_stale {
                soft.retain(|node| !self.is_old(*node));
                others.retain(|node| !self.is_old(*node));
            }
            soft.retain(|node| !is_for_another(field, &self.sets.all[*node]));
            let found = match own {
                Some(found) => Some(found),
                None => self.surest(field, &soft, with_stale)?,
            };
            if found.is_some() {
                return Ok(found);
            }
            self.check_others(field, &others, nodes, with_stale)?;
            malformed = malformed.or_else(|| self.malformed(field, &level).or_else(|| self.malformed(field, &soft)));
        }
        if let Some(found) = self.for_all(field, nodes).filter(|_| self.wish.section.is_some()) {
            return Ok(Some(found));
        }
        if anywhere && self.wish.section.is_none() {
            let all: Vec<Node> = (0..self.sets.all.len()).collect();
            if let Some(found) = self.surest(field, &all, false)? {
                return Ok(Some(found));
            }
        }
        Ok(malformed)
    }

    /// The one value of the field that stands under a name of its own around the place that the user has named, beside the words of
    /// several accounts: it has none of those, and is for all of them.
    fn for_all(&self, field: Field, chosen: &[Node]) -> Option<&'s Candidate> {
        let sets = self.sets;
        let is_qualified = sets.all[chosen[0]].kind == Kind::Qualified;
        let around = sets.upwards(chosen[0]).skip(1).filter(|node| is_qualified && self.holds_no_other(*node, chosen));
        let mut named = around.flat_map(|node| sets.all[node].usable(field)).filter(|found| found.rank <= Rank::Exact);
        let first = named.next()?;
        named.all(|other| same(other, first)).then_some(first)
    }

    /// Places inside these that are not sets of their own and hold no other key; then those of them whose name is another's.
    fn softly_inside(&self, level: &[Node], chosen: &[Node]) -> (Vec<Node>, Vec<Node>) {
        let is_soft = |node: Node| match self.sets.all[node].kind {
            Kind::Notes => self.are_of(node, chosen),
            Kind::Part | Kind::Heading | Kind::Qualified => !self.with_keys[node],
            Kind::Root | Kind::Section => false,
        };
        let path = |node| self.sets.upwards(node).take_while(|above| !level.contains(above));
        let is_inside = |node: &Node| {
            let top = path(*node).last();
            top.is_some_and(|top| level.contains(&self.sets.all[top].parent)) && path(*node).all(is_soft)
        };
        let names = self.names_below(level, chosen);
        let is_own = |node: &Node| !path(*node).any(|node| self.is_anothers(node, &names));
        (1..self.sets.all.len()).filter(is_inside).partition(is_own)
    }

    /// The names of the places below these that the key stands in; none where it stands in these themselves.
    fn names_below(&self, level: &[Node], chosen: &[Node]) -> Vec<&'s str> {
        if chosen.iter().any(|node| level.contains(node)) {
            return Vec::new();
        }
        let sets = self.sets;
        let below = chosen.iter().flat_map(|node| sets.upwards(*node).take_while(|node| !level.contains(node)));
        below.map(|node| sets.all[node].name.as_str()).filter(|name| !name.is_empty() && !is_numbered(name)).collect()
    }

    /// Whether a place has a name that tells accounts apart, and none of those of the key.
    fn is_anothers(&self, node: Node, names: &[&str]) -> bool {
        let name = &self.sets.all[node].name;
        let words = whose(name);
        let is_own = |own: &&str| whose(own) == words;
        !names.is_empty() && !words.is_empty() && !is_numbered(name) && !names.iter().any(is_own)
    }

    /// Refuses what stands beside the key under another name, unless the user has named the key's.
    fn check_others(&self, field: Field, others: &[Node], chosen: &[Node], with_stale: bool) -> Result<(), Refused> {
        if self.wish.section.is_some() {
            return Ok(());
        }
        let usable = self.all(field, others).filter(|found| with_stale || found.rank != Rank::Stale);
        let places: Vec<Place> = usable.map(|found| found.place.clone()).collect();
        if places.is_empty() {
            return Ok(());
        }
        let section = chosen.last().map(|node| name_of(&self.sets.all[*node])).unwrap_or_default();
        Err(Refused::Beside(field, places, section))
    }

    /// Whether a place holds no part of a key but of the one in these places.
    fn holds_no_other(&self, node: Node, chosen: &[Node]) -> bool {
        let keys = [Field::AccessKeyId, Field::SecretAccessKey];
        keys.into_iter().all(|field| {
            let mut here = self.sets.all[node].usable(field).filter(|found| found.rank < Rank::ByPlace);
            here.all(|found| self.all(field, chosen).any(|own| same(own, found)))
        })
    }

    /// Whether no other key stands in a place under names with a word more: what has no such word there could be of either.
    fn holds_no_qualified(&self, node: Node, chosen: &[Node]) -> bool {
        let mut all = self.sets.all.iter().enumerate().skip(1);
        all.all(|(other, set)| {
            let is_around = set.kind != Kind::Qualified || set.parent != node;
            is_around || self.holds_no_other(other, chosen) || another(&set.name).is_some()
        })
    }

    /// Whether notes hold no whole key but that of these places.
    fn are_of(&self, notes: Node, chosen: &[Node]) -> bool {
        let keys = [Field::AccessKeyId, Field::SecretAccessKey];
        let is_whole = keys.into_iter().all(|field| self.sets.all[notes].usable(field).next().is_some());
        !is_whole || self.holds_no_other(notes, chosen)
    }

    fn all<'n>(&self, field: Field, nodes: &'n [Node]) -> impl Iterator<Item = &'s Candidate> + use<'n, 's> {
        let sets = self.sets;
        nodes.iter().flat_map(move |node| sets.all[*node].usable(field))
    }

    /// Whether the key of these places is one that its name calls old.
    fn is_stale(&self, nodes: &[Node]) -> bool {
        let keys = [Field::AccessKeyId, Field::SecretAccessKey];
        let is_stale = |field| self.best(field, nodes).is_ok_and(|it| it.is_some_and(|it| it.rank == Rank::Stale));
        keys.into_iter().any(is_stale) || nodes.iter().any(|node| self.is_old(*node))
    }

    /// Whether a place, or what it stands in, is called old.
    fn is_old(&self, node: Node) -> bool {
        self.sets.upwards(node).any(|node| Folded::new().is_stale_place(&self.sets.all[node].name))
    }

    /// The surest value of a field in these places; two that are equally sure are refused.
    fn best(&self, field: Field, nodes: &[Node]) -> Result<Option<&'s Candidate>, Refused> {
        self.surest(field, nodes, true)
    }

    /// The same, `with_stale` also among those that are called old.
    fn surest(&self, field: Field, nodes: &[Node], with_stale: bool) -> Result<Option<&'s Candidate>, Refused> {
        if self.wish.fields.contains_key(&field) {
            // The user has said which; it is that one wherever it stands.
            let everywhere = self.sets.all.iter().flat_map(|set| set.candidates.iter());
            let mut chosen = everywhere.filter(|found| found.field == field && found.rank == Rank::Chosen);
            let first = chosen.next();
            return match (first, first.and_then(|first| chosen.find(|other| !same(first, other)))) {
                (Some(one), Some(other)) => Err(Refused::Values(field, vec![one.place.clone(), other.place.clone()])),
                (first, _) => Ok(first),
            };
        }
        let all = || self.all(field, nodes).filter(|found| with_stale || found.rank != Rank::Stale);
        let Some(best) = all().min_by_key(|found| self.order(found)) else { return Ok(None) };
        let order = self.order(best);
        let rival = all().find(|other| self.order(other) == order && !same(other, best));
        let overflowed = nodes.iter().any(|node| self.sets.all[*node].overflowed);
        if field.is_key() && (Rank::General..=Rank::ByPlace).contains(&best.rank) && self.is_named_in_vain(field, nodes)
        {
            return Ok(None);
        }
        match rival {
            Some(other) => Err(Refused::Values(field, vec![best.place.clone(), other.place.clone()])),
            None if overflowed => Err(Refused::Values(field, vec![best.place.clone()])),
            None => Ok(Some(best)),
        }
    }

    /// Whether the field has a name of its own in these places, and a value there that cannot be it: what is less sure does
    /// not stand for it, since it may be another program's.
    fn is_named_in_vain(&self, field: Field, nodes: &[Node]) -> bool {
        let mut all = nodes.iter().flat_map(|node| self.sets.all[*node].candidates.iter());
        all.any(|found| found.field == field && found.rank == Rank::Malformed)
    }

    /// How sure a value is, the surest first.
    fn order(&self, found: &Candidate) -> (bool, u8, Rank, bool) {
        let value = found.value.expose_secret();
        // A label that names another account, or the issuer, says more than the name in front.
        let whose = match found.field {
            Field::Otp if self.is_of_other_device(value) => 2,
            Field::Otp => u8::from(otp::issuer(value) != Issuer::Ours),
            _ => 0,
        };
        // Other programs have secret keys too: of two with such a name, AWS's has AWS's shape.
        let other_shape = found.field.is_key() && !is_strict(found.field, value);
        (found.rank >= Rank::Stale, whose, found.rank, other_shape)
    }

    fn is_of_other_device(&self, otp: &str) -> bool {
        let Some(serial) = &self.serial else { return false };
        Otp::new(otp).is_ok_and(|otp| otp.other_than(serial).is_some())
    }

    fn malformed(&self, field: Field, nodes: &[Node]) -> Option<&'s Candidate> {
        if self.wish.fields.contains_key(&field) {
            return None;
        }
        let sets = self.sets;
        let mut all = nodes.iter().flat_map(|node| sets.all[*node].candidates.iter());
        all.find(|found| found.field == field && found.rank >= Rank::Malformed)
    }

    /// Whether the user has named this place, or none at all.
    fn is_named(&mut self, node: Node) -> bool {
        let Some(section) = self.wish.section else { return true };
        let name = &self.sets.all[node].name;
        name.trim().eq_ignore_ascii_case(section.trim()) || self.folded.same(name, section)
    }

    fn is_noted(&self, node: Node) -> bool {
        self.sets.upwards(node).any(|node| self.sets.all[node].kind == Kind::Notes)
    }

    fn names(&self, pairs: &[Pair<'_>]) -> Vec<String> {
        let name = |pair: &Pair<'_>| pair.nodes.last().map(|node| name_of(&self.sets.all[*node]));
        let mut names: Vec<String> = pairs.iter().filter_map(name).collect();
        names.dedup();
        names
    }
}

/// Whether a place is called by another service, whose codes are none of AWS's; or by a machine, whose role is no person's.
fn is_for_another(field: Field, set: &Set) -> bool {
    let is_called = matches!(set.kind, Kind::Part | Kind::Heading);
    match field {
        Field::Otp => is_called && is_anothers_code(&set.name),
        Field::RoleArn => is_called && is_of_machine(&set.name),
        Field::AccessKeyId | Field::SecretAccessKey | Field::MfaSerial => false,
    }
}

/// Whether a place is called by its number, for want of a name.
fn is_numbered(name: &str) -> bool {
    name.strip_prefix("line ").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
}

fn name_of(set: &Set) -> String {
    set.name.clone()
}

fn same(one: &Candidate, other: &Candidate) -> bool {
    one.value.expose_secret() == other.value.expose_secret()
}
