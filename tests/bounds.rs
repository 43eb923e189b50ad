//! The longest that anything takes: every command with every single fault that may befall it ends by itself within a
//! time that is stated, and ^C ends it at once wherever it waits. The cells of the table run side by side: they wait, and
//! do not compute.

mod commands;
mod faults;
mod servers;

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::support::run::To;
use crate::support::{Home, run, tools};
use commands::{COMMANDS, Command};
use faults::{FAULTS, Fault};

/// What a busy machine may add.
const LEEWAY: Duration = Duration::from_secs(10);
/// How long a run goes on before it is interrupted: longer than any that waits for nothing.
const BEFORE: Duration = Duration::from_millis(1500);
/// How long it may go on afterwards, as stated.
const AFTER: Duration = Duration::from_secs(2);
/// Cells that are longer are for tests/long.
const LONG: u64 = 30;
/// How many cells run at a time.
const ABREAST: usize = 40;

/// A user without a device, so that no code is in the way of what comes after it.
fn prepared(fault: &Fault, command: &Command) -> (Home, faults::Kept) {
    let home = Home::with_sts();
    home.show_sessions();
    commands::prepare(&home, command, fault);
    let kept = (fault.prepare)(&home);
    (home, kept)
}

fn run<'h>(home: &'h Home, fault: &Fault, command: &Command) -> run::Run<'h> {
    let run = home.command(commands::argv(home, command, fault));
    let endless = home.rig("endless");
    if endless.exists() { run.stdin(To::File(endless)) } else { run }
}

/// Without a terminal it ends by itself.
fn ends(fault: &Fault, command: &Command) {
    let (home, _kept) = prepared(fault, command);
    let bound = Duration::from_secs(fault.bound);
    let outcome = run(&home, fault, command).patience(bound + LEEWAY).go();
    if std::env::var_os("AWS_AUTH_TEST_SHOW").is_some() {
        println!("{:20} {:32} {:>6} ms, {}", command.name, fault.name, outcome.took.as_millis(), outcome.status);
    }
    let code = outcome.status.code();
    assert!(code.is_some_and(|code| code != 70 && code != 101), "{}: no answer\n{outcome:?}", command.name);
    // What doctor has found is its answer.
    if code != Some(0) && command.name != "doctor" {
        outcome.explains();
    }
}

/// On a terminal ^C ends it, wherever it waits; or the terminal's end does.
fn is_interrupted(fault: &Fault, command: &Command) {
    let (home, _kept) = prepared(fault, command);
    let mut run = run(&home, fault, command);
    // As in `$(…)`.
    run.stderr = To::Terminal;
    if run.stdin == To::Null {
        run.stdin = To::Terminal;
    }
    let mut pty = run.pty_as_set();
    let started = Instant::now();
    while started.elapsed() < BEFORE && !pty.has_ended() {
        thread::sleep(Duration::from_millis(20));
    }
    let waited = !pty.has_ended();
    if waited && fault.hangs_up {
        pty.hang_up();
    } else if waited {
        pty.send([3]);
    }
    let outcome = pty.finish_within(AFTER + LEEWAY);
    assert!(outcome.status.code() != Some(70), "{outcome:?}");
    if std::env::var_os("AWS_AUTH_TEST_SHOW").is_some() {
        let after = outcome.took.saturating_sub(BEFORE);
        let how = if waited { "waited" } else { "had ended" };
        println!("{:20} {:32} {how}, {} ms after, {}", command.name, fault.name, after.as_millis(), outcome.status);
    }
}

type Cell = (&'static Fault, &'static Command, fn(&Fault, &Command));

/// Runs cells side by side; says which went wrong.
fn all(cells: impl Iterator<Item = Cell>) {
    let mut cells: Vec<Cell> = cells.collect();
    // The longest first: the others are done beside them.
    cells.sort_by_key(|(fault, ..)| std::cmp::Reverse(fault.bound));
    let left = Mutex::new(VecDeque::from(cells));
    let next = || left.lock().expect("the cells").pop_front();
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..ABREAST {
            scope.spawn(|| {
                while let Some((fault, command, check)) = next() {
                    if thread::spawn(move || check(fault, command)).join().is_err() {
                        wrong.lock().expect("what went wrong").push(format!("{} / {}", command.name, fault.name));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("what went wrong");
    assert!(wrong.is_empty(), "{} cells: {wrong:#?}", wrong.len());
}

fn table(check: fn(&Fault, &Command), of: fn(&Fault) -> bool) -> impl Iterator<Item = Cell> {
    let faults = FAULTS.iter().filter(move |fault| of(fault) && (fault.can_be)());
    faults.flat_map(move |fault| COMMANDS.iter().map(move |command| (fault, command, check)))
}

#[test]
fn r101_every_command_with_every_fault_ends_within_its_bound() {
    // A terminal's end is played on a terminal.
    all(table(ends, |fault| fault.bound <= LONG && !fault.hangs_up));
}

#[test]
#[ignore = "it waits for minutes: tests/long runs it"]
fn r101_every_command_with_every_fault_that_takes_long_ends_within_its_bound() {
    all(table(ends, |fault| fault.bound > LONG));
}

#[test]
fn r102_an_interrupt_ends_every_command_wherever_it_waits() {
    all(table(is_interrupted, |_| true));
}

/// The table in docs/testing.md is the one that is tested.
#[test]
fn r101_the_bounds_are_those_that_the_pages_state() {
    let mut table =
        String::from("| what goes wrong | what a run does that meets it | it ends within |\n|---|---|--:|\n");
    for fault in FAULTS {
        writeln!(table, "| {} | {} | {} s |", fault.name, fault.answer, fault.bound).expect("a string takes it");
    }
    let page = tools::repository().join("docs/testing.md");
    let text = std::fs::read_to_string(&page).expect("the page");
    let (begin, end) = ("<!-- made by tests/bounds.rs -->\n\n", "\n<!-- until here -->");
    let (head, rest) = text.split_once(begin).expect("where the table begins");
    let (old, tail) = rest.split_once(end).expect("where it ends");
    if std::env::var_os("AWS_AUTH_BLESS").is_some() {
        std::fs::write(&page, format!("{head}{begin}{table}{end}{tail}")).expect("the page");
    } else {
        assert_eq!(old, table, "run AWS_AUTH_BLESS=1 cargo test --test tests -- bounds::r101_the");
    }
}
