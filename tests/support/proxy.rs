//! A proxy for HTTPS: it opens tunnels (`CONNECT`) and remembers to where; or it refuses to.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

pub struct Proxy {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

/// What a proxy does with those who want a tunnel.
#[derive(Clone, Copy)]
struct Manner {
    /// How many are refused, with which answer.
    refuses: (usize, &'static str),
    /// The port of this machine to which all tunnels lead, whatever host was asked for.
    to: Option<u16>,
}

impl Proxy {
    pub fn start() -> Self {
        Self::refusing(usize::MIN, "")
    }

    /// One by which every host is at this port of this machine.
    pub fn leading_to(port: u16) -> Self {
        Self::listen(Manner { refuses: (0, ""), to: Some(port) })
    }

    /// One that gives this answer, a status line and headers, in place of so many tunnels.
    pub fn refusing(times: usize, answer: &'static str) -> Self {
        Self::listen(Manner { refuses: (times, answer), to: None })
    }

    fn listen(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&heads);
        // ends with the test binary: there is nothing to clean up
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let seen = Arc::clone(&seen);
                thread::spawn(move || tunnel(client, &seen, manner));
            }
        });
        Self { port, heads }
    }

    pub fn url(&self, user: &str) -> String {
        format!("http://{user}127.0.0.1:{}", self.port)
    }

    /// The heads of the requests for a tunnel.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("the heads").clone()
    }

    /// The hosts that were asked for, each once.
    pub fn hosts(&self) -> Vec<String> {
        let heads = self.heads();
        let hosts = heads.iter().filter_map(|head| head.strip_prefix("CONNECT ")?.split(':').next());
        let mut hosts: Vec<String> = hosts.map(str::to_owned).collect();
        hosts.sort_unstable();
        hosts.dedup();
        hosts
    }
}

fn tunnel(client: TcpStream, seen: &Mutex<Vec<String>>, manner: Manner) -> Option<()> {
    let Manner { refuses: (times, answer), to } = manner;
    let mut reader = BufReader::new(client.try_clone().ok()?);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let earlier = {
        let mut heads = seen.lock().expect("the heads");
        heads.push(head.clone());
        heads.len() - 1
    };
    if earlier < times {
        let mut client = client;
        return client.write_all(format!("{answer}\r\n\r\n").as_bytes()).ok();
    }
    let target = head.strip_prefix("CONNECT ")?.split(' ').next()?.to_owned();
    let target = to.map_or(target, |port| format!("127.0.0.1:{port}"));
    let mut server = TcpStream::connect(target).ok()?;
    let mut client = client;
    client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").ok()?;
    let mut from_client = reader;
    let mut to_server = server.try_clone().ok()?;
    thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(std::net::Shutdown::Write);
    });
    let _ = std::io::copy(&mut server, &mut client);
    Some(())
}
