//! Where a partition's IAM is: one place for all its regions.

use crate::credentials::Partition;

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
    /// The partition's IAM; at the URL `given`, if there is one.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/iam-service.html>, and the endpoint rules of the SDKs
    pub fn new(partition: &Partition, given: Option<String>) -> Self {
        let region = partition.default_region();
        let host = match region {
            "cn-north-1" => "iam.cn-north-1.amazonaws.com.cn",
            "us-gov-west-1" => "iam.us-gov.amazonaws.com",
            "eusc-de-east-1" => "iam.eusc-de-east-1.amazonaws.eu",
            "us-iso-east-1" => "iam.us-iso-east-1.c2s.ic.gov",
            "us-isob-east-1" => "iam.us-isob-east-1.sc2s.sgov.gov",
            "eu-isoe-west-1" => "iam.eu-isoe-west-1.cloud.adc-e.uk",
            "us-isof-south-1" => "iam.us-isof-south-1.csp.hci.ic.gov",
            _ => "iam.amazonaws.com",
        };
        let is_given = given.is_some();
        let mut url = given.unwrap_or_else(|| format!("https://{host}"));
        if url.split_once("://").is_some_and(|(_, rest)| !rest.contains('/')) {
            url.push('/');
        }
        Self { url, region, given: is_given }
    }
}

/// How it is called in messages.
impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.given { write!(f, "IAM at {}", crate::text::quote(&self.url)) } else { f.write_str("IAM") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_own() {
        let rows = [
            ("eu-west-1", "https://iam.amazonaws.com/", "us-east-1"),
            ("us-gov-east-1", "https://iam.us-gov.amazonaws.com/", "us-gov-west-1"),
            ("cn-northwest-1", "https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1"),
        ];
        for (region, url, signed_for) in rows {
            let site = Site::new(&Partition::of_region(region), None);
            assert_eq!((site.url.as_str(), site.region), (url, signed_for), "{region}");
        }
    }

    #[test]
    fn another_may_be_given() {
        let site = Site::new(&Partition::of_region("cn-north-1"), Some("http://127.0.0.1:80".into()));
        assert_eq!((site.url.as_str(), site.region), ("http://127.0.0.1:80/", "cn-north-1"));
    }
}
