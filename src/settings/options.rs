//! Every option that takes a value, in one table: what it is called, and where it can stand.
//!
//! The table makes the look-up of settings, what `--explain` says of them, the completions of their values, the keys and
//! variables that are known, and the list in docs/profiles.md.

/// An option that takes a value.
#[derive(Debug, PartialEq, Eq)]
pub struct Opt {
    /// What people call it.
    pub name: &'static str,
    /// The flag, without its `--`.
    pub flag: &'static str,
    /// The variables, the first that is set counts.
    pub variables: &'static [&'static str],
    /// The settings of a profile; ours begin with `aws_auth_`, the others are the AWS CLI's and aws-vault's.
    pub keys: &'static [&'static str],
    /// Which profiles of a chain it is taken from.
    pub scope: Scope,
    /// What can stand there.
    pub values: Values,
}

/// Which profiles of a chain an option is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The selected one, or the nearest source that has it.
    Nearest,
    /// That of each role, for this role alone.
    EachRole,
    /// All of them, and the flag and the variable too: it narrows, so nothing takes its place.
    All,
    /// None.
    Nowhere,
}

/// What can stand as a value, for completions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// Anything.
    Free,
    /// A file.
    Files,
    /// A profile.
    Profiles,
    /// A manager.
    Managers,
    /// A region.
    Regions,
    /// A role's ARN.
    Roles,
    /// An MFA device's ARN.
    Devices,
    /// A shell.
    Shells,
}

const fn opt(
    name: &'static str,
    flag: &'static str,
    variables: &'static [&'static str],
    keys: &'static [&'static str],
    scope: Scope,
    values: Values,
) -> Opt {
    Opt { name, flag, variables, keys, scope, values }
}

use Scope::{All, EachRole, Nearest, Nowhere};

/// Where the keys are.
pub const FROM: Opt = opt("keys", "from", &["AWS_AUTH_FROM"], &["aws_auth_from"], Nearest, Values::Managers);
/// Which item has them.
pub const ITEM: Opt = opt("item", "item", &["AWS_AUTH_ITEM"], &["aws_auth_item"], Nearest, Values::Free);
/// What a manager needs to know beside; `X` is the parameter's own name.
pub const PARAM: Opt = opt("parameter", "param", &["AWS_AUTH_PARAM_X"], &["aws_auth_x"], Nearest, Values::Files);
/// What the item calls a value.
pub const FIELD: Opt = opt("field", "field", &["AWS_AUTH_FIELD"], &["aws_auth_field"], Nearest, Values::Free);
/// The profile.
pub const PROFILE: Opt = opt("profile", "profile", &["AWS_AUTH_PROFILE"], &[], Nowhere, Values::Profiles);
/// The region.
pub const REGION: Opt = opt("region", "region", &["AWS_AUTH_REGION"], &["region"], Nearest, Values::Regions);
/// The MFA device; the second key is aws-mfa's.
/// Source: <https://github.com/broamski/aws-mfa#credentials-file-setup>
pub const SERIAL: Opt = opt(
    "MFA serial",
    "serial-number",
    &["AWS_AUTH_SERIAL_NUMBER"],
    &["mfa_serial", "aws_mfa_device"],
    Nearest,
    Values::Devices,
);
/// Where codes come from.
pub const TOKEN_FROM: Opt =
    opt("token code", "token-from", &["AWS_AUTH_TOKEN_FROM"], &["aws_auth_token_from"], Nearest, Values::Managers);
/// How long a session lasts.
pub const SESSION_TIME: Opt = opt(
    "session duration",
    "mfa-duration-seconds",
    &["AWS_AUTH_MFA_DURATION_SECONDS"],
    &["aws_auth_mfa_duration_seconds"],
    Nearest,
    Values::Free,
);
/// The role.
pub const ROLE: Opt = opt("role", "role-arn", &["AWS_AUTH_ROLE_ARN"], &["role_arn"], EachRole, Values::Roles);
/// How long a role's credentials last.
pub const ROLE_TIME: Opt = opt(
    "role duration",
    "role-duration-seconds",
    &["AWS_AUTH_ROLE_DURATION_SECONDS"],
    &["duration_seconds"],
    EachRole,
    Values::Free,
);
/// What CloudTrail shows.
pub const SESSION_NAME: Opt = opt(
    "session name",
    "role-session-name",
    &["AWS_AUTH_ROLE_SESSION_NAME"],
    &["role_session_name"],
    EachRole,
    Values::Free,
);
/// What a trust policy asks for.
pub const EXTERNAL_ID: Opt =
    opt("external id", "external-id", &["AWS_AUTH_EXTERNAL_ID"], &["external_id"], EachRole, Values::Free);
/// A session policy.
pub const POLICY: Opt = opt("policy", "policy", &["AWS_AUTH_POLICY"], &["aws_auth_policy"], All, Values::Files);
/// Managed policies.
pub const POLICY_ARNS: Opt =
    opt("policy ARNs", "policy-arn", &["AWS_AUTH_POLICY_ARN"], &["aws_auth_policy_arn"], All, Values::Free);
/// AWS's own policy that lets nothing be changed.
pub const READ_ONLY: Opt =
    opt("read-only", "read-only", &["AWS_AUTH_READ_ONLY"], &["aws_auth_read_only"], All, Values::Free);
/// Session tags.
pub const TAGS: Opt = opt("tags", "tag", &["AWS_AUTH_TAG"], &["aws_auth_tag", "session_tags"], All, Values::Free);
/// Those that go on to the next role.
pub const TRANSITIVE_TAGS: Opt = opt(
    "transitive tags",
    "transitive-tag",
    &["AWS_AUTH_TRANSITIVE_TAG"],
    &["aws_auth_transitive_tag", "transitive_session_tags"],
    All,
    Values::Free,
);
/// Who it is behind the role.
pub const SOURCE_IDENTITY: Opt = opt(
    "source identity",
    "source-identity",
    &["AWS_AUTH_SOURCE_IDENTITY"],
    &["aws_auth_source_identity", "source_identity"],
    All,
    Values::Free,
);
/// Which account is expected; a profile speaks of its own role, else of its keys.
pub const ACCOUNT: Opt =
    opt("expected account", "account", &["AWS_AUTH_ACCOUNT"], &["aws_auth_account"], EachRole, Values::Free);
/// How long kept credentials must still be good.
pub const MIN_TTL: Opt =
    opt("minimum time", "min-ttl", &["AWS_AUTH_MIN_TTL"], &["aws_auth_min_ttl"], Nearest, Values::Free);
/// Whose statements are printed.
pub const SHELL: Opt = opt("shell", "shell", &["AWS_AUTH_SHELL"], &["aws_auth_shell"], Nearest, Values::Shells);

/// All of them, in the order of docs/profiles.md.
pub const ALL: [&Opt; 22] = [
    &FROM,
    &ITEM,
    &PARAM,
    &FIELD,
    &PROFILE,
    &REGION,
    &SERIAL,
    &TOKEN_FROM,
    &SESSION_TIME,
    &ROLE,
    &ROLE_TIME,
    &SESSION_NAME,
    &EXTERNAL_ID,
    &POLICY,
    &POLICY_ARNS,
    &READ_ONLY,
    &TAGS,
    &TRANSITIVE_TAGS,
    &SOURCE_IDENTITY,
    &ACCOUNT,
    &MIN_TTL,
    &SHELL,
];

/// Variables of ours that are no option with a value; those of the keys are read by the manifest of the environment.
const OTHER_VARIABLES: [&str; 11] = [
    "AWS_AUTH_NO_CACHE",
    "AWS_AUTH_STORE",
    "AWS_AUTH_TEST_PANIC",
    "AWS_AUTH_TEST_PLACES",
    "AWS_AUTH_BESIDE",
    "AWS_AUTH_INSIDE",
    "AWS_AUTH_SERVE_STAYS",
    "AWS_AUTH_ACCESS_KEY_ID",
    "AWS_AUTH_SECRET_ACCESS_KEY",
    "AWS_AUTH_SESSION_TOKEN",
    "AWS_AUTH_MFA_SERIAL",
];

/// The option of a flag.
#[must_use]
pub fn of_flag(flag: &str) -> Option<&'static Opt> {
    ALL.into_iter().find(|opt| opt.flag == flag)
}

/// The names of our settings in a profile, but for those of a manager's parameters.
pub fn keys() -> impl Iterator<Item = &'static str> {
    let keys = ALL.into_iter().filter(|opt| **opt != PARAM).flat_map(|opt| opt.keys);
    keys.copied().filter(|key| key.starts_with(PREFIX))
}

/// The names of our variables, but for those of a manager's parameters.
pub fn variables() -> impl Iterator<Item = &'static str> {
    let variables = ALL.into_iter().filter(|opt| **opt != PARAM).flat_map(|opt| opt.variables);
    variables.copied().chain(OTHER_VARIABLES)
}

/// How our settings begin.
pub const PREFIX: &str = "aws_auth_";

/// The table as Markdown, as it stands in docs/profiles.md.
#[must_use]
pub fn table() -> String {
    let cell = |names: &[&str]| {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        if names.is_empty() { "–".to_owned() } else { names.join(", ") }
    };
    let scope = |scope| match scope {
        Nearest => "the profile, else its nearest source",
        EachRole => "each role's own profile",
        All => "all of them, added up",
        Nowhere => "–",
    };
    let row = |opt: &Opt| {
        format!("| `--{}` | {} | {} | {} |\n", opt.flag, cell(opt.variables), cell(opt.keys), scope(opt.scope))
    };
    let rows: String = ALL.into_iter().map(row).collect();
    format!("| flag | variable | in a profile | of which profiles |\n|---|---|---|---|\n{rows}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::CommandFactory;

    #[test]
    fn every_flag_that_takes_a_value_is_in_the_table() {
        // What is said once, for one run: a code, a form of output, a place to write to.
        const ONCE: [&str; 3] = ["token-code", "format", "write-profile"];
        let mut cli = Cli::command();
        cli.build();
        for arg in cli.get_arguments().filter(|arg| arg.get_action().takes_values() && !arg.is_positional()) {
            let flag = arg.get_long().unwrap();
            assert!(of_flag(flag).is_some() || ONCE.contains(&flag), "--{flag}");
        }
    }

    #[test]
    fn a_manager_cannot_have_a_parameter_that_is_called_as_an_option() {
        for name in keys().map(|key| &key[PREFIX.len()..]) {
            assert!(crate::backend::params::is_taken(name), "{name}");
        }
        assert!(crate::backend::params::is_taken("field_x") && !crate::backend::params::is_taken("vault"));
    }
}
