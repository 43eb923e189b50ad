//! The endpoints that the environment names in the place of AWS's own.

use crate::error::{Class, Error};
use crate::os::environment;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use std::net::IpAddr;

/// The endpoint that `AWS_ENDPOINT_URL_…` names for `service`, or `AWS_ENDPOINT_URL` for all, as for every SDK.
///
/// A request is signed for whoever receives it, so a given endpoint must be `https`, but on this machine.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
pub fn of_environment(service: &str) -> Result<Option<String>, Error> {
    for name in [format!("AWS_ENDPOINT_URL_{service}"), "AWS_ENDPOINT_URL".to_owned()] {
        if let Some(url) = environment::text(&name)? {
            return check(&name, url).map(Some);
        }
    }
    Ok(None)
}

fn check(name: &str, url: String) -> Result<String, Error> {
    let refused = |why: &str| {
        Err(Error::new(Class::Config, format!("{name} cannot be used"))
            .because(why)
            .hint(format!("unset {name}, or give an https URL")))
    };
    let (scheme, rest) = url.split_once("://").unwrap_or(("", ""));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return refused("it holds a user name or password");
    }
    if HttpRequest::get(&url).is_err() {
        return refused("it is not a URL");
    }
    match scheme.to_ascii_lowercase().as_str() {
        "https" if !authority.is_empty() => Ok(url),
        "http" if is_this_machine(authority) => Ok(url),
        "http" => refused("it is not https, and only this machine may be asked without"),
        _ => refused("it is not an https URL"),
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
            "ftp://127.0.0.1",
            "x",
            "https://",
            "https://a b",
            "https://%zz/",
            "https://[::/",
            "https://\u{1b}[31m",
        ];
        for url in good {
            assert!(check("X", url.into()).is_ok(), "{url}");
        }
        for url in bad {
            assert!(check("X", url.into()).is_err(), "{url}");
        }
    }
}
