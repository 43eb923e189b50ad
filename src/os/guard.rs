//! What must happen when a run ends early: no child left behind, the terminal as it was, the caller told, and death
//! by the very signal that was sent, because a shell acts on that and not on an exit code.
//!
//! A thread waits for the signals, so nothing of this runs inside a signal handler. rpassword alone would leave the
//! terminal without echo: it raises SIGINT before it restores.

use super::{process, stdio, tty};
use rustix::process::Signal;
use rustix::termios::Termios;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
use std::fs::File;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Makes the failure statement for an exit code; empty where the format has none.
type Statement = Box<dyn Fn(u8) -> String + Send>;

/// What the signal thread needs to know of the run.
struct State {
    terminal: Option<(File, Termios)>,
    child: Option<u32>,
    statement: Option<Statement>,
    /// The prompt on the screen, and whether what is typed is hidden.
    prompt: Option<(String, bool)>,
}

static STATE: Mutex<State> = Mutex::new(State { terminal: None, child: None, statement: None, prompt: None });

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts to watch for signals; `statement` makes what standard output gets when one ends us. `replaced` says that
/// another program is to take our place.
pub fn watch(replaced: bool, statement: Statement) {
    state().statement = Some(statement);
    // What was ignored when we were started stays so, for us and for what `exec` puts in our place: that is how nohup
    // works, and how shells keep ^C from a job in the background.
    // But in `$(…)` every interactive shell has us ignore ^Z, and there it is answered by asking again.
    let stop = if replaced { process::heeded(&[SIGTSTP]).next() } else { Some(SIGTSTP) };
    let heeded = process::heeded(&[SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCONT]).chain(stop);
    let Ok(mut signals) = signal_hook::iterator::Signals::new(heeded) else { return };
    std::thread::spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGTSTP => suspend(),
                SIGCONT => resume(),
                _ => die(signal),
            }
        }
    });
}

/// Remembers the terminal's settings, to give them back at the end whoever changed them.
pub fn remember(terminal: &tty::Terminal) {
    if let (Ok(file), Ok(settings)) = (terminal.handle(), terminal.settings()) {
        state().terminal = Some((file, settings));
    }
}

/// Says which child is running, or none: it is ended when we are.
pub fn set_child(pid: Option<u32>) {
    state().child = pid;
}

/// Says which prompt is on the screen, or none; hides what is typed if asked to.
pub fn set_prompt(prompt: Option<(String, bool)>) {
    let mut state = state();
    let hide = prompt.as_ref().is_some_and(|(_, hidden)| *hidden);
    state.prompt = prompt;
    match &state.terminal {
        Some((terminal, _)) if hide => tty::hide_input(terminal),
        _ => restore(&state),
    }
}

/// Gives the terminal back as it was found.
pub fn restore_terminal() {
    restore(&state());
}

/// Standard output is about to be written, or has had its last word: a signal adds nothing to it from now on.
pub fn silence() {
    state().statement = None;
}

/// The failure statement for `code`, once.
#[must_use]
pub fn take_statement(code: u8) -> String {
    state().statement.take().map(|make| make(code)).unwrap_or_default()
}

fn restore(state: &State) {
    if let Some((terminal, settings)) = &state.terminal {
        let same = rustix::termios::tcgetattr(terminal).is_ok_and(|now| now.local_modes == settings.local_modes);
        if !same {
            tty::apply(terminal, settings);
        }
    }
}

/// ^Z: while we are stopped the terminal belongs to the shell. Where no shell would notice, and so nobody could start
/// us again, stopping would leave a dead terminal: then the question is asked again instead.
fn suspend() {
    if !process::can_be_resumed() {
        if let Some(child) = state().child {
            process::signal_tree(child, Signal::CONT);
        }
        return resume();
    }
    restore_terminal();
    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
}

/// `fg`: the person sees again what is asked.
fn resume() {
    let state = state();
    if let (Some((terminal, _)), Some((prompt, hidden))) = (&state.terminal, &state.prompt)
        && tty::in_foreground(terminal)
    {
        if *hidden {
            tty::hide_input(terminal);
        }
        let _ = stdio::write_all(terminal, format!("\r{prompt}").as_bytes());
    }
}

fn die(signal: i32) {
    let mut state = state();
    if let Some(child) = state.child {
        process::signal_tree(child, Signal::TERM);
    }
    if let Some((terminal, _)) = &state.terminal
        && tty::in_foreground(terminal)
    {
        let _ = rustix::termios::tcflush(terminal, rustix::termios::QueueSelector::IFlush);
        if state.prompt.is_some() {
            let _ = stdio::write_all(terminal, b"\n");
        }
    }
    restore(&state);
    if let Some(make) = state.statement.take() {
        // 128 + signal is what a shell makes of a death by signal.
        let code = 128 + u8::try_from(signal).unwrap_or(0);
        let _ = stdio::write_stdout(make(code).as_bytes());
    }
    // The lock is kept: no other thread may write anything more.
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    signal_hook::low_level::exit(128 + signal);
}
