//! The machine below us: environment, processes, the terminal, signals, files, standard output, other programs.
//!
//! Nothing here knows about AWS or managers; of the environment it reads what tells of windows and of ourselves. All of it
//! is POSIX through safe wrappers, but for what stands between fork and exec, which is the crate `launch`. What Linux has beyond that is in `linux/`, what stands for it elsewhere in `portable/`:
//! both show the same face, and the rest of the program sees only the rooms below.

pub mod ask;
pub mod child;
pub mod detached;
pub mod environment;
pub mod file;
pub mod folder;
pub mod guard;
pub mod harden;
pub mod http;
pub mod local;
pub mod lock;
pub mod moment;
pub mod peer;
pub mod pipe;
pub mod port;
pub mod process;
pub mod program;
pub mod reader;
pub mod runtime;
pub mod shortage;
pub mod stdio;
pub mod trust;
pub mod tty;
pub mod user;
pub mod write;
pub mod zone;

#[cfg_attr(all(target_os = "linux", not(aws_auth_portable)), path = "linux/mod.rs")]
#[cfg_attr(not(all(target_os = "linux", not(aws_auth_portable))), path = "portable/mod.rs")]
mod system;

pub use system::{LIMITS, alarm};
