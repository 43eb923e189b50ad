//! MFA codes: which are accepted now, which are spent.
//!
//! Steps from one before to one after the server's own are accepted, each once. The wordings are AWS's, the blank at the
//! end of the first included.

use crate::error::ApiError;
use crate::form;
use crate::principal::Principal;
use crate::state::State;
use crate::totp;

const WRONG_CODE: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
const WRONG_SERIAL: &str = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA \
                            serial number is valid and associated with this user.";
const INCOMPLETE: &str =
    "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";

/// Checks `SerialNumber` and `TokenCode` and spends the code; whether there were any.
pub(crate) fn check(
    state: &mut State,
    caller: &Principal,
    params: &[(String, String)],
    now: i64,
) -> Result<bool, ApiError> {
    let (serial, code) = match (form::get(params, "SerialNumber"), form::get(params, "TokenCode")) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        _ => return Err(ApiError::access_denied(INCOMPLETE)),
    };
    let device = state.world.devices.iter().find(|device| {
        device.serial == serial
            && !device.totp_secret.is_empty()
            && caller.user().is_some_and(|user| user.arn == device.user)
    });
    let Some(device) = device else {
        return Err(ApiError::access_denied(WRONG_SERIAL));
    };
    let step = steps(now)
        .find(|&step| totp::code(&device.totp_secret, step) == code && !is_spent(state, serial, step))
        .ok_or_else(|| ApiError::access_denied(WRONG_CODE))?;
    if !state.world.codes_are_reusable {
        state.spent.insert((serial.to_owned(), step));
    }
    Ok(true)
}

/// A code that is accepted and not spent, for at least five more seconds; `None` when all three are spent.
pub(crate) fn fresh(state: &State, serial: &str, now: i64) -> Option<String> {
    let current = now / totp::STEP;
    // The oldest step goes last, and not in its last seconds, or it would be stale before it arrives.
    let oldest = (now % totp::STEP < totp::STEP - 5).then_some(current - 1);
    let step = [current, current + 1].into_iter().chain(oldest).find(|&step| !is_spent(state, serial, step))?;
    Some(totp::code(secret(state, serial), step))
}

/// The newest spent code that would be accepted if it were not; spends the current one when there is none.
pub(crate) fn spent(state: &mut State, serial: &str, now: i64) -> String {
    let current = now / totp::STEP;
    let step = steps(now).filter(|&step| is_spent(state, serial, step)).max().unwrap_or(current);
    state.spent.insert((serial.to_owned(), step));
    totp::code(secret(state, serial), step)
}

/// Six digits that are no code of this device within two minutes.
pub(crate) fn wrong(state: &State, serial: &str, now: i64) -> String {
    let current = now / totp::STEP;
    let near: Vec<String> = (current - 4..=current + 4).map(|step| totp::code(secret(state, serial), step)).collect();
    (0..=9)
        .map(|number| format!("{number:06}"))
        .find(|code| !near.contains(code))
        .expect("nine codes cannot be these ten")
}

fn steps(now: i64) -> std::ops::RangeInclusive<i64> {
    now / totp::STEP - 1..=now / totp::STEP + 1
}

fn is_spent(state: &State, serial: &str, step: i64) -> bool {
    state.spent.contains(&(serial.to_owned(), step))
}

fn secret<'a>(state: &'a State, serial: &str) -> &'a str {
    let device = state.world.devices.iter().find(|device| device.serial == serial);
    &device.unwrap_or_else(|| panic!("no MFA device {serial} in this world")).totp_secret
}
