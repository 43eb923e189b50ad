//! What all calls to AWS share: how an answer is judged, how a sending is watched, and when there is another.

pub mod ask;
pub mod attempt;
pub mod document;
pub mod failure;
pub mod proxy;
pub mod tries;
pub mod trouble;
pub mod trust;
