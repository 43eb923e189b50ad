//! Roles: which, and how each is assumed.

use super::check;
use super::expected::Expected;
use super::narrowed::Narrowed;
use super::options::{EXTERNAL_ID, ROLE, ROLE_TIME, SESSION_NAME};
use super::said::{Found, Said};
use crate::cli::Request;
use crate::credentials::RoleArn;
use crate::error::{Class, Error};

/// Seconds that `AssumeRole` accepts; a role's own maximum may be less.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const SECONDS: std::ops::RangeInclusive<u32> = 900..=43_200;

/// Which roles to assume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Roles {
    /// These, in this order; none where the caller said so.
    Given(Vec<Role>),
    /// The one that the item names, if it does, with these settings.
    OfItem(RoleSettings),
}

/// One role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Which.
    pub arn: RoleArn,
    /// How.
    pub settings: RoleSettings,
}

/// How a role is assumed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// What the flags and variables say of the role that the caller ends in, and what all say that narrows it.
    fn gather(request: &Request, said: &mut Said<'_>) -> Result<Self, Error> {
        let found = [
            said.find(&ROLE_TIME, request.role_duration_seconds.as_ref())?,
            said.find(&SESSION_NAME, request.role_session_name.as_ref())?,
            said.find(&EXTERNAL_ID, request.external_id.as_ref())?,
        ];
        let role = Self::of(found)?;
        let Narrowed { policy, policy_arns, read_only, tags, transitive_tags, source_identity } =
            Narrowed::gather(request, said)?;
        Ok(Self { policy, policy_arns, read_only, tags, transitive_tags, source_identity, ..role })
    }

    /// What the profile `name` says of its own role.
    fn of_profile(said: &Said<'_>, name: &str) -> Result<Self, Error> {
        Self::of([&ROLE_TIME, &SESSION_NAME, &EXTERNAL_ID].map(|opt| said.of_profile(opt, name)))
    }

    /// What the profile says of a role that it does not name itself: the item's, or that of a flag or a variable.
    fn of_unnamed(said: &mut Said<'_>) -> Result<Self, Error> {
        let Some(name) = said.profiles().chain().next() else { return Ok(Self::default()) };
        if said.of_profile(&ROLE, name).is_some() {
            return Ok(Self::default());
        }
        for opt in [&ROLE_TIME, &SESSION_NAME, &EXTERNAL_ID] {
            if let Some(found) = said.of_profile(opt, name) {
                said.note(opt.name, found.place);
            }
        }
        Self::of_profile(said, name)
    }

    fn of([time, name, id]: [Option<Found>; 3]) -> Result<Self, Error> {
        Ok(Self {
            duration_seconds: time.map(|found| check::seconds(&found.value, &found.place, SECONDS)).transpose()?,
            session_name: name.map(|found| check::session_name(found.value, &found.place)).transpose()?,
            external_id: id.map(|found| check::external_id(found.value, &found.place)).transpose()?,
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
        Err(Error::new(Class::Config, "a policy, tag or source identity needs a role")
            .because("AWS gives them to the credentials of roles only")
            .hint("name the role with --role-arn"))
    }
}

/// Refuses flags that say how a role is assumed beside the one that says that none is. A user's own console has the name.
fn refuse_of_role(request: &Request) -> Result<(), Error> {
    let flags = [
        ("--role-duration-seconds", &request.role_duration_seconds),
        ("--role-session-name", if request.federates { &None } else { &request.role_session_name }),
        ("--external-id", &request.external_id),
    ];
    match flags.into_iter().find(|(_, value)| value.is_some()) {
        None => Ok(()),
        Some((flag, _)) => Err(Error::new(Class::Usage, format!("{flag} is for a role"))
            .because("--no-role says that there is to be none")
            .hint(format!("leave out {flag}, or --no-role"))),
    }
}

/// The roles that a flag, a variable or the profiles name; and what narrows credentials, be there a role or not.
pub fn gather(request: &Request, said: &mut Said<'_>) -> Result<(Roles, RoleSettings), Error> {
    let settings = RoleSettings::gather(request, said)?;
    let narrowed = settings.clone();
    if request.no_role {
        if !request.federates {
            settings.without_role()?;
        }
        refuse_of_role(request)?;
        said.note("role", "--no-role".into());
        return Ok((Roles::Given(Vec::new()), narrowed));
    }
    if let Some(found) = said.find(&ROLE, request.role_arn.as_ref())? {
        let arn = check::role_arn(&found.value, &found.place)?;
        let settings = settings.over(RoleSettings::of_unnamed(said)?);
        return Ok((Roles::Given(vec![Role { arn, settings }]), narrowed));
    }
    let profiles = said.profiles();
    let mut roles = Vec::new();
    for name in profiles.with_roles() {
        let Some(found) = said.of_profile(&ROLE, name) else { continue };
        let arn = check::role_arn(&found.value, &found.place)?;
        Expected::of_profile(said, name)?.check_role(&arn)?;
        roles.push(Role { arn, settings: RoleSettings::of_profile(said, name)? });
        said.note(ROLE.name, found.place);
    }
    // A flag speaks of the role that the caller ends in.
    let roles = match roles.last_mut() {
        Some(last) => {
            last.settings = settings.over(std::mem::take(&mut last.settings));
            Roles::Given(roles)
        }
        None => Roles::OfItem(settings.over(RoleSettings::of_unnamed(said)?)),
    };
    Ok((roles, narrowed))
}
