//! What goes wrong on bad days, to be played on purpose.
//!
//! A fault that is played after the request was processed has all the effects of a success: the MFA code is spent and
//! credentials were handed out, though the client never learns of them. AWS does not say which errors leave a code
//! unspent; the readings here are the ones that a careful client has to be ready for.

use std::time::Duration;

use crate::credentials::random_bytes;
use crate::delivery::Delivery;
use crate::http::Outgoing;
use crate::sts::{self, Reply};
use crate::xml;

/// The account that [`Fault::OtherAccount`] puts into the answer.
pub(crate) const OTHER_ACCOUNT: &str = "999900009999";

const HUGE: usize = 10 * 1024 * 1024;

/// One thing that goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The answer comes this much later. Processed.
    Delay(Duration),
    /// The connection is reset once the head was read. Not processed.
    ResetBeforeBody,
    /// The connection is reset instead of an answer. Processed.
    ResetAfterBody,
    /// The connection is closed in order instead of an answer. Processed.
    CloseSilently,
    /// This status and body, from something in front of the service. Not processed.
    Status {
        /// HTTP status.
        code: u16,
        /// Sent as `text/xml`, whatever it is.
        body: String,
    },
    /// This status and body, from the service after its work was done. Processed.
    StatusAfter {
        /// HTTP status.
        code: u16,
        /// Sent as `text/xml`, whatever it is.
        body: String,
    },
    /// Half of the body, then the connection is closed. Processed.
    TruncatedBody,
    /// 200 with 512 random bytes. Processed.
    GarbageBody,
    /// 200 with no body. Processed.
    EmptyBody,
    /// 200 with a page that wants a login, as in hotels. Not processed.
    HtmlPortal,
    /// The true answer, made 10 MiB long by blanks between its elements. Processed.
    HugeBody,
    /// The true answer, its body at this many bytes per second. Processed.
    SlowDrip(u32),
    /// The connection stays open and silent. Processed.
    NeverAnswer,
    /// 200 without the element `Credentials`. Processed.
    WithoutCredentials,
    /// 200 with these values in the place of the true ones. Processed.
    Credentials {
        /// For `AccessKeyId`.
        access_key_id: Option<String>,
        /// For `SecretAccessKey`.
        secret: Option<String>,
        /// For `SessionToken`.
        token: Option<String>,
        /// For `Expiration`.
        expiration: Option<String>,
    },
    /// The true answer, but of a role or user in account 999900009999. Processed.
    OtherAccount,
    /// `AccessDenied` with this text. Processed.
    ErrorText(String),
    /// The true answer, its body rewritten. Processed.
    Rewritten(fn(&str) -> String),
    /// So many bytes of the true answer, whose length is not announced: its end is where the connection ends, in order.
    /// Processed.
    Unannounced(usize),
}

impl Fault {
    /// 500 `InternalFailure`, before any work was done.
    #[must_use]
    pub fn internal_failure() -> Self {
        Self::Status { code: 500, body: internal_failure() }
    }

    /// 500 `InternalFailure`, after the work was done: the stricter reading, the code is spent.
    #[must_use]
    pub fn internal_failure_after_work() -> Self {
        Self::StatusAfter { code: 500, body: internal_failure() }
    }

    /// 503 `ServiceUnavailable`, before any work was done.
    #[must_use]
    pub fn service_unavailable() -> Self {
        let text = "The request has failed due to a temporary failure of the server.";
        Self::Status { code: 503, body: error_body("Receiver", "ServiceUnavailable", text) }
    }

    /// 400 `Throttling`, before any work was done.
    #[must_use]
    pub fn throttling() -> Self {
        Self::Status { code: 400, body: error_body("Sender", "Throttling", "Rate exceeded") }
    }

    /// Whether the request is served before the fault is played.
    pub(crate) fn is_after_processing(&self) -> bool {
        !matches!(self, Self::ResetBeforeBody | Self::Status { .. } | Self::HtmlPortal)
    }

    /// Whether a refusal is replaced as well. What only alters a success leaves a refusal as it is, and a delay
    /// alters nothing.
    pub(crate) fn replaces_any_answer(&self) -> bool {
        !matches!(self, Self::Delay(_) | Self::OtherAccount | Self::WithoutCredentials | Self::Credentials { .. })
    }

    /// Alters a successful answer; whether this fault does such a thing.
    pub(crate) fn alter(&self, reply: &mut Reply) -> bool {
        match self {
            Self::OtherAccount => reply.move_to_account(OTHER_ACCOUNT),
            Self::WithoutCredentials => {
                reply.credentials().map(Option::take);
            }
            Self::Credentials { access_key_id, secret, token, expiration } => {
                let Some(Some(issued)) = reply.credentials() else {
                    return true;
                };
                let places = [
                    (access_key_id, &mut issued.access_key_id),
                    (secret, &mut issued.secret_access_key),
                    (token, &mut issued.session_token),
                    (expiration, &mut issued.expiration),
                ];
                for (hostile, place) in places {
                    if let Some(hostile) = hostile {
                        place.clone_from(hostile);
                    }
                }
            }
            _ => return false,
        }
        true
    }

    /// How the answer is sent, or what takes its place.
    pub(crate) fn deliver(&self, answer: Outgoing) -> Delivery {
        match self {
            Self::ResetBeforeBody | Self::ResetAfterBody => Delivery::Reset,
            Self::CloseSilently => Delivery::Close,
            Self::NeverAnswer => Delivery::Hang,
            Self::TruncatedBody => Delivery::Cut(answer),
            Self::Unannounced(length) => Delivery::Unannounced(answer, *length),
            Self::Rewritten(rewrite) => {
                let body = rewrite(&String::from_utf8_lossy(&answer.body)).into_bytes();
                Delivery::Send(Outgoing { body, ..answer })
            }
            Self::SlowDrip(rate) => Delivery::Drip(answer, *rate),
            Self::Delay(delay) => Delivery::Late(answer, *delay),
            Self::Status { code, body } | Self::StatusAfter { code, body } => {
                Delivery::Send(Outgoing { status: *code, body: body.clone().into_bytes(), ..answer })
            }
            Self::GarbageBody => Delivery::Send(Outgoing { status: 200, body: random_bytes(512), ..answer }),
            Self::EmptyBody => Delivery::Send(Outgoing { status: 200, body: Vec::new(), ..answer }),
            Self::HtmlPortal => {
                let page = "<!DOCTYPE html><html><head><title>Welcome</title></head><body>Log in to use this network.</body></html>";
                Delivery::Send(Outgoing::new(200, "text/html; charset=utf-8", page))
            }
            Self::HugeBody => Delivery::Send(Outgoing { body: inflated(answer.body), ..answer }),
            Self::ErrorText(text) => Delivery::Send(Outgoing {
                status: 403,
                body: error_body("Sender", "AccessDenied", text).into_bytes(),
                ..answer
            }),
            Self::WithoutCredentials | Self::Credentials { .. } | Self::OtherAccount => Delivery::Send(answer),
        }
    }
}

fn internal_failure() -> String {
    let text = "The request processing has failed because of an unknown error, exception or failure.";
    error_body("Receiver", "InternalFailure", text)
}

fn error_body(side: &str, code: &str, text: &str) -> String {
    let parts = [xml::element("Type", side), xml::element("Code", code), xml::element("Message", text)].concat();
    let id = xml::element("RequestId", &crate::credentials::request_id());
    format!("<ErrorResponse xmlns=\"{}\"><Error>{parts}</Error>{id}</ErrorResponse>", sts::NAMESPACE)
}

/// Blanks after the first tag, where a parser has to go through them.
fn inflated(mut body: Vec<u8>) -> Vec<u8> {
    let place = body.iter().position(|&byte| byte == b'>').map_or(0, |end| end + 1);
    let missing = HUGE.saturating_sub(body.len());
    body.splice(place..place, std::iter::repeat_n(b' ', missing));
    body
}
