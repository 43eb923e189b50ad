//! Where programs are looked for: on PATH, but only where nobody else can put one.

use super::{environment, trust};
use crate::text::quote;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The directories searched for programs: those of PATH that others cannot change.
///
/// An empty or relative one would run whatever lies in the working directory.
#[must_use]
pub fn search_path() -> OsString {
    let path = path();
    let safe = std::env::split_paths(&path).filter(|directory| trust::judge(directory).is_ok());
    // Parts of a split PATH hold no `:`, so they can be joined again.
    std::env::join_paths(safe).unwrap_or_default()
}

/// The first of `names` that is found in `path`, and that others cannot change.
#[must_use]
pub fn find(names: &[String], path: &OsStr) -> Option<PathBuf> {
    names.iter().flat_map(|name| places(name, path)).find(|place| trust::judge(place).is_ok())
}

/// Whether PATH leads anybody to a program of this name.
#[must_use]
pub fn is_on_path(name: &str) -> bool {
    !places(name, &path()).is_empty()
}

/// Why a program was passed over that goes by one of `names` and is on PATH, if one was.
#[must_use]
pub fn passed_over(names: &[String]) -> Option<String> {
    let path = path();
    let mut judged = names.iter().flat_map(|name| places(name, &path)).filter_map(|place| {
        let directory = || place.parent().and_then(|directory| trust::judge(directory).err());
        let why = trust::judge(&place).err().or_else(directory)?;
        Some(format!("{} is passed over: {why}", quote(&place.to_string_lossy())))
    });
    judged.next()
}

fn path() -> OsString {
    environment::os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into())
}

/// The files that go by `name` and can be executed, in the order of `path`; a name that is a path is one place.
fn places(name: &str, path: &OsStr) -> Vec<PathBuf> {
    which::which_in_all(name, Some(path), "/").into_iter().flatten().collect()
}

/// Whether `path` is a file that we may execute.
#[must_use]
pub fn is_executable(path: &Path) -> bool {
    !path.as_os_str().as_bytes().is_empty()
        && path.is_file()
        && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok()
}
