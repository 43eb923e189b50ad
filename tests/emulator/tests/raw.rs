//! A client that signs by itself and can then spoil what it signed, or say anything at all.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_auth_emulator::{Emulator, Issued, Person};
use ring::{digest, hmac};

/// What requests are signed with.
#[derive(Debug, Clone)]
pub struct Keys {
    pub id: String,
    pub secret: String,
    pub token: Option<String>,
    pub region: String,
}

impl From<Person> for Keys {
    fn from(person: Person) -> Self {
        let region = match person.arn.split(':').nth(1) {
            Some("aws-cn") => "cn-north-1",
            Some("aws-us-gov") => "us-gov-west-1",
            _ => "eu-central-1",
        };
        let (id, secret) = (person.access_key_id.to_owned(), person.secret_access_key.to_owned());
        Self { id, secret, token: None, region: region.to_owned() }
    }
}

impl From<&Issued> for Keys {
    fn from(issued: &Issued) -> Self {
        Self {
            id: issued.access_key_id.clone(),
            secret: issued.secret_access_key.clone(),
            token: Some(issued.session_token.clone()),
            region: "eu-central-1".to_owned(),
        }
    }
}

/// A request, signed; every part may be spoiled before it is sent.
#[derive(Debug, Clone)]
pub struct Message {
    pub start: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// What came back.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

/// How a request is signed; the default is right.
pub struct Signing<'a> {
    pub keys: Keys,
    /// Offset of the client's clock from the machine's, in seconds.
    pub offset: i64,
    pub service: &'a str,
    pub terminator: &'a str,
    /// Of the scope; the date's own when `None`.
    pub day: Option<&'a str>,
    /// More headers that are sent and signed.
    pub more: Vec<(&'a str, String)>,
    /// Names that are sent but left out of the signature.
    pub unsigned: Vec<&'a str>,
    /// Puts the signed headers in the wrong order.
    pub reversed: bool,
}

impl Signing<'_> {
    pub fn by(keys: impl Into<Keys>) -> Self {
        Self {
            keys: keys.into(),
            offset: 0,
            service: "sts",
            terminator: "aws4_request",
            day: None,
            more: Vec::new(),
            unsigned: Vec::new(),
            reversed: false,
        }
    }

    pub fn sign(&self, emulator: &Emulator, params: &[(&str, &str)]) -> Message {
        let body = form(params);
        let date = amz_date(unix_now() + self.offset);
        let host = format!("127.0.0.1:{}", emulator.port());
        let mut headers = vec![
            ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
            ("host".to_owned(), host),
            ("x-amz-date".to_owned(), date.clone()),
        ];
        headers.extend(self.keys.token.iter().map(|token| ("x-amz-security-token".to_owned(), token.clone())));
        headers.extend(self.more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        headers.sort();
        let mut signed: Vec<_> = headers.iter().filter(|(name, _)| !self.unsigned.contains(&name.as_str())).collect();
        if self.reversed {
            signed.reverse();
        }
        let mut lines = String::new();
        for (name, value) in &signed {
            writeln!(lines, "{name}:{value}").unwrap();
        }
        let names = signed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
        let canonical = format!("POST\n/\n\n{lines}\n{names}\n{}", sha256(&body));
        let (day, region) = (self.day.unwrap_or(&date[..8]), &self.keys.region);
        let scope = format!("{day}/{region}/{}/{}", self.service, self.terminator);
        let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", sha256(&canonical));
        let start = format!("AWS4{}", self.keys.secret).into_bytes();
        let key = scope.split('/').fold(start, |key, part| hmac_sha256(&key, part));
        let signature = hex(&hmac_sha256(&key, &to_sign));
        let id = &self.keys.id;
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
        headers.push(("authorization".to_owned(), authorization));
        headers.push(("content-length".to_owned(), body.len().to_string()));
        Message { start: "POST / HTTP/1.1".to_owned(), headers, body }
    }

    pub fn send(&self, emulator: &Emulator, params: &[(&str, &str)]) -> Answer {
        self.sign(emulator, params).send(emulator)
    }
}

impl Message {
    /// Replaces a header, or takes it away.
    pub fn set(&mut self, name: &str, value: Option<&str>) {
        self.headers.retain(|(sent, _)| sent != name);
        self.headers.extend(value.map(|value| (name.to_owned(), value.to_owned())));
    }

    pub fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(sent, _)| sent == name).unwrap().1
    }

    pub fn text(&self) -> String {
        let mut text = format!("{}\r\n", self.start);
        for (name, value) in &self.headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        format!("{text}\r\n{}", self.body)
    }

    pub fn send(&self, emulator: &Emulator) -> Answer {
        exchange(&mut connect(emulator), &self.text()).expect("an answer")
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The text of the first element of this name, unescaped as far as AWS's messages need it.
    pub fn element(&self, name: &str) -> Option<String> {
        let text = self.text();
        let rest = text.split_once(&format!("<{name}>"))?.1;
        let value = rest.split_once(&format!("</{name}>"))?.0;
        Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
    }

    /// Status, code and text of a refusal in one line.
    pub fn error(&self) -> String {
        let part = |name| self.element(name).unwrap_or_default();
        format!("{} {}: {}", self.status, part("Code"), part("Message"))
    }
}

pub fn connect(emulator: &Emulator) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", emulator.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

/// Sends text and reads one answer of exactly its announced length; an error when the connection ends before.
pub fn exchange(stream: &mut TcpStream, text: &str) -> std::io::Result<Answer> {
    stream.write_all(text.as_bytes())?;
    read_answer(stream)
}

pub fn read_answer(stream: &mut TcpStream) -> std::io::Result<Answer> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let mut body = Vec::new();
    match head.lines().find_map(|line| line.strip_prefix("Content-Length: ")) {
        Some(length) => {
            body.resize(length.parse().unwrap(), 0);
            stream.read_exact(&mut body)?;
        }
        None => drop(stream.read_to_end(&mut body)?),
    }
    Ok(Answer { status, head, body })
}

/// The params of a call: its action, the version, and the rest.
pub fn call<'a>(action: &'a str, rest: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut params = vec![("Action", action), ("Version", "2011-06-15")];
    params.extend_from_slice(rest);
    params
}

pub fn form(params: &[(&str, &str)]) -> String {
    let pairs = params.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn escape(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let one = |byte| {
        if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(one).collect()
}

pub fn unix_now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

pub fn amz_date(unix: i64) -> String {
    let at = time::OffsetDateTime::from_unix_timestamp(unix).unwrap();
    let (month, day) = (u8::from(at.month()), at.day());
    format!("{:04}{month:02}{day:02}T{:02}{:02}{:02}Z", at.year(), at.hour(), at.minute(), at.second())
}

fn sha256(text: &str) -> String {
    hex(digest::digest(&digest::SHA256, text.as_bytes()).as_ref())
}

fn hmac_sha256(key: &[u8], text: &str) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text.as_bytes()).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
