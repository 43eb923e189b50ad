//! What a manager is asked for, and how.

use super::run::Run;
use crate::aws::Network;
use crate::aws_files::Profiles;
use crate::backend::manifest::Manifest;
use crate::backend::params::SECTION;
use crate::backend::{Fetch, Item, Wanted, params, registry};
use crate::error::{Error, internal};
use crate::os::environment;
use crate::os::tty::{Terminal, has_windows};
use crate::settings::{Roles, Source};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Run<'_> {
    /// Asks the manager, on a thread of its own; meanwhile the connection to STS is opened.
    pub(super) async fn of_manager(&self, fetch: &Arc<Fetch>, network: &mut Network) -> Result<Item, Error> {
        let (fetch, wanted) = (Arc::clone(fetch), self.wanted());
        let asked = tokio::task::spawn_blocking(move || fetch.item(wanted));
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
            Ok(Some(fetch.with_fields(fields.clone())))
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
    let params = of_profile(profiles, &manifest, params)?;
    Fetch::of(manifest, entry.text, item, &params, terminal, quiet)
}

/// A manager's parameters: those given, then those that a variable or the profile says.
pub fn of_profile(
    profiles: &Profiles,
    manifest: &Manifest,
    given: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, Error> {
    let mut given = given.clone();
    let section = SECTION.to_owned();
    for param in manifest.params.keys().chain([&section]) {
        let of_profile = || profiles.inherited(&format!("aws_auth_{param}")).map(str::to_owned);
        if let Some(value) = environment::text(&params::variable(param))?.or_else(of_profile) {
            given.entry(param.clone()).or_insert(value);
        }
    }
    Ok(given)
}
