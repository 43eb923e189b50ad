//! The credentials that are given out: got once for all who ask, and renewed behind their backs.

use super::stock::{Answer, Set, Stock};
use crate::aws_files::Profiles;
use crate::error::{Class, Error, internal};
use crate::flow::{self, Again, Delivery, ItemRole};
use crate::os::moment::Moment;
use crate::os::runtime;
use crate::output::Product;
use crate::settings::Settings;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// What is wanted, and how it is got.
#[derive(Debug)]
pub struct Wish {
    /// What is wanted.
    pub settings: Settings,
    /// The profiles beside it.
    pub profiles: Profiles,
    /// What is known from before.
    pub again: Again,
    /// What to do where a code is needed and nobody can be asked.
    pub hint: Option<&'static str>,
}

impl Wish {
    /// Gets what is wanted. Blocks. A code that was given is spent by that, whatever comes of it.
    pub fn get(&mut self) -> Result<Delivery, Error> {
        let got = runtime::wait(Box::pin(flow::run(&self.settings, &self.profiles, Some(&self.again))));
        self.settings.token_code = None;
        self.settings.notice = None;
        match got {
            Ok(got) if got.product.credentials.expiration.is_none() => Err(endless(&self.settings)),
            Ok(got) => {
                // A person who has typed a code for the session types the next one too, whatever it is used for meanwhile.
                self.again.typed.clone_from(&got.origin.typed);
                self.again.item_role = ItemRole::of(got.product.role.as_ref());
                Ok(got)
            }
            Err(error) if error.class() == Class::NoTerminal => Err(match self.hint {
                Some(hint) => error.hint(hint),
                None => error,
            }),
            Err(error) => Err(error),
        }
    }
}

/// Every program that asks an endpoint wants to know when to ask again.
fn endless(settings: &Settings) -> Error {
    Error::new(Class::Config, format!("the credentials of {} cannot be served", settings.source))
        .because("their source does not tell when they end")
        .hint("export them without a server, as in: aws-auth exec … -- COMMAND")
}

/// Credentials, on demand.
#[derive(Debug)]
pub struct Supply {
    /// Taken while new ones are got: one gets for all.
    wish: Mutex<Wish>,
    stock: Mutex<Stock>,
    /// Changes whenever a try is over.
    over: watch::Sender<()>,
}

impl Supply {
    /// Begins with what was got before.
    #[must_use]
    pub fn new(wish: Wish, set: Set) -> Arc<Self> {
        Arc::new(Self { wish: Mutex::new(wish), stock: Mutex::new(Stock::new(set)), over: watch::Sender::new(()) })
    }

    /// Credentials that are good now: at once if there are any, else when they are there, or cannot be had.
    pub async fn get(self: &Arc<Self>) -> Result<Arc<Product>, Error> {
        let mut over = self.over.subscribe();
        loop {
            {
                let mut stock = self.stock();
                match stock.answer(Moment::now()) {
                    Answer::Give(product) => return Ok(product),
                    Answer::Refuse(error) => return Err(error),
                    Answer::Wait => {}
                    Answer::Get => self.begin(&mut stock, false),
                }
            }
            over.changed().await.map_err(|_| internal("getting credentials ended without an answer"))?;
        }
    }

    /// Renews them before they end, for as long as the process lives.
    pub async fn keep_up(self: Arc<Self>) {
        loop {
            let pause = {
                let mut stock = self.stock();
                let now = Moment::now();
                if let Some(silent) = stock.due(now) {
                    self.begin(&mut stock, silent);
                }
                stock.look(now)
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// What there is, for those who want to know about it.
    pub fn stock(&self) -> MutexGuard<'_, Stock> {
        self.stock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins to get new ones. Managers and prompts block, so they have a thread of their own, and requests are answered
    /// meanwhile.
    fn begin(self: &Arc<Self>, stock: &mut Stock, silent: bool) {
        stock.begin(silent);
        let supply = Arc::clone(self);
        tokio::spawn(async move {
            let trying = Arc::clone(&supply);
            let got = tokio::task::spawn_blocking(move || {
                let mut wish = trying.wish.lock().unwrap_or_else(PoisonError::into_inner);
                wish.again.silent = silent;
                wish.get().map(|got| Set::new(got.product, got.origin.kept, wish.settings.min_ttl))
            });
            let got = got.await.unwrap_or_else(|_| Err(internal("getting credentials ended without an answer")));
            supply.stock().end(got, Moment::now());
            supply.over.send_replace(());
        });
    }
}
