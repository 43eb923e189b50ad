//! The commands, one file or folder each: what it does, and how it tells that it failed.

pub mod agent;
pub mod backends;
pub mod completions;
pub mod console;
pub mod credential_process;
pub mod doctor;
pub mod exec;
mod fetch;
pub mod init;
pub mod list;
pub mod logout;
pub mod man;
pub mod manner;
pub mod print;
mod question;
pub mod rotate;
pub mod serve;
pub mod setup;
pub mod status;
mod told;
pub mod unset;
pub mod whoami;
pub mod write_profile;
