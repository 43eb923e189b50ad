//! Whether others could put something else where a path leads.
//!
//! A path is in the hands of whoever can write any directory on its way, the way of each link in it included. What
//! everybody can write is nobody's; in a directory like `/tmp`, where each one's things are their own, ours are ours.
//! Groups and other owners are the administrator's choice: Homebrew's directories are often another user's.

use super::system;
use crate::text::quote;
use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

/// As many links as the kernel follows.
/// Source: <https://man7.org/linux/man-pages/man7/path_resolution.7.html>
const LINKS: usize = 40;

/// Follows `path` to its end, which must be there; the reason, for people, if others could put something else there.
pub fn judge(path: &Path) -> Result<(), String> {
    if !path.is_absolute() {
        return Err("its path is a relative one".into());
    }
    let mut left: VecDeque<OsString> = VecDeque::new();
    for part in path.components() {
        match part {
            Component::ParentDir => return Err("its path goes up by `..`".into()),
            Component::Normal(name) => left.push_back(name.into()),
            _ => {}
        }
    }
    let mut at = PathBuf::from("/");
    let mut metadata = read(&at)?;
    let mut links = 0;
    while let Some(name) = left.pop_front() {
        if name == ".." {
            // Of a link; where we are holds no link any more.
            at.pop();
            metadata = read(&at)?;
            continue;
        }
        let entry = at.join(&name);
        let found = read(&entry)?;
        check_entry(&at, &metadata, &entry, &found)?;
        if system::is_of_a_process(&found) {
            return Err(format!("it leads through {}", shown(&at)));
        }
        if !found.is_symlink() {
            (at, metadata) = (entry, found);
            continue;
        }
        links += 1;
        if links > LINKS {
            return Err("its links do not end".into());
        }
        let target = fs::read_link(&entry).map_err(|error| format!("{}: {error}", shown(&entry)))?;
        if target.is_absolute() {
            at = PathBuf::from("/");
            metadata = read(&at)?;
        }
        for part in target.components().rev() {
            match part {
                Component::ParentDir => left.push_front("..".into()),
                Component::Normal(name) => left.push_front(name.into()),
                _ => {}
            }
        }
    }
    if is_open(&metadata) { Err(format!("everybody can write {}", shown(&at))) } else { Ok(()) }
}

/// Whether nobody but its owner can take `entry` out of the directory `at`, and that owner is trusted.
fn check_entry(at: &Path, directory: &Metadata, entry: &Path, found: &Metadata) -> Result<(), String> {
    if !is_open(directory) {
        return Ok(());
    }
    // Only the owner of an entry, or of the directory, can take it out of a sticky one.
    let sticky = directory.mode() & 0o1000 != 0 && is_trusted(directory);
    if !sticky {
        return Err(format!("everybody can write {}", shown(at)));
    }
    if !is_trusted(found) {
        return Err(format!("{} belongs to another user, and everybody can put things beside it", shown(entry)));
    }
    Ok(())
}

fn is_open(metadata: &Metadata) -> bool {
    metadata.mode() & 0o002 != 0
}

/// Root's things, and our own.
fn is_trusted(metadata: &Metadata) -> bool {
    metadata.uid() == 0 || super::file::is_ours(metadata)
}

fn read(path: &Path) -> Result<Metadata, String> {
    fs::symlink_metadata(path).map_err(|error| format!("{}: {error}", shown(path)))
}

fn shown(path: &Path) -> String {
    quote(&path.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn with_mode(path: &Path, mode: u32) -> PathBuf {
        fs::create_dir_all(path).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        path.into()
    }

    #[test]
    fn a9_the_whole_way_is_judged_and_ones_own_place_is_good() {
        let root = tempfile::tempdir().unwrap();
        let home = root.path();
        let own = with_mode(&home.join("own"), 0o755);
        let open = with_mode(&home.join("open"), 0o777);
        let inner = with_mode(&open.join("inner"), 0o755);
        let sticky = with_mode(&home.join("sticky"), 0o1777);
        let mine = with_mode(&sticky.join("mine"), 0o755);
        let link = |name: &str, to: &Path| {
            let path = own.join(name);
            symlink(to, &path).unwrap();
            path
        };
        let rows = [
            (own.clone(), None),
            (mine.clone(), None),
            (link("to-mine", &mine), None),
            (link("up", Path::new("../sticky/mine")), None),
            (open.clone(), Some("everybody can write")),
            (inner.clone(), Some("everybody can write")),
            (sticky.clone(), Some("everybody can write")),
            (link("to-inner", &inner), Some("everybody can write")),
            (link("through", &open).join("inner"), Some("everybody can write")),
            (own.join("../own"), Some("`..`")),
            (link("loop", &own.join("loop")), Some("do not end")),
            (own.join("nothing"), Some("No such file")),
            (PathBuf::from("own"), Some("relative")),
        ];
        for (path, expected) in rows {
            match (judge(&path), expected) {
                (Ok(()), None) => {}
                (Err(why), Some(expected)) if why.contains(expected) => {}
                (judged, _) => panic!("{}: {judged:?}", path.display()),
            }
        }
    }

    #[test]
    #[cfg(all(target_os = "linux", not(aws_auth_portable)))]
    fn a9_what_a_process_shows_is_no_place() {
        let root = tempfile::tempdir().unwrap();
        let link = root.path().join("here");
        symlink("/proc/self/cwd", &link).unwrap();
        for path in [Path::new("/proc/self/cwd"), Path::new("/dev/fd/0"), Path::new("/proc/self/root/bin"), &link] {
            assert!(judge(path).unwrap_err().contains("leads through"), "{}", path.display());
        }
    }
}
