//! Opens a browser at an address that must not be seen.
//!
//! Browsers are started with the address as an argument, which every user of the machine can read, and whoever opens this
//! one is signed in. So the argument names a page of our own on 127.0.0.1, which sends the first that asks on to the
//! address, and nobody after it. Everybody can read that argument too: so another user's program is not heard, where the
//! system says whose a program is ([`Peer`]); elsewhere the one that is faster than the browser takes the page from it.
//! A file would have been found by more programs, and left behind by a crash.

use crate::error::{Class, Error, internal};
use crate::os::http::{self, Answer};
use crate::os::peer::Peer;
use crate::os::{child, program, shortage, stdio};
use crate::text::hex;
use ring::rand::{SecureRandom, SystemRandom};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tokio::net::TcpListener;
use zeroize::Zeroizing;

/// How long a browser may take to start.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often the program that starts it is looked at.
const LOOK: Duration = Duration::from_millis(100);
/// The programs that know the user's browser.
const OPENERS: [&str; 3] = ["xdg-open", "open", "wslview"];

/// Opens the browser and waits until it has fetched `url`.
pub async fn open(url: &str) -> Result<(), Error> {
    let failed = |why: &str| {
        Error::new(Class::Output, "no browser was opened")
            .because(why)
            .hint("add --print, and open the address yourself: it signs in whoever opens it within 15 minutes")
    };
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let listener =
        listener.map_err(|error| shortage::of_files(&error).unwrap_or_else(|| internal(error.to_string())))?;
    let host = listener.local_addr().map_err(|error| internal(error.to_string()))?.to_string();
    let mut bytes = [0_u8; 16];
    SystemRandom::new().fill(&mut bytes).map_err(|_| internal("the system has no random numbers"))?;
    let path = format!("/{}", hex(&bytes));
    let mut opener = start(&format!("http://{host}{path}")).map_err(|why| failed(&why))?;
    // A thread that nobody has to wait for: the program may stay for as long as the browser does.
    let opening = std::thread::spawn(move || opener.wait());
    let handed = tokio::spawn(hand_over(listener, host, path, Zeroizing::new(url.to_owned())));
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        if handed.is_finished() {
            return Ok(());
        }
        if opening.is_finished() {
            break;
        }
        if tokio::time::Instant::now() >= deadline {
            return Err(failed("it did not come for the page within a minute"));
        }
        tokio::time::sleep(LOOK).await;
    }
    if !opening.join().is_ok_and(|status| status.is_ok_and(|status| status.success())) {
        return Err(failed("the program that opens browsers failed"));
    }
    let left = tokio::time::timeout_at(deadline, handed).await;
    left.map(drop).map_err(|_| failed("it did not come for the page within a minute"))
}

fn start(page: &str) -> Result<Child, String> {
    let names = OPENERS.map(str::to_owned);
    let path = program::search_path();
    let program = program::find(&names, &path).ok_or("there is no xdg-open or open here")?;
    #[expect(clippy::disallowed_methods, reason = "a browser is no manager")]
    let mut command = Command::new(program);
    command.arg(page).env_clear().envs(child::without_keys(&path));
    let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().map_err(|error| error.to_string())
}

/// Sends the first of our own who asks for the page on to `url`.
async fn hand_over(listener: TcpListener, host: String, path: String, url: Zeroizing<String>) {
    let mut told = false;
    loop {
        let Ok((mut stream, from)) = listener.accept().await else { return };
        let peer = stream.local_addr().map_or(Peer::Gone, |ours| Peer::of(from, ours));
        if let Peer::Stranger(uid) = peer
            && !told
        {
            stdio::note(&format!(
                "aws-auth: a program of another user (number {uid}) came for the page that signs in, and did not get it"
            ));
            told = true;
        }
        if !peer.is_welcome() {
            continue;
        }
        let mut is_done = false;
        let answer = match http::read(&mut stream).await {
            Ok(request)
                if request.method == "GET"
                    && request.path == path
                    && request.host.as_deref() == Some(host.as_str()) =>
            {
                let header = Zeroizing::new(["Location: ", url.as_str(), "\r\n"].concat());
                is_done = true;
                Answer { status: 302, header, body: Zeroizing::default() }
            }
            Ok(_) => Answer::refusal(404, "NotFound", "there is nothing here"),
            Err(refusal) => refusal,
        };
        if http::send(&mut stream, &answer).await {
            http::end(stream).await;
            if is_done {
                return;
            }
        }
    }
}
