//! The status for a person.

use super::found::{Found, Server};
use super::held::Held;
use crate::command::told;
use crate::credentials::Whose;
use crate::os::moment::Moment;
use crate::os::zone::lasting;
use crate::os::{LIMITS, environment};
use crate::output::shell::Shell;
use crate::sessions::Entry;
use crate::text::quote;
use serde_json::Value;
use std::fmt::Write;
use std::time::Duration;

/// The lines.
pub fn of(found: &Found) -> String {
    let mut lines = vec![found.held.as_ref().map_or_else(|| "This shell holds no AWS credentials.".to_owned(), held)];
    if let Some(name) = beside() {
        lines.push(format!(
            "{name} is set beside its keys, and some programs ask that profile first: {}, or: {}",
            Shell::unset(&[name]),
            Shell::typed("aws-auth")
        ));
    }
    lines.extend(found.server.as_ref().map(served));
    lines.push(match &found.cache {
        Err(error) => format!("What is kept cannot be told: {}.", error.reason()),
        Ok(cache) => match (cache.store(), cache.trouble()) {
            (Some(_), Some(why)) => format!("What is kept cannot be told: {why}."),
            (None, _) => format!("Nothing is kept between runs: {}.", cache.why_closed().unwrap_or_default()),
            (Some(_), None) if found.kept.is_empty() => "Nothing is kept for the next run.".to_owned(),
            (Some(store), None) => format!("Kept for the next run, {}:", store.title()),
        },
    });
    lines.extend(found.kept.iter().map(kept));
    lines.extend(LIMITS.iter().map(|limit| format!("On this system {limit}.")));
    lines.join("\n") + "\n"
}

fn held(held: &Held) -> String {
    let kind = if held.permanent { "permanent" } else { "temporary" };
    let key = format!("the {kind} access key {}", held.key);
    let mut told = match &held.whose {
        Whose { account: None, identity: None } => format!("This shell holds {key}"),
        whose => format!("This shell is {}, with {key}", quote(&whose.words())),
    };
    let ends = match &held.expiration {
        Some(ends) => told::until(ends, held.left().filter(|left| !left.is_zero())),
        None if held.permanent => String::new(),
        None => "which does not say until when".to_owned(),
    };
    let profile = held.profile.as_ref().map(|name| format!("profile {}", quote(name)));
    let mfa = held.mfa.map(with_mfa).map(str::to_owned);
    for part in [Some(ends).filter(|ends| !ends.is_empty()), mfa, profile].into_iter().flatten() {
        let _ = write!(told, ", {part}");
    }
    told + "."
}

const fn with_mfa(mfa: bool) -> &'static str {
    if mfa { "with MFA" } else { "without MFA" }
}

fn kept(entry: &Entry) -> String {
    let whose = Whose::of(entry.role.as_ref(), entry.serial.as_ref()).words();
    let ends = told::until(entry.credentials.until(), entry.left(Moment::now()));
    let mfa = with_mfa(entry.serial.is_some());
    format!("  {}  {}  {ends}, {mfa}", quote(&entry.label), quote(&whose))
}

/// What the server of this shell says of itself.
fn served(server: &Server) -> String {
    let Server::There(report) = server else {
        return format!(
            "Its variables lead to a server that is not there any more: {}",
            Shell::typed("aws-auth unset")
        );
    };
    let seconds = |value: &Value| Duration::from_secs(value.as_u64().unwrap_or_default());
    let credentials = &report["credentials"];
    let left = Some(seconds(&credentials["seconds_left"])).filter(|left| !left.is_zero());
    let ends = told::until(credentials["expiration"].as_str().unwrap_or_default(), left);
    let text = |name: &str| credentials[name].as_str().map(str::to_owned);
    let whose = Whose { account: text("account"), identity: text("identity") };
    let mut told = format!("Its server gives out {}, {ends}", quote(&whose.words()));
    if left.is_some() {
        let _ = write!(told, "; it renews them in {}", lasting(seconds(&credentials["renews_in_seconds"])));
    }
    let last = &report["last_renewal"];
    match (last["seconds_ago"].as_u64().map(Duration::from_secs), last["error"].as_str()) {
        (None, _) => {}
        (Some(ago), None) => {
            let _ = write!(told, ". The last renewal was {} ago", lasting(ago));
        }
        (Some(ago), Some(error)) => {
            let _ = write!(told, ". The last renewal, {} ago, failed: {}", lasting(ago), quote(error));
        }
    }
    told + "."
}

/// A variable that names a profile beside temporary keys, which the JavaScript SDK would prefer to them.
fn beside() -> Option<&'static str> {
    environment::os("AWS_ACCESS_KEY_ID").and(environment::os("AWS_SESSION_TOKEN"))?;
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find(|name| environment::os(name).is_some())
}
