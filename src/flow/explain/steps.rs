//! The calls, one a line, and all that goes with each.

use super::source;
use crate::aws::signin;
use crate::aws_files::Profiles;
use crate::credentials::{AccessKeyId, MfaSerial, Partition, RoleArn};
use crate::error::{Error, internal};
use crate::flow::federation;
use crate::flow::plan::{SESSION, Step, from_session, plan};
use crate::os::zone::lasting;
use crate::settings::{Role, RoleSettings, Roles, Settings, Source};
use crate::text::quote;
use std::fmt::Write;
use std::time::Duration;

/// How long AWS lets a role's credentials last where nobody says, in seconds.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const ROLE: u32 = 3600;

/// What the calls follow from.
pub struct Steps<'a> {
    pub settings: &'a Settings,
    pub profiles: &'a Profiles,
    /// Whether a session can be kept between runs.
    pub keeps: bool,
    /// Whether one is kept.
    pub session: bool,
}

impl Steps<'_> {
    /// Writes them, in each case that there is.
    pub fn write(&self, out: &mut String) -> Result<(), Error> {
        let asks = matches!(self.settings.source, Source::Backend { .. });
        // Writing to a String cannot fail.
        match &self.settings.roles {
            Roles::OfItem(role) if asks => {
                out.push_str("If the item names a role:\n");
                let arn = stand_in(self.settings.mfa_serial.as_ref())?;
                let name = arn.to_string();
                match self.settings.federation.iter().try_for_each(signin::check_time_of_role) {
                    Ok(()) => {
                        let mut with_role = String::new();
                        self.calls(&mut with_role, vec![Role { arn, settings: role.clone() }])?;
                        out.push_str(&with_role.replace(&name, "that role"));
                    }
                    Err(refused) => drop(writeln!(out, "  none: {}", refused.reason())),
                }
                out.push_str("If it names none:\n");
                match self.without_role(role) {
                    Ok(()) => self.calls(out, Vec::new())?,
                    Err(refused) => drop(writeln!(out, "  none: {}", refused.reason())),
                }
            }
            Roles::Given(roles) => {
                out.push_str("Calls:\n");
                self.calls(out, roles.clone())?;
            }
            Roles::OfItem(role) => {
                out.push_str("Calls:\n");
                self.without_role(role)?;
                self.calls(out, Vec::new())?;
            }
        }
        Ok(())
    }

    /// Refuses what a run refuses where there is no role.
    fn without_role(&self, role: &RoleSettings) -> Result<(), Error> {
        match &self.settings.federation {
            None => role.without_role(),
            // What is lent needs no policy, and takes none: see the calls.
            Some(_) if source::lends(&self.settings.source, self.profiles) => Ok(()),
            Some(federation) => federation.check(),
        }
    }

    /// What a console is asked for, once there are credentials for it.
    fn sign_in(&self, is_of_role: bool) -> Option<String> {
        let seconds = self.settings.federation.as_ref()?.seconds.filter(|_| is_of_role);
        let time = seconds.map_or_else(|| "for as long as these last".to_owned(), for_seconds);
        Some(format!("getSigninToken, for a console that stays signed in {time}"))
    }

    fn calls(&self, out: &mut String, roles: Vec<Role>) -> Result<(), Error> {
        let settings = self.settings;
        let lends = source::lends(&settings.source, self.profiles);
        let (device, code) = match (&settings.mfa_serial, &settings.source) {
            _ if settings.no_mfa || lends => (false, String::new()),
            (Some(serial), _) => (true, format!(", with a code of {serial}{}", self.code())),
            (None, Source::Backend { .. }) => {
                (true, format!(", with a code if the item names a device{}", self.code()))
            }
            (None, Source::Sdk { .. } | Source::Provider(_) | Source::SignIn(_)) => (false, String::new()),
        };
        let mut number = 0;
        let mut line = |out: &mut String, text: &str| {
            number += 1;
            let _ = writeln!(out, "  {number}. {text}");
        };
        if let Some(why) = self.asks_whose(&roles) {
            line(out, &format!("GetCallerIdentity, {why}"));
        }
        if lends && roles.is_empty() {
            settings.federation.iter().try_for_each(|federation| federation.narrowed.without_role())?;
            let handed_on = "these credentials are temporary, and are handed on as they are";
            line(
                out,
                &self
                    .sign_in(false)
                    .map_or_else(|| format!("none: {handed_on}"), |call| format!("{call}; {handed_on}")),
            );
            return Ok(());
        }
        let temporary = source::temporary(&settings.source);
        let temporary = temporary.and_then(|id| AccessKeyId::new(&id).ok());
        if let Some(federation) = settings.federation.as_ref().filter(|_| roles.is_empty()) {
            if let Some(id) = &temporary {
                return Err(federation::temporary(id));
            }
            let time = for_seconds(federation.seconds.unwrap_or(federation::SECONDS));
            line(out, &format!("GetFederationToken {time}, signed with the permanent key"));
            narrowed(out, &federation.narrowed, &Partition::of_region(&settings.region_for(None, None)));
            line(out, &self.sign_in(false).unwrap_or_default());
            return Ok(());
        }
        if settings.by_user && temporary.is_some() {
            return Err(signin::chained("one assumed with temporary keys"));
        }
        if settings.token_code.is_some() && !device && !settings.no_mfa {
            line(out, "ListMFADevices, to find the device of the code");
        }
        let by_session = self.session && !roles.is_empty();
        let steps = if by_session {
            from_session(roles).collect()
        } else {
            plan(
                temporary.as_ref(),
                device || (settings.token_code.is_some() && !lends),
                roles,
                settings.session_seconds,
                self.keeps,
            )?
        };
        for step in &steps {
            let code = if step.needs_code() { code.as_str() } else { "" };
            match step {
                Step::Session { seconds, .. } => {
                    let unless = if source::may_lend(&settings.source, self.profiles) {
                        "; or none, if the keys are temporary: they are handed on as they are"
                    } else {
                        ""
                    };
                    let time = for_seconds(seconds.unwrap_or(SESSION));
                    line(out, &format!("GetSessionToken {time}{code}{unless}"));
                }
                Step::Role { role, .. } => {
                    let seconds = role.settings.duration_seconds.unwrap_or(ROLE);
                    line(out, &format!("AssumeRole {} {}{code}", role.arn, for_seconds(seconds)));
                    narrowed(out, &role.settings, &role.arn.partition());
                }
            }
        }
        match self.sign_in(true) {
            Some(call) => line(out, &call),
            None if steps.is_empty() => line(out, "none"),
            None => {}
        }
        Ok(())
    }

    /// Where the code comes from, where that is said.
    fn code(&self) -> String {
        match (&self.settings.token_code, &self.settings.token_from) {
            (Some(_), _) => ", which was given".to_owned(),
            (None, Some(from)) => format!(", from {}", quote(&from.source)),
            (None, None) => String::new(),
        }
    }

    /// Why AWS is asked whose the keys are, if it may be: their account is expected to be another's and no ARN tells it.
    fn asks_whose(&self, roles: &[Role]) -> Option<&'static str> {
        let expected = &self.settings.expected;
        let is_wanted = !expected.source.is_empty() || (roles.is_empty() && !expected.end.is_empty());
        match self.settings.mfa_serial.as_ref().map(MfaSerial::account) {
            Some(Some(_)) => None,
            _ if !is_wanted => None,
            None if matches!(self.settings.source, Source::Backend { .. }) => {
                Some("to check the account, unless the item names a device")
            }
            _ => Some("to check the account"),
        }
    }
}

/// All that goes with a role, or with a user's own console.
fn narrowed(out: &mut String, settings: &RoleSettings, partition: &Partition) {
    // Named one by one, so that a new setting cannot be forgotten here.
    let RoleSettings {
        duration_seconds: _,
        session_name,
        external_id,
        policy,
        policy_arns,
        read_only,
        tags,
        transitive_tags,
        source_identity,
    } = settings;
    let tags: Vec<_> = tags.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let list = |list: &[String]| Some(list.join(", ")).filter(|text| !text.is_empty());
    let read_only = read_only.then(|| format!("arn:{partition}:iam::aws:policy/ReadOnlyAccess"));
    for (what, value) in [
        ("session name", session_name.clone()),
        ("external id", external_id.clone()),
        ("policy", policy.clone()),
        ("managed policies", list(policy_arns)),
        ("read-only", read_only),
        ("tags", list(&tags)),
        ("transitive tags", list(transitive_tags)),
        ("source identity", source_identity.clone()),
    ] {
        if let Some(value) = value {
            let _ = writeln!(out, "     {what}: {}", quote(&value));
        }
    }
}

fn for_seconds(seconds: u32) -> String {
    format!("for {}", lasting(Duration::from_secs(seconds.into())))
}

/// A role that nobody has, in the place of the one that only the item knows: in the device's partition, as that must be.
fn stand_in(serial: Option<&MfaSerial>) -> Result<RoleArn, Error> {
    let partition = serial.and_then(MfaSerial::partition).unwrap_or_else(|| Partition::of_region(""));
    let arn = format!("arn:{partition}:iam::000000000000:role/of-the-item");
    RoleArn::new(&arn).map_err(|problem| internal(problem.to_string()))
}
