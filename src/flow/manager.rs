//! What a manager is asked for, and how.

use super::run::Run;
use crate::aws::Network;
use crate::aws_files::Profiles;
use crate::backend::manifest::Manifest;
use crate::backend::params::SECTION;
use crate::backend::{Fetch, Item, Wanted, address, params, registry};
use crate::error::{Error, internal};
use crate::os::environment;
use crate::os::tty::{Terminal, has_windows};
use crate::sessions::Record;
use crate::settings::options::PREFIX;
use crate::settings::{Roles, Source};
use crate::text::quote;
use secrecy::ExposeSecret;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Run<'_> {
    /// Asks the manager, on a thread of its own; meanwhile the connection to STS is opened.
    pub(super) async fn of_manager(&self, fetch: &Arc<Fetch>, network: &mut Network) -> Result<Item, Error> {
        let (fetch, wanted) = (Arc::clone(fetch), self.wanted());
        let asked = tokio::task::spawn_blocking(move || item(&fetch, wanted));
        // The endpoint is the one that is known without the item. What fails now will fail when it is needed, and be
        // told then.
        let role = match &self.settings.roles {
            Roles::Given(roles) => roles.first(),
            Roles::OfItem(_) => None,
        };
        if let Ok(sts) = self.sts(self.settings.mfa_serial.as_ref(), role, network) {
            sts.keep_warm();
        }
        asked.await.unwrap_or_else(|_| Err(internal("the manager was asked, and nothing came back")))
    }

    /// What is to be asked of the manager: what is known already is not.
    pub(super) fn wanted(&self) -> Wanted {
        Wanted {
            mfa_serial: self.settings.mfa_serial.is_none() && !self.settings.no_mfa,
            role_arn: matches!(self.settings.roles, Roles::OfItem(_)),
            otp: self.settings.token_code.is_none() && self.settings.token_from.is_none() && !self.settings.no_mfa,
        }
    }

    /// Prepares to ask a manager; what it needs to know beside the item may stand in the profile, as `aws_auth_NAME`.
    pub(super) fn ask(
        &self,
        name: &str,
        item: Option<&str>,
        params: &BTreeMap<String, String>,
    ) -> Result<Fetch, Error> {
        let fetch = prepare(self.profiles, name, item, params, self.terminal.clone().ok(), self.quiet())?;
        Ok(fetch.may_ask(self.settings.may_ask))
    }

    /// Whether a manager must not ask anything: it was forbidden, it is not the time, or there is nowhere to ask.
    pub(super) fn quiet(&self) -> bool {
        let silent = self.again.is_some_and(|again| again.silent);
        !self.settings.may_ask || silent || (self.terminal.is_err() && !has_windows())
    }
}

/// How often an item is read that changes while it is read.
const READINGS: usize = 5;

/// The item; where a rotation is between its two entries, the pair in the sibling, which is whole, or two readings that
/// agree: the id is the first to change and the sibling the last to go, so that such two are of one key.
fn item(fetch: &Fetch, wanted: Wanted) -> Result<Item, Error> {
    let mut item = fetch.item(wanted)?;
    for _ in 0..READINGS {
        let id = &item.keys.access_key_id;
        if !item.apart || !Record::is_met(id) {
            break;
        }
        if let Some(keys) = fetch.beside().filter(|keys| keys.access_key_id == *id) {
            return Ok(Item { keys, ..item });
        }
        let again = fetch.item(wanted)?;
        let agree = again.keys.access_key_id == *id
            && again.keys.secret_access_key.expose_secret() == item.keys.secret_access_key.expose_secret();
        item = again;
        if agree {
            break;
        }
    }
    Ok(item)
}

/// Prepares to ask the manager that `source` names, on `terminal`, or without a question; none where it names none.
pub fn manager(
    profiles: &Profiles,
    source: &Source,
    terminal: Option<Arc<Terminal>>,
    quiet: bool,
) -> Result<Option<Fetch>, Error> {
    match source {
        Source::Backend { name, item, params, fields } => {
            let fetch = prepare(profiles, name, item.as_deref(), params, terminal, quiet)?;
            fetch.with_fields(fields).map(Some)
        }
        Source::Sdk { .. } | Source::Provider(_) | Source::SignIn(_) => Ok(None),
    }
}

fn prepare(
    profiles: &Profiles,
    name: &str,
    item: Option<&str>,
    params: &BTreeMap<String, String>,
    terminal: Option<Arc<Terminal>>,
    quiet: bool,
) -> Result<Fetch, Error> {
    let entry = registry::find(name)?;
    let manifest = entry.parse()?;
    item.map_or(Ok(()), |item| address::check_given(&manifest, item, params))?;
    let params = of_profile(profiles, &manifest, params)?;
    Fetch::of(manifest, entry.text, item, &params, terminal, quiet)
}

/// A manager's parameters: those given, then those that a variable or the profile says.
pub fn of_profile(
    profiles: &Profiles,
    manifest: &Manifest,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut all = given.clone();
    for (name, value, _) in said(profiles, manifest)? {
        all.entry(name).or_insert(value);
    }
    Ok(all)
}

/// Where each parameter of the source's manager is said: the place that counts.
pub fn places_of_params(source: &Source, profiles: &Profiles) -> Result<Vec<String>, Error> {
    let Source::Backend { name, params: given, .. } = source else { return Ok(Vec::new()) };
    let said = said(profiles, &registry::find(name)?.parse()?)?;
    let said = said.into_iter().filter(|(name, ..)| !given.contains_key(name)).map(|(.., place)| place);
    Ok(given.keys().map(|name| format!("--param {name}")).chain(said).collect())
}

/// The parameters that a variable or the profile says: name, value and place.
fn said(profiles: &Profiles, manifest: &Manifest) -> Result<Vec<(String, String, String)>, Error> {
    let mut found = Vec::new();
    let section = SECTION.to_owned();
    for param in manifest.params.keys().chain([&section]) {
        let (variable, key) = (params::variable(param), format!("{PREFIX}{param}"));
        if let Some(value) = environment::text(&variable)? {
            found.push((param.clone(), value, variable));
        } else if let Some((profile, value)) = profiles.inherited_from(&key) {
            found.push((param.clone(), value.to_owned(), format!("{key} of the profile \"{}\"", quote(profile))));
        }
    }
    Ok(found)
}
