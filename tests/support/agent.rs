//! The agent as a test sees it: its socket, its process, what it says to whom.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::FileTypeExt as _;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use super::{Home, run};

/// The agents of a home, switched on.
pub struct Agents<'h> {
    home: &'h Home,
}

/// Has the home's sessions kept by an agent, whatever the kernel offers.
pub fn on(home: &Home) -> Agents<'_> {
    home.unset("AWS_AUTH_NO_CACHE");
    home.set("AWS_AUTH_STORE", "agent");
    Agents { home }
}

impl Agents<'_> {
    /// The first of the places where it is looked for.
    pub fn directory(&self) -> PathBuf {
        self.home.root().join(format!("places/run/user/{}/aws-auth", rustix::process::geteuid().as_raw()))
    }

    pub fn socket(&self) -> PathBuf {
        self.directory().join("agent-1.sock")
    }

    /// The process that listens at the first place, if one does.
    pub fn find(&self) -> Option<u32> {
        process_at(&self.socket())
    }

    /// The process that listens.
    #[track_caller]
    pub fn pid(&self) -> u32 {
        self.find().expect("an agent")
    }

    /// The processes of all agents of this home, wherever they are.
    pub fn all(&self) -> Vec<u32> {
        let mut found: Vec<u32> = sockets(self.home).iter().filter_map(|socket| process_at(socket)).collect();
        found.dedup();
        found
    }

    /// How many processes have been started as an agent of this home and live.
    pub fn processes(&self) -> Vec<u32> {
        let root = self.home.root().display().to_string();
        let is_agent = |pid: &u32| {
            let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
            let words: Vec<_> = line.split(|byte| *byte == 0).map(String::from_utf8_lossy).collect();
            words.len() > 2 && words[1] == "agent" && words[2].starts_with(&root)
        };
        let numbers = fs::read_dir("/proc").into_iter().flatten().flatten();
        numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter(is_agent).collect()
    }

    /// Says something to it; its whole answer.
    #[track_caller]
    pub fn says(&self, request: &[u8]) -> String {
        say(&self.socket(), request).expect("an answer")
    }
}

/// Says something at a socket; the whole answer.
pub fn say(socket: &Path, request: &[u8]) -> std::io::Result<String> {
    let mut stream = UnixStream::connect(socket)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    stream.write_all(request)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// The process that listens at a socket, as the kernel tells.
pub fn process_at(socket: &Path) -> Option<u32> {
    let stream = UnixStream::connect(socket).ok()?;
    aws_auth::os::local::other_end(&stream).ok()?.process.map(i32::unsigned_abs)
}

/// Waits until a process is no more, or is nobody's any more but its parent's to ask how it ended.
#[track_caller]
pub fn wait_for_end(pid: u32, limit: Duration) {
    let started = Instant::now();
    while is_running(pid) {
        assert!(started.elapsed() < limit, "process {pid} has not ended after {limit:?}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Whether it is there and has not ended; one that nobody has asked how it ended is there still.
pub fn is_running(pid: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with(['Z', 'X']))
}

/// Makes the tree in which this home's agents are looked for.
pub fn make_places(root: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let own = format!("run/user/{}", rustix::process::geteuid().as_raw());
    for (name, mode) in [("dev/shm", 0o1777), ("tmp", 0o1777), (own.as_str(), 0o700)] {
        let path = root.join(name);
        fs::create_dir_all(&path).expect("a place");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("its mode");
    }
}

/// Ends what a test has left behind.
pub fn end_all(home: &Home) {
    for socket in sockets(home) {
        let Some(pid) = process_at(&socket).and_then(|pid| rustix::process::Pid::from_raw(pid.cast_signed())) else {
            continue;
        };
        // one that a test has stopped hears nothing
        let own = pid.as_raw_nonzero().get().unsigned_abs() != std::process::id();
        if own {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
}

fn sockets(home: &Home) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut left = vec![home.root().join("places"), home.path(".local/state/aws-auth"), home.root().join("run")];
    while let Some(directory) = left.pop() {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => left.push(entry.path()),
                Ok(kind) if kind.is_socket() && entry.file_name().to_string_lossy().starts_with("agent-") => {
                    found.push(entry.path());
                }
                _ => {}
            }
        }
    }
    found
}

/// The words that run a program where the kernel keeps nothing.
pub fn without_keyring() -> [String; 2] {
    let script = super::tools::repository().join("tests/no-keyring");
    ["/usr/bin/python3".to_owned(), script.display().to_string()]
}

/// What `/proc` shows of a process, as a text.
#[track_caller]
pub fn shown(pid: u32, file: &str) -> String {
    String::from_utf8_lossy(&run::read(Path::new(&format!("/proc/{pid}/{file}")))).into_owned()
}
