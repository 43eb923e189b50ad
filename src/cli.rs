//! The command line: every command, every flag, and the help text, which lives here only.

#![expect(clippy::doc_markdown, reason = "these comments are the help text, and people read them on a terminal")]

mod late;

use clap::{Args, Parser, Subcommand};
use late::Late;
use serde::{Deserialize, Serialize};
use std::ffi::OsString;
use std::path::PathBuf;

/// AWS credentials from your password manager, with MFA and roles, in one command.
#[derive(Debug, Parser)]
#[command(
    name = "aws-auth",
    version,
    disable_help_subcommand = true,
    args_conflicts_with_subcommands = true,
    after_help = EXAMPLES,
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

const EXAMPLES: &str = "\
Examples:
  eval \"$(aws-auth --from pass)\"              bash, zsh, ksh: keys, MFA device and role from pass
  aws-auth --from pass | source               fish
  eval \"$(aws-auth --from pass --item work)\"   the account kept under \"work\"
  aws-auth exec --from pass -- terraform plan   one command, and nothing left in the shell
  aws-auth --from pass --token-code - <code   a script: the code on standard input
  eval \"$(aws-auth unset)\"                    forget the credentials in this shell

`aws-auth backends` lists the managers. Settings may stand in ~/.aws/config and in AWS_AUTH_… variables.";

/// What can be done beside fetching credentials.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a command with the credentials in its environment, and nowhere else
    Exec(Late<Exec>),
    /// Give credentials to every program of this shell through a local endpoint, always fresh
    Serve(Late<Serve>),
    /// Sign a browser in to the AWS console with the credentials of a role
    Console(Late<Console>),
    /// Print what credential_process in ~/.aws/config expects, for every program that uses an AWS SDK
    CredentialProcess(Late<Request>),
    /// Print the statements that clear the credentials from this shell
    Unset(#[command(flatten)] Dialect),
    /// Show the credentials this shell holds and those kept for the next run, without asking anybody
    Status {
        /// Print json for programs
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
    },
    /// Ask AWS whom it takes this shell for: account, user or role
    Whoami(Whoami),
    /// Forget the kept credentials: all, or those of one source
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
    /// Put an access key into a password manager, find its MFA device, and write a profile that leads to both
    Setup(Late<Setup>),
    /// Look at all that a run depends on and say what to type; nobody is asked, and nothing is changed
    Doctor(Late<Doctor>),
    /// Make a new access key, put it into the manager's item in the place of the old one, and make that inactive
    Rotate(Late<Rotate>),
    /// List the password managers known here
    Backends(Backends),
    /// Print a shell function, awsauth, that puts credentials into the shell: eval "$(aws-auth init bash)"
    Init {
        /// bash, zsh, fish, nu, elvish, xonsh, tcsh, ksh, pwsh or sh
        shell: String,
    },
    /// Print the manual page, as in: aws-auth man | man -l -
    Man,
    /// Print the completions for a shell, to be put where it looks for them
    Completions {
        /// bash, zsh, fish, elvish, powershell or nushell
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
    /// How long the console stays signed in: 15m to 12h, or seconds [default: as long as the credentials]
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

/// `aws-auth whoami`.
#[derive(Debug, Args)]
pub struct Whoami {
    /// The AWS region to ask [default: AWS_REGION, else us-east-1]
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// Print json for programs
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<String>,
}

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
    #[arg(long)]
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
    /// The six digits it shows now, for the proof [default: ask on the terminal]
    #[arg(long, value_name = "CODE")]
    pub token_code: Option<String>,
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
    #[arg(long, value_name = "SHELL")]
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
    #[arg(long, value_name = "FORMAT", conflicts_with = "shell")]
    pub format: Option<String>,
    /// Print nothing: write them into ~/.aws/credentials under this profile, for programs that only read files
    #[arg(long, value_name = "NAME", conflicts_with_all = ["shell", "format"])]
    pub write_profile: Option<String>,
}

/// How to get credentials. The first seven are the original's own.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Default, Args, Deserialize, Serialize)]
pub struct Request {
    /// Your MFA device: its ARN, or a hardware device's serial number
    #[arg(long, value_name = "ARN", help_heading = "MFA")]
    pub serial_number: Option<String>,
    /// The six digits it shows now; - reads them from standard input [default: ask on the terminal]
    #[arg(long, value_name = "CODE", help_heading = "MFA", allow_hyphen_values = true)]
    pub token_code: Option<String>,
    /// Take the code from another manager (op:AWS), from ykman:ACCOUNT, or from what a command prints
    #[arg(long, value_name = "SOURCE", help_heading = "MFA", conflicts_with = "token_code")]
    pub token_from: Option<String>,
    /// Sign in without MFA on purpose: look for no device, and do not warn
    #[arg(long, help_heading = "MFA", conflicts_with_all = ["serial_number", "token_code", "token_from"])]
    pub no_mfa: bool,
    /// Do not show the digits while they are typed
    #[arg(long, help_heading = "MFA")]
    pub hide_code: bool,
    /// Never ask anything on the terminal: fail instead
    #[arg(long, help_heading = "MFA")]
    pub no_input: bool,
    /// How long a session without a role lasts: 15m to 36h, or seconds [default: 12h]
    #[arg(long, value_name = "TIME", help_heading = "MFA", visible_alias = "token-duration-seconds")]
    pub mfa_duration_seconds: Option<String>,

    /// The role to assume
    #[arg(long, value_name = "ARN", help_heading = "Role", visible_alias = "iam-role")]
    pub role_arn: Option<String>,
    /// How long the role's credentials last: 15m to the role's maximum, or seconds [default: 1h]
    #[arg(long, value_name = "TIME", help_heading = "Role")]
    pub role_duration_seconds: Option<String>,
    /// The name that CloudTrail shows [default: your user name]
    #[arg(long, value_name = "NAME", help_heading = "Role")]
    pub role_session_name: Option<String>,
    /// Stop at the MFA session, even where the item or the profile names a role
    #[arg(long, help_heading = "Role", conflicts_with = "role_arn")]
    pub no_role: bool,
    /// The external id that the role's trust policy asks for
    #[arg(long, value_name = "ID", help_heading = "Role")]
    pub external_id: Option<String>,

    /// Narrow the role's credentials by a session policy: JSON, or file://PATH
    #[arg(long, value_name = "JSON", help_heading = "Role")]
    pub policy: Option<String>,
    /// Narrow them by a managed policy; may be repeated
    #[arg(long = "policy-arn", value_name = "ARN", help_heading = "Role")]
    pub policy_arns: Vec<String>,
    /// Narrow them to what AWS's ReadOnlyAccess policy allows
    #[arg(long, help_heading = "Role")]
    pub read_only: bool,
    /// A session tag; may be repeated
    #[arg(long = "tag", value_name = "NAME=VALUE", help_heading = "Role")]
    pub tags: Vec<String>,
    /// The name of a session tag that goes on to the next role of a chain; may be repeated
    #[arg(long = "transitive-tag", value_name = "NAME", help_heading = "Role")]
    pub transitive_tags: Vec<String>,
    /// Who you are behind the role, for CloudTrail and trust policies
    #[arg(long, value_name = "NAME", help_heading = "Role")]
    pub source_identity: Option<String>,

    /// The password manager that holds the keys, as listed by `aws-auth backends`
    #[arg(long, value_name = "BACKEND", help_heading = "Where the keys are")]
    pub from: Option<String>,
    /// The item in it, in its own words: an entry, a folder, a title
    #[arg(long, value_name = "NAME", help_heading = "Where the keys are", allow_hyphen_values = true)]
    pub item: Option<String>,
    /// A setting of the manager, such as vault=Private, or section=NAME of the item; may be repeated
    #[arg(long = "param", value_name = "NAME=VALUE", help_heading = "Where the keys are")]
    pub params: Vec<String>,
    /// What the item calls a value, as in secret_access_key="API token", or SECTION/NAME; may be repeated
    #[arg(long = "field", value_name = "VALUE=NAME", help_heading = "Where the keys are")]
    pub fields: Vec<String>,
    /// Get new credentials even where some from an earlier run are still good, and keep none
    #[arg(long, help_heading = "Where the keys are")]
    pub no_cache: bool,
    /// Take kept credentials only if they are good for this much longer, like 90s, 15m or 1h [default: 5m]
    #[arg(long, value_name = "TIME", help_heading = "Where the keys are")]
    pub min_ttl: Option<String>,
    /// Show the calls that would be made and where each setting comes from; ask nobody anything
    #[arg(long)]
    pub explain: bool,
    /// Show details: what was done, why, and how long it took
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Hide notes; warnings and failures are shown
    #[arg(short, long)]
    pub quiet: bool,
    /// The profile in ~/.aws/config whose settings to use
    #[arg(long, value_name = "NAME", help_heading = "Where the keys are")]
    pub profile: Option<String>,
    /// Refuse credentials of any other account: its twelve digits
    #[arg(long, value_name = "ACCOUNT", help_heading = "Where the keys are")]
    pub account: Option<String>,
    /// The AWS region to ask, and to export [default: AWS_REGION, else the profile's, else by the ARN]
    #[arg(long, value_name = "REGION", help_heading = "Where the keys are")]
    pub region: Option<String>,
}
