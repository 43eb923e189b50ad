//! A sign-in in a browser, which the AWS CLI holds: `aws sso login` and `aws login`. The CLI owns what renews it, and gives
//! out credentials for it.

use crate::aws_files::{Origin, Profiles, origins};
use crate::credentials::{Account, Whose};
use crate::text::quote;
use std::fmt;

/// Whose credentials the CLI is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The profile that says so: the last of a chain.
    pub profile: String,
    /// What it says.
    pub kind: Kind,
}

/// The two ways of signing in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// IAM Identity Center. What the profile leaves out is empty: the CLI says what is wrong with that.
    /// Source: <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sso.html>
    Sso {
        /// The name of the session; none in profiles of the older form.
        session: Option<String>,
        /// Where one signs in.
        start_url: String,
        /// The region of the portal.
        region: String,
        /// The account.
        account: String,
        /// The role in it.
        role: String,
    },
    /// The console's own sign-in.
    /// Source: <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-sign-in.html>
    Login {
        /// Who has signed in: an ARN.
        session: String,
    },
}

impl SignIn {
    /// The one that the profile with the keys names, if nothing comes before it there.
    #[must_use]
    pub fn of(profiles: &Profiles) -> Option<Self> {
        let profile = profiles.leaf()?;
        let text = |key: &str| profiles.get(profile, key).unwrap_or_default().to_owned();
        let kind = match origins(profiles, profile).first()? {
            Origin::Sso => {
                let session = profiles.get(profile, "sso_session");
                let of_session = |key: &str| profiles.files().of_sso_session(session?, key).map(str::to_owned);
                Kind::Sso {
                    start_url: of_session("sso_start_url").unwrap_or_else(|| text("sso_start_url")),
                    region: of_session("sso_region").unwrap_or_else(|| text("sso_region")),
                    session: session.map(str::to_owned),
                    account: text("sso_account_id"),
                    role: text("sso_role_name"),
                }
            }
            Origin::Login => Kind::Login { session: text("login_session") },
            _ => return None,
        };
        Some(Self { profile: profile.to_owned(), kind })
    }

    /// What tells this sign-in and what is asked of it from every other; the profile's name does not.
    #[must_use]
    pub fn parts(&self) -> Vec<&str> {
        match &self.kind {
            Kind::Sso { session, start_url, region, account, role } => {
                vec!["sso", session.as_deref().unwrap_or_default(), start_url, region, account, role]
            }
            Kind::Login { session } => vec!["login", session],
        }
    }

    /// Whose credentials come of it, as far as the profile says so.
    #[must_use]
    pub fn whose(&self) -> Whose {
        match &self.kind {
            Kind::Sso { account, role, .. } => Whose {
                account: Account::new(account).ok().map(|account| account.as_str().to_owned()),
                identity: Some(format!("sso/{role}")),
            },
            Kind::Login { .. } => Whose::default(),
        }
    }

    /// What those share that cannot be renewed by two at the same time.
    #[must_use]
    pub fn shared(&self) -> &str {
        match &self.kind {
            Kind::Sso { session, start_url, .. } => session.as_deref().unwrap_or(start_url),
            Kind::Login { session } => session,
        }
    }
}

/// How it is called in messages, and where credentials are kept: by all that it is shared by.
impl fmt::Display for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Sso { account, role, .. } => write!(f, "SSO \"{}/{}\"", quote(account), quote(role)),
            Kind::Login { session } => write!(f, "aws login \"{}\"", quote(session)),
        }
    }
}
