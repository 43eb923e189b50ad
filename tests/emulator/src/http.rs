//! HTTP/1.1 messages: heads are read by `httparse`, bodies by their exact `Content-Length`.

use std::fmt::Write as _;

/// A request as it arrived.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case, in the order sent.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// An answer to be sent.
#[derive(Debug)]
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Incoming {
    /// Reads a head: `Ok(None)` while it is incomplete, else the request without its body, and the head's length.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, &'static str> {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Request::new(&mut headers);
        let length = match head.parse(bytes).map_err(|_| "the head cannot be read")? {
            httparse::Status::Complete(length) => length,
            httparse::Status::Partial => return Ok(None),
        };
        if head.version != Some(1) {
            return Err("only HTTP/1.1 is spoken here");
        }
        let target = head.path.unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut request = Self { method: head.method.unwrap_or_default().to_owned(), ..Self::default() };
        (request.path, request.query) = (path.to_owned(), query.to_owned());
        for header in head.headers {
            let value = std::str::from_utf8(header.value).map_err(|_| "a header is not UTF-8")?;
            request.headers.push((header.name.to_ascii_lowercase(), value.to_owned()));
        }
        Ok(Some((request, length)))
    }

    /// The value of a header that was sent once; `None` also when it was sent twice, which no check may accept.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(sent, _)| sent == name).map(|(_, value)| value.as_str());
        values.next().filter(|_| values.next().is_none())
    }

    /// How long the body is, by its only permitted announcement.
    pub(crate) fn content_length(&self) -> Result<usize, &'static str> {
        if self.header("host").is_none() {
            return Err("there must be one Host header");
        }
        if self.headers.iter().any(|(name, _)| name == "transfer-encoding") {
            return Err("bodies come with Content-Length, not in chunks");
        }
        match self.header("content-length") {
            Some(length) if length.bytes().all(|byte| byte.is_ascii_digit()) => {
                length.parse().ok().filter(|&length| length <= 1 << 20).ok_or("the body is too long")
            }
            None if self.method != "POST" && !self.headers.iter().any(|(name, _)| name == "content-length") => Ok(0),
            _ => Err("there must be one Content-Length header, a number"),
        }
    }

    /// Whether the client wants the connection closed after the answer.
    pub(crate) fn wants_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

impl Outgoing {
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("Content-Type", content_type.to_owned())], body: body.into() }
    }

    /// Adds a header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Status line and headers, with the true `Content-Length` and the empty line.
    pub(crate) fn head(&self) -> String {
        let mut head = self.head_of_any_length();
        let _ = write!(head, "Content-Length: {}\r\n\r\n", self.body.len());
        head
    }

    /// The same for a body that ends with the connection.
    pub(crate) fn head_without_length(&self) -> String {
        self.head_of_any_length() + "Connection: close\r\n\r\n"
    }

    fn head_of_any_length(&self) -> String {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            let _ = write!(head, "{name}: {value}\r\n");
        }
        head
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Other",
    }
}
