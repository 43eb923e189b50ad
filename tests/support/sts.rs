//! The STS of a test, and what it says about the requests it got.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

pub use aws_auth_emulator::{ALICE, BOB, CAROL, CHEN, DAVE, Fault, GINA, Person, Request, World, role};
use aws_auth_emulator::{Certificate, Emulator};

use super::Outcome;
use super::sweep::{Place, Secret};

/// An STS on loopback; clones are the same STS.
#[derive(Clone)]
pub struct Sts {
    emulator: Arc<Emulator>,
    codes: Arc<Mutex<BTreeSet<String>>>,
}

impl Sts {
    pub fn start() -> Self {
        Self::of(Emulator::start(World::standard()))
    }

    pub fn start_tls(certificate: Certificate) -> Self {
        Self::of(Emulator::start_tls(World::standard(), certificate))
    }

    pub fn of(emulator: Emulator) -> Self {
        Self { emulator: Arc::new(emulator), codes: Arc::default() }
    }

    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    pub fn url(&self) -> String {
        self.emulator.url()
    }

    /// A code of the device that is good and not spent; from now on it must not be seen but where it was typed.
    pub fn fresh_code(&self, serial: &str) -> String {
        self.remember(self.emulator.fresh_code(serial))
    }

    /// Six digits that the device does not show.
    pub fn wrong_code(&self, serial: &str) -> String {
        self.remember(self.emulator.wrong_code(serial))
    }

    fn remember(&self, code: String) -> String {
        self.codes.lock().expect("the codes").insert(code.clone());
        code
    }

    /// All signed requests: those that ask for something, not those that only open the connection.
    pub fn requests(&self) -> Vec<Request> {
        self.emulator.requests().into_iter().filter(|request| request.action.is_some()).collect()
    }

    /// The actions asked for, in order.
    pub fn actions(&self) -> Vec<String> {
        self.requests().into_iter().filter_map(|request| request.action).collect()
    }

    #[track_caller]
    pub fn saw(&self, actions: &[&str]) -> Vec<Request> {
        assert_eq!(self.actions(), actions, "the calls STS got");
        self.requests()
    }

    /// The requests that carried a token code.
    pub fn with_code(&self) -> Vec<Request> {
        self.requests().into_iter().filter(|request| request.param("TokenCode").is_some()).collect()
    }

    /// What was printed is the session issued last, and nothing but one code was spent on it at most.
    #[track_caller]
    pub fn delivered(&self, outcome: &Outcome) -> BTreeMap<String, String> {
        let exports = outcome.exports();
        let issued = self.emulator.issued();
        let session = issued.last().unwrap_or_else(|| panic!("STS issued no session\n{outcome:?}"));
        for (name, value) in [
            ("AWS_ACCESS_KEY_ID", &session.access_key_id),
            ("AWS_SECRET_ACCESS_KEY", &session.secret_access_key),
            ("AWS_SESSION_TOKEN", &session.session_token),
            ("AWS_CREDENTIAL_EXPIRATION", &session.expiration),
            ("AWS_SESSION_EXPIRATION", &session.expiration),
        ] {
            assert_eq!(exports.get(name), Some(value), "{name}\n{outcome:?}");
        }
        assert!(self.with_code().len() <= 1, "one code, one request\n{outcome:?}");
        exports
    }

    /// A role was delivered: the last call assumed `arn`, and was signed by this person or by their MFA session.
    #[track_caller]
    pub fn delivered_role(&self, outcome: &Outcome, person: &Person, arn: &str) -> Request {
        self.delivered(outcome);
        let requests = self.requests();
        let last = requests.last().expect("a request").clone();
        assert_eq!(last.action.as_deref(), Some("AssumeRole"), "{outcome:?}");
        assert_eq!(last.param("RoleArn"), Some(arn), "{outcome:?}");
        assert_eq!(requests[0].access_key_id.as_deref(), Some(person.access_key_id), "{outcome:?}");
        self.expect_device(outcome, person);
        last
    }

    /// A session of the user's own was delivered.
    #[track_caller]
    pub fn delivered_session(&self, outcome: &Outcome, person: &Person) -> Request {
        self.delivered(outcome);
        let request = self.saw(&["GetSessionToken"]).remove(0);
        assert_eq!(request.access_key_id.as_deref(), Some(person.access_key_id), "{outcome:?}");
        self.expect_device(outcome, person);
        request
    }

    /// A session was delivered, perhaps after a first call that told how far the clock is off; no code was served twice.
    #[track_caller]
    pub fn delivered_session_after_correction(&self, outcome: &Outcome) {
        outcome.ok();
        let requests = self.requests();
        assert!(requests.len() <= 2, "one call to learn the time, one to use it\n{outcome:?}");
        let served = requests.iter().filter(|request| request.outcome == aws_auth_emulator::Outcome::Ok).count();
        assert_eq!(served, 1, "{outcome:?}");
    }

    #[track_caller]
    fn expect_device(&self, outcome: &Outcome, person: &Person) {
        for request in self.with_code() {
            assert_eq!(request.param("SerialNumber"), Some(person.mfa_serial), "{outcome:?}");
        }
    }

    pub fn fault(&self, fault: Fault) {
        self.emulator.fault(fault);
    }

    pub fn fault_always(&self, fault: Fault) {
        self.emulator.fault_always(fault);
    }

    /// What must not be seen of what this STS knows: sessions but on stdout, codes but where they were typed.
    pub fn secrets(&self) -> Vec<Secret> {
        let mut secrets = Vec::new();
        for issued in self.emulator.issued() {
            for (what, text) in
                [("a session's secret key", issued.secret_access_key), ("a session token", issued.session_token)]
            {
                secrets.push(Secret { what: what.to_owned(), text, allowed: vec![Place::Stdout] });
            }
        }
        for text in self.emulator.signin_tokens() {
            secrets.push(Secret { what: "a sign-in token".to_owned(), text, allowed: vec![Place::Stdout] });
        }
        for code in self.codes.lock().expect("the codes").iter() {
            let allowed = vec![Place::Terminal, Place::Argv];
            secrets.push(Secret { what: "a token code".to_owned(), text: code.clone(), allowed });
        }
        secrets
    }
}

/// The entries that the original documents, and what a person has in them; nothing where there is none.
pub fn documented<'a>(person: &'a Person, role: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("aws-access-key-id", person.access_key_id),
        ("aws-secret-access-key", person.secret_access_key),
        ("aws-mfa-arn", person.mfa_serial),
        ("aws-iam-role-arn", role),
    ]
}
