//! The token code: given, computed, fetched, or asked for on the terminal.
//!
//! AWS accepts each code once, and calls a second try wrong. So a code that was sent, by this run or by another, is not
//! sent again: a source that computes waits for the next, a person is told to. Three codes may be typed in all,
//! malformed ones counted.

mod elsewhere;

pub use elsewhere::check as check_source;

use crate::aws::Clock;
use crate::credentials::{MfaSerial, Otp, TokenCode, Totp};
use crate::error::{Class, Code, Error};
use crate::os::tty::{Absent, Terminal};
use crate::os::{ask, stdio};
use crate::sessions::State;
use crate::settings::TokenFrom;
use crate::text::quote;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How often a person may enter a code.
const TRIES: u32 = 3;
/// How often another code is taken for one that was not wrong: the network, or a clock, was.
const SPARE: u32 = 2;
/// A code that is shown for less than this is not sent: it may end on the way, in seconds.
const TOO_SHORT: u64 = 3;
/// How long most devices show a code, in seconds.
const STEP: u64 = 30;

/// Where codes come from.
#[derive(Debug)]
pub enum Source {
    /// The command line; good for one try.
    Given(TokenCode),
    /// The device's secret, in the item.
    Computed(Totp),
    /// Another manager, or a command.
    Elsewhere {
        /// Which, as `--token-from` names it.
        from: TokenFrom,
        /// Where it may ask.
        terminal: Option<Arc<Terminal>>,
        /// Whether it must not ask.
        quiet: bool,
    },
    /// A person.
    Typed {
        /// Where to ask, or why there is nowhere.
        terminal: Result<Arc<Terminal>, Nobody>,
        /// Whether the digits are hidden.
        hidden: bool,
    },
}

/// Why nobody can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nobody {
    /// There is no terminal for us.
    Absent(Absent),
    /// The caller forbade it.
    Forbidden,
    /// What there is, is still good: a person is asked when it is about to end.
    NotYet,
}

impl Nobody {
    /// The reason, in words.
    #[must_use]
    pub const fn why(self) -> &'static str {
        match self {
            Self::Absent(Absent::NoTerminal) => "there is no terminal to ask on",
            Self::Absent(Absent::Background) => "this is a background job, which cannot read from the terminal",
            Self::Forbidden => "--no-input forbids asking",
            Self::NotYet => "nobody is asked yet: what there is, is still good",
        }
    }
}

/// The one-time password of an item, if it can be of this device; a note says why not. `source` is what holds it.
#[must_use]
pub fn of_device(otp: Option<Otp>, serial: &MfaSerial, source: &impl std::fmt::Display) -> Option<Otp> {
    let otp = otp?;
    let Some(whose) = otp.other_than(serial) else { return Some(otp) };
    let (whose, device) = (quote(&whose), quote(serial.as_str()));
    stdio::note(&format!("aws-auth: no code comes from the otp in {source}: it is of {whose}, and not of {device}"));
    None
}

/// The codes of one device.
#[derive(Debug)]
pub struct Codes {
    serial: MfaSerial,
    source: Source,
    tries: u32,
    /// How often another code was taken through no fault of the last.
    spare: u32,
    /// Where there is no directory for the memory of all runs, this run's own is all there is.
    sent: Vec<TokenCode>,
    state: State,
    clock: Clock,
    /// Where the keys come from: a run that is given the same code for it need not ask there to know that it is spent.
    origin: Option<String>,
}

impl Codes {
    /// Codes for the device `serial` from `source`; `state` knows those that other runs have sent, and `clock` AWS's time,
    /// if it has been heard of by then.
    #[must_use]
    pub const fn new(serial: MfaSerial, source: Source, state: State, clock: Clock) -> Self {
        Self { serial, source, tries: 0, spare: 0, sent: Vec::new(), state, clock, origin: None }
    }

    /// The same, where the keys come from the source that is kept by this name.
    #[must_use]
    pub fn of(mut self, origin: Option<&str>) -> Self {
        self.origin = origin.map(str::to_owned);
        self
    }

    /// The device.
    #[must_use]
    pub const fn serial(&self) -> &MfaSerial {
        &self.serial
    }

    /// Whether there is nobody to ask and nothing to wait for.
    #[must_use]
    pub const fn are_at_hand(&self) -> bool {
        matches!(self.source, Source::Given(_))
    }

    /// Whether a person types them.
    #[must_use]
    pub const fn are_typed(&self) -> bool {
        matches!(self.source, Source::Typed { .. })
    }

    /// A code that nobody has sent. It counts as sent from now on. Blocks, unless codes are at hand: then it does not run
    /// on the runtime's thread.
    pub fn take(&mut self) -> Result<TokenCode, Error> {
        match &self.source {
            Source::Given(code) => {
                let code = code.clone();
                if self.claim(&code) { Ok(code) } else { Err(self.used()) }
            }
            Source::Computed(_) => self.computed(),
            Source::Elsewhere { .. } => self.fetched(),
            Source::Typed { terminal: Ok(terminal), hidden } => {
                let (terminal, hidden) = (Arc::clone(terminal), *hidden);
                self.typed(&terminal, hidden)
            }
            Source::Typed { terminal: Err(nobody), .. } => Err(nobody_to_ask(&self.serial, *nobody)),
        }
    }

    /// Whether they are computed from the time, here.
    #[must_use]
    pub const fn are_computed(&self) -> bool {
        matches!(self.source, Source::Computed(_))
    }

    /// Not a byte of the request with this code has left: it is as good as before, for this run and for others.
    pub fn take_back(&mut self, code: &TokenCode) {
        self.sent.retain(|sent| sent != code);
        self.state.take_back(self.serial.as_str(), code.expose());
        if let Some(origin) = &self.origin {
            self.state.take_back(origin, code.expose());
        }
    }

    /// Whether another code may be tried after AWS has refused one with `error`; the person is told.
    #[must_use]
    pub fn may_try_again(&mut self, error: &Error) -> bool {
        match error.code() {
            Code::Untimely | Code::Doubtful if self.spare < SPARE && !matches!(self.source, Source::Given(_)) => {
                self.spare += 1;
                if let Source::Typed { terminal: Ok(terminal), .. } = &self.source {
                    // That was none of the person's tries.
                    self.tries = self.tries.saturating_sub(1);
                    terminal.show(&format!("{error}\n"));
                }
                true
            }
            Code::Sent => {
                let Source::Typed { terminal: Ok(terminal), .. } = &self.source else { return false };
                let again = self.tries < TRIES && error.class() == Class::CodeRejected;
                if again {
                    terminal.show("aws-auth: AWS refused that code: if it was mistyped, type what the device shows; else wait for its next one\n");
                }
                again
            }
            _ => false,
        }
    }

    fn typed(&mut self, terminal: &Terminal, hidden: bool) -> Result<TokenCode, Error> {
        let prompt = format!("MFA code for {}: ", crate::text::quote(self.serial.as_str()));
        loop {
            self.tries += 1;
            let line = ask::line(terminal, &prompt, hidden).map_err(|why| {
                Error::new(Class::Cancelled, "no MFA code was given")
                    .because(why)
                    .hint("run this again with the device at hand")
            })?;
            let refused = match TokenCode::new(&line) {
                Ok(code) if self.claim(&code) => return Ok(code),
                Ok(_) => format!(
                    "that code was used already, or refused: the next one comes in {}",
                    in_words(self.until_next())
                ),
                Err(_) => "that is not a code of six digits".to_owned(),
            };
            if self.tries >= TRIES {
                return Err(Error::new(Class::Cancelled, format!("no usable MFA code for {} was given", self.serial))
                    .because(refused)
                    .hint("run this again with the device at hand"));
            }
            terminal.show(&format!("aws-auth: {refused}\n"));
        }
    }

    /// The code of this moment, or of the next one that is new.
    fn computed(&mut self) -> Result<TokenCode, Error> {
        // The second wait is for a device whose next code was sent by another run while this one waited.
        for _ in 0..=2 {
            let Source::Computed(totp) = &self.source else { break };
            let (code, left) = totp.at(self.now());
            if left >= TOO_SHORT && self.claim(&code) {
                return Ok(code);
            }
            wait(left);
        }
        Err(self.used())
    }

    /// The code that another manager or a command has now, asked as late as can be; or its next one, if it is spent or
    /// about to end.
    fn fetched(&mut self) -> Result<TokenCode, Error> {
        for last in [false, true] {
            let Source::Elsewhere { from, terminal, quiet } = &self.source else { break };
            match elsewhere::ask(from, terminal.clone(), *quiet)? {
                Otp::Secret(totp) => {
                    self.source = Source::Computed(totp);
                    return self.computed();
                }
                Otp::Code(code) if (last || self.until_next() >= TOO_SHORT) && self.claim(&code) => return Ok(code),
                Otp::Code(_) if !last => wait(self.until_next()),
                Otp::Code(_) => {}
            }
        }
        Err(self.used())
    }

    /// Makes the code ours. Whether nobody was first.
    fn claim(&mut self, code: &TokenCode) -> bool {
        let new = !self.sent.contains(code) && self.state.spend(self.serial.as_str(), code.expose());
        if new {
            self.sent.push(code.clone());
            if let Some(origin) = &self.origin {
                let _ = self.state.spend(origin, code.expose());
            }
        }
        new
    }

    /// Seconds since 1970, by AWS's clock: it judges the codes.
    fn now(&self) -> u64 {
        self.clock.of_aws().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
    }

    /// Seconds until the device shows another code.
    fn until_next(&self) -> u64 {
        STEP - self.now() % STEP
    }

    fn used(&self) -> Error {
        used(self.serial.as_str(), self.until_next())
    }
}

/// Waits for the device's next code, and says so.
fn wait(seconds: u64) {
    stdio::say_why_we_wait(&format!("aws-auth: waiting {} for the next MFA code", in_words(seconds)));
    std::thread::sleep(Duration::from_secs(seconds));
}

/// The refusal of a code that another run has sent, whatever AWS said, for the keys of this source, whose device is not known yet.
#[must_use]
pub fn spent(source: &str) -> Error {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    used(source, STEP - now % STEP)
}

fn used(whose: &str, seconds: u64) -> Error {
    Error::new(Class::CodeRejected, format!("that code for {} was used already, or refused", crate::text::quote(whose)))
        .because("AWS accepts each code once, so none is sent twice")
        .hint(format!("run this again with the next one, in {}", in_words(seconds)))
}

fn in_words(seconds: u64) -> String {
    if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") }
}

/// There is a device, and nobody who could read its code.
#[must_use]
pub fn nobody_to_ask(serial: &MfaSerial, nobody: Nobody) -> Error {
    Error::new(Class::NoTerminal, format!("an MFA code for {serial} is needed"))
        .because(nobody.why())
        .hint("give it with --token-code, or on standard input with: --token-code -")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_that_was_sent_is_told_by_what_is_true_whether_aws_took_it_or_not() {
        let told = used("work", 1).to_string();
        assert_eq!(
            told,
            "aws-auth: that code for work was used already, or refused: AWS accepts each code once, so none is sent twice\n  hint: run this again with the next one, in 1 second"
        );
        assert!(used("work", 2).to_string().ends_with("in 2 seconds"));
    }
}
