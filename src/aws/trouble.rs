//! AWS's error codes that are the same for all its services: those that pass by themselves, of a clock, and of keys.

use crate::credentials::{KEY_ID_LENGTH, Partition, SECRET_KEY_LENGTH, SourceKeys};
use secrecy::ExposeSecret;

/// The codes that mean too many requests.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
const THROTTLING: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Other codes that mean a trouble of AWS's own, whatever the status beside them.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>, and STS's model for the last one
const PASSING: [&str; 6] = [
    "InternalError",
    "InternalFailure",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "IDPCommunicationError",
];

/// A trouble that passes by itself, in words, as in `503 ServiceUnavailable`; none where the answer is something else.
///
/// The status 511 is no trouble of AWS's: a network says by it that it wants a sign-in first.
/// Source: <https://www.rfc-editor.org/rfc/rfc6585#section-6>
#[must_use]
pub fn passing(status: u16, code: Option<&str>) -> Option<String> {
    let named = code.filter(|code| !code.is_empty());
    let is_named = named.is_some_and(|code| THROTTLING.contains(&code) || PASSING.contains(&code));
    let by_status = status == 429 || ((500..600).contains(&status) && status != 511);
    (is_named || by_status)
        .then(|| named.map_or_else(|| status.to_string(), |code| format!("{status} {}", crate::text::quote(code))))
}

/// Whether AWS refused because of this machine's clock.
#[must_use]
pub fn is_clock(code: &str, message: &str) -> bool {
    matches!(code, "RequestTimeTooSkewed" | "RequestExpired" | "RequestInTheFuture")
        || message.starts_with("Signature expired")
        || message.starts_with("Signature not yet current")
}

/// What to do about keys that AWS does not take in `region`; none where the code is about something else.
#[must_use]
pub fn of_keys(code: &str, message: &str, keys: &SourceKeys, region: &str) -> Option<String> {
    let id = &keys.access_key_id;
    let partition = Partition::of_region(region);
    Some(match code {
        "SignatureDoesNotMatch" if message.contains("scoped to a valid region") => {
            format!("name the region that the endpoint is of, with --region: it was signed for {region}")
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" if keys.are_temporary() => {
            format!(
                "the temporary access key {id} was ended, or is of another partition than {partition}: get a new one first"
            )
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" if id.as_str().len() != KEY_ID_LENGTH => {
            format!(
                "the access key id has {} characters, and AWS's have {KEY_ID_LENGTH}: see whether it was cut",
                id.as_str().len()
            )
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" => {
            format!(
                "the access key {id} is inactive, deleted, or of another partition than {partition}: the IAM console, or the account's administrator, can tell which"
            )
        }
        "SignatureDoesNotMatch" if keys.secret_access_key.expose_secret().len() != SECRET_KEY_LENGTH => {
            format!(
                "the secret access key beside the access key {id} has not the {SECRET_KEY_LENGTH} characters of AWS's: see whether it was cut"
            )
        }
        "SignatureDoesNotMatch" => {
            format!("the secret access key beside the access key {id} is not its own: take both from the same key")
        }
        "ExpiredToken" | "ExpiredTokenException" => {
            "the credentials that were to be exchanged have ended: get new ones first".into()
        }
        _ => return None,
    })
}

/// What an answer that is none of AWS's tells by its status alone.
#[must_use]
pub fn of_status(status: u16) -> String {
    match status {
        300..=399 | 511 => {
            format!("something in between answered {status}: the network wants a sign-in, or there is a proxy")
        }
        407 => "a proxy in between answered 407: it wants a user and a password".into(),
        _ => format!("HTTP status {status} without an error of AWS"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r71_what_passes_by_itself_is_known_by_name_or_by_status() {
        let rows = [
            (400, Some("Throttling"), Some("400 Throttling")),
            (400, Some("RequestThrottledException"), Some("400 RequestThrottledException")),
            (429, None, Some("429")),
            (500, Some("InternalFailure"), Some("500 InternalFailure")),
            (502, None, Some("502")),
            (599, Some(""), Some("599")),
            (511, None, None),
            (403, Some("AccessDenied"), None),
            (400, Some("LimitExceeded"), None),
            (200, None, None),
        ];
        for (status, code, expected) in rows {
            assert_eq!(passing(status, code).as_deref(), expected, "{status} {code:?}");
        }
    }
}
