//! Variables of this shell that get in the way of what a run gives.

use super::ground::Ground;
use super::report::Report;
use crate::command::serve::Running;
use crate::os::environment;
use crate::output::endpoint;
use crate::output::shell::Shell;
use crate::settings::Source;

const CHECK: &str = "shell";

/// What each does, and whether it is a nuisance only where keys come from a manager.
const IN_THE_WAY: [(&str, &str); 7] = [
    ("AWS_PROFILE", "it selects a profile here, and in SDKs that prefer it to the keys of a run"),
    ("AWS_DEFAULT_PROFILE", "it selects a profile here, and in SDKs that prefer it to the keys of a run"),
    ("AWS_SECURITY_TOKEN", "some SDKs read it before AWS_SESSION_TOKEN"),
    ("AWS_ROLE_ARN", "with AWS_WEB_IDENTITY_TOKEN_FILE, it leads SDKs to other keys"),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", "it leads SDKs to other keys"),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "programs here get their keys from an endpoint, as of aws-auth serve"),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "programs here get their keys from a container's endpoint"),
];

/// Looks at the variables that AWS's tools heed.
pub fn check(ground: &Ground, report: &mut Report) {
    let mut clean = true;
    let is_gone = Running::of_environment().is_some_and(|server| server.report().is_none());
    for (name, why) in IN_THE_WAY {
        if environment::os(name).is_some() && !(is_gone && name == endpoint::URI) {
            clean = false;
            report.warn(CHECK, format!("{name} is set: {why}"), Shell::unset(&[name]));
        }
    }
    if is_gone {
        clean = false;
        report.warn(CHECK, "its variables lead to a server that is not there any more", Shell::typed("aws-auth unset"));
    }
    let from_manager = matches!(ground.settings.source, Source::Backend { .. });
    let has_keys = environment::os("AWS_ACCESS_KEY_ID").is_some();
    let is_permanent = has_keys && environment::os("AWS_SESSION_TOKEN").is_none();
    if is_permanent && from_manager {
        clean = false;
        report.warn(
            CHECK,
            "this shell holds a permanent key, which every program in it reads",
            Shell::unset(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
        );
    } else if has_keys && !is_permanent {
        clean = false;
        report.ok(CHECK, "this shell holds temporary credentials: see aws-auth status");
    }
    if clean {
        report.ok(CHECK, "no variable is in the way");
    }
}
