//! What is wanted, from all the places it may be said in: flag, then `AWS_AUTH_…` variable, then profile.
//!
//! What the manager's item says comes after these and is filled in by the flow. Everything is checked here, before any
//! program is run and before anything is asked.

mod check;
mod cut_off;
mod endpoint;
mod expected;
mod federation;
mod form;
mod limits;
mod narrowed;
pub mod options;
mod provider;
mod reach;
mod region;
mod role;
mod said;
mod sign_in;
mod unknown;

pub use check::{is_region, mfa_serial, region, role_arn, seconds};
pub use expected::Expected;
pub use federation::Federation;
pub use form::{format, shell};
pub use provider::Provider;
pub use reach::{Reach, Service};
pub use role::{Role, RoleSettings, Roles};
pub use said::Found;
pub use sign_in::{Kind as SignInKind, SignIn};

use crate::aws_files::{Files, Profiles, check_source};
use crate::backend::field::Field;
use crate::backend::{params, registry};
use crate::cli::Request;
use crate::credentials::{MfaSerial, Partition, RoleArn, TokenCode};
use crate::error::{Class, Error};
use crate::os::{environment, file};
use crate::output::shell::Shell;
use crate::output::variables::Beside;
use options::{EXTERNAL_ID, FIELD, FROM, ITEM, MIN_TTL, PROFILE, ROLE_TIME, SERIAL, SESSION_NAME, SESSION_TIME};
use options::{SHELL, TOKEN_FROM};
use region::Region;
use said::{Said, typed};
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::sync::Arc;
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
    /// A sign-in that the AWS CLI holds.
    SignIn(SignIn),
}

impl Source {
    /// Whether the keys stand in our own environment, where a process that is started apart from us would not have them.
    #[must_use]
    pub fn is_environment(&self) -> bool {
        match self {
            Self::Provider(provider) => *provider == Provider::Environment,
            Self::Sdk { profile: None } => {
                ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].iter().all(|name| environment::os(name).is_some())
            }
            Self::Sdk { profile: Some(_) } | Self::SignIn(_) | Self::Backend { .. } => false,
        }
    }
}

/// What a person knows the source by.
impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Backend { name, item: None, .. } => f.write_str(name),
            Self::Backend { name, item: Some(item), .. } => write!(f, "{name} \"{}\"", crate::text::quote(item)),
            Self::Provider(provider) => provider.fmt(f),
            Self::SignIn(sign_in) => sign_in.fmt(f),
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
    /// Whether the user was told already what it means that there is none.
    pub no_mfa_is_told: bool,
    /// The code, where it was given.
    pub token_code: Option<TokenCode>,
    /// Which manager, or which command, has the code.
    pub token_from: Option<TokenFrom>,
    /// The roles.
    pub roles: Roles,
    /// What is asked for where there is no role; only the console asks for anything.
    pub federation: Option<Federation>,
    /// Which accounts are expected.
    pub expected: Expected,
    /// How long a session without a role lasts, 900 to 129,600 seconds.
    pub session_seconds: Option<u32>,
    /// The region, where it is said outside the item.
    pub region: Option<String>,
    /// Where that was said.
    pub region_said: Option<String>,
    /// How AWS is reached.
    pub reach: Reach,
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
    /// Where that was said, if the user has said it.
    pub min_ttl_said: Option<String>,
    /// Whether the role must be assumed by a user, with the permanent keys themselves.
    pub by_user: bool,
    /// The shell that the profile names.
    pub shell: Option<Found>,
    /// Whether the plan is only shown.
    pub explain: bool,
    /// Said on standard error before anything else.
    pub notice: Option<String>,
    /// Which settings were found, and where.
    pub origins: Vec<(&'static str, String)>,
}

/// What a user's own console has nothing of.
pub const BESIDE_OWN_CONSOLE: [&str; 3] = [ROLE_TIME.name, EXTERNAL_ID.name, SESSION_TIME.name];

/// Said in place of a device where there is to be none.
pub const NO_MFA: &str = "none";

/// Seconds that `GetSessionToken` accepts.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const SESSION_SECONDS: std::ops::RangeInclusive<u32> = 900..=129_600;

/// How long credentials from the cache must still be good where nobody says: long enough for the command that follows.
pub const LEAST_TTL: Duration = Duration::from_mins(5);

/// The same for an AWS SDK, which asks again 15 minutes before the end: with less it would ask at every use.
/// Source: <https://github.com/boto/botocore/blob/1.44.5/botocore/credentials.py>, `_advisory_refresh_timeout`
pub const LEAST_TTL_OF_SDKS: Duration = Duration::from_mins(15);

impl Settings {
    /// Brings together what the command line, the environment and the profiles say; `least` is the `min_ttl` where none
    /// of them says one.
    pub fn gather(request: &Request, files: impl Into<Arc<Files>>, least: Duration) -> Result<(Self, Profiles), Error> {
        unknown::check_variables()?;
        let (profiles, notice) = select(request, files.into())?;
        unknown::check_keys(&profiles)?;
        cut_off::check(&profiles)?;
        Self::of(request, profiles, notice, least)
    }

    /// Where the keys would come from, for a command that needs no more and must not fail for a setting that is not known.
    pub fn source_of(request: &Request, files: Files) -> Result<Source, Error> {
        let (profiles, _) = select(request, files.into())?;
        source(request, &mut Said::new(&profiles))
    }

    fn of(
        request: &Request,
        profiles: Profiles,
        notice: Option<String>,
        least: Duration,
    ) -> Result<(Self, Profiles), Error> {
        let mut said = Said::new(&profiles);
        let source = source(request, &mut said)?;
        let (roles, narrowed) = role::gather(request, &mut said)?;
        // No such call has an external id.
        let narrowed = RoleSettings { external_id: None, ..narrowed };
        let federation = request.federates.then_some(Federation { narrowed, seconds: None });
        limits::check(&roles)?;
        let expected = Expected::gather(request, &mut said)?;
        let serial = said.find(&SERIAL, request.serial_number.as_ref())?;
        let says_none = serial.as_ref().is_some_and(|serial| serial.value.trim().eq_ignore_ascii_case(NO_MFA));
        let no_mfa = request.no_mfa || says_none;
        let serial = serial.filter(|_| !no_mfa).map(|found| check::mfa_serial(&found.value, &found.place));
        let seconds = said.find(&SESSION_TIME, request.mfa_duration_seconds.as_ref())?;
        let seconds = seconds.map(|found| check::seconds(&found.value, &found.place, SESSION_SECONDS));
        let region = Region::gather(request, &mut said)?;
        let reach = Reach::gather(&profiles)?;
        for (name, place) in reach.origins() {
            said.note(name, place.to_owned());
        }
        let token_from = token_from(request, &mut said)?;
        let min_ttl = said.find(&MIN_TTL, request.min_ttl.as_ref())?;
        let shell = profiles.chain().find_map(|name| said.of_profile(&SHELL, name));
        let settings = Self {
            source,
            mfa_serial: serial.transpose()?,
            no_mfa,
            no_mfa_is_told: false,
            token_code: token_code(request.token_code.as_deref())?,
            token_from,
            roles,
            federation,
            expected,
            session_seconds: seconds.transpose()?,
            region: region.as_ref().map(|region| region.name.clone()),
            region_said: region.as_ref().map(|region| region.place.clone()),
            reach,
            export_region: region.is_some_and(|region| region.is_exported),
            may_ask: !request.no_input,
            hide_code: request.hide_code,
            cache: !request.no_cache && !environment::is_on("AWS_AUTH_NO_CACHE"),
            by_user: false,
            min_ttl: min_ttl.as_ref().map_or(Ok(least), check::min_ttl)?,
            min_ttl_said: min_ttl.map(|found| found.place),
            shell,
            explain: request.explain,
            notice,
            origins: said.into_origins(),
        };
        Ok((settings, profiles))
    }

    /// The region in words, with the place where it was named, and its partition.
    #[must_use]
    pub fn region_in(&self) -> Option<(String, Partition)> {
        let (region, place) = (self.region.as_ref()?, self.region_said.as_ref()?);
        Some((format!("the region {region} ({place})"), Partition::of_region(region)))
    }

    /// The flags that were given and say how a role is assumed.
    pub fn flags_of_role(&self) -> impl Iterator<Item = &str> {
        self.flags_of([ROLE_TIME.name, SESSION_NAME.name, EXTERNAL_ID.name])
    }

    /// The flags that were given and say nothing of a user's own console, which has a role session's name alone.
    pub fn flags_beside_own_console(&self) -> impl Iterator<Item = &str> {
        self.flags_of(BESIDE_OWN_CONSOLE)
    }

    /// Whether it is known that a user's own console is wanted, and no role.
    #[must_use]
    pub fn is_own_console(&self) -> bool {
        self.federation.is_some() && matches!(&self.roles, Roles::Given(roles) if roles.is_empty())
    }

    /// The flags that were given and say how a session is got with permanent keys.
    pub fn flags_of_session(&self) -> impl Iterator<Item = &str> {
        self.flags_of([SERIAL.name, SESSION_TIME.name])
    }

    fn flags_of<const N: usize>(&self, options: [&'static str; N]) -> impl Iterator<Item = &str> {
        let found = self.origins.iter().filter(move |(name, place)| options.contains(name) && place.starts_with("--"));
        found.map(|(_, place)| place.as_str())
    }

    /// What is exported beside the keys.
    #[must_use]
    pub fn beside(&self) -> Beside {
        Beside::of_region(self.region.as_deref().filter(|_| self.export_region)).and(&self.reach.lost)
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
fn select(request: &Request, files: Arc<Files>) -> Result<(Profiles, Option<String>), Error> {
    if let Some(found) = typed(&PROFILE, request.profile.as_ref())? {
        return Ok((selected(files, &found.value, &found.place)?, None));
    }
    for variable in ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"] {
        if let Some(name) = said::name(variable)? {
            let notice =
                format!("aws-auth: using the profile \"{}\", which {variable} names", crate::text::quote(&name));
            return Ok((selected(files, &name, variable)?, Some(notice)));
        }
    }
    // Account A's serial must never meet account B's keys: beside a backend, `[default]` gives its region only.
    if typed(&FROM, request.from.as_ref())?.is_some() || !files.has("default") {
        return Ok((Profiles::none(files), None));
    }
    Ok((Profiles::select(files, "default")?, None))
}

/// The profile that `place` names: whoever has not typed its name hears where it stands.
fn selected(files: Arc<Files>, name: &str, place: &str) -> Result<Profiles, Error> {
    let is_known = files.has(name) || place.starts_with('-');
    Profiles::select(files, name).map_err(|error| match error.next().map(str::to_owned) {
        Some(next) if !is_known => error.hint(format!("{next}; or {}, which names it", Shell::unset(&[place]))),
        _ => error,
    })
}

fn source(request: &Request, said: &mut Said<'_>) -> Result<Source, Error> {
    let from = said.find(&FROM, request.from.as_ref())?;
    let item = said.find(&ITEM, request.item.as_ref())?;
    let Some(from) = from else {
        if request.item.is_some() || !request.params.is_empty() || !request.fields.is_empty() {
            return Err(Error::new(Class::Usage, "an item was named without a manager")
                .hint("name the manager too, as in: aws-auth --from pass --item work"));
        }
        let profiles = said.profiles();
        if let Some(provider) = Provider::of(profiles)? {
            said.note(FROM.name, "credential_source in ~/.aws/config".into());
            return Ok(Source::Provider(provider));
        }
        profiles.check_source()?;
        // Where roles are ours to assume, the SDK gives the keys below them and nothing else.
        let is_named = typed(&PROFILE, request.profile.as_ref())?.is_some();
        let by_name = is_named || profiles.with_roles().next().is_some();
        let profile = profiles.leaf().filter(|_| by_name);
        if let Some(name) = profile {
            check_source(profiles, name)?;
        }
        let of_environment = Source::Sdk { profile: None }.is_environment() && !by_name;
        if let Some(sign_in) = SignIn::of(profiles).filter(|_| !of_environment) {
            return Ok(Source::SignIn(sign_in));
        }
        return Ok(Source::Sdk { profile: profile.map(Into::into) });
    };
    let params = params::of_flags(&request.params)?;
    let fields = if request.fields.is_empty() {
        let said = said.find(&FIELD, None)?;
        params::fields(said.iter().flat_map(|said| said.value.split(',')))?
    } else {
        said.note(FIELD.name, format!("--{}", FIELD.flag));
        params::fields(request.fields.iter().map(String::as_str))?
    };
    // Labels and what is kept know it by one name.
    let name = registry::canonical(&from.value).unwrap_or(from.value);
    Ok(Source::Backend { name, item: item.map(|found| found.value), params, fields })
}

/// Where codes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFrom {
    /// A manager and an item, or a command.
    pub source: String,
    /// Whether it is a command whatever its name: aws-vault's `mfa_process`.
    pub is_command: bool,
}

fn token_from(request: &Request, said: &mut Said<'_>) -> Result<Option<TokenFrom>, Error> {
    if let Some(found) = said.find(&TOKEN_FROM, request.token_from.as_ref())? {
        return Ok(Some(TokenFrom { source: found.value, is_command: false }));
    }
    if request.token_code.is_some() {
        return Ok(None);
    }
    let process = said.profiles().inherited("mfa_process").map(str::to_owned);
    if process.is_some() {
        said.note(TOKEN_FROM.name, "mfa_process in ~/.aws/config".into());
    }
    Ok(process.map(|source| TokenFrom { source, is_command: true }))
}

/// The code from the command line, or from the first line of standard input for `-`.
fn token_code(flag: Option<&str>) -> Result<Option<TokenCode>, Error> {
    let Some(flag) = flag else { return Ok(None) };
    if flag == "-" { typed_code(&line_of_stdin()?) } else { typed_code(flag) }.map(Some)
}

/// The code as it was typed.
pub fn typed_code(code: &str) -> Result<TokenCode, Error> {
    TokenCode::new(code).map_err(|problem| {
        Error::new(Class::Usage, "the token code cannot be used")
            .because(problem.to_string())
            .hint("give the six digits that the device shows now, or leave the flag out to be asked")
    })
}

/// How long a code by standard input is waited for: as long as one that is typed.
const PATIENCE: Duration = Duration::from_mins(2);

/// The first line of standard input, at most 64 bytes of it: a code has six. Not a byte is read beyond it: the rest is
/// for the command of `exec`.
fn line_of_stdin() -> Result<zeroize::Zeroizing<String>, Error> {
    let mut bytes = zeroize::Zeroizing::new([0_u8; 64]);
    let mut len = 0;
    let stdin = rustix::stdio::stdin();
    let mut patient = file::Patient::new(&stdin, PATIENCE);
    while len < bytes.len() && !bytes[..len].contains(&b'\n') {
        match patient.read(&mut bytes[len..=len]) {
            Ok(0) => break,
            Ok(count) => len += count,
            Err(error) => {
                let class = if error.kind() == ErrorKind::TimedOut { Class::Cancelled } else { Class::Usage };
                return Err(Error::new(class, "the token code could not be read from standard input")
                    .because(error.to_string())
                    .hint("pipe the six digits and the end of the line, or leave the flag out to be asked"));
            }
        }
    }
    let line = bytes[..len].split(|byte| *byte == b'\n').next().unwrap_or_default();
    Ok(zeroize::Zeroizing::new(String::from_utf8_lossy(line).into_owned()))
}
