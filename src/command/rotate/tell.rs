//! What a rotation says, and why one is refused.

use crate::aws::iam::Listed;
use crate::backend::field::Field;
use crate::backend::registry;
use crate::backend::write::Store;
use crate::credentials::{AccessKeyId, Caller};
use crate::error::{Class, Error};
use crate::os::stdio;
use crate::os::zone::{days, lasting};
use crate::text::quote;
use std::time::Duration;

/// A run finds the item as it is to be. After an undoing the key to retire is the newer one.
pub fn left_to_retire(held: &AccessKeyId, old: &AccessKeyId, undone: bool) -> String {
    let held = if undone { format!("{held} again") } else { "the new key already".to_owned() };
    format!("aws-auth: the item holds {held}; what is left is to retire {old}")
}

/// How it succeeded.
pub fn done(store: &Store, held: &AccessKeyId, old: &AccessKeyId, undone: bool, typed: &str) {
    let (new, other) = if undone { ("", "other") } else { ("new ", "old") };
    stdio::say(&format!(
        "aws-auth: {} holds the {new}key {held}\n\
         aws-auth: the {other} one, {old}, is inactive, so that whoever still uses it finds out; a rotate after 24 hours deletes it\n  \
         to make it active again: {typed} --undo\n  \
         to delete it now: {typed} --delete-old",
        store.name()
    ));
}

/// Nothing was to be done.
pub fn young(store: &Store, age: Option<u64>) {
    let days = age.map_or_else(String::new, |age| format!(", {}", days(age / 86_400)));
    stdio::say(&format!("aws-auth: the key in {} is young enough{days}", store.name()));
}

/// Both keys are active since an undoing, and go on.
pub fn left_active(old: &AccessKeyId, held: &AccessKeyId, undone: bool, typed: &str) {
    let left = if undone {
        format!("the item holds {held} again since rotate --undo; the key {old} is active too")
    } else {
        format!("the old key {old}, which rotate --undo has made active again, is left so")
    };
    stdio::say(&format!("aws-auth: {left}; to make it inactive: {typed}"));
}

/// The old key is active again, and in the item.
pub fn put_back(store: &Store, old: &AccessKeyId, new: &AccessKeyId, typed: &str) {
    stdio::say(&format!(
        "aws-auth: the old key {old} is active again, and {} holds it. The key {new} is active too, for whoever has it \
         already; to make it inactive: {typed}",
        store.name()
    ));
}

/// The old key is active again, and the item holds the new one.
pub fn revived(store: &Store, old: &AccessKeyId, typed: &str) {
    stdio::say(&format!(
        "aws-auth: the old key {old} is active again: machines with an older copy of {} go on with it. The item keeps the \
         new key, which is good too, since nothing that we can read still has the old secret; a backup of {} may: restore \
         the item from it, if you need the old one there. When all have the new one: {typed}",
        store.title(),
        store.title()
    ));
}

/// A rotation was undone before its new key came into the item.
pub fn given_up(store: &Store, new: &AccessKeyId) {
    stdio::say(&format!(
        "aws-auth: the new key {new}, which was not in the item yet, is deleted; {} goes on with the key it holds",
        store.name()
    ));
}

/// A manager that is not written by us.
#[must_use]
pub fn by_hand(store: &Store, from: &str, tried: &str) -> Error {
    let variable = |field| registry::variable(from, field);
    let place = match (variable(Field::AccessKeyId), variable(Field::SecretAccessKey)) {
        (Some(id), Some(secret)) => format!("set {id} and {secret} to them, where they are set now"),
        _ => format!("put both values into \"{}\"", quote(store.entry())),
    };
    Error::new(Class::Config, format!("nothing is written into {} by this program", store.title()))
        .because("it was never tried, or there is no safe way; nothing was made")
        .hint(format!(
            "by hand: aws iam create-access-key; {place}; try it: {tried}; then: aws iam update-access-key --status \
             Inactive --access-key-id OLD"
        ))
}

/// AWS does not take the item's key.
#[must_use]
pub fn dead(error: Error, store: &Store) -> Error {
    if error.has_dead_keys() {
        let title = store.title().to_owned();
        return error.hint(format!(
            "if it was rotated on another machine, get the newest state of {title} (as in: pass git pull); else see aws iam list-access-keys"
        ));
    }
    error
}

/// Not a user's key.
#[must_use]
pub fn no_user(caller: &Caller) -> Error {
    let what = if caller.is_root() { "the account's root" } else { "a role" };
    Error::new(Class::Config, format!("this key is not a user's: it is of {what}"))
        .because(caller.to_string())
        .hint("rotate the key of an IAM user; root should have none")
}

/// There are two keys, and one is nobody's we know.
#[must_use]
pub fn stranger(other: &Listed, all: &[(Listed, Option<String>)]) -> Error {
    let one = |(key, used): &(Listed, Option<String>)| {
        let state = if key.active { "active" } else { "inactive" };
        let used = used.as_deref().map_or_else(|| "never used".to_owned(), |used| format!("last used {}", quote(used)));
        format!("{} ({state}, made {}, {used})", key.id, quote(&key.created))
    };
    let told: Vec<_> = all.iter().map(one).collect();
    Error::new(Class::Config, "this user has two access keys, which is as many as AWS allows")
        .because(told.join(", "))
        .hint(format!(
            "if nobody uses {}: aws iam update-access-key --status Inactive --access-key-id ID, wait a day, then aws iam \
             delete-access-key --access-key-id ID",
            other.id
        ))
}

/// The old key is inactive and not old enough to go.
#[must_use]
pub fn too_early(old: &AccessKeyId, left: u64, typed: &str) -> Error {
    Error::new(Class::Config, "this key was rotated less than 24 hours ago")
        .because(format!(
            "the old one, {old}, is inactive, and kept for another {}",
            lasting(Duration::from_secs(left))
        ))
        .hint(format!("wait, or delete the old one now: {typed} --delete-old"))
}

/// The sibling does not hold what the record says.
#[must_use]
pub fn stranger_sibling(store: &Store) -> Error {
    Error::new(
        Class::Value,
        format!("{} \"{}\" holds another key than was made", store.title(), quote(&store.sibling())),
    )
    .hint("look at it in the manager, and remove it if it is of no use")
}
