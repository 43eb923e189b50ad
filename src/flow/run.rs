//! One run, from settings to temporary credentials.

use super::again::{Again, AtHand};
use super::plan::{Step, check_partitions, plan};
use super::remember::Offer;
use super::{calls, choice};
use crate::aws::sts::{Endpoint, Sts};
use crate::aws::{Network, endpoint, signin};
use crate::aws_files::Profiles;
use crate::backend::{Identity, Item};
use crate::credentials::{MfaSerial, RoleArn, TemporaryCredentials, Whose};
use crate::error::{Class, Error, internal};
use crate::mfa::{Codes, Nobody};
use crate::os::tty::Terminal;
use crate::os::zone::lasting;
use crate::os::{environment, guard, stdio};
use crate::output::Product;
use crate::sessions::{Cache, Key, Least, State};
use crate::settings::{Role, Roles, Settings, Source};
use crate::source;
use std::cell::Cell;
use std::sync::Arc;

/// One run: what is wanted, and what it finds around it.
pub struct Run<'a> {
    pub(super) settings: &'a Settings,
    pub(super) profiles: &'a Profiles,
    pub(super) terminal: Result<Arc<Terminal>, Nobody>,
    pub(super) cache: Cache,
    pub(super) state: State,
    /// The endpoint that the environment names.
    pub(super) endpoint: Option<String>,
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
    if let Some(why) = cache.why_closed() {
        stdio::detail(format_args!("not caching: {why}"));
    }
    let endpoint = endpoint::of_environment("STS")?;
    let user = user();
    let lost = Cell::default();
    let run = Run { settings, profiles, terminal, cache, state: State::open(), endpoint, user, lost, again };
    let (Got { credentials, role, origin, offer }, at_hand) = run.credentials().await?;
    warn_of_too_short(settings, &credentials, role.is_some(), origin.device.is_some());
    let whose = Whose::of(role.as_ref(), origin.device.as_ref());
    let profile = profiles.selected().map(str::to_owned);
    let product = Product { credentials, role, whose, profile, beside: settings.beside() };
    Ok(Delivery { product, origin, at_hand, offer })
}

/// Says why the time that the user wants credentials to be good for cannot be had.
fn warn_of_too_short(settings: &Settings, got: &TemporaryCredentials, is_role: bool, device: bool) {
    let least = Least { time: settings.min_ttl, said: true };
    let Some(place) = settings.min_ttl_said.as_ref().filter(|_| !least.can_be_kept_by(got.left)) else { return };
    let why = match (is_role, device) {
        (true, true) => {
            "a role of a session lasts an hour at most, and longer only by --role-duration-seconds, with a code each time"
        }
        (true, false) => "for a longer time, ask for it: --role-duration-seconds",
        (false, _) => "for a longer time, ask for it: --mfa-duration-seconds",
    };
    let (wanted, left) = (lasting(settings.min_ttl), lasting(got.left));
    stdio::warn(&format!("aws-auth: warning: {place} wants {wanted}, and these credentials last {left}: {why}"));
}

/// The STS that is asked.
pub(super) fn endpoint_of(
    settings: &Settings,
    serial: Option<&MfaSerial>,
    role: Option<&Role>,
) -> Result<Endpoint, Error> {
    let region = settings.region_for(serial, role.map(|role| &role.arn));
    Ok(Endpoint::new(region, endpoint::of_environment("STS")?, settings.legacy_endpoint))
}

/// The user that the environment names, for CloudTrail.
pub(super) fn user() -> Option<String> {
    environment::os("USER").map(|name| name.to_string_lossy().into_owned())
}

impl Run<'_> {
    async fn credentials(&self) -> Result<(Got, Option<AtHand>), Error> {
        let known = self.again.and_then(|again| again.at_hand.clone());
        if let Some(known) = known {
            return Ok((self.of_known(known.item(), Network::default()).await?, Some(known)));
        }
        if let Some(id) = self.again.and_then(|again| again.key.as_deref()) {
            // All but the session ended with the run that had them.
            let gone = async |_: &mut Network| Err(keys_are_gone());
            return Ok((self.kept_or(&Identity::of_key(id), Network::default(), gone).await?, None));
        }
        match &self.settings.source {
            Source::Backend { name, item, params, fields } => {
                let fetch = self.ask(name, item.as_deref(), params)?.with_fields(fields.clone());
                if let Some(identity) = fetch.identity() {
                    let fetch = Arc::new(fetch);
                    let ask = async |network: &mut Network| self.of_manager(&fetch, network).await;
                    return Ok((self.kept_or(&identity, Network::default(), ask).await?, None));
                }
                // Values that are at hand are read first: the key is its own identity.
                let item = fetch.item(self.wanted())?;
                let at_hand = self.again.map(|_| AtHand::of(&item));
                Ok((self.of_known(item, Network::default()).await?, at_hand))
            }
            from @ (Source::Sdk { .. } | Source::Provider(_)) => {
                let mut network = Network::default();
                let region = self.settings.region_for(self.settings.mfa_serial.as_ref(), None);
                let keys = source::keys(from, self.profiles, &region, &mut network, self.terminal.clone().ok()).await?;
                let item = Item { keys, apart: false, mfa_serial: None, role_arn: None, otp: None };
                let at_hand = self.again.filter(|_| from.is_environment()).map(|_| AtHand::of(&item));
                Ok((self.of_known(item, network).await?, at_hand))
            }
        }
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
        if settings.by_user && item.keys.are_temporary() {
            return Err(signin::chained("one assumed with temporary keys"));
        }
        let serial = settings.mfa_serial.clone().or(item.mfa_serial.take()).filter(|_| !settings.no_mfa);
        check_partitions(settings.region_in(), serial.as_ref(), &roles)?;
        // With temporary keys no code is sent, and so no device tells whose they are.
        let device = serial.as_ref().filter(|_| !item.keys.are_temporary());
        self.check_account(&item.keys, device, &roles, &mut network).await?;
        let sts = self.sts(serial.as_ref(), roles.first(), &mut network)?;
        if serial.is_some() {
            return self.with_device(item, keys, &sts, roles, serial.as_ref()).await;
        }
        let serial = if settings.token_code.is_some() {
            self.find_device(&item.keys, roles.first(), &mut network).await?
        } else {
            // A copy of the keys lasts no longer than this call: where a person is waited for, there is one.
            let own = item.keys.clone();
            let copy = Item { keys: own, apart: false, mfa_serial: None, role_arn: item.role_arn.clone(), otp: None };
            match self.with_device(copy, keys, &sts, roles.clone(), None).await {
                Err(refused)
                    if refused.wants_mfa() && !settings.no_mfa && (self.terminal.is_ok() || item.otp.is_some()) =>
                {
                    let found = self.find_device(&item.keys, roles.first(), &mut network).await;
                    found.map_err(|why| choice::no_device_either(refused, why))?
                }
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
            self.warn_of_no_mfa();
        }
        let origin = keys.map(|keys| keys.session.as_str());
        let codes = serial.map(|serial| self.codes(serial.clone(), item.otp, sts.clock()).of(origin));
        let typed = codes.as_ref().is_some_and(Codes::are_typed);
        let by_session =
            keep && serial.is_some() && steps.len() > 1 && matches!(steps.first(), Some(Step::Session { .. }));
        let id = item.keys.access_key_id.as_str().to_owned();
        let credentials = calls::make(sts, item.keys, &steps, codes, |session| {
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
                "aws-auth: this system offers no place but files to keep the session in: each run asks for a code",
            );
        }
        let device = serial.filter(|_| steps.iter().any(Step::needs_code)).cloned();
        let origin = Origin { kept: false, typed: device.clone().filter(|_| typed), device, by_session };
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
            Roles::OfItem(settings) if roles.is_empty() => settings.without_role(),
            _ => Ok(()),
        }
    }

    pub(super) fn sts(
        &self,
        serial: Option<&MfaSerial>,
        role: Option<&Role>,
        network: &mut Network,
    ) -> Result<Sts, Error> {
        let endpoint = endpoint_of(self.settings, serial, role)?;
        let is_first = !network.has_sts();
        let sts = network.sts(endpoint)?;
        if is_first && let Some(url) = &self.endpoint {
            stdio::note(&format!("aws-auth: asking {}, which the environment names", crate::text::quote(url)));
        }
        Ok(sts)
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
