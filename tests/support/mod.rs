//! The builder every test starts from.
//!
//! `Home` is a user: an empty home, a scrubbed environment, perhaps a `pass` store, stand-ins for managers, an STS.
//! `Home::run` and `Home::pty` start a program as that user, without and with a terminal, and end in an `Outcome`;
//! both end with the leak sweep, so that no test can forget it.

pub mod agent;
pub mod fake;
pub mod gpg;
pub mod home;
#[cfg(target_os = "linux")]
pub mod kept;
pub mod keyring;
pub mod lpass;
#[cfg(target_os = "linux")]
pub mod memory;
pub mod outcome;
pub mod proxy;
pub mod pty;
pub mod random;
pub mod run;
pub mod steps;
pub mod sts;
pub mod sweep;
pub mod tools;

/// What is promised within a second, on a machine that does other things too. What it is there to catch takes far longer.
pub const A_SECOND: std::time::Duration = std::time::Duration::from_secs(3);

pub use home::Home;
pub use outcome::Outcome;
pub use sts::Sts;
