//! The endpoint: a port of 127.0.0.1 at which everybody is answered who knows the token.

use super::door::{Door, Wanted};
use super::service::Service;
use crate::error::{Class, Error, internal};
use crate::os::http::{self, Answer};
use crate::os::peer::Peer;
use crate::output::endpoint::{PATH, TOKEN, URI};
use crate::text::hex;
use ring::rand::{SecureRandom, SystemRandom};
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
/// How many may wait in the kernel's queue to be let in; it sets a limit of its own. A client that finds it full comes again after
/// a second.
const QUEUE: u32 = 4096;

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
        Self::leading_to(format!("http://{}{PATH}", self.host), self.token.clone())
    }

    /// The same of an endpoint of another process.
    #[must_use]
    pub fn leading_to(uri: String, token: Zeroizing<String>) -> [(&'static str, Zeroizing<String>); 2] {
        [(URI, Zeroizing::new(uri)), (TOKEN, token)]
    }

    /// Answers for as long as the process lives.
    pub async fn serve(self, service: Arc<Service>) {
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
                let (door, service) = (Arc::clone(&door), Arc::clone(&service));
                tokio::spawn(async move {
                    // Boxed, so that its memory goes before the client does: there may be hundreds of them.
                    if let Some(stream) = Box::pin(answer(stream, door, service)).await {
                        http::end(stream).await;
                    }
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

/// Answers what a client asks. Gives the connection, if the client has taken that.
async fn answer(mut stream: TcpStream, door: Arc<Door>, service: Arc<Service>) -> Option<TcpStream> {
    let request = http::read(&mut stream).await;
    let is_head = request.as_ref().is_ok_and(|request| request.method == "HEAD");
    let mut ends = false;
    let answer = match request.and_then(|request| door.admit(&request)) {
        Ok(Wanted::Credentials) => service.credentials().await,
        Ok(Wanted::Report) => service.report(),
        Ok(Wanted::End(shell)) => {
            let (answer, is_over) = service.end_for(&shell);
            ends = is_over;
            answer
        }
        Err(refusal) => refusal,
    };
    // A client that asks for a head alone would take a body for the next answer.
    let answer = if is_head { Answer { body: Zeroizing::default(), ..answer } } else { answer };
    let sent = http::send(&mut stream, &answer).await;
    if ends {
        http::end(stream).await;
        service.end();
        return None;
    }
    sent.then_some(stream)
}
