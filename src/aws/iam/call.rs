//! One question to IAM: a form, signed as for STS and sent by the same connector.

use super::Iam;
use super::answer::{self, Refusal};
use crate::aws::ask::ask;
use crate::aws::attempt::{Attempt, Watched};
use crate::aws::tries::{DEADLINE, Setback, Tries};
use crate::aws::{failure, trouble};
use crate::credentials::SourceKeys;
use crate::error::{Class, Error, internal};
use crate::os::stdio;
use crate::text::{error_chain, quote};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::http::HttpConnector;
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use secrecy::ExposeSecret;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Instant;

const FORM: &str = "application/x-www-form-urlencoded";
const VERSION: &str = "2010-05-08";

/// What is asked, and what it is called in messages.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// The action, as IAM calls it.
    pub action: &'static str,
    /// The outermost element of the answer.
    pub root: &'static str,
    /// The form's other parameters.
    pub params: &'a [(&'static str, &'a str)],
    /// What a refusal means, as in `AWS did not tell …`.
    pub refused: &'a str,
    /// What to do about a refusal where AWS's code says nothing better.
    pub hint: &'a str,
    /// What to do where IAM is not reached, if there is a way without it.
    pub unreached: Option<&'a str>,
}

/// Reads the text of an answer; none where something is missing in it.
type Read<'r, T> = &'r dyn Fn(&str) -> Option<T>;

impl Iam {
    /// Asks until there is an answer; only for what may be asked twice.
    pub(super) async fn ask<T>(
        &self,
        keys: &SourceKeys,
        question: Question<'_>,
        read: Read<'_, T>,
    ) -> Result<T, Error> {
        let mut tries = Tries::new(false);
        let started = Instant::now();
        let found = ask(&self.site, &self.clock, &mut tries, async |attempt| {
            self.attempt(keys, question, read, &attempt).await
        });
        let found = found.await;
        stdio::detail(format_args!("asked IAM for {}: {} ms", question.action, started.elapsed().as_millis()));
        found
    }

    /// Asks once, whatever comes of it.
    pub(super) async fn ask_once<T>(
        &self,
        keys: &SourceKeys,
        question: Question<'_>,
        read: Read<'_, T>,
    ) -> Result<T, Error> {
        self.clock.tell();
        let attempt = Arc::<Attempt>::default();
        let answered = tokio::time::timeout(DEADLINE, self.attempt(keys, question, read, &attempt)).await;
        answered.unwrap_or_else(|_| Err((failure::late(&self.site, None), Setback::Lost))).map_err(|(error, _)| error)
    }

    async fn attempt<T>(
        &self,
        keys: &SourceKeys,
        question: Question<'_>,
        read: Read<'_, T>,
        attempt: &Arc<Attempt>,
    ) -> Result<T, (Error, Setback)> {
        let body = form(question);
        let request = self.request(keys, &body).map_err(|error| (error, Setback::Final))?;
        let (connector, clock) = (self.connector.clone(), self.clock.clone());
        match Watched::new(connector, clock, Arc::clone(attempt), Some(question.root)).call(request).await {
            Ok(response) => self.read(&response, keys, question, read),
            Err(error) => {
                let told = failure::explain(Some(&error), attempt, &self.site);
                let told = match question.unreached {
                    Some(hint) => told.hint(hint),
                    None => told,
                };
                Err((told, failure::setback(Some(&error), attempt)))
            }
        }
    }

    fn read<T>(
        &self,
        response: &HttpResponse,
        keys: &SourceKeys,
        question: Question<'_>,
        read: Read<'_, T>,
    ) -> Result<T, (Error, Setback)> {
        let status = response.status().as_u16();
        let unusable = |why: &str| (failure::unusable(&self.site, why), Setback::Final);
        let Ok(body) = std::str::from_utf8(response.body().bytes().unwrap_or_default()) else {
            return Err(unusable("it is no text"));
        };
        if status == 200 {
            return read(body).ok_or_else(|| unusable("a part of the answer is missing"));
        }
        let refusal = answer::refusal(body).ok_or_else(|| unusable(&trouble::of_status(status)))?;
        let setback = failure::setback_of(status, Some(&refusal.code), &refusal.message);
        let told = format!("{}: {}", quote(&refusal.code), quote(&refusal.message));
        let error = match setback {
            Setback::Troubled(_) => failure::troubled(&self.site, &format!("{status} {told}")),
            Setback::Clock => Error::new(Class::Clock, self.clock.describe())
                .because(told)
                .hint("set the clock (on WSL: sudo hwclock -s), then run this again"),
            _ => self.refused(keys, question, &refusal).because(told),
        };
        Err((error, setback))
    }

    /// Keys that AWS does not know, or that are no pair, are not for want of a permission.
    fn refused(&self, keys: &SourceKeys, question: Question<'_>, refusal: &Refusal) -> Error {
        let of_keys = trouble::of_keys(&refusal.code, &refusal.message, keys, self.site.region);
        let dead = matches!(refusal.code.as_str(), "InvalidClientTokenId" | "ExpiredToken");
        Error::new(Class::Denied, question.refused)
            .of_dead_keys(dead)
            .hint(of_keys.unwrap_or_else(|| question.hint.to_owned()))
    }

    /// The signed request.
    fn request(&self, keys: &SourceKeys, body: &str) -> Result<HttpRequest, Error> {
        let unmade = |error: &dyn std::error::Error| internal(format!("the request to IAM: {}", error_chain(error)));
        let secret = keys.secret_access_key.expose_secret();
        let token = keys.session_token.as_ref().map(|token| token.expose_secret().to_owned());
        let identity = Credentials::new(keys.access_key_id.as_str(), secret, token, None, "aws-auth").into();
        let params = SigningParams::builder()
            .identity(&identity)
            .region(self.site.region)
            .name("iam")
            .time(self.clock.now())
            .settings(SigningSettings::default())
            .build()
            .map_err(|error| unmade(&error))?
            .into();
        let content = SignableBody::Bytes(body.as_bytes());
        let signable = SignableRequest::new("POST", &self.site.url, [("content-type", FORM)].into_iter(), content);
        let signed = signable.and_then(|signable| sign(signable, &params)).map_err(|error| unmade(&error))?;
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method("POST").map_err(|error| unmade(&error))?;
        request.set_uri(self.site.url.as_str()).map_err(|error| unmade(&error))?;
        request.headers_mut().insert("content-type", FORM);
        for (name, value) in signed.output().headers() {
            request.headers_mut().insert(name.to_owned(), value.to_owned());
        }
        Ok(request)
    }
}

/// The form as it is sent.
fn form(question: Question<'_>) -> String {
    let mut body = format!("Action={}&Version={VERSION}", question.action);
    for (name, value) in question.params {
        let _ = write!(body, "&{name}=");
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => body.push(byte.into()),
                // Writing to a String cannot fail.
                _ => drop(write!(body, "%{byte:02X}")),
            }
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_marks_stays_one_value() {
        let params = [("UserName", "x+y=z@a&Action=DeleteUser")];
        let question =
            Question { action: "ListAccessKeys", root: "", params: &params, refused: "", hint: "", unreached: None };
        assert_eq!(
            form(question),
            "Action=ListAccessKeys&Version=2010-05-08&UserName=x%2By%3Dz%40a%26Action%3DDeleteUser"
        );
    }
}
