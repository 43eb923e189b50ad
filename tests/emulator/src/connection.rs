//! The life of a connection: read a request, handle it, record it, answer, and again.

use std::io;

use crate::authorization::Authorization;
use crate::clock;
use crate::credentials;
use crate::delivery::{self, Delivery};
use crate::fault::Fault;
use crate::form;
use crate::http::{Incoming, Outgoing};
use crate::record::{Outcome, Request};
use crate::server::Server;
use crate::service::{self, Service};
use crate::state::State;
use crate::sts;
use crate::wire::{Broken, Wire};

/// Serves until the client hangs up or a fault ends it.
pub(crate) fn serve(server: &Server, wire: &mut Wire, number: usize) {
    while let Ok(true) = exchange(server, wire, number) {}
}

fn exchange(server: &Server, wire: &mut Wire, number: usize) -> io::Result<bool> {
    let mut request = match wire.read_head() {
        Ok(request) => request,
        Err(broken) => {
            return give_up(
                server,
                wire,
                Request {
                    connection: number,
                    ..Request::default()
                },
                &broken,
            );
        }
    };
    let service = service::of(&request);
    let fault = if service == Service::Sts {
        server.state().next_fault()
    } else {
        None
    };
    if matches!(fault, Some(Fault::ResetBeforeBody)) {
        server.state().requests.push(describe(&request, number));
        return delivery::deliver(Delivery::Reset, server, wire);
    }
    let body = request
        .content_length()
        .map_err(Broken::Malformed)
        .and_then(|length| wire.read_body(length));
    request.body = match body {
        Ok(body) => body,
        Err(broken) => return give_up(server, wire, describe(&request, number), &broken),
    };

    let mut record = describe(&request, number);
    let now = server.clock.now();
    let delivery = {
        let mut state = server.state();
        let delivery = match service {
            Service::Warm => {
                record.outcome = Outcome::Warm;
                Delivery::Send(
                    stamped(302, "text/html", "", now)
                        .with("Location", "https://aws.amazon.com/iam"),
                )
            }
            Service::Sts => serve_sts(&mut state, &request, &mut record, fault, now),
            Service::Unknown => {
                record.outcome = Outcome::error("UnknownOperationException");
                Delivery::Send(stamped(
                    404,
                    "text/xml",
                    "<UnknownOperationException/>\n",
                    now,
                ))
            }
        };
        state.requests.push(record);
        delivery
    };
    server.pause(server.latency());
    Ok(delivery::deliver(delivery, server, wire)? && !request.wants_close())
}

/// Serves a form sent to STS, altered or not, and notes what became of it.
fn serve_sts(
    state: &mut State,
    request: &Incoming,
    record: &mut Request,
    fault: Option<Fault>,
    now: i64,
) -> Delivery {
    let params = form::decode(&request.body);
    if let Ok(params) = &params {
        record.action = form::get(params, "Action").map(str::to_owned);
        record.params.clone_from(params);
    }
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
            (error.status, sts::error_xml(&error, &id))
        }
    };
    let answer = stamped_with(&id, status, "text/xml", &body, now);
    let Some(fault) = fault else {
        return Delivery::Send(answer);
    };
    // What only alters a success leaves a refusal as it is; a delay alters nothing.
    if altered
        || !matches!(
            fault,
            Fault::Delay(_)
                | Fault::OtherAccount
                | Fault::WithoutCredentials
                | Fault::Credentials { .. }
        )
    {
        record.outcome = Outcome::Fault;
    }
    fault.deliver(answer)
}

/// Notes a request that never came to its end, and tells the client if it is still there.
fn give_up(
    server: &Server,
    wire: &mut Wire,
    mut record: Request,
    broken: &Broken,
) -> io::Result<bool> {
    let code = match broken {
        Broken::Closed => return Ok(false),
        Broken::Incomplete => "Incomplete",
        Broken::Malformed(_) => "BadRequest",
    };
    record.outcome = Outcome::error(code);
    server.state().requests.push(record);
    if let Broken::Malformed(why) = broken {
        let answer =
            stamped(400, "text/plain", why, server.clock.now()).with("Connection", "close");
        delivery::deliver(Delivery::Send(answer), server, wire)?;
    }
    Ok(false)
}

/// What the head alone tells.
fn describe(request: &Incoming, connection: usize) -> Request {
    let authorization = request
        .header("authorization")
        .and_then(|header| Authorization::parse(header).ok());
    Request {
        connection,
        method: request.method.clone(),
        path: request.path.clone(),
        headers: request.headers.clone(),
        access_key_id: authorization
            .as_ref()
            .map(|authorization| authorization.access_key_id.to_owned()),
        region: authorization
            .as_ref()
            .map(|authorization| authorization.scope.region.to_owned()),
        session_token: request
            .headers
            .iter()
            .any(|(name, _)| name == "x-amz-security-token"),
        signed_headers: authorization
            .iter()
            .flat_map(|authorization| {
                authorization
                    .signed_headers
                    .iter()
                    .map(|&name| name.to_owned())
            })
            .collect(),
        ..Request::default()
    }
}

fn stamped(status: u16, content_type: &str, body: &str, now: i64) -> Outgoing {
    stamped_with(&credentials::request_id(), status, content_type, body, now)
}

/// An answer with the two headers that AWS always sends.
fn stamped_with(id: &str, status: u16, content_type: &str, body: &str, now: i64) -> Outgoing {
    Outgoing::new(status, content_type, body)
        .with("x-amzn-RequestId", id)
        .with("Date", clock::http_date(now))
}
