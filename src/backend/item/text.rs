//! Free text: a `pass` entry, notes, a file that somebody has pasted, a page of somebody's memory.
//!
//! A line gives what has a shape, with the name that stands before it; then a name and its value, where the name is one of
//! ours; then a label for the line below. Comments give nothing.

use super::broken::mended;
use super::json;
use super::name::may_name;
use super::recognise::{Judge, Spot, is_list};
use super::sets::{Kind, Node, Place};
use super::table::Table;
use super::token::{Token, tokens};
use super::value::{clean, clean_name};
use super::words::{is_environment, is_of_role, whose};
use crate::backend::field::Field;
use zeroize::Zeroizing;

/// How often JSON is looked for in one text: each look may go to the text's end.
const LOOKS: usize = 8;

/// The lines that are looked at below a heading, to see what it is.
const AHEAD: usize = 3;

/// The lines of a block in which its alias is looked for.
const ALIAS: usize = 8;

/// Where a text stands.
#[derive(Clone, Copy, Debug)]
pub struct Within<'t> {
    /// The set.
    pub node: Node,
    /// The name of the value that it is, where it is one.
    pub name: Option<&'t str>,
    /// How much deeper texts in it are read.
    pub depth: u8,
}

/// Reads a text. What line 1 holds by custom is `first`, where it has no name.
pub fn read(reader: &mut Judge<'_>, text: &str, within: Within<'_>, first: Option<Field>) {
    let text = text.trim_start_matches('\u{feff}');
    if let Some(value) = whole_json(text) {
        return json::walk(reader, within.node, within.name, &value, within.depth);
    }
    // Almost every text is, and many bytes at once are judged by that.
    if text.is_ascii() || !text.bytes().any(may_be_replaced) {
        return whole_lines(reader, text, within, first);
    }
    whole_lines(reader, &Zeroizing::new(plain(text)), within, first);
}

fn whole_lines(reader: &mut Judge<'_>, text: &str, within: Within<'_>, first: Option<Field>) {
    let mended = mended(text);
    Lines::new(reader, within).read(mended.as_deref().map_or(text, String::as_str), first);
}

/// The text as JSON, if it is; also where somebody's tool has put it into a string.
fn whole_json(text: &str) -> Option<serde_json::Value> {
    let text = text.trim();
    if !text.starts_with(['{', '[', '"']) {
        return None;
    }
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    if !text.contains("\\\"") {
        return None;
    }
    let inside = text.trim_matches('"');
    let unescaped = Zeroizing::new(inside.replace("\\\"", "\"").replace("\\n", "\n").replace("\\/", "/"));
    serde_json::from_str(&unescaped).ok()
}

/// Whether a character that is not [`usual`] begins with this byte in UTF-8. Accents and most scripts do not.
const fn may_be_replaced(byte: u8) -> bool {
    matches!(byte, 0xc2 | 0xe1..=0xe3 | 0xea | 0xef)
}

/// The usual blank, colon or quote in place of one of its many relatives; nothing for what is not seen.
const fn usual(c: char) -> Option<char> {
    Some(match c {
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => return None,
        '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '：' | '﹕' | '꞉' | '∶' | '→' | '⇒' | '➜' => ':',
        '＝' => '=',
        '“' | '”' | '„' | '«' | '»' => '"',
        '‘' | '’' | '‚' => '\'',
        '│' | '┃' | '｜' | '║' => '|',
        '–' | '—' | '•' | '◦' | '▪' | '●' | '‣' | '·' => '-',
        other => other,
    })
}

/// The text with what is [`usual`] in place of the rest.
fn plain(text: &str) -> String {
    // What is put in is never longer. Most is taken as it is.
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(may_be_replaced) {
        let (plain, odd) = rest.split_at(at);
        out.push_str(plain);
        let mut odd = odd.chars();
        out.extend(odd.next().and_then(usual));
        rest = odd.as_str();
    }
    out.push_str(rest);
    out
}

/// What a name on one line says about the next.
struct Label<'t> {
    name: &'t str,
    /// How many blank lines were between.
    blank: u8,
}

/// A heading, and how far it goes.
struct Heading<'t> {
    /// Its indentation; what is deeper stands below it. A flat one goes on to the next.
    indent: Option<usize>,
    /// What it makes: a set of this kind and name, or nothing where the name is no account's.
    set: Option<(Kind, &'t str)>,
    /// What it adds to the names below it.
    name: Option<&'t str>,
}

struct Lines<'r, 'w, 't> {
    reader: &'r mut Judge<'w>,
    base: Node,
    section: Option<&'t str>,
    /// The name of the value that all this is, or of a section of no account's: names in it say more with it.
    name: Option<&'t str>,
    headings: Vec<Heading<'t>>,
    label: Option<Label<'t>>,
    table: Option<(Table, u32)>,
    looks: usize,
    depth: u8,
    /// The indentation of the line at hand.
    indent: usize,
}

impl<'r, 'w, 't> Lines<'r, 'w, 't> {
    fn new(reader: &'r mut Judge<'w>, Within { node: base, name, depth }: Within<'t>) -> Self {
        let (headings, label, table) = (Vec::new(), None, None);
        Self { reader, base, section: None, name, headings, label, table, looks: LOOKS, depth, indent: 0 }
    }

    fn read(&mut self, text: &'t str, first: Option<Field>) {
        let (mut rest, mut number) = (text, 0);
        let mut first = first;
        let ends_by_return = text.contains('\r');
        while !rest.is_empty() {
            let (line, after) =
                if ends_by_return { line_of_any(rest) } else { rest.split_once('\n').unwrap_or((rest, "")) };
            number += 1;
            rest = self.embedded(line, rest, after, &mut number).unwrap_or_else(|| {
                let by_custom = if number == 1 { first.take() } else { None };
                self.line(line, after, number, by_custom);
                after
            });
        }
    }

    /// Reads JSON that begins with this line, between other lines. What comes after it.
    fn embedded(&mut self, line: &str, from: &'t str, after: &'t str, number: &mut u32) -> Option<&'t str> {
        let begins = line.trim_start();
        if !begins.starts_with(['{', '[']) || self.looks == 0 || header(begins).is_some() {
            return None;
        }
        self.looks -= 1;
        let mut stream = serde_json::Deserializer::from_str(from).into_iter::<serde_json::Value>();
        let value = stream.next()?.ok().filter(|value| value.is_object() || value.is_array())?;
        let (outer, name) = (self.node(), format!("line {number}"));
        let node = self.reader.sets.node(outer, Kind::Heading, &name);
        json::walk(self.reader, node, None, &value, self.depth);
        let read = &from[..stream.byte_offset()];
        let ended = from.get(read.len()..).unwrap_or(after);
        *number += u32::try_from(read.bytes().filter(|byte| *byte == b'\n').count()).unwrap_or(0);
        // What is left of JSON's last line is no line of its own.
        Some(ended.split_once('\n').map_or("", |(_, next)| next))
    }

    /// The place that a line stands in.
    fn node(&mut self) -> Node {
        let section = match self.section {
            Some(name) => self.reader.sets.node(self.base, Kind::Section, name),
            None => self.base,
        };
        // A heading inside another stands in that one's place.
        let sets = self.headings.iter().filter_map(|heading| heading.set);
        sets.fold(section, |outer, (kind, name)| self.reader.sets.node(outer, kind, name))
    }

    fn parent(&self) -> Option<&'t str> {
        self.headings.last().and_then(|heading| heading.name).or(self.name)
    }

    fn line(&mut self, line: &'t str, after: &'t str, number: u32, by_custom: Option<Field>) {
        let indented = line.trim_ascii_end();
        let body = indented.trim_ascii_start();
        if body.is_empty() {
            self.label = self.label.take().filter(|label| label.blank == 0).map(|label| Label { blank: 1, ..label });
            return;
        }
        if let Some(name) = divider(body).filter(|name| self.label.is_none() && (by_custom.is_none() || *name != body))
        {
            self.headings.clear();
            self.headings.push(Heading { indent: None, set: Some((Kind::Heading, name)), name: None });
            return;
        }
        if is_comment(body) || self.in_table(body, number) {
            return;
        }
        if let Some(name) = header(body) {
            self.headings.clear();
            (self.label, self.table) = (None, None);
            self.section = Some(name).filter(|name| !self.reader.is_generic(name));
            self.name = Some(name).filter(|_| self.section.is_none());
            return;
        }
        self.indent = indented.len() - body.len();
        self.leave(self.indent);
        if let Some(name) = item_of_list(body) {
            // `- name: prod` begins what the deeper lines hold.
            let indent = self.indent;
            self.headings.retain(|heading| heading.indent.is_some_and(|of| of < indent));
            let heading = if self.is_role(after) {
                Heading { indent: Some(indent), set: None, name: self.parent() }
            } else {
                Heading { indent: Some(indent), set: Some((Kind::Section, name)), name: None }
            };
            self.headings.push(heading);
            return;
        }
        let found = tokens(body);
        let label = self.label.take();
        let may_matter = label.is_some() || by_custom.is_some() || !found.is_empty() || self.reader.has_chosen();
        if !may_matter && !may_name(body) && !self.may_be_setting(body) {
            return self.heading(body, after);
        }
        if let Some(table) = begins_table(body, &found, self.reader) {
            self.table = Some((table, 0));
            return;
        }
        let node = match profile_of(body) {
            Some(name) => self.reader.section(self.base, Kind::Section, name),
            None => self.node(),
        };
        let spot = Spot { node, place: Place::Line(number) };
        let is_by_custom = found.is_empty() && !body.ends_with([':', '{']) && self.has_no_name(body);
        if let (Some(field), true) = (by_custom, is_by_custom) {
            self.reader.by_place(&spot, field, body);
            if !self.reader.has_chosen() {
                return;
            }
        }
        self.shapes(&spot, body, &found, label.as_ref());
        self.pair(&spot, body, &found, after);
        let is_value = found.is_empty() && self.label.is_none() && split(body).is_none();
        if let (Some(label), true) = (label, is_value) {
            let parent = self.parent();
            self.reader.named(&spot, parent, label.name, body);
        }
    }

    /// Whether an item of a list is one of several roles: it stands below their name, and no key is seen in it.
    fn is_role(&self, after: &str) -> bool {
        let parent = self.parent();
        let mut ahead = after.lines().take(AHEAD).flat_map(tokens);
        parent.is_some_and(is_of_role) && !ahead.any(|token| token.field.is_key())
    }

    /// Leaves headings that do not hold a line of this indentation.
    fn leave(&mut self, indent: usize) {
        while self.headings.last().is_some_and(|heading| heading.indent.is_some_and(|of| indent <= of)) {
            self.headings.pop();
        }
    }

    /// Whether the line may be one of a pair's, whose name says enough with the heading's.
    fn may_be_setting(&self, body: &str) -> bool {
        self.parent().is_some_and(may_name) && split(body).is_some()
    }

    /// Reads a row of a table.
    fn in_table(&mut self, body: &str, number: u32) -> bool {
        let Some((table, rows)) = self.table.take() else { return false };
        let Some(cells) = table.row(body) else { return false };
        if cells.is_empty() {
            self.table = Some((table, rows));
            return true;
        }
        let rows = rows + 1;
        let name = table.name(&cells).map_or_else(|| format!("row {rows}"), str::to_owned);
        let node = self.node();
        let node = self.reader.sets.node(node, Kind::Section, &name);
        let spot = Spot { node, place: Place::Line(number) };
        for (heading, cell) in table.headings.iter().zip(cells) {
            self.reader.named(&spot, None, heading, cell);
        }
        self.table = Some((table, rows));
        true
    }

    /// Judges what has a shape in this line.
    fn shapes(&mut self, spot: &Spot, body: &str, found: &[Token], label: Option<&Label<'_>>) {
        let mut from = 0;
        let mut last = "";
        for (at, token) in found.iter().enumerate() {
            let before = &body[from..token.at.start];
            from = token.at.end;
            let own = self.name_before(before);
            let name = match label {
                Some(label) if at == 0 && own.is_empty() => label.name,
                _ if at > 0 && is_list(before) => last,
                _ => own,
            };
            last = name;
            let alone = found.len() == 1 && is_only_marks(&body[..token.at.start], &body[token.at.end..]);
            let parent = self.parent();
            self.reader.token(spot, parent, name, token, body, alone);
        }
    }

    /// The name in what stands before a value: the whole, or the last part of it that means something.
    fn name_before<'l>(&mut self, before: &'l str) -> &'l str {
        let parent = self.parent();
        let whole = clean_name(
            before.trim_end_matches([':', '=', ' ', '\t', '"', '\'', '`', '(', ',', '|', '{', '[', '<', '>', '*']),
        );
        if self.reader.folded.meaning(parent, whole).is_some() {
            return whole;
        }
        let breaks = [',', ';', '|', '&', '{', '}', '(', ')', '[', ']', '<', '>', '/', ':', '='];
        let parts = whole.rsplit(breaks).map(clean_name).filter(|part| !part.is_empty());
        let mut parts = parts.take(4);
        let mut known = |part: &&str| self.reader.folded.meaning(None, part).is_some();
        parts.find(|part| known(part)).unwrap_or(whole)
    }

    /// Reads a name and its value, where the value has no shape; or a label or a heading, where it has none at all.
    fn pair(&mut self, spot: &Spot, body: &'t str, found: &[Token], after: &'t str) {
        let Some((name, value)) = split(body) else {
            if block(body).is_some() {
                return self.heading(body, after);
            }
            let name = clean_name(body);
            if found.is_empty() && self.is_name(name) {
                self.label = Some(Label { name, blank: 0 });
            } else if found.is_empty() {
                self.words(spot, body);
            }
            return;
        };
        let name = clean_name(without_prompt(name));
        let empty = clean(value).trim_matches('{').is_empty();
        if empty && found.is_empty() {
            if self.is_label(name) {
                self.label = Some(Label { name, blank: 0 });
            }
            return self.heading(body, after);
        }
        if name.is_empty() {
            return;
        }
        if found.is_empty() || self.reader.has_chosen() || !self.has_shape_of(name, found) {
            let parent = self.parent();
            self.reader.named(spot, parent, name, value);
        }
    }

    /// Reads `NAME VALUE` with nothing but blanks between.
    fn words(&mut self, spot: &Spot, body: &str) {
        if let Some((name, value)) = body.rsplit_once([' ', '\t'])
            && self.is_name(clean_name(name))
        {
            let parent = self.parent();
            self.reader.named(spot, parent, clean_name(name), value);
        }
    }

    fn has_shape_of(&mut self, name: &str, found: &[Token]) -> bool {
        let meaning = self.reader.folded.meaning(None, name);
        meaning.is_none_or(|meaning| found.iter().any(|token| token.field == meaning.field))
    }

    fn is_label(&mut self, name: &str) -> bool {
        let parent = self.parent();
        let meaning = self.reader.folded.meaning(parent, name);
        meaning.is_some_and(|meaning| meaning.class <= super::name::Class::Near) || self.reader.has_chosen()
    }

    /// Whether this is one of our names and nothing else, or may be one of the user's.
    fn is_name(&mut self, name: &str) -> bool {
        let parent = self.parent();
        let meaning = self.reader.folded.meaning(parent, name);
        meaning.is_some_and(|meaning| meaning.class <= super::name::Class::Strict) || self.reader.has_chosen()
    }

    fn has_no_name(&mut self, body: &str) -> bool {
        let name = split(body).map_or(body, |(name, _)| name);
        let meaning = self.reader.folded.meaning(None, clean_name(name));
        meaning.is_none_or(|meaning| meaning.class > super::name::Class::Strict && name.len() == body.len())
    }

    /// Takes a name without a value for a heading, where what stands below it has names.
    fn heading(&mut self, body: &'t str, after: &'t str) {
        if !body.ends_with([':', '{']) {
            return;
        }
        let Some((name, value)) = split(body).or_else(|| Some((block(body)?, ""))) else { return };
        let name = clean_name(name);
        let next = after.lines().take(AHEAD).find(|line| !line.trim_ascii().is_empty());
        let Some(next) = next.filter(|_| !name.is_empty() && clean(value).trim_matches('{').is_empty()) else { return };
        let deeper = next.len() - next.trim_ascii_start().len() > self.indent;
        if split(next.trim_ascii()).is_none() || (self.label.is_some() && !deeper) {
            return;
        }
        self.label = None;
        // Terraform's providers are told apart by what they call themselves.
        let is_provider = name == "aws" && block(body).is_some();
        let alias = if is_provider { alias_of(after) } else { None };
        let own = Some((Kind::Heading, name)).filter(|_| !self.reader.is_generic(name));
        let set = alias.map(|alias| (Kind::Section, alias)).or(own);
        if deeper {
            self.headings.push(Heading { indent: Some(self.indent), set, name: Some(name) });
        } else if set.is_some() {
            self.headings.clear();
            self.headings.push(Heading { indent: None, set, name: None });
        }
    }
}

/// The first line and what comes after it, where a line may end by a return alone.
fn line_of_any(text: &str) -> (&str, &str) {
    let Some(end) = text.find(['\n', '\r']) else { return (text, "") };
    let after = &text[end..];
    (&text[..end], after.strip_prefix("\r\n").unwrap_or(&after[1..]))
}

/// `name: value` or `name = value`, or with a TAB or a table's bar between. A URI's colon is none.
fn split(body: &str) -> Option<(&str, &str)> {
    let body = body.trim_start_matches(['|', ' ']);
    let bytes = body.as_bytes();
    let separates = |at: &usize| match bytes[*at] {
        b':' => !bytes[at + 1..].starts_with(b"//"),
        b'=' | b'\t' | b'|' => true,
        _ => false,
    };
    let at = (0..bytes.len()).find(separates)?;
    let value = body[at + 1..].trim_start_matches([':', '=', '>', ' ', '\t', '|']);
    Some((&body[..at], value))
}

/// The name of a block: `dev {`; its last label, where it has some: `provider "aws" {`.
fn block(body: &str) -> Option<&str> {
    let name = body.strip_suffix('{')?.trim_ascii_end().trim_end_matches('"');
    name.rsplit('"').next()
}

/// What a block that begins before these lines calls itself.
fn alias_of(after: &str) -> Option<&str> {
    let lines = after.lines().map(str::trim_ascii).take(ALIAS).take_while(|line| !line.starts_with('}'));
    let pairs = lines.filter_map(split);
    pairs.filter(|(name, _)| name.trim() == "alias").map(|(_, value)| clean(value)).find(|alias| !alias.is_empty())
}

/// A name without what `aws configure` shows of the old value: `AWS Access Key ID [None]`.
fn without_prompt(name: &str) -> &str {
    let name = name.trim();
    name.strip_suffix(']').and_then(|name| name.rsplit_once('[')).map_or(name, |(name, _)| name)
}

/// Whether a line is for people only. Two slashes are a comment at the beginning and before a blank: secrets hold them.
fn is_comment(body: &str) -> bool {
    // Nearly every line begins with a letter.
    if body.starts_with(|c: char| c.is_ascii_alphanumeric() && !matches!(c, 'r' | 'R')) {
        return false;
    }
    let slashes = body.strip_prefix("//").is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']));
    let words = body.get(..4).is_some_and(|word| word.eq_ignore_ascii_case("rem "));
    slashes || words || body.starts_with(['#', ';']) || body.starts_with("<!--") || body.starts_with("/*")
}

/// The name of an environment that a line holds and nothing else, as `## prod`, `**prod**` and `=== Prod account ===`: what
/// follows is of that one.
fn divider(body: &str) -> Option<&str> {
    let name = body.trim_matches(|c: char| matches!(c, '#' | '*' | '=' | '-' | '_' | '/' | ';' | ' ' | '\t'));
    let is_name =
        name.len() <= 40 && !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || " -_".contains(c));
    (is_name && is_environment(&whose(name))).then_some(name)
}

/// The name of a section: `[default]`, `[profile work]`, `[[work]]`.
fn header(body: &str) -> Option<&str> {
    let inside = body.strip_prefix('[')?;
    let (name, after) = inside.split_once(']')?;
    let after = after.trim_start_matches(']').trim();
    let name = name.trim_start_matches('[').trim();
    let fits = (after.is_empty() || after.starts_with(['#', ';'])) && !name.is_empty() && name.len() <= 128;
    if !fits || name.starts_with(['"', '\'', '{']) || name.contains([',', '{']) || matches!(name, "x" | "X") {
        return None;
    }
    let name = name.strip_prefix("profile ").unwrap_or(name);
    Some(name.trim().trim_matches(['"', '\'']))
}

/// The name of a list's item, where its other values stand on deeper lines.
fn item_of_list(body: &str) -> Option<&str> {
    let (name, value) = body.strip_prefix("- ")?.split_once(':')?;
    let names = ["name", "profile", "account", "title", "label", "alias"];
    let is_name = names.iter().any(|known| name.trim().eq_ignore_ascii_case(known));
    Some(clean(value)).filter(|value| is_name && !value.is_empty() && tokens(value).is_empty())
}

/// The profile that a command line names: `aws configure set … --profile work`.
fn profile_of(body: &str) -> Option<&str> {
    let (_, after) = body.split_once("--profile")?;
    let name = after.trim_start_matches(['=', ' ']).split(' ').next().map(clean)?;
    (!name.is_empty()).then_some(name)
}

/// A line of prose is too long for headings.
fn begins_table(body: &str, found: &[Token], reader: &mut Judge<'_>) -> Option<Table> {
    if body.len() > 400 || !found.is_empty() || !body.contains([',', ';', '\t', '|']) {
        return None;
    }
    Table::begin(body, &mut reader.folded)
}

fn is_only_marks(before: &str, after: &str) -> bool {
    !before.chars().chain(after.chars()).any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_that_is_replaced_is_looked_at() {
        for c in (0x80..=0x10_ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            let first = text.as_bytes()[0];
            assert!(usual(c) == Some(c) || may_be_replaced(first), "{c:?}");
        }
        assert_eq!(plain("Schl\u{fc}ssel\u{a0}\u{ff1a}\u{201c}x\u{201d}\u{200b}"), "Schl\u{fc}ssel :\"x\"");
    }

    #[test]
    fn what_looks_like_a_mark_is_read_as_that_mark() {
        let rows = [
            ("\u{a0}\u{1680}\u{2000}\u{2003}\u{200a}\u{202f}\u{205f}\u{3000}", "        "),
            ("a\u{ad}\u{200b}\u{200d}\u{200f}\u{2060}\u{feff}b", "ab"),
            ("\u{2028}\u{2029}\u{85}", "\n\n\n"),
            ("：﹕꞉∶→⇒➜", ":::::::"),
            ("＝", "="),
            ("“”„«»", "\"\"\"\"\""),
            ("‘’‚", "'''"),
            ("│┃｜║", "||||"),
            ("–—•◦▪●‣·", "--------"),
            ("Größe 🔑 ключ", "Größe 🔑 ключ"),
        ];
        for (text, expected) in rows {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn a_section_is_what_stands_in_brackets_alone() {
        let (longest, longer) = (format!("[{}]", "x".repeat(128)), format!("[{}]", "x".repeat(129)));
        let rows = [
            ("[work]", Some("work")),
            ("[[work]]", Some("work")),
            ("[ work ]", Some("work")),
            ("[profile work]", Some("work")),
            ("[profile \"my work\"]", Some("my work")),
            ("[profile 'my work']", Some("my work")),
            ("[work] # mine", Some("work")),
            ("[work]; mine", Some("work")),
            (&*longest, Some(&longest[1..129])),
            (&*longer, None),
            ("[work] mine", None),
            ("[]", None),
            ("[ ]", None),
            ("[x]", None),
            ("[X]", None),
            ("[work", None),
            ("work]", None),
            ("[a, b]", None),
            ("[a{b]", None),
            ("[\"a\"]", None),
            ("['a']", None),
            ("[{a}]", None),
        ];
        for (line, expected) in rows {
            assert_eq!(header(line), expected, "{line}");
        }
    }

    #[test]
    fn an_item_of_a_list_has_a_name_and_no_value_of_ours() {
        let rows = [
            ("- name: work", Some("work")),
            ("- Title : 'work'", Some("work")),
            ("- alias: work # mine", Some("work")),
            ("- name:", None),
            ("- name: ''", None),
            ("- name: AKIAIOSFODNN7EXAMPLE", None),
            ("- colour: red", None),
            ("- name", None),
            ("name: work", None),
        ];
        for (line, expected) in rows {
            assert_eq!(item_of_list(line), expected, "{line}");
        }
    }

    #[test]
    fn a_command_line_names_its_profile() {
        let rows = [
            ("aws s3 ls --profile work", Some("work")),
            ("aws --profile=work s3 ls", Some("work")),
            ("aws --profile  \"work\"  s3", Some("work")),
            ("aws --profile", None),
            ("aws --profile ''", None),
            ("aws s3 ls", None),
        ];
        for (line, expected) in rows {
            assert_eq!(profile_of(line), expected, "{line}");
        }
    }

    #[test]
    fn a_name_ends_at_the_first_mark_that_is_no_part_of_an_address() {
        let rows = [
            ("a: b", Some(("a", "b"))),
            ("a = b", Some(("a ", "b"))),
            ("a\tb", Some(("a", "b"))),
            ("| a | b |", Some(("a ", "b |"))),
            ("a := b", Some(("a ", "b"))),
            ("a => b: c", Some(("a ", "b: c"))),
            ("a: //b", Some(("a", "//b"))),
            (": b", Some(("", "b"))),
            ("a:", Some(("a", ""))),
            ("https://a: b", Some(("https://a", "b"))),
            ("https://a", None),
            ("a b", None),
            ("", None),
        ];
        for (line, expected) in rows {
            assert_eq!(split(line), expected, "{line}");
        }
        for (line, expected) in
            [("dev {", Some("dev")), ("provider \"aws\" {", Some("aws")), ("dev", None), ("{", Some(""))]
        {
            assert_eq!(block(line), expected, "{line}");
        }
        let prompts = [
            ("Access Key ID [None]", "Access Key ID "),
            (" Key [****ABCD] ", "Key "),
            ("Key", "Key"),
            ("Key]", "Key]"),
            ("Key [None", "Key [None"),
        ];
        for (name, expected) in prompts {
            assert_eq!(without_prompt(name), expected);
        }
    }

    #[test]
    fn a_comment_is_told_from_a_secret_and_from_a_word() {
        let comments = ["# x", "#x", ";x", "//", "// x", "//\tx", "rem x", "REM x", "Rem x", "<!-- x", "/* x"];
        for line in comments {
            assert!(is_comment(line), "{line}");
        }
        for line in
            ["x # y", "//x", "/x", "/ * x", "<x", "<! x", "rem", "remote x", "role: x", "Role: x", "-x", "\u{e9}\u{e9}"]
        {
            assert!(!is_comment(line), "{line}");
        }
    }

    #[test]
    fn a_line_ends_by_whatever_ends_lines_anywhere() {
        let rows = [
            ("a\nb", ("a", "b")),
            ("a\rb", ("a", "b")),
            ("a\r\nb", ("a", "b")),
            ("a\n\rb", ("a", "\rb")),
            ("a\r\rb", ("a", "\rb")),
            ("\r\n", ("", "")),
            ("a", ("a", "")),
        ];
        for (text, expected) in rows {
            assert_eq!(line_of_any(text), expected, "{text:?}");
        }
    }

    #[test]
    fn json_is_known_even_where_a_tool_has_escaped_it() {
        let object = serde_json::json!({ "a": "/\n" });
        assert_eq!(whole_json(" {\"a\": \"/\\n\"} "), Some(object));
        assert_eq!(whole_json(r#"{\"a\":\n\"\/\"}"#), Some(serde_json::json!({ "a": "/" })));
        assert_eq!(whole_json("\"{\\\"a\\\":\n1}\""), Some(serde_json::json!({ "a": 1 })));
        assert_eq!(whole_json("[1]"), Some(serde_json::json!([1])));
        assert_eq!(whole_json("\"a\""), Some(serde_json::json!("a")));
        for text in ["{\"a\": 1", "{a}", "a", "1", "", "a {\"a\": 1}"] {
            assert_eq!(whole_json(text), None, "{text}");
        }
    }
}
