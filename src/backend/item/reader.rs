//! Reads an item, whatever form it has, and the texts that stand in its values.

use super::choose::{self, Picked, Refused};
use super::recognise::{Judge, Wish};
use super::sets::{Kind, ROOT};
use super::text::{self, Within};
use super::{encoded, json};
use crate::backend::field::Field;
use std::collections::BTreeMap;

/// How deep texts are read that stand in values that stand in texts.
const DEPTH: u8 = 4;

/// Collects what an item holds.
pub struct Reader<'w> {
    judge: Judge<'w>,
}

impl<'w> Reader<'w> {
    /// Nothing is read yet.
    #[must_use]
    pub fn new(wish: Wish<'w>) -> Self {
        Self { judge: Judge::new(wish) }
    }

    /// Names the section that is meant, where the user has named it otherwise.
    pub const fn choose_section(&mut self, section: &'w str) {
        self.judge.choose_section(section);
    }

    /// Reads an item that is one text. What line 1 holds by custom is `first`, where it has no name.
    pub fn text(&mut self, text: &str, first: Option<Field>) {
        let lines = encoded::lines(text);
        let within = Within { node: ROOT, name: None, depth: DEPTH };
        text::read(&mut self.judge, lines.as_deref().map_or(text, String::as_str), within, first);
    }

    /// Reads notes beside fields.
    pub fn notes(&mut self, text: &str) {
        let node = self.judge.sets.node(ROOT, Kind::Notes, "");
        text::read(&mut self.judge, text, Within { node, name: None, depth: DEPTH }, None);
    }

    /// Reads one field of an item that has some. Its name may say more with the section's.
    pub fn field(&mut self, section: Option<&str>, name: &str, value: &str) {
        let node = self.judge.section(ROOT, Kind::Part, section.unwrap_or_default());
        self.judge.member(node, section, name, value, DEPTH);
    }

    /// Reads one that its manager keeps as a one-time password, whatever its name.
    pub fn code(&mut self, section: Option<&str>, name: &str, value: &str) {
        let node = self.judge.section(ROOT, Kind::Part, section.unwrap_or_default());
        let spot = self.judge.member(node, section, name, value, DEPTH);
        self.judge.named(&spot, section, &format!("{name} one-time password"), value);
    }

    /// Reads JSON whatever its form.
    pub fn json(&mut self, value: &serde_json::Value) {
        json::walk(&mut self.judge, ROOT, None, value, DEPTH);
    }

    /// What belongs together, of the fields that are wanted.
    pub fn pick(mut self, wanted: &[Field]) -> Result<BTreeMap<Field, Picked>, Refused> {
        while let Some(inner) = self.judge.inner.pop() {
            let name = Some(inner.name.as_str()).filter(|name| !name.is_empty());
            let within = Within { node: inner.node, name, depth: inner.depth };
            text::read(&mut self.judge, &inner.text, within, None);
        }
        self.judge.finish_otp();
        self.judge.sets.unqualify();
        let wish = self.judge.wish();
        choose::choose(&self.judge.sets, &mut self.judge.folded, &wish, wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    const ID: &str = "AKIAIOSFODNN7EXAMPLE";
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    /// What is found of a key in what `read` is given to read: an id, a secret, both or nothing.
    fn found(read: impl FnOnce(&mut Reader<'_>)) -> String {
        let (names, fields) = (BTreeMap::new(), BTreeMap::new());
        let mut reader = Reader::new(Wish { names: &names, fields: &fields, section: None });
        read(&mut reader);
        let picked = reader.pick(&[Field::AccessKeyId, Field::SecretAccessKey]);
        let values = picked.map(|picked| picked.into_values().map(|it| it.value.expose_secret().to_owned()).collect());
        values.map_or_else(|_| "refused".into(), |values: Vec<_>| values.join(" "))
    }

    #[test]
    fn each_part_of_an_item_is_read() {
        let both = format!("{ID} {SECRET}");
        let text = format!("access key id: {ID}\nsecret access key: {SECRET}\n");
        let json = serde_json::json!({ "AccessKeyId": ID, "SecretAccessKey": SECRET });
        assert_eq!(found(|reader| reader.text(&text, None)), both);
        assert_eq!(found(|reader| reader.notes(&text)), both);
        assert_eq!(found(|reader| reader.json(&json)), both);
        assert_eq!(found(|reader| reader.field(None, "access key id", ID)), ID);
        assert_eq!(found(|reader| reader.field(Some("aws"), "notes", &text)), both, "a text in a value");
        assert_eq!(found(|_| ()), "");
        let (names, fields) = (BTreeMap::new(), BTreeMap::new());
        let mut reader = Reader::new(Wish { names: &names, fields: &fields, section: None });
        reader.code(None, "Einmalpasswort", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA");
        reader.code(None, "Okta", "KRUGS4ZANFZSAYJAONSWG4TFOQQGM33S");
        let picked = reader.pick(&[Field::Otp]).unwrap();
        assert_eq!(picked[&Field::Otp].value.expose_secret(), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA");
    }

    #[test]
    fn of_two_sections_the_chosen_one_is_read() {
        let fields = |reader: &mut Reader<'_>| {
            for (section, last) in [("one", "E"), ("two", "F")] {
                reader.field(Some(section), "access key id", &format!("AKIAIOSFODNN7EXAMPL{last}"));
                reader.field(Some(section), "secret access key", SECRET);
            }
        };
        assert_eq!(found(fields), "refused");
        let chosen = found(|reader| {
            fields(reader);
            reader.choose_section("two");
        });
        assert_eq!(chosen, format!("AKIAIOSFODNN7EXAMPLF {SECRET}"));
    }
}
