//! Many clients of a container credentials endpoint, for the benchmark: `clients URI NUMBER REQUESTS PAUSE_MS`, the token
//! in `AWS_CONTAINER_AUTHORIZATION_TOKEN`.
//!
//! Each client is a thread, and each request a connection of its own, as the SDKs make them. What is timed is a request
//! as its client sees it: from before the connection to the end of the answer. Prints the median and the 99th
//! percentile in microseconds, and the requests per second.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let uri = arguments.next().expect("the URI");
    let mut number = || arguments.next().and_then(|text| text.parse::<usize>().ok()).expect("a number");
    let (clients, requests, pause) = (number(), number(), Duration::from_millis(number() as u64));
    let token = std::env::var("AWS_CONTAINER_AUTHORIZATION_TOKEN").expect("the token");
    let (host, path) = uri.strip_prefix("http://").and_then(|rest| rest.split_once('/')).expect("http://HOST/PATH");
    let head = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {token}\r\n\r\n");

    let start = Barrier::new(clients + 1);
    let (mut times, took) = thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|client| {
                let (start, head) = (&start, &head);
                scope.spawn(move || {
                    start.wait();
                    // not all in step
                    thread::sleep(pause * u32::try_from(client).expect("few") / u32::try_from(clients).expect("few"));
                    let ask = |_| {
                        let took = ask(host, head);
                        thread::sleep(pause);
                        took
                    };
                    (0..requests).map(ask).collect::<Vec<_>>()
                })
            })
            .collect();
        start.wait();
        let started = Instant::now();
        let times: Vec<_> = threads.into_iter().flat_map(|thread| thread.join().expect("a client")).collect();
        (times, started.elapsed())
    });
    times.sort_unstable();
    let at = |hundredth: usize| times[(times.len() - 1) * hundredth / 100].as_micros();
    println!("{} {} {:.0}", at(50), at(99), f64::from(u32::try_from(times.len()).expect("few")) / took.as_secs_f64());
}

/// Asks once; how long it took.
fn ask(host: &str, head: &str) -> Duration {
    let started = Instant::now();
    let mut stream = TcpStream::connect(host).expect("a connection");
    stream.write_all(head.as_bytes()).expect("a request");
    let mut answer = Vec::with_capacity(4096);
    stream.read_to_end(&mut answer).expect("an answer");
    let took = started.elapsed();
    assert!(answer.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&answer));
    took
}
