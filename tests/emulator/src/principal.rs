//! Who is calling: a user by permanent keys, a session of a user, or a session of a role.

use crate::arn;
use crate::world::{Role, User};

/// A caller whose signature was verified.
#[derive(Debug, Clone)]
pub(crate) enum Principal {
    /// Permanent keys.
    User(User),
    /// Temporary credentials from `GetSessionToken`.
    UserSession { user: User, mfa: bool },
    /// Temporary credentials from `GetFederationToken`.
    Federated { user: User, arn: String },
    /// Temporary credentials from `AssumeRole`.
    RoleSession { role: Role, session_name: String },
}

impl Principal {
    /// As `GetCallerIdentity` and the refusals of `AssumeRole` name it.
    pub(crate) fn arn(&self) -> String {
        match self {
            Self::User(user) | Self::UserSession { user, .. } => user.arn.clone(),
            Self::Federated { arn, .. } => arn.clone(),
            Self::RoleSession { role, session_name } => assumed_role_arn(&role.arn, session_name),
        }
    }

    /// `AIDA…`, or `AROA…:session-name`.
    pub(crate) fn user_id(&self) -> String {
        match self {
            Self::User(user) | Self::UserSession { user, .. } => user.id.clone(),
            Self::Federated { arn, .. } => format!("{}:{}", arn::account(arn), arn::name(arn)),
            Self::RoleSession { role, session_name } => format!("{}:{session_name}", role.id),
        }
    }

    /// The user whose MFA devices this caller may use; a role has none.
    pub(crate) fn user(&self) -> Option<&User> {
        match self {
            Self::User(user) | Self::UserSession { user, .. } => Some(user),
            Self::Federated { .. } | Self::RoleSession { .. } => None,
        }
    }

    /// Whether the session was made with MFA.
    ///
    /// Never for a role session: what `AssumeRole` returns carries no MFA information.
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>
    pub(crate) fn has_mfa(&self) -> bool {
        matches!(self, Self::UserSession { mfa: true, .. })
    }

    /// Whether a trust policy that names `trusted` means this caller.
    pub(crate) fn is_trusted_as(&self, trusted: &str) -> bool {
        let own = match self {
            Self::User(user) | Self::UserSession { user, .. } | Self::Federated { user, .. } => &user.arn,
            Self::RoleSession { role, .. } => &role.arn,
        };
        trusted == own || trusted == self.arn() || trusted == arn::root(arn::partition(own), arn::account(own))
    }
}

/// `arn:PARTITION:sts::ACCOUNT:assumed-role/NAME/SESSION`: the role's path is left out.
pub(crate) fn assumed_role_arn(role: &str, session_name: &str) -> String {
    let (partition, account, name) = (arn::partition(role), arn::account(role), arn::name(role));
    format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session_name}")
}
