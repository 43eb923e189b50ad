//! Reads what people keep in an item: free text, fields, JSON and tables, in the many ways in which they write them.
//!
//! It is tolerant by design, and never guesses between two: what cannot be told apart is refused. An answer goes by [`reader`]
//! through [`text`], [`json`] and [`table`], which cut it into names and values (`broken` makes secrets whole before);
//! [`name`] and [`token`] say what those can be, [`words`] whose they are; [`sets`] keeps them by the place where they stand;
//! [`choose`] takes what belongs together.
//!
//! The texts are secrets. They stay in the answer's own buffer but for the few that are candidates; what libraries copy is
//! wiped by the process's allocator. Time and memory grow with the length of the answer and with nothing else.

mod broken;
pub mod choose;
pub mod encoded;
pub mod json;
pub mod name;
pub mod otp;
pub mod reader;
pub mod recognise;
pub mod sets;
pub mod table;
pub mod text;
pub mod token;
pub mod value;
pub mod words;

pub use choose::{Picked, Refused};
pub use reader::Reader;
pub use recognise::Wish;

#[cfg(test)]
#[expect(
    clippy::disallowed_macros,
    clippy::disallowed_methods,
    reason = "tests say what they try, and may be asked for more"
)]
mod layouts;

#[cfg(test)]
mod fields;
