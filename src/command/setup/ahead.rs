//! Variables that come before a profile. The proof leaves them out, or it would prove something else; later runs do not.

use super::profile::Profile;
use crate::aws_files::Profiles;
use crate::backend::manifest::Manifest;
use crate::backend::params;
use crate::credentials::{MfaSerial, RoleArn};
use crate::os::{environment, stdio};
use crate::output::shell::Shell;
use crate::settings::options::{FIELD, FROM, ITEM, Opt, PREFIX, ROLE, SERIAL};
use crate::settings::{Roles, Settings};

/// Warns of those that are set and say something else than the profile and its item do.
pub fn warn(profile: &Profile, manifest: &Manifest, serial: Option<&MfaSerial>, role: Option<&RoleArn>) {
    let ours = [
        (&FROM, profile.get(FROM.keys[0])),
        (&ITEM, profile.get(ITEM.keys[0])),
        (&FIELD, None),
        (&SERIAL, serial.map(MfaSerial::as_str)),
        (&ROLE, role.map(RoleArn::as_str)),
    ];
    let ours =
        ours.into_iter().flat_map(|(opt, value)| opt.variables.iter().map(move |name| ((*name).to_owned(), value)));
    let section = params::SECTION.to_owned();
    let of_manager = manifest.params.keys().chain([&section]);
    let of_manager = of_manager.map(|name| (params::variable(name), profile.get(&format!("{PREFIX}{name}"))));
    for (name, _) in ours.chain(of_manager).filter(|(name, value)| is_ahead(name, *value)) {
        stdio::say(&format!(
            "aws-auth: warning: {name} is set, and comes before the profile \"{}\": {}",
            profile.name,
            Shell::unset(&[&name])
        ));
    }
}

/// Whether a variable is set, and not to this.
fn is_ahead(name: &str, value: Option<&str>) -> bool {
    environment::os(name).is_some_and(|set| Some(set.as_os_str()) != value.map(std::ffi::OsStr::new))
}

fn is_set(opt: &Opt) -> bool {
    opt.variables.iter().any(|name| environment::os(name).is_some())
}

/// Takes the device and the role from the item again, where a variable has named others; of the manager and the item the
/// flags of the proof come first.
pub fn leave_out(settings: &mut Settings, profiles: &Profiles, serial: Option<&MfaSerial>) {
    if is_set(&SERIAL) {
        settings.mfa_serial = serial.cloned();
        settings.no_mfa = false;
    }
    if let Roles::Given(roles) = &mut settings.roles
        && is_set(&ROLE)
        && profiles.with_roles().next().is_none()
    {
        settings.roles = Roles::OfItem(roles.pop().map(|role| role.settings).unwrap_or_default());
    }
}
