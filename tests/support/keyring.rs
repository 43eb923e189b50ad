//! A desktop's keyring: a session bus and the real GNOME Keyring, without a desktop.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use super::{Home, run, tools};

/// What a shell types to lock it.
pub const LOCK: &str = "gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
     --method org.freedesktop.Secret.Service.Lock \"['/org/freedesktop/secrets/collection/login']\" >/dev/null";

const PASSWORD: &str = "open-CANARY-keyring";

/// A bus with a keyring on it; both end when it is dropped.
pub struct Keyring<'h> {
    home: &'h Home,
    children: Vec<Child>,
}

/// An unlocked keyring for a home; `None` (and a word about it) where a part of it is missing.
pub fn start(home: &Home) -> Option<Keyring<'_>> {
    for tool in ["secret-tool", "gnome-keyring-daemon", "dbus-daemon", "gdbus"] {
        tools::need(tool)?;
    }
    // the daemon takes its place from the bus, so the bus has to know the home
    let mut bus = Command::new("dbus-daemon");
    // its own place would be /tmp, where it leaves a socket when it is ended
    let address = format!("--address=unix:path={}", home.root().join("run/bus").display());
    bus.args(["--session", "--nofork", "--print-address=1", &address]).env_clear().envs(home.env());
    bus.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut bus = run::spawn(&mut bus).expect("a bus");
    let mut address = String::new();
    BufReader::new(bus.stdout.take().expect("the bus says where it is")).read_line(&mut address).expect("its address");
    home.set("DBUS_SESSION_BUS_ADDRESS", address.trim());
    home.secret("the keyring's password", PASSWORD);
    let keyring = Keyring { home, children: vec![bus, daemon(home)] };

    keyring.wait_for_name();
    Some(keyring)
}

/// The keyring's program, with the keyring unlocked.
fn daemon(home: &Home) -> Child {
    let mut keyring = Command::new("gnome-keyring-daemon");
    keyring.args(["--unlock", "--foreground", "--components=secrets"]).env_clear().envs(home.env());
    keyring.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut keyring = run::spawn(&mut keyring).expect("a keyring");
    keyring.stdin.take().expect("its stdin").write_all(PASSWORD.as_bytes()).expect("the password");
    keyring
}

impl Keyring<'_> {
    /// Stores a text under a name, as a person would.
    pub fn store(&self, name: &str, text: &str) {
        self.store_as(&["service", "aws-auth", "name", name], text);
    }

    /// Stores a text under attributes of the caller's choice.
    pub fn store_as(&self, attributes: &[&str], text: &str) {
        let mut tool = Command::new("secret-tool");
        tool.args(["store", "--label=test"]).args(attributes).env_clear().envs(self.home.env());
        tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = run::spawn(&mut tool).expect("secret-tool runs");
        child.stdin.take().expect("its stdin").write_all(text.as_bytes()).expect("the text");
        let out = child.wait_with_output().expect("secret-tool ends");
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    }

    /// Locks it, as a screen saver may.
    pub fn lock(&self) {
        self.call(
            "org.freedesktop.secrets",
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
            &["['/org/freedesktop/secrets/collection/login']"],
        );
    }

    /// Unlocks it again, as signing in to a desktop anew does.
    pub fn unlock(&mut self) {
        let mut daemon_before = self.children.pop().expect("the keyring's program");
        let _ = daemon_before.kill();
        let _ = daemon_before.wait();
        self.children.push(daemon(self.home));
        self.wait_for_name();
    }

    fn wait_for_name(&self) {
        let mut wait = Command::new("gdbus");
        wait.args(["wait", "--session", "--timeout=20", "org.freedesktop.secrets"]);
        run::output(wait.env_clear().envs(self.home.env()));
    }

    fn call(&self, service: &str, object: &str, method: &str, arguments: &[&str]) {
        let mut call = Command::new("gdbus");
        call.args(["call", "--session", "--dest", service, "--object-path", object, "--method", method]);
        run::output(call.args(arguments).env_clear().envs(self.home.env()));
    }
}

impl Drop for Keyring<'_> {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
