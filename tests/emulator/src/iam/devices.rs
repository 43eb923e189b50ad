//! `ListMFADevices`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>

use super::Call;
use crate::arn;
use crate::error::ApiError;
use crate::state::State;
use crate::xml::element;

/// # Errors
/// None; the type is that of every operation.
#[allow(clippy::unnecessary_wraps)]
pub(super) fn list(state: &mut State, call: &Call) -> Result<String, ApiError> {
    let devices = state.world.devices.iter().filter(|device| device.user == call.user.arn);
    let name = element("UserName", arn::name(&call.user.arn));
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
    Ok(format!("{list}<IsTruncated>false</IsTruncated>"))
}
