//! `GetFederationToken`: a user's own credentials under another name, which allow what the user and a policy both allow.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>

use super::reply::{Body, Reply};
use super::{Call, rules};
use crate::arn;
use crate::constraint::Constraints;
use crate::error::ApiError;
use crate::principal::Principal;
use crate::state::State;

const DEFAULT_DURATION: i64 = 43_200;
const LONGEST_NAME: usize = 32;
const LONGEST_POLICY: usize = 2048;

pub(super) fn run(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let mut constraints = Constraints::new(call.params);
    let name = constraints.required("Name", &rules::NAME);
    let duration = constraints.number("DurationSeconds", 900, 129_600)?.unwrap_or(DEFAULT_DURATION);
    constraints.text("Policy", &rules::POLICY);
    constraints.members("PolicyArns", ".arn", 10, &rules::ARN);
    constraints.finish()?;
    let policy = crate::form::get(call.params, "Policy").unwrap_or_default();
    if name.len() > LONGEST_NAME || policy.len() > LONGEST_POLICY {
        return Err(ApiError::validation("Member must have length less than or equal to 32 or 2048"));
    }
    let Principal::User(user) = &call.caller else {
        return Err(ApiError::access_denied("Cannot call GetFederationToken with session credentials"));
    };
    let (partition, account) = (arn::partition(&user.arn), arn::account(&user.arn));
    let (arn, id) = (format!("arn:{partition}:sts::{account}:federated-user/{name}"), format!("{account}:{name}"));
    let session = Principal::Federated { user: user.clone(), arn: arn.clone() };
    let credentials = Some(state.issue(session, call.now + duration, &call.caller, &call.key_id));
    Ok(Reply::new("GetFederationToken", Body::Federated { credentials, arn, id }))
}
