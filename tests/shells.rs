//! Our statements, read by real shells.

mod options;
mod quoting;
pub mod whole;

pub use whole::{bob, path_without};
