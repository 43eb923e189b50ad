//! What is wanted, from all the places it may be said in: flag, then `AWS_AUTH_…` variable, then profile.
//!
//! What the manager's item says comes after these and is filled in by the flow. Everything is checked here, before any
//! program is run and before anything is asked.

mod check;
mod form;
mod provider;
mod role;
mod said;

pub use check::is_region;
pub use form::{format, shell};
pub use provider::Provider;
pub use role::{Role, RoleSettings, Roles};

use crate::aws_files::{Files, Profiles};
use crate::backend::field::Field;
use crate::backend::{params, registry};
use crate::cli::Request;
use crate::credentials::{MfaSerial, Partition, RoleArn, TokenCode};
use crate::error::{Class, Error};
use crate::os::environment;
use said::Said;
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
        /// What the item calls its values, where the user has said it.
        fields: BTreeMap<Field, String>,
    },
    /// The AWS SDK's default chain; a profile named on the command line comes before the environment.
    Sdk {
        /// The profile that holds the keys.
        profile: Option<String>,
    },
    /// What a profile names as `credential_source`.
    Provider(Provider),
}

/// What a person knows the source by.
impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Backend { name, item: None, .. } => f.write_str(name),
            Self::Backend { name, item: Some(item), .. } => write!(f, "{name} \"{}\"", crate::text::quote(item)),
            Self::Provider(provider) => provider.fmt(f),
            Self::Sdk { profile: None } => f.write_str("the AWS SDK's default chain"),
            Self::Sdk { profile: Some(name) } => write!(f, "the profile \"{}\"", crate::text::quote(name)),
        }
    }
}

/// What is wanted.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Debug)]
pub struct Settings {
    /// Where the keys come from.
    pub source: Source,
    /// The MFA device, where it is said outside the item.
    pub mfa_serial: Option<MfaSerial>,
    /// Whether there is to be no MFA: nothing looks for a device, and nothing warns.
    pub no_mfa: bool,
    /// The code, where it was given.
    pub token_code: Option<TokenCode>,
    /// Which manager, or which command, has the code.
    pub token_from: Option<String>,
    /// The roles.
    pub roles: Roles,
    /// How long a session without a role lasts, 900 to 129,600 seconds.
    pub session_seconds: Option<u32>,
    /// The region, where it is said outside the item.
    pub region: Option<String>,
    /// Whether the old regions are asked by the global endpoint.
    pub legacy_endpoint: bool,
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
    /// Whether the plan is only shown.
    pub explain: bool,
    /// Whether details are told.
    pub verbose: bool,
    /// Said on standard error before anything else.
    pub notice: Option<String>,
    /// Which settings were found, and where.
    pub origins: Vec<(&'static str, String)>,
}

/// Said in place of a device where there is to be none.
pub const NO_MFA: &str = "none";

/// Seconds that `GetSessionToken` accepts.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const SESSION_SECONDS: std::ops::RangeInclusive<u32> = 900..=129_600;

/// How long credentials from the cache must still be good where nobody says: long enough for the command that follows.
pub const MIN_TTL: Duration = Duration::from_mins(5);

/// The same for an AWS SDK, which asks again 15 minutes before the end: with less it would ask at every use.
/// Source: <https://github.com/boto/botocore/blob/1.44.5/botocore/credentials.py>, `_advisory_refresh_timeout`
pub const MIN_TTL_OF_SDKS: Duration = Duration::from_mins(15);

impl Settings {
    /// Brings together what the command line, the environment and the profiles say; `least` is the `min_ttl` where none
    /// of them says one.
    pub fn gather(request: &Request, files: Files, least: Duration) -> Result<(Self, Profiles), Error> {
        let (profiles, notice) = select(request, files)?;
        let mut said = Said::new(&profiles);
        let source = source(request, &mut said)?;
        let roles = role::gather(request, &mut said)?;
        let serial =
            said.find("MFA serial", request.serial_number.clone(), "AWS_AUTH_SERIAL_NUMBER", Some("mfa_serial"))?;
        let no_mfa =
            request.no_mfa || serial.as_deref().is_some_and(|serial| serial.trim().eq_ignore_ascii_case(NO_MFA));
        let serial = serial.filter(|_| !no_mfa).map(|serial| {
            MfaSerial::new(&serial)
                .map_err(|problem| check::refused("the MFA serial", "--serial-number or mfa_serial", problem))
        });
        let seconds = request.mfa_duration_seconds.map(|seconds| seconds.to_string());
        let seconds = said.find("session duration", seconds, "AWS_AUTH_MFA_DURATION_SECONDS", None)?;
        let seconds = seconds.map(|text| check::seconds(&text, "--mfa-duration-seconds", SESSION_SECONDS));
        let (region, export_region) = region(request, &mut said)?;
        let legacy = said.find("endpoint", None, "AWS_STS_REGIONAL_ENDPOINTS", Some("sts_regional_endpoints"))?;
        let token_from =
            said.find("token code", request.token_from.clone(), "AWS_AUTH_TOKEN_FROM", Some("aws_auth_token_from"))?;
        let min_ttl = said.find("minimum time", request.min_ttl.clone(), "AWS_AUTH_MIN_TTL", None)?;
        let settings = Self {
            source,
            mfa_serial: serial.transpose()?,
            no_mfa,
            token_code: token_code(request.token_code.as_deref())?,
            token_from,
            roles,
            session_seconds: seconds.transpose()?,
            region,
            legacy_endpoint: legacy.is_some_and(|legacy| legacy.eq_ignore_ascii_case("legacy")),
            export_region,
            may_ask: !request.no_input,
            hide_code: request.hide_code,
            cache: !request.no_cache && environment::os("AWS_AUTH_NO_CACHE").is_none(),
            min_ttl: min_ttl.map_or(Ok(least), |text| check::duration(&text))?,
            explain: request.explain,
            verbose: request.verbose,
            notice,
            origins: said.into_origins(),
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

/// The profile that a flag or a variable selects, and what to say about it.
fn select(request: &Request, files: Files) -> Result<(Profiles, Option<String>), Error> {
    if let Some(name) = &request.profile {
        return Ok((Profiles::select(files, name)?, None));
    }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        if let Some(name) = environment::text(variable)? {
            let notice =
                format!("aws-auth: using the profile \"{}\", which {variable} names", crate::text::quote(&name));
            return Ok((Profiles::select(files, &name)?, Some(notice)));
        }
    }
    // Account A's serial must never meet account B's keys: beside a backend, `[default]` gives its region only.
    let from = request.from.is_some() || environment::os("AWS_AUTH_FROM").is_some();
    if from || !files.has("default") {
        return Ok((Profiles::none(files), None));
    }
    Ok((Profiles::select(files, "default")?, None))
}

fn source(request: &Request, said: &mut Said<'_>) -> Result<Source, Error> {
    let from = said.find("keys", request.from.clone(), "AWS_AUTH_FROM", Some("aws_auth_from"))?;
    let item = said.find("item", request.item.clone(), "AWS_AUTH_ITEM", Some("aws_auth_item"))?;
    let Some(name) = from else {
        if request.item.is_some() || !request.params.is_empty() || !request.fields.is_empty() {
            return Err(Error::new(Class::Usage, "an item was named, and no manager to look for it in")
                .hint("name the manager too, as in: aws-auth --from pass --item work"));
        }
        let profiles = said.profiles();
        if let Some(provider) = Provider::of(profiles)? {
            said.note("keys", "credential_source in ~/.aws/config".into());
            return Ok(Source::Provider(provider));
        }
        profiles.check_source()?;
        // Where roles are ours to assume, the SDK gives the keys below them and nothing else.
        let by_name = request.profile.is_some() || profiles.with_roles().next().is_some();
        let profile = profiles.leaf().filter(|_| by_name);
        return Ok(Source::Sdk { profile: profile.map(Into::into) });
    };
    let params = params::of_flags(&request.params)?;
    let fields = if request.fields.is_empty() {
        let said = said.find("fields", None, "AWS_AUTH_FIELD", Some("aws_auth_field"))?;
        params::fields(said.iter().flat_map(|said| said.split(',')))?
    } else {
        params::fields(request.fields.iter().map(String::as_str))?
    };
    // Labels and what is kept know it by one name.
    let name = registry::canonical(&name).unwrap_or(name);
    Ok(Source::Backend { name, item, params, fields })
}

/// The region, and whether it is exported: it is where a flag or a profile gave it.
fn region(request: &Request, said: &mut Said<'_>) -> Result<(Option<String>, bool), Error> {
    let profiles = said.profiles();
    let of_default = profiles.leaf().is_none().then(|| profiles.default("region")).flatten();
    let given = [
        (request.region.clone(), "the command line"),
        (profiles.inherited("region").map(Into::into), "region in ~/.aws/config"),
        (of_default.map(Into::into), "region of [default] in ~/.aws/config"),
    ];
    for (region, origin) in given {
        if let Some(region) = region {
            said.note("region", origin.into());
            return Ok((Some(check::region(region)?), true));
        }
    }
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = environment::text(variable)? {
            said.note("region", variable.into());
            return Ok((Some(check::region(region)?), false));
        }
    }
    Ok((None, false))
}

/// The code from the command line, or from the first line of standard input for `-`.
fn token_code(flag: Option<&str>) -> Result<Option<TokenCode>, Error> {
    let Some(flag) = flag else { return Ok(None) };
    let code = if flag == "-" { TokenCode::new(&line_of_stdin()?) } else { TokenCode::new(flag) };
    code.map(Some).map_err(|problem| {
        Error::new(Class::Usage, "the token code cannot be used")
            .because(problem.to_string())
            .hint("give the six digits that the device shows now, or leave the flag out to be asked")
    })
}

/// The first line of standard input, at most 64 bytes of it: a code has six. Not a byte is read beyond it: the rest is
/// for the command of `exec`.
fn line_of_stdin() -> Result<zeroize::Zeroizing<String>, Error> {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 64]);
    let mut len = 0;
    while len < bytes.len() && !bytes[..len].contains(&b'\n') {
        match rustix::io::read(rustix::stdio::stdin(), &mut bytes[len..=len]) {
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
