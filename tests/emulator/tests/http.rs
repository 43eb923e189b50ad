//! HTTP itself: keeping connections, lengths, what is no request to STS at all.

use std::io::{Read, Write};
use std::net::Shutdown;
use std::time::{Duration, Instant};

use aws_auth_emulator::{ALICE, Emulator, Outcome, World};

use crate::raw::{Signing, call, connect, exchange};

#[test]
fn a_warm_up_is_redirected_and_shares_the_connection() {
    let sts = Emulator::start(World::standard());
    let mut stream = connect(&sts);
    let answer = exchange(&mut stream, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").unwrap();
    assert_eq!(answer.status, 302);
    for part in ["Location: https://aws.amazon.com/iam\r\n", "Date: ", "x-amzn-RequestId: "] {
        assert!(answer.head.contains(part), "{part} in {}", answer.head);
    }
    let message = Signing::by(ALICE).sign(&sts, &call("GetCallerIdentity", &[]));
    assert_eq!(exchange(&mut stream, &message.text()).unwrap().status, 200);
    let requests = sts.requests();
    assert_eq!(requests.iter().map(|request| request.connection).collect::<Vec<_>>(), [0, 0]);
    assert_eq!((&requests[0].outcome, &requests[1].outcome), (&Outcome::Warm, &Outcome::Ok));
    assert_eq!((sts.connections(), sts.calls("GetCallerIdentity")), (1, 1));
}

#[test]
fn the_date_is_the_server_s() {
    let sts = Emulator::start(World::standard());
    sts.set_clock_offset(-1_795_374_300 + 86_400 * 365 * 30);
    let answer = exchange(&mut connect(&sts), "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let year: i32 = answer.head.split("Date: ").nth(1).unwrap()[12..16].parse().unwrap();
    assert!((1999..2020).contains(&year), "{}", answer.head);
}

#[test]
fn what_is_no_request_is_refused_and_recorded() {
    #[rustfmt::skip]
    let table = [
        ("no HTTP", "hello\r\n\r\n", 400, "BadRequest"),
        ("HTTP/1.0", "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 400, "BadRequest"),
        ("no host", "GET / HTTP/1.1\r\n\r\n", 400, "BadRequest"),
        ("two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400, "BadRequest"),
        ("no length", "POST / HTTP/1.1\r\nHost: x\r\n\r\n", 400, "BadRequest"),
        ("two lengths", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 400, "BadRequest"),
        ("signed length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +1\r\n\r\nx", 400, "BadRequest"),
        ("chunks", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "BadRequest"),
        ("too long", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", 400, "BadRequest"),
        ("another path", "GET /foo HTTP/1.1\r\nHost: x\r\n\r\n", 404, "UnknownOperationException"),
        ("a query", "GET /?Action=GetCallerIdentity HTTP/1.1\r\nHost: x\r\n\r\n", 404, "UnknownOperationException"),
        ("JSON", "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 404, "UnknownOperationException"),
    ];
    for (name, text, status, code) in table {
        let sts = Emulator::start(World::standard());
        let answer = exchange(&mut connect(&sts), text).unwrap();
        assert_eq!(answer.status, status, "{name}");
        let outcomes: Vec<_> = sts.requests().into_iter().map(|request| request.outcome).collect();
        assert_eq!(outcomes, [Outcome::Error { code: code.to_owned() }], "{name}");
    }
}

#[test]
fn a_client_that_hangs_up_half_way_is_recorded() {
    for text in ["POST / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nAction"] {
        let sts = Emulator::start(World::standard());
        let mut stream = connect(&sts);
        stream.write_all(text.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Write).unwrap();
        assert_eq!(stream.read(&mut [0]).unwrap(), 0);
        assert_eq!(sts.requests()[0].outcome, Outcome::Error { code: "Incomplete".to_owned() }, "{text}");
    }
}

#[test]
fn nothing_said_is_nothing_recorded() {
    let sts = Emulator::start(World::standard());
    let stream = connect(&sts);
    stream.shutdown(Shutdown::Write).unwrap();
    assert_eq!((&stream).read(&mut [0]).unwrap(), 0);
    assert_eq!((sts.requests().len(), sts.connections()), (0, 1));
}

#[test]
fn a_wish_to_close_is_granted() {
    let sts = Emulator::start(World::standard());
    let mut stream = connect(&sts);
    exchange(&mut stream, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
}

#[test]
fn latency_is_before_every_answer() {
    let sts = Emulator::start(World::standard());
    sts.set_latency(Duration::from_millis(120));
    let started = Instant::now();
    exchange(&mut connect(&sts), "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    Signing::by(ALICE).send(&sts, &call("GetCallerIdentity", &[]));
    assert!(started.elapsed() >= Duration::from_millis(240), "{:?}", started.elapsed());
}

#[test]
fn dropping_ends_open_connections_and_frees_the_port() {
    let sts = Emulator::start(World::standard());
    let (mut stream, port) = (connect(&sts), sts.port());
    exchange(&mut stream, "GET / HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    drop(sts);
    assert!(matches!(stream.read(&mut [0]), Ok(0) | Err(_)));
    assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_err());
}
