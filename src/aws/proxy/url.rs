//! The parts of a proxy's URL that others cut: a user and a password with anything in them, and hosts with a port.

use std::fmt::Write;
use zeroize::Zeroizing;

/// The user and the password as the HTTP library takes them, `@` included: escaped once, whatever was escaped before.
pub fn encoded(user: &str) -> Result<Zeroizing<String>, &'static str> {
    let bytes = decoded(user);
    let text = std::str::from_utf8(&bytes).map_err(|_| "its user or password is not UTF-8")?;
    // A user has no colon; the password may.
    let mut out = Zeroizing::new(String::with_capacity(3 * user.len() + 1));
    let split = user.find(':').map(|at| decoded(&user[..at]).len());
    for (at, byte) in text.bytes().enumerate() {
        if Some(at) == split {
            out.push(':');
        } else if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out.push('@');
    Ok(out)
}

/// The bytes behind the escapes; what is no escape stays.
pub fn decoded(text: &str) -> Zeroizing<Vec<u8>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let escape = after.get(..2).filter(|digits| *byte == b'%' && digits.iter().all(u8::is_ascii_hexdigit));
        let escape = escape.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        out.push(escape.unwrap_or(*byte));
        rest = if escape.is_some() { &after[2..] } else { after };
    }
    out
}

/// The hosts that are asked without a proxy. One may stand there with the port of HTTPS, as for curl and the AWS CLI.
pub fn without_port(hosts: &str) -> String {
    let bare = |host: &str| {
        let host = host.trim();
        // An address of IPv6 may end so too.
        let bare = host.strip_suffix(":443").filter(|bare| !bare.contains(':') || bare.ends_with(']'));
        bare.unwrap_or(host).to_owned()
    };
    hosts.split(',').map(bare).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_is_passed_by_may_stand_there_with_its_port() {
        assert_eq!(
            without_port("a.example:443, .b.example,c:8443,2001:db8::443"),
            "a.example,.b.example,c:8443,2001:db8::443"
        );
    }
}
