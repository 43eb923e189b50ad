//! A folder of entries with one value each: which entry holds which field, by the names in its listing.

use super::field::Field;
use super::item::name::{Class, Folded};
use super::item::words::{Telling, another, is_anothers_code, is_environment, is_of_machine, is_of_role, whose};
use std::collections::BTreeMap;

/// The entries of a folder by the field that each holds. Several may be the one.
pub type Entries = BTreeMap<Field, Vec<String>>;

/// The direct children in a listing as tree(1) draws it, without colours.
#[must_use]
pub fn children(listing: &str) -> Vec<String> {
    let plain = crate::text::without_sequences(listing);
    let child = |line: &str| {
        let name = ["├── ", "└── ", "├──\u{a0}", "└──\u{a0}", "|-- ", "`-- "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark))?;
        // A link is shown with where it leads.
        let name = name.split_once(" -> ").map_or(name, |(name, _)| name).trim_end_matches('/').trim();
        (!name.is_empty()).then(|| name.to_owned())
    };
    plain.lines().filter_map(child).collect()
}

/// Which of `names` holds which of `wanted`: one that the user has named, one under the section's word where a section is named,
/// one that is documented, else the surest. Beside a section, what has no word may be a device's or a role's, and never a key's.
#[must_use]
pub fn entries(
    names: &[String],
    documented: &BTreeMap<Field, String>,
    given: &BTreeMap<Field, String>,
    section: Option<&str>,
    wanted: &[Field],
) -> Entries {
    let mut folded = Folded::new();
    let mut found = Entries::new();
    let of_section: Vec<String> = match section {
        Some(section) => names.iter().filter(|name| is_of(section, name, &mut folded)).cloned().collect(),
        None => Vec::new(),
    };
    for field in wanted.iter().copied() {
        let is_there = |name: Option<&String>| name.filter(|name| names.contains(name)).map(|name| vec![name.clone()]);
        let own = is_there(given.get(&field)).or_else(|| surest(&of_section, field, &mut folded));
        let all = if own.is_none() && (section.is_none() || !field.is_key()) {
            let others = names.iter().filter(|name| section.is_none() || folded.qualifier(name).is_none());
            let others: Vec<String> = others.cloned().collect();
            is_there(documented.get(&field)).or_else(|| surest(&others, field, &mut folded))
        } else {
            own
        };
        found.extend(all.map(|all| (field, all)));
    }
    if section.is_none() {
        add_rival(names, &mut found, &mut folded);
    }
    if wanted.contains(&Field::AccessKeyId) && !found.contains_key(&Field::AccessKeyId) {
        // Beside a secret, what is called `key` is its id.
        let key = names.iter().find(|name| name.eq_ignore_ascii_case("key")).cloned();
        let is_taken = found.values().flatten().any(|name| Some(name) == key.as_ref());
        let is_meant = !is_taken && section.is_none();
        found.extend(key.filter(|_| is_meant).map(|key| (Field::AccessKeyId, vec![key])));
    }
    found
}

/// Whether the words beside a name of ours are those of the section.
fn is_of(section: &str, name: &str, folded: &mut Folded) -> bool {
    folded.qualifier(name).is_some_and(|qualifier| folded.same(&qualifier, section))
}

/// Where a device or a role stands under the word of another key than the one that was found, either key may be meant.
fn add_rival(names: &[String], found: &mut Entries, folded: &mut Folded) {
    let Some([id]) = found.get(&Field::AccessKeyId).map(Vec::as_slice) else { return };
    let own = folded.qualifier(id);
    let beside = found.iter().filter(|(field, _)| !field.is_key()).flat_map(|(_, all)| all);
    let words = beside.filter_map(|name| folded.qualifier(name)).filter(|word| own.as_ref() != Some(word));
    let words: Vec<String> = words.collect();
    let mut is_rival = |name: &&String| {
        let is_id = folded.meaning(None, name).is_some_and(|meaning| meaning.field == Field::AccessKeyId);
        is_id && folded.qualifier(name).is_some_and(|word| words.contains(&word))
    };
    let rival = names.iter().find(|name| is_rival(name)).cloned();
    if let (Some(rival), Some(ids)) = (rival, found.get_mut(&Field::AccessKeyId)) {
        ids.push(rival);
    }
}

/// The entries of a folder that belong to different accounts by the words beside their names; none where all can be one's.
#[must_use]
pub fn anothers(found: &Entries) -> Option<(Field, Vec<String>)> {
    let mut folded = Folded::new();
    let mut own: Option<(String, &String)> = None;
    for (field, all) in found {
        let [name] = all.as_slice() else { continue };
        let qualifier = folded.qualifier(name).filter(|qualifier| !whose(qualifier).is_empty()).unwrap_or_default();
        own = match own {
            Some((of_key, key)) if differ(*field, &of_key, &qualifier) => {
                return Some((*field, vec![key.clone(), name.clone()]));
            }
            Some((of_key, key)) if !of_key.is_empty() || !field.is_key() => Some((of_key, key)),
            _ if field.is_key() => Some((qualifier, name)),
            _ => return None,
        };
    }
    None
}

/// Whether the word beside a key and that beside a value tell two accounts. What has none is of any key that is there, but
/// for half a key, which no environment's half belongs to.
fn differ(field: Field, of_key: &str, of_value: &str) -> bool {
    if of_key.is_empty() || of_value.is_empty() {
        return field.is_key() && (is_environment(of_key) || is_environment(of_value));
    }
    let is_prose = of_key.contains(' ') || of_value.contains(' ');
    if is_prose { Telling::new([of_key, of_value].into_iter()).is_apart(of_key) } else { of_key != of_value }
}

/// Whether an entry of this name is a machine's or another service's, and no key's id stands under the same word.
fn is_foreign(names: &[String], name: &str, field: Field, folded: &mut Folded) -> bool {
    match field {
        Field::SecretAccessKey => another(name).is_some_and(|service| {
            let mut is_id = |name: &String| folded.meaning(None, name).is_some_and(|it| it.field == Field::AccessKeyId);
            !names.iter().any(|id| is_id(id) && another(id).as_ref() == Some(&service))
        }),
        Field::Otp => is_anothers_code(name),
        Field::RoleArn => is_of_machine(name),
        Field::AccessKeyId | Field::MfaSerial => false,
    }
}

fn surest(names: &[String], field: Field, folded: &mut Folded) -> Option<Vec<String>> {
    let mut best: Option<(Class, Vec<String>)> = None;
    for name in names {
        let class = match folded.meaning(None, name) {
            Some(meaning) if meaning.field == field && meaning.class == Class::Strict => Class::Exact,
            Some(meaning) if meaning.field == field => meaning.class,
            None if field == Field::RoleArn && is_of_role(name) => Class::General,
            _ => continue,
        };
        if folded.is_stale(name) || is_foreign(names, name, field, folded) {
            continue;
        }
        match &mut best {
            Some((of_best, all)) if *of_best == class => all.push(name.clone()),
            Some((of_best, _)) if *of_best < class => {}
            _ => best = Some((class, vec![name.clone()])),
        }
    }
    best.map(|(_, all)| all)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented() -> BTreeMap<Field, String> {
        BTreeMap::from([
            (Field::AccessKeyId, "aws-access-key-id".to_owned()),
            (Field::SecretAccessKey, "aws-secret-access-key".to_owned()),
        ])
    }

    #[test]
    fn a_listing_shows_its_children() {
        let rows = [
            (
                "work\n├── aws-access-key-id\n├── \u{1b}[01;34mold\u{1b}[0m\n│   └── key\n└── secret\n",
                vec!["aws-access-key-id", "old", "secret"],
            ),
            ("work/\n└── aws-access-key-id\n\n", vec!["aws-access-key-id"]),
            ("work\n|-- id\n`-- key -> ../key\n", vec!["id", "key"]),
            ("no listing", vec![]),
        ];
        for (listing, expected) in rows {
            assert_eq!(children(listing), expected, "{listing}");
        }
    }

    #[test]
    fn entries_are_known_however_they_are_spelled() {
        let all = [Field::AccessKeyId, Field::SecretAccessKey, Field::MfaSerial, Field::RoleArn, Field::Otp];
        let rows: &[(&[&str], &str)] = &[
            (
                &["aws-access-key-id", "aws-secret-access-key", "aws-mfa-arn"],
                "aws-access-key-id aws-secret-access-key aws-mfa-arn",
            ),
            (&["aws_access_key_id", "aws_secret_access_key"], "aws_access_key_id aws_secret_access_key"),
            (&["access-key-id", "secret-key"], "access-key-id secret-key"),
            (&["access-id", "access-secret"], "access-id access-secret"),
            (&["access_id", "access_token"], "access_id access_token"),
            (&["aws-access-key-id", "aws-access-secret"], "aws-access-key-id aws-access-secret"),
            (
                &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "MFA", "otp", "role"],
                "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY MFA role otp",
            ),
            (&["id", "secret"], "id secret"),
            (&["key", "secret"], "key secret"),
            (&["id", "key"], "id key"),
            (&["username", "password", "url"], "username password"),
            (
                &["access-key-id", "aws-access-key-id", "aws-secret-access-key"],
                "aws-access-key-id aws-secret-access-key",
            ),
            (&["access-key-id", "access_key_id", "secret"], "access-key-id|access_key_id secret"),
            (&["dev-access-key-id", "prod-access-key-id", "secret"], "dev-access-key-id|prod-access-key-id secret"),
            (&["access-key-id", "old-access-key-id", "secret"], "access-key-id secret"),
            // what is another service's, or a machine's
            (&["access-key-id", "stripe-secret-key", "github-otp", "lambda-role"], "access-key-id"),
            (&["access-key-id", "github-token", "secret"], "access-key-id secret"),
            (&["minio-access-key", "minio-secret-key"], "minio-access-key minio-secret-key"),
            (&["access-key-id", "secret-key", "Rolle"], "access-key-id secret-key Rolle"),
            // a device or a role that may be another key's than the documented one
            (
                &["aws-access-key-id", "aws-secret-access-key", "dev-access-key-id", "dev-secret-key", "dev-role-arn"],
                "aws-access-key-id|dev-access-key-id aws-secret-access-key dev-role-arn",
            ),
            (
                &["aws-access-key-id", "aws-secret-access-key", "dev-access-key-id", "dev-secret-key", "prod-role-arn"],
                "aws-access-key-id aws-secret-access-key prod-role-arn",
            ),
            (&["aunt", "uncle"], ""),
        ];
        for (names, expected) in rows {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            let found = entries(&names, &documented(), &BTreeMap::new(), None, &all);
            let shown: Vec<_> = found.values().map(|all| all.join("|")).collect();
            assert_eq!(shown.join(" "), *expected, "{names:?}");
        }
        for (names, expected) in [
            (vec!["dev-access-key-id", "dev-secret-key", "dev-role-arn"], ""),
            (vec!["dev-access-key-id", "dev-secret-key", "phone-mfa-arn"], ""),
            (vec!["dev-access-key-id", "dev-secret-key", "role-arn"], ""),
            (vec!["access-key-id", "secret-key", "prod-role-arn"], ""),
            (vec!["dev-access-key-id", "dev-secret-key", "prod-role-arn"], "role_arn dev-access-key-id prod-role-arn"),
            (vec!["alice-access-key-id", "secret-key", "role-arn"], ""),
            (vec!["access-key-id", "alice-secret-key", "alice-role"], ""),
            (vec!["access-key-id", "staging-secret-key"], "secret_access_key access-key-id staging-secret-key"),
            (vec!["dev-access-key-id", "prod-secret-key"], "secret_access_key dev-access-key-id prod-secret-key"),
            (
                vec!["acme-dev-key-id", "acme-dev-secret-key", "acme-prod-role-arn"],
                "role_arn acme-dev-key-id acme-prod-role-arn",
            ),
        ] {
            let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
            let found = anothers(&entries(&names, &documented(), &BTreeMap::new(), None, &all));
            let shown = found.map(|(field, both)| format!("{} {}", field.name(), both.join(" ")));
            assert_eq!(shown.unwrap_or_default(), expected, "{names:?}");
        }
        let names: Vec<_> =
            "aws-access-key-id aws-secret-access-key aws-mfa-arn role prod-key-id prod-secret prod-mfa acme-dev-key-id"
                .split(' ')
                .map(str::to_owned)
                .collect();
        for (section, expected) in [
            ("prod", "prod-key-id prod-secret prod-mfa role"),
            ("acme dev", "acme-dev-key-id aws-mfa-arn role"),
            ("nosuch", "aws-mfa-arn role"),
        ] {
            let found = entries(&names, &documented(), &BTreeMap::new(), Some(section), &all);
            assert_eq!(found.values().map(|all| all.join("|")).collect::<Vec<_>>().join(" "), expected, "{section}");
        }
        let names = ["dev-access-key-id", "prod-access-key-id", "dev-secret-key"].map(str::to_owned);
        let found = entries(&names, &documented(), &BTreeMap::new(), Some("dev"), &all);
        assert_eq!(found[&Field::AccessKeyId], ["dev-access-key-id"]);
        let given = BTreeMap::from([(Field::SecretAccessKey, "prod-access-key-id".to_owned())]);
        assert_eq!(entries(&names, &documented(), &given, None, &all)[&Field::SecretAccessKey], ["prod-access-key-id"]);
    }
}
