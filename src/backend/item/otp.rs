//! One-time passwords as authenticators' plug-ins and people write them.

use super::words::{is_ours, is_service};
use crate::credentials::{Otp, TokenCode, is_otp_secret as is_secret};
use secrecy::SecretString;
use std::fmt::Write;

/// What stands beside a secret in other fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Seconds for which a code is shown.
    pub period: Option<u32>,
    /// Digits of a code.
    pub digits: Option<u32>,
    /// The name of the hash.
    pub algorithm: Option<Algorithm>,
}

/// The hashes of RFC 6238.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// The usual one.
    Sha1,
    /// Of 256 bits.
    Sha256,
    /// Of 512 bits.
    Sha512,
}

/// Whether this is something that a code can come from: a URI, a secret of 16 or more characters, or six digits.
#[must_use]
pub fn is_usable(text: &str) -> bool {
    if text.starts_with("otpauth://") || TokenCode::new(text).is_ok() {
        return Otp::new(text).is_ok();
    }
    (is_secret(text) || of_keeotp(text).is_some()) && uri(text, Settings::default()).is_some()
}

/// The text that codes are computed from: an `otpauth://` URI as it is, anything else as such a URI where its settings are
/// not the usual ones. None where nothing can be computed.
#[must_use]
pub fn uri(text: &str, settings: Settings) -> Option<SecretString> {
    let (secret, settings) = of_keeotp(text).unwrap_or((text, settings));
    let usual = settings == Settings::default() && std::ptr::eq(secret, text);
    let mut out = zeroize::Zeroizing::new(String::with_capacity(text.len() + 96));
    if !usual {
        out.push_str("otpauth://totp/x?secret=");
    }
    out.push_str(secret);
    if let Some(period) = settings.period {
        // Writing to a String cannot fail.
        let _ = write!(out, "&period={period}");
    }
    if let Some(digits) = settings.digits {
        let _ = write!(out, "&digits={digits}");
    }
    if let Some(algorithm) = settings.algorithm {
        out.push_str(match algorithm {
            Algorithm::Sha1 => "&algorithm=SHA1",
            Algorithm::Sha256 => "&algorithm=SHA256",
            Algorithm::Sha512 => "&algorithm=SHA512",
        });
    }
    Otp::new(&out).ok().map(|_| SecretString::from(out.as_str()))
}

/// Whose a one-time password says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issuer {
    /// AWS's.
    Ours,
    /// Nobody's that we know; programs put an entry's title there.
    Unknown,
    /// A well-known other service's.
    Another,
}

/// The issuer of a URI, by its parameter and by what its label begins with.
#[must_use]
pub fn issuer(text: &str) -> Issuer {
    let Some((path, query)) = text.get(..10).and_then(|_| text[10..].split_once('?')) else { return Issuer::Unknown };
    let label = path.split_once('/').map_or("", |(_, label)| label);
    let colon = ["%3A", "%3a", ":"].into_iter().find_map(|colon| label.split_once(colon));
    // Without an issuer before it, what is behind the `@` is a person's address.
    let from = colon.map_or_else(|| label.split('@').next().unwrap_or_default(), |(issuer, _)| issuer);
    let given = query.split('&').filter_map(|pair| pair.split_once('='));
    let given = given.filter(|(name, _)| name.eq_ignore_ascii_case("issuer")).map(|(_, value)| value);
    let mut all = given.chain([from]);
    if all.clone().any(is_ours) {
        Issuer::Ours
    } else if all.any(is_service) {
        Issuer::Another
    } else {
        Issuer::Unknown
    }
}

/// What the plug-in `KeeOtp` writes: `key=BASE32&step=30&size=6`.
fn of_keeotp(text: &str) -> Option<(&str, Settings)> {
    let mut settings = Settings::default();
    let mut key = None;
    for (name, value) in text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, ""))) {
        match name.to_ascii_lowercase().as_str() {
            "key" => key = Some(value.trim_end_matches("%3d").trim_end_matches("%3D")),
            "step" => settings.period = Some(value.parse().ok()?),
            "size" => settings.digits = Some(value.parse().ok()?),
            "otphashmode" => settings.algorithm = Some(algorithm(value)?),
            "type" if !value.eq_ignore_ascii_case("totp") => return None,
            "encoding" if !value.eq_ignore_ascii_case("base32") => return None,
            _ => {}
        }
    }
    key.filter(|key| is_secret(key)).map(|key| (key, settings))
}

/// The hash called `name`: `SHA-256`, `HMAC-SHA-256`, `sha256`.
#[must_use]
pub fn algorithm(name: &str) -> Option<Algorithm> {
    let digits: String = name.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "1" => Some(Algorithm::Sha1),
        "256" => Some(Algorithm::Sha256),
        "512" => Some(Algorithm::Sha512),
        _ => None,
    }
}

/// What the plug-in `KeeTrayTOTP` writes beside its seed: `30;6`.
#[must_use]
pub fn of_keetray(text: &str) -> Option<Settings> {
    let mut parts = text.split(';').map(str::trim);
    let (period, digits) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Settings { period: Some(period), digits: Some(digits), algorithm: None })
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    #[test]
    fn what_is_no_one_time_password_is_none() {
        let rows = [
            ("otpauth://totp/aws:alice?secret=JBSWY3DPEHPK3PXP", true),
            ("JBSWY3DPEHPK3PXP", true),
            ("jbsw y3dp ehpk 3pxp", true),
            ("JBSW-Y3DP-EHPK-3PXP", true),
            ("123456", true),
            ("key=JBSWY3DPEHPK3PXP&step=30&size=6", true),
            ("key=JBSWY3DPEHPK3PXP&size=8", false),
            ("otpauth://hotp/x?secret=JBSWY3DPEHPK3PXP&counter=1", false),
            ("yubikey", false),
            ("on my phone", false),
            ("N/A", false),
            ("authy", false),
            ("in the google authenticator", false),
            ("JBSWY3DP", false),
            ("", false),
        ];
        for (text, expected) in rows {
            assert_eq!(is_usable(text), expected, "{text}");
        }
    }

    #[test]
    fn a_uri_says_whose_it_is() {
        for (rest, expected) in [
            ("totp/Amazon%20Web%20Services:alice@111122223333?secret=A", Issuer::Ours),
            ("totp/alice?secret=A&issuer=AWS", Issuer::Ours),
            ("totp/AWS?secret=A", Issuer::Ours),
            ("totp/GitHub:alice?secret=A&issuer=AWS%20GitHub", Issuer::Ours),
            ("totp/GitHub:alice?secret=A", Issuer::Another),
            ("totp/GitHub%3Aalice?secret=A", Issuer::Another),
            ("totp/alice?Issuer=github&secret=A", Issuer::Another),
            ("totp/acme.okta.com:alice?secret=A", Issuer::Another),
            ("totp/work:alice?secret=A&issuer=work", Issuer::Unknown),
            ("totp/GitHub%20deploy:alice?secret=A", Issuer::Unknown),
            ("totp/alice@gmail.com?secret=A", Issuer::Unknown),
            ("totp", Issuer::Unknown),
        ] {
            assert_eq!(issuer(&format!("otpauth://{rest}")), expected, "{rest}");
        }
        assert_eq!(issuer("JBSWY3DPEHPK3PXP"), Issuer::Unknown);
    }

    #[test]
    fn settings_come_into_the_uri() {
        let uri = uri("JBSWY3DPEHPK3PXP", of_keetray("60;6").unwrap()).unwrap();
        assert_eq!(uri.expose_secret(), "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&period=60&digits=6");
        assert!(super::uri("JBSWY3DPEHPK3PXP", of_keetray("30;8").unwrap()).is_none());
    }

    #[test]
    fn what_keeotp_writes_comes_into_the_uri() {
        let seed = "JBSWY3DPEHPK3PXP";
        for (rest, expected) in [
            ("", Some("")),
            ("&step=60&size=6", Some("&period=60&digits=6")),
            ("&otpHashMode=Sha1", Some("&algorithm=SHA1")),
            ("&otpHashMode=Sha256", Some("&algorithm=SHA256")),
            ("&OTPHASHMODE=HMAC-SHA-512", Some("&algorithm=SHA512")),
            ("&type=Totp&encoding=Base32", Some("")),
            ("&otpHashMode=md5", None),
            ("&type=hotp", None),
            ("&encoding=hex", None),
            ("&step=soon", None),
        ] {
            let uri = uri(&format!("key={seed}%3d{rest}"), Settings::default());
            let expected = expected.map(|rest| format!("otpauth://totp/x?secret={seed}{rest}"));
            assert_eq!(uri.as_ref().map(ExposeSecret::expose_secret), expected.as_deref(), "{rest}");
        }
    }
}
