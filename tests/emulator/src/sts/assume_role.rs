//! `AssumeRole`: temporary credentials of a role.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>

use super::reply::{Body, Reply};
use super::{Call, rules};
use crate::arn;
use crate::constraint::Constraints;
use crate::error::ApiError;
use crate::form;
use crate::mfa;
use crate::principal::{self, Principal};
use crate::state::State;
use crate::world::Role;

const DEFAULT_DURATION: i64 = 3600;
const LONGEST_CHAINED: i64 = 3600;

pub(super) fn run(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let Asked { role: role_arn, session_name, duration } = read(call.params)?;
    if !arn::is_role(role_arn) {
        return Err(ApiError::validation(format!("{role_arn} is invalid")));
    }
    let mfa = mfa::check(state, &call.caller, call.params, call.now)? || call.caller.has_mfa();
    let role = state.world.roles.iter().find(|role| role.arn == role_arn).cloned();
    let external_id = form::get(call.params, "ExternalId");
    let Some(role) = role.filter(|role| trusts(role, &call.caller, mfa, external_id)) else {
        let text =
            format!("User: {} is not authorized to perform: sts:AssumeRole on resource: {role_arn}", call.caller.arn());
        return Err(ApiError::access_denied(text));
    };
    let duration = duration.unwrap_or(DEFAULT_DURATION);
    may_last(&role, &call.caller, duration)?;

    let (arn, id) = (principal::assumed_role_arn(role_arn, session_name), format!("{}:{session_name}", role.id));
    let session = Principal::RoleSession { role, session_name: session_name.to_owned() };
    let lasts = state.role_lifetime.map_or(duration, |longest| duration.min(longest));
    let credentials = Some(state.issue(session, call.now + lasts, &call.caller, &call.key_id));
    let source_identity = form::get(call.params, "SourceIdentity").map(str::to_owned);
    let restricted = call
        .params
        .iter()
        .any(|(name, _)| name == "Policy" || name.starts_with("PolicyArns.") || name.starts_with("Tags."));
    Ok(Reply::new("AssumeRole", Body::Role { credentials, arn, id, source_identity, restricted }))
}

/// The parameters this operation acts on; the others are checked and recorded.
struct Asked<'a> {
    role: &'a str,
    session_name: &'a str,
    duration: Option<i64>,
}

fn read(params: &[(String, String)]) -> Result<Asked<'_>, ApiError> {
    let mut constraints = Constraints::new(params);
    let role = constraints.required("RoleArn", &rules::ARN);
    let session_name = constraints.required("RoleSessionName", &rules::NAME);
    let duration = constraints.number("DurationSeconds", 900, 43_200)?;
    constraints.text("SerialNumber", &rules::SERIAL_NUMBER);
    constraints.text("TokenCode", &rules::TOKEN_CODE);
    constraints.text("ExternalId", &rules::EXTERNAL_ID);
    constraints.text("SourceIdentity", &rules::SOURCE_IDENTITY);
    constraints.text("Policy", &rules::POLICY);
    constraints.members("PolicyArns", ".arn", 10, &rules::ARN);
    constraints.members("TransitiveTagKeys", "", 50, &rules::TAG_KEY);
    for index in 1..=constraints.members("Tags", ".Key", 50, &rules::TAG_KEY) {
        constraints.required(&format!("Tags.member.{index}.Value"), &rules::TAG_VALUE);
    }
    constraints.finish()?;
    form::get(params, "Policy").map_or(Ok(()), is_policy)?;
    Ok(Asked { role, session_name, duration })
}

/// Refuses what is no policy document; what it allows is not looked into.
fn is_policy(text: &str) -> Result<(), ApiError> {
    let malformed = |why: &str| ApiError::new(400, "MalformedPolicyDocument", why);
    let policy: serde_json::Value =
        serde_json::from_str(text).map_err(|_| malformed("The policy is not in the valid JSON format."))?;
    if policy.get("Statement").is_some() { Ok(()) } else { Err(malformed("Syntax errors in policy.")) }
}

/// Whether the trust policy lets this caller in. AWS does not tell which part of it refused.
fn trusts(role: &Role, caller: &Principal, mfa: bool, external_id: Option<&str>) -> bool {
    role.trusted.iter().any(|trusted| caller.is_trusted_as(trusted))
        && (mfa || !role.requires_mfa)
        && (role.external_id.is_none() || role.external_id.as_deref() == external_id)
}

fn may_last(role: &Role, caller: &Principal, duration: i64) -> Result<(), ApiError> {
    if matches!(caller, Principal::RoleSession { .. }) && duration > LONGEST_CHAINED {
        return Err(ApiError::validation(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if duration > i64::from(role.max_session) {
        return Err(ApiError::validation(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(())
}
