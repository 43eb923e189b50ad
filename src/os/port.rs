//! One question to a program of our own user at a port of this machine.
//!
//! When a program has ended, any user of the machine can have its port. So nothing is said to another user's program, and
//! nothing that it says is believed, as far as the system can tell whose a program is ([`Peer`]).

use super::peer::Peer;
use super::write::write_all;
use crate::secret::{Filled, SecretBuffer};
use std::io::{self, ErrorKind};
use std::net::{SocketAddrV4, TcpStream};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The longest answer taken, in bytes: a set of credentials, its token of at most 64 KiB.
const LONGEST: usize = 128 * 1024;

/// What was answered.
#[derive(Debug)]
pub struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// What follows the head.
    pub body: Zeroizing<String>,
}

/// Asks for `what`, as in `GET /x`, and shows the `token`. It takes `patience` at the longest.
pub fn ask(address: SocketAddrV4, what: &str, token: &str, patience: Duration) -> io::Result<Answered> {
    if token.chars().any(char::is_control) {
        return Err(io::Error::new(ErrorKind::InvalidInput, "the token for it holds a line end"));
    }
    let deadline = Instant::now() + patience;
    let left = || {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() { Err(io::Error::from(ErrorKind::TimedOut)) } else { Ok(left) }
    };
    let stream = TcpStream::connect_timeout(&address.into(), patience)?;
    let ours = stream.local_addr()?;
    // Until it is taken, the connection itself is nobody's; before that counts who listens.
    welcome(Peer::called(address.into(), ours))?;
    stream.set_write_timeout(Some(left()?))?;
    let host = address.to_string();
    let parts = [what, " HTTP/1.1\r\nHost: ", &host, "\r\nAuthorization: ", token, "\r\n\r\n"];
    write_all(&stream, Zeroizing::new(parts.concat()).as_bytes())?;
    let mut answer = SecretBuffer::new(LONGEST);
    loop {
        stream.set_read_timeout(Some(left()?))?;
        match answer.fill(&stream)? {
            Filled::Some | Filled::Later => {}
            Filled::End => break,
            Filled::Full => return Err(io::Error::other("its answer is too long")),
        }
    }
    // Ours keeps its end open until we close this one, so the system can still tell whose it is.
    welcome(Peer::of(address.into(), ours))?;
    read(answer.as_bytes()).ok_or_else(|| io::Error::other("its answer is not whole"))
}

fn welcome(peer: Peer) -> io::Result<()> {
    match peer {
        Peer::Ours | Peer::Unknown => Ok(()),
        Peer::Stranger(uid) => Err(io::Error::other(format!("a program of another user (number {uid}) has its port"))),
        Peer::Gone => Err(ErrorKind::ConnectionReset.into()),
    }
}

/// An answer that is whole by its own length.
#[must_use]
pub fn read(answer: &[u8]) -> Option<Answered> {
    let mut headers = [httparse::EMPTY_HEADER; 16];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(end) = head.parse(answer).ok()? else { return None };
    let length = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"))?;
    let length: usize = std::str::from_utf8(length.value).ok()?.parse().ok()?;
    let body = answer[end..].get(..length).filter(|body| end + body.len() == answer.len())?;
    Some(Answered { status: head.code?, body: Zeroizing::new(std::str::from_utf8(body).ok()?.to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::{Ipv4Addr, TcpListener};

    /// Answers one question with `bytes`; gives what was asked.
    fn asked(bytes: &'static [u8]) -> (io::Result<Answered>, String) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let std::net::SocketAddr::V4(address) = listener.local_addr().unwrap() else { panic!("an address") };
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut heard = [0; 512];
            let count = stream.read(&mut heard).unwrap();
            stream.write_all(bytes).unwrap();
            stream.shutdown(std::net::Shutdown::Write).unwrap();
            let _ = stream.read(&mut [0]);
            String::from_utf8_lossy(&heard[..count]).replace(&address.to_string(), "HOST")
        });
        let answered = ask(address, "GET /x", "TOKEN", Duration::from_secs(20));
        (answered, server.join().unwrap())
    }

    #[test]
    fn an_answer_counts_if_it_is_whole() {
        let (answered, heard) = asked(b"HTTP/1.1 403 Refused\r\nContent-Length: 2\r\n\r\n{}");
        let answered = answered.unwrap();
        assert_eq!((answered.status, answered.body.as_str()), (403, "{}"));
        assert_eq!(heard, "GET /x HTTP/1.1\r\nHost: HOST\r\nAuthorization: TOKEN\r\n\r\n");
        for bytes in [
            &b""[..],
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 200 OK\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}",
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n\xff",
            b"SSH-2.0\r\n",
        ] {
            assert!(asked(bytes).0.is_err(), "{bytes:?}");
        }
    }

    #[test]
    fn a_program_that_says_nothing_is_waited_for_as_long_as_was_said() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let std::net::SocketAddr::V4(address) = listener.local_addr().unwrap() else { panic!("an address") };
        let began = Instant::now();
        assert!(ask(address, "GET /x", "TOKEN", Duration::from_millis(50)).is_err());
        assert!(began.elapsed() < Duration::from_secs(10));
    }
}
