//! The two calls, and the connection that they are made on.

use super::endpoint::Endpoint;
use super::mfa::Mfa;
use super::refusal;
use crate::aws::ask::ask;
use crate::aws::attempt::{Attempt, Watched};
use crate::aws::tries::{DEADLINE, Setback, Tries};
use crate::aws::{Clock, failure};
use crate::credentials::{Caller, Partition, RoleArn, SourceKeys, TemporaryCredentials};
use crate::error::{Class, Code, Error};
use crate::os::stdio;
use crate::settings::{Federation, RoleSettings};
use aws_sdk_sts::config::{BehaviorVersion, Credentials, http::HttpResponse};
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
use std::time::{Duration, Instant, SystemTime};

/// How long an idle connection is trusted to stay open. STS does not say; load balancers close at 60 seconds or less.
const IDLE: Duration = Duration::from_secs(20);

/// By how many seconds a clock may be off before the codes that are computed by it are wrong: AWS takes those of the
/// steps of 30 seconds before and after, too.
const WRONG: i64 = 15;

/// One STS endpoint, and the connection to it.
#[derive(Clone, Debug)]
pub struct Sts {
    connector: SharedHttpConnector,
    endpoint: Endpoint,
    clock: Clock,
    /// Whether the connection is being kept open.
    warm: Arc<AtomicBool>,
}

/// The managed policies that narrow credentials; AWS's own are each partition's.
fn managed(settings: &RoleSettings, partition: &Partition) -> Option<Vec<PolicyDescriptorType>> {
    let read_only = settings.read_only.then(|| format!("arn:{partition}:iam::aws:policy/ReadOnlyAccess"));
    let arns = settings.policy_arns.iter().cloned().chain(read_only);
    let arns: Vec<_> = arns.map(|arn| PolicyDescriptorType::builder().arn(arn).build()).collect();
    Some(arns).filter(|arns| !arns.is_empty())
}

/// Adds what a role's settings say beside the duration.
fn narrowed(call: AssumeRoleFluentBuilder, role: &RoleArn, settings: &RoleSettings) -> AssumeRoleFluentBuilder {
    let call = call
        .set_external_id(settings.external_id.clone())
        .set_policy(settings.policy.clone())
        .set_policy_arns(managed(settings, &role.partition()))
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
            while sts.warm().await {
                tokio::time::sleep(IDLE).await;
            }
        });
    }

    /// An unsigned request, to which STS answers with a redirect and its time. What fails is told when it is needed; it is
    /// not tried over and over, for a proxy may count wrong passwords. Whether there was an answer.
    async fn warm(&self) -> bool {
        let request = self.endpoint.url().map(aws_sdk_sts::config::http::HttpRequest::get);
        if let Some(Ok(request)) = request
            && let Ok(Ok(response)) = tokio::time::timeout(DEADLINE, self.connector.call(request)).await
        {
            self.clock.hear(response.headers().get("date"));
            return true;
        }
        false
    }

    /// An unsigned request, by which it is known whether STS can be reached, and its time.
    pub async fn reach(&self) -> Result<(), Error> {
        let unmade = || failure::unusable(&self.endpoint, "its address cannot be asked");
        let url = self.endpoint.url().ok_or_else(unmade)?;
        let request = aws_sdk_sts::config::http::HttpRequest::get(&url).map_err(|_| unmade())?;
        let attempt = Arc::<Attempt>::default();
        let watched = Watched::new(self.connector.clone(), self.clock.clone(), Arc::clone(&attempt), None);
        let answer = watched.call(request).await;
        answer.map(drop).map_err(|error| refusal::unanswered(Some(&error), &attempt, &self.endpoint))
    }

    /// `GetSessionToken`.
    pub async fn session_token(
        &self,
        keys: &SourceKeys,
        seconds: Option<u32>,
        mfa: Option<Mfa<'_>>,
    ) -> Result<TemporaryCredentials, Error> {
        let request = |attempt| {
            let call = self.client(keys, attempt, "GetSessionTokenResponse").get_session_token();
            let call = call.set_duration_seconds(seconds.map(u32::cast_signed));
            let call = match mfa {
                Some(mfa) => call.serial_number(mfa.serial.as_str()).token_code(mfa.code.expose()),
                None => call,
            };
            call.send()
        };
        let answer = self.ask(request, mfa, &refusal::Asked::Session { keys, mfa: mfa.is_some() }).await?;
        self.accept(answer.credentials()).map_err(|error| refusal::of_spent(error, mfa))
    }

    /// `AssumeRole`.
    pub async fn assume_role(
        &self,
        keys: &SourceKeys,
        role: &RoleArn,
        session_name: &str,
        settings: &RoleSettings,
        mfa: Option<Mfa<'_>>,
    ) -> Result<TemporaryCredentials, Error> {
        let request = |attempt| {
            let call = self.client(keys, attempt, "AssumeRoleResponse").assume_role();
            let call = call.role_arn(role.as_str()).role_session_name(session_name);
            let call = call.set_duration_seconds(settings.duration_seconds.map(u32::cast_signed));
            let call = narrowed(call, role, settings);
            let call = match mfa {
                Some(mfa) => call.serial_number(mfa.serial.as_str()).token_code(mfa.code.expose()),
                None => call,
            };
            call.send()
        };
        let answer = self.ask(request, mfa, &refusal::Asked::Role { keys, role, mfa: mfa.is_some() }).await?;
        let account = answer.assumed_role_user().and_then(|user| user.arn().split(':').nth(4));
        if account != Some(role.account()) {
            return Err(Error::new(Class::Denied, format!("{role} was not assumed"))
                .because("STS answered for another account")
                .hint("check the network's proxy and AWS_ENDPOINT_URL, and do not use this answer"));
        }
        self.accept(answer.credentials()).map_err(|error| refusal::of_spent(error, mfa))
    }

    /// `GetFederationToken`: a user's own credentials for the console, in this partition.
    pub async fn federation_token(
        &self,
        keys: &SourceKeys,
        name: &str,
        federation: &Federation,
        partition: &Partition,
    ) -> Result<TemporaryCredentials, Error> {
        let narrowed = &federation.narrowed;
        let request = |attempt| {
            let call = self.client(keys, attempt, "GetFederationTokenResponse").get_federation_token().name(name);
            call.set_duration_seconds(federation.seconds.map(u32::cast_signed))
                .set_policy(narrowed.policy.clone())
                .set_policy_arns(managed(narrowed, partition))
                .send()
        };
        let answer = self.ask(request, None, &refusal::Asked::Federation { keys }).await?;
        self.accept(answer.credentials())
    }

    /// `AssumeRoleWithWebIdentity`: the token speaks for itself, and no keys sign the call.
    pub async fn assume_role_with_web_identity(
        &self,
        role: &RoleArn,
        session_name: &str,
        token: &str,
    ) -> Result<TemporaryCredentials, Error> {
        let request = |attempt| {
            let client =
                aws_sdk_sts::Client::from_conf(self.config(attempt, "AssumeRoleWithWebIdentityResponse").build());
            let call = client.assume_role_with_web_identity();
            call.role_arn(role.as_str()).role_session_name(session_name).web_identity_token(token).send()
        };
        let answer = self.ask(request, None, &refusal::Asked::WebIdentity { role }).await?;
        self.accept(answer.credentials())
    }

    /// `GetCallerIdentity`: whom AWS takes the keys for. It needs no permission and no code.
    pub async fn caller(&self, keys: &SourceKeys) -> Result<Caller, Error> {
        let request = |attempt| self.client(keys, attempt, "GetCallerIdentityResponse").get_caller_identity().send();
        let answer = self.ask(request, None, &refusal::Asked::Identity { keys }).await?;
        Caller::new(answer.arn().unwrap_or_default()).map_err(|problem| {
            failure::unusable(&self.endpoint, &format!("it tells whose the keys are by what is no ARN: {problem}"))
        })
    }

    /// Sends a request until it is answered, or may not be repeated, or the time is up.
    async fn ask<T, E, F>(
        &self,
        request: impl Fn(Arc<Attempt>) -> F,
        mfa: Option<Mfa<'_>>,
        asked: &refusal::Asked<'_>,
    ) -> Result<T, Error>
    where
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>>,
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut tries = Tries::new(mfa.is_some());
        let started = Instant::now();
        let answered = ask(&self.endpoint, &self.clock, &mut tries, async |attempt| {
            let known = self.clock.ahead();
            request(Arc::clone(&attempt)).await.map_err(|error| {
                let setback = refusal::setback(&error, &attempt);
                let error = refusal::explain(&error, &attempt, asked, &self.endpoint, &self.clock);
                // A code that was computed by a wrong clock is wrong itself, be the signature in time or not.
                let is_of_time = setback == Setback::Clock || error.class() == Class::CodeRejected;
                let is_untimely = (self.clock.ahead() - known).abs() > WRONG && is_of_time;
                if is_untimely && mfa.is_some_and(|mfa| mfa.computed) {
                    return (error.with_code(Code::Untimely), Setback::Final);
                }
                (error, setback)
            })
        });
        let answered = answered.await;
        let (code, ms) = (if mfa.is_some() { ", with a code" } else { "" }, started.elapsed().as_millis());
        let refused = if answered.is_ok() { "" } else { ", which failed" };
        stdio::detail(format_args!("asked {} for {}{code}{refused}: {ms} ms", self.endpoint, asked.action()));
        answered.map_err(|error| match mfa {
            Some(mfa) => refusal::of_code(error, mfa, &tries, &self.clock),
            None => error,
        })
    }

    /// A client for one attempt that is signed with these keys.
    fn client(&self, keys: &SourceKeys, attempt: Arc<Attempt>, root: &'static str) -> aws_sdk_sts::Client {
        let token = keys.session_token.as_ref().map(|token| token.expose_secret().to_owned());
        let secret = keys.secret_access_key.expose_secret().to_owned();
        let credentials = Credentials::new(keys.access_key_id.as_str(), secret, token, None, "aws-auth");
        aws_sdk_sts::Client::from_conf(self.config(attempt, root).credentials_provider(credentials).build())
    }

    /// The settings of a client for one attempt, whose answer is a document with this outermost element.
    fn config(&self, attempt: Arc<Attempt>, root: &'static str) -> aws_sdk_sts::config::Builder {
        let watched = Watched::new(self.connector.clone(), self.clock.clone(), attempt, Some(root));
        let connector = SharedHttpConnector::new(watched);
        let config = aws_sdk_sts::Config::builder()
            // Named, so that an update of the SDK changes nothing silently.
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .sleep_impl(TokioSleep::new())
            .time_source(self.clock.clone())
            .retry_config(RetryConfig::disabled());
        self.endpoint.configure(config)
    }

    /// Checks what STS gave before anybody gets it.
    fn accept(&self, given: Option<&aws_sdk_sts::types::Credentials>) -> Result<TemporaryCredentials, Error> {
        let Some(given) = given else {
            return Err(failure::unusable(&self.endpoint, "the answer holds no credentials"));
        };
        let unusable = |what: &str, why: String| {
            Error::new(Class::Value, format!("the {what} that STS gave cannot be used"))
                .because(why)
                .hint("check the network's proxy and AWS_ENDPOINT_URL")
        };
        let now = self.clock.of_aws();
        let ends =
            SystemTime::try_from(*given.expiration()).map_err(|error| unusable("expiration", error.to_string()))?;
        // What is not there, the SDK takes for the beginning of time.
        if given.expiration().secs() == 0 {
            return Err(unusable("expiration", "it is missing".into()));
        }
        if ends <= now {
            return Err(unusable("expiration", "it is in the past".into()));
        }
        if ends > now + TemporaryCredentials::LONGEST {
            return Err(unusable("expiration", "it is more than 36 hours ahead".into()));
        }
        let left = ends.duration_since(now).unwrap_or_default();
        let whole = aws_smithy_types::DateTime::from_secs(given.expiration().secs());
        let text = whole.fmt(Format::DateTime).map_err(|error| unusable("expiration", error.to_string()))?;
        TemporaryCredentials::new(
            given.access_key_id(),
            given.secret_access_key(),
            given.session_token(),
            Some(text),
            left,
        )
        .map_err(|(what, problem)| unusable(what, problem.to_string()))
    }
}
