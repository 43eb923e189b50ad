//! AWS IAM: the one question asked of it is which MFA devices the user has.
//!
//! It is one form, signed as for STS and sent by the same connector. The SDK of IAM would do the same for nine times the
//! compile time of the SDK of STS.

mod answer;
mod site;

use crate::aws::endpoint;
use crate::aws::{Clock, DEADLINE};
use crate::credentials::{Partition, SourceKeys};
use crate::error::{Class, Error, internal};
use crate::text::error_chain;
use crate::text::quote;
use answer::Answer;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use secrecy::ExposeSecret;
use site::Site;

/// `ListMFADevices` without a user name is about the user whose key signs. A user has 8 devices at most, and an answer
/// holds 100.
/// Source: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListMFADevices.html>
const LIST: &str = "Action=ListMFADevices&Version=2010-05-08";
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
        let mut answer = self.ask(keys).await?;
        if answer.is_about_the_clock() && self.clock.learn(answer.date.as_deref()) {
            answer = self.ask(keys).await?;
        }
        match answer.read() {
            Ok(Ok(serials)) => Ok(serials),
            Ok(Err((code, message))) => Err(Error::new(
                Class::Denied,
                format!("AWS did not tell the MFA devices of the access key {}", keys.access_key_id),
            )
            .because(format!("{}: {}", quote(&code), quote(&message)))
            .hint("name the device with --serial-number, or ask for the permission iam:ListMFADevices on yourself")),
            Err(why) => Err(self.unavailable(&why)),
        }
    }

    async fn ask(&self, keys: &SourceKeys) -> Result<Answer, Error> {
        self.clock.tell();
        let request = self.request(keys)?;
        let answered = tokio::time::timeout(DEADLINE, self.connector.call(request)).await;
        match answered {
            Ok(Ok(response)) => Ok(read(&response)),
            Ok(Err(error)) => Err(self.unavailable(&error_chain(&error))),
            Err(_) => Err(self.unavailable(&format!("no answer within {} seconds", DEADLINE.as_secs()))),
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

    fn unavailable(&self, why: &str) -> Error {
        Error::new(Class::Unavailable, format!("{} gave no usable answer", self.site))
            .because(quote(why))
            .hint("name the device with --serial-number, or check the network and run this again")
    }
}

fn read(response: &HttpResponse) -> Answer {
    Answer {
        status: response.status().as_u16(),
        date: response.headers().get("date").map(str::to_owned),
        body: String::from_utf8_lossy(response.body().bytes().unwrap_or_default()).into_owned(),
    }
}
