//! The run: settings, then the cache, then the manager, then the code, then STS. Data goes one way, and nothing is
//! printed before the last call has succeeded.

mod again;
mod calls;
mod choice;
mod device;
pub mod explain;
mod kept;
mod manager;
pub mod plan;
mod remember;
mod run;

pub use again::{Again, AtHand, ItemRole};
pub use run::{Delivery, run};
