//! The second factor of a call.

use crate::credentials::{MfaSerial, TokenCode};

/// The MFA device and its code, for a call that needs them.
#[derive(Clone, Copy)]
pub struct Mfa<'a> {
    /// The device.
    pub serial: &'a MfaSerial,
    /// Its code.
    pub code: &'a TokenCode,
    /// Whether the code was computed from the time, and can be again.
    pub computed: bool,
}
