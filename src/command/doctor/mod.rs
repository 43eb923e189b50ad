//! `aws-auth doctor`: looks at all that a run depends on, and says what to type. Nobody is asked, no code is spent, nothing
//! is changed; what is shown comes from a list of facts, never from what a program printed that might be secret.

mod begin;
mod caller;
mod demands;
mod ground;
mod item;
mod key;
mod network;
mod profile;
mod program;
mod report;
mod sessions;
mod sign_in;
mod terminal;
mod variables;

pub use item::{Told, judge};

use super::{fetch, told};
use crate::backend::registry;
use crate::cli::{Doctor, Request};
use crate::error::{Class, Error};
use crate::flow;
use crate::os::runtime;
use crate::os::tty::Terminal;
use crate::output;
use crate::settings::{LEAST_TTL, Source};
use ground::Ground;
use report::Report;

/// Looks at everything, and prints what was found. Gives the exit code: 0 where nothing has failed.
pub fn run(doctor: &Doctor) -> Result<u8, Error> {
    let as_json = match doctor.format.as_deref() {
        None => false,
        Some("json") => true,
        Some(_) => {
            return Err(Error::new(Class::Usage, "--format of doctor knows json only")
                .hint("leave it out to read the report yourself"));
        }
    };
    let report = report(doctor);
    output::print(if as_json { report.json() } else { report.text() })?;
    Ok(report.code())
}

fn report(doctor: &Doctor) -> Report {
    let mut report = Report::default();
    let request = Request {
        from: doctor.from.clone(),
        item: doctor.item.clone(),
        params: doctor.params.clone(),
        fields: doctor.fields.clone(),
        profile: doctor.profile.clone(),
        no_input: true,
        ..Request::default()
    };
    let opened = Terminal::open();
    caller::check(&mut report);
    terminal::check(opened.as_ref().map_err(|absent| *absent), &mut report);
    let (settings, profiles) = match fetch::settings(&request, LEAST_TTL) {
        Ok(found) => found,
        Err(error) => {
            report.fail("settings", &error);
            return report;
        }
    };
    let serial = settings.mfa_serial.clone();
    let network = crate::aws::Network::new(&settings.reach);
    let rotate = told::same_item(
        "rotate",
        doctor.profile.as_deref(),
        doctor.from.as_deref(),
        doctor.item.as_deref(),
        &doctor.params,
    );
    let mut ground =
        Ground { rotate, settings, profiles, keys: None, serial, role: None, network, sts: None, caller: None };
    profile::check(&ground, &mut report);
    source(&mut ground, &mut report);
    let asked = runtime::wait(async {
        network::check(&mut ground, &mut report).await;
        key::check(&mut ground, &mut report).await;
        Ok(())
    });
    if let Err(error) = asked {
        report.fail("network", &error);
    }
    demands::check(&ground, &mut report);
    sessions::check(&ground, &mut report);
    variables::check(&ground, &mut report);
    report
}

/// The manager and its item; or what there is in their place.
fn source(ground: &mut Ground, report: &mut Report) {
    let name = match &ground.settings.source {
        Source::Backend { name, .. } => name,
        Source::SignIn(sign_in) => return sign_in::check(sign_in, report),
        _ => return begin::check(&ground.profiles, report),
    };
    let manifest = match registry::find(name).and_then(|entry| entry.parse()) {
        Ok(manifest) => manifest,
        Err(error) => return report.fail("program", &error),
    };
    if !program::check(&manifest, report) {
        return report.skip("item", "there is no program to read it with");
    }
    let source = ground.settings.source.clone();
    match flow::manager(&ground.profiles, &source, None, true) {
        Ok(Some(fetch)) => item::check(&fetch, &manifest, ground, report),
        Ok(None) => {}
        Err(error) => report.fail("item", &error),
    }
}
