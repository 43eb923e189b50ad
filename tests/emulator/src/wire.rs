//! One connection: bytes in and out, plain or through TLS, and the two ways to end it.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::http::Incoming;

/// A head longer than this is an attack or a mistake.
const LONGEST_HEAD: usize = 64 * 1024;

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// The server's end of a connection.
pub(crate) struct Wire {
    stream: Box<dyn Stream>,
    tcp: TcpStream,
    /// What was read and not yet taken.
    pending: Vec<u8>,
}

/// Why no request came.
pub(crate) enum Broken {
    /// The client hung up between two requests, as it may.
    Closed,
    /// The client hung up within a request.
    Incomplete,
    /// What came is not HTTP as it should be.
    Malformed(&'static str),
}

impl Wire {
    pub(crate) fn new(tcp: TcpStream, tls: Option<&Arc<ServerConfig>>) -> io::Result<Self> {
        tcp.set_nodelay(true)?;
        let stream: Box<dyn Stream> = match tls {
            Some(config) => {
                let session = ServerConnection::new(Arc::clone(config)).map_err(io::Error::other)?;
                Box::new(StreamOwned::new(session, tcp.try_clone()?))
            }
            None => Box::new(tcp.try_clone()?),
        };
        Ok(Self { stream, tcp, pending: Vec::new() })
    }

    /// Waits for the head of the next request.
    pub(crate) fn read_head(&mut self) -> Result<Incoming, Broken> {
        loop {
            match Incoming::parse(&self.pending).map_err(Broken::Malformed)? {
                Some((request, length)) => {
                    self.pending.drain(..length);
                    return Ok(request);
                }
                None if self.pending.len() > LONGEST_HEAD => {
                    return Err(Broken::Malformed("the head is too long"));
                }
                None if self.read_more() => {}
                None if self.pending.is_empty() => return Err(Broken::Closed),
                None => return Err(Broken::Incomplete),
            }
        }
    }

    /// Reads a body of exactly this length.
    pub(crate) fn read_body(&mut self, length: usize) -> Result<Vec<u8>, Broken> {
        while self.pending.len() < length {
            if !self.read_more() {
                return Err(Broken::Incomplete);
            }
        }
        Ok(self.pending.drain(..length).collect())
    }

    fn read_more(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        match self.stream.read(&mut chunk) {
            Ok(0) | Err(_) => false,
            Ok(length) => {
                self.pending.extend_from_slice(&chunk[..length]);
                true
            }
        }
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)?;
        self.stream.flush()
    }

    /// Closes at once and in order, below TLS: the client sees the end of the stream.
    pub(crate) fn close(&self) {
        let _ = self.tcp.shutdown(Shutdown::Both);
    }

    /// Makes the kernel send a reset when the connection is dropped, which must follow.
    pub(crate) fn reset(&self) {
        let _ = socket2::SockRef::from(&self.tcp).set_linger(Some(Duration::ZERO));
    }
}
