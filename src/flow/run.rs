//! One run, from settings to temporary credentials.

use super::again::{Again, AtHand};
use super::closed::why_closed;
use super::plan::{Step, check_partitions, plan};
use super::remember::Offer;
use super::{calls, choice, too_short};
use crate::aws::sts::{Endpoint, Sts};
use crate::aws::{Network, signin};
use crate::aws_files::Profiles;
use crate::backend::{Identity, Item};
use crate::credentials::{MfaSerial, RoleArn, TemporaryCredentials, Whose};
use crate::error::{Class, Error, internal};
use crate::mfa::{Codes, Nobody};
use crate::os::tty::Terminal;
use crate::os::{environment, guard, stdio};
use crate::output::Product;
use crate::sessions::{Cache, Key, State};
use crate::settings::{Role, Roles, Settings, SignIn, Source};
use crate::source::{self, Asking, Found};
use std::borrow::Cow;
use std::cell::Cell;
use std::sync::Arc;

/// One run: what is wanted, and what it finds around it.
pub struct Run<'a> {
    pub(super) settings: &'a Settings,
    pub(super) profiles: &'a Profiles,
    pub(super) terminal: Result<Arc<Terminal>, Nobody>,
    pub(super) cache: Cache,
    pub(super) state: State,
    /// The user that the environment names, for CloudTrail.
    pub(super) user: Option<String>,
    /// Whether something could not be kept, which is said once.
    pub(super) lost: Cell<bool>,
    /// What a server brings along.
    pub(super) again: Option<&'a Again>,
}

/// What a run has got, and what is left to be done when it has been delivered.
#[derive(Debug)]
pub struct Delivery {
    /// The credentials.
    pub product: Product,
    /// How they were got.
    pub origin: Origin,
    /// Keys that stood in the environment; only for a server.
    pub at_hand: Option<AtHand>,
    /// A device that was found out, to be remembered after a yes.
    offer: Option<Offer>,
}

impl Delivery {
    /// Does what was left until the credentials were delivered.
    pub fn delivered(&self) {
        if let Some(offer) = &self.offer {
            offer.make();
        }
    }
}

/// Gets temporary credentials: kept ones, or with a kept session, or anew. A server gets them `again`.
pub async fn run(settings: &Settings, profiles: &Profiles, again: Option<&Again>) -> Result<Delivery, Error> {
    if let Some(notice) = &settings.notice {
        stdio::note(notice);
    }
    let terminal = match again {
        _ if !settings.may_ask => Err(Nobody::Forbidden),
        Some(Again { silent: true, .. }) => Err(Nobody::NotYet),
        _ => Terminal::open().map(Arc::new).map_err(Nobody::Absent),
    };
    if let Ok(terminal) = &terminal {
        guard::remember(terminal);
    }
    if matches!(settings.source, Source::Sdk { .. }) {
        source::refuse_loop(profiles)?;
    }
    let cache = Cache::open(settings.cache, settings.min_ttl)?.insisting(settings.min_ttl_said.is_some());
    let cache = cache.or_in(again.map(|again| &again.memory));
    if let Some(why) = why_closed(settings, &cache) {
        stdio::detail(format_args!("not caching: {why}"));
    }
    let user = user();
    let lost = Cell::default();
    let run = Run { settings, profiles, terminal, cache, state: State::open(), user, lost, again };
    let (Got { credentials, role, origin, offer }, at_hand) = Box::pin(run.credentials()).await?;
    if origin.lent {
        // They are handed on as they are: whoever asked for a console that may do less must not get one that may do all.
        settings.federation.iter().try_for_each(|federation| federation.narrowed.without_role())?;
    }
    if !origin.lent {
        too_short::warn(settings, &credentials, role.is_some(), origin.device.is_some());
    } else if again.is_none() {
        for flag in settings.flags_of_session() {
            stdio::warn(&format!("aws-auth: warning: {flag} does nothing, as the credentials are temporary already"));
        }
    }
    if role.is_none() && settings.federation.is_none() && again.is_none() {
        for flag in settings.flags_of_role() {
            stdio::warn(&format!("aws-auth: warning: {flag} does nothing, as no role is assumed"));
        }
    }
    if origin.signs_in {
        for flag in settings.flags_beside_own_console() {
            stdio::warn(&format!("aws-auth: warning: {flag} does nothing for the console of a user without a role"));
        }
    }
    if !origin.kept && again.is_none() {
        for place in &settings.reach.doubtful {
            stdio::warn(&format!("aws-auth: warning: programs get the {place}"));
        }
    }
    let whose = match &settings.source {
        Source::SignIn(sign_in) if origin.lent => sign_in.whose(),
        _ => Whose::of(role.as_ref(), origin.device.as_ref()),
    };
    let profile = profiles.selected().map(str::to_owned);
    let product = Product { credentials, role, whose, profile, beside: settings.beside() };
    Ok(Delivery { product, origin, at_hand, offer })
}

/// The STS that is asked.
pub(super) fn endpoint_of(
    settings: &Settings,
    serial: Option<&MfaSerial>,
    role: Option<&Role>,
) -> Result<Endpoint, Error> {
    Endpoint::new(settings.region_for(serial, role.map(|role| &role.arn)), &settings.reach)
}

/// What the answer about a sign-in depends on, and where the AWS CLI holds it.
pub(super) fn identity_of(sign_in: &SignIn) -> Identity {
    let home = environment::home().unwrap_or_default();
    let cache = environment::os("AWS_LOGIN_CACHE_DIRECTORY").unwrap_or_default();
    let places = [home.as_os_str().as_encoded_bytes(), cache.as_encoded_bytes()];
    Identity::of_item(sign_in.parts().into_iter().map(str::as_bytes).chain(places))
}

/// The user that the environment names, for CloudTrail.
pub(super) fn user() -> Option<String> {
    environment::os("USER").map(|name| name.to_string_lossy().into_owned())
}

impl Run<'_> {
    async fn credentials(&self) -> Result<(Got, Option<AtHand>), Error> {
        let known = self.again.and_then(|again| again.at_hand.clone());
        if let Some(known) = known {
            return Ok((self.of_known(known.item(), Network::new(&self.settings.reach)).await?, Some(known)));
        }
        if let Some(id) = self.again.and_then(|again| again.key.as_deref()) {
            // All but the session ended with the run that had them.
            let gone = async |_: &mut Network| Err(keys_are_gone());
            return Ok((self.kept_or(&Identity::of_key(id), Network::new(&self.settings.reach), gone).await?, None));
        }
        match &self.settings.source {
            Source::Backend { name, item, params, fields } => {
                let fetch = self.ask(name, item.as_deref(), params)?.with_fields(fields)?;
                if let Some(identity) = fetch.identity() {
                    let fetch = Arc::new(fetch);
                    let ask = async |network: &mut Network| self.of_manager(&fetch, network).await;
                    return Ok((self.kept_or(&identity, Network::new(&self.settings.reach), ask).await?, None));
                }
                // Values that are at hand are read first: the key is its own identity.
                let item = fetch.item(self.wanted())?;
                let at_hand = self.again.map(|_| AtHand::of(&item));
                Ok((self.of_known(item, Network::new(&self.settings.reach)).await?, at_hand))
            }
            Source::SignIn(sign_in) => {
                let identity = identity_of(sign_in);
                let ask = async |network: &mut Network| self.of_source(network).await.map(|(item, _)| item);
                Ok((self.kept_or(&identity, Network::new(&self.settings.reach), ask).await?, None))
            }
            from @ (Source::Sdk { .. } | Source::Provider(_)) => {
                let mut network = Network::new(&self.settings.reach);
                let (item, from_our_server) = self.of_source(&mut network).await?;
                let at_hand = self.again.filter(|_| from.is_environment()).map(|_| AtHand::of(&item));
                let got = self.of_known(item, network).await?;
                Ok((Got { origin: Origin { from_our_server, ..got.origin }, ..got }, at_hand))
            }
        }
    }

    /// The keys of a source that is no manager, and whether a server of ours gave them.
    async fn of_source(&self, network: &mut Network) -> Result<(Item, bool), Error> {
        let settings = self.settings;
        let asking = Asking { profiles: self.profiles, settings, terminal: self.terminal.clone().ok() };
        let Found { keys, lent, from_our_server } = source::keys(&settings.source, &asking, network).await?;
        let item = Item { keys, lent, apart: false, mfa_serial: None, role_arn: None, otp: None };
        Ok((item, from_our_server))
    }

    async fn of_known(&self, item: Item, network: Network) -> Result<Got, Error> {
        if item.keys.are_temporary() {
            return self.anew(item, None, network).await;
        }
        let identity = Identity::of_key(item.keys.access_key_id.as_str());
        let mut item = Some(item);
        let again = || internal("keys at hand were asked for twice");
        self.kept_or(&identity, network, async |_: &mut Network| item.take().ok_or_else(again)).await
    }

    /// Makes all calls. What they give is kept under `keys`, if there are any. Where a code is clearly needed and
    /// nobody has named the device, AWS is asked for it.
    pub(super) async fn anew(&self, mut item: Item, keys: Option<&Keys>, mut network: Network) -> Result<Got, Error> {
        let settings = self.settings;
        let roles = self.roles(item.role_arn.as_ref());
        self.check_roles(&roles)?;
        if !roles.is_empty() {
            settings.federation.iter().try_for_each(signin::check_time_of_role)?;
        }
        if settings.by_user && item.keys.are_temporary() {
            return Err(signin::chained("one assumed with temporary keys"));
        }
        let serial = settings.mfa_serial.clone().or(item.mfa_serial.take()).filter(|_| !settings.no_mfa);
        check_partitions(settings.region_in(), serial.as_ref(), &roles)?;
        // With temporary keys no code is sent, and so no device tells whose they are.
        let device = serial.as_ref().filter(|_| !item.keys.are_temporary());
        self.check_account(&item.keys, device, &roles, &mut network).await?;
        if let Some(lent) = item.lent.take() {
            if let Some(keys) = keys {
                let from = From { source: lent.access_key_id.as_str(), serial: None, typed: false };
                self.keep(&keys.session, &lent, from, None, None);
                if roles.is_empty() && keys.wanted != keys.session {
                    self.keep(&keys.wanted, &lent, from, None, None);
                }
            }
            if roles.is_empty() && settings.token_code.is_none() {
                return Ok(self.handed_on(lent));
            }
        }
        if let Some(federation) = settings.federation.as_ref().filter(|_| roles.is_empty()) {
            return self.federated(federation, &item.keys, &mut network).await;
        }
        let sts = self.sts(serial.as_ref(), roles.first(), &mut network)?;
        if serial.is_some() {
            return self.with_device(item, keys, &sts, roles, serial.as_ref()).await;
        }
        let serial = if settings.token_code.is_some() {
            self.find_device(&item.keys, roles.first(), &mut network).await?
        } else {
            // A copy of the keys lasts no longer than this call: where a person is waited for, there is one.
            let own = item.keys.clone();
            let copy = Item {
                keys: own,
                lent: None,
                apart: false,
                mfa_serial: None,
                role_arn: item.role_arn.clone(),
                otp: None,
            };
            match self.with_device(copy, keys, &sts, roles.clone(), None).await {
                Err(refused)
                    if refused.wants_mfa() && !settings.no_mfa && (self.terminal.is_ok() || item.otp.is_some()) =>
                {
                    let found = self.find_device(&item.keys, roles.first(), &mut network).await;
                    found.map_err(|why| choice::no_device_either(refused, why))?
                }
                Err(refused) if refused.wants_mfa() => return Err(self.for_want_of_mfa(refused)),
                done => return done,
            }
        };
        let got = self.with_device(item, keys, &sts, roles, Some(&serial)).await?;
        Ok(Got { offer: Some(self.offer(serial)), ..got })
    }

    async fn with_device(
        &self,
        item: Item,
        keys: Option<&Keys>,
        sts: &Sts,
        roles: Vec<Role>,
        serial: Option<&MfaSerial>,
    ) -> Result<Got, Error> {
        let role = roles.last().map(|role| role.arn.clone());
        let temporary = item.keys.are_temporary().then_some(&item.keys.access_key_id);
        let keep = keys.is_some() && self.cache.is_open();
        let steps = plan(temporary, serial.is_some(), roles, self.settings.session_seconds, keep)?;
        if serial.is_none() && matches!(steps.first(), Some(Step::Session { .. })) {
            self.warn_of_no_mfa(false);
        }
        let origin = keys.map(|keys| keys.session.as_str());
        let codes = serial.map(|serial| self.codes(serial.clone(), item.otp, sts.clock()).of(origin));
        let typed = codes.as_ref().is_some_and(Codes::are_typed);
        let by_session =
            keep && serial.is_some() && steps.len() > 1 && matches!(steps.first(), Some(Step::Session { .. }));
        let id = item.keys.access_key_id.as_str().to_owned();
        let credentials = calls::make(sts, Cow::Owned(item.keys), &steps, codes, |session| {
            // Without MFA it is worth no role's while.
            if let Some(keys) = keys.filter(|keys| serial.is_some() || keys.wanted == keys.session) {
                let from = From { source: &id, serial, typed };
                self.keep(&keys.session, session, from, None, item.role_arn.clone());
            }
        })
        .await?;
        if let Some(keys) = keys.filter(|keys| keys.wanted != keys.session) {
            self.keep(&keys.wanted, &credentials, From { source: &id, serial, typed }, role.clone(), None);
        }
        if typed && self.cache.is_missed() && self.state.is_first("nothing-kept", "") {
            stdio::note(
                "aws-auth: the session cannot be kept here (no kernel keyring, no agent): each run asks for a code",
            );
        }
        let device = serial.filter(|_| steps.iter().any(Step::needs_code)).cloned();
        let typed = device.clone().filter(|_| typed);
        let origin = Origin { device, typed, by_session, ..Origin::default() };
        Ok(Got { credentials, role, origin, offer: None })
    }

    /// The wanted roles, where the item names this one.
    pub(super) fn roles(&self, of_item: Option<&RoleArn>) -> Vec<Role> {
        match &self.settings.roles {
            Roles::Given(roles) => roles.clone(),
            Roles::OfItem(settings) => {
                of_item.map(|arn| Role { arn: arn.clone(), settings: settings.clone() }).into_iter().collect()
            }
        }
    }

    /// Refuses what only a role can have where there is none.
    pub(super) fn check_roles(&self, roles: &[Role]) -> Result<(), Error> {
        match &self.settings.roles {
            Roles::OfItem(settings) if roles.is_empty() && self.settings.federation.is_none() => {
                settings.without_role()
            }
            _ => Ok(()),
        }
    }

    /// What a source has lent, as it is.
    fn handed_on(&self, credentials: TemporaryCredentials) -> Got {
        stdio::note(&format!(
            "aws-auth: the credentials of {} are temporary, and are handed on as they are",
            self.settings.source
        ));
        let origin = Origin { lent: true, ..Origin::default() };
        Got { credentials, role: None, origin, offer: None }
    }

    pub(super) fn sts(
        &self,
        serial: Option<&MfaSerial>,
        role: Option<&Role>,
        network: &mut Network,
    ) -> Result<Sts, Error> {
        network.sts(self.settings.region_for(serial, role.map(|role| &role.arn)))
    }
}

fn keys_are_gone() -> Error {
    Error::new(Class::NoTerminal, "the session has ended")
        .because("the keys were in the environment of the run that began it, and are kept nowhere")
        .hint("run it again")
}

/// The names under which results are kept; they are one where a session is all that is wanted.
pub struct Keys {
    pub wanted: Key,
    pub session: Key,
}

/// What a run has got.
pub struct Got {
    pub credentials: TemporaryCredentials,
    /// Whose they are; none for a session of the user's own.
    pub role: Option<RoleArn>,
    pub origin: Origin,
    pub offer: Option<Offer>,
}

/// How credentials were got.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Whether another run had kept them.
    pub kept: bool,
    /// The device whose code AWS has taken for them, or for the session that they were got with.
    pub device: Option<MfaSerial>,
    /// The same, if a person has typed the code.
    pub typed: Option<MfaSerial>,
    /// Whether a session that is kept can get them again.
    pub by_session: bool,
    /// Whether they are what their source has lent, as it is.
    pub lent: bool,
    /// Whether they are a user's own for the console.
    pub signs_in: bool,
    /// Whether a server of ours has given them.
    pub from_our_server: bool,
}

/// What kept credentials came from.
#[derive(Clone, Copy)]
pub struct From<'a> {
    /// The permanent access key id.
    pub source: &'a str,
    /// The device whose code was spent.
    pub serial: Option<&'a MfaSerial>,
    /// Whether a person has typed it.
    pub typed: bool,
}
