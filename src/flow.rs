//! The run: settings, then the cache, then the manager, then the code, then STS. Data goes one way, and nothing is
//! printed before the last call has succeeded.

use crate::backend::{Fetch, Item, Wanted, registry};
use crate::cache::{Asked, Cache, Entry, Identity, Key, Memory, Put};
use crate::calls;
use crate::credentials::{MfaSerial, Otp, Partition, RoleArn, SourceKeys, TemporaryCredentials};
use crate::environment;
use crate::error::{Class, Error};
use crate::iam::Iam;
use crate::mfa::{self, Codes, Nobody};
use crate::os::tty::{Terminal, has_windows};
use crate::os::{guard, stdio};
use crate::output::Product;
use crate::plan::{Step, check_partitions, fit_a_session, from_session, plan};
use crate::profile::Profiles;
use crate::remember::Offer;
use crate::settings::{Role, Roles, Settings, Source};
use crate::state::State;
use crate::sts::{Clock, Endpoint, Network, Sts};
use crate::{device, endpoint, source};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One run: what is wanted, and what it finds around it.
struct Run<'a> {
    settings: &'a Settings,
    profiles: &'a Profiles,
    terminal: Result<Arc<Terminal>, Nobody>,
    cache: Cache,
    state: State,
    /// The endpoint that the environment names.
    endpoint: Option<String>,
    /// The user that the environment names, for CloudTrail.
    user: Option<String>,
    /// Whether something could not be kept, which is said once.
    lost: Cell<bool>,
}

/// Gets temporary credentials: kept ones, or with a kept session, or anew.
///
/// What is kept between calls of one process, where the system keeps nothing, is in `memory`.
pub async fn run(settings: &Settings, profiles: &Profiles, memory: Option<&Arc<Memory>>) -> Result<Product, Error> {
    if let Some(notice) = &settings.notice {
        stdio::note(notice);
    }
    let terminal =
        if settings.may_ask { Terminal::open().map(Arc::new).map_err(Nobody::Absent) } else { Err(Nobody::Forbidden) };
    if let Ok(terminal) = &terminal {
        guard::remember(terminal);
    }
    if matches!(settings.source, Source::Sdk { .. }) {
        source::refuse_loop(profiles)?;
    }
    let cache = Cache::open(settings.cache, settings.min_ttl).or_in(memory);
    if settings.verbose && !cache.is_open() {
        stdio::note(
            "aws-auth: nothing is kept between runs: it is switched off, or this system offers no place but files",
        );
    }
    let endpoint = endpoint::of_environment("STS")?;
    let user = environment::os("USER").map(|name| name.to_string_lossy().into_owned());
    let lost = Cell::default();
    let run = Run { settings, profiles, terminal, cache, state: State::open(), endpoint, user, lost };
    let Got { credentials, role, offer } = run.credentials().await?;
    let region = settings.region.clone().filter(|_| settings.export_region);
    Ok(Product { credentials, role, region, offer })
}

impl Run<'_> {
    async fn credentials(&self) -> Result<Got, Error> {
        match &self.settings.source {
            Source::Backend { name, item, params } => {
                let fetch = self.ask(name, item.as_deref(), params)?;
                match fetch.identity() {
                    Some(identity) => {
                        let fetch = Arc::new(fetch);
                        self.kept_or(&identity, async |network: &mut Network| self.of_manager(&fetch, network).await)
                            .await
                    }
                    // Values that are at hand are read first: the key is its own identity.
                    None => self.of_known(fetch.item(self.wanted())?, Network::default()).await,
                }
            }
            from @ (Source::Sdk { .. } | Source::Provider(_)) => {
                let mut network = Network::default();
                let region = self.settings.region_for(self.settings.mfa_serial.as_ref(), None);
                let keys = source::keys(from, self.profiles, &region, network.connector()?).await?;
                self.of_known(Item { keys, mfa_serial: None, role_arn: None, otp: None }, network).await
            }
        }
    }

    /// Asks the manager, on a thread of its own; meanwhile the connection to STS is opened.
    async fn of_manager(&self, fetch: &Arc<Fetch>, network: &mut Network) -> Result<Item, Error> {
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
        asked.await.unwrap_or_else(|_| Err(crate::error::internal("the manager was asked, and nothing came back")))
    }

    async fn of_known(&self, item: Item, network: Network) -> Result<Got, Error> {
        if item.keys.are_temporary() {
            return self.anew(item, None, network).await;
        }
        let identity = Identity::of_key(item.keys.access_key_id.as_str());
        let mut item = Some(item);
        let again = || crate::error::internal("keys at hand were asked for twice");
        self.kept_or(&identity, async |_: &mut Network| item.take().ok_or_else(again)).await
    }

    /// Looks into the cache before `fetch` asks the manager.
    async fn kept_or(
        &self,
        identity: &Identity,
        mut fetch: impl AsyncFnMut(&mut Network) -> Result<Item, Error>,
    ) -> Result<Got, Error> {
        let keys = self.keys(identity);
        if let Some(entry) = self.kept(&keys.wanted) {
            return Ok(entry.into());
        }
        // One asks for all who want a session of the same source; the others then find what it has kept.
        let lock = self.state.lock(keys.session.as_str(), &format!("credentials from {}", self.settings.source));
        if let Err(why) = &lock {
            stdio::note(&format!(
                "aws-auth: no note can be left for other runs: {why}; one that starts now asks too, and may send the same code"
            ));
        }
        if lock.as_ref().is_ok_and(|lock| lock.waited)
            && let Some(entry) = self.kept(&keys.wanted)
        {
            return Ok(entry.into());
        }
        let mut network = Network::default();
        let session = self.cache.get(&keys.session).filter(|session| session.serial.is_some());
        let Some(session) = session else {
            let item = fetch(&mut network).await?;
            return self.anew(item, Some(&keys), network).await;
        };
        // A session got for other roles does not know the item's own.
        let (roles, item) = if let Some(roles) = self.roles_with(&session) {
            (roles, None)
        } else {
            let item = fetch(&mut network).await?;
            (self.roles(item.role_arn.as_ref()), Some(item))
        };
        let of_same_key = item.as_ref().is_none_or(|item| item.keys.access_key_id.as_str() == session.source);
        if of_same_key && fit_a_session(&roles) && self.check_roles(&roles).is_ok() {
            match self.with_session(&session, roles, &keys, &mut network).await {
                // The key behind it was rotated, or AWS has ended the session otherwise.
                Err(error) if error.has_dead_keys() => self.cache.drop(&keys.session),
                made => return made,
            }
        }
        let item = match item {
            Some(item) => item,
            None => fetch(&mut network).await?,
        };
        self.anew(item, Some(&keys), network).await
    }

    /// What is kept of what is wanted. Who gives a code wants credentials with MFA.
    fn kept(&self, key: &Key) -> Option<Entry> {
        let with_code = self.settings.token_code.is_some() || self.settings.token_from.is_some();
        self.cache.get(key).filter(|entry| entry.serial.is_some() || !with_code)
    }

    /// The names under which the wanted credentials and the session are kept.
    fn keys(&self, identity: &Identity) -> Keys {
        let settings = self.settings;
        let asked = Asked {
            serial: settings.mfa_serial.as_ref().map(MfaSerial::as_str),
            region: settings.region.as_deref(),
            user: self.user.as_deref(),
            endpoint: self.endpoint.as_deref().or(settings.legacy_endpoint.then_some("legacy")),
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
        Keys { wanted, session }
    }

    /// The wanted roles, as far as they are known beside a kept session.
    fn roles_with(&self, session: &Entry) -> Option<Vec<Role>> {
        match &self.settings.roles {
            Roles::Given(roles) => Some(roles.clone()),
            Roles::OfItem(_) => session.item_role.as_ref().map(|arn| self.roles(Some(arn))),
        }
    }

    /// The wanted roles, where the item names this one.
    fn roles(&self, of_item: Option<&RoleArn>) -> Vec<Role> {
        match &self.settings.roles {
            Roles::Given(roles) => roles.clone(),
            Roles::OfItem(settings) => {
                of_item.map(|arn| Role { arn: arn.clone(), settings: settings.clone() }).into_iter().collect()
            }
        }
    }

    /// Refuses what only a role can have where there is none.
    fn check_roles(&self, roles: &[Role]) -> Result<(), Error> {
        match &self.settings.roles {
            Roles::OfItem(settings) if roles.is_empty() => settings.without_role(),
            _ => Ok(()),
        }
    }

    async fn with_session(
        &self,
        session: &Entry,
        roles: Vec<Role>,
        keys: &Keys,
        network: &mut Network,
    ) -> Result<Got, Error> {
        check_partitions(session.serial.as_ref(), &roles)?;
        let role = roles.last().map(|role| role.arn.clone());
        let credentials = if roles.is_empty() {
            session.credentials.clone()
        } else {
            let sts = self.sts(session.serial.as_ref(), roles.first(), network)?;
            let steps: Vec<Step> = from_session(roles).collect();
            calls::make(&sts, session.credentials.as_source(), &steps, None, |_| {}).await?
        };
        self.keep(&keys.wanted, &credentials, &session.source, session.serial.as_ref(), role.clone(), None);
        Ok(Got { credentials, role, offer: None })
    }

    /// Makes all calls. What they give is kept under `keys`, if there are any. Where a code is clearly needed and
    /// nobody has named the device, AWS is asked for it.
    async fn anew(&self, mut item: Item, keys: Option<&Keys>, mut network: Network) -> Result<Got, Error> {
        let settings = self.settings;
        let roles = self.roles(item.role_arn.as_ref());
        self.check_roles(&roles)?;
        let serial = settings.mfa_serial.clone().or(item.mfa_serial.take());
        check_partitions(serial.as_ref(), &roles)?;
        let sts = self.sts(serial.as_ref(), roles.first(), &mut network)?;
        if serial.is_some() {
            return self.with_device(item, keys, &sts, roles, serial.as_ref()).await;
        }
        let serial = if settings.token_code.is_some() {
            self.find_device(&item.keys, roles.first(), &mut network).await?
        } else {
            // A copy of the keys lasts no longer than this call: where a person is waited for, there is one.
            let copy = Item { keys: item.keys.clone(), mfa_serial: None, role_arn: item.role_arn.clone(), otp: None };
            match self.with_device(copy, keys, &sts, roles.clone(), None).await {
                Err(refused) if refused.wants_mfa() && (self.terminal.is_ok() || item.otp.is_some()) => {
                    let found = self.find_device(&item.keys, roles.first(), &mut network).await;
                    found.map_err(|why| no_device_either(refused, why))?
                }
                done => return done,
            }
        };
        let got = self.with_device(item, keys, &sts, roles, Some(&serial)).await?;
        Ok(Got { offer: self.offer(serial), ..got })
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
        let codes = serial.map(|serial| self.codes(serial.clone(), item.otp, sts.clock()));
        let typed = codes.as_ref().is_some_and(Codes::are_typed);
        let id = item.keys.access_key_id.as_str().to_owned();
        let credentials = calls::make(sts, item.keys, &steps, codes, |session| {
            // Without MFA it is worth no role's while.
            if let Some(keys) = keys.filter(|keys| serial.is_some() || keys.wanted == keys.session) {
                self.keep(&keys.session, session, &id, serial, None, item.role_arn.clone());
            }
        })
        .await?;
        if let Some(keys) = keys.filter(|keys| keys.wanted != keys.session) {
            self.keep(&keys.wanted, &credentials, &id, serial, role.clone(), None);
        }
        if typed && self.settings.cache && !self.cache.is_open() && self.state.is_first("nothing-kept", "") {
            stdio::note(
                "aws-auth: this system offers no place but files to keep the session in: each run asks for a code",
            );
        }
        Ok(Got { credentials, role, offer: None })
    }

    /// Asks IAM for the user's device, and a person which, if there are several.
    async fn find_device(
        &self,
        keys: &SourceKeys,
        role: Option<&Role>,
        network: &mut Network,
    ) -> Result<MfaSerial, Error> {
        if keys.are_temporary() {
            return Err(Error::new(Class::Config, "there is a token code, and the keys are temporary")
                .because("they carry their MFA with them, or have none: AWS takes a code with permanent keys only")
                .hint("leave the code out, or name where your permanent keys are with --from"));
        }
        let partition = Partition::of_region(&self.settings.region_for(None, role.map(|role| &role.arn)));
        let iam = Iam::new(network.connector()?, &partition, network.clock())?;
        let serials = iam.mfa_devices(keys).await?;
        device::choose(&serials, self.terminal.as_deref().map_err(|nobody| *nobody))
    }

    /// The device has served: it need not be searched for again. Offered once.
    fn offer(&self, serial: MfaSerial) -> Option<Offer> {
        if !self.state.is_first("mfa-serial", serial.as_str()) {
            return None;
        }
        let profile = self.profiles.selected().map(str::to_owned).zip(self.terminal.clone().ok());
        Some(Offer { serial, profile, source: self.settings.source.clone() })
    }

    fn keep(
        &self,
        key: &Key,
        credentials: &TemporaryCredentials,
        source: &str,
        serial: Option<&MfaSerial>,
        role: Option<RoleArn>,
        item_role: Option<RoleArn>,
    ) {
        let label = self.settings.source.to_string();
        let entry = Entry { role, item_role, ..Entry::new(credentials, source, serial, label) };
        let why = match self.cache.put(key, &entry) {
            Some(Put::Full) => "other keys have used up the room that the kernel gives this user",
            Some(Put::Refused) => "the kernel refuses",
            Some(Put::Kept) | None => return,
        };
        if !self.lost.replace(true) {
            stdio::note(&format!("aws-auth: nothing can be kept for the next run: {why}"));
        }
    }

    fn sts(&self, serial: Option<&MfaSerial>, role: Option<&Role>, network: &mut Network) -> Result<Sts, Error> {
        let region = self.settings.region_for(serial, role.map(|role| &role.arn));
        let endpoint = Endpoint::new(region, self.endpoint.clone(), self.settings.legacy_endpoint);
        let is_first = !network.has_sts();
        let sts = network.sts(endpoint)?;
        if is_first && let Some(url) = &self.endpoint {
            stdio::note(&format!("aws-auth: asking {}, which the environment names", crate::text::quote(url)));
        }
        Ok(sts)
    }

    /// What is to be asked of the manager: what is known already is not.
    fn wanted(&self) -> Wanted {
        Wanted {
            mfa_serial: self.settings.mfa_serial.is_none(),
            role_arn: matches!(self.settings.roles, Roles::OfItem(_)),
            otp: self.settings.token_code.is_none() && self.settings.token_from.is_none(),
        }
    }

    fn codes(&self, serial: MfaSerial, otp: Option<Otp>, clock: Clock) -> Codes {
        let settings = self.settings;
        let source = match (&settings.token_code, &settings.token_from, otp) {
            (Some(code), ..) => mfa::Source::Given(code.clone()),
            (None, Some(from), _) => {
                mfa::Source::Elsewhere { from: from.clone(), terminal: self.terminal.clone().ok(), quiet: self.quiet() }
            }
            (None, None, Some(otp)) => {
                if self.state.is_first("both-factors", &settings.source.to_string()) {
                    stdio::note(
                        "aws-auth: the MFA device is in the same item as the keys: whoever opens it has both factors",
                    );
                }
                match otp {
                    Otp::Secret(totp) => mfa::Source::Computed(totp),
                    Otp::Code(code) => mfa::Source::Given(code),
                }
            }
            (None, None, None) => mfa::Source::Typed { terminal: self.terminal.clone(), hidden: settings.hide_code },
        };
        Codes::new(serial, source, self.state.clone(), clock)
    }

    /// Prepares to ask a manager; what it needs to know beside the item may stand in the profile, as `aws_auth_NAME`.
    fn ask(&self, name: &str, item: Option<&str>, params: &BTreeMap<String, String>) -> Result<Fetch, Error> {
        let entry = registry::find(name)?;
        let manifest = entry.parse()?;
        let mut params = params.clone();
        for param in manifest.params.keys() {
            if let Some(value) = self.profiles.inherited(&format!("aws_auth_{param}")) {
                params.entry(param.clone()).or_insert_with(|| value.to_owned());
            }
        }
        Fetch::of(manifest, entry.text, item, &params, self.terminal.clone().ok(), self.quiet())
    }

    /// Whether a manager must not ask anything: it was forbidden, or there is nowhere to ask.
    fn quiet(&self) -> bool {
        !self.settings.may_ask || (self.terminal.is_err() && !has_windows())
    }
}

/// The refusal of a role, which was probably for want of a code, when no device for one was found either.
fn no_device_either(refused: Error, why: Error) -> Error {
    // Whoever was asked and gave no answer knows of the rest.
    if matches!(why.class(), Class::Cancelled | Class::NoTerminal) {
        return why;
    }
    let reason = why.reason();
    refused.hint(format!("the role probably requires MFA, and your device was not found: {reason}"))
}

/// What a run has got.
struct Got {
    credentials: TemporaryCredentials,
    /// Whose they are; none for a session of the user's own.
    role: Option<RoleArn>,
    offer: Option<Offer>,
}

impl From<Entry> for Got {
    fn from(entry: Entry) -> Self {
        Self { credentials: entry.credentials, role: entry.role, offer: None }
    }
}

/// The names under which results are kept; they are one where a session is all that is wanted.
struct Keys {
    wanted: Key,
    session: Key,
}
