//! The endpoint that a container is told of by its environment, and that a server of ours is.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>

use super::asking;
use super::found::Found;
use super::token_file;
use crate::aws::{DEADLINE, Network};
use crate::error::{Class, Error};
use crate::os::{environment, port};
use crate::output::endpoint;
use crate::output::shell::Shell;
use crate::settings::Provider;
use crate::text::{quote, quote_url};
use std::net::{IpAddr, SocketAddrV4};
use zeroize::Zeroizing;

const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
const TOKEN_FILE: &str = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
/// Where ECS answers, and where EKS does. Both are on the machine's own link.
const HOSTS: [&str; 3] = ["169.254.170.2", "169.254.170.23", "fd00:ec2::23"];

/// Asks it; none where the environment names none.
pub async fn keys(network: &mut Network) -> Result<Option<Found>, Error> {
    let Some((variable, url)) = url()? else { return Ok(None) };
    let token = match token_file::read(TOKEN_FILE, environment::os(TOKEN_FILE))? {
        Some(token) => Some(token),
        None => environment::text(endpoint::TOKEN)?.map(Zeroizing::new),
    };
    let ours = our_server();
    let from_our_server = ours.is_some();
    let answer = match ours {
        Some((address, known)) => of_server(address, token.unwrap_or(known)).await,
        None => of_container(network, &url, token).await?,
    };
    let (keys, ends) = answer.and_then(|answer| asking::keys(&answer)).map_err(|why| {
        Error::new(Class::Value, format!("{} gave no AWS keys", Provider::Container)).because(quote(&why)).hint(
            if from_our_server {
                format!("if these variables are those of a server that has ended: {}", Shell::typed("aws-auth unset"))
            } else {
                format!("look at {variable}: {}", quote_url(&url))
            },
        )
    })?;
    Ok(Some(Found { from_our_server, ..Found::given(keys, ends, &Provider::Container)? }))
}

/// The answer of a container's endpoint.
async fn of_container(
    network: &mut Network,
    url: &str,
    token: Option<Zeroizing<String>>,
) -> Result<Result<Zeroizing<String>, String>, Error> {
    let headers: Vec<_> = token.iter().map(|token| ("authorization", token.as_str())).collect();
    let connector = network.connector()?;
    let asked = tokio::time::timeout(DEADLINE, asking::ask(&connector, "GET", url, &headers));
    Ok(asked.await.unwrap_or_else(|_| Err(format!("no answer within {} seconds", DEADLINE.as_secs()))))
}

/// The answer of a server of ours, which is no other user's program that has its port since.
async fn of_server(address: SocketAddrV4, token: Zeroizing<String>) -> Result<Zeroizing<String>, String> {
    let what = format!("GET {}", endpoint::PATH);
    let asked = tokio::task::spawn_blocking(move || port::ask(address, &what, &token, DEADLINE));
    let asked = asked.await.map_err(|_| "nothing came back".to_owned())?;
    let answered = asked.map_err(|error| error.to_string())?;
    asking::body(answered.status, answered.body)
}

/// Whether the endpoint is a server of ours.
pub fn is_our_server() -> bool {
    our_server().is_some()
}

/// The server of ours that the environment leads to, if it leads to one.
fn our_server() -> Option<(SocketAddrV4, Zeroizing<String>)> {
    environment::os(RELATIVE).is_none().then(endpoint::of_environment).flatten()
}

/// The variable that names the endpoint, and the endpoint. A token must not go to anybody who could be reached by it.
fn url() -> Result<Option<(&'static str, String)>, Error> {
    if let Some(path) = environment::text(RELATIVE)? {
        let slash = if path.starts_with('/') { "" } else { "/" };
        return Ok(Some((RELATIVE, format!("http://{}{slash}{path}", HOSTS[0]))));
    }
    let Some(url) = environment::text(endpoint::URI)? else { return Ok(None) };
    if is_near(&url) {
        return Ok(Some((endpoint::URI, url)));
    }
    Err(Error::new(Class::Config, format!("{} cannot be used", endpoint::URI))
        .because("it is not https, and only this machine and its container's agent may be asked without")
        .hint(Shell::unset(&[endpoint::URI])))
}

/// Whether a URL leads to where AWS's own tools would ask.
fn is_near(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') || authority.is_empty() {
        return false;
    }
    if scheme.eq_ignore_ascii_case("https") {
        return true;
    }
    let host = match authority.strip_prefix('[') {
        Some(inner) => inner.split_once(']').map_or("", |(host, _)| host),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_loopback = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    scheme.eq_ignore_ascii_case("http") && (is_loopback || host == "localhost" || HOSTS.contains(&host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r67_a_token_goes_to_this_machine_and_its_agents_or_by_tls() {
        let good = [
            "http://127.0.0.1:80/x",
            "http://localhost:1/",
            "http://[::1]:80/x",
            "http://169.254.170.2/v2",
            "http://169.254.170.23/v1/credentials",
            "http://[fd00:ec2::23]/v1",
            "https://x.example/y",
        ];
        let bad =
            ["http://x.example", "http://127.0.0.1.x.example/", "http://169.254.169.254/", "ftp://127.0.0.1/", "x", ""];
        assert!(good.iter().all(|url| is_near(url)));
        for url in bad.iter().chain(&["http://127.0.0.1@x.example/", "https://", "http://[::1"]) {
            assert!(!is_near(url), "{url}");
        }
    }
}
