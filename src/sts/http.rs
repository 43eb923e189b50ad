//! The one HTTP connection: rustls with ring, the system's proxy settings, bounded waits.

use crate::environment;
use crate::error::{Class, Error};
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_http_client::Connector;
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
use std::path::PathBuf;
use std::time::Duration;

/// Builds the connector, which reads the system's certificates: some milliseconds, so it is done while the manager
/// answers.
///
/// `AWS_CA_BUNDLE` takes the place of the system's certificates, as it does for the AWS CLI.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
pub fn connector() -> Result<SharedHttpConnector, Error> {
    let trust = match environment::os("AWS_CA_BUNDLE").map(PathBuf::from) {
        Some(path) => TrustStore::empty().with_pem_certificate(read_bundle(&path)?),
        None => TrustStore::default(),
    };
    let context = TlsContext::builder()
        .with_trust_store(trust)
        .build()
        .map_err(|error| crate::error::internal(error.to_string()))?;
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(15))
        .build();
    let connector = Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .proxy_config(ProxyConfig::from_env())
        .connector_settings(settings)
        .sleep_impl(TokioSleep::new())
        .build();
    Ok(SharedHttpConnector::new(Bounded(SharedHttpConnector::new(connector))))
}

/// The largest answer taken, in bytes. One with credentials has under 8 KiB.
const LARGEST: usize = 256 * 1024;

/// Takes no more than [`LARGEST`] bytes of an answer: the SDK reads a body to its end, however long it is.
#[derive(Debug)]
struct Bounded(SharedHttpConnector);

impl HttpConnector for Bounded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let answer = self.0.call(request);
        HttpConnectorFuture::new(async move { bound(answer.await?).await })
    }
}

async fn bound(mut response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    let mut stream = ByteStream::new(response.take_body());
    let mut body = Vec::new();
    while let Some(part) = stream.next().await {
        body.extend_from_slice(&part.map_err(|error| ConnectorError::io(error.into()))?);
        if body.len() > LARGEST {
            return Err(ConnectorError::other("the answer is longer than any of STS".into(), None));
        }
    }
    *response.body_mut() = SdkBody::from(body);
    Ok(response)
}

/// Reads a bundle and sees that it has certificates: the TLS library would panic on anything else.
fn read_bundle(path: &std::path::Path) -> Result<Vec<u8>, Error> {
    let unusable = |why: String| {
        Error::new(
            Class::Config,
            format!("AWS_CA_BUNDLE names {}, which cannot be used", crate::text::quote(&path.to_string_lossy())),
        )
        .because(why)
        .hint("name a file of certificates in PEM form, or unset AWS_CA_BUNDLE")
    };
    let bytes = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    if !bytes.windows(27).any(|window| window == b"-----BEGIN CERTIFICATE-----") {
        return Err(unusable("it holds no certificate".into()));
    }
    Ok(bytes)
}
