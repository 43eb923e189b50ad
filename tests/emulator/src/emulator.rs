//! The handle that tests hold.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::ServerConfig;

use crate::credentials::Issued;
use crate::fault::Fault;
use crate::mfa;
use crate::portal::{self, SignIn};
use crate::record::Request;
use crate::server::Server;
use crate::tls::{self, Certificate};
use crate::world::{AccessKey, World};

/// A running server on a free port of 127.0.0.1. Dropping it ends it and every open connection.
#[derive(Debug)]
pub struct Emulator {
    server: Arc<Server>,
    scheme_and_host: &'static str,
    port: u16,
    ca_pem: String,
    listener: Option<JoinHandle<()>>,
}

impl Emulator {
    /// Starts one that speaks plain HTTP.
    #[must_use]
    pub fn start(world: World) -> Self {
        Self::listen(world, "http://127.0.0.1", None, String::new())
    }

    /// Starts one that speaks TLS, with a certificate made for it.
    #[must_use]
    pub fn start_tls(world: World, certificate: Certificate) -> Self {
        let (config, ca_pem) = tls::server_config(certificate);
        Self::listen(world, "https://localhost", Some(Arc::new(config)), ca_pem)
    }

    fn listen(world: World, scheme_and_host: &'static str, tls: Option<Arc<ServerConfig>>, ca_pem: String) -> Self {
        let socket = TcpListener::bind(("127.0.0.1", 0)).expect("loopback has a free port");
        let port = socket.local_addr().expect("it is bound").port();
        let server = Arc::new(Server::new(world));
        let listener = Some({
            let server = Arc::clone(&server);
            thread::spawn(move || server.run(&socket, tls.as_ref()))
        });
        Self { server, scheme_and_host, port, ca_pem, listener }
    }

    /// `http://127.0.0.1:PORT`, or `https://localhost:PORT`. A good certificate covers both names.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}:{}", self.scheme_and_host, self.port)
    }

    /// The port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The throw-away CA to trust, in PEM; empty without TLS.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Every request so far, in the order they were handled.
    #[must_use]
    pub fn requests(&self) -> Vec<Request> {
        self.server.state().requests.clone()
    }

    /// How many requests had this `Action`, whatever became of them.
    #[must_use]
    pub fn calls(&self, action: &str) -> usize {
        self.server.state().requests.iter().filter(|request| request.action.as_deref() == Some(action)).count()
    }

    /// How many connections were accepted, those without a request or a handshake included.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server.accepted()
    }

    /// Plays this fault on the next request to STS that has no earlier one waiting for it.
    pub fn fault(&self, fault: Fault) {
        self.server.state().queued_faults.push_back(fault);
    }

    /// Plays this fault on every request to STS, after those that are queued.
    pub fn fault_always(&self, fault: Fault) {
        self.server.state().constant_fault = Some(fault);
    }

    /// Plays this fault on the next request to IAM with this action that has no earlier one waiting for it.
    pub fn fault_iam(&self, action: &str, fault: Fault) {
        self.server.state().iam_faults.push_back((action.to_owned(), fault));
    }

    /// Whether each of the first uses of keys that are made from now on finds the key known: IAM's servers learn of a new
    /// key one after another.
    pub fn settle_keys_by(&self, known: &[bool]) {
        self.server.state().settling = known.iter().copied().collect();
    }

    /// Leaves the newest key out of so many lists of keys from now on, as IAM may for a while.
    pub fn list_keys_late(&self, lists: usize) {
        self.server.state().late_lists = lists;
    }

    /// The permanent keys there are now.
    #[must_use]
    pub fn keys(&self) -> Vec<AccessKey> {
        self.server.state().world.keys.clone()
    }

    /// Changes the world behind everybody's back, as somebody in the console does.
    pub fn change(&self, change: impl FnOnce(&mut World)) {
        change(&mut self.server.state().world);
    }

    /// Plays this fault on the next request to IAM or to the federation endpoint that has no earlier one waiting for it.
    pub fn fault_elsewhere(&self, fault: Fault) {
        self.server.state().faults_elsewhere.push_back(fault);
    }

    /// Forgets all faults that were not played yet.
    pub fn clear_faults(&self) {
        let mut state = self.server.state();
        state.iam_faults.clear();
        state.queued_faults.clear();
        state.faults_elsewhere.clear();
        state.constant_fault = None;
    }

    /// Moves the server's clock away from the machine's: `Date`, the signature window, MFA codes, expirations.
    pub fn set_clock_offset(&self, seconds: i64) {
        self.server.clock.set_offset(seconds);
    }

    /// Lets the answer to a request that only opens a connection tell no time: the first that does is a refusal.
    pub fn hide_time_at_first(&self) {
        self.server.state().hides_time_at_first = true;
    }

    /// Lets roles' sessions last no longer than this, as no AWS does: a test cannot wait for an hour.
    pub fn set_role_lifetime(&self, seconds: i64) {
        self.server.state().role_lifetime = Some(seconds);
    }

    /// Waits this long before every answer.
    pub fn set_latency(&self, latency: Duration) {
        self.server.set_latency(latency);
    }

    /// A code of this device that is accepted now and not spent. The same again until it is used.
    ///
    /// Waits, up to half a minute, when all three steps that are accepted are spent.
    #[must_use]
    pub fn fresh_code(&self, serial: &str) -> String {
        loop {
            if let Some(code) = mfa::fresh(&self.server.state(), serial, self.server.clock.now()) {
                return code;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// A code of this device that would be accepted, were it not spent. Spends one if none is.
    #[must_use]
    pub fn used_code(&self, serial: &str) -> String {
        mfa::spent(&mut self.server.state(), serial, self.server.clock.now())
    }

    /// Six digits that are no code of this device, now or soon.
    #[must_use]
    pub fn wrong_code(&self, serial: &str) -> String {
        mfa::wrong(&self.server.state(), serial, self.server.clock.now())
    }

    /// Signs somebody in at the portal of IAM Identity Center; a sign-in of before is not good any more. And when it ends.
    #[must_use]
    pub fn sign_in(&self) -> (SignIn, String) {
        (portal::sign_in(&mut self.server.state()), portal::end(self.server.clock.now()))
    }

    /// Every sign-in token handed out, in order.
    #[must_use]
    pub fn signin_tokens(&self) -> Vec<String> {
        self.server.state().signin_tokens.clone()
    }

    /// Every set of temporary credentials handed out, in order.
    #[must_use]
    pub fn issued(&self) -> Vec<Issued> {
        self.server.state().sessions.iter().map(|session| session.issued.clone()).collect()
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.server.stop(self.port);
        if let Some(listener) = self.listener.take() {
            let _ = listener.join();
        }
    }
}
