//! `aws-auth status`: what this shell holds and what is kept for the next run, without asking anybody.

use super::serve::Running;
use crate::credentials::{AccessKeyId, RoleArn};
use crate::error::{Class, Error};
use crate::os::LIMITS;
use crate::os::environment;
use crate::os::moment::Moment;
use crate::output;
use crate::sessions::{Cache, Entry, Store};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, SystemTime};

/// The credentials in our environment.
struct Held {
    /// The last characters of the access key id.
    key: String,
    permanent: bool,
    expiration: Option<String>,
}

/// Prints the status: for a person, or with `--format json` for programs.
pub fn run(format: Option<&str>) -> Result<(), Error> {
    let cache = Cache::open(true, Duration::ZERO)?;
    let mut entries = cache.entries();
    // A session that is all that was wanted is kept as the session and as the result.
    entries.sort_by(|one, other| one.credentials.access_key_id.as_str().cmp(other.credentials.access_key_id.as_str()));
    entries.dedup_by(|one, other| one.credentials.access_key_id == other.credentials.access_key_id);
    entries.sort_by(|one, other| one.label.cmp(&other.label));
    let as_json = match format {
        None => false,
        Some("json") => true,
        Some(_) => {
            return Err(Error::new(Class::Usage, "--format of status knows json only")
                .hint("leave it out to read the status yourself"));
        }
    };
    output::print(text(&entries, cache.store(), as_json)?)
}

/// The status for a person, or as one JSON object.
fn text(entries: &[Entry], store: Option<&Store>, as_json: bool) -> Result<String, Error> {
    let held = held()?;
    if as_json {
        return Ok(format!("{}\n", object(held.as_ref(), entries, store)));
    }
    let mut lines = vec![match held {
        None => "This shell holds no AWS credentials.".to_owned(),
        Some(Held { key, permanent: true, .. }) => format!("This shell holds the permanent access key {key}."),
        Some(Held { key, expiration, .. }) => {
            let ends = expiration.as_deref();
            let ends =
                ends.map_or_else(|| "it does not say until when".to_owned(), |ends| until(ends, remaining(ends)));
            format!("This shell holds the temporary access key {key}: {ends}.")
        }
    }];
    if let Some(name) = beside() {
        lines.push(format!(
            "{name} is set beside its keys, and some programs ask that profile first: unset {name}, or: eval \"$(aws-auth)\""
        ));
    }
    lines.extend(Running::of_environment().map(|running| served(running.report().as_ref())));
    lines.push(match (store, store.and_then(Store::trouble)) {
        (Some(_), Some(why)) => format!("What is kept cannot be told: {why}."),
        (None, _) => {
            "Nothing is kept between runs: it is switched off, or this system offers no place but files.".to_owned()
        }
        (Some(_), None) if entries.is_empty() => "Nothing is kept for the next run.".to_owned(),
        (Some(store), None) => format!("Kept for the next run, {}:", store.title()),
    });
    lines.extend(entries.iter().map(|entry| {
        let what = entry.role.as_ref().map_or("MFA session", RoleArn::as_str);
        let ends = until(entry.credentials.until(), entry.left(Moment::now()));
        format!("  {}  {what}  {ends}", crate::text::quote(&entry.label))
    }));
    lines.extend(LIMITS.iter().map(|limit| format!("On this system {limit}.")));
    Ok(lines.join("\n") + "\n")
}

/// What the server of this shell says of itself.
fn served(report: Option<&Value>) -> String {
    let Some(report) = report else {
        return "Its variables lead to a server that is not there any more: eval \"$(aws-auth unset)\"".to_owned();
    };
    let seconds = |value: &Value| Duration::from_secs(value.as_u64().unwrap_or_default());
    let minutes = |value: &Value| seconds(value).as_secs() / 60;
    let credentials = &report["credentials"];
    let left = Some(seconds(&credentials["seconds_left"])).filter(|left| !left.is_zero());
    let ends = until(credentials["expiration"].as_str().unwrap_or_default(), left);
    let what = credentials["role_arn"].as_str().unwrap_or("a session");
    let mut told = format!("Its server gives out credentials of {}: {ends}", crate::text::quote(what));
    if left.is_some() {
        let _ = write!(told, "; it renews them in {} min", minutes(&credentials["renews_in_seconds"]));
    }
    let last = &report["last_renewal"];
    match (last["seconds_ago"].as_u64(), last["error"].as_str()) {
        (None, _) => {}
        (Some(ago), None) => {
            let _ = write!(told, ". The last renewal was {} min ago", ago / 60);
        }
        (Some(ago), Some(error)) => {
            let _ = write!(told, ". The last renewal, {} min ago, failed: {}", ago / 60, crate::text::quote(error));
        }
    }
    told + "."
}

fn object(held: Option<&Held>, entries: &[Entry], store: Option<&Store>) -> Value {
    let shell = held.map(|held| {
        json!({
            "access_key_id": held.key,
            "temporary": !held.permanent,
            "expiration": held.expiration,
            "seconds_left": held.expiration.as_deref().map(|ends| remaining(ends).unwrap_or_default().as_secs()),
        })
    });
    let kept = entries.iter().map(|entry| {
        json!({
            "source": entry.label,
            "role_arn": entry.role.as_ref().map(RoleArn::as_str),
            "mfa": entry.serial.is_some(),
            "expiration": entry.credentials.expiration,
            "seconds_left": entry.left(Moment::now()).unwrap_or_default().as_secs(),
        })
    });
    let endpoint = Running::of_environment().map(|running| running.report());
    json!({
        "shell": shell,
        "endpoint": endpoint,
        "keeps": store.is_some(),
        "store": store.map(Store::name),
        "kept": kept.collect::<Vec<_>>(),
        "limits": LIMITS,
    })
}

/// A variable that names a profile beside temporary keys, which the JavaScript SDK would prefer to them.
fn beside() -> Option<&'static str> {
    environment::os("AWS_ACCESS_KEY_ID").and(environment::os("AWS_SESSION_TOKEN"))?;
    ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find(|name| environment::os(name).is_some())
}

fn held() -> Result<Option<Held>, Error> {
    let Some(id) = environment::text("AWS_ACCESS_KEY_ID")? else { return Ok(None) };
    let temporary = environment::os("AWS_SESSION_TOKEN").is_some();
    let expiration = environment::text("AWS_CREDENTIAL_EXPIRATION")?;
    let expiration = expiration.filter(|text| DateTime::from_str(text, Format::DateTime).is_ok());
    // What is not an access key id is not shown.
    let key = AccessKeyId::new(&id).map_or_else(|_| "(not an access key id)".to_owned(), |id| id.to_string());
    Ok(Some(Held { key, permanent: !temporary, expiration }))
}

fn remaining(expiration: &str) -> Option<Duration> {
    let ends = DateTime::from_str(expiration, Format::DateTime).ok()?;
    SystemTime::try_from(ends).ok()?.duration_since(SystemTime::now()).ok()
}

/// `good for 3 h 12 min, until …`, or that it has ended.
fn until(expiration: &str, left: Option<Duration>) -> String {
    match left {
        None => format!("it ended at {expiration}"),
        Some(left) if left < Duration::from_hours(1) => {
            format!("good for {} min, until {expiration}", left.as_secs() / 60)
        }
        Some(left) => {
            let minutes = left.as_secs() / 60;
            format!("good for {} h {} min, until {expiration}", minutes / 60, minutes % 60)
        }
    }
}
