//! The status for programs: one object, whose members stay.

use super::found::{Found, Server};
use crate::credentials::{RoleArn, Whose};
use crate::os::LIMITS;
use crate::os::moment::Moment;
use crate::sessions::Store;
use serde_json::{Value, json};

/// The object. What is not known is null.
pub fn of(found: &Found) -> Value {
    let shell = found.held.as_ref().map(|held| {
        json!({
            "profile": held.profile,
            "account": held.whose.account,
            "identity": held.whose.identity,
            "mfa": held.mfa,
            "access_key_id": held.key,
            "temporary": !held.permanent,
            "expiration": held.expiration,
            "seconds_left": held.left().map(|left| left.as_secs()),
        })
    });
    let kept = found.kept.iter().map(|entry| {
        let whose = Whose::of(entry.role.as_ref(), entry.serial.as_ref());
        json!({
            "source": entry.label,
            "account": whose.account,
            "identity": whose.identity,
            "role_arn": entry.role.as_ref().map(RoleArn::as_str),
            "mfa": entry.serial.is_some(),
            "expiration": entry.credentials.expiration,
            "seconds_left": entry.left(Moment::now()).unwrap_or_default().as_secs(),
        })
    });
    let endpoint = found.server.as_ref().map(|server| match server {
        Server::Gone => json!({ "gone": true, "credentials": null }),
        Server::There(report) => {
            let mut told = report.clone();
            told["gone"] = false.into();
            told
        }
    });
    let store = found.cache.as_ref().ok().and_then(|cache| cache.store());
    json!({
        "shell": shell,
        "endpoint": endpoint,
        "keeps": store.is_some(),
        "store": store.map(Store::name),
        "kept": kept.collect::<Vec<_>>(),
        "limits": LIMITS,
    })
}
