//! The machine below us: processes, the terminal, signals, standard output.
//!
//! Nothing here knows about AWS or managers; of the environment it reads what tells of windows and of ourselves. All of it
//! is POSIX through safe wrappers; what only Linux has says so.

pub mod ask;
pub mod file;
pub mod guard;
pub mod harden;
pub mod moment;
pub mod peer;
pub mod process;
pub mod stdio;
pub mod tty;
