//! The files that the AWS CLI and the SDKs share, `~/.aws/config` and `~/.aws/credentials`: where they are, what they say,
//! and how they are changed.

pub mod ini;
pub mod place;
pub mod profiles;

pub use profiles::{Profiles, read};
