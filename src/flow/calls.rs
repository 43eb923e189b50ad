//! Makes the planned calls, each signed with what the one before gave.

use super::plan::Step;
use crate::aws::sts::{Mfa, Sts};
use crate::credentials::{SourceKeys, TemporaryCredentials, is_session_name_char};
use crate::error::{Code, Error, internal};
use crate::mfa::Codes;
use crate::os::{environment, user};
use std::borrow::Cow;

/// Makes the calls. Keys of the caller's that are given away are gone after the first. `on_session` gets the session as soon as there is one: a role refused later does not waste the code.
pub async fn make(
    sts: &Sts,
    keys: Cow<'_, SourceKeys>,
    steps: &[Step],
    codes: Option<Codes>,
    mut on_session: impl FnMut(&TemporaryCredentials),
) -> Result<TemporaryCredentials, Error> {
    let (mut keys, mut codes) = (keys, codes);
    let mut last = Err(internal("there was nothing to ask STS for"));
    for step in steps {
        let got = match codes.take() {
            Some(own) if step.needs_code() => {
                let (got, back) = with_code(sts, &keys, step, own).await?;
                codes = Some(back);
                got
            }
            back => {
                codes = back;
                call(sts, &keys, step, None).await?
            }
        };
        if matches!(step, Step::Session { .. }) {
            on_session(&got);
        }
        keys = Cow::Owned(got.as_source());
        last = Ok(got);
    }
    last
}

/// Makes one call with a code; takes another while AWS refuses it and a person may try again.
async fn with_code(
    sts: &Sts,
    keys: &SourceKeys,
    step: &Step,
    mut codes: Codes,
) -> Result<(TemporaryCredentials, Codes), Error> {
    loop {
        let code = if codes.are_at_hand() {
            codes.take()
        } else {
            sts.keep_warm();
            // Asking blocks, so it has a thread of its own.
            let asked = tokio::task::spawn_blocking(move || {
                let code = codes.take();
                (codes, code)
            });
            let (back, code) =
                asked.await.map_err(|_| internal("the question for the code ended without an answer"))?;
            codes = back;
            code
        };
        let code = code?;
        let mfa = Mfa { serial: codes.serial(), code: &code, computed: codes.are_computed() };
        match call(sts, keys, step, Some(mfa)).await {
            Ok(got) => return Ok((got, codes)),
            Err(error) => {
                if error.code() == Code::Unsent {
                    codes.take_back(&code);
                }
                if !codes.may_try_again(&error) {
                    return Err(error);
                }
            }
        }
    }
}

async fn call(sts: &Sts, keys: &SourceKeys, step: &Step, mfa: Option<Mfa<'_>>) -> Result<TemporaryCredentials, Error> {
    match step {
        Step::Session { seconds, .. } => sts.session_token(keys, *seconds, mfa).await,
        Step::Role { role, .. } => {
            let name = role.settings.session_name.clone().unwrap_or_else(session_name);
            sts.assume_role(keys, &role.arn, &name, &role.settings, mfa).await
        }
    }
}

/// The name that CloudTrail shows: `$USER`, as the original took it, else the user's name by number, as cron sets none.
pub(super) fn session_name() -> String {
    let name = environment::os("USER").map(|name| name.to_string_lossy().into_owned());
    let name = name.or_else(user::name).unwrap_or_default();
    let clean: String = name.chars().map(|c| if is_session_name_char(c) { c } else { '-' }).take(64).collect();
    if clean.len() < 2 { "aws-auth".into() } else { clean }
}
