//! Sending an answer, well or badly.

use std::io;
use std::time::Duration;

use crate::http::Outgoing;
use crate::server::Server;
use crate::wire::Wire;

/// What happens on the wire after a request was handled.
#[derive(Debug)]
pub(crate) enum Delivery {
    Send(Outgoing),
    Late(Outgoing, Duration),
    /// The body at this many bytes per second.
    Drip(Outgoing, u32),
    /// So many bytes of the body, whose length is not announced, then the end.
    Unannounced(Outgoing, usize),
    /// Half of the body, then the end.
    Cut(Outgoing),
    Reset,
    Close,
    Hang,
}

/// Whether the connection can serve another request.
pub(crate) fn deliver(delivery: Delivery, server: &Server, wire: &mut Wire) -> io::Result<bool> {
    match delivery {
        Delivery::Send(answer) => send(&answer, wire)?,
        Delivery::Late(answer, delay) => {
            server.pause(delay);
            send(&answer, wire)?;
        }
        Delivery::Drip(answer, rate) => {
            wire.send(answer.head().as_bytes())?;
            for byte in answer.body.chunks(1) {
                if server.pause(Duration::from_secs(1) / rate.max(1)) {
                    return Ok(false);
                }
                wire.send(byte)?;
            }
        }
        Delivery::Unannounced(answer, length) => {
            wire.send(answer.head_without_length().as_bytes())?;
            wire.send(&answer.body[..answer.body.len().min(length)])?;
            wire.close();
            return Ok(false);
        }
        Delivery::Cut(answer) => {
            wire.send(answer.head().as_bytes())?;
            wire.send(&answer.body[..answer.body.len() / 2])?;
            wire.close();
            return Ok(false);
        }
        Delivery::Reset => {
            wire.reset();
            return Ok(false);
        }
        Delivery::Close => {
            wire.close();
            return Ok(false);
        }
        Delivery::Hang => {
            server.pause(Duration::from_hours(24));
            return Ok(false);
        }
    }
    Ok(true)
}

/// Head and body in one write, so that a small answer is one packet.
fn send(answer: &Outgoing, wire: &mut Wire) -> io::Result<()> {
    let mut bytes = answer.head().into_bytes();
    bytes.extend_from_slice(&answer.body);
    wire.send(&bytes)
}
