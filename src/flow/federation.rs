//! Credentials for the console of a user without a role: one call, signed with the permanent keys.

use super::calls;
use super::run::{Got, Origin, Run};
use crate::aws::Network;
use crate::credentials::{AccessKeyId, Partition, SourceKeys};
use crate::error::{Class, Error};
use crate::os::stdio;
use crate::settings::Federation;
use crate::text::hex;
use ring::digest::{SHA256, digest};

/// The longest name of a federated user.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
const LONGEST: usize = 32;
/// How long the credentials last where nobody says, in seconds.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html>
pub const SECONDS: u32 = 43_200;
/// What tells names apart that were cut: so many hexadecimal digits after a hyphen.
const DIGITS: usize = 6;

impl Run<'_> {
    /// Gets them. Nobody is asked for a code: AWS takes none with this call.
    pub(super) async fn federated(
        &self,
        federation: &Federation,
        keys: &SourceKeys,
        network: &mut Network,
    ) -> Result<Got, Error> {
        federation.check()?;
        if keys.are_temporary() {
            return Err(temporary(&keys.access_key_id));
        }
        stdio::note(
            "aws-auth: the console of a user without a role is without MFA: what a policy allows with MFA only, it refuses",
        );
        let region = self.settings.region_for(None, None);
        let name = federation.narrowed.session_name.clone().unwrap_or_else(calls::session_name);
        let sts = network.sts(region.clone())?;
        let partition = Partition::of_region(&region);
        let credentials = sts.federation_token(keys, &short(&name), federation, &partition).await?;
        let origin = Origin { signs_in: true, ..Origin::default() };
        Ok(Got { credentials, role: None, origin, offer: None })
    }
}

/// Refuses what no console is made of without a role.
#[must_use]
pub fn temporary(id: &AccessKeyId) -> Error {
    Error::new(Class::Config, format!("the access key {id} is temporary"))
        .because("AWS makes a console for a user's permanent keys, or for a role")
        .hint("name a role with --role-arn, or where your permanent keys are with --from")
}

/// A name that fits: a longer one is cut, and ends in what tells it from others that begin alike.
fn short(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let mark = hex(digest(&SHA256, name.as_bytes()).as_ref());
    // All characters of such a name are ASCII.
    format!("{}-{}", &name[..LONGEST - DIGITS - 1], &mark[..DIGITS])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_and_stays_its_own() {
        assert_eq!(short("alice@example.com"), "alice@example.com");
        let (one, other) = (short(&"a".repeat(64)), short(&"a".repeat(63)));
        assert!(one.len() == LONGEST && other.len() == LONGEST && one != other, "{one} {other}");
    }
}
