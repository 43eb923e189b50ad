//! AWS STS, through the SDK: the two calls that give temporary credentials.
//!
//! The keys are given explicitly, so nothing of the caller's environment or instance can stand in for them. What is tried
//! again, and when, is decided here and not by the SDK: AWS accepts a code once.

mod calls;
mod endpoint;
mod mfa;
mod refusal;

pub use calls::Sts;
pub use endpoint::Endpoint;
pub use mfa::Mfa;
