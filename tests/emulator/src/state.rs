//! What changes while the server runs.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Mutex;

use crate::clock;
use crate::credentials::{self, Issued};
use crate::fault::Fault;
use crate::portal::SignIn;
use crate::principal::Principal;
use crate::record::Request;
use crate::service::Service;
use crate::world::World;

/// Everything behind the one lock.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) world: World,
    /// MFA steps that were spent, by serial: a code is good once for the whole server.
    pub(crate) spent: HashSet<(String, i64)>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) signin_tokens: Vec<String>,
    /// The sign-in at the portal that is good now.
    pub(crate) sign_in: Option<SignIn>,
    pub(crate) requests: Vec<Request>,
    pub(crate) queued_faults: VecDeque<Fault>,
    pub(crate) constant_fault: Option<Fault>,
    /// What goes wrong with the next requests to IAM, by action.
    pub(crate) iam_faults: VecDeque<(String, Fault)>,
    /// Whether each of the first uses of a key that is made from now on is known everywhere already.
    pub(crate) settling: VecDeque<bool>,
    /// The same for keys that were made. Behind a lock of its own, since verifying changes nothing else.
    pub(crate) unsettled: Mutex<HashMap<String, VecDeque<bool>>>,
    /// How many lists of keys do not have the newest one yet.
    pub(crate) late_lists: usize,
    /// For the services beside STS.
    pub(crate) faults_elsewhere: VecDeque<Fault>,
    /// Whether the answer to a request that only opens a connection tells no time, as no AWS does.
    pub(crate) hides_time_at_first: bool,
    /// The longest a role's session lasts here, in seconds, whatever was asked for.
    pub(crate) role_lifetime: Option<i64>,
}

/// Temporary credentials and whom they speak for.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) issued: Issued,
    pub(crate) expires: i64,
    pub(crate) principal: Principal,
    /// The permanent key at the beginning: the session ends with it. Empty for one of the portal's, which has none.
    pub(crate) key: String,
    /// Whether the call that made it was signed with permanent keys.
    pub(crate) by_permanent_keys: bool,
}

impl State {
    /// Hands out credentials that speak for `principal` until `expires`, asked for by `caller` with the key `id`.
    pub(crate) fn issue(&mut self, principal: Principal, expires: i64, caller: &Principal, id: &str) -> Issued {
        let by_permanent_keys = matches!(caller, Principal::User(_));
        let issued = credentials::issue(clock::iso8601(expires));
        let parent = self.sessions.iter().find(|session| session.issued.access_key_id == id);
        let key = parent.map_or_else(|| id.to_owned(), |parent| parent.key.clone());
        self.sessions.push(Session { issued: issued.clone(), expires, principal, key, by_permanent_keys });
        issued
    }

    /// Notes that a key has signed something that is served.
    pub(crate) fn use_key(&mut self, id: &str, now: i64) {
        if let Some(key) = self.world.keys.iter_mut().find(|key| key.id == id) {
            key.last_used = Some(now);
        }
    }

    /// Whether this use of a key meets a server that knows it: a new one is not known everywhere at once.
    pub(crate) fn knows(&self, id: &str) -> bool {
        let mut unsettled = self.unsettled.lock().expect("nothing panics under this lock");
        unsettled.get_mut(id).and_then(VecDeque::pop_front).unwrap_or(true)
    }

    /// The fault for the next request to IAM.
    pub(crate) fn next_iam_fault(&mut self, action: &str) -> Option<Fault> {
        let place = self.iam_faults.iter().position(|(of, _)| of == action)?;
        self.iam_faults.remove(place).map(|(_, fault)| fault)
    }

    /// The fault for the next request to this service.
    pub(crate) fn next_fault(&mut self, service: Service) -> Option<Fault> {
        match service {
            Service::Sts => self.queued_faults.pop_front().or_else(|| self.constant_fault.clone()),
            Service::Iam | Service::Federation | Service::Portal | Service::Token => self.faults_elsewhere.pop_front(),
            Service::Warm | Service::Unknown => None,
        }
    }
}
