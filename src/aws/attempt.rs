//! One sending of one request, watched: whether any byte of it left, whether AWS answered, and by one whole document.
//!
//! A code counts as spent once its request has begun to leave. That is known from the request's body: the HTTP library
//! looks at it at the moment in which it writes the request's head, and not before it has a connection.

use super::{Clock, document};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::{self, SdkBody};
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::task::{Context, Poll};

/// The outermost element of AWS's refusals.
/// Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#operation-error-serialization>
const REFUSAL: &str = "ErrorResponse";

/// What became of one sending.
#[derive(Debug, Default)]
pub struct Attempt {
    begun: AtomicBool,
    /// The status of the answer; 0 where there is none.
    status: AtomicU16,
}

impl Attempt {
    /// Whether a byte of the request may have left.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// The HTTP status of the answer, if there was one to its last byte.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        Some(self.status.load(Ordering::Relaxed)).filter(|status| *status != 0)
    }

    fn begin(&self) {
        self.begun.store(true, Ordering::Relaxed);
    }
}

/// A connector that watches what goes through it.
#[derive(Debug)]
pub struct Watched {
    connector: SharedHttpConnector,
    clock: Clock,
    attempt: Arc<Attempt>,
    root: Option<&'static str>,
}

impl Watched {
    /// Watches what `connector` sends, for `attempt`. AWS's time is told to `clock`. Where `root` is given, an answer
    /// with another document than that, or than a refusal, is an error.
    #[must_use]
    pub const fn new(
        connector: SharedHttpConnector,
        clock: Clock,
        attempt: Arc<Attempt>,
        root: Option<&'static str>,
    ) -> Self {
        Self { connector, clock, attempt, root }
    }
}

impl HttpConnector for Watched {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let body = std::mem::replace(request.body_mut(), SdkBody::taken());
        *request.body_mut() = SdkBody::from_body_1_x(Marked { body, attempt: Arc::clone(&self.attempt) });
        let answer = self.connector.call(request);
        let (clock, attempt, root) = (self.clock.clone(), Arc::clone(&self.attempt), self.root);
        HttpConnectorFuture::new(async move {
            let response = answer.await?;
            clock.hear(response.headers().get("date"));
            attempt.status.store(response.status().as_u16(), Ordering::Relaxed);
            judge(response, root)
        })
    }
}

fn judge(response: HttpResponse, root: Option<&str>) -> Result<HttpResponse, ConnectorError> {
    if let Some(root) = root {
        let expected = if response.status().is_success() { root } else { REFUSAL };
        document::check(response.body().bytes().unwrap_or_default(), expected)
            .map_err(|flaw| ConnectorError::other(flaw.into(), None))?;
    }
    Ok(response)
}

/// A request's body that tells when it is looked at.
struct Marked {
    body: SdkBody,
    attempt: Arc<Attempt>,
}

impl Body for Marked {
    type Data = Bytes;
    type Error = body::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, body::Error>>> {
        self.attempt.begin();
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.attempt.begin();
        Body::is_end_stream(&self.body)
    }

    fn size_hint(&self) -> SizeHint {
        Body::size_hint(&self.body)
    }
}
