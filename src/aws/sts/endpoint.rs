//! Which STS is asked: the region's own, or the one that is given in its place.

use crate::aws::REGIONS;
use crate::error::{Class, Error};
use crate::settings::{Reach, Service};
use crate::text::{nearest, quote_url};
use aws_sdk_sts::config;
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

/// How the names of the regions begin whose STS has a host for FIPS. The rules of the SDKs name one for every region.
/// Source: <https://aws.amazon.com/compliance/fips/#FIPS_Endpoints_by_Service>, and `endpoints.json` of botocore
const FIPS: [&str; 3] = ["us-east-", "us-west-", "us-gov-"];

/// A region's STS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    region: String,
    given: Option<String>,
    /// What names another than the region's.
    given_by: Option<String>,
    fips: bool,
    dual_stack: bool,
}

impl Endpoint {
    /// The region's endpoint, unless another is given; the old regions by the global one where that is said. Where only
    /// hosts for FIPS may be asked, one that there is.
    pub fn new(region: String, reach: &Reach) -> Result<Self, Error> {
        reach.check_given(Service::Sts)?;
        let (fips, dual_stack) = (reach.fips.is_some(), reach.dual_stack.is_some());
        if let Some(given) = reach.endpoint(Service::Sts) {
            let given_by = Some(given.place.clone());
            return Ok(Self { region, given: Some(given.value.clone()), given_by, fips, dual_stack });
        }
        if let Some(place) = reach.fips.as_ref().filter(|_| !FIPS.iter().any(|begin| region.starts_with(begin))) {
            let whom = format!("STS in {region}");
            return Err(Reach::no_fips(place, &whom, "name a region that has one, as in: --region us-east-1"));
        }
        if reach.legacy && !fips && !dual_stack && LEGACY.contains(&region.as_str()) {
            let given = Some("https://sts.amazonaws.com".into());
            return Ok(Self { region: "us-east-1".into(), given, given_by: None, fips, dual_stack });
        }
        let endpoint = Self { region, given: None, given_by: None, fips, dual_stack };
        // The name of no region: the rules would make a host of it all the same.
        let is_global = dual_stack && endpoint.region == "aws-global";
        if is_global || endpoint.url().is_none() {
            let kind = if dual_stack { "dual-stack endpoint" } else { "endpoint" };
            return Err(Error::new(Class::Config, format!("STS has no {kind} in {}", endpoint.region))
                .because("AWS's own rules for endpoints give none")
                .hint("name another region with --region"));
        }
        Ok(endpoint)
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The same for the SDK, which has the rules for the rest.
    pub(super) fn configure(&self, config: config::Builder) -> config::Builder {
        let config = config.region(config::Region::new(self.region.clone()));
        match &self.given {
            Some(url) => config.endpoint_url(url),
            None => config.use_fips(self.fips).use_dual_stack(self.dual_stack),
        }
    }

    /// The error of a call that found nobody at it, with what may be wrong with it.
    #[must_use]
    pub fn unreached(&self, error: Error) -> Error {
        match &self.given_by {
            Some(place) => error.hint(format!("start what is to answer there, or take {place} away")),
            None if self.given.is_none() && !REGIONS.split_ascii_whitespace().any(|known| known == self.region) => {
                let near = nearest(REGIONS.split_ascii_whitespace(), &self.region);
                let near = near.map_or_else(String::new, |near| format!(": is it {near}?"));
                error.hint(format!("no region is known to us by the name {}{near}", self.region))
            }
            None => error,
        }
    }

    /// The URL that requests go to.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        if let Some(url) = &self.given {
            return Some(url.clone());
        }
        let params = Params::builder().region(self.region.clone());
        let params = params.use_fips(self.fips).use_dual_stack(self.dual_stack).build().ok()?;
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
            Some(url) => write!(f, "STS at {}", quote_url(url)),
            None => write!(f, "STS in {}", self.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(region: &str, reach: &Reach) -> Option<String> {
        Endpoint::new(region.into(), reach).ok()?.url()
    }

    #[test]
    fn regions_have_their_own_endpoint_in_their_own_partition() {
        let rows = [
            ("eu-west-1", "https://sts.eu-west-1.amazonaws.com"),
            ("us-east-1", "https://sts.us-east-1.amazonaws.com"),
            ("cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn"),
            ("us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com"),
            ("eusc-de-east-1", "https://sts.eusc-de-east-1.amazonaws.eu"),
        ];
        for (region, expected) in rows {
            assert_eq!(url(region, &Reach::default()).as_deref(), Some(expected));
        }
    }

    #[test]
    fn hosts_for_fips_and_ipv6_are_those_of_botocore_and_none_is_made_up() {
        let said = || Some("a test".to_owned());
        let rows = [
            ("us-east-2", said(), None, Some("https://sts-fips.us-east-2.amazonaws.com")),
            ("us-east-2", said(), said(), Some("https://sts-fips.us-east-2.api.aws")),
            ("us-east-2", None, said(), Some("https://sts.us-east-2.api.aws")),
            ("us-gov-east-1", said(), None, Some("https://sts.us-gov-east-1.amazonaws.com")),
            ("us-gov-east-1", said(), said(), Some("https://sts-fips.us-gov-east-1.api.aws")),
            ("cn-north-1", None, said(), Some("https://sts.cn-north-1.api.amazonwebservices.com.cn")),
            ("eusc-de-east-1", None, said(), Some("https://sts.eusc-de-east-1.api.amazonwebservices.eu")),
            ("eu-west-1", said(), None, None),
            ("cn-north-1", said(), None, None),
            ("us-iso-east-1", said(), None, None),
            ("aws-global", said(), None, None),
            ("aws-global", None, said(), None),
        ];
        for (region, fips, dual_stack, expected) in rows {
            let reach = Reach { fips, dual_stack, ..Reach::default() };
            assert_eq!(url(region, &reach).as_deref(), expected, "{region} {reach:?}");
        }
    }

    #[test]
    fn the_global_endpoint_speaks_for_the_old_regions_where_the_setting_says_so() {
        let reach = Reach { legacy: true, ..Reach::default() };
        let rows = [
            ("eu-west-1", "https://sts.amazonaws.com", "us-east-1"),
            ("eu-south-1", "https://sts.eu-south-1.amazonaws.com", "eu-south-1"),
        ];
        for (region, expected, signed_for) in rows {
            let endpoint = Endpoint::new(region.into(), &reach).unwrap();
            assert_eq!((endpoint.url().as_deref(), endpoint.region()), (Some(expected), signed_for));
        }
        let reach = Reach { legacy: true, dual_stack: Some("a test".into()), ..Reach::default() };
        assert_eq!(url("eu-west-1", &reach).as_deref(), Some("https://sts.eu-west-1.api.aws"));
    }
}
