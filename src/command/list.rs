//! `aws-auth list`: the profiles that lead to credentials, and where each leads. Nobody is asked.

use super::told;
use crate::aws_files::{Files, Profiles, place};
use crate::cli::{List, Request};
use crate::credentials::Whose;
use crate::error::{Class, Error};
use crate::flow;
use crate::os::moment::Moment;
use crate::os::stdio;
use crate::os::zone::lasting;
use crate::output;
use crate::output::shell::Shell;
use crate::sessions::{Cache, Entry};
use crate::settings::{LEAST_TTL, Roles, Settings, Source};
use crate::text::{self, columns, is_printable, quote};
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// Settings of a profile without a role by which programs that use an AWS SDK get credentials, beside keys.
const SOURCES: [&str; 6] = [
    "credential_process",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "login_session",
    "web_identity_token_file",
];

/// One profile.
struct Row {
    name: String,
    /// Where it leads, or why it leads nowhere.
    leads: Result<Lead, Error>,
}

struct Lead {
    whose: Whose,
    role: Option<String>,
    source: String,
    kept: Option<(String, Duration)>,
}

/// Prints them: for a person, as `--names`, or with `--format json` for programs.
pub fn run(list: &List) -> Result<(), Error> {
    let as_json = told::is_json(list.format.as_deref(), "list")?;
    let files = Arc::new(Files::read()?);
    // Who wants the names alone waits for no store.
    let cache = Cache::open(!list.names, Duration::ZERO)?;
    // What was meant to be a profile and is none is told with the reason.
    let all = files.names().chain(files.meant());
    let rows: Vec<Row> = all.filter_map(|name| row(&files, &cache, name)).collect();
    match unseen() {
        Some(why) if rows.is_empty() && !list.names => return Err(why),
        // Those of the other file are told.
        Some(why) if !list.names => stdio::warn(&why.to_string().replacen(": ", ": warning: ", 1)),
        _ => {}
    }
    if let Some(why) = cache.trouble() {
        stdio::warn(&format!("aws-auth: warning: what is kept cannot be told: {why}"));
    }
    output::print(match (as_json, list.names) {
        (true, _) => text::json(&rows.iter().map(object).collect::<Value>()) + "\n",
        (false, true) => names(&rows),
        (false, false) if rows.is_empty() => {
            "No profile leads to credentials. To write one: aws-auth setup --from pass\n".to_owned()
        }
        (false, false) => table(&rows),
    })
}

/// Why there may be more profiles than can be seen.
fn unseen() -> Option<Error> {
    let why = Error::new(Class::Config, "not every profile can be seen");
    if let Some((closed, way_out)) = place::closed() {
        return Some(why.because(closed).hint(way_out));
    }
    let variable = place::in_vain()?;
    let why = why.because(format!("{variable} names a file that is not there"));
    Some(why.hint(format!("correct {variable}, or {}", Shell::unset(&[variable]))))
}

/// A profile that leads to credentials, or was meant to.
fn row(files: &Arc<Files>, cache: &Cache, name: &str) -> Option<Row> {
    let request = Request { profile: Some(name.to_owned()), no_input: true, ..Request::default() };
    let leads = match Settings::gather(&request, Arc::clone(files), LEAST_TTL) {
        Ok((settings, profiles)) if leads_somewhere(&settings, &profiles) => lead(cache, &settings, &profiles),
        Ok(_) => return None,
        Err(error) => Err(error),
    };
    Some(Row { name: name.to_owned(), leads })
}

fn leads_somewhere(settings: &Settings, profiles: &Profiles) -> bool {
    let Source::Sdk { .. } = &settings.source else { return true };
    let leaf = profiles.leaf().unwrap_or_default();
    profiles.files().keys_of(leaf).is_some() || SOURCES.iter().any(|key| profiles.get(leaf, key).is_some())
}

fn lead(cache: &Cache, settings: &Settings, profiles: &Profiles) -> Result<Lead, Error> {
    let kept = flow::peek_into(cache, settings, profiles)?.wanted;
    let role = match (&settings.roles, &kept) {
        (Roles::Given(roles), _) => roles.last().map(|role| &role.arn),
        (Roles::OfItem(_), Some(entry)) => entry.role.as_ref(),
        (Roles::OfItem(_), None) => None,
    };
    let device = settings.mfa_serial.as_ref().or_else(|| kept.as_ref().and_then(|entry| entry.serial.as_ref()));
    let left = |entry: &Entry| Some((entry.credentials.until().to_owned(), entry.left(Moment::now())?));
    Ok(Lead {
        whose: match &settings.source {
            Source::SignIn(sign_in) if role.is_none() => sign_in.whose(),
            _ => Whose::of(role, device),
        },
        role: role.map(ToString::to_string),
        source: settings.source.to_string(),
        kept: kept.as_ref().and_then(left),
    })
}

fn names(rows: &[Row]) -> String {
    // One that is shown as another would be chosen for that.
    let usable = rows.iter().filter(|row| row.leads.is_ok() && is_printable(&row.name));
    usable.flat_map(|row| [row.name.as_str(), "\n"]).collect()
}

/// The usable ones as a table, the others below it with the reason.
fn table(rows: &[Row]) -> String {
    let part = |part: &Option<String>| part.as_deref().map_or_else(|| "-".to_owned(), quote);
    let line = |row: &Row| {
        let lead = row.leads.as_ref().ok()?;
        let kept = lead.kept.as_ref().map_or_else(|| "-".to_owned(), |(_, left)| lasting(*left));
        let (account, identity) = (part(&lead.whose.account), part(&lead.whose.identity));
        Some([quote(&row.name), account, identity, quote(&lead.source), kept])
    };
    let head = ["PROFILE", "ACCOUNT", "IDENTITY", "KEYS FROM", "KEPT"].map(str::to_owned);
    let mut out = columns(std::iter::once(head).chain(rows.iter().filter_map(line)));
    for row in rows {
        if let Err(error) = &row.leads {
            // Writing to a String cannot fail.
            let _ = writeln!(out, "{} is unusable: {}", quote(&row.name), error.reason());
        }
    }
    out
}

fn object(row: &Row) -> Value {
    match &row.leads {
        Ok(lead) => {
            let kept = lead.kept.as_ref();
            let kept = kept.map(|(ends, left)| json!({ "expiration": ends, "seconds_left": left.as_secs() }));
            json!({
                "profile": row.name,
                "account": lead.whose.account,
                "identity": lead.whose.identity,
                "role_arn": lead.role,
                "source": lead.source,
                "kept": kept,
            })
        }
        Err(error) => json!({ "profile": row.name, "error": error.reason() }),
    }
}
