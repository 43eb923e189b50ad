//! Where the agent's socket is: one list by the number of the user, which every run goes through in the same order.
//!
//! What a variable says comes last, since cron, `ssh`, `sudo` and a desktop say different things; a run that finds an
//! agent anywhere uses it. Memory comes before disk: a socket that is left in an image or after a crash is of no use. A
//! place is one only if nobody else can put anything there.

use crate::os::{environment, file, local};
use crate::text::quote;
use std::fs::{self, DirBuilder, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Stands in the names of the socket and the lock: two versions that do not understand each other have an agent each.
const VERSION: u8 = 1;
/// What a directory of ours allows: everything to its owner, and nothing to others.
const ALONE: u32 = 0o700;
/// What the socket of any version is called.
const SOCKET: (&str, &str) = ("agent-", ".sock");

/// A directory that holds the socket, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    directory: PathBuf,
    /// The directory that has to be there; what is between the two is made.
    root: PathBuf,
}

/// All places of this user, the first choice first.
pub fn all() -> Vec<Place> {
    // A home may be one for several machines, and a socket is of use on its own only.
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(16).collect();
    let home = environment::home().map(|home| Place::under(home, format!(".local/state/aws-auth/{host}")));
    let runtime = environment::os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|path| path.is_absolute());
    let runtime = runtime.map(|root| Place::under(root, "aws-auth".into()));
    let [own, memory, disk] = by_number();
    [Some(own), Some(memory), home, Some(disk), runtime].into_iter().flatten().collect()
}

/// The places that no variable says: the user's own, which is gone when the last login ends; the one in memory that is
/// for everybody, which containers have too; and the one on the disk.
fn by_number() -> [Place; 3] {
    let uid = rustix::process::geteuid().as_raw();
    let top = top();
    [
        Place::under(top.join(format!("run/user/{uid}")), "aws-auth".into()),
        Place::under(top.join("dev/shm"), format!("aws-auth-{uid}")),
        Place::under(top.join("tmp"), format!("aws-auth-{uid}")),
    ]
}

/// A directory of the user's alone, for the notes of runs that no variable gives a directory; it is made.
#[must_use]
pub fn directory() -> Option<PathBuf> {
    by_number().into_iter().find(|place| place.make().is_ok()).map(|place| place.directory)
}

/// `/`. The tests of debug builds have a tree of their own, since all homes of a machine share the real places.
fn top() -> PathBuf {
    let own = if cfg!(debug_assertions) { environment::os("AWS_AUTH_TEST_PLACES") } else { None };
    own.map_or_else(|| "/".into(), PathBuf::from)
}

impl Place {
    fn under(root: PathBuf, rest: String) -> Self {
        Self { directory: root.join(rest), root }
    }

    /// The socket of our version.
    pub fn socket(&self) -> PathBuf {
        self.named("sock")
    }

    /// Held while one is started.
    pub fn starting(&self) -> PathBuf {
        self.named("start")
    }

    fn named(&self, kind: &str) -> PathBuf {
        self.directory.join(format!("agent-{VERSION}.{kind}"))
    }

    /// The sockets of all versions.
    pub fn sockets(&self) -> Vec<PathBuf> {
        let files = if self.check().is_ok() { fs::read_dir(&self.directory).ok() } else { None };
        let names = files.into_iter().flatten().flatten().map(|file| file.file_name());
        let is_socket = |name: &str| name.starts_with(SOCKET.0) && name.ends_with(SOCKET.1);
        names.filter(|name| name.to_str().is_some_and(is_socket)).map(|name| self.directory.join(name)).collect()
    }

    /// Whether the directory is there and the user's alone.
    pub fn check(&self) -> Result<(), String> {
        let metadata = fs::symlink_metadata(&self.directory).map_err(|error| self.tell(&error))?;
        if !is_private(&metadata) {
            return Err(self.tell(&"it is not this user's alone"));
        }
        Ok(())
    }

    /// Whether an agent might be started here, without leaving a trace.
    pub fn may_be_made(&self) -> bool {
        local::fits(&self.socket())
            && (self.check().is_ok() || (fs::symlink_metadata(&self.directory).is_err() && self.check_root().is_ok()))
    }

    /// Makes the directory, if it is not there.
    pub fn make(&self) -> Result<(), String> {
        if !local::fits(&self.socket()) {
            return Err(self.tell(&format!("a socket's path has {} bytes at most", local::LONGEST)));
        }
        if fs::symlink_metadata(&self.directory).is_err() {
            self.check_root()?;
            self.make_below().map_err(|error| self.tell(&error))?;
        }
        self.check()?;
        // An earlier mask may have left it so that not even we can enter it.
        allow(&self.directory).map_err(|error| self.tell(&error))
    }

    /// Makes what is missing between the root and the directory.
    fn make_below(&self) -> io::Result<()> {
        let rest = self.directory.strip_prefix(&self.root).unwrap_or(&self.directory);
        let mut path = self.root.clone();
        for part in rest {
            path.push(part);
            match DirBuilder::new().mode(ALONE).create(&path) {
                // The mask may have taken rights from us too.
                Ok(()) => allow(&path)?,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Whether things may be put into the root: it is our own and no group's or everybody's, or one where everybody's
    /// things are their own, as in /tmp; and nobody else can put another root in its place. Nothing is made in a directory
    /// that is another user's.
    fn check_root(&self) -> Result<(), String> {
        let root = fs::canonicalize(&self.root).map_err(|error| self.tell(&error))?;
        for (above, part) in root.ancestors().enumerate() {
            let metadata = fs::symlink_metadata(part).map_err(|error| self.tell(&error))?;
            let is_sticky = metadata.mode() & 0o1000 != 0;
            let is_open = metadata.mode() & 0o022 != 0;
            let is_good = if file::is_ours(&metadata) { !is_open || is_sticky } else { metadata.uid() == 0 };
            if !is_good || (is_open && !is_sticky) {
                return Err(format!("{}: others can write it", quote(&part.to_string_lossy())));
            }
            if above == 0 && !file::is_ours(&metadata) && !is_sticky {
                return Err(format!("{}: it is another user's", quote(&part.to_string_lossy())));
            }
        }
        if rustix::fs::access(&root, rustix::fs::Access::WRITE_OK).is_err() {
            return Err(format!("{}: it cannot be written", quote(&root.to_string_lossy())));
        }
        Ok(())
    }

    fn tell(&self, why: &dyn std::fmt::Display) -> String {
        format!("{}: {why}", quote(&self.directory.to_string_lossy()))
    }
}

/// Sees to it that we can enter a directory of ours, whatever the mask.
fn allow(directory: &Path) -> io::Result<()> {
    if fs::metadata(directory)?.mode() & ALONE != ALONE {
        fs::set_permissions(directory, Permissions::from_mode(ALONE))?;
    }
    Ok(())
}

/// Whether nobody else can look into the directory.
fn is_private(metadata: &Metadata) -> bool {
    metadata.is_dir() && file::is_ours(metadata) && metadata.mode().trailing_zeros() >= 6
}

/// Held for as long as the agent of this socket lives.
pub fn lock_of(socket: &Path) -> PathBuf {
    socket.with_extension("lock")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn place(root: &Path) -> Place {
        Place { directory: root.join("aws-auth"), root: root.into() }
    }

    fn with_mode(path: &Path, mode: u32) {
        fs::create_dir_all(path).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_place_is_made_where_nobody_else_can_put_anything() {
        let home = tempfile::tempdir().unwrap();
        let rows = [(0o700, true), (0o755, true), (0o1777, true), (0o777, false), (0o775, false)];
        for (mode, good) in rows {
            let root = home.path().join(format!("{mode:o}"));
            with_mode(&root, mode);
            let place = place(&root);
            assert_eq!(place.may_be_made(), good, "{mode:o}");
            assert!(fs::symlink_metadata(&place.directory).is_err(), "a look leaves no trace");
            assert_eq!(place.make().is_ok(), good, "{mode:o}");
            if good {
                assert_eq!(fs::metadata(&place.directory).unwrap().mode() & 0o777, 0o700);
            }
        }
    }

    #[test]
    fn a_directory_that_others_can_look_into_and_a_link_are_no_place() {
        let home = tempfile::tempdir().unwrap();
        for mode in [0o755, 0o750, 0o701, 0o777] {
            let root = home.path().join(format!("{mode:o}"));
            with_mode(&root, 0o700);
            with_mode(&root.join("aws-auth"), mode);
            assert!(place(&root).make().unwrap_err().contains("not this user's alone"), "{mode:o}");
        }
        let root = home.path().join("link");
        with_mode(&root, 0o700);
        with_mode(&home.path().join("own"), 0o700);
        symlink(home.path().join("own"), root.join("aws-auth")).unwrap();
        assert!(place(&root).make().is_err() && !place(&root).may_be_made());
        let inside = home.path().join("open/inner");
        with_mode(&home.path().join("open"), 0o777);
        with_mode(&inside, 0o700);
        assert!(place(&inside).make().is_err(), "another user can put another directory in its place");
    }

    #[test]
    fn a_path_that_no_socket_can_have_is_no_place() {
        let home = tempfile::tempdir().unwrap();
        for name in ["d".repeat(120), "é".repeat(60)] {
            let root = home.path().join(&name);
            with_mode(&root, 0o700);
            assert!(!place(&root).may_be_made());
            assert!(place(&root).make().unwrap_err().contains("bytes"));
        }
    }

    #[test]
    fn the_sockets_of_all_versions_are_found_and_nothing_else() {
        let home = tempfile::tempdir().unwrap();
        let place = place(home.path());
        place.make().unwrap();
        for name in ["agent-1.sock", "agent-2.sock", "agent-1.lock", "x.sock"] {
            fs::write(place.directory.join(name), "").unwrap();
        }
        let mut names: Vec<_> = place.sockets().into_iter().map(|it| it.file_name().unwrap().to_owned()).collect();
        names.sort();
        assert_eq!(names, ["agent-1.sock", "agent-2.sock"]);
    }
}
