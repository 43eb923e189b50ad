//! Who is let in to the endpoint.

use crate::os::http::{Answer, Request};
use crate::output::endpoint::PATH;
use ring::hmac;
use zeroize::Zeroizing;

/// Below it are the shells that a server may follow; whoever deletes one ends its server.
const SHELL: &str = "/shell/";

/// What may be had.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The credentials.
    Credentials,
    /// How the server stands.
    Report,
    /// Its end, for this shell.
    End(String),
}

/// Who is let in.
pub struct Door {
    /// `127.0.0.1:PORT`
    host: String,
    key: hmac::Key,
    tag: hmac::Tag,
}

impl Door {
    pub fn new(host: String, token: &str) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
        let tag = hmac::sign(&key, token.as_bytes());
        Self { host, key, tag }
    }

    /// What is asked for, if whoever asks may have it.
    ///
    /// A page in a browser can make any name mean 127.0.0.1, but cannot choose the `Host` it sends. Tokens are compared
    /// by their MACs, which takes the same time however much of a guess is right.
    pub fn admit(&self, request: &Request) -> Result<Wanted, Answer> {
        let (authority, path) = divided(&request.path);
        let are_ours = |host: Option<&str>| host.is_some_and(|host| self.is_ours(host));
        if !are_ours(request.host.as_deref()) || authority.is_some_and(|authority| !self.is_ours(authority)) {
            return Err(Answer::refusal(403, "WrongHost", "the Host header is not this endpoint's address"));
        }
        let token = request.authorization.as_deref().map(|token| token_of(token));
        if token.is_none_or(|token| hmac::verify(&self.key, token, self.tag.as_ref()).is_err()) {
            return Err(Answer::refusal(401, "WrongToken", "the Authorization header is not this endpoint's token"));
        }
        match (request.method.as_str(), path) {
            ("GET", PATH) => Ok(Wanted::Credentials),
            ("GET", "/status") => Ok(Wanted::Report),
            ("DELETE", path) if path.starts_with(SHELL) => Ok(Wanted::End(path[SHELL.len()..].to_owned())),
            ("GET", _) => Err(Answer::refusal(404, "NotFound", "credentials are at /credentials only")),
            _ => {
                let refusal = Answer::refusal(405, "MethodNotAllowed", "credentials are for GET only");
                Err(Answer { header: Zeroizing::new("Allow: GET\r\n".into()), ..refusal })
            }
        }
    }

    /// Whether a name is our address. AWS's C runtime, below several SDKs, sends it without the port.
    fn is_ours(&self, host: &str) -> bool {
        host == self.host || self.host.rsplit_once(':').is_some_and(|(address, _)| host == address)
    }
}

/// The authority and the path of a request's target, which names the authority where a client takes us for a proxy.
/// Source: <https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2>
fn divided(target: &str) -> (Option<&str>, &str) {
    let absolute = target.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("http://"));
    let Some((_, rest)) = absolute else { return (None, target) };
    let at = rest.find('/').unwrap_or(rest.len());
    (Some(&rest[..at]), &rest[at..])
}

/// The token of a header that is that alone, as AWS's own SDKs send it, or has the name of a scheme before it.
fn token_of(header: &[u8]) -> &[u8] {
    let scheme = header.split_at_checked(7).filter(|(scheme, _)| scheme.eq_ignore_ascii_case(b"Bearer "));
    scheme.map_or(header, |(_, token)| token.trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r116_only_the_token_at_the_right_address_is_let_in() {
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
            ("HEAD", PATH, Some("127.0.0.1:1"), Some("secret"), Some(405)),
            // As AWS's C runtime sends it, and as some clients of their own do.
            ("GET", PATH, Some("127.0.0.1"), Some("secret"), None),
            ("GET", PATH, Some("evil.example"), Some("secret"), Some(403)),
            ("GET", PATH, Some("127.0.0.1:"), Some("secret"), Some(403)),
            ("GET", PATH, Some(""), Some("secret"), Some(403)),
            ("GET", PATH, Some("127.0.0.1:1"), Some("Bearer secret"), None),
            ("GET", PATH, Some("127.0.0.1:1"), Some("bearer  secret"), None),
            ("GET", PATH, Some("127.0.0.1:1"), Some("Bearer "), Some(401)),
            ("GET", PATH, Some("127.0.0.1:1"), Some("Basic secret"), Some(401)),
            ("GET", "http://127.0.0.1:1/credentials", Some("127.0.0.1:1"), Some("secret"), None),
            ("GET", "HTTP://127.0.0.1/credentials", Some("127.0.0.1:1"), Some("secret"), None),
            ("GET", "http://127.0.0.1:1/credentials", Some("evil.example"), Some("secret"), Some(403)),
            ("GET", "http://evil.example/credentials", Some("127.0.0.1:1"), Some("secret"), Some(403)),
            ("GET", "http://127.0.0.1:1@evil.example/credentials", Some("127.0.0.1:1"), Some("secret"), Some(403)),
            ("GET", "http://127.0.0.1:1", Some("127.0.0.1:1"), Some("secret"), Some(404)),
            ("GET", "https://127.0.0.1:1/credentials", Some("127.0.0.1:1"), Some("secret"), Some(404)),
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
