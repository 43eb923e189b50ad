//! What a manager needs to know beside the item: a vault, an account, a database.

use super::manifest::Manifest;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::text::quote;
use std::collections::BTreeMap;

/// Reads what `--param` was given: `NAME=VALUE` each time.
pub fn of_flags(flags: &[String]) -> Result<BTreeMap<String, String>, Error> {
    let cut = |flag: &String| {
        let pair = flag.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
        pair.ok_or_else(|| Error::new(Class::Usage, "--param takes NAME=VALUE").hint("as in: --param vault=Private"))
    };
    flags.iter().map(cut).collect()
}

/// The parameters given, with the manifest's defaults.
pub fn complete(manifest: &Manifest, given: &BTreeMap<String, String>) -> Result<BTreeMap<String, String>, Error> {
    let known: Vec<&str> = manifest.params.keys().map(String::as_str).collect();
    if let Some(name) = given.keys().find(|name| !manifest.params.contains_key(*name)) {
        let hint = if known.is_empty() { "it has none".to_owned() } else { format!("it has {}", known.join(", ")) };
        return Err(
            Error::new(Class::Config, format!("{} has no parameter \"{}\"", manifest.title, quote(name))).hint(hint)
        );
    }
    let mut params = BTreeMap::new();
    for (name, param) in &manifest.params {
        match given.get(name).or(param.default.as_ref()) {
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
