//! A strict AWS STS on loopback, for the tests, the demo and the benchmarks of aws-auth.
//!
//! It checks what AWS checks: the whole of Signature Version 4, the clock, MFA codes (each good once), trust, durations;
//! and it refuses in AWS's words. Where AWS's behaviour is not known, it takes the stricter reading, because a lenient
//! stand-in hides the mistakes it is there to show. [`Fault`] plays what networks and servers do on bad days.
//!
//! ```
//! use aws_auth_emulator::{ALICE, Emulator, World};
//!
//! let sts = Emulator::start(World::standard());
//! let code = sts.fresh_code(ALICE.mfa_serial);
//! assert_eq!(code.len(), 6);
//! assert!(sts.requests().is_empty());
//! ```
//!
//! The way of a request: `server` (listener, one thread a connection) → `connection` → `http` → `service` (which AWS
//! service is meant) → `answer` → `sts` (resolve the action, verify, serve) → `fault` (alter) → `delivery` (send, or fail to).

mod answer;
mod arn;
mod authorization;
mod clock;
mod connection;
mod constraint;
mod credentials;
mod delivery;
mod emulator;
mod error;
mod fault;
mod federation;
mod form;
mod http;
mod iam;
mod mfa;
mod portal;
mod principal;
mod record;
mod server;
mod service;
mod sigv4;
mod standard;
mod state;
mod sts;
mod tls;
mod totp;
mod verify;
mod wire;
mod world;
mod xml;

pub use credentials::Issued;
pub use emulator::Emulator;
pub use fault::Fault;
pub use portal::SignIn;
pub use record::{Outcome, Request};
pub use standard::{ALICE, BOB, CANARY, CAROL, CHEN, DAVE, GINA, PEOPLE, Person, role};
/// The token of another identity provider that is taken for a role.
pub use sts::TOKEN as WEB_IDENTITY;
pub use tls::Certificate;
pub use world::{AccessKey, MfaDevice, Role, User, World};
