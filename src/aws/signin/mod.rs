//! `aws-auth console`: an address that signs a browser in, made of a role's temporary credentials.
//!
//! AWS's federation endpoint gives a sign-in token for them, good for 15 minutes. What signs in is the address, so it is
//! as much a secret as the token in it.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>

mod site;

use crate::aws::ask::ask;
use crate::aws::attempt::Watched;
use crate::aws::document::Flaw;
use crate::aws::tries::{Setback, Tries};
use crate::aws::{Clock, Network, failure, trouble};
use crate::credentials::{Partition, Problem};
use crate::error::{Class, Error, internal};
use crate::output::Product;
use crate::settings::{self, Federation, Reach, Roles, Settings, Source};
use crate::text::error_chain;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use secrecy::ExposeSecret;
use serde::Deserialize;
use site::{Site, encode};
use std::borrow::Cow;
use std::sync::Arc;
use zeroize::Zeroizing;

/// How long a console may stay signed in, in seconds.
const DURATION: std::ops::RangeInclusive<u32> = 900..=129_600;
/// The longest for a role, in seconds; a user without one has as long as a federation token lasts.
const OF_ROLE: u32 = 43_200;

/// Which page, and for how long.
#[derive(Debug)]
pub struct Page {
    service: Option<String>,
    seconds: Option<u32>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(rename = "SigninToken", borrow)]
    token: Cow<'a, str>,
}

/// AWS takes the time for a chain of sessions from no one.
#[must_use]
pub fn chained(by: &str) -> Error {
    Error::new(Class::Config, "the console cannot stay signed in for a time of its own")
        .because(format!("AWS allows that for a role assumed by a user, not for {by}"))
        .hint("leave --console-duration-seconds out")
}

impl Page {
    /// Checks what was asked for.
    pub fn new(service: Option<&str>, time: Option<&str>) -> Result<Self, Error> {
        let fits = |name: &str| {
            (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        if service.is_some_and(|name| !fits(name)) {
            return Err(Error::new(Class::Usage, "--service cannot be used")
                .because(Problem::Shape("a name as in the console's addresses, like s3").to_string())
                .hint("take the word after console.aws.amazon.com/"));
        }
        let seconds = time.map(|time| settings::seconds(time, "--console-duration-seconds", DURATION)).transpose()?;
        Ok(Self { service: service.map(Into::into), seconds })
    }

    /// Refuses what cannot be, before anybody is asked. A duration of its own is for one role that was assumed with the
    /// permanent keys themselves, so no kept session is used then.
    pub fn check(&self, settings: &mut Settings) -> Result<(), Error> {
        match &settings.roles {
            Roles::Given(roles) if roles.is_empty() && matches!(settings.source, Source::Backend { .. }) => {
                settings.federation.iter().try_for_each(Federation::check)?;
            }
            Roles::Given(roles) if roles.len() > 1 && self.seconds.is_some() => {
                return Err(chained("a role assumed by a role"));
            }
            _ => {}
        }
        if let Some(place) = &settings.reach.fips {
            return Err(Reach::no_fips(place, "the console's sign-in", "sign in at the console itself"));
        }
        if let Some(federation) = &mut settings.federation {
            federation.seconds = self.seconds;
            if matches!(&settings.roles, Roles::Given(roles) if !roles.is_empty()) {
                check_time_of_role(federation)?;
            }
        }
        settings.cache &= self.seconds.is_none();
        settings.by_user |= self.seconds.is_some();
        Ok(())
    }

    /// The address that signs in, with credentials of a role; or with others that sign in: a user's own for this, or what
    /// their source has lent, of which the role is not known.
    pub async fn url(
        &self,
        product: &Product,
        signs_in: bool,
        settings: &Settings,
    ) -> Result<Zeroizing<String>, Error> {
        let region = settings.region.as_deref();
        let partition = match &product.role {
            Some(role) => role.partition(),
            None if signs_in => Partition::of_region(region.unwrap_or_default()),
            None => return Err(no_role()),
        };
        let site = Site::of(&partition, &settings.reach)?;
        let connector = Network::new(&settings.reach).connector()?;
        let answer = self.ask(&site, connector, product).await?;
        let answer = token(&answer).ok_or_else(|| failure::unusable(&site, "the answer holds no sign-in token"))?;
        let page = self.service.as_ref().map_or_else(|| "home".to_owned(), |service| format!("{service}/home"));
        let region = region.map(|region| format!("?region={region}")).unwrap_or_default();
        let destination = Zeroizing::new(format!("{}/{page}{region}", site.console));
        let (destination, token) = (encode(&destination), encode(&answer));
        Ok(Zeroizing::new(format!(
            "{}?Action=login&Destination={}&SigninToken={}",
            site.federation, *destination, *token
        )))
    }

    /// The federation endpoint's answer.
    async fn ask(
        &self,
        site: &Site,
        connector: SharedHttpConnector,
        product: &Product,
    ) -> Result<Zeroizing<String>, Error> {
        let credentials = &product.credentials;
        let session = Zeroizing::new(
            serde_json::json!({
                "sessionId": credentials.access_key_id.as_str(),
                "sessionKey": credentials.secret_access_key.expose_secret(),
                "sessionToken": credentials.session_token.expose_secret(),
            })
            .to_string(),
        );
        // A federation token lasts as long as it was asked for: AWS takes no time with it.
        let seconds = self.seconds.filter(|_| product.role.is_some());
        let seconds = seconds.map(|seconds| format!("&SessionDuration={seconds}")).unwrap_or_default();
        let query = encode(&session);
        let url = Zeroizing::new(format!("{}?Action=getSigninToken{seconds}&Session={}", site.federation, *query));
        // To ask for a token changes nothing, so it can be asked for again.
        let (clock, mut tries) = (Clock::default(), Tries::new(false));
        let asked = ask(site, &clock, &mut tries, async |attempt| {
            let request = HttpRequest::get(&*url);
            let request = request.map_err(|error| (internal(error_chain(&error)), Setback::Final))?;
            let watched = Watched::new(connector.clone(), clock.clone(), Arc::clone(&attempt), None);
            match watched.call(request).await {
                Ok(response) => read(site, &response),
                Err(error) => {
                    Err((failure::explain(Some(&error), &attempt, site), failure::setback(Some(&error), &attempt)))
                }
            }
        });
        asked.await
    }
}

/// The body of an answer that is one.
fn read(site: &Site, response: &HttpResponse) -> Result<Zeroizing<String>, (Error, Setback)> {
    let status = response.status().as_u16();
    let setback = failure::setback_of(status, None, "");
    let error = match status {
        200 => {
            let body = std::str::from_utf8(response.body().bytes().unwrap_or_default());
            let body = body.map(|body| Zeroizing::new(body.to_owned()));
            return body.map_err(|_| (failure::unusable(site, &Flaw::Foreign.to_string()), Setback::Final));
        }
        400 | 403 => Error::new(Class::Denied, "AWS gave no sign-in token for the console")
            .because(format!("{site} answered with HTTP status {status}"))
            .hint("check that the credentials have not ended, and leave --console-duration-seconds out"),
        _ if setback == Setback::Final => failure::unusable(site, &trouble::of_status(status)),
        _ => failure::troubled(site, &trouble::of_status(status)),
    };
    Err((error, setback))
}

/// The token in an answer that is one whole JSON object.
fn token(answer: &str) -> Option<Zeroizing<String>> {
    let is_object = answer.trim_start().starts_with('{');
    let answer: Answer<'_> = serde_json::from_str(answer).ok().filter(|_| is_object)?;
    let is_one = !answer.token.is_empty() && answer.token.bytes().all(|byte| byte.is_ascii_graphic());
    is_one.then(|| Zeroizing::new(answer.token.into_owned()))
}

fn no_role() -> Error {
    Error::new(Class::Config, "these credentials do not sign in to the console")
        .because("AWS makes sign-in tokens of a role's credentials, or of a user's own for the console")
        .hint("name a role with --role-arn")
}

/// Refuses a time that is for a user without a role, where there is one.
pub fn check_time_of_role(federation: &Federation) -> Result<(), Error> {
    if federation.seconds.is_none_or(|seconds| seconds <= OF_ROLE) {
        return Ok(());
    }
    Err(Error::new(Class::Config, "--console-duration-seconds cannot be used")
        .because(format!("AWS keeps a role signed in for {OF_ROLE} seconds at most"))
        .hint("choose a time up to 12h"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r73_a2_a_sign_in_token_counts_in_one_whole_object_only() {
        let whole = r#"{"SigninToken": "VCQgs5qZZt3Q6fn8Tr5EXAMPLE_a\/b"}"#;
        assert_eq!(token(whole).unwrap().as_str(), "VCQgs5qZZt3Q6fn8Tr5EXAMPLE_a/b");
        assert!(token(&format!(" {whole}\n")).is_some());
        for end in 0..whole.len() {
            assert!(token(&whole[..end]).is_none(), "{}", &whole[..end]);
        }
        let rows = [
            format!("{whole}x"),
            format!("{whole}{whole}"),
            r#"["VCQgs5qZZt3Q6fn8Tr5EXAMPLE"]"#.into(),
            r#"{"SigninToken": "a", "SigninToken": "b"}"#.into(),
            r#"{"SigninToken": ""}"#.into(),
            r#"{"SigninToken": "a b"}"#.into(),
            r#"{"SigninToken": null}"#.into(),
        ];
        for row in rows {
            assert!(token(&row).is_none(), "{row}");
        }
    }
}
