//! AWS: the services that are asked, and what they share, which is a connection, a clock and the rules for endpoints.

mod clock;
pub mod endpoint;
mod http;
pub mod iam;
mod network;
pub mod signin;
pub mod sts;

pub use clock::Clock;
pub use http::DEADLINE;
pub use network::Network;
