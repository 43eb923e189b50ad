//! What AWS answers, or something in between; and what asks `serve`.

use super::{kind, size};
use aws_auth::aws::document::check;
use aws_auth::aws::iam::answer;
use aws_auth::os::http::parse;
use aws_auth::os::port;

pub const WORDS: &[&str] = &[
    "<GetSessionTokenResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">",
    "</GetSessionTokenResponse>",
    "<Credentials>",
    "</Credentials>",
    "<member>",
    "</member>",
    "<!-- x -->",
    "<?xml version=\"1.0\"?>",
    "<![CDATA[",
    "]]>",
    "&amp;",
    "&#0;",
    "&lt;",
    "<ListAccessKeysResponse>",
    "</ListAccessKeysResponse>",
    "<AccessKeyId>AKIAIOSFODNN7EXAMPLE</AccessKeyId>",
    "<ErrorResponse>",
    "<Code>Throttling</Code>",
    "<IsTruncated>true</IsTruncated>",
    "<!DOCTYPE x [<!ENTITY y \"z\">]>",
    "&y;",
];

pub const OF_HEAD: &[&str] = &[
    "GET /credentials HTTP/1.1\r\n",
    "Host: 127.0.0.1:1\r\n",
    "Authorization: x\r\n",
    "\r\n",
    "Origin: x\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "POST ",
    "HTTP/1.0\r\n",
    " : ",
];

pub const OF_SERVER: &[&str] = &[
    "HTTP/1.1 200 OK\r\n",
    "HTTP/1.1 503 Failed\r\n",
    "Content-Length: 2\r\n",
    "content-length: 12\r\n",
    "Content-Length: -1\r\n",
    "Content-Length: 99999999999999999999\r\n",
    "Connection: close\r\n",
    "\r\n",
    "{}",
    "{\"ended\":1}",
];

pub fn sts(input: &[u8]) -> u64 {
    let roots = ["GetSessionTokenResponse", "AssumeRoleResponse", "GetCallerIdentityResponse"];
    let all = roots.map(|root| check(input, root).map_err(|flaw| flaw.to_string()));
    if let Ok(()) = all[0] {
        // What is cut short is no whole one; what is behind its end is none either.
        assert!(
            check(&input[..input.len() - 1], roots[0]).is_err() || input.last().is_some_and(u8::is_ascii_whitespace)
        );
        assert!(check(&[input, b"<x/>"].concat(), roots[0]).is_err());
    }
    kind((all, size(input.len())))
}

pub fn iam(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    let keys = answer::access_keys(text).map(|keys| keys.len());
    let new = answer::new_access_key(text).map(|keys| size(keys.access_key_id.as_str().len()));
    let refusal = answer::refusal(text).map(|refusal| (size(refusal.code.len()), size(refusal.message.len())));
    kind((keys, new, refusal, answer::serials(text).map(|all| all.len()), answer::last_used(text).is_some()))
}

pub fn head(input: &[u8]) -> u64 {
    match parse(input) {
        Ok(None) => {
            assert!(
                !input.windows(4).any(|part| part == b"\r\n\r\n") || input.first().is_none_or(u8::is_ascii_whitespace)
            );
            kind((1, size(input.len())))
        }
        Ok(Some(_)) => kind((2, size(input.len()), input.len() % 7)),
        Err(answer) => {
            assert!(!answer.body.chars().any(char::is_control));
            kind((3, answer.status, answer.body.len()))
        }
    }
}

pub fn of_server(input: &[u8]) -> u64 {
    let Some(answered) = port::read(input) else { return u64::from(input.is_empty()) };
    assert!(input.ends_with(answered.body.as_bytes()));
    assert!(port::read(&[input, b"x"].concat()).is_none(), "what is behind its end is none of it");
    assert!(port::read(&input[..input.len() - 1]).is_none(), "what is cut short is no whole one");
    kind((answered.status, size(answered.body.len()), size(input.len())))
}
