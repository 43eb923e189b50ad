//! The five values an item may hold, and the many names people give them.

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

    /// Names in people's items, folded by [`fold`]; the surer ones first.
    ///
    /// They come from the original's documents, 1Password's AWS plugin, LastPass's note template, and AWS's own
    /// variable and file names.
    #[must_use]
    pub const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::AccessKeyId => &["accesskeyid", "awsaccesskeyid", "accesskey", "awsaccesskey", "keyid", "username"],
            Self::SecretAccessKey => &[
                "secretaccesskey",
                "awssecretaccesskey",
                "secretkey",
                "awssecretkey",
                "accesssecret",
                "awsaccesssecret",
                "password",
            ],
            Self::MfaSerial => &[
                "mfaserial",
                "mfaarn",
                "awsmfaarn",
                "awsmfaserial",
                "mfaserialnumber",
                "serialnumber",
                "awstotpserialnumber",
                "mfadevice",
            ],
            Self::RoleArn => &["rolearn", "awsrolearn", "iamrolearn", "awsiamrolearn", "iamrole"],
            Self::Otp => &["otpauth", "otp", "totp", "onetimepassword", "awsotp", "awstotp"],
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
    fn the_documented_names_are_known_however_they_are_written() {
        let rows = [
            ("aws-access-key-id", Field::AccessKeyId),
            ("Access Key ID", Field::AccessKeyId),
            ("AWS_SECRET_ACCESS_KEY", Field::SecretAccessKey),
            ("AWS_TOTP_SERIAL_NUMBER", Field::MfaSerial),
            ("MFA ARN", Field::MfaSerial),
            ("aws-iam-role-arn", Field::RoleArn),
            ("One-Time Password", Field::Otp),
        ];
        for (name, field) in rows {
            let found: Vec<_> =
                Field::ALL.into_iter().filter(|field| field.aliases().contains(&fold(name).as_str())).collect();
            assert_eq!(found, [field], "{name}");
        }
    }

    #[test]
    fn no_name_means_two_fields() {
        let mut names: Vec<_> = Field::ALL.into_iter().flat_map(Field::aliases).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Field::ALL.into_iter().map(|field| field.aliases().len()).sum::<usize>());
    }
}
