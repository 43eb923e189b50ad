//! What a rotation's calls are signed with: a session with MFA, got once, or the permanent key where there is no device.

use crate::aws::sts::Sts;
use crate::credentials::{MfaSerial, SourceKeys};
use crate::error::Error;
use crate::flow::calls;
use crate::flow::plan::Step;
use crate::mfa::{Codes, Source};
use crate::sessions::State;
use std::borrow::Cow;

/// How long the session lasts, in seconds: the least that AWS gives, since policies may ask for a recent code.
/// Source: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
const SECONDS: u32 = 900;

/// The user's own session: the item's role is not assumed, since nobody's policies let a role change a user's keys.
pub async fn session(
    sts: &Sts,
    keys: &SourceKeys,
    serial: Option<MfaSerial>,
    source: Source,
    state: State,
) -> Result<SourceKeys, Error> {
    let Some(serial) = serial else { return Ok(keys.clone()) };
    let codes = Codes::new(serial, source, state, sts.clock());
    let steps = [Step::Session { seconds: Some(SECONDS), mfa: true }];
    Ok(calls::make(sts, Cow::Borrowed(keys), &steps, Some(codes), |_| {}).await?.as_source())
}
