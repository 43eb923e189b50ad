//! The five values an item may hold. The many names that people give them are in [`super::item::name`].

use serde::Deserialize;

/// One value in an item.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The permanent access key's id.
    AccessKeyId,
    /// The permanent secret access key.
    SecretAccessKey,
    /// The MFA device's ARN or serial.
    MfaSerial,
    /// The role to assume.
    RoleArn,
    /// An `otpauth://` URI from which codes are computed.
    Otp,
}

impl Field {
    /// All five.
    pub const ALL: [Self; 5] = [Self::AccessKeyId, Self::SecretAccessKey, Self::MfaSerial, Self::RoleArn, Self::Otp];

    /// Whether it is a part of the access key, which must be there.
    #[must_use]
    pub const fn is_key(self) -> bool {
        matches!(self, Self::AccessKeyId | Self::SecretAccessKey)
    }

    /// The field of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The name in manifests and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccessKeyId => "access_key_id",
            Self::SecretAccessKey => "secret_access_key",
            Self::MfaSerial => "mfa_serial",
            Self::RoleArn => "role_arn",
            Self::Otp => "otp",
        }
    }
}

/// A name without what people vary in it: case, blanks, `-` and `_`.
#[must_use]
pub fn fold(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '\t')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_known_by_its_name_and_by_no_other() {
        for field in Field::ALL {
            assert_eq!(Field::named(field.name()), Some(field));
        }
        assert_eq!((Field::named("user"), Field::named("OTP")), (None, None));
        assert_eq!(fold("AWS_Access-Key \tID"), "awsaccesskeyid");
    }
}
