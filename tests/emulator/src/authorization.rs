//! The `Authorization` header: `AWS4-HMAC-SHA256 Credential=ID/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use crate::error::ApiError;

/// The header, taken apart; nothing in it is verified yet.
#[derive(Debug)]
pub(crate) struct Authorization<'a> {
    /// `AWS4-HMAC-SHA256` when all is well.
    pub(crate) algorithm: &'a str,
    pub(crate) access_key_id: &'a str,
    pub(crate) scope: Scope<'a>,
    pub(crate) signed_headers: Vec<&'a str>,
    /// 64 lower-case hexadecimal digits when all is well.
    pub(crate) signature: &'a str,
}

/// What the signing key is good for.
#[derive(Debug)]
pub(crate) struct Scope<'a> {
    /// `20261122`
    pub(crate) date: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    /// `aws4_request`
    pub(crate) terminator: &'a str,
}

impl<'a> Authorization<'a> {
    /// Takes a header apart, or says in AWS's words what is missing.
    pub(crate) fn parse(header: &'a str) -> Result<Self, ApiError> {
        let (algorithm, rest) = header.split_once(' ').unwrap_or((header, ""));
        let (mut credential, mut signed_headers, mut signature) = (None, None, None);
        for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let Some((name, value)) = part.split_once('=') else {
                let text = format!(
                    "'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'."
                );
                return Err(ApiError::incomplete_signature(text));
            };
            let place = match name {
                "Credential" => &mut credential,
                "SignedHeaders" => &mut signed_headers,
                "Signature" => &mut signature,
                _ => continue,
            };
            *place = Some(value);
        }
        let (Some(credential), Some(signed_headers), Some(signature)) = (credential, signed_headers, signature) else {
            let parts = [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)];
            let missing = parts.iter().filter(|(_, value)| value.is_none());
            let texts = missing.map(|(name, _)| format!("Authorization header requires '{name}' parameter. "));
            return Err(ApiError::incomplete_signature(format!("{}Authorization={header}", texts.collect::<String>())));
        };
        let fields: Vec<&str> = credential.split('/').collect();
        let [access_key_id, date, region, service, terminator] = fields[..] else {
            let text = format!(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
            );
            return Err(ApiError::incomplete_signature(text));
        };
        let signed_headers = signed_headers.split(';').collect();
        let scope = Scope { date, region, service, terminator };
        Ok(Self { algorithm, access_key_id, scope, signed_headers, signature })
    }
}
