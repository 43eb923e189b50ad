//! Servers that are no help. Each is one for all tests, and ends with them.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

/// A port of loopback where each connection is `talk`ed to.
fn listen(talk: fn(TcpStream)) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("loopback has a free port");
    let port = listener.local_addr().expect("it is bound").port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || talk(stream));
        }
    });
    port
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

/// Takes connections and what is sent, and says nothing.
pub fn silent() -> String {
    static PORT: OnceLock<u16> = OnceLock::new();
    url(*PORT.get_or_init(|| {
        listen(|mut stream| {
            let _ = std::io::copy(&mut stream, &mut std::io::sink());
        })
    }))
}

/// Answers by a byte every quarter of a second.
pub fn dripping() -> String {
    static PORT: OnceLock<u16> = OnceLock::new();
    url(*PORT.get_or_init(|| {
        listen(|mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(250));
            }
        })
    }))
}

/// Answers without an end, as fast as it is read.
pub fn endless() -> String {
    static PORT: OnceLock<u16> = OnceLock::new();
    url(*PORT.get_or_init(|| {
        listen(|mut stream| {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nConnection: close\r\n\r\n");
            while stream.write_all(&[b' '; 4096]).is_ok() {}
        })
    }))
}

/// A port where a connection is neither taken nor refused: there is no room for one more.
pub fn black_hole() -> String {
    static HOLE: OnceLock<(rustix::fd::OwnedFd, Vec<TcpStream>, u16)> = OnceLock::new();
    let (_, _, port) = HOLE.get_or_init(|| {
        use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};
        let hole = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
        bind(&hole, &SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).expect("loopback has a free port");
        listen(&hole, 0).expect("it listens");
        let address = SocketAddr::try_from(getsockname(&hole).expect("its address")).expect("an address of IP");
        let mut crowd = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            crowd.push(stream);
            assert!(crowd.len() < 100, "there is always room");
        }
        (hole, crowd, address.port())
    });
    url(*port)
}
