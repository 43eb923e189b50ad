//! The one HTTP connection: rustls with ring, the system's proxy settings, bounded waits.

use crate::environment;
use crate::error::{Class, Error, internal};
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
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

/// The connector of a run. It is made when it is needed; or started early, since reading the system's certificates
/// takes some milliseconds, which pass unseen while a manager answers.
#[derive(Debug, Default)]
pub struct Connector {
    made: Option<SharedHttpConnector>,
    making: Option<JoinHandle<Result<SharedHttpConnector, Error>>>,
}

impl Connector {
    /// Begins to make it, on a thread of its own.
    pub fn start(&mut self) {
        if self.made.is_none() && self.making.is_none() {
            self.making = Some(std::thread::spawn(connector));
        }
    }

    /// The connector, made by now.
    pub fn get(&mut self) -> Result<SharedHttpConnector, Error> {
        if let Some(made) = &self.made {
            return Ok(made.clone());
        }
        let made = match self.making.take() {
            Some(thread) => thread.join().unwrap_or_else(|_| Err(internal("the HTTP client could not be made")))?,
            None => connector()?,
        };
        Ok(self.made.insert(made).clone())
    }
}

/// Makes the connector.
///
/// `AWS_CA_BUNDLE` takes the place of the system's certificates, as it does for the AWS CLI.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
fn connector() -> Result<SharedHttpConnector, Error> {
    let trust = match environment::os("AWS_CA_BUNDLE").map(PathBuf::from) {
        Some(path) => TrustStore::empty().with_pem_certificate(read_bundle(&path)?),
        None => TrustStore::default(),
    };
    let context = TlsContext::builder().with_trust_store(trust).build().map_err(|error| internal(error.to_string()))?;
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(Duration::from_secs(5))
        .read_timeout(Duration::from_secs(15))
        .build();
    let connector = aws_smithy_http_client::Connector::builder()
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
