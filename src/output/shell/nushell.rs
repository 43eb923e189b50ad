//! nushell: `aws-auth --shell nu | from json | load-env`.

use super::push;

/// A record can only set; `null` is how nushell keeps a variable from the programs it starts.
pub fn record(out: &mut String, unset: &[&str], set: &[(&str, &str)]) {
    let gone = unset.iter().map(|name| ((*name).to_owned(), serde_json::Value::Null));
    let here = set.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
    let record = serde_json::Value::Object(gone.chain(here).collect());
    push(out, &[&record.to_string(), "\n"]);
}
