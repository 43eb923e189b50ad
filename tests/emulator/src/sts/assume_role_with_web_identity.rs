//! `AssumeRoleWithWebIdentity`: a role's credentials for a token of another provider. Nobody signs the request.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html>

use super::reply::{Body, Reply};
use super::rules;
use crate::constraint::Constraints;
use crate::error::ApiError;
use crate::form;
use crate::principal::{self, Principal};
use crate::state::State;

/// The one token that is taken, as far as a text can be one.
pub const TOKEN: &str = "header.good-token.signature";
const DEFAULT_DURATION: i64 = 3600;

pub(super) fn run(state: &mut State, params: &[(String, String)], now: i64) -> Result<Reply, ApiError> {
    let mut constraints = Constraints::new(params);
    let role_arn = constraints.required("RoleArn", &rules::ARN);
    let session_name = constraints.required("RoleSessionName", &rules::NAME);
    let duration = constraints.number("DurationSeconds", 900, 43_200)?.unwrap_or(DEFAULT_DURATION);
    constraints.finish()?;
    if form::get(params, "WebIdentityToken") != Some(TOKEN) {
        return Err(ApiError::new(400, "InvalidIdentityToken", "No OpenIDConnect provider found in your account"));
    }
    let role = state.world.roles.iter().find(|role| role.arn == role_arn && !role.requires_mfa).cloned();
    let role =
        role.ok_or_else(|| ApiError::access_denied("Not authorized to perform sts:AssumeRoleWithWebIdentity"))?;
    let (arn, id) = (principal::assumed_role_arn(role_arn, session_name), format!("{}:{session_name}", role.id));
    let session = Principal::RoleSession { role, session_name: session_name.to_owned() };
    let credentials = Some(state.issue(session.clone(), now + duration, &session, ""));
    let body = Body::Role { credentials, arn, id, source_identity: None, restricted: false };
    Ok(Reply::new("AssumeRoleWithWebIdentity", body))
}
