//! A profile's `credential_process`: another program that has the keys.
//!
//! Its line is cut into words as botocore cuts it, and no shell sees it. It is run as a manager is: in our process group,
//! without credentials in its environment, bounded in time and bytes, and ended with all its children when we end.
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use super::answer::read;
use super::found::Found;
use super::surroundings;
use super::words::words;
use crate::error::{Class, Error};
use crate::os::child::{self, Answer, Call, Failure};
use crate::os::program::{find, search_path};
use crate::os::tty::Terminal;
use crate::text::{quote, quote_without};
use std::time::Duration;

/// How long it may take where it may ask somebody: it may wait for a sign-in in a browser, or for a touch.
const PATIENT: Duration = Duration::from_mins(2);
/// How long it may take where nobody can be asked.
const QUIET: Duration = Duration::from_mins(1);

/// Runs the line of the profile `name`. It may ask on `terminal`. Blocks.
pub fn keys(name: &str, line: &str, terminal: Option<&Terminal>) -> Result<Found, Error> {
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
    let env = surroundings::of_process(&path);
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
    let (keys, ends) = read(answer.stdout.as_bytes()).map_err(|why| failed(Class::Value, why))?;
    Found::given(keys, ends, &what)
}

/// How it ended, and the last thing it said.
pub fn complaint(answer: &Answer) -> String {
    let (stdout, stderr) = (answer.stdout.as_bytes(), answer.stderr.as_bytes());
    let (stdout, stderr) = (String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    match stderr.lines().rfind(|line| !line.trim().is_empty()) {
        Some(last) => format!("{}: {}", answer.status, quote_without(last, &stdout)),
        None => answer.status.to_string(),
    }
}
