//! One rotation: each step leaves a state that the next run can go on from.

use super::look::{Stand, look};
use super::prove::prove;
use crate::aws::iam::{Iam, Listed};
use crate::aws::sts::Sts;
use crate::backend::write::{Held, Store};
use crate::credentials::{AccessKeyId, Caller, SourceKeys};
use crate::error::{Class, Error};
use crate::os::stdio;
use crate::sessions::{self, Record};
use crate::text::quote;
use std::time::SystemTime;

/// How long the old key stays inactive before the next rotation deletes it: machines whose copy of the store is older find
/// out by an error that can be undone.
const KEPT: u64 = 24 * 3600;

/// How long we allow AWS to list a new key, in seconds. It says that a change is seen everywhere after some time, and not
/// after how much.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>
const LISTED: u64 = 600;

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
    /// The key that the item holds, and all around it.
    pub held: &'a Held,
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
        let Some(other) = listed.iter().find(|key| key.id != self.held.keys.access_key_id) else {
            return self.check_unlisted(record).map(|()| Stand::Begin);
        };
        let mut sibling = None;
        let mut used = true;
        if record.is_some_and(|record| record.is_old(&self.held.keys.access_key_id)) {
            sibling = self.store.beside()?.map(|keys| keys.access_key_id);
            if sibling.as_ref() != Some(&other.id) {
                used = self.iam.last_used(self.session, &other.id).await?.is_some();
            }
        }
        Ok(look(listed, &self.held.keys.access_key_id, sibling.as_ref(), record, used))
    }

    /// Refuses to begin anew while AWS may not list yet what an interrupted run has made: its only copy is in the sibling.
    fn check_unlisted(&self, record: Option<&Record>) -> Result<(), Error> {
        let recent = record.filter(|it| it.is_old(&self.held.keys.access_key_id) && self.now() < it.begun + LISTED);
        let Some(record) = recent.filter(|it| it.has_new()) else { return Ok(()) };
        match self.store.beside()? {
            Some(keys) if record.is_new(&keys.access_key_id) => {
                let sibling = quote(&self.store.sibling());
                Err(Error::new(Class::Unavailable, format!("AWS does not list the new key {} yet", keys.access_key_id))
                    .because(format!("an interrupted run has made it, and put it into \"{sibling}\""))
                    .hint("run this again in a minute"))
            }
            _ => Ok(()),
        }
    }

    /// Makes a new key and puts it into the sibling, which is tried first.
    pub async fn create(&self) -> Result<(SourceKeys, Record), Error> {
        let old = &self.held.keys.access_key_id;
        // Nothing is made that could not be kept, and nothing is begun whose item could not be changed in the end.
        self.store.check(self.held, &self.held.keys)?;
        self.store.probe(&self.held.keys)?;
        let mut record = Record::begin(old, self.now());
        record.write(self.caller).inspect_err(|_| self.store.drop_probe())?;
        let new = match self.iam.create_access_key(self.session, self.user).await {
            Ok(new) => new,
            Err(error) => {
                self.store.drop_probe();
                // What was refused was not made; what got no answer may have been.
                if error.class() == Class::Denied {
                    Record::forget(self.caller)?;
                }
                return Err(error);
            }
        };
        let kept = self.note_new(&mut record, &new).and_then(|()| self.store.put_in_place_of_probe(&new));
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
                self.store.drop_probe();
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

    /// Proves the key in the sibling, and puts it into the item in the place of the one that is there.
    pub async fn replace(&self, new: &SourceKeys, record: &mut Record) -> Result<(), Error> {
        prove(self.sts, self.iam, self.user, new).await?;
        if let Err(error) = self.store.replace(self.held, new) {
            let sibling = quote(&self.store.sibling());
            return Err(error.hint(format!(
                "both keys are good; the new one is in \"{sibling}\": once that is seen to, run aws-auth rotate again"
            )));
        }
        record.note_new(&new.access_key_id);
        record.placed = true;
        record.write(self.caller)?;
        self.store.say_unrecorded(self.held)
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

    /// Gives up a rotation whose new key no item holds yet.
    pub async fn give_up(&self, new: &AccessKeyId) -> Result<(), Error> {
        // The sibling last: what is in it is of no use without the key, but the key is of none without it.
        self.delete(new).await?;
        self.store.remove(&self.store.sibling())
    }

    /// Makes the old key active again, and puts it back where the store still has it. Whether it had.
    pub async fn undo(&self, old: &AccessKeyId, mut record: Record) -> Result<bool, Error> {
        self.iam.set_active(self.session, self.user, old, true).await?;
        for keys in self.store.earlier(self.held, old)? {
            match prove(self.sts, self.iam, self.user, &keys).await {
                Ok(()) => {}
                // Another secret, of another key.
                Err(error) if error.class() == Class::Denied => continue,
                Err(error) => return Err(error),
            }
            record.undoing = true;
            record.write(self.caller)?;
            let put = if self.held.is_apart() { self.beside(&keys) } else { Ok(()) };
            put.and_then(|()| self.store.replace(self.held, &keys)).map_err(|error| {
                error.hint("both keys are good: once that is seen to, run aws-auth rotate --undo again")
            })?;
            self.undone(&self.held.keys.access_key_id, old)?;
            self.store.say_unrecorded(self.held)?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Puts a key into the sibling, in the place of what an earlier run may have left there.
    fn beside(&self, keys: &SourceKeys) -> Result<(), Error> {
        let sibling = self.store.sibling();
        if self.store.read(&sibling)?.is_some() {
            self.store.remove(&sibling)?;
        }
        self.store.put_beside(keys)
    }

    /// Notes that the item holds the key `old` again, where it held `new` meanwhile.
    pub fn undone(&self, new: &AccessKeyId, old: &AccessKeyId) -> Result<(), Error> {
        Record::back(old, new, self.now()).write(self.caller)?;
        if self.held.is_apart() && self.store.beside()?.is_some() {
            self.store.remove(&self.store.sibling())?;
        }
        Ok(())
    }

    /// How many seconds an inactive key is kept yet; none where it may go.
    #[must_use]
    pub fn kept_for(&self, since: u64) -> Option<u64> {
        (since + KEPT).checked_sub(self.now()).filter(|left| *left > 0)
    }

    /// Seconds since 1970, by AWS's clock.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.sts.clock().of_aws().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
    }
}
