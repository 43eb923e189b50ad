//! Keeps what was found out for the next run: one line in `~/.aws/config`, and only after a yes.

use crate::aws_files::{Change, Target, place};
use crate::credentials::MfaSerial;
use crate::os::ask::line;
use crate::os::stdio;
use crate::os::tty::Terminal;
use crate::sessions::State;
use crate::settings::Source;
use crate::text::quote;
use std::sync::Arc;

const KEY: &str = "mfa_serial";

/// A device that had to be searched for, and where it may be kept.
#[derive(Debug)]
pub struct Offer {
    /// The device.
    pub serial: MfaSerial,
    /// The profile to keep it in, and the terminal to ask on, where there are both.
    pub profile: Option<(String, Arc<Terminal>)>,
    /// Where the keys came from.
    pub source: Source,
}

impl Offer {
    /// Makes it, when everything else is done: whatever comes of it, the run has succeeded. Once for each device and
    /// profile, however often it could not be made before, and once for each device where there is no profile.
    pub fn make(&self) {
        let is_first = |what: &str, name: &str| State::open().is_first(what, name);
        match &self.profile {
            Some((profile, terminal)) if is_first("mfa-serial", &format!("{} {profile}", self.serial)) => {
                ask(terminal, profile, &self.serial);
            }
            None if is_first("mfa-serial-told", self.serial.as_str()) => say_where(&self.source, &self.serial),
            Some(_) | None => {}
        }
    }
}

/// Asks whether to remember the device in the profile, and does.
fn ask(terminal: &Terminal, profile: &str, serial: &MfaSerial) {
    let Some(path) = place::config() else { return };
    let shown = quote(&path.to_string_lossy());
    let question = format!("Remember {serial} for the profile \"{}\" in {shown}? [y/N] ", quote(profile));
    let yes = line(terminal, &question, false).is_ok_and(|answer| {
        let answer = answer.trim();
        answer.eq_ignore_ascii_case("y") || answer.eq_ignore_ascii_case("yes")
    });
    if !yes {
        return;
    }
    let set = [(KEY, serial.as_str())];
    let change = Change { profile, in_credentials: false, drop: &[], set: &set, first: false };
    let written = Target::new(&path, false).and_then(|mut target| {
        let _lock = State::open().lock(&target.name_of_lock(), &format!("{KEY} into {shown}"));
        target.change(&change, |_| Ok(()))
    });
    match written {
        Ok(_) => terminal.show(&format!("aws-auth: wrote {KEY} into {shown}\n")),
        Err(error) => terminal.show(&format!(
            "aws-auth: {shown} could not be written: {error}; put this line into the profile yourself: {KEY} = {serial}\n"
        )),
    }
}

/// Says where the device can be kept, where no profile was selected to keep it in.
fn say_where(source: &Source, serial: &MfaSerial) {
    let place = match source {
        Source::Backend { .. } => format!("store it beside the keys in {source}"),
        Source::Sdk { .. } | Source::Provider(_) | Source::SignIn(_) => {
            format!("put {KEY} into the profile in ~/.aws/config")
        }
    };
    stdio::note(&format!(
        "aws-auth: the MFA device is {serial}: {place}, or set AWS_AUTH_SERIAL_NUMBER, to spare this search"
    ));
}
