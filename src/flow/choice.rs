//! Which of a user's MFA devices is meant, where nobody has named one and IAM was asked.

use crate::credentials::MfaSerial;
use crate::error::{Class, Error};
use crate::mfa::Nobody;
use crate::os::tty::Terminal;
use crate::os::{ask, stdio};
use crate::text::quote;

/// How often a person may choose.
const TRIES: u32 = 3;

/// The one device that has codes, or the one that a person chooses among several.
pub fn choose(serials: &[String], terminal: Result<&Terminal, Nobody>) -> Result<MfaSerial, Error> {
    let (mut usable, mut passed) = (Vec::new(), Vec::new());
    for serial in serials {
        match MfaSerial::new(serial) {
            Ok(serial) => usable.push(serial),
            Err(problem) => passed.push((quote(serial), problem)),
        }
    }
    if usable.is_empty() {
        return Err(none_usable(!passed.is_empty()));
    }
    for (serial, problem) in &passed {
        stdio::note(&format!("aws-auth: passing over the MFA device {serial}: {problem}"));
    }
    match (usable.len(), terminal) {
        (1, _) => Ok(usable.remove(0)),
        (_, Ok(terminal)) => Ok(usable.swap_remove(ask_which(&usable, terminal)?)),
        (_, Err(nobody)) => Err(Error::new(Class::NoTerminal, "this user has several MFA devices")
            .because(format!("{}, and {}", list(&usable), nobody.why()))
            .hint("name one of them with --serial-number")),
    }
}

fn none_usable(fido: bool) -> Error {
    let error = Error::new(Class::Config, "there is no MFA device for a code");
    if fido {
        error
            .because("this user's devices are FIDO keys or passkeys, which have no code that STS takes")
            .hint("add a virtual MFA device beside them in the IAM console: a user may have eight")
    } else {
        error.because("this user has none").hint("add a virtual MFA device in the IAM console, or leave the code out")
    }
}

fn list(usable: &[MfaSerial]) -> String {
    usable.iter().map(|serial| quote(serial.as_str())).collect::<Vec<_>>().join(", ")
}

/// The place of the device that a person chooses by number.
fn ask_which(usable: &[MfaSerial], terminal: &Terminal) -> Result<usize, Error> {
    let cancelled = |why: String| {
        Error::new(Class::Cancelled, "no MFA device was chosen")
            .because(why)
            .hint("name one with --serial-number, or run this again")
    };
    terminal.show("aws-auth: this user has several MFA devices:\n");
    for (place, serial) in usable.iter().enumerate() {
        terminal.show(&format!("  {}  {}\n", place + 1, quote(serial.as_str())));
    }
    let prompt = format!("Which one (1-{}): ", usable.len());
    for _ in 0..TRIES {
        let line = ask::line(terminal, &prompt, false).map_err(cancelled)?;
        match line.trim().parse::<usize>() {
            Ok(number) if (1..=usable.len()).contains(&number) => return Ok(number - 1),
            _ => terminal.show("aws-auth: that is not one of the numbers\n"),
        }
    }
    Err(cancelled("none of the numbers was typed".into()))
}
/// The refusal of a role, which was probably for want of a code, when no device for one was found either.
#[must_use]
pub fn no_device_either(refused: Error, why: Error) -> Error {
    // Somebody who was asked and gave no answer knows the rest.
    if matches!(why.class(), Class::Cancelled | Class::NoTerminal) {
        return why;
    }
    let reason = why.reason();
    refused.hint(format!("the role probably requires MFA, and your device was not found: {reason}"))
}
