//! What runs of the same user tell each other: who is asking a person now, and which codes are spent.
//!
//! Both are empty or nearly empty files in a directory that is the user's alone; no secret is in them. Where there is no
//! such directory each run is on its own.

use super::store;
use crate::error::{Class, Error};
use crate::os::{child, environment, folder, lock, process, stdio};
use ring::digest::{SHA256, digest};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How long a code is remembered: AWS accepts it in the 30 seconds it is shown and in those before and after.
const SPENT: Duration = Duration::from_secs(90);
/// How long a run waits for another: three prompts of two minutes, a manager's dialog, and STS.
const PATIENCE: Duration = Duration::from_mins(12);
/// How long it waits for one that is stopped, and gives nothing to anybody.
const STOPPED: Duration = Duration::from_secs(20);
/// Set for the programs that a run asks, by this run and by those that it is a part of: the names of what they get. Not
/// for people. It holds where no lock can.
const INSIDE: &str = "AWS_AUTH_INSIDE";
/// How often the lock is tried.
const TICK: Duration = Duration::from_millis(25);

/// The directory of the files, or why there is none.
#[derive(Clone, Debug)]
pub struct State {
    directory: Result<PathBuf, String>,
}

/// Whether it was said that there is no directory, and what is lost by that.
static TOLD: AtomicBool = AtomicBool::new(false);

/// Warns, once, that this run and those at the same time cannot know of each other.
pub fn warn_alone(why: &str) {
    if !TOLD.swap(true, Ordering::Relaxed) {
        stdio::warn(&format!(
            "aws-auth: warning: {why}: parallel runs cannot share the prompt, and may send the same code; run this without sudo, or set XDG_RUNTIME_DIR to a directory of your own"
        ));
    }
}

/// The error of a run that would wait for one which waits for it.
fn for_itself(why: &str) -> Error {
    Error::new(Class::Config, "this run would wait for itself")
        .because(why)
        .hint("let no manager and no --token-from command run aws-auth for the very same keys")
}

/// A lock, held until it is dropped or the process ends in any way.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// Whether another run held it first.
    pub waited: bool,
}

impl Drop for Lock {
    /// The process goes on, and no longer holds it.
    fn drop(&mut self) {
        let _ = self.file.set_len(0);
    }
}

impl State {
    /// Finds or makes the directory.
    #[must_use]
    pub fn open() -> Self {
        // Where an agent can be, a note can be too.
        Self { directory: directory().or_else(|why| store::directory().ok_or(why)) }
    }

    /// The same in the one place that all runs of the user have, cron's too, which have no `XDG_RUNTIME_DIR`: for what must
    /// never be done by two at once.
    #[must_use]
    pub fn open_for_all() -> Self {
        let place = lasting().ok_or_else(String::new).and_then(|place| made(&place));
        place.map_or_else(|_| Self::open(), |place| Self { directory: Ok(place) })
    }

    /// Waits until no other run holds the lock called `name`, and says for whom it waits and what `purpose` is theirs. Or
    /// tells why there is no lock to be had. It is an error to wait for one who waits for us.
    pub fn lock(&self, name: &str, purpose: &str) -> Result<Result<Lock, String>, Error> {
        // By what it gets, and not by the name, in which the variables are that we change for the programs that we ask.
        let getting = hash(&[purpose]);
        let inside = environment::os(INSIDE).map(|names| names.to_string_lossy().into_owned()).unwrap_or_default();
        if inside.split(' ').any(|one| one == getting) {
            return Err(for_itself(&format!("it was started by one that is getting {purpose}")));
        }
        child::mark(INSIDE, format!("{inside} {getting}").trim_start());
        let path = match &self.directory {
            Ok(directory) => directory.join(format!("{}.lock", hash(&[name]))),
            Err(why) => return Ok(Err(why.clone())),
        };
        let refused = |error: &dyn std::fmt::Display| Ok(Err(format!("{}: {error}", shown(&path))));
        let mut file = match lock::open(&path) {
            Ok(file) => file,
            Err(error) => return refused(&error),
        };
        let deadline = Instant::now() + PATIENCE;
        let mut waited = false;
        let mut holder = String::new();
        let mut stopped_since: Option<Instant> = None;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {}
                Err(error) => return refused(&error),
            }
            let before = std::mem::take(&mut holder);
            let _ = io::Seek::rewind(&mut file).and_then(|()| file.read_to_string(&mut holder));
            let pid: Option<u32> = holder.parse().ok();
            if holder != before && pid.is_some_and(process::waits_for_us) {
                return Err(for_itself(&format!("process {holder}, which is getting {purpose}, has started it")));
            }
            if !waited {
                let holder = if holder.is_empty() {
                    String::new()
                } else {
                    format!(" (process {})", crate::text::quote(&holder))
                };
                stdio::say_why_we_wait(&format!(
                    "aws-auth: waiting for another aws-auth{holder}, which is getting {purpose}; if it asks for a code, \
                     type that there"
                ));
            }
            waited = true;
            match (stopped_since, pid.filter(|pid| process::is_stopped(*pid))) {
                (_, None) => stopped_since = None,
                (None, Some(pid)) => {
                    stdio::say_why_we_wait(&format!(
                        "aws-auth: process {pid} is stopped: resume it with fg, or end it; this run waits {} seconds for it",
                        STOPPED.as_secs()
                    ));
                    stopped_since = Some(Instant::now());
                }
                (Some(since), Some(pid)) if since.elapsed() > STOPPED => {
                    return refused(&format!("process {pid}, which holds it, is stopped"));
                }
                (Some(_), Some(_)) => {}
            }
            std::thread::sleep(TICK);
        }
        let _ = file.set_len(0);
        let _ = io::Seek::rewind(&mut file);
        let _ = write!(file, "{}", std::process::id());
        Ok(Ok(Lock { file, waited }))
    }

    /// Notes that a code is being sent for `name`, a device as a rule. Whether nobody has sent it before.
    #[must_use]
    pub fn spend(&self, name: &str, code: &str) -> bool {
        let directory = match &self.directory {
            Ok(directory) => directory,
            Err(why) => {
                warn_alone(why);
                return true;
            }
        };
        self.forget_old();
        let path = directory.join(format!("{}.spent", hash(&[name, code])));
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        !made.is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists)
    }

    /// Whether the code was sent lately for `name`: a device, or what a code was given for before its device was known.
    #[must_use]
    pub fn is_spent(&self, name: &str, code: &str) -> bool {
        self.forget_old();
        self.directory.as_ref().is_ok_and(|directory| directory.join(format!("{}.spent", hash(&[name, code]))).exists())
    }

    /// Takes back that a code was sent: nothing of it has left this machine. Only whoever has noted it may do so.
    pub fn take_back(&self, serial: &str, code: &str) {
        if let Ok(directory) = &self.directory {
            let _ = std::fs::remove_file(directory.join(format!("{}.spent", hash(&[serial, code]))));
        }
    }

    /// Whether this is the first time that `what` happens to `whom`: some things are told once.
    #[must_use]
    pub fn is_first(&self, what: &str, whom: &str) -> bool {
        let Ok(directory) = &self.directory else { return true };
        let path = directory.join(format!("{}.told", hash(&[what, whom])));
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).is_ok()
    }

    fn forget_old(&self) {
        let files = self.directory.as_ref().ok().and_then(|path| std::fs::read_dir(path).ok());
        for file in files.into_iter().flatten().flatten() {
            let is_spent = file.path().extension().is_some_and(|extension| extension == "spent");
            let made = file.metadata().and_then(|metadata| metadata.modified());
            // A time ahead of the clock means that the clock was set back: nothing is known of the age.
            let age = made.map_or(SPENT, |made| SystemTime::now().duration_since(made).unwrap_or(SPENT));
            if is_spent && age >= SPENT {
                let _ = std::fs::remove_file(file.path());
            }
        }
    }
}

/// `$XDG_RUNTIME_DIR`, else `$XDG_STATE_HOME`, else `~/.local/state`: never a directory that all users share, and never
/// one that is another user's, as they all are for root with that user's environment.
fn directory() -> Result<PathBuf, String> {
    let runtime = absolute("XDG_RUNTIME_DIR").filter(|path| path.is_dir());
    let mut why = None;
    for place in [runtime, lasting()].into_iter().flatten() {
        match made(&place) {
            Ok(path) => return Ok(path),
            Err(refused) => why = Some(refused),
        }
    }
    Err(why.unwrap_or_else(|| "neither XDG_RUNTIME_DIR nor HOME names a directory".to_owned()))
}

fn absolute(name: &str) -> Option<PathBuf> {
    environment::os(name).map(PathBuf::from).filter(|path| path.is_absolute())
}

/// Where what lasts is kept.
fn lasting() -> Option<PathBuf> {
    absolute("XDG_STATE_HOME").or_else(|| environment::present_home().map(|home| home.join(".local/state")))
}

/// Our directory in that place.
fn made(place: &Path) -> Result<PathBuf, String> {
    let path = place.join("aws-auth");
    folder::make_own(&path).map(|()| path)
}

fn shown(path: &Path) -> String {
    crate::text::quote(&path.to_string_lossy())
}

/// A name for a file that tells nothing: half of a SHA-256, in hexadecimal digits.
fn hash(parts: &[&str]) -> String {
    crate::text::hex(&digest(&SHA256, parts.join("\0").as_bytes()).as_ref()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> (tempfile::TempDir, State) {
        let home = tempfile::tempdir().unwrap();
        let state = State { directory: Ok(home.path().into()) };
        (home, state)
    }

    #[test]
    fn r65_a_code_is_spent_once_by_whoever_comes_first() {
        let (home, state) = state();
        assert!(state.spend("serial", "123456"));
        assert!(!state.spend("serial", "123456"));
        assert!(state.is_spent("serial", "123456") && !state.is_spent("serial", "123457"));
        assert!(state.spend("serial", "123457") && state.spend("other", "123456"));
        state.take_back("serial", "123457");
        assert!(state.spend("serial", "123457") && !state.spend("serial", "123456"));
        let old = SystemTime::now() - SPENT;
        for file in std::fs::read_dir(home.path()).unwrap() {
            File::options().write(true).open(file.unwrap().path()).unwrap().set_modified(old).unwrap();
        }
        assert!(state.spend("serial", "123456"), "it is forgotten after a while");
    }

    #[test]
    fn a_lock_frees_itself_with_its_holder() {
        let (_home, state) = state();
        let first = state.lock("x", "it").unwrap().unwrap();
        assert!(!first.waited);
        drop(first);
        assert!(!state.lock("x", "it").unwrap().unwrap().waited);
        assert!(State { directory: Err(String::new()) }.lock("x", "it").unwrap().is_err());
    }

    #[test]
    fn who_waits_for_us_is_not_waited_for() {
        let (home, state) = state();
        drop(state.lock("x", "it").unwrap());
        let path = home.path().join(format!("{}.lock", hash(&["x"])));
        assert_eq!(std::fs::read(&path).unwrap(), b"", "who has given it back is not told of");
        let parent = rustix::process::getppid().unwrap().as_raw_nonzero().to_string();
        let held = File::options().write(true).open(&path).unwrap();
        held.lock().unwrap();
        std::fs::write(&path, &parent).unwrap();
        let error = state.lock("x", "it").unwrap_err();
        assert!(error.to_string().contains(&parent), "{error}");
    }

    #[test]
    fn r86_a_planted_link_is_not_followed() {
        let (home, state) = state();
        let target = home.path().join("target");
        std::os::unix::fs::symlink(&target, home.path().join(format!("{}.lock", hash(&["x"])))).unwrap();
        assert!(state.lock("x", "it").unwrap().is_err() && !target.exists());
    }
}
