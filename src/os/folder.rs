//! Directories of ours: made for the user alone, whatever the mask, and never inside what is another user's.

use super::file;
use crate::text::quote;
use rustix::fs::Access;
use std::fs::{DirBuilder, Metadata, Permissions, metadata, set_permissions, symlink_metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

/// What a directory of ours allows: everything to its owner, and nothing to others.
const ALONE: u32 = 0o700;

/// Makes a directory and those above it that are missing. What is made in another user's directory, as root with that
/// user's environment would, or where everybody puts things, is an error: its owner could not use it, or anybody could.
pub fn make(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make(parent)?;
    }
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let found = metadata(parent)?;
    let root = rustix::process::geteuid().is_root();
    if !file::is_ours(&found) && (root || found.mode() & 0o002 != 0) {
        let why = format!("{} is another user's", quote(&parent.to_string_lossy()));
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why));
    }
    match DirBuilder::new().mode(ALONE).create(path) {
        // The mask may have taken rights from us too.
        Ok(()) => set_permissions(path, Permissions::from_mode(ALONE)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

/// Makes a directory for files that are the user's alone, in a directory of the user's own; or the reason, for people, why
/// there can be none.
pub fn make_own(path: &Path) -> Result<(), String> {
    let shown = |path: &Path| quote(&path.to_string_lossy());
    let failed = |error: io::Error| format!("{}: {error}", shown(path));
    make(path).map_err(failed)?;
    let found = symlink_metadata(path).map_err(failed)?;
    if !is_alone(&found) {
        return Err(format!("{} is not this user's alone", shown(path)));
    }
    // An earlier mask may have left it so that not even we can enter it.
    if found.mode() & ALONE != ALONE {
        set_permissions(path, Permissions::from_mode(ALONE)).map_err(failed)?;
    }
    let parent = path.parent().unwrap_or(Path::new("/"));
    let above = metadata(parent).map_err(failed)?;
    if file::is_ours(&above) { Ok(()) } else { Err(format!("{} is another user's", shown(parent))) }
}

/// Whether files can be put into the directory; if not, the reason for people. As root only a disk that is read-only has one.
pub fn check_writable(directory: &Path) -> Result<(), String> {
    rustix::fs::access(directory, Access::WRITE_OK).map_err(|error| {
        let shown = quote(&directory.to_string_lossy());
        format!("nothing can be written into {shown}: {}", io::Error::from(error))
    })
}

/// Whether nobody else can put files into the directory.
fn is_alone(found: &Metadata) -> bool {
    found.is_dir() && file::is_ours(found) && found.mode() & 0o022 == 0
}
