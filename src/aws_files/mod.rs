//! The files that the AWS CLI and the SDKs share, `~/.aws/config` and `~/.aws/credentials`: where they are, what they say,
//! and how they are changed.
//!
//! One reader and one editor, which see the same lines; the reading is botocore's, so that a profile means what it means
//! to the AWS CLI.

mod document;
mod edit;
mod files;
mod lines;
mod origins;
pub mod place;
mod profiles;
mod replace;
pub mod words;

pub use document::{Document, Section};
pub use edit::{Change, Refusal};
pub use files::{Files, Said, has_key};
pub use origins::{Origin, check_source, origins};
pub use profiles::Profiles;
pub use replace::{Failure, Target};
