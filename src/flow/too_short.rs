//! The time that the user wants credentials to be good for, `--min-ttl`, where AWS gives less.

use crate::credentials::TemporaryCredentials;
use crate::os::stdio;
use crate::os::zone::lasting;
use crate::sessions::Least;
use crate::settings::Settings;

/// Says why, if it cannot be had: of a role or not, and with a code or not.
pub fn warn(settings: &Settings, got: &TemporaryCredentials, is_role: bool, device: bool) {
    let least = Least { time: settings.min_ttl, said: true };
    let Some(place) = settings.min_ttl_said.as_ref().filter(|_| !least.can_be_kept_by(got.left)) else { return };
    let why = match (is_role, device) {
        (true, true) => {
            "a role of a session lasts an hour at most; --role-duration-seconds gets it for longer, with a code each time"
        }
        (true, false) => "for a longer time, ask for it: --role-duration-seconds",
        (false, _) if settings.federation.is_some() => "for a longer time, ask for it: --console-duration-seconds",
        (false, _) => "for a longer time, ask for it: --mfa-duration-seconds",
    };
    let (wanted, left) = (lasting(settings.min_ttl), lasting(got.left));
    stdio::warn(&format!("aws-auth: warning: {place} wants {wanted}, and these credentials last {left}: {why}"));
}
