//! The access keys of a user: two at most, active or not.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html> and its neighbours

use super::Call;
use crate::error::ApiError;
use crate::state::State;
use crate::world::AccessKey;
use crate::xml::element;
use crate::{arn, clock, credentials, form};

/// How many keys a user may have.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST: usize = 2;

pub(super) fn list(state: &mut State, call: &Call) -> Result<String, ApiError> {
    if call.is_permanent || form::get(call.params, "UserName").is_some() {
        own(call)?;
    } else {
        // With a temporary key the name is demanded.
        // Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>
        return Err(ApiError::validation("Must specify userName when calling with non-User credentials"));
    }
    let name = element("UserName", arn::name(&call.user.arn));
    let mut keys: Vec<_> = state.world.keys.iter().filter(|key| key.user == call.user.arn).collect();
    if state.late_lists > 0 {
        state.late_lists -= 1;
        keys.pop();
    }
    let members = keys.into_iter().map(|key| {
        let parts = [
            name.clone(),
            element("AccessKeyId", &key.id),
            element("Status", status(key)),
            element("CreateDate", &clock::iso8601(key.created)),
        ];
        format!("<member>{}</member>", parts.concat())
    });
    let members: String = members.collect();
    Ok(format!("<AccessKeyMetadata>{members}</AccessKeyMetadata><IsTruncated>false</IsTruncated>"))
}

pub(super) fn create(state: &mut State, call: &Call) -> Result<String, ApiError> {
    own(call)?;
    if state.world.keys.iter().filter(|key| key.user == call.user.arn).count() >= MOST {
        return Err(ApiError::new(409, "LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2"));
    }
    let (id, secret) = credentials::permanent();
    let parts = [
        element("UserName", arn::name(&call.user.arn)),
        element("AccessKeyId", &id),
        element("Status", "Active"),
        element("SecretAccessKey", &secret),
        element("CreateDate", &clock::iso8601(call.now)),
    ];
    let settling = state.settling.clone();
    state.unsettled.lock().expect("nothing panics under this lock").insert(id.clone(), settling);
    let user = call.user.arn.clone();
    state.world.keys.push(AccessKey { id, secret, user, active: true, created: call.now, last_used: None });
    Ok(format!("<AccessKey>{}</AccessKey>", parts.concat()))
}

pub(super) fn update(state: &mut State, call: &Call) -> Result<String, ApiError> {
    let active = match form::get(call.params, "Status") {
        Some("Active") => true,
        Some("Inactive") => false,
        _ => return Err(ApiError::validation("1 validation error detected: Value at 'status' is not one of them")),
    };
    key(state, call)?.active = active;
    Ok(String::new())
}

pub(super) fn delete(state: &mut State, call: &Call) -> Result<String, ApiError> {
    let id = key(state, call)?.id.clone();
    state.world.keys.retain(|key| key.id != id);
    Ok(String::new())
}

pub(super) fn last_used(state: &mut State, call: &Call) -> Result<String, ApiError> {
    let key = key(state, call)?;
    let used = match key.last_used {
        Some(used) => [
            element("LastUsedDate", &clock::iso8601(used)),
            element("ServiceName", "sts"),
            element("Region", "us-east-1"),
        ]
        .concat(),
        None => element("ServiceName", "N/A") + &element("Region", "N/A"),
    };
    let name = element("UserName", arn::name(&call.user.arn));
    Ok(format!("{name}<AccessKeyLastUsed>{used}</AccessKeyLastUsed>"))
}

fn status(key: &AccessKey) -> &'static str {
    if key.active { "Active" } else { "Inactive" }
}

/// The caller's own name, or none: about others nobody is told here.
fn own(call: &Call) -> Result<(), ApiError> {
    let own = arn::name(&call.user.arn);
    match form::get(call.params, "UserName") {
        Some(name) if name != own => Err(ApiError::access_denied(format!(
            "User: {} is not authorized to do this on resource: user {name}",
            call.user.arn
        ))),
        _ => Ok(()),
    }
}

fn key<'s>(state: &'s mut State, call: &Call) -> Result<&'s mut AccessKey, ApiError> {
    own(call)?;
    let id = form::get(call.params, "AccessKeyId").unwrap_or_default();
    let found = state.world.keys.iter_mut().find(|key| key.id == id && key.user == call.user.arn);
    found.ok_or_else(|| ApiError::new(404, "NoSuchEntity", format!("The Access Key with id {id} cannot be found.")))
}
