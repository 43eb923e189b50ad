//! What IAM answers: the serials of devices, or a refusal.

use aws_smithy_xml::decode::{Document, ScopedDecoder, try_data};

/// A refusal's code and message.
type Refusal = (String, String);

/// The serials, or AWS's refusal, of an answer that is one whole document; none where it is neither.
pub fn read(status: u16, body: &str) -> Option<Result<Vec<String>, Refusal>> {
    if status == 200 {
        let [serials] = texts(body, "ListMFADevicesResponse", [SERIALS])?;
        return Some(Ok(serials));
    }
    let [codes, messages] = texts(body, "ErrorResponse", [&["Error", "Code"], &["Error", "Message"]])?;
    let first = |texts: Vec<String>| texts.into_iter().next().unwrap_or_default();
    Some(Err((first(codes), first(messages))))
}

const SERIALS: &[&str] = &["ListMFADevicesResult", "MFADevices", "member", "SerialNumber"];

/// The texts at each of `paths` below the element `root`; none where that is another.
fn texts<const N: usize>(xml: &str, root: &str, paths: [&[&str]; N]) -> Option<[Vec<String>; N]> {
    let mut found = paths.map(|_| Vec::new());
    for (path, found) in paths.iter().zip(&mut found) {
        let mut document = Document::new(xml);
        let mut element = document.root_element().ok().filter(|element| element.start_el().matches(root))?;
        collect(&mut element, path, found)?;
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

    #[test]
    fn serials_are_read_and_nothing_else() {
        // The example of the documentation, with a second device.
        let body = r#"<ListMFADevicesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListMFADevicesResult>
            <MFADevices>
              <member><UserName>Bob</UserName><SerialNumber>R1234</SerialNumber><EnableDate>2026-01-01</EnableDate></member>
              <member><UserName>Bob</UserName><SerialNumber>arn:aws:iam::111122223333:mfa/a&amp;b</SerialNumber></member>
            </MFADevices><IsTruncated>false</IsTruncated></ListMFADevicesResult>
            <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></ListMFADevicesResponse>"#;
        let serials = read(200, body).unwrap().unwrap();
        assert_eq!(serials, ["R1234", "arn:aws:iam::111122223333:mfa/a&b"]);
        let none = "<ListMFADevicesResponse><ListMFADevicesResult><MFADevices/></ListMFADevicesResult></ListMFADevicesResponse>";
        assert!(read(200, none).unwrap().unwrap().is_empty());
    }

    #[test]
    fn refusals_keep_awss_words_and_other_documents_are_none() {
        let refused = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>";
        assert_eq!(read(403, refused).unwrap().unwrap_err(), ("AccessDenied".into(), "No.".into()));
        for body in ["", "<html></html>", "x", refused] {
            assert!(read(200, body).is_none(), "{body}");
        }
        assert!(read(502, "<html></html>").is_none());
    }
}
