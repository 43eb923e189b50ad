//! `--explain`: the calls that a run would make, and where each setting comes from. Nobody is asked anything.

use super::plan::{Step, plan};
use crate::credentials::{MfaSerial, Partition, RoleArn};
use crate::error::{Error, internal};
use crate::settings::{Role, Roles, Settings, Source};
use crate::text::quote;
use std::fmt::Write;

/// The explanation, as lines for a person. `keeps` says whether a session can be kept between runs.
pub fn text(settings: &Settings, keeps: bool) -> Result<String, Error> {
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "Keys come from {}.", settings.source);
    for (name, origin) in &settings.origins {
        let _ = writeln!(out, "  {name}: said by {}", quote(origin));
    }
    let asks = matches!(settings.source, Source::Backend { .. });
    let from_item = if asks { "what the item says" } else { "none" };
    let _ = writeln!(out, "MFA device: {}.", settings.mfa_serial.as_ref().map_or(from_item, MfaSerial::as_str));
    let calls = "Calls, unless credentials are kept from an earlier run";
    match &settings.roles {
        Roles::OfItem(role) if asks => {
            let _ = writeln!(out, "Role: the one that the item names.\n{calls}, where it names one:");
            let stand_in = stand_in(settings.mfa_serial.as_ref())?;
            let name = stand_in.to_string();
            let mut with_role = String::new();
            steps(&mut with_role, settings, vec![Role { arn: stand_in, settings: role.clone() }], keeps)?;
            out.push_str(&with_role.replace(&name, "that role"));
            match role.without_role() {
                Ok(()) => {
                    let _ = writeln!(out, "And where it names none:");
                    steps(&mut out, settings, Vec::new(), keeps)?;
                }
                Err(refused) => {
                    let _ = writeln!(out, "And where it names none, none: {}.", refused.reason());
                }
            }
        }
        Roles::Given(roles) if !roles.is_empty() => {
            let names: Vec<_> = roles.iter().map(|role| role.arn.as_str()).collect();
            let _ = writeln!(out, "Role: {}.\n{calls}:", names.join(", then "));
            steps(&mut out, settings, roles.clone(), keeps)?;
        }
        Roles::Given(_) | Roles::OfItem(_) => {
            let _ = writeln!(out, "Role: none.\n{calls}:");
            steps(&mut out, settings, Vec::new(), keeps)?;
        }
    }
    Ok(out)
}

/// A role that nobody has, in the place of the one that only the item knows: in the device's partition, as that must be.
fn stand_in(serial: Option<&MfaSerial>) -> Result<RoleArn, Error> {
    let partition = serial.and_then(MfaSerial::partition).unwrap_or_else(|| Partition::of_region(""));
    let arn = format!("arn:{partition}:iam::000000000000:role/of-the-item");
    RoleArn::new(&arn).map_err(|problem| internal(problem.to_string()))
}

/// The calls for permanent keys, one a line.
fn steps(out: &mut String, settings: &Settings, roles: Vec<Role>, keeps: bool) -> Result<(), Error> {
    let region = settings.region_for(settings.mfa_serial.as_ref(), roles.first().map(|role| &role.arn));
    let (device, code) = match (&settings.mfa_serial, &settings.source) {
        (Some(_), _) => (true, ", with an MFA code"),
        (None, Source::Backend { .. }) => (true, ", with an MFA code if the item names a device"),
        (None, Source::Sdk { .. } | Source::Provider(_) | Source::SignIn(_)) => (false, ""),
    };
    let steps = plan(None, device, roles, settings.session_seconds, keeps)?;
    for (place, step) in steps.iter().enumerate() {
        let code = if step.needs_code() { code } else { "" };
        let told = match step {
            Step::Session { seconds, .. } => format!("GetSessionToken for {} seconds", seconds.unwrap_or_default()),
            Step::Role { role, .. } => {
                format!("AssumeRole {} for {} seconds", role.arn, role.settings.duration_seconds.unwrap_or(3600))
            }
        };
        let _ = writeln!(out, "  {}. {told} in {region}{code}", place + 1);
    }
    Ok(())
}
