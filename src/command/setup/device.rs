//! Whose the key is, and which MFA device that user has.

use crate::aws::Network;
use crate::credentials::{Caller, MfaSerial, Partition, SourceKeys};
use crate::error::{Class, Error};
use crate::flow::choice;
use crate::mfa::Nobody;
use crate::os::stdio;
use crate::os::tty::Terminal;

/// What is known of the user's device.
pub enum Device {
    /// It is this one.
    Is(MfaSerial),
    /// There is none with codes, and the user was told.
    Lacking,
    /// The user may not look.
    Unknown,
}

impl Device {
    /// The device, if there is one.
    pub const fn serial(&self) -> Option<&MfaSerial> {
        match self {
            Self::Is(serial) => Some(serial),
            Self::Lacking | Self::Unknown => None,
        }
    }
}

/// The user's device: the only one, or the one that a person chooses.
pub async fn find(
    network: &mut Network,
    keys: &SourceKeys,
    caller: &Caller,
    terminal: Option<&Terminal>,
) -> Result<Device, Error> {
    let iam = network.iam(&caller.partition())?;
    let serials = match iam.mfa_devices(keys).await {
        Ok(serials) => serials,
        Err(why) if why.class() == Class::Denied => {
            stdio::say(&format!("aws-auth: warning: your MFA device was not looked for: {}", why.reason()));
            return Ok(Device::Unknown);
        }
        Err(error) => return Err(error),
    };
    let usable = serials.iter().any(|serial| MfaSerial::new(serial).is_ok());
    if !usable {
        stdio::say(&without_device(caller, !serials.is_empty()));
        return Ok(Device::Lacking);
    }
    choice::choose(&serials, terminal.ok_or(Nobody::Forbidden)).map(Device::Is)
}

/// How a device is made, and why.
fn without_device(caller: &Caller, has_fido: bool) -> String {
    let (user, account) = (caller.user().unwrap_or("USER"), caller.account());
    let has = if has_fido { "only FIDO keys, which have no codes" } else { "no MFA device" };
    let partition: Partition = caller.partition();
    format!(
        "aws-auth: warning: this user has {has}: whoever copies the key has all that it may do. To make a device:\n  \
         aws iam create-virtual-mfa-device --virtual-mfa-device-name {user} --bootstrap-method QRCodePNG --outfile qr.png\n  \
         aws iam enable-mfa-device --user-name {user} --serial-number arn:{partition}:iam::{account}:mfa/{user} \
         --authentication-code1 CODE --authentication-code2 NEXT-CODE\n\
         Then run this again with --serial-number arn:{partition}:iam::{account}:mfa/{user}; if the user is to have none, \
         put mfa_serial = none into the profile"
    )
}
