//! One file: its text, and the sections and settings in it.
//!
//! Nothing of the text is lost or copied: settings are places in it. What botocore refuses the whole file for is left
//! out and can be told; only what a run needs has to make sense.

use super::lines::{Kind, Line, cut, is_mark, trimmed};
use crate::text::quote;
use std::ops::Range;
use zeroize::Zeroizing;

/// The settings of this section stand below those of every other of the same file.
/// Source: <https://docs.python.org/3/library/configparser.html#configparser.ConfigParser.default_section>
pub const BELOW_ALL: &str = "DEFAULT";

/// A file that was read.
#[derive(Default)]
pub struct Document {
    text: Zeroizing<Vec<u8>>,
    /// All lines, in order.
    pub lines: Vec<Line>,
    /// All sections, in order; a name may come more than once.
    pub sections: Vec<Section>,
    /// The numbers of those called [`BELOW_ALL`].
    pub below_all: Vec<usize>,
}

/// A section.
#[derive(Debug)]
pub struct Section {
    /// What stands between the brackets, without blanks at its ends, which the SDKs leave out too; bytes that are no
    /// UTF-8 are replaced.
    pub name: String,
    /// Its lines, the first of which is the one with the name.
    pub lines: Range<usize>,
    /// Its settings, in order.
    pub settings: Vec<Setting>,
}

/// A setting.
pub struct Setting {
    key: Range<usize>,
    /// The line it begins on.
    pub line: usize,
    value: Value,
}

enum Value {
    /// Stands in one line.
    Plain(Range<usize>),
    /// Stands in several, joined by LF as botocore joins them.
    Joined(Zeroizing<String>),
    /// Is no UTF-8.
    Damaged,
}

// What it holds may be keys.
impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document").field("sections", &self.sections.len()).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Setting").field("line", &self.line).finish_non_exhaustive()
    }
}

impl Document {
    /// Reads a file's text.
    #[must_use]
    pub fn new(text: Zeroizing<Vec<u8>>) -> Self {
        let lines = cut(&text);
        let mut sections: Vec<Section> = Vec::new();
        let mut end = 0;
        for (at, line) in lines.iter().enumerate() {
            match &line.kind {
                Kind::Section(name) => {
                    let name = String::from_utf8_lossy(&text[name.clone()]);
                    let name = name.trim_matches(super::lines::is_blank).to_owned();
                    sections.push(Section { name, lines: at..at + 1, settings: Vec::new() });
                }
                Kind::Setting(key, value) => {
                    if let Some(section) = sections.last_mut() {
                        let value = whole(&text, value, &lines[at + 1..]);
                        section.settings.push(Setting { key: key.clone(), line: at, value });
                    }
                }
                Kind::Blank | Kind::Comment | Kind::More(_) | Kind::Fault(_) => {}
            }
            end = at + 1;
            if let Some(section) = sections.last_mut() {
                section.lines.end = end;
            }
        }
        debug_assert_eq!(end, lines.len());
        let below_all = sections.iter().enumerate().filter(|(_, section)| section.name == BELOW_ALL);
        let below_all = below_all.map(|(at, _)| at).collect();
        Self { text, lines, sections, below_all }
    }

    /// The text, as it was read.
    #[must_use]
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The bytes of a line, its end included.
    #[must_use]
    pub fn line(&self, at: usize) -> &[u8] {
        &self.text[self.lines[at].span.clone()]
    }

    /// What stands between the brackets of a section, blanks included.
    #[must_use]
    pub fn header<'a>(&'a self, section: &'a Section) -> &'a [u8] {
        match &self.lines[section.lines.start].kind {
            Kind::Section(name) => &self.text[name.clone()],
            _ => section.name.as_bytes(),
        }
    }

    /// Whether the setting is called `key`.
    #[must_use]
    pub fn is_called(&self, setting: &Setting, key: &str) -> bool {
        self.text[setting.key.clone()].eq_ignore_ascii_case(key.as_bytes())
    }

    /// The name of a setting, as it is written.
    #[must_use]
    pub fn raw_key(&self, setting: &Setting) -> &[u8] {
        &self.text[setting.key.clone()]
    }

    /// The name of a setting, in small letters.
    #[must_use]
    pub fn key(&self, setting: &Setting) -> String {
        String::from_utf8_lossy(&self.text[setting.key.clone()]).to_lowercase()
    }

    /// The value of a setting; none where it is no UTF-8.
    #[must_use]
    pub fn value<'a>(&'a self, setting: &'a Setting) -> Option<&'a str> {
        match &setting.value {
            Value::Plain(range) => std::str::from_utf8(&self.text[range.clone()]).ok(),
            Value::Joined(text) => Some(text),
            Value::Damaged => None,
        }
    }

    /// The first word behind the value of a setting, where it is a comment only by its first character: `#2` of
    /// `AWS #2`. Who writes a comment puts a blank behind the mark.
    #[must_use]
    pub fn cut_off(&self, setting: &Setting) -> Option<String> {
        let line = &self.lines[setting.line];
        let Kind::Setting(_, value) = &line.kind else { return None };
        let (behind, _) = trimmed(&self.text, value.end..line.span.end);
        let behind = String::from_utf8_lossy(&self.text[behind]);
        let word = behind.split(super::lines::is_blank).next().unwrap_or_default();
        (word.len() > 1 && is_mark(word.as_bytes()[0])).then(|| word.to_owned())
    }

    /// The setting that counts among those called `key`: the last.
    #[must_use]
    pub fn find<'a>(&self, section: &'a Section, key: &str) -> Option<&'a Setting> {
        section.settings.iter().rev().find(|setting| self.is_called(setting, key))
    }

    /// What is wrong in the file, as `line 3 …`. No value is told.
    pub fn faults(&self) -> impl Iterator<Item = String> {
        let faults = self.lines.iter().enumerate().filter_map(|(at, line)| match line.kind {
            Kind::Fault(what) => Some(format!("line {} {what}", at + 1)),
            _ => None,
        });
        let damaged = self.sections.iter().flat_map(|section| &section.settings).filter_map(|setting| {
            let damaged = self.value(setting).is_none();
            damaged
                .then(|| format!("line {}: the value of {} is not UTF-8", setting.line + 1, quote(&self.key(setting))))
        });
        faults.chain(damaged)
    }
}

/// A value with the lines that go on with it. Blank lines between them count, comments do not.
fn whole(text: &[u8], first: &Range<usize>, rest: &[Line]) -> Value {
    let goes_on = |line: &&Line| matches!(line.kind, Kind::More(_) | Kind::Blank | Kind::Comment | Kind::Fault(_));
    let is_more = |line: &Line| matches!(line.kind, Kind::More(_));
    let last = rest.iter().take_while(goes_on).enumerate().filter(|(_, line)| is_more(line)).last();
    let lines = &rest[..last.map_or(0, |(at, _)| at + 1)];
    if lines.is_empty() {
        return match std::str::from_utf8(&text[first.clone()]) {
            Ok(_) => Value::Plain(first.clone()),
            Err(_) => Value::Damaged,
        };
    }
    let parts = lines.iter().filter_map(|line| match &line.kind {
        Kind::More(range) => Some(range.clone()),
        Kind::Blank => Some(0..0),
        _ => None,
    });
    let len = lines.iter().map(|line| line.span.len() + 1).sum::<usize>() + first.len();
    let mut joined = Zeroizing::new(String::with_capacity(len));
    for (place, range) in std::iter::once(first.clone()).chain(parts).enumerate() {
        let Ok(part) = std::str::from_utf8(&text[range]) else { return Value::Damaged };
        if place > 0 {
            joined.push('\n');
        }
        joined.push_str(part);
    }
    Value::Joined(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &[u8], key: &str) -> Option<String> {
        let document = Document::new(Zeroizing::new(text.to_vec()));
        let section = document.sections.last()?;
        document.value(document.find(section, key)?).map(str::to_owned)
    }

    #[test]
    fn a_heading_is_kept_as_it_is_written_and_debug_shows_no_content() {
        let document = Document::new(Zeroizing::new(b"x = CANARY\n[ profile  a ]\ny = CANARY\n".to_vec()));
        let section = document.sections.last().unwrap();
        assert_eq!((document.header(section), &*section.name), (&b" profile  a "[..], "profile  a"));
        let shown = format!("{document:?} {:?}", section.settings[0]);
        assert!(shown.contains("Document") && shown.contains("Setting") && !shown.contains("CANARY"), "{shown}");
    }

    #[test]
    fn a_value_of_several_lines_is_put_together_in_place() {
        let document = Document::new(Zeroizing::new(b"[a]\nx = 1\n 2".to_vec()));
        let Value::Joined(joined) = &document.sections.last().unwrap().settings[0].value else { panic!("one line") };
        // Four bytes are what was asked for: a text that grows leaves copies of what may be a key.
        assert_eq!((joined.as_str(), joined.capacity()), ("1\n2", 4));
    }

    #[test]
    fn values_are_those_of_botocore() {
        let rows: &[(&str, &str, Option<&str>)] = &[
            ("[a]\nX = 1\n", "x", Some("1")),
            ("[a]\nx = 1\nx = 2\n", "x", Some("2")),
            ("[a]\nx =\n", "x", Some("")),
            ("[a]\nx =\n\n\n", "x", Some("")),
            ("[a]\nx = 1\n\n\ny = 2\n", "x", Some("1")),
            ("[a]\nx = 1\n  2\n # c\n\n  3\n\n", "x", Some("1\n2\n\n3")),
            ("[a]\ns3 =\n  b = 1\n", "s3", Some("\nb = 1")),
            ("[a]\n x = 1\nword\n  more\n", "x", Some("1\nmore")),
            ("[a]\nx = 1\n[b]\ny = 1\n", "x", None),
        ];
        for (text, key, expected) in rows {
            assert_eq!(value(text.as_bytes(), key).as_deref(), *expected, "{text:?}");
        }
        assert_eq!(value(b"[a]\n# \xff\nx = 1\ny = \xff\n", "x").as_deref(), Some("1"));
        assert_eq!(value(b"[a]\ny = \xff\n", "y"), None);
    }

    #[test]
    fn what_may_be_no_comment_is_told_by_its_first_word() {
        let rows = [
            ("AWS #2 x", Some("#2")),
            ("AWS\t;2", Some(";2")),
            ("#2", Some("#2")),
            ("AWS # 2", None),
            ("AWS #", None),
            ("AWS#2", None),
            ("'AWS #2'", None),
            ("AWS\n  #2", None),
            ("", None),
        ];
        for (text, expected) in rows {
            let document = Document::new(Zeroizing::new(format!("[a]\nx = {text}\n").into_bytes()));
            assert_eq!(document.cut_off(&document.sections[0].settings[0]).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn faults_are_told_by_line_and_without_values() {
        let text = b"a = secret\n[x]\nword\n= secret\ny = \xffsecret\n".to_vec();
        let told: Vec<_> = Document::new(Zeroizing::new(text)).faults().collect();
        assert_eq!(told.len(), 4);
        assert!(told[0].starts_with("line 1 ") && told[3].starts_with("line 5"), "{told:?}");
        assert!(!told.concat().contains("secret"));
    }
}
