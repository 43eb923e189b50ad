//! Which store is used: `AWS_AUTH_STORE`, or the best there is.

use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::shell::Shell;
use crate::text::quote;

const VARIABLE: &str = "AWS_AUTH_STORE";

/// The store that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The kernel's keyring where it gives one, else an agent.
    Best,
    /// The kernel's keyring.
    Keyring,
    /// An agent.
    Agent,
    /// None: nothing is kept.
    Nothing,
}

impl Choice {
    /// What the environment says.
    pub fn of_environment() -> Result<Self, Error> {
        let text = environment::text(VARIABLE)?;
        Self::named(text.as_deref()).ok_or_else(|| {
            let value = quote(text.as_deref().unwrap_or_default());
            Error::new(Class::Config, format!("{VARIABLE} cannot be \"{value}\""))
                .because("the stores are keyring, agent and none")
                .hint(format!("set it to one of these, or {}", Shell::unset(&[VARIABLE])))
        })
    }

    fn named(text: Option<&str>) -> Option<Self> {
        match text {
            None => Some(Self::Best),
            Some("keyring") => Some(Self::Keyring),
            Some("agent") => Some(Self::Agent),
            Some("none") => Some(Self::Nothing),
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_named_or_chosen() {
        let rows = [
            (None, Some(Choice::Best)),
            (Some("keyring"), Some(Choice::Keyring)),
            (Some("agent"), Some(Choice::Agent)),
            (Some("none"), Some(Choice::Nothing)),
            (Some("Agent"), None),
            (Some("file"), None),
        ];
        for (text, expected) in rows {
            assert_eq!(Choice::named(text), expected, "{text:?}");
        }
    }
}
