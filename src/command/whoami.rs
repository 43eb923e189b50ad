//! `aws-auth whoami`: asks AWS whom it takes this shell for. No manager is asked, no code and no program.

use super::serve::Running;
use super::told;
use crate::aws::Network;
use crate::cli::Whoami;
use crate::credentials::{Caller, MfaSerial, Partition, RoleArn, SourceKeys};
use crate::error::{Class, Error};
use crate::os::{environment, runtime, stdio};
use crate::output::shell::Shell;
use crate::output::{self, marks};
use crate::sessions::Cache;
use crate::settings::{self, Provider};
use crate::source;
use crate::text::{self, quote};
use serde_json::{Value, json};
use std::time::Duration;

/// Asks, and prints what AWS answers.
pub fn run(whoami: &Whoami) -> Result<(), Error> {
    let as_json = told::is_json(whoami.format.as_deref(), "whoami")?;
    let region = region(whoami.region.as_deref())?;
    let (provider, keys, caller) = runtime::wait(async {
        let mut network = Network::new(&settings::Reach::of_shell()?);
        let found = source::held(&mut network).await?.ok_or_else(nobody)?;
        let caller = network.sts(region.clone())?.caller(&found.1).await.map_err(of_region)?;
        Ok((found.0, found.1, caller))
    })?;
    output::print(if as_json {
        text::json(&object(provider, &keys, &caller)) + "\n"
    } else {
        format!("{}\n", line(provider, &keys, &caller))
    })?;
    warn_of_stale_marks(&caller);
    Ok(())
}

/// Keys that are not known may be those of another partition.
fn of_region(error: Error) -> Error {
    if !error.has_dead_keys() {
        return error;
    }
    error.hint("they have ended or were deleted; or they are of another partition: name a region of it with --region")
}

fn nobody() -> Error {
    Error::new(Class::Value, "this shell holds no AWS credentials")
        .because("neither its variables nor an endpoint that they lead to have any")
        .hint(format!("get some, as in: {}", Shell::typed("aws-auth --from pass")))
}

/// The region whose STS is asked, which programs in this shell would ask too.
fn region(flag: Option<&str>) -> Result<String, Error> {
    for (place, value) in [
        ("--region", flag.map(str::to_owned)),
        ("AWS_REGION", environment::text("AWS_REGION")?),
        ("AWS_DEFAULT_REGION", environment::text("AWS_DEFAULT_REGION")?),
    ] {
        if let Some(value) = value {
            return settings::region(value, place);
        }
    }
    Ok(partition_of_kept().unwrap_or_else(|| Partition::of_region("")).default_region().to_owned())
}

/// The partition of the keys, if an earlier run has kept them: the others do not know them.
fn partition_of_kept() -> Option<Partition> {
    let id = environment::os("AWS_ACCESS_KEY_ID")?;
    let entries = Cache::open(true, Duration::ZERO).ok()?.entries();
    let entry = entries.iter().find(|entry| id == entry.credentials.access_key_id.as_str())?;
    entry.role.as_ref().map(RoleArn::partition).or_else(|| entry.serial.as_ref().and_then(MfaSerial::partition))
}

fn line(provider: Provider, keys: &SourceKeys, caller: &Caller) -> String {
    let kind = if keys.are_temporary() { "temporary" } else { "permanent" };
    let ends = expiration(provider).map(|ends| format!(", {}", told::until(&ends, told::remaining(&ends))));
    let (who, account) = (quote(&caller.identity()), caller.account());
    let server = Running::of_environment().filter(|_| provider == Provider::Container);
    let place = server.map_or_else(|| provider.to_string(), |_| "this shell's server".to_owned());
    format!("{who} in {account}{}\n{caller}\n{kind} key {} of {place}", ends.unwrap_or_default(), keys.access_key_id)
}

fn object(provider: Provider, keys: &SourceKeys, caller: &Caller) -> Value {
    json!({
        "account": caller.account(),
        "identity": caller.identity(),
        "arn": caller.as_str(),
        "access_key_id": keys.access_key_id.to_string(),
        "temporary": keys.are_temporary(),
        "source": if provider == Provider::Environment { "environment" } else { "endpoint" },
        "expiration": expiration(provider),
    })
}

/// When the keys of the environment end, if it says so.
fn expiration(provider: Provider) -> Option<String> {
    if provider != Provider::Environment {
        return None;
    }
    let text = environment::text("AWS_CREDENTIAL_EXPIRATION").ok().flatten()?;
    told::is_moment(&text).then_some(text)
}

/// Somebody has put other keys beside what an earlier run has said of its own.
fn warn_of_stale_marks(caller: &Caller) {
    let said = environment::os(marks::ACCOUNT).and_then(|said| said.into_string().ok());
    if let Some(said) = said.filter(|said| said != caller.account() && said != marks::NOTHING) {
        let name = marks::ACCOUNT;
        stdio::warn(&format!(
            "aws-auth: warning: {name} says {}, which is another account: the keys are not those that aws-auth has set",
            quote(&said)
        ));
    }
}
