//! STS itself: finds the action, verifies the caller, runs the operation.
//!
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/>

mod assume_role;
mod assume_role_with_web_identity;
mod get_caller_identity;
mod get_federation_token;
mod get_session_token;
mod reply;
mod rules;

pub use assume_role_with_web_identity::TOKEN;
pub(crate) use reply::{NAMESPACE, Reply};

use crate::error::ApiError;
use crate::form;
use crate::http::Incoming;
use crate::principal::Principal;
use crate::state::State;
use crate::verify;

/// The only version of the API there is.
const VERSION: &str = "2011-06-15";

/// A verified call.
pub(crate) struct Call<'a> {
    pub(crate) caller: Principal,
    /// The key that signed.
    pub(crate) key_id: String,
    pub(crate) params: &'a [(String, String)],
    pub(crate) now: i64,
}

type Operation = fn(&mut State, &Call) -> Result<Reply, ApiError>;

/// Serves one request whose form was decoded.
pub(crate) fn serve(
    state: &mut State,
    request: &Incoming,
    params: &[(String, String)],
    now: i64,
) -> Result<Reply, ApiError> {
    if form::get(params, "Action") == Some("AssumeRoleWithWebIdentity") && request.header("authorization").is_none() {
        return assume_role_with_web_identity::run(state, params, now);
    }
    // AWS looks for the operation first: an unsigned request for an unknown one is told so.
    let operation = find(params)?;
    let (caller, key_id) = verify::caller(state, request, "sts", now)?;
    state.use_key(&key_id, now);
    operation(state, &Call { caller, key_id, params, now })
}

fn find(params: &[(String, String)]) -> Result<Operation, ApiError> {
    let action = form::get(params, "Action").ok_or_else(|| ApiError::new(400, "MissingAction", "Missing Action"))?;
    let version = form::get(params, "Version").unwrap_or("NO_VERSION_SPECIFIED");
    match action {
        "AssumeRole" if version == VERSION => Ok(assume_role::run),
        "GetCallerIdentity" if version == VERSION => Ok(get_caller_identity::run),
        "GetFederationToken" if version == VERSION => Ok(get_federation_token::run),
        "GetSessionToken" if version == VERSION => Ok(get_session_token::run),
        _ => {
            Err(ApiError::new(400, "InvalidAction", format!("Could not find operation {action} for version {version}")))
        }
    }
}
