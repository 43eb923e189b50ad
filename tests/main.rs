//! The tests of aws-auth: the built program, run as people run it.
//!
//! Real shells, a real terminal, the real `pass` with a real `GnuPG`, an AWS STS on loopback, the real AWS clients.
//! Stand-ins exist only for managers that cannot be had, and answer nothing but what they were told to expect.
//! A test's name begins with the requirement it holds the program to (`r05_…`); after every run of the program the
//! rig looks for secrets in all the places where there must be none (`support::sweep`).

// The bans are for the program: it must not panic on odd input. A test may.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod support;

mod account;
#[cfg(target_os = "linux")]
mod agent;
#[cfg(target_os = "linux")]
mod agent_faults;
mod aws_files;
mod backend_properties;
mod backends;
mod bitwarden;
mod botocore;
#[cfg(target_os = "linux")]
mod bounds;
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
mod cache;
mod calls;
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
mod causes;
mod clients;
mod clocks;
mod completions;
#[cfg(target_os = "linux")]
mod concurrency;
mod console;
mod credential_process;
mod device;
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
mod disks;
mod doctor;
mod env_backend;
mod exec;
mod explain;
mod help;
mod hostile;
mod house;
mod init;
mod instance;
mod keepassxc;
mod key_sources;
mod layouts;
mod lent;
mod list;
mod lpass;
mod man;
mod manager_faults;
mod marks;
#[cfg(target_os = "linux")]
mod memory;
mod messages;
mod mistakes;
mod network;
mod newcomer;
mod original;
mod other_end;
mod output;
mod pages;
mod pass;
mod places;
mod profiles;
mod prompt;
mod reach;
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
mod renewal;
mod rotate;
mod rust_sdk;
mod secret_tool;
mod secrets;
mod serve;
#[cfg(all(target_os = "linux", not(aws_auth_portable)))]
mod server;
mod sessions;
mod shells;
mod sign_in;
mod signals;
mod status;
mod stores;
mod taken_port;
mod token_from;
mod told;
mod troubles;
mod trust;
mod usage;
mod user_manifests;
mod vault;
mod whoami;
mod write_profile;
