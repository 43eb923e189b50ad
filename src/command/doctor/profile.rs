//! Which settings a run would follow, and who says them.

use super::begin;
use super::ground::Ground;
use super::report::Report;
use crate::settings::{Roles, Source};
use crate::source;
use crate::text::quote;

const CHECK: &str = "settings";

/// Tells the profile, its chain, where the keys come from, and what in the files makes no sense.
pub fn check(ground: &Ground, report: &mut Report) {
    let names: Vec<_> = ground.profiles.chain().map(|name| format!("\"{}\"", quote(name))).collect();
    let chain = match names.as_slice() {
        [] => "no profile".to_owned(),
        [name] => format!("the profile {name}"),
        names => format!("the profile {}", names.join(", which gets its keys from ")),
    };
    let leads = match &ground.settings.source {
        Source::Sdk { profile: Some(name) } => source::check_profile(&ground.profiles, name),
        _ => Ok(()),
    };
    match leads.and_then(|()| source::check_at_hand(&ground.settings.source, &ground.profiles)) {
        Ok(()) => report.ok(CHECK, format!("{chain}; keys come from {}", ground.settings.source)),
        Err(error) => report.fail(CHECK, &error),
    }
    if let Roles::Given(roles) = &ground.settings.roles {
        for role in roles {
            report.skip("role", format!("{}: whether AWS lets you, only a run can tell", quote(role.arn.as_str())));
        }
    }
    for fault in ground.profiles.faults() {
        report.warn(CHECK, fault, "mend it there: other tools may stop at it");
    }
    let files = ground.profiles.files();
    if let (Some(name), Source::Backend { .. }) = (ground.profiles.selected(), &ground.settings.source)
        && let Some(keys) = files.keys_of(name)
    {
        let fix = if keys.token.is_some() {
            format!("take [{}] out of ~/.aws/credentials when they have ended", quote(name))
        } else {
            format!("aws-auth setup --from BACKEND --import {}", begin::of_profile(name))
        };
        report.warn(
            CHECK,
            format!("the profile \"{}\" has keys of its own in ~/.aws too: the AWS CLI takes those", quote(name)),
            fix,
        );
    }
}
