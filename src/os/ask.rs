//! The question on the terminal, and the line that answers it.

use super::tty::{Client, Terminal};
use super::{guard, stdio, system};
use nix::sys::mman::munlockall;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// How long the prompt waits: a code lives 30 seconds, a phone takes a while to find.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long it may take until a signal that has ended another program has ended us.
const SIGNALLED: Duration = Duration::from_millis(200);
/// The longest line taken from the terminal, in bytes: what is longer is no answer.
const LINE: usize = 4096;

/// Asks `prompt` on the terminal and gives the line that was typed; else says why there is none.
pub fn line(terminal: &Terminal, prompt: &str, hidden: bool) -> Result<Zeroizing<String>, String> {
    // The keys are in memory by now, for as long as a person looks for a phone: they go to no disk meanwhile.
    system::keep_in_memory();
    let line = ask(terminal, prompt, hidden);
    let _ = munlockall();
    line
}

fn ask(terminal: &Terminal, prompt: &str, hidden: bool) -> Result<Zeroizing<String>, String> {
    // What was typed before the question is no answer to it.
    terminal.forget_input();
    guard::set_prompt(Some((prompt.to_owned(), hidden)));
    terminal.show(prompt);
    let line = terminal.reader(Instant::now() + PATIENCE, client()).and_then(|reader| read_line(reader, hidden));
    guard::set_prompt(None);
    if hidden {
        terminal.show("\n");
    }
    line.map_err(|error| {
        terminal.forget_input();
        if !hidden {
            terminal.show("\n");
        }
        match error.kind() {
            io::ErrorKind::TimedOut => format!("nothing was typed for {} seconds", PATIENCE.as_secs()),
            io::ErrorKind::UnexpectedEof => "the input ended".to_owned(),
            io::ErrorKind::BrokenPipe => {
                // What has ended it, as `^C` in a pipeline, was for us too: a shell then goes on with nothing.
                std::thread::sleep(SIGNALLED);
                // Nobody reads what the failure says.
                terminal.show("aws-auth: the program that wanted credentials has gone: no code is needed any more\n");
                "the program that wanted credentials has gone".to_owned()
            }
            _ => error.to_string(),
        }
    })
}

/// Who waits for what comes of the answer. A program that keeps what we say has started us itself.
fn client() -> Client {
    let parent = if stdio::is_brief() { rustix::process::getppid() } else { None };
    Client { is_a_pipe: stdio::stdout_is_pipe(), parent }
}

/// A line from the terminal. The guard has switched the echo off if it is to be hidden: rpassword, which would do so
/// itself, then leaves ^Z dead and, when a signal ends it, the terminal without echo. It gets a reader instead.
fn read_line(reader: impl Read + 'static, hidden: bool) -> io::Result<Zeroizing<String>> {
    let ended = Arc::new(AtomicBool::new(false));
    let mut reader = Line { reader, left: LINE, ended: Arc::clone(&ended) };
    let line = if hidden {
        let config = rpassword::ConfigBuilder::new().input_reader(reader).output_discard().build();
        rpassword::read_password_with_config(config).map(Zeroizing::new)?
    } else {
        let mut bytes = Zeroizing::new([0_u8; LINE]);
        let mut len = 0;
        while !bytes[..len].contains(&b'\n') {
            match reader.read(&mut bytes[len..])? {
                0 => break,
                count => len += count,
            }
        }
        Zeroizing::new(String::from_utf8_lossy(&bytes[..len]).into_owned())
    };
    // Nothing typed is an answer, if a wrong one; an ended input is none.
    if line.is_empty() && ended.load(Ordering::Relaxed) { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(line) }
}

/// Ends the input after so many bytes, and remembers that it has ended.
struct Line<R> {
    reader: R,
    left: usize,
    ended: Arc<AtomicBool>,
}

impl<R: Read> Read for Line<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left);
        let count = self.reader.read(&mut buffer[..most])?;
        self.left -= count;
        if count == 0 {
            self.ended.store(true, Ordering::Relaxed);
        }
        Ok(count)
    }
}
