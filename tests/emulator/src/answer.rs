//! From a whole request to what is sent back, a fault included.

use crate::clock;
use crate::credentials;
use crate::delivery::Delivery;
use crate::error::ApiError;
use crate::fault::Fault;
use crate::federation;
use crate::form::{self, Params};
use crate::http::{Incoming, Outgoing};
use crate::iam;
use crate::portal;
use crate::record::{Outcome, Request};
use crate::service::Service;
use crate::state::State;
use crate::sts;

/// Serves a request and notes in `record` what became of it.
pub(crate) fn to(
    state: &mut State,
    service: Service,
    request: &Incoming,
    record: &mut Request,
    fault: Option<Fault>,
    now: i64,
) -> Delivery {
    match service {
        Service::Warm => {
            record.outcome = Outcome::Warm;
            let answer = if state.hides_time_at_first {
                Outgoing::new(302, "text/html", "")
            } else {
                stamped(302, "text/html", "", now)
            };
            Delivery::Send(answer.with("Location", "https://aws.amazon.com/iam"))
        }
        Service::Sts => from_sts(state, request, record, fault, now),
        Service::Iam => {
            let _ = note_params(request, record);
            let of_action = || record.action.as_deref().and_then(|action| state.next_iam_fault(action));
            elsewhere(fault.or_else(of_action), now, || from_iam(state, request, record, now))
        }
        Service::Federation => elsewhere(fault, now, || from_federation(state, request, record, now)),
        Service::Portal => elsewhere(fault, now, || portal::role(state, request, record, now)),
        Service::Token => elsewhere(fault, now, || portal::token(state, request, record)),
        Service::Unknown => {
            record.outcome = Outcome::error("UnknownOperationException");
            Delivery::Send(stamped(404, "text/xml", "<UnknownOperationException/>\n", now))
        }
    }
}

/// The answer of a service beside STS, or what a fault makes of it.
fn elsewhere(fault: Option<Fault>, now: i64, answer: impl FnOnce() -> Outgoing) -> Delivery {
    match fault {
        None => Delivery::Send(answer()),
        Some(fault) if fault.is_after_processing() => fault.deliver(answer()),
        Some(fault) => fault.deliver(stamped(200, "text/xml", "", now)),
    }
}

fn from_federation(state: &mut State, request: &Incoming, record: &mut Request, now: i64) -> Outgoing {
    record.action = Some("getSigninToken".to_owned());
    if let Ok(params) = form::decode(request.query.as_bytes()) {
        record.params = params;
    }
    match federation::serve(state, &request.query, now) {
        Ok(body) => {
            record.outcome = Outcome::Ok;
            stamped(200, "application/json", &body, now)
        }
        Err(error) => {
            record.outcome = Outcome::error(error.code);
            stamped(error.status, "text/html", &format!("<html>{}</html>", error.message), now)
        }
    }
}

fn from_iam(state: &mut State, request: &Incoming, record: &mut Request, now: i64) -> Outgoing {
    let params = note_params(request, record);
    let id = credentials::request_id();
    let (status, body) = match params.and_then(|params| iam::serve(state, request, &params, now, &id)) {
        Ok(body) => {
            record.outcome = Outcome::Ok;
            (200, body)
        }
        Err(error) => {
            record.outcome = Outcome::error(error.code);
            (error.status, error.xml(iam::NAMESPACE, &id))
        }
    };
    stamped_with(&id, status, "text/xml", &body, now)
}

/// Reads the form, for the service and for the record.
fn note_params(request: &Incoming, record: &mut Request) -> Result<Params, ApiError> {
    let params = form::decode(&request.body);
    if let Ok(params) = &params {
        record.action = form::get(params, "Action").map(str::to_owned);
        record.params.clone_from(params);
    }
    params
}

fn from_sts(state: &mut State, request: &Incoming, record: &mut Request, fault: Option<Fault>, now: i64) -> Delivery {
    let params = note_params(request, record);
    if let Some(fault) = fault.as_ref().filter(|fault| !fault.is_after_processing()) {
        return fault.deliver(stamped(200, "text/xml", "", now));
    }

    let id = credentials::request_id();
    let result = params.and_then(|params| sts::serve(state, request, &params, now));
    let mut altered = false;
    let (status, body) = match result {
        Ok(mut reply) => {
            record.outcome = Outcome::Ok;
            altered = fault.as_ref().is_some_and(|fault| fault.alter(&mut reply));
            (200, reply.xml(&id))
        }
        Err(error) => {
            record.outcome = Outcome::error(error.code);
            (error.status, error.xml(sts::NAMESPACE, &id))
        }
    };
    let answer = stamped_with(&id, status, "text/xml", &body, now);
    let Some(fault) = fault else { return Delivery::Send(answer) };
    if altered || fault.replaces_any_answer() {
        record.outcome = Outcome::Fault;
    }
    fault.deliver(answer)
}

/// An answer with the two headers that AWS always sends.
pub(crate) fn stamped(status: u16, content_type: &str, body: &str, now: i64) -> Outgoing {
    stamped_with(&credentials::request_id(), status, content_type, body, now)
}

fn stamped_with(id: &str, status: u16, content_type: &str, body: &str, now: i64) -> Outgoing {
    Outgoing::new(status, content_type, body).with("x-amzn-RequestId", id).with("Date", clock::http_date(now))
}
