//! The one HTTP connection: rustls with ring, the system's proxy settings, bounded waits.

use crate::error::{Class, Error, internal};
use crate::os::environment;
use crate::os::file;
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
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The time for all that happens between a question to STS and its answer, repetitions included.
pub const DEADLINE: Duration = Duration::from_secs(20);

/// Makes the connector.
///
/// `AWS_CA_BUNDLE` takes the place of the system's certificates, as it does for the AWS CLI.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-gen-config.html>
pub fn connector() -> Result<SharedHttpConnector, Error> {
    let trust = match environment::os("AWS_CA_BUNDLE").map(PathBuf::from) {
        Some(path) => read_bundle(&path)?.into_iter().fold(TrustStore::empty(), TrustStore::with_pem_certificate),
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
        .proxy_config(proxy()?)
        .connector_settings(settings)
        .sleep_impl(TokioSleep::new())
        .build();
    Ok(SharedHttpConnector::new(Bounded(SharedHttpConnector::new(connector))))
}

/// The system's proxy, for TLS only: plain HTTP goes to this machine and to metadata services beside it, and what a proxy
/// is told of that, everybody on the way to it could read. One that cannot be used is refused, which the SDK would do
/// without in silence: whoever names a proxy does not want to go round it.
fn proxy() -> Result<ProxyConfig, Error> {
    let named = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let Some((name, url)) = first(&named)? else { return Ok(ProxyConfig::disabled()) };
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    // What is wrong with it is not told, nor is it shown: it may hold a password.
    let proxy = ProxyConfig::https(url).map_err(|_| {
        Error::new(Class::Config, format!("{name} names a proxy that cannot be used"))
            .because("it is not the URL of an HTTP proxy")
            .hint(format!("name one as in: {name}=http://proxy.example.com:3128, or unset {name}"))
    })?;
    Ok(match first(&["NO_PROXY", "no_proxy"])? {
        Some((_, hosts)) => proxy.no_proxy(hosts),
        None => proxy,
    })
}

/// The first of these variables that is set, and its text.
fn first(names: &[&'static str]) -> Result<Option<(&'static str, String)>, Error> {
    let set = names.iter().find(|name| environment::os(name).is_some());
    set.map_or(Ok(None), |name| Ok(environment::text(name)?.map(|text| (*name, text))))
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

/// The largest bundle taken, in bytes. Debian's, with 145 certificates, has 0.2 MiB.
const LARGEST_BUNDLE: usize = 16 * 1024 * 1024;

/// Reads a bundle: its certificates that can be used, each on its own. The TLS library would panic on any other.
fn read_bundle(path: &Path) -> Result<Vec<String>, Error> {
    let unusable = |why: String| {
        let what = format!("AWS_CA_BUNDLE names {}, which cannot be used", crate::text::quote(&path.to_string_lossy()));
        Error::new(Class::Config, what)
            .because(why)
            .hint("name a file of certificates in PEM form, or unset AWS_CA_BUNDLE")
    };
    let text = file::read(path, LARGEST_BUNDLE).map_err(|error| unusable(error.to_string()))?;
    let text = String::from_utf8_lossy(&text);
    let blocks = text
        .split(BEGIN)
        .skip(1)
        .filter_map(|rest| rest.split_once(END))
        .map(|(body, _)| format!("{BEGIN}{body}{END}\n"));
    let certificates: Vec<String> = blocks.filter(|block| is_usable(block)).collect();
    if certificates.is_empty() {
        return Err(unusable("it holds no certificate".into()));
    }
    Ok(certificates)
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

fn is_usable(block: &str) -> bool {
    CertificateDer::from_pem_slice(block.as_bytes()).is_ok_and(|der| webpki::anchor_from_trusted_cert(&der).is_ok())
}
