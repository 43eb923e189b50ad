//! The account that is expected: a role's ARN that somebody has changed in a shared store leads to another one.
//!
//! Each profile speaks of where it leads itself: to its role's account, else to that of its keys. A flag and a variable
//! speak of where the caller ends. All of them count.

use super::check;
use super::options::ACCOUNT;
use super::said::{Found, Said, typed};
use crate::aws_files::Files;
use crate::cli::Request;
use crate::credentials::{Account, RoleArn};
use crate::error::{Class, Error};
use crate::text::quote;

/// Which accounts are expected, and where that is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expected {
    /// Of the credentials that come of it.
    pub end: Vec<(Account, String)>,
    /// Of the keys below the roles.
    pub source: Vec<(Account, String)>,
}

impl Expected {
    /// What the command line, the environment, the selected profile and the one with the keys say.
    pub fn gather(request: &Request, said: &mut Said<'_>) -> Result<Self, Error> {
        let profiles = said.profiles();
        let of_profile = |name: Option<&str>| name.and_then(|name| said.of_profile(&ACCOUNT, name));
        let selected = of_profile(profiles.selected());
        let leaf = profiles.leaf().filter(|leaf| profiles.selected() != Some(leaf));
        let leaf = of_profile(leaf.filter(|leaf| !profiles.with_roles().any(|name| name == *leaf)));
        let end = typed(&ACCOUNT, request.account.as_ref())?.into_iter().chain(selected);
        let this = Self { end: accounts(end)?, source: accounts(leaf.into_iter())? };
        for (_, place) in this.end.iter().chain(&this.source) {
            said.note(ACCOUNT.name, place.clone());
        }
        Ok(this)
    }

    /// What the profile `name` says of its own role.
    pub fn of_profile(said: &Said<'_>, name: &str) -> Result<Self, Error> {
        Ok(Self { end: accounts(said.of_profile(&ACCOUNT, name).into_iter())?, source: Vec::new() })
    }

    /// What the environment says, and a profile that may not be there yet, of where they will lead.
    pub fn of_new(files: &Files, name: &str) -> Result<Self, Error> {
        let of_profile = ACCOUNT.keys.iter().find_map(|key| {
            let value = files.get(name, key)?.to_owned();
            Some(Found { value, place: format!("{key} of the profile \"{}\"", quote(name)) })
        });
        Ok(Self { end: accounts(typed(&ACCOUNT, None)?.into_iter().chain(of_profile))?, source: Vec::new() })
    }

    /// Whether any account will do.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.end.is_empty() && self.source.is_empty()
    }

    /// Refuses a role of another account.
    pub fn check_role(&self, role: &RoleArn) -> Result<(), Error> {
        self.check_end(role.account(), role.as_str())
    }

    /// Refuses `what` comes of it in another account.
    pub fn check_end(&self, account: &str, what: &str) -> Result<(), Error> {
        compare(&self.end, account, what)
    }

    /// Refuses keys of another account, which `what` shows.
    pub fn check_source(&self, account: &str, what: &str) -> Result<(), Error> {
        compare(&self.source, account, what)
    }
}

fn compare(expected: &[(Account, String)], account: &str, what: &str) -> Result<(), Error> {
    let Some((other, place)) = expected.iter().find(|(expected, _)| expected.as_str() != account) else {
        return Ok(());
    };
    Err(Error::new(Class::Config, format!("{what} is in the account {account}"))
        .because(format!("{place} expects the account {other}"))
        .hint(format!("if {account} is right, correct {place}; if not, see who has changed the role or the device")))
}

fn accounts(found: impl Iterator<Item = Found>) -> Result<Vec<(Account, String)>, Error> {
    found.map(|found| account(&found)).collect()
}

fn account(found: &Found) -> Result<(Account, String), Error> {
    let account = Account::new(&found.value);
    account.map(|account| (account, found.place.clone())).map_err(|problem| {
        // Before it was the expected AWS account, the name was that of a parameter of op.
        check::refused("the expected account", &found.place, problem)
            .hint("write twelve digits, as in 111122223333; 1Password's account is called aws_auth_op_account")
    })
}
