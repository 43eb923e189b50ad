//! Which service a request is for. One endpoint serves them all, so the path and the credential scope decide.

use crate::authorization::Authorization;
use crate::http::Incoming;

/// What a request asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Service {
    /// An unsigned `GET /`: the real STS redirects it to its web page; clients use it to open a connection early.
    Warm,
    /// The security token service.
    Sts,
    /// Identity and access management.
    Iam,
    /// Sign-in tokens for the console.
    Federation,
    /// The portal of IAM Identity Center.
    Portal,
    /// Its token service.
    Token,
    /// Nothing here.
    Unknown,
}

/// Decides by the head alone.
pub(crate) fn of(request: &Incoming) -> Service {
    let is_form = || {
        let media_type = request.header("content-type").and_then(|value| value.split(';').next());
        media_type.is_some_and(|value| value.trim() == "application/x-www-form-urlencoded")
    };
    let is_for_iam = || {
        let authorization = request.header("authorization").map(Authorization::parse);
        matches!(authorization, Some(Ok(authorization)) if authorization.scope.service == "iam")
    };
    match (request.method.as_str(), request.path.as_str()) {
        ("GET" | "HEAD", "/") if request.query.is_empty() && request.header("authorization").is_none() => Service::Warm,
        ("GET", "/federation") => Service::Federation,
        ("GET", "/federation/credentials") => Service::Portal,
        ("POST", "/token") => Service::Token,
        ("POST", "/") if is_form() && is_for_iam() => Service::Iam,
        ("POST", "/") if is_form() => Service::Sts,
        _ => Service::Unknown,
    }
}
