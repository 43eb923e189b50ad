//! AWS IAM: the one question asked of it is which MFA devices the user has.
//!
//! It is one form, signed as for STS and sent by the same connector. The SDK of IAM would do the same for nine times the
//! compile time of the SDK of STS.

mod answer;
mod site;

use crate::aws::ask::ask;
use crate::aws::attempt::Watched;
use crate::aws::tries::{Setback, Tries};
use crate::aws::{Clock, endpoint, failure, trouble};
use crate::credentials::{Partition, SourceKeys};
use crate::error::{Class, Error, internal};
use crate::text::error_chain;
use crate::text::quote;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use secrecy::ExposeSecret;
use site::Site;
use std::sync::Arc;

/// `ListMFADevices` without a user name is about the user whose key signs. A user has 8 devices at most, and an answer
/// holds 100.
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>
const LIST: &str = "Action=ListMFADevices&Version=2010-05-08";
/// The outermost element of the answer.
const ANSWER: &str = "ListMFADevicesResponse";
const FORM: &str = "application/x-www-form-urlencoded";

/// A partition's IAM.
#[derive(Debug)]
pub struct Iam {
    connector: SharedHttpConnector,
    site: Site,
    clock: Clock,
}

impl Iam {
    /// Prepares to ask the IAM of `partition`, or the one that the environment names; nothing is sent yet.
    pub fn new(connector: SharedHttpConnector, partition: &Partition, clock: Clock) -> Result<Self, Error> {
        let given = endpoint::of_environment("IAM")?;
        if let Some(url) = &given {
            crate::os::stdio::note(&format!("aws-auth: asking IAM at {}, which the environment names", quote(url)));
        }
        Ok(Self { connector, site: Site::new(partition, given), clock })
    }

    /// The serials of the user's MFA devices, as IAM gives them.
    pub async fn mfa_devices(&self, keys: &SourceKeys) -> Result<Vec<String>, Error> {
        let mut tries = Tries::new(false);
        let found = ask(&self.site, &self.clock, &mut tries, async |attempt| {
            let request = self.request(keys).map_err(|error| (error, Setback::Final))?;
            let watched = Watched::new(self.connector.clone(), self.clock.clone(), Arc::clone(&attempt), Some(ANSWER));
            match watched.call(request).await {
                Ok(response) => self.read(&response, keys),
                Err(error) => {
                    let told = failure::explain(Some(&error), &attempt, &self.site);
                    let hint = "name the device with --serial-number, or check the network and run this again";
                    Err((told.hint(hint), failure::setback(Some(&error), &attempt)))
                }
            }
        });
        found.await
    }

    fn read(&self, response: &HttpResponse, keys: &SourceKeys) -> Result<Vec<String>, (Error, Setback)> {
        let status = response.status().as_u16();
        // It is UTF-8, or it would be no document.
        let body = String::from_utf8_lossy(response.body().bytes().unwrap_or_default());
        match answer::read(status, &body) {
            Some(Ok(serials)) => Ok(serials),
            Some(Err((code, message))) => {
                let setback = failure::setback_of(status, Some(&code), &message);
                let told = format!("{}: {}", quote(&code), quote(&message));
                let error = match setback {
                    Setback::Troubled(_) => failure::troubled(&self.site, &format!("{status} {told}")),
                    Setback::Clock => Error::new(Class::Clock, self.clock.describe())
                        .because(told)
                        .hint("set the clock (on WSL: sudo hwclock -s), then run this again"),
                    _ => self.refused(keys, &code, &message).because(told),
                };
                Err((error, setback))
            }
            None => Err((failure::unusable(&self.site, &trouble::of_status(status)), Setback::Final)),
        }
    }

    /// The signed request.
    fn request(&self, keys: &SourceKeys) -> Result<HttpRequest, Error> {
        let unmade = |error: &dyn std::error::Error| internal(format!("the request to IAM: {}", error_chain(error)));
        let secret = keys.secret_access_key.expose_secret();
        let identity = Credentials::new(keys.access_key_id.as_str(), secret, None, None, "aws-auth").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.site.region)
            .name("iam")
            .time(self.clock.now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| unmade(&error))?
            .into();
        let body = SignableBody::Bytes(LIST.as_bytes());
        let signable = SignableRequest::new("POST", &self.site.url, [("content-type", FORM)].into_iter(), body);
        let signed = signable.and_then(|signable| sign(signable, &params)).map_err(|error| unmade(&error))?;
        let mut request = HttpRequest::new(SdkBody::from(LIST));
        request.set_method("POST").map_err(|error| unmade(&error))?;
        request.set_uri(self.site.url.as_str()).map_err(|error| unmade(&error))?;
        request.headers_mut().insert("content-type", FORM);
        for (name, value) in signed.output().headers() {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }

    /// IAM did not tell. Keys that AWS does not know, or that are no pair, are not for want of a permission.
    fn refused(&self, keys: &SourceKeys, code: &str, message: &str) -> Error {
        let id = &keys.access_key_id;
        let hint = trouble::of_keys(code, message, keys, self.site.region).unwrap_or_else(|| {
            "name the device with --serial-number, or ask for the permission iam:ListMFADevices on yourself".into()
        });
        Error::new(Class::Denied, format!("AWS did not tell the MFA devices of the access key {id}")).hint(hint)
    }
}
