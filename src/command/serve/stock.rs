//! When what is given out is got anew, and whether somebody may be asked for it. Nothing here waits for anything.
//!
//! What there is, is given out until it ends: whoever asks may have no other. It is renewed by our own clock, well before
//! an SDK would ask for other credentials, and without asking anybody; if that cannot be, a person is asked once, shortly
//! before the end, and after it when a program wants credentials. Failures are tried again after pauses that grow, one for
//! all who ask.

use crate::error::{Class, Error};
use crate::os::moment::Moment;
use crate::output::Product;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long before the end a person is asked, if one must be: time to find the device, and to finish a sentence.
const ASKING: Duration = Duration::from_mins(5);
/// The pause after the first failure; each further one doubles it.
const PAUSE: Duration = Duration::from_secs(10);
/// The longest pause: somebody may be waiting, and the network may be there again.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// How often the clock is looked at: a machine that has slept, or whose clock was set, is noticed by then.
const LOOK: Duration = Duration::from_secs(10);
/// The same in the last seconds of what does not last minutes.
const SHORT_LOOK: Duration = Duration::from_millis(250);

/// One set of credentials.
#[derive(Debug)]
pub struct Set {
    /// What is given out.
    pub product: Arc<Product>,
    came: Moment,
    /// The same by a clock that may stand still in sleep, and that counts more than whole seconds.
    since: Instant,
    /// With how much left it is to be renewed.
    renew: Duration,
}

impl Set {
    /// A set that came now, to be renewed `min_ttl` before its end. `kept` is one that has lasted a while: of a new one,
    /// which lasts as long as the next, half is used at least.
    #[must_use]
    pub fn new(product: Product, kept: bool, min_ttl: Duration) -> Self {
        let left = product.credentials.left;
        let renew = if kept && left > min_ttl { min_ttl } else { min_ttl.min(left / 2) };
        Self { product: Arc::new(product), came: Moment::now(), since: Instant::now(), renew }
    }

    /// How long it is still good; none if it has ended.
    #[must_use]
    pub fn left(&self, now: Moment) -> Option<Duration> {
        let age = now.since(self.came)?.max(self.since.elapsed());
        self.product.credentials.left.checked_sub(age).filter(|left| !left.is_zero())
    }

    /// How long until it is to be renewed.
    #[must_use]
    pub fn until_renewal(&self, now: Moment) -> Duration {
        self.left(now).unwrap_or_default().saturating_sub(self.renew)
    }
}

/// What came of the last try, if nothing.
#[derive(Debug)]
struct Failure {
    at: Moment,
    /// How many there were without a success between them.
    count: u32,
    /// Whether nobody was to be asked.
    silent: bool,
    error: Error,
}

impl Failure {
    fn is_over(&self, now: Moment) -> bool {
        let pause = PAUSE.saturating_mul(1 << self.count.saturating_sub(1).min(8)).min(LONGEST_PAUSE);
        now.since(self.at).is_none_or(|age| age >= pause)
    }

    /// Whether a person could help.
    const fn wants_a_person(&self) -> bool {
        matches!(self.error.class(), Class::NoTerminal | Class::Locked | Class::Cancelled)
    }
}

/// What is to be done for a program that wants credentials.
#[derive(Debug)]
pub enum Answer {
    /// These are good.
    Give(Arc<Product>),
    /// They are being got: the end of that is to be waited for.
    Wait,
    /// They are to be got now, and somebody may be asked.
    Get,
    /// There are none, for this reason.
    Refuse(Error),
}

/// What there is.
#[derive(Debug, Default)]
pub struct Stock {
    set: Option<Set>,
    failure: Option<Failure>,
    /// Whether new ones are being got, and whether nobody is asked for them.
    trying: Option<bool>,
    /// Whether the clock has had a person asked for what is to follow this set.
    asked: bool,
    /// When the last renewal was over.
    tried: Option<Moment>,
}

impl Stock {
    /// Starts with what was got before.
    #[must_use]
    pub fn new(set: Set) -> Self {
        Self { set: Some(set), ..Self::default() }
    }

    /// What a program gets that asks now.
    #[must_use]
    pub fn answer(&self, now: Moment) -> Answer {
        if let Some(set) = self.set.as_ref().filter(|set| set.left(now).is_some()) {
            return Answer::Give(Arc::clone(&set.product));
        }
        match &self.failure {
            _ if self.trying.is_some() => Answer::Wait,
            Some(failed) if !(failed.is_over(now) || failed.silent && failed.wants_a_person()) => {
                Answer::Refuse(failed.error.clone())
            }
            _ => Answer::Get,
        }
    }

    /// Whether the clock says that it is time to get new ones; and then, whether nobody may be asked. After the end they
    /// are got for programs that ask, and for nobody else.
    #[must_use]
    pub fn due(&mut self, now: Moment) -> Option<bool> {
        let set = self.set.as_ref()?;
        let left = set.left(now).filter(|left| *left <= set.renew && self.trying.is_none())?;
        let failed = self.failure.as_ref();
        if left <= ASKING.min(set.renew / 3) && !self.asked && failed.is_some_and(Failure::wants_a_person) {
            self.asked = true;
            return Some(false);
        }
        failed.is_none_or(|failed| failed.is_over(now)).then_some(true)
    }

    /// How long until the clock is to be looked at again.
    #[must_use]
    pub fn look(&self, now: Moment) -> Duration {
        let Some(set) = &self.set else { return LOOK };
        let within = if set.renew < 3 * LOOK { SHORT_LOOK } else { LOOK };
        match set.until_renewal(now) {
            left if left.is_zero() => within,
            left => left.clamp(SHORT_LOOK, LOOK),
        }
    }

    /// New ones are being got from now on.
    pub const fn begin(&mut self, silent: bool) {
        self.trying = Some(silent);
    }

    /// That is over.
    pub fn end(&mut self, got: Result<Set, Error>, now: Moment) {
        let silent = self.trying.take().unwrap_or_default();
        self.tried = Some(now);
        let count = self.failure.as_ref().map_or(1, |failure| failure.count.saturating_add(1));
        match got {
            Ok(set) => *self = Self { tried: self.tried, ..Self::new(set) },
            Err(error) => self.failure = Some(Failure { at: now, count, silent, error }),
        }
    }

    /// The set, also one that has ended.
    #[must_use]
    pub const fn set(&self) -> Option<&Set> {
        self.set.as_ref()
    }

    /// How long ago the last renewal was over, and why it failed, if it did.
    #[must_use]
    pub fn last(&self, now: Moment) -> Option<(Duration, Option<&Error>)> {
        Some((now.since(self.tried?)?, self.failure.as_ref().map(|failure| &failure.error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credentials::TemporaryCredentials;

    const fn at(seconds: u64) -> Moment {
        Moment { of_day: Duration::from_secs(1000 + seconds), of_machine: Duration::from_secs(seconds) }
    }

    fn set(came: u64, seconds: u64) -> Set {
        let (secret, token) = ("t".repeat(40), "u".repeat(200));
        let left = Duration::from_secs(seconds);
        let end = Some("2038-01-19T03:14:08Z".into());
        let credentials = TemporaryCredentials::new("ASIAIOSFODNN7EXAMPLE", &secret, &token, end, left).unwrap();
        let beside = crate::output::variables::Beside::default();
        let whose = crate::credentials::Whose::default();
        let product = Product { credentials, role: None, whose, profile: None, beside };
        Set { came: at(came), ..Set::new(product, false, Duration::from_mins(15)) }
    }

    fn failed(stock: &mut Stock, class: Class, silent: bool, now: u64) {
        stock.begin(silent);
        stock.end(Err(Error::new(class, "no")), at(now));
    }

    #[test]
    fn s4_what_is_good_is_given_out_whatever_else_happens() {
        let mut stock = Stock::new(set(0, 3600));
        failed(&mut stock, Class::Unavailable, true, 2700);
        stock.begin(true);
        for now in [0, 2640, 2760, 3060, 3360, 3540, 3599] {
            assert!(matches!(stock.answer(at(now)), Answer::Give(_)), "at {now}");
        }
        assert!(matches!(stock.answer(at(3600)), Answer::Wait));
        stock.end(Err(Error::new(Class::Unavailable, "no")), at(3600));
        assert!(matches!(stock.answer(at(3601)), Answer::Refuse(_)));
        assert!(matches!(stock.answer(at(3700)), Answer::Get), "after a pause");
    }

    #[test]
    fn s4_tries_come_after_pauses_that_grow() {
        let mut stock = Stock::new(set(0, 3600));
        assert_eq!(stock.due(at(2699)), None);
        let mut tries = Vec::new();
        for now in 2700..3000 {
            if let Some(silent) = stock.due(at(now)) {
                failed(&mut stock, Class::Unavailable, silent, now);
                tries.push(now - 2700);
            }
        }
        assert_eq!(tries, [0, 10, 30, 70, 130, 190, 250]);
        stock.begin(true);
        stock.end(Ok(set(3000, 3600)), at(3000));
        assert_eq!((stock.due(at(3000)), stock.last(at(3010)).unwrap().1.is_none()), (None, true));
    }

    #[test]
    fn a_person_is_asked_once_by_the_clock_and_then_by_those_who_need_it() {
        let mut stock = Stock::new(set(0, 3600));
        let mut asked = Vec::new();
        for now in 2700..3600 {
            if let Some(silent) = stock.due(at(now)) {
                if !silent {
                    asked.push(now);
                }
                failed(&mut stock, Class::NoTerminal, silent, now);
            }
        }
        assert_eq!(asked, [3300]);
        assert_eq!(stock.due(at(3700)), None, "after the end nobody is asked who does nothing");
        assert!(matches!(stock.answer(at(3700)), Answer::Get));
        failed(&mut stock, Class::Cancelled, false, 3800);
        assert!(matches!(stock.answer(at(3801)), Answer::Refuse(_)), "whoever said no is left alone for a while");
    }

    #[test]
    fn a_slept_hour_counts() {
        let stock = Stock::new(set(0, 3600));
        let woken = Moment { of_day: Duration::from_secs(1000 + 3600), of_machine: Duration::from_secs(5) };
        assert!(matches!(stock.answer(woken), Answer::Get));
    }

    #[test]
    fn short_sets_are_used_for_half_of_their_life_and_kept_ones_until_it_is_time() {
        assert_eq!(set(0, 900).until_renewal(at(0)).as_millis() / 1000, 449);
        let Set { product, .. } = set(0, 1200);
        let product = Arc::into_inner(product).unwrap();
        let left = Set::new(product, true, Duration::from_mins(15)).until_renewal(Moment::now()).as_secs();
        assert!((298..=300).contains(&left), "{left}");
    }
}
