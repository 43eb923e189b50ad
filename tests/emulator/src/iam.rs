//! IAM, as much of it as finding an MFA device takes: `ListMFADevices`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>

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

/// Serves one request whose form was decoded; the answer is XML.
pub(crate) fn serve(
    state: &State,
    request: &Incoming,
    params: &[(String, String)],
    now: i64,
    request_id: &str,
) -> Result<String, ApiError> {
    let action = form::get(params, "Action").ok_or_else(|| ApiError::new(400, "MissingAction", "Missing Action"))?;
    let version = form::get(params, "Version").unwrap_or("NO_VERSION_SPECIFIED");
    if action != "ListMFADevices" || version != VERSION {
        let text = format!("Could not find operation {action} for version {version}");
        return Err(ApiError::new(400, "InvalidAction", text));
    }
    let caller = verify::caller(state, request, "iam", now)?;
    region_is_iams(request, &caller)?;
    let user = match caller {
        Principal::User(user) | Principal::UserSession { user, mfa: true } => user,
        // Credentials of GetSessionToken cannot call IAM unless they were got with MFA.
        // Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
        Principal::UserSession { .. } => return Err(ApiError::invalid_token()),
        Principal::RoleSession { .. } => {
            return Err(ApiError::validation("Must specify userName when calling with non-User credentials"));
        }
    };
    if state.world.without_iam.contains(&user.arn) {
        let (arn, name) = (&user.arn, arn::name(&user.arn));
        return Err(ApiError::access_denied(format!(
            "User: {arn} is not authorized to perform: iam:ListMFADevices on resource: user {name} because no \
             identity-based policy allows the iam:ListMFADevices action"
        )));
    }
    Ok(devices_xml(state, &user, request_id))
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

fn devices_xml(state: &State, user: &User, request_id: &str) -> String {
    let devices = state.world.devices.iter().filter(|device| device.user == user.arn);
    let name = element("UserName", arn::name(&user.arn));
    let enabled = element("EnableDate", "2026-01-02T03:04:05Z");
    let members: Vec<_> = devices
        .map(|device| {
            let serial = element("SerialNumber", &device.serial);
            format!("<member>{name}{serial}{enabled}</member>")
        })
        .collect();
    let members = members.concat();
    let list =
        if members.is_empty() { "<MFADevices/>".to_owned() } else { format!("<MFADevices>{members}</MFADevices>") };
    let metadata = element("RequestId", request_id);
    format!(
        "<ListMFADevicesResponse xmlns=\"{NAMESPACE}\"><ListMFADevicesResult>{list}<IsTruncated>false</IsTruncated>\
         </ListMFADevicesResult><ResponseMetadata>{metadata}</ResponseMetadata></ListMFADevicesResponse>\n"
    )
}
