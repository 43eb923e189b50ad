//! The JSON by which other programs give keys: that of `credential_process`; and the values that endpoints give as well.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use crate::credentials::{AccessKeyId, Problem, SourceKeys, secret_access_key};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use secrecy::SecretString;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::SystemTime;

/// What it says. Other keys are none of ours.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "Version")]
    version: serde_json::Number,
    #[serde(rename = "AccessKeyId", borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "SecretAccessKey", borrow)]
    secret: Cow<'a, str>,
    #[serde(rename = "SessionToken", borrow, default)]
    token: Option<Cow<'a, str>>,
    #[serde(rename = "Expiration", borrow, default)]
    expiration: Option<Cow<'a, str>>,
}

/// The keys in an answer that is one whole JSON object, and when they end, where it says it; or what is wrong with it. It
/// is never shown.
pub fn read(answer: &[u8]) -> Result<(SourceKeys, Option<SystemTime>), String> {
    let text = std::str::from_utf8(answer).map_err(|_| Problem::NotUtf8.to_string())?;
    if !text.trim_start().starts_with('{') {
        return Err("what it printed is no JSON object".into());
    }
    // The reader's own text may show a value.
    let said: Said<'_> = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        if error.is_data() {
            format!("what it printed lacks Version, AccessKeyId or SecretAccessKey, or has one twice ({place})")
        } else {
            format!("what it printed is not one whole JSON object ({place})")
        }
    })?;
    if said.version.as_f64() != Some(1.0) {
        return Err("the Version that it printed is not 1".into());
    }
    let Said { id, secret, token, expiration, .. } = said;
    keys(Given { id, secret, token, expiration })
        .map_err(|(name, problem)| format!("the {name} that it printed cannot be used: {problem}"))
}

/// The values of an answer as they stand there, whoever gave it.
pub struct Given<'a> {
    /// The access key id.
    pub id: Cow<'a, str>,
    /// The secret access key.
    pub secret: Cow<'a, str>,
    /// The session token; an empty one is none.
    pub token: Option<Cow<'a, str>>,
    /// When the keys end, RFC 3339; an empty text is none.
    pub expiration: Option<Cow<'a, str>>,
}

/// The keys, and when they end, where that is said; or which member cannot be used, and why.
pub fn keys(given: Given<'_>) -> Result<(SourceKeys, Option<SystemTime>), (&'static str, Problem)> {
    let named = |name: &'static str| move |problem: Problem| (name, problem);
    let keys = SourceKeys {
        access_key_id: AccessKeyId::new(&given.id).map_err(named("AccessKeyId"))?,
        secret_access_key: secret_access_key(&given.secret).map_err(named("SecretAccessKey"))?,
        session_token: given.token.filter(|token| !token.is_empty()).map(|token| SecretString::from(&*token)),
    };
    let ends = given.expiration.filter(|ends| !ends.is_empty()).map(|ends| time(&ends));
    Ok((keys, ends.transpose().map_err(named("Expiration"))?))
}

/// A time as RFC 3339 has it, or as other tools write it: with a blank in the middle, or without the colon of the offset.
pub fn time(text: &str) -> Result<SystemTime, Problem> {
    let mut text = text.trim().replacen(' ', "T", 1);
    let offset = text.len().checked_sub(5).and_then(|at| text.get(at..));
    if offset.is_some_and(|it| it.starts_with(['+', '-']) && it.bytes().skip(1).all(|byte| byte.is_ascii_digit())) {
        text.insert(text.len() - 2, ':');
    }
    let time = DateTime::from_str(&text, Format::DateTimeWithOffset).ok();
    time.and_then(|time| SystemTime::try_from(time).ok()).ok_or(Problem::Shape("a time like 2030-01-02T03:04:05Z"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const WHOLE: &str = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "wJalrXUtnFEMI\/K7MDENG/bPxRfiCYEXAMPLEKEY", "SessionToken": "", "Expiration": null}"#;

    #[test]
    fn r73_a2_keys_count_in_one_whole_object_only() {
        let (keys, ends) = read(WHOLE.as_bytes()).unwrap();
        assert_eq!(keys.access_key_id.as_str(), "AKIAIOSFODNN7EXAMPLE");
        assert!(keys.session_token.is_none() && ends.is_none());
        assert!(read(format!("\n{WHOLE}\n").as_bytes()).is_ok());
        for end in 0..WHOLE.len() {
            assert!(read(&WHOLE.as_bytes()[..end]).is_err(), "{end}");
        }
        let rows = [
            format!("{WHOLE}x"),
            format!("{WHOLE}{WHOLE}"),
            format!("[{WHOLE}]"),
            WHOLE.replace("\"Version\": 1", "\"Version\": \"1\""),
            WHOLE.replace("\"Version\": 1", "\"Version\": 2"),
            WHOLE.replace("\"Version\": 1,", ""),
            WHOLE.replace("\"SessionToken\"", "\"AccessKeyId\""),
            WHOLE.replace("AKIAIOSFODNN7EXAMPLE", "AKIA"),
            WHOLE.replace("null", "\"tomorrow\""),
        ];
        for row in rows {
            let why = read(row.as_bytes()).unwrap_err();
            assert!(!why.contains("AKIA") && !why.contains("wJalr"), "{why}");
        }
        assert!(read(b"\xff").is_err() && read(b"").is_err());
    }

    #[test]
    fn an_end_is_read_in_every_form_that_is_written() {
        let expected = SystemTime::UNIX_EPOCH + Duration::from_secs(1_893_553_445);
        for text in [
            "2030-01-02T03:04:05Z",
            "2030-01-02T03:04:05+00:00",
            "2030-01-02T05:04:05+02:00",
            "2030-01-02T05:04:05+0200",
            "2030-01-02 03:04:05+00:00",
            "2030-01-02 03:04:05Z",
        ] {
            let answer = WHOLE.replace("null", &format!("\"{text}\""));
            assert_eq!(read(answer.as_bytes()).unwrap().1, Some(expected), "{text}");
        }
        assert_eq!(time("2030-01-02T03:04:05.000Z"), Ok(expected));
    }
}
