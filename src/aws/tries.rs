//! How often AWS is asked for one thing, and why again.
//!
//! A trouble that AWS answered with passes by itself; so does a connection that could not be opened. What was sent and
//! got no answer is sent again only where it carries no code: AWS may have taken the code.

use super::attempt::Attempt;
use crate::os::stdio;
use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

/// The time for all that happens between a question to AWS and its answer, repetitions included.
pub const DEADLINE: Duration = Duration::from_secs(20);
/// How often a thing is asked for in all.
const MOST: usize = 3;
/// The pause before the second time and before the third; up to a quarter is added, so that many do not come at once.
const PAUSES: [Duration; MOST - 1] = [Duration::from_millis(400), Duration::from_millis(1500)];
/// Somebody who waits for longer is told what for.
const SILENT: Duration = Duration::from_secs(1);

/// Why one try brought nothing, as far as another depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setback {
    /// Not a byte was sent; and whether that may be otherwise in a moment.
    Unsent {
        /// Whether another try is of use.
        passing: bool,
    },
    /// It was sent, or a part of it, and there was no whole answer.
    Lost,
    /// AWS answered with a trouble of its own, which is named as in `503 ServiceUnavailable`.
    Troubled(String),
    /// AWS refused the time of the signature, and told its own.
    Clock,
    /// Another try would bring the same.
    Final,
}

/// The tries so far.
#[derive(Debug)]
pub struct Tries {
    has_code: bool,
    attempts: Vec<Arc<Attempt>>,
    started: Instant,
    trouble: Option<String>,
    corrected: bool,
    told: bool,
}

impl Tries {
    /// None yet, for a request with a code or without.
    #[must_use]
    pub fn new(has_code: bool) -> Self {
        Self { has_code, attempts: Vec::new(), started: Instant::now(), trouble: None, corrected: false, told: false }
    }

    /// Begins another.
    pub fn begin(&mut self) -> Arc<Attempt> {
        let attempt = Arc::<Attempt>::default();
        self.attempts.push(Arc::clone(&attempt));
        attempt
    }

    /// Whether a byte of any of them may have left.
    #[must_use]
    pub fn have_begun(&self) -> bool {
        self.attempts.iter().any(|attempt| attempt.has_begun())
    }

    /// The trouble that AWS answered an earlier one with: whether it took that one's code is not known.
    #[must_use]
    pub fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Whether one was signed again by AWS's time.
    #[must_use]
    pub const fn were_corrected(&self) -> bool {
        self.corrected
    }

    /// Whether there is another one after `setback`, which `whom` gave; waits until its time has come.
    pub async fn again(&mut self, setback: &Setback, whom: &impl Display) -> bool {
        let what = match setback {
            Setback::Clock => return !std::mem::replace(&mut self.corrected, true),
            Setback::Unsent { passing } if *passing => "cannot be reached".into(),
            Setback::Lost if !self.has_code => "gave no whole answer".into(),
            Setback::Troubled(trouble) => {
                self.trouble = Some(trouble.clone());
                format!("answered {trouble}")
            }
            Setback::Unsent { .. } | Setback::Lost | Setback::Final => return false,
        };
        let made = self.attempts.len() - usize::from(self.corrected);
        let Some(pause) = PAUSES.get(made.saturating_sub(1)) else { return false };
        self.wait(*pause, &format!("aws-auth: {whom} {what}: trying again")).await;
        true
    }

    async fn wait(&mut self, pause: Duration, why: &str) {
        let nanos = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().subsec_nanos();
        let pause = pause + pause.mul_f64(f64::from(nanos % 1000) / 4000.0);
        if self.started.elapsed() + pause > SILENT && !std::mem::replace(&mut self.told, true) {
            stdio::say_why_we_wait(why);
        }
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often something is sent that always meets the same.
    fn sent(has_code: bool, setback: &Setback) -> usize {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let mut tries = Tries::new(has_code);
            loop {
                tries.begin();
                if !tries.again(setback, &"a test").await {
                    return tries.attempts.len();
                }
            }
        })
    }

    #[test]
    fn r71_a_lost_answer_is_asked_for_again_without_a_code_only() {
        assert_eq!((sent(true, &Setback::Lost), sent(false, &Setback::Lost)), (1, 3));
    }

    #[test]
    fn r71_a_trouble_that_was_answered_is_got_over_with_a_code_too() {
        let rows = [
            (Setback::Troubled("503".into()), 3),
            (Setback::Unsent { passing: true }, 3),
            (Setback::Unsent { passing: false }, 1),
            (Setback::Clock, 2),
            (Setback::Final, 1),
        ];
        for (setback, times) in rows {
            assert_eq!(sent(true, &setback), times, "{setback:?}");
        }
    }
}
