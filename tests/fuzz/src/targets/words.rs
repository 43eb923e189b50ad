//! Texts that people see, names that AWS gives, lines that are cut into words.

use super::{kind, size};
use aws_auth::credentials::{AccessKeyId, Caller, MfaSerial, Otp, RoleArn, TokenCode, secret_access_key};
use aws_auth::text::{distance, drawn, is_printable, printable, quote, quote_without, without_sequences};
use secrecy::ExposeSecret as _;

pub const WORDS: &[&str] = &[
    "\u{1b}[31m",
    "\u{1b}]0;x\u{7}",
    "\u{9b}",
    "\u{202e}",
    "\u{2066}",
    "\r",
    "\u{8}",
    "\u{200b}",
    "\u{feff}",
    "\u{e000}",
    "\\x1b",
    "AKIAIOSFODNN7EXAMPLE",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "arn:aws:iam::111122223333:role/dev",
    "'",
    "\"",
    "\\",
    "a b",
];

pub const OF_OTP: &[&str] = &[
    "otpauth://totp/",
    "secret=",
    "JBSWY3DPEHPK3PXP",
    "&period=30",
    "&digits=6",
    "&digits=8",
    "&algorithm=SHA1",
    "&algorithm=SHA512",
    "%3D",
    "?",
    "123456",
    "&issuer=AWS",
];

pub const OF_AWS: &[&str] = &[
    "arn:aws:iam::",
    "arn:aws-cn:",
    "arn:aws-us-gov:",
    "111122223333",
    ":mfa/",
    ":role/",
    ":user/",
    ":root",
    "AKIA",
    "ASIA",
    "u2f/",
    "a/b/",
    "arn:aws:sts::111122223333:assumed-role/a/b",
    "GAHT12345678",
];

pub fn sanitiser(input: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(input);
    let quoted = quote(&text);
    let is_clean = |text: &str| {
        !text.chars().any(|c| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    };
    assert!(is_clean(&quoted), "{quoted:?}");
    // A long word that was cut may have the length of a key by then.
    assert!(quote(&quoted) == quoted || quoted.ends_with('…'), "once more changes nothing: {quoted:?}");
    let shown = printable(&text);
    let in_lines = |text: &str| text.lines().flat_map(|line| line.split(['\r', '\t'])).all(is_printable);
    assert!(in_lines(&shown), "{shown:?}");
    let line = drawn(&text);
    // All that is left drives the cursor along its own line.
    let mut parts = line.split("\u{1b}[");
    assert!(parts.next().is_none_or(in_lines), "{line:?}");
    for part in parts {
        let end = part.bytes().take_while(u8::is_ascii_digit).count();
        assert!(end <= 3 && part[end..].starts_with(['C', 'D', 'G', 'K']) && in_lines(part), "{line:?}");
    }
    let plain = without_sequences(&text);
    assert!(plain.len() <= text.len());
    // A secret of ten letters or more, in a line, is not told.
    if let Some(word) = text.split_whitespace().find(|word| word.len() >= 10 && word.is_ascii()) {
        let told = quote_without(&format!("error: {word}"), word);
        assert!(!told.contains(word), "{told:?}");
    }
    kind((size(quoted.len()), size(text.len()), quoted == text, shown == text, line == text))
}

pub fn otpauth(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    match Otp::new(text) {
        Ok(Otp::Secret(totp)) => {
            let (code, left) = totp.at(1_767_323_045);
            assert!(code.expose().len() == 6 && code.expose().bytes().all(|byte| byte.is_ascii_digit()));
            kind((1, left))
        }
        Ok(Otp::Code(code)) => kind((2, code.expose().len())),
        Err(problem) => kind((3, problem.to_string())),
    }
}

pub fn names(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    let bare = |text: &str| assert!(!text.chars().any(|c| c.is_control() || c.is_whitespace()), "{text:?}");
    let id = AccessKeyId::new(text).map(|id| bare(id.as_str()));
    let secret = secret_access_key(text).map(|secret| bare(secret.expose_secret()));
    let serial = MfaSerial::new(text).map(|serial| {
        bare(serial.as_str());
        serial.partition().is_some()
    });
    let role = RoleArn::new(text).map(|role| {
        bare(role.as_str());
        assert_eq!(role.account().len(), 12);
        role.partition().default_region().len()
    });
    let caller = Caller::new(text).map(|caller| {
        bare(caller.as_str());
        (caller.account().len(), caller.user().map(|user| size(user.len())), caller.is_root())
    });
    let code = TokenCode::new(text).map(|code| assert_eq!(code.expose().len(), 6));
    let told = [
        id.map_err(|problem| problem.to_string()).err(),
        secret.map_err(|problem| problem.to_string()).err(),
        code.map_err(|problem| problem.to_string()).err(),
    ];
    let told = told.map(|told| told.map(|told| told.chars().filter(char::is_ascii_alphabetic).collect::<String>()));
    kind((told, serial.ok(), role.ok(), caller.ok()))
}

pub fn lines(input: &[u8]) -> u64 {
    let Ok(text) = std::str::from_utf8(input) else { return 0 };
    let of_sections = aws_auth::aws_files::words::split(text);
    if let Some(words) = &of_sections {
        let line: Vec<String> = words.iter().map(|word| aws_auth::aws_files::words::quoted(word)).collect();
        assert_eq!(aws_auth::aws_files::words::split(&line.join(" ")).as_ref(), Some(words), "{line:?}");
    }
    let of_processes = aws_auth::source::words::words(text);
    let near: String = text.chars().take(40).collect();
    assert!(distance(&near, "AWS_AUTH_FROM") <= 53);
    kind((of_sections.map(|words| size(words.len())), of_processes.map(|words| size(words.len()))))
}
