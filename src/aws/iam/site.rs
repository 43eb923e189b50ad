//! Where a partition's IAM is: one place for all its regions.

use crate::credentials::Partition;
use crate::error::{Error, internal};
use crate::settings::{Reach, Service};

/// The URL that is asked and the region that requests are signed for.
#[derive(Debug)]
pub struct Site {
    /// With the path `/` at least.
    pub url: String,
    /// The partition's own, wherever the URL leads.
    pub region: &'static str,
    given: bool,
}

impl Site {
    /// The partition's IAM, or the one that is given in its place.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>, and the endpoint rules of the SDKs
    pub fn new(partition: &Partition, reach: &Reach) -> Result<Self, Error> {
        let region = partition.default_region();
        reach.check_given(Service::Iam)?;
        if let Some(given) = reach.endpoint(Service::Iam) {
            let has_path = given.value.split_once("://").is_some_and(|(_, rest)| rest.contains('/'));
            let slash = if has_path { "" } else { "/" };
            return Ok(Self { url: format!("{}{slash}", given.value), region, given: true });
        }
        let (fips, dual_stack) = (reach.fips.as_deref(), reach.dual_stack.is_some());
        let host = match (region, fips, dual_stack) {
            ("us-east-1", None, false) => "iam.amazonaws.com",
            ("us-east-1", None, true) => "iam.global.api.aws",
            ("us-east-1", Some(_), false) => "iam-fips.amazonaws.com",
            ("us-east-1", Some(_), true) => "iam-fips.global.api.aws",
            // All there are for FIPS.
            ("us-gov-west-1", _, false) => "iam.us-gov.amazonaws.com",
            ("us-gov-west-1", _, true) => "iam.us-gov.api.aws",
            (_, Some(place), _) => {
                let whom = format!("IAM in the partition {partition}");
                return Err(Reach::no_fips(
                    place,
                    &whom,
                    "name the MFA device with --serial-number, so that IAM is not asked",
                ));
            }
            ("cn-north-1", _, false) => "iam.cn-north-1.amazonaws.com.cn",
            ("cn-north-1", _, true) => "iam.global.api.amazonwebservices.com.cn",
            ("eusc-de-east-1", _, false) => "iam.eusc-de-east-1.amazonaws.eu",
            ("eusc-de-east-1", _, true) => "iam.global.api.amazonwebservices.eu",
            ("us-iso-east-1", ..) => "iam.us-iso-east-1.c2s.ic.gov",
            ("us-isob-east-1", ..) => "iam.us-isob-east-1.sc2s.sgov.gov",
            ("eu-isoe-west-1", ..) => "iam.eu-isoe-west-1.cloud.adc-e.uk",
            ("us-isof-south-1", ..) => "iam.us-isof-south-1.csp.hci.ic.gov",
            _ => return Err(internal(format!("there is no IAM known for {region}"))),
        };
        Ok(Self { url: format!("https://{host}/"), region, given: false })
    }
}

/// How it is called in messages.
impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.given { write!(f, "IAM at {}", crate::text::quote_url(&self.url)) } else { f.write_str("IAM") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_own_as_botocore_knows_it() {
        let said = || Some("a test".to_owned());
        let rows = [
            ("eu-west-1", None, None, "https://iam.amazonaws.com/", "us-east-1"),
            ("eu-west-1", None, said(), "https://iam.global.api.aws/", "us-east-1"),
            ("eu-west-1", said(), None, "https://iam-fips.amazonaws.com/", "us-east-1"),
            ("eu-west-1", said(), said(), "https://iam-fips.global.api.aws/", "us-east-1"),
            ("us-gov-east-1", None, None, "https://iam.us-gov.amazonaws.com/", "us-gov-west-1"),
            ("us-gov-east-1", said(), None, "https://iam.us-gov.amazonaws.com/", "us-gov-west-1"),
            ("us-gov-east-1", said(), said(), "https://iam.us-gov.api.aws/", "us-gov-west-1"),
            ("cn-northwest-1", None, None, "https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
            ("cn-northwest-1", None, said(), "https://iam.global.api.amazonwebservices.com.cn/", "cn-north-1"),
            ("eusc-de-east-1", None, None, "https://iam.eusc-de-east-1.amazonaws.eu/", "eusc-de-east-1"),
            ("us-isof-south-1", None, None, "https://iam.us-isof-south-1.csp.hci.ic.gov/", "us-isof-south-1"),
        ];
        for (region, fips, dual_stack, url, signed_for) in rows {
            let reach = Reach { fips, dual_stack, ..Reach::default() };
            let site = Site::new(&Partition::of_region(region), &reach).unwrap();
            assert_eq!((site.url.as_str(), site.region), (url, signed_for), "{region} {reach:?}");
        }
        let reach = Reach { fips: said(), ..Reach::default() };
        assert!(Site::new(&Partition::of_region("cn-north-1"), &reach).is_err());
    }
}
