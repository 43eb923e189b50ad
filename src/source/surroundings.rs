//! What a program that is asked for keys has around it: no keys, and nothing that an earlier run of ours has exported for
//! those who came after it.

use crate::os::child;
use crate::output::variables::{self, Kind};
use crate::settings::Found;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// The variables of a `credential_process`.
#[must_use]
pub fn of_process(path: &OsStr) -> BTreeMap<OsString, OsString> {
    without_ours(child::without_keys(path))
}

/// The variables of the AWS CLI where it is asked for one profile: nothing else leads it to keys, or to another profile. A
/// list of the profiles that lead to one another, which it keeps in a variable, is passed on.
#[must_use]
pub fn of_cli(path: &OsStr, ca_bundle: Option<&Found>) -> BTreeMap<OsString, OsString> {
    let mut env = without_ours(child::inherited(path));
    let leads_elsewhere = |kind: Kind| !matches!(kind, Kind::Beside | Kind::Record | Kind::Marker);
    for (name, _) in variables::VARIABLES.iter().filter(|(_, kind)| leads_elsewhere(*kind)) {
        env.remove(OsStr::new(name));
    }
    if let Some(file) = ca_bundle {
        env.insert("AWS_CA_BUNDLE".into(), file.value.clone().into());
    }
    // One that is bundled starts another Python, for which the variables of the first are wrong.
    // Source: <https://pyinstaller.org/en/stable/runtime-information.html>
    env.insert("PYINSTALLER_RESET_ENVIRONMENT".into(), "1".into());
    env
}

fn without_ours(mut env: BTreeMap<OsString, OsString>) -> BTreeMap<OsString, OsString> {
    for name in variables::ours() {
        env.remove(OsStr::new(&name));
    }
    env
}
