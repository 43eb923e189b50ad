//! The two calls, and the connection that they are made on.

use super::endpoint::Endpoint;
use super::refusal;
use crate::aws::{Clock, DEADLINE};
use crate::credentials::{MfaSerial, RoleArn, SourceKeys, TemporaryCredentials, TokenCode};
use crate::error::{Class, Error};
use crate::settings::RoleSettings;
use aws_sdk_sts::config::{BehaviorVersion, Credentials, Region, http::HttpResponse};
use aws_sdk_sts::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sts::operation::assume_role::builders::AssumeRoleFluentBuilder;
use aws_sdk_sts::types::{PolicyDescriptorType, Tag};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector, http_client_fn};
use aws_smithy_types::date_time::Format;
use aws_smithy_types::retry::RetryConfig;
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

/// How long an idle connection is trusted to stay open. STS does not say; load balancers close at 60 seconds or less.
const IDLE: Duration = Duration::from_secs(20);

/// The MFA device and its code, for a call that needs them.
pub type Mfa<'a> = Option<(&'a MfaSerial, &'a TokenCode)>;

/// One STS endpoint, and the connection to it.
#[derive(Clone, Debug)]
pub struct Sts {
    connector: SharedHttpConnector,
    endpoint: Endpoint,
    clock: Clock,
    /// Whether the connection is being kept open.
    warm: Arc<AtomicBool>,
}

/// Adds what a role's settings say beside the duration.
fn narrowed(call: AssumeRoleFluentBuilder, role: &RoleArn, settings: &RoleSettings) -> AssumeRoleFluentBuilder {
    let read_only = settings.read_only.then(|| format!("arn:{}:iam::aws:policy/ReadOnlyAccess", role.partition()));
    let arns = settings.policy_arns.iter().cloned().chain(read_only);
    let arns: Vec<_> = arns.map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect();
    let call = call
        .set_external_id(settings.external_id.clone())
        .set_policy(settings.policy.clone())
        .set_policy_arns(Some(arns).filter(|arns| !arns.is_empty()))
        .set_transitive_tag_keys(Some(settings.transitive_tags.clone()).filter(|tags| !tags.is_empty()))
        .set_source_identity(settings.source_identity.clone());
    // A tag without a name or value cannot be built; both are there.
    let tags = settings.tags.iter().filter_map(|(name, value)| Tag::builder().key(name).value(value).build().ok());
    tags.fold(call, AssumeRoleFluentBuilder::tags)
}

impl Sts {
    /// Prepares to talk to `endpoint`; nothing is sent yet.
    #[must_use]
    pub fn new(connector: SharedHttpConnector, clock: Clock, endpoint: Endpoint) -> Self {
        Self { connector, endpoint, clock, warm: Arc::default() }
    }

    /// What is known of AWS's time.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.clock.clone()
    }

    /// The endpoint.
    #[must_use]
    pub const fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Opens the connection while a manager or a person is waited for, and again before a server closes it for being
    /// idle. It is not stopped afterwards: a connection half opened would be lost.
    pub fn keep_warm(&self) {
        if self.warm.swap(true, Ordering::Relaxed) {
            return;
        }
        let sts = self.clone();
        tokio::spawn(async move {
            loop {
                sts.warm().await;
                tokio::time::sleep(IDLE).await;
            }
        });
    }

    /// An unsigned request, to which STS answers with a redirect and its time. Whatever happens is of no consequence.
    async fn warm(&self) {
        let request = self.endpoint.url().map(aws_sdk_sts::config::http::HttpRequest::get);
        if let Some(Ok(request)) = request
            && let Ok(Ok(response)) = tokio::time::timeout(DEADLINE, self.connector.call(request)).await
        {
            let _ = self.clock.learn(response.headers().get("date"));
        }
    }

    /// `GetSessionToken`.
    pub async fn session_token(
        &self,
        keys: &SourceKeys,
        seconds: Option<u32>,
        mfa: Mfa<'_>,
    ) -> Result<TemporaryCredentials, Error> {
        let request = || {
            let call = self.client(keys, mfa).get_session_token().set_duration_seconds(seconds.map(u32::cast_signed));
            let call = match mfa {
                Some((serial, code)) => call.serial_number(serial.as_str()).token_code(code.expose()),
                None => call,
            };
            call.send()
        };
        let answer = self.ask(request, mfa.is_some(), &refusal::Asked::Session { keys, mfa: mfa.is_some() }).await?;
        self.accept(answer.credentials())
    }

    /// `AssumeRole`.
    pub async fn assume_role(
        &self,
        keys: &SourceKeys,
        role: &RoleArn,
        session_name: &str,
        settings: &RoleSettings,
        mfa: Mfa<'_>,
    ) -> Result<TemporaryCredentials, Error> {
        let request = || {
            let call = self.client(keys, mfa).assume_role().role_arn(role.as_str()).role_session_name(session_name);
            let call = call.set_duration_seconds(settings.duration_seconds.map(u32::cast_signed));
            let call = narrowed(call, role, settings);
            let call = match mfa {
                Some((serial, code)) => call.serial_number(serial.as_str()).token_code(code.expose()),
                None => call,
            };
            call.send()
        };
        let asked = refusal::Asked::Role { keys, role, mfa: mfa.is_some() };
        let answer = self.ask(request, mfa.is_some(), &asked).await?;
        let account = answer.assumed_role_user().and_then(|user| user.arn().split(':').nth(4));
        if account != Some(role.account()) {
            return Err(Error::new(Class::Denied, format!("{role} was not assumed"))
                .because("STS answered for another account")
                .hint("check the network's proxy and AWS_ENDPOINT_URL, and do not use this answer"));
        }
        self.accept(answer.credentials())
    }

    /// Sends a request until it is answered, or may not be repeated, or the time is up.
    async fn ask<T, E, F>(
        &self,
        request: impl Fn() -> F,
        has_code: bool,
        asked: &refusal::Asked<'_>,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let answered = tokio::time::timeout(DEADLINE, async {
            let first = request().await;
            // A wrong clock is known from the refusal itself; without a code, asking again with AWS's time is safe. Whatever
            // the refusal is about, the next call, which may have a code, is signed with that time.
            match first {
                Err(error) if !has_code && self.clock.learn(refusal::date(&error)) && refusal::is_clock(&error) => {
                    request().await
                }
                first => first,
            }
        });
        match answered.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(refusal::explain(&error, asked, &self.endpoint)),
            Err(_) => {
                Err(refusal::unavailable(&self.endpoint, &format!("no answer within {} seconds", DEADLINE.as_secs())))
            }
        }
    }

    fn client(&self, keys: &SourceKeys, mfa: Mfa<'_>) -> aws_sdk_sts::Client {
        self.clock.tell();
        let token = keys.session_token.as_ref().map(|token| token.expose_secret().to_owned());
        let secret = keys.secret_access_key.expose_secret().to_owned();
        let credentials = Credentials::new(keys.access_key_id.as_str(), secret, token, None, "aws-auth");
        let connector = self.connector.clone();
        let retry = if mfa.is_some() { RetryConfig::disabled() } else { RetryConfig::standard().with_max_attempts(3) };
        let config = aws_sdk_sts::Config::builder()
            // Named, so that an update of the SDK changes nothing silently.
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(self.endpoint.region().to_owned()))
            .credentials_provider(credentials)
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock.clone())
            .interceptor(self.clock.clone())
            .retry_config(retry);
        let config = match self.endpoint.given() {
            Some(url) => config.endpoint_url(url),
            None => config,
        };
        aws_sdk_sts::Client::from_conf(config.build())
    }

    /// Checks what STS gave before anybody gets it.
    fn accept(&self, given: Option<&aws_sdk_sts::types::Credentials>) -> Result<TemporaryCredentials, Error> {
        let Some(given) = given else {
            return Err(refusal::unavailable(&self.endpoint, "the answer holds no credentials"));
        };
        let unusable = |what: &str, why: String| {
            Error::new(Class::Value, format!("the {what} that STS gave cannot be used"))
                .because(why)
                .hint("check the network's proxy and AWS_ENDPOINT_URL")
        };
        let now = self.clock.of_aws();
        let ends =
            SystemTime::try_from(*given.expiration()).map_err(|error| unusable("expiration", error.to_string()))?;
        if ends <= now {
            return Err(unusable("expiration", "it is in the past".into()));
        }
        if ends > now + TemporaryCredentials::LONGEST {
            return Err(unusable("expiration", "it is more than 36 hours ahead".into()));
        }
        let left = ends.duration_since(now).unwrap_or_default();
        let whole = aws_smithy_types::DateTime::from_secs(given.expiration().secs());
        let text = whole.fmt(Format::DateTime).map_err(|error| unusable("expiration", error.to_string()))?;
        TemporaryCredentials::new(given.access_key_id(), given.secret_access_key(), given.session_token(), text, left)
            .map_err(|(what, problem)| unusable(what, problem.to_string()))
    }
}
