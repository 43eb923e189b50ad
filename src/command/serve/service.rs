//! What a server does for whoever is let in: gives credentials, says how it stands, and ends for its own shell.

use super::supply::Supply;
use crate::credentials::RoleArn;
use crate::error::Class;
use crate::os::http::Answer;
use crate::os::moment::Moment;
use crate::os::process::Lasting;
use crate::output::Product;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;
use zeroize::Zeroizing;

/// One server.
#[derive(Debug)]
pub struct Service {
    supply: Arc<Supply>,
    /// The shell whose end is its own.
    shell: Option<Lasting>,
    /// When credentials were last given out.
    asked: Mutex<Option<Moment>>,
    over: Notify,
}

impl Service {
    /// Serves what `supply` has, to `shell` if it follows one.
    #[must_use]
    pub fn new(supply: Arc<Supply>, shell: Option<Lasting>) -> Arc<Self> {
        Arc::new(Self { supply, shell, asked: Mutex::default(), over: Notify::new() })
    }

    /// The answer with credentials, or why there are none.
    pub async fn credentials(&self) -> Answer {
        match self.supply.get().await {
            Ok(product) => {
                *self.asked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Moment::now());
                Answer { status: 200, header: Zeroizing::default(), body: body(&product) }
            }
            Err(error) => Answer::refusal(status(error.class()), "CredentialsUnavailable", &format!("{error:#}")),
        }
    }

    /// How it stands.
    #[must_use]
    pub fn report(&self) -> Answer {
        let now = Moment::now();
        let stock = self.supply.stock();
        let last = stock.last(now).map(
            |(ago, error)| json!({ "seconds_ago": ago.as_secs(), "error": error.map(|error| format!("{error:#}")) }),
        );
        let set = stock.set().map(|set| {
            json!({
                "expiration": set.product.credentials.expiration,
                "seconds_left": set.left(now).unwrap_or_default().as_secs(),
                "renews_in_seconds": set.until_renewal(now).as_secs(),
                "role_arn": set.product.role.as_ref().map(RoleArn::as_str),
                "account": set.product.whose.account,
                "identity": set.product.whose.identity,
            })
        });
        answer(&json!({ "credentials": set, "last_renewal": last, "process": std::process::id() }))
    }

    /// Whether it is to end for the shell called so, which it is if it follows that one; for all others it goes on.
    #[must_use]
    pub fn end_for(&self, shell: &str) -> (Answer, bool) {
        let is_its_own = self.shell.is_some() && Lasting::parse(shell) == self.shell;
        let asked = *self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let ago = asked.and_then(|asked| Moment::now().since(asked)).map(|ago| ago.as_secs());
        (answer(&json!({ "ended": is_its_own, "seconds_since_asked": ago })), is_its_own)
    }

    /// Ends it.
    pub fn end(&self) {
        self.over.notify_one();
    }

    /// Waits until it is to end.
    pub async fn over(&self) {
        self.over.notified().await;
    }
}

fn answer(value: &Value) -> Answer {
    Answer { status: 200, header: Zeroizing::default(), body: Zeroizing::new(value.to_string()) }
}

/// A failure that a later try may not meet is one of the server; SDKs ask again then.
const fn status(class: Class) -> u16 {
    match class {
        Class::Denied | Class::Config | Class::Value => 403,
        Class::Unavailable | Class::NoTerminal | Class::Locked | Class::Cancelled | Class::CodeRejected => 503,
        _ => 500,
    }
}

fn body(product: &Product) -> Zeroizing<String> {
    let credentials = &product.credentials;
    let mut object = json!({
        "AccessKeyId": credentials.access_key_id.as_str(),
        "SecretAccessKey": credentials.secret_access_key.expose_secret(),
        "Token": credentials.session_token.expose_secret(),
        "Expiration": credentials.expiration,
    });
    if let Some(role) = &product.role {
        object["RoleArn"] = role.as_str().into();
    }
    if let Some(account) = &product.whose.account {
        object["AccountId"] = account.as_str().into();
    }
    Zeroizing::new(object.to_string())
}
