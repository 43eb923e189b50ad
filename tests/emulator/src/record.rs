//! What the server saw, for tests to read.

/// One request as it arrived, whatever became of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Which connection it came on, counted from 0; equal numbers mean that one was kept alive.
    pub connection: usize,
    /// `POST`, `GET`; empty when not even the head could be read.
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Every header with its name in lower case, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The form parameter `Action`.
    pub action: Option<String>,
    /// Every form parameter, decoded, in the order sent.
    pub params: Vec<(String, String)>,
    /// The access key id of the credential scope, known or not.
    pub access_key_id: Option<String>,
    /// The region of the credential scope.
    pub region: Option<String>,
    /// Whether `X-Amz-Security-Token` was sent.
    pub session_token: bool,
    /// The names in `SignedHeaders`.
    pub signed_headers: Vec<String>,
    /// What became of it.
    pub outcome: Outcome,
}

impl Request {
    /// The form parameter of this name.
    #[must_use]
    pub fn param(&self, name: &str) -> Option<&str> {
        crate::form::get(&self.params, name)
    }

    /// The first header of this name, given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        crate::form::get(&self.headers, name)
    }
}

/// What became of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Outcome {
    /// Served.
    Ok,
    /// Refused with this code. `BadRequest` is HTTP that cannot be read, `Incomplete` a client that hung up half way.
    Error {
        /// AWS's error code.
        code: String,
    },
    /// A fault took the place of the answer, or altered it.
    #[default]
    Fault,
    /// An unsigned `GET /` or `HEAD /`, answered by a redirect as the real service does.
    Warm,
}

impl Outcome {
    pub(crate) fn error(code: &str) -> Self {
        Self::Error { code: code.to_owned() }
    }
}
