//! What STS's refusals mean. AWS's own code and words are kept; what to do next is ours.

use super::endpoint::Endpoint;
use super::mfa::Mfa;
use crate::aws::attempt::Attempt;
use crate::aws::document::Flaw;
use crate::aws::tries::{Setback, Tries};
use crate::aws::{Clock, failure, trouble};
use crate::credentials::{RoleArn, SourceKeys};
use crate::error::{Class, Code, Error};
use crate::settings::options::of_flag;
use crate::text::{error_chain, quote};
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::result::ConnectorError;

/// What was asked for, for the messages.
pub enum Asked<'a> {
    /// `GetSessionToken`.
    Session {
        /// Who asked.
        keys: &'a SourceKeys,
        /// Whether a code was sent.
        mfa: bool,
    },
    /// `AssumeRole`.
    Role {
        /// Who asked.
        keys: &'a SourceKeys,
        /// For which role.
        role: &'a RoleArn,
        /// Whether a code was sent.
        mfa: bool,
    },
    /// `GetFederationToken`.
    Federation {
        /// Who asked.
        keys: &'a SourceKeys,
    },
    /// `AssumeRoleWithWebIdentity`.
    WebIdentity {
        /// For which role.
        role: &'a RoleArn,
    },
    /// `GetCallerIdentity`.
    Identity {
        /// Who asked.
        keys: &'a SourceKeys,
    },
}

impl Asked<'_> {
    /// Who signs; nobody for a token.
    const fn keys(&self) -> Option<&SourceKeys> {
        match self {
            Self::Session { keys, .. }
            | Self::Role { keys, .. }
            | Self::Federation { keys }
            | Self::Identity { keys } => Some(keys),
            Self::WebIdentity { .. } => None,
        }
    }

    fn is_of_permanent_keys(&self) -> bool {
        self.keys().is_some_and(|keys| !keys.are_temporary())
    }

    const fn has_code(&self) -> bool {
        match self {
            Self::Session { mfa, .. } | Self::Role { mfa, .. } => *mfa,
            Self::Federation { .. } | Self::WebIdentity { .. } | Self::Identity { .. } => false,
        }
    }
}

impl Asked<'_> {
    /// The call, as AWS calls it.
    #[must_use]
    pub fn action(&self) -> String {
        match self {
            Self::Session { .. } => "GetSessionToken".to_owned(),
            Self::Role { role, .. } => format!("AssumeRole {role}"),
            Self::Federation { .. } => "GetFederationToken".to_owned(),
            Self::WebIdentity { role } => format!("AssumeRoleWithWebIdentity {role}"),
            Self::Identity { .. } => "GetCallerIdentity".to_owned(),
        }
    }
}

impl std::fmt::Display for Asked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session { keys, .. } => write!(f, "AWS gave no session for the access key {}", keys.access_key_id),
            Self::Federation { keys } => {
                write!(f, "AWS gave the access key {} nothing for the console", keys.access_key_id)
            }
            Self::Role { role, .. } | Self::WebIdentity { role } => write!(f, "AWS did not let you assume {role}"),
            Self::Identity { keys } => write!(f, "AWS does not take the access key {}", keys.access_key_id),
        }
    }
}

/// What stands in the way of an answer, as far as another try depends on it.
pub fn setback<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>, attempt: &Attempt) -> Setback {
    match error {
        SdkError::ServiceError(context) => {
            let (status, said) = (context.raw().status().as_u16(), context.err());
            failure::setback_of(status, said.code(), said.message().unwrap_or_default())
        }
        SdkError::DispatchFailure(dispatch) => failure::setback(dispatch.as_connector_error(), attempt),
        _ => failure::setback(None, attempt),
    }
}

/// Tells why there is no answer of an endpoint.
pub fn unanswered(failure: Option<&ConnectorError>, attempt: &Attempt, endpoint: &Endpoint) -> Error {
    let error = failure::explain(failure, attempt, endpoint);
    // What a proxy or a certificate has to do with it is told already.
    let is_of_more = |chain: &str| ["proxy", "certificate"].iter().any(|word| chain.contains(word));
    if attempt.has_begun() || attempt.status().is_some() || failure.is_some_and(|it| is_of_more(&error_chain(it))) {
        return error;
    }
    endpoint.unreached(error)
}

/// What a failure means for the code that went with the call, and how it is told then.
pub fn of_code(error: Error, mfa: Mfa<'_>, tries: &Tries, clock: &Clock) -> Error {
    if !tries.have_begun() {
        return error.with_code(Code::Unsent);
    }
    match (error.class(), tries.trouble()) {
        (Class::CodeRejected, _) if tries.were_corrected() => Error::new(Class::Clock, clock.describe())
            .because("AWS refused the time of the first try and the code of the second")
            .hint("set the clock (on WSL: sudo hwclock -s), wait for the next code, then run this again"),
        (Class::CodeRejected, Some(trouble)) => {
            Error::new(Class::Unavailable, format!("AWS took no code for {}", mfa.serial))
                .because(format!("the try that got {trouble} may have used this code"))
                .hint(format!("use the next code of {}", mfa.serial))
                .with_code(Code::Doubtful)
        }
        (Class::CodeRejected, None) => {
            let why = error.why().unwrap_or_default().to_owned();
            let rejected = Error::new(Class::CodeRejected, format!("AWS rejected the code for {}", mfa.serial));
            let hint = if mfa.computed {
                "it was computed from a one-time password that seems to be of another device: store this one's own, or \
                 give its code with --token-code"
            } else {
                "use the next code of that very device; each code works once"
            };
            rejected.because(why).hint(hint).with_code(error.code())
        }
        _ => of_spent(error, Some(mfa)),
    }
}

/// Says of a call that brought nothing that its code may be spent.
pub fn of_spent(error: Error, mfa: Option<Mfa<'_>>) -> Error {
    match mfa.filter(|_| error.class() == Class::Unavailable) {
        Some(mfa) => {
            error.hint(format!("this code may be spent: check the network, then use the next code of {}", mfa.serial))
        }
        None => error,
    }
}

/// Explains why there are no credentials.
pub fn explain<E>(
    error: &SdkError<E, HttpResponse>,
    attempt: &Attempt,
    asked: &Asked<'_>,
    endpoint: &Endpoint,
    ours: &Clock,
) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(context) => {
            let status = context.raw().status().as_u16();
            let (code, message) = (context.err().code(), context.err().message().unwrap_or_default());
            match code {
                Some(code) if trouble::is_clock(code, message) => clock(code, message, ours, asked),
                code if trouble::passing(status, code).is_some() => {
                    let told = code.map_or_else(|| status.to_string(), |code| format!("{status} {}", quote(code)));
                    failure::troubled(endpoint, &format!("{told}: {}", quote(message)))
                }
                Some(code) => service(code, message, asked, endpoint),
                None => failure::unusable(endpoint, &trouble::of_status(status)),
            }
        }
        SdkError::ResponseError(_) => failure::unusable(endpoint, &Flaw::Foreign.to_string()),
        SdkError::TimeoutError(_) => failure::unusable(endpoint, "it took too long"),
        SdkError::DispatchFailure(dispatch) => unanswered(dispatch.as_connector_error(), attempt, endpoint),
        // The outer texts show the request whole, with the code in it; the last one says what is wrong.
        other => {
            let causes = std::iter::successors(Some(other as &dyn std::error::Error), |error| error.source());
            failure::unusable(endpoint, &quote(&causes.last().map_or_else(String::new, ToString::to_string)))
        }
    }
}

fn clock(code: &str, message: &str, clock: &Clock, asked: &Asked<'_>) -> Error {
    let hint = if asked.has_code() {
        "set the clock (on WSL: sudo hwclock -s), wait for the next code, then run this again"
    } else {
        "set the clock (on WSL: sudo hwclock -s), then run this again"
    };
    Error::new(Class::Clock, clock.describe()).because(format!("{}: {}", quote(code), quote(message))).hint(hint)
}

/// What AWS calls our options.
const OPTIONS: [(&str, &str); 10] = [
    ("durationSeconds", "--role-duration-seconds"),
    ("roleSessionName", "--role-session-name"),
    ("roleArn", "--role-arn"),
    ("externalId", "--external-id"),
    ("sourceIdentity", "--source-identity"),
    ("serialNumber", "--serial-number"),
    ("tokenCode", "--token-code"),
    ("policyArns", "--policy-arn"),
    ("tags", "--tag"),
    ("policy", "--policy"),
];

/// Where an option stands: it may be the flag or the profile, and AWS's text tells neither.
fn place(flag: &str) -> String {
    let key = of_flag(flag.trim_start_matches('-')).and_then(|opt| opt.keys.first());
    key.map_or_else(|| flag.to_owned(), |key| format!("{flag}, or {key} in the profile"))
}

/// Which option of ours AWS's text is about.
fn of_option(code: &str, message: &str, asked: &Asked<'_>) -> String {
    if let (true, Asked::Role { role, .. }) = (message.contains("MaxSessionDuration"), asked) {
        return format!(
            "lower {}; the role's maximum: aws iam get-role --role-name {} --query Role.MaxSessionDuration",
            place("--role-duration-seconds"),
            role.name()
        );
    }
    let text = message.to_lowercase();
    let names = |name: &str| text.contains(&name.to_lowercase());
    let found = OPTIONS.iter().find(|(name, _)| names(name)).map(|(_, option)| *option);
    match found {
        _ if code == "MalformedPolicyDocument" => format!("correct {}", place("--policy")),
        Some("--role-duration-seconds") if matches!(asked, Asked::Session { .. }) => {
            format!("correct {}", place("--mfa-duration-seconds"))
        }
        Some(option) => format!("correct {}", place(option)),
        None => "correct the option that AWS names".to_owned(),
    }
}

/// AWS's codes and texts.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
fn service(code: &str, message: &str, asked: &Asked<'_>, endpoint: &Endpoint) -> Error {
    let keys = asked.keys().and_then(|keys| trouble::of_keys(code, message, keys, endpoint.region()));
    let role = matches!(asked, Asked::Role { .. });
    let invalid_code = message.starts_with("MultiFactorAuthentication failed with invalid MFA one time pass code");
    // The role may be assumed; what goes with it may not.
    let more = ["sts:TagSession", "sts:SetSourceIdentity"].into_iter().find(|action| message.contains(action));
    let (class, hint) = match (code, keys, more) {
        (_, Some(hint), _) => (Class::Denied, hint),
        ("AccessDenied", _, Some(action)) => {
            let option = if action == "sts:TagSession" { "--tag" } else { "--source-identity" };
            (Class::Denied, format!("the role's trust policy must allow {action} beside sts:AssumeRole: ask the role's owner, or leave out {option}"))
        }
        ("AccessDenied", ..) if invalid_code => {
            (Class::CodeRejected, "use the next code of that very device; each code works once".into())
        }
        ("AccessDenied", ..) if message.contains("MultiFactorAuthentication failed") => (
            Class::Denied,
            "check the MFA serial: it must be this user's own device, as shown by: aws iam list-mfa-devices".into(),
        ),
        ("AccessDenied", ..) if matches!(asked, Asked::Federation { .. }) => (
            Class::Denied,
            "ask for the permission sts:GetFederationToken, or name a role with --role-arn".into(),
        ),
        ("AccessDenied", ..) if role && !asked.has_code() && asked.is_of_permanent_keys() => (
            Class::Denied,
            "the role probably requires MFA: name your device with --serial-number, or store it as aws-mfa-arn beside the keys".into(),
        ),
        ("AccessDenied", ..) if role => (
            Class::Denied,
            "check that the role exists, that its trust policy names you (and your external id), and that you may sts:AssumeRole it".into(),
        ),
        ("AccessDenied" | "InvalidIdentityToken" | "ExpiredTokenException" | "IDPRejectedClaim", ..) if asked.keys().is_none() => (
            Class::Denied,
            "check that the token is fresh, and that the role's trust policy names who has issued it and for whom".into(),
        ),
        ("RegionDisabledException", ..) => (Class::Denied, "name a region that the account has enabled, with --region".into()),
        ("PackedPolicyTooLarge", ..) => {
            let hint = "shorten the policy, or use fewer managed policies and tags: AWS counts them together";
            (Class::Config, hint.into())
        }
        ("ValidationError" | "MalformedPolicyDocument", ..) => (Class::Config, of_option(code, message, asked)),
        _ => (Class::Denied, "see what it means: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html".into()),
    };
    let bare = code == "AccessDenied" && !message.contains("MultiFactorAuthentication");
    let wants_mfa = bare && more.is_none() && role && !asked.has_code() && asked.is_of_permanent_keys();
    Error::new(class, asked.to_string())
        .because(format!("{}: {}", quote(code), quote(message)))
        .hint(hint)
        .for_want_of_mfa(wants_mfa)
        .of_dead_keys(matches!(
            code,
            "InvalidClientTokenId" | "UnrecognizedClientException" | "ExpiredToken" | "ExpiredTokenException"
        ))
}
