//! Who is let in to the endpoint.

use crate::os::http::{Answer, Request};
use ring::hmac;
use zeroize::Zeroizing;

/// Where the credentials are.
pub const PATH: &str = "/credentials";

/// Who is let in.
pub struct Door {
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

    /// A page in a browser can make any name mean 127.0.0.1, but cannot choose the `Host` it sends. Tokens are compared
    /// by their MACs, which takes the same time however much of a guess is right.
    pub fn admit(&self, request: &Request) -> Result<(), Answer> {
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
