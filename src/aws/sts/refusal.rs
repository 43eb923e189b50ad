//! What STS's refusals mean. AWS's own code and words are kept; what to do next is ours.

use super::endpoint::Endpoint;
use crate::aws::clock::describe_date;
use crate::credentials::{RoleArn, SourceKeys};
use crate::error::{Class, Error};
use crate::text::error_chain;
use crate::text::quote;
use aws_sdk_sts::config::http::HttpResponse;
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};

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
}

impl Asked<'_> {
    const fn keys(&self) -> &SourceKeys {
        match self {
            Self::Session { keys, .. } | Self::Role { keys, .. } => keys,
        }
    }

    const fn has_code(&self) -> bool {
        match self {
            Self::Session { mfa, .. } | Self::Role { mfa, .. } => *mfa,
        }
    }
}

impl std::fmt::Display for Asked<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session { keys, .. } => write!(f, "AWS gave no session for the access key {}", keys.access_key_id),
            Self::Role { role, .. } => write!(f, "AWS did not let you assume {role}"),
        }
    }
}

/// STS gave no usable answer.
pub fn unavailable(endpoint: &Endpoint, why: &str) -> Error {
    Error::new(Class::Unavailable, format!("{endpoint} gave no usable answer"))
        .because(why)
        .hint("check the network, HTTPS_PROXY and AWS_CA_BUNDLE, then run this again")
}

/// The `Date` header of an answer.
pub fn date<E>(error: &SdkError<E, HttpResponse>) -> Option<&str> {
    error.raw_response()?.headers().get("date")
}

/// Whether STS refused because of this machine's clock.
pub fn is_clock<E: ProvideErrorMetadata>(error: &SdkError<E, HttpResponse>) -> bool {
    let SdkError::ServiceError(context) = error else { return false };
    let message = context.err().message().unwrap_or_default();
    matches!(context.err().code(), Some("RequestTimeTooSkewed" | "RequestExpired"))
        || message.starts_with("Signature expired")
        || message.starts_with("Signature not yet current")
}

/// Explains why there are no credentials.
pub fn explain<E>(error: &SdkError<E, HttpResponse>, asked: &Asked<'_>, endpoint: &Endpoint) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    match error {
        SdkError::ServiceError(context) => match context.err().code() {
            Some(code) if is_clock(error) => clock(code, context.err().message(), date(error), asked),
            Some(code) => service(code, context.err().message().unwrap_or_default(), asked, endpoint),
            None => {
                unavailable(endpoint, &format!("HTTP status {} without an STS error", context.raw().status().as_u16()))
            }
        },
        SdkError::ResponseError(_) => {
            unavailable(endpoint, "the answer is not one of STS: is there a proxy or a login page in between?")
        }
        SdkError::TimeoutError(_) => unavailable(endpoint, "it took too long"),
        SdkError::DispatchFailure(failure) => {
            let why =
                failure.as_connector_error().map_or_else(|| "the connection failed".into(), |error| error_chain(error));
            unavailable(endpoint, &without_passwords(&why))
        }
        // The outer texts show the request whole, with the code in it; the last one says what is wrong.
        other => {
            let causes = std::iter::successors(Some(other as &dyn std::error::Error), |error| error.source());
            unavailable(endpoint, &quote(&causes.last().map_or_else(String::new, ToString::to_string)))
        }
    }
}

fn clock(code: &str, message: Option<&str>, date: Option<&str>, asked: &Asked<'_>) -> Error {
    let hint = if asked.has_code() {
        "set the clock (on WSL: sudo hwclock -s), wait for the next code, then run this again"
    } else {
        "set the clock (on WSL: sudo hwclock -s), then run this again"
    };
    Error::new(Class::Clock, describe_date(date))
        .because(format!("{}: {}", quote(code), quote(message.unwrap_or_default())))
        .hint(hint)
}

/// AWS's codes and texts.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>
fn service(code: &str, message: &str, asked: &Asked<'_>, endpoint: &Endpoint) -> Error {
    let id = &asked.keys().access_key_id;
    let role = matches!(asked, Asked::Role { .. });
    let invalid_code = message.starts_with("MultiFactorAuthentication failed with invalid MFA one time pass code");
    let (class, hint) = match code {
        "AccessDenied" if invalid_code => {
            (Class::CodeRejected, "wait for the device's next code, since each is good once, and check that it is this device".into())
        }
        "AccessDenied" if message.contains("MultiFactorAuthentication failed") => (
            Class::Denied,
            "check the MFA serial: it must be this user's own device, as shown by: aws iam list-mfa-devices".into(),
        ),
        "AccessDenied" if role && !asked.has_code() && !asked.keys().are_temporary() => (
            Class::Denied,
            "the role probably requires MFA: name your device with --serial-number, or store it as aws-mfa-arn beside the keys".into(),
        ),
        "AccessDenied" if role => (
            Class::Denied,
            "check that the role exists, that its trust policy names you (and your external id), and that you may sts:AssumeRole it".into(),
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" if asked.keys().are_temporary() => (
            Class::Denied,
            format!("the temporary access key {id} was ended, or is of another partition than {}: get a new one first", endpoint.region()),
        ),
        "InvalidClientTokenId" | "UnrecognizedClientException" => (
            Class::Denied,
            format!("the access key {id} is inactive, deleted, or of another partition than {}: see aws iam list-access-keys", endpoint.region()),
        ),
        "SignatureDoesNotMatch" => {
            (Class::Denied, format!("the secret access key stored beside the access key {id} is not its own: store the pair anew"))
        }
        "ExpiredToken" | "ExpiredTokenException" => {
            (Class::Denied, "the credentials that were to be exchanged have ended: get new ones first".into())
        }
        "RegionDisabledException" => (Class::Denied, "name a region that the account has enabled, with --region".into()),
        "PackedPolicyTooLarge" => {
            let hint = "AWS packs the policy, the managed policies and the tags together, and they are too much: shorten them";
            (Class::Config, hint.into())
        }
        "ValidationError" | "MalformedPolicyDocument" => {
            (Class::Config, "change the option that AWS names".into())
        }
        "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "TooManyRequestsException" | "InternalFailure"
        | "ServiceUnavailable" | "InternalError" => {
            (Class::Unavailable, "AWS has trouble of its own: wait a little, then run this again".into())
        }
        _ => (Class::Denied, "look the code up in the STS documentation".into()),
    };
    let bare = code == "AccessDenied" && !message.contains("MultiFactorAuthentication");
    let wants_mfa = bare && role && !asked.has_code() && !asked.keys().are_temporary();
    Error::new(class, asked.to_string())
        .because(format!("{}: {}", quote(code), quote(message)))
        .hint(hint)
        .for_want_of_mfa(wants_mfa)
        .of_dead_keys(matches!(
            code,
            "InvalidClientTokenId" | "UnrecognizedClientException" | "ExpiredToken" | "ExpiredTokenException"
        ))
}

/// Hides `user:password@` in the URLs of a message: a proxy's URL may hold them.
fn without_passwords(message: &str) -> String {
    let hide = |word: &str| match (word.find("://"), word.rfind('@')) {
        (Some(scheme), Some(at)) if scheme < at => format!("{}://…{}", &word[..scheme], &word[at..]),
        _ => word.to_owned(),
    };
    quote(&message.split(' ').map(hide).collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r68_a_proxys_password_is_not_told() {
        let told = without_passwords("connect to http://me:CANARY@proxy:3128 failed");
        assert_eq!(told, "connect to http://…@proxy:3128 failed");
    }
}
