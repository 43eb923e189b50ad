//! The run: settings, then the manager, then the code, then STS. Data goes one way, and nothing is printed before the
//! last call has succeeded.

use crate::backend::{Fetch, Item, Wanted};
use crate::credentials::{SourceKeys, TemporaryCredentials, is_session_name_char};
use crate::environment;
use crate::error::{Class, Error};
use crate::mfa::Codes;
use crate::os::tty::{Absent, Terminal};
use crate::os::{guard, stdio};
use crate::output::Product;
use crate::plan::{Step, plan};
use crate::profile::Profiles;
use crate::settings::{Role, Roles, Settings, Source};
use crate::source;
use crate::sts::{Endpoint, Sts, connector};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use std::sync::Arc;
use std::time::Duration;

/// How long an idle connection is trusted to stay open. STS does not say; load balancers close at 60 seconds or less.
const IDLE: Duration = Duration::from_secs(20);

/// Gets temporary credentials.
pub async fn run(settings: Settings, profiles: &Profiles) -> Result<Product, Error> {
    if let Some(notice) = &settings.notice {
        stdio::say(notice);
    }
    let terminal = if settings.may_ask { Terminal::open().map(Arc::new) } else { Err(Absent::NoTerminal) };
    if let Ok(terminal) = &terminal {
        guard::remember(terminal);
    }
    // Reading the system's certificates takes as long as a small manager does.
    let connector = std::thread::spawn(connector);
    let connector =
        move || connector.join().unwrap_or_else(|_| Err(crate::error::internal("the HTTP client could not be made")));
    let (item, connector) = gather(&settings, profiles, terminal.as_deref().ok(), connector).await?;

    let serial = settings.mfa_serial.clone().or(item.mfa_serial);
    if serial.is_none() && settings.token_code.is_some() {
        return Err(Error::new(Class::Config, "there is a token code and no MFA device")
            .because("neither an option, nor the profile, nor the manager's item names one")
            .hint("add --serial-number with your device's ARN, as shown by: aws iam list-mfa-devices"));
    }
    let roles = match &settings.roles {
        Roles::Given(roles) => roles.clone(),
        Roles::OfItem(role) => item.role_arn.into_iter().map(|arn| Role { arn, settings: role.clone() }).collect(),
    };
    let region = settings.region_for(serial.as_ref(), roles.first().map(|role| &role.arn));
    let steps = plan(&item.keys, serial.as_ref(), roles, settings.session_seconds)?;
    let endpoint = Endpoint::new(region.clone())?;
    if let Some(url) = endpoint.given() {
        stdio::say(&format!("aws-auth: asking {}, which the environment names", crate::text::quote(url)));
    }
    let codes =
        serial.map(|serial| Codes::new(serial, settings.token_code, terminal, settings.may_ask, settings.hide_code));
    let credentials = walk(&Sts::new(connector, endpoint), item.keys, &steps, codes).await?;
    Ok(Product { credentials, region: settings.export_region.then_some(region) })
}

/// The keys, and what stands beside them that is not known already.
async fn gather(
    settings: &Settings,
    profiles: &Profiles,
    terminal: Option<&Terminal>,
    connector: impl FnOnce() -> Result<SharedHttpConnector, Error>,
) -> Result<(Item, SharedHttpConnector), Error> {
    match &settings.source {
        Source::Backend { name, item, params } => {
            let wanted = Wanted {
                mfa_serial: settings.mfa_serial.is_none(),
                role_arn: matches!(settings.roles, Roles::OfItem(_)),
            };
            let item = Fetch::new(name, item.as_deref(), params, terminal)?.item(wanted)?;
            Ok((item, connector()?))
        }
        Source::Sdk { profile } => {
            source::refuse_loop(profiles)?;
            let connector = connector()?;
            let region = settings.region_for(settings.mfa_serial.as_ref(), None);
            let keys = source::keys(profile.as_deref(), &region, connector.clone()).await?;
            Ok((Item { keys, mfa_serial: None, role_arn: None }, connector))
        }
    }
}

/// Makes the calls, each with the credentials of the one before.
async fn walk(
    sts: &Sts,
    keys: SourceKeys,
    steps: &[Step],
    mut codes: Option<Codes>,
) -> Result<TemporaryCredentials, Error> {
    let mut keys = keys;
    let mut last = Err(crate::error::internal("there was nothing to ask STS for"));
    for step in steps {
        let got = match codes.take() {
            Some(taken) if step.needs_code() => {
                let (got, back) = with_code(sts, &keys, step, taken).await?;
                codes = Some(back);
                got
            }
            back => {
                codes = back;
                call(sts, &keys, step, None).await?
            }
        };
        keys = got.as_source();
        last = Ok(got);
    }
    last
}

/// Makes one call with a code; asks for another while AWS refuses it and the person may try again.
async fn with_code(
    sts: &Sts,
    keys: &SourceKeys,
    step: &Step,
    mut codes: Codes,
) -> Result<(TemporaryCredentials, Codes), Error> {
    loop {
        let code = if let Some(code) = codes.take_given() {
            code
        } else {
            // The prompt blocks a thread of its own; meanwhile the connection is opened, and kept open. It is not
            // stopped afterwards: a connection half opened would be lost.
            tokio::spawn(keep_warm(sts.clone()));
            let asked = tokio::task::spawn_blocking(move || {
                let code = codes.ask();
                (codes, code)
            });
            let (back, code) = asked.await.map_err(|_| crate::error::internal("the prompt ended without an answer"))?;
            codes = back;
            code?
        };
        match call(sts, keys, step, Some((codes.serial(), &code))).await {
            Ok(got) => return Ok((got, codes)),
            Err(error) if codes.refused(code, &error) => {}
            Err(error) => return Err(error),
        }
    }
}

/// Opens the connection, and again before a server closes it for being idle.
async fn keep_warm(sts: Sts) {
    loop {
        sts.warm().await;
        tokio::time::sleep(IDLE).await;
    }
}

async fn call(
    sts: &Sts,
    keys: &SourceKeys,
    step: &Step,
    mfa: crate::sts::Mfa<'_>,
) -> Result<TemporaryCredentials, Error> {
    match step {
        Step::Session { seconds, .. } => sts.session_token(keys, *seconds, mfa).await,
        Step::Role { role, .. } => {
            let name = match &role.settings.session_name {
                Some(name) => name.clone(),
                None => user_name()?,
            };
            sts.assume_role(keys, &role.arn, &name, &role.settings, mfa).await
        }
    }
}

/// The name that CloudTrail shows: `$USER`, as the original took it, else the user's name by number, as cron sets none.
fn user_name() -> Result<String, Error> {
    let name = match environment::text("USER")? {
        Some(name) => name,
        None => crate::backend::command::user_name().unwrap_or_default(),
    };
    let clean: String = name.chars().map(|c| if is_session_name_char(c) { c } else { '-' }).take(64).collect();
    Ok(if clean.len() < 2 { "aws-auth".into() } else { clean })
}
