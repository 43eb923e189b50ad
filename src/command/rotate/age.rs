//! How old a key is, and how old it has to be.

use crate::aws::iam::Listed;
use crate::credentials::AccessKeyId;
use crate::error::{Class, Error};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;

/// Reads `90d`, `12h` or `30m`, or a number of days; gives seconds.
pub fn parse(text: &str) -> Result<u64, Error> {
    let text = text.trim();
    let (number, unit) = match text.char_indices().next_back() {
        Some((at, 'd')) => (&text[..at], 86_400),
        Some((at, 'h')) => (&text[..at], 3600),
        Some((at, 'm')) => (&text[..at], 60),
        _ => (text, 86_400),
    };
    number
        .parse::<u64>()
        .ok()
        .and_then(|number| number.checked_mul(unit))
        .ok_or_else(|| Error::new(Class::Usage, "--if-older-than takes an age").hint("as in: --if-older-than 90d"))
}

/// The age of a key, in seconds, where AWS lists it.
#[must_use]
pub fn of(listed: &[Listed], id: &AccessKeyId, now: u64) -> Option<u64> {
    let key = listed.iter().find(|key| key.id == *id)?;
    let made = u64::try_from(DateTime::from_str(&key.created, Format::DateTime).ok()?.secs()).ok()?;
    Some(now.saturating_sub(made))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_as_people_write_them() {
        for (text, seconds) in [("90d", 7_776_000), ("90", 7_776_000), (" 12h ", 43_200), ("30m", 1800), ("0", 0)] {
            assert_eq!(parse(text).unwrap(), seconds, "{text}");
        }
        for text in ["", "d", "-1d", "1w", "99999999999999999999d", "é"] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
