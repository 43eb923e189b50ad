//! An endpoint that is given in the place of AWS's own.

use super::said::Found;
use crate::error::{Class, Error};
use crate::output::shell::Shell;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use std::net::IpAddr;

/// Refuses a URL that must not be asked: a request is signed for whoever receives it, so a given endpoint must be `https`,
/// but on this machine.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub fn checked(found: Found) -> Result<Found, Error> {
    let Some(why) = problem(&found.value) else { return Ok(found) };
    let place = &found.place;
    let way_out = if place.starts_with("AWS_") { Shell::unset(&[place]) } else { format!("take out {place}") };
    Err(Error::new(Class::Config, format!("{place} cannot be used"))
        .because(why)
        .hint(format!("{way_out}, or give an https URL")))
}

/// Why a URL must not be asked, if it must not.
pub fn problem(url: &str) -> Option<&'static str> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // A password may hold a character that ends the authority: then what is left of it stands where a port would.
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    let is_port = port.ends_with(']') || port.bytes().all(|byte| byte.is_ascii_digit());
    if authority.contains('@') || (!is_port && rest.contains('@')) {
        return Some("it holds a user name or password");
    }
    if HttpRequest::get(url).is_err() {
        return Some("it is not a URL");
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" if !authority.is_empty() => None,
        "http" if is_this_machine(authority) => None,
        "http" => Some("it is not https, and only this machine may be asked without"),
        _ => Some("it is not an https URL"),
    }
}

/// Whether a URL's authority names this machine: by address, and not by what the text begins with.
fn is_this_machine(authority: &str) -> bool {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(inner) => inner.split_once(']').unwrap_or(("", "")),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(if rest.is_empty() { "0" } else { rest });
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    let bracketed = authority.starts_with('[');
    let address = host.parse::<IpAddr>().ok().filter(|address| address.is_ipv6() == bracketed);
    is_port && ((host == "localhost" && !bracketed) || address.is_some_and(|address| address.is_loopback()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(url: &str) -> Found {
        Found { value: url.into(), place: "AWS_ENDPOINT_URL".into() }
    }

    #[test]
    fn r67_only_this_machine_is_asked_without_tls() {
        let good = [
            "https://sts.example.com",
            "http://127.0.0.1:80/x",
            "http://127.9.9.9",
            "http://localhost",
            "http://localhost:4566/",
            "http://[::1]:4566",
            "http://[::1]",
            "http://[::1]/x",
            "https://sts.example.com:8443/team@x",
        ];
        let bad = [
            "http://sts.example.com",
            "http://127.0.0.1.example.com",
            "http://[::1].example.com",
            "http://[::1].example.com:80/",
            "http://[::1]x",
            "http://[::1]:80.example.com",
            "http://127.0.0.1:80.example.com",
            "http://localhost.example.com",
            "http://localhost:x.example.com",
            "http://[127.0.0.1]",
            "http://[localhost]:80",
            "http://[::ffff:127.0.0.1.example.com]",
            "http://127.1",
            "http://localhost@evil.example",
            "https://joe:pw@sts.example.com",
            "https://joe:pw#x@sts.example.com/",
            "https://joe:p/w@sts.example.com/",
            "ftp://127.0.0.1",
            "x",
            "https://",
            "https://a b",
            "https://%zz/",
            "https://[::/",
            "https://\u{1b}[31m",
        ];
        for url in good {
            assert!(checked(said(url)).is_ok(), "{url}");
        }
        for url in bad {
            assert!(checked(said(url)).is_err(), "{url}");
        }
    }
}
