//! What earlier runs have kept: looked for before anybody is asked, and added to.

use super::again::ItemRole;
use super::calls;
use super::plan::{Step, check_partitions, fit_a_session, from_session};
use super::run::{From, Got, Keys, Origin, Run};
use crate::aws::Network;
use crate::backend::{Identity, Item};
use crate::credentials::{MfaSerial, Partition, RoleArn, TemporaryCredentials};
use crate::error::Error;
use crate::mfa;
use crate::os::stdio;
use crate::os::zone::lasting;
use crate::sessions::{Asked, Entry, Key, Put, warn_alone};
use crate::settings::{NO_MFA, Role, Roles, Source};
use std::borrow::Cow;

impl Run<'_> {
    /// Looks into the cache before `fetch` asks the manager.
    pub(super) async fn kept_or(
        &self,
        identity: &Identity,
        mut network: Network,
        mut fetch: impl AsyncFnMut(&mut Network) -> Result<Item, Error>,
    ) -> Result<Got, Error> {
        let keys = self.keys(identity);
        let source = &self.settings.source;
        if let Some(entry) = self.kept_and_expected(&keys.wanted, &mut network).await? {
            let left = lasting(entry.credentials.left);
            stdio::detail(format_args!("from the cache: credentials of {source} with {left} left"));
            return Ok(self.got(entry, &keys));
        }
        // One asks for all who want a session of the same source; the others then find what it has kept.
        let lock = self.state.lock(keys.session.as_str(), &format!("credentials from {}", self.settings.source))?;
        if let Err(why) = &lock {
            warn_alone(why);
        }
        if lock.as_ref().is_ok_and(|lock| lock.waited)
            && let Some(entry) = self.kept_and_expected(&keys.wanted, &mut network).await?
        {
            return Ok(self.got(entry, &keys));
        }
        // What it gives out was looked for above: here it only signs.
        let session = self.cache.signing(&keys.session);
        let session = session.filter(|session| session.serial.is_some() || self.borrows());
        let session = session.filter(|_| keys.wanted != keys.session);
        let Some(session) = session else {
            if self.cache.is_open() {
                stdio::detail(format_args!("asking {source}, of which nothing that would do is in the cache"));
            }
            self.code_can_be_had()?;
            self.check_code(&keys)?;
            let item = fetch(&mut network).await?;
            return self.anew(item, Some(&keys), network).await;
        };
        let left = lasting(session.credentials.left);
        stdio::detail(format_args!("from the cache: a session of {source} with {left} left, which signs"));
        // A session got for other roles does not know the item's own.
        let (roles, item) = if let Some(roles) = self.roles_with(&session) {
            (roles, None)
        } else {
            let item = fetch(&mut network).await?;
            (self.roles(item.role_arn.as_ref()), Some(item))
        };
        let of_same_key = item.as_ref().is_none_or(|item| item.keys.access_key_id.as_str() == session.source);
        // Where there is no role, the session itself is given out.
        let lasts = !roles.is_empty() || self.cache.get(&keys.session).is_some();
        if of_same_key
            && lasts
            && self.may_be_given(roles.is_empty())
            && fit_a_session(&roles)
            && self.check_roles(&roles).is_ok()
        {
            match self.with_session(&session, roles, &keys, &mut network).await {
                // The key behind it was rotated, or AWS has ended the session otherwise.
                Err(error) if error.has_dead_keys() => self.cache.drop(&keys.session),
                made => return made,
            }
        }
        self.code_can_be_had()?;
        let item = match item {
            Some(item) => item,
            None => fetch(&mut network).await?,
        };
        self.anew(item, Some(&keys), network).await
    }

    /// Whether what is kept may be given out: an MFA session signs nobody in to the console.
    fn may_be_given(&self, is_session: bool) -> bool {
        !is_session || self.settings.federation.is_none() || self.borrows()
    }

    /// Whether what is kept as the session is what the source has lent: it signs without MFA.
    pub(super) fn borrows(&self) -> bool {
        matches!(self.settings.source, Source::SignIn(_))
    }

    /// Refuses to begin what ends with a question that nobody will answer: the manager would ask for its passphrase in vain.
    fn code_can_be_had(&self) -> Result<(), Error> {
        let settings = self.settings;
        let typed = self.again.and_then(|again| again.typed.as_ref());
        let typed = typed.filter(|_| settings.token_code.is_none() && settings.token_from.is_none());
        match (typed, &self.terminal) {
            (Some(serial), Err(nobody)) => Err(mfa::nobody_to_ask(serial, *nobody)),
            _ => Ok(()),
        }
    }

    /// Refuses a given code that another run has spent on the same keys, before anybody is asked for them.
    fn check_code(&self, keys: &Keys) -> Result<(), Error> {
        match &self.settings.token_code {
            Some(code) if self.state.is_spent(keys.session.as_str(), code.expose()) => {
                Err(mfa::spent(&self.settings.source.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// What is kept of what is wanted. Somebody who gives a code wants credentials with MFA.
    pub(super) fn kept(&self, key: &Key) -> Option<Entry> {
        let with_code = self.settings.token_code.is_some() || self.settings.token_from.is_some();
        self.cache
            .get(key)
            .filter(|entry| (entry.serial.is_some() || !with_code) && self.may_be_given(entry.role.is_none()))
    }

    /// The names under which the wanted credentials and the session are kept.
    pub(super) fn keys(&self, identity: &Identity) -> Keys {
        let settings = self.settings;
        let distinct = settings.reach.distinct();
        let asked = Asked {
            serial: settings.mfa_serial.as_ref().map(MfaSerial::as_str).or(settings.no_mfa.then_some(NO_MFA)),
            region: settings.region.as_deref(),
            user: self.user.as_deref(),
            endpoint: distinct.as_deref(),
        };
        // A session is good in every region of its partition, and so one code is enough for profiles of several regions.
        // Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_region-endpoints.html>
        let role = if let Roles::Given(roles) = &settings.roles { roles.first() } else { None };
        let region = settings.region_for(settings.mfa_serial.as_ref(), role.map(|role| &role.arn));
        let partition = Partition::of_region(&region).to_string();
        let anywhere = Asked { region: Some(&partition), ..asked };
        let session = Key::session(identity, anywhere, settings.session_seconds);
        let wanted = match &settings.roles {
            Roles::Given(roles) if roles.is_empty() => session.clone(),
            Roles::Given(roles) => Key::roles(identity, asked, roles),
            Roles::OfItem(role) => Key::of_item(identity, asked, role, settings.session_seconds),
        };
        let expected = &settings.expected.source;
        let wanted = if wanted == session || expected.is_empty() {
            wanted
        } else {
            wanted.expecting(expected.iter().map(|(account, _)| account.as_str()))
        };
        Keys { wanted, session }
    }

    /// The wanted roles, as far as they are known beside a kept session.
    fn roles_with(&self, session: &Entry) -> Option<Vec<Role>> {
        match (&self.settings.roles, self.again.map(|again| &again.item_role)) {
            (Roles::Given(roles), _) => Some(roles.clone()),
            (Roles::OfItem(_), Some(ItemRole::Named(role))) => Some(self.roles(Some(role))),
            (Roles::OfItem(_), Some(ItemRole::Absent)) => Some(self.roles(None)),
            (Roles::OfItem(_), _) => session.item_role.as_ref().map(|arn| self.roles(Some(arn))),
        }
    }

    async fn with_session(
        &self,
        session: &Entry,
        roles: Vec<Role>,
        keys: &Keys,
        network: &mut Network,
    ) -> Result<Got, Error> {
        check_partitions(self.settings.region_in(), session.serial.as_ref(), &roles)?;
        self.check_account(&session.credentials.as_source(), session.serial.as_ref(), &roles, network).await?;
        let role = roles.last().map(|role| role.arn.clone());
        let credentials = if roles.is_empty() {
            session.credentials.clone()
        } else {
            let sts = self.sts(session.serial.as_ref(), roles.first(), network)?;
            let steps: Vec<Step> = from_session(roles).collect();
            calls::make(&sts, Cow::Owned(session.credentials.as_source()), &steps, None, |_| {}).await?
        };
        let (serial, typed) = (session.serial.as_ref(), session.typed);
        let from = From { source: &session.source, serial, typed };
        self.keep(&keys.wanted, &credentials, from, role.clone(), None);
        let (device, typed) = (serial.cloned(), serial.filter(|_| typed).cloned());
        let origin = Origin { device, typed, by_session: role.is_some(), ..Origin::default() };
        Ok(Got { credentials, origin, role, offer: None })
    }

    fn got(&self, entry: Entry, keys: &Keys) -> Got {
        // Only a server gets them again.
        let by_session =
            self.again.is_some() && keys.wanted != keys.session && self.cache.signing(&keys.session).is_some();
        let typed = entry.serial.clone().filter(|_| entry.typed);
        let lent = self.borrows() && entry.role.is_none();
        if entry.role.is_none() && entry.serial.is_none() && !lent && self.again.is_none() {
            self.warn_of_no_mfa(true);
        }
        let origin = Origin { kept: true, device: entry.serial, typed, by_session, lent, ..Origin::default() };
        Got { credentials: entry.credentials, role: entry.role, origin, offer: None }
    }

    pub(super) fn keep(
        &self,
        key: &Key,
        credentials: &TemporaryCredentials,
        from: From<'_>,
        role: Option<RoleArn>,
        item_role: Option<RoleArn>,
    ) {
        let label = self.settings.source.to_string();
        let entry = Entry::new(credentials, from.source, from.serial, label);
        let entry = Entry { role, item_role, typed: from.typed, ..entry };
        let why = match self.cache.put(key, &entry) {
            Some(Put::Full) => "the kernel's room for this user's keys is used up".into(),
            Some(Put::Refused(why)) => why,
            Some(Put::Kept) | None => return,
        };
        if !self.lost.replace(true) {
            stdio::note(&format!("aws-auth: nothing can be kept for the next run: {why}"));
        }
    }
}
