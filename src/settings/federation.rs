//! The console for a user without a role: AWS makes sign-in tokens of a federation token's credentials too. They allow what
//! the user and a policy both allow, and nothing where no policy is given.
//! Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>

use super::role::RoleSettings;
use crate::error::{Class, Error};

/// The longest policy, in bytes. That of a role may be longer, as far as AWS packs it.
const POLICY: usize = 2048;

/// What is asked for, where there turns out to be no role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Federation {
    /// What the credentials may do at most.
    pub narrowed: RoleSettings,
    /// How long they last, 900 to 129,600 seconds; AWS's default is 12 hours.
    pub seconds: Option<u32>,
}

impl Federation {
    /// Refuses what AWS would refuse, or what would come to nothing.
    pub fn check(&self) -> Result<(), Error> {
        // Named one by one, so that a new setting cannot be forgotten here.
        let RoleSettings {
            duration_seconds: _,
            session_name: _,
            external_id: _,
            policy,
            policy_arns,
            read_only,
            tags,
            transitive_tags,
            source_identity,
        } = &self.narrowed;
        if policy.is_none() && policy_arns.is_empty() && !read_only {
            return Err(Error::new(Class::Config, "nothing says what the console may do")
                .because("there is no role, and AWS lets a user's own console do only what a policy allows")
                .hint("name a role with --role-arn, or add --read-only, or --policy-arn arn:aws:iam::aws:policy/AdministratorAccess for all that you may do"));
        }
        if !tags.is_empty() || !transitive_tags.is_empty() || source_identity.is_some() {
            return Err(Error::new(Class::Config, "a tag or source identity was given, and there is no role")
                .because("they are for the credentials of roles")
                .hint("name the role with --role-arn, or leave them out"));
        }
        if policy.as_ref().is_some_and(|policy| policy.len() > POLICY) {
            return Err(Error::new(Class::Config, "the policy cannot be used")
                .because(format!("AWS takes one of {POLICY} characters at most for a user's own console"))
                .hint("shorten it, or name a managed policy with --policy-arn"));
        }
        Ok(())
    }
}
