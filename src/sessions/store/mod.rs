//! Where temporary credentials are kept: for the user, in the kernel's keyring, or nowhere; for one process, in memory.

mod memory;
mod put;
#[cfg_attr(all(target_os = "linux", not(aws_auth_portable)), path = "keyring.rs")]
#[cfg_attr(not(all(target_os = "linux", not(aws_auth_portable))), path = "nothing.rs")]
mod user;

pub use memory::Memory;
pub use put::Put;
pub use user::{Place, Store};
