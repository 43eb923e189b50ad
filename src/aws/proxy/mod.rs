//! The proxy that the environment names: what its URL says, and what the proxy itself says when it refuses.

mod refusal;
mod url;

pub use refusal::Refusal;

use crate::error::{Class, Error};
use crate::os::environment;
use crate::output::shell::Shell;
use crate::text::quote;
use aws_smithy_http_client::proxy::ProxyConfig;
use refusal::Answer;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::{decoded, encoded, without_port};
use zeroize::Zeroizing;

/// How long a proxy that refused may take to say it again, with its reason.
const PATIENCE: Duration = Duration::from_secs(3);

/// For how long a proxy that wants another password is not asked again: it would be with the same.
const LOCKED: Duration = Duration::from_mins(1);

/// The variables that name a proxy for HTTPS, the first that is set wins. The AWS CLI knows the first two.
const VARIABLES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// A proxy for HTTPS.
pub struct Proxy {
    variable: &'static str,
    /// With `http://` or `https://`, without a user.
    url: String,
    /// `user:password@`, percent-encoded, as it stands before the host.
    user: Option<Zeroizing<String>>,
    passed_by: Option<String>,
    /// When it last wanted another password.
    locked: Mutex<Option<Instant>>,
}

/// Without the password.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({}, {})", self.variable, self.url)
    }
}

/// How it is called in messages.
impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {} ({})", quote(self.host()), self.variable)
    }
}

impl Proxy {
    /// The proxy for HTTPS that the environment names.
    ///
    /// It is for TLS only: plain HTTP goes to this machine and to metadata services beside it, and what a proxy is told of
    /// that, everybody on the way to it could read. One that cannot be used is refused, which the SDK would do without in
    /// silence: whoever names a proxy does not want to go round it.
    pub fn of_environment() -> Result<Option<Self>, Error> {
        for names in VARIABLES.chunks(2) {
            // As for the AWS CLI, a variable in small letters that is set to nothing switches its twin off.
            let set = names.iter().find(|name| environment::is_set(name));
            let Some(name) = set else { continue };
            if let Some(text) = environment::text(name)? {
                let passed_by = ["no_proxy", "NO_PROXY"].into_iter().find(|name| environment::is_set(name));
                let passed_by = passed_by.map_or(Ok(None), environment::text)?;
                return Self::new(name, &text, passed_by.as_deref().map(without_port)).map(Some);
            }
        }
        Ok(None)
    }

    /// Takes a URL apart. What stands before the last `@` is the user and the password, whatever is in it.
    fn new(variable: &'static str, text: &str, passed_by: Option<String>) -> Result<Self, Error> {
        // What is wrong with it is told without showing it: it may hold a password.
        let refused = |why: &str| {
            Error::new(Class::Config, format!("{variable} names a proxy that cannot be used")).because(why).hint(
                format!("name one as in: {variable}=http://proxy.example.com:3128, or {}", Shell::unset(&[variable])),
            )
        };
        let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
        let (user, host) = match rest.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, rest),
        };
        if user.is_some_and(|user| user.contains(['#', '?', '/'])) {
            return Err(refused("there is #, ? or / in its user or password: write %23, %3F or %2F"));
        }
        if user.is_some_and(|user| user.chars().any(|c| c.is_whitespace() || c.is_control())) {
            return Err(refused("there is a blank in its user or password: write %20"));
        }
        let user = user.map(encoded).transpose().map_err(refused)?;
        let host = host.split(['/', '?', '#']).next().unwrap_or_default();
        let url = format!("{}://{host}", scheme.to_ascii_lowercase());
        let proxy = Self { variable, url, user, passed_by, locked: Mutex::default() };
        let port = host.rsplit_once(':').map(|(_, port)| port).filter(|port| !port.ends_with(']'));
        let is_one = port.is_none_or(|port| port.parse::<u16>().is_ok()) && proxy.config_or().is_some();
        if !is_one {
            return Err(refused("it is not the URL of an HTTP proxy"));
        }
        Ok(proxy)
    }

    /// What the HTTP library is told.
    #[must_use]
    pub fn config(&self) -> ProxyConfig {
        // It was made once already.
        self.config_or().unwrap_or_else(ProxyConfig::disabled)
    }

    fn config_or(&self) -> Option<ProxyConfig> {
        let (scheme, host) = self.url.split_once("://")?;
        let user = self.user.as_deref().map_or("", String::as_str);
        let url = Zeroizing::new([scheme, "://", user, host].concat());
        let config = ProxyConfig::https(url.as_str()).ok()?;
        Some(match &self.passed_by {
            Some(hosts) => config.no_proxy(hosts),
            None => config,
        })
    }

    fn host(&self) -> &str {
        self.url.split_once("://").map_or("", |(_, host)| host)
    }

    /// What became of the tunnel that the HTTP library could not open, in its words `why`; none where that is about
    /// something else.
    ///
    /// The library does not tell the proxy's answer. So it is asked for once more, unless it was for the want of a password:
    /// proxies lock whoever sends a wrong one often.
    pub async fn refusal(&self, why: &str, target: &str) -> Option<Refusal> {
        let (_, why) = why.split_once("tunnel error: ")?;
        let answer = if why.starts_with("proxy authorization required") {
            *self.locked.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
            return Some(self.want_of_a_password());
        } else if let Some(cause) = why.strip_prefix("failed to create underlying connection") {
            Answer::Nobody(cause.trim_start_matches(": ").to_owned())
        } else {
            let asked = tokio::time::timeout(PATIENCE, self.ask(target)).await;
            asked.ok().flatten().map_or(Answer::Nothing, |(status, reason)| Answer::Status(status, reason))
        };
        Some(Refusal { proxy: self.to_string(), variable: self.variable, answer })
    }

    /// The refusal of a moment ago, if that was for the want of a password.
    #[must_use]
    pub fn is_locked(&self) -> Option<Refusal> {
        let locked = *self.locked.lock().unwrap_or_else(PoisonError::into_inner);
        locked.filter(|since| since.elapsed() < LOCKED).map(|_| self.want_of_a_password())
    }

    fn want_of_a_password(&self) -> Refusal {
        let answer = Answer::Status(407, String::new());
        Refusal { proxy: self.to_string(), variable: self.variable, answer }
    }

    /// The status line of the answer to `CONNECT`.
    async fn ask(&self, target: &str) -> Option<(u16, String)> {
        let host = self.url.strip_prefix("http://")?;
        let address = if host.ends_with(']') || !host.contains(':') { format!("{host}:80") } else { host.to_owned() };
        let mut stream = TcpStream::connect(address).await.ok()?;
        let mut request = Zeroizing::new(format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n"));
        if let Some(user) = &self.user {
            let user = decoded(user.trim_end_matches('@'));
            let user = Zeroizing::new(aws_smithy_types::base64::encode(&*user));
            request.reserve(user.len() + 40);
            for part in ["Proxy-Authorization: Basic ", &user, "\r\n"] {
                request.push_str(part);
            }
        }
        request.push_str("\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut line = Vec::new();
        let mut byte = [0];
        while line.len() < 512 && stream.read(&mut byte).await.ok()? == 1 && byte != *b"\n" {
            line.push(byte[0]);
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        let (_, answer) = line.split_once(' ')?;
        let (status, reason) = answer.trim().split_once(' ').unwrap_or((answer.trim(), ""));
        Some((status.parse().ok()?, quote(reason)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(url: &str) -> Option<String> {
        Proxy::new("HTTPS_PROXY", url, None).unwrap().user.map(|user| user.to_string())
    }

    #[test]
    fn r68_c7_a_user_and_a_password_go_whole() {
        let rows = [
            ("http://user:p@ss@host:1", Some("user:p%40ss@")),
            ("http://user@corp.example:pw@host", Some("user%40corp.example:pw@")),
            ("user:pw@host:3128", Some("user:pw@")),
            ("http://user@host", Some("user@")),
            ("http://user:@host", Some("user:@")),
            ("http://user:a:b@host", Some("user:a%3Ab@")),
            ("http://u%40c:p%23%2f%3F%25@host/", Some("u%40c:p%23%2F%3F%25@")),
            ("http://user:100%@host", Some("user:100%25@")),
            ("http://user:%zz@host", Some("user:%25zz@")),
            ("http://user:p\u{e4}\"<>^@host", Some("user:p%C3%A4%22%3C%3E%5E@")),
            ("http://host:3128", None),
        ];
        for (url, expected) in rows {
            assert_eq!(user(url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn r68_c7_what_would_be_cut_is_refused_and_not_shown() {
        for url in ["http://u:CANARY#x@host", "http://u:CANARY?@host", "http://CANARY/x:y@host", "u:CANARY x@h"] {
            let error = Proxy::new("https_proxy", url, None).unwrap_err().to_string();
            assert!(error.contains("https_proxy") && !error.contains("CANARY"), "{error}");
            assert!(error.contains("%23, %3F or %2F") || error.contains("%20"), "{error}");
        }
        for url in ["http://", "socks5://host:1", "ftp://host", "http://u:p@", "http://h:x"] {
            assert!(Proxy::new("https_proxy", url, None).is_err(), "{url}");
        }
    }

    #[test]
    fn r68_debug_and_display_show_no_password() {
        let proxy = Proxy::new("HTTPS_PROXY", "http://me:CANARY@host:1", None).unwrap();
        assert_eq!(format!("{proxy} {proxy:?}"), "the proxy host:1 (HTTPS_PROXY) Proxy(HTTPS_PROXY, http://host:1)");
    }
}
