//! Whose credentials are, as far as that is known without asking AWS once more.

use super::{MfaSerial, RoleArn};

/// An account, and who one is in it. What is not known is none, and is never guessed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Whose {
    /// The twelve digits of the account.
    pub account: Option<String>,
    /// `role/NAME`, or of a user's own session the MFA device, `mfa/NAME`: no answer of AWS's to it names the user.
    pub identity: Option<String>,
}

impl Whose {
    /// Of a role's credentials, the role: AWS has confirmed the account when it gave them. Of a user's own session, what
    /// the ARN of the device tells whose code AWS has taken: a device is in the account of its user.
    #[must_use]
    pub fn of(role: Option<&RoleArn>, device: Option<&MfaSerial>) -> Self {
        match (role, device) {
            (Some(role), _) => {
                Self { account: Some(role.account().into()), identity: Some(format!("role/{}", role.name())) }
            }
            (None, Some(device)) => Self {
                account: device.account().map(Into::into),
                identity: device.name().map(|name| format!("mfa/{name}")),
            },
            (None, None) => Self::default(),
        }
    }

    /// In words, such as `role/dev in 111122223333`.
    #[must_use]
    pub fn words(&self) -> String {
        let who = self.identity.as_deref().unwrap_or("a session");
        match &self.account {
            Some(account) => format!("{who} in {account}"),
            None => format!("{who} in an account that AWS did not name"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_told_by_the_role_else_by_the_device_and_never_guessed() {
        let role = RoleArn::new("arn:aws:iam::111122223333:role/team/dev").unwrap();
        let device = MfaSerial::new("arn:aws-cn:iam::555566667777:mfa/path/phone").unwrap();
        let hardware = MfaSerial::new("GAHT12345678").unwrap();
        let rows = [
            (Some(&role), Some(&device), "role/dev in 111122223333"),
            (Some(&role), None, "role/dev in 111122223333"),
            (None, Some(&device), "mfa/phone in 555566667777"),
            (None, Some(&hardware), "a session in an account that AWS did not name"),
            (None, None, "a session in an account that AWS did not name"),
        ];
        for (role, device, expected) in rows {
            assert_eq!(Whose::of(role, device).words(), expected);
        }
    }
}
