//! What exists before the first request: users, their keys and MFA devices, roles and whom they trust.
//!
//! Plain data. [`World::standard`] is the usual one; a test with a need of its own adds to it or starts from
//! `World::default()`.

use crate::{arn, credentials};

/// Everything the server knows at its start.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// IAM users of any account and partition.
    pub users: Vec<User>,
    /// Permanent keys.
    pub keys: Vec<AccessKey>,
    /// MFA devices; a user may have several.
    pub devices: Vec<MfaDevice>,
    /// Roles that can be assumed.
    pub roles: Vec<Role>,
    /// Whether a code is good more than once. AWS never does that; a benchmark needs more codes than a device shows.
    pub codes_are_reusable: bool,
    /// ARNs of users whose policies do not let them ask IAM about themselves.
    pub without_iam: Vec<String>,
    /// Actions of IAM that policies refuse to everybody, as `iam:CreateAccessKey`.
    pub denied: Vec<String>,
    /// Whether policies refuse IAM to callers without MFA.
    pub iam_needs_mfa: bool,
}

/// An IAM user.
#[derive(Debug, Clone)]
pub struct User {
    /// `arn:PARTITION:iam::ACCOUNT:user/NAME`
    pub arn: String,
    /// `AIDA…`, what `GetCallerIdentity` calls `UserId`.
    pub id: String,
}

/// A permanent key pair.
#[derive(Debug, Clone)]
pub struct AccessKey {
    /// `AKIA` and 16 upper-case letters or digits.
    pub id: String,
    /// 40 characters of `[A-Za-z0-9/+]`.
    pub secret: String,
    /// ARN of the user it belongs to.
    pub user: String,
    /// An inactive key is refused as if it were unknown.
    pub active: bool,
    /// When it was made, in seconds since 1970.
    pub created: i64,
    /// When it last signed something that was served, in seconds since 1970; none if it never did.
    pub last_used: Option<i64>,
}

/// When the keys of a world were made that does not say: 2026-01-02 03:04:05 UTC.
const CREATED: i64 = 1_767_323_045;

/// An MFA device: virtual, hardware, or a FIDO key.
#[derive(Debug, Clone)]
pub struct MfaDevice {
    /// An ARN for a virtual device (`…:mfa/NAME`) or a FIDO key (`…:u2f/…`), a number like `GAHT12345678` for a hardware one.
    pub serial: String,
    /// Base32, upper case, without padding; empty for a FIDO key, which has no codes.
    pub totp_secret: String,
    /// ARN of the user it belongs to.
    pub user: String,
}

/// A role and its trust policy.
#[derive(Debug, Clone)]
pub struct Role {
    /// `arn:PARTITION:iam::ACCOUNT:role/[PATH/]NAME`
    pub arn: String,
    /// `AROA…`, the first half of `AssumedRoleId`.
    pub id: String,
    /// `MaxSessionDuration` in seconds, 3600 to 43200.
    pub max_session: u32,
    /// ARNs of users, roles or accounts (`…:root`) that may assume it.
    pub trusted: Vec<String>,
    /// Whether the trust policy has the condition `aws:MultiFactorAuthPresent`.
    pub requires_mfa: bool,
    /// The `sts:ExternalId` the trust policy asks for.
    pub external_id: Option<String>,
}

impl World {
    /// Adds a user.
    #[must_use]
    pub fn user(mut self, arn: &str) -> Self {
        self.users.push(User { arn: arn.to_owned(), id: credentials::stable_id("AIDA", arn) });
        self
    }

    /// Adds a key pair of a user.
    #[must_use]
    pub fn key(mut self, user: &str, id: &str, secret: &str, active: bool) -> Self {
        let (id, secret, user) = (id.to_owned(), secret.to_owned(), user.to_owned());
        self.keys.push(AccessKey { id, secret, user, active, created: CREATED, last_used: None });
        self
    }

    /// Says when the key pair that was added last was made.
    ///
    /// # Panics
    /// Without a key.
    #[must_use]
    pub fn made_at(mut self, created: i64) -> Self {
        self.keys.last_mut().expect("a key was added").created = created;
        self
    }

    /// Lets policies refuse this action of IAM to everybody, as `iam:CreateAccessKey`.
    #[must_use]
    pub fn denying(mut self, action: &str) -> Self {
        self.denied.push(action.to_owned());
        self
    }

    /// Lets policies refuse IAM to whoever has not given a code, as AWS's own example policy does.
    #[must_use]
    pub fn with_mfa_for_iam(mut self) -> Self {
        self.iam_needs_mfa = true;
        self
    }

    /// Adds an MFA device of a user.
    #[must_use]
    pub fn device(mut self, user: &str, serial: &str, totp_secret: &str) -> Self {
        let (serial, totp_secret) = (serial.to_owned(), totp_secret.to_owned());
        self.devices.push(MfaDevice { serial, totp_secret, user: user.to_owned() });
        self
    }

    /// Takes the permission to ask IAM from a user.
    #[must_use]
    pub fn without_iam(mut self, user: &str) -> Self {
        self.without_iam.push(user.to_owned());
        self
    }

    /// Adds a role.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.roles.push(role);
        self
    }
}

impl Role {
    /// A role that trusts its own account, without conditions, for one hour at most.
    #[must_use]
    pub fn new(arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            id: credentials::stable_id("AROA", arn),
            max_session: 3600,
            trusted: vec![arn::root(arn::partition(arn), arn::account(arn))],
            requires_mfa: false,
            external_id: None,
        }
    }

    /// Trusts exactly these ARNs instead.
    #[must_use]
    pub fn trusting(mut self, principals: &[&str]) -> Self {
        self.trusted = principals.iter().map(|&arn| arn.to_owned()).collect();
        self
    }

    /// Asks for MFA.
    #[must_use]
    pub fn with_mfa(mut self) -> Self {
        self.requires_mfa = true;
        self
    }

    /// Asks for an external id.
    #[must_use]
    pub fn with_external_id(mut self, external_id: &str) -> Self {
        self.external_id = Some(external_id.to_owned());
        self
    }

    /// Sets `MaxSessionDuration`.
    #[must_use]
    pub fn with_max_session(mut self, seconds: u32) -> Self {
        self.max_session = seconds;
        self
    }
}
