//! IAM, as much of it as users ask about themselves: their MFA devices and their access keys.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/>

mod access_keys;
mod devices;

use crate::arn;
use crate::authorization::Authorization;
use crate::error::ApiError;
use crate::form;
use crate::http::Incoming;
use crate::principal::Principal;
use crate::state::State;
use crate::verify;
use crate::world::User;
use crate::xml::element;

/// The namespace of every IAM document.
pub(crate) const NAMESPACE: &str = "https://iam.amazonaws.com/doc/2010-05-08/";
/// The only version of the API there is.
const VERSION: &str = "2010-05-08";

/// A verified call.
struct Call<'a> {
    user: User,
    /// Whether permanent keys signed it.
    is_permanent: bool,
    params: &'a [(String, String)],
    now: i64,
}

/// What an action answers: the inside of its result.
type Operation = fn(&mut State, &Call) -> Result<String, ApiError>;

const OPERATIONS: [(&str, Operation); 6] = [
    ("ListMFADevices", devices::list),
    ("ListAccessKeys", access_keys::list),
    ("CreateAccessKey", access_keys::create),
    ("UpdateAccessKey", access_keys::update),
    ("DeleteAccessKey", access_keys::delete),
    ("GetAccessKeyLastUsed", access_keys::last_used),
];

/// Serves one request whose form was decoded; the answer is XML.
pub(crate) fn serve(
    state: &mut State,
    request: &Incoming,
    params: &[(String, String)],
    now: i64,
    request_id: &str,
) -> Result<String, ApiError> {
    let action = form::get(params, "Action").ok_or_else(|| ApiError::new(400, "MissingAction", "Missing Action"))?;
    let version = form::get(params, "Version").unwrap_or("NO_VERSION_SPECIFIED");
    let operation = OPERATIONS.iter().find(|(name, _)| *name == action && version == VERSION);
    let (_, operation) = operation.ok_or_else(|| {
        ApiError::new(400, "InvalidAction", format!("Could not find operation {action} for version {version}"))
    })?;
    let (caller, key_id) = verify::caller(state, request, "iam", now)?;
    region_is_iams(request, &caller)?;
    let (user, has_mfa, is_permanent) = match caller {
        Principal::User(user) => (user, false, true),
        Principal::UserSession { user, mfa: true } => (user, true, false),
        // Credentials of GetSessionToken cannot call IAM unless they were got with MFA.
        // Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
        Principal::UserSession { .. } | Principal::Federated { .. } => return Err(ApiError::invalid_token()),
        Principal::RoleSession { .. } => {
            return Err(ApiError::validation("Must specify userName when calling with non-User credentials"));
        }
    };
    let permission = format!("iam:{action}");
    let world = &state.world;
    if world.without_iam.contains(&user.arn)
        || world.denied.contains(&permission)
        || (world.iam_needs_mfa && !has_mfa && action != "ListMFADevices")
    {
        let (arn, name) = (&user.arn, arn::name(&user.arn));
        return Err(ApiError::access_denied(format!(
            "User: {arn} is not authorized to perform: {permission} on resource: user {name} because no \
             identity-based policy allows the {permission} action"
        )));
    }
    state.use_key(&key_id, now);
    let result = operation(state, &Call { user, is_permanent, params, now })?;
    let metadata = element("RequestId", request_id);
    let result = if result.is_empty() { result } else { format!("<{action}Result>{result}</{action}Result>") };
    Ok(format!(
        "<{action}Response xmlns=\"{NAMESPACE}\">{result}<ResponseMetadata>{metadata}</ResponseMetadata></{action}Response>\n"
    ))
}

/// IAM is one place for a whole partition, and signatures are for that place's region.
fn region_is_iams(request: &Incoming, caller: &Principal) -> Result<(), ApiError> {
    let authorization = request.header("authorization").ok_or_else(ApiError::missing_token)?;
    let region = Authorization::parse(authorization)?.scope.region;
    let expected = match arn::partition(&caller.arn()) {
        "aws-cn" => "cn-north-1",
        "aws-us-gov" => "us-gov-west-1",
        _ => "us-east-1",
    };
    if region == expected {
        return Ok(());
    }
    Err(ApiError::signature(format!("Credential should be scoped to a valid region, not '{region}'. ")))
}
