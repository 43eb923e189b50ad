//! The shapes of settings: numbers in range, names of allowed characters.

use super::said::Found;
use crate::credentials::{MfaSerial, Problem, RoleArn, is_session_name_char};
use crate::error::{Class, Error};
use crate::text::quote;
use std::ops::RangeInclusive;
use std::time::Duration;

/// A setting that is not what its name says; `place` is where to look.
pub fn refused(what: &str, place: &str, problem: Problem) -> Error {
    refused_because(what, place, &problem.to_string())
}

/// The same for another reason.
pub fn refused_because(what: &str, place: &str, why: &str) -> Error {
    Error::new(Class::Config, format!("{what} cannot be used")).because(why).hint(format!("correct {place}"))
}

/// A role's ARN.
pub fn role_arn(arn: &str, place: &str) -> Result<RoleArn, Error> {
    RoleArn::new(arn).map_err(|problem| {
        let is_name = place.starts_with("--") && !arn.contains([':', ' ']) && problem != Problem::Empty;
        let error = Error::new(Class::Config, format!("\"{}\" is not a role ARN", quote(arn)))
            .because("that is like arn:aws:iam::111122223333:role/NAME");
        if is_name {
            error.hint(format!("a profile is --profile {}", quote(arn)))
        } else {
            error.hint(format!("correct {place}"))
        }
    })
}

/// An MFA device.
pub fn mfa_serial(serial: &str, place: &str) -> Result<MfaSerial, Error> {
    MfaSerial::new(serial).map_err(|problem| {
        let why = format!("{problem}; a device is like arn:aws:iam::111122223333:mfa/NAME, or a serial number");
        refused_because("the MFA device", place, &why)
    })
}

/// A role session name: 2 to 64 characters.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub fn session_name(name: String, place: &str) -> Result<String, Error> {
    let fits = (2..=64).contains(&name.len()) && name.chars().all(is_session_name_char);
    if fits { Ok(name) } else { Err(refused("the name", place, Problem::Shape("2 to 64 letters, digits and _+=,.@-"))) }
}

/// An external id.
pub fn external_id(id: String, place: &str) -> Result<String, Error> {
    let is_id = |c: char| is_session_name_char(c) || "/:".contains(c);
    let shape = "2 to 1224 letters, digits and _+=,.@:/-, without blanks";
    text("the external id", place, Some(&id), 2..=1224, is_id, shape)?;
    Ok(id)
}

/// A session policy.
pub fn policy(policy: String, place: &str) -> Result<String, Error> {
    let shape = "one character or more, each up to U+00FF";
    text("the policy", place, Some(&policy), 1..=usize::MAX, is_of_policy, shape)?;
    Ok(policy)
}

const fn is_of_policy(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}')
}

/// A text of so many characters of one kind.
pub fn text(
    what: &str,
    place: &str,
    value: Option<&str>,
    range: std::ops::RangeInclusive<usize>,
    allows: impl Fn(char) -> bool,
    shape: &str,
) -> Result<(), Error> {
    let fits = |value: &str| range.contains(&value.chars().count()) && value.chars().all(allows);
    if value.is_none_or(fits) { Ok(()) } else { Err(refused_because(what, place, &format!("it must be {shape}"))) }
}

/// Whether this can be a region's name, which is a part of a host name: lower-case letters, digits and `-`.
#[must_use]
pub fn is_region(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A region.
pub fn region(name: String, place: &str) -> Result<String, Error> {
    if is_region(&name) {
        Ok(name)
    } else {
        Err(refused("the region", place, Problem::Shape("a region's name like eu-west-1")))
    }
}

/// A time that AWS accepts, in seconds.
pub fn seconds(text: &str, place: &str, range: RangeInclusive<u32>) -> Result<u32, Error> {
    let time = duration(text);
    let value = time.and_then(|time| u32::try_from(time.as_secs()).ok()).filter(|value| range.contains(value));
    value.ok_or_else(|| {
        // What is no time at all was mistyped.
        let class = if time.is_none() && place.starts_with("--") { Class::Usage } else { Class::Config };
        Error::new(class, format!("{place} cannot be used"))
            .because(format!("AWS accepts {} to {} seconds", range.start(), range.end()))
            .hint("choose a time in that range, like 3600, 90m, 8h or 1h30m")
    })
}

/// How long kept credentials must still be good: at most the 36 hours of a session.
pub fn min_ttl(found: &Found) -> Result<Duration, Error> {
    let time = duration(&found.value).filter(|time| *time <= Duration::from_hours(36));
    let shape = Problem::Shape("a duration up to 36h, like 90s, 15m or 1h30m");
    time.ok_or_else(|| refused("the minimum time", &found.place, shape))
}

/// A time as people write it: `8h`, `90m`, `1h30m`, `90s`, or a number of seconds.
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut seconds = 0_u64;
    let mut last = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..digits].parse().ok()?;
        let (unit, len) = match rest[digits..].chars().next().map(|unit| unit.to_ascii_lowercase()) {
            Some('h') => (3600, 1),
            Some('m') => (60, 1),
            Some('s') => (1, 1),
            None if last == u64::MAX => (1, 0),
            _ => return None,
        };
        // Larger units come first, each once.
        if unit >= last {
            return None;
        }
        (seconds, last) = (seconds.checked_add(number.checked_mul(unit)?)?, unit);
        rest = &rest[digits + len..];
    }
    (last != u64::MAX).then(|| Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        let rows = [
            ("90s", 90),
            ("15m", 900),
            ("1h", 3600),
            ("8H", 28_800),
            ("1h30m", 5400),
            ("1h0m5s", 3605),
            ("300", 300),
            (" 36h ", 129_600),
            ("0", 0),
        ];
        for (text, expected) in rows {
            assert_eq!(duration(text).map(|time| time.as_secs()), Some(expected), "{text}");
        }
        for text in ["", "m", "1d", "-5m", "99999999999999999999h", "5 m", "é", "30m1h", "1h1h", "1h30", "1.5h", "+5"]
        {
            assert_eq!(duration(text), None, "{text}");
        }
        let found = |value: &str| Found { value: value.into(), place: "--min-ttl".into() };
        assert!(min_ttl(&found("36h")).is_ok() && min_ttl(&found("37h")).is_err());
    }

    #[test]
    fn r69_durations_outside_what_aws_accepts_are_refused() {
        for text in ["899", "43201", "-1", "", "3600.5", "4294967296"] {
            assert!(seconds(text, "--role-duration-seconds", 900..=43_200).is_err(), "{text}");
        }
        assert_eq!(seconds(" 43200 ", "x", 900..=43_200).unwrap(), 43_200);
    }

    #[test]
    fn a_region_cannot_lead_to_another_host() {
        for text in ["eu-west-1.evil.example", "x/", "EU-WEST-1", "a b", "x#"] {
            assert!(region(text.into(), "--region").is_err(), "{text}");
        }
    }

    #[test]
    fn s17_an_external_id_and_a_policy_are_to_be_corrected_where_they_were_said() {
        let ids: [(String, bool); 7] = [
            ("partner-42:/x=+,.@_".into(), true),
            ("x".repeat(1224), true),
            ("x".repeat(1225), false),
            ("x".into(), false),
            ("partner 42".into(), false),
            ("partner-42 ".into(), false),
            ("pärtner".into(), false),
        ];
        for (text, expected) in ids {
            assert_eq!(external_id(text.clone(), "here").is_ok_and(|id| id == text), expected, "{text}");
        }
        let policies: [(String, bool); 3] =
            [("x".repeat(10_000), true), (String::new(), false), ("{\u{201c}a\u{201d}}".into(), false)];
        for (text, expected) in policies {
            assert_eq!(policy(text.clone(), "here").is_ok(), expected, "{text}");
        }
        let told = external_id("a b".into(), "here").unwrap_err().to_string();
        assert!(told.contains("correct here"), "{told}");
    }
}
