//! Where a profile's keys come from, for a profile that says it in more than one way.
//!
//! The order is that of botocore, and so of the AWS CLI; a role that is ours to assume is above all of these.
//! Source: <https://github.com/boto/botocore/blob/1.43.11/botocore/credentials.py>, `ProfileProviderBuilder`

use super::profiles::{Profiles, broken};
use crate::error::Error;

/// One way of a profile to keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A token of another identity provider, and a role for whoever has one.
    WebIdentity,
    /// A role of IAM Identity Center, by `aws sso login`.
    Sso,
    /// Keys in the credentials file.
    Credentials,
    /// A sign-in by `aws login`.
    Login,
    /// Another program.
    Process,
    /// Keys in the configuration.
    Config,
}

impl Origin {
    /// The setting that says it.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::WebIdentity => "web_identity_token_file",
            Self::Sso => "sso_account_id",
            Self::Credentials | Self::Config => "aws_access_key_id",
            Self::Login => "login_session",
            Self::Process => "credential_process",
        }
    }

    /// The same with the file, where keys can stand in either.
    #[must_use]
    pub fn words(self) -> String {
        match self {
            Self::Credentials => format!("{} in the credentials file", self.key()),
            Self::Config => format!("{} in the configuration", self.key()),
            Self::WebIdentity | Self::Sso | Self::Login | Self::Process => self.key().to_owned(),
        }
    }
}

/// The ways of the profile `name`; the first is the one that counts.
#[must_use]
pub fn origins(profiles: &Profiles, name: &str) -> Vec<Origin> {
    let says = |key: &str| profiles.get(name, key).is_some();
    let ways = [
        (Origin::WebIdentity, says("web_identity_token_file")),
        // One of the two makes it a profile for SSO; `sso_session` alone is for tokens of other services.
        (Origin::Sso, says("sso_account_id") || says("sso_role_name")),
        (Origin::Credentials, profiles.files().own_keys(name, true).is_some()),
        (Origin::Login, says("login_session")),
        (Origin::Process, says("credential_process")),
        (Origin::Config, profiles.files().own_keys(name, false).is_some()),
    ];
    ways.into_iter().filter(|(_, is_said)| *is_said).map(|(way, _)| way).collect()
}

/// Refuses a profile that names a source, has no role to assume with it, and leads to no keys itself: botocore passes over
/// such a `source_profile`, and so do we.
pub fn check_source(profiles: &Profiles, name: &str) -> Result<(), Error> {
    let says = |key: &str| profiles.get(name, key).is_some();
    if says("role_arn") || !says("source_profile") || !origins(profiles, name).is_empty() {
        return Ok(());
    }
    let why = "its source_profile counts only beside a role_arn, and nothing else in it leads to keys";
    Err(broken(why, &[name.to_owned()])
        .hint("add the role_arn, or say in it where the keys are, as in: aws_auth_from = pass"))
}

#[cfg(test)]
mod tests {
    use super::super::{Document, Files};
    use super::Origin::{Config, Credentials, Login, Process, Sso, WebIdentity};
    use super::*;

    #[test]
    fn the_order_is_botocores() {
        let all = "[profile p]\naws_access_key_id = A\ncredential_process = x\nlogin_session = y\nsso_role_name = r\n\
                   web_identity_token_file = f\n[profile q]\ninclude_profile = p\n[profile r]\nsso_session = s\n\
                   sso_start_url = u\n";
        let document = |text: &str| Document::new(text.as_bytes().to_vec().into());
        let files = Files::new(document(all), document("[p]\naws_access_key_id = B\n"));
        let profiles = Profiles::none(files);
        assert_eq!(origins(&profiles, "p"), [WebIdentity, Sso, Credentials, Login, Process, Config]);
        assert_eq!(origins(&profiles, "q"), [WebIdentity, Sso, Login, Process]);
        assert_eq!(origins(&profiles, "r"), []);
    }
}
