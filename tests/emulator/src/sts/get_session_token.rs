//! `GetSessionToken`: temporary credentials of a user, with or without MFA.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>

use super::reply::{Body, Reply};
use super::{Call, rules};
use crate::constraint::Constraints;
use crate::error::ApiError;
use crate::mfa;
use crate::principal::Principal;
use crate::state::State;

const DEFAULT_DURATION: i64 = 43_200;

pub(super) fn run(state: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let mut constraints = Constraints::new(call.params);
    let duration = constraints.number("DurationSeconds", 900, 129_600)?;
    constraints.text("SerialNumber", &rules::SERIAL_NUMBER);
    constraints.text("TokenCode", &rules::TOKEN_CODE);
    constraints.finish()?;

    let Principal::User(user) = &call.caller else {
        return Err(ApiError::access_denied("Cannot call GetSessionToken with session credentials"));
    };
    let mfa = mfa::check(state, &call.caller, call.params, call.now)?;
    let expires = call.now + duration.unwrap_or(DEFAULT_DURATION);
    let session = Principal::UserSession { user: user.clone(), mfa };
    let credentials = Some(state.issue(session, expires, &call.caller, &call.key_id));
    Ok(Reply::new("GetSessionToken", Body::Session { credentials }))
}
