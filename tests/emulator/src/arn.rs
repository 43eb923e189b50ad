//! Reading ARNs: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>

/// The colon-separated field at `index`, counted from 0; the resource (5) keeps its own colons. Empty when missing.
fn field(arn: &str, index: usize) -> &str {
    arn.splitn(6, ':').nth(index).unwrap_or_default()
}

/// `aws`, `aws-cn` or `aws-us-gov`.
pub(crate) fn partition(arn: &str) -> &str {
    field(arn, 1)
}

/// The twelve digits of the account.
pub(crate) fn account(arn: &str) -> &str {
    field(arn, 4)
}

/// The last part of the resource: the name without its path.
pub(crate) fn name(arn: &str) -> &str {
    field(arn, 5).rsplit('/').next().unwrap_or_default()
}

/// The ARN that stands for the whole account in a trust policy.
pub(crate) fn root(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:root")
}

/// Whether this has the shape of a role's ARN, whatever the role.
pub(crate) fn is_role(arn: &str) -> bool {
    arn.starts_with("arn:")
        && field(arn, 2) == "iam"
        && account(arn).len() == 12
        && account(arn).bytes().all(|byte| byte.is_ascii_digit())
        && field(arn, 5).starts_with("role/")
        && !name(arn).is_empty()
}

/// The partition a region belongs to, by its prefix.
pub(crate) fn partition_of_region(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}
