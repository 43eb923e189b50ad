//! Placeholders in a manifest: `{entry}` and the like stand for text inside one argument or one variable's value.
//!
//! There is no shell, and a value can never become two arguments, a program's name or another placeholder.

use std::collections::BTreeMap;

/// What placeholders stand for.
pub type Values<'a> = BTreeMap<&'a str, &'a str>;

/// Puts the values in. `None` when a placeholder has no value: the argument group it stands in is left out.
#[must_use]
pub fn expand(template: &str, values: &Values<'_>) -> Option<String> {
    let mut out = String::with_capacity(template.len());
    for part in parts(template) {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Placeholder(name) => out.push_str(values.get(name)?),
        }
    }
    Some(out)
}

/// The way back: what the placeholders of `template` stand for in `text`, each as short as it can be but for the last.
/// `None` when the text is not of that form, or would leave a placeholder empty.
#[must_use]
pub fn take<'a>(template: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut rest = text;
    let mut taken = Vec::new();
    let mut parts = parts(template).peekable();
    while let Some(part) = parts.next() {
        match part {
            Part::Text(text) => rest = rest.strip_prefix(text)?,
            Part::Placeholder(name) => {
                let end = match parts.peek() {
                    Some(Part::Text(next)) => rest.find(next)?,
                    _ => rest.len(),
                };
                let (value, after) = rest.split_at(end);
                taken.push((name, value));
                rest = after;
            }
        }
    }
    (rest.is_empty() && taken.iter().all(|(_, value)| !value.is_empty())).then_some(taken)
}

/// The names of the placeholders in `template`.
pub fn placeholders(template: &str) -> impl Iterator<Item = &str> {
    parts(template).filter_map(|part| match part {
        Part::Placeholder(name) => Some(name),
        Part::Text(_) => None,
    })
}

enum Part<'a> {
    Text(&'a str),
    Placeholder(&'a str),
}

/// A placeholder is `{name}` with a name of lower-case letters, digits and `_`; any other brace is text.
fn parts(template: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = template;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some((name, after)) = leading_placeholder(rest) {
            rest = after;
            return Some(Part::Placeholder(name));
        }
        let braces = rest.match_indices('{').map(|(at, _)| at).filter(|at| *at > 0);
        let end = braces.into_iter().find(|at| leading_placeholder(&rest[*at..]).is_some()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(end);
        rest = after;
        Some(Part::Text(text))
    })
}

/// Looks no further than the name goes, so that a text of many braces is read once and not once for each.
fn leading_placeholder(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('{')?;
    let end = inner.bytes().position(|b| !(b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'))?;
    let (name, after) = inner.split_at(end);
    Some((name, after.strip_prefix('}').filter(|_| !name.is_empty())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r83_a_value_stays_inside_its_argument_and_is_not_expanded_again() {
        let values = Values::from([("entry", "a b;{vault} $(x)"), ("vault", "V")]);
        let rows = [
            ("{entry}", Some("a b;{vault} $(x)")),
            ("op://{vault}/{entry}", Some("op://V/a b;{vault} $(x)")),
            ("{missing}", None),
            ("{not a name} {", Some("{not a name} {")),
            ("{{vault}}", Some("{V}")),
            ("", Some("")),
        ];
        for (template, expected) in rows {
            assert_eq!(expand(template, &values).as_deref(), expected, "{template}");
        }
    }

    #[test]
    fn the_way_back_takes_what_placeholders_stood_for() {
        type Row<'a> = (&'a str, &'a str, Option<&'a [(&'a str, &'a str)]>);
        let rows: [Row; 9] = [
            ("op://{vault}/{entry}", "op://V/a/b", Some(&[("vault", "V"), ("entry", "a/b")])),
            ("{entry}", "x", Some(&[("entry", "x")])),
            ("x", "x", Some(&[])),
            ("x", "xy", None),
            ("op://{vault}/{entry}", "op://V", None),
            ("op://{vault}/{entry}", "op:///x", None),
            ("op://{vault}/{entry}", "op://V/", None),
            ("{entry}.", "a.b", None),
            ("x", "", None),
        ];
        for (template, text, expected) in rows {
            assert_eq!(take(template, text).as_deref(), expected, "{template} {text}");
        }
        assert_eq!(placeholders("{a}-{b_1} {C} {}").collect::<Vec<_>>(), ["a", "b_1"]);
    }

    #[test]
    fn a13_a_text_of_braces_is_read_in_no_time() {
        for text in ["{", "{a", "{}", "}{", "{a}{"] {
            let text = text.repeat(1 << 20);
            assert!(placeholders(&text).all(|name| name == "a"), "it ends");
        }
    }
}
