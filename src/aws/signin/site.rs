//! Where a partition's console and its sign-in are.

use crate::credentials::Partition;
use crate::error::{Class, Error};
use crate::settings::{Reach, Service};
use std::fmt::Write;
use zeroize::Zeroizing;

/// The two addresses.
#[derive(Debug)]
pub struct Site {
    /// Gives tokens, and signs browsers in.
    pub federation: String,
    /// The console, without a `/` at the end.
    pub console: String,
}

impl Site {
    /// The partition's; the federation endpoint elsewhere, if another is given.
    ///
    /// Source: <https://docs.aws.amazon.com/general/latest/gr/signin-service.html>
    pub fn of(partition: &Partition, reach: &Reach) -> Result<Self, Error> {
        let (signin, console) = match partition.to_string().as_str() {
            "aws" => ("https://signin.aws.amazon.com", "https://console.aws.amazon.com"),
            "aws-us-gov" => ("https://signin.amazonaws-us-gov.com", "https://console.amazonaws-us-gov.com"),
            "aws-cn" => ("https://signin.amazonaws.cn", "https://console.amazonaws.cn"),
            // No host here is without a region.
            "aws-eusc" => ("https://eusc-de-east-1.signin.amazonaws-eusc.eu", "https://console.amazonaws-eusc.eu"),
            other => {
                return Err(Error::new(Class::Config, format!("the console of the partition {other} is not known"))
                    .because("aws-auth knows those of aws, aws-us-gov, aws-cn and aws-eusc")
                    .hint("sign in at your partition's own address"));
            }
        };
        let base = reach.endpoint(Service::SignIn).map_or(signin, |given| given.value.as_str());
        Ok(Self { federation: format!("{}/federation", base.trim_end_matches('/')), console: console.to_owned() })
    }
}

/// How it is called in messages.
impl std::fmt::Display for Site {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", crate::text::quote_url(&self.federation))
    }
}

/// Percent-encodes all that is not unreserved.
/// Source: <https://www.rfc-editor.org/rfc/rfc3986#section-2.3>
pub fn encode(text: &str) -> Zeroizing<String> {
    // Never grown: a growing buffer would leave copies of a secret behind.
    let mut out = Zeroizing::new(String::with_capacity(3 * text.len()));
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_partition_has_its_own() {
        let rows = [
            ("eu-west-1", "https://signin.aws.amazon.com/federation", "https://console.aws.amazon.com"),
            ("us-gov-west-1", "https://signin.amazonaws-us-gov.com/federation", "https://console.amazonaws-us-gov.com"),
            ("cn-north-1", "https://signin.amazonaws.cn/federation", "https://console.amazonaws.cn"),
            (
                "eusc-de-east-1",
                "https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation",
                "https://console.amazonaws-eusc.eu",
            ),
        ];
        for (region, federation, console) in rows {
            let site = Site::of(&Partition::of_region(region), &Reach::default()).unwrap();
            assert_eq!((site.federation.as_str(), site.console.as_str()), (federation, console));
        }
        assert!(Site::of(&Partition::of_region("us-iso-east-1"), &Reach::default()).is_err());
    }

    #[test]
    fn encoding_leaves_nothing_that_means_something_in_an_address() {
        assert_eq!(*encode("aZ0-._~ {\"/+=&?é"), "aZ0-._~%20%7B%22%2F%2B%3D%26%3F%C3%A9");
    }
}
