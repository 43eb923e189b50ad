//! aws-auth: AWS credentials from a password manager, with MFA and roles, in one command.
//!
//! The modules stand here as they build on one another: each uses only those above it, and a test holds it.
//!
//! - [`error`], [`text`], [`secret`], [`digest`]: what everything is told, cleaned, held and compared by
//! - [`credentials`]: the things AWS gives names to
//! - [`cli`]: what was typed
//! - [`os`]: the machine below us: environment, terminal, signals, files, the one bounded runner of other programs
//! - [`backend`]: managers as facts, and the engine that reads them
//! - [`output`]: statements and formats, and every variable that is ever set or unset; the shells' dialects
//! - [`aws_files`]: `~/.aws/config` and `~/.aws/credentials`
//! - [`settings`]: what is wanted
//! - [`aws`]: STS, IAM and sign-in, and the clock and network that they share
//! - [`sessions`]: what runs of one user share: kept sessions, locks, spent codes
//! - [`mfa`]: the token code
//! - [`source`]: keys that come from elsewhere than a manager
//! - [`flow`]: the run: plan, calls, device, manager, kept
//! - [`keys`]: the life of a permanent key: made, proven, put in the place of the old one, retired
//! - [`command`]: one file or folder a verb
//! - [`app`]: from arguments to an exit code
//!
//! This library exists for the program and its tests; it promises nothing to others.

pub mod app;
pub mod aws;
pub mod aws_files;
pub mod backend;
pub mod cli;
pub mod command;
pub mod credentials;
pub mod digest;
pub mod error;
pub mod flow;
pub mod keys;
pub mod mfa;
pub mod os;
pub mod output;
pub mod secret;
pub mod sessions;
pub mod settings;
pub mod source;
pub mod text;
