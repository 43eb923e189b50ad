//! The pictures: they are of the program as it is, and show nothing that looks like a key.

use std::fs;

use crate::support::tools;

#[test]
fn the_pictures_have_the_same_lines_and_none_looks_like_a_key() {
    let read = |name: &str| fs::read_to_string(tools::repository().join("docs").join(name)).expect("a picture");
    let lines = |picture: &str| -> Vec<String> {
        let texts = picture.split("<text ").skip(1).filter_map(|rest| rest.split_once('>')?.1.split_once("</text>"));
        texts.map(|(text, _)| text.to_owned()).collect()
    };
    let (moving, still) = (lines(&read("picture.svg")), lines(&read("picture-still.svg")));
    assert_eq!(moving, still, "run docs/picture");
    assert!(moving.iter().any(|line| line.starts_with("MFA code for arn:aws:iam::")), "{moving:?}");
    for word in moving.iter().flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && !"/+=".contains(c))) {
        let key_id = word.len() >= 16 && word.starts_with('A') && !word.contains(|c: char| c.is_ascii_lowercase());
        let has = |is: fn(&char) -> bool| word.chars().any(|c| is(&c));
        let secret = word.len() >= 20
            && has(char::is_ascii_uppercase)
            && has(char::is_ascii_lowercase)
            && has(char::is_ascii_digit);
        assert!(!key_id && !secret, "{word}");
    }
}
