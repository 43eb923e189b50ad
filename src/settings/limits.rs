//! What STS takes of a role's settings: known before a person is asked for a code that the refusal would waste.
//!
//! Source: the shapes of AWS's own model of STS, as in
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html> and
//! <https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html>. How long a policy may be is AWS's to say: what counts
//! is its packed form, together with tags and managed policies.

use super::check::{refused_because, text};
use super::role::{RoleSettings, Roles};
use crate::credentials::is_session_name_char;
use crate::error::Error;
use crate::text::quote;

/// The most tags, and names of tags that go on.
const TAGS: usize = 50;
/// The most managed policies.
const POLICIES: usize = 10;

/// Refuses what AWS would refuse.
pub fn check(roles: &Roles) -> Result<(), Error> {
    match roles {
        Roles::Given(roles) => roles.iter().try_for_each(|role| role_settings(&role.settings)),
        Roles::OfItem(settings) => role_settings(settings),
    }
}

fn role_settings(role: &RoleSettings) -> Result<(), Error> {
    let shape = "2 to 256 letters, digits and _+=,.@-";
    let identity = role.source_identity.as_deref();
    text("the source identity", "--source-identity", identity, 2..=256, is_session_name_char, shape)?;
    if role.tags.len() > TAGS || role.transitive_tags.len() > TAGS {
        return Err(refused_because("the tags", "--tag", "there are more than 50"));
    }
    for (at, (name, value)) in role.tags.iter().enumerate() {
        tag_name(name)?;
        let what = format!("the value of the tag \"{}\"", quote(name));
        text(&what, "--tag", Some(value), 0..=256, is_of_tag, "at most 256 letters, digits, blanks and _.:/=+-@")?;
        // AWS tells names apart by more than their case.
        if role.tags[..at].iter().any(|(other, _)| other.to_lowercase() == name.to_lowercase()) {
            let what = format!("the tag \"{}\"", quote(name));
            return Err(refused_because(&what, "--tag", "it is given twice, and AWS ignores the case of letters"));
        }
    }
    role.transitive_tags.iter().try_for_each(|name| tag_name(name))?;
    if role.policy_arns.len() + usize::from(role.read_only) > POLICIES {
        return Err(refused_because("the managed policies", "--policy-arn", "there are more than 10"));
    }
    let is_of_arn = |c: char| !c.is_control() && c != ' ';
    let mut arns = role.policy_arns.iter();
    let shape = "a policy's ARN like arn:aws:iam::aws:policy/ReadOnlyAccess, 20 to 2048 characters";
    arns.try_for_each(|arn| text("the managed policy", "--policy-arn", Some(arn), 20..=2048, is_of_arn, shape))
}

fn tag_name(name: &str) -> Result<(), Error> {
    let what = format!("the tag \"{}\"", quote(name));
    let shape = "a name of 1 to 128 letters, digits, blanks and _.:/=+-@";
    text(&what, "--tag", Some(name), 1..=128, is_of_tag, shape)?;
    let is_awss = name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("aws:"));
    if is_awss {
        Err(refused_because(&what, "--tag", "AWS keeps names that begin with aws: for itself"))
    } else {
        Ok(())
    }
}

fn is_of_tag(c: char) -> bool {
    c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s17_what_aws_refuses_is_refused_before_a_code() {
        let identity = |name: &str| RoleSettings { source_identity: Some(name.into()), ..RoleSettings::default() };
        let tags = |tags: &[(&str, &str)]| {
            let tags = tags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            RoleSettings { tags, ..RoleSettings::default() }
        };
        let many = |count: usize| {
            let tags = (0..count).map(|number| (format!("t{number}"), String::new())).collect();
            RoleSettings { tags, ..RoleSettings::default() }
        };
        let managed = |arns: &[&str]| {
            let policy_arns = arns.iter().map(|arn| (*arn).to_owned()).collect();
            RoleSettings { policy_arns, ..RoleSettings::default() }
        };
        let arn = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        let rows = [
            ("nothing", RoleSettings::default(), true),
            ("the longest identity", identity(&"x".repeat(256)), true),
            ("too long an identity", identity(&"x".repeat(257)), false),
            ("AWS's own", identity("aws:x"), false),
            ("tags", tags(&[("Team Größe", "a b"), ("cost:center", "")]), true),
            ("a tag's name that is too long", tags(&[(&"x".repeat(129), "")]), false),
            ("a tag's value that is too long", tags(&[("x", &"x".repeat(257))]), false),
            ("a tag's value with other characters", tags(&[("x", "a;b")]), false),
            ("a tag of AWS's", tags(&[("aws:x", "y")]), false),
            ("twice, but for case", tags(&[("Team", "a"), ("team", "b")]), false),
            ("50 tags", many(50), true),
            ("51 tags", many(51), false),
            ("10 managed policies", managed(&[arn; 10]), true),
            ("11 managed policies", managed(&[arn; 11]), false),
            ("no ARN", managed(&["ReadOnlyAccess"]), false),
        ];
        for (what, settings, expected) in rows {
            assert_eq!(role_settings(&settings).is_ok(), expected, "{what}");
        }
    }
}
