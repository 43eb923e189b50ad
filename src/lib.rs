//! aws-auth: AWS credentials from a password manager, with MFA and roles, in one command.
//!
//! The way data flows:
//! [`cli`] (typed) → [`settings`] (meant) → [`backend`] (fetched) → [`mfa`] (the token code) → [`sts`] → [`output`],
//! put in order by [`flow`]. This library exists for the program and its tests; it promises nothing to others.

pub mod app;
pub mod aws_files;
pub mod backend;
pub mod cache;
pub mod calls;
pub mod cli;
pub mod completions;
pub mod console;
pub mod credentials;
pub mod device;
pub mod endpoint;
pub mod environment;
pub mod error;
pub mod exec;
pub mod explain;
pub mod flow;
pub mod iam;
pub mod init;
pub mod man;
pub mod mfa;
pub mod os;
pub mod output;
pub mod plan;
pub mod profile;
pub mod remember;
pub mod runtime;
pub mod secret;
pub mod serve;
pub mod settings;
pub mod shared_file;
pub mod shell;
pub mod source;
pub mod state;
pub mod status;
pub mod sts;
pub mod text;
