//! What changes while the server runs.

use std::collections::{HashSet, VecDeque};

use crate::clock;
use crate::credentials::{self, Issued};
use crate::fault::Fault;
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
    pub(crate) requests: Vec<Request>,
    pub(crate) queued_faults: VecDeque<Fault>,
    pub(crate) constant_fault: Option<Fault>,
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
    /// Whether the call that made it was signed with permanent keys.
    pub(crate) by_permanent_keys: bool,
}

impl State {
    /// Hands out credentials that speak for `principal` until `expires`, asked for by `caller`.
    pub(crate) fn issue(&mut self, principal: Principal, expires: i64, caller: &Principal) -> Issued {
        let by_permanent_keys = matches!(caller, Principal::User(_));
        let issued = credentials::issue(clock::iso8601(expires));
        self.sessions.push(Session { issued: issued.clone(), expires, principal, by_permanent_keys });
        issued
    }

    /// The fault for the next request to this service.
    pub(crate) fn next_fault(&mut self, service: Service) -> Option<Fault> {
        match service {
            Service::Sts => self.queued_faults.pop_front().or_else(|| self.constant_fault.clone()),
            Service::Iam | Service::Federation => self.faults_elsewhere.pop_front(),
            Service::Warm | Service::Unknown => None,
        }
    }
}
