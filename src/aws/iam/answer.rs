//! What IAM answers: the serials of devices, or a refusal.

use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// AWS's time.
    pub date: Option<String>,
    /// XML, if all is well.
    pub body: String,
}

/// A refusal's code and message.
type Refusal = (String, String);

impl Answer {
    /// The serials, or AWS's refusal; the outer failure is an answer that is none of IAM's.
    pub fn read(&self) -> Result<Result<Vec<String>, Refusal>, String> {
        if self.status == 200 {
            let [serials] = texts(&self.body, "ListMFADevicesResponse", [SERIALS]).ok_or(NOT_IAM)?;
            return Ok(Ok(serials));
        }
        let refusal = texts(&self.body, "ErrorResponse", [&["Error", "Code"], &["Error", "Message"]]);
        let [codes, messages] =
            refusal.ok_or_else(|| format!("HTTP status {} without an error of IAM", self.status))?;
        let first = |texts: Vec<String>| texts.into_iter().next().unwrap_or_default();
        Ok(Err((first(codes), first(messages))))
    }

    /// Whether IAM refused because of this machine's clock.
    pub fn is_about_the_clock(&self) -> bool {
        let Ok(Err((code, message))) = self.read() else { return false };
        code == "RequestExpired" || message.starts_with("Signature expired") || message.contains("not yet current")
    }
}

const SERIALS: &[&str] = &["ListMFADevicesResult", "MFADevices", "member", "SerialNumber"];
const NOT_IAM: &str = "the answer is not one of IAM: is there a proxy or a login page in between?";

/// The texts at each of `paths` below the element `root`; none where the document is another or is not whole.
fn texts<const N: usize>(xml: &str, root: &str, paths: [&[&str]; N]) -> Option<[Vec<String>; N]> {
    let mut found = paths.map(|_| Vec::new());
    for (path, found) in paths.iter().zip(&mut found) {
        let mut document = Document::new(xml);
        let mut element = document.root_element().ok().filter(|element| element.start_el().matches(root))?;
        collect(&mut element, path, found)?;
        // What was cut short ends without the end of its root.
        drop(element);
        xml.trim_end().ends_with(&format!("</{root}>")).then_some(())?;
    }
    Some(found)
}

fn collect(element: &mut ScopedDecoder<'_, '_>, path: &[&str], found: &mut Vec<String>) -> Option<()> {
    let Some((first, rest)) = path.split_first() else {
        found.push(try_data(element).ok()?.into_owned());
        return Some(());
    };
    while let Some(mut child) = element.next_tag() {
        if child.start_el().matches(first) {
            collect(&mut child, rest, found)?;
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, date: None, body: body.into() }
    }

    #[test]
    fn serials_are_read_and_nothing_else() {
        // The example of the documentation, with a second device.
        let body = r#"<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListMFADevicesResult>
            <MFADevices>
              <member><UserName>Bob</UserName><SerialNumber>R1234</SerialNumber><EnableDate>2026-01-01</EnableDate></member>
              <member><UserName>Bob</UserName><SerialNumber>arn:aws:iam::111122223333:mfa/a&amp;b</SerialNumber></member>
            </MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult>
            <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></ListMFADevicesResponse>"#;
        let serials = answer(200, body).read().unwrap().unwrap();
        assert_eq!(serials, ["R1234", "arn:aws:iam::111122223333:mfa/a&b"]);
        let none = "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices/></ListMFADevicesResult></ListMFADevicesResponse>";
        assert!(answer(200, none).read().unwrap().unwrap().is_empty());
    }

    #[test]
    fn refusals_keep_awss_words_and_other_documents_are_none() {
        let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>";
        assert_eq!(answer(403, refused).read().unwrap().unwrap_err(), ("AccessDenied".into(), "No.".into()));
        let bodies = ["", "<html></html>", "<ListMFADevicesResponse><ListMFADevicesResult>", "x", refused];
        for body in bodies {
            assert!(answer(200, body).read().is_err(), "{body}");
        }
        assert!(answer(502, "<html></html>").read().is_err());
    }
}
