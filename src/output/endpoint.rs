//! The variables that lead to a server of ours.

use crate::os::environment;
use std::ffi::OsString;
use std::net::SocketAddrV4;
use zeroize::Zeroizing;

/// Where an SDK asks.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>
pub const URI: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
/// What it shows there.
pub const TOKEN: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
/// Where the credentials are at a server of ours.
pub const PATH: &str = "/credentials";
/// How long a token is, in hexadecimal digits.
const TOKEN_LENGTH: usize = 64;

/// The server that the environment leads to, if it is one of ours as far as the variables tell: at a port of 127.0.0.1,
/// with a token as ours are. Those of a container are not ours to touch.
#[must_use]
pub fn of_environment() -> Option<(SocketAddrV4, Zeroizing<String>)> {
    of(environment::os)
}

/// The same among variables that `get` gives.
pub fn of(get: impl Fn(&str) -> Option<OsString>) -> Option<(SocketAddrV4, Zeroizing<String>)> {
    let uri = get(URI)?.into_string().ok()?;
    let address = uri.strip_prefix("http://")?.strip_suffix(PATH)?.parse::<SocketAddrV4>().ok()?;
    let token = Zeroizing::new(get(TOKEN)?.into_string().ok()?);
    let is_ours = token.len() == TOKEN_LENGTH && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    (address.ip().is_loopback() && is_ours).then_some((address, token))
}
