//! Whether an answer is one whole XML document of the expected kind.
//!
//! The SDK's reader takes what it needs and leaves: an answer that was cut in the middle of a secret, or that has
//! something behind its end, is a success to it. So the document is looked at as a whole first.

use std::collections::HashSet;
use std::fmt;
use xmlparser::{ElementEnd, Token, Tokenizer};

/// The deepest nesting of elements that is looked at. AWS's answers have six.
const DEEPEST: usize = 16;

/// The one element that stands beside others of its name: an entry of a list.
/// Source: <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#shape-serialization>
const ENTRY: &str = "member";

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// It is some other document, or none.
    Foreign,
    /// It begins as it should, and is cut short or damaged.
    Damaged,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Foreign => "the answer is not one of AWS: is there a proxy or a login page in between?",
            Self::Damaged => "the answer is cut short or damaged: is there a proxy in between?",
        })
    }
}

impl std::error::Error for Flaw {}

/// An element that has begun and not ended.
struct Open<'a> {
    name: &'a str,
    children: HashSet<&'a str>,
    has_text: bool,
}

/// Checks that `body` is one document whose outermost element is `root`: every element ends by its own name, nothing
/// stands twice but the entries of a list, nothing stands before or behind it but a declaration, comments and white
/// space.
pub fn check(body: &[u8], root: &str) -> Result<(), Flaw> {
    let text = std::str::from_utf8(body).map_err(|_| Flaw::Foreign)?;
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut begun = false;
    for token in Tokenizer::from(text) {
        let flaw = if begun { Flaw::Damaged } else { Flaw::Foreign };
        match token.map_err(|_| flaw)? {
            Token::Declaration { .. }
            | Token::Comment { .. }
            | Token::Attribute { .. }
            | Token::ElementEnd { end: ElementEnd::Open, .. } => {}
            Token::ElementStart { prefix, local, .. } => {
                let is_expected = match open.last_mut() {
                    Some(parent) => parent.takes(local.as_str()),
                    None => local.as_str() == root,
                };
                if !is_expected || !prefix.is_empty() || open.len() == DEEPEST {
                    return Err(flaw);
                }
                begun = true;
                open.push(Open { name: local.as_str(), children: HashSet::new(), has_text: false });
            }
            Token::ElementEnd { end: ElementEnd::Empty, .. } => drop(open.pop()),
            Token::ElementEnd { end: ElementEnd::Close(prefix, local), .. } => {
                let ends = open.pop().is_some_and(|element| element.name == local.as_str());
                if !ends || !prefix.is_empty() {
                    return Err(Flaw::Damaged);
                }
            }
            Token::Text { text } if text.as_str().trim().is_empty() => {}
            Token::Text { .. } => match open.last_mut() {
                Some(element) if element.children.is_empty() => element.has_text = true,
                _ => return Err(flaw),
            },
            // AWS writes no processing instruction, type declaration or CDATA.
            _ => return Err(flaw),
        }
    }
    match (begun, open.is_empty()) {
        (true, true) => Ok(()),
        (true, false) => Err(Flaw::Damaged),
        (false, _) => Err(Flaw::Foreign),
    }
}

impl<'a> Open<'a> {
    /// Whether a child of this name may begin here.
    fn takes(&mut self, name: &'a str) -> bool {
        !self.has_text && (self.children.insert(name) || name == ENTRY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: &str = "GetSessionTokenResponse";
    const PARTS: [&str; 4] = [
        "<AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>",
        "<SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYzEXAMPLEKEY</SecretAccessKey>",
        "<SessionToken>AQoEXAMPLEH4aoAH0gNCAPy&amp;x==</SessionToken>",
        "<Expiration>2026-11-28T23:28:33Z</Expiration>",
    ];

    fn answer(order: &[usize]) -> String {
        let parts: String = order.iter().map(|part| PARTS[*part]).collect();
        format!(
            "<{ROOT} xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetSessionTokenResult><Credentials>{parts}\
             </Credentials></GetSessionTokenResult><ResponseMetadata><RequestId>x</RequestId></ResponseMetadata></{ROOT}>"
        )
    }

    /// Every order of four things.
    fn orders() -> Vec<Vec<usize>> {
        let all = (0..256).map(|n: usize| vec![n % 4, n / 4 % 4, n / 16 % 4, n / 64]);
        all.filter(|order| (0..4).all(|part| order.contains(&part))).collect()
    }

    #[test]
    fn r73_a2_no_prefix_of_an_answer_counts_whatever_its_order() {
        assert_eq!(orders().len(), 24);
        for order in orders() {
            let whole = answer(&order);
            assert_eq!(check(whole.as_bytes(), ROOT), Ok(()), "{whole}");
            for end in 0..whole.len() {
                assert!(check(&whole.as_bytes()[..end], ROOT).is_err(), "{}", &whole[..end]);
            }
        }
    }

    #[test]
    fn r73_a2_nothing_stands_twice_or_behind_the_end() {
        let whole = answer(&[0, 1, 2, 3]);
        let rows = [
            format!("{whole}x"),
            format!("{whole}{whole}"),
            format!("{whole}<x/>"),
            format!("x{whole}"),
            whole.replace("<Expiration>", "<AccessKeyId>ASIAIOSFODNN7EXAMPL2</AccessKeyId><Expiration>"),
            whole.replace("<Credentials>", "<Credentials></Credentials><Credentials>"),
            whole.replace("<Credentials>", "<Credentials/><Credentials>"),
            whole.replace("</SessionToken>", "</Token>"),
            whole.replace("</SessionToken>", "</s:SessionToken>"),
            whole.replace("<Credentials>", "<Credentials>text"),
            whole.replace("</Credentials>", "text</Credentials>"),
            whole.replace("ASIAIOSFODNN7EXAMPLE", "ASIA<b/>EXAMPLE"),
            whole.replace("ASIAIOSFODNN7EXAMPLE", "<![CDATA[ASIAIOSFODNN7EXAMPLE]]>"),
            whole.replace(ROOT, "AssumeRoleResponse"),
            format!("<!DOCTYPE x>{whole}"),
            format!("<?php x?>{whole}"),
            format!("<html>{whole}</html>"),
            "<a>".repeat(100_000),
            String::new(),
            "   ".into(),
        ];
        for row in rows {
            assert!(check(row.as_bytes(), ROOT).is_err(), "{row:.2000}");
        }
        assert!(check(b"\xff", ROOT).is_err());
    }

    #[test]
    fn white_space_a_declaration_comments_and_lists_pass() {
        let whole = answer(&[3, 2, 1, 0]);
        let rows = [
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- x -->\n{whole}\n"),
            format!("\u{feff}{whole}"),
            format!("{whole}\n<!-- from a cache -->\n"),
            whole.replace('>', ">\n  ").replace("<AccessKeyId>\n  ", "<AccessKeyId>"),
            whole.replace("<Credentials>", "<!-- <Credentials> --><Credentials>"),
            whole.replace("<ResponseMetadata>", "<More/><ResponseMetadata>"),
        ];
        for row in rows {
            assert_eq!(check(row.as_bytes(), ROOT), Ok(()), "{row}");
        }
        let list = "<R><L><member><N>1</N></member><member><N>2</N></member></L></R>";
        assert_eq!(check(list.as_bytes(), "R"), Ok(()));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        assert_eq!(check(b"<html></html>", ROOT), Err(Flaw::Foreign));
        assert_eq!(check(&answer(&[0, 1, 2, 3]).as_bytes()[..90], ROOT), Err(Flaw::Damaged));
    }

    #[test]
    fn r73_no_change_to_an_answer_ends_in_a_panic_or_adds_a_document() {
        let whole = answer(&[0, 1, 2, 3]).into_bytes();
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % below
        };
        for _ in 0..10_000 {
            let mut body = whole.clone();
            for _ in 0..=random(3) {
                let (from, to) = (random(body.len()), random(body.len()));
                match random(4) {
                    0 => body[from] = b"<>/&\"' a!?-]"[random(12)],
                    1 => drop(body.drain(from.min(to)..from.max(to))),
                    2 => {
                        let part = body[from.min(to)..from.max(to)].to_vec();
                        body.splice(from..from, part);
                    }
                    _ => body.truncate(from.max(1)),
                }
            }
            let text = String::from_utf8_lossy(&body);
            let counts = |what: &str| text.matches(what).count();
            if check(&body, ROOT).is_ok() && counts("<!--") == 0 {
                assert!(counts("</GetSessionTokenResponse>") == 1 && counts("<Credentials>") <= 1, "{text}");
            }
        }
    }
}
