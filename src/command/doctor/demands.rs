//! What the settings ask for that a run refuses only once it has the keys, or when it prints.

use super::ground::Ground;
use super::report::Report;
use crate::credentials::{MfaSerial, RoleArn};
use crate::error::Error;
use crate::mfa;
use crate::settings::{self, Roles, Source};

/// Looks at the expected account, where codes come from, the shell, and what only a role can have.
pub fn check(ground: &Ground, report: &mut Report) {
    let settings = &ground.settings;
    if !settings.expected.is_empty() {
        match account(ground) {
            Ok(true) => report.ok("account", "it is the expected one"),
            Ok(false) => report.skip("account", "whose the keys are, only a run can tell"),
            Err(error) => report.fail("account", &error),
        }
    }
    if let Some(from) = &settings.token_from {
        match mfa::check_source(from) {
            Ok(()) => report.ok("code", "what it comes from is there"),
            Err(error) => report.fail("code", &error),
        }
    }
    if let Err(error) = settings::shell(None, settings.shell.as_ref()) {
        report.fail("shell", &error);
    }
    if let Err(error) = without_role(ground) {
        report.fail("role", &error);
    }
}

/// The role that a run ends in, as far as that is known.
fn role(ground: &Ground) -> Option<&RoleArn> {
    match &ground.settings.roles {
        Roles::Given(roles) => roles.last().map(|role| &role.arn),
        Roles::OfItem(_) => ground.role.as_ref(),
    }
}

/// Refuses another account than the expected one. Whether all that has to be compared is known.
fn account(ground: &Ground) -> Result<bool, Error> {
    let expected = &ground.settings.expected;
    let role = role(ground);
    role.map_or(Ok(()), |role| expected.check_role(role))?;
    if role.is_some() && expected.source.is_empty() {
        return Ok(true);
    }
    let of_device =
        || ground.serial.as_ref().and_then(|serial| Some((MfaSerial::account(serial)?, serial.to_string())));
    let of_caller = ground.caller.as_ref().map(|caller| (caller.account(), caller.to_string()));
    let Some((account, what)) = of_caller.or_else(of_device) else { return Ok(false) };
    expected.check_source(account, &what)?;
    // An item that was not read may name a role.
    let ends_with_the_keys = role.is_none() && is_known(ground);
    if ends_with_the_keys { expected.check_end(account, &what).map(|()| true) } else { Ok(role.is_some()) }
}

/// Refuses what only a role can have, where a run has none.
fn without_role(ground: &Ground) -> Result<(), Error> {
    match &ground.settings.roles {
        Roles::OfItem(settings) if ground.role.is_none() && is_known(ground) => settings.without_role(),
        Roles::OfItem(_) | Roles::Given(_) => Ok(()),
    }
}

/// Whether it is known if there is a role: the item was read, or there is none.
fn is_known(ground: &Ground) -> bool {
    ground.keys.is_some() || !matches!(ground.settings.source, Source::Backend { .. })
}
