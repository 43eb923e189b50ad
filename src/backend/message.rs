//! How a manager's failure is told: what failed and on what, why, and one thing to do next.
//!
//! `tests/fixtures/messages.txt` shows each of them, for every manager and every kind that it knows. A test sees that it
//! is current, and writes it anew when `AWS_AUTH_BLESS` is set.

use super::field::Field;
use super::kind::Kind;
use super::manifest::{Argument, Manifest, Shape};
use super::template::{Values, expand};
use super::verdict::Refusal;
use crate::error::{Class, Error};
use crate::text::quote;

/// None of the manifest's programs is there; `passed_over` says why one was not taken that is.
#[must_use]
pub fn not_installed(manifest: &Manifest, passed_over: Option<String>) -> Error {
    let hint = match &manifest.install {
        Some(how) => format!("to install it: {how}"),
        None => Kind::NotInstalled.hint().to_owned(),
    };
    let error = Error::new(Class::NotInstalled, format!("{} is not installed", manifest.title));
    match passed_over {
        Some(why) => {
            error.because(why).hint("take from the others the right to write there, or install it elsewhere on PATH")
        }
        None => error.because(format!("there is no {} on PATH", manifest.program.join(" or "))).hint(hint),
    }
}

/// `entry` could not be read.
#[must_use]
pub fn failure(manifest: &Manifest, entry: &str, refusal: &Refusal) -> Error {
    let entry = quote(entry);
    let what = if entry.is_empty() {
        format!("{} could not be asked", manifest.title)
    } else {
        format!("{} could not read \"{entry}\"", manifest.title)
    };
    explained(Error::new(refusal.kind.class(), what), manifest, &entry, refusal, refusal.kind.meaning(), None)
}

/// The same error with why, and what to do next: as the rule of the refusal knows it, else as `of_kind` does, else as
/// everything of its kind is told. `entry` is quoted.
fn explained(
    error: Error,
    manifest: &Manifest,
    entry: &str,
    refusal: &Refusal,
    meaning: &str,
    of_kind: Option<&String>,
) -> Error {
    let own = refusal.hint.as_ref().or(of_kind).and_then(|hint| filled(hint, entry));
    error.because(refusal.told(meaning)).hint(own.unwrap_or_else(|| hint(manifest, refusal.kind, entry)))
}

/// An item could not be read, and the list of all items tells why, if its rule knows a reason.
#[must_use]
pub fn for_this(manifest: &Manifest, error: Error, refusal: &Refusal) -> Error {
    if refusal.why.is_none() {
        return error;
    }
    explained(error, manifest, "", refusal, refusal.kind.meaning(), None)
}

/// An item could not be read, and the list of all items has none.
#[must_use]
pub fn none_at_all(manifest: &Manifest, error: Error) -> Error {
    match manifest.items.as_ref().and_then(|items| items.hint.as_ref()) {
        Some(hint) => error.because(format!("{} has no entries at all", manifest.title)).hint(hint),
        None => error,
    }
}

/// `entry` could not be written.
#[must_use]
pub fn unwritten(manifest: &Manifest, entry: &str, refusal: &Refusal) -> Error {
    let entry = quote(entry);
    let meaning = match refusal.kind {
        Kind::Denied => "writing it was refused",
        Kind::Damaged => "it could not be stored",
        kind => kind.meaning(),
    };
    let of_kind = manifest.write.as_ref().and_then(|write| write.hints.get(&refusal.kind));
    let error = Error::new(refusal.kind.class(), format!("{} could not write \"{entry}\"", manifest.title));
    explained(error, manifest, &entry, refusal, meaning, of_kind)
}

/// An item, or something of one, was named where there are variables only: `what` they have none of, and `out` is what is to be left out.
#[must_use]
pub fn no_items(manifest: &Manifest, what: &str, out: &str) -> Error {
    let first = |field: Field| Some(manifest.variables.as_ref()?.get(field.name())?.first()?.as_str());
    let names: Vec<_> = [Field::AccessKeyId, Field::SecretAccessKey].into_iter().filter_map(first).collect();
    Error::new(Class::Config, format!("{} has no {what}", manifest.title))
        .because("the key stands in variables, which are found by their names")
        .hint(format!("leave {out} out, and set {}", names.join(" and ")))
}

/// The item was read, and `field` is not in it. `item` is what its user calls it.
#[must_use]
pub fn field_missing(manifest: &Manifest, item: Option<&str>, field: Field) -> Error {
    let item = item.or(manifest.item.as_deref()).map(quote);
    let subject = item.as_ref().map_or_else(String::new, |item| format!(" \"{item}\""));
    let hint = match &manifest.variables {
        Some(variables) => {
            format!("set {}", variables.get(field.name()).map_or_else(String::new, |names| names.join(" or ")))
        }
        None if manifest.hints.contains_key(&Kind::FieldMissing) => {
            hint(manifest, Kind::FieldMissing, item.as_deref().unwrap_or_default())
        }
        None => add_field(manifest, field),
    };
    Error::new(Class::Value, format!("{}{subject} has no {}", manifest.title, field.name()))
        .because(Kind::FieldMissing.meaning())
        .hint(hint)
}

/// The item was read, and nothing in it has the name that its user has given to `field`.
#[must_use]
pub fn no_such_name(manifest: &Manifest, item: Option<&str>, field: Field, name: &str) -> Error {
    let item = item.or(manifest.item.as_deref()).map_or_else(String::new, |item| format!(" \"{}\"", quote(item)));
    let field = field.name();
    Error::new(Class::Value, format!("{}{item} has nothing called \"{}\"", manifest.title, quote(name)))
        .because(format!("{field} is looked for by that name: --field, or aws_auth_field of the profile, says so"))
        .hint(format!("correct the name, or leave it out if the item has {field} under a name of its own"))
}

/// How the item gets a field, in the form that the manager's items have.
fn add_field(manifest: &Manifest, field: Field) -> String {
    let name = field.name();
    match manifest.read.as_ref().map(|read| read.shape) {
        Some(Shape::Pairs) => format!("add a line to it that begins with \"{name}:\""),
        _ => format!("add a field to it called \"{name}\""),
    }
}

fn hint(manifest: &Manifest, kind: Kind, entry: &str) -> String {
    let own = manifest.hints.get(&kind).and_then(|hint| filled(hint, entry));
    let seen =
        || command(manifest, entry).filter(|_| kind == Kind::Other).map(|line| format!("to see more, run: {line}"));
    own.or_else(seen).unwrap_or_else(|| kind.hint().to_owned())
}

/// What a person types to ask the manager for the entry as we do, but for what its parameters add.
fn command(manifest: &Manifest, entry: &str) -> Option<String> {
    let word = |text: &str| {
        let filled = filled_plainly(text, entry)?;
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
        // A name is in quotes whatever it is, as in the other hints: so it is known for one.
        let is_bare = filled == text && text.chars().all(is_plain);
        Some(if is_bare { filled } else { format!("'{}'", filled.replace('\'', r"'\''")) })
    };
    let argv =
        manifest.read.as_ref().filter(|_| !entry.is_empty())?.argv.iter().filter_map(|argument| match argument {
            Argument::One(text) => word(text),
            Argument::Group(_) => None,
        });
    let words: Vec<String> = manifest.program.first().cloned().into_iter().chain(argv).collect();
    Some(words.join(" "))
}

fn filled_plainly(text: &str, entry: &str) -> Option<String> {
    expand(text, &Values::from([("entry", entry)]))
}

/// A hint with the entry's name in it. Commands in hints have the name in single quotes, and one in the name must not end
/// them.
fn filled(hint: &str, entry: &str) -> Option<String> {
    let entry = entry.replace('\'', r"'\''");
    expand(hint, &Values::from([("entry", entry.as_str())]))
}

#[cfg(test)]
mod tests {
    use super::super::registry::BUILT_IN;
    use super::super::replay::Answers;
    use super::*;
    use std::fmt::Write;

    /// Every message that a built-in manager's failures lead to.
    fn table() -> String {
        let mut out =
            String::from("# Every failure of every manager as people see it; generated, see src/backend/message.rs.\n");
        let mut show = |says: &str, error: &Error| {
            let _ = writeln!(out, "\n# {says}: exit {}\n{error}", error.class().code());
        };
        for (name, text) in BUILT_IN {
            let manifest = Manifest::parse(text, name).unwrap();
            if manifest.read.is_some() {
                show(&format!("{name}: not-installed"), &not_installed(&manifest, None));
            }
            if manifest.read.as_ref().is_none_or(|read| read.shape != Shape::Line) {
                let item = manifest.read.as_ref().map(|_| "work");
                show(&format!("{name}: field-missing"), &field_missing(&manifest, item, Field::AccessKeyId));
            }
            let place = format!("{}/backends/answers/{name}.toml", env!("CARGO_MANIFEST_DIR"));
            let Ok(text) = std::fs::read_to_string(&place) else { continue };
            let answers = Answers::parse(&text, &place).unwrap();
            for recorded in &answers.writes {
                if let Err(refusal) = recorded.meaning(&manifest).unwrap() {
                    let says = format!("{name}: writing: {}: {}", refusal.kind.name(), recorded.says);
                    show(&says, &unwritten(&manifest, &recorded.entry, &refusal));
                }
            }
            for recorded in &answers.all {
                if let Err(refusal) = recorded.meaning(&manifest).unwrap() {
                    let says = format!("{name}: {}: {}", refusal.kind.name(), recorded.says);
                    show(&says, &failure(&manifest, &recorded.entry, &refusal));
                }
            }
        }
        let any = Manifest::parse(ANY, "any").unwrap();
        for kind in [Kind::Malformed, Kind::Timeout, Kind::Other] {
            show(&format!("any manager: {}", kind.name()), &failure(&any, "work", &Refusal::silent(kind)));
        }
        out
    }

    const ANY: &str = "title = 'MANAGER'\nprogram = ['x']\n[read]\nargv = ['{entry}']\nshape = 'pairs'\n";

    #[test]
    fn a_name_in_a_hint_is_one_word_to_the_shell() {
        let manifest = Manifest::parse(&format!("{ANY}[hints]\nempty = \"x edit '{{entry}}'\"\n"), "any").unwrap();
        let told = failure(&manifest, "bob's; rm x", &Refusal::silent(Kind::Empty)).to_string();
        assert!(told.contains(r"x edit 'bob'\''s; rm x'"), "{told}");
    }

    #[test]
    fn the_checked_in_messages_are_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/messages.txt");
        // The second half, with what the rest of the program says, is written by tests/messages.rs.
        let known = std::fs::read_to_string(path).unwrap();
        let (managers, rest) = known.split_at(known.find("\n# Everything else").unwrap_or(known.len()));
        let table = table();
        if crate::os::environment::os("AWS_AUTH_BLESS").is_some() {
            std::fs::write(path, format!("{table}{rest}")).unwrap();
        } else {
            assert!(managers == table, "run AWS_AUTH_BLESS=1 cargo test --lib messages, and read what has changed");
        }
    }
}
