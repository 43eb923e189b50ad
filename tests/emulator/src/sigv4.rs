//! Signature Version 4: the canonical request, the string to sign and the signature over it.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt::Write as _;

use ring::{digest, hmac};

use crate::authorization::{Authorization, Scope};
use crate::http::Incoming;

/// Whether the signature is the one this secret makes over this very request.
pub(crate) fn is_signed_by(secret: &str, request: &Incoming, authorization: &Authorization) -> bool {
    let Some(canonical) = canonical_request(request, &authorization.signed_headers) else {
        return false;
    };
    let date = request.header("x-amz-date").unwrap_or_default();
    let scope = &authorization.scope;
    let Scope { date: day, region, service, terminator } = scope;
    let hash = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{day}/{region}/{service}/{terminator}\n{hash}");
    hex(&hmac_sha256(&signing_key(secret, scope), &to_sign)) == authorization.signature
}

/// `None` when the signed headers are not sorted lower-case names of headers that were sent.
fn canonical_request(request: &Incoming, signed_headers: &[&str]) -> Option<String> {
    if !signed_headers.is_sorted()
        || signed_headers.iter().any(|name| name.bytes().any(|byte| byte.is_ascii_uppercase()))
    {
        return None;
    }
    let mut headers = String::new();
    for name in signed_headers {
        let values: Vec<String> =
            request.headers.iter().filter(|(sent, _)| sent == name).map(|(_, value)| folded(value)).collect();
        if values.is_empty() {
            return None;
        }
        writeln!(headers, "{name}:{}", values.join(",")).ok()?;
    }
    let body = hex(digest::digest(&digest::SHA256, &request.body).as_ref());
    let (method, path, query) = (&request.method, &request.path, canonical_query(&request.query));
    Some(format!("{method}\n{path}\n{query}\n{headers}\n{}\n{body}", signed_headers.join(";")))
}

/// Runs of blanks count as one.
fn folded(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn canonical_query(query: &str) -> String {
    let mut pairs: Vec<String> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| if pair.contains('=') { pair.to_owned() } else { format!("{pair}=") })
        .collect();
    pairs.sort();
    pairs.join("&")
}

fn signing_key(secret: &str, scope: &Scope) -> Vec<u8> {
    let steps = [scope.date, scope.region, scope.service, scope.terminator];
    steps.iter().fold(format!("AWS4{secret}").into_bytes(), |key, step| hmac_sha256(&key, step))
}

fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
