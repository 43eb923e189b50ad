//! What a person is told of credentials: who one is with them, where, and until when.

use crate::error::{Class, Error};
use crate::os::{stdio, zone};
use crate::output::Product;
use crate::output::shell::Shell;
use crate::text::quote;
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use std::time::{Duration, SystemTime};

/// Says, where a person sees it, whom the credentials make one, where, and until when. Scripts hear nothing.
pub fn arrival(product: &Product) {
    if !stdio::stderr_is_terminal() {
        return;
    }
    let credentials = &product.credentials;
    let profile = product.profile.as_ref().map(|name| format!(", profile {}", quote(name))).unwrap_or_default();
    let ends = credentials.expiration.as_deref().map(|ends| until(ends, Some(credentials.left)));
    let ends = ends.unwrap_or_else(|| "until nobody knows when".to_owned());
    stdio::note(&format!("aws-auth: {}, {ends}{profile}", quote(&product.whose.words())));
}

/// A command of ours, or an option, about the same item, as it is typed in the shell that called.
#[must_use]
pub fn same_item(
    verb: &str,
    profile: Option<&str>,
    from: Option<&str>,
    item: Option<&str>,
    params: &[String],
) -> String {
    let shell = Shell::of_caller();
    let named = [("--profile", profile), ("--from", from), ("--item", item)];
    let named = named.into_iter().filter_map(|(option, value)| Some((option, value?)));
    let mut words = vec!["aws-auth".to_owned(), verb.to_owned()];
    for (option, value) in named.chain(params.iter().map(|param| ("--param", param.as_str()))) {
        words.extend([option.to_owned(), quote(&shell.word(value))]);
    }
    words.join(" ")
}

/// Whether `--format` of this command asks for JSON, the only form there is beside that for people.
pub fn is_json(format: Option<&str>, command: &str) -> Result<bool, Error> {
    match format {
        None => Ok(false),
        Some("json") => Ok(true),
        Some(_) => Err(Error::new(Class::Usage, format!("--format of {command} knows json only"))
            .hint(format!("leave it out to read what {command} says yourself"))),
    }
}

/// Whether this is a moment as AWS gives it, RFC 3339.
#[must_use]
pub fn is_moment(text: &str) -> bool {
    DateTime::from_str(text, Format::DateTime).is_ok()
}

/// How long it is until then, by this machine's clock; none if it is over, or is no moment.
#[must_use]
pub fn remaining(expiration: &str) -> Option<Duration> {
    let ends = DateTime::from_str(expiration, Format::DateTime).ok()?;
    SystemTime::try_from(ends).ok()?.duration_since(SystemTime::now()).ok()
}

/// `until 12:08 CET (59 min)`, or since when it is over. `expiration` is as AWS gives it, RFC 3339.
#[must_use]
pub fn until(expiration: &str, left: Option<Duration>) -> String {
    let ends = DateTime::from_str(expiration, Format::DateTime).ok();
    let ends = ends.map_or_else(|| quote(expiration), |ends| zone::time_of_day(ends.secs()));
    match left {
        Some(left) => format!("until {ends} ({})", zone::lasting(left)),
        None => format!("ended {ends}"),
    }
}
