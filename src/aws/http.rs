//! The one HTTP connection: rustls with ring, the proxy that the environment names, bounded waits.

use super::proxy::Proxy;
use super::trust;
use crate::error::{Error, internal};
use crate::settings::Found;
use crate::text::error_chain;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use std::sync::Arc;
use std::time::Duration;

/// Makes the connector, which trusts the certificates of this file if one is named.
pub fn connector(ca_bundle: Option<&Found>) -> Result<SharedHttpConnector, Error> {
    let trust = match trust::certificates(ca_bundle)? {
        Some(all) => all.into_iter().fold(TrustStore::empty(), TrustStore::with_pem_certificate),
        None => TrustStore::default(),
    };
    let context = TlsContext::builder().with_trust_store(trust).build().map_err(|error| internal(error.to_string()))?;
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(15))
        .build();
    let proxy = Proxy::of_environment()?.map(Arc::new);
    let connector = aws_smithy_http_client::Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .proxy_config(proxy.as_ref().map_or_else(ProxyConfig::disabled, |proxy| proxy.config()))
        .connector_settings(settings)
        .sleep_impl(TokioSleep::new())
        .build();
    Ok(SharedHttpConnector::new(Bounded { connector: SharedHttpConnector::new(connector), proxy }))
}

/// The largest answer taken, in bytes. One with credentials has under 8 KiB.
const LARGEST: usize = 256 * 1024;

/// Takes no more than [`LARGEST`] bytes of an answer: the SDK reads a body to its end, however long it is. Says which proxy
/// refused.
#[derive(Debug)]
struct Bounded {
    connector: SharedHttpConnector,
    proxy: Option<Arc<Proxy>>,
}

impl HttpConnector for Bounded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if let Some(refusal) = self.proxy.as_ref().and_then(|proxy| proxy.is_locked()) {
            return HttpConnectorFuture::ready(Err(ConnectorError::other(refusal.into(), None)));
        }
        let proxied = self.proxy.clone().map(|proxy| (proxy, target(request.uri())));
        let answer = self.connector.call(request);
        HttpConnectorFuture::new(async move {
            match answer.await {
                Ok(response) => bound(response).await,
                Err(error) => Err(named(error, proxied).await),
            }
        })
    }
}

/// The host and the port that a proxy is asked to connect to.
fn target(uri: &str) -> String {
    let host = uri.split_once("://").map_or(uri, |(_, rest)| rest).split(['/', '?']).next().unwrap_or_default();
    if host.ends_with(']') || !host.contains(':') { format!("{host}:443") } else { host.to_owned() }
}

/// The error, or the proxy's refusal behind it.
async fn named(error: ConnectorError, proxied: Option<(Arc<Proxy>, String)>) -> ConnectorError {
    let Some((proxy, target)) = proxied else { return error };
    match proxy.refusal(&error_chain(&error), &target).await {
        Some(refusal) => ConnectorError::other(refusal.into(), None),
        None => error,
    }
}

async fn bound(mut response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let mut stream = ByteStream::new(response.take_body());
    let mut body = Vec::new();
    while let Some(part) = stream.next().await {
        body.extend_from_slice(&part.map_err(|error| ConnectorError::io(error.into()))?);
        if body.len() > LARGEST {
            return Err(ConnectorError::other("the answer is longer than any of AWS".into(), None));
        }
    }
    *response.body_mut() = SdkBody::from(body);
    Ok(response)
}
