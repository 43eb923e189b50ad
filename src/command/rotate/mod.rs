//! `aws-auth rotate`: a new access key in the place of the old one, inside the manager's own item.

mod age;
mod tell;

use super::{fetch, question, told};
use crate::aws::Network;
use crate::aws::iam::Listed;
use crate::aws::sts::Sts;
use crate::aws_files::Profiles;
use crate::backend::field::Field;
use crate::backend::registry;
use crate::backend::write::{Held, Store};
use crate::cli::{Request, Rotate};
use crate::credentials::{AccessKeyId, Caller, MfaSerial, Otp, SourceKeys, trim};
use crate::error::{Class, Error, internal};
use crate::flow;
use crate::keys::look::Stand;
use crate::keys::{Rotation, session};
use crate::mfa::{self, Nobody};
use crate::os::tty::{Terminal, has_windows};
use crate::os::{guard, runtime, stdio};
use crate::sessions::{Record, State};
use crate::settings::{LEAST_TTL, Roles, Settings, Source};
use secrecy::ExposeSecret;
use std::sync::Arc;

/// Goes on where the last run ended, or begins.
pub fn run(rotate: &Rotate) -> Result<(), Error> {
    let request = Request {
        from: rotate.from.clone(),
        item: rotate.item.clone(),
        params: rotate.params.clone(),
        fields: rotate.fields.clone(),
        profile: rotate.profile.clone(),
        token_code: rotate.token_code.clone(),
        token_from: rotate.token_from.clone(),
        no_input: rotate.no_input,
        ..Request::default()
    };
    let (settings, profiles) = fetch::settings(&request, LEAST_TTL)?;
    let least = rotate.if_older_than.as_deref().map(age::parse).transpose()?;
    let terminal =
        if rotate.no_input { Err(Nobody::Forbidden) } else { Terminal::open().map(Arc::new).map_err(Nobody::Absent) };
    if let Ok(terminal) = &terminal {
        guard::remember(terminal);
    }
    let store = open(&settings, &profiles, terminal.clone().ok())?;
    let typed = |verb| {
        let (profile, from, item) = (rotate.profile.as_deref(), rotate.from.as_deref(), rotate.item.as_deref());
        told::same_item(verb, profile, from, item, &rotate.params)
    };
    if !store.can_write() {
        let Source::Backend { name, .. } = &settings.source else { return Err(internal("a store without a manager")) };
        return Err(tell::by_hand(&store, name, &typed("--no-cache")));
    }
    let name = format!("rotate {}", store.name());
    let _lock = State::open_for_all().lock(&name, &format!("a new key into {}", store.name()))?;
    store.check_held()?;
    let held = whole(&store)?;
    let run = Run { rotate, settings: &settings, terminal, store: &store, held: &held, least, typed: typed("rotate") };
    runtime::wait(run.go())
}

/// The key that the item holds. A run that was ended between two entries has left the id of the key in the sibling and the
/// secret of another: that is finished first, since AWS takes no such pair.
fn whole(store: &Store) -> Result<Held, Error> {
    let held = store.held()?;
    if !held.is_apart() {
        return Ok(held);
    }
    let other = |keys: &SourceKeys| {
        keys.access_key_id == held.keys.access_key_id
            && keys.secret_access_key.expose_secret() != held.keys.secret_access_key.expose_secret()
    };
    let Some(keys) = store.beside()?.filter(other) else { return Ok(held) };
    store.finish(&held, &keys)?;
    store.held()
}

/// One run of the command.
struct Run<'a> {
    rotate: &'a Rotate,
    settings: &'a Settings,
    terminal: Result<Arc<Terminal>, Nobody>,
    store: &'a Store,
    held: &'a Held,
    /// The age in seconds below which nothing is done.
    least: Option<u64>,
    /// How the same rotation is typed, without what it is to do.
    typed: String,
}

impl Run<'_> {
    async fn go(&self) -> Result<(), Error> {
        let mut network = Network::new(&self.settings.reach);
        let found = &self.held.fields;
        let of_item = found.get(&Field::MfaSerial).and_then(|serial| MfaSerial::new(serial.expose_secret()).ok());
        let serial = self.settings.mfa_serial.clone().or(of_item);
        let sts = self.sts(&mut network, serial.as_ref())?;
        let caller = sts.caller(&self.held.keys).await.map_err(|error| tell::dead(error, self.store))?;
        let Some(user) = caller.user() else { return Err(tell::no_user(&caller)) };
        self.check_account(&caller)?;
        if self.terminal.is_ok() {
            // Before a code is asked for.
            stdio::note(&format!(
                "aws-auth: {} holds the access key {} of {caller}",
                self.store.name(),
                self.held.keys.access_key_id
            ));
        }
        let iam = network.iam(&caller.partition())?;
        let rotation = Rotation {
            store: self.store,
            sts: &sts,
            iam: &iam,
            caller: &caller,
            user,
            held: self.held,
            session: &self.held.keys,
        };
        if serial.is_some() && self.is_young_without_code(&rotation).await? {
            return Ok(());
        }
        let otp = found.get(&Field::Otp).and_then(|otp| Otp::new(otp.expose_secret()).ok());
        let otp = match &serial {
            Some(serial) => mfa::of_device(otp, serial, &self.settings.source),
            None => otp,
        };
        let signed = session(&sts, &self.held.keys, serial, self.codes(otp), State::open()).await?;
        let rotation = Rotation { session: &signed, ..rotation };
        self.step(&rotation).await
    }

    /// Refuses a key of another account than the expected one. Where a role is assumed with it, what is said of the end is
    /// said of the role's account.
    fn check_account(&self, caller: &Caller) -> Result<(), Error> {
        let (expected, account) = (&self.settings.expected, caller.account());
        expected.check_source(account, &caller.to_string())?;
        let ends_with_the_key = match &self.settings.roles {
            Roles::Given(roles) => roles.is_empty(),
            Roles::OfItem(_) => {
                self.held.fields.get(&Field::RoleArn).is_none_or(|arn| trim(arn.expose_secret()).is_empty())
            }
        };
        if ends_with_the_key { expected.check_end(account, &caller.to_string()) } else { Ok(()) }
    }

    /// Whether the user's one key is younger than what is asked for, and that is told: nobody is asked for a code then, where
    /// AWS lists the keys without one.
    async fn is_young_without_code(&self, rotation: &Rotation<'_>) -> Result<bool, Error> {
        if self.least.is_none() {
            return Ok(false);
        }
        let listed = match rotation.listed().await {
            Err(error) if error.class() == Class::Denied => return Ok(false),
            listed => listed?,
        };
        Ok(listed.len() == 1 && self.is_left_young(rotation, &listed))
    }

    /// Does what is to be done next, and what follows from it.
    async fn step(&self, rotation: &Rotation<'_>) -> Result<(), Error> {
        let listed = rotation.listed().await?;
        let record = Record::read(rotation.caller)?;
        let stand = rotation.stand(&listed, record.as_ref()).await?;
        let mut record = record.unwrap_or_else(|| Record::begin(&self.held.keys.access_key_id, rotation.now()));
        let held = &self.held.keys.access_key_id;
        let stand = match stand {
            Stand::Undone { new } => {
                rotation.undone(&new, held)?;
                if self.rotate.undo {
                    tell::put_back(self.store, held, &new, &self.typed);
                    return Ok(());
                }
                record = Record::back(held, &new, rotation.now());
                Stand::Retire { old: new }
            }
            stand => stand,
        };
        if self.rotate.undo {
            return self.undo(rotation, &stand, record).await;
        }
        match stand {
            Stand::Begin if self.rotate.delete_old => {
                stdio::say("aws-auth: there is no old key to delete");
                Ok(())
            }
            Stand::Begin => self.begin(rotation, &listed).await,
            Stand::Replace { new } => {
                stdio::say(&format!("aws-auth: going on with the new key {new}, which an earlier run has made"));
                let keys = self.store.beside()?.filter(|keys| keys.access_key_id == new);
                let keys = keys.ok_or_else(|| tell::stranger_sibling(self.store))?;
                self.replace(rotation, &keys, record).await
            }
            // Somebody wanted it back, and who only asks for an age has not heard otherwise.
            Stand::Retire { old }
                if record.is_wanted_back() && is_active(&listed, &old) && self.is_young(rotation, &listed) =>
            {
                tell::left_active(&old, held, record.undone, &self.typed);
                Ok(())
            }
            Stand::Retire { old } => self.retire(rotation, &old, record).await,
            Stand::Retired { old, since } => self.retired(rotation, &listed, &old, since).await,
            Stand::Lost { id } => {
                let question = format!(
                    "The key {id} was made by a run that was ended before it could keep the secret, and was never used. Delete it"
                );
                let what = format!("the key {id} fills the quota of two, and nobody has its secret");
                let terminal = self.terminal.as_deref().ok();
                if !question::yes(terminal, self.rotate.yes, &question, &what)? {
                    return Err(question::declined(&what));
                }
                rotation.delete(&id).await?;
                self.begin(rotation, &rotation.listed().await?).await
            }
            // It was noted above.
            Stand::Undone { .. } => Ok(()),
            Stand::Stranger { other } => {
                let mut used = Vec::new();
                for key in &listed {
                    used.push((key.clone(), rotation.iam.last_used(rotation.session, &key.id).await?));
                }
                Err(tell::stranger(&other, &used))
            }
        }
    }

    /// The item holds what it is to hold. After an undoing that is not the newer of the two.
    async fn retire(&self, rotation: &Rotation<'_>, old: &AccessKeyId, record: Record) -> Result<(), Error> {
        let held = &self.held.keys.access_key_id;
        let undone = record.undone;
        stdio::say(&tell::left_to_retire(held, old, undone));
        let has_sibling = self.store.beside()?.is_some();
        rotation.retire(old, record, has_sibling).await?;
        tell::done(self.store, held, old, undone, &self.typed);
        Ok(())
    }

    /// An old key is inactive: it goes when its time has come, and then there is room.
    async fn retired(
        &self,
        rotation: &Rotation<'_>,
        listed: &[Listed],
        old: &AccessKeyId,
        since: u64,
    ) -> Result<(), Error> {
        if self.rotate.delete_old {
            rotation.delete(old).await?;
            stdio::say(&format!("aws-auth: the old key {old} is deleted"));
            return Ok(());
        }
        let Some(left) = rotation.kept_for(since) else {
            rotation.delete(old).await?;
            stdio::say(&format!("aws-auth: the key {old}, which the last rotation left inactive, is deleted"));
            let rest: Vec<Listed> = listed.iter().filter(|key| key.id != *old).cloned().collect();
            return self.begin(rotation, &rest).await;
        };
        if self.is_left_young(rotation, listed) {
            return Ok(());
        }
        Err(tell::too_early(old, left, &self.typed))
    }

    /// Whether the item's key is younger than what is asked for.
    fn is_young(&self, rotation: &Rotation<'_>, listed: &[Listed]) -> bool {
        let age = age::of(listed, &self.held.keys.access_key_id, rotation.now());
        self.least.is_some_and(|least| age.is_some_and(|age| age < least))
    }

    /// The same, and it is told.
    fn is_left_young(&self, rotation: &Rotation<'_>, listed: &[Listed]) -> bool {
        let young = self.is_young(rotation, listed);
        if young {
            tell::young(self.store, age::of(listed, &self.held.keys.access_key_id, rotation.now()));
        }
        young
    }

    async fn begin(&self, rotation: &Rotation<'_>, listed: &[Listed]) -> Result<(), Error> {
        if self.is_left_young(rotation, listed) {
            return Ok(());
        }
        let (new, record) = rotation.create().await?;
        self.replace(rotation, &new, record).await
    }

    async fn replace(&self, rotation: &Rotation<'_>, new: &SourceKeys, mut record: Record) -> Result<(), Error> {
        rotation.replace(new, &mut record).await?;
        let old = &self.held.keys.access_key_id;
        rotation.retire(old, record, true).await?;
        tell::done(self.store, &new.access_key_id, old, false, &self.typed);
        Ok(())
    }

    async fn undo(&self, rotation: &Rotation<'_>, stand: &Stand, record: Record) -> Result<(), Error> {
        match stand {
            Stand::Replace { new } => {
                rotation.give_up(new).await?;
                tell::given_up(self.store, new);
                Ok(())
            }
            Stand::Retired { old, .. } | Stand::Retire { old } => {
                if rotation.undo(old, record).await? {
                    tell::put_back(self.store, old, &self.held.keys.access_key_id, &self.typed);
                } else {
                    tell::revived(self.store, old, &self.typed);
                }
                Ok(())
            }
            _ => Err(Error::new(Class::Config, "there is nothing to undo")
                .because("no key is left of an earlier rotation of this item")
                .hint("see the keys with: aws iam list-access-keys")),
        }
    }

    fn sts(&self, network: &mut Network, serial: Option<&MfaSerial>) -> Result<Sts, Error> {
        let region = self.settings.region_for(serial, None);
        network.sts(region)
    }

    fn codes(&self, otp: Option<Otp>) -> mfa::Source {
        let quiet = self.rotate.no_input || (self.terminal.is_err() && !has_windows());
        match (&self.settings.token_code, &self.settings.token_from, otp) {
            (Some(code), ..) => mfa::Source::Given(code.clone()),
            (None, Some(from), _) => {
                mfa::Source::Elsewhere { from: from.clone(), terminal: self.terminal.clone().ok(), quiet }
            }
            (None, None, Some(Otp::Secret(totp))) => mfa::Source::Computed(totp),
            (None, None, Some(Otp::Code(code))) => mfa::Source::Given(code),
            (None, None, None) => mfa::Source::Typed { terminal: self.terminal.clone(), hidden: false },
        }
    }
}

/// Whether AWS takes this key.
fn is_active(listed: &[Listed], id: &AccessKeyId) -> bool {
    listed.iter().any(|key| key.id == *id && key.active)
}

/// The store of the item that the settings name.
fn open(settings: &Settings, profiles: &Profiles, terminal: Option<Arc<Terminal>>) -> Result<Store, Error> {
    let Source::Backend { name, item, params, fields } = &settings.source else {
        return Err(Error::new(Class::Config, "there is no item whose key could be rotated")
            .because(format!("keys come from {}", settings.source))
            .hint("name the manager and the item, as in: aws-auth rotate --from pass --item work"));
    };
    let params = flow::of_profile(profiles, &registry::find(name)?.parse()?, params)?;
    let quiet = !settings.may_ask || (terminal.is_none() && !has_windows());
    Store::open(name, item.as_deref(), &params, terminal, quiet)?.with_fields(fields)
}
