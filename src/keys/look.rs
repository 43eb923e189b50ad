//! Where a rotation stands, from what AWS lists, what the item and its sibling hold, and what the record says. Pure.

use crate::aws::iam::Listed;
use crate::credentials::AccessKeyId;
use crate::sessions::Record;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Nothing is under way, and there is room for a key.
    Begin,
    /// The new key is in the sibling: it is to be proven and put into the item.
    Replace {
        /// The new key.
        new: AccessKeyId,
    },
    /// The item holds the new key: the old one is to be retired.
    Retire {
        /// The old key.
        old: AccessKeyId,
    },
    /// The item holds the old key again, which is not noted yet.
    Undone {
        /// The key that it held meanwhile.
        new: AccessKeyId,
    },
    /// The old key is inactive, and kept for a while.
    Retired {
        /// The old key.
        old: AccessKeyId,
        /// Since when, in seconds since 1970.
        since: u64,
    },
    /// A key of ours whose secret nobody has: made when this began, never used.
    Lost {
        /// The key.
        id: AccessKeyId,
    },
    /// There are two keys, and the other is not ours to judge.
    Stranger {
        /// The other.
        other: Listed,
    },
}

/// How far AWS's time of a key's making may be before the time of our record, in seconds.
const SLACK: u64 = 60;

/// Tells where it stands: `held` is the item's key, `sibling` that of the entry beside it; `used` whether the other key
/// was ever used.
#[must_use]
pub fn look(
    listed: &[Listed],
    held: &AccessKeyId,
    sibling: Option<&AccessKeyId>,
    record: Option<&Record>,
    used: bool,
) -> Stand {
    let Some(other) = listed.iter().find(|key| key.id != *held) else { return Stand::Begin };
    let Some(record) = record else { return Stand::Stranger { other: other.clone() } };
    if record.is_new(held) && record.is_old(&other.id) {
        let old = other.id.clone();
        return match record.retired {
            Some(since) if !other.active => Stand::Retired { old, since },
            _ => Stand::Retire { old },
        };
    }
    if record.undoing && record.is_old(held) && record.is_new(&other.id) {
        return Stand::Undone { new: other.id.clone() };
    }
    if record.is_old(held) {
        let made = DateTime::from_str(&other.created, Format::DateTime).map_or(0, |made| made.secs());
        let is_ours =
            record.is_new(&other.id) || (!record.has_new() && u64::try_from(made).unwrap_or(0) + SLACK >= record.begun);
        if is_ours && sibling == Some(&other.id) {
            return Stand::Replace { new: other.id.clone() };
        }
        if is_ours && !used {
            return Stand::Lost { id: other.id.clone() };
        }
    }
    Stand::Stranger { other: other.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &str) -> AccessKeyId {
        AccessKeyId::new(&format!("AKIA{name:0>16}")).unwrap()
    }

    fn listed(name: &str, active: bool) -> Listed {
        Listed { id: id(name), active, created: "2026-01-02T03:04:05Z".into() }
    }

    fn record(old: &str, new: Option<&str>, begun: u64, retired: Option<u64>) -> Record {
        let mut record = Record::begin(&id(old), begun);
        if let Some(new) = new {
            record.note_new(&id(new));
        }
        record.retired = retired;
        record
    }

    /// The time of all keys here.
    const MADE: u64 = 1_767_323_045;

    /// What it is about; the keys, the item's, the sibling's, the record, whether the other was used; where that stands.
    type Row<'a> = (&'a str, &'a [Listed], &'a str, Option<&'a str>, Option<&'a Record>, bool, Stand);

    #[test]
    fn each_stand_is_told_from_what_is_there() {
        let (old, new) = (listed("OLD", true), listed("NEW", true));
        let asleep = listed("OLD", false);
        let another = listed("XXX", true);
        let both = [old.clone(), new.clone()];
        let with_another = [another.clone(), new.clone()];
        let old_and_another = [old.clone(), another.clone()];
        let retired = [asleep.clone(), new.clone()];
        let begun = record("OLD", None, MADE, None);
        let made = record("OLD", Some("NEW"), MADE, None);
        let done = record("OLD", Some("NEW"), MADE, Some(MADE + 9));
        let foreign = record("XXX", Some("YYY"), MADE, Some(MADE));
        let late = record("OLD", None, MADE + 3600, None);
        let mut undoing = made.clone();
        undoing.undoing = true;
        let undone = Record::back(&id("OLD"), &id("NEW"), MADE);
        let lost = Stand::Lost { id: id("NEW") };
        let stranger = |key: &Listed| Stand::Stranger { other: key.clone() };
        let rows: [Row; 20] = [
            ("one key", std::slice::from_ref(&old), "OLD", None, None, false, Stand::Begin),
            ("begun, nothing made", std::slice::from_ref(&old), "OLD", None, Some(&begun), false, Stand::Begin),
            ("killed before the answer", &both, "OLD", None, Some(&begun), false, lost.clone()),
            ("killed before the sibling", &both, "OLD", None, Some(&made), false, lost),
            (
                "killed after the sibling",
                &both,
                "OLD",
                Some("NEW"),
                Some(&made),
                false,
                Stand::Replace { new: id("NEW") },
            ),
            (
                "killed between sibling and record",
                &both,
                "OLD",
                Some("NEW"),
                Some(&begun),
                true,
                Stand::Replace { new: id("NEW") },
            ),
            ("killed after the item", &both, "NEW", Some("NEW"), Some(&made), true, Stand::Retire { old: id("OLD") }),
            ("killed before the note", &retired, "NEW", None, Some(&made), true, Stand::Retire { old: id("OLD") }),
            ("made active again", &both, "NEW", None, Some(&done), true, Stand::Retire { old: id("OLD") }),
            ("done", &retired, "NEW", None, Some(&done), true, Stand::Retired { old: id("OLD"), since: MADE + 9 }),
            ("being undone", &both, "NEW", None, Some(&undoing), true, Stand::Retire { old: id("OLD") }),
            ("undone", &both, "OLD", None, Some(&undoing), false, Stand::Undone { new: id("NEW") }),
            ("undone and noted", &both, "OLD", None, Some(&undone), true, Stand::Retire { old: id("NEW") }),
            ("no record", &both, "OLD", None, None, false, stranger(&new)),
            ("another's record", &both, "OLD", None, Some(&foreign), false, stranger(&new)),
            ("made before we began", &both, "OLD", None, Some(&late), false, stranger(&new)),
            (
                "another's key in the place of the old one",
                &with_another,
                "NEW",
                None,
                Some(&made),
                true,
                stranger(&another),
            ),
            ("another's key in the item", &with_another, "XXX", None, Some(&made), true, stranger(&new)),
            (
                "the old key beside another's in the item",
                &old_and_another,
                "XXX",
                None,
                Some(&made),
                true,
                stranger(&old),
            ),
            ("used by somebody", &both, "OLD", None, Some(&made), true, stranger(&new)),
        ];
        for (says, listed, held, sibling, record, used, expected) in rows {
            let sibling = sibling.map(id);
            assert_eq!(look(listed, &id(held), sibling.as_ref(), record, used), expected, "{says}");
        }
    }
}
