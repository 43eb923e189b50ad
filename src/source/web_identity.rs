//! A token of another identity provider, for which STS gives a role's credentials: a CI job's, a Kubernetes service account's.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-assume-role-credentials.html>

use super::found::Found;
use super::token_file;
use crate::aws::Network;
use crate::aws_files::Profiles;
use crate::credentials::{RoleArn, is_session_name_char};
use crate::error::{Class, Error};
use crate::os::environment;
use crate::text::quote;
use std::ffi::OsString;

const FILE: &str = "AWS_WEB_IDENTITY_TOKEN_FILE";
const ROLE: &str = "AWS_ROLE_ARN";
const NAME: &str = "AWS_ROLE_SESSION_NAME";
/// What CloudTrail shows where nobody says otherwise.
const OURS: &str = "aws-auth";

/// A token, and the role that it is for.
pub struct WebIdentity {
    file: (&'static str, OsString),
    role: String,
    session_name: String,
}

impl WebIdentity {
    /// What the profile `name` says.
    pub fn of_profile(profiles: &Profiles, name: &str) -> Result<Self, Error> {
        let file = profiles.get(name, "web_identity_token_file").unwrap_or_default();
        let role = profiles.get(name, "role_arn").ok_or_else(|| {
            Error::new(Class::Config, format!("the profile \"{}\" cannot be used", quote(name)))
                .because("it has a web_identity_token_file, and no role_arn that the token is for")
                .hint("write the role_arn into the profile")
        })?;
        let session_name = profiles.get(name, "role_session_name").unwrap_or(OURS);
        let file = ("web_identity_token_file", file.into());
        Ok(Self { file, role: role.to_owned(), session_name: session_name.to_owned() })
    }

    /// What the environment says, as in a pod of Kubernetes.
    pub fn of_environment() -> Result<Option<Self>, Error> {
        let (Some(file), Some(role)) = (environment::os(FILE), environment::text(ROLE)?) else { return Ok(None) };
        let session_name = environment::text(NAME)?.unwrap_or_else(|| OURS.to_owned());
        Ok(Some(Self { file: (FILE, file), role, session_name }))
    }

    /// Asks STS, without any keys.
    pub async fn keys(self, region: String, network: &mut Network) -> Result<Found, Error> {
        let Self { file: (name, path), role, session_name } = self;
        let role = RoleArn::new(&role).map_err(|problem| {
            Error::new(Class::Config, "the role for a web identity cannot be used")
                .because(problem.to_string())
                .hint(format!("look at role_arn in the profile, or at {ROLE}"))
        })?;
        let session_name: String =
            session_name.chars().map(|c| if is_session_name_char(c) { c } else { '-' }).collect();
        // It is there: `path` was named.
        let token = token_file::read(name, Some(path))?.unwrap_or_default();
        let given = network.sts(region)?.assume_role_with_web_identity(&role, &session_name, &token).await?;
        Ok(Found { keys: given.as_source(), lent: Some(given), from_our_server: false })
    }
}
