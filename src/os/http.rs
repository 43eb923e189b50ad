//! As much of HTTP/1.1 as a container credentials client speaks: one GET, one JSON answer, and the connection is closed.
//!
//! Written by hand on `httparse`, which the SDK's HTTP client has brought along: hyper's server would do for a thousand
//! kinds of client what is done here for one, and leave the bounds in size and time to us all the same.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use zeroize::Zeroizing;

/// The longest head taken, in bytes.
const HEAD: usize = 8 * 1024;
/// How much is made ready for one, in bytes: the SDKs send less. Hundreds of clients may be heard at once.
const USUAL_HEAD: usize = 1024;
/// The most headers taken.
const HEADERS: usize = 64;
/// How long a client may take to send its head. Clients on this machine send it at once, in one piece; who holds a place
/// without sending keeps others out.
const HEAD_PATIENCE: Duration = Duration::from_secs(2);
/// How long it may take for its answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may take to close the connection then.
const END_PATIENCE: Duration = Duration::from_secs(2);

/// What was asked, as far as it counts.
#[derive(Debug)]
pub struct Request {
    /// `GET`, if all is well.
    pub method: String,
    /// With the query.
    pub path: String,
    /// The name that the client knows us by; none where there are several.
    pub host: Option<String>,
    /// The token; none where there are several.
    pub authorization: Option<Zeroizing<Vec<u8>>>,
}

/// An answer: a status and JSON.
#[derive(Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// More header lines, each ended.
    pub header: Zeroizing<String>,
    /// One object; or nothing.
    pub body: Zeroizing<String>,
}

impl Answer {
    /// A refusal in the form that the SDKs look for.
    #[must_use]
    pub fn refusal(status: u16, code: &str, message: &str) -> Self {
        let body = serde_json::json!({ "code": code, "message": message }).to_string();
        Self { status, header: Zeroizing::default(), body: Zeroizing::new(body) }
    }
}

/// Reads a head; what cannot be read is refused in the answer that it gets.
pub async fn read(stream: &mut TcpStream) -> Result<Request, Answer> {
    let mut head = Zeroizing::new(vec![0; USUAL_HEAD]);
    let read = async {
        let mut length = 0;
        loop {
            if length == HEAD {
                return Err(Answer::refusal(431, "TooLarge", "the head of the request is longer than 8 KiB"));
            }
            if length == head.len() {
                // What it grows out of is wiped as all memory is that is given back.
                head.resize(2 * length, 0);
            }
            match stream.read(&mut head[length..]).await {
                Ok(count @ 1..) => length += count,
                _ => return Err(Answer::refusal(400, "BadRequest", "the request ended too soon")),
            }
            if let Some(request) = parse(&head[..length])? {
                return Ok(request);
            }
        }
    };
    let late = || Err(Answer::refusal(408, "Timeout", "the request took longer than 2 seconds"));
    timeout(HEAD_PATIENCE, read).await.unwrap_or_else(|_| late())
}

/// The request, once its head is whole; the answer where it is none.
pub fn parse(bytes: &[u8]) -> Result<Option<Request>, Answer> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    match head.parse(bytes) {
        Ok(httparse::Status::Partial) => return Ok(None),
        Ok(httparse::Status::Complete(_)) => {}
        Err(_) => return Err(Answer::refusal(400, "BadRequest", "this is no HTTP/1.1 request")),
    }
    let one = |name: &str| {
        let mut values = head.headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
        values.next().filter(|_| values.next().is_none()).map(|header| header.value)
    };
    Ok(Some(Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: head.path.unwrap_or_default().to_owned(),
        host: one("host").and_then(|host| String::from_utf8(host.to_vec()).ok()),
        authorization: one("authorization").map(|token| Zeroizing::new(token.to_vec())),
    }))
}

/// Sends an answer, and closes our half of the connection. Whether it was taken, as far as is known here; then what is
/// left to be done is [`end`].
pub async fn send(stream: &mut TcpStream, answer: &Answer) -> bool {
    let reason = match answer.status {
        200 => "OK",
        302 => "Found",
        400..500 => "Refused",
        _ => "Failed",
    };
    let head = format!(
        "HTTP/1.1 {} {reason}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nConnection: close\r\n",
        answer.status,
        answer.body.len()
    );
    let sent = timeout(PATIENCE, async {
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(answer.header.as_bytes()).await?;
        stream.write_all(b"\r\n").await?;
        stream.write_all(answer.body.as_bytes()).await?;
        stream.shutdown().await
    });
    sent.await.is_ok_and(|sent| sent.is_ok())
}

/// Closes a connection when its client has: closed over unread bytes, the answer itself would be lost. What still comes is
/// read and dropped.
pub async fn end(mut stream: TcpStream) {
    let drained = timeout(END_PATIENCE, async {
        // In the future itself, of which there may be hundreds: so a few bytes only.
        let mut rest = Zeroizing::new([0_u8; 256]);
        for _ in 0..1024 {
            if !matches!(stream.read(&mut *rest).await, Ok(1..)) {
                break;
            }
        }
    });
    let _ = drained.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_whole_unfinished_or_refused() {
        let request = parse(b"GET /x HTTP/1.1\r\nHost: a\r\nauthorization: t\r\n\r\n").unwrap().unwrap();
        assert_eq!((request.method.as_str(), request.path.as_str(), request.host.as_deref()), ("GET", "/x", Some("a")));
        assert_eq!(request.authorization.unwrap().as_slice(), b"t");
        assert!(parse(b"GET /x HTTP/1.1\r\nHo").unwrap().is_none());
        for bad in [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET\r\n\r\n", b"GET / HTTP/9\r\n\r\n"] {
            assert_eq!(parse(bad).unwrap_err().status, 400);
        }
    }

    #[test]
    fn what_comes_twice_counts_as_absent() {
        let request = parse(b"GET / HTTP/1.1\r\nHost: a\r\nHOST: b\r\nAuthorization: t\r\nAuthorization: u\r\n\r\n");
        let request = request.unwrap().unwrap();
        assert!(request.host.is_none() && request.authorization.is_none());
    }
}
