//! What a proxy says when it opens no tunnel, and what a person can do about it.

use crate::output::shell::Shell;
use crate::text::quote;
use std::fmt;

/// What a proxy did in place of a tunnel.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub(super) proxy: String,
    pub(super) variable: &'static str,
    pub(super) answer: Answer,
}

/// What it answered.
#[derive(Clone, Debug)]
pub(super) enum Answer {
    /// An HTTP status and its reason.
    Status(u16, String),
    /// There is nobody to answer.
    Nobody(String),
    /// Nothing that says something.
    Nothing,
}

impl Refusal {
    /// Whether it may be otherwise in a moment: the proxy has trouble of its own, or with what is behind it.
    #[must_use]
    pub const fn is_passing(&self) -> bool {
        matches!(self.answer, Answer::Status(200 | 429 | 502..=504, _) | Answer::Nobody(_) | Answer::Nothing)
    }

    /// What a person can do.
    #[must_use]
    pub fn hint(&self) -> String {
        match &self.answer {
            Answer::Status(407, _) => format!("check the user and the password in {}", self.variable),
            Answer::Status(300..=399 | 511, _) => {
                "the network wants a sign-in first: open any page in a browser, then run this again".into()
            }
            Answer::Status(401 | 403 | 405, _) => {
                format!(
                    "ask whoever runs the proxy to let this host through, or pass it by with NO_PROXY or another {}",
                    self.variable
                )
            }
            Answer::Status(..) | Answer::Nothing => "wait a little, then run this again".into(),
            Answer::Nobody(_) => format!("check {}, or {}", self.variable, Shell::unset(&[self.variable])),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { proxy, answer, .. } = self;
        match answer {
            // What was refused a moment ago.
            Answer::Status(200, _) | Answer::Nothing => write!(f, "{proxy} gave no tunnel"),
            Answer::Status(status, reason) if reason.is_empty() => write!(f, "{proxy} answered {status} to CONNECT"),
            Answer::Status(status, reason) => write!(f, "{proxy} answered {status} {reason} to CONNECT"),
            Answer::Nobody(why) if why.is_empty() => write!(f, "{proxy} cannot be reached"),
            Answer::Nobody(why) => write!(f, "{proxy} cannot be reached: {}", quote(why)),
        }
    }
}

impl std::error::Error for Refusal {}
