//! The things AWS gives names to, each checked for its own shape before anything is sent.
//!
//! A value from a manager is accepted only by one of these constructors; what is refused is described by a
//! [`Problem`], which never holds the value.

mod account;
mod arn;
mod code;
mod identity;
mod otp;
mod shape;
mod totp;
mod whose;

pub use account::Account;
pub use arn::{MfaSerial, Partition, RoleArn};
pub use code::TokenCode;
pub use identity::Caller;
pub use otp::{Otp, is_secret as is_otp_secret};
pub use shape::{KEY_ID_LENGTH, SECRET_KEY_LENGTH, is_key_byte, is_key_id, is_secret_key};
pub use totp::Totp;
pub use whose::Whose;

use secrecy::{ExposeSecret, SecretString};
use std::fmt;
use std::time::Duration;

/// Why a value is not what its name says. It never holds the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// There is nothing, or only blanks.
    Empty,
    /// There is text that is not UTF-8.
    NotUtf8,
    /// There is a control character or a blank inside, at this byte (counted from 0).
    Unprintable(usize),
    /// The length is outside what AWS allows.
    Length {
        /// How many bytes there are.
        is: usize,
        /// The fewest AWS allows.
        least: usize,
        /// The most AWS allows.
        most: usize,
    },
    /// It is not of the shape named here.
    Shape(&'static str),
    /// It is of the shape of what is named here, which stands beside it.
    Swapped(&'static str),
    /// It is of the shape of the secret that is named here, in the place of what is shown and sent.
    Secret(&'static str),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::NotUtf8 => f.write_str("it is not UTF-8 text"),
            Self::Unprintable(at) => {
                write!(f, "byte {at} is a blank, a control or another character that cannot be in it")
            }
            Self::Length { is: 1, least, most } => write!(f, "it has 1 byte, not {least} to {most}"),
            Self::Length { is, least, most } => write!(f, "it has {is} bytes, not {least} to {most}"),
            Self::Shape(expected) => write!(f, "it is not {expected}"),
            Self::Secret(secret) => write!(f, "it looks like {secret}, which must stay secret"),
            Self::Swapped(other) => write!(f, "it looks like {other}: the two seem to be swapped"),
        }
    }
}

/// Cuts what editors and managers add around a value: a byte order mark, blanks, the end of the line.
#[must_use]
pub fn trim(value: &str) -> &str {
    value.trim_start_matches('\u{feff}').trim_matches([' ', '\t', '\r', '\n'])
}

/// Checks the length and that every byte is a printable ASCII character without blanks.
fn check_printable(value: &str, least: usize, most: usize) -> Result<(), Problem> {
    if value.is_empty() {
        return Err(Problem::Empty);
    }
    if let Some(at) = value.bytes().position(|byte| !byte.is_ascii_graphic()) {
        return Err(Problem::Unprintable(at));
    }
    if value.len() < least || value.len() > most {
        return Err(Problem::Length { is: value.len(), least, most });
    }
    Ok(())
}

/// Checks that no shell would see more than a word in the value, wherever it is written without quotes. What AWS gives
/// is base64 today.
fn check_plain(value: &str) -> Result<(), Problem> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_.:~,@-".contains(&byte);
    let expected = Problem::Shape("letters, digits and +/=_.:~,@- only");
    if value.bytes().all(is_plain) { Ok(()) } else { Err(expected) }
}

/// An access key id: 16 to 128 letters, digits and `_`.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_Credentials.html>
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AccessKeyId(String);

impl AccessKeyId {
    /// Accepts what AWS's own model accepts, but no secret access key: an id goes out as it is, and is shown in part.
    pub fn new(value: &str) -> Result<Self, Problem> {
        let value = trim(value);
        check_printable(value, 16, 128)?;
        if is_secret_key(value.as_bytes()) {
            return Err(Problem::Swapped("a secret access key"));
        }
        if !value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(Problem::Shape("an access key id, which has letters and digits only"));
        }
        Ok(Self(value.into()))
    }

    /// Whether AWS gave it out for a limited time, with a session token beside it (`ASIA…`).
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.0.starts_with("ASIA")
    }

    /// Whether AWS gave it to a user for good (`AKIA…`). No session token belongs to it.
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        self.0.starts_with("AKIA")
    }

    /// The whole id, for AWS and for the caller's shell.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The last four characters, enough for a person to tell two keys apart.
impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", &self.0[self.0.len() - 4..])
    }
}

impl fmt::Debug for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Accepts a secret access key: 16 to 128 printable characters without blanks (40 today), which are no access key id.
pub fn secret_access_key(value: &str) -> Result<SecretString, Problem> {
    let value = trim(value);
    check_printable(value, 16, 128)?;
    if is_key_id(value.as_bytes()) {
        return Err(Problem::Swapped("an access key id"));
    }
    Ok(SecretString::from(value))
}

/// What our own calls to STS are signed with: permanent keys, or temporary ones of the SDK's default chain.
#[derive(Clone, Debug)]
pub struct SourceKeys {
    /// Names the key.
    pub access_key_id: AccessKeyId,
    /// Signs.
    pub secret_access_key: SecretString,
    /// Beside temporary keys only.
    pub session_token: Option<SecretString>,
}

impl SourceKeys {
    /// Whether the keys end by themselves; such keys cannot call `GetSessionToken`. Other services than AWS give ids of
    /// other kinds, of which the token alone tells it.
    #[must_use]
    pub fn are_temporary(&self) -> bool {
        !self.access_key_id.is_permanent() && (self.session_token.is_some() || self.access_key_id.is_temporary())
    }

    /// Whether the session token beside them is of other keys: permanent ones have none.
    #[must_use]
    pub fn are_mixed(&self) -> bool {
        self.access_key_id.is_permanent() && self.session_token.is_some()
    }
}

/// What STS gives: the product of a run.
#[derive(Clone, Debug)]
pub struct TemporaryCredentials {
    /// Names the key.
    pub access_key_id: AccessKeyId,
    /// Signs.
    pub secret_access_key: SecretString,
    /// Must accompany the other two.
    pub session_token: SecretString,
    /// When they end, as RFC 3339 in UTC with `Z`, whole seconds; none where their source does not say it.
    pub expiration: Option<String>,
    /// How long they were good for when they came to us, by AWS's clock: this machine's may differ from it. Zero where
    /// nobody has said it.
    pub left: Duration,
}

impl TemporaryCredentials {
    /// The longest that AWS lets credentials last, 36 hours, and some minutes for clocks that differ: what ends later
    /// was not given by AWS.
    /// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
    pub const LONGEST: Duration = Duration::from_mins(36 * 60 + 5);

    /// Checks the texts of an answer.
    pub fn new(
        id: &str,
        secret: &str,
        token: &str,
        expiration: Option<String>,
        left: Duration,
    ) -> Result<Self, (&'static str, Problem)> {
        let secret_access_key = secret_access_key(secret).and_then(|it| check_plain(secret).map(|()| it));
        // A token has no documented bound; 64 KiB would not fit an environment block anyway.
        let session_token = check_printable(token, 16, 65_536).and_then(|()| check_plain(token));
        Ok(Self {
            access_key_id: AccessKeyId::new(id).map_err(|problem| ("access key id", problem))?,
            secret_access_key: secret_access_key.map_err(|problem| ("secret access key", problem))?,
            session_token: session_token.map(|()| token.into()).map_err(|problem| ("session token", problem))?,
            expiration,
            left,
        })
    }

    /// When they end, for people.
    #[must_use]
    pub fn until(&self) -> &str {
        self.expiration.as_deref().unwrap_or("a time that their source does not tell")
    }

    /// The same keys, to sign the next call of a chain.
    #[must_use]
    pub fn as_source(&self) -> SourceKeys {
        SourceKeys {
            access_key_id: self.access_key_id.clone(),
            secret_access_key: SecretString::from(self.secret_access_key.expose_secret()),
            session_token: Some(SecretString::from(self.session_token.expose_secret())),
        }
    }
}

/// The characters of role session names and source identities.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[must_use]
pub const fn is_session_name_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '=' | ',' | '.' | '@' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r54_values_are_trimmed_and_judged_by_their_shape() {
        let rows = [
            ("\u{feff}AKIAIOSFODNN7EXAMPLE\r\n", Ok("AKIAIOSFODNN7EXAMPLE")),
            ("  ", Err(Problem::Empty)),
            ("AKIA IOSFODNN7EXAMPLE", Err(Problem::Unprintable(4))),
            ("AKIA\x1bOSFODNN7EXAMPLE", Err(Problem::Unprintable(4))),
            ("AKIA", Err(Problem::Length { is: 4, least: 16, most: 128 })),
            ("AKIA-IOSFODNN7EXAMPL", Err(Problem::Shape("an access key id, which has letters and digits only"))),
        ];
        for (value, expected) in rows {
            assert_eq!(
                AccessKeyId::new(value).as_ref().map(AccessKeyId::as_str),
                expected.as_ref().copied(),
                "{value:?}"
            );
        }
    }

    #[test]
    fn r54_lengths_are_exact_and_what_aws_gives_holds_nothing_that_a_shell_acts_on() {
        for (length, good) in [(15, false), (16, true), (128, true), (129, false)] {
            assert_eq!(AccessKeyId::new(&"A".repeat(length)).is_ok(), good, "{length}");
            assert_eq!(secret_access_key(&"/".repeat(length)).is_ok(), good, "{length}");
        }
        assert_eq!(secret_access_key(" wJalrXUtnFEMI/K7 \n").unwrap().expose_secret(), "wJalrXUtnFEMI/K7");
        let given = |secret: &str, token: &str| {
            TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", secret, token, None, Duration::ZERO)
                .map_err(|(what, _)| what)
                .map(drop)
        };
        let (good, bad) = ("aA0+/=_.:~,@-aA0", "aA0+/=_.:~,@-a;$");
        assert_eq!(given(good, good), Ok(()));
        assert_eq!(given(bad, good), Err("secret access key"));
        assert_eq!(given(good, bad), Err("session token"));
        assert_eq!(given(good, &"t".repeat(65_536)), Ok(()));
        assert_eq!(given(good, &"t".repeat(65_537)), Err("session token"));
        assert_eq!(TemporaryCredentials::LONGEST, Duration::from_mins(2165));
    }

    #[test]
    fn keys_are_temporary_by_their_id_or_by_a_token_and_permanent_ones_never() {
        let keys = |id: &str, token: Option<&str>| SourceKeys {
            access_key_id: AccessKeyId::new(id).unwrap(),
            secret_access_key: SecretString::from("x"),
            session_token: token.map(SecretString::from),
        };
        let rows = [
            ("AKIAIOSFODNN7EXAMPLE", None, false, false),
            ("AKIAIOSFODNN7EXAMPLE", Some("t"), false, true),
            ("ASIAIOSFODNN7EXAMPLE", None, true, false),
            ("ASIAIOSFODNN7EXAMPLE", Some("t"), true, false),
            ("minioadmin_of_the_team", None, false, false),
            ("minioadmin_of_the_team", Some("t"), true, false),
        ];
        for (id, token, is_temporary, is_mixed) in rows {
            let keys = keys(id, token);
            assert_eq!((keys.are_temporary(), keys.are_mixed()), (is_temporary, is_mixed), "{id} {token:?}");
        }
    }

    #[test]
    fn a_session_name_has_letters_digits_and_seven_marks() {
        let taken: String = (' '..='~').filter(|c| is_session_name_char(*c) && !c.is_ascii_alphanumeric()).collect();
        assert_eq!(taken, "+,-.=@_");
        assert!(['a', 'Z', '0'].into_iter().all(is_session_name_char) && !is_session_name_char('é'));
    }

    #[test]
    fn r35_halves_that_were_swapped_are_told_as_such() {
        let (secret, id) = ("abcdefghijABCDEFGHIJ0123456789abcdefghij", "AKIAIOSFODNN7EXAMPLE");
        let told = AccessKeyId::new(secret).unwrap_err();
        assert_eq!(told.to_string(), "it looks like a secret access key: the two seem to be swapped");
        assert_eq!(AccessKeyId::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY").unwrap_err(), told);
        let told = secret_access_key(id).unwrap_err();
        assert_eq!(told.to_string(), "it looks like an access key id: the two seem to be swapped");
        // Ids of other services, which their profiles name.
        for other in ["minioadmin_of_the_team", &"0123456789abcdef".repeat(3)[..40], &"A1b2".repeat(8)] {
            assert!(AccessKeyId::new(other).is_ok(), "{other}");
        }
    }

    #[test]
    fn r35_an_access_key_id_shows_its_last_four_characters() {
        let id = AccessKeyId::new("AKIAIOSFODNN7EXAMPLE").unwrap();
        assert_eq!(format!("{id} {id:?}"), "…MPLE …MPLE");
    }

    #[test]
    fn an_end_that_is_not_known_is_told_as_such() {
        let (secret, token) = ("S".repeat(40), "T".repeat(40));
        let until = |ends: Option<&str>| {
            let ends = ends.map(str::to_owned);
            let keys = TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", &secret, &token, ends, Duration::ZERO);
            keys.unwrap().until().to_owned()
        };
        assert_eq!(until(Some("2026-11-30T12:00:00Z")), "2026-11-30T12:00:00Z");
        assert_eq!(until(None), "a time that their source does not tell");
    }

    #[test]
    fn r29_debug_of_keys_shows_no_secret() {
        let (secret, token) = ("S".repeat(40), "T".repeat(40));
        let keys = TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", &secret, &token, None, Duration::ZERO).unwrap();
        let shown = format!("{keys:?} {:?}", keys.as_source());
        assert!(!shown.contains("SSSS") && !shown.contains("TTTT") && !shown.contains("IOSFODNN"), "{shown}");
    }
}
