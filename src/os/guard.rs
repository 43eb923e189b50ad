//! What must happen when a run ends early: no child left behind, the terminal as it was, the caller told, and death
//! by the very signal that was sent, because a shell acts on that and not on an exit code.
//!
//! A thread waits for the signals, so nothing of this runs inside a signal handler. rpassword alone would leave the
//! terminal without echo: it raises SIGINT before it restores.

use super::write::write_all;
use super::{process, stdio, tty};
use rustix::process::Signal;
use rustix::termios::Termios;
use signal_hook::consts::{SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGWINCH};
use std::fs::File;
use std::io;
use std::process::Child;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

/// Makes the failure statement for an exit code; empty where the format has none.
type Statement = Box<dyn Fn(u8) -> String + Send>;

/// What the signal thread needs to know of the run.
struct State {
    terminal: Option<(File, Termios)>,
    child: Option<u32>,
    /// The command that we run beside, and end with.
    command: Option<u32>,
    /// The prompt on the screen, and whether what is typed is hidden.
    prompt: Option<(String, bool)>,
}

static STATE: Mutex<State> = Mutex::new(State { terminal: None, child: None, command: None, prompt: None });

/// The thread that takes it tells the caller, and no other does. It is not a part of the state, which may be held by the very thread
/// that panics, or by one whose write nobody reads.
static STATEMENT: Mutex<Option<Statement>> = Mutex::new(None);

/// How long a signal waits for what must not be cut in two: the start of a child, the result on its way out.
const PATIENCE: Duration = Duration::from_millis(500);
/// How long a child may take to end by itself when we are ended.
const GRACE: Duration = Duration::from_millis(100);
/// How long the last things that we do may take: with [`PATIENCE`] before them, less than a second.
const LAST: Duration = Duration::from_millis(400);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The state, unless another thread is long at something that may never end, such as a write that nobody reads.
fn state_soon() -> Option<MutexGuard<'static, State>> {
    let patience = Instant::now() + PATIENCE;
    loop {
        match STATE.try_lock() {
            Ok(state) => return Some(state),
            Err(TryLockError::Poisoned(poisoned)) => return Some(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() > patience => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn statement() -> MutexGuard<'static, Option<Statement>> {
    STATEMENT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts to watch for signals; `make` makes what standard output gets when one ends us. `replaced` says that
/// another program is to take our place.
pub fn watch(replaced: bool, make: Statement) {
    *statement() = Some(make);
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
                _ => end(signal),
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

/// Starts a child, which is ended when we are. No signal comes between the two.
pub fn start_child(start: impl FnOnce() -> io::Result<Child>) -> io::Result<Child> {
    let mut state = state();
    let child = start()?;
    state.child = Some(child.id());
    Ok(child)
}

/// Says that the child has ended.
pub fn forget_child() {
    state().child = None;
}

/// Starts the command that we run beside. From now on a signal is for it, and the terminal is its own.
pub fn start_command<E>(start: impl FnOnce() -> Result<Child, E>) -> Result<Child, E> {
    let mut state = state();
    // They would end us, and mean nothing to us: whoever sends them has taken us for the command.
    let heeded = process::heeded(&[SIGUSR1, SIGUSR2, SIGALRM, SIGWINCH]);
    let signals = signal_hook::iterator::Signals::new(heeded);
    let child = start()?;
    state.command = Some(child.id());
    state.terminal = None;
    if let Ok(mut signals) = signals {
        let command = child.id();
        std::thread::spawn(move || signals.forever().for_each(|signal| hand_on(signal, command)));
    }
    Ok(child)
}

/// Ends what is still being asked when the command has ended: nobody wants the answer any more. Of the terminal it takes
/// back what the prompt has changed; the rest is as the command left it.
pub fn stop_asking() {
    let Some(mut state) = state_soon() else { return };
    if let Some(child) = state.child.take() {
        process::end_tree(child, GRACE);
        end_pinentries(&state);
    }
    if state.prompt.is_none() {
        return;
    }
    forget_typed(&state);
    end_line(&state);
    let hidden = state.prompt.take().is_some_and(|(_, hidden)| hidden);
    if let Some((terminal, found)) = state.terminal.take() {
        tty::take_back(&terminal, &found, hidden);
    }
}

/// Dies as the command has died; where that cannot be, gives the exit code that a shell makes of it.
#[must_use]
pub fn die_like_the_command(signal: i32) -> u8 {
    *statement() = None;
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    128 + u8::try_from(signal).unwrap_or(0)
}

/// A signal that means the end: of the command, which we then follow, or of ourselves.
fn end(signal: i32) {
    // The lock is given back first. If it cannot be had soon, there is no command yet.
    match state_soon().map(|state| state.command) {
        Some(Some(command)) => hand_on(signal, command),
        // A thread of its own, since whatever it does may never end: a pipe is full, the terminal was stopped by ^S.
        Some(None) => {
            within(LAST, move || tidy(signal));
            die(signal);
        }
        None => die(signal),
    }
}

/// Does `job`, but does not wait longer for it than `limit`.
fn within(limit: Duration, job: impl FnOnce() + Send + 'static) {
    let (done, is_done) = std::sync::mpsc::channel();
    let started = std::thread::Builder::new().spawn(move || {
        job();
        let _ = done.send(());
    });
    if started.is_ok() {
        let _ = is_done.recv_timeout(limit);
    }
}

/// Tells the command. ^C, ^\ and ^Z it has had from the terminal itself: two of them make some programs give up at once.
fn hand_on(signal: i32, command: u32) {
    if matches!(signal, SIGINT | SIGQUIT | SIGTSTP) && tty::Terminal::open().is_ok() {
        return;
    }
    let pid = i32::try_from(command).ok().and_then(rustix::process::Pid::from_raw);
    if let (Some(pid), Some(signal)) = (pid, Signal::from_named_raw(signal)) {
        let _ = rustix::process::kill_process(pid, signal);
    }
}

/// Says which prompt is on the screen, and whether what is typed is hidden; or that there is none any more.
pub fn set_prompt(prompt: Option<(String, bool)>) {
    let mut state = state();
    state.prompt = prompt;
    match (&state.terminal, &state.prompt) {
        (Some((terminal, found)), Some((_, hidden))) => {
            tty::apply(terminal, &tty::for_a_question(found, *hidden));
        }
        _ => restore(&state),
    }
}

/// Whether somebody has changed the terminal since it was found, as programs do that ask on it.
#[must_use]
pub fn terminal_is_in_use() -> bool {
    let state = state();
    let changed = |(terminal, found): &(File, Termios)| {
        rustix::termios::tcgetattr(terminal).is_ok_and(|now| !is_same(&now, found))
    };
    state.terminal.as_ref().is_some_and(changed)
}

/// Gives the terminal back as it was found.
pub fn restore_terminal() {
    if let Some(state) = state_soon() {
        restore(&state);
    }
}

/// Writes the result. A signal that comes now waits for it: were it to end us before the first byte, the caller would
/// take nothing at all for success. It adds nothing to what is written; and a child that still runs, with what it is
/// needed for, is on its own from then on.
pub fn deliver<T>(write: impl FnOnce() -> T) -> T {
    let mut state = state();
    let written = write();
    *statement() = None;
    state.child = None;
    written
}

/// The failure statement for `code`, once.
#[must_use]
pub fn take_statement(code: u8) -> String {
    // A signal that is ending us goes first, within limits: in a panic we may hold the state ourselves.
    let _state = state_soon();
    let make = statement().take();
    make.map(|make| make(code)).unwrap_or_default()
}

fn restore(state: &State) {
    if let Some((terminal, settings)) = &state.terminal
        && !rustix::termios::tcgetattr(terminal).is_ok_and(|now| is_same(&now, settings))
    {
        tty::apply(terminal, settings);
    }
}

fn is_same(one: &Termios, other: &Termios) -> bool {
    let modes = |of: &Termios| (of.input_modes, of.output_modes, of.control_modes, of.local_modes);
    modes(one) == modes(other)
}

/// ^Z: while we are stopped the terminal belongs to the shell. Where no shell would notice, and so nobody could start
/// us again, stopping would leave a dead terminal: then the question is asked again instead.
fn suspend() {
    if let Some(command) = state_soon().and_then(|state| state.command) {
        // If it stops, so do we, and not twice.
        return hand_on(SIGTSTP, command);
    }
    if !process::can_be_resumed() {
        if let Some(child) = state_soon().and_then(|state| state.child) {
            process::signal_tree(child, Signal::CONT);
        }
        return resume();
    }
    restore_terminal();
    let _ = signal_hook::low_level::emulate_default_handler(SIGTSTP);
}

/// `fg`: the person sees again what is asked. The command that we run beside is let go on by who waits for it.
fn resume() {
    let Some(state) = state_soon() else { return };
    if let (Some((terminal, found)), Some((prompt, hidden))) = (&state.terminal, &state.prompt)
        && tty::in_foreground(terminal)
    {
        tty::apply(terminal, &tty::for_a_question(found, *hidden));
        // Nobody waits for this: a terminal that was stopped by ^S takes it when it is let go.
        let (terminal, text) = (terminal.try_clone(), format!("\r{prompt}"));
        within(Duration::ZERO, move || drop(terminal.map(|terminal| write_all(terminal, text.as_bytes()))));
    }
}

/// Ends what a child that we have ended had others ask on the terminal.
fn end_pinentries(state: &State) {
    if state.terminal.is_some() {
        process::end_pinentries(GRACE);
    }
}

/// Dies by the signal.
fn die(signal: i32) {
    let _ = signal_hook::low_level::emulate_default_handler(signal);
    signal_hook::low_level::exit(128 + signal);
}

/// Forgets what was typed and not read, which must not reach the shell.
fn forget_typed(state: &State) {
    if let Some((terminal, _)) = &state.terminal
        && tty::in_foreground(terminal)
    {
        let _ = rustix::termios::tcflush(terminal, rustix::termios::QueueSelector::IFlush);
    }
}

/// Ends the line of a prompt.
fn end_line(state: &State) {
    if let Some((terminal, _)) = state.terminal.as_ref().filter(|_| state.prompt.is_some())
        && tty::in_foreground(terminal)
    {
        let _ = write_all(terminal, b"\n");
    }
}

/// Leaves nothing behind: no child, no changed terminal, no caller who has not been told. What cannot be kept waiting
/// comes first; each of the rest may find that nobody reads.
fn tidy(signal: i32) {
    let Some(state) = state_soon() else { return };
    forget_typed(&state);
    restore(&state);
    if let Some(child) = state.child {
        process::end_tree(child, GRACE);
        end_pinentries(&state);
        forget_typed(&state);
    }
    // What the child has left it like, or had not yet taken back.
    restore(&state);
    let make = statement().take();
    if let Some(make) = make {
        // 128 + signal is what a shell makes of a death by signal.
        let code = 128 + u8::try_from(signal).unwrap_or(0);
        let _ = stdio::write_stdout(make(code).as_bytes());
    }
    end_line(&state);
    // Kept to the end: no other thread may write anything more.
    std::mem::forget(state);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_while_the_state_is_held_is_told_all_the_same() {
        // The panic hook runs on the thread that panicked, which still holds what it held.
        let held = state();
        *statement() = Some(Box::new(|code| format!("(exit {code})")));
        let (told, hears) = std::sync::mpsc::channel();
        std::thread::spawn(move || told.send([take_statement(70), take_statement(70)]));
        let statements = hears.recv_timeout(Duration::from_secs(30)).expect("an end");
        assert_eq!(statements, ["(exit 70)", ""], "once, and not never");
        drop(held);
    }
}
