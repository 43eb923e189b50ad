//! What is wanted, from all the places it may be said in: flag, then `AWS_AUTH_…` variable, then profile.
//!
//! What the manager's item says comes after these and is filled in by the flow. Everything is checked here, before any
//! program is run and before anything is asked.

use crate::cli::{Print, Request};
use crate::credentials::{MfaSerial, Partition, Problem, RoleArn, TokenCode, is_session_name_char};
use crate::environment;
use crate::error::{Class, Error};
use crate::output::Format;
use crate::profile::Profiles;
use crate::shell::Shell;
use std::collections::BTreeMap;
use std::time::Duration;

/// Where the keys that sign our calls come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A backend's item.
    Backend {
        /// The backend's name.
        name: String,
        /// The item; without one, the backend's own default.
        item: Option<String>,
        /// The backend's parameters.
        params: BTreeMap<String, String>,
    },
    /// The AWS SDK's default chain; a profile named on the command line comes before the environment.
    Sdk {
        /// The profile that holds the keys.
        profile: Option<String>,
    },
}

/// What a person knows the source by.
impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Backend { name, item: None, .. } => f.write_str(name),
            Self::Backend { name, item: Some(item), .. } => write!(f, "{name} \"{}\"", crate::text::quote(item)),
            Self::Sdk { profile: None } => f.write_str("the AWS SDK's default chain"),
            Self::Sdk { profile: Some(name) } => write!(f, "the profile \"{}\"", crate::text::quote(name)),
        }
    }
}

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
}

/// What is wanted.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Debug)]
pub struct Settings {
    /// Where the keys come from.
    pub source: Source,
    /// The MFA device, where it is said outside the item.
    pub mfa_serial: Option<MfaSerial>,
    /// The code, where it was given.
    pub token_code: Option<TokenCode>,
    /// The roles.
    pub roles: Roles,
    /// How long a session without a role lasts, 900 to 129,600 seconds.
    pub session_seconds: Option<u32>,
    /// The region, where it is said outside the item.
    pub region: Option<String>,
    /// Whether the region is exported with the credentials: a flag or a profile gave it.
    pub export_region: bool,
    /// Whether anything may be asked on the terminal.
    pub may_ask: bool,
    /// Whether the code is hidden while it is typed.
    pub hide_code: bool,
    /// Whether temporary credentials may be taken from, and kept for, other runs.
    pub cache: bool,
    /// How long credentials from the cache must still be good.
    pub min_ttl: Duration,
    /// Said on standard error before anything else.
    pub notice: Option<String>,
}

/// Seconds that `GetSessionToken` accepts.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const SESSION_SECONDS: std::ops::RangeInclusive<u32> = 900..=129_600;
/// Seconds that `AssumeRole` accepts; a role's own maximum may be less.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const ROLE_SECONDS: std::ops::RangeInclusive<u32> = 900..=43_200;

/// How long credentials from the cache must still be good where nobody says: long enough for the command that follows.
const MIN_TTL: Duration = Duration::from_mins(5);

impl Settings {
    /// Brings together what the command line, the environment and the profiles say.
    pub fn gather(request: Request, profiles: aws_config::profile::ProfileSet) -> Result<(Self, Profiles), Error> {
        let from = first(request.from, "AWS_AUTH_FROM")?;
        let by_variable = environment::text("AWS_PROFILE")?;
        let by_variable = if by_variable.is_some() { by_variable } else { environment::text("AWS_DEFAULT_PROFILE")? };
        let named = request.profile.clone().or_else(|| by_variable.clone());
        let profiles = match &named {
            Some(name) => Profiles::select(profiles, name)?,
            // Account A's serial must never meet account B's keys: beside a backend, `[default]` gives its region only.
            None if from.is_some() || profiles.get_profile("default").is_none() => Profiles::none(profiles),
            None => Profiles::select(profiles, "default")?,
        };
        let notice = match (&request.profile, &by_variable) {
            (None, Some(name)) => {
                Some(format!("aws-auth: using the profile \"{}\", which AWS_PROFILE names", crate::text::quote(name)))
            }
            _ => None,
        };
        let source =
            source(from, first(request.item, "AWS_AUTH_ITEM")?, &request.params, request.profile.is_some(), &profiles)?;
        let role_settings = RoleSettings {
            duration_seconds: seconds(
                request.role_duration_seconds,
                "AWS_AUTH_ROLE_DURATION_SECONDS",
                "--role-duration-seconds",
                ROLE_SECONDS,
            )?,
            session_name: first(request.role_session_name, "AWS_AUTH_ROLE_SESSION_NAME")?
                .map(|name| session_name(&name, "--role-session-name"))
                .transpose()?,
            external_id: first(request.external_id, "AWS_AUTH_EXTERNAL_ID")?,
        };
        let roles = if request.no_role {
            Roles::Given(Vec::new())
        } else {
            roles(first(request.role_arn, "AWS_AUTH_ROLE_ARN")?, role_settings, &profiles)?
        };
        let mfa_serial = first(request.serial_number, "AWS_AUTH_SERIAL_NUMBER")?;
        let mfa_serial = mfa_serial.or_else(|| profiles.inherited("mfa_serial").map(Into::into));
        let region = request.region.or_else(|| profiles.inherited("region").map(Into::into));
        let region = region.or_else(|| named.is_none().then(|| profiles.default("region").map(Into::into)).flatten());
        let export_region = region.is_some();
        let region = match region {
            Some(region) => Some(region),
            None => environment::text("AWS_REGION")?,
        };
        let region = match region {
            Some(region) => Some(region),
            None => environment::text("AWS_DEFAULT_REGION")?,
        };
        let settings = Self {
            source,
            mfa_serial: mfa_serial
                .map(|serial| {
                    MfaSerial::new(&serial)
                        .map_err(|problem| refused("the MFA serial", "--serial-number or mfa_serial", problem))
                })
                .transpose()?,
            token_code: token_code(request.token_code)?,
            roles,
            session_seconds: seconds(
                request.mfa_duration_seconds,
                "AWS_AUTH_MFA_DURATION_SECONDS",
                "--mfa-duration-seconds",
                SESSION_SECONDS,
            )?,
            region: region.map(|region| checked_region(&region)).transpose()?,
            export_region,
            may_ask: !request.no_input,
            hide_code: request.hide_code,
            cache: !request.no_cache && environment::os("AWS_AUTH_NO_CACHE").is_none(),
            min_ttl: first(request.min_ttl, "AWS_AUTH_MIN_TTL")?.map_or(Ok(MIN_TTL), |text| duration(&text))?,
            notice,
        };
        Ok((settings, profiles))
    }

    /// The region whose STS is asked: the one given, else the default of the partition that the ARNs name.
    #[must_use]
    pub fn region_for(&self, serial: Option<&MfaSerial>, role: Option<&RoleArn>) -> String {
        let partition = || role.map(RoleArn::partition).or_else(|| serial.and_then(MfaSerial::partition));
        match &self.region {
            Some(region) => region.clone(),
            None => partition().unwrap_or_else(|| Partition::of_region("")).default_region().into(),
        }
    }
}

/// The flag's value, else the variable's.
fn first(flag: Option<String>, variable: &str) -> Result<Option<String>, Error> {
    match flag {
        Some(value) => Ok(Some(value)),
        None => environment::text(variable),
    }
}

fn source(
    from: Option<String>,
    item: Option<String>,
    flags: &[String],
    named: bool,
    profiles: &Profiles,
) -> Result<Source, Error> {
    let Some(name) = from.or_else(|| profiles.inherited("aws_auth_from").map(Into::into)) else {
        if item.is_some() || !flags.is_empty() {
            return Err(Error::new(Class::Usage, "an item was named, and no manager to look for it in")
                .hint("name the manager too, as in: aws-auth --from pass --item work"));
        }
        return Ok(Source::Sdk { profile: if named { profiles.leaf().map(Into::into) } else { None } });
    };
    let mut params = BTreeMap::new();
    for flag in flags {
        let Some((key, value)) = flag.split_once('=') else {
            return Err(Error::new(Class::Usage, "--param takes NAME=VALUE").hint("as in: --param vault=Private"));
        };
        params.insert(key.to_owned(), value.to_owned());
    }
    let item = item.or_else(|| profiles.inherited("aws_auth_item").map(Into::into));
    Ok(Source::Backend { name, item, params })
}

fn roles(given: Option<String>, settings: RoleSettings, profiles: &Profiles) -> Result<Roles, Error> {
    if let Some(arn) = given {
        return Ok(Roles::Given(vec![Role { arn: role_arn(&arn, "--role-arn")?, settings }]));
    }
    let mut roles = Vec::new();
    for name in profiles.with_roles() {
        let arn = profiles.get(name, "role_arn").unwrap_or_default();
        let place = format!("role_arn of the profile \"{}\"", crate::text::quote(name));
        roles.push(Role { arn: role_arn(arn, &place)?, settings: profile_role(profiles, name)? });
    }
    // A flag speaks of the role that the caller ends in.
    match roles.last_mut() {
        Some(last) => {
            last.settings = over(settings, std::mem::take(&mut last.settings));
            Ok(Roles::Given(roles))
        }
        None => Ok(Roles::OfItem(settings)),
    }
}

/// `above` where it says something, else `below`.
fn over(above: RoleSettings, below: RoleSettings) -> RoleSettings {
    RoleSettings {
        duration_seconds: above.duration_seconds.or(below.duration_seconds),
        session_name: above.session_name.or(below.session_name),
        external_id: above.external_id.or(below.external_id),
    }
}

fn profile_role(profiles: &Profiles, name: &str) -> Result<RoleSettings, Error> {
    let get = |key| profiles.get(name, key).map(str::to_owned);
    let duration_seconds = match get("duration_seconds") {
        Some(text) => Some(in_range(&text, "duration_seconds in ~/.aws/config", ROLE_SECONDS)?),
        None => None,
    };
    let session_name =
        get("role_session_name").map(|name| session_name(&name, "role_session_name in ~/.aws/config")).transpose()?;
    Ok(RoleSettings { duration_seconds, session_name, external_id: get("external_id") })
}

fn role_arn(arn: &str, place: &str) -> Result<RoleArn, Error> {
    RoleArn::new(arn).map_err(|problem| refused("the role ARN", place, problem))
}

fn refused(what: &str, place: &str, problem: Problem) -> Error {
    Error::new(Class::Config, format!("{what} cannot be used"))
        .because(problem.to_string())
        .hint(format!("see {place}"))
}

fn session_name(name: &str, place: &str) -> Result<String, Error> {
    let fits = (2..=64).contains(&name.len()) && name.chars().all(is_session_name_char);
    if fits {
        Ok(name.to_owned())
    } else {
        Err(refused("the role session name", place, Problem::Shape("2 to 64 letters, digits and _+=,.@-")))
    }
}

/// A region is a part of a host name: letters, digits and `-`.
fn checked_region(region: &str) -> Result<String, Error> {
    let fits = region.len() <= 32 && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if fits {
        Ok(region.to_owned())
    } else {
        Err(refused(
            "the region",
            "--region, the profile's region, or AWS_REGION",
            Problem::Shape("a region's name like eu-west-1"),
        ))
    }
}

fn seconds(
    flag: Option<u32>,
    variable: &str,
    name: &str,
    range: std::ops::RangeInclusive<u32>,
) -> Result<Option<u32>, Error> {
    match flag {
        Some(value) => in_range(&value.to_string(), name, range).map(Some),
        None => environment::text(variable)?.map(|text| in_range(&text, variable, range)).transpose(),
    }
}

fn in_range(text: &str, place: &str, range: std::ops::RangeInclusive<u32>) -> Result<u32, Error> {
    let value = text.trim().parse().ok().filter(|value| range.contains(value));
    value.ok_or_else(|| {
        Error::new(Class::Config, format!("{place} cannot be used"))
            .because(format!("AWS accepts {} to {} seconds", range.start(), range.end()))
            .hint("choose a duration in that range")
    })
}

/// A duration as people write it: `90s`, `15m`, `1h`, or a number of seconds.
fn duration(text: &str) -> Result<Duration, Error> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().last() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3600),
        _ => (text, 1),
    };
    let seconds =
        number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit)).filter(|seconds| *seconds <= 129_600);
    seconds.map(Duration::from_secs).ok_or_else(|| {
        refused("the minimum time", "--min-ttl", Problem::Shape("a duration up to 36h, like 90s, 15m or 1h"))
    })
}

/// The code from the command line, or from the first line of standard input for `-`.
fn token_code(flag: Option<String>) -> Result<Option<TokenCode>, Error> {
    let Some(flag) = flag else { return Ok(None) };
    let flag = zeroize::Zeroizing::new(flag);
    let code = if *flag == "-" { TokenCode::new(&line_of_stdin()?) } else { TokenCode::new(&flag) };
    code.map(Some).map_err(|problem| {
        Error::new(Class::Usage, "the token code cannot be used")
            .because(problem.to_string())
            .hint("give the six digits that the device shows now, or leave the flag out to be asked")
    })
}

/// The first line of standard input, at most 64 bytes of it: a code has six.
fn line_of_stdin() -> Result<zeroize::Zeroizing<String>, Error> {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 64]);
    let mut len = 0;
    while len < bytes.len() && !bytes[..len].contains(&b'\n') {
        match rustix::io::read(rustix::stdio::stdin(), &mut bytes[len..]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => {
                return Err(Error::new(Class::Usage, "the token code could not be read from standard input")
                    .because(error.to_string()));
            }
        }
    }
    let line = bytes[..len].split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(zeroize::Zeroizing::new(String::from_utf8_lossy(line).into_owned()))
}

/// The form of the output: a flag, else the dialect of the shell that called.
pub fn format(print: &Print) -> Result<Format, Error> {
    let Some(name) = print.format.as_deref() else {
        return Ok(Format::Shell(shell(print.dialect.shell.as_deref())?));
    };
    match name {
        "env" => Ok(Format::Env),
        "json" => Ok(Format::Json),
        "process" => Ok(Format::Process),
        _ => Err(unknown("--format", name, "env, json or process")),
    }
}

/// The shell that a flag names, else the one that called.
pub fn shell(flag: Option<&str>) -> Result<Shell, Error> {
    flag.map_or_else(
        || Ok(Shell::of_caller()),
        |name| {
            let names: Vec<_> = crate::shell::NAMES.iter().map(|(name, _)| *name).collect();
            Shell::named(name).ok_or_else(|| unknown("--shell", name, &names.join(", ")))
        },
    )
}

fn unknown(flag: &str, value: &str, known: &str) -> Error {
    let value = crate::text::quote(value);
    Error::new(Class::Usage, format!("{flag} does not know \"{value}\"")).hint(format!("it knows {known}"))
}
