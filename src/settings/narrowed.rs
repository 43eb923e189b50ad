//! What narrows a role's credentials: policies, tags, and who it is behind the role.
//!
//! Somebody who says such a thing, by flag, variable or profile, must find it in force: it adds up, and what cannot add up is
//! refused. AWS unites the session policies of a call before they meet those of the role, so a second one from another
//! place would widen the first.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>

use super::check;
use super::options::{POLICY, POLICY_ARNS, READ_ONLY, SOURCE_IDENTITY, TAGS, TRANSITIVE_TAGS};
use super::said::{Found, Said};
use crate::cli::Request;
use crate::credentials::Problem;
use crate::error::{Class, Error};
use crate::os::{environment, file};
use crate::output::shell::Shell;
use crate::text::quote;
use std::path::Path;
use std::time::Duration;

/// The largest file a policy is read from, in bytes. AWS takes 2,048 characters.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const LARGEST_POLICY: usize = 64 * 1024;

/// What narrows the credentials of a role, from all who say something.
#[derive(Debug, Default)]
pub struct Narrowed {
    /// A session policy, as JSON.
    pub policy: Option<String>,
    /// Managed policies.
    pub policy_arns: Vec<String>,
    /// Whether AWS's own `ReadOnlyAccess` policy narrows them.
    pub read_only: bool,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// The names of those that go on to the next role.
    pub transitive_tags: Vec<String>,
    /// Who it is behind the role.
    pub source_identity: Option<String>,
}

impl Narrowed {
    /// Brings together what all say.
    pub fn gather(request: &Request, said: &mut Said<'_>) -> Result<Self, Error> {
        let policies = policies(request, said)?;
        let read_only = read_only(request, said)?;
        if let (Some(place), Some((other, _))) = (&read_only, policies.first()) {
            return Err(widened(&format!("read-only ({place}) stands beside a policy ({other})")));
        }
        // All are of one place, or the same.
        let policies = policies.into_iter().next().map(|(_, policies)| policies).unwrap_or_default();
        Ok(Self {
            policy: policies.policy,
            policy_arns: policies.arns,
            read_only: read_only.is_some(),
            tags: tags(&said.all(&TAGS, &request.tags)?)?,
            transitive_tags: transitive_tags(&said.all(&TRANSITIVE_TAGS, &request.transitive_tags)?),
            source_identity: source_identity(&said.all(&SOURCE_IDENTITY, request.source_identity.as_slice())?)?,
        })
    }
}

/// The policies of one place.
#[derive(Default, PartialEq, Eq)]
struct Policies {
    policy: Option<String>,
    arns: Vec<String>,
}

/// Where a place is: a flag, a variable, or a profile. Of one place, all are meant together.
fn place_of(found: &Found) -> String {
    match found.place.split_once(" of the profile ") {
        Some((_, name)) => format!("the profile {name}"),
        None if found.place.starts_with("--") => "the command line".to_owned(),
        None => "the environment".to_owned(),
    }
}

fn policies(request: &Request, said: &mut Said<'_>) -> Result<Vec<(String, Policies)>, Error> {
    let mut places: Vec<(String, Policies)> = Vec::new();
    let mut at = |place: String| {
        let known = places.iter().position(|(known, _)| *known == place);
        known.unwrap_or_else(|| {
            places.push((place, Policies::default()));
            places.len() - 1
        })
    };
    let inline = said.all(&POLICY, request.policy.as_slice())?;
    let inline: Vec<_> = inline.iter().map(|found| (at(place_of(found)), found)).collect();
    let arns = said.all(&POLICY_ARNS, &request.policy_arns)?;
    let arns: Vec<_> = arns.iter().map(|found| (at(place_of(found)), found)).collect();
    for (at, found) in inline {
        places[at].1.policy = Some(check::policy(policy(found)?, &found.place)?);
    }
    for (at, found) in arns {
        for arn in list(&found.value) {
            if !places[at].1.arns.contains(&arn) {
                places[at].1.arns.push(arn);
            }
        }
    }
    for (_, policies) in &mut places {
        policies.arns.sort_unstable();
    }
    for pair in places.windows(2) {
        if pair[0].1 != pair[1].1 {
            return Err(widened(&format!("{} and {} name different ones", pair[0].0, pair[1].0)));
        }
    }
    Ok(places)
}

fn widened(which: &str) -> Error {
    Error::new(Class::Config, "the session policies cannot be added up")
        .because(format!("{which}: AWS would allow what either allows"))
        .hint("name them all in one place, or take one away; --read-only stands beside no other policy")
}

/// Where it is said that nothing may be changed, if anybody says so.
fn read_only(request: &Request, said: &mut Said<'_>) -> Result<Option<String>, Error> {
    let flag = request.read_only.then(|| "yes".to_owned());
    let mut place = None;
    for found in said.all(&READ_ONLY, flag.as_slice())? {
        match found.value.trim().to_ascii_lowercase().as_str() {
            "yes" | "true" | "on" | "1" => place = place.or(Some(place_of(&found))),
            "no" | "false" | "off" | "0" => {}
            _ => return Err(check::refused("read-only", &found.place, Problem::Shape("yes or no"))),
        }
    }
    Ok(place)
}

fn tags(found: &[Found]) -> Result<Vec<(String, String)>, Error> {
    let mut tags: Vec<(String, String)> = Vec::new();
    for found in found {
        for tag in list(&found.value) {
            let Some((name, value)) = tag.split_once('=').map(|(name, value)| (name.trim(), value.trim())) else {
                return Err(check::refused("the tag", &found.place, Problem::Shape("NAME=VALUE")));
            };
            if name.is_empty() {
                return Err(check::refused("the tag", &found.place, Problem::Shape("NAME=VALUE")));
            }
            match tags.iter().find(|(known, _)| known == name) {
                Some((_, known)) if known == value => {}
                Some(_) => {
                    return Err(Error::new(
                        Class::Config,
                        format!("the tag \"{}\" cannot have two values", quote(name)),
                    )
                    .because(format!("{} gives it another one", found.place))
                    .hint("give each tag one value; a profile's tags are kept, and others add to them"));
                }
                None => tags.push((name.to_owned(), value.to_owned())),
            }
        }
    }
    Ok(tags)
}

fn transitive_tags(found: &[Found]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in found.iter().flat_map(|found| list(&found.value)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn source_identity(found: &[Found]) -> Result<Option<String>, Error> {
    let Some(first) = found.first() else { return Ok(None) };
    if let Some(other) = found.iter().find(|other| other.value != first.value) {
        return Err(Error::new(Class::Config, "there cannot be two source identities")
            .because(format!("{} and {} name different ones", first.place, other.place))
            .hint("name one; along a chain of roles AWS keeps the first"));
    }
    check::session_name(first.value.clone(), &first.place).map(Some)
}

/// The parts of a list: `a, b`. No name or value of AWS's has a comma.
fn list(text: &str) -> impl Iterator<Item = String> {
    text.split([',', '\n']).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty())
}

/// How long a command may take that a policy is piped from.
const PIPED: Duration = Duration::from_secs(10);

/// A session policy: its text, or `file://` and its path, as for the AWS CLI. It may come from another command by a pipe.
fn policy(found: &Found) -> Result<String, Error> {
    let text = &found.value;
    let Some(path) = text.strip_prefix("file://") else { return inline(text, &found.place) };
    let unusable = |what: &str, why: String| {
        Error::new(Class::Config, format!("the policy {} {what}", quote(path)))
            .because(why)
            .hint("name a readable file, as in: --policy file://policy.json")
    };
    let bytes = file::read_any(&environment::at_home(Path::new(path)), LARGEST_POLICY, PIPED);
    let bytes = bytes.map_err(|error| unusable("cannot be read", error.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| unusable("cannot be read", "it is not UTF-8".into()))?;
    check_json(&text).map_err(|why| unusable("is not JSON", why))?;
    Ok(text)
}

/// The same, given as its text. AWS would refuse a file's name only after the sign-in, and not say what it is.
fn inline(text: &str, place: &str) -> Result<String, Error> {
    let Err(why) = check_json(text) else { return Ok(text.to_owned()) };
    let error = Error::new(Class::Config, format!("the policy \"{}\" is not JSON", quote(text)));
    let flag = if place.starts_with("--") { "--policy " } else { "" };
    if text.trim_start().starts_with('{') {
        return Err(error.because(why).hint(format!("correct {place}, or name a file: {flag}file://policy.json")));
    }
    // What has to be hidden is not known for it behind `file://`.
    let file = if quote(text) == *text { text } else { "policy.json" };
    Err(error.hint(format!("for a file: {flag}{}", quote(&Shell::of_caller().word(&format!("file://{file}"))))))
}

/// Refuses what is no JSON object, and says why.
fn check_json(text: &str) -> Result<(), String> {
    let members = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text);
    members.map(|_| ()).map_err(|error| quote(&error.to_string()))
}
