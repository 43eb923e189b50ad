//! A time that passes.

/// Waits for so long.
pub use tokio::time::sleep as wait;
