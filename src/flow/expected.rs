//! The expected account, checked before a code is spent: a role's and a device's by their ARNs, keys without either by
//! asking AWS whose they are. What AWS answers afterwards is of the same account, or is refused where it is read.

use super::run::Run;
use crate::aws::Network;
use crate::credentials::{MfaSerial, SourceKeys};
use crate::error::{Class, Error};
use crate::sessions::{Entry, Key};
use crate::settings::Role;

impl Run<'_> {
    /// Refuses what leads to another account than the expected one. `serial` is the device whose code AWS takes, or has
    /// taken, for the keys.
    pub(super) async fn check_account(
        &self,
        keys: &SourceKeys,
        serial: Option<&MfaSerial>,
        roles: &[Role],
        network: &mut Network,
    ) -> Result<(), Error> {
        let expected = &self.settings.expected;
        if let Some(role) = roles.last() {
            expected.check_role(&role.arn)?;
        }
        let ends_with_the_keys = roles.is_empty() && !expected.end.is_empty();
        if !ends_with_the_keys && expected.source.is_empty() {
            return Ok(());
        }
        let device = serial.and_then(|serial| Some((serial.account()?.to_owned(), serial.to_string())));
        let (account, what) = if let Some(device) = device {
            device
        } else {
            let caller = self.sts(serial, roles.first(), network)?.caller(keys).await?;
            (caller.account().to_owned(), caller.to_string())
        };
        expected.check_source(&account, &what)?;
        if ends_with_the_keys { expected.check_end(&account, &what) } else { Ok(()) }
    }

    /// What is kept of what is wanted, and of the expected account: of another one it is not taken.
    pub(super) async fn kept_and_expected(&self, key: &Key, network: &mut Network) -> Result<Option<Entry>, Error> {
        let Some(entry) = self.kept(key) else { return Ok(None) };
        let expected = &self.settings.expected;
        if let Some(role) = &entry.role {
            let source = entry.serial.as_ref().and_then(MfaSerial::account);
            let fits = source.is_none_or(|account| expected.check_source(account, "").is_ok());
            return Ok((fits && expected.check_role(role).is_ok()).then_some(entry));
        }
        match self.check_account(&entry.credentials.as_source(), entry.serial.as_ref(), &[], network).await {
            Ok(()) => Ok(Some(entry)),
            Err(error) if error.class() == Class::Config => Ok(None),
            Err(error) => Err(error),
        }
    }
}
