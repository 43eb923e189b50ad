//! A profile's `credential_process`: another program that has the keys.
//!
//! Its line is cut into words as botocore cuts it, and no shell sees it. It is run as a manager is: in our process group,
//! without credentials in its environment, bounded in time and bytes, and ended with all its children when we end.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use super::words::words;
use crate::aws_files::Profiles;
use crate::credentials::{AccessKeyId, Problem, SourceKeys, secret_access_key};
use crate::error::{Class, Error};
use crate::os::child::{self, Answer, Call, Failure};
use crate::os::program::{find, search_path};
use crate::os::tty::Terminal;
use crate::text::{quote, quote_without};
use secrecy::SecretString;
use serde::Deserialize;
use std::borrow::Cow;
use std::time::Duration;

/// How long it may take where it may ask somebody: it may wait for a sign-in in a browser, or for a touch.
const PATIENT: Duration = Duration::from_mins(2);
/// How long it may take where nobody can be asked.
const QUIET: Duration = Duration::from_mins(1);

/// The settings that come before `credential_process` where a profile has both.
const BEFORE: [&str; 5] =
    ["credential_source", "web_identity_token_file", "sso_session", "sso_start_url", "login_session"];

/// The line of the profile `name`, if that is where its keys come from.
pub fn line<'a>(profiles: &'a Profiles, name: &str) -> Option<&'a str> {
    let has_other = BEFORE.iter().any(|key| profiles.get(name, key).is_some());
    profiles.get(name, "credential_process").filter(|_| !has_other)
}

/// Runs the line of the profile `name`. It may ask on `terminal`. Blocks.
pub fn keys(name: &str, line: &str, terminal: Option<&Terminal>) -> Result<SourceKeys, Error> {
    let what = format!("the credential_process of the profile \"{}\"", quote(name));
    let failed = |class, why: String| {
        Error::new(class, format!("{what} gave no AWS keys"))
            .because(why)
            .hint(format!("run it yourself to see more: {}", quote(line)))
    };
    let mut argv = words(line).map_err(|why| {
        Error::new(Class::Config, format!("{what} cannot be used")).because(why).hint("mend it in ~/.aws/config")
    })?;
    if argv.is_empty() {
        return Err(Error::new(Class::Config, format!("{what} names no program")).hint("mend it in ~/.aws/config"));
    }
    let program = argv.remove(0);
    let path = search_path();
    let found = find(std::slice::from_ref(&program), &path).ok_or_else(|| {
        Error::new(Class::NotInstalled, format!("{what} cannot be run"))
            .because(format!("there is no program \"{}\"", quote(&program)))
            .hint("give its whole path, without ~ and without variables: no shell reads the line")
    })?;
    let env = child::without_keys(&path);
    let timeout = if terminal.is_some() { PATIENT } else { QUIET };
    let call = Call { program: &found, argv: &argv, env: &env, terminal, show_stderr: true, timeout };
    let answer = child::run(&call).map_err(|failure| {
        let why = match failure {
            Failure::TooLong => format!("it took longer than {} seconds, and was ended", timeout.as_secs()),
            other => other.to_string(),
        };
        failed(Class::Manager, why)
    })?;
    if !answer.status.success() {
        return Err(failed(Class::Manager, complaint(&answer)));
    }
    read(answer.stdout.as_bytes()).map_err(|why| failed(Class::Value, why))
}

/// How it ended, and the last thing it said.
fn complaint(answer: &Answer) -> String {
    let (stdout, stderr) = (answer.stdout.as_bytes(), answer.stderr.as_bytes());
    let (stdout, stderr) = (String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    match stderr.lines().rfind(|line| !line.trim().is_empty()) {
        Some(last) => format!("{}: {}", answer.status, quote_without(last, &stdout)),
        None => answer.status.to_string(),
    }
}

/// What it says. Other keys are none of ours.
#[derive(Deserialize)]
struct Said<'a> {
    #[serde(rename = "Version")]
    version: serde_json::Number,
    #[serde(rename = "AccessKeyId", borrow)]
    id: Cow<'a, str>,
    #[serde(rename = "SecretAccessKey", borrow)]
    secret: Cow<'a, str>,
    #[serde(rename = "SessionToken", borrow, default)]
    token: Option<Cow<'a, str>>,
}

/// The keys in an answer that is one whole JSON object, or what is wrong with it. It is never shown.
fn read(answer: &[u8]) -> Result<SourceKeys, String> {
    let text = std::str::from_utf8(answer).map_err(|_| Problem::NotUtf8.to_string())?;
    if !text.trim_start().starts_with('{') {
        return Err("what it printed is no JSON object".into());
    }
    // The reader's own text may show a value.
    let said: Said<'_> = serde_json::from_str(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        if error.is_data() {
            format!("what it printed lacks Version, AccessKeyId or SecretAccessKey, or has one twice ({place})")
        } else {
            format!("what it printed is not one whole JSON object ({place})")
        }
    })?;
    if said.version.as_f64() != Some(1.0) {
        return Err("the Version that it printed is not 1".into());
    }
    let named =
        |name: &'static str| move |problem: Problem| format!("the {name} that it printed cannot be used: {problem}");
    Ok(SourceKeys {
        access_key_id: AccessKeyId::new(&said.id).map_err(named("AccessKeyId"))?,
        secret_access_key: secret_access_key(&said.secret).map_err(named("SecretAccessKey"))?,
        session_token: said.token.filter(|token| !token.is_empty()).map(|token| SecretString::from(&*token)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"{"Version": 1, "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
        "SecretAccessKey": "wJalrXUtnFEMI\/K7MDENG/bPxRfiCYEXAMPLEKEY", "SessionToken": "", "Expiration": null}"#;

    #[test]
    fn r73_a2_keys_count_in_one_whole_object_only() {
        let keys = read(WHOLE.as_bytes()).unwrap();
        assert_eq!(keys.access_key_id.as_str(), "AKIAIOSFODNN7EXAMPLE");
        assert!(keys.session_token.is_none());
        assert!(read(format!("\n{WHOLE}\n").as_bytes()).is_ok());
        for end in 0..WHOLE.len() {
            assert!(read(&WHOLE.as_bytes()[..end]).is_err(), "{end}");
        }
        let rows = [
            format!("{WHOLE}x"),
            format!("{WHOLE}{WHOLE}"),
            format!("[{WHOLE}]"),
            WHOLE.replace("\"Version\": 1", "\"Version\": \"1\""),
            WHOLE.replace("\"Version\": 1", "\"Version\": 2"),
            WHOLE.replace("\"Version\": 1,", ""),
            WHOLE.replace("\"SessionToken\"", "\"AccessKeyId\""),
            WHOLE.replace("AKIAIOSFODNN7EXAMPLE", "AKIA"),
        ];
        for row in rows {
            let why = read(row.as_bytes()).unwrap_err();
            assert!(!why.contains("AKIA") && !why.contains("wJalr"), "{why}");
        }
        assert!(read(b"\xff").is_err() && read(b"").is_err());
    }
}
