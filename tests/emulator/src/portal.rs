//! The portal of IAM Identity Center, which gives a role's credentials to whoever has signed in, and its token service.
//!
//! Source: <https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html>,
//! <https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_CreateToken.html>

use crate::credentials;
use crate::form;
use crate::http::{Incoming, Outgoing};
use crate::principal::Principal;
use crate::record::{Outcome, Request};
use crate::state::State;
use crate::{arn, clock};

/// How long a role's credentials last, in seconds.
const ROLE: i64 = 3600;
/// How long an access token lasts, in seconds.
const TOKEN: i64 = 28_800;

/// A sign-in that is good until it ends: the token that is shown at the portal, and the one that renews it once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// For the portal.
    pub access_token: String,
    /// For the token service.
    pub refresh_token: String,
}

/// Signs somebody in. What was good before is not any more.
pub(crate) fn sign_in(state: &mut State) -> SignIn {
    let sign_in = SignIn { access_token: credentials::signin_token(), refresh_token: credentials::signin_token() };
    state.sign_in = Some(sign_in.clone());
    sign_in
}

/// `GetRoleCredentials`.
pub(crate) fn role(state: &mut State, request: &Incoming, record: &mut Request, now: i64) -> Outgoing {
    record.action = Some("GetRoleCredentials".to_owned());
    let params = form::decode(request.query.as_bytes()).unwrap_or_default();
    record.params.clone_from(&params);
    let token = request.header("x-amz-sso_bearer_token");
    if state.sign_in.as_ref().is_none_or(|sign_in| token != Some(&sign_in.access_token)) {
        return refused(record, 401, "UnauthorizedException", "Session token not found or invalid");
    }
    let (account, name) = (form::get(&params, "account_id"), form::get(&params, "role_name"));
    let is_meant =
        |role: &&crate::world::Role| Some(arn::account(&role.arn)) == account && Some(arn::name(&role.arn)) == name;
    let Some(role) = state.world.roles.iter().find(is_meant).cloned() else {
        return refused(record, 403, "ForbiddenException", "No access");
    };
    record.outcome = Outcome::Ok;
    let principal = Principal::RoleSession { role, session_name: "alice@example.com".to_owned() };
    let issued = state.issue(principal.clone(), now + ROLE, &principal, "");
    let body = serde_json::json!({ "roleCredentials": {
        "accessKeyId": issued.access_key_id,
        "secretAccessKey": issued.secret_access_key,
        "sessionToken": issued.session_token,
        "expiration": (now + ROLE) * 1000,
    }});
    Outgoing::new(200, "application/json", body.to_string())
}

/// `CreateToken`, with a token that renews a sign-in: it is good once.
pub(crate) fn token(state: &mut State, request: &Incoming, record: &mut Request) -> Outgoing {
    record.action = Some("CreateToken".to_owned());
    let asked: serde_json::Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let shown = asked["refreshToken"].as_str();
    if state.sign_in.as_ref().is_none_or(|sign_in| shown != Some(&sign_in.refresh_token)) {
        return refused(record, 400, "InvalidGrantException", "Invalid refresh token provided");
    }
    record.outcome = Outcome::Ok;
    let SignIn { access_token, refresh_token } = sign_in(state);
    let body = serde_json::json!({
        "accessToken": access_token,
        "refreshToken": refresh_token,
        "tokenType": "Bearer",
        "expiresIn": TOKEN,
    });
    Outgoing::new(200, "application/json", body.to_string())
}

/// When a token of now ends, as the AWS CLI writes it down.
pub(crate) fn end(now: i64) -> String {
    clock::iso8601(now + TOKEN)
}

fn refused(record: &mut Request, status: u16, code: &'static str, message: &str) -> Outgoing {
    record.outcome = Outcome::error(code);
    let body = serde_json::json!({ "message": message, "__type": code }).to_string();
    Outgoing::new(status, "application/json", body).with("x-amzn-ErrorType", code)
}
