//! Why AWS gave no answer that counts: who did answer, if anybody, and what it said.

use super::attempt::Attempt;
use super::document::Flaw;
use super::proxy::Refusal;
use super::tries::{DEADLINE, Setback};
use super::trouble;
use crate::error::{Class, Error};
use crate::text::{error_chain, quote};
use aws_smithy_runtime_api::client::result::ConnectorError;
use std::fmt::Display;

/// What a refusal by AWS means for another try.
#[must_use]
pub fn setback_of(status: u16, code: Option<&str>, message: &str) -> Setback {
    if trouble::is_clock(code.unwrap_or_default(), message) {
        return Setback::Clock;
    }
    trouble::passing(status, code).map_or(Setback::Final, Setback::Troubled)
}

/// What the want of an answer means for another try.
#[must_use]
pub fn setback(failure: Option<&ConnectorError>, attempt: &Attempt) -> Setback {
    match (attempt.status(), attempt.has_begun()) {
        (Some(status), _) => trouble::passing(status, None).map_or(Setback::Final, Setback::Troubled),
        (None, true) => Setback::Lost,
        (None, false) => Setback::Unsent { passing: failure.is_some_and(is_passing) },
    }
}

/// Whether a connection that could not be opened may be in a moment.
fn is_passing(failure: &ConnectorError) -> bool {
    match cause::<Refusal>(failure) {
        Some(refusal) => refusal.is_passing(),
        // A certificate stays what it is.
        None => (failure.is_io() || failure.is_timeout()) && !error_chain(failure).contains("certificate"),
    }
}

/// Tells why there is no answer of `whom`.
pub fn explain(failure: Option<&ConnectorError>, attempt: &Attempt, whom: &dyn Display) -> Error {
    if let Some(status) = attempt.status().filter(|status| !(200..300).contains(status)) {
        return match trouble::passing(status, None) {
            Some(_) => troubled(whom, &trouble::of_status(status)),
            None => unusable(whom, &trouble::of_status(status)),
        };
    }
    if let Some(refusal) = failure.and_then(cause::<Refusal>) {
        return unreached(whom, &refusal.to_string()).hint(refusal.hint());
    }
    if let Some(flaw) = failure.and_then(cause::<Flaw>) {
        return unusable(whom, &flaw.to_string());
    }
    let why =
        failure.map_or_else(|| "the connection failed".into(), |failure| without_passwords(&error_chain(failure)));
    let error = if attempt.has_begun() { unusable(whom, &why) } else { unreached(whom, &why) };
    if why.contains("certificate") && (why.contains("expired") || why.contains("not valid yet")) {
        return error.hint("check this machine's date first; then the network, HTTPS_PROXY and AWS_CA_BUNDLE");
    }
    error
}

/// There was no answer of `whom` in time; an earlier try may have been answered with a trouble.
#[must_use]
pub fn late(whom: &dyn Display, trouble: Option<&str>) -> Error {
    let seconds = DEADLINE.as_secs();
    let why = match trouble {
        Some(trouble) => format!("it answered {trouble}, and nothing more within {seconds} seconds"),
        None => format!("no answer within {seconds} seconds"),
    };
    unusable(whom, &why)
}

/// AWS has trouble of its own.
#[must_use]
pub fn troubled(whom: &dyn Display, why: &str) -> Error {
    unusable(whom, why).hint("AWS has trouble of its own: wait a little, then run this again")
}

/// What `whom` answered is of no use.
#[must_use]
pub fn unusable(whom: &dyn Display, why: &str) -> Error {
    Error::new(Class::Unavailable, format!("{whom} gave no usable answer")).because(why).hint(NETWORK)
}

fn unreached(whom: &dyn Display, why: &str) -> Error {
    Error::new(Class::Unavailable, format!("{whom} was not reached")).because(why).hint(NETWORK)
}

const NETWORK: &str = "check the network, HTTPS_PROXY and AWS_CA_BUNDLE, then run this again";

/// The cause of this type, if there is one.
fn cause<E: std::error::Error + 'static>(error: &ConnectorError) -> Option<&E> {
    let causes = std::iter::successors(Some(error as &(dyn std::error::Error + 'static)), |error| error.source());
    causes.into_iter().find_map(|error| error.downcast_ref())
}

/// Hides `user:password@` in the URLs of a message: a proxy's URL may hold them.
fn without_passwords(message: &str) -> String {
    let hide = |word: &str| match (word.find("://"), word.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &word[..scheme], &word[at..]),
        _ => word.to_owned(),
    };
    quote(&message.split(' ').map(hide).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r68_a_proxys_password_is_not_told() {
        let told = without_passwords("connect to http://me:CANARY@proxy:3128 failed");
        assert_eq!(told, "connect to http://…@proxy:3128 failed");
    }
}
