//! Codes computed from an authenticator's secret, as it stands in an `otpauth://` URI.
//!
//! It is computed here and not by a child: `oathtool` takes the secret as an argument, which every user can read.
//! Sources: RFC 6238; <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>

use super::{MfaSerial, Problem, TokenCode, trim};
use crate::secret::unpacked;
use ring::hmac;
use zeroize::Zeroizing;

/// A device's secret and how codes are made from it.
pub struct Totp {
    key: hmac::Key,
    /// Seconds for which a code is shown, 1 to 300; 30 is usual.
    period: u64,
    /// Whose it is, where its label says so.
    owner: Option<Box<Owner>>,
}

/// Whose device it is, as AWS writes it into the label of a QR code: `NAME@ACCOUNT`.
#[derive(Clone, PartialEq, Eq)]
struct Owner {
    name: String,
    account: String,
}

impl Owner {
    /// Reads what stands between `otpauth://` and the end.
    fn of(rest: &str) -> Option<Self> {
        let label =
            rest.split('?').next()?.split_once('/')?.1.replace("%40", "@").replace("%3A", ":").replace("%3a", ":");
        let (name, account) = label.rsplit(':').next()?.trim().rsplit_once('@')?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        is_account.then(|| Self { name: name.to_owned(), account: account.to_owned() })
    }
}

/// What AWS calls a root user's device.
const OF_ROOT: &str = "root-account-mfa-device";

/// AWS takes six digits; devices could show eight.
const DIGITS: &str = "6";
/// The fewest bytes of a device's secret; what is shorter was cut.
/// Source: <https://www.rfc-editor.org/rfc/rfc4226#section-4> asks for 16; authenticators give out 10 too.
const LEAST: usize = 10;
const NOT_OTPAUTH: Problem = Problem::Shape("an otpauth://totp/… URI, or the secret of one in base32");

impl Totp {
    /// Reads a URI, or a bare base32 secret with the usual parameters.
    pub fn new(text: &str) -> Result<Self, Problem> {
        let text = trim(text);
        if text.is_empty() {
            return Err(Problem::Empty);
        }
        let Some(rest) = text.strip_prefix("otpauth://") else { return Self::from_secret(text, "SHA1", 30) };
        let kind = rest.split(['/', '?']).next().unwrap_or_default();
        if kind.eq_ignore_ascii_case("hotp") {
            return Err(Problem::Shape("a time-based code: AWS takes no counter-based ones"));
        }
        let query = rest.split_once('?').filter(|_| kind.eq_ignore_ascii_case("totp")).ok_or(NOT_OTPAUTH)?.1;
        let get = |name: &str| {
            query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| key.eq_ignore_ascii_case(name))
        };
        let given = |name: &str| get(name).map(|(_, value)| value).filter(|value| !value.is_empty());
        let value = |name: &str, usual: &'static str| given(name).unwrap_or(usual);
        if value("digits", DIGITS) != DIGITS {
            return Err(Problem::Shape("a code of six digits, which is what AWS takes"));
        }
        let period = value("period", "30").parse().ok().filter(|period| (1..=300).contains(period));
        let period = period.ok_or(Problem::Shape("a code shown for 1 to 300 seconds"))?;
        let totp = Self::from_secret(value("secret", ""), value("algorithm", "SHA1"), period)?;
        Ok(Self { owner: Owner::of(rest).map(Box::new), ..totp })
    }

    /// Whose it is, as its label says, where that is not whom the device belongs to: another account's, or the root user's
    /// beside a user's device. A device may be called as its user likes.
    #[must_use]
    pub fn other_than(&self, serial: &MfaSerial) -> Option<String> {
        let (owner, account) = (self.owner.as_deref()?, serial.account()?);
        let is_root = |name: &str| name == OF_ROOT;
        let fits = owner.account == account && (!is_root(&owner.name) || serial.name().is_some_and(is_root));
        (!fits).then(|| format!("{}@{}", owner.name, owner.account))
    }

    fn from_secret(secret: &str, algorithm: &str, period: u64) -> Result<Self, Problem> {
        let name: String = algorithm.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        let algorithm = match name.trim_start_matches("HMAC") {
            "SHA1" => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            "SHA256" => hmac::HMAC_SHA256,
            "SHA512" => hmac::HMAC_SHA512,
            _ => return Err(Problem::Shape("a code made with SHA1, SHA256 or SHA512")),
        };
        let secret = base32(secret).ok_or(NOT_OTPAUTH)?;
        if secret.len() < LEAST {
            return Err(Problem::Shape("a secret of 16 or more letters and digits of base32"));
        }
        Ok(Self { key: hmac::Key::new(algorithm, &secret), period, owner: None })
    }

    /// The code that the device shows at `now`, in seconds since 1970, and for how many seconds it goes on to.
    #[must_use]
    pub fn at(&self, now: u64) -> (TokenCode, u64) {
        let tag = hmac::sign(&self.key, &(now / self.period).to_be_bytes());
        let bytes = tag.as_ref();
        let offset = usize::from(bytes[bytes.len() - 1] & 0xf);
        let word = bytes[offset..offset + 4].iter().fold(0_u32, |word, byte| (word << 8) | u32::from(*byte));
        (TokenCode::of_number(word & 0x7fff_ffff), self.period - now % self.period)
    }
}

impl std::fmt::Debug for Totp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Totp(every {} s)", self.period)
    }
}

/// Base32 without regard to case, blanks, `-` and padding, as people copy secrets.
/// Source: <https://www.rfc-editor.org/rfc/rfc4648#section-6>
fn base32(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let most = text.len();
    let text = Zeroizing::new(text.replace("%20", " "));
    let text = Zeroizing::new(text.replace("%3D", "="));
    let digit = |byte: u8| match byte.to_ascii_uppercase() {
        letter @ b'A'..=b'Z' => Some(letter - b'A'),
        digit @ b'2'..=b'7' => Some(digit - b'2' + 26),
        _ => None,
    };
    let digits = text.trim_end_matches('=').bytes().filter(|byte| !matches!(byte, b' ' | b'-'));
    unpacked(digits.map(digit), 5, most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_in_the_form_of_aws_tells_whose_device_it_is() {
        let serial = MfaSerial::new("arn:aws:iam::111122223333:mfa/phone").unwrap();
        let root = MfaSerial::new("arn:aws:iam::111122223333:mfa/root-account-mfa-device").unwrap();
        let hardware = MfaSerial::new("GAHT12345678").unwrap();
        for (label, serial, expected) in [
            ("Amazon%20Web%20Services:alice@111122223333", &serial, None),
            ("alice@444455556666", &serial, Some("alice@444455556666")),
            ("AWS%3Aalice%40444455556666", &serial, Some("alice@444455556666")),
            ("AWS:root-account-mfa-device@111122223333", &serial, Some("root-account-mfa-device@111122223333")),
            ("AWS:root-account-mfa-device@111122223333", &root, None),
            ("alice@444455556666", &hardware, None),
            ("alice@example.com", &serial, None),
            ("alice@4444", &serial, None),
            ("", &serial, None),
        ] {
            let totp = Totp::new(&format!("otpauth://totp/{label}?secret={SHA1}")).unwrap();
            assert_eq!(totp.other_than(serial).as_deref(), expected, "{label}");
        }
        assert_eq!(Totp::new(SHA1).unwrap().other_than(&serial), None);
    }

    // The secrets of RFC 6238, appendix B, in base32.
    const SHA1: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    const SHA256: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA====";
    const SHA512: &str =
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA=";

    #[test]
    fn codes_are_those_of_the_rfc() {
        // The RFC shows eight digits; these are the last six.
        let rows = [
            (SHA1.to_owned(), 59, "287082"),
            (format!("otpauth://totp/AWS:alice?secret={SHA1}&issuer=AWS"), 1_111_111_109, "081804"),
            (format!("otpauth://totp/x?algorithm=SHA256&secret={SHA256}&digits=6&period=30"), 59, "119246"),
            (format!("otpauth://totp/x?secret={SHA512}&algorithm=sha512"), 1_234_567_890, "441116"),
            ("gezd gnbv-gy3tqojqgezdgnbvgy3tqojq".to_owned(), 20_000_000_000, "353130"),
            (format!("otpauth://TOTP/x?secret={SHA1}&digits=&period=&algorithm="), 59, "287082"),
            (format!("otpauth://totp?secret={SHA1}&algorithm=SHA-1"), 59, "287082"),
            (format!("otpauth://totp/x?secret={SHA256}&algorithm=HmacSHA256"), 59, "119246"),
        ];
        for (text, now, expected) in rows {
            let (code, left) = Totp::new(&text).unwrap_or_else(|problem| panic!("{text}: {problem}")).at(now);
            assert_eq!((code.expose(), left), (expected, 30 - now % 30), "{text}");
        }
    }

    #[test]
    fn base32_is_that_of_the_rfc() {
        for (text, bytes) in [
            ("", &b""[..]),
            ("MY======", b"f"),
            ("MZXQ====", b"fo"),
            ("MZXW6===", b"foo"),
            ("MZXW6YQ=", b"foob"),
            ("MZXW6YTB", b"fooba"),
            ("mzxw 6ytb-oi%3D%3D", b"foobar"),
            ("234567AZ", b"\xd6\xf9\xdf\x7c\x19"),
        ] {
            assert_eq!(base32(text).as_deref().map(Vec::as_slice), Some(bytes), "{text}");
        }
        for bad in ["M1", "M8", "M_", "é", "M=Y"] {
            assert!(base32(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_aws_would_not_take_is_refused_without_showing_it() {
        for bad in [
            "",
            "otpauth://hotp/x?secret=CANARYAA&counter=1",
            "otpauth://totp/x?secret=CANARYAA&digits=8",
            "otpauth://totp/x?secret=CANARYAA&algorithm=MD5",
            "otpauth://totp/x?secret=CANARYAA&period=0",
            "otpauth://totp/x?secret=",
            "otpauth://totp/x?secret=CANARYAA",
            "CANARYAACANARYA",
            "otpauth://steam/x?secret=CANARYAACANARYAA",
            "otpauth://totp/x",
            "CANARY!1",
        ] {
            let problem = Totp::new(bad).err().unwrap_or_else(|| panic!("{bad} was taken"));
            assert!(!problem.to_string().contains("CANARY"), "{problem}");
        }
        assert_eq!(format!("{:?}", Totp::new(SHA1).unwrap()), "Totp(every 30 s)");
    }
}
