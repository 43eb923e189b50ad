//! The agent's own process.
//!
//! One thread, which sleeps unless somebody asks, an entry ends or a minute has passed. A client that connects and says nothing
//! gives way to the next; nobody can make it wait. It ends when it has nothing to keep any more, when it is told to, and
//! when its socket is no longer where it was.

use super::place::lock_of;
use super::protocol::{Answer, REQUEST, Request, encode_all};
use super::shelf::Shelf;
use crate::os::{alarm, detached, local, lock, runtime};
use rustix::fs::Mode;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How many may be connected at once. Few descriptors are enough then, whatever limit was inherited.
const CLIENTS: usize = 32;
/// How long one of them may take.
const CLIENT: Duration = Duration::from_secs(2);
/// How often it looks whether its socket is still its own, and what the clocks say.
const LOOK: Duration = Duration::from_mins(1);
/// How long the run that started it may take to keep something.
const FIRST: Duration = Duration::from_secs(10);
/// How long another agent may take to end.
const ENDING: Duration = Duration::from_millis(500);
/// How long it rests where no descriptor can be had.
const REST: Duration = Duration::from_millis(50);

/// What the tasks share.
#[derive(Default)]
struct House {
    shelf: Mutex<Shelf>,
    stop: Mutex<bool>,
    /// Something has happened.
    bell: Notify,
}

impl House {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) -> MutexGuard<'_, bool> {
        self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Serves at `socket` until the end, and tells the run that has started it when it does, or why it cannot.
#[must_use]
pub fn run(socket: &Path) -> u8 {
    let begun = begin(socket);
    let said = match &begun {
        Ok(_) => "ready".to_owned(),
        Err(error) => error.to_string(),
    };
    let _ = io::stdout().write_all(said.as_bytes()).and_then(|()| io::stdout().flush());
    let (Ok((runtime, own)), Ok(())) = (begun, detached::let_go()) else { return 1 };
    runtime.block_on(serve(own));
    // Clients who wait still are told by the end of their connection.
    runtime.shutdown_background();
    0
}

/// What is its own.
struct Own {
    listener: UnixListener,
    path: PathBuf,
    /// The device and the number of the socket's file.
    identity: (u64, u64),
    _lock: File,
}

fn begin(socket: &Path) -> io::Result<(tokio::runtime::Runtime, Own)> {
    rustix::process::umask(Mode::from_raw_mode(0o177));
    let lock = lock::open(&lock_of(socket))?;
    // One that is ending may hold it for a moment.
    if !lock::hold(&lock, Instant::now() + ENDING)? {
        return Err(io::Error::other("an agent is there that does not answer"));
    }
    // Only who holds the lock takes one away, and what is no socket is not ours to take.
    match fs::symlink_metadata(socket) {
        Ok(found) if found.file_type().is_socket() => fs::remove_file(socket)?,
        Ok(_) => return Err(io::Error::other("there is something else in the place of the socket")),
        Err(_) => {}
    }
    let runtime = runtime::new().map_err(|error| io::Error::other(error.reason()))?;
    let entered = runtime.enter();
    let listener = UnixListener::bind(socket)?;
    drop(entered);
    let identity = identity(socket).ok_or_else(|| io::Error::other("the socket went away"))?;
    Ok((runtime, Own { listener, path: socket.into(), identity, _lock: lock }))
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

async fn serve(own: Own) {
    let Own { listener, path, identity: ours, _lock } = own;
    let house = Arc::new(House::default());
    let is_own = || identity(&path) == Some(ours);
    let accepting = tokio::spawn(accept(listener, Arc::clone(&house)));
    if let Ok(signals) = signals() {
        let house = Arc::clone(&house);
        tokio::spawn(async move { wait_for(signals, &house).await });
    }
    let patience = Instant::now() + FIRST;
    loop {
        let wait = {
            let mut shelf = house.shelf();
            shelf.forget_ended();
            let is_done = shelf.is_empty() && (shelf.was_used || Instant::now() >= patience);
            if is_done || *house.stop() || !is_own() {
                break;
            }
            shelf.next_end().unwrap_or(FIRST).min(LOOK)
        };
        let ringing = Arc::clone(&house);
        let alarm = tokio::spawn(async move {
            alarm::wait(wait).await;
            ringing.bell.notify_one();
        });
        house.bell.notified().await;
        alarm.abort();
    }
    accepting.abort();
    house.shelf().clear();
    // One that is not ours is somebody's who needs it.
    if is_own() {
        let _ = fs::remove_file(&path);
    }
}

/// The signals that end it, whatever they did in the process that started it.
fn signals() -> io::Result<UnixStream> {
    let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
    for signal in [SIGTERM, SIGINT, SIGHUP] {
        signal_hook::low_level::pipe::register(signal, theirs.try_clone()?)?;
    }
    ours.set_nonblocking(true)?;
    UnixStream::from_std(ours)
}

async fn wait_for(mut signals: UnixStream, house: &House) {
    if signals.read(&mut [0]).await.is_ok() {
        *house.stop() = true;
        house.bell.notify_one();
    }
}

/// Hears everybody. If there are too many, the client that has been silent for longest gives way.
async fn accept(listener: UnixListener, house: Arc<House>) {
    let mut clients: VecDeque<JoinHandle<()>> = VecDeque::new();
    loop {
        let accepted = listener.accept().await;
        clients.retain(|client| !client.is_finished());
        if (accepted.is_err() || clients.len() >= CLIENTS)
            && let Some(oldest) = clients.pop_front()
        {
            oldest.abort();
        }
        match accepted {
            // Before a byte is read. Of a client that has gone already the owner cannot be told.
            Ok((stream, _)) if local::of(&stream).is_ok_and(local::Other::is_trusted) => {
                let house = Arc::clone(&house);
                clients.push_back(tokio::spawn(async move {
                    let _ = timeout(CLIENT, answer(stream, &house)).await;
                }));
            }
            Ok(_) => {}
            Err(_) => tokio::time::sleep(REST).await,
        }
    }
}

async fn answer(mut stream: UnixStream, house: &House) -> io::Result<()> {
    let mut request = zeroize::Zeroizing::new(Vec::with_capacity(1024));
    let most = u64::try_from(REQUEST).unwrap_or(u64::MAX);
    (&mut stream).take(most + 1).read_to_end(&mut request).await?;
    let request = Request::decode(&request);
    let stops = request == Some(Request::Stop);
    let changes = !matches!(request, None | Some(Request::Get(_) | Request::All));
    let said = said(request.as_ref(), &mut house.shelf());
    let written = stream.write_all(&said).await;
    let _ = stream.shutdown().await;
    if stops {
        *house.stop() = true;
    }
    if changes {
        // What ends first may be another one now.
        house.bell.notify_one();
    }
    written
}

fn said(request: Option<&Request<'_>>, shelf: &mut Shelf) -> zeroize::Zeroizing<Vec<u8>> {
    shelf.forget_ended();
    match request {
        None => Answer::Bad,
        Some(Request::Get(name)) => shelf.get(name).map_or(Answer::None, Answer::Ok),
        Some(Request::Put(name, left, bytes)) if shelf.put(name, bytes, *left) => Answer::Ok(&[]),
        Some(Request::Put(..)) => Answer::Full,
        Some(Request::Forget(name)) if shelf.forget(name) => Answer::Ok(&[]),
        Some(Request::Forget(_)) => Answer::None,
        Some(Request::All) => return Answer::Ok(&encode_all(shelf.all())).encode(),
        Some(Request::Stop) => return Answer::Ok(shelf.clear().to_string().as_bytes()).encode(),
    }
    .encode()
}
