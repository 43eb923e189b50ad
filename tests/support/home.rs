//! A user: an empty home, a scrubbed environment, and what belongs to the two.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::pty::Pty;
use super::run::{self, Run};
use super::sweep::{Place, Secret};
use super::{Sts, tools};

/// A temporary user. Everything it had is gone when it is dropped, its daemons included.
///
/// The tree: `home`, `tmp` and `run` are the user's and are swept for secrets; `rig` is ours and is not.
pub struct Home {
    root: TempDir,
    env: RefCell<BTreeMap<OsString, OsString>>,
    secrets: RefCell<Vec<Secret>>,
    planted: RefCell<Vec<PathBuf>>,
    sts: RefCell<Option<Sts>>,
    shows_sessions: Cell<bool>,
}

impl Home {
    pub fn new() -> Self {
        // short: the path of gpg-agent's socket may not pass 108 bytes
        let root = tempfile::Builder::new().prefix("aa-").tempdir_in("/tmp").expect("temporary home");
        for dir in ["home/.config", "tmp", "run", "rig/bin"] {
            fs::create_dir_all(root.path().join(dir)).expect("directory of the temporary home");
        }
        fs::set_permissions(root.path().join("run"), fs::Permissions::from_mode(0o700))
            .expect("mode of the run directory");
        super::agent::make_places(&root.path().join("places"));
        symlink(tools::binary(), root.path().join("rig/bin/aws-auth")).expect("link to the program");
        let home = Self {
            root,
            env: RefCell::default(),
            secrets: RefCell::default(),
            planted: RefCell::default(),
            sts: RefCell::default(),
            shows_sessions: Cell::default(),
        };
        let at = |dir: &str| home.root.path().join(dir).into_os_string();
        let path = format!("{}:/usr/local/bin:/usr/bin:/bin", home.root.path().join("rig/bin").display());
        for (name, value) in [
            ("HOME", at("home")),
            ("TMPDIR", at("tmp")),
            ("XDG_RUNTIME_DIR", at("run")),
            ("XDG_CONFIG_HOME", at("home/.config")),
            ("XDG_STATE_HOME", at("home/.local/state")),
            ("XDG_CACHE_HOME", at("home/.cache")),
            ("XDG_DATA_HOME", at("home/.local/share")),
            ("PATH", path.into()),
            ("USER", "alice".into()),
            ("TERM", "dumb".into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("AWS_EC2_METADATA_DISABLED", "true".into()),
            // The kernel keeps sessions for the user, not for a home: tests of the cache take this away.
            ("AWS_AUTH_NO_CACHE", "1".into()),
            // Its agents are the user's too: those of a home have places of their own.
            ("AWS_AUTH_TEST_PLACES", at("places")),
        ] {
            home.set(name, value);
        }
        home
    }

    /// A user whose STS is an emulator with the standard world in it.
    pub fn with_sts() -> Self {
        let home = Self::new();
        home.attach(Sts::start());
        home
    }

    pub fn attach(&self, sts: Sts) {
        for service in ["STS", "IAM", "SIGNIN"] {
            self.set(format!("AWS_ENDPOINT_URL_{service}"), sts.url());
        }
        *self.sts.borrow_mut() = Some(sts);
    }

    /// The STS of this user; cheap to clone.
    pub fn sts(&self) -> Sts {
        self.sts.borrow().clone().expect("the test has an STS")
    }

    pub fn try_sts(&self) -> Option<Sts> {
        self.sts.borrow().clone()
    }

    pub fn set(&self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) {
        self.env.borrow_mut().insert(name.as_ref().to_owned(), value.as_ref().to_owned());
    }

    pub fn unset(&self, name: impl AsRef<OsStr>) {
        self.env.borrow_mut().remove(name.as_ref());
    }

    pub fn env(&self) -> BTreeMap<OsString, OsString> {
        self.env.borrow().clone()
    }

    pub fn root(&self) -> &Path {
        self.root.path()
    }

    /// A path in the user's home directory.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.path().join("home").join(relative)
    }

    /// A path that is the rig's own.
    pub fn rig(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.path().join("rig").join(relative)
    }

    /// Writes a file of the user's. What the test put there may hold secrets: the sweep passes it by.
    pub fn write(&self, relative: impl AsRef<Path>, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("directory for a file");
        fs::write(&path, text).expect("a file of the user's");
        self.plant(&path);
        path
    }

    /// Exempts a file or a directory from the sweep: the test put it there, or it is encrypted.
    pub fn plant(&self, path: &Path) {
        self.planted.borrow_mut().push(path.to_owned());
    }

    pub fn planted(&self) -> Vec<PathBuf> {
        self.planted.borrow().clone()
    }

    /// Puts an executable first on PATH.
    pub fn script(&self, name: &str, text: &str) -> PathBuf {
        let path = self.rig("bin").join(name);
        run::write_executable(&path, text);
        path
    }

    /// Declares a secret that must never be seen.
    pub fn secret(&self, what: &str, text: &str) {
        self.secret_but(what, text, &[]);
    }

    /// Declares a secret that must never be seen but in `allowed` places.
    pub fn secret_but(&self, what: &str, text: &str, allowed: &[Place]) {
        let mut secrets = self.secrets.borrow_mut();
        if !secrets.iter().any(|known| known.text == text) {
            secrets.push(Secret { what: what.to_owned(), text: text.to_owned(), allowed: allowed.to_vec() });
        }
    }

    /// The test lets temporary credentials appear on the terminal: it asks for them there.
    pub fn show_sessions(&self) {
        self.shows_sessions.set(true);
    }

    pub fn shows_sessions(&self) -> bool {
        self.shows_sessions.get()
    }

    pub fn secrets(&self) -> Vec<Secret> {
        self.secrets.borrow().clone()
    }

    /// Runs `aws-auth` without a terminal.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Run<'_> {
        Run::new(self, tools::binary().as_os_str()).args(args)
    }

    /// Runs any program without a terminal; `aws-auth` is on its PATH.
    pub fn command<S: AsRef<OsStr>>(&self, argv: impl IntoIterator<Item = S>) -> Run<'_> {
        let mut argv = argv.into_iter();
        let program = argv.next().expect("a program").as_ref().to_owned();
        Run::new(self, &program).args(argv)
    }

    /// Runs `aws-auth` on a terminal of its own.
    pub fn pty<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Pty<'_> {
        self.run(args).pty()
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        super::agent::end_all(self);
        super::lpass::end_uploader(self);
        if let Some(gnupg) = self.env().get(OsStr::new("GNUPGHOME")) {
            let mut kill = Command::new("gpgconf");
            kill.args(["--kill", "all"]).env("GNUPGHOME", gnupg);
            let _ = run::spawn(kill.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()))
                .and_then(|mut child| child.wait());
        }
        self.open_calls();
    }
}

impl Home {
    /// Lets what a stand-in has noted of its calls be removed: under some masks its directories were closed to their owner.
    fn open_calls(&self) {
        let inside = |directory: &Path| fs::read_dir(directory).into_iter().flatten().flatten().map(|it| it.path());
        let calls = self.rig("calls");
        for directory in inside(&calls).chain(inside(&calls).flat_map(|of| inside(&of).collect::<Vec<_>>())) {
            let _ = fs::set_permissions(directory, fs::Permissions::from_mode(0o700));
        }
    }
}
