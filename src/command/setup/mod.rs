//! `aws-auth setup`: a key into a password manager, its MFA device found, a profile that leads to both, and the proof.
//!
//! Whatever ends it, what is there is as it was or whole, and running it again goes on where it ended: what is already as
//! wanted is left alone.

mod ahead;
mod device;
mod given;
mod keep;
mod kept;
mod last;
mod plaintext;
mod profile;

use super::{fetch, told};
use crate::aws::Network;
use crate::aws_files::Files;
use crate::backend::params;
use crate::backend::write::{New, Store};
use crate::cli::{Request, Setup};
use crate::credentials::{MfaSerial, Partition, Problem, RoleArn};
use crate::error::{Class, Error};
use crate::os::tty::{Terminal, has_windows};
use crate::os::{environment, guard, runtime, stdio};
use crate::output;
use crate::settings::{self, Expected, is_region};
use device::Device;
use profile::Profile;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Does it all, and says how to use it.
pub fn run(setup: &Setup) -> Result<(), Error> {
    let terminal = Terminal::open().ok().map(Arc::new);
    if let Some(terminal) = &terminal {
        guard::remember(terminal);
    }
    let terminal = terminal.filter(|_| !setup.no_input);
    let quiet = terminal.is_none() && (setup.no_input || !has_windows());
    let params = params::of_flags(&setup.params)?;
    check_section(&params)?;
    let store = Store::open_new(&setup.from, setup.item.as_deref(), &params, terminal.clone(), quiet)?;
    // Before anything is typed in vain.
    store.check_installed()?;
    let files = Files::read()?;
    let plan = plan(setup, &store)?;
    let role = setup.role_arn.as_deref().map(|arn| settings::role_arn(arn, "the ARN after --role-arn")).transpose()?;
    let serial = setup.serial_number.as_deref();
    let serial = serial.map(|serial| settings::mfa_serial(serial, "what is after --serial-number")).transpose()?;
    check_code(setup)?;
    let expected = Expected::of_new(&files, &plan.name)?;
    plan.agree(&files, terminal.as_deref(), setup.yes)?;
    let given = given::take(setup.import.as_deref(), &files, terminal.as_deref())?;
    let (role, serial) = (role.or_else(|| given.role_arn.clone()), serial.or_else(|| given.mfa_serial.clone()));
    let device = runtime::wait(check(setup, &expected, &given, role.as_ref(), serial, terminal.as_deref()))?;
    let given::Given { keys, left, .. } = given;
    let new = New { keys: &keys, mfa_serial: device.serial(), role_arn: role.as_ref() };
    let replaced = keep::keep(&store, new, terminal.as_deref(), setup.yes)?;
    kept::forget(setup, &store, replaced.as_ref())?;
    let id = keys.access_key_id.clone();
    // The proof reads the manager, and may wait for a code.
    drop(keys);
    plan.write(&files)?;
    ahead::warn(&plan, store.manifest(), device.serial(), role.as_ref());
    prove(setup, &plan, &device)?;
    if files.keys_of(&plan.name).is_some() && !matches!(&left, given::Left::Profile(name) if *name == plan.name) {
        stdio::say(&format!(
            "aws-auth: warning: there is a key of the same name in ~/.aws/credentials, which the AWS CLI takes in the place of this one: see [{}]",
            plan.name
        ));
    }
    plaintext::offer(&left, &id, &plan.name, &files, terminal.as_deref())?;
    last::warn_of_path();
    output::print(last::lines(&plan.name))
}

/// The profile that is to lead to the item.
fn plan(setup: &Setup, store: &Store) -> Result<Profile, Error> {
    let name = setup.profile.clone().unwrap_or_else(|| {
        let last = store.entry().rsplit('/').find(|part| !part.is_empty()).unwrap_or_default();
        // No command takes a name that looks like a flag.
        last.replace(' ', "-").trim_start_matches('-').to_owned()
    });
    let mut settings = vec![("aws_auth_from".to_owned(), setup.from.clone())];
    settings.push(("aws_auth_item".to_owned(), store.entry().to_owned()));
    let given = params::of_flags(&setup.params)?;
    let known = store.params();
    // Such as that there is none.
    let others = given.iter().filter(|(name, _)| !known.contains_key(*name));
    let others: Vec<_> = others.map(|(name, value)| (name.clone(), value.clone())).collect();
    let known = known.into_iter().filter(|(name, value)| given.contains_key(name) || is_of_address(setup, value));
    settings.extend(known.chain(others).map(|(name, value)| (format!("aws_auth_{name}"), value)));
    if let Some(region) = &setup.region {
        if !is_region(region) {
            return Err(refused("--region", Problem::Shape("a region's name like eu-west-1"))
                .hint("write it as AWS does, as in: --region eu-west-1"));
        }
        settings.push(("region".to_owned(), region.clone()));
    }
    settings.push(("credential_process".to_owned(), format!("aws-auth credential-process --profile {name}")));
    profile::plan(name, settings)
}

/// Refuses the one parameter that every manager is read with, and none is written with.
fn check_section(params: &BTreeMap<String, String>) -> Result<(), Error> {
    if !params.contains_key(params::SECTION) {
        return Ok(());
    }
    Err(Error::new(Class::Usage, format!("setup takes no --param {}", params::SECTION))
        .because("it writes whole items, and makes no sections in them")
        .hint("name an item of its own for this key: add --item NAME"))
}

/// Refuses a code that cannot be one, which would be told only when all is kept.
fn check_code(setup: &Setup) -> Result<(), Error> {
    match setup.token_code.as_deref() {
        Some("-") if setup.import.as_deref() == Some("-") => {
            Err(Error::new(Class::Usage, "the key and the token code cannot both come from standard input")
                .hint("give the code itself after --token-code, or leave the flag out to be asked"))
        }
        None | Some("-") => Ok(()),
        Some(code) => settings::typed_code(code).map(drop),
    }
}

/// Whether a parameter was a part of the item's address.
fn is_of_address(setup: &Setup, value: &str) -> bool {
    setup.item.as_deref().is_some_and(|item| item.contains("://") && item.contains(value))
}

/// Asks AWS whose the key is, before anything is stored, and refuses what leads to another account than the expected one;
/// asks for the device too, where nobody has named it.
async fn check(
    setup: &Setup,
    expected: &Expected,
    given: &given::Given,
    role: Option<&RoleArn>,
    serial: Option<MfaSerial>,
    terminal: Option<&Terminal>,
) -> Result<Device, Error> {
    let mut network = Network::new(&settings::Reach::of_environment()?);
    let sts = network.sts(region(setup, role, serial.as_ref())?)?;
    let caller = sts.caller(&given.keys).await?;
    stdio::say(&format!("aws-auth: the access key {} is of {caller}", given.keys.access_key_id));
    match role {
        Some(role) => expected.check_role(role)?,
        None => expected.check_end(caller.account(), &caller.to_string())?,
    }
    if caller.is_root() {
        stdio::say(
            "aws-auth: warning: these are the keys of the account's root, which no policy limits: make an IAM user, and delete them",
        );
    }
    if let Some(serial) = serial {
        return Ok(Device::Is(serial));
    }
    device::find(&mut network, &given.keys, &caller, terminal).await
}

fn region(setup: &Setup, role: Option<&RoleArn>, serial: Option<&MfaSerial>) -> Result<String, Error> {
    if let Some(region) = &setup.region {
        return Ok(region.clone());
    }
    for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        if let Some(region) = environment::text(name)?.filter(|region| is_region(region)) {
            return Ok(region);
        }
    }
    let partition = role.map(RoleArn::partition).or_else(|| serial.and_then(MfaSerial::partition));
    Ok(partition.unwrap_or_else(|| Partition::of_region("")).default_region().to_owned())
}

/// Gets credentials in the way of every run from now on, but for variables that come before the profile. Where a code is
/// needed and nobody gives one, it says so.
fn prove(setup: &Setup, profile: &Profile, device: &Device) -> Result<(), Error> {
    let (from, item, params) = profile.flags();
    let request = Request {
        profile: Some(profile.name.clone()),
        from,
        item,
        params,
        token_code: setup.token_code.clone(),
        token_from: setup.token_from.clone(),
        no_input: setup.no_input,
        ..Request::default()
    };
    let (mut settings, profiles) = fetch::settings(&request, settings::LEAST_TTL)?;
    settings.no_mfa_is_told = matches!(device, Device::Lacking);
    ahead::leave_out(&mut settings, &profiles, device.serial());
    let got = match runtime::wait(fetch::get(&settings, &profiles)) {
        Err(error) if error.class() == Class::NoTerminal => {
            let why = error.why().unwrap_or_default();
            stdio::say(&format!(
                "aws-auth: it was not tried, as a code is needed and {why}; give one with --token-code or --token-from, or try it with: aws-auth --profile {}",
                profile.name
            ));
            return Ok(());
        }
        got => got?,
    };
    if let Some(got) = got {
        let role = got.product.role.as_ref().map_or_else(|| "a session".to_owned(), ToString::to_string);
        let credentials = &got.product.credentials;
        let ends = credentials.expiration.as_deref().map(|ends| told::until(ends, Some(credentials.left)));
        stdio::say(&format!("aws-auth: it works: {role}, {}", ends.unwrap_or_default()));
    }
    Ok(())
}

fn refused(what: &str, problem: Problem) -> Error {
    Error::new(Class::Usage, format!("{what} cannot be used")).because(problem.to_string())
}
