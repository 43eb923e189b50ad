//! A folder of entries with one value each: which entry holds which field, by the names in its listing.

use super::field::Field;
use super::item::name::{Class, Folded};
use super::item::words::{another, is_anothers_code, is_environment, is_of_machine, says_whose};
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

/// Which of `names` holds which of `wanted`: one that the user has named, one that is documented, else the surest.
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
    for field in wanted.iter().copied() {
        let is_there = |name: Option<&String>| name.filter(|name| names.contains(name)).map(|name| vec![name.clone()]);
        let all = is_there(given.get(&field)).or_else(|| is_there(documented.get(&field)));
        let all = all.or_else(|| surest(names, section, field, &mut folded));
        found.extend(all.map(|all| (field, all)));
    }
    if wanted.contains(&Field::AccessKeyId) && !found.contains_key(&Field::AccessKeyId) {
        // Beside a secret, what is called `key` is its id.
        let key = names.iter().find(|name| name.eq_ignore_ascii_case("key")).cloned();
        let is_taken = found.values().flatten().any(|name| Some(name) == key.as_ref());
        found.extend(key.filter(|_| !is_taken).map(|key| (Field::AccessKeyId, vec![key])));
    }
    found
}

/// The entries of a folder that belong to different accounts by the words beside their names; none where all can be one's.
#[must_use]
pub fn anothers(found: &Entries) -> Option<(Field, Vec<String>)> {
    let mut folded = Folded::new();
    let mut own: Option<(String, &String)> = None;
    for (field, all) in found {
        let [name] = all.as_slice() else { continue };
        let qualifier = folded.qualifier(name).filter(|qualifier| says_whose(qualifier)).unwrap_or_default();
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
    of_key != of_value
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

fn surest(names: &[String], section: Option<&str>, field: Field, folded: &mut Folded) -> Option<Vec<String>> {
    let mut best: Option<(Class, Vec<String>)> = None;
    for name in names {
        let Some(meaning) = folded.meaning(None, name).filter(|meaning| meaning.field == field) else { continue };
        let mut class = if meaning.class == Class::Strict { Class::Exact } else { meaning.class };
        if let Some(section) = section
            && class == Class::Near
        {
            let qualifier = folded.qualifier(name);
            if !qualifier.is_some_and(|qualifier| folded.same(&qualifier, section)) {
                continue;
            }
            class = Class::Exact;
        }
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
        ] {
            let names: Vec<_> = names.into_iter().map(str::to_owned).collect();
            let found = anothers(&entries(&names, &documented(), &BTreeMap::new(), None, &all));
            let shown = found.map(|(field, both)| format!("{} {}", field.name(), both.join(" ")));
            assert_eq!(shown.unwrap_or_default(), expected, "{names:?}");
        }
        let names = ["dev-access-key-id", "prod-access-key-id", "dev-secret-key"].map(str::to_owned);
        let found = entries(&names, &documented(), &BTreeMap::new(), Some("dev"), &all);
        assert_eq!(found[&Field::AccessKeyId], ["dev-access-key-id"]);
        let given = BTreeMap::from([(Field::SecretAccessKey, "prod-access-key-id".to_owned())]);
        assert_eq!(entries(&names, &documented(), &given, None, &all)[&Field::SecretAccessKey], ["prod-access-key-id"]);
    }
}
