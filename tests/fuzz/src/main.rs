//! Random inputs for everything that reads what others wrote: an item, a file, an answer, a request.
//!
//! ```sh
//! cargo run --profile fuzz -p aws-auth-fuzz -- 60            # each target for 60 seconds; prints how many inputs
//! cargo run --profile fuzz -p aws-auth-fuzz -- 60 manifest   # one of them; `--keep` adds what was new to the corpus
//! ```
//!
//! A target gives what became of an input as a number. An input that comes to something new joins those that are changed
//! from then on, so that no instrumented compiler is needed. The corpus in `corpus/` is where it begins.

// The bans are for the program. A test may panic.
#![allow(clippy::disallowed_methods, clippy::disallowed_macros)]

mod engine;
mod mutate;
mod targets;

use std::process::ExitCode;
use std::time::Duration;

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    let keep = words.iter().position(|word| word == "--keep").map(|at| words.remove(at)).is_some();
    let mut words = words.into_iter();
    let Some(seconds) = words.next().and_then(|word| word.parse().ok()) else {
        eprintln!("usage: aws-auth-fuzz SECONDS [TARGET…] [--keep]");
        return ExitCode::from(2);
    };
    let wanted: Vec<String> = words.collect();
    let mut failed = false;
    for target in
        targets::ALL.iter().filter(|target| wanted.is_empty() || wanted.iter().any(|name| name == target.name))
    {
        match engine::fuzz(target, engine::seed_of_today(), Duration::from_secs(seconds), keep) {
            Ok(done) => println!("{done}"),
            Err(found) => {
                println!("{:16} FAILED: {found}", target.name);
                failed = true;
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A minute in all, whatever the machine: the targets share it.
    #[test]
    fn no_input_breaks_what_reads_it() {
        let seconds = std::env::var("AWS_AUTH_TEST_FUZZ").ok().and_then(|text| text.parse().ok()).unwrap_or(60);
        let share = Duration::from_secs(seconds) / u32::try_from(targets::ALL.len()).expect("a few");
        assert!(targets::ALL.len() >= 10);
        for target in targets::ALL {
            let done =
                engine::fuzz(target, 0x5eed, share, false).unwrap_or_else(|found| panic!("{}: {found}", target.name));
            println!("{done}");
            assert!(done.corpus > 0, "{} has no corpus", target.name);
            assert!(done.kinds > 3, "{}: all inputs come to the same", target.name);
        }
    }
}
