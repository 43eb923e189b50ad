//! The federation endpoint: a sign-in token for the console, in exchange for the credentials of a role.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>

use crate::credentials;
use crate::error::ApiError;
use crate::form;
use crate::principal::Principal;
use crate::state::State;

/// Gives a token out, as JSON. What AWS says to a bad request is a page; only its status is known.
pub(crate) fn serve(state: &mut State, query: &str, now: i64) -> Result<String, ApiError> {
    let params = form::decode(query.as_bytes())?;
    let refused = |why: &str| ApiError::new(400, "BadRequest", why);
    if form::get(&params, "Action") != Some("getSigninToken") {
        return Err(refused("the action is not getSigninToken"));
    }
    let session = form::get(&params, "Session").and_then(|text| serde_json::from_str::<serde_json::Value>(text).ok());
    let session = session.ok_or_else(|| refused("the session is no JSON"))?;
    let part = |name: &str| session.get(name).and_then(serde_json::Value::as_str).unwrap_or_default();
    let found = state.sessions.iter().find(|known| {
        known.issued.access_key_id == part("sessionId")
            && known.issued.secret_access_key == part("sessionKey")
            && known.issued.session_token == part("sessionToken")
    });
    let found = found.filter(|session| session.expires > now).ok_or_else(|| refused("the session is not known"))?;
    let is_federated = matches!(found.principal, Principal::Federated { .. });
    if !is_federated && !matches!(found.principal, Principal::RoleSession { .. }) {
        return Err(refused("GetSessionToken's credentials cannot sign in"));
    }
    if let Some(duration) = form::get(&params, "SessionDuration") {
        if !duration.parse().is_ok_and(|seconds: u32| (900..=43_200).contains(&seconds)) {
            return Err(refused("the duration is out of range"));
        }
        // A duration is for roles that a user assumed with permanent keys.
        if is_federated || !found.by_permanent_keys {
            return Err(refused("a duration was given, and the role was assumed with temporary credentials"));
        }
    }
    let token = credentials::signin_token();
    state.signin_tokens.push(token.clone());
    Ok(serde_json::json!({ "SigninToken": token }).to_string())
}
