//! Settings that are none of ours although they look like it: a misspelt one must not be dropped without a word.

use super::options::{self, FROM, PREFIX};
use crate::aws_files::Profiles;
use crate::backend::{params, registry};
use crate::cli::Cli;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::shell::Shell;
use crate::text::{nearest, quote};
use clap::CommandFactory;

/// Refuses a setting `aws_auth_…` of the selected profile or its sources that nothing here knows.
pub fn check_keys(profiles: &Profiles) -> Result<(), Error> {
    for profile in profiles.chain() {
        for key in profiles.keys(profile).into_iter().filter(|key| key.starts_with(PREFIX)) {
            if options::keys().any(|known| known == key) || is_param(&key[PREFIX.len()..], profiles) {
                continue;
            }
            let names = options::keys()
                .map(str::to_owned)
                .chain(known_params().into_iter().map(|name| format!("{PREFIX}{name}")));
            let name = &key[PREFIX.len()..];
            let hint =
                called(name).unwrap_or_else(|| match nearest(names, &key).or_else(|| ending(name).map(Into::into)) {
                    Some(name) => format!("is it {name}? If not, this version may be older than the setting"),
                    None => "this version may be older than the setting; the names are in docs/profiles.md".to_owned(),
                });
            return Err(Error::new(Class::Config, format!("the profile \"{}\" cannot be used", quote(profile)))
                .because(format!("its setting {} is not known", quote(&key)))
                .hint(hint));
        }
    }
    Ok(())
}

/// What an option is called in a profile, for somebody who took the name of its variable, or put our prefix before that of
/// a setting of the AWS CLI.
fn called(name: &str) -> Option<String> {
    let variable = format!("AWS_AUTH_{}", name.to_ascii_uppercase());
    let of_variable = options::ALL.into_iter().find(|opt| opt.variables.contains(&variable.as_str()));
    let key = of_variable.and_then(|opt| opt.keys.first()).or_else(|| foreign().find(|key| **key == name));
    if let Some(key) = key {
        return Some(format!("it is called {key}"));
    }
    let is_variable = options::variables().any(|known| known == variable);
    is_variable.then(|| format!("no profile says that, and the variable {variable} does"))
}

/// The setting whose name ends so.
fn ending(name: &str) -> Option<&'static str> {
    foreign().copied().find(|key| key.strip_suffix(name).is_some_and(|before| before.ends_with('_')))
}

/// The names of options in a profile that are the AWS CLI's or aws-vault's.
fn foreign() -> impl Iterator<Item = &'static &'static str> {
    options::ALL.into_iter().flat_map(|opt| opt.keys).filter(|key| !key.starts_with(PREFIX))
}

/// What a parameter was called before, and is called now.
const RENAMED: [(&str, &str); 1] = [("AWS_AUTH_PARAM_ACCOUNT", "AWS_AUTH_PARAM_OP_ACCOUNT")];

/// Refuses a variable `AWS_AUTH_…` that is none of ours, and nearly one.
pub fn check_variables() -> Result<(), Error> {
    let ours = |name: &std::ffi::OsString| {
        let name = name.to_str()?;
        (name.starts_with("AWS_AUTH_") && !options::variables().any(|known| known == name)).then(|| name.to_owned())
    };
    let strange: Vec<String> = environment::all().filter_map(|(name, _)| ours(&name)).collect();
    if strange.is_empty() {
        return Ok(());
    }
    let manifests = manifests();
    let param = |name: &String| params::variable(name);
    let of_manifests = manifests.iter().flat_map(|manifest| {
        manifest
            .variables
            .iter()
            .flat_map(|variables| variables.values().flatten().cloned())
            .chain(manifest.params.keys().map(param))
    });
    let section = params::variable(params::SECTION);
    let known: Vec<String> = options::variables().map(str::to_owned).chain(of_manifests).chain([section]).collect();
    if let Some((name, new)) = RENAMED.iter().find(|(name, _)| strange.iter().any(|it| it == name)) {
        return Err(Error::new(Class::Config, format!("aws-auth has no variable {name}"))
            .because("the expected AWS account has taken its name")
            .hint(format!("set {new} in its place, or AWS_AUTH_ACCOUNT to the expected account")));
    }
    for name in strange.into_iter().filter(|name| !known.contains(name)) {
        if let Some(right) = meant(&name) {
            return Err(Error::new(Class::Config, format!("aws-auth has no variable {name}"))
                .because(format!("it is called {right}, and would be ignored under another name"))
                .hint(format!("set {right}, or {}", Shell::unset(&[&name]))));
        }
        if let Some((flag, command)) = flag_of(&name) {
            return Err(Error::new(Class::Config, format!("aws-auth has no variable {name}"))
                .because(format!("--{flag} is a flag only, and the variable would be ignored"))
                .hint(format!("give --{flag} on the command line{command}, and unset {name}")));
        }
        if let Some(near) = nearest(known.iter().cloned(), &name) {
            return Err(Error::new(Class::Config, format!("aws-auth has no variable {}", quote(&name)))
                .because(format!("it is nearly {near}, and would be ignored"))
                .hint(format!("set {near}, or {}", Shell::unset(&[&quote(&name)]))));
        }
    }
    Ok(())
}

/// What other tools call a thing that has a variable here.
const MEANT: [(&str, &options::Opt); 3] =
    [("role", &options::ROLE), ("account_id", &options::ACCOUNT), ("session_name", &options::SESSION_NAME)];

/// The variable that this was meant to be: it is called by another name of its flag, or as in a profile.
fn meant(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix("AWS_AUTH_")?.to_lowercase();
    let elsewhere = MEANT.into_iter().find(|(other, _)| *other == name).map(|(_, opt)| opt);
    let of_profile = || options::ALL.into_iter().find(|opt| opt.keys.contains(&name.as_str()));
    let of_alias = || {
        let command = Cli::command();
        let arg = command.get_arguments().find(|arg| flags(arg).any(|flag| flag == name.replace('_', "-")))?;
        options::of_flag(arg.get_long()?)
    };
    elsewhere.or_else(of_profile).or_else(of_alias)?.variables.first().copied()
}

/// The flag whose variable this would be, if flags had all one; and of which command it is, as words behind the command line.
fn flag_of(name: &str) -> Option<(String, String)> {
    let name = name.strip_prefix("AWS_AUTH_")?.to_lowercase().replace('_', "-");
    let has = |command: &clap::Command| command.get_arguments().any(|arg| flags(arg).any(|flag| flag == name));
    let mut command = Cli::command();
    if has(&command) {
        return Some((name, String::new()));
    }
    // Every command has that one.
    if name == "help" {
        return None;
    }
    command.build();
    let of = command.get_subcommands().find(|command| has(command))?;
    Some((name, format!(" of aws-auth {}", of.get_name())))
}

/// The names of a flag.
fn flags(arg: &clap::Arg) -> impl Iterator<Item = &str> {
    arg.get_long_and_visible_aliases().into_iter().flatten()
}

fn manifests() -> Vec<crate::backend::manifest::Manifest> {
    // One that cannot be read is told by whoever uses it.
    registry::known().iter().filter_map(|name| registry::find(name).and_then(|entry| entry.parse()).ok()).collect()
}

/// Whether a manager has a parameter of this name. The one that the profiles name is asked first: reading the others takes
/// milliseconds.
fn is_param(name: &str, profiles: &Profiles) -> bool {
    let has = |manager: &str| {
        registry::find(manager).and_then(|entry| entry.parse()).is_ok_and(|it| it.params.contains_key(name))
    };
    name == params::SECTION
        || profiles.inherited(FROM.keys[0]).is_some_and(has)
        || registry::known().iter().any(|manager| has(manager))
}

/// The parameters of all managers.
fn known_params() -> Vec<String> {
    let section = [params::SECTION.to_owned()];
    manifests().into_iter().flat_map(|manifest| manifest.params.into_keys()).chain(section).collect()
}
