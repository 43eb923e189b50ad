//! The token code: given, or asked for on the terminal.
//!
//! Three codes may be entered in all, malformed ones counted. A code that was sent once is not sent again: AWS accepts
//! each once, and would call a second try wrong.

use crate::credentials::{MfaSerial, TokenCode};
use crate::error::{Class, Error};
use crate::os::guard;
use crate::os::tty::{Absent, Terminal};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How often a person may enter a code.
const TRIES: u32 = 3;
/// How long the prompt waits: a code lives 30 seconds, a phone takes a while to find.
const PATIENCE: Duration = Duration::from_mins(2);
/// The longest line taken from the terminal, in bytes: what is longer is no code.
const LINE: usize = 4096;

/// Where codes come from.
#[derive(Debug)]
pub struct Codes {
    serial: MfaSerial,
    given: Option<TokenCode>,
    terminal: Result<Arc<Terminal>, Absent>,
    may_ask: bool,
    hidden: bool,
    tries: u32,
    spent: Vec<TokenCode>,
}

impl Codes {
    /// Codes for the device `serial`: first the one given, if any, else from the terminal.
    #[must_use]
    pub fn new(
        serial: MfaSerial,
        given: Option<TokenCode>,
        terminal: Result<Arc<Terminal>, Absent>,
        may_ask: bool,
        hidden: bool,
    ) -> Self {
        Self { serial, given, terminal, may_ask, hidden, tries: 0, spent: Vec::new() }
    }

    /// The device.
    #[must_use]
    pub const fn serial(&self) -> &MfaSerial {
        &self.serial
    }

    /// The code given, if it was not used yet.
    pub fn take_given(&mut self) -> Option<TokenCode> {
        self.given.take()
    }

    /// Asks for a code, however often it may. Blocks: it runs beside the runtime, not on it.
    pub fn ask(&mut self) -> Result<TokenCode, Error> {
        let terminal = match &self.terminal {
            Ok(terminal) if self.may_ask => Arc::clone(terminal),
            absent => return Err(nobody_to_ask(&self.serial, absent.as_ref().err().copied())),
        };
        loop {
            self.tries += 1;
            let prompt = format!("MFA code for {}: ", crate::text::quote(self.serial.as_str()));
            let refused = match read_code(&terminal, &prompt, self.hidden)? {
                Ok(code) if self.spent.contains(&code) => {
                    "that code was used already: each is good once, so wait for the next"
                }
                Ok(code) => return Ok(code),
                Err(()) => "that is not a code of six digits",
            };
            if self.tries >= TRIES {
                return Err(Error::new(Class::Cancelled, format!("no usable MFA code for {} was given", self.serial))
                    .because(refused)
                    .hint("run this again with the device at hand"));
            }
            terminal.show(&format!("aws-auth: {refused}\n"));
        }
    }

    /// Remembers that a code was sent. Whether another may be asked for.
    pub fn refused(&mut self, code: TokenCode, error: &Error) -> bool {
        self.spent.push(code);
        let Ok(terminal) = &self.terminal else { return false };
        let again = self.may_ask && self.tries > 0 && self.tries < TRIES && error.class() == Class::CodeRejected;
        if again {
            terminal.show("aws-auth: AWS refused that code: wait for the device's next one\n");
        }
        again
    }
}

fn nobody_to_ask(serial: &MfaSerial, absent: Option<Absent>) -> Error {
    let why = match absent {
        Some(Absent::NoTerminal) => "there is no terminal to ask on",
        Some(Absent::Background) => "this is a background job, which cannot read from the terminal",
        None => "--no-input forbids asking",
    };
    Error::new(Class::NoTerminal, format!("an MFA code for {serial} is needed"))
        .because(why)
        .hint("give it with --token-code, or on standard input with: --token-code -")
}

/// One entry at the prompt; the inner failure is a malformed one.
fn read_code(terminal: &Terminal, prompt: &str, hidden: bool) -> Result<Result<TokenCode, ()>, Error> {
    // What was typed before the question is no answer to it.
    terminal.forget_input();
    guard::set_prompt(Some((prompt.to_owned(), hidden)));
    terminal.show(prompt);
    let line = terminal.reader(Instant::now() + PATIENCE).and_then(|reader| read_line(reader, hidden));
    guard::set_prompt(None);
    if hidden {
        terminal.show("\n");
    }
    match line {
        Ok(line) => Ok(TokenCode::new(&line).map_err(drop)),
        Err(error) => {
            terminal.forget_input();
            if !hidden {
                terminal.show("\n");
            }
            let why = match error.kind() {
                io::ErrorKind::TimedOut => format!("nothing was typed for {} seconds", PATIENCE.as_secs()),
                io::ErrorKind::UnexpectedEof => "the input ended".to_owned(),
                _ => error.to_string(),
            };
            Err(Error::new(Class::Cancelled, "no MFA code was given")
                .because(why)
                .hint("run this again with the device at hand"))
        }
    }
}

/// A line from the terminal. The guard has switched the echo off if it is to be hidden: rpassword, which would do so
/// itself, then leaves ^Z dead and, when a signal ends it, the terminal without echo. It gets a reader instead.
fn read_line(reader: impl Read + 'static, hidden: bool) -> io::Result<Zeroizing<String>> {
    let mut reader = Bounded { reader, left: LINE };
    if hidden {
        let config = rpassword::ConfigBuilder::new().input_reader(reader).output_discard().build();
        let line = rpassword::read_password_with_config(config).map(Zeroizing::new)?;
        // rpassword tells an ended input by an empty answer when nothing was typed before.
        return if line.is_empty() { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(line) };
    }
    let mut line = Zeroizing::new([0_u8; LINE]);
    let mut len = 0;
    while !line[..len].contains(&b'\n') {
        let count = reader.read(&mut line[len..])?;
        if count == 0 {
            if len == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            break;
        }
        len += count;
    }
    Ok(Zeroizing::new(String::from_utf8_lossy(&line[..len]).into_owned()))
}

/// Ends the input after so many bytes.
struct Bounded<R> {
    reader: R,
    left: usize,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left);
        let count = self.reader.read(&mut buffer[..most])?;
        self.left -= count;
        Ok(count)
    }
}
