//! What the shell is told of where it is: the account, who one is there, and the profile that led there.
//!
//! Prompts show these, and some evaluate what they show: a value is of plain characters, or is `-`.

use crate::credentials::Whose;

/// What stands for what is not known, or cannot be shown.
pub const NOTHING: &str = "-";
/// The longest value, in characters.
const LONGEST: usize = 128;
/// The account, of twelve digits.
pub const ACCOUNT: &str = "AWSAUTH_ACCOUNT";
/// `role/NAME` or `mfa/NAME`.
pub const IDENTITY: &str = "AWSAUTH_IDENTITY";
/// The profile.
pub const PROFILE: &str = "AWSAUTH_PROFILE";

/// The values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marks {
    account: String,
    identity: String,
    profile: String,
}

impl Marks {
    /// Of credentials that are `whose`, and that `profile` led to, if one was selected.
    #[must_use]
    pub fn new(whose: &Whose, profile: Option<&str>) -> Self {
        let [account, identity, profile] =
            [whose.account.as_deref(), whose.identity.as_deref(), profile].map(|value| plain(value).to_owned());
        Self { account, identity, profile }
    }

    /// The account, where it is known.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        Some(self.account.as_str()).filter(|account| *account != NOTHING)
    }

    /// Names and values, in the order of the table of variables.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, &str); 3] {
        [(ACCOUNT, &self.account), (IDENTITY, &self.identity), (PROFILE, &self.profile)]
    }
}

/// The value if no prompt and no shell can find more in it than a word, else what stands for none.
#[must_use]
pub fn plain(value: Option<&str>) -> &str {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./@:+=,-".contains(&byte);
    let fits = |value: &&str| (1..=LONGEST).contains(&value.len()) && value.bytes().all(is_plain);
    value.filter(fits).unwrap_or(NOTHING)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_that_evaluates_its_text_finds_nothing_in_a_mark() {
        for good in ["dev", "role/a.b@c:d+e=f,g-h_i", "111122223333", &"x".repeat(128)] {
            assert_eq!(plain(Some(good)), good);
        }
        for bad in ["", "a b", "$(id)", "`id`", "%{x%}", "a;b", "a\\b", "a'b", "é", "a\nb", "~", "a!", &"x".repeat(129)]
        {
            assert_eq!(plain(Some(bad)), "-", "{bad}");
        }
        assert_eq!(plain(None), "-");
    }
}
