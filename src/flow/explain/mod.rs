//! `--explain`: the calls that a run would make, and where each setting comes from. Nobody is asked anything.

mod source;
mod steps;

use super::manager::places_of_params;
use super::peek::{Peek, peek};
use crate::aws_files::Profiles;
use crate::error::Error;
use crate::os::zone::lasting;
use crate::settings::{BESIDE_OWN_CONSOLE, Roles, Settings, Source, options};
use crate::source::check_at_hand;
use crate::text::{quote, quote_url};
use std::fmt::Write;
use steps::Steps;

/// The explanation, as lines for a person.
pub fn text(settings: &Settings, profiles: &Profiles) -> Result<String, Error> {
    check_at_hand(&settings.source, profiles)?;
    let mut out = String::new();
    let asks = matches!(settings.source, Source::Backend { .. });
    let item = if asks { "from the item" } else { "none" };
    let device = match &settings.mfa_serial {
        Some(serial) => serial.to_string(),
        None if settings.no_mfa => "none".to_owned(),
        None => item.to_owned(),
    };
    let role = match &settings.roles {
        Roles::Given(roles) if roles.is_empty() => "none".to_owned(),
        Roles::Given(roles) => roles.iter().map(|role| role.arn.as_str()).collect::<Vec<_>>().join(", then "),
        Roles::OfItem(_) => item.to_owned(),
    };
    let endpoint = super::run::endpoint_of(settings, settings.mfa_serial.as_ref(), first_role(settings))?;
    let region = match &settings.region {
        Some(region) => region.clone(),
        None => format!("{}, the default of the partition", endpoint.region()),
    };
    if let Some(profile) = profiles.selected() {
        let _ = writeln!(out, "profile: {}", quote(profile));
    }
    for (name, value) in [
        (options::FROM.name, source::words(&settings.source, profiles)),
        (options::SERIAL.name, device),
        (options::ROLE.name, role),
        (options::REGION.name, region),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{}: {}{}", shown(name), quote(&value), origins(settings, name));
    }
    for (account, place) in settings.expected.end.iter().chain(&settings.expected.source) {
        let _ = writeln!(out, "expected account: {account} ({})", quote(place));
    }
    others(&mut out, settings);
    let params = places_of_params(&settings.source, profiles)?;
    if !params.is_empty() {
        let _ = writeln!(out, "{}: set by {}", options::PARAM.name, quote(&params.join(", ")));
    }
    let peeked = peek(settings, profiles)?;
    let _ = writeln!(
        out,
        "asked: {}\ncache: {}",
        endpoint.url().map_or_else(|| endpoint.to_string(), |url| quote_url(&url)),
        cache(settings, &peeked)
    );
    Steps { settings, profiles, keeps: peeked.closed.is_none(), session: peeked.session.is_some() }.write(&mut out)?;
    Ok(out)
}

fn first_role(settings: &Settings) -> Option<&crate::settings::Role> {
    match &settings.roles {
        Roles::Given(roles) => roles.first(),
        Roles::OfItem(_) => None,
    }
}

/// What a person calls it.
fn shown(name: &str) -> &str {
    if name == options::SERIAL.name { "MFA device" } else { name }
}

/// Where a setting was said, in parentheses; nothing where nobody has said it.
fn origins(settings: &Settings, name: &str) -> String {
    let places: Vec<_> =
        settings.origins.iter().filter(|(known, _)| *known == name).map(|(_, place)| quote(place)).collect();
    if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) }
}

/// Every other setting that was found, with its place. Their values stand in the calls below.
fn others(out: &mut String, settings: &Settings) {
    let told = [options::FROM, options::SERIAL, options::ROLE, options::REGION, options::ACCOUNT].map(|opt| opt.name);
    let names: Vec<&str> = settings.origins.iter().map(|(name, _)| *name).collect();
    for (at, name) in names.iter().enumerate() {
        let is_of_use = !(settings.is_own_console() && BESIDE_OWN_CONSOLE.contains(name));
        if is_of_use && !told.contains(name) && !names[..at].contains(name) {
            let _ = writeln!(out, "{name}: set by{}", origins(settings, name).replace(['(', ')'], ""));
        }
    }
    if settings.token_code.is_some() {
        out.push_str("token code: set by --token-code\n");
    }
}

fn cache(settings: &Settings, peeked: &Peek) -> String {
    if settings.is_own_console() {
        return "not used: nothing is kept of a console without a role".to_owned();
    }
    let left = |entry: &crate::sessions::Entry| lasting(entry.credentials.left);
    match (&peeked.closed, &peeked.wanted, &peeked.session) {
        (Some(why), ..) => format!("not used: {why}"),
        (None, Some(entry), _) => format!("credentials with {} left are kept: no call is made", left(entry)),
        (None, None, Some(session)) => {
            format!("a session with {} left is kept: it signs, and no code is needed", left(session))
        }
        (None, None, None) => "nothing of this is kept; what the calls give will be".to_owned(),
    }
}
