//! `aws-auth console`: an address that signs a browser in, made of a role's temporary credentials.
//!
//! AWS's federation endpoint gives a sign-in token for them, good for 15 minutes. What signs in is the address, so it is
//! as much a secret as the token in it.
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>

mod site;

use crate::aws::endpoint;
use crate::aws::{DEADLINE, Network};
use crate::credentials::Problem;
use crate::error::{Class, Error, internal};
use crate::output::Product;
use crate::settings::{Roles, Settings};
use crate::text::error_chain;
use crate::text::quote;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use secrecy::ExposeSecret;
use serde::Deserialize;
use site::{Site, encode};
use zeroize::Zeroizing;

/// How long a console may stay signed in, in seconds.
const DURATION: std::ops::RangeInclusive<u32> = 900..=43_200;

/// Which page, and for how long.
#[derive(Debug)]
pub struct Page {
    service: Option<String>,
    seconds: Option<u32>,
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(rename = "SigninToken")]
    token: &'a str,
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
    pub fn new(service: Option<&str>, seconds: Option<u32>) -> Result<Self, Error> {
        let fits = |name: &str| {
            (1..=64).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
        };
        if service.is_some_and(|name| !fits(name)) {
            return Err(Error::new(Class::Usage, "--service cannot be used")
                .because(Problem::Shape("a name as in the console's addresses, like s3").to_string())
                .hint("take the word after console.aws.amazon.com/"));
        }
        if seconds.is_some_and(|seconds| !DURATION.contains(&seconds)) {
            return Err(Error::new(Class::Config, "--console-duration-seconds cannot be used")
                .because(format!("AWS accepts {} to {} seconds", DURATION.start(), DURATION.end()))
                .hint("choose a duration in that range"));
        }
        Ok(Self { service: service.map(Into::into), seconds })
    }

    /// Refuses what cannot be, before anybody is asked. A duration of its own is for one role that was assumed with the
    /// permanent keys themselves, so no kept session is used then.
    pub fn check(&self, settings: &mut Settings) -> Result<(), Error> {
        match &settings.roles {
            Roles::Given(roles) if roles.is_empty() => return Err(no_role()),
            Roles::Given(roles) if roles.len() > 1 && self.seconds.is_some() => {
                return Err(chained("a role assumed by a role"));
            }
            _ => {}
        }
        settings.cache &= self.seconds.is_none();
        settings.by_user |= self.seconds.is_some();
        Ok(())
    }

    /// The address that signs in.
    pub async fn url(&self, product: &Product, region: Option<&str>) -> Result<Zeroizing<String>, Error> {
        let role = product.role.as_ref().ok_or_else(no_role)?;
        let site = Site::of(&role.partition(), endpoint::of_environment("SIGNIN")?)?;
        let answer = self.ask(&site, product).await?;
        let answer: Answer<'_> =
            serde_json::from_str(&answer).map_err(|_| unavailable(&site, "the answer holds no sign-in token"))?;
        let page = self.service.as_ref().map_or_else(|| "home".to_owned(), |service| format!("{service}/home"));
        let region = region.map(|region| format!("?region={region}")).unwrap_or_default();
        let destination = Zeroizing::new(format!("{}/{page}{region}", site.console));
        let (destination, token) = (encode(&destination), encode(answer.token));
        Ok(Zeroizing::new(format!(
            "{}?Action=login&Destination={}&SigninToken={}",
            site.federation, *destination, *token
        )))
    }

    /// The federation endpoint's answer.
    async fn ask(&self, site: &Site, product: &Product) -> Result<Zeroizing<String>, Error> {
        let credentials = &product.credentials;
        let session = Zeroizing::new(
            serde_json::json!({
                "sessionId": credentials.access_key_id.as_str(),
                "sessionKey": credentials.secret_access_key.expose_secret(),
                "sessionToken": credentials.session_token.expose_secret(),
            })
            .to_string(),
        );
        let seconds = self.seconds.map(|seconds| format!("&SessionDuration={seconds}")).unwrap_or_default();
        let query = encode(&session);
        let url = Zeroizing::new(format!("{}?Action=getSigninToken{seconds}&Session={}", site.federation, *query));
        let request = HttpRequest::get(&*url).map_err(|error| internal(error_chain(&error)))?;
        let connector = Network::default().connector()?;
        let response = match tokio::time::timeout(DEADLINE, connector.call(request)).await {
            Ok(Ok(response)) => response,
            // The error may hold the address that was asked, which holds the keys.
            Ok(Err(_)) => return Err(unavailable(site, "the connection failed")),
            Err(_) => return Err(unavailable(site, &format!("no answer within {} seconds", DEADLINE.as_secs()))),
        };
        let status = response.status().as_u16();
        if status == 400 || status == 403 {
            return Err(Error::new(Class::Denied, "AWS gave no sign-in token for the console")
                .because(format!("{site} answered with HTTP status {status}"))
                .hint("check that the credentials have not ended, and leave --console-duration-seconds out"));
        }
        if status != 200 {
            return Err(unavailable(site, &format!("HTTP status {status}")));
        }
        Ok(Zeroizing::new(String::from_utf8_lossy(response.body().bytes().unwrap_or_default()).into_owned()))
    }
}

fn no_role() -> Error {
    Error::new(Class::Config, "the console cannot be signed in to without a role")
        .because("AWS makes sign-in tokens of a role's credentials only, not of an MFA session's")
        .hint("name a role with --role-arn; without one, sign in with your password")
}

fn unavailable(site: &Site, why: &str) -> Error {
    Error::new(Class::Unavailable, format!("{site} gave no usable answer"))
        .because(quote(why))
        .hint("check the network, HTTPS_PROXY and AWS_CA_BUNDLE, then run this again")
}
