//! AWS STS, through the SDK: the two calls that give temporary credentials.
//!
//! The keys are given explicitly, so nothing of the caller's environment or instance can stand in for them. A request
//! that carries a code is never repeated by anybody but the person at the prompt: AWS accepts a code once, and a
//! silent second try would be told that the code is wrong.

mod calls;
mod endpoint;
mod refusal;

pub use calls::{Mfa, Sts};
pub use endpoint::Endpoint;
