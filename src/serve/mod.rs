//! `aws-auth serve`: credentials over HTTP on this machine, for programs that outlive them.
//!
//! Every AWS SDK asks the endpoint that two variables name, and asks again before the credentials end; so a long
//! `terraform apply` or a development server never sees them expire, and no key is in any environment. The endpoint is on
//! loopback, at a port and with a token that change with every run.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

mod detach;
pub mod http;
mod run;
mod supply;

pub use run::{for_command, for_shell};
pub use supply::Supply;

use crate::error::{Class, Error, internal};
use crate::os::peer::Peer;
use crate::output::Product;
use crate::text::hex;
use http::{Answer, Request};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::ExposeSecret;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

/// How many clients are heard at once; more wait.
const CLIENTS: usize = 512;
/// How many places may be taken before only programs of our own are let in: every user of the machine can connect, and
/// take a place for as long as a request may take. To tell whose a program is takes longer than most answers.
const FOR_ALL: usize = CLIENTS / 2;
/// How many may wait in the kernel's queue to be let in; it sets a limit of its own. Who finds it full comes again after
/// a second.
const QUEUE: u32 = 4096;
const PATH: &str = "/credentials";

/// The endpoint, open but not yet served.
#[derive(Debug)]
pub struct Endpoint {
    listener: TcpListener,
    /// `127.0.0.1:PORT`
    host: String,
    token: Zeroizing<String>,
}

impl Endpoint {
    /// Opens it at a free port of 127.0.0.1.
    pub fn open() -> Result<Self, Error> {
        let unopened = |error: std::io::Error| {
            Error::new(Class::Internal, "no port could be opened on 127.0.0.1")
                .because(error.to_string())
                .hint("check the limits of this machine or container, then run this again")
        };
        let socket = TcpSocket::new_v4().map_err(unopened)?;
        socket.bind((Ipv4Addr::LOCALHOST, 0).into()).map_err(unopened)?;
        let listener = socket.listen(QUEUE).map_err(unopened)?;
        let host = listener.local_addr().map_err(unopened)?.to_string();
        let mut bytes = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(&mut *bytes).map_err(|_| internal("the system has no random numbers"))?;
        Ok(Self { listener, host, token: Zeroizing::new(hex(&*bytes)) })
    }

    /// The variables that lead an SDK here.
    #[must_use]
    pub fn variables(&self) -> [(&'static str, Zeroizing<String>); 2] {
        [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", Zeroizing::new(format!("http://{}{PATH}", self.host))),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", self.token.clone()),
        ]
    }

    /// Answers for ever.
    pub async fn serve(self, supply: Arc<Supply>) {
        let door = Arc::new(Door::new(self.host, &self.token));
        let room = Arc::new(Semaphore::new(CLIENTS));
        loop {
            let Ok(mut callers) = callers(&self.listener).await else {
                // Out of descriptors, say: what is open ends in seconds.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            if room.available_permits() < CLIENTS - FOR_ALL + callers.len() {
                callers = our_own(callers);
            }
            for stream in callers {
                let Ok(place) = Arc::clone(&room).acquire_owned().await else { return };
                let (door, supply) = (Arc::clone(&door), Arc::clone(&supply));
                tokio::spawn(async move {
                    answer(stream, &door, &supply).await;
                    drop(place);
                });
            }
        }
    }
}

/// Waits for a caller, and takes those with it who wait already.
async fn callers(listener: &TcpListener) -> std::io::Result<Vec<TcpStream>> {
    let mut callers = vec![listener.accept().await?.0];
    while callers.len() < FOR_ALL
        && let Some(Ok((stream, _))) = std::future::poll_fn(|context| match listener.poll_accept(context) {
            Poll::Ready(accepted) => Poll::Ready(Some(accepted)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    {
        callers.push(stream);
    }
    Ok(callers)
}

/// Those who are no other user's programs.
fn our_own(callers: Vec<TcpStream>) -> Vec<TcpStream> {
    let ends = |stream: &TcpStream| Some((stream.peer_addr().ok()?, stream.local_addr().ok()?));
    // One that has no other end any more needs no answer.
    let (callers, ends): (Vec<_>, Vec<_>) =
        callers.into_iter().filter_map(|stream| ends(&stream).map(|ends| (stream, ends))).unzip();
    let peers = Peer::of_all(&ends);
    callers.into_iter().zip(peers).filter(|(_, peer)| peer.is_welcome()).map(|(stream, _)| stream).collect()
}

async fn answer(mut stream: TcpStream, door: &Door, supply: &Arc<Supply>) {
    let answer = match http::read(&mut stream).await.and_then(|request| door.admit(&request)) {
        Ok(()) => match supply.get().await {
            Ok(product) => Answer { status: 200, header: Zeroizing::default(), body: body(&product) },
            Err(error) => Answer::refusal(status(error.class()), "CredentialsUnavailable", &format!("{error:#}")),
        },
        Err(refusal) => refusal,
    };
    http::send(stream, &answer).await;
}

/// A failure that a later try may not meet is one of the server; SDKs ask again then.
const fn status(class: Class) -> u16 {
    match class {
        Class::Denied | Class::Config | Class::Value => 403,
        Class::Unavailable | Class::NoTerminal | Class::Locked | Class::Cancelled | Class::CodeRejected => 503,
        _ => 500,
    }
}

fn body(product: &Product) -> Zeroizing<String> {
    let credentials = &product.credentials;
    let mut object = serde_json::json!({
        "AccessKeyId": credentials.access_key_id.as_str(),
        "SecretAccessKey": credentials.secret_access_key.expose_secret(),
        "Token": credentials.session_token.expose_secret(),
        "Expiration": credentials.expiration,
    });
    if let Some(role) = &product.role {
        object["RoleArn"] = role.as_str().into();
    }
    Zeroizing::new(object.to_string())
}

/// Who is let in.
struct Door {
    host: String,
    key: hmac::Key,
    tag: hmac::Tag,
}

impl Door {
    fn new(host: String, token: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
        let tag = hmac::sign(&key, token.as_bytes());
        Self { host, key, tag }
    }

    /// A page in a browser can make any name mean 127.0.0.1, but cannot choose the `Host` it sends. Tokens are compared
    /// by their MACs, which takes the same time however much of a guess is right.
    fn admit(&self, request: &Request) -> Result<(), Answer> {
        if request.host.as_deref() != Some(self.host.as_str()) {
            return Err(Answer::refusal(403, "WrongHost", "the Host header is not this endpoint's address"));
        }
        let token = request.authorization.as_deref();
        if token.is_none_or(|token| hmac::verify(&self.key, token, self.tag.as_ref()).is_err()) {
            return Err(Answer::refusal(401, "WrongToken", "the Authorization header is not this endpoint's token"));
        }
        match (request.method.as_str(), request.path.as_str()) {
            ("GET", PATH) => Ok(()),
            ("GET", _) => Err(Answer::refusal(404, "NotFound", "credentials are at /credentials only")),
            _ => {
                let refusal = Answer::refusal(405, "MethodNotAllowed", "credentials are for GET only");
                Err(Answer { header: Zeroizing::new("Allow: GET\r\n".into()), ..refusal })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_token_at_the_right_address_is_let_in() {
        let door = Door::new("127.0.0.1:1".into(), "secret");
        let rows = [
            ("GET", PATH, Some("127.0.0.1:1"), Some("secret"), None),
            ("GET", PATH, Some("evil.example:1"), Some("secret"), Some(403)),
            ("GET", PATH, Some("127.0.0.1:2"), Some("secret"), Some(403)),
            ("GET", PATH, None, Some("secret"), Some(403)),
            ("GET", PATH, Some("127.0.0.1:1"), None, Some(401)),
            ("GET", PATH, Some("127.0.0.1:1"), Some("secre"), Some(401)),
            ("GET", PATH, Some("127.0.0.1:1"), Some("secrets"), Some(401)),
            ("GET", "/", Some("127.0.0.1:1"), Some("secret"), Some(404)),
            ("POST", PATH, Some("127.0.0.1:1"), Some("secret"), Some(405)),
        ];
        for (method, path, host, token, status) in rows {
            let request = Request {
                method: method.into(),
                path: path.into(),
                host: host.map(Into::into),
                authorization: token.map(|token| Zeroizing::new(token.as_bytes().to_vec())),
            };
            assert_eq!(door.admit(&request).err().map(|refusal| refusal.status), status, "{method} {path} {host:?}");
        }
    }
}
