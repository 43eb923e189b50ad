//! Managers, described by manifests: from a backend's name and an item to permanent keys, MFA serial and role ARN.
//!
//! Each room does one thing: [`registry`] finds a manifest, [`manifest`] reads it, [`reading`] applies it to an item,
//! [`asking`] runs the program, [`between`] takes an item's text out of what is shown around it, [`verdict`] says whether its answer is one, [`shape`] cuts the answer into names and
//! values, [`item`] knows what people mean by them, [`folder`] does so for a folder of entries; [`target`] is a manager and an item, [`found`] puts the rooms in
//! order, [`fetch`] checks what they give; [`replay`] does it with recorded answers; [`write`] is the way back. None of them knows a manager by name.

pub mod address;
pub mod asking;
pub mod between;
pub mod fetch;
pub mod field;
pub mod folder;
pub mod found;
pub mod identity;
pub mod item;
pub mod kind;
mod listing;
pub mod located;
pub mod manifest;
pub mod message;
pub mod params;
pub mod reading;
pub mod registry;
pub mod replay;
pub mod rule;
pub mod shape;
pub mod store;
pub mod target;
pub mod template;
pub mod variables;
pub mod verdict;
pub mod write;

pub use fetch::{Fetch, Item, Wanted};
pub use identity::Identity;
