//! Whose program is at the other end of a connection on this machine.
//!
//! A port on 127.0.0.1 is open to every user of the machine. Linux has a table that says who opened each socket. Where
//! there is none to be read (macOS, some containers), or where the other end is not in it (Windows around a Linux of its
//! own), nobody is known for a stranger.
//! Source: <https://docs.kernel.org/networking/proc_net_tcp.html>

use super::system;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};

/// Who is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// A program of our own user, or of root, who could read our memory anyway.
    Ours,
    /// A program of the user with this number.
    Stranger(u32),
    /// No program any more: it has closed its end, and cannot take an answer.
    Gone,
    /// It cannot be known.
    Unknown,
}

/// A connection as its other end sees it: that end's address, then ours.
type Ends = (SocketAddrV4, SocketAddrV4);

/// How often the table is read for an end that is not in it: a row can be missed while others come and go.
const READINGS: usize = 3;

impl Peer {
    /// Whether it is to be heard.
    #[must_use]
    pub const fn is_welcome(self) -> bool {
        matches!(self, Self::Ours | Self::Unknown)
    }

    /// Who is at the other end of a connection.
    #[must_use]
    pub fn of(peer: SocketAddr, ours: SocketAddr) -> Self {
        Self::of_all(&[(peer, ours)]).first().copied().unwrap_or(Self::Unknown)
    }

    /// The same for a connection of our own making: before the other end has taken it, it is that of whoever listens.
    ///
    /// The table tells of listeners first, so whoever has just taken it is not missed.
    #[must_use]
    pub fn called(peer: SocketAddr, ours: SocketAddr) -> Self {
        let Some(ends) = v4(peer).zip(v4(ours)) else { return Self::Unknown };
        let own = rustix::process::geteuid().as_raw();
        let mut found = Self::Unknown;
        for _ in 0..READINGS {
            found = at_other_end(&system::sockets(), ends, own);
            if matches!(found, Self::Ours | Self::Stranger(_)) {
                break;
            }
        }
        found
    }

    /// The same for many at once: each reading of the table takes longer the more connections there are.
    #[must_use]
    pub fn of_all(connections: &[(SocketAddr, SocketAddr)]) -> Vec<Self> {
        let own = rustix::process::geteuid().as_raw();
        let ends: Vec<_> = connections.iter().map(|(peer, ours)| v4(*peer).zip(v4(*ours))).collect();
        let mut known = HashMap::new();
        for _ in 0..READINGS {
            let table = system::sockets();
            known.extend(table.lines().filter_map(row).map(|(ends, owner)| (ends, Self::from_owner(owner, own))));
            if table.is_empty() || ends.iter().flatten().all(|ends| known.contains_key(ends)) {
                break;
            }
        }
        ends.iter().map(|ends| ends.and_then(|ends| known.get(&ends).copied()).unwrap_or(Self::Unknown)).collect()
    }

    const fn from_owner(owner: Option<u32>, own: u32) -> Self {
        match owner {
            None => Self::Gone,
            Some(0) => Self::Ours,
            Some(uid) if uid == own => Self::Ours,
            Some(uid) => Self::Stranger(uid),
        }
    }
}

const fn v4(address: SocketAddr) -> Option<SocketAddrV4> {
    match address {
        SocketAddr::V4(address) => Some(address),
        SocketAddr::V6(_) => None,
    }
}

/// The two ends of a socket and the user who opened it; none for one that no program has open, which is shown as root's.
fn row(line: &str) -> Option<(Ends, Option<u32>)> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, remote) = (address(fields.next()?)?, address(fields.next()?)?);
    let mut fields = fields.skip(4);
    let uid = fields.next()?.parse().ok()?;
    let inode: u64 = fields.nth(1)?.parse().ok()?;
    Some(((local, remote), (inode != 0).then_some(uid)))
}

/// Who has the other end of a connection, else who listens there.
fn at_other_end(table: &str, ends: Ends, own: u32) -> Peer {
    let connection = table.lines().filter_map(row).find(|(it, _)| *it == ends);
    let connection = connection.map_or(Peer::Unknown, |(_, owner)| Peer::from_owner(owner, own));
    if !matches!(connection, Peer::Gone | Peer::Unknown) {
        return connection;
    }
    // A listener at the address itself comes before one at all addresses, and that one before one for IPv6 as well.
    let listeners = table.lines().filter_map(listener).filter_map(|(at, owner)| Some((at.rank(ends.0)?, owner)));
    let first = listeners.min_by_key(|(rank, _)| *rank);
    first.map_or(connection, |(_, owner)| Peer::from_owner(Some(owner), own))
}

/// Where somebody listens.
enum At {
    Address(SocketAddrV4),
    /// At all addresses of IPv6, and maybe of IPv4.
    Anywhere(u16),
}

impl At {
    /// Who comes first of those to whom connections to `peer` go; none for those to whom they do not.
    fn rank(&self, peer: SocketAddrV4) -> Option<u8> {
        match self {
            Self::Address(at) if *at == peer => Some(0),
            Self::Address(at) if at.ip().is_unspecified() && at.port() == peer.port() => Some(1),
            Self::Anywhere(port) if *port == peer.port() => Some(2),
            _ => None,
        }
    }
}

/// Where a listener listens, and whose it is.
fn listener(line: &str) -> Option<(At, u32)> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (local, state) = (fields.next()?, fields.nth(1)?);
    let uid = fields.nth(3)?.parse().ok()?;
    let at = match address(local) {
        Some(at) => At::Address(at),
        None => At::Anywhere(u16::from_str_radix(local.strip_prefix(ANY)?, 16).ok()?),
    };
    (state == "0A").then_some((at, uid))
}

/// All addresses of IPv6, before a port.
const ANY: &str = "00000000000000000000000000000000:";

/// What an IPv6 socket has before an IPv4 address.
const MAPPED: &str =
    if cfg!(target_endian = "little") { "0000000000000000FFFF0000" } else { "00000000000000000000FFFF" };

/// An IPv4 address and a port, both hexadecimal; the address is a number in the order of this machine's bytes. Also of
/// an IPv6 socket.
fn address(text: &str) -> Option<SocketAddrV4> {
    let (address, port) = text.split_once(':')?;
    let address = address.strip_prefix(MAPPED).unwrap_or(address);
    let address = u32::from_str_radix(Some(address).filter(|address| address.len() == 8)?, 16).ok()?;
    Some(SocketAddrV4::new(Ipv4Addr::from(address.to_ne_bytes()), u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of Linux 6.18 on x86-64.
    #[cfg(target_endian = "little")]
    const RECORDED: &str = "\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:8267 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 5005340 1 00000000d5820a5e 100 0 0 10 0
   1: 0100007F:C350 0100007F:8267 01 00000000:00000000 00:00000000 00000000 65534        0 5056214 1 00000000a26609f7 20 4 30 10 -1
   2: 0100007F:8267 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 5056215 1 00000000a26609f8 20 4 30 10 -1
   3: 0100007F:C351 0100007F:8267 05 00000000:00000000 00:00000000 00000000     0        0 0 1 00000000a26609f9 20 4 30 10 -1
   4: 0100007F:C352 0100007F:8267 06 00000000:00000000 03:00000ABC 00000000     0        0 0 3 00000000a26609fa
   5: 0100007F:C353 0100007F:8267 01 00000000:00000000 02:00000ABC 00000000  1000        0 77 2 00000000a26609fb 20 4 30 10 -1
  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0000000000000000FFFF00000100007F:C354 0000000000000000FFFF00000100007F:8267 01 00000000:00000000 00:00000000 00000000  1001        0 78 1 00000000a26609fc 20 4 30 10 -1
   1: 00000000000000000000000001000000:C355 00000000000000000000000001000000:8267 01 00000000:00000000 00:00000000 00000000  1001        0 79 1 00000000a26609fd 20 4 30 10 -1
";

    #[test]
    #[cfg(target_endian = "little")]
    fn each_end_has_its_owner_and_a_closed_one_has_none() {
        let at = |port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        let rows: HashMap<_, _> = RECORDED.lines().filter_map(row).collect();
        for (port, owner) in [
            (0xc350, Some(Some(65534))),
            (0xc351, Some(None)),
            (0xc352, Some(None)),
            (0xc353, Some(Some(1000))),
            (0xc354, Some(Some(1001))),
            (0xc355, None),
        ] {
            assert_eq!(rows.get(&(at(port), at(0x8267))).copied(), owner, "{port:x}");
        }
        assert_eq!(rows[&(at(0x8267), at(0xc350))], Some(0), "our own end is another row");
    }

    #[test]
    #[cfg(target_endian = "little")]
    fn a_connection_that_nobody_has_taken_is_of_the_nearest_listener() {
        let line = |local: &str, remote: &str, state: &str, uid: u32, inode: u32| {
            format!("   0: {local} {remote} {state} 00000000:00000000 00:00000000 00000000 {uid} 0 {inode} 1\n")
        };
        let nobody = "00000000:0000";
        let connection = |uid, inode| line("0100007F:8267", "0100007F:C350", "01", uid, inode);
        let exact = line("0100007F:8267", nobody, "0A", 1000, 5);
        let mapped = line("0000000000000000FFFF00000100007F:8267", nobody, "0A", 1001, 5);
        let all = line("00000000:8267", nobody, "0A", 1002, 5);
        let six = line("00000000000000000000000000000000:8267", nobody, "0A", 1003, 5);
        let other = line("0100007F:8268", nobody, "0A", 1004, 5) + &line("0200007F:8267", nobody, "0A", 1004, 5);
        let at = |port| SocketAddrV4::new(Ipv4Addr::LOCALHOST, port);
        let ends = (at(0x8267), at(0xc350));
        for (table, peer) in [
            (vec![&six, &all, &exact, &connection(0, 0)], Peer::Ours),
            (vec![&six, &all, &connection(0, 0)], Peer::Stranger(1002)),
            (vec![&six, &connection(0, 0)], Peer::Stranger(1003)),
            (vec![&all, &mapped, &connection(0, 0)], Peer::Stranger(1001)),
            (vec![&exact, &connection(1005, 6)], Peer::Stranger(1005)),
            (vec![&exact], Peer::Ours),
            (vec![&other, &connection(0, 0)], Peer::Gone),
            (vec![&other], Peer::Unknown),
            (vec![], Peer::Unknown),
        ] {
            let table: String = table.into_iter().map(String::as_str).collect();
            assert_eq!(at_other_end(&table, ends, 1000), peer, "{table}");
        }
    }

    #[test]
    fn root_and_our_own_are_no_strangers() {
        for (owner, own, peer) in [
            (Some(1000), 1000, Peer::Ours),
            (Some(0), 1000, Peer::Ours),
            (Some(1001), 1000, Peer::Stranger(1001)),
            (Some(1000), 0, Peer::Stranger(1000)),
            (None, 1000, Peer::Gone),
        ] {
            assert_eq!(Peer::from_owner(owner, own), peer);
        }
    }

    #[test]
    fn a_connection_of_our_own_is_known_for_it() {
        if system::sockets().is_empty() {
            return crate::os::stdio::note("NOT RUN: this system does not tell who opened a socket");
        }
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let ours = client.local_addr().unwrap();
        assert_eq!(Peer::called(listener.local_addr().unwrap(), ours), Peer::Ours, "nobody has taken it yet");
        let (stream, peer) = listener.accept().unwrap();
        assert_eq!(Peer::of(peer, stream.local_addr().unwrap()), Peer::Ours);
        drop(client);
        // A program that another test is starting has all that we have open, until it is started.
        let gone = || Peer::of(peer, stream.local_addr().unwrap()) == Peer::Gone;
        let waited = |_: &i32| std::thread::sleep(std::time::Duration::from_millis(5));
        assert!((0..1000).inspect(waited).any(|_| gone()));
    }
}
