//! What can be the value of an option or argument: what is there, in files that are ours to read anyway.
//!
//! No manager is run and nothing is asked over the network. Of `~/.aws/credentials` only the names of sections are shown.

use super::candidate::Candidate;
use super::position::Value;
use super::scripts::SCRIPTS;
use crate::aws::REGIONS;
use crate::aws_files::Files;
use crate::backend::registry;
use crate::command::init;
use crate::credentials::{MfaSerial, RoleArn};
use crate::error::Error;
use crate::output::{self, shell};
use crate::settings::is_region;
use crate::settings::options::{self, Values};
use crate::text;
use std::collections::BTreeMap;

/// Pages of the console that many people open; any other name is taken as well.
const SERVICES: &str = "acm apigateway athena cloudformation cloudfront cloudtrail cloudwatch codebuild dynamodb ec2 ecr \
    ecs eks elasticache glue iam kms lambda rds route53 s3 secretsmanager sns sqs states systems-manager vpc";

/// What can stand at `value`; none where it is a file's name, which the shell knows better.
///
/// `profiles` reads the configuration; one that cannot be read has nothing to offer.
pub fn candidates(value: &Value<'_>, profiles: impl Fn() -> Result<Files, Error>) -> Option<Vec<Candidate>> {
    let profiles = || profiles().ok();
    let labels = |key: &str, fits: &dyn Fn(&str) -> bool| {
        profiles().map_or_else(Vec::new, |set| labelled(&settings(&set, key, fits)).collect())
    };
    let command = value.command.get_name();
    Some(match (value.arg.get_id().as_str(), command) {
        ("write_profile", _) => profiles().map_or_else(Vec::new, |set| names(&set)),
        ("name", "show") => managers(),
        ("shell", "init") => init::SHELLS.iter().copied().map(Candidate::bare).collect(),
        ("shell", "completions") => SCRIPTS.iter().map(|(name, ..)| Candidate::bare(*name)).collect(),
        ("format", "status") => vec![Candidate::bare("json")],
        ("format", _) => output::FORMATS.iter().map(|(name, _, what)| Candidate::new(*name, *what)).collect(),
        ("service", _) => SERVICES.split_whitespace().map(Candidate::bare).collect(),
        ("file", _) => return None,
        _ => match value.arg.get_long().and_then(options::of_flag)?.values {
            Values::Files => return None,
            Values::Free => Vec::new(),
            Values::Profiles => profiles().map_or_else(Vec::new, |set| names(&set)),
            Values::Managers => managers(),
            Values::Regions => {
                let there = labels("region", &is_region);
                let known = REGIONS.split_whitespace().map(Candidate::bare);
                known.filter(|known| there.iter().all(|it| it.word != known.word)).chain(there.clone()).collect()
            }
            Values::Roles => labels("role_arn", &|arn| RoleArn::new(arn).is_ok()),
            Values::Devices => labels("mfa_serial", &|serial| MfaSerial::new(serial).is_ok()),
            Values::Shells => shell::NAMES.iter().map(|(name, _)| Candidate::bare(*name)).collect(),
        },
    })
}

fn managers() -> Vec<Candidate> {
    registry::known().into_iter().map(manager).collect()
}

/// The profiles, each with the role it is for or the manager it asks.
fn names(set: &Files) -> Vec<Candidate> {
    let told = |name: &str| set.get(name, "role_arn").or_else(|| set.get(name, "aws_auth_from")).map(text::quote);
    set.names().map(|name| Candidate::new(name, told(name).unwrap_or_default())).collect()
}

/// A manager, with its title.
fn manager(name: String) -> Candidate {
    let title = registry::find(&name).and_then(|entry| entry.parse()).map(|manifest| text::quote(&manifest.title));
    Candidate::new(name, title.unwrap_or_default())
}

/// The values of a setting in all profiles, where they fit, with the profiles they were found in.
fn settings(set: &Files, key: &str, fits: impl Fn(&str) -> bool) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for name in set.names() {
        if let Some(value) = set.get(name, key).filter(|value| fits(value)) {
            found.entry(value.to_owned()).or_default().push(name.to_owned());
        }
    }
    for names in found.values_mut() {
        names.sort_unstable();
    }
    found
}

fn labelled(found: &BTreeMap<String, Vec<String>>) -> impl Iterator<Item = Candidate> {
    found.iter().map(|(value, names)| Candidate::new(value, names.join(", ")))
}
