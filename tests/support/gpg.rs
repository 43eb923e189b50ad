//! A real `pass` store with a real `GnuPG` key.
//!
//! The keys are made once for the whole test binary and kept in memory; a home gets a copy of the keyring, so that
//! every test has an agent and a lock of its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use super::run;
use super::tools;
use super::{Home, sweep::Place};

/// Passphrase of the locked key.
pub const PASSPHRASE: &str = "correct-horse-CANARY-staple";

/// Whether gpg has to ask before it decrypts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Open,
    Locked,
}

/// What answers when gpg-agent asks for the passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pinentry {
    Right,
    Wrong,
    Cancel,
    /// The program does not exist.
    Absent,
    /// Right, after so many seconds.
    Slow(u32),
    /// A real one, on the terminal that `GPG_TTY` names.
    Real(&'static str),
}

struct Keyring {
    files: Vec<(PathBuf, Vec<u8>)>,
    fingerprint: String,
}

/// A user with a store; `None` (and a word about it) where pass or gpg is missing.
pub fn store(home: &Home, key: Key) -> Option<()> {
    tools::need("pass")?;
    tools::need("gpg")?;
    let ring = keyring(key);
    let gnupg = home.path("gnupg");
    for (relative, bytes) in &ring.files {
        let path = gnupg.join(relative);
        fs::create_dir_all(path.parent().expect("a file has a directory")).expect("directory of the keyring");
        fs::write(path, bytes).expect("a file of the keyring");
    }
    fs::set_permissions(&gnupg, fs::Permissions::from_mode(0o700)).expect("mode of the keyring");
    home.set("GNUPGHOME", &gnupg);
    home.set("PASSWORD_STORE_DIR", home.path("store"));
    home.plant(&gnupg.join("private-keys-v1.d"));
    home.secret("the passphrase", PASSPHRASE);
    pass(home, &["init", &ring.fingerprint], None);
    pinentry(home, if key == Key::Open { Pinentry::Absent } else { Pinentry::Right });
    Some(())
}

/// Lets somebody else read the store too, by the key that [`Key::Locked`] is.
pub fn second_recipient(home: &Home) {
    let other = keyring(Key::Locked);
    let dir = tempfile::Builder::new().prefix("aa-other-").tempdir_in("/tmp").expect("directory for a key");
    for (relative, bytes) in other.files.iter().filter(|(relative, _)| relative.ends_with("pubring.kbx")) {
        fs::write(dir.path().join(relative), bytes).expect("a file of the keyring");
    }
    let export = run::output(Command::new("gpg").args(["--batch", "--export"]).env("GNUPGHOME", dir.path()));
    fs::write(home.rig("other.gpg"), export).expect("the public key");
    let gpg = |args: &[&str]| {
        let mut gpg = Command::new("gpg");
        run::output(gpg.args(["--batch", "--quiet"]).args(args).env_clear().envs(home.env()))
    };
    gpg(&["--import", home.rig("other.gpg").to_str().expect("text")]);
    fs::write(home.rig("trust"), format!("{}:6:\n", other.fingerprint)).expect("whom we trust");
    gpg(&["--import-ownertrust", home.rig("trust").to_str().expect("text")]);
    let ids = home.path("store/.gpg-id");
    let own = fs::read_to_string(&ids).expect("whom the store is for");
    fs::write(&ids, format!("{own}{}\n", other.fingerprint)).expect("whom the store is for");
    kill_agent(dir.path());
}

/// Stores an entry through `pass` itself.
pub fn insert(home: &Home, entry: &str, text: impl AsRef<[u8]>) {
    pass(home, &["insert", "--multiline", "--force", entry], Some(text.as_ref()));
}

/// The four entries the original documents, at the root of the store or under a prefix; empty ones are left out.
pub fn insert_documented(home: &Home, prefix: &str, person: &super::sts::Person, role: &str) {
    for (name, value) in super::sts::documented(person, role) {
        if !value.is_empty() {
            insert(home, &format!("{prefix}{name}"), value);
        }
    }
}

/// The encrypted file of an entry.
pub fn file(home: &Home, entry: &str) -> PathBuf {
    home.path("store").join(format!("{entry}.gpg"))
}

/// Chooses what answers for the passphrase from now on, and forgets the passphrase.
pub fn pinentry(home: &Home, mode: Pinentry) {
    let script = home.rig("pinentry");
    let count = home.rig("asked");
    let answer = match mode {
        Pinentry::Right => format!("echo 'D {PASSPHRASE}'; echo OK"),
        Pinentry::Slow(seconds) => format!("sleep {seconds}; echo 'D {PASSPHRASE}'; echo OK"),
        Pinentry::Wrong => "echo 'D not the passphrase'; echo OK".to_owned(),
        _ => "echo 'ERR 83886179 Operation cancelled <Pinentry>'".to_owned(),
    };
    // the Assuan protocol, as much as gpg-agent uses of it
    let text = format!(
        "#!/bin/sh\necho 'OK Pleased to meet you'\nwhile read -r word rest; do\n  case $word in\n  GETPIN) echo asked >>'{}'; {answer} ;;\n  BYE) echo OK; exit 0 ;;\n  *) echo OK ;;\n  esac\ndone\n",
        count.display()
    );
    run::write_executable(&script, &text);
    let program = match mode {
        Pinentry::Absent => PathBuf::from("/nonexistent/pinentry"),
        Pinentry::Real(name) => tools::find(name).unwrap_or_else(|| panic!("{name} is not installed")),
        _ => script,
    };
    let conf = format!("pinentry-program {}\nallow-loopback-pinentry\n", program.display());
    fs::write(home.path("gnupg/gpg-agent.conf"), conf).expect("the agent's configuration");
    kill_agent(&home.path("gnupg"));
}

/// How often the scripted pinentry was asked.
pub fn asked(home: &Home) -> usize {
    fs::read_to_string(home.rig("asked")).map_or(0, |text| text.lines().count())
}

/// Deletes the secret keys; the store stays encrypted to them.
pub fn forget_secret_key(home: &Home) {
    kill_agent(&home.path("gnupg"));
    fs::remove_dir_all(home.path("gnupg/private-keys-v1.d")).expect("the secret keys");
    fs::create_dir(home.path("gnupg/private-keys-v1.d")).expect("an empty directory of secret keys");
}

fn kill_agent(gnupg: &Path) {
    run::output(Command::new("gpgconf").args(["--kill", "all"]).env("GNUPGHOME", gnupg));
}

fn pass(home: &Home, args: &[&str], input: Option<&[u8]>) {
    let mut command = Command::new("pass");
    command.args(args).env_clear().envs(home.env());
    match input {
        None => drop(run::output(&mut command)),
        Some(bytes) => {
            let source = home.rig("to-store");
            fs::write(&source, bytes).expect("what is to be stored");
            command.stdin(fs::File::open(&source).expect("what is to be stored"));
            command.stdout(Stdio::piped()).stderr(Stdio::piped());
            let child = run::spawn(&mut command).expect("pass runs");
            let out = child.wait_with_output().expect("pass ends");
            assert!(out.status.success(), "pass {args:?}: {}", String::from_utf8_lossy(&out.stderr));
        }
    }
}

fn keyring(key: Key) -> &'static Keyring {
    static OPEN: OnceLock<Keyring> = OnceLock::new();
    static LOCKED: OnceLock<Keyring> = OnceLock::new();
    match key {
        Key::Open => OPEN.get_or_init(|| generate("%no-protection")),
        Key::Locked => LOCKED.get_or_init(|| generate(&format!("Passphrase: {PASSPHRASE}"))),
    }
}

fn generate(protection: &str) -> Keyring {
    let dir = tempfile::Builder::new().prefix("aa-key-").tempdir_in("/tmp").expect("directory for a key");
    let gnupg = dir.path();
    let parameters = format!(
        "Key-Type: eddsa\nKey-Curve: ed25519\nKey-Usage: sign\nSubkey-Type: ecdh\nSubkey-Curve: cv25519\nSubkey-Usage: encrypt\nName-Real: alice\nName-Email: alice@example.com\nExpire-Date: 0\n{protection}\n%commit\n"
    );
    let file = gnupg.join("parameters");
    fs::write(&file, parameters).expect("the key's parameters");
    // few hashing rounds: it is the agent's protocol that is tested, not its cost
    fs::write(gnupg.join("gpg-agent.conf"), "s2k-count 65536\n").expect("the agent's configuration");
    let gpg = |args: &[&str]| {
        let mut command = Command::new("gpg");
        run::output(
            command.args(["--batch", "--quiet", "--pinentry-mode", "loopback"]).args(args).env("GNUPGHOME", gnupg),
        )
    };
    gpg(&["--generate-key", file.to_str().expect("the path is text")]);
    let listing = String::from_utf8(gpg(&["--list-keys", "--with-colons"])).expect("gpg's listing is text");
    let fingerprint = listing
        .lines()
        .find_map(|line| line.strip_prefix("fpr:"))
        .and_then(|line| line.split(':').find(|field| !field.is_empty()))
        .expect("a fingerprint")
        .to_owned();
    kill_agent(gnupg);
    let mut files = Vec::new();
    for name in ["pubring.kbx", "trustdb.gpg"] {
        files.push((PathBuf::from(name), run::read(&gnupg.join(name))));
    }
    for entry in fs::read_dir(gnupg.join("private-keys-v1.d")).expect("the secret keys") {
        let entry = entry.expect("a secret key");
        files.push((Path::new("private-keys-v1.d").join(entry.file_name()), run::read(&entry.path())));
    }
    Keyring { files, fingerprint }
}

/// Declares what must never be seen of a person; the store is encrypted and the test's own.
pub fn secrets_of(home: &Home, person: &super::sts::Person) {
    home.secret("the permanent secret key", person.secret_access_key);
    home.secret("the whole permanent key id", person.access_key_id);
    if !person.totp_secret.is_empty() {
        home.secret_but("the TOTP secret", person.totp_secret, &[Place::Record; 0]);
    }
}
