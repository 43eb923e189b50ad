//! `GetCallerIdentity`: who am I. Needs no permission.

use super::Call;
use super::reply::{Body, Reply};
use crate::arn;
use crate::error::ApiError;
use crate::state::State;

/// # Errors
/// None; the type is that of every operation.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn run(_: &mut State, call: &Call) -> Result<Reply, ApiError> {
    let arn = call.caller.arn();
    let (account, user_id) = (arn::account(&arn).to_owned(), call.caller.user_id());
    Ok(Reply::new("GetCallerIdentity", Body::Identity { arn, user_id, account }))
}
