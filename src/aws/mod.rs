//! AWS: the services that are asked, and what they share: a connection, a clock, the rules for endpoints, how an answer is
//! judged, and when a thing is asked for again.

mod ask;
mod attempt;
mod clock;
pub mod document;
mod failure;
mod http;
pub mod iam;
mod network;
mod proxy;
mod regions;
pub mod signin;
pub mod sts;
mod tries;
mod trouble;
mod trust;

pub use clock::Clock;
pub use network::Network;
pub use regions::REGIONS;
pub use tries::DEADLINE;
