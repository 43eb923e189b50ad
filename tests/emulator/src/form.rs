//! `application/x-www-form-urlencoded`, read strictly.

use crate::error::ApiError;

/// Names and values in the order they were sent.
pub(crate) type Params = Vec<(String, String)>;

/// Decodes a body; a pair without `=`, a bad escape, text that is not UTF-8 and a repeated name are refused.
pub(crate) fn decode(body: &[u8]) -> Result<Params, ApiError> {
    let text = std::str::from_utf8(body).map_err(|_| ApiError::malformed_query())?;
    let mut params = Params::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let decoded = pair.split_once('=').and_then(|(name, value)| Some((unescape(name)?, unescape(value)?)));
        let (name, value) = decoded.ok_or_else(ApiError::malformed_query)?;
        if get(&params, &name).is_some() {
            return Err(ApiError::malformed_query());
        }
        params.push((name, value));
    }
    Ok(params)
}

/// The value sent under this name.
pub(crate) fn get<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params.iter().find(|(sent, _)| sent == name).map(|(_, value)| value.as_str())
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_in_order() {
        let params = decode(b"Action=A&Name=%C3%A9+%2b%26&Empty=").unwrap();
        let expected = [("Action", "A"), ("Name", "é +&"), ("Empty", "")];
        assert_eq!(params, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn refuses_what_is_no_form() {
        for body in [&b"Action"[..], b"A=%", b"A=%2", b"A=%zz", b"A=%ff", b"\xff=1", b"A=1&A=2"] {
            assert!(decode(body).is_err(), "{body:?}");
        }
    }
}
