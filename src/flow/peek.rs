//! What is kept of what some settings lead to. Nobody is asked: no manager, no program, nothing over the network.

use super::closed::why_closed;
use super::run::Run;
use crate::aws_files::Profiles;
use crate::backend::Identity;
use crate::error::Error;
use crate::mfa::Nobody;
use crate::sessions::{Cache, Entry, State};
use crate::settings::{Settings, Source};
use std::cell::Cell;

/// What a run with some settings would find.
#[derive(Debug)]
pub struct Peek {
    /// Why nothing is kept at all, if nothing is.
    pub closed: Option<&'static str>,
    /// The credentials that it would take.
    pub wanted: Option<Entry>,
    /// The session that would sign its calls.
    pub session: Option<Entry>,
}

/// Looks for it in the store of these settings.
pub fn peek(settings: &Settings, profiles: &Profiles) -> Result<Peek, Error> {
    peek_into(&Cache::open(settings.cache, settings.min_ttl)?, settings, profiles)
}

/// Looks for it in this store; nothing is found where the keys would have to be asked for to know.
pub fn peek_into(cache: &Cache, settings: &Settings, profiles: &Profiles) -> Result<Peek, Error> {
    let cache = cache.again(settings.cache, settings.min_ttl).insisting(settings.min_ttl_said.is_some());
    let closed = why_closed(settings, &cache);
    let run = Run {
        settings,
        profiles,
        terminal: Err(Nobody::Forbidden),
        cache,
        state: State::open(),
        user: super::run::user(),
        lost: Cell::default(),
        again: None,
    };
    let identity = match &settings.source {
        Source::Backend { name, item, params, fields } => {
            run.ask(name, item.as_deref(), params)?.with_fields(fields)?.identity()
        }
        Source::Sdk { profile } => {
            let name = profile.as_deref().or_else(|| profiles.leaf());
            let keys = name.and_then(|name| profiles.files().keys_of(name));
            keys.filter(|keys| keys.token.is_none()).map(|keys| Identity::of_key(keys.id))
        }
        Source::SignIn(sign_in) => Some(super::run::identity_of(sign_in)),
        Source::Provider(_) => None,
    };
    let Some(keys) = identity.map(|identity| run.keys(&identity)) else {
        return Ok(Peek { closed, wanted: None, session: None });
    };
    let session = run.cache.signing(&keys.session).filter(|session| session.serial.is_some() || run.borrows());
    Ok(Peek { closed, wanted: run.kept(&keys.wanted), session: session.filter(|_| keys.wanted != keys.session) })
}
