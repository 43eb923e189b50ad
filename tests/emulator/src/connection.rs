//! The life of a connection: read a request, handle it, record it, answer, and again.

use std::io;

use crate::answer::{self, stamped};
use crate::authorization::Authorization;
use crate::delivery::{self, Delivery};
use crate::fault::Fault;
use crate::http::Incoming;
use crate::record::{Outcome, Request};
use crate::server::Server;
use crate::service;
use crate::wire::{Broken, Wire};

/// Serves until the client hangs up or a fault ends it.
pub(crate) fn serve(server: &Server, wire: &mut Wire, number: usize) {
    while let Ok(true) = exchange(server, wire, number) {}
}

/// One request and its answer; whether the connection can serve another.
fn exchange(server: &Server, wire: &mut Wire, number: usize) -> io::Result<bool> {
    let unread = Request { connection: number, ..Request::default() };
    let mut request = match wire.read_head() {
        Ok(request) => request,
        Err(broken) => return give_up(server, wire, unread, &broken),
    };
    let mut record = describe(&request, unread);
    let service = service::of(&request);
    let fault = server.state().next_fault(service);
    if matches!(fault, Some(Fault::ResetBeforeBody)) {
        server.state().requests.push(record);
        return delivery::deliver(Delivery::Reset, server, wire);
    }
    let body = request.content_length().map_err(Broken::Malformed).and_then(|length| wire.read_body(length));
    request.body = match body {
        Ok(body) => body,
        Err(broken) => return give_up(server, wire, record, &broken),
    };

    // Recorded before it is answered: a test that has the answer finds the record.
    let delivery = {
        let (mut state, now) = (server.state(), server.clock.now());
        let delivery = answer::to(&mut state, service, &request, &mut record, fault, now);
        state.requests.push(record);
        delivery
    };
    server.pause(server.latency());
    Ok(delivery::deliver(delivery, server, wire)? && !request.wants_close())
}

/// Notes a request that never came to its end, and tells the client if it is still there.
fn give_up(server: &Server, wire: &mut Wire, mut record: Request, broken: &Broken) -> io::Result<bool> {
    let code = match broken {
        Broken::Closed => return Ok(false),
        Broken::Incomplete => "Incomplete",
        Broken::Malformed(_) => "BadRequest",
    };
    record.outcome = Outcome::error(code);
    server.state().requests.push(record);
    if let Broken::Malformed(why) = broken {
        let answer = stamped(400, "text/plain", why, server.clock.now()).with("Connection", "close");
        delivery::deliver(Delivery::Send(answer), server, wire)?;
    }
    Ok(false)
}

/// Adds what the head alone tells.
fn describe(request: &Incoming, mut record: Request) -> Request {
    record.method.clone_from(&request.method);
    record.path.clone_from(&request.path);
    record.headers.clone_from(&request.headers);
    record.session_token = request.headers.iter().any(|(name, _)| name == "x-amz-security-token");
    if let Some(Ok(authorization)) = request.header("authorization").map(Authorization::parse) {
        record.access_key_id = Some(authorization.access_key_id.to_owned());
        record.region = Some(authorization.scope.region.to_owned());
        record.signed_headers = authorization.signed_headers.iter().map(|&name| name.to_owned()).collect();
    }
    record
}
