//! The emulator's own tests: that it accepts what AWS accepts and, above all, refuses what AWS refuses.

mod access_keys;
mod botocore;
mod faults;
mod http;
mod iam;
mod mfa;
mod parameters;
mod program;
mod raw;
mod roles;
mod sdk;
mod sessions;
mod signatures;
mod tls;
