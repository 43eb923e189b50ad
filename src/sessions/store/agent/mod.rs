//! Sessions kept by a process, where the kernel keeps none: macOS, containers, some sandboxes.
//!
//! The first run that has something to keep starts it; a run that only looks never does. It holds temporary credentials
//! in wiped memory of its own, ends with the last of them, and knows nothing: under which name an entry is kept, whether
//! it is still good enough and which one makes room is decided where every store is used from. Its socket is in a
//! directory that is the user's alone, and each side looks whose program the other is before a byte goes over.
//!
//! One lock says that there is an agent: it is held for as long as it lives, and only its holder takes a socket away.

mod client;
mod place;
pub mod protocol;
mod server;
mod shelf;
mod start;

pub use client::Agent;
pub use place::directory;
pub use server::run;
pub use start::VERB;
