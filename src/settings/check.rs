//! The shapes of settings: numbers in range, names of allowed characters.

use crate::credentials::{Problem, RoleArn, is_session_name_char};
use crate::error::{Class, Error};
use std::ops::RangeInclusive;
use std::time::Duration;

/// A setting that is not what its name says; `place` is where to look.
pub fn refused(what: &str, place: &str, problem: Problem) -> Error {
    Error::new(Class::Config, format!("{what} cannot be used"))
        .because(problem.to_string())
        .hint(format!("see {place}"))
}

/// A role's ARN.
pub fn role_arn(arn: &str, place: &str) -> Result<RoleArn, Error> {
    RoleArn::new(arn).map_err(|problem| refused("the role ARN", place, problem))
}

/// A role session name: 2 to 64 characters.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub fn session_name(name: String, place: &str) -> Result<String, Error> {
    let fits = (2..=64).contains(&name.len()) && name.chars().all(is_session_name_char);
    if fits { Ok(name) } else { Err(refused("the name", place, Problem::Shape("2 to 64 letters, digits and _+=,.@-"))) }
}

/// Whether this can be a region's name, which is a part of a host name: lower-case letters, digits and `-`.
#[must_use]
pub fn is_region(name: &str) -> bool {
    (1..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// A region.
pub fn region(region: String) -> Result<String, Error> {
    let place = "--region, the profile's region, or AWS_REGION";
    if is_region(&region) {
        Ok(region)
    } else {
        Err(refused("the region", place, Problem::Shape("a region's name like eu-west-1")))
    }
}

/// A number of seconds that AWS accepts.
pub fn seconds(text: &str, place: &str, range: RangeInclusive<u32>) -> Result<u32, Error> {
    let value = text.trim().parse().ok().filter(|value| range.contains(value));
    value.ok_or_else(|| {
        Error::new(Class::Config, format!("{place} cannot be used"))
            .because(format!("AWS accepts {} to {} seconds", range.start(), range.end()))
            .hint("choose a duration in that range")
    })
}

/// A duration as people write it: `90s`, `15m`, `1h`, or a number of seconds; at most the 36 hours of a session.
pub fn duration(text: &str) -> Result<Duration, Error> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().next_back() {
        Some((at, 's')) => (&text[..at], 1),
        Some((at, 'm')) => (&text[..at], 60),
        Some((at, 'h')) => (&text[..at], 3600),
        _ => (text, 1),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    let seconds = seconds.filter(|seconds| *seconds <= 129_600);
    let shape = Problem::Shape("a duration up to 36h, like 90s, 15m or 1h");
    seconds.map(Duration::from_secs).ok_or_else(|| refused("the minimum time", "--min-ttl", shape))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, expected) in [("90s", 90), ("15m", 900), ("1h", 3600), ("300", 300), ("36h", 129_600), ("0", 0)] {
            assert_eq!(duration(text).unwrap_or_else(|error| panic!("{error}")).as_secs(), expected, "{text}");
        }
        for text in ["", "m", "1d", "-5m", "37h", "99999999999999999999h", "5 m", "é"] {
            assert_eq!(duration(text).unwrap_err().class(), Class::Config, "{text}");
        }
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
            assert!(region(text.into()).is_err(), "{text}");
        }
    }
}
