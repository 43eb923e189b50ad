//! Changes the settings of one profile in one of the files, and leaves every other byte as it is.
//!
//! The editor finds sections and settings in the reader's own lines. What it has made is read again before anybody gets
//! it: the new settings must be there, and all others as they were.

use super::document::{BELOW_ALL, Document, Section, Setting};
use super::files::sections_of;
use super::lines::{Kind, trimmed};
use super::words;
use zeroize::Zeroizing;

/// What is to become of a profile's section.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The profile.
    pub profile: &'a str,
    /// Whether the file is the credentials file, where every section is a profile.
    pub in_credentials: bool,
    /// The settings that go; those that are set anew go too.
    pub drop: &'a [&'a str],
    /// The settings that come: right below the section's name, or below its other settings.
    pub set: &'a [(&'a str, &'a str)],
    /// Whether they come right below the name.
    pub first: bool,
}

/// Why nothing is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The name or a value would be read as something else.
    Unusual,
    /// The section is there twice, and readers differ in which one they take.
    Twice,
}

impl Change<'_> {
    /// The sections that the reader takes for the profile, in order.
    #[must_use]
    pub fn sections<'d>(&self, document: &'d Document) -> Vec<&'d Section> {
        let places = sections_of(document, self.in_credentials, self.profile);
        places.into_iter().map(|at| &document.sections[at]).collect()
    }

    /// The file's new text.
    pub fn apply(&self, document: &Document) -> Result<Zeroizing<Vec<u8>>, Refusal> {
        let section = match self.sections(document)[..] {
            // What goes may stand in each of them.
            [_, _, ..] if self.first || !self.drop.is_empty() => return Err(Refusal::Twice),
            ref sections => sections.last().copied(),
        };
        if self.profile.chars().any(char::is_control) || (self.in_credentials && self.profile == BELOW_ALL) {
            return Err(Refusal::Unusual);
        }
        let made = match section {
            None => vec![self.added(document)],
            // Lines that stand less far in than those around them would change what those belong to.
            Some(section) => {
                let place = self.place(document, section);
                let around = [
                    document.lines[..place].iter().rev().collect::<Vec<_>>(),
                    document.lines[place..].iter().collect(),
                ];
                let indents = around.into_iter().filter_map(|lines| {
                    let line = lines
                        .into_iter()
                        .find(|line| matches!(line.kind, Kind::Section(_) | Kind::Setting(..) | Kind::Fault(_)))?;
                    let (content, _) = trimmed(document.text(), line.span.clone());
                    Some(&document.text()[line.span.start..content.start])
                });
                let indents = indents.filter(|indent| !indent.starts_with(b"\xef\xbb\xbf")).chain([&b""[..]]);
                indents.map(|indent| self.changed(document, section, place, indent)).collect()
            }
        };
        made.into_iter().find(|text| self.is_in(text, document)).ok_or(Refusal::Unusual)
    }

    fn goes(&self, document: &Document, setting: &Setting) -> bool {
        let set = self.set.iter().map(|(key, _)| key);
        self.drop.iter().chain(set).any(|key| document.is_called(setting, key))
    }

    /// The line before which the new settings come.
    fn place(&self, document: &Document, section: &Section) -> usize {
        if self.first {
            return section.lines.start + 1;
        }
        let is_last = |at: &usize| !matches!(document.lines[*at].kind, Kind::Blank | Kind::Comment);
        section.lines.clone().rev().find(is_last).map_or(section.lines.end, |at| at + 1)
    }

    fn changed(&self, document: &Document, section: &Section, place: usize, indent: &[u8]) -> Zeroizing<Vec<u8>> {
        let mut out = self.room(document);
        let end = end_of_lines(document);
        let mut going = false;
        for (at, line) in document.lines.iter().enumerate() {
            if at == place {
                self.add(&mut out, indent, end);
            }
            if section.lines.contains(&at) {
                match line.kind {
                    Kind::Setting(..) => {
                        let found = section.settings.binary_search_by_key(&at, |setting| setting.line);
                        going = found.is_ok_and(|place| self.goes(document, &section.settings[place]));
                    }
                    Kind::Section(_) => going = false,
                    // What follows a line without sense may still go on with the setting before it.
                    Kind::Blank | Kind::Comment | Kind::More(_) | Kind::Fault(_) => {}
                }
                if going && matches!(line.kind, Kind::Setting(..) | Kind::More(_)) {
                    continue;
                }
            }
            out.extend_from_slice(document.line(at));
        }
        if place >= document.lines.len() {
            self.add(&mut out, indent, end);
        }
        out
    }

    /// The text with a new section at its end.
    fn added(&self, document: &Document) -> Zeroizing<Vec<u8>> {
        let mut out = self.room(document);
        let end = end_of_lines(document);
        out.extend_from_slice(document.text());
        end_line(&mut out, end);
        if document.lines.last().is_some_and(|line| line.kind != Kind::Blank) {
            out.extend_from_slice(end);
        }
        let header = match (self.in_credentials, self.profile) {
            (true, name) => format!("[{name}]"),
            (false, "default") => "[default]".to_owned(),
            (false, name) => format!("[profile {}]", words::quoted(name)),
        };
        out.extend_from_slice(header.as_bytes());
        self.add(&mut out, b"", end);
        out
    }

    fn add(&self, out: &mut Zeroizing<Vec<u8>>, indent: &[u8], end: &[u8]) {
        end_line(out, end);
        for (key, value) in self.set {
            for part in [indent, key.as_bytes(), b" = ", value.as_bytes(), end] {
                out.extend_from_slice(part);
            }
        }
    }

    /// Never grown: a growing buffer would leave copies of keys behind.
    fn room(&self, document: &Document) -> Zeroizing<Vec<u8>> {
        let set: usize =
            self.set.iter().map(|(key, value)| key.len() + value.len() + 5 + document.text().len().min(64)).sum();
        let name = 2 * self.profile.len() + 32;
        Zeroizing::new(Vec::with_capacity(document.text().len() + set + name))
    }

    /// Whether the text, read again, says what was meant and all else that it said before.
    fn is_in(&self, text: &[u8], before: &Document) -> bool {
        let after = Document::new(Zeroizing::new(text.to_vec()));
        let same = self.others(before) == self.others(&after);
        let sections = self.sections(&after);
        let value = |key| {
            let mut found = sections.iter().rev().filter_map(|section| after.find(section, key));
            found.next().and_then(|setting| after.value(setting))
        };
        same && self.set.iter().all(|(key, wanted)| value(key) == Some(wanted))
    }

    /// All settings but those that the change is about.
    fn others<'d>(&self, document: &'d Document) -> Vec<(&'d str, &'d [u8], Option<&'d str>)> {
        let ours: Vec<_> = self.sections(document).into_iter().map(|section| section.lines.start).collect();
        let settings =
            document.sections.iter().flat_map(|section| section.settings.iter().map(move |it| (section, it)));
        let others = settings.filter(|(section, it)| !(ours.contains(&section.lines.start) && self.goes(document, it)));
        others.map(|(section, it)| (section.name.as_str(), document.raw_key(it), document.value(it))).collect()
    }
}

/// How the file ends its lines, judged by its first.
fn end_of_lines(document: &Document) -> &'static [u8] {
    match document.lines.first().map(|line| &document.text()[line.span.clone()]) {
        Some([.., b'\r', b'\n']) => b"\r\n",
        Some([.., b'\r']) => b"\r",
        _ => b"\n",
    }
}

fn end_line(out: &mut Zeroizing<Vec<u8>>, end: &[u8]) {
    if !matches!(out.last(), None | Some(b'\n' | b'\r')) {
        out.extend_from_slice(end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::new(Zeroizing::new(text.as_bytes().to_vec()))
    }

    fn serial(profile: &str) -> Change<'_> {
        Change { profile, in_credentials: false, drop: &[], set: &[("mfa_serial", "S")], first: false }
    }

    #[test]
    fn what_is_made_was_never_moved_to_a_larger_place() {
        let long = format!("[profile dev]\n{}aws_secret_access_key = x\n", " ".repeat(60));
        for text in ["", "[profile dev]\r\nregion = x", "[profile b]\n  region = x", &long] {
            for first in [true, false] {
                let set = [("mfa_serial", "S"), ("region", "eu-west-1"), ("aws_auth_from", "pass")];
                let change = Change { set: &set, first, ..serial("dev") };
                let (document, made) = (document(text), change.apply(&document(text)).unwrap());
                assert_eq!(made.capacity(), change.room(&document).capacity(), "{text:?}");
            }
        }
    }

    #[test]
    fn one_line_is_added_and_every_other_byte_is_kept() {
        let rows: [(&str, &str, &str); 17] = [
            ("\u{feff}[profile dev]\nregion = x\n", "dev", "\u{feff}[profile dev]\nregion = x\nmfa_serial = S\n"),
            (
                "[profile dev]\nregion=x\n\n# b\n[profile b]\n",
                "dev",
                "[profile dev]\nregion=x\nmfa_serial = S\n\n# b\n[profile b]\n",
            ),
            ("[default]\r\na = b\r\n", "default", "[default]\r\na = b\r\nmfa_serial = S\r\n"),
            ("[profile dev]\rregion = x", "dev", "[profile dev]\rregion = x\rmfa_serial = S\r"),
            ("[ profile  \"a b\" ]\n", "a b", "[ profile  \"a b\" ]\nmfa_serial = S\n"),
            (
                "[profile dev]\ns3 =\n  mfa_serial = no\n",
                "dev",
                "[profile dev]\ns3 =\n  mfa_serial = no\nmfa_serial = S\n",
            ),
            ("[profile dev]\nMFA_Serial =\nx = y\n", "dev", "[profile dev]\nx = y\nmfa_serial = S\n"),
            ("[profile dev]\nmfa_serial:\n", "dev", "[profile dev]\nmfa_serial = S\n"),
            ("", "dev", "[profile dev]\nmfa_serial = S\n"),
            ("[dev]\nx = y", "dev", "[dev]\nx = y\n\n[profile dev]\nmfa_serial = S\n"),
            ("[profile dev]\n  a = b\n[profile c]\n", "dev", "[profile dev]\n  a = b\n  mfa_serial = S\n[profile c]\n"),
            (
                "[profile dev]\n  a = b\n [profile c]\nd = e\n",
                "dev",
                "[profile dev]\n  a = b\n  mfa_serial = S\n [profile c]\nd = e\n",
            ),
            ("[profile dev]\n  [profile c]\nd = e\n", "dev", "[profile dev]\n  mfa_serial = S\n  [profile c]\nd = e\n"),
            ("[profile dev] /* x */\n", "dev", "[profile dev] /* x */\nmfa_serial = S\n"),
            (
                "[profile dev]\na = b\n[profile dev]\nc = d\n",
                "dev",
                "[profile dev]\na = b\n[profile dev]\nc = d\nmfa_serial = S\n",
            ),
            ("[profile dev]\n[profile 'dev']\n[x]\n", "dev", "[profile dev]\n[profile 'dev']\nmfa_serial = S\n[x]\n"),
            ("", "it's (1) é", "[profile \"it's (1) é\"]\nmfa_serial = S\n"),
        ];
        for (old, profile, new) in rows {
            let got = serial(profile).apply(&document(old)).unwrap();
            assert_eq!(String::from_utf8_lossy(&got), new, "{old:?}");
        }
        for name in ["a\nb", "a\rb", "\u{1b}[2J"] {
            assert_eq!(serial(name).apply(&document("")), Err(Refusal::Unusual), "{name:?}");
        }
        let odd = Document::new(Zeroizing::new(b"# \xff\xfe\n[profile dev]\n".to_vec()));
        assert!(serial("dev").apply(&odd).unwrap().starts_with(odd.text()));
    }

    #[test]
    fn only_the_keys_of_one_section_change() {
        let set = [("aws_access_key_id", "N"), ("aws_session_token", "T")];
        let change =
            Change { profile: "x", in_credentials: true, drop: &["aws_security_token"], set: &set, first: true };
        let added = "aws_access_key_id = N\naws_session_token = T\n";
        let crlf = added.replace('\n', "\r\n");
        let rows = [
            ("", format!("[x]\n{added}")),
            ("[y]\na=1", format!("[y]\na=1\n\n[x]\n{added}")),
            ("[y]\na=1\n", format!("[y]\na=1\n\n[x]\n{added}")),
            ("# x\n\n", format!("# x\n\n[x]\n{added}")),
            ("[x]", format!("[x]\n{added}")),
            ("\u{feff}[x]\n[y]\n", format!("\u{feff}[x]\n{added}[y]\n")),
            ("[ x ] # mine\nregion = r\n", format!("[ x ] # mine\n{added}region = r\n")),
            (
                "[w]\naws_access_key_id=W\n[x]\n# c\nAWS_Access_Key_Id : O\n  continued\noutput=json\naws_session_token=O\naws_security_token=O\n\n[z]\n\tq = \u{e9}\n",
                format!("[w]\naws_access_key_id=W\n[x]\n{added}# c\noutput=json\n\n[z]\n\tq = \u{e9}\n"),
            ),
            ("[y]\r\na=1\r\n[x]\r\nb=2\r\n", format!("[y]\r\na=1\r\n[x]\r\n{crlf}b=2\r\n")),
            ("[y]\r\n", format!("[y]\r\n\r\n[x]\r\n{crlf}")),
            ("[xx]\na=\n [x]\n[profile x]\n", format!("[xx]\na=\n [x]\n[profile x]\n\n[x]\n{added}")),
            (
                "[x]\n  a = b\n  aws_session_token = O\n",
                "[x]\n  aws_access_key_id = N\n  aws_session_token = T\n  a = b\n".into(),
            ),
        ];
        for (text, expected) in rows {
            let found = change.apply(&document(text)).unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
            assert_eq!(String::from_utf8_lossy(&found), expected, "{text:?}");
            assert_eq!(change.apply(&Document::new(found.clone())).unwrap(), found, "{text:?}, a second time");
        }
        for first in [true, false] {
            assert_eq!(Change { first, ..change }.apply(&document("[x]\n[y]\n[x]\n")), Err(Refusal::Twice));
        }
        assert_eq!(Change { profile: "DEFAULT", ..change }.apply(&document("")), Err(Refusal::Unusual));
    }

    #[test]
    fn a_value_is_written_where_it_is_read_as_it_is() {
        let rows = [
            ("sh -c \"a ; b\" 'c # d'", true),
            ("it's", true),
            ("a#b;c", true),
            ("AWS #2", false),
            ("AWS ;", false),
            ("\"a # b", false),
            (" a", false),
        ];
        for (value, expected) in rows {
            let change = Change { set: &[("x", value)], ..serial("dev") };
            assert_eq!(change.apply(&document("")).is_ok(), expected, "{value}");
        }
    }

    #[test]
    fn a_text_that_changes_anything_else_is_no_such_change() {
        let before = "[profile dev]\na = 1\nmfa_serial = old\n[profile b]\nmfa_serial = b\nc = 2\n";
        let is_in = |text: &str| serial("dev").is_in(text.as_bytes(), &document(before));
        let made = before.replace("mfa_serial = old", "mfa_serial = S");
        assert!(is_in(&made));
        for (one, other) in [
            ("a = 1", "a = 2"),
            ("a = 1\n", ""),
            ("a = 1", "A = 1"),
            ("mfa_serial = S", "mfa_serial = T"),
            ("mfa_serial = S\n", ""),
            ("mfa_serial = b", "mfa_serial = S"),
            ("mfa_serial = b\n", ""),
            ("c = 2", "c = 2\nd = 3"),
            ("[profile b]", "[profile e]"),
            ("[profile dev]", "[profile e]"),
        ] {
            assert!(!is_in(&made.replace(one, other)), "{one:?} {other:?}");
        }
    }

    /// Lines of every kind, in every order, as far in as can be.
    #[test]
    fn whatever_the_file_is_the_change_is_in_it_and_nothing_else_has_changed() {
        let pieces = [
            "[profile dev]",
            "[profile b]",
            "[default]",
            "a = 1",
            "mfa_serial =",
            "mfa_serial = old",
            "word",
            "= x",
            "# c",
            "",
            "s3 =",
            "[profile 'dev']",
            "k:v",
            "[x",
        ];
        let mut state = 7_u64;
        let mut next = |limit: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(state >> 33).unwrap() % limit
        };
        let mut done = 0;
        for _ in 0..20_000 {
            let end = ["\n", "\r\n", "\r"][next(3)];
            let mut text = String::new();
            for _ in 0..next(9) {
                text.push_str(&" ".repeat(next(4)));
                text.push_str(pieces[next(pieces.len())]);
                text.push_str(end);
            }
            let before = document(&text);
            // What was made was read again by `apply` itself; here that it was made at all, and what it is made of.
            let after = serial("dev").apply(&before).unwrap_or_else(|why| panic!("{why:?} {text:?}"));
            let after = String::from_utf8(after.to_vec()).unwrap();
            let ends = ['\r', '\n'];
            let mut old = text.split(ends);
            let kept = after.split(ends).filter(|line| !["", "mfa_serial = S", "[profile dev]"].contains(&line.trim()));
            for line in kept {
                assert!(old.any(|it| it == line), "{text:?}\n{after:?}");
            }
            done += 1;
        }
        assert_eq!(done, 20_000);
    }
}
