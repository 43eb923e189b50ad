//! MFA serials and role ARNs, and the partition they name.

use super::{Problem, check_printable, is_otp_secret, is_secret_key, trim};
use std::fmt;

/// A separate AWS: its endpoints, regions and accounts have nothing to do with the others'.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition(String);

impl Partition {
    /// The region asked when nothing names one: where the partition's STS has always been.
    #[must_use]
    pub fn default_region(&self) -> &'static str {
        match self.0.as_str() {
            "aws-cn" => "cn-north-1",
            "aws-us-gov" => "us-gov-west-1",
            "aws-eusc" => "eusc-de-east-1",
            "aws-iso" => "us-iso-east-1",
            "aws-iso-b" => "us-isob-east-1",
            "aws-iso-e" => "eu-isoe-west-1",
            "aws-iso-f" => "us-isof-south-1",
            _ => "us-east-1",
        }
    }

    /// Whether a partition may be called so: `aws`, or `aws-` and more.
    pub(super) fn is_name(name: &str) -> bool {
        name == "aws" || (name.starts_with("aws-") && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
    }

    /// The partition of this name.
    pub(super) fn named(name: &str) -> Self {
        Self(name.into())
    }

    /// The partition that a region belongs to, by the region's name.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        let known = [
            ("cn-", "aws-cn"),
            ("us-gov-", "aws-us-gov"),
            ("eusc-", "aws-eusc"),
            ("us-iso-", "aws-iso"),
            ("us-isob-", "aws-iso-b"),
            ("eu-isoe-", "aws-iso-e"),
            ("us-isof-", "aws-iso-f"),
        ];
        let found = known.iter().find(|(prefix, _)| region.starts_with(prefix));
        Self(found.map_or("aws", |(_, partition)| partition).into())
    }
}

impl fmt::Display for Partition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Splits `arn:PARTITION:iam::ACCOUNT:RESOURCE`, where the resource begins with `kind` and a slash.
fn split<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str, &'a str)> {
    let mut parts = arn.splitn(6, ':');
    let (head, partition, service) = (parts.next()?, parts.next()?, parts.next()?);
    let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
    let name = resource.strip_prefix(kind)?.strip_prefix('/')?;
    let account_fits = account.len() == 12 && account.bytes().all(|b| b.is_ascii_digit());
    let partition_fits = Partition::is_name(partition);
    (head == "arn" && service == "iam" && region.is_empty() && account_fits && partition_fits && !name.is_empty())
        .then_some((partition, account, name))
}

/// Which MFA device: the ARN of a virtual one, or the serial printed on a hardware one.
///
/// 9 to 256 characters.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MfaSerial(String);

impl MfaSerial {
    /// Refuses FIDO keys and passkeys with the reason: they have no code to type. Refuses secrets: a serial is shown, and
    /// sent.
    pub fn new(value: &str) -> Result<Self, Problem> {
        const EXPECTED: Problem =
            Problem::Shape("an MFA serial like arn:aws:iam::123456789012:mfa/alice or GAHT12345678");
        let value = trim(value);
        if let Some(secret) = secret_in_its_place(value) {
            return Err(Problem::Secret(secret));
        }
        let is_short = !value.is_empty() && value.len() < 9;
        check_printable(value, 9, 256).map_err(|problem| if is_short { EXPECTED } else { problem })?;
        if split(value, "u2f").is_some() {
            return Err(Problem::Shape(
                "a device with codes: a FIDO key or passkey cannot be used with STS, so add a virtual MFA device",
            ));
        }
        let hardware = value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=/,.@-".contains(&b));
        if split(value, "mfa").is_some() || (hardware && !value.starts_with("arn")) {
            return Ok(Self(value.into()));
        }
        Err(EXPECTED)
    }

    /// The serial as AWS knows it. Not a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition of the device's account; none for a hardware serial.
    #[must_use]
    pub fn partition(&self) -> Option<Partition> {
        split(&self.0, "mfa").map(|(partition, ..)| Partition(partition.into()))
    }

    /// The twelve digits of the device's account; none for a hardware serial.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        split(&self.0, "mfa").map(|(_, account, _)| account)
    }

    /// The device's own name, which is what stands after the path; none for a hardware serial.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        split(&self.0, "mfa").and_then(|(.., name)| name.rsplit('/').next())
    }
}

/// What secret stands where a serial should. A serial number of digits alone is none; a device's secret has letters too.
fn secret_in_its_place(value: &str) -> Option<&'static str> {
    let has = |is: fn(&u8) -> bool| value.bytes().any(|byte| is(&byte));
    if value.starts_with("otpauth:") || value.starts_with("otpauth-migration:") {
        return Some("the otpauth URI of a device");
    }
    if is_otp_secret(value) && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
        return Some("the secret of a device, from which its codes are made");
    }
    is_secret_key(value.as_bytes()).then_some("a secret access key")
}

impl fmt::Display for MfaSerial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The role to assume: `arn:PARTITION:iam::ACCOUNT:role/PATH/NAME`, 20 to 2,048 characters.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArn(String);

impl RoleArn {
    /// Accepts the ARN of a role and of nothing else.
    pub fn new(value: &str) -> Result<Self, Problem> {
        const EXPECTED: Problem = Problem::Shape("a role ARN like arn:aws:iam::123456789012:role/admin");
        let value = trim(value);
        // A name alone is told what is wanted, and not by its length.
        let is_name = !value.is_empty() && !value.starts_with("arn:");
        check_printable(value, 20, 2048).map_err(|problem| if is_name { EXPECTED } else { problem })?;
        if split(value, "role").is_none() {
            return Err(EXPECTED);
        }
        Ok(Self(value.into()))
    }

    /// The ARN as AWS knows it. Not a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The partition of the role's account.
    #[must_use]
    pub fn partition(&self) -> Partition {
        Partition(self.parts().0.into())
    }

    /// The twelve digits of the role's account.
    #[must_use]
    pub fn account(&self) -> &str {
        self.parts().1
    }

    /// The role's own name, which is what stands after the path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.parts().2.rsplit('/').next().unwrap_or_default()
    }

    fn parts(&self) -> (&str, &str, &str) {
        split(&self.0, "role").expect("checked when it was made")
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_arns_of_devices_or_hardware_numbers() {
        let good = [
            ("arn:aws:iam::111122223333:mfa/alice", Some("aws")),
            ("arn:aws-us-gov:iam::111122223333:mfa/path/alice", Some("aws-us-gov")),
            ("GAHT12345678", None),
        ];
        for (serial, partition) in good {
            let got = MfaSerial::new(serial).unwrap_or_else(|problem| panic!("{serial}: {problem}"));
            assert_eq!(got.partition().map(|p| p.to_string()).as_deref(), partition, "{serial}");
        }
        let bad =
            ["", "12345678", "arn:aws:iam::111122223333:user/alice", "arn:aws:iam::1111:mfa/alice", "GAHT 12345678"];
        for serial in bad {
            assert!(MfaSerial::new(serial).is_err(), "{serial}");
        }
        let fido = MfaSerial::new("arn:aws:iam::111122223333:u2f/user/alice/key").unwrap_err();
        assert!(fido.to_string().contains("FIDO"), "{fido}");
    }

    #[test]
    fn a_secret_in_the_place_of_a_serial_is_refused_without_it() {
        let rows = [
            ("GEZDGNBVGY3TQOJQ", "the secret of a device"),
            ("gezd gnbv gy3t qojq", "the secret of a device"),
            ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "the secret of a device"),
            ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKE1", "a secret access key"),
            ("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", "the otpauth URI"),
        ];
        for (secret, expected) in rows {
            let told = MfaSerial::new(secret).unwrap_err().to_string();
            assert!(told.contains(expected) && told.ends_with("which must stay secret"), "{told}");
            assert!(!told.to_lowercase().contains("gezd") && !told.contains("wJal"), "{told}");
        }
        for serial in
            ["GAHT12345678", "2345672345672345", "GEZDGNBVGY3TQOJ1", "GEZDGNBVGY3TQOJ", "SERIAL-NUMBER-OF-MINE"]
        {
            assert!(MfaSerial::new(serial).is_ok(), "{serial}");
        }
    }

    #[test]
    fn role_arns_name_a_role_its_account_and_its_partition() {
        let role = RoleArn::new("arn:aws-cn:iam::111122223333:role/team/dev\n").unwrap();
        assert_eq!((role.account(), role.partition().default_region()), ("111122223333", "cn-north-1"));
        for bad in [
            "arn:aws:iam::111122223333:role/",
            "arn:aws:sts::111122223333:assumed-role/dev/x",
            "role/dev-of-somebody-long",
        ] {
            assert!(RoleArn::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_region_names_its_partition() {
        for (region, partition) in [("eu-west-1", "aws"), ("cn-northwest-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov")]
        {
            assert_eq!(Partition::of_region(region).to_string(), partition);
        }
        let names = ["aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"]
            .map(Partition::named);
        for partition in names {
            assert_eq!(Partition::of_region(partition.default_region()), partition, "its usual region is its own");
        }
    }

    #[test]
    fn arns_are_shown_as_aws_knows_them() {
        let (serial, role) = ("arn:aws:iam::111122223333:mfa/a/alice", "arn:aws:iam::111122223333:role/a/dev");
        let device = MfaSerial::new(&format!(" {serial}\n")).unwrap();
        assert_eq!((device.as_str(), device.to_string().as_str(), device.name()), (serial, serial, Some("alice")));
        let dev = RoleArn::new(&format!(" {role}\n")).unwrap();
        assert_eq!((dev.as_str(), dev.to_string().as_str(), dev.name()), (role, role, "dev"));
    }
}
