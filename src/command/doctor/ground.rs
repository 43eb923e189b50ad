//! What the checks stand on: what was typed, what it leads to, and what earlier checks have found.

use crate::aws::Network;
use crate::aws::sts::Sts;
use crate::aws_files::Profiles;
use crate::credentials::{Caller, MfaSerial, RoleArn, SourceKeys};
use crate::settings::Settings;

/// What is known so far.
pub struct Ground {
    /// How a rotation of the same item is typed.
    pub rotate: String,
    /// What a run would do.
    pub settings: Settings,
    /// The profiles that it takes its settings from.
    pub profiles: Profiles,
    /// The key that was found.
    pub keys: Option<SourceKeys>,
    /// The device that was found, in the settings or in the item.
    pub serial: Option<MfaSerial>,
    /// The role that the item names.
    pub role: Option<RoleArn>,
    /// The way to AWS.
    pub network: Network,
    /// The STS that a run would ask, once it was reached.
    pub sts: Option<Sts>,
    /// Whose the key is.
    pub caller: Option<Caller>,
}
