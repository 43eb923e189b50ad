//! What a manager needs to know beside the item: a vault, an account, a database. And what every one may be told: which
//! section of the item is meant.

use super::field::Field;
use super::manifest::{IN_ADDRESS, Manifest};
use crate::error::{Class, Error};
use crate::os::environment;
use crate::text::quote;
use std::collections::BTreeMap;

/// What `aws_auth_NAME` in a profile means already, whatever the manager.
const TAKEN: [&str; 15] = [
    "account",
    "field",
    "from",
    "item",
    "token_from",
    "mfa_duration_seconds",
    "policy",
    "policy_arn",
    "read_only",
    "tag",
    "transitive_tag",
    "source_identity",
    "min_ttl",
    "section",
    "shell",
];

/// Whether no manager can have a parameter of this name.
#[must_use]
pub fn is_taken(name: &str) -> bool {
    TAKEN.contains(&name) || name.starts_with("field_")
}

/// The variable that a parameter can stand in.
#[must_use]
pub fn variable(name: &str) -> String {
    format!("AWS_AUTH_PARAM_{}", name.to_uppercase().replace('-', "_"))
}

/// The parameter that every manager has: the section of the item that the keys are in.
pub const SECTION: &str = "section";

/// Reads what `--param` was given: `NAME=VALUE` each time.
pub fn of_flags(flags: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let cut = |flag: &String| {
        let pair = flag.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        pair.ok_or_else(|| Error::new(Class::Usage, "--param takes NAME=VALUE").hint("as in: --param vault=Private"))
    };
    once("--param", flags.iter().map(cut), String::as_str)
}

/// All of them, each name with the one value that was given for it.
fn once<K: Ord, V: PartialEq>(
    flag: &str,
    pairs: impl Iterator<Item = Result<(K, V), Error>>,
    shown: impl Fn(&K) -> &str,
) -> Result<BTreeMap<K, V>, Error> {
    let mut all = BTreeMap::new();
    for pair in pairs {
        let (name, value) = pair?;
        if all.get(&name).is_some_and(|other| *other != value) {
            return Err(Error::new(Class::Usage, format!("{flag} was given twice for \"{}\"", quote(shown(&name))))
                .because("with another value each time")
                .hint("leave out all but one"));
        }
        all.insert(name, value);
    }
    Ok(all)
}

/// Reads what `--field` was given: `VALUE=NAME` each time, where the first is one of our five and the second what the item
/// calls it.
pub fn fields<'a>(given: impl IntoIterator<Item = &'a str>) -> Result<BTreeMap<Field, String>, Error> {
    let cut = |given: &'a str| {
        let pair = given.split_once('=').map(|(field, name)| (Field::named(field.trim()), name.trim().to_owned()));
        let pair = pair.filter(|(_, name)| !name.is_empty());
        pair.and_then(|(field, name)| Some((field?, name))).ok_or_else(|| {
            let known = Field::ALL.map(Field::name).join(", ");
            Error::new(Class::Usage, "--field takes VALUE=NAME")
                .because(format!("the values are {known}, and the name is the item's own"))
                .hint("as in: --field secret_access_key=\"API token\"")
        })
    };
    once("--field", given.into_iter().map(cut), |field| field.name())
}

/// The parameters given, with the manifest's defaults.
pub fn complete(manifest: &Manifest, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let known: Vec<&str> = manifest.params.keys().map(String::as_str).collect();
    if let Some(name) =
        given.keys().find(|name| !IN_ADDRESS.contains(&name.as_str()) && !manifest.params.contains_key(*name))
    {
        let hint = format!("it has {}", [&known[..], &[SECTION]].concat().join(", "));
        return Err(
            Error::new(Class::Config, format!("{} has no parameter \"{}\"", manifest.title, quote(name))).hint(hint)
        );
    }
    let mut params = BTreeMap::new();
    for (name, value) in given.iter().filter(|(name, _)| IN_ADDRESS.contains(&name.as_str())) {
        check(name, value)?;
        params.insert(name.clone(), value.clone());
    }
    for (name, param) in &manifest.params {
        match given.get(name).or(param.default.as_ref()) {
            Some(value) if param.none && value == "none" => {}
            Some(value) if param.flag.is_some() => {
                let is_yes = ["yes", "true", "1"].iter().any(|yes| value.eq_ignore_ascii_case(yes));
                params.extend(param.flag.clone().filter(|_| is_yes).map(|flag| (name.clone(), flag)));
            }
            Some(value) => {
                check(name, value)?;
                let home = || environment::home().and_then(|home| home.into_os_string().into_string().ok());
                let in_home = value.strip_prefix("~/").filter(|_| param.path).zip(home());
                let value = in_home.map_or_else(|| value.clone(), |(rest, home)| format!("{home}/{rest}"));
                params.insert(name.clone(), value);
            }
            None if param.required => {
                return Err(Error::new(Class::Config, format!("{} needs the parameter \"{name}\"", manifest.title))
                    .because(param.help.clone())
                    .hint(format!("add: --param {name}=…")));
            }
            None => {}
        }
    }
    Ok(params)
}

/// Refuses a value that a program could take for an option, or that cannot be an argument.
fn check(name: &str, value: &str) -> Result<(), Error> {
    let why = if value.is_empty() {
        "it is empty"
    } else if value.starts_with('-') {
        "it begins with -, which a program takes for an option"
    } else if value.chars().any(char::is_control) {
        "it holds a control character"
    } else {
        return Ok(());
    };
    Err(Error::new(Class::Config, format!("the parameter \"{name}\" cannot be used"))
        .because(why)
        .hint(format!("give it a value, as in: --param {name}=VALUE")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_given_twice_has_one_value() {
        let given = |flags: &[&str]| of_flags(&flags.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(given(&["a=1", "b=2", "a=1"]).unwrap().len(), 2);
        let refused = given(&["section=one", "b=2", "section=two"]).unwrap_err().to_string();
        assert!(refused.contains("--param was given twice for \"section\""), "{refused}");
        assert_eq!(fields(["otp=a", "role_arn=b", "otp= a"]).unwrap().len(), 2);
        let refused = fields(["otp=a", "otp=b"]).unwrap_err().to_string();
        assert!(refused.contains("--field was given twice for \"otp\""), "{refused}");
    }
}
