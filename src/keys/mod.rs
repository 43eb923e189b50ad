//! The life of a permanent key: made, proven, put in the place of the old one in the manager's own item, the old one
//! retired.
//!
//! At any moment the manager holds a working key: the item the old one until the new one is proven and beside it, then the
//! new one. What is under way is in a record (`crate::sessions::Record`); [`look`] tells from it, and from what AWS and the manager have, where to
//! go on. A key is never made twice for one rotation, and never deleted unless the record knows it.

pub mod look;
mod prove;
mod rotation;
mod session;

pub use rotation::Rotation;
pub use session::session;
