//! What STS answers when it refuses: a status, a code and a text, as AWS words them.
//!
//! Sources: <https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html>, the signature errors of
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html>, the rest from reports of users.

use crate::xml::element;

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ApiError {
    /// HTTP status.
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    /// May be longer than a line; escaped only when written as XML.
    pub(crate) message: String,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The document that a service of this namespace sends.
    pub(crate) fn xml(&self, namespace: &str, request_id: &str) -> String {
        let side = if self.status < 500 { "Sender" } else { "Receiver" };
        let parts = [element("Type", side), element("Code", self.code), element("Message", &self.message)].concat();
        let id = element("RequestId", request_id);
        format!("<ErrorResponse xmlns=\"{namespace}\"><Error>{parts}</Error>{id}</ErrorResponse>")
    }

    pub(crate) fn access_denied(message: impl Into<String>) -> Self {
        Self::new(403, "AccessDenied", message)
    }

    pub(crate) fn validation(message: impl Into<String>) -> Self {
        Self::new(400, "ValidationError", message)
    }

    pub(crate) fn incomplete_signature(message: impl Into<String>) -> Self {
        Self::new(400, "IncompleteSignature", message)
    }

    pub(crate) fn signature(message: impl Into<String>) -> Self {
        Self::new(403, "SignatureDoesNotMatch", message)
    }

    /// The signature was well-formed and in time, and is wrong.
    pub(crate) fn wrong_signature() -> Self {
        Self::signature(
            "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
             Access Key and signing method. Consult the service documentation for details.",
        )
    }

    /// Unknown or inactive key, or a session token that is not the key's.
    pub(crate) fn invalid_token() -> Self {
        Self::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
    }

    pub(crate) fn expired_token() -> Self {
        Self::new(403, "ExpiredToken", "The security token included in the request is expired")
    }

    pub(crate) fn missing_token() -> Self {
        Self::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
    }

    pub(crate) fn malformed_query() -> Self {
        Self::new(404, "MalformedQueryString", "The query string contains a syntax error.")
    }
}
