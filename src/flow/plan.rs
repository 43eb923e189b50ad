//! Which calls to make, decided and checked before anybody is asked for a code.

use crate::credentials::{AccessKeyId, MfaSerial, Partition};
use crate::error::{Class, Error};
use crate::settings::{Role, RoleSettings};

/// One call to STS.
#[derive(Debug)]
pub enum Step {
    /// `GetSessionToken`.
    Session {
        /// How long, in seconds.
        seconds: Option<u32>,
        /// With a code.
        mfa: bool,
    },
    /// `AssumeRole`.
    Role {
        /// Which, and how.
        role: Box<Role>,
        /// With a code.
        mfa: bool,
    },
}

impl Step {
    /// Whether a code is spent on it.
    #[must_use]
    pub const fn needs_code(&self) -> bool {
        match self {
            Self::Session { mfa, .. } | Self::Role { mfa, .. } => *mfa,
        }
    }
}

/// The longest that credentials of a role last which were got with those of another role, in seconds.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining>
const CHAINED: u32 = 3600;

/// How long a session lasts, in seconds, where nobody says: the working day of the original.
pub const SESSION: u32 = 43_200;

/// The calls that lead to what is wanted from permanent keys, or from the key `temporary`; with a code if the user has
/// an MFA `device`.
///
/// The code goes with the first call. Where a session can be kept (`keep`), it is got first, so that the next role needs
/// no code; but not for a role that must last longer than AWS lets a role of a session last. Without a place to keep it,
/// a session is not worth its round trip.
pub fn plan(
    temporary: Option<&AccessKeyId>,
    device: bool,
    roles: Vec<Role>,
    session_seconds: Option<u32>,
    keep: bool,
) -> Result<Vec<Step>, Error> {
    // Temporary keys carry their MFA with them; a code is the user's own to give.
    let mfa = device && temporary.is_none();
    if roles.is_empty() {
        return session(temporary, session_seconds, mfa);
    }
    if let Some(Role { arn, settings: RoleSettings { duration_seconds: Some(seconds), .. } }) =
        roles.iter().skip(1).find(|role| role.settings.duration_seconds.is_some_and(|seconds| seconds > CHAINED))
    {
        return Err(Error::new(Class::Config, format!("{arn} cannot be assumed for {seconds} seconds"))
            .because(format!("AWS limits a role that is assumed with another role's credentials to {CHAINED}"))
            .hint(format!("ask for at most {CHAINED} seconds, or for a role that you may assume directly")));
    }
    if keep && mfa && fit_a_session(&roles) {
        return Ok(session(temporary, session_seconds, mfa)?.into_iter().chain(from_session(roles)).collect());
    }
    let steps =
        roles.into_iter().enumerate().map(|(place, role)| Step::Role { role: Box::new(role), mfa: mfa && place == 0 });
    Ok(steps.collect())
}

/// Refuses what is in more than one of AWS's partitions, before a code is spent on it: none knows the keys of another.
///
/// `region` is where it was named, and its partition, which is the user's choice as much as an ARN is.
pub fn check_partitions(
    region: Option<(String, Partition)>,
    serial: Option<&MfaSerial>,
    roles: &[Role],
) -> Result<(), Error> {
    let device = serial.and_then(|serial| Some((serial.to_string(), serial.partition()?)));
    let mut known =
        region.into_iter().chain(device).chain(roles.iter().map(|role| (role.arn.to_string(), role.arn.partition())));
    let Some((first, partition)) = known.next() else { return Ok(()) };
    match known.find(|(_, other)| *other != partition) {
        None => Ok(()),
        Some((other, _)) => Err(Error::new(Class::Config, format!("{first} and {other} do not go together"))
            .because(format!("one is in the partition {partition}, the other is not: AWS keeps them apart"))
            .hint("name a region, a device, keys and roles of one partition")),
    }
}

/// Whether the roles can be assumed with the credentials of a session.
#[must_use]
pub fn fit_a_session(roles: &[Role]) -> bool {
    roles.iter().all(|role| role.settings.duration_seconds.is_none_or(|seconds| seconds <= CHAINED))
}

/// The calls that lead from a session to the last of `roles`.
pub fn from_session(roles: Vec<Role>) -> impl Iterator<Item = Step> {
    roles.into_iter().map(|role| Step::Role { role: Box::new(role), mfa: false })
}

fn session(temporary: Option<&AccessKeyId>, seconds: Option<u32>, mfa: bool) -> Result<Vec<Step>, Error> {
    if let Some(id) = temporary {
        return Err(Error::new(Class::Config, format!("the access key {id} is temporary already"))
            .because("AWS gives a session for permanent keys only")
            .hint("name a role to assume with --role-arn, or name where your permanent keys are with --from"));
    }
    Ok(vec![Step::Session { seconds: seconds.or(Some(SESSION)), mfa }])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::RoleArn;

    fn role(name: &str, duration_seconds: Option<u32>) -> Role {
        let arn = RoleArn::new(&format!("arn:aws:iam::111122223333:role/{name}")).unwrap();
        Role { arn, settings: RoleSettings { duration_seconds, ..RoleSettings::default() } }
    }

    fn shown(steps: &[Step]) -> Vec<String> {
        let one = |step: &Step| match step {
            Step::Session { seconds, mfa } => format!("session {seconds:?} {mfa}"),
            Step::Role { role, mfa } => {
                format!("{} {:?} {mfa}", role.arn.as_str().rsplit('/').next().unwrap(), role.settings.duration_seconds)
            }
        };
        steps.iter().map(one).collect()
    }

    #[test]
    fn the_calls_follow_from_what_is_wanted() {
        let temporary = AccessKeyId::new("ASIAIOSFODNN7EXAMPLE").unwrap();
        let chain = vec![role("a", Some(7200)), role("b", Some(3600))];
        let rows = [
            (None, true, vec![], vec!["session Some(43200) true"]),
            (None, false, vec![], vec!["session Some(43200) false"]),
            (None, true, vec![role("a", Some(43_200))], vec!["a Some(43200) true"]),
            (None, false, vec![role("a", None)], vec!["a None false"]),
            (None, true, chain, vec!["a Some(7200) true", "b Some(3600) false"]),
            (Some(&temporary), true, vec![role("a", None)], vec!["a None false"]),
        ];
        for (temporary, device, roles, expected) in rows {
            assert_eq!(shown(&plan(temporary, device, roles, None, false).unwrap()), expected);
        }
    }

    #[test]
    fn a_session_that_can_be_kept_comes_first_unless_the_role_outlasts_it() {
        let rows = [
            (true, vec![role("a", Some(3600))], vec!["session Some(43200) true", "a Some(3600) false"]),
            (true, vec![role("a", Some(3601))], vec!["a Some(3601) true"]),
            (false, vec![role("a", None)], vec!["a None false"]),
        ];
        for (device, roles, expected) in rows {
            assert_eq!(shown(&plan(None, device, roles, None, true).unwrap()), expected);
        }
    }

    #[test]
    fn partitions_do_not_mix() {
        let of = |partition: &str| {
            let arn = RoleArn::new(&format!("arn:{partition}:iam::111122223333:role/a")).unwrap();
            Role { arn, settings: RoleSettings::default() }
        };
        let device = MfaSerial::new("arn:aws-cn:iam::111122223333:mfa/a").unwrap();
        let hardware = MfaSerial::new("GAHT12345678").unwrap();
        let rows: [(Option<&MfaSerial>, &[&str], bool); 7] = [
            (None, &[], true),
            (Some(&device), &[], true),
            (Some(&device), &["aws-cn", "aws-cn"], true),
            (Some(&device), &["aws"], false),
            (Some(&hardware), &["aws-us-gov"], true),
            (Some(&hardware), &["aws", "aws-us-gov"], false),
            (None, &["aws-cn", "aws"], false),
        ];
        for (serial, partitions, expected) in rows {
            let roles: Vec<_> = partitions.iter().map(|partition| of(partition)).collect();
            assert_eq!(check_partitions(None, serial, &roles).is_ok(), expected, "{serial:?} {partitions:?}");
        }
    }

    #[test]
    fn r69_what_aws_would_refuse_is_refused_before_a_code_is_asked() {
        let chained = plan(None, false, vec![role("a", None), role("b", Some(3601))], None, true).unwrap_err();
        assert!(chained.to_string().contains("limits a role"), "{chained}");
        let id = AccessKeyId::new("ASIAIOSFODNN7EXAMPLE").unwrap();
        let temporary = plan(Some(&id), false, vec![], None, true).unwrap_err();
        assert!(temporary.to_string().contains("temporary already"), "{temporary}");
    }
}
