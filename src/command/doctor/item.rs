//! The item: read without any question, and told by the places of its fields; no value is shown.

use super::ground::Ground;
use super::report::Report;
use crate::backend::fetch::Fetch;
use crate::backend::field::Field;
use crate::backend::located::Found;
use crate::backend::manifest::Manifest;
use crate::backend::message;
use crate::credentials::{AccessKeyId, MfaSerial, Otp, Problem, RoleArn, SourceKeys, secret_access_key};
use crate::error::{Class, Error};
use secrecy::ExposeSecret;

const CHECK: &str = "item";

/// Reads the item, where the manager needs not ask for it.
pub fn check(fetch: &Fetch, manifest: &Manifest, ground: &mut Ground, report: &mut Report) {
    let title = &manifest.title;
    let found = match fetch.found(&Field::ALL) {
        Ok(found) => found,
        Err(error) if matches!(error.class(), Class::Locked | Class::Cancelled) => {
            report.warn_of("unlocked", &error);
            report.skip(CHECK, format!("{title} is locked: a run would ask, and nobody is asked here"));
            return;
        }
        Err(error) => return report.fail_of_manager(CHECK, &error),
    };
    report.ok("unlocked", format!("{title} answers without a question"));
    for field in Field::ALL {
        told(&found, field, manifest, report);
    }
    let value = |field| found.get(&field).map(|found| found.value.expose_secret());
    if let (Some(id), Some(secret)) = (value(Field::AccessKeyId), value(Field::SecretAccessKey))
        && let (Ok(access_key_id), Ok(secret_access_key)) = (AccessKeyId::new(id), secret_access_key(secret))
    {
        ground.keys = Some(SourceKeys { access_key_id, secret_access_key, session_token: None });
    }
    let serial = value(Field::MfaSerial).and_then(|serial| MfaSerial::new(serial).ok());
    ground.serial = ground.settings.mfa_serial.clone().or(serial);
    ground.role = value(Field::RoleArn).and_then(|role| RoleArn::new(role).ok());
}

/// What is known of a field without its value.
pub enum Told {
    /// It is not there.
    Missing,
    /// It is in this place.
    Fine(String),
    /// It is in this place, and is not what its name says.
    Wrong(String, Problem),
}

/// Judges a field by its place and its shape.
pub fn judge(found: &Found, field: Field) -> Told {
    let Some(located) = found.get(&field) else { return Told::Missing };
    let (value, place) = (located.value.expose_secret(), &located.place);
    let problem: Result<(), Problem> = match field {
        Field::AccessKeyId => AccessKeyId::new(value).and_then(|id| {
            if id.is_temporary() { Err(Problem::Shape("a permanent key, which begins with AKIA")) } else { Ok(()) }
        }),
        Field::SecretAccessKey => secret_access_key(value).map(drop),
        Field::MfaSerial => MfaSerial::new(value).map(drop),
        Field::RoleArn => RoleArn::new(value).map(drop),
        Field::Otp => Otp::new(value).map(drop),
    };
    match problem {
        Ok(()) => Told::Fine(place.clone()),
        Err(problem) => Told::Wrong(place.clone(), problem),
    }
}

fn told(found: &Found, field: Field, manifest: &Manifest, report: &mut Report) {
    let title = &manifest.title;
    match judge(found, field) {
        Told::Fine(place) => report.ok(CHECK, format!("{}: in {place}", field.name())),
        Told::Missing if field.is_key() && manifest.variables.is_some() => {
            report.fail(CHECK, &message::field_missing(manifest, None, field));
        }
        Told::Missing if field.is_key() => {
            let missing = Error::new(Class::Value, format!("{title} has no {} there", field.name()))
                .hint(format!("add it to the item: a line or field called {}", field.name()));
            report.fail(CHECK, &missing);
        }
        Told::Missing => report.ok(CHECK, format!("{}: none", field.name())),
        Told::Wrong(place, problem) => {
            let wrong = Error::new(Class::Value, format!("{} in {place} cannot be used", field.name()))
                .because(problem.to_string())
                .hint(format!("correct the value in {title}"));
            report.fail(CHECK, &wrong);
        }
    }
}
