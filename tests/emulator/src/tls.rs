//! A throw-away CA and a server certificate, made anew at every start.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use time::{Duration, OffsetDateTime};

/// Which certificate the server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// For `localhost` and 127.0.0.1, from the CA, valid.
    Good,
    /// The same, and for the hosts of AWS that tests ask by a proxy which leads here.
    Aws,
    /// For `sts.example.invalid`.
    WrongHost,
    /// Ran out yesterday.
    Expired,
    /// For the right names, but signed by its own key instead of the CA's.
    SelfSigned,
}

/// What a server needs, and the CA in PEM.
pub(crate) fn server_config(certificate: Certificate) -> (ServerConfig, String) {
    let ca = authority();
    let key = KeyPair::generate().expect("a key can be made");
    let params = leaf(certificate);
    let signed = match certificate {
        Certificate::SelfSigned => params.self_signed(&key),
        _ => params.signed_by(&key, &ca),
    };
    let chain = vec![signed.expect("the certificate can be signed").der().clone()];
    let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in PKCS#8");
    let config = ServerConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .expect("ring has the default versions")
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .expect("certificate and key belong together");
    (config, ca.pem())
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, "aws-auth emulator, trust it in tests only");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let key = KeyPair::generate().expect("a key can be made");
    CertifiedIssuer::self_signed(params, key).expect("the CA can sign itself")
}

const OWN: [&str; 2] = ["localhost", "127.0.0.1"];

/// A wildcard stands for one word.
const AWS: [&str; 18] = [
    "*.amazonaws.com",
    "*.us-east-1.amazonaws.com",
    "*.sso.us-east-1.amazonaws.com",
    "*.us-east-2.amazonaws.com",
    "*.eu-west-1.amazonaws.com",
    "*.us-gov-west-1.amazonaws.com",
    "*.us-gov-east-1.amazonaws.com",
    "*.us-gov.amazonaws.com",
    "*.cn-north-1.amazonaws.com.cn",
    "*.us-east-1.api.aws",
    "*.us-east-2.api.aws",
    "*.eu-west-1.api.aws",
    "*.us-gov-east-1.api.aws",
    "*.global.api.aws",
    "*.us-gov.api.aws",
    "*.aws.amazon.com",
    "*.amazonaws-us-gov.com",
    "*.amazonaws.cn",
];

fn leaf(certificate: Certificate) -> CertificateParams {
    let names = match certificate {
        Certificate::WrongHost => vec!["sts.example.invalid".to_owned()],
        Certificate::Aws => OWN.iter().chain(&AWS).map(|&name| name.to_owned()).collect(),
        _ => OWN.map(str::to_owned).to_vec(),
    };
    let mut params = CertificateParams::new(names).expect("the names are valid");
    let today = OffsetDateTime::now_utc();
    params.not_before = today - Duration::days(30);
    let days = if certificate == Certificate::Expired { -1 } else { 30 };
    params.not_after = today + Duration::days(days);
    params
}
