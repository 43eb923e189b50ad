//! One rotation: each step leaves a state that the next run can go on from.

use super::look::{Stand, look};
use super::prove::prove;
use super::record::Record;
use crate::aws::iam::{Iam, Listed};
use crate::aws::sts::Sts;
use crate::backend::write::Store;
use crate::credentials::{AccessKeyId, Caller, SourceKeys};
use crate::error::{Class, Error};
use crate::os::stdio;
use crate::secret::SecretBuffer;
use crate::sessions;
use crate::text::quote;
use std::time::SystemTime;

/// How long the old key stays inactive before the next rotation deletes it: machines whose copy of the store is older find
/// out by an error that can be undone.
const KEPT: u64 = 24 * 3600;

/// One user's key, in one item.
#[derive(Debug)]
pub struct Rotation<'a> {
    /// The manager's store.
    pub store: &'a Store,
    /// The user's STS.
    pub sts: &'a Sts,
    /// Their IAM.
    pub iam: &'a Iam,
    /// Whose the key is.
    pub caller: &'a Caller,
    /// The user's name.
    pub user: &'a str,
    /// The item as it is.
    pub text: &'a SecretBuffer,
    /// The key that it holds.
    pub held: &'a SourceKeys,
    /// What signs the calls.
    pub session: &'a SourceKeys,
}

impl Rotation<'_> {
    /// The user's keys, as AWS lists them.
    pub async fn listed(&self) -> Result<Vec<Listed>, Error> {
        self.iam.access_keys(self.session, self.user).await
    }

    /// Where it stands.
    pub async fn stand(&self, listed: &[Listed], record: Option<&Record>) -> Result<Stand, Error> {
        let Some(other) = listed.iter().find(|key| key.id != self.held.access_key_id) else { return Ok(Stand::Begin) };
        let mut sibling = None;
        let mut used = true;
        if record.is_some_and(|record| record.is_old(&self.held.access_key_id)) {
            sibling = self.sibling()?.map(|keys| keys.access_key_id);
            if sibling.as_ref() != Some(&other.id) {
                used = self.iam.last_used(self.session, &other.id).await?.is_some();
            }
        }
        Ok(look(listed, &self.held.access_key_id, sibling.as_ref(), record, used))
    }

    /// Makes a new key and puts it into the sibling, which is tried first.
    pub async fn create(&self) -> Result<(SourceKeys, Record), Error> {
        let old = &self.held.access_key_id;
        // Nothing is made that could not be kept, and nothing is begun whose item could not be changed in the end.
        self.store.changed(self.store.entry(), self.text.as_bytes(), self.held, self.held)?;
        self.store.probe(self.held)?;
        let mut record = Record::begin(old, self.now());
        record.write(self.caller)?;
        let new = match self.iam.create_access_key(self.session, self.user).await {
            Ok(new) => new,
            Err(error) => {
                // What was refused was not made; what got no answer may have been.
                if error.class() == Class::Denied {
                    Record::forget(self.caller)?;
                }
                return Err(error);
            }
        };
        let kept = self.note_new(&mut record, &new).and_then(|()| self.store.put_beside(&new));
        if let Err(error) = kept {
            return Err(self.take_back(&new, error).await);
        }
        Ok((new, record))
    }

    fn note_new(&self, record: &mut Record, new: &SourceKeys) -> Result<(), Error> {
        record.note_new(&new.access_key_id);
        record.write(self.caller)
    }

    /// A key that cannot be kept is deleted with the credentials that made it, or it would fill the quota.
    async fn take_back(&self, new: &SourceKeys, why: Error) -> Error {
        let id = &new.access_key_id;
        match self.iam.delete_access_key(self.session, self.user, id).await {
            Ok(()) => {
                let _ = Record::forget(self.caller);
                stdio::say(&format!(
                    "aws-auth: the new key {id} could not be kept, and was deleted; the old one goes on"
                ));
            }
            Err(error) => stdio::say(&format!(
                "aws-auth: warning: the new key {id} could not be kept, nor deleted: {}; the next rotate offers to",
                error.reason()
            )),
        }
        why
    }

    /// Proves the new key, and puts it into the item in the place of the old one.
    pub async fn replace(&self, new: &SourceKeys) -> Result<(), Error> {
        prove(self.sts, self.iam, self.user, new).await?;
        let entry = self.store.entry();
        let changed = self.store.change(entry, self.text.as_bytes(), self.held, new);
        if let Err(error) = changed {
            // The old text, if the manager takes it: its key is still good.
            let _ = self.store.put_back(entry, self.text.as_bytes(), Some(self.held));
            let sibling = quote(&self.store.sibling());
            return Err(error.hint(format!(
                "both keys are good; the new one is in \"{sibling}\": run aws-auth rotate again when the manager is well"
            )));
        }
        self.store.say_unrecorded(entry)
    }

    /// Removes the sibling, makes the old key inactive, and forgets the sessions that it has led to. `session` must not
    /// have come from a key that this ends.
    pub async fn retire(&self, old: &AccessKeyId, mut record: Record, has_sibling: bool) -> Result<(), Error> {
        if has_sibling {
            self.store.remove(&self.store.sibling())?;
        }
        self.iam.set_active(self.session, self.user, old, false).await?;
        record.retired = Some(self.now());
        record.write(self.caller)?;
        let _ = sessions::forget_key(old.as_str());
        Ok(())
    }

    /// Deletes the old key for good.
    pub async fn delete(&self, old: &AccessKeyId) -> Result<(), Error> {
        self.iam.delete_access_key(self.session, self.user, old).await?;
        Record::forget(self.caller)
    }

    /// Makes the old key active again.
    pub async fn revive(&self, old: &AccessKeyId) -> Result<(), Error> {
        self.iam.set_active(self.session, self.user, old, true).await
    }

    /// How many seconds an inactive key is kept yet; none where it may go.
    #[must_use]
    pub fn kept_for(&self, since: u64) -> Option<u64> {
        (since + KEPT).checked_sub(self.now()).filter(|left| *left > 0)
    }

    /// The key in the sibling, if there is one.
    pub fn sibling(&self) -> Result<Option<SourceKeys>, Error> {
        let entry = self.store.sibling();
        self.store.read(&entry)?.map(|text| self.store.keys(&entry, text.as_bytes())).transpose()
    }

    /// Seconds since 1970, by AWS's clock.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.sts.clock().of_aws().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
    }
}
