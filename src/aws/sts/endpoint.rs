//! Which STS is asked: the region's own, or the one that the environment names.

use aws_sdk_sts::config::endpoint::{DefaultResolver, Params, ResolveEndpoint};

/// The regions that the global endpoint speaks for, where `sts_regional_endpoints` is `legacy`.
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-sts-regionalized-endpoints.html>
const LEGACY: [&str; 16] = [
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "aws-global",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/// A region's STS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    region: String,
    given: Option<String>,
}

impl Endpoint {
    /// The region's endpoint, unless another is given; `legacy` asks the old regions by the global one.
    #[must_use]
    pub fn new(region: String, given: Option<String>, legacy: bool) -> Self {
        if legacy && given.is_none() && LEGACY.contains(&region.as_str()) {
            return Self { region: "us-east-1".into(), given: Some("https://sts.amazonaws.com".into()) };
        }
        Self { region, given }
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The URL that the environment names, if it does.
    #[must_use]
    pub fn given(&self) -> Option<&str> {
        self.given.as_deref()
    }

    /// The URL that requests go to.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        if let Some(url) = &self.given {
            return Some(url.clone());
        }
        let params = Params::builder().region(self.region.clone()).build().ok()?;
        // The default resolver answers at once; it is a future for the sake of others.
        let resolver = DefaultResolver::new();
        ready(resolver.resolve_endpoint(&params)).map(|endpoint| endpoint.url().to_owned())
    }
}

/// The result of a future that is ready already.
fn ready<T, E>(future: impl Future<Output = Result<T, E>>) -> Option<T> {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(result) => result.ok(),
        std::task::Poll::Pending => None,
    }
}

/// How the endpoint is called in messages.
impl std::fmt::Display for Endpoint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.given {
            Some(url) => write!(f, "STS at {}", crate::text::quote(url)),
            None => write!(f, "STS in {}", self.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_their_own_endpoint_in_their_own_partition() {
        let rows = [
            ("eu-west-1", "https://sts.eu-west-1.amazonaws.com"),
            ("us-east-1", "https://sts.us-east-1.amazonaws.com"),
            ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
        ];
        for (region, url) in rows {
            assert_eq!(Endpoint::new(region.into(), None, false).url().as_deref(), Some(url));
        }
    }

    #[test]
    fn the_global_endpoint_speaks_for_the_old_regions_where_the_setting_says_so() {
        let rows = [
            ("eu-west-1", None, "https://sts.amazonaws.com", "us-east-1"),
            ("eu-south-1", None, "https://sts.eu-south-1.amazonaws.com", "eu-south-1"),
            ("eu-west-1", Some("https://x.example"), "https://x.example", "eu-west-1"),
        ];
        for (region, given, url, signed_for) in rows {
            let endpoint = Endpoint::new(region.into(), given.map(Into::into), true);
            assert_eq!((endpoint.url().as_deref(), endpoint.region()), (Some(url), signed_for));
        }
    }
}
