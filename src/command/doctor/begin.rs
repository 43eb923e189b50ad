//! A machine on which nothing is set up yet: what is there to begin with, and the one command.

use super::report::Report;
use crate::aws_files::Profiles;
use crate::backend::registry;
use crate::output::shell::Shell;
use crate::settings::options::FROM;
use crate::source;
use crate::text::quote;

const CHECK: &str = "begin";

/// Tells the managers that are installed, the keys that lie in `~/.aws`, and what to type.
pub fn check(profiles: &Profiles, report: &mut Report) {
    let files = profiles.files();
    let managers = registry::installed();
    let with_keys: Vec<&str> = files.names().filter(|name| files.keys_of(name).is_some()).collect();
    let import = with_keys.first().map(|name| format!(" --import {}", of_profile(name)));
    if with_keys.is_empty() {
        report.ok(CHECK, "no keys lie in ~/.aws");
    } else {
        let names: Vec<_> = with_keys.iter().map(|name| format!("\"{}\"", quote(name))).collect();
        report.ok(CHECK, format!("keys lie in ~/.aws in plain text, in {}", names.join(", ")));
    }
    let leads = |name: &str| FROM.keys.iter().any(|key| files.get(name, key).is_some());
    if files.names().any(leads)
        && let Some(unnamed) = source::unnamed(profiles)
    {
        return report.warn(CHECK, unnamed.why().unwrap_or_default(), unnamed.next().unwrap_or_default());
    }
    match managers.first() {
        Some(first) => report.warn(
            CHECK,
            format!("nobody has said where the keys are; these managers are installed: {}", managers.join(", ")),
            format!("aws-auth setup --from {first}{}", import.unwrap_or_default()),
        ),
        None => report.warn(
            CHECK,
            "nobody has said where the keys are, and no manager is installed that is known here",
            "see them with: aws-auth backends; pass is one: apt install pass, or brew install pass",
        ),
    }
}

/// What `--import` is given for a profile, as it is typed: its name may hold anything.
pub fn of_profile(name: &str) -> String {
    quote(&Shell::of_caller().word(&format!("credentials:{name}")))
}
