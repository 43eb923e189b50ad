//! Whom AWS takes a key for.

use super::{Partition, Problem, check_printable, is_session_name_char, trim};
use std::fmt;

/// What `GetCallerIdentity` tells: the ARN of a user, of an account's root, or of an assumed role's session.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller(String);

impl Caller {
    /// Accepts an ARN of IAM or of STS that names an account. The name at its end is of the characters of AWS's names: it
    /// stands in commands that people copy.
    /// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names>
    pub fn new(arn: &str) -> Result<Self, Problem> {
        let arn = trim(arn);
        check_printable(arn, 20, 2048)?;
        let parts: Vec<&str> = arn.splitn(6, ':').collect();
        let fits = match parts[..] {
            ["arn", partition, "iam" | "sts", "", account, resource] => {
                let name = resource.rsplit('/').next().unwrap_or_default();
                Partition::is_name(partition)
                    && account.len() == 12
                    && account.bytes().all(|byte| byte.is_ascii_digit())
                    && !name.is_empty()
                    && name.chars().all(is_session_name_char)
            }
            _ => false,
        };
        if fits { Ok(Self(arn.into())) } else { Err(Problem::Shape("the ARN of a user or a role")) }
    }

    /// The ARN. Not a secret.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The twelve digits of the account.
    #[must_use]
    pub fn account(&self) -> &str {
        self.part(4)
    }

    /// The partition of the account.
    #[must_use]
    pub fn partition(&self) -> Partition {
        Partition::named(self.part(1))
    }

    /// The name of the IAM user, which is what stands after the path; none for anything else.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        let path_and_name = self.part(5).strip_prefix("user/").filter(|_| self.part(2) == "iam")?;
        path_and_name.rsplit('/').next().filter(|name| !name.is_empty())
    }

    /// Who it is in the account: `user/alice`, `role/dev`, `root`.
    #[must_use]
    pub fn identity(&self) -> String {
        let mut parts = self.part(5).split('/');
        match (parts.next(), parts.next(), self.user()) {
            (_, _, Some(user)) => format!("user/{user}"),
            (Some("assumed-role"), Some(role), _) => format!("role/{role}"),
            _ => self.part(5).to_owned(),
        }
    }

    /// Whether it is the account itself, which may do anything.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.part(5) == "root"
    }

    fn part(&self, at: usize) -> &str {
        self.0.splitn(6, ':').nth(at).unwrap_or_default()
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_name_is_what_stands_after_the_path() {
        let rows = [
            ("arn:aws:iam::111122223333:user/alice", Some("alice"), "aws"),
            ("arn:aws:iam::111122223333:user/a/b/x@y.z", Some("x@y.z"), "aws"),
            ("arn:aws-cn:iam::111122223333:user/chen", Some("chen"), "aws-cn"),
            ("arn:aws-us-gov:iam::111122223333:user/gina", Some("gina"), "aws-us-gov"),
            ("arn:aws:iam::111122223333:root", None, "aws"),
            ("arn:aws:sts::111122223333:assumed-role/dev/alice", None, "aws"),
        ];
        for (arn, user, partition) in rows {
            let caller = Caller::new(arn).unwrap();
            assert_eq!((caller.user(), caller.partition().to_string().as_str()), (user, partition), "{arn}");
            assert_eq!((caller.as_str(), caller.to_string().as_str()), (arn, arn));
            assert_eq!((caller.account(), caller.is_root()), ("111122223333", arn.ends_with(":root")), "{arn}");
        }
        for (arn, expected) in [
            ("arn:aws:iam::111122223333:user/path/alice", "user/alice"),
            ("arn:aws:sts::111122223333:assumed-role/dev/me", "role/dev"),
            ("arn:aws:sts::111122223333:federated-user/guest", "federated-user/guest"),
            ("arn:aws:iam::111122223333:root", "root"),
        ] {
            assert_eq!(Caller::new(arn).unwrap().identity(), expected);
        }
        for arn in [
            "",
            "arn:aws:s3:::bucket-of-somebody",
            "arn:aws:iam::1234:user/alice-of-nowhere",
            "arn:aws:iam::111122223333:user/$(id)",
            "arn:aws:iam::111122223333:user/alice;id",
            "arn:aws:iam::111122223333:user/",
            "arn:aws-$(id):iam::111122223333:user/alice",
            "arn:awsome:iam::111122223333:user/alice",
        ] {
            assert!(Caller::new(arn).is_err(), "{arn}");
        }
    }
}
