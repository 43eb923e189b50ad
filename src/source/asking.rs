//! One question to an endpoint of this machine, or of the container or instance that it is: a document, within bounds.

use super::answer::{self, Given};
use crate::credentials::{Problem, SourceKeys};
use crate::text::error_chain;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::SystemTime;
use zeroize::Zeroizing;

/// What is asked, with these headers.
pub async fn ask(
    connector: &SharedHttpConnector,
    method: &str,
    url: &str,
    headers: &[(&'static str, &str)],
) -> Result<Zeroizing<String>, String> {
    let unmade = || "its address cannot be asked".to_owned();
    let mut request = HttpRequest::get(url).map_err(|_| unmade())?;
    request.set_method(method).map_err(|_| unmade())?;
    for (name, value) in headers {
        request
            .headers_mut()
            .try_insert(*name, (*value).to_owned())
            .map_err(|_| format!("the {name} for it holds a line end"))?;
    }
    let response = connector.call(request).await.map_err(|error| error_chain(&error))?;
    let text = std::str::from_utf8(response.body().bytes().unwrap_or_default());
    let text = text.map(|text| Zeroizing::new(text.to_owned())).map_err(|_| Problem::NotUtf8.to_string());
    body(response.status().as_u16(), text?)
}

/// What was answered, if it is what was asked for.
pub fn body(status: u16, text: Zeroizing<String>) -> Result<Zeroizing<String>, String> {
    if status == 200 { Ok(text) } else { Err(format!("it answered with HTTP status {status}")) }
}

/// Keys as both kinds of endpoints have them.
/// Source: <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "AccessKeyId", borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "SecretAccessKey", borrow)]
    secret: Cow<'a, str>,
    #[serde(rename = "Token", borrow, default)]
    token: Option<Cow<'a, str>>,
    #[serde(rename = "Expiration", borrow, default)]
    expiration: Option<Cow<'a, str>>,
}

/// The keys in an answer, and when they end.
pub fn keys(text: &str) -> Result<(SourceKeys, Option<SystemTime>), String> {
    // The reader's own text may show a value.
    let said: Said<'_> = serde_json::from_str(text).map_err(|_| "its answer holds no keys".to_owned())?;
    let Said { id, secret, token, expiration } = said;
    answer::keys(Given { id, secret, token, expiration })
        .map_err(|(name, problem)| format!("the {name} of its answer cannot be used: {problem}"))
}
