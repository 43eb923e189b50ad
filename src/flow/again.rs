//! What a server brings along when it gets credentials, the first time and again.

use crate::backend::Item;
use crate::credentials::{MfaSerial, RoleArn, SourceKeys};
use crate::sessions::Memory;
use std::sync::Arc;

/// What is known from before, and whether anybody may be asked.
#[derive(Clone, Debug, Default)]
pub struct Again {
    /// Sessions, where the system keeps none: a role is got anew with the code of the first.
    pub memory: Arc<Memory>,
    /// Whether nobody may be asked for anything now.
    pub silent: bool,
    /// The device whose code a person has typed: another one can be had from a person only.
    pub typed: Option<MfaSerial>,
    /// The role that the item names, or that it names none, where that is known: the manager need not be asked for it.
    pub item_role: ItemRole,
    /// The access key id of keys that stood in an environment and are not known any more: a session of theirs may be kept.
    pub key: Option<String>,
    /// What stood in the environment of the run that has started the server.
    pub at_hand: Option<AtHand>,
}

/// What is known of the role that an item names.
#[derive(Clone, Debug, Default)]
pub enum ItemRole {
    /// Nothing: the manager was not asked yet.
    #[default]
    Unknown,
    /// It names none.
    Absent,
    /// This one.
    Named(RoleArn),
}

impl ItemRole {
    /// By what a run has got, which had the item's role if it had one.
    #[must_use]
    pub fn of(role: Option<&RoleArn>) -> Self {
        role.map_or(Self::Absent, |role| Self::Named(role.clone()))
    }
}

/// Keys that are known without asking anybody, and what stands beside them.
#[derive(Clone, Debug)]
pub struct AtHand {
    /// The keys.
    pub keys: SourceKeys,
    /// The MFA device.
    pub mfa_serial: Option<MfaSerial>,
    /// The role.
    pub role_arn: Option<RoleArn>,
}

impl AtHand {
    /// What of an item can be known for ever: a code is good once.
    #[must_use]
    pub fn of(item: &Item) -> Self {
        Self { keys: item.keys.clone(), mfa_serial: item.mfa_serial.clone(), role_arn: item.role_arn.clone() }
    }

    /// The same as an item.
    #[must_use]
    pub fn item(&self) -> Item {
        let Self { keys, mfa_serial, role_arn } = self.clone();
        Item { keys, lent: None, apart: false, mfa_serial, role_arn, otp: None }
    }
}
