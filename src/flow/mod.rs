//! The run: settings, then the cache, then the manager, then the code, then STS. Data goes one way, and nothing is
//! printed before the last call has succeeded.

mod again;
pub mod calls;
pub mod choice;
mod closed;
mod device;
mod expected;
pub mod explain;
mod federation;
mod kept;
mod manager;
mod peek;
pub mod plan;
mod remember;
mod run;
mod too_short;

pub use again::{Again, AtHand, ItemRole};
pub use manager::{manager, of_profile};
pub use peek::{Peek, peek, peek_into};
pub use run::{Delivery, run};
