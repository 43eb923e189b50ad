//! Who signed this request, and is the signature right, complete and in time.
//!
//! The order of the checks is AWS's, because it decides which error a client sees: parts of the header, date, window,
//! `Host` signed, algorithm, credential scope, key, signature, expiry of the session.

use crate::arn;
use crate::authorization::{Authorization, Scope};
use crate::clock;
use crate::error::ApiError;
use crate::http::Incoming;
use crate::principal::Principal;
use crate::sigv4;
use crate::state::State;

/// How far a request's time may be from the server's, in seconds.
const WINDOW: i64 = 15 * 60;

/// The caller and the id of their key, once everything about the signature was checked.
pub(crate) fn caller(
    state: &State,
    request: &Incoming,
    service: &str,
    now: i64,
) -> Result<(Principal, String), ApiError> {
    let header = request.header("authorization").ok_or_else(ApiError::missing_token)?;
    let authorization = Authorization::parse(header)?;
    let date = request.header("x-amz-date").ok_or_else(|| {
        let text = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.";
        ApiError::incomplete_signature(format!("{text} Authorization={header}"))
    })?;
    in_window(date, now)?;
    necessary_headers_are_signed(request, &authorization)?;
    if authorization.algorithm != "AWS4-HMAC-SHA256" {
        let text =
            format!("Unsupported AWS 'algorithm': '{}' (only AWS4-HMAC-SHA256 for now). ", authorization.algorithm);
        return Err(ApiError::incomplete_signature(text));
    }
    scope_is_ours(&authorization.scope, date, service)?;
    let (secret, principal, expires) = find_key(state, &authorization, request.header("x-amz-security-token"))?;
    if !sigv4::is_signed_by(secret, request, &authorization) || !declared_hash_is_right(request) {
        return Err(ApiError::wrong_signature());
    }
    if expires.is_some_and(|expires| expires <= now) {
        return Err(ApiError::expired_token());
    }
    Ok((principal, authorization.access_key_id.to_owned()))
}

fn in_window(date: &str, now: i64) -> Result<(), ApiError> {
    let signed = clock::parse_amz_date(date).ok_or_else(|| {
        let text =
            format!("Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601");
        ApiError::incomplete_signature(text)
    })?;
    let (server, early, late) = (clock::amz_date(now), clock::amz_date(now - WINDOW), clock::amz_date(now + WINDOW));
    if signed < now - WINDOW {
        return Err(ApiError::signature(format!(
            "Signature expired: {date} is now earlier than {early} ({server} - 15 min.)"
        )));
    }
    if signed > now + WINDOW {
        return Err(ApiError::signature(format!(
            "Signature not yet current: {date} is still later than {late} ({server} + 15 min.)"
        )));
    }
    Ok(())
}

/// `Host` and every `X-Amz-…` header that was sent must be under the signature.
fn necessary_headers_are_signed(request: &Incoming, authorization: &Authorization) -> Result<(), ApiError> {
    let is_signed = |name: &str| authorization.signed_headers.contains(&name);
    if !is_signed("host") {
        return Err(ApiError::signature("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
    }
    let mut names = request.headers.iter().map(|(name, _)| name.as_str());
    match names.find(|name| name.starts_with("x-amz-") && !is_signed(name)) {
        Some(name) => Err(ApiError::signature(format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."))),
        None => Ok(()),
    }
}

fn scope_is_ours(scope: &Scope, date: &str, service: &str) -> Result<(), ApiError> {
    let mut wrong = Vec::new();
    if !is_region(scope.region) {
        let region = scope.region;
        wrong.push(format!("Credential should be scoped to a valid region, not '{region}'. "));
    }
    if scope.service != service {
        wrong.push(format!("Credential should be scoped to correct service: '{service}'. "));
    }
    if scope.terminator != "aws4_request" {
        let terminator = scope.terminator;
        wrong
            .push(format!("Credential should be scoped with a valid terminator: 'aws4_request', not '{terminator}'. "));
    }
    let (scoped, day) = (scope.date, &date[..8]);
    if scoped != day {
        wrong.push(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{scoped}' != '{day}', from '{date}'."
        ));
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(ApiError::signature(wrong.concat()))
}

/// `eu-central-1`, `us-gov-west-1`, `cn-north-1`: two letters, words, a number.
fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let [first, middle @ .., last] = &parts[..] else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    first.len() == 2
        && is_word(first)
        && !middle.is_empty()
        && middle.iter().all(is_word)
        && !last.is_empty()
        && last.bytes().all(|byte| byte.is_ascii_digit())
}

/// The secret behind an access key id, whom it speaks for, and until when.
fn find_key<'a>(
    state: &'a State,
    authorization: &Authorization,
    token: Option<&str>,
) -> Result<(&'a str, Principal, Option<i64>), ApiError> {
    let id = authorization.access_key_id;
    let found = if let Some(token) = token {
        let session = state.sessions.iter().find(|session| session.issued.access_key_id == id);
        let is_active = |id: &str| id.is_empty() || state.world.keys.iter().any(|key| key.id == id && key.active);
        let session = session.filter(|session| session.issued.session_token == token && is_active(&session.key));
        session.map(|session| {
            (session.issued.secret_access_key.as_str(), session.principal.clone(), Some(session.expires))
        })
    } else {
        let key = state.world.keys.iter().find(|key| key.id == id && key.active).filter(|_| state.knows(id));
        key.and_then(|key| {
            let user = state.world.users.iter().find(|user| user.arn == key.user)?;
            Some((key.secret.as_str(), Principal::User(user.clone()), None))
        })
    };
    // Each partition knows only its own keys, and the endpoint of a region belongs to one partition.
    let partition = arn::partition_of_region(authorization.scope.region);
    found.filter(|(_, principal, _)| arn::partition(&principal.arn()) == partition).ok_or_else(ApiError::invalid_token)
}

/// `X-Amz-Content-Sha256` is optional here, but it may not lie.
fn declared_hash_is_right(request: &Incoming) -> bool {
    let body = ring::digest::digest(&ring::digest::SHA256, &request.body);
    request.header("x-amz-content-sha256").is_none_or(|declared| declared == sigv4::hex(body.as_ref()))
}
