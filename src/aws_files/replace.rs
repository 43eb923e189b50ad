//! Puts a changed file in the place of the old one, only if that is still what was read.
//!
//! Others write these files too, without any lock: the AWS CLI reads one, empties it and writes it again. So what was
//! read may be half a file, the file may change between our reading and our replacing it, and somebody may write what
//! they read before ours was there. Each of these is looked for, and then all of it is done again. The caller holds the
//! lock that keeps other runs of ours away and says for whom it waits; the directory is locked as well, since runs that
//! have other directories for their locks change the same file.

use super::document::Document;
use super::edit::{Change, Refusal};
use super::files::{LARGEST, plain};
use crate::os::{file, folder, lock};
use crate::text::quote;
use std::collections::BTreeSet;
use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use zeroize::Zeroizing;

/// How long another run of ours is waited for that changes a file of the same directory: it asks nobody meanwhile.
const TURN: Duration = Duration::from_secs(10);
/// How often it is tried while others go on writing.
const TRIES: u32 = 100;
/// How often of these the new file is waited for to be on the disk before it takes the place of the old.
const PATIENT_TRIES: u32 = 3;
/// How long a file that has lost sections, or looks unfinished, is given to become whole.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait between two looks at a file that somebody is writing.
const TICK: Duration = Duration::from_millis(5);
/// How long a program that has read the file before takes to write it: afterwards it is looked whether ours is there.
const AFTERWARDS: Duration = Duration::from_millis(15);
/// A file that was written within this time is being worked on: then the last look is taken later.
const RECENT: Duration = Duration::from_secs(1);

/// A file that may be changed.
#[derive(Debug)]
pub struct Target {
    path: PathBuf,
    /// Whether others must not read it.
    keys: bool,
    /// The names of all sections that were seen in it.
    seen: BTreeSet<String>,
}

/// Why the file was not changed.
#[derive(Debug)]
pub enum Failure {
    /// The system's reason.
    Io(io::Error),
    /// Why it must not be replaced.
    Kept(String),
    /// The change cannot be made in it.
    Change(Refusal),
    /// These sections were in it when the run began, and are gone.
    Lost(Vec<String>),
    /// Others have changed it as often as it was tried.
    Busy,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => error.fmt(f),
            Self::Kept(why) => f.write_str(why),
            Self::Change(Refusal::Twice) => f.write_str("the profile is in the file twice"),
            Self::Change(Refusal::Unusual) => {
                f.write_str("what is to be written would be read as something else there")
            }
            Self::Lost(names) => {
                let names: Vec<_> = names.iter().map(|name| format!("[{}]", quote(name))).collect();
                write!(f, "somebody has taken {} out of it meanwhile", names.join(", "))
            }
            Self::Busy => f.write_str("other programs go on changing it"),
        }
    }
}

impl Failure {
    /// Whether there is no room on the disk.
    #[must_use]
    pub fn is_for_want_of_room(&self) -> bool {
        matches!(self, Self::Io(error) if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// The file at one moment; open, so that it can be looked at after another has taken its place.
struct Snapshot {
    file: Option<(File, Metadata)>,
    text: Zeroizing<Vec<u8>>,
}

impl Snapshot {
    fn take(path: &Path) -> io::Result<Self> {
        let mut file = match file::open(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Ok(Self { file: None, text: Zeroizing::default() });
            }
            opened => opened?,
        };
        let metadata = file.metadata()?;
        let text = Zeroizing::new(file::read_to_end(&mut file, LARGEST)?);
        Ok(Self { file: Some((file, metadata)), text })
    }

    /// Which file it was, how long, and when it was last written.
    fn stamp(&self) -> Option<(u64, u64, u64, i64, i64)> {
        let (_, it) = self.file.as_ref()?;
        Some((it.dev(), it.ino(), it.size(), it.mtime(), it.mtime_nsec()))
    }

    fn is_same(&self, other: &Self) -> bool {
        self.stamp() == other.stamp() && self.text == other.text
    }

    /// The file that was read, as it is now, if somebody has written into it since.
    fn written_since(&mut self) -> io::Result<Option<Document>> {
        let Some((file, _)) = &mut self.file else { return Ok(None) };
        file.rewind()?;
        let text = Zeroizing::new(file::read_to_end(&mut *file, LARGEST)?);
        Ok((text != self.text).then(|| Document::new(text)))
    }

    fn is_recent(&self) -> bool {
        let written = self.file.as_ref().and_then(|(_, metadata)| metadata.modified().ok());
        written.is_some_and(|written| SystemTime::now().duration_since(written).unwrap_or_default() < RECENT)
    }

    /// Whether somebody may be in the middle of writing it.
    fn looks_unfinished(&self) -> bool {
        self.file.is_some() && self.is_recent() && !matches!(self.text.last(), Some(b'\n' | b'\r'))
    }
}

impl Target {
    /// The file at `path`, or what that leads to. With `keys` others must not read it when it has been changed.
    pub fn new(path: &Path, keys: bool) -> Result<Self, Failure> {
        let path = match fs::canonicalize(path) {
            Err(error) if error.kind() == ErrorKind::NotFound && path.symlink_metadata().is_err() => missing(path)?,
            found => found?,
        };
        let mut target = Self { path, keys, seen: BTreeSet::new() };
        let began = Instant::now();
        loop {
            let (snapshot, _) = target.whole()?;
            match target.judge(&snapshot) {
                Ok(()) => return Ok(target),
                // Another run may have ended between the two looks.
                Err(_) if began.elapsed() < 4 * TICK => std::thread::sleep(TICK),
                Err(why) => return Err(why),
            }
        }
    }

    /// Refuses what would not be the same file afterwards.
    fn judge(&self, snapshot: &Snapshot) -> Result<(), Failure> {
        let Some((_, metadata)) = &snapshot.file else { return Ok(()) };
        let kept = |why: String| Err(Failure::Kept(why));
        if !file::is_ours(metadata) {
            return kept("it belongs to somebody else".into());
        }
        if metadata.mode() & 0o200 == 0 {
            return kept(format!("it is read-only (mode {:04o})", metadata.mode() & 0o7777));
        }
        // Another run that has the lock gives it one for a moment, and a killed one has left it.
        let is_same = |old: &Metadata| (old.dev(), old.ino()) == (metadata.dev(), metadata.ino());
        let ours = fs::symlink_metadata(old_name(&self.path)).is_ok_and(|old| is_same(&old));
        let others = metadata.nlink().saturating_sub(u64::from(ours));
        if others > 1 {
            return kept(format!("it has {others} names (hard links), and the others would keep the old text"));
        }
        Ok(())
    }

    /// What the lock is called that keeps away other runs which would change this file.
    #[must_use]
    pub fn name_of_lock(&self) -> String {
        format!("file {}", self.path.to_string_lossy())
    }

    /// The file itself.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses a directory into which no new file can be put, or in which it cannot be made; nothing is made yet.
    pub fn check_directory(&self) -> Result<(), Failure> {
        let there = self.path.ancestors().skip(1).find(|directory| directory.is_dir());
        folder::check_writable(there.unwrap_or(Path::new("/"))).map_err(Failure::Kept)
    }

    /// What is in the file now, when nobody is in the middle of writing it.
    pub fn document(&mut self) -> Result<Document, Failure> {
        Ok(self.whole()?.1)
    }

    /// Makes the change, after `judge` has seen what it is made in. The caller has the lock. Gives the mode that the file had, if others could
    /// read it and cannot any more.
    pub fn change(
        &mut self,
        change: &Change<'_>,
        judge: impl Fn(&Document) -> Result<(), String>,
    ) -> Result<Option<u32>, Failure> {
        let _turn = self.turn()?;
        let mut rescued: Vec<Rescued> = Vec::new();
        let mut narrowed = None;
        for attempt in 0..TRIES {
            let (before, document) = self.whole()?;
            self.judge(&before)?;
            judge(&document).map_err(Failure::Kept)?;
            let missing = rescued.iter().filter(|section| !has(&document, &section.name)).map(|section| &section.text);
            let new = with_sections(change.apply(&document).map_err(Failure::Change)?, missing.collect());
            // Waiting for the disk, while others write without a pause, would be waiting for the next change.
            let new = Edited { text: new, document, change, rescued: &rescued, at_once: attempt >= PATIENT_TRIES };
            match self.replace(before, &new)? {
                Outcome::Done(mode) => return Ok(mode.or(narrowed)),
                Outcome::Again(mode, lost) => {
                    narrowed = narrowed.or(mode);
                    rescued.extend(lost);
                }
            }
        }
        Err(Failure::Busy)
    }

    /// The lock of the directory, which is made where it is not there; none where the disk knows no such locks.
    fn turn(&self) -> Result<Option<File>, Failure> {
        let directory = self.path.parent().unwrap_or(Path::new("/"));
        folder::make(directory)?;
        let Ok(directory) = File::open(directory) else { return Ok(None) };
        match lock::hold(&directory, Instant::now() + TURN) {
            Ok(true) => Ok(Some(directory)),
            Ok(false) => Err(Failure::Busy),
            Err(_) => Ok(None),
        }
    }

    /// The file, given time to become what it was: somebody else may be writing it.
    fn whole(&mut self) -> Result<(Snapshot, Document), Failure> {
        let began = Instant::now();
        loop {
            let snapshot = Snapshot::take(&self.path)?;
            let document = Document::new(snapshot.text.clone());
            let names: BTreeSet<&String> = document.sections.iter().map(|section| &section.name).collect();
            let lost: Vec<_> = self.seen.iter().filter(|name| !names.contains(name)).cloned().collect();
            if lost.is_empty() && (!snapshot.looks_unfinished() || began.elapsed() > 4 * TICK) {
                self.seen.extend(names.into_iter().cloned());
                return Ok((snapshot, document));
            }
            if !lost.is_empty() && began.elapsed() > PATIENCE {
                return Err(Failure::Lost(lost));
            }
            std::thread::sleep(TICK);
        }
    }

    fn replace(&self, mut before: Snapshot, edited: &Edited<'_>) -> io::Result<Outcome> {
        let (mode, group) = before.file.as_ref().map_or((0o600, None), |(_, it)| (it.mode() & 0o7777, Some(it.gid())));
        let kept = if self.keys { mode & 0o7700 } else { mode };
        let narrowed = (kept != mode).then_some(mode);
        let new = file::prepare(&self.path, &edited.text, kept, group, !edited.at_once)?;
        let busy = before.is_recent();
        if !Snapshot::take(&self.path)?.is_same(&before) {
            return Ok(Outcome::Again(None, Vec::new()));
        }
        let old = old_name(&self.path);
        let _ = fs::remove_file(&old);
        // Some disks know no links: then what is written into the old file in this very moment is added to ours.
        let has_old = before.file.is_some() && fs::hard_link(&self.path, &old).is_ok();
        new.put()?;
        let written = before.written_since()?;
        if written.is_some() && has_old && Snapshot::take(&self.path)?.text == edited.text {
            fs::rename(&old, &self.path)?;
            return Ok(Outcome::Again(None, Vec::new()));
        }
        if has_old {
            let _ = fs::remove_file(&old);
        }
        std::thread::sleep(if busy { 4 * AFTERWARDS } else { AFTERWARDS });
        let now = Document::new(Snapshot::take(&self.path)?.text);
        // A program that had opened the old file to add to it has written there what nobody will find.
        let lost =
            before.written_since()?.map_or_else(Vec::new, |old| sections_missing_in(&now, &edited.document, &old));
        let is_there = edited.change.apply(&now).is_ok_and(|again| *again == now.text());
        let is_there = is_there && edited.rescued.iter().all(|section| has(&now, &section.name));
        Ok(if is_there && lost.is_empty() { Outcome::Done(narrowed) } else { Outcome::Again(narrowed, lost) })
    }
}

/// What is to be in the file, and what it was made from.
struct Edited<'a> {
    text: Zeroizing<Vec<u8>>,
    document: Document,
    change: &'a Change<'a>,
    /// What others wrote where nobody will find it.
    rescued: &'a [Rescued],
    /// Whether the disk is not waited for.
    at_once: bool,
}

enum Outcome {
    /// It is done; the mode that was narrowed.
    Done(Option<u32>),
    /// Somebody else has written; sections that would be lost.
    Again(Option<u32>, Vec<Rescued>),
}

/// Where a file will be that is not there yet.
fn missing(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    let directory = path.parent().and_then(|directory| fs::canonicalize(directory).ok());
    Ok(directory.zip(path.file_name()).map_or(path.clone(), |(directory, name)| directory.join(name)))
}

/// A section that another program has written into the file that ours has taken the place of.
struct Rescued {
    name: String,
    text: Zeroizing<Vec<u8>>,
}

fn has(document: &Document, name: &str) -> bool {
    document.sections.iter().any(|section| section.name == name)
}

/// The sections of `old` that neither its earlier text nor `now` has.
fn sections_missing_in(now: &Document, earlier: &Document, old: &Document) -> Vec<Rescued> {
    let known: BTreeSet<&str> = now.sections.iter().chain(&earlier.sections).map(|it| it.name.as_str()).collect();
    let missing = old.sections.iter().filter(|section| !known.contains(section.name.as_str()));
    missing.map(|section| Rescued { name: section.name.clone(), text: plain(old, section) }).collect()
}

fn with_sections(text: Zeroizing<Vec<u8>>, more: Vec<&Zeroizing<Vec<u8>>>) -> Zeroizing<Vec<u8>> {
    if more.is_empty() {
        return text;
    }
    let len = text.len() + more.iter().map(|section| section.len() + 1).sum::<usize>();
    let mut all = Zeroizing::new(Vec::with_capacity(len));
    for part in std::iter::once(&text).chain(more) {
        if !matches!(all.last(), None | Some(b'\n' | b'\r')) {
            all.push(b'\n');
        }
        all.extend_from_slice(part);
    }
    all
}

/// Under which name the old file is kept for the moment in which it may have to come back.
fn old_name(path: &Path) -> PathBuf {
    path.with_added_extension("aws-auth-old")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    const CHANGE: Change<'static> =
        Change { profile: "dev", in_credentials: false, drop: &[], set: &[("mfa_serial", "S")], first: false };

    fn change(path: &Path) -> Result<Option<u32>, Failure> {
        Target::new(path, false)?.change(&CHANGE, |_| Ok(()))
    }

    #[test]
    fn the_mode_and_a_link_are_kept_and_nothing_is_left_behind() {
        let home = tempfile::tempdir().unwrap();
        let (target, link) = (home.path().join("real"), home.path().join("config"));
        fs::write(&target, "[profile dev]\n").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        assert_eq!(change(&link).unwrap(), None);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "[profile dev]\nmfa_serial = S\n");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o640);
        assert_eq!(Target::new(&link, true).unwrap().change(&CHANGE, |_| Ok(())).unwrap(), Some(0o640));
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_missing_file_is_made_for_the_user_alone() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join(".aws/config");
        change(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o600);
        assert_eq!(fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o7777, 0o700);
    }

    #[test]
    fn a11_read_only_and_linked_files_are_left_alone_with_the_reason() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config");
        fs::write(&path, "[profile dev]\n").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(matches!(change(&path), Err(Failure::Kept(why)) if why.contains("0400")));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        fs::hard_link(&path, home.path().join("other")).unwrap();
        assert!(matches!(change(&path), Err(Failure::Kept(why)) if why.contains("hard links")));
        assert_eq!(fs::read_to_string(&path).unwrap(), "[profile dev]\n");
        // One that a run of ours has left behind is no such link.
        fs::rename(home.path().join("other"), old_name(&path)).unwrap();
        change(&path).unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn r115_what_another_run_needs_while_it_has_the_lock_is_left_to_it() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config");
        fs::write(&path, "[profile dev]\n").unwrap();
        fs::hard_link(&path, old_name(&path)).unwrap();
        // That run is between the two steps, or was killed there.
        let mut target = Target::new(&path, false).unwrap();
        assert!(old_name(&path).exists(), "it may have to come back");
        target.change(&CHANGE, |_| Ok(())).unwrap();
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
        // A link that has come since is another's.
        fs::hard_link(&path, home.path().join("other")).unwrap();
        let change = Change { set: &[("mfa_serial", "T")], ..CHANGE };
        let refused = target.change(&change, |_| Ok(()));
        assert!(matches!(refused, Err(Failure::Kept(why)) if why.contains("hard links")));
    }

    #[test]
    fn r115_all_ways_to_a_file_have_one_lock() {
        let home = tempfile::tempdir().unwrap();
        let (real, link) = (home.path().join("real"), home.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        let name = |directory: &Path| Target::new(&directory.join("config"), false).unwrap().name_of_lock();
        assert_eq!(name(&real), name(&link));
        let before = name(&real);
        fs::write(real.join("config"), "[profile dev]\n").unwrap();
        assert_eq!((name(&real), name(&link)), (before.clone(), before));
        assert_ne!(name(&real), name(home.path()));
    }

    /// One run has `XDG_RUNTIME_DIR`, and another, as of cron, has not: their locks are in different places.
    #[test]
    fn r115_runs_that_share_no_lock_lose_nothing_to_one_another() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config");
        let padding = format!("[profile keys]\n{}", "# much to write\n".repeat(20_000));
        fs::write(&path, &padding).unwrap();
        let rounds: Vec<String> = (0..5).map(|round| round.to_string()).collect();
        std::thread::scope(|scope| {
            for profile in ["a", "b", "c"] {
                let (path, rounds) = (&path, &rounds);
                scope.spawn(move || {
                    for round in rounds {
                        let set = [("mfa_serial", round.as_str())];
                        let change = Change { profile, set: &set, ..CHANGE };
                        Target::new(path, false).unwrap().change(&change, |_| Ok(())).unwrap();
                    }
                });
            }
        });
        let held = Document::new(fs::read(&path).unwrap().into());
        let names: Vec<_> = held.sections.iter().map(|section| section.name.as_str()).collect();
        assert!(held.text().starts_with(padding.as_bytes()) && names.len() == 4, "{names:?}");
        let last = |section| held.find(section, "mfa_serial").and_then(|setting| held.value(setting));
        assert!(held.sections[1..].iter().all(|section| last(section) == Some("4")));
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }

    #[test]
    fn a1_a_file_that_has_lost_sections_is_waited_for_and_then_refused() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("config");
        let text = "[profile dev]\n[profile keys]\n";
        fs::write(&path, text).unwrap();
        let mut target = Target::new(&path, false).unwrap();
        fs::write(&path, "").unwrap();
        let back = path.clone();
        let other = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            fs::write(back, text).unwrap();
        });
        target.change(&CHANGE, |_| Ok(())).unwrap();
        other.join().unwrap();
        let held = fs::read_to_string(&path).unwrap();
        assert_eq!(held, "[profile dev]\nmfa_serial = S\n[profile keys]\n");
        fs::write(&path, "[profile dev]\n").unwrap();
        let refused = target.change(&CHANGE, |_| Ok(()));
        assert!(matches!(refused, Err(Failure::Lost(names)) if names == ["profile keys"]));
        assert_eq!(fs::read_to_string(&path).unwrap(), "[profile dev]\n");
    }
}
