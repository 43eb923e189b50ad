//! The metadata service of an EC2 instance, by its second version: a token, the role's name, the role's keys.
//!
//! It answers in milliseconds where there is one, and nothing does elsewhere: so it gets one second for all of it, once.
//! Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html>,
//! <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html>

use super::asking::{self, ask};
use super::found::Found;
use crate::aws::Network;
use crate::aws_files::Profiles;
use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::shell::Shell;
use crate::settings::Provider;
use crate::text::{quote, quote_url};
use std::time::Duration;

/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(1);
const ROLES: &str = "latest/meta-data/iam/security-credentials/";
const DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
const ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
const MODE: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";

/// Whether nobody may ask it.
pub fn is_disabled() -> Result<bool, Error> {
    Ok(environment::text(DISABLED)?.is_some_and(|value| value.trim().eq_ignore_ascii_case("true")))
}

/// Asks it.
pub async fn keys(profiles: &Profiles, network: &mut Network) -> Result<Found, Error> {
    let none = |why: &str| Error::new(Class::Value, format!("{} gave no AWS keys", Provider::Instance)).because(why);
    if is_disabled()? {
        return Err(none(&format!("{DISABLED} forbids to ask it")).hint(Shell::unset(&[DISABLED])));
    }
    let base = base(profiles)?;
    let connector = network.connector()?;
    let asked = tokio::time::timeout(PATIENCE, async {
        let lasting = [("x-aws-ec2-metadata-token-ttl-seconds", "60")];
        let token = ask(&connector, "PUT", &format!("{base}latest/api/token"), &lasting).await?;
        let token = [("x-aws-ec2-metadata-token", token.as_str())];
        let roles = ask(&connector, "GET", &format!("{base}{ROLES}"), &token).await?;
        let role = roles.lines().next().map(str::trim).filter(|role| !role.is_empty());
        let role = role.ok_or("this instance has no role")?;
        let answer = ask(&connector, "GET", &format!("{base}{ROLES}{role}"), &token).await?;
        asking::keys(&answer)
    });
    let late = || Err(format!("{} gave no answer within {} second", quote_url(&base), PATIENCE.as_secs()));
    let answer = asked.await.unwrap_or_else(|_| late());
    let (keys, ends) = answer.map_err(|why| none(&quote(&why)).hint(Provider::Instance.hint()))?;
    Found::given(keys, ends, &Provider::Instance)
}

/// Where it is, with a `/` at the end.
fn base(profiles: &Profiles) -> Result<String, Error> {
    let said = |variable: &str, key: &str| {
        Ok::<_, Error>(environment::text(variable)?.or_else(|| profiles.inherited(key).map(str::to_owned)))
    };
    if let Some(url) = said(ENDPOINT, "ec2_metadata_service_endpoint")? {
        return Ok(format!("{}/", url.trim_end_matches('/')));
    }
    let mode = said(MODE, "ec2_metadata_service_endpoint_mode")?;
    let is_new = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("ipv6"));
    Ok(if is_new { "http://[fd00:ec2::254]/" } else { "http://169.254.169.254/" }.to_owned())
}
