//! How people name an item: in the manager's own words, or by an address such as `op://VAULT/ITEM`, which holds a
//! parameter too.

use super::manifest::{Manifest, Texts};
use super::template;
use crate::error::{Class, Error};
use crate::text::quote;
use std::collections::BTreeMap;

/// What stands for `{entry}` when the item is called `item`. The parameters in an address join `params`, where they
/// come before what was there: a profile's vault is the usual one, an address means this one.
pub fn entry(manifest: &Manifest, item: &str, params: &mut BTreeMap<String, String>) -> Result<String, Error> {
    check(item, item)?;
    let mut entry = item.to_owned();
    for (name, value) in parts(manifest, item) {
        check(value, item)?;
        if name == "entry" {
            value.clone_into(&mut entry);
        } else {
            params.insert(name.into(), value.into());
        }
    }
    if manifest.entries.is_empty() {
        return Ok(entry);
    }
    // What a shell completes to a folder's name ends with a slash; the manager lists the folder without it.
    let folder = entry.trim_end_matches('/');
    check(folder, item)?;
    Ok(folder.to_owned())
}

/// What an address holds, by the names of its placeholders; nothing where the item is named otherwise.
fn parts<'a>(manifest: &'a Manifest, item: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let addresses = manifest.address.iter().flat_map(Texts::all);
    addresses.into_iter().find_map(|address| template::take(address, item)).into_iter().flatten()
}

/// Refuses parameters `given` on the command line that say otherwise than the address does: one of the two would be dropped.
pub fn check_given(manifest: &Manifest, item: &str, given: &BTreeMap<String, String>) -> Result<(), Error> {
    let mut said = parts(manifest, item).filter_map(|(name, value)| Some((name, value, given.get(name)?)));
    let Some((name, value, given)) = said.find(|(_, value, given)| value != given) else { return Ok(()) };
    let (value, given) = (quote(value), quote(given));
    Err(Error::new(Class::Config, format!("the item \"{}\" cannot be used", quote(item)))
        .because(format!("its address says {name}={value}, and --param says {name}={given}"))
        .hint("leave out --param, or name the item without an address, as in: --item NAME"))
}

/// Refuses a name that a program could take for an option, or that cannot be an argument.
pub fn check(part: &str, item: &str) -> Result<(), Error> {
    let why = if part.is_empty() {
        "it is empty"
    } else if part.starts_with('-') {
        "it begins with -, which a program takes for an option"
    } else if part.chars().any(char::is_control) {
        "it holds a control character"
    } else if part.split('/').any(|step| step == "..") {
        "it leads out of the store"
    } else {
        return Ok(());
    };
    Err(Error::new(Class::Config, format!("the item \"{}\" cannot be used", quote(item)))
        .because(why)
        .hint("name the item as the manager does, with --item"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_that_says_otherwise_than_the_address_is_refused() {
        let text = "title = 'x'\nprogram = ['x']\naddress = 'op://{vault}/{entry}'\n[params.vault]\nhelp = 'x'\n[read]\nargv = ['{entry}', '{vault}']\nshape = 'pairs'\n";
        let manifest = Manifest::parse(text, "x.toml").unwrap();
        let given = |vault: &str| BTreeMap::from([("vault".to_owned(), vault.to_owned())]);
        assert!(check_given(&manifest, "op://Private/AWS", &given("Private")).is_ok());
        assert!(check_given(&manifest, "op://Private/AWS", &BTreeMap::new()).is_ok());
        assert!(check_given(&manifest, "AWS", &given("Work")).is_ok());
        let refused = check_given(&manifest, "op://Private/AWS", &given("Work")).unwrap_err();
        assert!(refused.reason().contains("vault=Private, and --param says vault=Work"), "{}", refused.reason());
    }

    #[test]
    fn an_address_holds_the_item_and_its_parameters() {
        let text = "title = 'x'\nprogram = ['x']\naddress = 'op://{vault}/{entry}'\n[params.vault]\nhelp = 'x'\n[read]\nargv = ['{entry}', '{vault}']\nshape = 'pairs'\n";
        let manifest = Manifest::parse(text, "x.toml").unwrap();
        let rows = [
            ("op://Private/AWS", Some(("AWS", "Private"))),
            ("op://My Vault/AWS/x: y", Some(("AWS/x: y", "My Vault"))),
            ("AWS", Some(("AWS", "usual"))),
            ("op://Private", Some(("op://Private", "usual"))),
            ("op:///AWS", Some(("op:///AWS", "usual"))),
            ("op://Private/-x", None),
            ("op://-x/AWS", None),
            ("op://Private/../AWS", None),
            ("-x", None),
            ("", None),
            ("a\nb", None),
        ];
        for (item, expected) in rows {
            let mut params = BTreeMap::from([("vault".to_owned(), "usual".to_owned())]);
            let entry = entry(&manifest, item, &mut params).ok();
            assert_eq!(entry.as_deref(), expected.map(|(entry, _)| entry), "{item}");
            if let Some((_, vault)) = expected {
                assert_eq!(params["vault"], vault, "{item}");
            }
        }
    }
}
