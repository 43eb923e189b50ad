//! What IAM answers, each from the text of one whole document; none where a part is missing.

use crate::credentials::{AccessKeyId, SourceKeys, secret_access_key};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};
use secrecy::{ExposeSecret, SecretString};
use std::borrow::Cow;

/// An access key, without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: AccessKeyId,
    /// Whether AWS takes it.
    pub active: bool,
    /// When it was made, as RFC 3339 in UTC.
    pub created: String,
}

/// A refusal, in AWS's words.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// As in `AccessDenied`.
    pub code: String,
    /// A sentence.
    pub message: String,
}

/// The refusal that a document holds.
#[must_use]
pub fn refusal(body: &str) -> Option<Refusal> {
    let code = texts(body, &["ErrorResponse", "Error", "Code"])?;
    let message = texts(body, &["ErrorResponse", "Error", "Message"])?;
    let first = |texts: Vec<String>| texts.into_iter().next().unwrap_or_default();
    Some(Refusal { code: first(code), message: first(message) })
}

/// The serials of `ListMFADevices`.
#[must_use]
pub fn serials(body: &str) -> Option<Vec<String>> {
    texts(body, &["ListMFADevicesResponse", "ListMFADevicesResult", "MFADevices", "member", "SerialNumber"])
}

/// The keys of `ListAccessKeys`. A user has two at most, so what is said to be a part of the list is none of IAM's.
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
#[must_use]
pub fn access_keys(body: &str) -> Option<Vec<Listed>> {
    const ROOT: [&str; 2] = ["ListAccessKeysResponse", "ListAccessKeysResult"];
    if texts(body, &[ROOT[0], ROOT[1], "IsTruncated"])?.iter().any(|truncated| truncated == "true") {
        return None;
    }
    let of = |name| texts(body, &[ROOT[0], ROOT[1], "AccessKeyMetadata", "member", name]);
    let (ids, states, dates) = (of("AccessKeyId")?, of("Status")?, of("CreateDate")?);
    if ids.len() != states.len() || ids.len() != dates.len() {
        return None;
    }
    let all = ids.iter().zip(states).zip(dates);
    all.map(|((id, state), created)| {
        let active = match state.as_str() {
            "Active" => true,
            "Inactive" => false,
            _ => return None,
        };
        Some(Listed { id: AccessKeyId::new(id).ok()?, active, created: date(created)? })
    })
    .collect()
}

/// The pair that `CreateAccessKey` gives, this once.
#[must_use]
pub fn new_access_key(body: &str) -> Option<SourceKeys> {
    let of = |name| ["CreateAccessKeyResponse", "CreateAccessKeyResult", "AccessKey", name];
    let id = texts(body, &of("AccessKeyId"))?.into_iter().next()?;
    let mut secret: Option<SecretString> = None;
    walk(body, &of("SecretAccessKey"), &mut |text| secret = Some(SecretString::from(text.as_ref())))?;
    let access_key_id = AccessKeyId::new(&id).ok().filter(|id| !id.is_temporary())?;
    let secret_access_key = secret_access_key(secret?.expose_secret()).ok()?;
    Some(SourceKeys { access_key_id, secret_access_key, session_token: None })
}

/// When a key was last used.
#[derive(Debug, PartialEq, Eq)]
pub enum Used {
    /// Never, as far as AWS has noted.
    Never,
    /// Then, as RFC 3339 in UTC.
    At(String),
}

/// The date of `GetAccessKeyLastUsed`.
#[must_use]
pub fn last_used(body: &str) -> Option<Used> {
    let path = ["GetAccessKeyLastUsedResponse", "GetAccessKeyLastUsedResult", "AccessKeyLastUsed", "LastUsedDate"];
    // What was never used has no date, or `N/A` for one. A key whose date cannot be read may be in use.
    match texts(body, &path)?.into_iter().next().filter(|date| date != "N/A") {
        None => Some(Used::Never),
        Some(at) => date(at).map(Used::At),
    }
}

/// A date as AWS writes it; what is none could be anything, and people are shown it.
fn date(text: String) -> Option<String> {
    DateTime::from_str(&text, Format::DateTimeWithOffset).ok().map(|_| text)
}

/// The texts at `path`, whose first part is the document's root; none where that is another.
fn texts(xml: &str, path: &[&str]) -> Option<Vec<String>> {
    let mut found = Vec::new();
    walk(xml, path, &mut |text| found.push(text.into_owned()))?;
    Some(found)
}

fn walk(xml: &str, path: &[&str], each: &mut dyn FnMut(Cow<'_, str>)) -> Option<()> {
    let (root, rest) = path.split_first()?;
    let mut document = Document::new(xml);
    let mut element = document.root_element().ok().filter(|element| element.start_el().matches(root))?;
    collect(&mut element, rest, each)
}

fn collect(element: &mut ScopedDecoder<'_, '_>, path: &[&str], each: &mut dyn FnMut(Cow<'_, str>)) -> Option<()> {
    let Some((first, rest)) = path.split_first() else {
        each(try_data(element).ok()?);
        return Some(());
    };
    while let Some(mut child) = element.next_tag() {
        if child.start_el().matches(first) {
            collect(&mut child, rest, each)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serials_are_read_and_nothing_else() {
        // The example of the documentation, with a second device.
        let body = r#"<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListMFADevicesResult>
            <MFADevices>
              <member><UserName>Bob</UserName><SerialNumber>R1234</SerialNumber><EnableDate>2026-01-01</EnableDate></member>
              <member><UserName>Bob</UserName><SerialNumber>arn:aws:iam::111122223333:mfa/a&amp;b</SerialNumber></member>
            </MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult>
            <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></ListMFADevicesResponse>"#;
        assert_eq!(serials(body).unwrap(), ["R1234", "arn:aws:iam::111122223333:mfa/a&b"]);
        let none = "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices/></ListMFADevicesResult></ListMFADevicesResponse>";
        assert!(serials(none).unwrap().is_empty());
    }

    #[test]
    fn refusals_keep_awss_words_and_other_documents_are_none() {
        let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>";
        assert_eq!(refusal(refused).unwrap(), Refusal { code: "AccessDenied".into(), message: "No.".into() });
        for body in ["", "<html></html>", "x", refused] {
            assert!(serials(body).is_none() && access_keys(body).is_none() && new_access_key(body).is_none(), "{body}");
        }
        assert!(refusal("<html></html>").is_none());
    }

    fn listed(members: &str, truncated: bool) -> Option<Vec<Listed>> {
        access_keys(&format!(
            "<ListAccessKeysResponse><ListAccessKeysResult><AccessKeyMetadata>{members}</AccessKeyMetadata>\
             <IsTruncated>{truncated}</IsTruncated></ListAccessKeysResult></ListAccessKeysResponse>"
        ))
    }

    #[test]
    fn keys_are_listed_with_their_state_and_age() {
        let member = |id: &str, state: &str| {
            format!(
                "<member><UserName>Bob</UserName><AccessKeyId>{id}</AccessKeyId><Status>{state}</Status>\
                 <CreateDate>2026-01-02T03:04:05Z</CreateDate></member>"
            )
        };
        let two =
            listed(&(member("AKIAIOSFODNN7EXAMPLE", "Active") + &member("AKIAI44QH8DHBEXAMPLE", "Inactive")), false);
        let told: Vec<_> = two.unwrap().iter().map(|key| (key.id.as_str().to_owned(), key.active)).collect();
        assert_eq!(told, [("AKIAIOSFODNN7EXAMPLE".into(), true), ("AKIAI44QH8DHBEXAMPLE".into(), false)]);
        assert!(listed("", false).unwrap().is_empty());
        assert!(listed("", true).is_none(), "the rest of it is not known");
        assert!(listed(&member("AKIAIOSFODNN7EXAMPLE", "Odd"), false).is_none());
        assert!(listed("<member><AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId></member>", false).is_none());
        let dated =
            |date: &str| listed(&member("AKIAIOSFODNN7EXAMPLE", "Active").replace("2026-01-02T03:04:05Z", date), false);
        assert!(dated("2026-01-02T03:04:05+00:00").is_some());
        assert!(dated("yesterday").is_none() && dated("2026-01-02T03:04:05Z\u{9b}2J").is_none(), "people are shown it");
    }

    #[test]
    fn a_new_pair_is_taken_whole_or_not_at_all() {
        let answer = |inside: &str| {
            new_access_key(&format!(
                "<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey>{inside}</AccessKey>\
                 </CreateAccessKeyResult></CreateAccessKeyResponse>"
            ))
        };
        let id = "<AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId>";
        let secret = "<SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>";
        let keys = answer(&format!("{id}{secret}")).unwrap();
        assert_eq!(keys.access_key_id.as_str(), "AKIAIOSFODNN7EXAMPLE");
        assert_eq!(keys.secret_access_key.expose_secret(), "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY");
        assert!(answer(id).is_none() && answer(secret).is_none() && answer("").is_none());
    }

    #[test]
    fn what_was_never_used_has_no_date() {
        let answer = |inside: &str| {
            last_used(&format!(
                "<GetAccessKeyLastUsedResponse><GetAccessKeyLastUsedResult><AccessKeyLastUsed>{inside}\
                 </AccessKeyLastUsed></GetAccessKeyLastUsedResult></GetAccessKeyLastUsedResponse>"
            ))
        };
        assert_eq!(answer("<Region>N/A</Region>"), Some(Used::Never));
        assert_eq!(answer("<LastUsedDate>N/A</LastUsedDate>"), Some(Used::Never));
        let date = "2026-01-02T03:04:05Z";
        assert_eq!(answer(&format!("<LastUsedDate>{date}</LastUsedDate>")), Some(Used::At(date.into())));
        assert_eq!(answer("<LastUsedDate>lately</LastUsedDate>"), None, "it may be in use");
    }
}
