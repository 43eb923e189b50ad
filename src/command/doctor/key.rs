//! The key: whether AWS knows it, whose it is, how old it is, and which device its user has.

use super::ground::Ground;
use super::report::Report;
use crate::aws::iam::Listed;
use crate::backend::field::Field;
use crate::backend::registry;
use crate::credentials::{MfaSerial, SourceKeys};
use crate::error::{Class, Error};
use crate::os::zone;
use crate::sessions::Record;
use crate::settings::Source;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::time::SystemTime;

const CHECK: &str = "key";
/// A key older than this many days is told of: what many rules ask for.
/// Source: <https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3>
const OLD: u64 = 90;

/// Asks STS and IAM with the permanent key, where that needs no code.
pub async fn check(ground: &mut Ground, report: &mut Report) {
    let (Some(keys), Some(sts)) = (&ground.keys, &ground.sts) else {
        let why = if ground.keys.is_none() { "there is no key to ask about" } else { "STS was not reached" };
        report.skip(CHECK, why);
        return report.skip("device", why);
    };
    let caller = match sts.caller(keys).await {
        Ok(caller) => caller,
        Err(error) => {
            report.fail(CHECK, &error);
            return report.skip("device", "AWS does not take the key");
        }
    };
    report.ok(CHECK, format!("AWS takes {} for {caller}", keys.access_key_id));
    if caller.is_root() {
        report.warn(
            CHECK,
            "it is a key of the account's root, which no policy limits",
            "make an IAM user, and delete the root's keys",
        );
    }
    let iam = match ground.network.iam(&caller.partition()) {
        Ok(iam) => iam,
        Err(error) => return report.fail(CHECK, &error),
    };
    match iam.access_keys(keys, caller.user().unwrap_or_default()).await {
        Ok(listed) => {
            let record = Record::read(&caller).unwrap_or_default();
            age(&listed, keys, record.as_ref(), &ground.rotate, report);
        }
        Err(error) if error.class() == Class::Denied => {
            report.skip(CHECK, "its age: needs MFA, or iam:ListAccessKeys on yourself");
        }
        Err(error) => report.warn_of(CHECK, &error),
    }
    match iam.mfa_devices(keys).await {
        Ok(serials) => device(&serials, ground.serial.as_ref(), variable(&ground.settings.source).as_deref(), report),
        Err(error) if error.class() == Class::Denied => {
            report.skip("device", "needs MFA, or iam:ListMFADevices on yourself");
        }
        Err(error) => report.warn_of("device", &error),
    }
    ground.caller = Some(caller);
}

fn age(listed: &[Listed], keys: &SourceKeys, record: Option<&Record>, rotate: &str, report: &mut Report) {
    let Some(own) = listed.iter().find(|key| key.id == keys.access_key_id) else { return };
    let made = DateTime::from_str(&own.created, Format::DateTime).ok().and_then(|made| SystemTime::try_from(made).ok());
    let days = made.and_then(|made| SystemTime::now().duration_since(made).ok()).map(|age| age.as_secs() / 86_400);
    match days {
        Some(days) if days > OLD => {
            report.warn(
                CHECK,
                format!("it is {} old, and many rules ask for a new one after {OLD} days", zone::days(days)),
                rotate,
            );
        }
        Some(days) => report.ok(CHECK, format!("it is {} old", zone::days(days))),
        None => report.skip(CHECK, "its age is not told"),
    }
    for other in listed.iter().filter(|key| key.id != keys.access_key_id) {
        if let Some(record) = record.filter(|record| record.names(&other.id)) {
            if record.retired.is_some() && !other.active {
                report.ok(CHECK, format!("the one before it, {}, is inactive: the next rotate deletes it", other.id));
            } else if record.is_wanted_back() && other.active {
                report.warn(CHECK, format!("since rotate --undo another key is active too, {}", other.id), rotate);
            } else {
                report.warn(CHECK, format!("a rotation is under way, with the key {}", other.id), rotate);
            }
            continue;
        }
        let state = if other.active { "active" } else { "inactive" };
        report.warn(
            CHECK,
            format!("there is another key, {}, made {}: {state}", other.id, other.created),
            "see who uses it before you delete it: aws iam get-access-key-last-used --access-key-id ID",
        );
    }
}

/// Whether the device is one to type codes from.
fn has_codes(serial: &str) -> bool {
    !serial.starts_with("arn:") || serial.contains(":mfa/")
}

/// The variable that names the device, where the keys stand in variables.
fn variable(source: &Source) -> Option<String> {
    let Source::Backend { name, .. } = source else { return None };
    registry::variable(name, Field::MfaSerial)
}

fn device(serials: &[String], named: Option<&MfaSerial>, variable: Option<&str>, report: &mut Report) {
    let kind = |serial: &str| match serial {
        serial if !serial.starts_with("arn:") => "a hardware device",
        serial if has_codes(serial) => "a virtual device",
        _ => "a FIDO key or passkey, which has no codes",
    };
    match named {
        Some(named) if serials.iter().any(|serial| serial == named.as_str()) => {
            report.ok("device", format!("{named} is {}", kind(named.as_str())));
        }
        Some(named) => {
            let theirs = if serials.is_empty() {
                "this user has none".to_owned()
            } else {
                format!("this user has {}", serials.join(", "))
            };
            let wrong = Error::new(Class::Config, format!("{named} is not a device of this user"))
                .because(crate::text::quote(&theirs))
                .hint(variable.map_or_else(
                    || "correct mfa_serial in the item or the profile".to_owned(),
                    |variable| format!("correct {variable}, or mfa_serial in the profile"),
                ));
            report.fail("device", &wrong);
        }
        None if serials.is_empty() => report.warn(
            "device",
            "this user has no MFA device: whoever copies the key has all that it may do",
            "aws iam create-virtual-mfa-device, then aws iam enable-mfa-device; or in the IAM console",
        ),
        None => {
            let all: Vec<_> =
                serials.iter().map(|serial| format!("{} ({})", crate::text::quote(serial), kind(serial))).collect();
            let line = |serial: &String| {
                let serial = crate::text::quote(serial);
                variable.map_or_else(
                    || format!("put it into the item: mfa_serial: {serial}"),
                    |variable| format!("set {variable} to {serial}"),
                )
            };
            let fix = serials.iter().find(|serial| has_codes(serial)).map(line);
            let fix =
                fix.unwrap_or_else(|| "add a device that has codes, as in: aws iam create-virtual-mfa-device".into());
            report.warn("device", format!("none is named, and this user has {}", all.join(", ")), fix);
        }
    }
}
