//! The number of an AWS account.

use super::{Problem, trim};
use std::fmt;

/// Twelve digits.
/// Source: <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-identifiers.html>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account(String);

impl Account {
    /// Accepts twelve digits, also as the console shows them: `1111-2222-3333`.
    pub fn new(value: &str) -> Result<Self, Problem> {
        let value = trim(value);
        let parts: Vec<&str> = value.split('-').collect();
        let is_grouped = parts.len() == 1 || (parts.len() == 3 && parts.iter().all(|part| part.len() == 4));
        let digits = parts.concat();
        if is_grouped && digits.len() == 12 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(digits))
        } else {
            Err(Problem::Shape("an AWS account's twelve digits"))
        }
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_has_twelve_digits() {
        for good in ["111122223333", " 111122223333\n", "1111-2222-3333"] {
            assert_eq!(Account::new(good).unwrap().as_str(), "111122223333");
        }
        for bad in ["", "11112222333", "1111222233334", "11-112222-3333", "my.1password.com", "11112222333x"] {
            assert!(Account::new(bad).is_err(), "{bad}");
        }
    }
}
