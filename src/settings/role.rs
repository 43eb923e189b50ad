//! Roles: which, and how each is assumed.

use super::check;
use super::said::Said;
use crate::aws_files::Profiles;
use crate::cli::Request;
use crate::credentials::{Problem, RoleArn};
use crate::error::{Class, Error};
use crate::os::file;
use std::path::Path;
use std::time::Duration;

/// Seconds that `AssumeRole` accepts; a role's own maximum may be less.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const SECONDS: std::ops::RangeInclusive<u32> = 900..=43_200;

/// Which roles to assume.
#[derive(Clone, Debug)]
pub enum Roles {
    /// These, in this order; none where the caller said so.
    Given(Vec<Role>),
    /// The one that the item names, if it does, with these settings.
    OfItem(RoleSettings),
}

/// One role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Which.
    pub arn: RoleArn,
    /// How.
    pub settings: RoleSettings,
}

/// How a role is assumed.
#[derive(Clone, Debug, Default)]
pub struct RoleSettings {
    /// 900 to 43,200 seconds; AWS's default is 3,600.
    pub duration_seconds: Option<u32>,
    /// Shown by CloudTrail.
    pub session_name: Option<String>,
    /// A shared word between the role's owner and whoever assumes it; not a secret.
    pub external_id: Option<String>,
    /// A session policy, as JSON: the credentials can do what both it and the role allow.
    pub policy: Option<String>,
    /// Managed policies that narrow the credentials in the same way.
    pub policy_arns: Vec<String>,
    /// Whether AWS's own `ReadOnlyAccess` policy narrows them.
    pub read_only: bool,
    /// Session tags.
    pub tags: Vec<(String, String)>,
    /// The names of those tags that go on to the next role of a chain.
    pub transitive_tags: Vec<String>,
    /// Who it is behind the role, for CloudTrail and trust policies; it cannot be changed along a chain.
    pub source_identity: Option<String>,
}

impl RoleSettings {
    /// What the flags and variables say.
    pub fn gather(request: &Request, said: &mut Said<'_>) -> Result<Self, Error> {
        let seconds = request.role_duration_seconds.map(|seconds| seconds.to_string());
        let seconds = said.find("role duration", seconds, "AWS_AUTH_ROLE_DURATION_SECONDS", None)?;
        let name = said.find("session name", request.role_session_name.clone(), "AWS_AUTH_ROLE_SESSION_NAME", None)?;
        let tag = |tag: &String| {
            let pair = tag.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
            pair.filter(|(key, _)| !key.is_empty())
                .ok_or_else(|| check::refused("the tag", "--tag", Problem::Shape("NAME=VALUE")))
        };
        Ok(Self {
            duration_seconds: seconds
                .map(|text| check::seconds(&text, "--role-duration-seconds", SECONDS))
                .transpose()?,
            session_name: name.map(|name| check::session_name(name, "--role-session-name")).transpose()?,
            external_id: said.find("external id", request.external_id.clone(), "AWS_AUTH_EXTERNAL_ID", None)?,
            policy: request.policy.as_deref().map(policy).transpose()?,
            policy_arns: request.policy_arns.clone(),
            read_only: request.read_only,
            tags: request.tags.iter().map(tag).collect::<Result<_, _>>()?,
            transitive_tags: request.transitive_tags.clone(),
            source_identity: request
                .source_identity
                .clone()
                .map(|name| check::session_name(name, "--source-identity"))
                .transpose()?,
        })
    }

    /// What the profile `name` says.
    fn of_profile(profiles: &Profiles, name: &str) -> Result<Self, Error> {
        let get = |key| profiles.get(name, key).map(str::to_owned);
        let seconds = get("duration_seconds");
        let session = get("role_session_name");
        Ok(Self {
            duration_seconds: seconds
                .map(|text| check::seconds(&text, "duration_seconds in ~/.aws/config", SECONDS))
                .transpose()?,
            session_name: session
                .map(|name| check::session_name(name, "role_session_name in ~/.aws/config"))
                .transpose()?,
            external_id: get("external_id"),
            ..Self::default()
        })
    }

    /// These where they say something, else `below`.
    fn over(self, below: Self) -> Self {
        Self {
            duration_seconds: self.duration_seconds.or(below.duration_seconds),
            session_name: self.session_name.or(below.session_name),
            external_id: self.external_id.or(below.external_id),
            ..self
        }
    }

    /// Refuses what only a role can have, where there is none: whoever asked for less must not get all.
    pub fn without_role(&self) -> Result<(), Error> {
        let Self { policy, policy_arns, read_only, tags, transitive_tags, source_identity, .. } = self;
        let lists = [policy_arns.is_empty(), tags.is_empty(), transitive_tags.is_empty()];
        if policy.is_none() && !read_only && source_identity.is_none() && lists.iter().all(|is_empty| *is_empty) {
            return Ok(());
        }
        Err(Error::new(Class::Config, "a policy, tag or source identity was given, and there is no role")
            .because("AWS gives them to the credentials of roles only")
            .hint("name the role with --role-arn"))
    }
}

/// The roles that a flag, a variable or the profiles name.
pub fn gather(request: &Request, said: &mut Said<'_>) -> Result<Roles, Error> {
    let settings = RoleSettings::gather(request, said)?;
    if request.no_role {
        settings.without_role()?;
        said.note("role", "the command line: none".into());
        return Ok(Roles::Given(Vec::new()));
    }
    if let Some(arn) = said.find("role", request.role_arn.clone(), "AWS_AUTH_ROLE_ARN", None)? {
        return Ok(Roles::Given(vec![Role { arn: check::role_arn(&arn, "--role-arn")?, settings }]));
    }
    let profiles = said.profiles();
    let mut roles = Vec::new();
    for name in profiles.with_roles() {
        let arn = profiles.get(name, "role_arn").unwrap_or_default();
        let place = format!("role_arn of the profile \"{}\"", crate::text::quote(name));
        roles.push(Role { arn: check::role_arn(arn, &place)?, settings: RoleSettings::of_profile(profiles, name)? });
        said.note("role", place);
    }
    // A flag speaks of the role that the caller ends in.
    Ok(match roles.last_mut() {
        Some(last) => {
            last.settings = settings.over(std::mem::take(&mut last.settings));
            Roles::Given(roles)
        }
        None => Roles::OfItem(settings),
    })
}

/// The largest file a policy is read from, in bytes. AWS takes 2,048 characters.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const LARGEST_POLICY: usize = 64 * 1024;

/// How long a command may take that a policy is piped from.
const PIPED: Duration = Duration::from_secs(10);

/// A session policy: its text, or `file://` and its path, as for the AWS CLI. It may come from another command by a pipe.
fn policy(text: &str) -> Result<String, Error> {
    let Some(path) = text.strip_prefix("file://") else { return Ok(text.to_owned()) };
    let unread = |why: String| {
        Error::new(Class::Config, format!("the policy {} cannot be read", crate::text::quote(path)))
            .because(why)
            .hint("name a readable file, as in: --policy file://policy.json")
    };
    let bytes = file::read_any(Path::new(path), LARGEST_POLICY, PIPED);
    let bytes = bytes.map_err(|error| unread(error.to_string()))?;
    String::from_utf8(bytes).map_err(|_| unread("it is not UTF-8".into()))
}
