//! A user's own access keys: listed, made, switched off and on, deleted.
//!
//! Each question names the user: with temporary keys IAM demands it.
//! Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAccessKeys.html>

use super::Iam;
use super::answer::{self, Listed, Used};
use super::call::Question;
use crate::credentials::{AccessKeyId, SourceKeys};
use crate::error::Error;

/// What to do about a refusal: a statement to paste into a policy.
const HINT: &str = concat!(
    "you need this on yourself, and many policies give it only after an MFA code: ",
    r#"{"Effect": "Allow", "Action": ["iam:ListAccessKeys", "iam:GetAccessKeyLastUsed", "iam:CreateAccessKey", "#,
    r#""iam:UpdateAccessKey", "iam:DeleteAccessKey"], "Resource": "arn:*:iam::*:user/${aws:username}"}"#
);

impl Iam {
    /// The user's access keys: none, one or two.
    pub async fn access_keys(&self, keys: &SourceKeys, user: &str) -> Result<Vec<Listed>, Error> {
        self.ask(keys, question("ListAccessKeys", &[("UserName", user)]), &answer::access_keys).await
    }

    /// Makes an access key. It is sent once: AWS may have made one whose answer was lost.
    pub async fn create_access_key(&self, keys: &SourceKeys, user: &str) -> Result<SourceKeys, Error> {
        self.ask_once(keys, question("CreateAccessKey", &[("UserName", user)]), &answer::new_access_key).await
    }

    /// Switches an access key off, or on again.
    pub async fn set_active(&self, keys: &SourceKeys, user: &str, id: &AccessKeyId, active: bool) -> Result<(), Error> {
        let status = if active { "Active" } else { "Inactive" };
        let params = [("UserName", user), ("AccessKeyId", id.as_str()), ("Status", status)];
        self.ask(keys, question("UpdateAccessKey", &params), &|_| Some(())).await
    }

    /// Deletes an access key for good.
    pub async fn delete_access_key(&self, keys: &SourceKeys, user: &str, id: &AccessKeyId) -> Result<(), Error> {
        let params = [("UserName", user), ("AccessKeyId", id.as_str())];
        self.ask(keys, question("DeleteAccessKey", &params), &|_| Some(())).await
    }

    /// When the access key was last used, as RFC 3339 in UTC; none where it never was. AWS notes it with a delay.
    /// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccessKeyLastUsed.html>
    pub async fn last_used(&self, keys: &SourceKeys, id: &AccessKeyId) -> Result<Option<String>, Error> {
        let params = [("AccessKeyId", id.as_str())];
        let used = self.ask(keys, question("GetAccessKeyLastUsed", &params), &answer::last_used).await?;
        Ok(match used {
            Used::Never => None,
            Used::At(date) => Some(date),
        })
    }
}

/// A question about keys.
fn question<'a>(action: &'static str, params: &'a [(&'static str, &'a str)]) -> Question<'a> {
    let (root, refused) = match action {
        "ListAccessKeys" => ("ListAccessKeysResponse", "AWS did not tell your access keys"),
        "CreateAccessKey" => ("CreateAccessKeyResponse", "AWS made no access key"),
        "UpdateAccessKey" => ("UpdateAccessKeyResponse", "AWS did not change the access key's state"),
        "DeleteAccessKey" => ("DeleteAccessKeyResponse", "AWS did not delete the access key"),
        _ => ("GetAccessKeyLastUsedResponse", "AWS did not tell when the access key was last used"),
    };
    Question { action, root, params, refused, hint: HINT, unreached: None }
}
