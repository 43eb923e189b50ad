//! Waits until a new key is known everywhere. IAM's servers learn of one after another, so that one success proves nothing:
//! the next call may meet another server.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency>

use crate::aws::iam::Iam;
use crate::aws::sts::Sts;
use crate::credentials::SourceKeys;
use crate::error::{Class, Error};
use crate::os::stdio;
use std::time::{Duration, Instant};

/// How many successes in a row are a proof.
const IN_A_ROW: u32 = 5;
/// The pause between two of them.
const PAUSE: Duration = Duration::from_millis(200);
/// The pause after a server that does not know the key.
const LONGER: Duration = Duration::from_secs(1);
/// How long it is waited for in all; most are known everywhere in ten seconds.
const PATIENCE: Duration = Duration::from_mins(2);

/// Signs with the key until STS, and then IAM, has taken it several times in a row. No code and no permission is needed.
pub async fn prove(sts: &Sts, iam: &Iam, user: &str, keys: &SourceKeys) -> Result<(), Error> {
    let deadline = Instant::now() + PATIENCE;
    let mut told = false;
    let mut row = 0;
    while row < IN_A_ROW {
        let known = match sts.caller(keys).await {
            Ok(_) => is_known_to_iam(iam, user, keys, row).await?,
            Err(error) if error.has_dead_keys() => false,
            Err(error) => return Err(error),
        };
        row = if known { row + 1 } else { 0 };
        if !known && !std::mem::replace(&mut told, true) {
            stdio::say_why_we_wait(&format!(
                "aws-auth: waiting until AWS knows the new key {} everywhere",
                keys.access_key_id
            ));
        }
        if Instant::now() > deadline {
            return Err(Error::new(
                Class::Unavailable,
                format!("the new key {} is not known everywhere", keys.access_key_id),
            )
            .because(format!("some of AWS's servers still refuse it after {} seconds", PATIENCE.as_secs()))
            .hint("both keys are good and kept: run aws-auth rotate again in some minutes, and it goes on"));
        }
        tokio::time::sleep(if known { PAUSE } else { LONGER }).await;
    }
    Ok(())
}

/// Whether IAM takes the key too, asked at the last success only. To be denied is to be known.
async fn is_known_to_iam(iam: &Iam, user: &str, keys: &SourceKeys, row: u32) -> Result<bool, Error> {
    if row + 1 < IN_A_ROW {
        return Ok(true);
    }
    match iam.access_keys(keys, user).await {
        Ok(_) => Ok(true),
        Err(error) if error.has_dead_keys() => Ok(false),
        Err(error) if error.class() == Class::Denied => Ok(true),
        Err(error) => Err(error),
    }
}
