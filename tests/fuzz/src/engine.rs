//! The loop: takes an input, changes it, gives it to the target, keeps it if what became of it is new.

use crate::mutate::{Random, mutated};
use std::collections::HashSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Something that reads what may be anything.
pub struct Target {
    /// Its name, and that of its part of the corpus.
    pub name: &'static str,
    /// What becomes of an input: panics where something does not hold that must.
    pub run: fn(&[u8]) -> u64,
    /// Texts that mean something to it.
    pub words: &'static [&'static str],
}

/// What was done.
pub struct Done {
    /// To whom.
    pub name: &'static str,
    /// How many inputs were tried.
    pub inputs: u64,
    /// How many of the corpus.
    pub corpus: usize,
    /// How many different things became of them.
    pub kinds: usize,
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, inputs, corpus, kinds } = self;
        write!(f, "{name:16} {inputs:>12} inputs, from a corpus of {corpus:>3}, to {kinds:>5} outcomes")
    }
}

/// The longest input, in bytes: what grows faster than its input would be seen long before.
const LONGEST: usize = 64 * 1024;
/// The longest that any one of them may take.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most inputs that are changed further.
const POOL: usize = 4096;

/// Tries inputs for so long. What breaks the target is kept in `found/`, and told.
pub fn fuzz(target: &Target, seed: u64, time: Duration, keep: bool) -> Result<Done, String> {
    let mut pool = corpus(target.name)?;
    let mut done = Done { name: target.name, inputs: 0, corpus: pool.len(), kinds: 0 };
    let mut kinds = HashSet::new();
    for input in &pool {
        kinds.insert(tried(target, input)?);
    }
    let mut random = Random::new(seed);
    let end = Instant::now() + time;
    while Instant::now() < end {
        // The clock costs more than most inputs.
        for _ in 0..64 {
            let from = &pool[random.below(pool.len())];
            let other = &pool[random.below(pool.len())];
            let mut input = mutated(&mut random, from, other, target.words);
            input.truncate(LONGEST);
            done.inputs += 1;
            if kinds.insert(tried(target, &input)?) && pool.len() < POOL {
                if keep {
                    put(target.name, "corpus", &input)?;
                }
                pool.push(input);
            }
        }
    }
    done.kinds = kinds.len();
    Ok(done)
}

/// Another one each day, and told by the day.
pub fn seed_of_today() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() / 86_400)
}

fn tried(target: &Target, input: &[u8]) -> Result<u64, String> {
    let timed = || {
        let started = Instant::now();
        let kind = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
        (kind, started.elapsed())
    };
    let (kind, mut took) = timed();
    if took > PATIENCE {
        // A busy machine may have taken its time: what is slow is slow again.
        took = timed().1.min(timed().1);
    }
    let told = |what: &str| Err(format!("{what}: {}", put(target.name, "found", input).unwrap_or_else(|why| why)));
    match kind {
        Err(_) => told("it panicked"),
        Ok(_) if took > PATIENCE => told(&format!("it took {took:?}")),
        Ok(kind) => Ok(kind),
    }
}

fn corpus(name: &str) -> Result<Vec<Vec<u8>>, String> {
    let place = place("corpus", name);
    let files = fs::read_dir(&place).map_err(|error| format!("{}: {error}", place.display()))?;
    let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
    files.sort();
    let mut inputs: Vec<Vec<u8>> = files.iter().filter_map(|file| fs::read(file).ok()).collect();
    inputs.push(Vec::new());
    Ok(inputs)
}

/// Writes an input under the number that it has by what it holds; where.
fn put(name: &str, kind: &str, input: &[u8]) -> Result<String, String> {
    let number = input
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let file = place(kind, name).join(format!("{number:016x}"));
    let written = fs::create_dir_all(place(kind, name)).and_then(|()| fs::write(&file, input));
    written.map(|()| file.display().to_string()).map_err(|error| error.to_string())
}

fn place(kind: &str, name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(kind).join(name)
}
