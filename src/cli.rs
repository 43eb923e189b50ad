//! The command line: every command, every flag, and the help text, which lives here only.

#![expect(clippy::doc_markdown, reason = "these comments are the help text, and people read them on a terminal")]

mod late;

use clap::{Args, Parser, Subcommand};
use late::Late;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::PathBuf;

/// What the bare command does.
macro_rules! what {
    () => {
        "\
Without a command: reads the keys, the MFA device and the role from the manager, asks
for the code, and prints the statements that put temporary credentials into your shell.

"
    };
}
/// What everybody begins with.
macro_rules! examples {
    () => {
        "\
Examples:
  eval \"$(aws-auth --from pass)\"                bash, zsh, ksh: from pass's usual entries
  eval \"$(aws-auth --from op --item work)\"      from the item \"work\" of 1Password
  aws-auth exec --from pass -- terraform plan   for one command, nothing left in the shell"
    };
}
/// What comes next.
macro_rules! more {
    () => {
        "
  aws-auth --from pass | source                 fish
  aws-auth --from pass --token-code - <code     a script: the code on standard input
  eval \"$(aws-auth unset)\"                      clear the credentials from this shell

Settings may stand in ~/.aws/config and in AWS_AUTH_\u{2026} variables. `aws-auth backends` lists the managers."
    };
}

/// The examples, as they stand on the manual page.
pub const EXAMPLES: &str = concat!(examples!(), more!());

/// AWS credentials from your password manager, with MFA and roles, in one command.
#[derive(Debug, Parser)]
#[command(
    name = "aws-auth",
    version,
    args_conflicts_with_subcommands = true,
    help_template = "{about-with-newline}\n{usage-heading} {usage}\n\n{before-help}{all-args}",
    before_help = concat!(what!(), examples!()),
    before_long_help = concat!(what!(), examples!(), more!()),
)]
pub struct Cli {
    /// What to do; without it, credentials are fetched and printed.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// How to get credentials.
    #[command(flatten)]
    pub request: Request,
    /// How to print them.
    #[command(flatten)]
    pub print: Print,
}

/// What can be done beside fetching credentials.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a command with the credentials in its environment, and nowhere else
    Exec(Late<Exec>),
    /// Keep this shell's programs in fresh credentials, through a local endpoint
    Serve(Late<Serve>),
    /// Sign a browser in to the AWS console as a role, or with a policy
    Console(Late<Console>),
    /// Print what credential_process in ~/.aws/config expects
    CredentialProcess(Late<Request>),
    /// Print the statements that clear the credentials from this shell
    Unset(#[command(flatten)] Dialect),
    /// Show what this shell holds and what is kept for the next run, offline
    Status(Status),
    /// Ask AWS whom it takes this shell for
    Whoami(Whoami),
    /// List the profiles that lead to credentials, and where
    List(List),
    /// Forget what is kept: all, or that of one source
    Logout {
        /// The password manager
        #[arg(long, value_name = "BACKEND")]
        from: Option<String>,
        /// The item in it
        #[arg(long, value_name = "NAME", requires = "from")]
        item: Option<String>,
        /// The profile in ~/.aws/config
        #[arg(long, value_name = "NAME", conflicts_with = "from")]
        profile: Option<String>,
    },
    /// Put an access key into a manager, and write a profile that leads to it
    Setup(Late<Setup>),
    /// Check all that a run depends on, and say what to type
    Doctor(Late<Doctor>),
    /// Replace the access key in the manager's item by a new one
    Rotate(Late<Rotate>),
    /// List the password managers known here
    Backends(Backends),
    /// Print a function, awsauth, for your shell: eval "$(aws-auth init bash)"
    Init {
        /// bash, zsh, fish, nu, elvish, xonsh, tcsh, ksh, pwsh or sh
        shell: String,
    },
    /// Print the manual page, as in: aws-auth man | man -l -
    Man,
    /// Print the completions for a shell
    Completions {
        /// bash, zsh, fish, elvish, pwsh or nu
        shell: String,
    },
}

/// `aws-auth console`.
#[derive(Debug, Args)]
pub struct Console {
    /// How to get credentials.
    #[command(flatten)]
    pub request: Request,
    /// Open the page of this service, like s3 or ec2
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// How long the console stays signed in: 15m to 12h, without a role to 36h, or seconds [default: as long as the credentials]
    #[arg(long, value_name = "TIME")]
    pub console_duration_seconds: Option<String>,
    /// Print the address, which signs in whoever opens it, and open no browser
    #[arg(long)]
    pub print: bool,
}

/// `aws-auth serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// How to get credentials.
    #[command(flatten)]
    pub request: Request,
    /// Statements of which shell.
    #[command(flatten)]
    pub dialect: Dialect,
}

/// `aws-auth exec`.
#[derive(Debug, Args)]
pub struct Exec {
    /// Give the credentials through a local endpoint, and new ones before they end, for as long as the command runs
    #[arg(long)]
    pub serve: bool,
    /// How to get credentials.
    #[command(flatten)]
    pub request: Request,
    /// The command and its arguments
    #[arg(last = true, required = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// `aws-auth status`.
#[derive(Debug, Args)]
#[command(after_long_help = STATUS)]
pub struct Status {
    /// Print json for programs; its members are in the long help
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
    /// Print nothing; the exit code is 0 if programs in this shell get credentials that are good, else 1
    #[arg(long, conflicts_with = "format")]
    pub test: bool,
}

const STATUS: &str = "\
--format json is one object; what is not known is null, and members may be added:
  shell     null, or: profile, account, identity, mfa (true, false), access_key_id (its last
            characters), temporary, expiration (RFC 3339, UTC), seconds_left
  endpoint  null, or what the server of `serve` says: gone, credentials (expiration, seconds_left,
            renews_in_seconds, role_arn, account, identity), last_renewal (seconds_ago, error), process
  keeps     whether anything can be kept for the next run
  store     keyring, agent or null
  kept      a list of: source, account, identity, role_arn, mfa, expiration, seconds_left
  limits    what this system cannot do, in words
identity is role/NAME, or mfa/NAME for a session of a user's own: the device, as AWS names no user there.";

/// `aws-auth list`.
#[derive(Debug, Args)]
#[command(after_long_help = LIST)]
pub struct List {
    /// Print the names alone, one a line, as for: aws-auth list --names | fzf
    #[arg(long)]
    pub names: bool,
    /// Print json for programs
    #[arg(long, value_name = "FORMAT", conflicts_with = "names")]
    pub format: Option<String>,
}

const LIST: &str = "\
--format json is a list of: profile, account, identity, role_arn, source, kept (null, or: expiration,
seconds_left); of a profile that cannot be used: profile, error. What is not known is null.";

/// `aws-auth whoami`.
#[derive(Debug, Args)]
#[command(after_long_help = WHOAMI)]
pub struct Whoami {
    /// The AWS region to ask [default: AWS_REGION, else us-east-1]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Print json for programs
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
}

const WHOAMI: &str = "\
--format json is one object: account, identity, arn, access_key_id (its last characters), temporary,
source (environment, endpoint), expiration (null if it is not said).";

/// `aws-auth rotate`.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Debug, Args)]
pub struct Rotate {
    /// The password manager that holds the key
    #[arg(long, value_name = "BACKEND")]
    pub from: Option<String>,
    /// The item in it
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub item: Option<String>,
    /// A setting of the manager, such as vault=Private; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// What the item calls a value, as in secret_access_key="API token"; may be repeated
    #[arg(long = "field", value_name = "VALUE=NAME")]
    pub fields: Vec<String>,
    /// The profile in ~/.aws/config
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// The six digits that the MFA device shows now; - reads them from standard input [default: ask on the terminal]
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub token_code: Option<String>,
    /// Take the code from another manager, from ykman:ACCOUNT, or from what a command prints
    #[arg(long, value_name = "SOURCE", conflicts_with = "token_code")]
    pub token_from: Option<String>,
    /// Do nothing if the key is younger, as in 90d
    #[arg(long, value_name = "AGE")]
    pub if_older_than: Option<String>,
    /// Delete the key that the last rotation left inactive, and do nothing else
    #[arg(long, conflicts_with = "if_older_than")]
    pub delete_old: bool,
    /// Make the key that the last rotation left inactive active again, and do nothing else
    #[arg(long, conflicts_with_all = ["delete_old", "if_older_than"])]
    pub undo: bool,
    /// Never ask anything on the terminal: fail instead
    #[arg(long)]
    pub no_input: bool,
    /// Say yes beforehand to deleting a key that a run of ours has made and lost
    #[arg(long)]
    pub yes: bool,
}

/// `aws-auth doctor`.
#[derive(Debug, Args)]
pub struct Doctor {
    /// The password manager that holds the keys
    #[arg(long, value_name = "BACKEND")]
    pub from: Option<String>,
    /// The item in it
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub item: Option<String>,
    /// A setting of the manager, such as vault=Private; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// What the item calls a value, as in secret_access_key="API token"; may be repeated
    #[arg(long = "field", value_name = "VALUE=NAME")]
    pub fields: Vec<String>,
    /// The profile in ~/.aws/config
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Print json, without accounts and names, fit for a bug report
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
}

/// `aws-auth setup`.
#[derive(Debug, Args)]
pub struct Setup {
    /// The password manager that is to hold the key, as listed by `aws-auth backends`
    #[arg(long, value_name = "BACKEND")]
    pub from: String,
    /// The item in it, in its own words [default: the manager's usual one, else aws]
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub item: Option<String>,
    /// A setting of the manager, such as vault=Private; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// The profile in ~/.aws/config that is to lead to the item [default: the item's name]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// Where the key is now: a file like the console's accessKeys.csv, credentials:PROFILE, env, or - for standard input [default: ask on the terminal]
    #[arg(long, value_name = "SOURCE", allow_hyphen_values = true)]
    pub import: Option<String>,
    /// The role to assume, to be kept beside the key
    #[arg(long, value_name = "ARN")]
    pub role_arn: Option<String>,
    /// Your MFA device [default: asked of AWS]
    #[arg(long, value_name = "ARN")]
    pub serial_number: Option<String>,
    /// The six digits it shows now, for the proof; - reads them from standard input [default: ask on the terminal]
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub token_code: Option<String>,
    /// Take the code from another manager, from ykman:ACCOUNT, or from what a command prints
    #[arg(long, value_name = "SOURCE", conflicts_with = "token_code")]
    pub token_from: Option<String>,
    /// The AWS region, to be written into the profile
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Never ask anything on the terminal: fail instead
    #[arg(long)]
    pub no_input: bool,
    /// Say yes beforehand to what would be replaced
    #[arg(long)]
    pub yes: bool,
}

/// `aws-auth backends`.
#[derive(Debug, Args)]
pub struct Backends {
    /// What to do with them; without it, they are listed.
    #[command(subcommand)]
    pub action: Option<BackendsAction>,
}

/// What `aws-auth backends` can do.
#[derive(Debug, Subcommand)]
pub enum BackendsAction {
    /// List the managers: where each manifest comes from and whether its program is found
    List,
    /// Print a manager's manifest
    Show {
        /// The manager's name, as in `--from`
        name: String,
    },
    /// Check a manifest file of your own, and the recorded answers beside it
    Check {
        /// The file
        file: PathBuf,
        /// Ask the manager too, and say which fields the item has; no value is shown
        #[arg(long)]
        live: bool,
        /// The item to ask for
        #[arg(long, value_name = "NAME", requires = "live", allow_hyphen_values = true)]
        item: Option<String>,
        /// A setting of the manager, such as vault=Private; may be repeated
        #[arg(long = "param", value_name = "NAME=VALUE", requires = "live")]
        params: Vec<String>,
    },
}

/// Which shell reads the output.
#[derive(Debug, Args)]
pub struct Dialect {
    /// Print for this shell: sh, bash, zsh, dash, ksh, fish, nu, csh, tcsh, pwsh, elvish, xonsh, cmd [default: the shell that called]
    #[arg(long, value_name = "SHELL", hide_short_help = true)]
    pub shell: Option<String>,
}

/// How to print.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub struct Print {
    /// Statements of which shell.
    #[command(flatten)]
    pub dialect: Dialect,
    /// Print another form: env (NAME=value lines), json (a flat record), process (for credential_process), sts (as STS answers), ini (for ~/.aws/credentials)
    #[arg(long, value_name = "FORMAT", hide_short_help = true, conflicts_with = "shell")]
    pub format: Option<String>,
    /// Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files
    #[arg(long, value_name = "NAME", hide_short_help = true, conflicts_with_all = ["shell", "format"])]
    pub write_profile: Option<String>,
}

/// How to get credentials: first what everybody needs, then the rest by what it is about.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Default, Args, Deserialize, Serialize)]
pub struct Request {
    /// Whether a user without a role is to get a federation token: what the console asks for, and no flag.
    #[arg(skip)]
    #[serde(skip)]
    pub federates: bool,
    /// The manager that holds the keys (they are listed by: aws-auth backends)
    #[arg(long, value_name = "BACKEND")]
    pub from: Option<String>,
    /// The item in it, as the manager calls it
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub item: Option<String>,
    /// The profile in ~/.aws/config
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,
    /// The role to assume
    #[arg(long, value_name = "ARN", visible_alias = "iam-role")]
    pub role_arn: Option<String>,
    /// The MFA device's six digits; - reads standard input [default: ask]
    #[arg(long, value_name = "CODE", allow_hyphen_values = true)]
    pub token_code: Option<String>,
    /// Stop at the MFA session, although the item or profile names a role
    #[arg(long, conflicts_with = "role_arn")]
    pub no_role: bool,
    /// Show the calls that would be made and where each setting comes from; make none
    #[arg(long, hide_short_help = true)]
    pub explain: bool,
    /// Show details: what was done, why, and how long it took
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Hide notes; warnings and failures are shown
    #[arg(short, long)]
    pub quiet: bool,

    /// Your MFA device: its ARN, or a hardware device's serial number
    #[arg(long, value_name = "ARN", help_heading = "MFA", hide_short_help = true)]
    pub serial_number: Option<String>,
    /// Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    #[arg(long, value_name = "SOURCE", help_heading = "MFA", hide_short_help = true, conflicts_with = "token_code")]
    pub token_from: Option<String>,
    /// Sign in without MFA on purpose: no search for a device, and no warning
    #[arg(long, help_heading = "MFA", hide_short_help = true, conflicts_with_all = ["serial_number", "token_code", "token_from"])]
    pub no_mfa: bool,
    /// Hide the digits while they are typed
    #[arg(long, help_heading = "MFA", hide_short_help = true)]
    pub hide_code: bool,
    /// Never ask anything on the terminal: fail instead
    #[arg(long, help_heading = "MFA", hide_short_help = true)]
    pub no_input: bool,
    /// How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    #[arg(
        long,
        value_name = "TIME",
        help_heading = "MFA",
        hide_short_help = true,
        visible_alias = "token-duration-seconds"
    )]
    pub mfa_duration_seconds: Option<String>,

    /// How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    #[arg(long, value_name = "TIME", help_heading = "Role", hide_short_help = true)]
    pub role_duration_seconds: Option<String>,
    /// The name that CloudTrail shows [default: your user name]
    #[arg(long, value_name = "NAME", help_heading = "Role", hide_short_help = true)]
    pub role_session_name: Option<String>,
    /// The external id that the role's trust policy asks for
    #[arg(long, value_name = "ID", help_heading = "Role", hide_short_help = true)]
    pub external_id: Option<String>,
    /// Restrict the role's credentials by a session policy: JSON, or file://PATH
    #[arg(long, value_name = "JSON", help_heading = "Role", hide_short_help = true)]
    pub policy: Option<String>,
    /// Restrict the role's credentials by a managed policy; may be repeated
    #[arg(long = "policy-arn", value_name = "ARN", help_heading = "Role", hide_short_help = true)]
    pub policy_arns: Vec<String>,
    /// Restrict the role's credentials to what AWS's ReadOnlyAccess policy allows
    #[arg(long, help_heading = "Role", hide_short_help = true)]
    pub read_only: bool,
    /// A session tag; may be repeated
    #[arg(long = "tag", value_name = "NAME=VALUE", help_heading = "Role", hide_short_help = true)]
    pub tags: Vec<String>,
    /// The name of a session tag that goes on to the next role of a chain; may be repeated
    #[arg(long = "transitive-tag", value_name = "NAME", help_heading = "Role", hide_short_help = true)]
    pub transitive_tags: Vec<String>,
    /// Who you are behind the role, for CloudTrail and trust policies
    #[arg(long, value_name = "NAME", help_heading = "Role", hide_short_help = true)]
    pub source_identity: Option<String>,

    /// A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", help_heading = "Where the keys are", hide_short_help = true)]
    pub params: Vec<String>,
    /// What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    #[arg(long = "field", value_name = "VALUE=NAME", help_heading = "Where the keys are", hide_short_help = true)]
    pub fields: Vec<String>,
    /// Refuse credentials of any other account: its twelve digits
    #[arg(long, value_name = "ACCOUNT", help_heading = "Where the keys are", hide_short_help = true)]
    pub account: Option<String>,
    /// The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    #[arg(long, value_name = "REGION", help_heading = "Where the keys are", hide_short_help = true)]
    pub region: Option<String>,
    /// Get new credentials even where some from an earlier run are still good, and keep none
    #[arg(long, help_heading = "Where the keys are", hide_short_help = true)]
    pub no_cache: bool,
    /// Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    #[arg(long, value_name = "TIME", help_heading = "Where the keys are", hide_short_help = true)]
    pub min_ttl: Option<String>,
}
