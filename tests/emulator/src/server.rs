//! The listener, the threads and what they share.

use std::collections::HashMap;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use rustls::ServerConfig;

use crate::clock::Clock;
use crate::connection;
use crate::state::State;
use crate::wire::Wire;
use crate::world::World;

/// Shared by all threads of one emulator.
#[derive(Debug, Default)]
pub(crate) struct Server {
    pub(crate) clock: Clock,
    state: Mutex<State>,
    latency_micros: AtomicU64,
    accepted: AtomicUsize,
    /// Open connections by number, so that stopping can end them.
    open: Mutex<HashMap<usize, TcpStream>>,
    stopping: Mutex<bool>,
    stopped: Condvar,
}

impl Server {
    pub(crate) fn new(world: World) -> Self {
        Self { state: Mutex::new(State { world, ..State::default() }), ..Self::default() }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no thread panicked with the state")
    }

    pub(crate) fn latency(&self) -> Duration {
        Duration::from_micros(self.latency_micros.load(Ordering::SeqCst))
    }

    pub(crate) fn set_latency(&self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).expect("a latency in reason");
        self.latency_micros.store(micros, Ordering::SeqCst);
    }

    pub(crate) fn accepted(&self) -> usize {
        self.accepted.load(Ordering::SeqCst)
    }

    /// Sleeps, but not past the end of the server; whether that has come.
    pub(crate) fn pause(&self, duration: Duration) -> bool {
        let stopping = self.stopping.lock().expect("nothing panics under this lock");
        *self.stopped.wait_timeout_while(stopping, duration, |stopping| !*stopping).expect("as above").0
    }

    fn is_stopping(&self) -> bool {
        self.pause(Duration::ZERO)
    }

    fn open(&self) -> MutexGuard<'_, HashMap<usize, TcpStream>> {
        self.open.lock().expect("nothing panics under this lock")
    }

    /// Accepts until [`Server::stop`].
    pub(crate) fn run(self: &Arc<Self>, listener: &TcpListener, tls: Option<&Arc<ServerConfig>>) {
        for tcp in listener.incoming() {
            if self.is_stopping() {
                return;
            }
            let Ok(tcp) = tcp else { continue };
            let number = self.accepted.fetch_add(1, Ordering::SeqCst);
            let (Ok(twin), Ok(mut wire)) = (tcp.try_clone(), Wire::new(tcp, tls)) else {
                continue;
            };
            self.open().insert(number, twin);
            let server = Arc::clone(self);
            thread::spawn(move || {
                connection::serve(&server, &mut wire, number);
                // The twin must be gone before the wire is dropped: only the last close sends the reset.
                server.open().remove(&number);
            });
        }
    }

    /// Ends every connection and lets the listener's thread find out.
    pub(crate) fn stop(&self, port: u16) {
        *self.stopping.lock().expect("nothing panics under this lock") = true;
        self.stopped.notify_all();
        for tcp in self.open().values() {
            let _ = tcp.shutdown(Shutdown::Both);
        }
        let _ = TcpStream::connect(("127.0.0.1", port));
    }
}
